/** Sparkplug B to a real broker, read by the decoder of the reference implementation. */

import { connectAsync, type MqttClient } from 'mqtt'
import proto from 'sparkplug-payload/lib/sparkplugPayloadProto.js'
import { afterEach, describe, expect, test } from 'vitest'
import type { MeterConfig } from '../../src/config/config.ts'
import { NO_FILES } from '../../src/config/tls.ts'
import { seededRandom } from '../../src/core/random.ts'
import { createSparkplugSink, type SparkplugParts } from '../../src/publish/sparkplug.ts'
import type { StoredReading } from '../../src/store/store.ts'
import { GOOD, load, loadRight } from '../config/support.ts'
import { startEvilBroker } from '../support/evil-broker.ts'
import { type Mosquitto, startMosquitto } from '../support/mosquitto.ts'
import { requireService } from '../support/services.ts'
import { changeOf, hastyClock, MIDNIGHT, until } from './changes.ts'

const { Payload } = proto.org.eclipse.tahu.protobuf
const mosquitto = requireService('mosquitto')
const endings: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end()
})

interface Metric {
  readonly name?: string
  readonly alias?: string
  readonly timestamp?: string
  readonly datatype?: number
  readonly isHistorical?: boolean
  readonly isNull?: boolean
  readonly doubleValue?: number
  readonly longValue?: string
  readonly booleanValue?: boolean
  readonly stringValue?: string
  readonly properties?: {
    readonly keys: readonly string[]
    readonly values: readonly Record<string, unknown>[]
  }
}

interface Heard {
  readonly type: string
  readonly topic: string
  readonly qos: number
  readonly retain: boolean
  readonly seq: string | undefined
  readonly timestamp: string | undefined
  readonly metrics: readonly Metric[]
}

/** A host: everything of the namespace, decoded. */
async function host(url: string) {
  const client: MqttClient = await connectAsync(url)
  endings.push(() => client.endAsync(true))
  const heard: Heard[] = []
  client.on('message', (topic, payload, { qos, retain }) => {
    const { seq, timestamp, metrics = [] } = Payload.toObject(Payload.decode(payload), { longs: String })
    heard.push({ type: topic.split('/')[2] ?? '', topic, qos, retain, seq, timestamp, metrics })
  })
  await client.subscribeAsync('spBv1.0/#', { qos: 1 })
  const command = (name: string, booleanValue: boolean) => {
    const metrics = [Payload.Metric.create({ name, datatype: 11, booleanValue })]
    return client.publishAsync(
      'spBv1.0/metering/NCMD/gw',
      Buffer.from(Payload.encode(Payload.create({ timestamp: 1, metrics })).finish()),
    )
  }
  return { heard, client, command, of: (type: string) => heard.filter(one => one.type === type) }
}

async function meters(): Promise<readonly MeterConfig[]> {
  return (await loadRight(GOOD)).config.meters
}

type Over = Partial<SparkplugParts>

async function sinkTo(url: string, over: Over = {}) {
  const sink = createSparkplugSink({
    url,
    username: null,
    password: null,
    tls: NO_FILES,
    group: 'metering',
    gateway: 'gw',
    epoch: 3,
    meters: await meters(),
    store: { latestOf: async () => [] },
    isHistorical: () => false,
    clock: hastyClock(10),
    random: seededRandom(3),
    ...over,
  })
  endings.push(() => sink.stop())
  await sink.start(() => {})
  return sink
}

async function broker(): Promise<Mosquitto> {
  const started = await startMosquitto()
  endings.push(() => started.dispose())
  return started
}

const read = (sequence: number, over: object = {}) =>
  changeOf(sequence, {
    meter: 'm1',
    obis: '1-0:1.8.0',
    round: sequence,
    readAt: MIDNIGHT + sequence,
    ...over,
  })

const propertiesOf = ({ properties }: Metric) =>
  Object.fromEntries((properties?.keys ?? []).map((key, place) => [key, properties?.values[place] ?? {}]))

const numberOf = (heard: Heard | undefined) => heard?.metrics.find(({ name }) => name === 'bdSeq')?.longValue

