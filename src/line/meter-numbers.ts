/** What a line counts of each meter on it, and how long it waits for that meter's next answer. */

import type { Driver, Request } from '../driver-api/driver.ts'
import type { Exchange } from './asker.ts'
import { createResponseTimes, type ResponseQuantiles, type ResponseTimes } from './response-times.ts'

/** Fewer answers tell nothing of how slow a meter may be. */
const ANSWERS_TO_KNOW = 20
/** Fewer late ones are an accident. */
const LATES_TO_KNOW = 3
/** A meter is waited for so many times as long as all but one of a hundred answers took. */
const MARGIN = 3
/** Where most answers are late: beyond what nine of ten took. */
const LATE_MARGIN = 1.5
/** Carriers bring answers within 90 s; the wait is widened so far. */
const LONGEST_WAIT_MS = 120_000

export interface MeterNumbers {
  readonly requests: number
  readonly timeouts: number
  /** Exchanges that brought damaged frames or noise, and no answer. */
  readonly damaged: number
  readonly lates: number
  readonly strays: number
  /** From the last byte of the question to the first of the answer as far as that is known; the newest thousand. */
  readonly responseMs: ResponseQuantiles | null
}

export const NO_NUMBERS: MeterNumbers = {
  requests: 0,
  timeouts: 0,
  damaged: 0,
  lates: 0,
  strays: 0,
  responseMs: null,
}

export interface NumbersOfMeters {
  of(meter: string): MeterNumbers
  /** What half of its answers take at most, ms; 0 before the first. */
  typicalMsOf(meter: string): number
  noteExchange(meter: string, exchange: Exchange): void
  noteLate(meter: string, ms: number): void
  /** Questions in a row that had no answer; 0 for a meter never asked. */
  silencesOf(meter: string): number
  /** How long to wait for the first byte; `usualMs` is what line or driver allow a meter that is not known. */
  replyWithinMs(meter: string, request: Request, driver: Driver, usualMs: number): number
}

interface Known {
  requests: number
  timeouts: number
  damaged: number
  lates: number
  strays: number
  silences: number
  times: ResponseTimes | null
}

export function createMeterNumbers(): NumbersOfMeters {
  const known = new Map<string, Known>()

  function met(meter: string): Known {
    const one = known.get(meter)
    if (one) return one
    const fresh = { requests: 0, timeouts: 0, damaged: 0, lates: 0, strays: 0, silences: 0, times: null }
    known.set(meter, fresh)
    return fresh
  }

  function took(one: Known, ms: number): void {
    one.times ??= createResponseTimes(true)
    one.times.note(ms)
  }

  return {
    of(meter) {
      const one = known.get(meter)
      if (!one) return NO_NUMBERS
      const { requests, timeouts, damaged, lates, strays, times } = one
      return { requests, timeouts, damaged, lates, strays, responseMs: times?.quantiles() ?? null }
    },
    typicalMsOf: meter => known.get(meter)?.times?.quantile(0.5) ?? 0,
    noteExchange(meter, { outcome, stayed, tookMs, heldUp, others }) {
      if (stayed) return
      const one = met(meter)
      one.requests += 1
      one.strays += others.filter(other => STRAY.has(other.outcome)).length
      // What lay about while we were stopped tells nothing of a meter.
      if (heldUp) return
      if (outcome === 'LINE_SILENT') one.timeouts += 1
      if (outcome === 'LINE_GARBLED') one.damaged += 1
      if (outcome === 'answered') one.silences = 0
      if (outcome === 'LINE_SILENT') one.silences += 1
      if (outcome === 'answered' && tookMs !== undefined) took(one, tookMs)
    },
    noteLate(meter, ms) {
      const one = met(meter)
      one.lates += 1
      took(one, ms)
    },
    silencesOf: meter => known.get(meter)?.silences ?? 0,
    replyWithinMs(meter, request, driver, usualMs) {
      const one = known.get(meter)
      const seen = one?.times?.quantiles()
      if (!one?.times || !seen) return usualMs
      if (one.lates >= LATES_TO_KNOW && seen.p90 * LATE_MARGIN > usualMs)
        return Math.min(seen.p90 * LATE_MARGIN, LONGEST_WAIT_MS)
      return Math.min(usualMs, shorterMs(one.times.count, seen.p99, one.silences, request, driver) ?? usualMs)
    },
  }
}

/**
 * Only where the standard says how long a meter may take and a late answer names its question: the standard's time on
 * top of the way there, never less than what it has taken with a margin. Every second question in a row without an answer
 * has all the time again, so a meter that has become slow is not lost.
 */
function shorterMs(
  count: number,
  p99: number,
  silences: number,
  { safeToRepeat }: Request,
  { answerNamesItem, timing: { standardReplyMs } }: Driver,
): number | null {
  if (standardReplyMs === undefined || !answerNamesItem || !safeToRepeat) return null
  if (count < ANSWERS_TO_KNOW || silences % 2 === 1) return null
  return Math.max(standardReplyMs + p99, MARGIN * p99)
}

/** Good frames that answered another question. */
const STRAY: ReadonlySet<string> = new Set(['V-F3', 'V-F4', 'V-F5', 'V-F6'])
