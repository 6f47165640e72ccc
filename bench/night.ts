/**
 * The nightly round that benchmarks of a line run: 32 DL/T 645-2007 meters on one wire, the shipped three-phase profile's
 * daily freeze and all its points of each, and the least time that any legal plan needs for it.
 */

import { createPoller, type Poller } from '../src/acquire/poller.ts'
import type { MeterConfig } from '../src/config/config.ts'
import { gatherLibrary } from '../src/config/library.ts'
import type { Clock } from '../src/core/clock.ts'
import { seededRandom } from '../src/core/random.ts'
import type { SimulatedMeter } from '../src/core/simulated.ts'
import { DAY, slotOf } from '../src/core/time.ts'
import type { Line } from '../src/line/line.ts'
import { createMeter } from '../src/simulator/meter.ts'
import { createMeter2007 } from '../src/simulator/meter-2007.ts'
import type { Round } from '../src/store/store.ts'
import { askingByHand, cheapestRound, FREEZE_STAMP, ROUND_BLOCKS } from '../tests/support/nightly-round.ts'
import { quietParts, storeThat, takenAll } from '../tests/support/poller-parts.ts'
import { BITS_PER_CHARACTER } from './wire.ts'

export const METERS = 32
export const SEED = 1
export const OFFSET_MINUTES = 480
/** The silence that the driver keeps before a request (docs/dlt645.md); the standard's own text asks for none. */
export const PAUSE_MS = 20
/** The standard's least time to answer, and twice that (DL/T 645-2007, 5.3.3). */
const TURN_AROUND_MS = { least: 20, most: 40 }
const PROTOCOL = 'dlt645-2007'
const PROFILE = 'dlt645-2007-three-phase'

export interface NightMeter extends SimulatedMeter {
  readonly turnAroundMs: number
}

/** Each takes a time of its own to answer, drawn by the seed. */
export function nightMeters(count = METERS): readonly NightMeter[] {
  const random = seededRandom(SEED)
  const { least, most } = TURN_AROUND_MS
  return Array.from({ length: count }, (_, index) => ({
    protocol: PROTOCOL,
    address: String(index + 1).padStart(12, '0'),
    profile: 'three-phase',
    turnAroundMs: least + random.integer(most - least + 1),
  }))
}

/** The least time of one round, ms, and what it is made of. */
export interface Limit {
  readonly bytes: number
  readonly exchanges: number
  readonly wireMs: number
  readonly turnAroundMs: number
  readonly pausesMs: number
  readonly totalMs: number
}

/**
 * Worked out without driver, line or poller: every way to ask for the list is priced by putting its questions to the
 * simulated meter by hand, and the cheapest at this rate is taken, meter by meter.
 */
export function limitOf(meters: readonly NightMeter[], baud: number, now: number): Limit {
  const characterMs = (BITS_PER_CHARACTER * 1_000) / baud
  const costs = meters.map(({ address, turnAroundMs }) => {
    const site = { seed: SEED, offsetMinutes: OFFSET_MINUTES }
    const slave = createMeter2007(createMeter({ ...site, protocol: PROTOCOL, address, phases: 3 }))
    const ask = askingByHand(request => slave.answer(request, now), address)
    return {
      ...cheapestRound(ask, ROUND_BLOCKS, (turnAroundMs + PAUSE_MS) / characterMs),
      turnAroundMs,
    }
  })
  const sum = (of: (cost: (typeof costs)[number]) => number) =>
    costs.reduce((total, cost) => total + of(cost), 0)
  const bytes = sum(cost => cost.bytes)
  const exchanges = sum(cost => cost.exchanges)
  const wireMs = bytes * characterMs
  const turnAroundMs = sum(cost => cost.exchanges * cost.turnAroundMs)
  // There is none before the first.
  const pausesMs = (exchanges - 1) * PAUSE_MS
  return { bytes, exchanges, wireMs, turnAroundMs, pausesMs, totalMs: wireMs + turnAroundMs + pausesMs }
}

export interface Night {
  readonly poller: Poller
  /** Meters whose freeze and points are all here. */
  readonly whole: ReadonlySet<string>
}

export interface NightParts {
  readonly line: Line
  readonly meters: readonly NightMeter[]
  readonly clock: Clock
  /** How often all points are polled; once a day where absent. */
  readonly everyMs?: number
  /** Today's freeze is held as well: the next is tomorrow's. */
  readonly holdsToday?: boolean
  /** Called with each round, and whether it made its meter's list whole. */
  readonly kept?: (round: Round, whole: boolean) => void
}

/** The daemon's own poller on the list: a freeze a day, and all points. */
export async function nightPoller(parts: NightParts): Promise<Night> {
  const { line, meters, clock, kept, everyMs = DAY, holdsToday = false } = parts
  const configs = await configsOf(meters, everyMs)
  const today = slotOf(clock.now(), DAY, OFFSET_MINUTES)
  const daysBefore = [today - DAY, today - 2 * DAY]
  const whole = new Set<string>()
  const frozen = new Set<string>()
  const polled = new Set<string>()
  const poller = createPoller({
    ...quietParts(),
    line,
    meters: configs,
    // The days before are held: a night asks for its own freeze.
    freezesHeld: new Map(
      configs.map(({ id }) => [id, { daily: [...(holdsToday ? [today] : []), ...daysBefore] }]),
    ),
    clocks: new Map(configs.map(({ id }) => [id, { measuredAt: clock.now(), deviationMs: 0 }])),
    clock,
    store: storeThat(async round => {
      const kinds = new Set(round.readings.map(({ kind }) => kind))
      if (kinds.has('freeze')) frozen.add(round.meter)
      if (kinds.has('poll')) polled.add(round.meter)
      const isWhole = frozen.has(round.meter) && polled.has(round.meter)
      if (isWhole) whole.add(round.meter)
      kept?.(round, isWhole)
      return takenAll(round.readings.length)
    }),
  })
  return { poller, whole }
}

export function idOf({ address }: Pick<NightMeter, 'address'>): string {
  return `m${Number(address)}`
}

export async function configsOf(
  meters: readonly NightMeter[],
  everyMs: number,
): Promise<readonly MeterConfig[]> {
  const { drivers, profiles } = await gatherLibrary({}, 'config', () => undefined, [])
  const driver = drivers.get(PROTOCOL)
  const profile = profiles.get(PROFILE)
  if (!driver || !profile) throw new Error('the DL/T 645-2007 driver and its three-phase profile are needed')
  return meters.map(meter => ({
    id: idOf(meter),
    line: 'wire',
    address: meter.address,
    driver,
    profile,
    nameplate: profile.nameplate,
    daily: true,
    polls: [{ everyMs, points: profile.points }],
  }))
}

/** What is asked of each meter, for people. */
export const THE_LIST = `per meter: the daily freeze (${FREEZE_STAMP} its stamp, forward and reverse energy with four tariffs), energies with tariffs, voltages, currents, powers, power factors, frequency, both maximum demands, clock, status words 1 to 7, four event counters`
