/** What the API shows of alarms: what stands, what became of them, and to whom. */

import { expect, test } from 'vitest'
import type { AlarmEvent, KeptAlarm } from '../../src/reading/alarm/alarm.ts'
import { MIDNIGHT, type TestApi, testApi } from '../support/api.ts'

const FINDING = {
  rule: 'V-R1',
  version: 2,
  verdict: 'suspect',
  severity: 1,
  codes: ['2.5.256'],
  evidence: 'a fall of 1.00',
  samples: [{ obis: '1-0:1.8.0', kind: 'poll', value: '5.00', unit: 'kWh', at: MIDNIGHT }],
  limit: { value: '0', unit: 'kWh' },
} as const

function event(change: Partial<AlarmEvent> = {}): AlarmEvent {
  const of = change.of ?? 'm1'
  return {
    event: 'raised',
    scope: 'meter',
    of,
    rule: 'V-R1',
    about: '1-0:1.8.0 poll',
    line: 'a',
    version: 2,
    severity: 1,
    blocks: true,
    codes: ['2.5.256'],
    at: MIDNIGHT,
    opened: 1,
    evidence: {
      text: 'a fall of 1.00',
      reads: [{ meter: of, at: MIDNIGHT, finding: FINDING }],
    },
    ...change,
  }
}

const COMMON = event({
  scope: 'line',
  of: 'a',
  about: '',
  severity: 2,
  evidence: {
    text: '2 of 3 meters of line a fail V-R1 together',
    reads: ['m1', 'm2'].map(meter => ({ meter, at: MIDNIGHT, finding: FINDING })),
    failing: [
      { of: 'm1', about: '' },
      { of: 'm2', about: '' },
    ],
  },
})

const sequenced = (events: readonly AlarmEvent[]): KeptAlarm[] =>
  events.map((one, nth) => ({ ...one, sequence: nth + 1 }))

async function ask(api: TestApi, url: string, key: string) {
  const answer = await api.get(url, key)
  expect(answer.statusCode).toBe(200)
  return answer.json() as { alarms: { [name: string]: unknown; failing: string[] }[]; next: string | null }
}

test('A-04 what stands is shown with its reads: samples, times, threshold, rule version', async () => {
  const api = await testApi()
  api.status.alarms = [event(), COMMON]
  const { alarms, next } = await ask(api, '/v1/alarms?standing=true', await api.key(['read']))
  expect(next).toBeNull()
  expect(alarms.map(one => one['scope'])).toEqual(['line', 'meter'])
  expect(alarms[1]).toEqual({
    sequence: null,
    ...{ event: 'raised', scope: 'meter', of: 'm1', line: 'a', rule: 'V-R1', version: 2 },
    ...{ about: '1-0:1.8.0 poll', severity: 1, blocks: true, codes: ['2.5.256'] },
    at: '2026-11-21T00:00:00+08:00',
    opened: 1,
    text: 'a fall of 1.00',
    reads: [
      {
        meter: 'm1',
        at: '2026-11-21T00:00:00+08:00',
        finding: {
          ...FINDING,
          codes: ['2.5.256'],
          samples: [{ ...FINDING.samples[0], at: '2026-11-21T00:00:00+08:00' }],
        },
      },
    ],
    failing: [],
  })
  const metrics = (await api.get('/metrics')).body
  expect(metrics).toContain(
    'meterd_alarms_standing{severity="1"} 1\nmeterd_alarms_standing{severity="2"} 1\n',
  )
})

test('A-04 the history comes in pages, in recorded order, and goes on behind a cursor', async () => {
  const api = await testApi()
  const cleared = event({ event: 'cleared', evidence: { text: 'passed', reads: [] } })
  api.store.alarmEvents.push(...sequenced([event(), event({ of: 'm2' }), cleared, COMMON]))
  const key = await api.key(['read'])
  const first = await ask(api, '/v1/alarms?limit=2', key)
  expect(first.alarms.map(one => one['sequence'])).toEqual([1, 2])
  const second = await ask(api, `/v1/alarms?limit=2&cursor=${first.next}`, key)
  expect(second.alarms.map(one => [one['sequence'], one['event'], one['scope']])).toEqual([
    [3, 'cleared', 'meter'],
    [4, 'raised', 'line'],
  ])
  expect((await ask(api, `/v1/alarms?limit=2&cursor=${second.next}`, key)).alarms).toEqual([])
  const own = await ask(api, '/v1/alarms?meter=m2', key)
  expect(own.alarms.map(one => one['sequence'])).toEqual([2, 4])
  expect((await api.get(`/v1/alarms?meter=m2&cursor=${first.next}`, key)).statusCode).toBe(400)
  expect((await api.get('/v1/alarms?standing=yes', key)).statusCode).toBe(400)
})

test('ST-11 a key sees the alarms of its meters, and of common ones no other meter', async () => {
  const api = await testApi()
  const elsewhere = {
    ...COMMON,
    of: 'b',
    evidence: { text: 'x', reads: [], failing: [{ of: 't1', about: '' }] },
  }
  const all = [event(), event({ of: 'm2' }), COMMON, elsewhere]
  api.status.alarms = all
  api.store.alarmEvents.push(...sequenced(all))
  const key = await api.key(['read'], { meters: ['m2'] })
  for (const url of ['/v1/alarms', '/v1/alarms?standing=true']) {
    const { alarms } = await ask(api, url, key)
    expect(alarms.map(one => one['of']).toSorted()).toEqual(['a', 'm2'])
    expect(alarms.flatMap(({ failing }) => failing)).toEqual(['m2'])
    expect(JSON.stringify(alarms)).not.toMatch(/"m1"|"t1"/)
  }
})
