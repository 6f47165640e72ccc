/**
 * The town as a gateway meets it: a question at an instant has an answer, which is the honest meter's unless faults were
 * planted. The ledger beside it says what registers truly showed and what honest metering would have shown.
 */

import { mix } from '../../src/core/random.ts'
import { civilOf, DAY, type MeterTime } from '../../src/core/time.ts'
import { TARIFFS } from '../../src/simulator/shapes.ts'
import { digitsOf } from '../../src/simulator/truth.ts'
import {
  dayOf,
  type Flows,
  type Momentary,
  midnightOf,
  OFFSET_MINUTES,
  ROLLS_AT,
  SCALER,
  type Town,
} from './load.ts'

export type Question = 'poll' | 'freeze' | 'nameplate' | 'clock'

export interface Asked {
  readonly meter: number
  readonly what: Question
  readonly at: number
  /** 1 the first time in a slot; a fault of the line may pass before the next. */
  readonly attempt: number
  /** Of freezes: 1 the latest. */
  readonly nth: number
}

/** Total, then tariffs; whole digits of 10^-2 kWh, as displayed. */
export type Registers = readonly number[]
export interface Energies {
  readonly forward: Registers
  readonly reverse: Registers
  readonly combined: Registers | null
}

export interface Instants {
  /** By phase, in their wire units: 0.1 V, 1 mA, 0.1 W. */
  readonly voltages: readonly number[]
  readonly currents: readonly number[]
  readonly powers: readonly number[]
  /** Of all phases, 0.1 W. */
  readonly power: number
  /** × 1000. */
  readonly factor: number
  /** Greatest quarter-hour mean of this month, 0.1 W, and when. */
  readonly demand: number
  readonly demandAt: MeterTime | null
  readonly relayOpen: boolean
}

export interface Plate {
  readonly number: string
  readonly constant: number
  /** Null where the meter was not told it. */
  readonly ratio: number | null
}

/** What the wire told; parts that the question did not ask for, or that the wire code refused, are null. */
export interface Told {
  readonly energies: Energies
  /** Blocks of which the wire code believed nothing. */
  readonly refused: readonly (keyof Energies)[]
  readonly instants: Instants | null
  readonly clock: MeterTime | null
  readonly plate: Plate | null
  /** A freeze's own. */
  readonly stamp: MeterTime | null
}

export interface Unheard {
  readonly silence: 'silent' | 'garbled' | 'echo' | 'dark'
}

export type Answer = Told | Unheard

export function isTold(answer: Answer): answer is Told {
  return !('silence' in answer)
}

/** How one planted fault changes what a meter keeps, shows or says; each member where it applies. */
export interface Twist {
  /** The registers, given what passed: of the meter at an instant. */
  readonly flows?: (passed: Flows, at: number, passedAt: (instant: number) => Flows) => Flows
  /** The digits after that: a memory. */
  readonly digits?: (energies: Energies, at: number) => Energies
  readonly momentary?: (instants: Instants, at: number) => Instants
  /** Added to the clock, ms. */
  readonly clockMs?: (at: number) => number
  readonly relayOpen?: (at: number) => boolean
  /** The freeze kept for the day that was frozen at an instant; null as it should be. */
  readonly frozenAt?: (instant: number) => number | null
  readonly plate?: (plate: Plate, at: number) => Plate
  /** Which meter hears this address. */
  readonly heardBy?: (at: number) => number
  /** Which customer's load it measures from an instant on. */
  readonly customer?: { readonly from: number; readonly meter: number }
  /** What a line or a box between makes of an answer. */
  readonly answer?: (answer: Told, asked: Asked, world: World) => Answer
}

export interface World {
  readonly town: Town
  ask(asked: Asked): Answer
  /** What the meter itself would answer, heard without any fault of the line or a box in it. */
  plain(asked: Asked): Told
  /** What the meter's registers showed, with all that is wrong in the meter itself and nothing of the wire. */
  shown(meter: number, at: number): Energies
  /** What honest metering of its customer would have shown. */
  honest(meter: number, at: number): Energies
  /** The instant at which the meter's clock began the civil day, by its own date. */
  dayBegan(meter: number, day: number, asOf: number): number
  clockMs(meter: number, at: number): number
}

/** Of ten thousand questions this many stay unanswered on a line in order. */
const SILENT_OF_10000 = 40

