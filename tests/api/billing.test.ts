/** Billing reads as a biller gets them: exact, paged without gaps, the same twice (PR-17), nothing doubtful with a value. */

import { describe, expect, test } from 'vitest'
import type { MeterConfig } from '../../src/config/config.ts'
import { DAY, HOUR, MINUTE } from '../../src/core/time.ts'
import { billedMeter } from '../../src/releasing/billed-meters.ts'
import { freezingMeter, MIDNIGHT, NEEDED, type TestApi, testApi, timedMeter } from '../support/api.ts'
import { nextRound, stored } from '../support/memory-store.ts'

const TODAY = '/v1/billing/reads?boundary=2026-11-21'

function keepFreezes(api: TestApi, meter: string, change: Partial<Parameters<typeof stored>[0]> = {}): void {
  const round = nextRound()
  for (const obis of NEEDED)
    api.store.readings.push(stored({ meter, obis, slot: MIDNIGHT, round, ...change }))
  api.store.clockSeen.push({ meter, measuredAt: MIDNIGHT + HOUR, deviationMs: 1_000 })
}

test('one page, one entry per meter: ready, and missing with its reasons', async () => {
  const api = await testApi()
  keepFreezes(api, 'm1', { value: { digits: 1_234_567n, scaler: -2 } })
  const answer = await api.get(TODAY, await api.key(['billing']))
  expect(answer.statusCode).toBe(200)
  const page = answer.json()
  expect(page).toMatchObject({
    gateway: 'gw',
    boundary: '2026-11-21T00:00:00+08:00',
    state: 'provisional',
    counts: { meters: 3, ready: 1, totalsOnly: 0, missing: 2 },
    next: null,
  })
  expect(page.reads.length).toBe(1)
  expect(page.reads[0]).toMatchObject({
    meter: 'm1',
    status: 'ready',
    state: 'provisional',
    origin: 'freeze',
    withheld: [],
  })
  expect(page.reads[0].registers[0]).toEqual({
    obis: '1-0:1.8.0',
    id: expect.stringMatching(/^[0-9a-f]{32}$/),
    version: 1,
    quality: 'good',
    codes: ['2.0.1'],
    readAt: '2026-11-21T00:00:00+08:00',
    value: '12345.67',
    unit: 'kWh',
  })
  expect(page.missing.map((one: { meter: string }) => one.meter)).toEqual(['m2', 't1'])
  expect(page.missing[0].reasons[0]).toMatchObject({ condition: 'time', code: 'CLOCK_UNKNOWN' })
  expect(page.missing[1]).toMatchObject({
    origin: 'timed',
    reasons: [{ code: 'NOT_READ', obis: '1-0:1.8.0' }],
  })
})

test('A-10 a time no meter is billed by is refused, with what to name instead', async () => {
  const api = await testApi()
  const key = await api.key(['billing'])
  for (const time of ['2026-11-20T12:34:56%2B08:00', '2026-11-20T00:00:00Z']) {
    const answer = await api.get(`/v1/billing/reads?boundary=${time}`, key)
    expect(answer.json()).toMatchObject({ status: 400, code: 'ASK_INVALID' })
    expect(answer.json().detail).toMatch(
      /^query.boundary: no meter is billed by 2026-11-20T.*such as 2026-11-20/,
    )
  }
  expect((await api.get('/v1/billing/reads?boundary=2026-11-20T16:00:00Z', key)).statusCode).toBe(200)
})

test('what is known of a missing read carries no value', async () => {
  const api = await testApi()
  keepFreezes(api, 'm1', { quality: 'suspect', value: { digits: 666_666n, scaler: 0 } })
  const answer = await api.get(TODAY, await api.key(['billing']))
  expect(answer.body).not.toContain('666666')
  expect(answer.json().missing[0].known[0]).toMatchObject({
    obis: '1-0:1.8.0',
    quality: 'suspect',
    version: 1,
  })
  expect(answer.json().missing[0].known[0]).not.toHaveProperty('value')
})

