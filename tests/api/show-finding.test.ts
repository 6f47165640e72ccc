/** What is shown of a finding: as data too, and of one kept before findings had data its words alone. */

import { expect, test } from 'vitest'
import { freshReading } from '../../src/api/shapes.ts'
import { showMeasured } from '../../src/api/show.ts'
import type { Finding } from '../../src/reading/reading.ts'
import { validate } from '../../src/reading/validate.ts'
import { given, NOON, SITE } from '../support/judged.ts'

test('values with their times in the offset of the site, and nothing the answer does not describe', () => {
  const { reading, known } = given('99.99')
  const shown = showMeasured(validate(reading, known), SITE)
  expect(shown.findings).toMatchObject([
    {
      ...{ rule: 'V-R1', version: 2, verdict: 'suspect', limit: { value: '0', unit: 'kWh' } },
      samples: [
        { obis: '1-0:1.8.0', kind: 'poll', value: '100.00', unit: 'kWh', at: '2026-11-21T11:00:00+08:00' },
        { obis: '1-0:1.8.0', kind: 'poll', value: '99.99', unit: 'kWh', at: '2026-11-21T12:00:00+08:00' },
      ],
    },
  ])
  expect(JSON.stringify(freshReading.parse(shown))).toBe(JSON.stringify(shown))
})

test('a finding of an earlier version as it was kept', () => {
  const old: Finding = {
    rule: 'V-R1',
    verdict: 'suspect',
    severity: 1,
    codes: ['2.5.256'],
    evidence: 'a fall',
  }
  const { reading } = given('99.99', { readAt: NOON })
  const shown = showMeasured({ ...reading, quality: 'suspect', findings: [old] }, SITE)
  expect(shown.findings).toEqual([old])
})