export function createWorld(town: Town, twistsOf: (meter: number) => readonly Twist[]): World {
  const { seed } = town.of

  function meterOf(meter: number) {
    const found = town.meters[meter]
    if (!found) throw new RangeError(`there is no meter ${meter}`)
    return found
  }

  function passed(meter: number, at: number): Flows {
    const other = twistsOf(meter).find(({ customer }) => customer && at > customer.from)?.customer
    if (!other) return town.passed(meter, at)
    const before = town.passed(meter, other.from)
    const others = town.passed(other.meter, other.from)
    return town
      .passed(other.meter, at)
      .map((flow, index) => (before[index] ?? 0) + flow - (others[index] ?? 0))
  }

  function shown(meter: number, at: number): Energies {
    let flows = passed(meter, at)
    for (const { flows: twist } of twistsOf(meter))
      if (twist) flows = twist(flows, at, instant => passed(meter, instant))
    let energies = energiesOf(flows, meterOf(meter).hasCombined)
    for (const { digits } of twistsOf(meter)) if (digits) energies = digits(energies, at)
    return energies
  }

  function clockMs(meter: number, at: number): number {
    const { clockMs: offset, clockGainMsPerDay } = meterOf(meter)
    const gained = ((at - town.startsAt) / DAY) * clockGainMsPerDay
    const wrong = twistsOf(meter).reduce((sum, twist) => sum + (twist.clockMs?.(at) ?? 0), 0)
    return Math.round(offset + gained + wrong)
  }

  function dayBegan(meter: number, day: number, asOf: number): number {
    const began = midnightOf(day) - clockMs(meter, asOf)
    // A clock that was set since then: by what it showed at that time.
    return Math.min(asOf, midnightOf(day) - clockMs(meter, Math.min(asOf, began)))
  }

  function instantsOf(meter: number, at: number): Instants {
    const { watts, decivolts } = town.momentary(customerOf(meter, at), at)
    const { shares, permille, phases } = meterOf(meter)
    const parts = shares.slice(0, phases).map(share => (watts * share) / 1000)
    const { watts: demand, at: demandAt } = town.demand(customerOf(meter, at), at)
    const instants = flowing(parts, { watts, decivolts: decivolts.slice(0, phases) }, permille, {
      demand: demand * 10,
      demandAt: demandAt === null ? null : civilOf(demandAt, OFFSET_MINUTES),
      relayOpen: twistsOf(meter).some(twist => twist.relayOpen?.(at) === true),
    })
    return twistsOf(meter).reduce((so, { momentary }) => momentary?.(so, at) ?? so, instants)
  }

  function customerOf(meter: number, at: number): number {
    return twistsOf(meter).find(({ customer }) => customer && at > customer.from)?.customer?.meter ?? meter
  }

  function plateOf(meter: number, at: number): Plate {
    const { number, constant, ratio, tellsRatio } = meterOf(meter)
    const plate: Plate = { number, constant, ratio: tellsRatio || ratio === 1 ? ratio : null }
    return twistsOf(meter).reduce((so, twist) => twist.plate?.(so, at) ?? so, plate)
  }

  function frozen(meter: number, at: number, nth: number) {
    const shownDay = dayOf(at + clockMs(meter, at)) - (nth - 1)
    const began = dayBegan(meter, shownDay, at)
    const kept = twistsOf(meter).reduce<number>((so, twist) => twist.frozenAt?.(so) ?? so, began)
    return { energies: shown(meter, kept), stamp: civilOf(midnightOf(shownDay), OFFSET_MINUTES) }
  }

  function truthfully({ what, at, nth }: Asked, meter: number): Told {
    const { energies, stamp } =
      what === 'freeze' ? frozen(meter, at, nth) : { energies: shown(meter, at), stamp: null }
    return {
      energies,
      stamp,
      refused: [],
      instants: what === 'poll' ? instantsOf(meter, at) : null,
      clock:
        what === 'nameplate' || what === 'freeze' ? null : civilOf(at + clockMs(meter, at), OFFSET_MINUTES),
      plate: what === 'nameplate' ? plateOf(meter, at) : null,
    }
  }

  const world: World = {
    town,
    shown,
    dayBegan,
    clockMs,
    plain: asked => truthfully(asked, asked.meter),
    honest: (meter, at) => energiesOf(town.passed(meter, at), meterOf(meter).hasCombined),
    ask(asked) {
      const { meter, at, attempt, what } = asked
      const twists = twistsOf(meter)
      const hearer = twists.reduce((so, { heardBy }) => heardBy?.(at) ?? so, meter)
      if (town.isDark(hearer, at)) return { silence: 'dark' }
      const luck = mix(
        mix(seed ^ Math.imul(meter, 0x9e3779b1)) ^ Math.floor(at / 1000) ^ (attempt << 28) ^ what.length,
      )
      if (luck % 10_000 < SILENT_OF_10000) return { silence: 'silent' }
      let answer: Answer = truthfully(asked, hearer)
      for (const { answer: change } of twists)
        if (change && isTold(answer)) answer = change(answer, asked, world)
      return answer
    },
  }
  return world
}

/** Each register cut off by itself, and rolled over by itself. */
export function energiesOf(flows: Flows, hasCombined: boolean): Energies {
  const forward = registersOf(flows, 0)
  const reverse = registersOf(flows, TARIFFS)
  return { forward, reverse, combined: hasCombined ? registersOf(flows, 0, TARIFFS) : null }
}

function registersOf(flows: Flows, ...kinds: readonly number[]): Registers {
  const registers = [0, 0, 0, 0, 0]
  let total = 0
  for (let tariff = 0; tariff < TARIFFS; tariff++) {
    let exact = 0
    for (const kind of kinds) exact += flows[kind + tariff] ?? 0
    total += exact
    registers[tariff + 1] = digitsOf(exact, SCALER) % ROLLS_AT
  }
  registers[0] = digitsOf(total, SCALER) % ROLLS_AT
  return registers
}

/** Currents and sums that fit the phases' powers. */
export function flowing(
  parts: readonly number[],
  { watts, decivolts }: Momentary,
  permille: number,
  rest: Pick<Instants, 'demand' | 'demandAt' | 'relayOpen'>,
): Instants {
  return {
    voltages: decivolts,
    currents: parts.map((part, phase) =>
      Math.round((Math.abs(part) * 1e7) / permille / (decivolts[phase] ?? 2_200)),
    ),
    powers: parts.map(part => Math.trunc(part * 10)),
    power: Math.trunc(watts * 10),
    factor: watts === 0 ? 1000 : permille,
    ...rest,
  }
}
