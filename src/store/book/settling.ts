/**
 * Settles boundaries where the readings are: the gate judges and what it releases is written, in one transaction, so that
 * nothing comes between the two and a kill leaves a batch whole or not begun.
 */

import { systemClock } from '../../core/clock.ts'
import type { Transaction } from '../statements.ts'
import type { Outcome, SettleAnswer, SettleAsked } from './asked.ts'
import { countsOf } from './batch-entry.ts'
import { type FactsRead, type Gate, isOfItsSeries, judgeAt } from './facts.ts'
import type { BookWriter } from './writing.ts'

/** Commits and questions wait no longer for one call. */
const SLICE_MS = 20
/** However fast the machine. */
export const MOST_JUDGED = 100

export interface SettlingParts {
  readonly read: FactsRead
  readonly gate: Gate
  readonly writerAt: (now: number) => BookWriter
  readonly transaction: Transaction
  readonly offsetMinutes: number
}

export function createSettling(parts: SettlingParts): (asked: SettleAsked) => SettleAnswer {
  const { read, gate, writerAt, transaction, offsetMinutes } = parts

  function settleAll({ now, policy, isCatchingUp = false, pairs }: SettleAsked): SettleAnswer {
    const end = systemClock.monotonic() + SLICE_MS
    let writer: BookWriter | null = null
    let judged = 0
    const outcomes: Outcome[] = []
    for (const { meter, boundary, anew, heldBack, notBilled } of pairs) {
      if (outcomes.length > 0 && (judged === MOST_JUDGED || systemClock.monotonic() >= end)) break
      if (!anew && read.book.isFinal(meter.id, boundary) && isOfItsSeries(read, meter, boundary)) {
        outcomes.push('final')
        continue
      }
      judged += 1
      const settled = judgeAt(read, gate, meter, boundary, {
        now,
        policy,
        isCatchingUp,
        offsetMinutes,
        ...(heldBack && { heldBack }),
        ...(notBilled && { notBilled }),
      })
      outcomes.push(settled.does)
      if (settled.does !== 'release') continue
      writer ??= writerAt(now)
      writer.add(settled.release)
    }
    const closed = writer?.close() ?? null
    if (closed === null) return { outcomes, batch: null }
    const { id, first, last } = closed.batch
    return { outcomes, batch: { id, first, last, standings: countsOf(closed.entries) } }
  }

  return asked => transaction(() => settleAll(asked))
}
