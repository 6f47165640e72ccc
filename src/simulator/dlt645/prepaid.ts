/** What is left of energy or money paid for in advance (0090xxxx, of the later rules). */

import type { Device } from './device.ts'
import { ENERGY, energyDigits } from './energies.ts'
import { bcd, fromBcd } from './frame.ts'
import { parameterOf } from './parameters-2007.ts'

/** One price for all hours keeps the balance a function of the register. */
const PRICE_ITEM = '04050103'
/** Bought each time, in hundredths of a kWh or a yuan, whenever less than the reserve is left. */
const BOUGHT = 10_000
const RESERVE = 2_000
/** One meter in so many is in debt. */
const DEBTORS = 8

const BYTES = 4

/** DI2 = 90: DI1 01 energy, 02 money; DI0 00 left, 01 overdrawn. */
export function prepaidItem(di1: number, di0: number, device: Device, now: number): readonly number[] | null {
  const kind = { 1: 'energy', 2: 'money' }[di1]
  if (kind === undefined || kind !== device.quirks.prepaid || di0 > 1) return null
  const balance = balanceOf(device, now)
  const isDebt = balance < 0
  return bcd(isDebt === (di0 === 1) ? Math.abs(balance) : 0, BYTES)
}

/** Hundredths of a kWh or a yuan; negative in debt. */
function balanceOf(device: Device, now: number): number {
  const place = { kind: ENERGY.combined, phase: 0, isHarmonic: false }
  const used = energyDigits(place, device, now)[0] ?? 0
  const price = fromBcd(Uint8Array.from(parameterOf(PRICE_ITEM, device))) ?? 0
  const spent = device.quirks.prepaid === 'money' ? Math.floor((used * price) / 10_000) : used
  const sinceBought = ((spent % BOUGHT) + BOUGHT) % BOUGHT
  return device.meter.nature.lot % DEBTORS === 0 ? -sinceBought : RESERVE + BOUGHT - sinceBought
}
