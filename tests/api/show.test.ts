/** What the API shows of meters, readings, lines and itself: ages, evidence, health, metrics, documentation. */

import { describe, expect, test } from 'vitest'
import { judgeReadiness } from '../../src/api/health.ts'
import { systemClock, within } from '../../src/core/clock.ts'
import { HOUR, MINUTE } from '../../src/core/time.ts'
import { NO_NUMBERS } from '../../src/line/meter-numbers.ts'
import { freezingMeter, lineStatus, MIDNIGHT, testApi } from '../support/api.ts'
import { AMPLE, stored } from '../support/memory-store.ts'

const NOW = MIDNIGHT + 10 * HOUR

describe('meters', () => {
  test('no value at all, a fresh value and an old value are three different things', async () => {
    const api = await testApi()
    const key = await api.key(['read'])
    const latest = async () => (await api.get('/v1/meters/t1', key)).json()
    expect(await latest()).toMatchObject({
      latest: [],
      neverRead: ['1-0:1.8.0'],
      clock: null,
      state: 'never',
    })
    api.store.readings.push(
      stored({ meter: 't1', kind: 'poll', slot: NOW - 15 * MINUTE, readAt: NOW - 15 * MINUTE }),
    )
    expect(await latest()).toMatchObject({ latest: [{ ageSeconds: 900, stale: false }], neverRead: [] })
    api.time.now += 15 * MINUTE
    expect(await latest()).toMatchObject({ latest: [{ ageSeconds: 1_800, stale: false }] })
    api.time.now += 1
    expect(await latest()).toMatchObject({ latest: [{ value: '123.45', stale: true }] })
  })

  test('a frozen register is stale after two hours where hours are read, after two days where they are not', async () => {
    const meter = freezingMeter('m1')
    const { stamp, points } = meter.profile.daily!
    const profile = { ...meter.profile, hourly: { stamp, points: points.slice(0, 1), depth: 254 } }
    for (const [hourly, staleAfter] of [
      [true, 2 * HOUR],
      [undefined, 48 * HOUR],
    ] as const) {
      const api = await testApi({ meters: [{ ...meter, profile, ...(hourly && { hourly }) }] })
      const key = await api.key(['read'])
      const stale = async () => (await api.get('/v1/meters/m1', key)).json().latest[0].stale
      api.store.readings.push(stored({ meter: 'm1', kind: 'freeze', slot: NOW, readAt: NOW }))
      api.time.now = NOW + staleAfter
      expect(await stale()).toBe(false)
      api.time.now += 1
      expect(await stale()).toBe(true)
    }
  })

  test('a meter that does not answer says since when and why', async () => {
    const api = await testApi()
    const fault = { code: 'LINE_SILENT', text: 'no answer within 500 ms' } as const
    const times = { lastAskedAt: NOW - 1_000, lastAnswerAt: NOW - HOUR, nextAt: NOW + MINUTE }
    const responseMs = { p50: 30, p90: 50, p99: 450 }
    const numbers = { requests: 12, timeouts: 7, damaged: 1, lates: 2, strays: 3, responseMs }
    api.status.meters = [{ id: 'm1', state: 'silent', ...times, fault, answered: 5, unanswered: 7, numbers }]
    const { meters } = (await api.get('/v1/meters', await api.key(['read']))).json()
    expect(meters[0]).toMatchObject({
      id: 'm1',
      state: 'silent',
      answerAgeSeconds: 3_600,
      lastAnswerAt: '2026-11-21T09:00:00+08:00',
      fault: { ...fault, hint: expect.stringContaining('wiring') },
      numbers,
    })
    expect(meters[1]).toMatchObject({ id: 'm2', state: 'never', answerAgeSeconds: null })
    expect(meters[1].numbers).toEqual(NO_NUMBERS)
  })

  test('lists page by cursor', async () => {
    const api = await testApi()
    const key = await api.key(['read'])
    const first = (await api.get('/v1/meters?limit=2', key)).json()
    expect(first.meters.map((one: { id: string }) => one.id)).toEqual(['m1', 'm2'])
    const second = (await api.get(`/v1/meters?limit=2&cursor=${first.next}`, key)).json()
    expect(second).toMatchObject({ meters: [{ id: 't1' }], next: null })
  })
})

