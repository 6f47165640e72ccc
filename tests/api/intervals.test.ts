/** `/v1/meters/{id}/intervals` over a store in memory: which readings serve, which gaps stay, pages and refusals. */

import { describe, expect, test } from 'vitest'
import { DAY, HOUR, MINUTE } from '../../src/core/time.ts'
import type { StoredReading } from '../../src/store/store.ts'
import type { TestApi } from '../support/api.ts'
import { MIDNIGHT, testApi, timedMeter } from '../support/api.ts'
import { stored } from '../support/memory-store.ts'

const QUARTER = 15 * MINUTE
const URL = '/v1/meters/t1/intervals?obis=1-0:1.8.0&from=2026-11-21'

function poll(slot: number, digits: bigint, change: Partial<StoredReading> = {}): StoredReading {
  const at = { readAt: slot + 2_000, receivedAt: slot + 2_000 }
  return stored({ meter: 't1', kind: 'poll', slot, value: { digits, scaler: -2 }, ...at, ...change })
}

interface Told {
  readonly from: string
  readonly to: string
  readonly mark: string
  readonly value: string | null
  readonly method: string | null
}

async function apiWith(readings: readonly StoredReading[], meter = timedMeter('t1')) {
  const api = await testApi({ meters: [meter] })
  api.store.readings.push(...readings)
  const key = await api.key(['read'])
  return { ...api, key, ask: (more = '') => api.get(`${URL}${more}`, key) }
}

async function told(api: { ask: (more?: string) => ReturnType<TestApi['get']> }, more = '') {
  const intervals: readonly Told[] = (await api.ask(more)).json().intervals
  return intervals.map(one => [one.from.slice(11, 16), one.mark, one.value])
}

const nth = (place: number, digits: bigint, change: Partial<StoredReading> = {}) =>
  poll(MIDNIGHT + place * QUARTER, digits, change)

const FIRST_HOUR = '&to=2026-11-21T01:00:00%2B08:00'

test('a day so far: what is not over yet is not told', async () => {
  const api = await apiWith([nth(0, 1_000n), nth(1, 1_025n)])
  const answer = (await api.ask('&limit=1000')).json()
  expect(answer).toMatchObject({ meter: 't1', obis: '1-0:1.8.0', unit: 'kWh', next: null })
  expect(answer.intervals).toHaveLength(40)
  expect(answer.intervals[0]).toEqual({
    from: '2026-11-21T00:00:00+08:00',
    to: '2026-11-21T00:15:00+08:00',
    mark: 'measured',
    value: '0.25',
    method: null,
    rules: [],
    codes: [],
  })
})

test('V-I5 what lies across an exchange is missing, however alike the registers', async () => {
  const readings = [nth(0, 1_000n), nth(1, 1_010n), nth(2, 1_020n), nth(3, 1_030n), nth(4, 1_040n)]
  const at = (minutes: number) => ({ ...timedMeter('t1'), exchanged: [MIDNIGHT + minutes * MINUTE] })
  expect(await told(await apiWith(readings, at(20)), FIRST_HOUR)).toEqual([
    ['00:00', 'measured', '0.10'],
    ['00:15', 'missing', null],
    ['00:30', 'measured', '0.10'],
    ['00:45', 'measured', '0.10'],
  ])
})

test.each<[string, Partial<StoredReading>]>([
  ['a suspect reading', { quality: 'suspect' }],
  ['a quarantined reading', { quality: 'quarantined' }],
  ['a freeze', { kind: 'freeze' }],
  ['another register', { obis: '1-0:1.8.1' }],
  ["another meter's", { meter: 'm1' }],
])('%s never serves', async (_, change) => {
  const api = await apiWith([nth(0, 1_000n), nth(1, 9_999n, change), nth(2, 1_050n)])
  expect(await told(api, '&to=2026-11-21T00:30:00%2B08:00')).toEqual([
    ['00:00', 'estimated', '0.25'],
    ['00:15', 'estimated', '0.25'],
  ])
})

test('two good values of one slot contradict each other: neither serves; of a corrected one the last does', async () => {
  const twice = (first: Partial<StoredReading>) =>
    apiWith([nth(0, 1_000n), nth(1, 1_010n, first), nth(1, 1_020n, { version: 2 }), nth(2, 1_050n)])
  const span = '&to=2026-11-21T00:30:00%2B08:00'
  expect(await told(await twice({}), span)).toEqual([
    ['00:00', 'estimated', '0.25'],
    ['00:15', 'estimated', '0.25'],
  ])
  expect(await told(await twice({ quality: 'suspect' }), span)).toEqual([
    ['00:00', 'measured', '0.20'],
    ['00:15', 'measured', '0.30'],
  ])
})

