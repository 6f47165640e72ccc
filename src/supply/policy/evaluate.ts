/** Holds facts against a policy: only where every interlock passes may somebody be cut (PR-53). Pure; UTC ms. */

import { addDays, type LocalDate } from './dates.ts'
import { interlocksOfDate } from './days.ts'
import type { Facts } from './facts.ts'
import type { Interlock } from './interlock.ts'
import { firstNotice, secondNotice } from './notices.ts'
import type { Policy } from './policy.ts'
import { protections } from './protections.ts'
import { arrears, declared, gatewayTime, meterClock, read } from './standing.ts'
import { openOn, window } from './windows.ts'
import { type Span, zoneOf } from './zone.ts'

export interface Evaluation {
  readonly allowed: boolean
  readonly interlocks: readonly Interlock[]
  /** The next time at which all that waiting can mend is mended, other than now; null where waiting is no use. */
  readonly next: Next | null
}

export interface Next {
  readonly at: number
  /** What would still stand against it then, facts being what they are. */
  readonly missing: readonly Interlock[]
}

export interface Day {
  readonly date: LocalDate
  /** When cuts are permitted at all; empty where something speaks against it. */
  readonly open: readonly Span[]
  readonly against: readonly Interlock[]
}

/** Every change of the clocks, holiday and notice takes a step; more are a policy that nobody can wait for. */
const MOST_STEPS = 1000

export function evaluate(policy: Policy, facts: Facts, now: number): Evaluation {
  const interlocks = interlocksAt(policy, facts, now)
  const allowed = interlocks.every(({ verdict }) => verdict === 'pass')
  return { allowed, interlocks, next: allowed ? null : nextAfter(policy, facts, now) }
}

function interlocksAt(policy: Policy, facts: Facts, now: number): readonly Interlock[] {
  return [
    gatewayTime(facts),
    ...interlocksOfDate(policy, zoneOf(policy.zone).dateAt(now)),
    window(policy, now),
    ...declared(policy, facts),
    ...protections(policy, facts, now),
    firstNotice(policy, facts, now),
    secondNotice(policy, facts, now),
    arrears(policy, facts),
    read(policy, facts, now),
    meterClock(policy, facts),
  ]
}

/** Goes from one time that mends something to the next, until there is nothing left that waiting mends. */
function nextAfter(policy: Policy, facts: Facts, now: number): Next | null {
  let at = now
  for (let step = 0; step < MOST_STEPS; step++) {
    const missing = interlocksAt(policy, facts, at).filter(({ verdict }) => verdict !== 'pass')
    const later = missing.filter(isWaitedFor).flatMap(({ earliest }) => earliest ?? [])
    if (later.length === 0) return missing.some(isHopeless) ? null : { at, missing }
    at = Math.max(...later)
  }
  return null
}

/** What a person can mend sooner is not waited for. */
function isWaitedFor({ code }: Interlock): boolean {
  return !['AUTHORITY_REFERENCE_MISSING', 'VISIT_MISSING', 'VISIT_IN_FUTURE'].includes(code)
}

/** Neither time nor anything a person does about this customer helps. */
function isHopeless({ name, code }: Interlock): boolean {
  return (
    ['accepted', 'calendar', 'weekday', 'holiday', 'no_cut', 'window'].includes(name) || code === 'PROTECTED'
  )
}

/** Of each date from the first to the last: when anybody may be cut at all, and what speaks against it. */
export function* daysOf(policy: Policy, first: LocalDate, last: LocalDate): Generator<Day> {
  const zone = zoneOf(policy.zone)
  for (let date = first; date <= last; date = addDays(date, 1)) {
    const start = zone.startOf(date)
    // Where a zone moved across the date line there was no such day.
    if (zone.dateAt(start) !== date) continue
    const ofDate = interlocksOfDate(policy, date).filter(({ verdict }) => verdict !== 'pass')
    const open = ofDate.length > 0 ? [] : openOn(policy, date)
    const isShut = ofDate.length === 0 && open.length === 0
    yield { date, open, against: isShut ? [window(policy, start)] : ofDate }
  }
}