describe('readings', () => {
  test('history pages by slot and id, filters, and leaves nothing out while new ones arrive', async () => {
    const api = await testApi()
    const key = await api.key(['read'])
    for (let slot = MIDNIGHT; slot < NOW; slot += HOUR)
      for (const kind of ['poll', 'freeze'] as const) api.store.readings.push(stored({ slot, kind }))
    const seen: string[] = []
    let url = '/v1/meters/m1/readings?limit=3'
    for (let pages = 0; pages < 20 && url !== ''; pages += 1) {
      const page = (await api.get(url, key)).json()
      seen.push(...page.readings.map((one: { id: string }) => one.id))
      url = page.next === null ? '' : `/v1/meters/m1/readings?limit=3&cursor=${page.next}`
      if (pages === 2) api.store.readings.push(stored({ slot: NOW }))
    }
    expect(seen.length).toBe(21)
    expect(new Set(seen).size).toBe(21)
    const some = (
      await api.get(
        '/v1/meters/m1/readings?kind=poll&from=2026-11-21T01:00:00Z&to=2026-11-21T10:00:00%2B08:00',
        key,
      )
    ).json()
    expect(some.readings.map((one: { slot: string }) => one.slot)).toEqual(['2026-11-21T09:00:00+08:00'])
  })

  test('PR-88 evidence shows the bytes, and which reply carried the value', async () => {
    const api = await testApi()
    const reading = stored({ slot: MIDNIGHT })
    const exchange = {
      request: Uint8Array.of(0x68, 0x12),
      reply: Uint8Array.of(0x68, 0x91),
      sentAt: MIDNIGHT,
      receivedAt: MIDNIGHT + 120,
      outcome: 'answered',
      carried: true,
    } as const
    const other = stored({ slot: MIDNIGHT, version: 2 })
    api.store.evidences.set(reading.id, {
      reading,
      line: 'a',
      exchanges: [exchange],
      versions: [other],
      duplicates: 3,
    })
    const key = await api.key(['read'])
    expect((await api.get(`/v1/readings/${reading.id}/evidence`, key)).json()).toMatchObject({
      line: 'a',
      duplicates: 3,
      reading: { id: reading.id, value: '123.45' },
      versions: [{ version: 2 }],
      exchanges: [
        { request: '68 12', reply: '68 91', receivedAt: '2026-11-21T00:00:00.120+08:00', carried: true },
      ],
    })
    for (const id of ['unknown', 'f'.repeat(32)])
      expect((await api.get(`/v1/readings/${id}/evidence`, key)).statusCode).toBe(404)
  })

  test('read now gives what was read and what the store made of it', async () => {
    const { id: _, version: __, meter: ___, round: ____, ...fresh } = stored({ slot: NOW, kind: 'poll' })
    const api = await testApi({
      readNow: async meter => ({
        readings: [{ ...fresh, meter, exchange: 0 }],
        accepted: { stored: 1, duplicates: 0, conflicts: 0, refused: 0, lastSequence: 1 },
      }),
    })
    const headers = { authorization: `Bearer ${await api.key(['operate'])}` }
    const answer = await api.app.inject({ method: 'POST', url: '/v1/meters/m1/read', headers })
    expect(answer.json()).toMatchObject({
      meter: 'm1',
      askedAt: '2026-11-21T10:00:00+08:00',
      stored: 1,
      readings: [{ obis: '1-0:1.8.0', value: '123.45', codes: ['2.0.1'] }],
    })
  })
})

