/**
 * The truth a simulated meter measures: every quantity at every instant as a function of seed, protocol and
 * address, in integers. Anyone who knows these three can say what a register must have shown, without asking it.
 */

import { assert } from '../core/faults.ts'
import { mix, seededRandom } from '../core/random.ts'
import { DAY, SECOND } from '../core/time.ts'
import {
  type Habit,
  QUARTER_SECONDS,
  QUARTERS,
  SHAPES,
  type Shape,
  SUMS,
  TARIFFS,
  tariffOfQuarter,
  VARIANTS,
} from './shapes.ts'

/** Energy is counted in centiwatt-seconds: a million kWh is 3.6e14, well inside the exact integers of a Number. */
export const PER_KWH = 100 * 3600 * 1000

/** By tariff (尖 峰 平 谷), in centiwatt-seconds since the meter was made. */
export interface Energy {
  readonly forward: readonly number[]
  readonly reverse: readonly number[]
}

/** What flows at an instant; whole numbers of small units, by phase A, B, C. */
export interface Flow {
  readonly decivolts: readonly number[]
  /** Signed as the power is. */
  readonly milliamperes: readonly number[]
  /** Negative when fed back. */
  readonly centiwatts: readonly number[]
  readonly centivars: readonly number[]
  readonly centivoltamperes: readonly number[]
  readonly centihertz: number
  /** Power factor × 1000 of a phase with current. */
  readonly permille: number
}

/** A greatest mean power over a quarter hour. */
export interface Peak {
  readonly centiwatts: number
  /** The end of its quarter hour; null where nothing flowed. */
  readonly at: number | null
}

/** Of the total, then of each tariff. */
export interface Demands {
  readonly forward: readonly Peak[]
  readonly reverse: readonly Peak[]
}

/** One customer's supply, before any relay. */
export interface Truth {
  readonly nature: Nature
  energyAt(instant: number): Energy
  flowAt(instant: number): Flow
  /** Over the whole quarter hours between two instants, but those that are cut. */
  demandsIn(from: number, to: number, isCut: (from: number, to: number) => boolean): Demands
}

export interface TruthOf {
  readonly seed: number
  readonly protocol: string
  readonly address: string
  readonly phases: 1 | 3
  /** The site's offset, in which days and tariffs are counted. */
  readonly offsetMinutes: number
}

/** What the seed decides about a meter once and for all. */
export interface Nature {
  readonly habit: Habit
  readonly peakWatts: number
  readonly permille: number
  /** Meter clock minus real time, ms, within ±20 s. */
  readonly clockOffsetMs: number
  /** FE bytes before a DL/T 645 reply, 0 to 4. */
  readonly preamble: number
  /** Whether a 1997 meter ends a block with AAH; both kinds are in the field. */
  readonly endsBlocks: boolean
  /** Permille of the load on each phase. */
  readonly phaseShares: readonly number[]
  /** 32 bits for whatever else differs from meter to meter. */
  readonly lot: number
}

/** Registers begin here; far enough back for any freeze or settlement asked for. */
const EPOCH_DAY = Date.UTC(2020, 0, 1) / DAY
const QUARTER = QUARTER_SECONDS * SECOND
const DAYS_PER_CHECKPOINT = 128
/** Percent of the yearly peak by twelfth of the year: heating in winter, cooling in summer. */
const SEASON = [96, 92, 78, 66, 64, 82, 100, 98, 76, 66, 72, 90]
const FLOWS = 2

