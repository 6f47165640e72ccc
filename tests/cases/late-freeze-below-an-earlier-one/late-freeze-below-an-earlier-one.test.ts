/**
 * Seen: a freeze fetched days late was held against the newest good value alone. One lower than the freeze of the day before
 * it passed as good, since it was also lower than the newest, and both days would have been billed wrongly.
 */

import { expect, test } from 'vitest'
import { createLastGood } from '../../../src/acquire/last-good.ts'
import { DAY, HOUR } from '../../../src/core/time.ts'
import type { ValidatedReading } from '../../../src/reading/reading.ts'
import { validate } from '../../../src/reading/validate.ts'
import { given, MIDNIGHT } from '../../support/judged.ts'

const NOW = MIDNIGHT + HOUR

test('V-R1 V-R3 a freeze of a missed day lies between the day before and the day after', () => {
  const lastGood = createLastGood([], 480)
  const fetched = (value: string, daysAgo: number): ValidatedReading => {
    const readAt = MIDNIGHT - daysAgo * DAY
    const { reading, known } = given(value, { kind: 'freeze', readAt, receivedAt: NOW })
    const judged = validate(reading, { ...known, ...lastGood.knownOf(reading), now: NOW })
    lastGood.note(judged)
    return judged
  }
  expect(fetched('100.00', 5).quality).toBe('good')
  expect(fetched('150.00', 0).quality).toBe('good')
  const low = fetched('99.00', 1)
  expect(low.quality).toBe('suspect')
  expect(low.findings[0]?.samples?.map(({ value }) => value)).toEqual(['100.00', '99.00'])
  expect(fetched('140.00', 1).quality).toBe('good')
  expect(fetched('141.00', 2).findings.map(({ rule }) => rule)).toEqual(['V-R1'])
  expect(fetched('130.00', 2).quality).toBe('good')
})
