/**
 * A gateway without its lines, in a process of its own: the real store is filled as fast as it takes rounds, then the
 * real dispatchers and sinks bring it to the servers while new rounds keep coming. Told what to do, and tells what it
 * did, by messages.
 */

import { readdirSync, readFileSync } from 'node:fs'
import { keepHeapSmall } from '../../../src/cli/small-heap.ts'
import { type Clock, systemClock } from '../../../src/core/clock.ts'
import { silentLog } from '../../../src/core/log.ts'
import { systemRandom } from '../../../src/core/random.ts'
import { DAY, HOUR, MINUTE } from '../../../src/core/time.ts'
import { createDispatcher, type Dispatcher } from '../../../src/publish/dispatcher.ts'
import { createInfluxSink } from '../../../src/publish/influx.ts'
import { createMqttSink } from '../../../src/publish/mqtt.ts'
import { KEPT_FOR } from '../../../src/reading/worth.ts'
import type { Store } from '../../../src/store/store.ts'
import { openStore } from '../../../src/store/thread.ts'
import { influxAt } from '../../publish/influx-place.ts'
import { MQTT } from '../../publish/mqtt-parts.ts'
import { curveRound, LIVE_METERS, type Load, QUARTER, roundsOf, START } from './load.ts'

export interface GatewayOrder {
  readonly directory: string
  readonly load: Load
  readonly mqttUrl: string
  readonly influxPort: number
  /** Rounds a second that keep coming while the backlog drains; 0 for none. */
  readonly liveRoundsPerSecond: number
  /** Feeding waits for the sinks, which find their servers: the usual week instead of an outage. */
  readonly inStep: boolean
}

export type GatewayNews =
  | { readonly is: 'fed'; readonly readings: number; readonly ms: number; readonly bytes: number }
  | {
      readonly is: 'pulse'
      readonly rssMb: number
      readonly fds: number
      readonly owed: number
      readonly fed: number
    }
  | {
      readonly is: 'drained'
      readonly ms: number
      readonly liveRounds: number
      /** From `accept` to its promise, ms, of the rounds that came meanwhile: sorted. */
      readonly latencies: readonly number[]
      readonly lastSequence: number
      readonly owed: number
    }

const UNDER_WAY = 200
/** How far the store may run ahead of the slower sink in the usual week. */
const MOST_OWED = 5_000
const PULSE_MS = 100

const order: GatewayOrder = JSON.parse(process.argv[2] ?? '{}')
// As the daemon is shipped.
keepHeapSmall()

const say = (news: GatewayNews) => void process.send?.(news)

/** What the store stamps as recorded: the simulated month. Durations stay real. */
let simulated = START
const clock: Clock = { ...systemClock, now: () => simulated }

const pulse = setInterval(() => {
  const rssMb = Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) / 1_024
  const fds = readdirSync('/proc/self/fd').length
  say({ is: 'pulse', rssMb, fds, owed: owed(), fed })
}, PULSE_MS)

let fed = 0
let dispatchers: readonly Dispatcher[] = []
const owed = () => Math.max(0, ...dispatchers.map(dispatcher => dispatcher.status().owed))

async function startSinks(store: Store): Promise<void> {
  const named = { gateway: 'outage', epoch: store.epoch, clock }
  const sinks = [
    createMqttSink({
      ...MQTT,
      ...named,
      url: order.mqttUrl,
      cycleMs: () => QUARTER,
      random: systemRandom,
    }),
    createInfluxSink({
      ...named,
      ...influxAt(order.influxPort, { database: 'meterd' }),
      log: silentLog,
    }),
  ]
  dispatchers = sinks.map(sink =>
    createDispatcher({ sink, store, clock, random: systemRandom, log: silentLog }),
  )
  for (const dispatcher of dispatchers) await dispatcher.start()
}

const wake = (sequence: number) => {
  for (const dispatcher of dispatchers) dispatcher.wake(sequence)
}

async function feed(store: Store): Promise<void> {
  const startedAt = performance.now()
  const underWay = new Set<Promise<void>>()
  for (const { at, round } of roundsOf(order.load)) {
    simulated = at
    const keeping = store.accept(round).then(({ stored, lastSequence }) => {
      fed += stored
      underWay.delete(keeping)
      wake(lastSequence)
    })
    underWay.add(keeping)
    if (underWay.size >= UNDER_WAY) await Promise.race(underWay)
    while (order.inStep && owed() > MOST_OWED) await systemClock.sleep(5)
  }
  await Promise.all(underWay)
  const { bytes, walBytes } = await store.sizes()
  say({ is: 'fed', readings: fed, ms: performance.now() - startedAt, bytes: bytes + walBytes })
}

/** New rounds at an even pace until told to stop; their latencies. */
function keepComing(store: Store): { stop(): Promise<{ rounds: number; latencies: number[] }> } {
  const latencies: number[] = []
  const keeping: Promise<void>[] = []
  const startedAt = performance.now()
  let rounds = 0
  const tick = setInterval(() => {
    const due = ((performance.now() - startedAt) / 1_000) * order.liveRoundsPerSecond
    for (; rounds < due; rounds++) {
      const meter = order.load.meters + (rounds % LIVE_METERS)
      const slot = START + order.load.days * DAY + Math.floor(rounds / LIVE_METERS) * QUARTER
      simulated = slot + 6 * MINUTE
      const handedAt = performance.now()
      keeping.push(
        store.accept(curveRound(meter, slot)).then(({ lastSequence }) => {
          latencies.push(performance.now() - handedAt)
          wake(lastSequence)
        }),
      )
    }
  }, 10)
  return {
    async stop() {
      clearInterval(tick)
      await Promise.all(keeping)
      return { rounds, latencies }
    },
  }
}

async function drain(store: Store): Promise<void> {
  const startedAt = performance.now()
  const live = keepComing(store)
  const backlog = await store.lastSequence()
  const reached = () => Math.min(...dispatchers.map(dispatcher => dispatcher.status().cursor))
  while (reached() < backlog) await systemClock.sleep(20)
  const ms = performance.now() - startedAt
  const { rounds, latencies } = await live.stop()
  while (owed() > 0) await systemClock.sleep(20)
  say({
    is: 'drained',
    ms,
    liveRounds: rounds,
    latencies: latencies.sort((a, b) => a - b),
    lastSequence: await store.lastSequence(),
    owed: owed(),
  })
}

simulated = START - HOUR
/** The budget of the promise; the site's midnight is that of the load. */
const limits = { maxBytes: 4e9, keep: KEPT_FOR, offsetMinutes: 480 }
const store = await openStore(order.directory, clock, silentLog, { limits })
await startSinks(store)
await feed(store)
await new Promise<void>(resolve => process.once('message', () => resolve()))
await drain(store)
clearInterval(pulse)
for (const dispatcher of dispatchers) await dispatcher.stop()
await store.close()
process.disconnect()
