import { createServer } from 'node:net'
import { Aedes, type Client } from 'aedes'
import { connectAsync, type MqttClient } from 'mqtt'
import { afterEach, assert, describe, expect, test } from 'vitest'
import { type Clock, systemClock } from '../../src/core/clock.ts'
import { seededRandom } from '../../src/core/random.ts'
import type { OrdersFollowed } from '../../src/publish/change-desk.ts'
import { createDispatcher } from '../../src/publish/dispatcher.ts'
import { createLastWord } from '../../src/publish/last-word.ts'
import { createMqttSink, deliveryOf, isHistoricalBy } from '../../src/publish/mqtt.ts'
import { changeOf as orderChangeOf } from '../../src/supply/order/change.ts'
import { cutIn, NOW } from '../supply/order/cases.ts'
import { startMosquitto } from '../support/mosquitto.ts'
import { freePort, requireService } from '../support/services.ts'
import { type ArrayStore, arrayStore, changeOf, hastyClock, listLog, until } from './changes.ts'
import { MQTT } from './mqtt-parts.ts'

const mosquitto = requireService('mosquitto')
const endings: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end()
})

function sinkTo(url: string, clock: Clock = hastyClock(10), over: object = {}) {
  return createMqttSink({
    ...MQTT,
    url,
    clock,
    random: seededRandom(3),
    ...over,
  })
}

async function publishTo(
  url: string,
  store: ArrayStore,
  factor = 10,
  clock = hastyClock(factor),
  over: object = {},
) {
  const log = listLog()
  const sink = sinkTo(url, clock, over)
  const dispatcher = createDispatcher({ sink, store, clock, random: seededRandom(5), log })
  let ended = false
  const stop = async () => {
    if (!ended) await dispatcher.stop()
    ended = true
  }
  endings.push(stop)
  await dispatcher.start()
  return { dispatcher, log, stop }
}

async function broker(asked: Parameters<typeof startMosquitto>[0] = {}) {
  const started = await startMosquitto(asked)
  endings.push(() => started.dispose())
  return started
}

interface Heard {
  readonly topic: string
  readonly text: string
  readonly retain: boolean
  readonly contentType: string | undefined
}

/** A consumer as we recommend it: keyed by id, a later sequence wins. */
async function consumer(url: string, options: object = {}) {
  const client: MqttClient = await connectAsync(url, {
    protocolVersion: 5,
    reconnectPeriod: 20,
    clean: false,
    clientId: 'consumer',
    properties: { sessionExpiryInterval: 3600 },
    ...options,
  })
  endings.push(() => client.endAsync(true))
  const heard: Heard[] = []
  const byId = new Map<string, number>()
  const sequences = new Set<number>()
  const counted = { redelivered: 0 }
  client.on('message', (topic, payload, packet) => {
    const text = payload.toString()
    heard.push({ topic, text, retain: packet.retain, contentType: packet.properties?.contentType })
    if (!topic.endsWith('/reading')) return
    for (const reading of JSON.parse(text).readings) {
      if (sequences.has(reading.sequence)) counted.redelivered += 1
      sequences.add(reading.sequence)
      byId.set(reading.id, Math.max(reading.sequence, byId.get(reading.id) ?? 0))
    }
  })
  client.on('error', () => {})
  await client.subscribeAsync('meterd/v1/#', { qos: 1 })
  return { heard, byId, sequences, counted }
}

function statuses(heard: readonly Heard[]): readonly string[] {
  return heard.filter(one => one.topic === 'meterd/v1/gw/status').map(one => one.text)
}

