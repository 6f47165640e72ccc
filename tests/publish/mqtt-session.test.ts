/** What MQTT 3.1.1 and 5, clean and persistent sessions have in common: birth, will, and nothing sent behind our back. */

import { connectAsync } from 'mqtt'
import { afterEach, describe, expect, test } from 'vitest'
import { seededRandom } from '../../src/core/random.ts'
import { createMqttSink } from '../../src/publish/mqtt.ts'
import { acknowledge, startEvilBroker } from '../support/evil-broker.ts'
import { startMosquitto } from '../support/mosquitto.ts'
import { requireService } from '../support/services.ts'
import { changeOf, hastyClock, until } from './changes.ts'
import { MQTT } from './mqtt-parts.ts'

const mosquitto = requireService('mosquitto')
const endings: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end()
})

type Over = Partial<Parameters<typeof createMqttSink>[0]>

async function sinkTo(url: string, over: Over = {}) {
  const sink = createMqttSink({ ...MQTT, url, clock: hastyClock(10), random: seededRandom(3), ...over })
  endings.push(() => sink.stop())
  await sink.start(() => {})
  return sink
}

const MODES = [
  ['3.1.1', 'clean', { protocol: 4, session: 'clean' }],
  ['3.1.1', 'persistent', { protocol: 4, session: 'persistent' }],
  ['5', 'clean', { protocol: 5, session: 'clean' }],
  ['5', 'persistent', { protocol: 5, session: 'persistent' }],
] as const

describe.each(MODES)('MQTT %s, a %s session', (_version, _session, mode) => {
  test.skipIf(mosquitto.missing)(`birth, goodbye${mosquitto.note}`, async () => {
    const broker = await startMosquitto()
    endings.push(() => broker.dispose())
    const heard: string[] = []
    const watcher = await connectAsync(broker.url)
    endings.push(() => watcher.endAsync(true))
    watcher.on('message', (_topic, payload) => heard.push(payload.toString()))
    await watcher.subscribeAsync('meterd/v1/gw/status', { qos: 1 })
    const sink = await sinkTo(broker.url, mode)
    expect(await until(() => heard.length === 1)).toBe(true)
    await sink.stop()
    expect(await until(() => heard.length === 2)).toBe(true)
    expect(heard).toEqual(['online', 'offline'])
  })

  test('asks for what was configured', async () => {
    const broker = await startEvilBroker({ onPublish: acknowledge })
    endings.push(() => broker.stop())
    await sinkTo(broker.url, mode)
    expect(await until(() => broker.sessions[0]?.published.length === 1)).toBe(true)
    const { connect } = broker.sessions[0]!
    expect(connect).toMatchObject({
      protocolVersion: mode.protocol,
      clean: mode.session === 'clean',
      clientId: 'meterd-gw',
      will: { topic: 'meterd/v1/gw/status', qos: 1, retain: true },
    })
    expect(connect.will?.payload.toString()).toBe('offline')
    if (mode.protocol === 5 && mode.session === 'persistent')
      expect(connect.properties?.sessionExpiryInterval).toBe(7 * 86_400)
  })

  test('PR-13 after a reconnect nothing is sent but what the store is asked for again', async () => {
    let mute = true
    const broker = await startEvilBroker({
      onPublish: (session, packet) => {
        if (!mute) acknowledge(session, packet)
      },
      connack: { sessionPresent: mode.session === 'persistent' },
    })
    endings.push(() => broker.stop())
    const sink = await sinkTo(broker.url, mode)
    const batch = Array.from({ length: 60 }, (_, index) => changeOf(index + 1))
    const first = sink.deliver(batch)
    expect(await until(() => broker.sessions[0]?.published.length === 21)).toBe(true)
    broker.sessions[0]?.drop()
    expect((await first).accepted).toEqual([])
    mute = false
    expect(await until(() => broker.sessions[1]?.published.length === 1)).toBe(true)
    await hastyClock(1).sleep(200)
    const again = broker.sessions[1]!
    expect(again.published.map(({ topic }) => topic)).toEqual(['meterd/v1/gw/status'])
    expect((await sink.deliver(batch)).accepted).toHaveLength(60)
    const readings = again.published.slice(1)
    expect(new Set(readings.map(({ payload }) => payload.toString())).size).toBe(20)
    expect(readings).toHaveLength(20)
    expect(readings.every(({ dup }) => !dup)).toBe(true)
  })
})

test('a version that is fixed is not given up for another', async () => {
  const broker = await startEvilBroker({ onPublish: acknowledge, isOld: true })
  endings.push(() => broker.stop())
  const sink = await sinkTo(broker.url, { protocol: 5 })
  const { fault } = await sink.deliver([changeOf(1)])
  expect(fault?.code).toBe('SINK_REFUSED')
  expect(broker.sessions).toEqual([])
  const either = await sinkTo(broker.url)
  expect((await either.deliver([changeOf(1)])).accepted).toEqual([1])
  expect(broker.sessions[0]?.connect.protocolVersion).toBe(4)
})
