/** How fast clocks run away, as an operator asks for it. */

import { expect, test } from 'vitest'
import { clockRatesAnswer } from '../../src/api/clock-rates-shapes.ts'
import { DAY, HOUR, SECOND } from '../../src/core/time.ts'
import { MIDNIGHT, testApi } from '../support/api.ts'

const ASKED = '/v1/indicators/clocks'

async function scene() {
  const api = await testApi()
  for (let hour = 0; hour < 72; hour += 1)
    api.store.clockSeen.push({
      meter: 'm1',
      measuredAt: MIDNIGHT - 3 * DAY + hour * HOUR,
      deviationMs: Math.floor((5 * hour) / 24) * SECOND,
    })
  const key = await api.key(['read'])
  const ask = async (query = '') => clockRatesAnswer.parse((await api.get(`${ASKED}?${query}`, key)).json())
  return { api, key, ask }
}

test('B-04 a clock that gains 5 s a day is told so within half a second, one never measured is told nothing of', async () => {
  const { ask } = await scene()
  const { entries, from, to, next } = await ask()
  expect({ to, from, next }).toEqual({
    from: '2026-11-07T10:00:00+08:00',
    to: '2026-11-21T10:00:00+08:00',
    next: null,
  })
  const [first, ...others] = entries
  expect(first).toMatchObject({
    meter: 'm1',
    measurements: 72,
    rate: { samples: 72, from: '2026-11-18T00:00:00+08:00', to: '2026-11-20T23:00:00+08:00' },
  })
  expect(Math.abs(Number(first?.rate?.secondsADay) - 5)).toBeLessThanOrEqual(0.5)
  expect(others).toEqual([
    { meter: 'm2', measurements: 0, rate: null },
    { meter: 't1', measurements: 0, rate: null },
  ])
})

test('only measurements of the span count, and a span of two months is the most', async () => {
  const { ask, api, key } = await scene()
  const { entries } = await ask('meter=m1&from=2026-11-20')
  expect(entries).toMatchObject([{ meter: 'm1', measurements: 24, rate: null }])
  expect((await api.get(`${ASKED}?from=2026-01-01`, key)).statusCode).toBe(400)
})

test('a key sees its own meters, page by page', async () => {
  const { api } = await scene()
  const key = await api.key(['read'], { meters: ['m1', 't1'] })
  const first = (await api.get(`${ASKED}?limit=1`, key)).json()
  expect(first.entries.map(({ meter }: { meter: string }) => meter)).toEqual(['m1'])
  const rest = (await api.get(`${ASKED}?limit=1&cursor=${encodeURIComponent(first.next)}`, key)).json()
  expect(rest.entries.map(({ meter }: { meter: string }) => meter)).toEqual(['t1'])
  expect(rest.next).toBeNull()
})
