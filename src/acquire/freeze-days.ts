/** The boundaries of one plan that a meter freezes at: which is wanted, newest first, and what became of the rest. Pure: time comes in. */

import { DAY, HOUR, MINUTE } from '../core/time.ts'
import { type Cause, joined, type Missing } from '../reading/expectation.ts'
import { createFreezeCount } from './freeze-count.ts'
import type { Frozen, JobEnd } from './job.ts'
import type { FreezePlan } from './plans.ts'

export interface FreezeDays {
  readonly plan: FreezePlan
  /** The newest boundary to be asked for at `now`, and how many back it is, from 1; or null. */
  due(now: number): { readonly boundary: number; readonly nth: number } | null
  nextAt(now: number): number
  /** `frozen`: what was read, under its own stamp. */
  ended(boundary: number, end: JobEnd, now: number, cause: Cause | null, frozen?: Frozen | null): void
  /** What was read could not be kept; it is asked again. */
  lost(boundary: number, now: number, cause: Cause): void
  /** The oldest boundary that is wanted, held or not. */
  since(now: number): number
  /** What has changed since it was told last; `why` of those never tried. */
  account(now: number, why: (boundary: number) => Cause): readonly Missing[]
}

/** Boundaries fetched at least, of a meter nothing is known of too (concentrators re-read the last three days). */
const FIRST = 3
/** A freeze the meter did not have, or not whole, is asked again after these times, then once a day. */
const ASK_AGAIN_MS = [10 * MINUTE, 30 * MINUTE, HOUR, 6 * HOUR, DAY]
/** One that a line disturbed is there for all we know; a freeze goes before polls, so they have their turn meanwhile. */
const DISTURBED_AGAIN_MS = 10 * MINUTE
/** One that the meter has not made, by what it told of its neighbours. */
const UNMADE_AGAIN_MS = 6 * HOUR

interface Tries {
  /** Answers without it, which make it less urgent. */
  readonly count: number
  readonly notBefore: number
  readonly asked: number
  readonly at: number
  readonly cause: Cause
}

export interface FreezesBefore {
  /** Boundaries whose freezes are kept whole already. */
  readonly held: readonly number[]
  /** The boundary up to which an earlier life has told what is past; null where none has. */
  readonly accounted: number | null
}

