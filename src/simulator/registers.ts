/** The energy registers of a meter: what it keeps of the two flows it measures, by kind and tariff. */

import type { Scaled } from '../core/scaled.ts'
import { digitsOf, type Energy, total } from './truth.ts'

/** Kinds a DL/T 645 meter keeps; a customer with a lagging load moves in quadrants I and III only. */
export type EnergyKind =
  | 'combined-active'
  | 'forward-active'
  | 'reverse-active'
  | 'combined-reactive-1'
  | 'combined-reactive-2'
  | 'absolute-reactive'
  | 'quadrant-1'
  | 'quadrant-2'
  | 'quadrant-3'
  | 'quadrant-4'
  | 'forward-apparent'
  | 'reverse-apparent'

type Derive = (energy: Energy, permille: number) => readonly number[]

const forwardReactive: Derive = ({ forward }, permille) => forward.map(value => reactive(value, permille))
const reverseReactive: Derive = ({ reverse }, permille) => reverse.map(value => reactive(value, permille))
const both = (a: readonly number[], b: readonly number[]) =>
  a.map((value, tariff) => value + (b[tariff] ?? 0))
const none: Derive = ({ forward }) => forward.map(() => 0)

const KINDS: Readonly<Record<EnergyKind, Derive>> = {
  'combined-active': ({ forward, reverse }) => both(forward, reverse),
  'forward-active': ({ forward }) => forward,
  'reverse-active': ({ reverse }) => reverse,
  'combined-reactive-1': forwardReactive,
  'combined-reactive-2': reverseReactive,
  'absolute-reactive': (energy, permille) =>
    both(forwardReactive(energy, permille), reverseReactive(energy, permille)),
  'quadrant-1': forwardReactive,
  'quadrant-2': none,
  'quadrant-3': reverseReactive,
  'quadrant-4': none,
  'forward-apparent': ({ forward }, permille) => forward.map(value => apparent(value, permille)),
  'reverse-apparent': ({ reverse }, permille) => reverse.map(value => apparent(value, permille)),
}

/** By tariff, in the unit of `Energy`. */
export function exactOf(kind: EnergyKind, energy: Energy, permille: number): readonly number[] {
  return KINDS[kind](energy, permille)
}

/** Four tariffs, as DL/T 645 meters are delivered. */
export const EACH_TARIFF: TariffGroups = [[0], [1], [2], [3]]

/** Which of 尖 峰 平 谷 (0 to 3) make up each tariff the meter shows. */
export type TariffGroups = readonly (readonly number[])[]

/**
 * Total, then each tariff, in whole units of 10^scaler. The total is cut off by itself, as a meter does that
 * counts pulses in one place: the tariffs' sum may fall short of it by a digit or three, never exceed it.
 */
export function registersOf(
  kind: EnergyKind,
  energy: Energy,
  permille: number,
  scaler: number,
  groups: TariffGroups = EACH_TARIFF,
): readonly number[] {
  const exact = KINDS[kind](energy, permille)
  const grouped = groups.map(group => total(group.map(tariff => exact[tariff] ?? 0)))
  return [total(exact), ...grouped].map(value => digitsOf(value, scaler))
}

/** Whole first, so that products stay exact. */
function reactive(energy: number, permille: number): number {
  const tangent = Math.round(Math.sqrt(1_000_000 / (permille * permille) - 1) * 1000)
  return Math.floor(energy / 1000) * tangent
}

function apparent(energy: number, permille: number): number {
  return Math.floor(energy / permille) * 1000
}

/** OBIS value group C of the registers kept, IEC 62056-61. */
const KIND_OF_C: Readonly<Record<string, EnergyKind>> = {
  '1': 'forward-active',
  '2': 'reverse-active',
  '3': 'combined-reactive-1',
  '4': 'combined-reactive-2',
  '15': 'combined-active',
}

/** The register an OBIS code names, exactly; null when no meter here keeps it. */
export function registerOf(
  obis: string,
  energy: Energy,
  permille: number,
  scaler: number,
  groups: TariffGroups,
): Scaled | null {
  const [, c = '', tariff = ''] = /^1-0:(\d+)\.8\.(\d+)$/.exec(obis) ?? []
  const kind = KIND_OF_C[c]
  const digits = kind && registersOf(kind, energy, permille, scaler, groups)[Number(tariff)]
  return digits === undefined ? null : { digits: BigInt(digits), scaler }
}
