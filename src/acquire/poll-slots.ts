/** The slots of one poll: which is due, what became of those that are over. Pure: time comes in. */

import type { Cause, Missing } from '../reading/expectation.ts'
import { joined } from '../reading/expectation.ts'
import type { JobEnd } from './job.ts'
import type { PollPlan } from './plans.ts'

export interface PollSlots {
  readonly plan: PollPlan
  /** The slot to be asked for at `now`, or null. */
  due(now: number): number | null
  /** When it was asked for last where the whole period before the one due went by without, 0 for never; null where not. */
  missedSince(now: number): number | null
  nextAt(now: number): number
  ended(slot: number, end: JobEnd, now: number, cause: Cause | null): void
  /** What was read could not be kept. A moment does not come back. */
  lost(slot: number, now: number, cause: Cause): void
  /**
   * What became of the slots that are over and were not told of before; `why` of those never tried. A slot that is being
   * asked for is told of when that has ended, and all after it.
   */
  account(now: number, why: (slot: number) => Cause, underWay?: number): readonly Missing[]
}

interface Mark {
  readonly state: 'held' | 'rejected' | 'tried' | 'lost'
  readonly cause: Cause
  readonly tries: number
  readonly triedAt: number
}

/** Marks of slots nobody has asked about; for a second's slots more than an hour. */
const MOST_MARKS = 5_000

/** `from` is the first slot not yet accounted for, where an earlier life says so; `held` slots need not be asked. */
export function createPollSlots(
  plan: PollPlan,
  from: number | null,
  held: readonly number[] = [],
): PollSlots {
  const marks = new Map<number, Mark>(
    held.map(slot => [slot, { state: 'held', cause: 'NOT_ASKED', tries: 0, triedAt: slot }]),
  )
  let accounted = from
  let latest = Number.NEGATIVE_INFINITY
  let askedAt = 0

  /** A clock set back begins its slots anew: what was read ahead of it was of another time. */
  function slotNow(now: number): number {
    const slot = plan.slotAt(now)
    if (slot < latest) {
      for (const marked of marks.keys()) if (marked >= slot) marks.delete(marked)
      askedAt = Math.min(askedAt, slot)
    }
    latest = slot
    return slot
  }

  function mark(slot: number, state: Mark['state'], now: number, cause: Cause | null): void {
    if (slot > slotNow(now)) return
    const tries = (marks.get(slot)?.tries ?? 0) + 1
    marks.delete(slot)
    marks.set(slot, { state, cause: cause ?? 'NOT_ASKED', tries, triedAt: now })
    const [oldest] = marks.keys()
    if (marks.size > MOST_MARKS && oldest !== undefined) marks.delete(oldest)
  }

  function due(now: number): number | null {
    const slot = slotNow(now)
    const state = marks.get(slot)?.state
    return state === undefined || state === 'tried' ? slot : null
  }

  return {
    plan,
    due,
    nextAt: now => (due(now) === null ? plan.slotAt(now) + plan.everyMs : now),
    missedSince: now => (askedAt < slotNow(now) - plan.everyMs ? askedAt : null),
    ended(slot, end, now, cause) {
      askedAt = now
      // A poll without an answer stays due until its slot is over; how soon it is tried is a matter of patience.
      if (end === 'unanswered' || end === 'disturbed') mark(slot, 'tried', now, cause)
      else mark(slot, cause === null ? 'held' : 'rejected', now, cause)
    },
    lost: (slot, now, cause) => mark(slot, 'lost', now, cause),
    account(now, why, underWay = Number.POSITIVE_INFINITY) {
      const current = Math.min(slotNow(now), underWay)
      const gaps: Missing[] = []
      let next = Math.min(accounted ?? current, current)
      for (const [slot, one] of [...marks].sort(([a], [b]) => a - b)) {
        if (slot >= current) break
        marks.delete(slot)
        if (slot > next) gaps.push(...untried(next, slot, why))
        if (slot >= next ? one.state !== 'held' : one.state === 'lost') gaps.push(gapOf(slot, one))
        next = Math.max(next, slot + plan.everyMs)
      }
      gaps.push(...untried(next, current, why))
      accounted = current
      return joined(gaps, plan.calendar)
    },
  }

  function gapOf(slot: number, { state, cause, tries, triedAt }: Mark): Missing {
    const rejected = state === 'rejected'
    return {
      plan: plan.name,
      first: slot,
      last: slot,
      state: rejected ? 'rejected' : 'missed',
      cause,
      tries,
      triedAt,
    }
  }

  /** Slots from `first` on, before `end`, by their causes. */
  function untried(first: number, end: number, why: (slot: number) => Cause): Missing[] {
    const gaps: Missing[] = []
    for (let slot = first; slot < end; ) {
      const cause = why(slot)
      const last = lastOfCause(slot, end - plan.everyMs, why)
      gaps.push({ plan: plan.name, first: slot, last, state: 'missed', cause, tries: 0, triedAt: null })
      slot = last + plan.everyMs
    }
    return gaps
  }

  /** Up to `most`; causes come in few long stretches, so the end of one is searched and not counted up to. */
  function lastOfCause(first: number, most: number, why: (slot: number) => Cause): number {
    const cause = why(first)
    let low = 0
    let high = Math.round((most - first) / plan.everyMs)
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if (why(first + middle * plan.everyMs) === cause) low = middle
      else high = middle - 1
    }
    return first + low * plan.everyMs
  }
}
