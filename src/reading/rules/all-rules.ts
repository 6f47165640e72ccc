/** All rules in the order people look for them, wherever they act: what docs/validation.md and `meterd rules` show. */

import { RULES_ELSEWHERE } from './elsewhere.ts'
import { GROUP_RULES } from './group/judge-groups.ts'
import { INTERVAL_RULES } from './interval/judge-intervals.ts'
import { PERIOD_RULES } from './period/judge-periods.ts'
import type { RuleElsewhere, RuleFacts } from './rule.ts'
import { READING_RULES, ROUND_RULES } from './table.ts'

export interface ListedRule extends RuleFacts {
  readonly acts:
    | 'before a reading'
    | 'on a reading'
    | 'on a round'
    | 'on many rounds'
    | 'on a period'
    | 'on intervals'
    | 'on a group'
  /** Who keeps it, where it is not this table. */
  readonly by: string | null
}

/** Frame, identity, time, registers, and what else there is; within each by number. */
const FAMILIES = ['F', 'I', 'C', 'T', 'R', 'W', 'L', 'A']

export const ALL_RULES: readonly ListedRule[] = [
  ...RULES_ELSEWHERE.map(rule => listed(rule, rule.acts ?? 'before a reading', rule.by)),
  ...READING_RULES.map(rule => listed(rule, 'on a reading', null)),
  ...ROUND_RULES.map(rule => listed(rule, 'on a round', null)),
  ...PERIOD_RULES.map(rule => listed(rule, 'on a period', null)),
  ...INTERVAL_RULES.map(rule => listed(rule, 'on intervals', null)),
  ...GROUP_RULES.map(rule => listed(rule, 'on a group', null)),
].toSorted((a, b) => placeOf(a) - placeOf(b))

function listed(
  { id, version, says, why, needs, outcomes }: RuleFacts | RuleElsewhere,
  acts: ListedRule['acts'],
  by: string | null,
): ListedRule {
  return { id, version, says, why, needs, outcomes, acts, by }
}

function placeOf({ id }: RuleFacts): number {
  const [, family = '', number, letter = ''] = /^V-([A-Z])(\d+)(a?)$/.exec(id) ?? []
  return FAMILIES.indexOf(family) * 1_000 + Number(number) + (letter === '' ? 0 : 0.5)
}
