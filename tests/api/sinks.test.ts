/** `/v1/sinks`: where sinks stand, what they refused, and sending again. */

import { expect, test } from 'vitest'
import type { ResendAsked, SinkStatus } from '../../src/publish/sink.ts'
import { changeOf } from '../publish/changes.ts'
import { MIDNIGHT, testApi } from '../support/api.ts'

const MQTT: SinkStatus = {
  name: 'mqtt',
  state: 'failing',
  cursor: 7,
  owed: 3,
  delivered: 5,
  rejected: 2,
  lastAcceptedAt: MIDNIGHT,
  fault: { code: 'SINK_UNREACHABLE', text: 'nobody answers' },
}

async function scene() {
  const asked: [string, ResendAsked][] = []
  const api = await testApi({
    resend: async (sink, what) => {
      asked.push([sink, what])
      return { cursor: 3, owed: 7, parked: null }
    },
  })
  api.status.sinks = [MQTT, { ...MQTT, name: 'influx', state: 'idle', fault: null, lastAcceptedAt: null }]
  const parked = [2, 3, 5].map(sequence => ({ item: changeOf(sequence), reason: `no ${sequence}` }))
  const gone = { item: { first: 9, sequence: 9 }, reason: 'long ago' }
  api.store.parkedAfter = async (_sink, after, limit) =>
    [...parked, gone].filter(({ item }) => item.sequence > after).slice(0, limit)
  return { api, asked, admin: await api.key(['admin']) }
}

test('tells where each sink stands, to the administrator alone', async () => {
  const { api, admin } = await scene()
  const { sinks } = (await api.get('/v1/sinks', admin)).json()
  expect(sinks.map(({ name }: SinkStatus) => name)).toEqual(['influx', 'mqtt'])
  expect(sinks[1]).toEqual({
    ...MQTT,
    lastAcceptedAt: '2026-11-21T00:00:00+08:00',
    fault: { ...MQTT.fault, hint: expect.stringContaining('check the address') },
  })
  const reader = await api.key(['read', 'operate'])
  for (const url of ['/v1/sinks', '/v1/sinks/mqtt/parked'])
    expect((await api.get(url, reader)).statusCode).toBe(403)
})

test('PR-14 pages through what was refused, with the words of the sink', async () => {
  const { api, admin } = await scene()
  const first = (await api.get('/v1/sinks/mqtt/parked?limit=2', admin)).json()
  expect(first.parked).toEqual([
    { sequence: 2, reading: 'id-2', meter: 'm-1', reason: 'no 2' },
    { sequence: 3, reading: 'id-3', meter: 'm-1', reason: 'no 3' },
  ])
  const second = (await api.get(`/v1/sinks/mqtt/parked?limit=2&cursor=${first.next}`, admin)).json()
  expect(second.parked).toEqual([
    { sequence: 5, reading: 'id-5', meter: 'm-2', reason: 'no 5' },
    { sequence: 9, reading: null, meter: null, reason: 'long ago' },
  ])
  expect(second.next).toBe(null)
  expect((await api.get(`/v1/sinks/influx/parked?cursor=${first.next}`, admin)).statusCode).toBe(400)
  expect((await api.get('/v1/sinks/pigeon/parked', admin)).statusCode).toBe(404)
  const one = await api.key(['admin'], { meters: ['m-2'] })
  const seen = (await api.get('/v1/sinks/mqtt/parked', one)).json()
  expect(seen.parked.map(({ sequence }: { sequence: number }) => sequence)).toEqual([5, 9])
})

test('PR-12 sends again from a number, or what is parked, and nothing else', async () => {
  const { api, asked, admin } = await scene()
  const ask = (sink: string, payload: object, key = admin) =>
    api.app.inject({
      method: 'POST',
      url: `/v1/sinks/${sink}/resend`,
      headers: { authorization: `Bearer ${key}` },
      payload,
    })
  expect((await ask('mqtt', { from: 4 })).json()).toEqual({ sink: 'mqtt', cursor: 3, owed: 7, parked: null })
  expect((await ask('influx', { parked: true })).statusCode).toBe(200)
  for (const wrong of [
    {},
    { from: 0 },
    { from: 1.5 },
    { from: '4' },
    { parked: false },
    { from: 1, parked: true },
  ])
    expect((await ask('mqtt', wrong)).statusCode, JSON.stringify(wrong)).toBe(400)
  expect((await ask('pigeon', { from: 1 })).statusCode).toBe(404)
  expect((await ask('mqtt', { from: 1 }, await api.key(['operate']))).statusCode).toBe(403)
  expect(asked).toEqual([
    ['mqtt', { from: 4 }],
    ['influx', { parked: true }],
  ])
})
