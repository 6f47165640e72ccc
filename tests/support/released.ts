/** Releases of made-up meters, by what was truly counted: what estimates are made from. */

import { parseScaled } from '../../src/core/scaled.ts'
import type { Release, ReleasedRegister, Standing } from '../../src/reading/billing/release.ts'

export function released(
  boundary: number,
  registers: readonly ReleasedRegister[],
  standing: Standing = 'actual',
): Release {
  return {
    meter: '000000000001',
    boundary,
    version: 1,
    standing,
    registers,
    withheld: [],
    multiplier: '1',
    segment: 1,
    remarks: [],
    recordedAt: boundary,
    by: 'rule',
  }
}

export function register(obis: string, text: string): ReleasedRegister {
  const value = parseScaled(text)
  if (!value) throw new Error(`${text} is no decimal`)
  return { obis, value, unit: 'kWh', reading: `${obis}@`, codes: [], witnesses: [], estimate: null }
}

/** Total and tariffs as a meter shows exact energies in Wh: truncated apart, in steps of 10 Wh, from zero again at `full`. */
export function registersOf(wattHours: readonly number[], full?: number): ReleasedRegister[] {
  const shown = (energy: number, tariff: number): ReleasedRegister => {
    const steps = Math.floor(energy / 10)
    const digits = BigInt(full ? steps % full : steps)
    return { ...register(`1-0:1.8.${tariff}`, '0.00'), value: { digits, scaler: -2 } }
  }
  const all = wattHours.reduce((sum, one) => sum + one, 0)
  return [shown(all, 0), ...wattHours.map((one, place) => shown(one, place + 1))]
}