describe('PR-87 health', () => {
  const fault = { code: 'LINE_UNREACHABLE', text: '/dev/ttyS9 does not exist' } as const
  const well = {
    store: { trouble: null, refused: 0, room: AMPLE },
    storesPutAside: 0,
    timeTrusted: true,
    lines: [],
    meters: [],
    sinks: [],
    alarms: [],
    expectations: [],
    releasing: { releases: {}, held: 0 },
    parts: [],
  }
  const never = { lastAskedAt: null, lastAnswerAt: null, nextAt: null }
  const quiet = { ...never, answered: 0, unanswered: 3, numbers: NO_NUMBERS }
  const sink = { name: 'mqtt', cursor: 1, owed: 9, delivered: 1, rejected: 0, lastAcceptedAt: null } as const
  const refused = { code: 'SINK_UNREACHABLE', text: 'broker.example:1883 refuses' } as const

  test.each([
    ['ready', { lines: [lineStatus('a')] }, true, []],
    ['ready', { lines: [lineStatus('a', { state: 'opening' })] }, true, []],
    ['not ready', { lines: [lineStatus('a')] }, false, ['store STORE_FAILED 1']],
    ['not ready', { lines: [lineStatus('a', { state: 'closed' })] }, true, ['a LINE_CLOSED 1']],
    ['degraded', { lines: [lineStatus('a', { state: 'waiting', fault })] }, true, ['a LINE_UNREACHABLE 1']],
    [
      'degraded',
      {
        meters: [
          { id: 'm1', state: 'silent', fault: null, ...quiet },
          { id: 'm2', state: 'failing', fault: { code: 'LINE_GARBLED', text: '' }, ...quiet },
          { id: 'm3', state: 'silent', fault: { code: 'LINE_SILENT', text: '' }, ...quiet },
          { id: 'm4', state: 'ok', fault: null, ...quiet },
        ],
      },
      true,
      ['meters LINE_SILENT 2', 'meters LINE_GARBLED 1'],
    ],
    [
      'degraded',
      { sinks: [{ ...sink, state: 'failing', fault: refused }] },
      true,
      ['mqtt SINK_UNREACHABLE 1'],
    ],
    [
      'degraded',
      { store: { trouble: { code: 'STORE_FULL', text: 'no room' }, refused: 7, room: AMPLE } },
      true,
      ['store STORE_FULL 7'],
    ],
    [
      'degraded',
      { store: { trouble: null, refused: 0, room: { ...AMPLE, stage: 'shedding frames' } } },
      true,
      ['shedding frames STORE_FILLING 1'],
    ],
    [
      'not ready',
      { parts: [{ part: 'line', name: 'l1', ageMs: 1, stuck: true }] },
      true,
      ['l1 PART_STUCK 1'],
    ],
    ['degraded', { timeTrusted: false }, true, ['clock V-T1 1']],
    ['degraded', { storesPutAside: 1 }, true, ['store STORE_RESCUED 1']],
    ['ready', { sinks: [{ ...sink, state: 'delivering', fault: null }] }, true, []],
  ] as const)('%s %#', (status, change, storeAnswers, why) => {
    const seen = judgeReadiness({ ...well, ...change }, storeAnswers)
    expect(seen.status).toBe(status)
    expect(seen.why.map(one => `${one.name ?? one.part} ${one.code} ${one.count}`)).toEqual(why)
    expect(JSON.stringify(seen)).not.toMatch(/ttyS9|broker\.example|m1/)
  })

  test('a store that fails or hangs makes the daemon not ready, and leaves it alive', async () => {
    const api = await testApi()
    expect((await api.get('/readyz')).json()).toEqual({ status: 'ready', why: [] })
    api.store.broken = new Error('disk')
    expect((await api.get('/readyz')).statusCode).toBe(503)
    expect((await api.get('/healthz')).json()).toEqual({ status: 'alive' })
    expect(await within(systemClock, 10, new Promise(() => undefined))).toBe(false)
  })
})

test('PR-82 a part that hangs fails the question whether we live, and shows in the metrics', async () => {
  const api = await testApi()
  api.status.parts = [
    { part: 'sink', name: 'mqtt', ageMs: 2_500, stuck: false },
    { part: 'store', name: '', ageMs: 90_000, stuck: true },
  ]
  const answer = await api.get('/healthz')
  expect([answer.statusCode, answer.json()]).toEqual([
    503,
    { status: 'stuck', stuck: [{ part: 'store', name: '' }] },
  ])
  const { body } = await api.get('/metrics')
  expect(body).toContain('meterd_progress_age_seconds{part="sink",name="mqtt"} 2.5\n')
  expect(body).toContain('meterd_part_stuck{part="store",name=""} 1\n')
})

