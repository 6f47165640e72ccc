/** The running checksum of SQLite's log, and the one bit it can set right (sqlite.org/fileformat2.html, section 4.2). */

export interface Sum {
  readonly a: number
  readonly b: number
}

/** Two sums over pairs of 32-bit words; meterd runs on little-endian processors, where SQLite sums so. */
export function sumOf(parts: readonly Buffer[], from: Sum = { a: 0, b: 0 }): Sum {
  let { a, b } = from
  for (const bytes of parts)
    for (let at = 0; at < bytes.length; at += 8) {
      a = (a + bytes.readUInt32LE(at) + b) >>> 0
      b = (b + bytes.readUInt32LE(at + 4) + a) >>> 0
    }
  return { a, b }
}

export function isSame(left: Sum, right: Sum): boolean {
  return left.a === right.a && left.b === right.b
}

/**
 * Sets right, in place, the one bit of `bytes` that keeps them from summing to `stored`, and answers the sum that
 * holds: `stored`, or what they sum to where the wrong bit is in `stored` itself. Null where more than a bit is wrong.
 * A word that is off by one puts the sums off by two numbers of Fibonacci's, counted from the end. Bit k of a word counts
 * them modulo 2^(32 - k), which repeat after 3 * 2^(31 - k) words: from bit 23 on several words of a page may fit, and
 * then the bytes are left as they are.
 */
export function mendBit(bytes: Buffer, from: Sum, stored: Sum): Sum | null {
  const found = sumOf([bytes], from)
  if (bitsIn(found.a ^ stored.a) + bitsIn(found.b ^ stored.b) === 1) return found
  const places = placesOff(bytes, (stored.a - found.a) | 0, (stored.b - found.b) | 0)
  const [place] = places
  if (place === undefined) return null
  if (places.length === 1) {
    const { at, bit } = place
    bytes.writeUInt32LE((bytes.readUInt32LE(at) ^ (1 << bit)) >>> 0, at)
  }
  return stored
}

interface Place {
  readonly at: number
  readonly bit: number
}

/** Bits that, turned, put the sums off by so much. */
function placesOff(bytes: Buffer, a: number, b: number): Place[] {
  const places: Place[] = []
  let weight = { a: 0, b: 1 }
  for (let at = bytes.length - 4; at >= 0; at -= 4) {
    const word = bytes.readUInt32LE(at)
    for (let bit = 0; bit < 32; bit++) {
      const by = word & (1 << bit) ? -(2 ** bit) : 2 ** bit
      if (Math.imul(by, weight.a) === a && Math.imul(by, weight.b) === b) places.push({ at, bit })
    }
    weight = { a: weight.b, b: (weight.a + weight.b) | 0 }
  }
  return places
}

function bitsIn(word: number): number {
  let count = 0
  for (let rest = word >>> 0; rest !== 0; rest = (rest & (rest - 1)) >>> 0) count += 1
  return count
}