export function createTruth({ seed, protocol, address, phases, offsetMinutes }: TruthOf): Truth {
  const identity = hash(seed, `${protocol} ${address}`)
  const shares = phaseShares(identity, phases)
  const nature: Nature = { ...natureOf(identity), phaseShares: shares, lot: mix(identity ^ 0x107) }
  const start = startOf(identity)
  const checkpoints: Float64Array[] = [start]
  let latest = { day: EPOCH_DAY, energy: start }

  /** Energies at the start of a day: the days since the checkpoint before it, summed. */
  function atStartOf(day: number): Float64Array {
    if (day <= EPOCH_DAY) return start
    if (latest.day === day) return latest.energy
    const checkpoint = Math.floor((day - EPOCH_DAY) / DAYS_PER_CHECKPOINT)
    while (checkpoints.length <= checkpoint) {
      const from = EPOCH_DAY + (checkpoints.length - 1) * DAYS_PER_CHECKPOINT
      checkpoints.push(afterDays(checkpoints.at(-1) ?? start, from, from + DAYS_PER_CHECKPOINT))
    }
    const from = EPOCH_DAY + checkpoint * DAYS_PER_CHECKPOINT
    latest = { day, energy: afterDays(checkpoints[checkpoint] ?? start, from, day) }
    return latest.energy
  }

  function afterDays(energy: Float64Array, from: number, to: number): Float64Array {
    const sum = energy.slice()
    for (let day = from; day < to; day++) add(sum, dayOf(identity, nature, day), QUARTERS, 0)
    return sum
  }

  function moment(instant: number) {
    const seconds = Math.floor((instant + offsetMinutes * 60_000) / SECOND)
    const day = Math.floor(seconds / 86_400)
    const second = seconds - day * 86_400
    return { day, quarter: Math.floor(second / QUARTER_SECONDS), second: second % QUARTER_SECONDS }
  }

  const startOfDay = (day: number) => day * DAY - offsetMinutes * 60_000

  return {
    nature,
    energyAt(instant) {
      const { day, quarter, second } = moment(instant)
      const sum = atStartOf(day).slice()
      if (day >= EPOCH_DAY) add(sum, dayOf(identity, nature, day), quarter, second)
      return { forward: [...sum.subarray(0, TARIFFS)], reverse: [...sum.subarray(TARIFFS)] }
    },
    flowAt(instant) {
      const { day, quarter } = moment(instant)
      const { shape, peakWatts } = dayOf(identity, nature, day)
      const total = (shape.percent[quarter] ?? 0) * peakWatts
      return flowOf(total, shares, nature.permille, identity, instant)
    },
    demandsIn(from, to, isCut) {
      const greatest = noDemands()
      for (let day = moment(Math.max(from, EPOCH_DAY * DAY)).day; startOfDay(day) < to; day++) {
        const begins = startOfDay(day)
        const whole = begins >= from && begins + DAY <= to && !isCut(begins, begins + DAY)
        const counts = (start: number) =>
          start >= from && start + QUARTER <= to && (whole || !isCut(start, start + QUARTER))
        raise(greatest, dayOf(identity, nature, day), begins, whole ? null : counts)
      }
      return greatest
    },
  }
}

/** Whole units of 10^scaler kWh, cut off as a register's display does. */
export function digitsOf(energy: number, scaler: number): number {
  const unit = PER_KWH / 10 ** -scaler
  return (energy - (energy % unit)) / unit
}

export function total(energies: readonly number[]): number {
  return energies.reduce((sum, energy) => sum + energy, 0)
}

type Greatest = Record<'forward' | 'reverse', Peak[]>

function noDemands(): Greatest {
  const none = () => Array<Peak>(TARIFFS + 1).fill({ centiwatts: 0, at: null })
  return { forward: none(), reverse: none() }
}

/** Takes in a day: by the peaks of its shape, or quarter by quarter where only some count. */
function raise(greatest: Greatest, day: Day, begins: number, counts: ((start: number) => boolean) | null) {
  const { shape } = day
  if (counts === null) {
    shape.forwardPeaks.forEach((quarter, tariff) => {
      meet(greatest.forward, tariff, day, quarter, begins)
    })
    shape.reversePeaks.forEach((quarter, tariff) => {
      meet(greatest.reverse, tariff, day, quarter, begins)
    })
    return
  }
  for (let quarter = 0; quarter < QUARTERS; quarter++) {
    if (!counts(begins + quarter * QUARTER)) continue
    const into = (shape.percent[quarter] ?? 0) < 0 ? greatest.reverse : greatest.forward
    meet(into, 0, day, quarter, begins)
    meet(into, tariffOfQuarter(quarter) + 1, day, quarter, begins)
  }
}

function meet(peaks: Peak[], tariff: number, day: Day, quarter: number, begins: number): void {
  const centiwatts = Math.abs(day.shape.percent[quarter] ?? 0) * day.peakWatts
  if (centiwatts > (peaks[tariff]?.centiwatts ?? 0))
    peaks[tariff] = { centiwatts, at: begins + (quarter + 1) * QUARTER }
}

interface Day {
  readonly shape: Shape
  readonly peakWatts: number
}

function dayOf(identity: number, nature: Nature, day: number): Day {
  const draw = mix(identity + Math.imul(day, 0x9e3779b1))
  const shapes = SHAPES[nature.habit]
  const shape = shapes[draw % VARIANTS] ?? shapes[0]
  const season = SEASON[Math.floor(((((day % 365) + 365) % 365) * 12) / 365)] ?? 100
  const weather = 75 + ((draw >>> 8) % 51)
  assert(shape !== undefined, 'every habit has shapes')
  return { shape, peakWatts: Math.floor((nature.peakWatts * season * weather) / 10_000) }
}

