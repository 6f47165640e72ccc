/** Registers in whole steps of a power of ten. */

import type { Scaled } from '../../core/scaled.ts'

/** In steps of 10^scaler; null where it is not a whole number of them. */
export function stepsAt({ digits, scaler: own }: Scaled, scaler: number): bigint | null {
  if (own >= scaler) return digits * 10n ** BigInt(own - scaler)
  const step = 10n ** BigInt(scaler - own)
  return digits % step === 0n ? digits / step : null
}

/** What a register would show had it no capacity; null where it fell by less than half of that. */
export function unrolled(from: bigint, to: bigint, full: bigint | null): bigint | null {
  if (to >= from) return to
  return full !== null && 2n * (from - to) > full ? to + full : null
}
