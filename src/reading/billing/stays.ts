/**
 * Which meter hung in a place when, made of what each told of itself (V-I2) and of the times of exchange people wrote: a
 * restart, a rescue or a restored copy comes to the same. Pure.
 */

import type { Driver } from '../../driver-api/driver.ts'
import type { Profile } from '../../driver-api/profile.ts'
import type { Facts, SaidOfItself } from '../audit.ts'
import type { Audit } from './gate-facts.ts'

/** An audit with all that the meter told, also where that was as before. */
export interface ToldAudit extends Audit {
  readonly facts: Facts
}

/** What the configuration says of a place. */
export interface Place {
  /** The items a meter can be known by. */
  readonly knownBy: Readonly<Record<string, Exclude<SaidOfItself['tells'], 'setting'>>>
  /** When meters were exchanged there, as people wrote it, UTC ms, in order. */
  readonly exchanged: readonly number[]
}

/** As it is configured. */
export function placeOf({ driver, profile, exchanged = [] }: PlaceConfig): Place {
  const told = (driver.discovery?.auditItems ?? []).flatMap(({ item, tells }) =>
    tells === 'setting' ? [] : [[item, tells] as const],
  )
  const serial = profile.serialNumber ? [[profile.serialNumber.item, 'number'] as const] : []
  return { knownBy: Object.fromEntries([...told, ...serial]), exchanged }
}

interface PlaceConfig {
  readonly driver: Pick<Driver, 'discovery'>
  readonly profile: Pick<Profile, 'serialNumber'>
  readonly exchanged?: readonly number[]
}

/** A time in which one meter surely hung there, UTC ms, both ends included; without an end it is infinite. */
export interface Stay {
  /** 1, 2, …: one more with each exchange. */
  readonly segment: number
  readonly from: number
  readonly to: number
}

export const ALWAYS: readonly Stay[] = [
  { segment: 1, from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY },
]

/**
 * In order, with gaps where none can say whose the place was. A meter nobody named has no stay: what it told is held
 * apart (V-I5) until the meter list names it, and then it has been there since it was first heard. Of a meter that tells
 * its number the wire confirms what people wrote; a time among its own audits opens nothing.
 */
export function staysOf(audits: readonly ToldAudit[], { knownBy, exchanged }: Place): readonly Stay[] {
  const runs = runsOf(audits, knownBy)
  const opened = exchanged.reduce((stays, at) => withExchange(stays, runs, at), staysByAudits(runs))
  let segment = 0
  return opened.map(({ from, to, isNew }) => {
    if (isNew) segment += 1
    return { segment, from, to }
  })
}

/** At the moment of an exchange the new meter's. Null where it is unsure. */
export function stayAt(stays: readonly Stay[], instant: number): Stay | null {
  return stays.findLast(({ from, to }) => from <= instant && instant <= to) ?? null
}

/** Which segment an instant is of: where it is unsure that of the meter before. */
export function segmentAt(stays: readonly Stay[], instant: number): number {
  return stays.findLast(({ from }) => from <= instant)?.segment ?? stays[0]?.segment ?? 1
}

/** Since when the meter that hangs there last is known to: nothing of the time before is its. */
export function presentSince(stays: readonly Stay[], now: number): number {
  const present = stays.findLast(({ from }) => from <= now)
  const first = stays.find(({ segment }) => segment === present?.segment)
  return first?.from ?? Number.NEGATIVE_INFINITY
}

/** Times of exchange that were written and that the wire speaks against: the same number was told before and after. */
export function deniedTimes(audits: readonly ToldAudit[], { knownBy, exchanged }: Place): readonly number[] {
  const runs = runsOf(audits, knownBy).filter(({ isSure }) => isSure)
  return exchanged.filter(at => runs.some(({ from, to }) => from < at && at <= to))
}

/** Audits in a row that one meter answered. */
interface Run {
  /** What it told that only it would. */
  readonly own: Facts
  /** By its number, which no two meters share, and not by a date alone. */
  readonly isSure: boolean
  readonly from: number
  readonly to: number
  /** When it was found to be the meter meant, for the last time; null where it never was. */
  readonly namedAt: number | null
}

interface Opened {
  readonly from: number
  readonly to: number
  /** Begins a segment. */
  readonly isNew: boolean
  /** Null where nothing was ever told. */
  readonly run: Run | null
}

function runsOf(audits: readonly ToldAudit[], knownBy: Place['knownBy']): readonly Run[] {
  const runs: Run[] = []
  for (const { at, found, facts } of audits) {
    const own = Object.fromEntries(Object.entries(facts).filter(([item]) => knownBy[item] !== undefined))
    // Many meters have the same constant, or were made the same day.
    const isSure = Object.keys(own).some(item => knownBy[item] === 'number' || knownBy[item] === 'asset')
    const last = runs.at(-1)
    const namedAt = found === 'same' ? at : null
    if (last && isOne(last.own, own, found === 'same'))
      runs[runs.length - 1] = {
        own: { ...last.own, ...own },
        isSure: last.isSure || isSure,
        from: last.from,
        to: at,
        namedAt: namedAt ?? last.namedAt,
      }
    else runs.push({ own, isSure, from: at, to: at, namedAt })
  }
  return runs
}

/** Where they have told nothing in common, what was found of the second decides. */
function isOne(a: Facts, b: Facts, isSame: boolean): boolean {
  const shared = Object.keys(b).filter(item => a[item] !== undefined)
  return shared.length === 0 ? isSame : shared.every(item => a[item] === b[item])
}

function staysByAudits(runs: readonly Run[]): readonly Opened[] {
  if (runs.length === 0)
    return [{ from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY, isNew: true, run: null }]
  const named = runs.filter(({ namedAt }) => namedAt !== null)
  return named.map((run, place) => {
    const before = named[place - 1]
    return {
      from: run === runs[0] ? Number.NEGATIVE_INFINITY : run.from,
      to: run === runs.at(-1) ? untilNow(run) : run.to,
      isNew: !before || !isOne(before.own, run.own, true),
      run,
    }
  })
}

/** The list has named another since: whether that one hangs there by now is seen when it is asked. */
function untilNow({ namedAt, to }: Run): number {
  return namedAt === to ? Number.POSITIVE_INFINITY : (namedAt ?? to)
}

function withExchange(stays: readonly Opened[], runs: readonly Run[], at: number): readonly Opened[] {
  const within = stays.findIndex(({ from, to }) => from < at && at < to)
  const stay = stays[within]
  if (stay) return stays.toSpliced(within, 1, ...split(stay, at))
  const after = stays.findIndex(({ from }) => from >= at)
  const [before, next] = [stays[after - 1], stays[after]]
  const isStranger = ({ from, to, namedAt }: Run) =>
    namedAt === null && to > (before?.to ?? 0) && from < (next?.from ?? 0)
  if (!before || !next?.isNew || runs.some(isStranger)) return stays
  return stays.toSpliced(after - 1, 2, { ...before, to: at }, { ...next, from: at })
}

function split(stay: Opened, at: number): readonly Opened[] {
  const { run } = stay
  const opened = [
    { ...stay, to: at },
    { ...stay, from: at, isNew: true },
  ]
  if (!run?.isSure || at <= run.from) return opened
  // The same number on either side: nothing was exchanged. Behind the last audit the next one will tell.
  return at <= run.to ? [stay] : opened.slice(0, 1)
}
