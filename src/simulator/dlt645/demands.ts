/** Maximum demands of a DL/T 645 meter: the greatest mean power of a quarter hour, and when (Annex A.2). */

import { MINUTE } from '../../core/time.ts'
import type { Demands, Peak } from '../truth.ts'
import { stampBytes } from './civil-bytes.ts'
import type { Device } from './device.ts'
import { ENERGY, energyPlace, places, settledAt, tariffsOf } from './energies.ts'
import { bcd } from './frame.ts'

/** XX.XXXX kW, kvar or kVA and the civil time at which its quarter hour ended; null where there was none. */
export interface Demand {
  readonly digits: number
  readonly at: number | null
}

const QUARTER = 15 * MINUTE
const SETTLEMENTS = 12
const CENTIWATTS_PER_DIGIT = 10

/** From the start of the settlement period that holds the instant, or the last clear, to the instant. */
export function demandsUntil(device: Device, instant: number): Demands {
  return demandsBetween(device, settledAt(device, instant, 1), instant)
}

export function demandsBetween(device: Device, from: number, to: number): Demands {
  const { demandClearedAt } = device
  return device.meter.demandsIn(demandClearedAt <= to ? Math.max(from, demandClearedAt) : from, to)
}

/** Of a kind 01 to 0A of Annex A.1 and a phase (0: all): the total, then each tariff. */
export function demandsOf(kind: number, phase: number, demands: Demands, device: Device): readonly Demand[] {
  const { permille, phaseShares } = device.meter.nature
  const flow = FLOWS[kind]
  const share = phase === 0 ? 1000 : (phaseShares[phase - 1] ?? 0)
  const of = ({ centiwatts, at }: Peak): Demand => {
    if (flow === undefined || at === null) return { digits: 0, at: null }
    const part = Math.floor((centiwatts * share) / 1000)
    const digits = Math.floor((part * FACTORS[flow.measure](permille)) / CENTIWATTS_PER_DIGIT)
    return { digits, at: Math.round(device.meter.clock.shownAt(at) / QUARTER) * QUARTER }
  }
  return demands[flow?.direction ?? 'forward'].map(of)
}

interface DemandFlow {
  readonly direction: 'forward' | 'reverse'
  readonly measure: 'active' | 'reactive' | 'apparent'
}

/** By DI2; the loads here lag, so quadrants II and IV (06, 08) never see any. */
const FLOWS: readonly (DemandFlow | undefined)[] = [
  undefined,
  { direction: 'forward', measure: 'active' },
  { direction: 'reverse', measure: 'active' },
  { direction: 'forward', measure: 'reactive' },
  { direction: 'reverse', measure: 'reactive' },
  { direction: 'forward', measure: 'reactive' },
  undefined,
  { direction: 'reverse', measure: 'reactive' },
  undefined,
  { direction: 'forward', measure: 'apparent' },
  { direction: 'reverse', measure: 'apparent' },
]

const FACTORS: Readonly<Record<DemandFlow['measure'], (permille: number) => number>> = {
  active: () => 1,
  reactive: permille => Math.sqrt(1_000_000 / (permille * permille) - 1),
  apparent: permille => 1000 / permille,
}

const DIGIT_BYTES = 3

/** Eight bytes; all zero where there was none. */
export function demandBytes({ digits, at }: Demand): readonly number[] {
  return [...bcd(digits, DIGIT_BYTES), ...(at === null ? bcd(0, 5) : stampBytes(at))]
}

/** DI3 = 01: as the energies, without combined active. */
export function demandItem(
  di2: number,
  di1: number,
  di0: number,
  device: Device,
  now: number,
): readonly number[] | null {
  const place = energyPlace(di2, device)
  const tariffs = places(di1, tariffsOf(device))
  const months = places(di0, SETTLEMENTS)
  if (place === null || place.isHarmonic || place.kind === ENERGY.combined) return null
  if (tariffs === null || months === null || (place.phase > 0 && di1 !== 0)) return null
  return months.flatMap(nth => {
    const to = nth === 0 ? now : settledAt(device, now, nth)
    const found = demandsBetween(device, settledAt(device, now, nth + 1), to)
    const all = demandsOf(place.kind, place.phase, found, device)
    return tariffs.flatMap(tariff => demandBytes(all[tariff] ?? { digits: 0, at: null }))
  })
}
