/** A reading and what is known beside it → what we think of it. All rules speak; the worst verdict decides. */

import type { Finding, Quality, Reading, ValidatedReading, Verdict } from './reading.ts'
import { type Known, RULES } from './rules.ts'

const QUALITY_OF: Readonly<Record<Exclude<Verdict, 'reject'>, Quality>> = {
  accept: 'good',
  flag: 'good',
  'not evaluated': 'good',
  suspect: 'suspect',
  quarantine: 'quarantined',
}

const WORST_LAST: readonly Quality[] = ['good', 'suspect', 'quarantined']

export function validate(reading: Reading, known: Known): ValidatedReading {
  const findings = RULES.map(rule => rule.check(reading, known)).filter(finding => finding !== null)
  return { ...reading, findings, quality: worst(findings) }
}

function worst(findings: readonly Finding[]): Quality {
  const ranks = findings.map(({ verdict }) =>
    verdict === 'reject' ? 2 : WORST_LAST.indexOf(QUALITY_OF[verdict]),
  )
  return WORST_LAST[Math.max(0, ...ranks)] ?? 'good'
}
