/** What a meter is expected to give and has not: periods of a plan, each with its cause. A missing read is a row (PR-04). */

import { boundariesIn, boundaryAfter, type Calendar, longestPeriod } from '../core/calendar.ts'
import type { FaultCode } from '../core/faults.ts'
import type { Kind } from './reading.ts'

/**
 * Why a period has no reading: the fault met last, or what is nobody's fault. `OFF`: no daemon ran · `CLOCK`: ours was not
 * to be believed · `NOT_ASKED`: the line was busy until the end · `HELD_APART`: all of it is in quarantine · `NOT_WANTED`:
 * the configuration stopped asking before it came.
 */
export type Cause = FaultCode | 'OFF' | 'CLOCK' | 'NOT_ASKED' | 'HELD_APART' | 'NOT_WANTED'

/**
 * `open`: the meter may still hold it · `missed`: it is past · `rejected`: the meter answered, and nothing of it was a
 * reading · `filled`: what was said of it before no longer holds.
 */
export type MissingState = 'open' | 'missed' | 'rejected' | 'filled'

/** Slots `first` to `last` of a plan, which had the same fate. UTC ms. */
export interface Missing {
  readonly plan: string
  readonly first: number
  readonly last: number
  readonly state: MissingState
  readonly cause: Cause
  /** How often each was asked for at most, and when last. */
  readonly tries: number
  readonly triedAt: number | null
}

/** Neighbours of one fate become one range. In order of their slots, of one plan. */
export function joined(gaps: readonly Missing[], calendar: Calendar): readonly Missing[] {
  const ranges: Missing[] = []
  for (const gap of gaps) {
    const before = ranges.at(-1)
    if (before && isOneFate(before, gap) && boundaryAfter(calendar, before.last) === gap.first)
      ranges[ranges.length - 1] = together(before, gap)
    else ranges.push(gap)
  }
  return ranges
}

export function isOneFate(a: Missing, b: Missing): boolean {
  return a.state === b.state && a.cause === b.cause
}

/** Two ranges of one fate that touch. */
export function together(a: Missing, b: Missing): Missing {
  return {
    ...a,
    first: Math.min(a.first, b.first),
    last: Math.max(a.last, b.last),
    tries: Math.max(a.tries, b.tries),
    triedAt: a.triedAt === null ? b.triedAt : Math.max(a.triedAt, b.triedAt ?? 0),
  }
}

/** A plan of a meter as it was expected from its first slot on: what was due then can be worked out from it. */
export interface Expected {
  readonly meter: string
  readonly line: string
  /** "daily", "settlement", "hourly", "poll-15m". */
  readonly plan: string
  readonly kind: Kind
  readonly calendar: Calendar
  /** How long after its slot the meter's memory can still fill a period. */
  readonly keptForMs: number
  /** OBIS codes of what is read. */
  readonly registers: readonly string[]
  /** The first slot. */
  readonly since: number
}

/** `until`: the instant from which it was no longer expected; null while it is. */
export interface KeptPlan extends Expected {
  readonly ref: number
  readonly until: number | null
}

/** What is kept of one slot of a plan. */
export interface HeldSlot {
  readonly slot: number
  /** Registers that are not held apart. */
  readonly registers: number
  /** Of these; null where there are none. */
  readonly quality: 'good' | 'suspect' | null
}

export const FATES = ['accepted', 'suspect', 'rejected', 'missed', 'open', 'unexplained'] as const
export type Fate = (typeof FATES)[number]

/** Periods due, and what became of them: `due` is the sum of all others. */
export interface Account extends Readonly<Record<Fate, number>> {
  readonly due: number
  /** Those without a reading. */
  readonly gaps: readonly Missing[]
}

export interface Asked {
  /** Slots from `from` on, before `to`. */
  readonly from: number
  readonly to: number
  readonly now: number
  /** Every period that was over at this instant has been accounted for. */
  readonly accountedTo: number | null
}

/** What the store holds and what it was told must make up what was due; what neither knows of is `unexplained`. */
export function accountOf(
  plan: KeptPlan,
  held: readonly HeldSlot[],
  gaps: readonly Missing[],
  { from, to, now, accountedTo }: Asked,
): Account {
  const { calendar, since, until } = plan
  const bySlot = new Map(held.map(one => [one.slot, one]))
  const counts: Record<Fate, number> = {
    accepted: 0,
    suspect: 0,
    rejected: 0,
    missed: 0,
    open: 0,
    unexplained: 0,
  }
  const left: Missing[] = []
  const end = Math.min(to, until ?? Number.POSITIVE_INFINITY, now + 1)
  let due = 0
  let place = 0
  for (const slot of boundariesIn(calendar, Math.max(from, since), end)) {
    due += 1
    while ((gaps[place]?.last ?? Number.POSITIVE_INFINITY) < slot) place += 1
    const said = gaps[place]
    const gap = said && said.first <= slot ? said : null
    const fate = heldAs(plan, bySlot.get(slot), gap) ?? gap ?? silentGap(plan, slot, accountedTo)
    if (typeof fate === 'string') counts[fate] += 1
    else {
      if (fate.state !== 'filled') counts[fate.state] += 1
      left.push({ ...fate, first: slot, last: slot })
    }
  }
  return { due, ...counts, gaps: joined(left, calendar) }
}

/** What is here in part is believed to be all there is unless somebody said otherwise. */
function heldAs(plan: KeptPlan, held: HeldSlot | undefined, gap: Missing | null): Fate | null {
  if (!held || (gap && held.registers < plan.registers.length)) return null
  if (held.quality === null) return 'rejected'
  return held.quality === 'good' ? 'accepted' : 'suspect'
}

/** A period nothing is kept of and nothing was said of. */
function silentGap(
  { plan, kind, calendar, keptForMs, until }: KeptPlan,
  slot: number,
  accountedTo: number | null,
): Missing | Fate {
  const at = { plan, first: slot, last: slot, tries: 0, triedAt: null }
  if (kind === 'freeze' && until !== null) return { ...at, state: 'missed', cause: 'NOT_WANTED' }
  // What may still fill a poll has been told of when its period was over.
  const quietMs = kind === 'poll' ? longestPeriod(calendar) : keptForMs
  if (slot + quietMs > (accountedTo ?? 0)) return { ...at, state: 'open', cause: 'NOT_ASKED' }
  return 'unexplained'
}
