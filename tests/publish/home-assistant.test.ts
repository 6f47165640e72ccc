/** Home Assistant: what it is told, and that what it is told picks the right values out of our messages. */

import { spawnSync } from 'node:child_process'
import { connectAsync } from 'mqtt'
import { afterEach, describe, expect, test } from 'vitest'
import type { MeterConfig } from '../../src/config/config.ts'
import { seededRandom } from '../../src/core/random.ts'
import { discoveryOf } from '../../src/publish/home-assistant.ts'
import { createMqttSink } from '../../src/publish/mqtt.ts'
import { messagesOf } from '../../src/publish/mqtt-message.ts'
import { GOOD, loadRight } from '../config/support.ts'
import { startMosquitto } from '../support/mosquitto.ts'
import { requirePython, requireService } from '../support/services.ts'
import { changeOf, hastyClock, listLog, until } from './changes.ts'
import { MQTT } from './mqtt-parts.ts'

const mosquitto = requireService('mosquitto')
const jinja = requirePython('jinja2')
const endings: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end()
})

const DISCOVERY = {
  prefix: 'homeassistant',
  gateway: 'gw',
  statusTopic: 'meterd/v1/gw/status',
  topicOf: (meter: string) => `meterd/v1/gw/${meter}/reading`,
}

async function meters(): Promise<readonly MeterConfig[]> {
  const text = GOOD.replace(
    'meters: [',
    'meters: [{ id: m.0, line: b, address: "1", profile: eastron-sdm630 }, ',
  )
  return (await loadRight(text.replace('lines: [', 'lines: [{ id: b, url: "tcp://h:1" }, '))).config.meters
}

interface Sensor {
  readonly unique_id: string
  readonly [key: string]: unknown
}

const sensorsOf = (meter: MeterConfig) =>
  discoveryOf(meter, DISCOVERY).map(({ topic, payload }) => ({
    topic,
    sensor: JSON.parse(payload) as Sensor,
  }))

describe('discovery', () => {
  test('one sensor for each register that is polled or frozen, each with an id and a topic of its own', async () => {
    for (const meter of await meters()) {
      const told = sensorsOf(meter)
      const polled = meter.polls
        .flatMap(({ points }) => points)
        .filter(({ obis }) => !['', '0-0:1.0.0'].includes(obis))
      const frozen = (meter.profile.daily?.points ?? []).filter(({ obis }) => obis !== '')
      expect(told).toHaveLength(polled.length + (meter.daily ? frozen.length : 0))
      expect(new Set(told.map(({ topic }) => topic)).size).toBe(told.length)
      expect(new Set(told.map(({ sensor }) => sensor.unique_id)).size).toBe(told.length)
      for (const { topic } of told) expect(topic).toMatch(/^homeassistant\/sensor\/[\w-]+\/[\w-]+\/config$/)
    }
  })

  test('a register says what it is', async () => {
    const [feeder, house] = await meters()
    const find = (meter: MeterConfig | undefined, id: string) =>
      meter && sensorsOf(meter).find(({ sensor }) => sensor.unique_id === id)?.sensor
    expect(find(house, 'meterd/gw/m1/poll/1-0:1.8.0')).toMatchObject({
      state_topic: 'meterd/v1/gw/m1/reading',
      device_class: 'energy',
      state_class: 'total_increasing',
      unit_of_measurement: 'kWh',
      availability_topic: 'meterd/v1/gw/status',
      device: {
        identifiers: ['meterd/gw/m1'],
        serial_number: '000000000161',
        model: 'dlt645-2007-single-phase',
      },
      origin: { name: 'meterd' },
    })
    expect(find(house, 'meterd/gw/m1/freeze/1-0:1.8.0')?.['name']).toMatch(/ at midnight$/)
    const byHour = house && { ...house, hourly: true as const }
    expect(find(byHour, 'meterd/gw/m1/freeze/1-0:1.8.0')?.['name']).toMatch(/ at the hour$/)
    expect(find(byHour, 'meterd/gw/m1/freeze/1-0:1.8.1')?.['name']).toMatch(/ at midnight$/)
    expect(find(feeder, 'meterd/gw/m.0/poll/1-0:32.7.0')).toMatchObject({
      device_class: 'voltage',
      state_class: 'measurement',
    })
    // Its reactive energy class is too young to count on; unit and growth are enough.
    const reactive = find(feeder, 'meterd/gw/m.0/poll/1-0:3.8.0')
    expect(reactive).toMatchObject({ unit_of_measurement: 'kvarh', state_class: 'total' })
    expect(reactive).not.toHaveProperty('device_class')
  })

  test('names that differ only in odd characters keep apart', async () => {
    const [meter] = await meters()
    const topics = ['a.b', 'a_b', 'a_2e_b'].map(id => sensorsOf({ ...meter!, id })[0]?.topic)
    expect(new Set(topics).size).toBe(3)
  })
})

