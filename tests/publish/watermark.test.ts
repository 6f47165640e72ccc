/** PR-12: what a consumer may say over MQTT, and when that means that something was lost. */

import { connectAsync } from 'mqtt'
import { afterEach, describe, expect, test } from 'vitest'
import { seededRandom } from '../../src/core/random.ts'
import { createLossDetector } from '../../src/publish/loss.ts'
import { createMqttSink } from '../../src/publish/mqtt.ts'
import { createWatermark } from '../../src/publish/watermark.ts'
import { acknowledge, startEvilBroker } from '../support/evil-broker.ts'
import { startMosquitto } from '../support/mosquitto.ts'
import { requireService } from '../support/services.ts'
import { changeOf, hastyClock, listLog, until } from './changes.ts'
import { MQTT } from './mqtt-parts.ts'

const mosquitto = requireService('mosquitto')
const endings: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end()
})

function listener() {
  const said: unknown[] = []
  const log = listLog()
  const hear = createWatermark({
    topic: 'p/gw/ack',
    epoch: 3,
    onWatermark: (watermark, isState) => said.push([watermark, isState]),
    log,
  })
  const from = (payload: string | Buffer, topic = 'p/gw/ack', retained = false) =>
    hear({ topic, payload: Buffer.from(payload), retained })
  return { said, log, from }
}

describe('PR-12 a watermark', () => {
  test('is an epoch and a sequence; one kept by the broker is state', () => {
    const { said, log, from } = listener()
    from('{"epoch":3,"sequence":1234}')
    from('{ "sequence": 0, "epoch": 3 }', 'p/gw/ack', true)
    expect(said).toEqual([
      [{ epoch: 3, sequence: 1234 }, false],
      [{ epoch: 3, sequence: 0 }, true],
    ])
    expect(log.lines).toEqual([])
  })

  test.each([
    '',
    'x',
    'null',
    '1234',
    '[]',
    '{}',
    '{"epoch":3}',
    '{"epoch":3,"sequence":-1}',
    '{"epoch":3,"sequence":1.5}',
    '{"epoch":3,"sequence":"12"}',
    '{"epoch":3,"sequence":9007199254740993}',
    '{"epoch":3,"sequence":1e400}',
    '{"epoch":0,"sequence":1}',
    '{"epoch":3,"sequence":1,"from":1}',
    '{"epoch":3,"sequence":1,"__proto__":{"x":1}}',
    '{"epoch":4,"sequence":1}',
    `{"epoch":3,"sequence":1}${' '.repeat(300)}`,
    Buffer.from([0xff, 0xfe, 0x00]),
  ])('%j is none', payload => {
    const { said, log, from } = listener()
    from(payload)
    expect(said).toEqual([])
    expect(log.lines).toEqual([expect.objectContaining({ level: 'warn' })])
    expect(log.lines[0]?.text).toMatch(
      /^mqtt: ignored what came on p\/gw\/ack: .*; it takes \{"epoch":3,"sequence":N\}$/,
    )
  })

  test('what is wrong is said once until something right comes, and not repeated', () => {
    const { log, from } = listener()
    from('hunter2')
    from('hunter2')
    expect(log.lines).toHaveLength(1)
    from('{"epoch":3,"sequence":1}')
    from('hunter2')
    expect(log.lines).toHaveLength(2)
    expect(JSON.stringify(log.lines)).not.toContain('hunter2')
  })

  test('on another topic is nothing', () => {
    const { said, log, from } = listener()
    from('{"epoch":3,"sequence":1}', 'p/other/ack')
    from('{"epoch":3,"sequence":1}', 'p/gw/m1/order')
    expect([said, log.lines]).toEqual([[], []])
  })
})

