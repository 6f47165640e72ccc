/**
 * How often a meter that does not answer is asked: ever more rarely, and all such meters of one line together use
 * only a small share of the time the others need, so that one bad meter costs the others nothing (PR-42).
 */

import type { Clock } from '../core/clock.ts'
import type { Failure } from '../core/faults.ts'
import { MINUTE, SECOND } from '../core/time.ts'
import type { Ledger } from './ledger.ts'
import { createLineShare, type LineShare } from './line-share.ts'
import type { MeterState, MeterStatus } from './status.ts'

/** Share of the line's time that meters known not to answer may use. */
const SILENT_SHARE = 0.02
/** Likewise while nobody else wants the line: whoever orders or reads by hand still finds it free nine times of ten. */
const QUIET_SHARE = 0.1
/** Ten minutes' worth. */
const MOST_CREDIT_MS = 10 * MINUTE * SILENT_SHARE
/** What one conversation costs at most: two waits of 90 s. What takes longer is mostly a stop of the process. */
const MOST_COST_MS = 3 * MINUTE
/** Longest pause between two tries of one meter. */
const LONGEST_PAUSE_MS = 15 * MINUTE
const FIRST_PAUSE_MS = 5 * SECOND
/** So many conversations in a row without an answer and a meter counts as silent. */
const SILENT_AFTER = 3

/** A meter of the line, as far as its time is concerned. */
export interface Companion {
  readonly ledger: Pick<Ledger, 'nextAt'>
  readonly patience: Pick<Patience, 'isSilent'>
}

/**
 * The time budget of one line for meters that do not answer; state is kept per line and meter, never by address. Where
 * no other meter answers there is nobody to save time for: over carriers one silence costs 90 s, an hour of the share.
 */
export function createSilentBudget(clock: Clock, meters: () => readonly Companion[]): LineShare {
  const share = createLineShare(clock, SILENT_SHARE, MOST_CREDIT_MS)
  const isWell = ({ patience }: Companion) => !patience.isSilent
  const isWanted = (now: number) => meters().some(one => isWell(one) && one.ledger.nextAt(now) <= now)
  return {
    allows: () => share.allows() || !meters().some(isWell),
    spend(ms) {
      if (meters().some(isWell)) share.spend(isWanted(clock.now()) ? ms : ms * (SILENT_SHARE / QUIET_SHARE))
    },
  }
}

export interface Patience {
  /** Whether the meter may be asked now, for what the calendar says is due. */
  mayAsk(): boolean
  /** Monotonic time before which it is not asked; `-Infinity` for meters that answer. */
  readonly notBefore: number
  /** It did not answer the last time, for whatever reason. */
  readonly isSilent: boolean
  /** When it was asked last, UTC ms; null for never. */
  readonly lastAskedAt: number | null
  /** Why it did not answer last; null when it did. */
  readonly fault: Failure | null
  /** The line was dead since then, monotonic, and is not any more: what was silent only meanwhile is well, the rest is asked at once. */
  lineRecovered(deadSince: number): void
  /** `valueless`: why it told no value all the same; it is asked as often as before. */
  answered(now: number, valueless?: Failure | null): void
  /** `costMs` of the line's time, 0 where nobody needs it; null where the process was stopped meanwhile (PR-34). */
  unanswered(now: number, costMs: number | null, fault: Failure): void
  status(id: string, nextAt: number | null): Omit<MeterStatus, 'numbers'>
}

/** Ever longer, ms, after so many tries in a row in vain. */
export function pauseAfter(inARow: number): number {
  return Math.min(FIRST_PAUSE_MS * 2 ** (inARow - 1), LONGEST_PAUSE_MS)
}

export function createPatience(clock: Clock, budget: LineShare): Patience {
  let inARow = 0
  /** When the first of these ended, monotonic. */
  let silentSince = Number.NEGATIVE_INFINITY
  let notBefore = Number.NEGATIVE_INFINITY
  let lastAskedAt: number | null = null
  let lastAnswerAt: number | null = null
  let fault: MeterStatus['fault'] = null
  let answers = 0
  let silences = 0
  /** The last time the process was stopped meanwhile: that counts against no meter, but not time after time. */
  let wasHeldUp = false

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
    get isSilent() {
      return inARow > 0
    },
    lineRecovered(deadSince) {
      if (inARow > 0 && silentSince >= deadSince) inARow = 0
      notBefore = inARow > 0 ? clock.monotonic() : Number.NEGATIVE_INFINITY
    },
    get lastAskedAt() {
      return lastAskedAt
    },
    get fault() {
      return fault
    },
    answered(now, valueless = null) {
      inARow = 0
      wasHeldUp = false
      notBefore = Number.NEGATIVE_INFINITY
      lastAskedAt = now
      lastAnswerAt = now
      fault = valueless
      answers += 1
    },
    unanswered(now, costMs, why) {
      lastAskedAt = now
      fault = why
      silences += 1
      const isForgiven = costMs === null && !wasHeldUp
      wasHeldUp = costMs === null
      if (isForgiven) return
      // The first silence is the price of finding out; only what is spent knowingly counts against the budget.
      if (inARow > 0) budget.spend(Math.min(costMs ?? 0, MOST_COST_MS))
      else silentSince = clock.monotonic()
      inARow += 1
      notBefore = clock.monotonic() + pauseAfter(inARow)
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
