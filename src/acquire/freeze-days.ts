/** The boundaries of one plan that a meter freezes at: which is wanted, newest first, and what became of the rest. Pure: time comes in. */

import { boundariesIn, boundaryAfter, boundaryBack, isBoundary } from '../core/calendar.ts'
import { DAY, HOUR, MINUTE } from '../core/time.ts'
import { type Cause, joined, type Missing } from '../reading/expectation.ts'
import { createFreezeCount } from './freeze-count.ts'
import type { Frozen, JobEnd } from './job.ts'
import type { FreezePlan } from './plans.ts'

export interface FreezeDays {
  readonly plan: FreezePlan
  /** The newest boundary to be asked for at `now`, and how many back it is, from 1; then what was read once; or null. */
  due(now: number): { readonly boundary: number; readonly nth: number; readonly isKept?: true } | null
  nextAt(now: number): number
  /** `frozen`: what was read, under its own stamp. */
  ended(boundary: number, end: JobEnd, now: number, cause: Cause | null, frozen?: Frozen | null): void
  /** It is kept, and what goes on bills of it was said once only: it is asked again within a day, a few times (V-W1). */
  wasReadOnce(boundary: number, now: number): void
  /** What was kept was asked again; where that brings nothing, this is not the last time. */
  askedAgain(boundary: number, now: number): void
  /** What it said then is durable. */
  wasReadAgain(boundary: number): void
  /** What was read could not be kept; it is asked again. */
  lost(boundary: number, now: number, cause: Cause): void
  /** Boundaries that are late and not held. */
  openCount(now: number): number
  /** The oldest boundary that is wanted, held or not. */
  since(now: number): number
  /** When a boundary may be asked for next, whether for the first time, again, or a second time; null where it is not. */
  askedNextAt(boundary: number, now: number): number | null
  /** Whether it is this plan that brings the boundary, rather than another that has it too: it is held, or may come. */
  brings(boundary: number, now: number): boolean
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
/** What was said once is asked again after these times, then once a day as long as the meter remembers: it is not billed. */
const WITNESS_AFTER_MS = [10 * MINUTE, 30 * MINUTE, HOUR, 6 * HOUR]
/** After so many answers without a freeze another kind of freeze of the same instant is asked for. */
const LACKS_AFTER = 3

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
  /** Of these the newest that were read once only. */
  readonly readOnce?: readonly number[]
  /** The boundary up to which an earlier life has told what is past; null where none has. */
  readonly accounted: number | null
}

