/** A boundary that is not released, as of now: what it would be released as, or why it is not. */

import { isoWithOffset } from '../../core/time.ts'
import type { BilledMeter } from '../../reading/billing/billed-meter.ts'
import type { BillingRead, Doubt } from '../../reading/billing/billing-read.ts'
import { settle } from '../../reading/billing/gate.ts'
import type { Surroundings } from '../../reading/billing/gate-facts.ts'
import type { UsedReason } from '../../reading/billing/usage-reasons.ts'
import type { Entry } from '../../store/book/entry.ts'
import { judgeAt } from '../../store/book/facts.ts'
import type { BillingParts } from './billing-pages.ts'

export interface Judged {
  /** Good so far, with number 0; null where nothing is. */
  readonly end: Entry | null
  /** Why it is not released. */
  readonly reasons: readonly UsedReason[]
}

type JudgingParts = Pick<BillingParts, 'reader' | 'policy' | 'offsetMinutes'>

export function provisionalEnd(
  { reader, policy, offsetMinutes }: JudgingParts,
  meter: BilledMeter,
  boundary: number,
  now: number,
): Judged {
  const around: Surroundings[] = []
  const settled = judgeAt(
    reader,
    (facts, at, kept, beside) => {
      around.push(beside)
      return settle(facts, at, kept, beside)
    },
    meter,
    boundary,
    { now, policy, offsetMinutes },
  )
  const { verdict } = settled
  const [known] = around
  if (settled.does === 'hold' || verdict.status === 'missing' || !known) {
    const doubts = settled.does === 'hold' ? settled.doubts : verdict.doubts
    return { end: null, reasons: doubts.map(one => reasonOf(boundary, one)) }
  }
  const settles = isoWithOffset(boundary + policy.settleMs, offsetMinutes)
  const text = `good so far; it is final when the time to settle is over, ${settles}`
  const waits: UsedReason = { at: boundary, code: 'NOT_SETTLED', obis: null, text }
  return {
    end: endOf(verdict, boundary, known, now),
    reasons: [waits, ...verdict.doubts.map(one => reasonOf(boundary, one))],
  }
}

function reasonOf(at: number, { code, obis, text }: Doubt): UsedReason {
  return { at, code, obis, text }
}

function endOf(
  { meter, status, registers, withheld, doubts }: BillingRead,
  boundary: number,
  { multiplier, segment, opening }: Surroundings,
  now: number,
): Entry {
  return {
    meter,
    boundary,
    version: 1,
    standing: status === 'ready' ? 'actual' : 'totals-only',
    registers: registers.map(({ obis, value, unit, id }) => ({
      ...{ obis, value, unit, reading: id, codes: [], witnesses: [], estimate: null },
    })),
    withheld,
    multiplier,
    segment,
    ...(opening && { opening }),
    remarks: doubts,
    recordedAt: now,
    by: 'rule',
    sequence: 0,
    batch: 0,
    text: '',
  }
}