test('a number past 2^53 and a trailing zero arrive as they were counted', async () => {
  const api = await testApi()
  keepFreezes(api, 'm1', { value: { digits: 9_007_199_254_740_993_000n, scaler: -3 } })
  const page = (await api.get(TODAY, await api.key(['billing']))).json()
  expect(page.reads[0].registers[0].value).toBe('9007199254740993.000')
})

test('a timed read of a meter without freezes is billed as such', async () => {
  const api = await testApi()
  api.store.readings.push(stored({ meter: 't1', kind: 'poll', slot: MIDNIGHT, readAt: MIDNIGHT + 4_000 }))
  const page = (await api.get(TODAY, await api.key(['billing']))).json()
  expect(page.reads).toMatchObject([
    { meter: 't1', origin: 'timed', registers: [{ readAt: '2026-11-21T00:00:04+08:00' }] },
  ])
})

/** A meter of 1997: it freezes no days, and settles on the 21st. */
const settling = () => {
  const { profile, ...meter } = timedMeter('t1')
  const { daily } = freezingMeter('m1').profile
  return { ...meter, settlement: [{ day: 21, hour: 0 }], profile: { ...profile, settlement: daily! } }
}

test('a meter without daily freezes is billed by what it kept at its settlement, and by a timed read where that is not here', async () => {
  const api = await testApi({ meters: [settling()] })
  const timed = stored({ meter: 't1', kind: 'poll', slot: MIDNIGHT, readAt: MIDNIGHT + 4_000 })
  api.store.readings.push(timed)
  const billed = async (boundary = TODAY) =>
    (await api.get(boundary, await api.key(['billing']))).json().reads[0]
  expect(await billed()).toMatchObject({ origin: 'timed', registers: { length: 1 } })
  keepFreezes(api, 't1', { value: { digits: 4_711n, scaler: -2 } })
  expect(await billed()).toMatchObject({ origin: 'freeze', status: 'ready', withheld: [] })
  expect((await billed()).registers.map(({ obis, value }: Record<string, string>) => [obis, value])).toEqual(
    NEEDED.map(obis => [obis, '47.11']),
  )
  api.store.readings.push({ ...timed, slot: MIDNIGHT - DAY, readAt: MIDNIGHT - DAY })
  api.time.now = MIDNIGHT - DAY + HOUR
  expect(await billed('/v1/billing/reads?boundary=2026-11-20')).toMatchObject({ origin: 'timed' })
})

test('a settlement in the middle of a day is billed beside daily freezes', async () => {
  const meter = freezingMeter('m1')
  const settlement = [{ day: 21, hour: 8 }]
  const profile = { ...meter.profile, settlement: meter.profile.daily! }
  const api = await testApi({ meters: [{ ...meter, settlement, profile }] })
  const slot = MIDNIGHT + 8 * HOUR
  keepFreezes(api, 'm1', { slot, readAt: slot })
  const { reads } = (
    await api.get('/v1/billing/reads?boundary=2026-11-21T08:00:00%2B08:00', await api.key(['billing']))
  ).json()
  expect(reads).toMatchObject([{ meter: 'm1', origin: 'freeze', status: 'ready' }])
})

test('the clock measured nearest to the boundary is the one that counts', async () => {
  const api = await testApi()
  keepFreezes(api, 'm1')
  api.store.clockSeen.push({ meter: 'm1', measuredAt: MIDNIGHT + 9 * HOUR, deviationMs: 20 * MINUTE })
  expect((await api.get(TODAY, await api.key(['billing']))).json().counts.ready).toBe(1)
})

