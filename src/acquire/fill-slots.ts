/** Slots of a poll that nobody brought and the meter may have written down: which is asked for, what became of it. Pure. */

import type { FillConfig } from '../config/config.ts'
import { HOUR, MINUTE, slotOf } from '../core/time.ts'
import { type Cause, joined, type Missing } from '../reading/expectation.ts'
import type { FillAsked, FillQuestion, FillTold } from './fill-asked.ts'
import type { JobEnd } from './job.ts'
import type { PollPlan } from './plans.ts'

export interface FillSlots {
  /** What to ask for at `now`, the newest first; null where nothing is. */
  due(now: number): FillAsked | null
  /** The earliest instant at which something may be. */
  nextAt(now: number): number
  ended(asked: FillAsked, end: JobEnd, now: number, cause: Cause | null, told: FillTold | null): void
  /** What was read is durable: only then is it told, so that a crash between forgets nothing. */
  kept(asked: FillAsked): void
  /** What was read could not be kept, or is held apart. */
  lost(asked: FillAsked, now: number, cause: Cause): void
  /** Slots that may still be filled. */
  openCount(): number
  /** Given what polls have missed: what is to be told of it now, and what has changed of what was told before. */
  account(now: number, missed: readonly Missing[]): readonly Missing[]
}

/** An order waits no longer than one conversation, and one block of records is answered in a second or two. */
export const RECORDS_AT_ONCE = 8
/** After silence the meter is asked again after these times; for what it answers but not properly so often and no more. */
const ASK_AGAIN_MS = [10 * MINUTE, 30 * MINUTE, HOUR, 6 * HOUR]

/** Neighbouring slots of one fate. */
interface Open extends Stretched {
  readonly cause: Cause
  readonly tries: number
  readonly triedAt: number | null
  /** Answers that told nothing. */
  readonly fruitless: number
  readonly notBefore: number
}

interface Stretched {
  readonly first: number
  readonly last: number
}

