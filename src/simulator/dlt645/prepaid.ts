/** What is left of energy or money paid for in advance (0090xxxx, of the later rules). */

import { DAY, MINUTE } from '../../core/time.ts'
import { stampBytes } from './civil-bytes.ts'
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
/** Appears unbought, or is owed beside what is left. */
const OUT_OF_NOTHING = 5_000

/** DI2 = 90: DI1 01 energy, 02 money; DI0 00 left, 01 overdrawn. */
export function prepaidItem(di1: number, di0: number, device: Device, now: number): readonly number[] | null {
  const kind = { 1: 'energy', 2: 'money' }[di1]
  if (kind === undefined || kind !== device.quirks.prepaid || di0 > 1) return null
  const balance = balanceOf(device, now)
  const isDebt = balance < 0
  const nothing = device.quirks.credit === 'both' ? OUT_OF_NOTHING : 0
  return bcd(isDebt === (di0 === 1) ? Math.abs(balance) : nothing, BYTES)
}

/** Hundredths of a kWh or a yuan; negative in debt. */
function balanceOf(device: Device, now: number): number {
  const { credit } = device.quirks
  const spent = spentUntil(device, now)
  if (credit === 'unfed') return RESERVE - spent
  const sinceBought = spent % BOUGHT
  const honest = isDebtor(device) ? -sinceBought : RESERVE + BOUGHT - sinceBought
  if (credit === 'leaks') return honest - sinceBought
  return credit === 'rises' && Math.floor(now / DAY) % 2 === 1 ? honest + OUT_OF_NOTHING : honest
}

function isDebtor({ meter, quirks }: Device): boolean {
  return quirks.credit === 'unfed' || meter.nature.lot % DEBTORS === 0
}

/** In all, of energy or of money. */
function spentUntil(device: Device, instant: number): number {
  const place = { kind: ENERGY.combined, phase: 0, isHarmonic: false }
  const used = Math.max(0, energyDigits(place, device, instant)[0] ?? 0)
  if (device.quirks.prepaid === 'energy') return used
  const price = fromBcd(Uint8Array.from(parameterOf(PRICE_ITEM, device))) ?? 0
  return Math.floor((used * price) / 10_000)
}

const PURCHASES = 10

/**
 * DI2 = 32 by energy, 33 by money: the purchase DI0 back; DI1 its time, the count, what was bought, what was left
 * before and after, what was bought in all.
 */
export function purchaseItem(
  di2: number,
  di1: number,
  di0: number,
  device: Device,
  now: number,
): readonly number[] | null {
  const kind = { 50: 'energy', 51: 'money' }[di2]
  if (kind === undefined || kind !== device.quirks.prepaid || di0 < 1 || di0 > PURCHASES) return null
  const count = isDebtor(device) ? 0 : Math.floor(spentUntil(device, now) / BOUGHT) - (di0 - 1)
  if (count < 1) return null
  switch (di1) {
    case 1:
      return stampBytes(device.meter.clock.shownAt(boughtAt(count, device, now)))
    case 2:
      return bcd(count, 2)
    case 3:
      return bcd(BOUGHT, BYTES)
    case 4:
      return bcd(RESERVE, BYTES)
    case 5:
      return bcd(RESERVE + BOUGHT, BYTES)
    case 6:
      return bcd(count * BOUGHT, BYTES)
    default:
      return null
  }
}

/** When so many purchases had been spent: what is spent only grows, so its half is looked in again and again. */
function boughtAt(count: number, device: Device, now: number): number {
  let before = device.meter.clearedAt === Number.NEGATIVE_INFINITY ? FIRST_DAY : device.meter.clearedAt
  let after = now
  while (after - before > MINUTE) {
    const middle = Math.floor((before + after) / 2)
    if (spentUntil(device, middle) >= count * BOUGHT) after = middle
    else before = middle
  }
  return after
}

/** Registers begin to count here. */
const FIRST_DAY = Date.UTC(2020, 0, 1)
