/** From binary floating point to exact decimals; no digit is invented and none is lost to rounding twice. */

import type { Scaled } from '../../src/driver-api/driver.ts'

const memory = new DataView(new ArrayBuffer(8))
/** Bits of the largest finite floats. */
const LAST_SINGLE = 0x7f7f_ffff
const LAST_DOUBLE = 0x7fef_ffff_ffff_ffffn
/** Up to here the product of a 24-bit significand and a power of ten, 5^12 being 28 bits, fits the 53 of a double. */
const EXACT_SINGLE_POWER = 12

export function singleOf(bits: number): number {
  memory.setUint32(0, bits)
  return memory.getFloat32(0)
}

export function doubleOf(high: number, low: number): number {
  memory.setUint32(0, high)
  memory.setUint32(4, low)
  return memory.getFloat64(0)
}

/** From a finite float to its neighbour away from zero: what the least change of its bits is worth. */
export function stepOf(value: number, single: boolean): number {
  if (single) {
    memory.setFloat32(0, Math.abs(value))
    const bits = memory.getUint32(0)
    return singleOf(Math.min(bits + 1, LAST_SINGLE)) - singleOf(Math.min(bits, LAST_SINGLE - 1))
  }
  memory.setFloat64(0, Math.abs(value))
  const bits = memory.getBigUint64(0)
  const least = bits < LAST_DOUBLE ? bits : LAST_DOUBLE - 1n
  memory.setBigUint64(0, least)
  const from = memory.getFloat64(0)
  memory.setBigUint64(0, least + 1n)
  return memory.getFloat64(0) - from
}

/**
 * The whole number nearest to `value × 10^power`, halves away from zero, computed exactly. `single` says that the
 * value came from 32 bits. The value must be finite.
 */
export function roundedAt(value: number, power: number, single: boolean): bigint {
  const product = power === 0 || (single && power > 0 && power <= EXACT_SINGLE_POWER)
  const magnitude = product
    ? halfUp(Math.abs(value) * 10 ** power)
    : roundedFraction(Math.abs(value), BigInt(power))
  return value < 0 ? -magnitude : magnitude
}

/** The fewest decimals that name this very float: 230.1, not 230.1000061035156250. For eyes, not for billing. */
export function shortest(value: number, single: boolean): Scaled {
  const text = single ? shortestSingle(value) : String(value)
  const [, sign, whole = '', decimals = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(text) ?? []
  const digits = BigInt(whole + decimals)
  const scaler = Number(exponent) - decimals.length
  return { digits: sign === '-' ? -digits : digits, scaler: digits === 0n ? 0 : scaler }
}

/** Exact: the difference of a double and its floor is a double. `value + 0.5` is not, hence no Math.round. */
function halfUp(value: number): bigint {
  const floor = Math.floor(value)
  return BigInt(value - floor >= 0.5 ? floor + 1 : floor)
}

/** A double is `significand × 2^exponent`, so this is a fraction of whole numbers. */
function roundedFraction(value: number, power: bigint): bigint {
  memory.setFloat64(0, value)
  const bits = memory.getBigUint64(0)
  const biased = bits >> 52n
  const fraction = bits & 0xf_ffff_ffff_ffffn
  const significand = biased === 0n ? fraction : fraction | (1n << 52n)
  const exponent = (biased === 0n ? 1n : biased) - 1075n
  let over = significand
  let under = 1n
  if (exponent > 0n) over <<= exponent
  else under <<= -exponent
  if (power > 0n) over *= 10n ** power
  else under *= 10n ** -power
  return (2n * over + under) / (2n * under)
}

/** Nine digits tell any two single-precision numbers apart. */
function shortestSingle(value: number): string {
  for (let digits = 1; digits < 9; digits++) {
    const text = value.toPrecision(digits)
    if (Math.fround(Number(text)) === value) return String(Number(text))
  }
  return String(Number(value.toPrecision(9)))
}