/** `elders`: those of the plan's elders, which bring what they share with it as long as they can. */
export function createFreezeDays(
  plan: FreezePlan,
  { held, readOnce: onceBefore = [], accounted: before }: FreezesBefore,
  elders: readonly FreezeDays[] = [],
): FreezeDays {
  const { depth, calendar } = plan
  const freezesHeld = new Set(held)
  const count = createFreezeCount(calendar)
  const tries = new Map<number, Tries>()
  /** Held, and read once: when it may be asked again, and how often it was. */
  const readOnce = new Map(
    onceBefore.map(boundary => [boundary, { notBefore: Number.NEGATIVE_INFINITY, times: 0 }]),
  )
  /** What was told of open boundaries, by how it was said. */
  const told = new Map<number, string>()
  /** Held, and not told yet: an earlier life may have said that they are open. */
  const news = new Set(held)
  /** The newest boundary there is: today's, or this hour's. */
  let latest = Number.NaN
  /** The one after it, and the oldest the meter remembers. */
  let next = Number.NaN
  let oldest = Number.NaN
  let from = Number.NaN
  let accounted = before
  /** Not held, newest first: today's bill matters before last week's. */
  let wanted: number[] = []

  /** Works out anew what is wanted when a day, or an hour, has begun, or the clock was set to another. */
  function lookAtCalendar(now: number): void {
    // Every meter is looked at for each job of its line, and months take longer to count than days.
    if (latest <= now && now < next) return
    const newest = plan.slotAt(now)
    // Pauses counted from a day that is not yet would never end.
    if (newest < latest) forgetPauses()
    oldest = boundaryBack(calendar, newest, depth - 1)
    if (!(from <= newest)) from = firstWanted(newest)
    latest = newest
    next = boundaryAfter(calendar, newest)
    count.moves()
    wanted = [...boundariesIn(calendar, Math.max(from, oldest), newest + 1)]
      .filter(boundary => !freezesHeld.has(boundary))
      .reverse()
  }

  function forgetPauses(): void {
    tries.clear()
    for (const [boundary, { times }] of readOnce) readOnce.set(boundary, { notBefore: 0, times })
  }

  /** The last few always, and every one since the oldest that was read, as far back as the meter remembers. */
  function firstWanted(newest: number): number {
    const usual = boundaryBack(calendar, newest, FIRST - 1)
    const oldestRead = [...freezesHeld]
      .filter(plan.showsItWasRead)
      .reduce((oldest, one) => Math.min(oldest, one), usual)
    return Math.max(oldestRead, Math.min(usual, oldest))
  }

  function isAskedFor(boundary: number, now: number): boolean {
    return !elders.some(elder => elder.brings(boundary, now))
  }

  function dueAt(boundary: number): number {
    const askableAt = boundary < latest ? plan.olderAskableAt(latest) : plan.askableAt(boundary)
    return Math.max(askableAt, tries.get(boundary)?.notBefore ?? Number.NEGATIVE_INFINITY)
  }

  function due(now: number) {
    lookAtCalendar(now)
    const boundary = wanted.find(one => dueAt(one) <= now && isAskedFor(one, now))
    if (boundary !== undefined) return { boundary, nth: count.nthOf(boundary, latest) }
    const again = onceDue(now)
    return again === null ? null : { boundary: again, nth: count.nthOf(again, latest), isKept: true as const }
  }

  function onceDue(now: number): number | null {
    for (const [boundary, { notBefore }] of readOnce)
      if (notBefore <= now && boundary >= oldest && boundary <= latest && dueAt(boundary) <= now)
        return boundary
    return null
  }

  function askAgain(boundary: number, times: number, now: number): void {
    if (boundary < oldest) readOnce.delete(boundary)
    else readOnce.set(boundary, { notBefore: now + (WITNESS_AFTER_MS[times] ?? DAY), times })
  }

  function hold(boundary: number): void {
    freezesHeld.add(boundary)
    news.add(boundary)
    tries.delete(boundary)
    wanted = wanted.filter(one => one !== boundary)
  }

  /** Another freeze than was asked for: those between the two were never made, for all we know. */
  function tookInstead(boundary: number, { slot }: Frozen, now: number): void {
    if (!isBoundary(calendar, slot)) return
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
    for (
      let boundary = accounted ?? oldest;
      boundary < oldest;
      boundary = boundaryAfter(calendar, boundary)
    ) {
      if (!freezesHeld.has(boundary)) gaps.push(gapOf(boundary, 'missed', why))
      told.delete(boundary)
      tries.delete(boundary)
    }
    accounted = oldest
    return gaps
  }

  function late(now: number): readonly number[] {
    return wanted.filter(one => tries.has(one) || one < latest || now >= plan.dueBy(one))
  }

  function open(now: number, why: (boundary: number) => Cause): Missing[] {
    return late(now)
      .toReversed()
      .map(boundary => gapOf(boundary, 'open', why))
      .filter(hasChanged)
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
      const asked = wanted.filter(one => isAskedFor(one, now))
      const once = [...readOnce.values()].map(({ notBefore }) => notBefore).filter(at => at > now)
      return Math.min(...asked.map(dueAt), ...once, plan.askableAt(next))
    },
    ended,
    wasReadOnce: (boundary, now) => askAgain(boundary, 0, now),
    askedAgain: (boundary, now) => askAgain(boundary, (readOnce.get(boundary)?.times ?? 0) + 1, now),
    wasReadAgain: boundary => void readOnce.delete(boundary),
    lost(boundary, now, cause) {
      freezesHeld.delete(boundary)
      readOnce.delete(boundary)
      if (!wanted.includes(boundary)) wanted = [...wanted, boundary].sort((a, b) => b - a)
      ended(boundary, 'nothing', now, cause)
    },
    openCount(now) {
      lookAtCalendar(now)
      return late(now).length
    },
    since(now) {
      lookAtCalendar(now)
      return Math.max(from, oldest)
    },
    askedNextAt(boundary, now) {
      lookAtCalendar(now)
      if (wanted.includes(boundary)) return isAskedFor(boundary, now) ? dueAt(boundary) : null
      const again = readOnce.get(boundary)
      return again && boundary >= oldest ? Math.max(again.notBefore, dueAt(boundary)) : null
    },
    brings(boundary, now) {
      lookAtCalendar(now)
      if (freezesHeld.has(boundary)) return true
      return wanted.includes(boundary) && (tries.get(boundary)?.count ?? 0) < LACKS_AFTER
    },
    account(now, why) {
      lookAtCalendar(now)
      return joined([...past(why), ...filled(), ...open(now, why)], calendar)
    },
  }
}

function pauseAfter(count: number): number {
  return ASK_AGAIN_MS[Math.min(count, ASK_AGAIN_MS.length) - 1] ?? DAY
}
