/** All validation rules, in the order in which their findings stand with a reading. */

import type { Finding, Kind } from '../reading.ts'
import { DEMAND_RULES } from './demand.ts'
import { FRAME_RULES } from './frame.ts'
import { FREEZE_RULES } from './freeze.ts'
import { IDENTITY_RULES } from './identity.ts'
import { LOAD_RULES } from './load.ts'
import { POWER_RULES } from './power.ts'
import { REGISTER_RULES } from './register.ts'
import { findingOf, type ReadingRule, type RoundRule, type Said } from './rule.ts'
import { CLAMPED_RULES } from './seen/clamped.ts'
import { DEMAND_ROUND_RULES } from './seen/demand-rounds.ts'
import { TARIFF_HOUR_RULES } from './seen/tariff-hours.ts'
import { SET_RULES } from './set.ts'
import { STALE_RULES } from './stale.ts'
import { asRoundRule } from './standing/standing.ts'
import { STANDING_RULES } from './standing/standing-rules.ts'
import { TIME_RULES } from './time.ts'
import { WITNESS_RULES } from './witness.ts'

export const READING_RULES: readonly ReadingRule[] = [
  ...FRAME_RULES,
  ...TIME_RULES,
  ...IDENTITY_RULES,
  ...REGISTER_RULES,
  ...FREEZE_RULES,
  ...DEMAND_RULES,
  ...WITNESS_RULES,
]

/** Those that go by what rounds have shown so far (seen.ts). */
export const SEEN_RULES: readonly RoundRule[] = [
  ...DEMAND_ROUND_RULES,
  ...TARIFF_HOUR_RULES,
  ...CLAMPED_RULES,
]

export const ROUND_RULES: readonly RoundRule[] = [
  ...STALE_RULES,
  ...SET_RULES,
  ...POWER_RULES,
  ...LOAD_RULES,
  ...SEEN_RULES,
  ...STANDING_RULES.map(asRoundRule),
]

/** Whether a rule holds several registers of a round against each other. */
export function isOfRounds(id: string): boolean {
  return ROUND_RULES.some(rule => rule.id === id)
}

/** OBIS codes are those of the configured meters; what concerns each is found out once. */
const concerning: Readonly<Record<Kind, Map<string, readonly ReadingRule[]>>> = {
  freeze: new Map(),
  poll: new Map(),
}

export function rulesOf(obis: string, kind: Kind): readonly ReadingRule[] {
  const before = concerning[kind].get(obis)
  if (before) return before
  const rules = READING_RULES.filter(rule => rule.of(obis, kind))
  concerning[kind].set(obis, rules)
  return rules
}

/** What the store finds out of readings kept before, under the rule's name. */
export function findingFor(id: 'V-F10' | 'V-T1' | 'V-W1', said: Said): Finding {
  const rule = READING_RULES.find(one => one.id === id)
  const finding = rule && findingOf(rule, said)
  if (!finding) throw new Error(`broken promise: ${id} is a rule of the table`)
  return finding
}
