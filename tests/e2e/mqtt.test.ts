/** The daemon's life as its broker sees it. */

import { connectAsync } from 'mqtt'
import { afterEach, describe, expect, test } from 'vitest'
import { testDaemon, until } from '../support/daemon.ts'
import { FEEDERS, play } from '../support/meters.ts'
import { startMosquitto } from '../support/mosquitto.ts'
import { requireService } from '../support/services.ts'

const mosquitto = requireService('mosquitto')

let undo: (() => unknown)[] = []
afterEach(async () => {
  for (const one of undo.reverse()) await one()
  undo = []
})

describe.skipIf(mosquitto.missing)(`a daemon and its broker${mosquitto.note}`, () => {
  test.each([
    { version: '3.1.1', session: 'persistent' },
    { version: 5, session: 'persistent' },
    { version: '3.1.1', session: 'clean' },
    { version: 5, session: 'clean' },
  ])('killed without a word, the will says "offline"; the next life says "online": %o', async mode => {
    const { simulator, lines, meters } = await play([FEEDERS])
    undo.push(() => simulator.stop())
    const broker = await startMosquitto()
    undo.push(() => broker.dispose())
    const heard: string[] = []
    const watcher = await connectAsync(broker.url)
    undo.push(() => watcher.endAsync(true))
    watcher.on('message', (_topic, payload) => heard.push(payload.toString()))
    await watcher.subscribeAsync('meterd/v1/+/status', { qos: 1 })
    const daemon = await testDaemon({ lines, meters, mqtt: { url: broker.url, ...mode } })
    undo.push(() => daemon.dispose())
    await daemon.start()
    await until(() => heard.length === 1)
    await daemon.kill()
    await until(() => heard.length === 2)
    await daemon.start()
    await until(() => heard.length === 3)
    expect(heard).toEqual(['online', 'offline', 'online'])
  })

  test('Home Assistant, Sparkplug hosts and consumers with a watermark are all served by one daemon, PR-12 what a consumer lost is sent again', async () => {
    const { simulator, lines, meters } = await play([FEEDERS])
    undo.push(() => simulator.stop())
    const broker = await startMosquitto()
    undo.push(() => broker.dispose())
    const topics = new Set<string>()
    /** How often each number came, by what the watcher hears as a consumer. */
    const times = new Map<number, number>()
    const watcher = await connectAsync(broker.url)
    undo.push(() => watcher.endAsync(true))
    watcher.on('message', (topic, payload) => {
      topics.add(topic)
      if (!/^e2e\/.*\/reading$/.test(topic)) return
      const { readings }: { readings: { sequence: number }[] } = JSON.parse(payload.toString())
      for (const { sequence } of readings) times.set(sequence, (times.get(sequence) ?? 0) + 1)
    })
    await watcher.subscribeAsync('#', { qos: 1 })
    const mqtt = {
      url: broker.url,
      watermark: true,
      homeAssistant: {},
      topic: '{gateway}/{line}/{meter}/{stream}',
    }
    const sparkplug = { url: broker.url, group: 'metering' }
    const daemon = await testDaemon({ lines, meters, mqtt, sparkplug })
    undo.push(() => daemon.dispose())
    await daemon.start()
    const has = (pattern: RegExp) => [...topics].some(topic => pattern.test(topic))
    await until(
      () => has(/^spBv1\.0\/metering\/DDATA\/e2e\/feeders-1$/) && has(/^e2e\/feeders\/feeders-1\/reading$/),
    )
    expect(has(/^homeassistant\/sensor\/e2e_2f_feeders-1\/poll_/)).toBe(true)
    const delivered = /meterd_sink_delivered_total\{sink="(?:mqtt|sparkplug)"\} [1-9]\d/g
    await until(async () => (await (await daemon.get('/metrics')).text()).match(delivered)?.length === 2)
    for (const sequence of [5, 1])
      await watcher.publishAsync('meterd/v1/e2e/ack', JSON.stringify({ epoch: 1, sequence }), { qos: 1 })
    await until(() => daemon.output().includes('a consumer holds nothing after 1,'))
    // All of it but what the consumer said it has, and once.
    await until(() => [2, 3, 4, 5].every(sequence => times.get(sequence) === 2))
    expect(times.get(1)).toBe(1)
    expect(daemon.output()).not.toContain('not sent again')
    const { code } = await daemon.stop()
    expect(code).toBe(0)
    await until(() => has(/^spBv1\.0\/metering\/NDEATH\/e2e$/))
  })
})
