/**
 * A model town by seed: its meters, and what passes through each up to any instant, in whole numbers. Nothing here knows
 * what the gateway makes of an answer; `faults.ts` breaks this world and `world.ts` lets it be asked.
 */

import { mix, seededRandom } from '../../src/core/random.ts'
import { DAY, MINUTE, SECOND } from '../../src/core/time.ts'
import { QUARTER_SECONDS, QUARTERS, TARIFFS, tariffOfQuarter } from '../../src/simulator/shapes.ts'
import { PER_KWH } from '../../src/simulator/truth.ts'
import {
  type Customer,
  createCustomer,
  type Draw,
  type Habit,
  habitOf,
  type Outage,
  outagesOf,
} from './customers.ts'

/** Shanghai: no summer time. */
export const OFFSET_MINUTES = 480
export const QUARTER = QUARTER_SECONDS * SECOND
/** Two days and a half after a month's end, so that a bill of it is settled within the run. */
export const ENDS_AT = Date.UTC(2026, 4, 3, 12) - OFFSET_MINUTES * MINUTE
/** Registers hold six digits and two decimals. */
export const ROLLS_AT = 100_000_000
export const SCALER = -2

export interface TownOf {
  readonly seed: number
  readonly meters: number
  readonly days: number
}

export interface TownMeter {
  readonly index: number
  readonly id: string
  /** Twelve digits. */
  readonly address: string
  /** The number on its plate, which a meter also tells. */
  readonly number: string
  readonly habit: Habit
  readonly protocol: 'dlt645-2007' | 'modbus-rtu'
  readonly phases: 1 | 3
  readonly volts: number
  /** Greatest current of its terminals. */
  readonly amperes: number
  /** Pulses a kWh. */
  readonly constant: number
  /** Ratio of the current transformers it hangs on; registers count the secondary side. */
  readonly ratio: number
  /** Whether its parameters hold the ratio, so that it can be asked. */
  readonly tellsRatio: boolean
  readonly permille: number
  readonly hasCombined: boolean
  /** Permille of the load on each phase. */
  readonly shares: readonly number[]
  /** The transformer area it is fed from. */
  readonly area: number
  /** Its clock against the site's, ms, at the start of the run, and what it gains a day. */
  readonly clockMs: number
  readonly clockGainMsPerDay: number
}

/** Centiwatt-seconds by tariff: four drawn, then four fed back. */
export type Flows = Float64Array
export const FLOWS = 2 * TARIFFS

/** What a meter's terminals carry at an instant. */
export interface Momentary {
  /** Negative when fed back. */
  readonly watts: number
  readonly decivolts: readonly number[]
}

export interface Town {
  readonly of: TownOf
  readonly startsAt: number
  readonly meters: readonly TownMeter[]
  readonly areas: number
  readonly outages: readonly Outage[]
  /** What has passed since the meter was made, exactly. */
  passed(meter: number, instant: number): Flows
  momentary(meter: number, instant: number): Momentary
  /** Greatest quarter-hour mean drawn since the month began: whole watts, and where its quarter ends. */
  demand(meter: number, instant: number): { readonly watts: number; readonly at: number | null }
  isDark(meter: number, instant: number): boolean
}

/** Before the run, so that a meter's first days have a past. */
const DAYS_BEFORE = 3
const METERS_AN_AREA = 25

export function createTown(of: TownOf): Town {
  const { seed, meters: count, days } = of
  const startsAt = ENDS_AT - days * DAY
  const firstDay = dayOf(startsAt) - DAYS_BEFORE
  const areas = Math.ceil(count / METERS_AN_AREA)
  const outages = outagesOf(seed, areas, startsAt, days)
  const meters = Array.from({ length: count }, (_, index) => meterOf(seed, index))
  const supplies = meters.map(({ index, habit, area }) =>
    createSupply(
      createCustomer(identityOf(seed, index), habit),
      startOf(of, index, habit),
      firstDay,
      outages.filter(outage => outage.area === area),
    ),
  )
  const supply = (meter: number): Supply => {
    const found = supplies[meter]
    if (!found) throw new RangeError(`there is no meter ${meter}`)
    return found
  }
  return {
    of,
    startsAt,
    meters,
    areas,
    outages,
    passed: (meter, instant) => supply(meter).passed(instant),
    demand: (meter, instant) => supply(meter).demand(instant),
    isDark: (meter, instant) => supply(meter).isDark(instant),
    momentary(meter, instant) {
      const watts = supply(meter).watts(instant)
      const minute = Math.floor(instant / MINUTE)
      const base = 2_160 + (mix(seed ^ Math.imul(meter, 0x7feb352d)) % 140)
      const sag = Math.min(60, Math.round(Math.abs(watts) / 250))
      const decivolts = [0, 1, 2].map(phase => {
        const draw = mix(seed + Math.imul(meter, 0x846ca68b) + Math.imul(minute, 0x85ebca6b) + phase)
        return base - sag + (draw % 41) - 20
      })
      return { watts, decivolts }
    },
  }
}

