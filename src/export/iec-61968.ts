/**
 * MeterReadings of IEC 61968-9 as JSON, the profile `meterd-61968-9-json/1`: one message a line, of at most 5,000 readings. The
 * standard defines XML; element names are its own, references are fields that end in Ref, what it has no name for begins with x-.
 */

import { formatScaled } from '../core/scaled.ts'
import { isoWithOffset } from '../core/time.ts'
import type { ReleasedRegister } from '../reading/billing/release.ts'
import type {
  ExportAbout,
  ExportedInterval,
  ExportFormat,
  FormatWriter,
  IntervalDay,
  Place,
  ReleasedRow,
} from './export-row.ts'
import type { Iec61968IntervalReading, Iec61968MeterReading, Iec61968Reading } from './iec-61968-shapes.ts'
import { qualityOfInterval, WITHHELD_CODES } from './quality.ts'
import { intervalReadingType, READING_TYPE_MINUTES, registerReadingType } from './reading-type.ts'
import { uuidOf } from './uuid.ts'

const ABOUT_BOTH = { mediaType: 'application/x-ndjson; charset=utf-8', extension: 'ndjson' } as const

/** Registers as they stood at boundaries, released to bill by. */
export const IEC_61968: ExportFormat<ReleasedRow> = { name: 'iec_61968', ...ABOUT_BOTH, begin: createWriter }

/** What flowed in intervals; each is stamped with its end. */
export const IEC_61968_INTERVALS: ExportFormat<IntervalDay> = {
  name: 'iec_61968_intervals',
  ...ABOUT_BOTH,
  minutes: READING_TYPE_MINUTES,
  begin: createWriter,
}

const PROFILE = 'meterd-61968-9-json/1'
const MOST_READINGS = 5_000

type Row = ReleasedRow | IntervalDay

/** Rows of one meter at one point make one MeterReading of a message, wherever they come among others. */
function createWriter(about: ExportAbout): FormatWriter<Row> {
  let messages = 0
  let readings = 0
  let meters = new Map<string, Gathered>()
  const flush = (): string => {
    if (meters.size === 0) return ''
    messages += 1
    const all = [...meters.values()].map(one => shown(one, about))
    readings = 0
    meters = new Map()
    return `${JSON.stringify(messageOf(all, messages, about))}\n`
  }
  return {
    head: () => '',
    put: row => {
      const more =
        'release' in row ? row.release.registers.length + row.release.withheld.length : row.intervals.length
      const text = readings + more > MOST_READINGS ? flush() : ''
      readings += more
      gather(row, meters, about)
      return text
    },
    tail: flush,
  }
}

/** What a message tells of one meter; instants in UTC ms. */
interface Gathered {
  readonly meter: string
  readonly place: Place
  from: number
  to: number
  readonly readings: Iec61968Reading[]
  /** By what their ReadingType is made of. */
  readonly blocks: Map<
    string,
    { readonly obis: string; readonly type: string; readonly readings: Iec61968IntervalReading[] }
  >
}

function gather(row: Row, meters: Map<string, Gathered>, about: ExportAbout): void {
  const meter = 'release' in row ? row.release.meter : row.meter
  const key = JSON.stringify([meter, row.place])
  const [from, to] = spanOf(row)
  const known = meters.get(key)
  const gathered: Gathered = known ?? { meter, place: row.place, from, to, readings: [], blocks: new Map() }
  if (!known) meters.set(key, gathered)
  gathered.from = Math.min(gathered.from, from)
  gathered.to = Math.max(gathered.to, to)
  if ('release' in row) gathered.readings.push(...readingsOf(row, about))
  else addIntervals(gathered, row, about)
}

function spanOf(row: Row): readonly [number, number] {
  if ('release' in row) return [row.previous?.boundary ?? row.release.boundary, row.release.boundary]
  return [row.from, row.from + row.intervals.length * row.everyMs]
}

/** The same data make the same message, its id too: a message that comes again is known by it. */
function messageOf(all: readonly Iec61968MeterReading[], number: number, about: ExportAbout): object {
  const { gateway, batchId, asOf, offsetMinutes } = about
  return {
    profile: PROFILE,
    Header: {
      Verb: 'created',
      Noun: 'MeterReadings',
      Revision: '2.0',
      Timestamp: isoWithOffset(asOf, offsetMinutes),
      Source: gateway,
      MessageID: uuidOf(`${gateway} batch ${batchId} message ${number}`),
      CorrelationID: uuidOf(`${gateway} batch ${batchId}`),
      'x-batch': batchId,
    },
    Payload: { MeterReadings: { MeterReading: all } },
  }
}

