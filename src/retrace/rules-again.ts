/** What every rule makes of one kept reading, the silent ones too: satisfied, or what it lacked to be evaluated. */

import type { Limit, Reading, Sample } from '../reading/reading.ts'
import type { Checked, Given, RuleFacts } from '../reading/rules/rule.ts'
import { STANDING_RULES } from '../reading/rules/standing/standing-rules.ts'
import { ROUND_RULES, rulesOf } from '../reading/rules/table.ts'

export interface RuleAgain {
  readonly rule: string
  readonly version: number
  /** A verdict; `satisfied`; or `not evaluated`. */
  readonly says: string
  /** What led to it; null where it is satisfied. */
  readonly evidence: string | null
  /** What must hold, and without which it is not evaluated. */
  readonly demands: string
  readonly needs: string
  /** What was held against each other, and the limit; absent where it is satisfied, or rests on no values. */
  readonly samples?: readonly Sample[]
  readonly limit?: Limit
}

/** Rules whose grounds are not kept (what else was heard, our own clock, acceptances, other meters, what stood before) are left out. */
const NOT_KEPT: readonly string[] = [
  ...['V-F10', 'V-T1', 'V-T8', 'V-C1', 'V-I5', 'V-R18', 'V-R23', 'V-R39', 'V-W1'],
  ...STANDING_RULES.map(({ id }) => id),
]

export function rulesAgain(round: readonly Given[], reading: Reading): readonly RuleAgain[] {
  const given = round.find(one => one.reading === reading)
  if (!given) return []
  const own = rulesOf(reading.obis, reading.kind).map(rule => told(rule, rule.check(reading, given.known)))
  const together = ROUND_RULES.flatMap(rule =>
    rule
      .check(round)
      .filter(({ of }) => of.includes(reading))
      .map(({ checked }) => told(rule, checked)),
  )
  return [...own, ...together].filter(({ rule }) => !NOT_KEPT.includes(rule))
}

function told({ id, version, says: demands, needs }: RuleFacts, checked: Checked): RuleAgain {
  const of = { rule: id, version }
  if (checked === null) return { ...of, says: 'satisfied', evidence: null, demands, needs }
  if ('lacks' in checked) return { ...of, says: 'not evaluated', evidence: checked.lacks, demands, needs }
  const { verdict, evidence, samples, limit } = checked
  return {
    ...of,
    says: verdict,
    evidence,
    demands,
    needs,
    ...(samples && { samples }),
    ...(limit && { limit }),
  }
}
