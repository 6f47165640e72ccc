/** FT-33: brokers that lie, stutter, forget and die. Nothing is lost that they have not lied about; nothing is doubled. */

import type { IPublishPacket } from 'mqtt-packet'
import { afterEach, describe, expect, test } from 'vitest'
import { seededRandom } from '../../src/core/random.ts'
import { createDispatcher } from '../../src/publish/dispatcher.ts'
import { createLossDetector } from '../../src/publish/loss.ts'
import { createMqttSink } from '../../src/publish/mqtt.ts'
import {
  acknowledge,
  type Evil,
  type EvilBroker,
  type Session,
  startEvilBroker,
} from '../support/evil-broker.ts'
import { type ArrayStore, arrayStore, hastyClock, listLog, until } from './changes.ts'
import { MQTT } from './mqtt-parts.ts'

const endings: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end()
})

/** What was stored by whoever stands behind the broker: sequence → id, and how often each came. */
function consumer() {
  const byId = new Map<string, number>()
  const times = new Map<number, number>()
  return {
    byId,
    times,
    take({ payload }: IPublishPacket) {
      for (const { id, sequence } of JSON.parse(payload.toString()).readings) {
        byId.set(id, sequence)
        times.set(sequence, (times.get(sequence) ?? 0) + 1)
      }
    },
  }
}

async function scene(evil: Evil, store: ArrayStore, protocol: 4 | 5 | null = 5, factor = 50) {
  const broker = await startEvilBroker(evil)
  endings.push(() => broker.stop())
  const clock = hastyClock(factor)
  const sink = createMqttSink({ ...MQTT, url: broker.url, protocol, clock, random: seededRandom(3) })
  const log = listLog()
  const dispatcher = createDispatcher({ sink, store, clock, random: seededRandom(5), log })
  endings.push(() => dispatcher.stop())
  await dispatcher.start()
  return { broker, dispatcher, log, settled: () => until(() => dispatcher.status().owed === 0, 50_000) }
}

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1)

/** Each number came, or was set aside; no id has two numbers; nothing came more often than connections were lost. */
function expectWhole(held: ReturnType<typeof consumer>, store: ArrayStore, broker: EvilBroker): void {
  const missing = store.changes.filter(
    ({ sequence }) => !held.times.has(sequence) && !store.parked.has(sequence),
  )
  expect(missing.map(({ sequence }) => sequence)).toEqual([])
  expect(held.byId.size).toBe(held.times.size)
  expect(Math.max(...held.times.values())).toBeLessThanOrEqual(broker.sessions.length)
}

