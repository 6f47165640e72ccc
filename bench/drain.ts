/** How fast a backlog goes to a broker: the MQTT sink's `deliver` against mqtt.js publishing the same payloads, ready made. */

import mqtt, { type MqttClient } from 'mqtt'
import { NO_FILES } from '../src/config/tls.ts'
import { systemClock } from '../src/core/clock.ts'
import { silentLog } from '../src/core/log.ts'
import { seededRandom } from '../src/core/random.ts'
import { createMqttSink } from '../src/publish/mqtt.ts'
import { type Message, messagesOf } from '../src/publish/mqtt-message.ts'
import type { Sink } from '../src/publish/sink.ts'
import type { Change } from '../src/store/store.ts'
import { startMosquitto } from '../tests/support/mosquitto.ts'
import type { Result } from './run.ts'

/** As the dispatcher hands them over. */
const BATCH = 500
const BATCHES = 60
const PASSES = 5
/** As the sink has them in flight. */
const IN_FLIGHT = 20
const GATEWAY = 'bench'

export async function drain(say: (text: string) => void): Promise<readonly Result[]> {
  // Else its acknowledgements wait for the kernel's delayed ones, and both rivals for 40 ms a batch.
  const broker = await startMosquitto({ settings: ['set_tcp_nodelay true'] })
  const { url } = broker
  const sink = createMqttSink({ ...SETTINGS, url })
  await sink.start(() => {})
  const bare = await mqtt.connectAsync(url, { protocolVersion: 5, writeCache: false })
  const rows: Result[] = []
  for (const size of [5, 96]) {
    say(`drain, rounds of ${size}`)
    rows.push(await race(size, sink, bare))
  }
  await sink.stop()
  await bare.endAsync()
  await broker.dispose()
  return rows
}

const topicOf = (meter: string) => `meterd/v1/${GATEWAY}/${meter}/reading`

const SETTINGS = {
  username: null,
  password: null,
  tls: NO_FILES,
  topicPrefix: 'meterd/v1',
  topic: '{prefix}/{gateway}/{meter}/{stream}',
  protocol: null,
  session: 'clean',
  watermark: false,
  homeAssistant: null,
  gateway: GATEWAY,
  epoch: 1,
  offsetMinutes: 480,
  cycleMs: () => 900_000,
  lineOf: () => null,
  meters: [],
  onWatermark: () => {},
  clock: systemClock,
  random: seededRandom(1),
  log: silentLog,
} as const

/** Turn about, so that the noise of the machine is shared; the middle pass of each counts. */
async function race(size: number, sink: Sink, bare: MqttClient): Promise<Result> {
  const batches = Array.from({ length: BATCHES }, (_, batch) =>
    Array.from({ length: BATCH }, (_, place) => change(batch * BATCH + place + 1, size)),
  )
  const form = { gateway: GATEWAY, epoch: 1, offsetMinutes: 480, topicOf, isHistorical: () => true }
  const ready = batches.map(
    batch => messagesOf(batch, { ...form, maximumBytes: Number.POSITIVE_INFINITY }).messages,
  )
  const ours: number[] = []
  const theirs: number[] = []
  for (let pass = 0; pass < PASSES; pass += 1) {
    ours.push(await timed(batches, async batch => void (await sink.deliver(batch))))
    theirs.push(await timed(ready, messages => publishAll(bare, messages)))
  }
  return {
    what: `readings delivered from a backlog, rounds of ${size}`,
    value: middle(ours),
    unit: 'readings/s',
    better: 'higher',
    reference: middle(theirs),
    against: 'mqtt.js with ready payloads',
  }
}

async function timed<Part>(parts: readonly Part[], send: (part: Part) => Promise<void>): Promise<number> {
  const from = performance.now()
  for (const part of parts) await send(part)
  return (BATCH * BATCHES * 1_000) / (performance.now() - from)
}

function publishAll(client: MqttClient, messages: readonly Message[]): Promise<void> {
  return new Promise(resolve => {
    let next = 0
    let waiting = 0
    const fill = () => {
      for (; waiting < IN_FLIGHT && next < messages.length; next += 1) {
        const { topic, payload } = messages[next] as Message
        waiting += 1
        client.publish(topic, payload, { qos: 1, properties: { contentType: 'application/json' } }, () => {
          waiting -= 1
          fill()
        })
      }
      if (waiting === 0) resolve()
    }
    fill()
  })
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

/** A reading of 50 meters in turn, `size` registers a round. */
function change(sequence: number, size: number): Change {
  const round = Math.ceil(sequence / size)
  const readAt = Date.UTC(2026, 0, 1) + round * 1_000
  return {
    id: sequence.toString(16).padStart(32, '0'),
    sequence,
    round,
    meter: `meter-${round % 50}`,
    obis: `1-0:${sequence % size}.8.0`,
    kind: 'poll',
    slot: readAt,
    version: 1,
    value: { digits: BigInt(sequence), scaler: -2 },
    unit: 'kWh',
    readAt,
    receivedAt: readAt + 123,
    quality: 'good',
    findings: [],
  }
}
