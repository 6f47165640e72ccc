/** Where voltages are watched, as an operator asks for it. */

import { expect, test } from 'vitest'
import { pointsAnswer } from '../../src/api/points.ts'
import type { MeterConfig } from '../../src/config/config.ts'
import { testApi, timedMeter } from '../support/api.ts'

function watching(id: string, change: Partial<MeterConfig> = {}): MeterConfig {
  const meter = timedMeter(id)
  const polls = meter.polls.map(poll => ({
    ...poll,
    points: poll.points.map(point => ({ ...point, obis: '1-0:32.7.0' })),
  }))
  return { ...meter, polls, ...change }
}

const PARTS = {
  meters: [
    watching('m1'),
    timedMeter('m2'),
    { ...timedMeter('m3'), class: 'shop' as const },
    watching('m4', { class: 'industry' }),
    timedMeter('m5'),
  ],
  areas: [
    { id: 'T1', supply: ['m5'], users: ['m1', 'm2', 'm3'] },
    { id: 'T2', supply: ['m5'], users: ['m4'] },
  ],
}
const NOWHERE = { area: null, classes: [{ class: 'dwelling', meters: 1, points: [] }], missing: ['dwelling'] }
const T1 = {
  area: 'T1',
  classes: [
    { class: 'dwelling', meters: 2, points: ['m1'] },
    { class: 'shop', meters: 1, points: [] },
  ],
  missing: ['shop'],
}
const T2 = { area: 'T2', classes: [{ class: 'industry', meters: 1, points: ['m4'] }], missing: [] }

test('B-03 each area names the class of which nobody looks at a voltage', async () => {
  const api = await testApi(PARTS)
  const answer = await api.get('/v1/indicators/points', await api.key(['read']))
  expect(answer.statusCode).toBe(200)
  expect(pointsAnswer.parse(answer.json())).toEqual({ areas: [NOWHERE, T1, T2], next: null })
})

test('a page is as long as asked for, and goes on where it ended', async () => {
  const api = await testApi(PARTS)
  const key = await api.key(['read'])
  const first = (await api.get('/v1/indicators/points?limit=2', key)).json()
  expect(first.areas).toEqual([NOWHERE, T1])
  const rest = await api.get(`/v1/indicators/points?limit=2&cursor=${encodeURIComponent(first.next)}`, key)
  expect(rest.json()).toEqual({ areas: [T2], next: null })
})

test('a key sees the areas of its own meters, and counts no other', async () => {
  const api = await testApi(PARTS)
  const key = await api.key(['read'], { meters: ['m2'] })
  const own = { area: 'T1', classes: [{ class: 'dwelling', meters: 1, points: [] }], missing: ['dwelling'] }
  expect((await api.get('/v1/indicators/points', key)).json()).toEqual({ areas: [own], next: null })
})
