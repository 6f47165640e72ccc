/** What a Modbus meter measures, by OBIS code, as exact digits and a power of ten of the base unit. */

import type { Meter } from './meter.ts'
import { type EnergyKind, exactOf, registersOf, type TariffGroups } from './registers.ts'
import { digitsOf, type Flow, total } from './truth.ts'

/** `digits × 10^scaler` in V, A, W, var, VA, Hz, degrees, kWh, kvarh or kVAh. */
export interface Measured {
  readonly digits: number
  readonly scaler: number
}

/** A meter seen at one instant: every value of one reply belongs to the same moment. */
export interface Sight {
  /** Null for what no meter here measures. The name decides where the code does not: mean voltages, line voltages. */
  measure(obis: string, name: string): Measured | null
}

const WATT_HOURS = -3
/** IEC 62056-61 value group D. */
const INSTANT = 7
const ENERGY = 8
const DEMAND = 4
const GREATEST_DEMAND = 6

/** Value group C of energies, of the total; phases have 20, 40 and 60 more. 130 is import plus export of var. */
const ENERGIES: Readonly<Record<number, EnergyKind>> = {
  1: 'forward-active',
  2: 'reverse-active',
  3: 'combined-reactive-1',
  4: 'combined-reactive-2',
  5: 'quadrant-1',
  6: 'quadrant-2',
  7: 'quadrant-3',
  8: 'quadrant-4',
  9: 'forward-apparent',
  10: 'reverse-apparent',
  15: 'combined-active',
  130: 'absolute-reactive',
}

export function sight(meter: Meter, now: number, tariffs: TariffGroups): Sight {
  const flow = meter.flowAt(now)
  const energy = meter.energyAt(now)
  const { permille, phaseShares } = meter.nature

  function energyOf(kind: EnergyKind, phase: number, tariff: number): Measured | null {
    if (phase === 0) {
      const digits = registersOf(kind, energy, permille, WATT_HOURS, tariffs)[tariff]
      return digits === undefined ? null : { digits, scaler: WATT_HOURS }
    }
    const share = tariff === 0 ? (phaseShares[phase - 1] ?? 0) : 0
    // Each phase counts by itself: their sum may fall short of the total by a digit or two.
    const exact = total(exactOf(kind, energy, permille).map(each => Math.floor(each / 1000) * share))
    return { digits: digitsOf(exact, WATT_HOURS), scaler: WATT_HOURS }
  }

  return {
    measure(obis, name) {
      const [, c = '', d = '', e = ''] = /^1-\d+:(\d+)\.(\d+)\.(\d+)$/.exec(obis) ?? []
      const [quantity, phase] = phased(Number(c))
      if (obis === '') return lineVoltage(flow, name)
      if (Number(d) === ENERGY) {
        const kind = ENERGIES[quantity]
        if (quantity === 16)
          return net(
            energyOf('forward-active', phase, Number(e)),
            energyOf('reverse-active', phase, Number(e)),
          )
        return kind === undefined ? null : energyOf(kind, phase, Number(e))
      }
      if (Number(d) === INSTANT || Number(d) === DEMAND) return measureFlow(flow, quantity, phase, name)
      if (Number(d) === GREATEST_DEMAND) return greatest(meter, now, quantity)
      return null
    },
  }
}

/** Codes from 21 on are those of the total, 20 more for each phase; 90 and above stand for themselves. */
function phased(c: number): readonly [quantity: number, phase: number] {
  if (c > 130) return [131, Math.floor((c - 131) / 20)]
  return c < 21 || c > 80 ? [c, 0] : [((c - 1) % 20) + 1, Math.floor((c - 1) / 20)]
}

function net(forward: Measured | null, reverse: Measured | null): Measured | null {
  return forward && reverse && { digits: forward.digits - reverse.digits, scaler: forward.scaler }
}

function measureFlow(flow: Flow, quantity: number, phase: number, name: string): Measured | null {
  const pick = (values: readonly number[], scaler: number): Measured => ({
    digits: phase === 0 ? total(values) : (values[phase - 1] ?? 0),
    scaler,
  })
  const above = ({ digits, scaler }: Measured, sign: 1 | -1) => ({
    digits: Math.max(0, digits * sign),
    scaler,
  })
  const watts = pick(flow.centiwatts, -2)
  const vars = pick(flow.centivars, -2)
  switch (quantity) {
    case 1:
      return above(watts, 1)
    case 2:
      return above(watts, -1)
    case 3:
      return above(vars, 1)
    case 4:
      return above(vars, -1)
    case 9:
      return pick(flow.centivoltamperes.map(Math.abs), -2)
    case 11:
      return current(flow, phase, name)
    case 12:
      return voltage(flow, phase, name)
    case 13:
      return { digits: watts.digits === 0 ? 1000 : Math.sign(watts.digits) * flow.permille, scaler: -3 }
    case 14:
      return { digits: flow.centihertz, scaler: -2 }
    case 15:
      return { digits: Math.abs(watts.digits), scaler: -2 }
    case 16:
      return watts
    case 90:
      return { digits: total(flow.milliamperes.map(Math.abs)), scaler: -3 }
    case 91:
      return { digits: 0, scaler: -3 }
    case 131:
      return vars
    default:
      return null
  }
}

function current(flow: Flow, phase: number, name: string): Measured {
  const amperes = flow.milliamperes.map(Math.abs)
  if (phase > 0) return { digits: amperes[phase - 1] ?? 0, scaler: -3 }
  return { digits: isMean(name) ? Math.round(total(amperes) / amperes.length) : total(amperes), scaler: -3 }
}

function voltage(flow: Flow, phase: number, name: string): Measured {
  if (phase > 0) return { digits: flow.decivolts[phase - 1] ?? 0, scaler: -1 }
  const mean = total(flow.decivolts) / flow.decivolts.length
  return { digits: Math.round(isOfLines(name) ? mean * Math.sqrt(3) : mean), scaler: -1 }
}

function isMean(name: string): boolean {
  return /average|mean|avg/i.test(name)
}

function isOfLines(name: string): boolean {
  return /L-L|LL|line to line|phase to phase/i.test(name)
}

/** Between two phases 120° apart; OBIS has no code for it that makers agree on. */
function lineVoltage({ decivolts }: Flow, name: string): Measured | null {
  const [, first, second] = /voltage.*L([123]).{0,4}L([123])/i.exec(name) ?? []
  if (first === undefined || second === undefined) return null
  const a = decivolts[Number(first) - 1] ?? 0
  const b = decivolts[Number(second) - 1] ?? 0
  return { digits: Math.round(Math.sqrt(a * a + b * b + a * b)), scaler: -1 }
}

/** Since the month began by its clock, quarter hours of the site. */
function greatest(meter: Meter, now: number, quantity: number): Measured | null {
  const flows: Readonly<Record<number, 'forward' | 'reverse'>> = {
    1: 'forward',
    2: 'reverse',
    15: 'forward',
    16: 'forward',
  }
  const flow = flows[quantity]
  const shown = new Date(meter.clock.shownAt(now))
  const begun = meter.clock.instantOf(Date.UTC(shown.getUTCFullYear(), shown.getUTCMonth(), 1))
  return flow === undefined
    ? null
    : { digits: meter.demandsIn(begun, now)[flow][0]?.centiwatts ?? 0, scaler: -2 }
}