test('V-T3 a freeze stamped beside the boundary is known, told as such and withheld', async () => {
  const api = await testApi()
  const stampedAt = MIDNIGHT + 3 * MINUTE
  keepFreezes(api, 'm1', { slot: stampedAt, readAt: stampedAt, quality: 'quarantined' })
  const { reads, missing } = (await api.get(TODAY, await api.key(['billing']))).json()
  expect(reads).toEqual([])
  const one = missing.find((each: { meter: string }) => each.meter === 'm1')
  expect(new Set(one.reasons.map(({ code }: { code: string }) => code))).toContain('NOT_STAMPED_AT_BOUNDARY')
  expect(JSON.stringify(one.reasons)).not.toContain('NOT_READ')
  expect(one.known.length).toBeGreaterThan(0)
})

describe('PR-17 pages', () => {
  async function manyMeters(count: number) {
    const meters = Array.from({ length: count }, (_, index) => freezingMeter(`m${index}`))
    const api = await testApi({ meters })
    for (const { id } of meters) if (!id.endsWith('7')) keepFreezes(api, id)
    return { api, key: await api.key(['billing']) }
  }

  async function allPages(api: TestApi, key: string, limit: number): Promise<string[]> {
    const bodies: string[] = []
    let next: string | null = ''
    while (next !== null) {
      const cursor: string = next === '' ? '' : `&cursor=${next}`
      const answer = await api.get(`${TODAY}&limit=${limit}${cursor}`, key)
      expect(answer.statusCode).toBe(200)
      bodies.push(answer.body)
      next = answer.json().next
    }
    return bodies
  }

  const metersOf = (body: string): string[] => {
    const { reads, missing } = JSON.parse(body)
    return [...reads, ...missing].map(one => one.meter).sort()
  }

  test('1,200 meters come once each, in order of id, and the same bytes again later', async () => {
    const { api, key } = await manyMeters(1_200)
    const pages = await allPages(api, key, 500)
    expect(pages.length).toBe(3)
    const seen = pages.flatMap(metersOf)
    expect(new Set(seen).size).toBe(1_200)
    expect(seen).toEqual([...seen].sort())
    api.time.now += HOUR
    expect(await allPages(api, key, 500)).toEqual(pages)
  })

  test('the largest page holds 1,000 meters', async () => {
    const { api, key } = await manyMeters(1_001)
    const pages = await allPages(api, key, 1_000)
    expect(pages.map(page => metersOf(page).length)).toEqual([1_000, 1])
  })

  test('reads that arrive between two pages shift nobody', async () => {
    const { api, key } = await manyMeters(30)
    const first = (await api.get(`${TODAY}&limit=10`, key)).json()
    for (const id of ['m7', 'm17', 'm27']) keepFreezes(api, id)
    const rest = (await api.get(`${TODAY}&limit=100&cursor=${first.next}`, key)).json()
    const seen = [first, rest].flatMap(page => metersOf(JSON.stringify(page)))
    expect(seen.length).toBe(30)
    expect(new Set(seen).size).toBe(30)
  })

  test('a cursor of one boundary is refused at another', async () => {
    const { api, key } = await manyMeters(3)
    const { next } = (await api.get(`${TODAY}&limit=1`, key)).json()
    const answer = await api.get(`/v1/billing/reads?boundary=2026-11-20&cursor=${next}`, key)
    expect(answer.statusCode).toBe(400)
  })
})

test('a boundary may be written as a date or an instant; both mean the same', async () => {
  const api = await testApi()
  keepFreezes(api, 'm1')
  const key = await api.key(['billing'])
  const byDate = (await api.get(TODAY, key)).body
  for (const same of ['2026-11-21T00:00:00%2B08:00', '2026-11-21T00:00:00+08:00', '2026-11-20T16:00:00Z'])
    expect((await api.get(`/v1/billing/reads?boundary=${same}`, key)).body).toBe(byDate)
})

