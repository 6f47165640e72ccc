/** Which rounds a meter's load is made of. */

import { expect, test } from 'vitest'
import { createLoadsSeen } from '../../src/acquire/loads-seen.ts'
import { MINUTE } from '../../src/core/time.ts'
import type { Quality } from '../../src/reading/reading.ts'
import { toyMeter, toyPoint } from '../line/toy-driver.ts'
import { given, NOON } from '../support/judged.ts'

function round(at: number, qualities: { power?: Quality; energy?: Quality } = {}, receivedAt = at) {
  const { power = 'good', energy = 'good' } = qualities
  return [
    {
      ...given('1000', { obis: '1-0:1.7.0', unit: 'W', readAt: at }).reading,
      receivedAt,
      quality: power,
      findings: [],
    },
    { ...given('5.00', { readAt: at }).reading, receivedAt, quality: energy, findings: [] },
  ]
}

test('what is not good is passed over, what is held apart ends it, and records of the past are not of now', () => {
  const loads = createLoadsSeen([
    { ...toyMeter([toyPoint(0)], { stamp: toyPoint(9), points: [], depth: 1 }), id: 'm1' },
  ])
  expect(loads.of('m1')).toBeNull()
  loads.note('m1', round(NOON))
  loads.note('m1', round(NOON + MINUTE, { energy: 'suspect' }))
  expect(loads.of('m1')).toMatchObject({ at: NOON + MINUTE, still: { since: NOON, samples: 1 } })
  loads.note('m1', round(NOON + 2 * MINUTE, {}, NOON + 30 * MINUTE))
  expect(loads.of('m1')).toMatchObject({ at: NOON + MINUTE })
  loads.note('m1', round(NOON + 3 * MINUTE, { power: 'quarantined' }))
  expect(loads.of('m1')).toBeNull()
})

test('V-I5 V-I7 begins anew where the meter was exchanged, or its transformers', () => {
  const meter = { ...toyMeter([toyPoint(0)], { stamp: toyPoint(9), points: [], depth: 1 }), id: 'm1' }
  const at = NOON + 90_000
  const changes = [
    { exchanged: [at] },
    {
      profile: { ...meter.profile, ratios: { side: 'secondary' as const } },
      ratiosBefore: [{ until: at, agreed: null }],
    },
  ]
  for (const [change, since] of [[{}, NOON] as const, ...changes.map(one => [one, at + 30_000] as const)]) {
    const loads = createLoadsSeen([{ ...meter, ...change }])
    for (const minute of [0, 1, 2, 3]) loads.note('m1', round(NOON + minute * MINUTE))
    expect(loads.of('m1')).toMatchObject({ at: NOON + 3 * MINUTE, still: { since } })
  }
})

test('of a meter that is none of its line nothing is kept', () => {
  const loads = createLoadsSeen([])
  loads.note('m1', round(NOON))
  expect(loads.of('m1')).toBeNull()
})
