/** Voltage qualification as an operator asks for it: derived from samples, and no figure where too few are here. */

import { expect, test } from 'vitest'
import { voltageAnswer } from '../../src/api/voltage-shapes.ts'
import type { MeterConfig } from '../../src/config/config.ts'
import { parseScaled } from '../../src/core/scaled.ts'
import { DAY, MINUTE } from '../../src/core/time.ts'
import { freezingMeter, MIDNIGHT, testApi, timedMeter } from '../support/api.ts'
import { stored } from '../support/memory-store.ts'

const QUARTER = 15 * MINUTE
const YESTERDAY = MIDNIGHT - DAY
const OBIS = '1-0:32.7.0'
const ASKED = '/v1/indicators/voltage'

function polled(id: string): MeterConfig {
  const meter = timedMeter(id)
  const points = meter.polls.flatMap(poll => poll.points).map(point => ({ ...point, obis: OBIS }))
  return { ...meter, polls: [{ everyMs: QUARTER, points }] }
}

async function scene({ meter = polled('t1'), since = YESTERDAY - DAY } = {}) {
  const api = await testApi({ meters: [meter, freezingMeter('m1')] })
  api.store.keptPlans.push({
    ...{ ref: 1, meter: meter.id, line: 'a', plan: 'poll-15m', kind: 'poll', registers: [OBIS] },
    ...{ calendar: { everyMs: QUARTER, from: YESTERDAY }, keptForMs: QUARTER, since, until: null },
  })
  const keep = (nth: number, volts: string, change: Partial<Parameters<typeof stored>[0]> = {}) =>
    api.store.readings.push(
      stored({
        ...{ meter: meter.id, obis: OBIS, kind: 'poll', slot: YESTERDAY + nth * QUARTER, unit: 'V' },
        value: parseScaled(volts)!,
        ...change,
      }),
    )
  const key = await api.key(['read'])
  const ask = async (query = '') => {
    const answer = await api.get(`${ASKED}?${query}`, key)
    expect([answer.statusCode, answer.body.slice(0, 300)]).toEqual([200, expect.anything()])
    return voltageAnswer.parse(answer.json())
  }
  return { api, keep, ask, key }
}

test('K-08 B-01 yesterday’s samples of each phase, the limits, and where to count again', async () => {
  const { api, keep, ask, key } = await scene()
  for (let nth = 0; nth < 96; nth += 1) keep(nth, nth === 5 ? '235.5' : nth === 6 ? '197.9' : '220.0')
  const { entries, limits, from, to, next } = await ask()
  expect({ from, to, next, limits }).toEqual({
    from: '2026-11-20T00:00:00+08:00',
    to: '2026-11-21T00:00:00+08:00',
    next: null,
    limits: { below: '10.00', above: '7.00', complete: '90.00' },
  })
  expect(entries).toEqual([
    {
      ...{ meter: 't1', obis: OBIS, nominal: '220', low: '198', high: '235.4' },
      ...{ expected: 96, received: 96, valid: 96, within: 94, over: 1, under: 1 },
      ...{ overMinutes: 15, underMinutes: 15 },
      lowest: { value: '197.9', slot: '2026-11-20T01:30:00+08:00' },
      highest: { value: '235.5', slot: '2026-11-20T01:15:00+08:00' },
      ...{ completeness: '100.00', verdict: 'sufficient', compliance: '97.91', piledUpAt: [] },
      samples: expect.stringContaining('/v1/meters/t1/readings?obis=1-0%3A32.7.0&kind=poll&from='),
    },
  ])
  const samples = (await api.get(`${entries[0]?.samples}&limit=1000`, key)).json()
  expect(samples.readings).toHaveLength(96)
})

test('B-02 with 30 % of the samples missing the figure is insufficient, however good the rest', async () => {
  const { keep, ask } = await scene()
  for (let nth = 0; nth < 67; nth += 1) keep(nth, '220.0')
  expect((await ask()).entries).toMatchObject([
    {
      expected: 96,
      received: 67,
      within: 67,
      completeness: '69.79',
      verdict: 'insufficient',
      compliance: null,
    },
  ])
})

test('B-02 of a register that nobody is known to have asked for there is no figure either', async () => {
  const { keep, ask } = await scene({ since: MIDNIGHT })
  for (let nth = 0; nth < 96; nth += 1) keep(nth, '220.0')
  expect((await ask()).entries).toMatchObject([{ expected: 0, received: 0, compliance: null }])
})

test('periods that are not over were not due, and values behind a transformer are held against its primary side', async () => {
  const ratios = { current: { digits: 1n, scaler: 0 }, voltage: { digits: 100n, scaler: 0 } }
  const { api, keep, ask } = await scene({ meter: { ...polled('t1'), ratios } })
  for (let nth = 96; nth < 136; nth += 1) keep(nth, '22000.0')
  expect((await ask('from=2026-11-21')).entries).toMatchObject([
    { nominal: '22000', low: '19800', high: '23540', expected: 40, within: 40, compliance: '100.00' },
  ])
  api.time.now += QUARTER - 1
  expect((await ask('from=2026-11-21')).entries).toMatchObject([{ expected: 40 }])
  api.time.now += 1
  expect((await ask('from=2026-11-21')).entries).toMatchObject([{ expected: 41, completeness: '97.56' }])
})

test('a key sees its own meters; spans are bounded, unknown keys refused', async () => {
  const { api, ask } = await scene()
  const other = await api.key(['read'], { meters: ['m1'] })
  expect((await api.get(ASKED, other)).json()).toMatchObject({ entries: [] })
  expect((await ask('meter=m1')).entries).toEqual([])
  for (const query of ['from=2026-11-21&to=2026-11-20', 'from=2026-01-01&to=2026-11-20', 'complete=0'])
    expect((await api.get(`${ASKED}?${query}`, await api.key(['read']))).statusCode, query).toBe(400)
  expect((await api.get(ASKED, await api.key(['billing']))).statusCode).toBe(403)
})
