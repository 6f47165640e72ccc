/** A gate without history: what is complete and good is released, once its time has elapsed. For tests of the book itself. */

import { compareScaled } from '../../src/core/scaled.ts'
import type { BillingRead } from '../../src/reading/billing/billing-read.ts'
import { judgeBilling } from '../../src/reading/billing/billing-ready.ts'
import type { Release } from '../../src/reading/billing/release.ts'
import { codesOf } from '../../src/reading/quality-codes.ts'
import type { Gate } from '../../src/store/book/facts.ts'

export const plainGate: Gate = (facts, boundary, kept, around) => {
  const verdict = judgeBilling(facts, boundary, kept)
  const { released, now, policy } = around
  if (now < boundary + policy.settleMs) return { does: 'nothing', verdict }
  if (verdict.status === 'missing') return { does: 'hold', verdict, doubts: verdict.doubts }
  const release = releaseOf(verdict, boundary, around)
  if (released !== null && isSame(released, release)) return { does: 'nothing', verdict }
  return { does: 'release', verdict, release }
}

function releaseOf(
  verdict: BillingRead,
  boundary: number,
  { released, multiplier, segment }: Parameters<Gate>[3],
): Omit<Release, 'recordedAt'> {
  return {
    meter: verdict.meter,
    boundary,
    version: (released?.version ?? 0) + 1,
    standing: verdict.status === 'ready' ? 'actual' : 'totals-only',
    registers: verdict.registers.map(one => ({
      obis: one.obis,
      value: one.value,
      unit: one.unit,
      reading: one.id,
      codes: codesOf(one.quality, one.findings),
      witnesses: [{ by: 'second-read', evidence: `${one.obis} was said twice` }],
      estimate: null,
    })),
    withheld: verdict.withheld,
    multiplier,
    segment,
    remarks: [],
    by: 'rule',
  }
}

function isSame(a: Pick<Release, 'registers'>, b: Pick<Release, 'registers'>): boolean {
  return (
    a.registers.length === b.registers.length &&
    a.registers.every((one, index) => {
      const other = b.registers[index]
      return other?.obis === one.obis && compareScaled(one.value, other.value) === 0
    })
  )
}
