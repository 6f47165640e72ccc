/** Energy registers of a DL/T 645 meter: kinds by DI2 of Annex A.1, of the whole and of each phase. */

import { type EnergyKind, exactOf } from '../registers.ts'
import { TARIFFS } from '../shapes.ts'
import { digitsOf, type Energy, total } from '../truth.ts'
import type { Device } from './device.ts'
import { bcd, signedBcd } from './frame.ts'
import { settlement } from './moments.ts'
import { parameterOf } from './parameters-2007.ts'

export const ENERGY = {
  combined: 0x00,
  forward: 0x01,
  reverse: 0x02,
  combinedReactive1: 0x03,
  combinedReactive2: 0x04,
  quadrant1: 0x05,
  quadrant4: 0x08,
} as const

/** What DI2 names: a kind of the whole meter (phase 0) or of a phase 1 to 3. */
export interface EnergyPlace {
  readonly kind: number
  readonly phase: number
  /** Associated, fundamental, harmonic and loss energies, 80H and up. */
  readonly isHarmonic: boolean
}

/** Kinds of a phase stand 14H, 28H and 3CH behind those of the whole. */
const PHASE_STEP = 0x14
const KINDS = 0x0a
const HARMONIC_KINDS = 0x06
const SETTLEMENTS = 12
export const ENERGY_SCALER = -2
const ENERGY_BYTES = 4

/** Null for codes the standard gives no meaning, and phases this meter has not. */
export function energyPlace(di2: number, device: Device): EnergyPlace | null {
  const code = di2 & 0x7f
  const phase = Math.floor(code / PHASE_STEP)
  const kind = code - phase * PHASE_STEP
  const isHarmonic = di2 >= 0x80
  if (phase > device.meter.phases || kind > (isHarmonic ? HARMONIC_KINDS : KINDS)) return null
  return !isHarmonic && phase > 0 && kind === ENERGY.combined ? null : { kind, phase, isHarmonic }
}

/** By DI2 01, 02 and 05 to 0A; the combined ones follow their feature words. */
const KIND_NAMES: readonly (EnergyKind | undefined)[] = [
  undefined,
  'forward-active',
  'reverse-active',
  undefined,
  undefined,
  'quadrant-1',
  'quadrant-2',
  'quadrant-3',
  'quadrant-4',
  'forward-apparent',
  'reverse-apparent',
]

/** Associated, fundamental forward and reverse; the loads here are sines, so the rest is nothing. */
const HARMONIC_SAME_AS = [ENERGY.combined, ENERGY.forward, ENERGY.reverse]

/** Total and tariffs at an instant, whole units of 10^scaler. */
export function energyDigits(
  { kind, phase, isHarmonic }: EnergyPlace,
  device: Device,
  instant: number,
  scaler = ENERGY_SCALER,
): readonly number[] {
  const { meter } = device
  const all = meter.energyAt(instant)
  const energy = phase === 0 ? all : ofPhase(all, phase, meter.nature.phaseShares)
  const same = isHarmonic ? HARMONIC_SAME_AS[kind] : kind
  const exact = same === undefined ? energy.forward.map(() => 0) : exactly(same, energy, device)
  return [total(exact), ...exact].map(value => digitsOf(value, scaler))
}

function exactly(kind: number, energy: Energy, device: Device): readonly number[] {
  const { permille } = device.meter.nature
  const name = KIND_NAMES[kind]
  if (name !== undefined) return exactOf(name, energy, permille)
  const word = parameterOf(COMBINATION_WORDS[kind] ?? COMBINATION_WORDS[0] ?? '', device)[0] ?? 0
  const parts = kind === ENERGY.combined ? ACTIVE_PARTS : QUADRANTS
  // Two bits each from b0: added, subtracted (Annex C).
  const signs = parts.map((_, place) => ((word >> (2 * place)) & 1) - ((word >> (2 * place + 1)) & 1))
  const sums = parts.map(part => exactOf(part, energy, permille))
  return energy.forward.map((_, tariff) =>
    total(sums.map((sum, place) => (sum[tariff] ?? 0) * (signs[place] ?? 0))),
  )
}

/** Feature words of combined energies, by kind. */
const COMBINATION_WORDS = ['04000601', undefined, undefined, '04000602', '04000603']
const ACTIVE_PARTS: readonly EnergyKind[] = ['forward-active', 'reverse-active']
const QUADRANTS: readonly EnergyKind[] = ['quadrant-1', 'quadrant-2', 'quadrant-3', 'quadrant-4']

