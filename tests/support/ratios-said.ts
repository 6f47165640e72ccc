/** What V-R18 leaves with a reading. */

import type { Transformers } from '../../src/reading/ratios.ts'
import { judgeRatios } from '../../src/reading/ratios.ts'
import type { Finding } from '../../src/reading/reading.ts'
import { findingOf } from '../../src/reading/rules/rule.ts'
import { READING_RULES } from '../../src/reading/rules/table.ts'

export function ratiosSaid(unit: string, transformers: Transformers | null): Finding | null {
  const rule = READING_RULES.find(({ id }) => id === 'V-R18')
  if (!rule) throw new Error('V-R18 is in the table')
  return findingOf(rule, judgeRatios(unit, transformers))
}
