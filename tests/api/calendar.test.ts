/** `/v1/meters/{id}/calendar` over a real book: each day as it was billed, spans, what is not released, and why. */

import { expect, test } from 'vitest'
import { calendarAnswer } from '../../src/api/calendar-shapes.ts'
import { DAY, HOUR } from '../../src/core/time.ts'
import { releasedAs } from '../../src/store/book/released-as.ts'
import { freezingMeter, testApi } from '../support/api.ts'
import { billingHouse, frozen, midnight } from '../support/billing-house.ts'

const METERS = [freezingMeter('m1')]
const TOTAL = '1-0:1.8.0'
const URL = '/v1/meters/m1/calendar'

type Shown = { readonly registers: { obis: string; quantity: string }[] }
const totalIn = ({ registers }: Shown) => registers.find(({ obis }) => obis === TOTAL)?.quantity

test('D-01 marks each day, tells the versions of both ends, and comes to what is billed in the end', async () => {
  const { store, settle, get } = await billingHouse(METERS)
  for (const [day, digits] of [100_000n, 101_000n, null, 103_500n, 104_000n].entries())
    if (digits !== null) await store.accept(frozen('m1', day, digits))
  for (const day of [0, 1, 3, 4]) await settle([day], midnight(day + 1) + HOUR)
  const url = `${URL}?from=2026-11-20&to=2026-11-26`
  const gap = (await get(url)).json()
  expect(calendarAnswer.parse(gap)).toEqual(gap)
  expect(
    gap.days.map((one: Shown & { day: string; mark: string }) => [one.day, one.mark, totalIn(one)]),
  ).toEqual([
    ['2026-11-20', 'missing', undefined],
    ['2026-11-21', 'measured', '10.00'],
    ['2026-11-22', 'missing', undefined],
    ['2026-11-23', 'missing', undefined],
    ['2026-11-24', 'measured', '5.00'],
    ['2026-11-25', 'missing', undefined],
  ])
  expect(gap.days[2]).toMatchObject({ start: { version: 1 }, end: null })
  expect(gap.days[2].reasons[0]).toMatchObject({ at: '2026-11-23T00:00:00+08:00', code: 'NOT_READ' })
  expect(gap.spans).toMatchObject([
    { from: '2026-11-22T00:00:00+08:00', to: '2026-11-24T00:00:00+08:00', mark: 'measured' },
  ])
  expect([totalIn(gap.spans[0]), totalIn(gap.total)]).toEqual(['25.00', '40.00'])
  // The night is over and the midnight not settled: apart, and in no sum.
  await store.accept(frozen('m1', 5, 105_000n))
  const apart = (await get(url)).json()
  expect(apart).toMatchObject({ state: 'provisional', provisional: [{ end: null, start: { version: 1 } }] })
  expect(apart.provisional[0].reasons[0].code).toBe('NOT_SETTLED')
  expect([totalIn(apart.provisional[0]), totalIn(apart.total)]).toEqual(['10.00', '40.00'])
  await settle([0, 1, 2, 3, 4, 5], midnight(6) + HOUR)
  const estimated = (await get(url)).json()
  const marks = (one: typeof gap) => one.days.map(({ mark }: { mark: string }) => mark).join(' ')
  expect(marks(estimated)).toBe('missing measured estimated estimated measured measured')
  const why = estimated.days[2].reasons.map(({ code }: { code: string }) => code)
  expect(why).toContain('NOT_READ')
  expect(why).toContain('ESTIMATED')
  expect([estimated.spans, totalIn(estimated.total)]).toEqual([[], '50.00'])
  // It is read late: what was billed of two days changes, and nothing of their sum.
  await store.accept(frozen('m1', 2, 101_900n))
  await settle([2], midnight(6) + 2 * HOUR)
  const corrected = (await get(`${URL}?from=2026-11-21&to=2026-11-26`)).json()
  expect(marks(corrected)).toBe('measured corrected corrected measured measured')
  expect(corrected.days.map(totalIn)).toEqual(['10.00', '9.00', '16.00', '5.00', '10.00'])
  expect(corrected.state).toBe('final')
  expect(corrected.days[1].end).toMatchObject({ version: 2, standing: 'actual' })
  expect(totalIn(corrected.total)).toBe('50.00')
  const text = corrected.days[1].reasons.map((one: { text: string }) => one.text).join()
  expect(text).toMatch(
    /version 2, released 2026-11-27T02:00:00\+08:00, took the place of version 1 \(estimated\)/,
  )
  // D-02: with the calendar alone.
  for (const { registers } of corrected.days)
    for (const { parts, quantity } of registers) {
      const used = parts.map((one: { start: string; end: string }) => Number(one.end) - Number(one.start))
      expect(used[0].toFixed(quantity.split('.')[1].length)).toBe(quantity)
    }
})