function shown(
  { meter, place, from, to, readings, blocks }: Gathered,
  about: ExportAbout,
): Iec61968MeterReading {
  const { account, point, meterNumber, assetNumber } = place
  const names = [
    { name: meterNumber, NameType: 'MeterNo' },
    { name: assetNumber, NameType: 'AssetNo' },
  ].filter(({ name }) => name !== '')
  return {
    valuesInterval: {
      start: isoWithOffset(from, about.offsetMinutes),
      end: isoWithOffset(to, about.offsetMinutes),
    },
    Meter: { mRID: meter, ...(meterNumber !== '' && { serialNumber: meterNumber }), Names: names },
    ...(point !== '' && { UsagePoint: { mRID: point } }),
    ...(account !== '' && { 'x-account': account }),
    Readings: readings,
    IntervalBlocks: [...blocks.values()].map(one => ({
      ReadingTypeRef: one.type,
      'x-obis': one.obis,
      IntervalReadings: one.readings,
    })),
  }
}

/** Of what has no reading type: every field not applicable, and x-obis says what it is. */
const NO_TYPE = '0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0'

const VALIDATED = '2.0.1'
const EDITED = '2.7.0'
const ESTIMATED = '2.8.0'

/** What was needed and is not released is told without a value. */
function readingsOf({ release, previous }: ReleasedRow, about: ExportAbout): readonly Iec61968Reading[] {
  const { boundary, version, recordedAt, standing, multiplier, segment, batch } = release
  const { gateway, offsetMinutes } = about
  const recorded = isoWithOffset(recordedAt, offsetMinutes)
  const told = (
    obis: string,
    unit: string,
    value: string | null,
    qualities: readonly Quality[],
  ): Iec61968Reading => ({
    ReadingTypeRef: registerReadingType(obis, unit, boundary, offsetMinutes) ?? NO_TYPE,
    timeStamp: isoWithOffset(boundary, offsetMinutes),
    reportedDateTime: recorded,
    reason: 'billing',
    source: gateway,
    ...(value !== null && { value }),
    ReadingQualities: qualities.map(({ code, comment }) => ({
      ReadingQualityTypeRef: code,
      source: gateway,
      timeStamp: recorded,
      ...(comment !== null && { comment }),
    })),
    'x-obis': obis,
    'x-state': standing === 'withdrawn' ? 'withdrawn' : 'final',
    'x-version': version,
    ...(version > 1 && { 'x-supersedes': version - 1 }),
    'x-multiplier': multiplier,
    'x-segment': segment,
    'x-batch': batch,
  })
  const doubt = standing === 'totals-only' ? WITHHELD_CODES.doubtful : WITHHELD_CODES.missing
  return [
    ...release.registers.map(one =>
      told(one.obis, one.unit, formatScaled(one.value), qualitiesOf(one, release.by)),
    ),
    ...release.withheld.map(obis => {
      const unit = previous?.registers.find(one => one.obis === obis)?.unit ?? ''
      return told(obis, unit, null, [{ code: doubt, comment: null }])
    }),
  ]
}

interface Quality {
  readonly code: string
  readonly comment: string | null
}

/** Never none: who is told nothing takes a value for valid. */
function qualitiesOf({ codes, estimate, reading }: ReleasedRegister, by: string): readonly Quality[] {
  const isPersons = estimate === null && reading === null
  const comment = estimate ? `${estimate.method}: ${estimate.evidence}` : isPersons ? `by ${by}` : null
  const own = estimate ? ESTIMATED : isPersons ? EDITED : VALIDATED
  const all = codes.length > 0 && (own === VALIDATED || codes.includes(own)) ? codes : [own, ...codes]
  return all.map(code => ({ code, comment: code === own ? comment : null }))
}

function addIntervals(gathered: Gathered, day: IntervalDay, { offsetMinutes }: ExportAbout): void {
  const { obis, unit, from, everyMs, intervals } = day
  const key = `${obis} ${unit} ${everyMs}`
  const type = intervalReadingType(obis, unit, everyMs) ?? NO_TYPE
  const block = gathered.blocks.get(key) ?? { obis, type, readings: [] }
  gathered.blocks.set(key, block)
  for (const [place, one] of intervals.entries())
    block.readings.push(intervalOf(one, isoWithOffset(from + (place + 1) * everyMs, offsetMinutes)))
}

/** Stamped with its end, as CIM does; half-open, so the last of a day is stamped with the next day's 00:00. */
function intervalOf(interval: ExportedInterval, timeStamp: string): Iec61968IntervalReading {
  const { value, method } = interval
  const quality = {
    ReadingQualityTypeRef: qualityOfInterval(interval).codes,
    ...(method !== null && { comment: method }),
  }
  return { timeStamp, ...(value && { value: formatScaled(value) }), ReadingQualities: [quality] }
}