test('a gap that begins before what is asked and ends after it', async () => {
  const api = await apiWith([nth(-2, 1_000n), nth(6, 1_080n)])
  expect(await told(api, FIRST_HOUR)).toEqual([
    ['00:00', 'estimated', '0.10'],
    ['00:15', 'estimated', '0.10'],
    ['00:30', 'estimated', '0.10'],
    ['00:45', 'estimated', '0.10'],
  ])
})

test('a longer gap goes by the days before', async () => {
  const readings: StoredReading[] = []
  let digits = 0n
  for (let at = MIDNIGHT - 28 * DAY; at <= MIDNIGHT; at += HOUR) {
    readings.push(poll(at, digits))
    // Three times as much from 00:00 to 01:00.
    digits += (at - MIDNIGHT) % DAY === 0 ? 300n : 100n
  }
  const api = await apiWith([...readings, poll(MIDNIGHT + 3 * HOUR, digits + 200n)])
  const answer = (await api.ask('&every=1h&to=2026-11-21T03:00:00%2B08:00')).json()
  const shown = answer.intervals.map(({ value, method }: Told) => [value, method])
  expect(shown).toEqual([
    ['3.00', 'like-days'],
    ['1.00', 'like-days'],
    ['1.00', 'like-days'],
  ])
})

test("nothing is told across a set of the meter's clock, where its own stamps are all there is", async () => {
  const record = { readAt: MIDNIGHT, receivedAt: MIDNIGHT + DAY }
  const api = await apiWith([
    nth(0, 1_000n, record),
    nth(4, 1_100n, { ...record, readAt: MIDNIGHT + HOUR }),
    nth(5, 1_125n, { ...record, readAt: MIDNIGHT + 5 * QUARTER }),
  ])
  api.store.clockSeen.push({ meter: 't1', measuredAt: MIDNIGHT - HOUR, deviationMs: -200_000 })
  api.store.clockSeen.push({ meter: 't1', measuredAt: MIDNIGHT + 2 * HOUR, deviationMs: 0 })
  const marks = (await told(api, '&to=2026-11-21T01:15:00%2B08:00')).map(([, mark]) => mark)
  expect(marks).toEqual(['missing', 'missing', 'missing', 'missing', 'measured'])
})

test("a register rolls over at its profile's capacity, times its ratios", async () => {
  const meter = timedMeter('t1')
  const [point] = meter.profile.points
  if (!point) throw new Error('the meter has a point')
  const rolling = { ...point, capacity: '1000.00' }
  const profile = { ...meter.profile, points: [rolling], ratios: { side: 'secondary' } as const }
  const ratio = (digits: bigint) => ({ digits, scaler: 0 })
  const ratios = { current: ratio(40n), voltage: ratio(1n) }
  const polls = [{ everyMs: QUARTER, points: [rolling] }]
  const api = await apiWith([nth(0, 3_999_600n), nth(1, 400n)], { ...meter, profile, polls, ratios })
  expect(await told(api, '&limit=1')).toEqual([['00:00', 'measured', '8.00']])
})

test('pages: each interval once, in order, whichever way they are cut', async () => {
  const api = await apiWith([nth(0, 1_000n), nth(3, 1_100n), nth(9, 1_300n), nth(20, 1_900n)])
  const whole = await told(api, '&limit=1000')
  const paged: unknown[] = []
  for (let next: string | null = ''; next !== null; ) {
    const more: string = next === '' ? '' : `&cursor=${next}`
    const page: { intervals: readonly Told[]; next: string | null } = (
      await api.ask(`&limit=7${more}`)
    ).json()
    expect(page.intervals.length).toBeLessThanOrEqual(7)
    paged.push(...page.intervals.map(one => [one.from.slice(11, 16), one.mark, one.value]))
    next = page.next
  }
  expect(paged).toEqual(whole)
  expect(new Set(paged.map(one => JSON.stringify(one))).size).toBe(40)
})

describe('is refused', () => {
  test.each([
    ['without a register', '/v1/meters/t1/intervals', 'obis'],
    ['for a power', '/v1/meters/t1/intervals?obis=1-0:1.7.0', 'energy register'],
    ['for intervals that do not divide a day', `${URL}&every=7m`, 'divide a day'],
    ['for seconds', `${URL}&every=30s`, 'whole minutes'],
    ['for no interval', `${URL}&every=soon`, 'whole minutes'],
    ['backwards', `${URL}&to=2026-11-20`, 'after from'],
    ['for too long', `${URL}&to=2027-11-20`, 'at most 62 days'],
    ["with another list's cursor", `${URL}&cursor=WyJ4Il0`, 'cursor'],
  ])('%s', async (_, url, word) => {
    const api = await apiWith([])
    const answer = await api.get(url, api.key)
    expect(answer.statusCode).toBe(400)
    expect(answer.body).toContain(word)
  })
})