test('PR-88 a reading tells which releases it went into, superseded ones too', async () => {
  const { store, settle, get } = await billingHouse(METERS)
  await store.accept(frozen('m1', 0, 100_000n))
  await settle([0], midnight(1) + HOUR)
  const [release] = (await get('/v1/billing/releases')).json().releases
  const { reading } = release.registers[0]
  const evidence = (await get(`/v1/readings/${reading}/evidence`)).json()
  const { sequence, batch, boundary } = release
  expect(evidence.releases).toEqual([{ sequence, batch, version: 1, as: 'register', boundary }])
  const end = {
    at: midnight(0),
    segment: 1,
    multiplier: '1',
    registers: [{ ...release.registers[0], reading }],
  }
  const opened = { sequence: 2, batch: 2, version: 1, boundary: midnight(1), registers: [] }
  const book = {
    releasesOf: () => [{ ...opened, opening: { final: end, initial: { ...end, registers: [] } } }],
  }
  const asked = { id: reading, meter: 'm1', slot: midnight(0) }
  expect(releasedAs(book as never, asked)).toMatchObject([{ as: 'final', boundary: midnight(1), batch: 2 }])
})

test('D-01 a span is counted by the calendar that holds its end', async () => {
  const { store, settle, get } = await billingHouse(METERS)
  for (const day of [8, 12]) await store.accept(frozen('m1', day, 100_000n + BigInt(day) * 100n))
  for (const day of [8, 12]) await settle([day], midnight(day + 1) + HOUR)
  const months = [(await get(`${URL}?month=2026-11`)).json(), (await get(`${URL}?month=2026-12`)).json()]
  for (const { spans } of months) expect(spans.map(totalIn)).toEqual(['4.00'])
  expect(months.map(({ total }) => totalIn(total))).toEqual([undefined, '4.00'])
  expect(months[1].total).toMatchObject({
    from: '2026-11-29T00:00:00+08:00',
    to: '2026-12-03T00:00:00+08:00',
  })
})

test('D-01 each register of a total has its own times, and days and spans that say so add up to it', async () => {
  const { store, settle, get } = await billingHouse(METERS)
  const days = [8, 9, 10, 11, 12]
  for (const day of days) {
    const round = frozen('m1', day, 100_000n + BigInt(day) * 100n)
    // Without a clock that is right a midnight is released without its tariffs.
    const deviationMs = day === 8 || day === 12 ? 1_000 : 400_000
    await store.accept({ ...round, clock: { measuredAt: midnight(day) + HOUR, deviationMs } })
  }
  await settle(days, midnight(20))
  const [november, december] = [
    (await get(`${URL}?month=2026-11`)).json(),
    (await get(`${URL}?month=2026-12`)).json(),
  ]
  expect(calendarAnswer.parse(december)).toEqual(december)
  const at = (date: string) => `2026-${date}T00:00:00+08:00`
  const tariffs = { from: at('11-29'), to: at('12-03') }
  expect([november, december].map(({ spans }) => spans)).toMatchObject([
    [{ ...tariffs, inTotal: false }],
    [{ ...tariffs, inTotal: true }],
  ])
  const times = (one: typeof november) =>
    one.total.registers.map(({ obis, quantity, from, to, without }: Record<string, string>) => {
      return [obis, quantity, from, to, without]
    })
  const exported = '1-0:2.8.0'
  expect(times(november)).toEqual([
    [TOTAL, '2.00', at('11-29'), at('12-01'), []],
    [exported, '2.00', at('11-29'), at('12-01'), []],
  ])
  expect(times(december)).toEqual([
    [TOTAL, '2.00', at('12-01'), at('12-03'), []],
    ['1-0:1.8.1', '2.00', tariffs.from, tariffs.to, []],
    ['1-0:1.8.2', '2.00', tariffs.from, tariffs.to, []],
    [exported, '2.00', at('12-01'), at('12-03'), []],
  ])
  for (const { days: own, spans, total } of [november, december]) {
    const counted = [...own, ...spans.filter((one: { inTotal: boolean }) => one.inTotal)]
    for (const { obis, quantity } of total.registers) {
      const each = counted.flatMap(one => one.registers).filter(one => one.obis === obis)
      const sum = each.reduce((cents, one) => cents + Math.round(Number(one.quantity) * 100), 0)
      expect((sum / 100).toFixed(2)).toBe(quantity)
    }
  }
})

test('what is asked for wrongly is told, and a key sees the calendars of its meters alone', async () => {
  const api = await testApi()
  const key = await api.key(['read'], { meters: ['m2'] })
  const detail = async (query: string) =>
    (await api.get(`/v1/meters/m2/calendar?${query}`, key)).json().detail
  expect(await detail('month=2026-13')).toContain('query.month: YYYY-MM')
  expect(await detail('from=2026-11-21T01:00:00Z')).toContain('whole days')
  expect(await detail('from=2026-01-01&to=2026-11-01')).toContain('at most 62 days')
  expect(await detail('to=2026-11-01')).toContain('query.from: missing')
  expect(await detail('month=2026-11&from=2026-11-01')).toContain('not both')
  expect((await api.get('/v1/meters/m1/calendar', key)).statusCode).toBe(404)
  const own = (await api.get('/v1/meters/m2/calendar', key)).json()
  expect(calendarAnswer.parse(own)).toEqual(own)
  expect(own).toMatchObject({ from: '2026-11-01T00:00:00+08:00', to: '2026-12-01T00:00:00+08:00', spans: [] })
  expect(own.days).toHaveLength((api.time.now - Date.parse(own.from) - 10 * HOUR) / DAY)
})