test('V-F10 hours beside midnight change no bill, whether they are read or not', async () => {
  const bills: unknown[] = []
  for (const hours of [[], [MIDNIGHT - HOUR, MIDNIGHT + HOUR]]) {
    const api = await testApi({ meters: [{ ...freezingMeter('m1'), hourly: true }] })
    keepFreezes(api, 'm1', { value: { digits: 1_234_567n, scaler: -2 } })
    for (const slot of hours)
      api.store.readings.push(
        stored({
          meter: 'm1',
          kind: 'freeze',
          slot,
          readAt: slot,
          quality: 'suspect',
          value: { digits: 1n, scaler: 0 },
        }),
      )
    const { counts, reads } = (await api.get(TODAY, await api.key(['billing']))).json()
    bills.push([counts, reads[0].registers, reads[0].reasons])
  }
  expect(bills[0]).toMatchObject([{ ready: 1 }, { length: NEEDED.length }, []])
  expect(bills[1]).toEqual(bills[0])
})

test('what a bill needs follows from the profile: frozen energy, or polled energy where nothing freezes', () => {
  const usualOf = (meter: MeterConfig) => billedMeter(meter, { offsetMinutes: 480 }).usual
  expect(usualOf(freezingMeter('m1'))).toEqual({ origin: 'freeze', needed: NEEDED })
  expect(usualOf(timedMeter('t1'))).toEqual({ origin: 'timed', needed: ['1-0:1.8.0'] })
  expect(usualOf({ ...freezingMeter('m1'), daily: false })).toEqual({ origin: 'freeze', needed: [] })
})

describe('a meter with settlement days', () => {
  const on = [{ day: 21, hour: 0 }]
  const settling = (meter: MeterConfig): MeterConfig => ({
    ...meter,
    settlement: on,
    profile: { ...meter.profile, settlement: { ...freezingMeter('m1').profile.daily!, depth: 12 } },
  })
  const entry = async (api: TestApi, boundary: string) => {
    const page = (await api.get(`/v1/billing/reads?boundary=${boundary}`, await api.key(['billing']))).json()
    const [one] = [...page.reads, ...page.missing]
    return one
  }

  test('is billed by what it kept then, where it freezes nothing daily', async () => {
    const api = await testApi({ meters: [settling(timedMeter('t1'))] })
    keepFreezes(api, 't1')
    expect(await entry(api, '2026-11-21')).toMatchObject({
      status: 'ready',
      origin: 'freeze',
      registers: { length: NEEDED.length },
    })
    expect(await entry(api, '2026-11-20')).toMatchObject({ status: 'missing', origin: 'timed' })
  })

  test('by a read in time where nothing else is here, and by the settlement where that is in doubt', async () => {
    const api = await testApi({ meters: [settling(timedMeter('t1'))] })
    const polled = { meter: 't1', obis: '1-0:1.8.0', kind: 'poll', slot: MIDNIGHT } as const
    api.store.readings.push(stored({ ...polled, readAt: MIDNIGHT + MINUTE }))
    expect(await entry(api, '2026-11-21')).toMatchObject({ status: 'ready', origin: 'timed' })
    keepFreezes(api, 't1', { quality: 'suspect' })
    expect(await entry(api, '2026-11-21')).toMatchObject({ status: 'missing', origin: 'freeze' })
  })

  test('with neither says what it lacks of the settlement', async () => {
    const api = await testApi({ meters: [settling(timedMeter('t1'))] })
    expect(await entry(api, '2026-11-21')).toMatchObject({
      status: 'missing',
      origin: 'freeze',
      reasons: expect.arrayContaining([expect.objectContaining({ code: 'NOT_READ', obis: NEEDED[0] })]),
    })
  })

  test('needs what its daily freeze has at midnights, and the settlement’s registers where daily is off', async () => {
    const api = await testApi({
      meters: [settling(freezingMeter('m1')), settling({ ...freezingMeter('m2'), daily: false })],
    })
    for (const meter of ['m1', 'm2']) keepFreezes(api, meter)
    const page = (await api.get(TODAY, await api.key(['billing']))).json()
    expect(page.counts).toMatchObject({ ready: 2, missing: 0 })
  })
})
