/**
 * Which tariff register a meter counted in at which half hour of the day: learned from rounds, a table for working days and
 * one for weekends. A register that advances between two rounds has counted then, however small the load.
 */

import { compareScaled, type Scaled } from '../../core/scaled.ts'
import { DAY, HOUR, MINUTE } from '../../core/time.ts'

/** Forward tariff registers of one round, by tariff from 1. */
export interface TariffSample {
  readonly at: number
  readonly registers: ReadonlyMap<number, Scaled>
}

/** By half hour of the day: which tariffs counted in it, a bit each, and on how many days any was seen. */
export interface HoursTable {
  readonly tariffs: Uint32Array
  readonly days: Uint8Array
}

export interface TariffHours extends TariffSample {
  readonly work: HoursTable
  readonly rest: HoursTable
  /** Civil day, since 1970. */
  readonly day: number
  /** Of this day, as in a table. */
  readonly today: Uint32Array
  /** How many half hours of the last whole day could be judged, and how many of them went by another tariff. */
  readonly last: { readonly day: number; readonly judged: number; readonly odd: number } | null
  /** Half hours of the last day that went by another table. */
  readonly odd: readonly OddSlot[]
  /** The day it was watched first: what went wrong before is its table. */
  readonly since: number
  /** Days in a row, those without enough to judge left out, that went by another table. */
  readonly oddDays: number
}

const SLOTS = 48
const SLOT_MS = 30 * MINUTE
const MOST_TARIFFS = 32
/** So many days of a half hour make it known. */
const KNOWN_DAYS = 2
/** What a meter goes by for so long is its table. */
export const USUAL_AFTER_DAYS = 14

/** A round further from the one before tells nothing of the hours between. */
const MOST_GAP_MS = HOUR / 2

export function hoursAfter(
  before: TariffHours | null,
  sample: TariffSample,
  { offsetMinutes, slots, isShared }: Learning,
): TariffHours {
  const civil = sample.at + offsetMinutes * MINUTE
  const day = Math.floor(civil / DAY)
  if (!before) return { ...sample, ...NOTHING, day, since: day, today: new Uint32Array(SLOTS) }
  // A late round of the past tells nothing of now.
  if (sample.at <= before.at) return before
  const learnt = day === before.day ? before : dayAfter(before, day, slots, isShared)
  const slot = Math.floor(civil / SLOT_MS)
  const isWithin = Math.floor((before.at + offsetMinutes * MINUTE) / SLOT_MS) === slot
  const tariff = isWithin && sample.at - before.at < MOST_GAP_MS ? countedIn(before, sample) : null
  if (tariff === null) return { ...learnt, ...sample }
  const today = learnt.today.slice()
  const at = slot % SLOTS
  today[at] = (today[at] ?? 0) | bitOf(tariff)
  return { ...learnt, ...sample, today }
}

export interface Learning {
  readonly offsetMinutes: number
  /** So many half hours of another tariff make a day one of another table. */
  readonly slots: number
  /** Whether those set alike went by another table on that day too: then nobody knows any. */
  readonly isShared: (day: number) => boolean
}

const NO_TABLE: HoursTable = { tariffs: new Uint32Array(SLOTS), days: new Uint8Array(SLOTS) }
const NOTHING = { work: NO_TABLE, rest: NO_TABLE, last: null, odd: [], oddDays: 0 }

/** Null where none has advanced, or more than one, or another set is read. */
function countedIn(before: TariffSample, { registers }: TariffSample): number | null {
  const moved: number[] = []
  for (const [tariff, value] of registers) {
    const was = before.registers.get(tariff)
    if (!was || tariff > MOST_TARIFFS) return null
    const change = compareScaled(value, was)
    if (change < 0) return null
    if (change > 0) moved.push(tariff)
  }
  const [only, another] = moved
  return another === undefined ? (only ?? null) : null
}

/** A day that went by the table is added to it; one that did not is counted. */
function dayAfter(
  before: TariffHours,
  day: number,
  slots: number,
  isShared: Learning['isShared'],
): TariffHours {
  const { judged, odd } = againstTable(before)
  const isOdd = odd.length >= slots
  const fresh = { day, today: new Uint32Array(SLOTS), last: { day: before.day, judged, odd: odd.length } }
  const oddDays = isOdd ? before.oddDays + 1 : judged >= slots ? 0 : before.oddDays
  if (!isOdd) {
    const which = isRest(before.day) ? 'rest' : 'work'
    return { ...before, ...fresh, oddDays, [which]: withDay(before[which], before.today) }
  }
  const isTable = oddDays >= USUAL_AFTER_DAYS || isShared(before.day)
  return isTable ? { ...before, ...NOTHING, ...fresh } : { ...before, ...fresh, odd, oddDays }
}

function withDay({ tariffs, days }: HoursTable, today: Uint32Array): HoursTable {
  return {
    tariffs: tariffs.map((known, at) => known | (today[at] ?? 0)),
    days: days.map((known, at) => Math.min(255, known + (today[at] ? 1 : 0))),
  }
}

/** Half hours of this day that the table knows: how many, and those in which another tariff counted, with both. */
export function againstTable(hours: TariffHours): {
  readonly judged: number
  readonly odd: readonly OddSlot[]
} {
  const { tariffs, days } = isRest(hours.day) ? hours.rest : hours.work
  const odd: OddSlot[] = []
  let judged = 0
  for (let slot = 0; slot < SLOTS; slot++) {
    const [was, is] = [tariffs[slot] ?? 0, hours.today[slot] ?? 0]
    if (is === 0 || (days[slot] ?? 0) < KNOWN_DAYS) continue
    judged += 1
    if ((was & is) === 0) odd.push({ slot, was: tariffsIn(was), is: tariffsIn(is) })
  }
  return { judged, odd }
}

export interface OddSlot {
  /** Half hours since midnight. */
  readonly slot: number
  readonly was: readonly number[]
  readonly is: readonly number[]
}

/** How a day came out, whether it is over or not; null where it is another day, or too little is known of it. */
export function oddOn(hours: TariffHours, day: number, slots: number): boolean | null {
  const today = hours.day === day ? againstTable(hours) : null
  const past = hours.last?.day === day ? hours.last : null
  const odd = today?.odd.length ?? past?.odd ?? 0
  return odd >= slots ? true : ((today ?? past)?.judged ?? 0) >= slots ? false : null
}

/** Mondays are 4 days after the epoch's Thursday. */
function isRest(day: number): boolean {
  return (day + 3) % 7 >= 5
}

function bitOf(tariff: number): number {
  return 2 ** (tariff - 1)
}

function tariffsIn(bits: number): readonly number[] {
  return Array.from({ length: MOST_TARIFFS }, (_, at) => at + 1).filter(
    tariff => (bits & bitOf(tariff)) !== 0,
  )
}