export function createFreezeDays(plan: FreezePlan, { held, accounted: before }: FreezesBefore): FreezeDays {
  const { depth, everyMs } = plan
  const freezesHeld = new Set(held)
  const count = createFreezeCount(everyMs)
  const tries = new Map<number, Tries>()
  /** What was told of open boundaries, by how it was said. */
  const told = new Map<number, string>()
  /** Held, and not told yet: an earlier life may have said that they are open. */
  const news = new Set(held)
  /** The newest boundary there is: today's, or this hour's. */
  let latest = Number.NaN
  let from = Number.NaN
  let accounted = before
  /** Not held, newest first: today's bill matters before last week's. */
  let wanted: number[] = []

  /** Works out anew what is wanted when a day, or an hour, has begun, or the clock was set to another. */
  function lookAtCalendar(now: number): void {
    const newest = plan.slotAt(now)
    if (newest === latest) return
    // Pauses counted from a day that is not yet would never end.
    if (newest < latest) tries.clear()
    if (!(from <= newest)) from = firstWanted(newest)
    latest = newest
    count.moves()
    const most = Math.min(depth, Math.round((newest - from) / everyMs) + 1)
    wanted = Array.from({ length: most }, (_, back) => newest - back * everyMs).filter(
      boundary => !freezesHeld.has(boundary),
    )
  }

  /** The last few always, and every one since the oldest that was read, as far back as the meter remembers. */
  function firstWanted(newest: number): number {
    const usual = newest - (FIRST - 1) * everyMs
    const oldestRead = [...freezesHeld]
      .filter(plan.asks)
      .reduce((oldest, one) => Math.min(oldest, one), usual)
    return Math.max(oldestRead, Math.min(usual, oldestLeft(newest)))
  }

  function oldestLeft(newest: number): number {
    return newest - (depth - 1) * everyMs
  }

  function dueAt(boundary: number): number {
    const askableAt = boundary < latest ? plan.olderAskableAt(latest) : plan.askableAt(boundary)
    return Math.max(askableAt, tries.get(boundary)?.notBefore ?? Number.NEGATIVE_INFINITY)
  }

  function due(now: number) {
    lookAtCalendar(now)
    const boundary = wanted.find(one => plan.asks(one) && dueAt(one) <= now)
    return boundary === undefined ? null : { boundary, nth: count.nthOf(boundary, latest) }
  }

  function hold(boundary: number): void {
    freezesHeld.add(boundary)
    news.add(boundary)
    tries.delete(boundary)
    wanted = wanted.filter(one => one !== boundary)
  }

  /** Another freeze than was asked for: those between the two were never made, for all we know. */
  function tookInstead(boundary: number, { slot }: Frozen, now: number): void {
    if (plan.slotAt(slot) !== slot) return
    count.saw(boundary, slot)
    for (const one of wanted.filter(one => slot < one && one < boundary && !tries.has(one)))
      tries.set(one, {
        count: 1,
        notBefore: now + UNMADE_AGAIN_MS,
        asked: 0,
        at: now,
        cause: 'METER_NO_DATA',
      })
  }

  function ended(
    boundary: number,
    end: JobEnd,
    now: number,
    cause: Cause | null,
    frozen: Frozen | null = null,
  ): void {
    if (end === 'done') {
      hold(boundary)
      return
    }
    if (frozen && frozen.slot !== boundary) tookInstead(boundary, frozen, now)
    const known = tries.get(boundary)
    const answers = (known?.count ?? 0) + (end === 'nothing' ? 1 : 0)
    const pause = { nothing: pauseAfter(answers), disturbed: DISTURBED_AGAIN_MS, unanswered: 0 }[end]
    tries.set(boundary, {
      count: answers,
      // How soon a silent meter is tried is a matter of patience.
      notBefore: end === 'unanswered' ? (known?.notBefore ?? Number.NEGATIVE_INFINITY) : now + pause,
      asked: (known?.asked ?? 0) + 1,
      at: now,
      cause: cause ?? 'METER_NO_DATA',
    })
  }

  function gapOf(boundary: number, state: Missing['state'], why: (boundary: number) => Cause): Missing {
    const tried = tries.get(boundary)
    const cause = tried?.cause ?? why(boundary)
    const said = { state, cause, tries: tried?.asked ?? 0, triedAt: tried?.at ?? null }
    return { plan: plan.name, first: boundary, last: boundary, ...said }
  }

  /** Boundaries no meter remembers any more; those held long ago need not be known here. */
  function past(why: (boundary: number) => Cause): Missing[] {
    const gaps: Missing[] = []
    const oldest = oldestLeft(latest)
    for (let boundary = accounted ?? oldest; boundary < oldest; boundary += everyMs) {
      if (!freezesHeld.has(boundary)) gaps.push(gapOf(boundary, 'missed', why))
      told.delete(boundary)
      tries.delete(boundary)
    }
    accounted = oldest
    return gaps
  }

  function open(now: number, why: (boundary: number) => Cause): Missing[] {
    const late = wanted.filter(one => tries.has(one) || one < latest || now >= plan.dueBy(one)).reverse()
    return late.map(boundary => gapOf(boundary, 'open', why)).filter(hasChanged)
  }

  function filled(): Missing[] {
    const boundaries = [...news].filter(boundary => freezesHeld.has(boundary)).sort((a, b) => a - b)
    news.clear()
    return boundaries.map((boundary): Missing => {
      told.delete(boundary)
      const said = { state: 'filled', cause: 'NOT_ASKED', tries: 0, triedAt: null } as const
      return { plan: plan.name, first: boundary, last: boundary, ...said }
    })
  }

  function hasChanged({ first, cause, tries, triedAt }: Missing): boolean {
    const said = `${cause} ${tries} ${triedAt}`
    if (told.get(first) === said) return false
    told.set(first, said)
    return true
  }

  return {
    plan,
    due,
    nextAt(now) {
      if (due(now)) return now
      return Math.min(...wanted.filter(plan.asks).map(dueAt), plan.askableAt(latest + everyMs))
    },
    ended,
    lost(boundary, now, cause) {
      freezesHeld.delete(boundary)
      if (!wanted.includes(boundary)) wanted = [...wanted, boundary].sort((a, b) => b - a)
      ended(boundary, 'nothing', now, cause)
    },
    since(now) {
      lookAtCalendar(now)
      return Math.max(from, oldestLeft(latest))
    },
    account(now, why) {
      lookAtCalendar(now)
      return joined([...past(why), ...filled(), ...open(now, why)], everyMs)
    },
  }
}

function pauseAfter(count: number): number {
  return ASK_AGAIN_MS[Math.min(count, ASK_AGAIN_MS.length) - 1] ?? DAY
}
