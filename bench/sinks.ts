/**
 * Processor time per published reading at 200 reads a second, against a bare socket and mqtt.js loop; and how fast
 * InfluxDB is filled from a backlog, against its client library.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mqtt from 'mqtt'
import { startMosquitto } from '../tests/support/mosquitto.ts'
import { freePort } from '../tests/support/services.ts'
import { type Child, startChild, startDaemonChild, startMeters } from './daemon.ts'
import { drain } from './drain.ts'
import { influxDrain } from './influx-drain.ts'
import type { Benchmark } from './run.ts'

/** 200 meters once a second: 200 reads a second, ten values each. */
const METERS = 200
const EVERY = '1s'
const WARM_UP_MS = 8_000
const MEASURE_MS = 30_000
const POINTS = [
  '1-0:32.7.0',
  '1-0:52.7.0',
  '1-0:72.7.0',
  '1-0:31.7.0',
  '1-0:51.7.0',
  '1-0:71.7.0',
  '1-0:36.7.0',
  '1-0:56.7.0',
  '1-0:76.7.0',
  '1-0:29.7.0',
]

interface Figures {
  readonly messages: number
  readonly readings: number
  readonly microseconds: number
}

export const sinks: Benchmark = {
  about:
    'processor time per published reading at 200 reads/s of 10 values, against net.Socket + mqtt.js in a loop; how fast a backlog goes out to MQTT and InfluxDB, against their client libraries',
  async run(say) {
    const broker = await startMosquitto()
    const listener = {
      url: { kind: 'modbus-tcp', host: '127.0.0.1', port: 0 },
      meters: [{ protocol: 'modbus-tcp', address: '1', profile: 'eastron-sdm630' }],
      faults: {},
    }
    const { child: meters, ports } = await startMeters(Array.from({ length: METERS }, () => listener))
    const folder = mkdtempSync(join(tmpdir(), 'meterd-bench-'))
    say('bare loop')
    const bare = await figures(broker.url, 'bare/#', () =>
      startChild([join('bench', 'bare-loop.ts'), broker.url, '1000', ports.join(',')]),
    )
    say('daemon')
    const ours = await figures(
      broker.url,
      'meterd/v1/+/+/reading',
      async () => await startDaemonChild(folder, await daemonConfig(folder, broker.url, ports)),
    )
    await meters.stop()
    const backlog = await drain(say)
    await broker.stop()
    rmSync(folder, { recursive: true })
    return [
      {
        what: 'processor time per published reading',
        value: ours.microseconds / ours.readings,
        unit: 'µs',
        better: 'lower',
        reference: bare.microseconds / bare.readings,
        against: 'bare loop',
      },
      {
        what: 'published readings',
        value: (ours.readings * 1_000) / MEASURE_MS,
        unit: 'readings/s',
        better: 'higher',
        reference: (bare.readings * 1_000) / MEASURE_MS,
        against: 'bare loop',
      },
      {
        what: 'messages',
        value: (ours.messages * 1_000) / MEASURE_MS,
        unit: 'messages/s',
        better: 'higher',
        reference: (bare.messages * 1_000) / MEASURE_MS,
        against: 'bare loop',
      },
      ...backlog,
      ...(await influxDrain(say)),
    ]
  },
}

async function daemonConfig(
  folder: string,
  url: string,
  ports: readonly number[],
): Promise<Parameters<typeof startDaemonChild>[1]> {
  return {
    version: 1,
    gateway: 'bench',
    site: { offset: '+08:00', zone: 'Asia/Shanghai' },
    data: join(folder, 'data'),
    lines: ports.map((port, index) => ({ id: `l${index + 1}`, url: `modbus-tcp://127.0.0.1:${port}` })),
    meters: ports.map((_, index) => ({
      id: `m${index + 1}`,
      line: `l${index + 1}`,
      address: '1',
      profile: 'eastron-sdm630',
      daily: false,
      polls: [{ every: EVERY, points: POINTS }],
    })),
    mqtt: { url },
    api: { listen: `127.0.0.1:${await freePort()}` },
    log: { level: 'warn' },
  }
}

/** Counts what a subscriber gets while the child's processor time is taken from outside. */
async function figures(url: string, topic: string, start: () => Child | Promise<Child>): Promise<Figures> {
  const subscriber = await mqtt.connectAsync(url)
  let messages = 0
  let readings = 0
  subscriber.on('message', (_topic, payload) => {
    messages += 1
    readings += JSON.parse(payload.toString()).readings.length
  })
  await subscriber.subscribeAsync(topic, { qos: 1 })
  const child = await start()
  await sleep(WARM_UP_MS)
  const from = { messages, readings, ms: child.processorMs() }
  await sleep(MEASURE_MS)
  const result = {
    messages: messages - from.messages,
    readings: readings - from.readings,
    microseconds: (child.processorMs() - from.ms) * 1_000,
  }
  await child.stop()
  await subscriber.endAsync()
  return result
}

function sleep(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms))
}
