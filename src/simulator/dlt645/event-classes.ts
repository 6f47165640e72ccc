/** Classes of events of DL/T 645-2007 (Annex A.4): how long their counts and records are, and which ever happen here. */

import type { Device } from './device.ts'
import type { EventClass, Occurrence } from './event-log.ts'
import { relayEvents } from './relay-events.ts'
import { seededEvents } from './seeded-events.ts'

export interface Events {
  /** Bytes of all counts and durations together. */
  readonly statistics: number
  /** Bytes of one record; 0 where the layout is nowhere written down. */
  readonly record: number
  /** DI1 of the records: phases, directions and quadrants, or the one of the class. */
  readonly places: readonly number[]
}

const COUNT = 3
const COUNT_AND_MINUTES = 6
const BY_PHASE = 3

const phases = (record: number): Events => ({
  statistics: BY_PHASE * COUNT_AND_MINUTES,
  record,
  places: [1, 2, 3],
})
const whole = (record: number, statistics = COUNT_AND_MINUTES): Events => ({
  statistics,
  record,
  places: [0],
})
const counted = (place: number, record: number): readonly [EventClass, Events] => [
  `0330${place.toString(16).padStart(2, '0').toUpperCase()}`,
  { statistics: COUNT, record, places: [place] },
]

/** By DI3 DI2 DI1 of the statistics. */
export const EVENTS: ReadonlyMap<EventClass, Events> = new Map([
  ['030100', phases(131)],
  ['030200', phases(131)],
  ['030300', phases(131)],
  ['030400', phases(131)],
  ['030500', whole(15)],
  ['030600', whole(12)],
  ['030700', whole(76)],
  ['030800', whole(76)],
  ['030900', whole(78)],
  ['030A00', whole(78)],
  ['030B00', phases(115)],
  ['030C00', phases(115)],
  ['030D00', phases(115)],
  ['030E00', phases(76)],
  ['030F00', phases(76)],
  ['031100', whole(12, COUNT)],
  ['031200', { statistics: 6 * COUNT, record: 20, places: [1, 2, 3, 4, 5, 6] }],
  counted(0x00, 50),
  counted(0x01, 106),
  counted(0x02, 202),
  counted(0x03, 14),
  counted(0x04, 16),
  counted(0x05, 682),
  counted(0x06, 94),
  counted(0x07, 11),
  counted(0x08, 1026),
  counted(0x09, 11),
  counted(0x0a, 11),
  counted(0x0b, 11),
  counted(0x0c, 16),
  counted(0x0d, 60),
  counted(0x0e, 60),
  ['033500', whole(28, COUNT)],
  ['033600', whole(0, COUNT)],
  ['033700', whole(0, COUNT)],
  ['1D0000', whole(34, COUNT)],
  ['1E0000', whole(34, COUNT)],
])

/** What happened of a class, latest first, and how often in all. */
export function happened(
  kind: EventClass,
  device: Device,
  now: number,
): { readonly count: number; readonly latest: readonly Occurrence[] } {
  const { events } = device
  const derived = [...relayEvents(kind, device), ...seededEvents(kind, device, now)]
    .filter(({ at }) => at <= now && at > events.clearedAt(kind))
    .sort((a, b) => b.at - a.at)
  return {
    count: derived.length + events.count(kind),
    latest: [...derived, ...events.latest(kind)].slice(0, 10),
  }
}