/** The last phase bears what the division leaves. */
function ofPhase(energy: Energy, phase: number, shares: readonly number[]): Energy {
  const share = (value: number, nth: number) => Math.floor(value / 1000) * (shares[nth - 1] ?? 0)
  const take = (value: number) =>
    phase === 3 ? value - share(value, 1) - share(value, 2) : share(value, phase)
  return { forward: energy.forward.map(take), reverse: energy.reverse.map(take) }
}

function isSigned({ kind, isHarmonic }: EnergyPlace): boolean {
  if (isHarmonic || kind === ENERGY.combined) return kind === ENERGY.combined
  return kind === ENERGY.combinedReactive1 || kind === ENERGY.combinedReactive2
}

/** Total and tariffs as freezes, events and load records keep them: XXXXXX.XX, four bytes each. */
export function energyBytes(kind: number, device: Device, instant: number, phase = 0): readonly number[][] {
  const place = { kind, phase, isHarmonic: false }
  const encode = isSigned(place) ? signedBcd : bcd
  return energyDigits(place, device, instant).map(value => encode(value, ENERGY_BYTES))
}

export function totalBytes(kind: number, device: Device, instant: number, phase = 0): readonly number[] {
  return energyBytes(kind, device, instant, phase)[0] ?? []
}

/** How many tariffs are set up. */
export function tariffsOf(device: Device): number {
  return Math.min(parameterOf('04000204', device)[0] ?? TARIFFS, TARIFFS)
}

const ALL = 0xff

/** DI1 or DI0 as a list of places, FF for all; null where there is no such place. */
export function places(asked: number, most: number): readonly number[] | null {
  return asked === ALL ? [...Array(most + 1).keys()] : asked <= most ? [asked] : null
}

/** DI3 = 00: DI2 the kind, DI1 the tariff, DI0 now or the settlement so many back (Annex A.1). */
export function energyItem(
  di2: number,
  di1: number,
  di0: number,
  device: Device,
  now: number,
): readonly number[] | null {
  if (di2 === SETTLEMENT_USE || di2 === YEARLY_USE) return useItem(di2, di1, di0, device, now)
  const place = energyPlace(di2, device)
  const tariffs = places(di1, tariffsOf(device))
  const months = places(di0, SETTLEMENTS)
  if (tariffs === null || months === null) return null
  const byMonth = months.map(nth => (nth === 0 ? now : settledAt(device, now, nth)))
  if (place === null || ((place.phase > 0 || place.isHarmonic) && di1 !== 0)) return null
  const encode = encoderOf(place, device)
  return byMonth.flatMap(instant => {
    const registers = energyDigits(place, device, instant, decimals(device))
    return tariffs.flatMap(tariff => encode(registers[tariff] ?? 0))
  })
}

export function settledAt(device: Device, now: number, nth: number): number {
  return device.meter.clock.instantOf(settlement(device, now, nth))
}

/** Used since the last settlement, and since New Year, as the ladder of prices counts it. */
const SETTLEMENT_USE = 0x0b
const YEARLY_USE = 0x0c

function useItem(
  di2: number,
  di1: number,
  di0: number,
  device: Device,
  now: number,
): readonly number[] | null {
  if (di1 !== 0 || di0 > SETTLEMENTS) return null
  const place = { kind: ENERGY.combined, phase: 0, isHarmonic: false }
  const at = (instant: number) => energyDigits(place, device, instant, decimals(device))[0] ?? 0
  const { clock } = device.meter
  const year = (instant: number, back: number) =>
    clock.instantOf(Date.UTC(new Date(clock.shownAt(instant)).getUTCFullYear() - back, 0, 1))
  const to = di0 === 0 ? now : di2 === YEARLY_USE ? year(now, di0 - 1) : settledAt(device, now, di0)
  const from = di2 === YEARLY_USE ? year(now, di0) : settledAt(device, now, di0 + 1)
  return encoderOf(place, device)(at(to) - at(from))
}

function decimals({ quirks }: Device): number {
  return -Number(quirks['energy-decimals'])
}

function encoderOf(place: EnergyPlace, { quirks }: Device): (value: number) => readonly number[] {
  const encode = isSigned(place) ? signedBcd : bcd
  if (quirks['energy-decimals'] === '4') return value => encode(value, ENERGY_BYTES + 1)
  if (quirks['energy-extra-byte'] === 'yes') return value => [...encode(value, ENERGY_BYTES), 0]
  return value => encode(value, ENERGY_BYTES)
}
