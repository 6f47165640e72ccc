/** A week of readings through store, dispatchers and both sinks in minutes: memory and descriptors must not creep. */

import { afterEach, describe, expect, test } from 'vitest'
import { until } from '../support/daemon.ts'
import { requireService } from '../support/services.ts'
import { readingsOf } from './outage/load.ts'
import { expectedSeries, heldSeries, outageScene, type Scene } from './outage/scene.ts'
import { report } from './report.ts'

/** More by `METERD_WEEK_METERS`; a figure for the slope wants a hundred and more. */
const METERS = Number(process.env['METERD_WEEK_METERS'] ?? 20)
const DAYS = 7
/** Caches fill and the heap finds its size. */
const WARM_UP = 0.4
/**
 * What memory may differ between the middle and the end of the week. Three runs of 100 meters differed by 0 to 1 MB. The
 * heap of a run of seconds is still finding its size, on a busy machine by up to 36 MB; a leak of some kilobytes a
 * reading would still show.
 */
const NOISE_MB = METERS >= 100 ? 10 : 50

const mosquitto = requireService('mosquitto')
const influxd = requireService('influxd')

let scene: Scene | null = null
afterEach(async () => {
  await scene?.dispose()
  scene = null
})

describe.skipIf(mosquitto.missing || influxd.missing)(`a week${mosquitto.note}${influxd.note}`, () => {
  test(`PR-24 ${METERS} meters for a week: memory and descriptors stay level, and everything arrives once`, {
    timeout: 2 * 3_600_000,
  }, async () => {
    const load = { meters: METERS, days: DAYS }
    const held = await outageScene(load)
    scene = held
    const readTally = await held.startConsumer()
    const gateway = held.startGateway({ liveRoundsPerSecond: 0, inStep: true })
    const fed = await gateway.news('fed')
    const steady = gateway.pulses.slice(Math.floor(gateway.pulses.length * WARM_UP))
    gateway.drain()
    const drained = await gateway.news('drained')
    const total = readingsOf(load)
    expect(fed.readings).toBe(total)
    await until(async () => (await readTally()).highest >= total, 120_000)
    const [middle, end] = [steady.slice(0, steady.length / 3), steady.slice((steady.length * 2) / 3)]
    const rss = [median(middle.map(({ rssMb }) => rssMb)), median(end.map(({ rssMb }) => rssMb))] as const
    const fds = [median(middle.map(one => one.fds)), median(end.map(one => one.fds))] as const
    const perDay = ((rss[1] - rss[0]) / (DAYS * (1 - WARM_UP) * (2 / 3))).toFixed(2)
    report('week', {
      readings: total,
      took: `${(fed.ms / 1_000).toFixed(0)} s, ${Math.round(total / (fed.ms / 1_000))} readings/s`,
      'memory, middle and end': `${rss[0].toFixed(0)} and ${rss[1].toFixed(0)} MB, ${perDay} MB a day`,
      'most memory': `${Math.max(...gateway.pulses.map(({ rssMb }) => rssMb)).toFixed(0)} MB`,
      'descriptors, middle and end': `${fds[0]} and ${fds[1]}`,
      samples: gateway.pulses.length,
    })
    const tally = await readTally()
    expect(tally.wrong).toEqual([])
    expect(tally).toMatchObject({ numbers: total, readings: total, highest: total, shed: 0, backwards: 0 })
    expect(await heldSeries(held.influx)).toEqual(expectedSeries(load, drained.liveRounds))
    expect(steady.length).toBeGreaterThanOrEqual(3)
    expect(rss[1] - rss[0]).toBeLessThan(NOISE_MB)
    expect(Math.abs(fds[1] - fds[0])).toBeLessThanOrEqual(2)
  })
})

function median(some: readonly number[]): number {
  return some.toSorted((a, b) => a - b)[some.length >> 1] ?? Number.NaN
}