describe.skipIf(mosquitto.missing)(`MQTT to a real Mosquitto${mosquitto.note}`, () => {
  test('birth, readings with content type, goodbye', async () => {
    const server = await broker()
    const { heard, byId } = await consumer(server.url)
    const { dispatcher, stop } = await publishTo(server.url, arrayStore(9))
    expect(await until(() => byId.size === 9 && dispatcher.status().owed === 0)).toBe(true)
    expect(statuses(heard)).toEqual(['online'])
    expect(heard.find(one => one.topic.endsWith('/reading'))?.contentType).toBe('application/json')
    expect(heard.filter(one => one.topic.endsWith('/reading'))).toHaveLength(3)
    expect(dispatcher.status()).toMatchObject({ cursor: 9, owed: 0, delivered: 9 })
    await stop()
    expect(await until(() => statuses(heard).length === 2)).toBe(true)
    const late = await consumer(server.url, { clientId: 'late' })
    expect(await until(() => late.heard.length > 0)).toBe(true)
    expect(late.heard[0]).toMatchObject({ text: 'offline', retain: true })
  })

  test('PR-65 the last checkpoint of the journal is kept by the broker, for whoever comes later', async () => {
    const server = await broker()
    const { heard } = await consumer(server.url)
    const checkpoint = createLastWord()
    checkpoint.say('first')
    const { stop } = await publishTo(server.url, arrayStore(1), 10, undefined, { checkpoint })
    const checkpoints = (of: readonly Heard[]) => of.filter(one => one.topic === 'meterd/v1/gw/audit')
    expect(await until(() => checkpoints(heard).length === 1)).toBe(true)
    checkpoint.say('second')
    expect(await until(() => checkpoints(heard).length === 2)).toBe(true)
    expect(checkpoints(heard).map(({ text }) => text)).toEqual(['first', 'second'])
    await stop()
    const late = await consumer(server.url, { clientId: 'late' })
    expect(await until(() => checkpoints(late.heard).length > 0)).toBe(true)
    expect(checkpoints(late.heard)).toMatchObject([{ text: 'second', retain: true }])
  })

  test('C-01 a notice that is required is published beside the readings, not retained, with its account', async () => {
    const server = await broker()
    const { heard } = await consumer(server.url)
    const notice = {
      ...{ sequence: 7, id: 'N-1', account: '0003', which: 'first', channels: ['sms'], tries: 3 },
      ...{ template: 't-1', order: null, requiredAt: Date.UTC(2026, 10, 21, 4) },
    }
    const noticesAsked = async (after: number) => ({ notices: after < 7 ? [notice] : [], reached: 7 })
    await publishTo(server.url, arrayStore(3), 10, undefined, { noticesAsked })
    const notices = () => heard.filter(one => one.topic === 'meterd/v1/gw/-/notice')
    expect(
      await until(() => notices().length === 1 && heard.some(one => one.topic.endsWith('/reading'))),
    ).toBe(true)
    expect(notices()).toMatchObject([{ retain: false, contentType: 'application/json' }])
    expect(JSON.parse(notices()[0]?.text ?? '')).toEqual({
      ...{ gateway: 'gw', epoch: 1, type: 'notice.required', sequence: 7, notice: 'N-1', account: '0003' },
      ...{ which: 'first', channels: ['sms'], tries: 3, template: 't-1', order: null },
      requiredAt: expect.stringMatching(/^2026-11-21T/),
    })
  })

  test('PR-60 P-12 what became of an order is published under its meter, beside the readings and not retained', async () => {
    const server = await broker()
    const { heard } = await consumer(server.url)
    const cut = cutIn('unconfirmed', { because: { code: 'NO_PROOF_IN_TIME', text: '600 s after' } })
    const change = orderChangeOf(null, cut, NOW)
    assert(change)
    const told: number[] = []
    const orders: OrdersFollowed = {
      async orderChanges(after) {
        return { changes: after < 7 ? [{ sequence: 7, at: NOW, ...change }] : [], reached: 9, hasMore: false }
      },
      changesTold: async () => 3,
      changesTell: async (_, sequence) => void told.push(sequence),
    }
    await publishTo(server.url, arrayStore(3), 10, undefined, { orders })
    const changes = () => heard.filter(one => one.topic === 'meterd/v1/gw/m1/order')
    expect(
      await until(
        () => told.length > 0 && changes().length === 1 && heard.some(one => one.topic.endsWith('/reading')),
      ),
    ).toBe(true)
    expect(told).toEqual([7])
    expect(changes()).toMatchObject([{ retain: false, contentType: 'application/json' }])
    const { at, since, ...rest } = JSON.parse(changes()[0]?.text ?? '')
    expect([Date.parse(at), Date.parse(since)]).toEqual([NOW, cut.since])
    expect(rest).toEqual({
      ...{ gateway: 'gw', epoch: 1, type: 'order.changed', previous: 3, sequence: 7, order: 'o1' },
      ...{ account: '000481', meter: 'm1', kind: 'cut', intended: 'open', state: 'unconfirmed' },
      because: { code: 'NO_PROOF_IN_TIME', text: '600 s after' },
      ...{ takenFor: 'not-cut', reason: 'three bills', ticket: 'T-1', batch: null, isRehearsal: false },
      ...{ supersededBy: null, service: null },
    })
  })

  test('the will says "offline" when we are cut off', async () => {
    const server = await broker()
    const { heard } = await consumer(server.url)
    await publishTo(server.url, arrayStore(), 0.01)
    expect(await until(() => statuses(heard).length === 1)).toBe(true)
    // Another client of our name: the broker drops us without our goodbye.
    const rival = await connectAsync(server.url, { clientId: 'meterd-gw' })
    endings.push(() => rival.endAsync(true))
    expect(await until(() => statuses(heard).length === 2)).toBe(true)
    expect(statuses(heard)).toEqual(['online', 'offline'])
  })

  test('PR-83: stopped at any moment of connecting, never leaves "online" behind', async () => {
    const server = await broker()
    for (let ms = 0; ms < 30; ms += 2) {
      const sink = sinkTo(server.url)
      await sink.start(() => {})
      await hastyClock(1).sleep(ms)
      await sink.stop()
    }
    const { heard } = await consumer(server.url)
    expect(await until(() => heard.length > 0)).toBe(true)
    expect(heard.map(one => one.text)).toEqual(['offline'])
  })

  test('PR-11: ten broker restarts while 3,000 changes flow: each arrives, gapless, once in effect', async () => {
    const server = await broker({ persistence: true })
    const store = arrayStore()
    const { byId, sequences, counted, heard } = await consumer(server.url)
    const { dispatcher, log } = await publishTo(server.url, store)
    const feed = (count: number) => {
      for (let fed = 0; fed < count; fed += 1) store.changes.push(changeOf(store.changes.length + 1))
      dispatcher.wake(store.changes.length)
    }
    expect(await until(() => statuses(heard).length === 1)).toBe(true)
    for (let restart = 0; restart < 10; restart += 1) {
      const before = store.changes.length
      feed(200)
      await until(() => sequences.size > before)
      await server.stop()
      feed(100)
      await server.start()
      expect(await until(() => dispatcher.status().owed === 0)).toBe(true)
    }
    expect(await until(() => sequences.size === 3000)).toBe(true)
    expect(byId.size).toBe(3000)
    expect(dispatcher.status()).toMatchObject({ cursor: 3000, owed: 0, delivered: 3000 })
    // At each restart one window of 20 messages of three readings comes again, from us and once more from the broker
    // to its consumer; nothing else does, and each life of the broker sees one connection.
    expect(counted.redelivered).toBeLessThanOrEqual(10 * 2 * 60)
    expect(statuses(heard).filter(text => text === 'online')).toHaveLength(11)
    expect(log.lines.map(line => line.level)).toEqual(
      Array.from({ length: 10 }, () => ['warn', 'info']).flat(),
    )
  }, 60_000)

  test('PR-13: 500 pending when the broker is killed: only what it had acknowledged can be missing', async () => {
    const server = await broker()
    const store = arrayStore()
    // Back-offs wait at the gate, so that nothing is sent again before the second consumer listens.
    let gate = Promise.resolve()
    const clock = hastyClock(10)
    const gated = {
      ...clock,
      sleep: (ms: number, signal?: AbortSignal) => gate.then(() => clock.sleep(ms, signal)),
    }
    const { dispatcher } = await publishTo(server.url, store, 10, gated)
    const first = await consumer(server.url)
    expect(await until(() => statuses(first.heard).length === 1)).toBe(true)
    for (let sequence = 1; sequence <= 500; sequence += 1)
      store.changes.push(changeOf(sequence, { round: sequence }))
    dispatcher.wake(500)
    await until(() => first.sequences.size > 20)
    let open = () => {}
    gate = new Promise<void>(resolve => (open = resolve))
    await server.kill()
    expect(await until(() => dispatcher.status().state === 'failing')).toBe(true)
    const acknowledged = dispatcher.status().cursor
    await server.start()
    const second = await consumer(server.url, { clientId: 'second' })
    open()
    expect(await until(() => dispatcher.status().owed === 0)).toBe(true)
    const seen = new Set([...first.sequences, ...second.sequences])
    const missing = store.changes.filter(({ sequence }) => sequence > acknowledged && !seen.has(sequence))
    expect(await until(() => missing.every(({ sequence }) => second.sequences.has(sequence)))).toBe(true)
  })

  test('PR-14: a topic the broker’s access list forbids is set aside with its words, the others go on', async () => {
    const server = await broker({
      acl: ['topic readwrite meterd/v1/gw/status', 'topic readwrite meterd/v1/gw/m-1/#'],
    })
    const store = arrayStore()
    store.changes.push(
      changeOf(1, { meter: 'm-1' }),
      changeOf(2, { meter: 'm-2' }),
      changeOf(3, { meter: 'm-1' }),
    )
    const { dispatcher } = await publishTo(server.url, store)
    expect(await until(() => dispatcher.status().owed === 0)).toBe(true)
    expect([...store.parked.keys()]).toEqual([2])
    expect(store.parked.get(2)).toMatch(/m-2\/reading: .*authori[sz]ed/i)
  })

  test('a user name the broker does not know is said with its remedy', async () => {
    const server = await broker({ settings: ['allow_anonymous false'] })
    const { dispatcher, log } = await publishTo(server.url, arrayStore(1), 100)
    expect(await until(() => dispatcher.status().state === 'failing')).toBe(true)
    await hastyClock(1).sleep(200)
    expect(log.lines).toHaveLength(1)
    expect(log.lines[0]).toMatchObject({ context: { code: 'SINK_REFUSED' } })
    expect(log.lines[0]?.text).toContain('correct mqtt.username')
  })

  test('messages fit the largest packet the broker takes', async () => {
    const server = await broker({ settings: ['max_packet_size 1000'] })
    const { sequences } = await consumer(server.url)
    const store = arrayStore()
    for (let sequence = 1; sequence <= 30; sequence += 1)
      store.changes.push(changeOf(sequence, { round: 1, meter: 'm' }))
    const { dispatcher } = await publishTo(server.url, store)
    expect(await until(() => dispatcher.status().owed === 0 && sequences.size === 30)).toBe(true)
    expect(dispatcher.status().rejected).toBe(0)
  })
})