describe('what rules say', () => {
  interface Answered {
    readonly intervals: readonly (Told & {
      readonly rules: readonly string[]
      readonly codes: readonly string[]
    })[]
    readonly findings: readonly { readonly from: string; readonly to: string; readonly rule: string }[]
    readonly next: string | null
  }
  /** Yesterday, every quarter of an hour but one, which counts more than 60 A carry. */
  const DAY_BEFORE = MIDNIGHT - DAY
  const yesterday = Array.from({ length: 98 }, (_, place) =>
    poll(DAY_BEFORE + place * QUARTER, BigInt(1_000 + place * 20 + (place % 3) + (place > 40 ? 5_000 : 0))),
  )
  const WHOLE = '/v1/meters/t1/intervals?obis=1-0:1.8.0&from=2026-11-20&limit=1000'
  const answerOf = async (api: Pick<TestApi, 'get'>, key: string, url = WHOLE): Promise<Answered> =>
    (await api.get(url, key)).json()

  test('stands beside the intervals it is said of, and once in words', async () => {
    const api = await apiWith(yesterday)
    const { intervals, findings } = await answerOf(api, api.key)
    const marked = intervals.filter(({ rules }) => rules.length > 0)
    expect(marked.map(({ from, rules, codes }) => [from.slice(11, 16), rules, codes])).toEqual([
      ['10:00', ['V-L3', 'V-L4'], ['2.6.5', '2.6.3']],
    ])
    expect(findings).toMatchObject([
      { rule: 'V-L3', verdict: 'flag', severity: 3, from: '2026-11-20T10:00:00+08:00' },
      { rule: 'V-L4', verdict: 'suspect', version: 1, to: '2026-11-20T10:15:00+08:00' },
    ])
  })

  test('is of whole days, whichever part of one is asked for', async () => {
    const api = await apiWith(yesterday)
    const part =
      '/v1/meters/t1/intervals?obis=1-0:1.8.0&from=2026-11-20T09:50:00%2B08:00&to=2026-11-20T10:20:00%2B08:00'
    expect((await answerOf(api, api.key, part)).findings.map(({ rule }) => rule)).toEqual(['V-L3', 'V-L4'])
    const other =
      '/v1/meters/t1/intervals?obis=1-0:1.8.0&from=2026-11-20T11:00:00%2B08:00&to=2026-11-20T12:00:00%2B08:00'
    expect((await answerOf(api, api.key, other)).findings).toEqual([])
  })

  test('comes to the same in pages', async () => {
    const api = await apiWith(yesterday)
    const whole = await answerOf(api, api.key)
    const paged: Answered['intervals'][number][] = []
    let next: string | null = ''
    while (next !== null) {
      const more: string = next === '' ? '' : `&cursor=${next}`
      const page = await answerOf(api, api.key, `${WHOLE.replace('1000', '17')}${more}`)
      paged.push(...page.intervals)
      next = page.next
    }
    expect(paged).toEqual(whole.intervals)
  })

  test('V-L2 V-L11 of a gap: which is missing, and that the meter answered', async () => {
    const meter = timedMeter('t1')
    const [total] = meter.profile.points
    if (!total) throw new Error('the meter has a point')
    const reverse = { ...total, obis: '1-0:2.8.0' }
    const both = { ...meter, polls: [{ everyMs: QUARTER, points: [total, reverse] }] }
    const half = yesterday.filter(({ slot }) => slot < DAY_BEFORE + 10 * HOUR)
    const other = yesterday.map(one => ({ ...one, obis: reverse.obis }))
    const api = await apiWith([...half, ...other], both)
    const { intervals, findings } = await answerOf(api, api.key)
    expect(findings.map(({ rule }) => rule)).toEqual(['V-L2', 'V-L11'])
    expect(intervals.filter(({ rules }) => rules.includes('V-L11'))).toHaveLength(56)
    expect(intervals.at(-1)).toMatchObject({ mark: 'missing', rules: ['V-L2', 'V-L11'], codes: ['2.5.259'] })
  })

  test('of nothing known is nothing', async () => {
    const api = await apiWith([])
    expect(await answerOf(api, api.key)).toMatchObject({ unit: null, findings: [] })
  })
})
