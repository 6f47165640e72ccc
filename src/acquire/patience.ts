/**
 * How often a meter that does not answer is asked: ever more rarely, and all such meters of one line together use
 * only a small share of its time, so that one bad meter costs the others nothing (PR-42).
 */

import type { Clock } from '../core/clock.ts'
import type { Failure } from '../core/faults.ts'
import { MINUTE, SECOND } from '../core/time.ts'
import type { MeterState, MeterStatus } from './status.ts'

/** Share of the line's time that meters known not to answer may use. */
const SILENT_SHARE = 0.02
/** Ten minutes' worth. */
const MOST_CREDIT_MS = 10 * MINUTE * SILENT_SHARE
/** Longest pause between two tries of one meter. */
const LONGEST_PAUSE_MS = 15 * MINUTE
const FIRST_PAUSE_MS = 5 * SECOND
/** So many conversations in a row without an answer and a meter counts as silent. */
const SILENT_AFTER = 3

/** The time budget of one line for meters that do not answer; state is kept per line and meter, never by address. */
export interface SilentBudget {
  /** True when a meter known not to answer may be tried now. */
  allows(): boolean
  spend(ms: number): void
}

export function createSilentBudget(clock: Clock): SilentBudget {
  let countedAt = clock.monotonic()
  let creditMs = 0
  /** Credit grows with time, but quiet weeks are not saved up for one long search. */
  function grow(): void {
    const now = clock.monotonic()
    creditMs = Math.min(MOST_CREDIT_MS, creditMs + (now - countedAt) * SILENT_SHARE)
    countedAt = now
  }
  return {
    allows() {
      grow()
      return creditMs >= 0
    },
    spend(ms) {
      grow()
      creditMs -= ms
    },
  }
}

export interface Patience {
  /** Whether the meter may be asked now, for what the calendar says is due. */
  mayAsk(): boolean
  /** Monotonic time before which it is not asked; `-Infinity` for meters that answer. */
  readonly notBefore: number
  /** When it was asked last, UTC ms; null for never. */
  readonly lastAskedAt: number | null
  /** `valueless`: why it told no value all the same; it is asked as often as before. */
  answered(now: number, valueless?: Failure | null): void
  unanswered(now: number, costMs: number, fault: Failure): void
  status(id: string, nextAt: number | null): MeterStatus
}

/** Ever longer, ms, after so many tries in a row in vain. */
export function pauseAfter(inARow: number): number {
  return Math.min(FIRST_PAUSE_MS * 2 ** (inARow - 1), LONGEST_PAUSE_MS)
}

export function createPatience(clock: Clock, budget: SilentBudget): Patience {
  let inARow = 0
  let notBefore = Number.NEGATIVE_INFINITY
  let lastAskedAt: number | null = null
  let lastAnswerAt: number | null = null
  let fault: MeterStatus['fault'] = null
  let answers = 0
  let silences = 0

  function state(): MeterState {
    if (lastAskedAt === null) return 'never'
    if (inARow === 0) return fault === null ? 'ok' : 'failing'
    return inARow < SILENT_AFTER ? 'failing' : 'silent'
  }

  return {
    mayAsk: () => inARow === 0 || (clock.monotonic() >= notBefore && budget.allows()),
    get notBefore() {
      return notBefore
    },
    get lastAskedAt() {
      return lastAskedAt
    },
    answered(now, valueless = null) {
      inARow = 0
      notBefore = Number.NEGATIVE_INFINITY
      lastAskedAt = now
      lastAnswerAt = now
      fault = valueless
      answers += 1
    },
    unanswered(now, costMs, why) {
      // The first silence is the price of finding out; only what is spent knowingly counts against the budget.
      if (inARow > 0) budget.spend(costMs)
      inARow += 1
      notBefore = clock.monotonic() + pauseAfter(inARow)
      lastAskedAt = now
      fault = why
      silences += 1
    },
    status: (id, nextAt) => ({
      id,
      state: state(),
      lastAskedAt,
      lastAnswerAt,
      fault,
      nextAt,
      answered: answers,
      unanswered: silences,
    }),
  }
}
