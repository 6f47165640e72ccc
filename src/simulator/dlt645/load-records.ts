/** Load records of a DL/T 645-2007 meter: six classes at their own intervals (Annex A.7 and B). */

import { mix } from '../../core/random.ts'
import { DAY, MINUTE } from '../../core/time.ts'
import { civilOfStamp, stampBytes } from './civil-bytes.ts'
import type { Device } from './device.ts'
import { ENERGY, totalBytes } from './energies.ts'
import { bcd, fromBcd } from './frame.ts'
import { instantBytes } from './instants.ts'
import { keptInstant } from './moments.ts'
import { parameterOf } from './parameters-2007.ts'

const CLASSES = 6
/** A meter with four megabits keeps about so much. */
const KEPT_DAYS = 40

const START = 0xa0
const START_OF_BAD = 0xe0
const MARK = 0xaa
const END = 0xe5

export interface LoadRequest {
  /** 0 all, 1 to 6 one. */
  readonly class: number
  readonly from: 'earliest' | 'latest' | { readonly civil: number }
  readonly blocks: number
}

/** Records one after another; empty when none fits, null for a class there is not. */
export function loadRecords(asked: LoadRequest, device: Device, now: number): readonly number[] | null {
  if (asked.class > CLASSES) return null
  const step = stepOf(asked.class, device)
  if (step === null) return []
  const shown = device.meter.clock.shownAt(now)
  const latest = Math.floor(shown / step) * step
  const earliest = Math.ceil((shown - KEPT_DAYS * DAY) / step) * step
  const first =
    asked.from === 'earliest'
      ? earliest
      : asked.from === 'latest'
        ? Math.max(earliest, latest - (asked.blocks - 1) * step)
        : Math.max(earliest, Math.ceil(asked.from.civil / step) * step)
  const bytes: number[] = []
  for (let nth = 0; nth < asked.blocks; nth++) {
    const civil = first + nth * step
    if (civil <= latest) bytes.push(...recordAt(civil, asked.class, device))
  }
  return bytes
}

/** Between the records asked for; where classes differ, the shortest. Null where nothing is recorded. */
export function stepOf(asked: number, device: Device): number | null {
  const intervals = [1, 2, 3, 4, 5, 6]
    .filter(nth => asked === 0 || nth === asked)
    .flatMap(nth => intervalOf(nth, device) ?? [])
  return intervals.length === 0 ? null : Math.min(...intervals)
}

/** Null for a class that is not recorded. */
function intervalOf(nth: number, device: Device): number | null {
  const mode = parameterOf('04000901', device)[0] ?? 0
  const minutes = fromBcd(Uint8Array.from(parameterOf(`04000A0${nth + 1}`, device))) ?? 0
  return (mode >> (nth - 1)) & 1 && minutes > 0 ? minutes * MINUTE : null
}

function recordAt(civil: number, asked: number, device: Device): readonly number[] {
  const instant = keptInstant(device, civil)
  if (instant === null) return []
  const { quirks } = device
  const isBad = quirks['bad-load-records'] === 'some' && mix(civil / MINUTE) % 7 === 0
  const classes = [1, 2, 3, 4, 5, 6].map(nth => {
    const interval = intervalOf(nth, device)
    const isDue = interval !== null && civil % interval === 0 && (asked === 0 || asked === nth)
    return isDue ? (CLASS_DATA[nth - 1]?.(device, instant) ?? []) : []
  })
  const sent =
    quirks['load-record'] === 'asked-class-only' && asked > 0 ? [classes[asked - 1] ?? []] : classes
  const content = [...stampBytes(civil), ...sent.flatMap(data => [...data, MARK])]
  const start = isBad ? START_OF_BAD : START
  const record = [start, start, content.length, ...content]
  const sum = record.reduce((all, byte) => (all + byte) & 0xff, 0)
  return [...record, quirks['load-record-checksum'] === 'right' ? sum : sum ^ 0xff, END]
}

type ClassData = (device: Device, instant: number) => readonly number[]

const flowing =
  (...kinds: readonly number[]): ClassData =>
  ({ meter }, instant) =>
    kinds.flatMap(di2 => instantBytes(di2, meter, instant).flat())
const registers =
  (first: number, last: number): ClassData =>
  (device, instant) =>
    Array.from({ length: last - first + 1 }, (_, nth) => totalBytes(first + nth, device, instant)).flat()

/** Voltages, currents and frequency; powers; factors; energies; quadrants; present demands. */
const CLASS_DATA: readonly ClassData[] = [
  (device, instant) => [...flowing(0x01, 0x02)(device, instant), ...frequency(device, instant)],
  flowing(0x03, 0x04),
  flowing(0x06),
  registers(ENERGY.forward, ENERGY.combinedReactive2),
  registers(ENERGY.quadrant1, ENERGY.quadrant4),
  ({ meter }, instant) => [0x03, 0x04].flatMap(di2 => instantBytes(di2, meter, instant)[0] ?? []),
]

function frequency({ meter }: Device, instant: number): readonly number[] {
  const { centihertz } = meter.flowAt(instant)
  return bcd(centihertz, 2)
}

const EARLIEST = 0x00
const FROM_TIME = 0x01
const LATEST = 0x02
/** Behind the identifier: nothing, N, or N and mm hh DD MM YY. */
const WITH_COUNT = 5
const WITH_TIME = 10

/** Null for a request that is none. */
export function loadRequest(data: Uint8Array): LoadRequest | null {
  const [di0 = 0, di1 = 0, di2 = 0] = data
  const counted = readCount(data)
  if (counted === null || di1 !== 0) return null
  if (di0 === FROM_TIME) return typeof counted.from === 'string' ? null : { class: di2, ...counted }
  if ((di0 !== EARLIEST && di0 !== LATEST) || data.length > WITH_COUNT) return null
  return { class: di2, from: di0 === LATEST ? 'latest' : 'earliest', blocks: counted.blocks }
}

/** How many and from when; the latest where no time is given. Null where they are neither. */
export function readCount(data: Uint8Array): Pick<LoadRequest, 'from' | 'blocks'> | null {
  const blocks = data[4] ?? 1
  if (blocks < 1) return null
  if (data.length <= WITH_COUNT) return { from: 'latest', blocks }
  const civil = data.length === WITH_TIME ? civilOfStamp([...data.subarray(WITH_COUNT)]) : null
  return civil === null ? null : { from: { civil }, blocks }
}
