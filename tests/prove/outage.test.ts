/** A month without broker and database: everything is kept, and in the end it is where it belongs, once and in order. */

import { afterEach, describe, expect, test } from 'vitest'
import { until } from '../support/daemon.ts'
import { requireService } from '../support/services.ts'
import { readingsOf } from './outage/load.ts'
import { expectedSeries, heldSeries, outageScene, type Scene } from './outage/scene.ts'
import { report } from './report.ts'

/** Meters and simulated days; the promise is for 2,000 and 30. */
const METERS = Number(process.env['METERD_OUTAGE_METERS'] ?? 50)
const DAYS = Number(process.env['METERD_OUTAGE_DAYS'] ?? 1)
const LIVE_ROUNDS_PER_SECOND = 20

const mosquitto = requireService('mosquitto')
const influxd = requireService('influxd')

let scene: Scene | null = null
afterEach(async () => {
  await scene?.dispose()
  scene = null
})

describe.skipIf(mosquitto.missing || influxd.missing)(`an outage${mosquitto.note}${influxd.note}`, () => {
  test(`PR-01 PR-10 PR-11 ${METERS} meters go on for ${DAYS} days without broker and InfluxDB; all of it arrives once, in order, while polling goes on`, {
    timeout: 4 * 3_600_000,
  }, async () => {
    const load = { meters: METERS, days: DAYS }
    const held = await outageScene(load)
    scene = held
    const readTally = await held.startConsumer()
    await held.broker.stop()
    await held.influx.stop()
    const gateway = held.startGateway({ liveRoundsPerSecond: LIVE_ROUNDS_PER_SECOND, inStep: false })
    const fed = await gateway.news('fed')
    expect(fed.readings).toBe(readingsOf(load))
    // The fault: nothing of it has left, by the gateway's word and by the consumer's.
    expect(gateway.pulses.at(-1)?.owed ?? fed.readings).toBeGreaterThan(0)
    await held.broker.start()
    expect((await readTally()).numbers).toBe(0)
    await held.influx.start()
    gateway.drain()
    const drained = await gateway.news('drained')
    expect(drained.owed).toBe(0)
    const total = readingsOf(load) + drained.liveRounds * 4
    expect(drained.liveRounds).toBeGreaterThan(0)
    await until(async () => (await readTally()).highest >= total, 600_000)
    const tally = await readTally()
    report('outage', {
      readings: fed.readings,
      'kept at': `${Math.round(fed.readings / (fed.ms / 1_000))} readings/s`,
      'on disk': `${(fed.bytes / 1e9).toFixed(3)} GB, ${Math.round(fed.bytes / fed.readings)} B a reading`,
      'drained in': `${(drained.ms / 1_000).toFixed(1)} s, ${Math.round(total / (drained.ms / 1_000))} readings/s to both`,
      'rounds meanwhile': drained.liveRounds,
      'their commit, ms': ['p50', 'p99', 'p99.9', 'most']
        .map((name, index) => `${name} ${at(drained.latencies, [0.5, 0.99, 0.999, 1][index] ?? 1)}`)
        .join(', '),
      'most memory': `${Math.round(Math.max(...gateway.pulses.map(({ rssMb }) => rssMb)))} MB`,
      'memory, first and last tenth of it': memoryOf(gateway.pulses.map(({ rssMb }) => rssMb)),
      messages: tally.messages,
    })
    expect(tally.wrong).toEqual([])
    expect(tally).toMatchObject({ numbers: total, readings: total, highest: total, shed: 0, backwards: 0 })
    const expected = expectedSeries(load, drained.liveRounds)
    const points = await heldSeries(held.influx)
    const differing = [...expected].filter(([series, said]) => points.get(series) !== said)
    expect(differing.slice(0, 5)).toEqual([])
    expect(points.size).toBe(expected.size)
  })
})

/** Medians, MB. */
function memoryOf(megabytes: readonly number[]): string {
  const tenth = Math.ceil(megabytes.length / 10)
  const median = (some: readonly number[]) =>
    Math.round(some.toSorted((a, b) => a - b)[some.length >> 1] ?? 0)
  return `${median(megabytes.slice(0, tenth))} and ${median(megabytes.slice(-tenth))} MB`
}

function at(sorted: readonly number[], share: number): string {
  return (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN).toFixed(1)
}