/** `before`: what an earlier life has told to be open. */
export function createFillSlots(
  plan: PollPlan,
  fill: FillConfig,
  offsetMinutes: number,
  before: readonly Missing[] = [],
): FillSlots {
  const { everyMs } = plan
  /** Oldest first, without overlaps. */
  let open: readonly Open[] = before.map(opened)
  let news: Missing[] = []
  let intervalMs: number | null = null
  /** Nothing is held where the newest was looked for: then the oldest shows where the memory begins, if anywhere. */
  let seeksBeginning = false
  /** Questions in a row that had no answer, and until when there is no other: a meter may be silent to these alone. */
  let silences = 0
  let silentUntil = Number.NEGATIVE_INFINITY
  /** Filled by what is on its way to the store. */
  const unkept = new Map<FillAsked, readonly Open[]>()

  function due(now: number): FillAsked | null {
    if (now < silentUntil) return null
    const horizon = now - fill.keptForMs
    const able = open.filter(one => one.notBefore <= now && one.last > horizon && one.last + everyMs <= now)
    const newest = able.at(-1)
    const [oldest] = able
    if (!newest || !oldest) return null
    if (!seeksBeginning) return newestOf(newest)
    return { first: oldest.first, last: oldest.first, questions: [{ from: oldest.first, most: 1 }] }
  }

  function newestOf({ first, last }: Open): FillAsked {
    const step = Math.max(intervalMs ?? everyMs, everyMs)
    // Where records are rarer than slots, the one behind the newest slot shows that there is none of it.
    const beyond = step > everyMs ? 1 : 0
    const anchor = beyond === 1 ? slotOf(last, step, offsetMinutes) : last
    const from = Math.max(first, anchor - (RECORDS_AT_ONCE - 1 - beyond) * step)
    if (intervalMs === null || intervalMs >= everyMs) {
      const most = Math.max(0, Math.floor((anchor - from) / step)) + 1 + beyond
      return { first: from, last, questions: [{ from, most }] }
    }
    const questions: FillQuestion[] = []
    for (let slot = last; slot >= from; slot -= everyMs) questions.push({ from: slot, most: 1 })
    return { first: from, last, questions }
  }

  /** Takes these slots out of what is open, and answers what was said of them. */
  function take({ first, last }: Stretched): readonly Open[] {
    const taken: Open[] = []
    open = open.flatMap(one => {
      const from = Math.max(one.first, first)
      const to = Math.min(one.last, last)
      if (from > to) return [one]
      taken.push({ ...one, first: from, last: to })
      const left: Open[] = []
      if (one.first < from) left.push({ ...one, last: from - everyMs })
      if (one.last > to) left.push({ ...one, first: to + everyMs })
      return left
    })
    return taken
  }

  function put(more: readonly Open[]): void {
    open = [...open, ...more].sort((a, b) => a.first - b.first)
  }

  function tell(
    one: Open,
    state: Missing['state'],
    cause: Cause,
    tries: number,
    triedAt: number | null,
  ): void {
    news.push({ plan: plan.name, first: one.first, last: one.last, state, cause, tries, triedAt })
  }

  function giveUp(slots: Stretched, now: number, cause: Cause): void {
    for (const one of take(slots)) tell(one, 'missed', cause, one.tries + 1, now)
  }

  function ended(
    asked: FillAsked,
    end: JobEnd,
    now: number,
    cause: Cause | null,
    told: FillTold | null,
  ): void {
    silences = isAnswer(end) ? 0 : silences + 1
    silentUntil = silences === 0 ? Number.NEGATIVE_INFINITY : now + pauseAfter(silences)
    const isNewInterval = told !== null && told.intervalMs !== null && told.intervalMs !== intervalMs
    intervalMs = told?.intervalMs ?? intervalMs
    const records = [...(told?.records ?? [])]
    if (told) seeksBeginning = !seeksBeginning && records.length === 0 && told.read.length > 0
    const filled = records.flatMap(([at, why]) => (why === null ? take({ first: at, last: at }) : []))
    unkept.set(
      asked,
      filled.map(one => ({ ...one, tries: one.tries + 1, triedAt: now })),
    )
    for (const [at, why] of records) if (why !== null) giveUp({ first: at, last: at }, now, why)
    for (const { from, to } of told?.read ?? [])
      giveUp({ first: upToSlot(from), last: plan.slotAt(Math.min(to, now)) }, now, 'METER_NO_DATA')
    const left = take(asked)
    // An answer that was good as far as it went leaves the rest to the next question.
    const isProper = told !== null && told.cause === null && cause === null
    if (isProper && (isNewInterval || records.length > 0 || told.read.length > 0)) put(left)
    else put(left.flatMap(one => triedAgain(one, end, now, told?.cause ?? cause ?? 'METER_NO_DATA')))
  }

  function triedAgain(one: Open, end: JobEnd, now: number, cause: Cause): readonly Open[] {
    const fruitless = one.fruitless + (isAnswer(end) ? 1 : 0)
    const pause = isAnswer(end) ? ASK_AGAIN_MS[fruitless - 1] : 0
    const state = pause === undefined ? 'missed' : 'open'
    tell(one, state, cause, one.tries + 1, now)
    if (pause === undefined) return []
    const notBefore = isAnswer(end) ? now + pause : one.notBefore
    return [{ ...one, cause, tries: one.tries + 1, triedAt: now, fruitless, notBefore }]
  }

  function upToSlot(instant: number): number {
    const slot = plan.slotAt(instant)
    return slot < instant ? slot + everyMs : slot
  }

  /** Older than any meter remembers. */
  function ageOut(now: number): void {
    const oldest = upToSlot(now - fill.keptForMs)
    if ((open[0]?.first ?? oldest) >= oldest) return
    for (const one of take({ first: Number.NEGATIVE_INFINITY, last: oldest - everyMs }))
      tell(one, 'missed', one.cause, one.tries, one.triedAt)
  }

  return {
    due,
    openCount: () => open.reduce((sum, { first, last }) => sum + (last - first) / everyMs + 1, 0),
    nextAt(now) {
      if (due(now)) return now
      const waits = open.map(({ notBefore }) => (notBefore > now ? notBefore : now + everyMs))
      return silentUntil > now && waits.length > 0 ? silentUntil : Math.min(...waits)
    },
    ended,
    kept(asked) {
      for (const one of unkept.get(asked) ?? []) tell(one, 'filled', 'NOT_ASKED', one.tries, one.triedAt)
      unkept.delete(asked)
    },
    lost(asked, now, cause) {
      const isFinal = cause === 'HELD_APART'
      const slots = unkept.get(asked) ?? []
      unkept.delete(asked)
      for (const one of slots) tell(one, isFinal ? 'missed' : 'open', cause, one.tries, one.triedAt)
      if (!isFinal) put(slots.map(one => ({ ...one, cause, notBefore: now + pauseAfter(1) })))
    },
    account(now, missed) {
      // A clock set back begins its slots anew.
      if (silentUntil > now + (ASK_AGAIN_MS.at(-1) ?? 0)) silentUntil = now
      take({ first: plan.slotAt(now), last: Number.POSITIVE_INFINITY })
      const oldest = upToSlot(now - fill.keptForMs)
      const fresh = missed.flatMap((gap): Missing[] => {
        if (gap.state !== 'missed' || gap.last < oldest) return [gap]
        take(gap)
        const first = Math.max(gap.first, oldest)
        const past = first > gap.first ? [{ ...gap, last: first - everyMs }] : []
        return [...past, { ...gap, first, state: 'open' }]
      })
      put(fresh.filter(({ state }) => state === 'open').map(opened))
      ageOut(now)
      const told = [...fresh, ...news]
      news = []
      return joined(told, plan.calendar)
    },
  }
}

function isAnswer(end: JobEnd): boolean {
  return end === 'done' || end === 'nothing'
}

function pauseAfter(silences: number): number {
  return ASK_AGAIN_MS[Math.min(silences, ASK_AGAIN_MS.length) - 1] ?? 0
}

function opened({ first, last, cause, tries, triedAt }: Missing): Open {
  return { first, last, cause, tries, triedAt, fruitless: 0, notBefore: Number.NEGATIVE_INFINITY }
}
