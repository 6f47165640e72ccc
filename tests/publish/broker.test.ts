import { connectAsync } from 'mqtt'
import { afterEach, describe, expect, test } from 'vitest'
import { seededRandom } from '../../src/core/random.ts'
import { type Broker, createBroker } from '../../src/publish/broker.ts'
import { createDispatcher } from '../../src/publish/dispatcher.ts'
import { createMqttSink } from '../../src/publish/mqtt.ts'
import { arrayStore, hastyClock, listLog, until } from './changes.ts'
import { MQTT } from './mqtt-parts.ts'

const endings: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end()
})

async function startBroker(): Promise<Broker> {
  const broker = createBroker({ host: '127.0.0.1', port: 0, random: seededRandom(9), mostClients: 100 })
  await broker.start()
  endings.push(() => broker.stop())
  return broker
}

describe('the embedded broker', () => {
  test('speaks 3.1.1 only, which we find out and then speak', async () => {
    const broker = await startBroker()
    const reader = await connectAsync(broker.url(), { protocolVersion: 4 })
    endings.push(() => reader.endAsync(true))
    const heard: string[] = []
    reader.on('message', (topic, payload) => heard.push(`${topic} ${payload}`))
    await reader.subscribeAsync('#', { qos: 1 })
    const store = arrayStore(9)
    const clock = hastyClock(10)
    const log = listLog()
    const sink = createMqttSink({
      ...MQTT,
      url: broker.url(),
      ...broker.publisher,
      topicPrefix: 'meterd/v1',
      gateway: 'gw',
      epoch: 1,
      offsetMinutes: 0,
      cycleMs: () => null,
      clock,
      random: seededRandom(1),
    })
    const dispatcher = createDispatcher({ sink, store, clock, random: seededRandom(2), log })
    await dispatcher.start()
    expect(await until(() => dispatcher.status().owed === 0)).toBe(true)
    await dispatcher.stop()
    expect(await until(() => heard.length === 5)).toBe(true)
    expect(heard[0]).toBe('meterd/v1/gw/status online')
    expect(heard.at(-1)).toBe('meterd/v1/gw/status offline')
    expect(log.lines).toEqual([])
  })

  test('nobody else publishes, however they log in', async () => {
    const broker = await startBroker()
    const reader = await connectAsync(broker.url(), { protocolVersion: 4, reconnectPeriod: 0 })
    endings.push(() => reader.endAsync(true))
    const heard: string[] = []
    reader.on('message', topic => heard.push(topic))
    await reader.subscribeAsync('#', { qos: 1 })
    const forger = await connectAsync(broker.url(), { protocolVersion: 4, reconnectPeriod: 0 })
    endings.push(() => forger.endAsync(true))
    forger.on('error', () => {})
    const outcome = await Promise.race([
      forger.publishAsync('meterd/v1/gw/m-1/reading', '{}', { qos: 1 }).then(
        () => 'accepted',
        () => 'failed',
      ),
      new Promise(resolve => forger.once('close', () => resolve('closed'))),
    ])
    expect(outcome).not.toBe('accepted')
    expect(heard).toEqual([])
    const guess = connectAsync(broker.url(), { protocolVersion: 4, username: 'meterd', password: 'guess' })
    await expect(guess).rejects.toThrow()
  })

  test('a port in use is said with its remedy', async () => {
    const port = Number(new URL((await startBroker()).url()).port)
    const second = createBroker({ host: '127.0.0.1', port, random: seededRandom(9), mostClients: 100 })
    await expect(second.start()).rejects.toThrow('choose another broker.port')
  })

  test('PR-23: keeps no session of a reader that has gone', async () => {
    const broker = await startBroker()
    const options = { protocolVersion: 4, clean: false, clientId: 'sleeper' } as const
    const sleeper = await connectAsync(broker.url(), options)
    await sleeper.subscribeAsync('#', { qos: 1 })
    await sleeper.endAsync()
    const again = await connectAsync(broker.url(), options)
    endings.push(() => again.endAsync(true))
    const heard: string[] = []
    again.on('message', topic => heard.push(topic))
    const publisher = await connectAsync(broker.url(), { protocolVersion: 4, ...broker.publisher })
    endings.push(() => publisher.endAsync(true))
    await publisher.publishAsync('x', 'y', { qos: 1 })
    expect(await until(() => heard.length > 0, 200)).toBe(false)
  })
})