describe.skipIf(mosquitto.missing)(`Sparkplug B${mosquitto.note}`, () => {
  test('node and device are born before data, numbered without a hole, QoS 0 and not retained', async () => {
    const server = await broker()
    const { heard, of } = await host(server.url)
    const sink = await sinkTo(server.url)
    const batch = Array.from({ length: 600 }, (_, index) => read(index + 1))
    for (let from = 0; from < 600; from += 200) {
      const { accepted } = await sink.deliver(batch.slice(from, from + 200))
      expect(accepted).toHaveLength(200)
    }
    expect(await until(() => of('DDATA').length === 600)).toBe(true)
    expect(heard.slice(0, 3).map(({ topic }) => topic)).toEqual([
      'spBv1.0/metering/NBIRTH/gw',
      'spBv1.0/metering/DBIRTH/gw/m1',
      'spBv1.0/metering/DDATA/gw/m1',
    ])
    expect(heard.map(({ seq }) => Number(seq))).toEqual(heard.map((_, index) => index % 256))
    expect(heard.every(({ qos, retain, timestamp }) => qos === 0 && !retain && timestamp !== undefined)).toBe(
      true,
    )
    const [nodeBorn, deviceBorn] = heard
    expect(numberOf(nodeBorn)).toBe('0')
    expect(nodeBorn?.metrics).toContainEqual(
      expect.objectContaining({ name: 'Node Control/Rebirth', datatype: 11, booleanValue: false }),
    )
    for (const { timestamp, datatype, name } of [
      ...(nodeBorn?.metrics ?? []),
      ...(deviceBorn?.metrics ?? []),
    ])
      expect([timestamp, datatype, name]).not.toContain(undefined)
    const aliases = deviceBorn?.metrics.map(({ alias }) => alias) ?? []
    expect(new Set(aliases).size).toBe(aliases.length)
    expect(deviceBorn?.metrics.every(({ isNull }) => isNull)).toBe(true)
  })

  test('data name a metric by its alias and carry the value, its time, its identity and its quality', async () => {
    const server = await broker()
    const { of } = await host(server.url)
    const sink = await sinkTo(server.url, { isHistorical: ({ sequence }) => sequence === 3 })
    await sink.deliver([
      read(1, { id: 'a1', value: { digits: 12_345_678_901_234_567n, scaler: -2 } }),
      read(2, { quality: 'suspect', findings: [], kind: 'freeze' }),
      read(3),
      read(4, { readAt: MIDNIGHT - 5 }),
    ])
    expect(await until(() => of('DDATA').length === 4)).toBe(true)
    const born = of('DBIRTH')[0]?.metrics ?? []
    const [first, second, third, fourth] = of('DDATA').flatMap(({ metrics }) => metrics)
    const named = (metric: Metric | undefined) => born.find(({ alias }) => alias === metric?.alias)
    expect(named(first)?.name).toBe('1-0:1.8.0')
    expect(propertiesOf(named(first)!)['engUnit']).toEqual({ type: 12, stringValue: 'kWh' })
    expect(named(second)?.name).toBe('freeze/1-0:1.8.0')
    expect(first).not.toHaveProperty('name')
    expect(first).not.toHaveProperty('datatype')
    expect(first).toMatchObject({ timestamp: String(MIDNIGHT + 1), doubleValue: 123456789012345.67 })
    expect(propertiesOf(first!)).toEqual({
      id: { type: 12, stringValue: 'a1' },
      epoch: { type: 7, intValue: 3 },
      sequence: { type: 8, longValue: '1' },
      version: { type: 7, intValue: 1 },
      exact: { type: 12, stringValue: '123456789012345.67' },
      codes: { type: 12, stringValue: '2.0.1' },
      Quality: { type: 3, intValue: 192 },
    })
    expect(propertiesOf(second!)['Quality']).toEqual({ type: 3, intValue: 0 })
    expect([first, second, third, fourth].map(one => one?.isHistorical ?? false)).toEqual([
      false,
      false,
      true,
      true,
    ])
  })

  test('a host that lost count gets all births again on command, with what was shown last', async () => {
    const server = await broker()
    const { heard, of, command } = await host(server.url)
    const sink = await sinkTo(server.url)
    await sink.deliver([read(1), read(2)])
    await command('Node Control/Reboot', true)
    await command('Node Control/Rebirth', false)
    await command('Node Control/Rebirth', true)
    expect(await until(() => of('DBIRTH').length === 2)).toBe(true)
    expect(of('NBIRTH').map(numberOf)).toEqual(['0', '0'])
    await sink.deliver([read(3)])
    expect(await until(() => of('DDATA').length === 3)).toBe(true)
    const ours = heard.filter(({ type }) => type !== 'NCMD')
    expect(ours.map(({ type, seq }) => `${type} ${seq}`)).toEqual([
      'NBIRTH 0',
      'DBIRTH 1',
      'DDATA 2',
      'DDATA 3',
      'NBIRTH 0',
      'DBIRTH 1',
      'DDATA 2',
    ])
    const again = of('DBIRTH')[1]?.metrics.find(({ name }) => name === '1-0:1.8.0')
    expect(again).toMatchObject({ doubleValue: 10.02, timestamp: String(MIDNIGHT + 2), datatype: 10 })
  })

  test('births show what the store holds, and what is older than that is history', async () => {
    const server = await broker()
    const { of } = await host(server.url)
    const held = read(9) as StoredReading
    const sink = await sinkTo(server.url, { store: { latestOf: async () => [held] } })
    await sink.deliver([read(8), read(10)])
    expect(await until(() => of('DDATA').length === 2)).toBe(true)
    expect(of('DBIRTH')[0]?.metrics.find(({ name }) => name === '1-0:1.8.0')?.doubleValue).toBe(10.09)
    expect(of('DDATA').map(({ metrics: [metric] }) => metric?.isHistorical ?? false)).toEqual([true, false])
  })

  test('what was not in a birth is born first: a register, a meter that is no more', async () => {
    const server = await broker()
    const { heard, of } = await host(server.url)
    const sink = await sinkTo(server.url)
    await sink.deliver([
      read(1, { obis: '1-0:99.8.0' }),
      read(2, { meter: 'gone' }),
      { first: 3, sequence: 7 },
    ])
    expect(await until(() => of('NDATA').length === 1)).toBe(true)
    expect(heard.map(({ type, topic, seq }) => `${seq} ${type} ${topic.split('/')[4] ?? ''}`)).toEqual([
      '0 NBIRTH ',
      '1 DBIRTH m1',
      '2 DBIRTH m1',
      '3 DDATA m1',
      '4 DBIRTH gone',
      '5 DDATA gone',
      '6 NDATA ',
    ])
    expect(of('NDATA')[0]?.metrics[0]).toMatchObject({ name: 'shed', stringValue: '[3,7]' })
  })

  test('death has the number of its birth: by will, and by hand when we leave', async () => {
    const server = await broker()
    const { of } = await host(server.url)
    const sink = await sinkTo(server.url)
    await sink.deliver([read(1)])
    // Another client of our name: the broker drops us without our goodbye.
    const rival = await connectAsync(server.url, { clientId: 'meterd-gw-sparkplug', reconnectPeriod: 0 })
    expect(await until(() => of('NBIRTH').length === 2)).toBe(true)
    await rival.endAsync(true)
    await sink.stop()
    expect(await until(() => of('NDEATH').length === 2)).toBe(true)
    expect(of('NBIRTH').map(numberOf)).toEqual(['0', '1'])
    expect(of('NDEATH').map(numberOf)).toEqual(['0', '1'])
    for (const death of of('NDEATH')) {
      expect(death).toMatchObject({ qos: 1, retain: false })
      expect(death.seq).toBeUndefined()
    }
  })

  test('a message larger than the broker takes is split, and what still is too large is set aside', async () => {
    const server = await startMosquitto({ settings: ['max_packet_size 6000'] })
    endings.push(() => server.dispose())
    const { of } = await host(server.url)
    const sink = await sinkTo(server.url)
    const batch = Array.from({ length: 40 }, (_, index) => read(index + 1, { round: 1 }))
    const { accepted, rejected } = await sink.deliver([...batch, read(41, { id: 'x'.repeat(6000) })])
    expect(accepted).toHaveLength(40)
    expect(rejected).toEqual([
      { sequence: 41, reason: expect.stringContaining('larger than the broker takes') },
    ])
    expect(await until(() => of('DDATA').flatMap(({ metrics }) => metrics).length === 40)).toBe(true)
  })
})

