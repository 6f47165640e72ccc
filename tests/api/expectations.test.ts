/** What should have arrived and has not, as the API tells it; on a real store. */

import { expect, test } from 'vitest'
import { DAY, HOUR, MINUTE } from '../../src/core/time.ts'
import type { Expected } from '../../src/reading/expectation.ts'
import { newDirectory, openIn } from '../store/data-directory.ts'
import { roundOf } from '../store/rounds.ts'
import { MIDNIGHT, testApi } from '../support/api.ts'

const QUARTER = 15 * MINUTE
const NOW = MIDNIGHT + 10 * HOUR

function planOf(meter: string, line: string, since = MIDNIGHT - DAY): Expected {
  const registers = ['1-0:1.8.0']
  return {
    meter,
    line,
    plan: 'poll-15m',
    kind: 'poll',
    calendar: { everyMs: QUARTER, from: since },
    keptForMs: QUARTER,
    registers,
    since,
  }
}

interface Entry {
  readonly meter: string
  readonly day: string
  readonly due: number
  readonly missed: number
  readonly gaps: readonly unknown[]
}

async function scene() {
  const store = await openIn(newDirectory())
  const daily = {
    ...planOf('m1', 'a'),
    plan: 'daily',
    kind: 'freeze',
    calendar: { everyMs: DAY, from: MIDNIGHT },
    keptForMs: 62 * DAY,
  } as const
  await store.expect([planOf('m1', 'a'), daily, planOf('m2', 'b')], MIDNIGHT - DAY)
  for (let slot = MIDNIGHT - DAY; slot < MIDNIGHT + 4 * HOUR; slot += QUARTER)
    await store.accept(roundOf('m1', { slot, quality: slot === MIDNIGHT ? 'suspect' : 'good' }))
  const gap = {
    plan: 'poll-15m',
    state: 'missed',
    cause: 'LINE_SILENT',
    tries: 3,
    triedAt: NOW - MINUTE,
  } as const
  await store.account(
    [
      { ...gap, meter: 'm1', first: MIDNIGHT + 4 * HOUR, last: NOW - QUARTER },
      {
        ...gap,
        meter: 'm2',
        first: MIDNIGHT - DAY,
        last: NOW - QUARTER,
        cause: 'OFF',
        tries: 0,
        triedAt: null,
      },
      { ...gap, meter: 'm1', plan: 'daily', state: 'open', first: MIDNIGHT, last: MIDNIGHT },
    ],
    NOW,
  )
  const api = await testApi({ store })
  const key = await api.key(['read'])
  const ask = async (query: string) => {
    const response = await api.get(`/v1/expectations?${query}`, key)
    expect([query, response.statusCode, response.body.slice(0, 200)]).toEqual([query, 200, expect.anything()])
    return response.json() as { expectations: Entry[]; next: string | null }
  }
  return { api, ask }
}

test('A-03 PR-04 tells per meter, plan and day what was due, and each gap with its cause', async () => {
  const { ask } = await scene()
  const { expectations, next } = await ask('meter=m1&from=2026-11-20')
  expect(next).toBeNull()
  expect(expectations).toMatchObject([
    { plan: 'poll-15m', day: '2026-11-20', due: 96, accepted: 96, missed: 0, gaps: [] },
    {
      meter: 'm1',
      line: 'a',
      plan: 'poll-15m',
      every: '15m',
      day: '2026-11-21',
      due: 41,
      accepted: 15,
      suspect: 1,
      rejected: 0,
      missed: 24,
      open: 1,
      unexplained: 0,
      gaps: [
        {
          first: '2026-11-21T04:00:00+08:00',
          last: '2026-11-21T09:45:00+08:00',
          periods: 24,
          state: 'missed',
          cause: 'LINE_SILENT',
          tries: 3,
          lastTriedAt: '2026-11-21T09:59:00+08:00',
        },
        { first: '2026-11-21T10:00:00+08:00', periods: 1, state: 'open', cause: 'NOT_ASKED' },
      ],
      moreGaps: 0,
    },
    { plan: 'daily', day: '2026-11-20', due: 1, open: 1 },
    { plan: 'daily', day: '2026-11-21', due: 1, open: 1, gaps: [{ state: 'open', cause: 'LINE_SILENT' }] },
  ])
})

test('without a time it tells today; a line, a state and a time narrow it down', async () => {
  const { ask } = await scene()
  const shown = async (query: string) =>
    (await ask(query)).expectations.map(({ meter, day, due }) => `${meter} ${day} ${due}`)
  expect(await shown('')).toEqual(['m1 2026-11-21 41', 'm1 2026-11-21 1', 'm2 2026-11-21 41'])
  expect(await shown('line=b')).toEqual(['m2 2026-11-21 41'])
  expect(await shown('from=2026-11-20&state=missed')).toEqual([
    'm1 2026-11-21 41',
    'm2 2026-11-20 96',
    'm2 2026-11-21 41',
  ])
  expect(await shown('meter=m2&from=2026-11-21T06:00:00%2B08:00&to=2026-11-21T08:00:00%2B08:00')).toEqual([
    'm2 2026-11-21 8',
  ])
  expect((await ask('meter=m1&state=open')).expectations.map(({ gaps }) => gaps.length)).toEqual([1, 1])
})

test('pages give each day once, and a cursor is of its own question', async () => {
  const { api, ask } = await scene()
  const whole = (await ask('from=2026-11-20')).expectations
  const paged: Entry[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page = await ask(`from=2026-11-20&limit=1${cursor === '' ? '' : `&cursor=${cursor}`}`)
    paged.push(...page.expectations)
    cursor = page.next
  }
  expect(paged).toEqual(whole)
  const { next } = await ask('from=2026-11-20&limit=1')
  const key = await api.key(['read'])
  expect((await api.get(`/v1/expectations?from=2026-11-19&cursor=${next}`, key)).statusCode).toBe(400)
  expect((await api.get('/v1/expectations?from=yesterday', key)).statusCode).toBe(400)
  expect((await api.get('/v1/expectations?state=filled', key)).statusCode).toBe(400)
})

test('ST-11 a key for some meters is told of no other', async () => {
  const { api } = await scene()
  const key = await api.key(['read'], { meters: ['m2'] })
  const { expectations } = (await api.get('/v1/expectations', key)).json() as { expectations: Entry[] }
  expect(expectations.map(({ meter }) => meter)).toEqual(['m2'])
})

test('periods due and missed are counted by plan for Prometheus', async () => {
  const api = await testApi()
  api.status.expectations = [{ plan: 'poll-15m', due: 96, missed: 3, open: 2 }]
  const text = (await api.get('/metrics')).body
  expect(text).toContain('meterd_expectations_due_total{plan="poll-15m"} 96\n')
  expect(text).toContain('meterd_expectations_open{plan="poll-15m"} 2\n')
  expect(text).toContain('meterd_expectations_missed_total{plan="poll-15m"} 3\n')
})
