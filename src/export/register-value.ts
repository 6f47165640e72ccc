/** What a meter's own register showed, of a released value: without the multiplier that is in it. Exact or nothing. */

import { parseScaled, type Scaled } from '../core/scaled.ts'

/** Null where the quotient is no decimal that ends, as of an estimate between two reads. */
export function beforeMultiplier(value: Scaled, multiplier: string): Scaled | null {
  if (multiplier === '1') return value
  const by = parseScaled(multiplier)
  if (by === null || by.digits === 0n) return null
  const scaler = value.scaler - by.scaler
  if (value.digits % by.digits === 0n) return { digits: value.digits / by.digits, scaler }
  const more = decimalsMore(by.digits / commonDivisor(value.digits, by.digits))
  if (more === null) return null
  return { digits: (value.digits * 10n ** BigInt(more)) / by.digits, scaler: scaler - more }
}

/** How many decimals more a quotient by this number has; null where they never end. */
function decimalsMore(divisor: bigint): number | null {
  const [twos, withoutTwos] = stripped(divisor, 2n)
  const [fives, rest] = stripped(withoutTwos, 5n)
  return rest === 1n ? Math.max(twos, fives) : null
}

function stripped(number: bigint, prime: bigint): readonly [number, bigint] {
  let times = 0
  let rest = number
  for (; rest % prime === 0n; times++) rest /= prime
  return [times, rest]
}

function commonDivisor(a: bigint, b: bigint): bigint {
  let [larger, smaller] = [a < 0n ? -a : a, b]
  while (smaller !== 0n) [larger, smaller] = [smaller, larger % smaller]
  return larger
}