test('nothing is accepted before the broker has answered for it', async () => {
  let mute = false
  const evil = await startEvilBroker({ onPublish: () => {}, answersPing: () => !mute })
  endings.push(() => evil.stop())
  const sink = await sinkTo(evil.url, { clock: hastyClock(100) })
  expect((await sink.deliver([read(1)])).accepted).toEqual([1])
  mute = true
  const { accepted, fault } = await sink.deliver([read(2)])
  expect(accepted).toEqual([])
  expect(fault?.text).toContain('did not answer a ping')
  mute = false
  expect(await until(() => evil.sessions.length > 1)).toBe(true)
  expect((await sink.deliver([read(2)])).accepted).toEqual([2])
})

test('settings of Sparkplug', async () => {
  const { right } = await load(`${GOOD}sparkplug: { url: "mqtts://h:8883", group: Plant 1 }\n`)
  expect(right?.config.sparkplug).toEqual({
    url: 'mqtts://h:8883',
    group: 'Plant 1',
    username: null,
    password: null,
    tls: NO_FILES,
  })
  expect((await load(`${GOOD}sparkplug: { url: "mqtt://h", group: a/b }\n`)).printed).toEqual([
    expect.stringContaining('sparkplug.group: "a/b" is not right; expected a Sparkplug group'),
  ])
})
