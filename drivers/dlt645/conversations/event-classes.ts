/** The classes of events a meter counts and keeps records of, by name (DL/T 645-2007 A.4). */

import type { Dialect } from '../dialect.ts'

export interface EventClass {
  /** "voltage-loss-A", "cover-opening". */
  readonly name: string
  /** What people call it. */
  readonly about: string
  /** The item that counts them, and which of its values does. */
  readonly count: { readonly item: string; readonly place: number }
  /** The identifiers of a record, "nn" for the count back; more than one where makers differ. */
  readonly records: readonly string[]
}

const PHASES = ['A', 'B', 'C'] as const

/** Counted with count and minutes for each phase; records by phase. */
const BY_PHASE: readonly (readonly [di2: string, about: string])[] = [
  ['01', 'voltage loss'],
  ['02', 'under-voltage'],
  ['03', 'over-voltage'],
  ['04', 'phase loss'],
  ['0B', 'current loss'],
  ['0C', 'over-current'],
  ['0D', 'current break'],
  ['0E', 'power reversal'],
  ['0F', 'overload'],
]

/** Counted in the item that ends with 00, records 01 to 0A behind it. */
const BY_METER: readonly (readonly [head: string, about: string])[] = [
  ['030500', 'total voltage loss'],
  ['030600', 'auxiliary supply loss'],
  ['030700', 'reversed voltage sequence'],
  ['030800', 'reversed current sequence'],
  ['030900', 'voltage unbalance'],
  ['030A00', 'current unbalance'],
  ['031100', 'power-down'],
  ['033000', 'programming'],
  ['033001', 'meter clearing'],
  ['033002', 'demand clearing'],
  ['033003', 'event clearing'],
  ['033004', 'clock setting'],
  ['033005', 'period table programming'],
  ['033006', 'zone table programming'],
  ['033007', 'weekend programming'],
  ['033008', 'holiday programming'],
  ['033009', 'active combination programming'],
  ['03300A', 'reactive combination 1 programming'],
  ['03300B', 'reactive combination 2 programming'],
  ['03300C', 'settlement day programming'],
  ['03300D', 'cover opening'],
  ['03300E', 'terminal cover opening'],
  ['033500', 'magnetic interference'],
  ['033600', 'relay misoperation'],
  ['033700', 'supply fault'],
]

/** One count for each kind of demand in one item. */
const DEMANDS = [
  'forward active',
  'reverse active',
  'quadrant 1 reactive',
  'quadrant 2 reactive',
  'quadrant 3 reactive',
  'quadrant 4 reactive',
]

/** Trips and closings of the relay; later, counted in an item of their own, and makers differ in the record's DI1. */
const BY_RELAY: readonly (readonly [di3: string, about: string])[] = [
  ['1D', 'trip'],
  ['1E', 'close'],
]

const classOf = (about: string, item: string, place: number, ...records: readonly string[]): EventClass => ({
  name: about.replaceAll(' ', '-'),
  about,
  count: { item, place },
  records,
})

const CLASSES_2007: readonly EventClass[] = [
  ...BY_PHASE.flatMap(([di2, about]) =>
    PHASES.map((phase, index) =>
      // Count and minutes in turn: each phase's count is every second value.
      classOf(`${about} ${phase}`, `03${di2}0000`, 2 * index, `03${di2}0${index + 1}nn`),
    ),
  ),
  ...BY_METER.map(([head, about]) => classOf(about, `${head}00`, 0, `${head}nn`)),
  ...DEMANDS.map((about, index) =>
    classOf(`${about} demand over limit`, '03120000', index, `03120${index + 1}nn`),
  ),
  ...BY_RELAY.map(([di3, about]) => classOf(about, `${di3}000001`, 0, `${di3}00FFnn`, `${di3}0001nn`)),
]

/** Those whose records the table can read, by name. */
export function eventClasses({ protocol, table }: Dialect): ReadonlyMap<string, EventClass> {
  const readable = protocol === 'dlt645-2007' ? CLASSES_2007 : []
  return new Map(
    readable
      .filter(({ records }) => records.every(record => table.find(record.replace('nn', '01'))))
      .map(one => [one.name, one] as const),
  )
}