/** The civil day an instant falls on, as days since 1970. */
export function dayOf(instant: number): number {
  return Math.floor((instant + OFFSET_MINUTES * MINUTE) / DAY)
}

export function midnightOf(day: number): number {
  return day * DAY - OFFSET_MINUTES * MINUTE
}

interface Supply {
  passed(instant: number): Flows
  watts(instant: number): number
  demand(instant: number): { readonly watts: number; readonly at: number | null }
  isDark(instant: number): boolean
}

/** A day added up: before each quarter and after the last, and the running greatest mean since the month began. */
interface DayTable {
  readonly day: number
  readonly sums: Float64Array
  readonly peaks: Float64Array
  readonly peaksAt: Float64Array
}

const TABLES_KEPT = 2

function createSupply(
  customer: Customer,
  start: Float64Array,
  firstDay: number,
  outages: readonly Outage[],
): Supply {
  const starts: Float64Array[] = [start]
  /** Watts and end of the greatest quarter of the month before each day begins. */
  const peaks: { watts: number; at: number }[] = [{ watts: 0, at: 0 }]
  const draw: Draw = { base: 0, pulse: 0, from: 0, to: 0 }
  /** The latest asked for: days are asked in turn, and about midnight both sides of it. */
  const tables: DayTable[] = []

  function tableOf(day: number): DayTable {
    const found = tables.find(table => table.day === day)
    if (found) return found
    for (let known = starts.length - 1; known < day - firstDay; known++) {
      const before = tables.find(table => table.day === firstDay + known) ?? added(firstDay + known)
      starts.push(before.sums.slice(QUARTERS * FLOWS))
      peaks.push({ watts: before.peaks[QUARTERS] ?? 0, at: before.peaksAt[QUARTERS] ?? 0 })
    }
    const table = added(Math.max(day, firstDay))
    tables.unshift(table)
    tables.length = Math.min(tables.length, TABLES_KEPT)
    return table
  }

  function added(day: number): DayTable {
    const known = day - firstDay
    const sums = new Float64Array((QUARTERS + 1) * FLOWS)
    sums.set(starts[known] ?? start)
    const isFirstOfMonth = new Date(day * DAY).getUTCDate() === 1
    const before = isFirstOfMonth ? { watts: 0, at: 0 } : (peaks[known] ?? { watts: 0, at: 0 })
    const greatest = new Float64Array(QUARTERS + 1).fill(before.watts)
    const at = new Float64Array(QUARTERS + 1).fill(before.at)
    const begins = midnightOf(day)
    for (let quarter = 0; quarter < QUARTERS; quarter++) {
      const here = sums.subarray(quarter * FLOWS, (quarter + 1) * FLOWS)
      const next = sums.subarray((quarter + 1) * FLOWS, (quarter + 2) * FLOWS)
      next.set(here)
      const from = begins + quarter * QUARTER
      addDrawn(next, customer, draw, day, quarter, QUARTER_SECONDS, outages, from)
      const tariff = tariffOfQuarter(quarter)
      const mean = Math.floor(((next[tariff] ?? 0) - (here[tariff] ?? 0)) / QUARTER_SECONDS / 100)
      const isGreater = mean > (greatest[quarter] ?? 0)
      greatest[quarter + 1] = isGreater ? mean : (greatest[quarter] ?? 0)
      at[quarter + 1] = isGreater ? from + QUARTER : (at[quarter] ?? 0)
    }
    return { day, sums, peaks: greatest, peaksAt: at }
  }

  function place(instant: number) {
    const second = Math.floor((instant - midnightOf(dayOf(instant))) / SECOND)
    return {
      day: dayOf(instant),
      quarter: Math.floor(second / QUARTER_SECONDS),
      second: second % QUARTER_SECONDS,
    }
  }

  return {
    passed(instant) {
      const { day, quarter, second } = place(instant)
      const { sums } = tableOf(day)
      const flows = sums.slice(quarter * FLOWS, (quarter + 1) * FLOWS)
      if (second > 0)
        addDrawn(flows, customer, draw, day, quarter, second, outages, midnightOf(day) + quarter * QUARTER)
      return flows
    },
    watts(instant) {
      if (outages.some(({ from, to }) => instant >= from && instant < to)) return 0
      const { day, quarter, second } = place(instant)
      customer.drawIn(day, quarter, draw)
      const isOn = (second >= draw.from && second < draw.to) || second + QUARTER_SECONDS < draw.to
      return draw.base + (isOn ? draw.pulse : 0)
    },
    demand(instant) {
      const { day, quarter } = place(instant)
      const { peaks: running, peaksAt } = tableOf(day)
      const watts = running[quarter] ?? 0
      return { watts, at: watts === 0 ? null : (peaksAt[quarter] ?? null) }
    },
    isDark: instant => outages.some(({ from, to }) => instant >= from && instant < to),
  }
}