/** Adds a day's energy up to a second of a quarter hour: percent × W = cW, held for seconds. */
function add(sum: Float64Array, { shape, peakWatts }: Day, quarter: number, second: number): void {
  for (let tariff = 0; tariff < TARIFFS; tariff++) {
    const at = tariff * SUMS + quarter
    const reverseAt = TARIFFS + tariff
    sum[tariff] = (sum[tariff] ?? 0) + (shape.forward[at] ?? 0) * QUARTER_SECONDS * peakWatts
    sum[reverseAt] = (sum[reverseAt] ?? 0) + (shape.reverse[at] ?? 0) * QUARTER_SECONDS * peakWatts
  }
  if (second === 0) return
  const percent = shape.percent[quarter] ?? 0
  const into = tariffOfQuarter(quarter) + (percent < 0 ? TARIFFS : 0)
  sum[into] = (sum[into] ?? 0) + Math.abs(percent) * peakWatts * second
}

function natureOf(identity: number): Omit<Nature, 'phaseShares' | 'lot'> {
  const random = seededRandom(identity)
  const habit = (['household', 'household', 'shop', 'solar'] as const)[random.integer(4)] ?? 'household'
  return {
    habit,
    peakWatts: habit === 'shop' ? 4_000 + random.integer(9_000) : 1_500 + random.integer(5_500),
    permille: 880 + random.integer(110),
    clockOffsetMs: random.integer(40_001) - 20_000,
    preamble: random.integer(5),
    endsBlocks: random.integer(2) === 1,
  }
}

/** What the registers show at the epoch: 1,000 to 90,000 kWh drawn, and some fed back where there is a roof. */
function startOf(identity: number): Float64Array {
  const random = seededRandom(mix(identity ^ 0x5eed))
  const forward = (1_000 + random.integer(89_000)) * PER_KWH
  const solar = natureOf(identity).habit === 'solar'
  const reverse = solar ? (100 + random.integer(5_000)) * PER_KWH : 0
  const percents = [18, 31, 27, 24]
  const start = new Float64Array(TARIFFS * FLOWS)
  percents.forEach((percent, tariff) => {
    start[tariff] = (forward / 100) * percent + random.integer(PER_KWH)
    start[TARIFFS + tariff] = (reverse / 100) * percent + (solar ? random.integer(PER_KWH) : 0)
  })
  return start
}

/** Permille of the load on each phase. */
function phaseShares(identity: number, phases: 1 | 3): readonly number[] {
  if (phases === 1) return [1000, 0, 0]
  const random = seededRandom(mix(identity ^ 0xa8c))
  const a = 280 + random.integer(100)
  const b = 280 + random.integer(100)
  return [a, b, 1000 - a - b]
}

/** Voltage wanders by the minute, frequency by ten seconds; current follows from power, voltage and factor. */
function flowOf(
  totalCentiwatts: number,
  shares: readonly number[],
  permille: number,
  identity: number,
  instant: number,
): Flow {
  const minute = Math.floor(instant / 60_000)
  const [a, b] = shares.map(share => Math.trunc((totalCentiwatts * share) / 1000))
  const centiwatts = [a ?? 0, b ?? 0, totalCentiwatts - (a ?? 0) - (b ?? 0)]
  const decivolts = centiwatts.map((_, phase) => {
    const draw = mix(identity + Math.imul(minute, 0x85ebca6b) + phase)
    return 2_210 + ((identity >>> 4) % 140) + (draw % 31) - 15
  })
  const centivoltamperes = centiwatts.map(power => Math.round((power * 1000) / permille))
  const tangent = Math.sqrt(1_000_000 / (permille * permille) - 1)
  return {
    decivolts,
    centiwatts,
    centivoltamperes,
    milliamperes: centivoltamperes.map((power, phase) => Math.round((power * 100) / (decivolts[phase] ?? 1))),
    centivars: centiwatts.map(power => Math.round(power * tangent)),
    centihertz: 4_995 + (mix(Math.floor(instant / 10_000)) % 11),
    permille,
  }
}

/** FNV-1a over the text, then scattered with the seed. */
function hash(seed: number, text: string): number {
  let value = 0x811c9dc5
  for (let index = 0; index < text.length; index++)
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193)
  return mix(value ^ mix(seed))
}
