/** A validation rule as a row of the table: what it says, what it needs, what comes of it, and the check itself. */

import type { Finding, Kind, Reading, Verdict } from '../reading.ts'
import type { Known } from './known.ts'

/** What all rules tell of themselves; docs/validation.md and `meterd rules` are made of it. */
export interface RuleFacts {
  readonly id: string
  /** Raised whenever the same reading may come out otherwise; parameters do not count. */
  readonly version: number
  /** What must hold, with its formula. */
  readonly says: string
  readonly why: string
  /** Without which it is not evaluated. */
  readonly needs: string
  readonly outcomes: readonly Outcome[]
}

/** What a verdict of this rule means: severity 1 wants a person, 2 heals by itself, 3 informs; codes of IEC 61968-9. */
export interface Outcome extends Pick<Finding, 'severity' | 'codes'> {
  readonly verdict: Verdict
}

/** Judges readings one by one. Pure. */
export interface ReadingRule extends RuleFacts {
  /** Whether it has anything to say of such a register; must not depend on anything else. */
  of(obis: string, kind: Kind): boolean
  check(reading: Reading, known: Known): Checked
}

/** Judges what one round told together. Pure. */
export interface RoundRule extends RuleFacts {
  check(round: readonly Given[]): readonly Told[]
}

/** A reading and all that is known beside it. */
export interface Given {
  readonly reading: Reading
  readonly known: Known
}

/** What a rule makes of some readings of a round. */
export interface Told {
  readonly of: readonly Reading[]
  readonly checked: Checked
}

/** A rule that acts before there is a reading, or where there is none. */
export interface RuleElsewhere extends RuleFacts {
  /** Where it is kept: a file, and who does it. */
  readonly by: string
  /** Absent for those that act before there is a reading. */
  readonly acts?: 'on many rounds'
}

/** Null where the rule is satisfied. */
export type Checked = Said | NotEvaluated | null

export interface Said extends Pick<Finding, 'evidence' | 'samples' | 'limit'> {
  /** One of the rule's outcomes. */
  readonly verdict: Exclude<Verdict, 'not evaluated'>
  /** Those of the outcome's that hold, where not all do. */
  readonly codes?: Finding['codes']
}

/** Not the same as satisfied. */
export interface NotEvaluated {
  readonly lacks: string
  /** A person can settle it, so it is kept with the reading; else it would cost more room than the value. */
  readonly isKept?: true
}

export function isEvaluated(checked: Checked): checked is Said | null {
  return checked === null || 'verdict' in checked
}

/** As it is kept with the reading; null where nothing is to be kept. */
export function findingOf(rule: RuleFacts, checked: Checked): Finding | null {
  if (checked === null) return null
  const { id, version } = rule
  if ('lacks' in checked)
    return checked.isKept
      ? { rule: id, version, verdict: 'not evaluated', severity: 3, codes: [], evidence: checked.lacks }
      : null
  const { verdict, ...rest } = checked
  const outcome = rule.outcomes.find(one => one.verdict === verdict)
  if (!outcome) throw new Error(`broken promise: ${id} has no outcome "${verdict}"`)
  return { rule: id, version, ...outcome, ...rest }
}