/** Adds what flows in the first `seconds` of a quarter, less what an outage keeps back. */
function addDrawn(
  flows: Float64Array,
  customer: Customer,
  draw: Draw,
  day: number,
  quarter: number,
  seconds: number,
  outages: readonly Outage[],
  begins: number,
): void {
  customer.drawIn(day, quarter, draw)
  const tariff = tariffOfQuarter(quarter)
  if (!outages.some(({ from, to }) => from < begins + QUARTER && to > begins)) {
    const pulsed =
      Math.max(0, Math.min(draw.to, seconds) - draw.from) +
      Math.max(0, Math.min(draw.to - QUARTER_SECONDS, seconds))
    put(flows, tariff, draw.base, seconds - pulsed)
    put(flows, tariff, draw.base + draw.pulse, pulsed)
    return
  }
  const live = (from: number, to: number) => {
    let lasts = Math.max(0, Math.min(to, seconds) - Math.min(from, seconds))
    for (const cut of outages) {
      const cutFrom = Math.max(from, Math.ceil((cut.from - begins) / SECOND))
      const cutTo = Math.min(to, seconds, Math.ceil((cut.to - begins) / SECOND))
      lasts -= Math.max(0, cutTo - cutFrom)
    }
    return Math.max(0, lasts)
  }
  const pulsed = live(draw.from, Math.min(draw.to, QUARTER_SECONDS)) + live(0, draw.to - QUARTER_SECONDS)
  put(flows, tariff, draw.base, live(0, QUARTER_SECONDS) - pulsed)
  put(flows, tariff, draw.base + draw.pulse, pulsed)
}

function put(flows: Float64Array, tariff: number, watts: number, seconds: number): void {
  const at = watts < 0 ? TARIFFS + tariff : tariff
  flows[at] = (flows[at] ?? 0) + Math.abs(watts) * 100 * seconds
}

function identityOf(seed: number, index: number): number {
  return mix(mix(seed) + Math.imul(index + 1, 0x9e3779b1))
}

/** Whether its total is about to roll over. */
export function isOld(index: number): boolean {
  return index % 50 === 17
}

/** 1,000 to 90,000 kWh, or what an ordinary household draws in the run short of a million. */
function startOf({ seed, days }: TownOf, index: number, habit: Habit): Float64Array {
  const random = seededRandom(mix(identityOf(seed, index) ^ 0x5eed))
  const left = 25 * (DAYS_BEFORE + random.integer(days))
  const forward = (isOld(index) ? 1_000_000 - left : 1_000 + random.integer(89_000)) * PER_KWH
  const reverse = habit === 'prosumer' ? (100 + random.integer(5_000)) * PER_KWH : 0
  const percents = [18, 31, 27, 24]
  return Float64Array.from({ length: FLOWS }, (_, flow) => {
    const energy = flow < TARIFFS ? forward : reverse
    return (energy / 100) * (percents[flow % TARIFFS] ?? 0) + (energy > 0 ? random.integer(PER_KWH) : 0)
  })
}

const RATIOS = [20, 30, 40, 60, 80, 120]

function meterOf(seed: number, index: number): TownMeter {
  const habit = habitOf(seed, index)
  const random = seededRandom(mix(identityOf(seed, index) ^ 0x0a7e))
  const big = habit === 'industry' || habit === 'shop' || habit === 'street-light'
  const phases = big || random.integer(5) === 0 ? 3 : 1
  const ratio = habit === 'industry' ? (RATIOS[random.integer(RATIOS.length)] ?? 20) : 1
  const a = 280 + random.integer(100)
  const b = 280 + random.integer(100)
  return {
    index,
    id: `m${String(index + 1).padStart(4, '0')}`,
    address: String(202_600_000_000 + index * 7 + 1),
    number: String(330_000_000_000 + (mix(seed ^ index) % 1_000_000) * 1_000 + index),
    habit,
    protocol: habit === 'shop' && index % 3 === 0 ? 'modbus-rtu' : 'dlt645-2007',
    phases,
    volts: 220,
    amperes: ratio > 1 ? 6 : phases === 3 ? 100 : 60,
    constant: ratio > 1 ? 6_400 : phases === 3 ? 400 : 1_200,
    ratio,
    tellsRatio: ratio > 1 && random.integer(2) === 0,
    permille: createCustomer(identityOf(seed, index), habit).permille,
    // The combined register of DL/T 645-2007 has a sign where others have their first digit's top bit: it ends at 799,999.99.
    hasCombined: (phases === 1 || random.integer(2) === 0) && !isOld(index),
    shares: phases === 1 ? [1000, 0, 0] : [a, b, 1000 - a - b],
    area: Math.floor(index / METERS_AN_AREA),
    clockMs: random.integer(40_001) - 20_000,
    clockGainMsPerDay: random.integer(801) - 400,
  }
}