test('a line says what share of its time it is in use and how long its meters take', async () => {
  const api = await testApi()
  api.status.lines = [lineStatus('a', { utilisation: 0.123456 })]
  const [line] = (await api.get('/v1/lines', await api.key(['read']))).json().lines
  expect(line).toMatchObject({ utilisation: 0.123, responseMs: { p50: 30, p90: 450, p99: 450 } })
  expect(line.counters).toMatchObject({ resyncs: 0 })
  expect(line).not.toHaveProperty('responseTimes')
})

describe('metrics', () => {
  test('speak the Prometheus text format, with names of lines and sinks and of nothing else', async () => {
    const api = await testApi()
    api.status.lines = [lineStatus('line "1"\n\\')]
    await api.get('/v1/meters/m1', await api.key(['read']))
    const answer = await api.get('/metrics')
    expect(answer.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8')
    expect(answer.body).toContain('meterd_line_requests_total{line="line \\"1\\"\\n\\\\"} 3\n')
    expect(answer.body).toMatch(/^meterd_line_busy_seconds_total\{.*\} 0\.5$/m)
    expect(answer.body).toMatch(/^meterd_line_utilisation\{.*\} 0\.25$/m)
    expect(answer.body).toMatch(/^meterd_line_response_seconds\{line=.*,quantile="0\.99"\} 0\.45$/m)
    expect(answer.body).toContain('meterd_response_seconds_bucket{le="0.03"} 2\n')
    expect(answer.body).toContain('meterd_response_seconds_bucket{le="+Inf"} 3\n')
    expect(answer.body).toContain('meterd_response_seconds_sum 0.46\nmeterd_response_seconds_count 3\n')
    expect(answer.body).toContain(
      'meterd_api_requests_total{method="GET",route="/v1/meters/:id",status="200"} 1\n',
    )
    expect(answer.body).toContain('meterd_store_up 1\n')
    expect(answer.body).not.toContain('m1')
    for (const line of answer.body.trimEnd().split('\n'))
      expect(line).toMatch(
        /^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{([a-z]+="([^"\\\n]|\\.)*",?)+\})? -?[0-9.e+-]+)$/,
      )
  })

  test('count unknown paths under one name, so nobody can grow them', async () => {
    const api = await testApi()
    for (let path = 0; path < 5; path += 1) await api.get(`/nothing-${path}`)
    expect((await api.get('/metrics')).body).toContain('{method="GET",route="none",status="404"} 5\n')
  })

  test('say that the store is down when it is', async () => {
    const api = await testApi()
    api.store.broken = new Error('disk')
    expect((await api.get('/metrics')).body).toContain('meterd_store_up 0\n')
  })
})

describe('documentation', () => {
  test('OpenAPI 3.1 names every route of ours, its scope and the form of its errors', async () => {
    const api = await testApi()
    const document = (await api.get('/openapi.json')).json()
    expect(document.openapi).toBe('3.1.0')
    expect(document.paths['/v1/billing/reads'].get.security).toEqual([{ key: ['billing'] }])
    expect(document.paths['/healthz'].get).not.toHaveProperty('security')
    for (const path of Object.values<object>(document.paths))
      for (const operation of Object.values(path))
        expect(Object.keys(operation.responses.default.content)).toEqual(['application/problem+json'])
    expect(document.components.schemas).toHaveProperty('BillingRead')
  })

  test('every reference in it leads somewhere', async () => {
    const document = await (await testApi()).get('/openapi.json')
    const { components } = document.json()
    const names = [...document.body.matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(
      match => match[1] ?? '',
    )
    expect(names.length).toBeGreaterThan(0)
    for (const name of names) expect(components.schemas).toHaveProperty([name])
  })

  test('the page works without internet and may run nothing but what we serve', async () => {
    const api = await testApi()
    const page = await api.get('/docs')
    expect(page.statusCode).toBe(200)
    expect(page.headers['content-security-policy']).toMatch(/^default-src 'self'; script-src 'self';/)
    expect(page.body).not.toMatch(/(src|href)="(https?:)?\/\//)
    expect(page.body).not.toMatch(/<script>/)
    for (const [, file = ''] of page.body.matchAll(/(?:src|href)="([^"]+)"/g)) {
      const url = new URL(file, 'http://x/docs').pathname
      expect(`${url} ${(await api.get(url)).statusCode}`).toBe(`${url} 200`)
    }
  })
})
