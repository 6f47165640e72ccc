/** Ways in which a frame is damaged on its way, and how often an 8-bit sum must let each of them through. */

import type { Random } from '../../../src/core/random.ts'

export interface Mutation {
  readonly name: string
  /** Damages a copy; `other` is a second good frame to borrow from. */
  damage(frame: Uint8Array, random: Random, other: Uint8Array): Uint8Array
  /**
   * The share of damaged copies of this frame that are whole again by their own length, end and sum: exact by counting.
   * Null where the damage moves bytes; then the oracle counts what has the form of a frame, and one in 256 sums fits.
   */
  passes: ((frame: Uint8Array) => number) | null
  /** Every way to damage this frame, equally likely, where they are few: what passes can then be counted, too. */
  all?: (frame: Uint8Array) => Uint8Array[]
}

const FIRST_START = 0
const SECOND_START = 7
const LENGTH = 9

/** Bytes that say what a frame is; damage there never leaves a frame of the same length. */
const isForm = (at: number, frame: Uint8Array): boolean =>
  at === FIRST_START || at === SECOND_START || at === LENGTH || at === frame.length - 1

const isSum = (at: number, frame: Uint8Array): boolean => at === frame.length - 2

export const MUTATIONS: readonly Mutation[] = [
  ...[1, 2, 3, 4].map(bits => ({
    name: `${bits} bit${bits === 1 ? '' : 's'} turned`,
    damage: (frame: Uint8Array, random: Random) => turned(frame, random, bits),
    passes: (frame: Uint8Array) => turnedShare(frame, bits),
  })),
  {
    name: '1 byte changed',
    damage: (frame, random) => changed(frame, [random.integer(frame.length)], random),
    passes: () => 0,
  },
  {
    name: '2 bytes changed',
    damage: (frame, random) => changed(frame, twoPlaces(frame, random), random),
    passes: twoChangedShare,
  },
  {
    name: '2 bytes swapped',
    damage: (frame, random) => {
      const [one, other] = twoPlaces(frame, random)
      const copy = frame.slice()
      copy[one] = frame[other]!
      copy[other] = frame[one]!
      return copy
    },
    passes: swappedShare,
  },
  {
    name: 'a byte lost',
    damage: (frame, random) => withoutByte(frame, random.integer(frame.length)),
    passes: null,
    all: frame => Array.from(frame, (_, at) => withoutByte(frame, at)),
  },
  {
    name: 'a byte put in',
    damage(frame, random) {
      const at = 1 + random.integer(frame.length - 1)
      return spliced(frame.subarray(0, at), [random.integer(256)], frame.subarray(at))
    },
    passes: null,
  },
  {
    name: 'a byte doubled',
    damage: (frame, random) => withByteTwice(frame, random.integer(frame.length)),
    passes: null,
    all: frame => Array.from(frame, (_, at) => withByteTwice(frame, at)),
  },
  {
    name: 'cut off',
    damage: (frame, random) => frame.slice(0, 1 + random.integer(frame.length - 1)),
    passes: null,
  },
  {
    name: 'spliced with another',
    damage(frame, random, other) {
      // Half of them where both are cut alike, as two meters that take over from each other would.
      const from = 1 + random.integer(frame.length - 1)
      const to = random.integer(2) === 0 ? Math.min(from, other.length) : random.integer(other.length)
      return spliced(frame.subarray(0, from), [], other.subarray(to))
    },
    passes: null,
  },
  {
    name: 'noise of its length',
    damage(frame, random) {
      const likely = [0x68, 0x68, 0x16, 0x00, 0x04, 0xfe]
      return frame.map(() => (random.integer(3) === 0 ? likely[random.integer(6)]! : random.integer(256)))
    },
    passes: null,
  },
]

function turned(frame: Uint8Array, random: Random, bits: number): Uint8Array {
  const copy = frame.slice()
  const places = new Set<number>()
  while (places.size < bits) places.add(random.integer(frame.length * 8))
  for (const place of places) copy[place >> 3]! ^= 1 << (place & 7)
  return copy
}

function changed(frame: Uint8Array, places: readonly number[], random: Random): Uint8Array {
  const copy = frame.slice()
  for (const place of places) copy[place] = frame[place]! + 1 + random.integer(255)
  return copy
}

function withoutByte(frame: Uint8Array, at: number): Uint8Array {
  return spliced(frame.subarray(0, at), [], frame.subarray(at + 1))
}

function withByteTwice(frame: Uint8Array, at: number): Uint8Array {
  return spliced(frame.subarray(0, at + 1), [], frame.subarray(at))
}

function twoPlaces(frame: Uint8Array, random: Random): [number, number] {
  const one = random.integer(frame.length)
  const other = random.integer(frame.length - 1)
  return [one, other < one ? other : other + 1]
}

function spliced(head: Uint8Array, between: readonly number[], tail: Uint8Array): Uint8Array {
  return Uint8Array.of(...head, ...between, ...tail)
}

const pairs = (count: number): number => (count * (count - 1)) / 2

/** Sets of so many bits whose turning leaves sum and data agreeing, among all sets of so many bits. */
function turnedShare(frame: Uint8Array, bits: number): number {
  // ways[n][r]: sets of n bits that change the sum minus the sum sent by r, mod 256.
  const ways = Array.from({ length: bits + 1 }, () => new Float64Array(256))
  ways[0]![0] = 1
  for (const [at, byte] of frame.entries()) {
    if (isForm(at, frame)) continue
    for (let bit = 0; bit < 8; bit++) {
      const up = ((byte >> bit) & 1) === 0
      const change = (up === isSum(at, frame) ? -1 : 1) * (1 << bit)
      for (let count = bits; count > 0; count--) {
        const to = ways[count]!
        const from = ways[count - 1]!
        for (let rest = 0; rest < 256; rest++) to[(rest + change) & 0xff]! += from[rest]!
      }
    }
  }
  let all = 1
  for (let bit = 0; bit < bits; bit++) all *= (frame.length * 8 - bit) / (bit + 1)
  return ways[bits]![0]! / all
}

/** Of two bytes changed by any amount one choice of the second makes good what the first did. */
function twoChangedShare(frame: Uint8Array): number {
  return pairs(frame.length - 4) / 255 / pairs(frame.length)
}

/** A sum does not see the order of what it sums. */
function swappedShare(frame: Uint8Array): number {
  let passing = 0
  for (let one = 0; one < frame.length; one++)
    for (let other = one + 1; other < frame.length; other++) {
      const a = frame[one]!
      const b = frame[other]!
      if (a === b || isForm(one, frame) || isForm(other, frame)) continue
      // The sum itself swapped with a byte: the rest must differ from it by half of 256.
      if (!isSum(other, frame) || ((2 * (a - b)) & 0xff) === 0) passing += 1
    }
  return passing / pairs(frame.length)
}
