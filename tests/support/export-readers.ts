/** Readers of exported files, written apart from the writers: what an importer makes of them, in exact integers. */

import { XmlDocument, XmlElement } from 'libxml2-wasm'

/** One interval as it was read: millionths of kWh or kvarh, null where there is none; and its mark. */
export interface ReadInterval {
  /** UTC ms at which it begins. */
  readonly from: number
  readonly everyMs: number
  readonly millionths: bigint | null
  readonly mark: string
}

/** By meter, or what stands for it, and register. */
export type ReadIntervals = ReadonlyMap<string, readonly ReadInterval[]>

/** Millionths of a decimal. */
export function millionthsOf(decimal: string): bigint {
  const [whole = '', decimals = ''] = decimal.split('.')
  return BigInt(`${whole}${decimals.padEnd(6, '0')}`)
}

const LETTERS: Readonly<Record<string, string>> = {
  A: 'measured',
  S17: 'linear',
  S15: 'like-days',
  N: 'missing',
}

/** By NMI and suffix. */
export function readNem12(text: string, offsetMinutes: number): ReadIntervals {
  const found = new Map<string, ReadInterval[]>()
  let key = ''
  let minutes = 0
  let day: ReadInterval[] = []
  for (const line of text.split('\r\n')) {
    const fields = line.split(',')
    if (fields[0] === '200') {
      key = `${fields[1]} ${fields[4]} ${fields[7]}`
      minutes = Number(fields[8])
    } else if (fields[0] === '300') {
      const [, date = ''] = fields
      const from = Date.parse(`${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}T00:00:00Z`)
      const mark = LETTERS[fields.at(-5) ?? ''] ?? ''
      day = fields.slice(2, -5).map((value, place) => ({
        from: from + (place * minutes - offsetMinutes) * 60_000,
        everyMs: minutes * 60_000,
        millionths: mark === 'missing' ? null : millionthsOf(value),
        mark,
      }))
      found.set(key, [...(found.get(key) ?? []), ...day])
    } else if (fields[0] === '400') {
      const all = found.get(key) ?? []
      const first = all.length - day.length
      const mark = LETTERS[fields[3] ?? ''] ?? ''
      for (let place = Number(fields[1]); place <= Number(fields[2]); place += 1) {
        const one = all[first + place - 1]
        if (one)
          all[first + place - 1] = { ...one, mark, millionths: mark === 'missing' ? null : one.millionths }
      }
    }
  }
  return found
}

const QUALITIES: Readonly<Record<string, string>> = { '17': 'measured', '9': 'linear', '8': 'like-days' }

/** By flow direction, unit, phase and tariff. Read by libxml2. */
export function readGreenButton(text: string): ReadIntervals {
  const found = new Map<string, ReadInterval[]>()
  let type: Readonly<Record<string, string>> = {}
  let key = ''
  using feed = XmlDocument.fromString(text)
  for (const entry of feed.find('//atom:entry', NAMES)) {
    const of = (path: string, from: XmlElement) => from.get(path, NAMES)?.content ?? ''
    if (entry instanceof XmlElement && entry.get('atom:content/espi:ReadingType', NAMES)) {
      const parts = entry.find('atom:content/espi:ReadingType/espi:*', NAMES)
      type = Object.fromEntries(parts.map(part => [(part as XmlElement).name, part.content]))
      key = `${type['flowDirection']} ${type['uom']} ${type['phase']} ${type['tou'] ?? 0}`
    }
    const millionths = 10n ** BigInt(6 - 3 + Number(type['powerOfTenMultiplier'] ?? 0))
    const readings = entry
      .find('atom:content/espi:IntervalBlock/espi:IntervalReading', NAMES)
      .map(reading => {
        const quality =
          of('espi:ReadingQuality/espi:quality', reading as XmlElement) || type['defaultQuality']
        return {
          from: Number(of('espi:timePeriod/espi:start', reading as XmlElement)) * 1_000,
          everyMs: Number(of('espi:timePeriod/espi:duration', reading as XmlElement)) * 1_000,
          millionths: BigInt(of('espi:value', reading as XmlElement)) * millionths,
          mark: QUALITIES[quality ?? ''] ?? '',
        }
      })
    if (readings.length > 0) found.set(key, [...(found.get(key) ?? []), ...readings])
  }
  return found
}

const NAMES = { atom: 'http://www.w3.org/2005/Atom', espi: 'http://naesb.org/espi' }

interface Message {
  readonly Payload: {
    readonly MeterReadings: {
      readonly MeterReading: readonly {
        readonly Meter: { readonly mRID: string }
        readonly IntervalBlocks: readonly {
          readonly ReadingTypeRef: string
          readonly 'x-obis': string
          readonly IntervalReadings: readonly {
            readonly timeStamp: string
            readonly value?: string
            readonly ReadingQualities: readonly {
              readonly ReadingQualityTypeRef: string
              readonly comment?: string
            }[]
          }[]
        }[]
      }[]
    }
  }
}

/** Minutes by the third field of a ReadingType. */
const PERIODS: Readonly<Record<string, number>> = { '6': 5, '2': 15, '5': 30, '7': 60 }

/** By meter and OBIS code; messages one a line. */
export function readIec61968Intervals(text: string): ReadIntervals {
  const found = new Map<string, ReadInterval[]>()
  const messages = text.split('\n').filter(Boolean)
  for (const { Payload } of messages.map(line => JSON.parse(line) as Message))
    for (const { Meter, IntervalBlocks } of Payload.MeterReadings.MeterReading)
      for (const block of IntervalBlocks) {
        const everyMs = (PERIODS[block.ReadingTypeRef.split('.')[2] ?? ''] ?? 0) * 60_000
        const readings = block.IntervalReadings.map(({ timeStamp, value, ReadingQualities: [quality] }) => ({
          from: Date.parse(timeStamp) - everyMs,
          everyMs,
          millionths: value === undefined ? null : millionthsOf(value),
          mark:
            { '2.0.1': 'measured', '2.5.259': 'missing', '2.8.0': quality?.comment }[
              quality?.ReadingQualityTypeRef ?? ''
            ] ?? '',
        }))
        const key = `${Meter.mRID} ${block['x-obis']}`
        found.set(key, [...(found.get(key) ?? []), ...readings])
      }
  return found
}