describe('PR-12 a loss', () => {
  function scene() {
    let now = 0
    let position = 0
    const rewinds: number[] = []
    const clock = { ...hastyClock(1), monotonic: () => now }
    const hear = createLossDetector({
      position: () => position,
      rewind: sequence => {
        rewinds.push(sequence)
        position = sequence
      },
      clock,
    })
    return {
      rewinds,
      at(seconds: number, acknowledged: number, sequence: number, isState = false) {
        now = seconds * 1000
        position = acknowledged
        hear({ epoch: 1, sequence }, isState)
      },
    }
  }

  test('a consumer that follows, or is merely behind, has lost nothing', () => {
    const { at, rewinds } = scene()
    for (let second = 0; second < 600; second += 10) at(second, 1000 + second, 900 + second)
    at(700, 2000, 2000)
    at(1700, 2000, 2000)
    at(1800, 2000, 2500)
    expect(rewinds).toEqual([])
  })

  test('one that stands still for a minute on what was acknowledged has; it is asked for once', () => {
    const { at, rewinds } = scene()
    at(0, 1200, 1000)
    at(59, 1300, 1000)
    expect(rewinds).toEqual([])
    at(60, 1300, 1000)
    expect(rewinds).toEqual([1000])
    at(61, 1300, 1100)
    at(70, 1300, 1300)
    expect(rewinds).toEqual([1000])
  })

  test('one that falls back was restored from a backup: at once (FT-32)', () => {
    const { at, rewinds } = scene()
    at(0, 1200, 1200)
    at(10, 1250, 400)
    expect(rewinds).toEqual([400])
    at(11, 500, 450)
    expect(rewinds).toEqual([400])
  })

  test('a number nobody was given is taken for the last one, not for a place to fall back from', () => {
    const { at, rewinds } = scene()
    at(0, 1200, 9e15)
    at(1, 1300, 1250)
    expect(rewinds).toEqual([])
    at(2, 1300, 1249)
    expect(rewinds).toEqual([1249])
  })

  test('two that contradict each other start one rewind a minute, and none is forgotten', () => {
    const { at, rewinds } = scene()
    for (let second = 0; second < 180; second += 2) {
      at(second, 1200, 9e15)
      at(second + 1, 1200, 0)
    }
    expect(rewinds).toEqual([0, 0, 0])
    const { at: then, rewinds: others } = scene()
    then(0, 1200, 1200)
    then(1, 1200, 400)
    then(2, 1200, 1000)
    then(3, 1200, 900)
    then(4, 1200, 1200)
    then(60, 1200, 1200)
    expect(others).toEqual([400])
    then(61, 1200, 1200)
    expect(others).toEqual([400, 900])
  })

  test('what the broker kept from before is no loss, however old', () => {
    const { at, rewinds } = scene()
    at(0, 1200, 10, true)
    at(1000, 1200, 10, true)
    expect(rewinds).toEqual([])
  })
})

describe.skipIf(mosquitto.missing)(`heard from a real Mosquitto${mosquitto.note}`, () => {
  async function sinkTo(url: string, over: object = {}) {
    const said: unknown[] = []
    const sink = createMqttSink({
      ...MQTT,
      url,
      watermark: true,
      onWatermark: (watermark, isState) => said.push([watermark.sequence, isState]),
      clock: hastyClock(10),
      random: seededRandom(3),
      ...over,
    })
    endings.push(() => sink.stop())
    let connected = 0
    await sink.start(fault => {
      if (fault === null) connected += 1
    })
    expect(await until(() => connected === 1)).toBe(true)
    return { sink, said, connected: () => connected }
  }

  async function consumer(url: string) {
    const client = await connectAsync(url)
    endings.push(() => client.endAsync(true))
    return (sequence: number, retain = false) =>
      client.publishAsync('meterd/v1/gw/ack', JSON.stringify({ epoch: 1, sequence }), { qos: 1, retain })
  }

  test.each([4, 5] as const)('MQTT protocol level %i: now, and kept from before', async protocol => {
    const broker = await startMosquitto()
    endings.push(() => broker.dispose())
    const say = await consumer(broker.url)
    await say(7, true)
    const { said } = await sinkTo(broker.url, { protocol })
    await say(8)
    expect(await until(() => said.length === 2)).toBe(true)
    expect(said).toEqual([
      [7, true],
      [8, false],
    ])
  })

  test('in a persistent session also what was said while we were away', async () => {
    const broker = await startMosquitto()
    endings.push(() => broker.dispose())
    const say = await consumer(broker.url)
    const session = { session: 'persistent' } as const
    const { sink } = await sinkTo(broker.url, session)
    await sink.stop()
    await say(5)
    const { said } = await sinkTo(broker.url, session)
    expect(await until(() => said.length === 1)).toBe(true)
    expect(said).toEqual([[5, false]])
  })

  test('without mqtt.watermark nothing is listened to', async () => {
    const broker = await startMosquitto()
    endings.push(() => broker.dispose())
    const { said } = await sinkTo(broker.url, { watermark: false })
    await (await consumer(broker.url))(9)
    await hastyClock(1).sleep(100)
    expect(said).toEqual([])
  })
})

test('a broker that does not let us listen: said once, and readings flow', async () => {
  const broker = await startEvilBroker({ onPublish: acknowledge, granted: 0x80 })
  endings.push(() => broker.stop())
  const log = listLog()
  const parts = {
    ...MQTT,
    url: broker.url,
    watermark: true,
    log,
    clock: hastyClock(20),
    random: seededRandom(3),
  }
  const sink = createMqttSink(parts)
  endings.push(() => sink.stop())
  await sink.start(() => {})
  expect((await sink.deliver([changeOf(1)])).accepted).toEqual([1])
  broker.sessions[0]?.drop()
  expect(await until(() => broker.sessions[1]?.published.length === 1)).toBe(true)
  expect((await sink.deliver([changeOf(2)])).accepted).toEqual([2])
  expect(log.lines.map(({ text }) => text)).toEqual([expect.stringContaining('does not let us hear')])
})
