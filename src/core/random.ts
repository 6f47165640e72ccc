/** The only file that draws random numbers; everything else is handed a `Random`, so a seed repeats a run. */

import { randomBytes, randomInt } from 'node:crypto'

export interface Random {
  /** A whole number from 0 up to, not including, `below`. */
  integer(below: number): number
  /** A number from 0 up to, not including, 1. */
  fraction(): number
  /** Fresh bytes for keys and tokens; predictable when seeded. */
  bytes(count: number): Uint8Array
}

export const systemRandom: Random = {
  integer: below => randomInt(below),
  fraction: () => randomInt(2 ** 32) / 2 ** 32,
  bytes: count => randomBytes(count),
}

/** The same numbers for the same seed on every machine (splitmix32). */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x9e3779b9) >>> 0
    return mix(state)
  }
  return {
    integer: below => Math.floor((next() / 2 ** 32) * below),
    fraction: () => next() / 2 ** 32,
    bytes: count => Uint8Array.from({ length: count }, () => next() & 0xff),
  }
}

/** Scatters 32 bits; the finaliser of splitmix32. */
export function mix(value: number): number {
  let z = value >>> 0
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad)
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97)
  return (z ^ (z >>> 15)) >>> 0
}
