/** Event counts and records of a DL/T 645-2007 meter, as identifiers DI3 = 03, 1D and 1E name them. */

import type { Device } from './device.ts'
import { EVENTS, type Events, happened } from './event-classes.ts'
import type { EventClass, Occurrence } from './event-log.ts'
import { bcd } from './frame.ts'
import { voltageQuality } from './voltage-quality.ts'

const RECORDS = 10
const ALL = 0xff
const COUNT_BYTES = 3
const QUALITY = 0x10
const PROGRAMMING = 0x30

/** DI3 = 03. */
export function eventItem(
  di2: number,
  di1: number,
  di0: number,
  device: Device,
  now: number,
): readonly number[] | null {
  if (di2 === QUALITY) return voltageQuality(di1, di0, device, now)
  const kind = `03${hex(di2)}${di2 === PROGRAMMING ? hex(di1) : '00'}`
  const events = EVENTS.get(kind)
  if (events === undefined) return null
  const isWhole = events.places.length === 1
  if (di0 === 0 && di1 === (isWhole ? events.places[0] : 0)) return statistics(kind, events, device, now)
  const held = events.places.filter(
    place => isWhole || events.places.length > 3 || place <= device.meter.phases,
  )
  return held.includes(di1) ? records(kind, events, di0, device, now) : null
}

/** DI3 = 1D, 1E: 1D000001 the count, 1D00FFnn or 1D0001nn a record. */
export function relayItem(
  di3: number,
  di2: number,
  di1: number,
  di0: number,
  device: Device,
  now: number,
): readonly number[] | null {
  const kind = `${hex(di3)}0000`
  const events = EVENTS.get(kind)
  if (events === undefined || di2 !== 0) return null
  if (di1 === 0) return di0 === 1 ? statistics(kind, events, device, now) : null
  return di1 === ALL || di1 === 1 ? records(kind, events, di0, device, now) : null
}

/** The one class whose fields are known one by one: phase loss. What DI3 = 10 to 12 and 14 to 1C hold is told nowhere. */
const PHASE_LOSS = '030400'
const MOMENT_BYTES = 6
/** DI1 of the fields of a record, and where in it they begin. */
const FIELDS: ReadonlyMap<number, number> = new Map([
  [0x01, 0],
  [0x25, MOMENT_BYTES],
])

/** DI3 = 13, of one source, DI2 the phase: 13010001 the count, 130101nn the start and 130125nn the end of a record. */
export function fieldItem(
  di2: number,
  di1: number,
  di0: number,
  device: Device,
  now: number,
): readonly number[] | null {
  const events = EVENTS.get(PHASE_LOSS)
  if (events === undefined || di2 < 1 || di2 > device.meter.phases) return null
  if (di1 === 0) return di0 === 1 ? statistics(PHASE_LOSS, events, device, now).slice(0, COUNT_BYTES) : null
  const from = FIELDS.get(di1)
  const record = di0 === ALL ? null : records(PHASE_LOSS, events, di0, device, now)
  return from === undefined || record === null ? null : record.slice(from, from + MOMENT_BYTES)
}

/** Only what happens to the whole meter ever happens here, so the count stands first and alone. */
function statistics(
  kind: EventClass,
  { statistics }: Events,
  device: Device,
  now: number,
): readonly number[] {
  return [...bcd(happened(kind, device, now).count, COUNT_BYTES), ...bcd(0, statistics - COUNT_BYTES)]
}

function records(
  kind: EventClass,
  { record }: Events,
  nth: number,
  device: Device,
  now: number,
): readonly number[] | null {
  if (record === 0 || nth < 1 || (nth > RECORDS && nth !== ALL)) return null
  const { latest } = happened(kind, device, now)
  const asked: readonly (Occurrence | undefined)[] =
    nth === ALL ? Array.from({ length: RECORDS }, (_, index) => latest[index]) : [latest[nth - 1]]
  const isRefused = device.quirks['empty-records'] === 'refused'
  const found = asked.flatMap(each =>
    each === undefined ? (isRefused ? [] : bcd(0, record)) : each.record(),
  )
  return found.length > 0 ? found : null
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0').toUpperCase()
}