describe('PR-13 FT-33', () => {
  test.each([4, 5] as const)(
    'the connection dies between PUBLISH and PUBACK, level %i',
    async protocol => {
      const held = consumer()
      const store = arrayStore(1_200)
      let publishes = 0
      const onPublish = (session: Session, packet: IPublishPacket) => {
        publishes += 1
        held.take(packet)
        if (publishes % 29 === 0) session.drop()
        else acknowledge(session, packet)
      }
      const { broker, dispatcher, settled } = await scene({ onPublish }, store, protocol)
      expect(await settled()).toBe(true)
      expectWhole(held, store, broker)
      expect(broker.sessions.length).toBeGreaterThan(10)
      expect(dispatcher.status()).toMatchObject({ delivered: 1_200, rejected: 0 })
    },
    60_000,
  )

  test('PUBACK twice, and for ids nobody used', async () => {
    const held = consumer()
    const store = arrayStore(900)
    const onPublish = (session: Session, packet: IPublishPacket) => {
      held.take(packet)
      session.send({ cmd: 'puback', messageId: 60_000 })
      acknowledge(session, packet)
      acknowledge(session, packet)
    }
    const { broker, settled } = await scene({ onPublish }, store)
    expect(await settled()).toBe(true)
    expectWhole(held, store, broker)
    expect(broker.sessions).toHaveLength(1)
    expect(new Set(held.times.values())).toEqual(new Set([1]))
  })

  test('a second PUBACK after the id was given to the next message acknowledges that one alone', async () => {
    const store = arrayStore(600)
    let late: IPublishPacket | null = null
    const onPublish = (session: Session, packet: IPublishPacket) => {
      if (late !== null) acknowledge(session, late)
      acknowledge(session, packet)
      late = packet
    }
    const { settled, dispatcher } = await scene({ onPublish }, store)
    expect(await settled()).toBe(true)
    expect(dispatcher.status()).toMatchObject({ delivered: 600, rejected: 0 })
  })

  test('PUBACK never: owed after 30 s, on a new connection, until one is answered', async () => {
    const held = consumer()
    const store = arrayStore(90)
    const onPublish = (session: Session, packet: IPublishPacket) => {
      if (broker.sessions.indexOf(session) < 2) return
      held.take(packet)
      acknowledge(session, packet)
    }
    const { broker, settled, dispatcher } = await scene({ onPublish }, store)
    expect(await until(() => broker.sessions.length > 1)).toBe(true)
    expect(dispatcher.status()).toMatchObject({ cursor: 0, delivered: 0 })
    expect(await settled()).toBe(true)
    expectWhole(held, store, broker)
  })

  test.each([0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99])(
    'reason code 0x%i for all alike: a passing one costs nothing, one about the message sets it aside',
    async reasonCode => {
      const held = consumer()
      const store = arrayStore(60)
      let isCross = true
      const onPublish = (session: Session, packet: IPublishPacket) => {
        if (!isCross) held.take(packet)
        acknowledge(session, packet, isCross ? reasonCode : 0)
      }
      const { broker, settled, dispatcher, log } = await scene({ onPublish }, store)
      const isAboutMessage = [0x90, 0x99].includes(reasonCode)
      if (isAboutMessage) expect(await until(() => store.parked.size > 0)).toBe(true)
      else {
        expect(await until(() => dispatcher.status().state === 'failing')).toBe(true)
        expect(store.parked.size).toBe(0)
        expect(await until(() => log.lines.some(({ text }) => text.includes('refuses')))).toBe(true)
      }
      isCross = false
      expect(await settled()).toBe(true)
      expectWhole(held, store, broker)
      expect(store.parked.size > 0).toBe(isAboutMessage)
    },
  )

  test('all of it at once, at random, for ten thousand readings', async () => {
    const held = consumer()
    const store = arrayStore(10_000)
    const random = seededRandom(33)
    const onPublish = (session: Session, packet: IPublishPacket) => {
      const dice = Math.floor(random.fraction() * 400)
      if (dice === 0) return session.drop()
      if (dice === 1) return acknowledge(session, packet, 0x97)
      if (dice === 2) return acknowledge(session, packet, 0x80)
      if (dice === 3) return
      held.take(packet)
      if (dice === 4) return session.drop()
      if (dice === 5) return
      if (dice === 6) session.send({ cmd: 'puback', messageId: 61_000 + ((packet.messageId ?? 0) % 1_000) })
      acknowledge(session, packet)
      if (dice % 7 === 0) acknowledge(session, packet)
    }
    const { broker, settled } = await scene({ onPublish }, store, 5, 300)
    expect(await settled()).toBe(true)
    expectWhole(held, store, broker)
    expect(broker.sessions.length).toBeGreaterThan(5)
  }, 60_000)

  test('PR-12 PUBACK without storing cannot be seen here; the consumer’s watermark brings it back', async () => {
    const held = consumer()
    const store = arrayStore(300)
    let isLying = true
    const onPublish = (session: Session, packet: IPublishPacket) => {
      if (!isLying) held.take(packet)
      acknowledge(session, packet)
    }
    const { settled, dispatcher } = await scene({ onPublish }, store)
    expect(await settled()).toBe(true)
    expect([held.times.size, dispatcher.status().cursor]).toEqual([0, 300])
    isLying = false
    let minutes = 0
    let from: number | null = null
    const hear = createLossDetector({
      position: () => dispatcher.status().cursor,
      rewind: sequence => (from = sequence),
      clock: { ...hastyClock(1), monotonic: () => minutes * 60_000 },
    })
    for (; from === null && minutes < 5; minutes += 1) hear({ epoch: 1, sequence: 0 }, false)
    expect(from).toBe(0)
    await dispatcher.stop()
    store.cursors.set('mqtt', from ?? -1)
    const again = await scene({ onPublish }, store)
    expect(await again.settled()).toBe(true)
    expect([...held.times.keys()].sort((a, b) => a - b)).toEqual(numbers(300))
    expect(held.byId.size).toBe(300)
  })
})
