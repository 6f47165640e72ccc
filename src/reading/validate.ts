/** Readings and what is known beside them → what we think of them. All rules speak; the worst verdict decides. */

import type { Finding, Quality, Reading, ValidatedReading, Verdict } from './reading.ts'
import type { Known } from './rules/known.ts'
import { findingOf, type Given } from './rules/rule.ts'
import { ROUND_RULES, rulesOf } from './rules/table.ts'

const QUALITY_OF: Readonly<Record<Verdict, Quality>> = {
  accept: 'good',
  flag: 'good',
  'not evaluated': 'good',
  suspect: 'suspect',
  quarantine: 'quarantined',
  // What is rejected is evidence and no reading; where it has become one all the same it is held apart.
  reject: 'quarantined',
}

const WORST_LAST: readonly Quality[] = ['good', 'suspect', 'quarantined']
const NOTHING: readonly Finding[] = []

/** One reading by itself. */
export function validate(reading: Reading, known: Known): ValidatedReading {
  return judged(reading, findingsOf(reading, known))
}

/** What one round told: each reading by itself, and all together. */
export function validateRound(round: readonly Given[]): ValidatedReading[] {
  const together = findingsTogether(round)
  return round.map(({ reading, known }) => {
    const own = findingsOf(reading, known)
    const others = together.get(reading)
    return judged(reading, others ? [...own, ...others] : own)
  })
}

function findingsOf(reading: Reading, known: Known): readonly Finding[] {
  // Nearly always nothing: no list is made for that.
  let findings = NOTHING
  for (const rule of rulesOf(reading.obis, reading.kind)) {
    const finding = findingOf(rule, rule.check(reading, known))
    if (finding) findings = [...findings, finding]
  }
  return findings
}

function findingsTogether(round: readonly Given[]): ReadonlyMap<Reading, readonly Finding[]> {
  const findings = new Map<Reading, Finding[]>()
  for (const rule of ROUND_RULES)
    for (const { of, checked } of rule.check(round)) {
      const finding = findingOf(rule, checked)
      if (finding)
        for (const reading of of) findings.set(reading, [...(findings.get(reading) ?? []), finding])
    }
  return findings
}

/** A reading with one more thing said of it. */
export function judgedWith(reading: ValidatedReading, finding: Finding): ValidatedReading {
  return judged(reading, [...reading.findings, finding])
}

function judged(reading: Reading, findings: readonly Finding[]): ValidatedReading {
  return { ...reading, findings, quality: qualityBy(findings) }
}

/** What findings make of a reading: the worst of them decides. */
export function qualityBy(findings: readonly Finding[]): Quality {
  if (findings.length === 0) return 'good'
  const ranks = findings.map(({ verdict }) => WORST_LAST.indexOf(QUALITY_OF[verdict]))
  return WORST_LAST[Math.max(0, ...ranks)] ?? 'good'
}