/** Renders each template as Home Assistant does: the payload as value_json. */
function rendered(templates: readonly string[], payload: string): string[] {
  const program = `
import json, sys, jinja2
asked = json.load(sys.stdin)
value = json.loads(asked["payload"])
environment = jinja2.sandbox.ImmutableSandboxedEnvironment(undefined=jinja2.StrictUndefined)
print(json.dumps([environment.from_string(t).render(value_json=value) for t in asked["templates"]]))
`
  const { stdout, stderr } = spawnSync(jinja.path, ['-c', `import jinja2.sandbox${program}`], {
    input: JSON.stringify({ templates, payload }),
    encoding: 'utf8',
  })
  if (stdout === '') throw new Error(stderr)
  return JSON.parse(stdout)
}

describe.skipIf(jinja.missing)(`the template of a value${jinja.note}`, () => {
  test('picks its register, the newest good one that is news; else it says nothing', async () => {
    const house = (await meters())[1]!
    const template = (kind: string, obis: string) => {
      const id = `meterd/gw/m1/${kind}/${obis}`
      return String(sensorsOf(house).find(({ sensor }) => sensor.unique_id === id)?.sensor['value_template'])
    }
    const templates = [
      template('poll', '1-0:1.8.0'),
      template('freeze', '1-0:1.8.0'),
      template('poll', '1-0:32.7.0'),
      template('poll', '1-0:1.7.0'),
    ]
    const read = (sequence: number, obis: string, over: object = {}) =>
      changeOf(sequence, { round: 1, meter: 'm1', obis, ...over })
    const form = {
      gateway: 'gw',
      epoch: 1,
      offsetMinutes: 0,
      topicOf: DISCOVERY.topicOf,
      isHistorical: ({ sequence }: { sequence: number }) => sequence === 4,
      maximumBytes: Number.POSITIVE_INFINITY,
    }
    const [message, shed] = messagesOf(
      [
        read(1, '1-0:1.8.0'),
        read(2, '1-0:1.8.0'),
        read(3, '1-0:1.8.0', { quality: 'suspect' }),
        read(4, '1-0:1.8.0'),
        read(5, '1-0:1.8.0', { kind: 'freeze' }),
        read(6, '1-0:32.7.0', { quality: 'suspect' }),
        { first: 7, sequence: 9 },
      ],
      form,
    ).messages
    expect(rendered(templates, message?.payload ?? '')).toEqual(['10.02', '10.05', '', ''])
    expect(rendered(templates, shed?.payload ?? '')).toEqual(['', '', '', ''])
  })
})

describe.skipIf(mosquitto.missing)(`announced to a real Mosquitto${mosquitto.note}`, () => {
  async function announce(url: string, log = listLog()) {
    const sink = createMqttSink({
      ...MQTT,
      homeAssistant: { prefix: 'homeassistant' },
      meters: await meters(),
      url,
      clock: hastyClock(10),
      random: seededRandom(3),
      log,
    })
    endings.push(() => sink.stop())
    await sink.start(() => {})
    return { sink, log }
  }

  async function retained(url: string): Promise<Map<string, string>> {
    const client = await connectAsync(url)
    const kept = new Map<string, string>()
    client.on('message', (topic, payload, { retain }) => void (retain && kept.set(topic, payload.toString())))
    await client.subscribeAsync('homeassistant/#', { qos: 1 })
    await hastyClock(1).sleep(200)
    await client.endAsync()
    return kept
  }

  test('after each birth, also when the broker has forgotten; readings come after', async () => {
    const broker = await startMosquitto()
    endings.push(() => broker.dispose())
    const { sink } = await announce(broker.url)
    expect((await sink.deliver([changeOf(1)])).accepted).toEqual([1])
    const expected = (await meters()).flatMap(meter => discoveryOf(meter, DISCOVERY))
    const kept = await retained(broker.url)
    expect(expected.filter(({ topic, payload }) => kept.get(topic) !== payload)).toEqual([])
    expect(kept.size).toBe(expected.length)
    await broker.kill()
    await broker.start()
    await until(() => false, 300)
    expect((await sink.deliver([changeOf(2)])).accepted).toEqual([2])
    expect((await retained(broker.url)).size).toBe(expected.length)
  })

  test('a broker that forbids it is said once, and readings flow', async () => {
    const broker = await startMosquitto({ acl: ['topic readwrite meterd/#'] })
    endings.push(() => broker.dispose())
    const { sink, log } = await announce(broker.url)
    expect((await sink.deliver([changeOf(1)])).accepted).toEqual([1])
    expect(log.lines.map(({ text }) => text)).toEqual([expect.stringContaining('refuses homeassistant/#')])
  })
})