/** A broker that does to readings what a test wants; the status is taken as always. */
async function evilBroker(onReading: (client: Client, done: (error?: Error | null) => void) => void) {
  const aedes = await Aedes.createBroker({
    authorizePublish(client, packet, done) {
      if (client === null || packet.topic.endsWith('/status')) done(null)
      else onReading(client, done)
    },
  })
  return listenWith(aedes)
}

async function listenWith(aedes: Aedes): Promise<string> {
  const server = createServer(socket => void aedes.handle(socket))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  endings.push(async () => {
    await new Promise<void>(resolve => aedes.close(resolve))
    server.close()
  })
  const address = server.address()
  return `mqtt://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`
}

describe('MQTT', () => {
  test('PR-13: what is not acknowledged within 30 s is owed, and the connection not trusted further', async () => {
    let mute = true
    const url = await evilBroker((_client, done) => {
      if (!mute) done(null)
    })
    const { dispatcher, log } = await publishTo(url, arrayStore(90), 100)
    expect(await until(() => dispatcher.status().state === 'failing')).toBe(true)
    expect(dispatcher.status()).toMatchObject({ cursor: 0, owed: 90, delivered: 0 })
    expect(log.lines[0]?.text).toContain('did not acknowledge a message within 30 s')
    mute = false
    expect(await until(() => dispatcher.status().owed === 0)).toBe(true)
    expect(dispatcher.status().delivered).toBe(90)
  })

  test('FT-33: a broker that hangs up between message and acknowledgement costs no reading', async () => {
    let publishes = 0
    const url = await evilBroker((client, done) => {
      publishes += 1
      if (publishes % 25 === 0) client.close()
      else done(null)
    })
    const { dispatcher } = await publishTo(url, arrayStore(300), 100)
    expect(await until(() => dispatcher.status().owed === 0)).toBe(true)
    expect(dispatcher.status()).toMatchObject({ delivered: 300, rejected: 0 })
    expect(publishes).toBeGreaterThan(100)
  })

  test('PR-83: stops within seconds while the broker is mute, and keeps what it did not acknowledge', async () => {
    const url = await evilBroker(() => {})
    const store = arrayStore(90)
    const { dispatcher, stop } = await publishTo(url, store, 1)
    expect(await until(() => dispatcher.status().state === 'delivering')).toBe(true)
    const before = performance.now()
    await stop()
    expect(performance.now() - before).toBeLessThan(7000)
    expect(store.cursors.get('mqtt') ?? 0).toBe(0)
  })

  test('PR-16: what is older than two cycles is marked, a freeze by its day', async () => {
    const payloads: string[] = []
    const aedes = await Aedes.createBroker()
    aedes.on('publish', packet => {
      if (packet.topic.endsWith('/reading')) payloads.push(packet.payload.toString())
    })
    const url = await listenWith(aedes)
    const now = Date.now()
    const minutes = (count: number) => ({ readAt: now - count * 60_000, receivedAt: now - count * 60_000 })
    const store = arrayStore()
    store.changes.push(
      changeOf(1, minutes(29)),
      changeOf(2, minutes(31)),
      changeOf(3, { ...minutes(47 * 60), kind: 'freeze' }),
      changeOf(4, { ...minutes(49 * 60), kind: 'freeze' }),
      // A load record, however fresh: what was read since must not jump back.
      changeOf(5, { readAt: now - 20 * 60_000, receivedAt: now }),
    )
    const { dispatcher } = await publishTo(url, store)
    expect(await until(() => dispatcher.status().owed === 0)).toBe(true)
    const readings = payloads.flatMap(payload => JSON.parse(payload).readings)
    expect(readings.map((one: { historical?: boolean }) => one.historical ?? false)).toEqual([
      false,
      true,
      false,
      true,
      true,
    ])
  })

  test.each([
    ['an hour after two hours', 10, 121, true],
    ['an hour before', 10, 119, false],
    ['a midnight after two days', 0, 48 * 60 + 1, true],
    ['a midnight before', 0, 48 * 60 - 1, false],
  ])('PR-16: the freeze of %s is old: %s', (_, hour, minutesLater, isOld) => {
    const slot = Date.UTC(2026, 10, 20, 16 + hour)
    const clock = { ...systemClock, now: () => slot + minutesLater * 60_000 }
    const isHistorical = isHistoricalBy({ clock, cycleMs: () => null, offsetMinutes: 480 })
    expect(isHistorical(changeOf(1, { kind: 'freeze', slot, readAt: slot }))).toBe(isOld)
  })

  test('a gateway name that cannot be a topic is refused at the start', async () => {
    await expect(sinkTo('mqtt://127.0.0.1:1', undefined, { gateway: 'a/b' }).start(() => {})).rejects.toThrow(
      'a/b',
    )
  })

  test('a broker that is not there is said once, in words with a remedy', async () => {
    const url = `mqtt://someone:secret@127.0.0.1:${await freePort()}`
    const { dispatcher, log } = await publishTo(url, arrayStore(5), 100)
    await until(() => log.lines.length > 0)
    await hastyClock(1).sleep(400)
    expect(log.lines).toHaveLength(1)
    expect(log.lines[0]?.text).toContain('start the broker there or correct mqtt.url')
    expect(JSON.stringify(log.lines)).not.toContain('secret')
    expect(dispatcher.status()).toMatchObject({ state: 'failing', owed: 5, delivered: 0 })
  })

  test('PR-14: refused among others is poison; refused all alike is a permission to correct', () => {
    const messages = [1, 2].map(sequence => ({ topic: `t${sequence}`, payload: '', sequences: [sequence] }))
    const unknown = { code: 'SINK_UNREACHABLE', text: 'lost' } as const
    const denied = { reasonCode: 0x87, reason: 'Not authorized' }
    expect(deliveryOf(messages, ['accepted', denied], [], unknown)).toEqual({
      accepted: [1],
      rejected: [{ sequence: 2, reason: 't2: Not authorized' }],
    })
    expect(deliveryOf(messages, [denied, denied], [], unknown)).toMatchObject({
      rejected: [],
      fault: { code: 'SINK_REFUSED' },
    })
    const tooLarge = { reasonCode: 0x95, reason: 'Packet too large' }
    expect(deliveryOf(messages, [tooLarge, 'lost'], [], unknown)).toMatchObject({
      rejected: [{ sequence: 1 }],
      fault: unknown,
    })
    const quota = { reasonCode: 0x97, reason: 'Quota exceeded' }
    expect(deliveryOf(messages, ['accepted', quota], [], unknown)).toMatchObject({ rejected: [] })
  })
})
