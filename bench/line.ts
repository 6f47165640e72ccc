/** A polled serial line with real wire time, against what the wire, the meters and the standard leave possible. */

import { createLastGood } from '../src/acquire/last-good.ts'
import { createPoller } from '../src/acquire/poller.ts'
import type { MeterConfig } from '../src/config/config.ts'
import { gatherLibrary } from '../src/config/library.ts'
import { systemClock } from '../src/core/clock.ts'
import { characterMs, parseLineUrl } from '../src/core/line-url.ts'
import { silentLog } from '../src/core/log.ts'
import { systemRandom } from '../src/core/random.ts'
import { createLine } from '../src/line/line.ts'
import { claimLine } from '../src/line/lock.ts'
import { transportFor } from '../src/line/transports.ts'
import { startSimulator } from '../src/simulator/simulator.ts'
import { memoryRefusals } from '../tests/support/memory-refusals.ts'
import type { Benchmark, Result } from './run.ts'
import { openWire } from './wire.ts'

const METERS = 20
const MEASURE_MS = 30_000
/** What every simulated meter takes to answer: the least the standard lets a meter take (DL/T 645-2007, 5.3.3). */
const METER_MS = 20
/** The pause before a request that this line is run with. */
const QUIET_MS = 30

export const line: Benchmark = {
  about:
    'how much of a 2400 and a 9600 baud line carries bytes while 20 DL/T 645-2007 meters are polled without pause',
  async run(say) {
    const results: Result[] = []
    for (const baud of [2_400, 9_600]) {
      say(`${baud} baud for ${MEASURE_MS / 1_000} s`)
      results.push(...(await measure(baud)))
    }
    return results
  },
}

async function measure(baud: number): Promise<Result[]> {
  const wire = await openWire(baud)
  const url = serialUrl(wire.masterEnd, baud)
  const addresses = Array.from({ length: METERS }, (_, index) => String(index + 1).padStart(12, '0'))
  const simulator = await startSimulator(
    {
      seed: 1,
      listeners: [
        {
          url: serialUrl(wire.meterEnd, baud),
          meters: addresses.map(address => ({ protocol: 'dlt645-2007', address, profile: 'single-phase' })),
          faults: {},
        },
      ],
    },
    { clock: systemClock, log: silentLog, offsetMinutes: 480, replyDelayMs: [METER_MS, METER_MS] },
  )
  const polled = createLine({
    id: 'wire',
    url,
    transport: transportFor(url),
    claim: () => claimLine(wire.masterEnd),
    replyWithinMs: null,
    inFlight: 1,
    clock: systemClock,
    random: systemRandom,
    log: silentLog,
  })
  let readings = 0
  const poller = createPoller({
    line: polled,
    meters: await metersOf(addresses),
    site: { offsetMinutes: 480, zone: 'Asia/Shanghai' },
    freezesHeld: new Map(),
    refusals: memoryRefusals(),
    lastGood: createLastGood([]),
    clocks: new Map(),
    timeTrust: { look: () => undefined, trusted: true, steps: 0, mayForget: true, trust: () => undefined },
    clock: systemClock,
    log: silentLog,
    kept: () => undefined,
    broken: error => {
      throw error
    },
    store: {
      accept: async round => {
        readings += round.readings.length
        return {
          stored: round.readings.length,
          duplicates: 0,
          conflicts: 0,
          refused: 0,
          lastSequence: readings,
        }
      },
    },
  })
  polled.start()
  poller.start()
  await systemClock.sleep(3_000)
  const from = { ...polled.counters, readings, at: performance.now() }
  await systemClock.sleep(MEASURE_MS)
  const to = { ...polled.counters, readings, at: performance.now() }
  await poller.stop()
  await simulator.stop()
  await wire.stop()
  const elapsed = to.at - from.at
  const wireMs = (to.bytesIn + to.bytesOut - from.bytesIn - from.bytesOut) * characterMs(url)
  const requests = to.requests - from.requests
  const possible = wireMs / (wireMs + requests * (METER_MS + QUIET_MS))
  const failed = to.timeouts - from.timeouts
  const against = 'what the wire, 20 ms of meter and 30 ms of pause leave possible'
  return [
    {
      what: `${baud} baud: share of time the wire carries bytes`,
      value: (100 * wireMs) / elapsed,
      unit: '%',
      better: 'higher',
      reference: 100 * possible,
      against,
    },
    {
      what: `${baud} baud: readings`,
      value: ((to.readings - from.readings) * 1_000) / elapsed,
      unit: 'readings/s',
      better: 'higher',
      reference: null,
      against: '',
    },
    {
      what: `${baud} baud: requests without answer`,
      value: failed,
      unit: `of ${requests}`,
      better: 'lower',
      reference: null,
      against: '',
    },
  ]
}

export function serialUrl(path: string, baud: number) {
  // Ptys have no parity; the wire's pacing counts 11 bits a character all the same.
  const url = parseLineUrl(`serial://${path}?baud=${baud}&parity=none&stop=2`)
  if ('wrong' in url) throw new Error(url.wrong)
  return url
}

async function metersOf(addresses: readonly string[]): Promise<MeterConfig[]> {
  const { drivers, profiles } = await gatherLibrary({}, 'config', () => undefined, [])
  const driver = drivers.get('dlt645-2007')
  const profile = profiles.get('dlt645-2007-single-phase')
  if (!driver || !profile) throw new Error('the DL/T 645-2007 driver and its single-phase profile are needed')
  return addresses.map((address, index) => ({
    id: `m${index + 1}`,
    line: 'wire',
    address,
    driver,
    profile,
    nameplate: profile.nameplate,
    daily: false,
    polls: [{ everyMs: 1_000, points: profile.points }],
  }))
}
