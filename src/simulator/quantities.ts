/** What a Modbus meter measures, by name, as exact digits and a power of ten of the base unit. */

import type { Meter } from './meter.ts'
import { type EnergyKind, registersOf, type TariffGroups } from './registers.ts'
import { type Flow, total } from './truth.ts'

/** `digits × 10^scaler` in V, A, W, var, VA, Hz, degrees, kWh or kvarh. */
export interface Measured {
  readonly digits: number
  readonly scaler: number
}

/** Energies are cut off at 1 Wh, powers at 0.01 W. */
export type Quantity =
  | `${'voltage' | 'current' | 'power' | 'reactive' | 'apparent' | 'pf' | 'angle'}.L${1 | 2 | 3}`
  | `${'energy.import' | 'energy.export'}.L${1 | 2 | 3}`
  | `${'energy.import' | 'energy.export'}.T${1 | 2}`
  | `voltage.L${1 | 2 | 3}L${1 | 2 | 3}`
  | 'voltage.LN.avg'
  | 'voltage.LL.avg'
  | 'current.avg'
  | 'current.sum'
  | 'current.N'
  | 'power'
  | 'reactive'
  | 'apparent'
  | 'pf'
  | 'frequency'
  | 'energy.import'
  | 'energy.export'
  | 'energy.abs'
  | 'energy.reactive.import'
  | 'energy.reactive.export'
  | 'energy.reactive.abs'
  | 'nothing'

/** A meter seen at one instant: every value of one reply belongs to the same moment. */
export interface Sight {
  measure(quantity: Quantity): Measured
}

const WATT_HOURS = -3

export function sight(meter: Meter, now: number, tariffs: TariffGroups): Sight {
  const flow = meter.flowAt(now)
  const energy = meter.energyAt(now)
  const { permille } = meter.nature
  const registers = (kind: EnergyKind) => registersOf(kind, energy, permille, WATT_HOURS, tariffs)
  const kinds: Readonly<Record<string, EnergyKind>> = {
    'energy.import': 'forward-active',
    'energy.export': 'reverse-active',
    'energy.abs': 'combined-active',
    'energy.reactive.import': 'combined-reactive-1',
    'energy.reactive.export': 'combined-reactive-2',
    'energy.reactive.abs': 'absolute-reactive',
  }
  return {
    measure(quantity) {
      const [, name = quantity, group, place] = /^(.+)\.([LT])([123])$/.exec(quantity) ?? []
      const index = Number(place ?? 0)
      const kind = kinds[name]
      if (kind === undefined) return measureFlow(flow, quantity, name, index - 1)
      const all = registers(kind)
      // Phases of a meter keep shares of its energy; the first bears the remainder.
      if (group === 'L') return { digits: phaseShare(all[0] ?? 0, index, meter.phases), scaler: WATT_HOURS }
      return { digits: all[index] ?? 0, scaler: WATT_HOURS }
    },
  }
}

function measureFlow(flow: Flow, quantity: Quantity, name: string, phase: number): Measured {
  const pick = (values: readonly number[], scaler: number) => ({
    digits: phase < 0 ? total(values) : (values[phase] ?? 0),
    scaler,
  })
  switch (name) {
    case 'voltage':
      return pick(flow.decivolts, -1)
    case 'current':
    case 'current.sum':
      return pick(flow.milliamperes.map(Math.abs), -3)
    case 'power':
      return pick(flow.centiwatts, -2)
    case 'reactive':
      return pick(flow.centivars, -2)
    case 'apparent':
      return pick(flow.centivoltamperes.map(Math.abs), -2)
    case 'pf':
      return { digits: factor(pick(flow.centiwatts, -2).digits, flow.permille), scaler: -3 }
    case 'angle':
      return { digits: Math.round((Math.acos(flow.permille / 1000) * 1800) / Math.PI), scaler: -1 }
    case 'frequency':
      return { digits: flow.centihertz, scaler: -2 }
    case 'current.avg':
      return { digits: Math.round(total(flow.milliamperes.map(Math.abs)) / 3), scaler: -3 }
    case 'voltage.LN.avg':
      return { digits: Math.round(total(flow.decivolts) / 3), scaler: -1 }
    case 'voltage.LL.avg':
      return { digits: Math.round((total(flow.decivolts) / 3) * Math.sqrt(3)), scaler: -1 }
    default:
      return lineVoltage(flow, quantity)
  }
}

/** Between two phases 120° apart. What a meter keeps a place for and does not measure is 0. */
function lineVoltage({ decivolts }: Flow, quantity: Quantity): Measured {
  const [, first, second] = /^voltage\.L(\d)L(\d)$/.exec(quantity) ?? []
  const a = decivolts[Number(first) - 1] ?? 0
  const b = decivolts[Number(second) - 1] ?? 0
  return { digits: Math.round(Math.sqrt(a * a + b * b + a * b)), scaler: -1 }
}

function factor(centiwatts: number, permille: number): number {
  return centiwatts === 0 ? 1000 : Math.sign(centiwatts) * permille
}

function phaseShare(all: number, phase: number, phases: 1 | 3): number {
  if (phases === 1) return phase === 1 ? all : 0
  return Math.floor((all + 3 - phase) / 3)
}
