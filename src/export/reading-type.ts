/**
 * ReadingType of IEC 61968-9: eighteen fields in which other systems say what a value is. Those of energies are what two
 * independent code bases write; the others are put together from the standard's value lists.
 */

import { DAY, MINUTE, slotOf } from '../core/time.ts'

/** Field 5, flowDirection, by group C of the OBIS code; of phases that of their total. */
const FLOWS: ReadonlyMap<number, number> = new Map([
  [1, 1],
  [2, 19],
  [3, 2],
  [4, 3],
  [5, 15],
  [6, 16],
  [7, 17],
  [8, 18],
  [9, 1],
  [10, 19],
  [15, 20],
  [16, 4],
])

/** Fields 16 and 17, multiplier (a power of ten) and unit. */
const UNITS: ReadonlyMap<string, string> = new Map(
  [
    ['Wh', 72],
    ['varh', 73],
    ['VAh', 71],
    ['W', 38],
    ['var', 63],
    ['VA', 61],
  ].flatMap(([unit, number]) => [
    [`${unit}`, `0.${number}`],
    [`k${unit}`, `3.${number}`],
    [`M${unit}`, `6.${number}`],
  ]),
)

/** Field 15 by phase: the total, L1, L2, L3. */
const PHASES = [0, 128, 64, 32] as const

/** Field 3, measuringPeriod, by minutes. */
const PERIODS: ReadonlyMap<number, number> = new Map([
  [1, 3],
  [2, 10],
  [5, 6],
  [10, 1],
  [15, 2],
  [20, 31],
  [30, 5],
  [60, 7],
  [1440, 4],
])

/** Lengths of intervals that have a reading type. */
export const READING_TYPE_MINUTES: readonly number[] = [...PERIODS.keys()]

/** Field 1, macroPeriod. */
const DAILY = 11
const BILLING = 8

const DELTA = 4
const BULK = 1
const INDICATING = 6
const ENERGY = 12
const DEMAND = 8
const MAXIMUM = 8

const ELECTRICITY = /^1-0:(\d{1,3})\.([68])\.(\d{1,3})$/

interface Measured {
  readonly flow: number
  readonly isDemand: boolean
  readonly tariff: number
  readonly phase: number
  readonly unit: string
}

function measuredBy(obis: string, unit: string): Measured | null {
  const [, quantity, kind, tariff] = ELECTRICITY.exec(obis) ?? []
  const group = Number(quantity)
  const phase = Math.floor(group / 20)
  const flow = FLOWS.get(group % 20)
  const written = UNITS.get(unit)
  const phases = PHASES[phase]
  if (flow === undefined || written === undefined || phases === undefined) return null
  return { flow, isDemand: kind === '6', tariff: Number(tariff), phase: phases, unit: written }
}

/**
 * Of a register as it stood at a boundary: daily where that is a midnight of the site, else of a billing period. Null for what
 * the list has no words for. How long a demand is averaged is not in the book, so its field 3 says nothing.
 */
export function registerReadingType(
  obis: string,
  unit: string,
  boundary: number,
  offsetMinutes: number,
): string | null {
  const measured = measuredBy(obis, unit)
  if (!measured) return null
  const macroPeriod = slotOf(boundary, DAY, offsetMinutes) === boundary ? DAILY : BILLING
  const { flow, isDemand, tariff, phase, unit: written } = measured
  const [aggregate, accumulation, kind] = isDemand ? [MAXIMUM, INDICATING, DEMAND] : [0, BULK, ENERGY]
  return `${isDemand ? BILLING : macroPeriod}.${aggregate}.0.${accumulation}.${flow}.1.${kind}.0.0.0.0.${tariff}.0.0.${phase}.${written}.0`
}

/** Of what an energy register counted in intervals of this length. Null for what the list has no words for. */
export function intervalReadingType(obis: string, unit: string, everyMs: number): string | null {
  const measured = measuredBy(obis, unit)
  const period = PERIODS.get(everyMs / MINUTE)
  if (!measured || measured.isDemand || period === undefined) return null
  const { flow, tariff, phase, unit: written } = measured
  return `0.0.${period}.${DELTA}.${flow}.1.${ENERGY}.0.0.0.0.${tariff}.0.0.${phase}.${written}.0`
}
