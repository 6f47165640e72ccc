/** Whole steps divided exactly: the parts are their whole, to the last step. */

/**
 * A whole of zero or more by shares of zero or more: each part rounded down, then one step more to the largest remainders,
 * the first among equals. Where there are no shares all have alike.
 */
export function apportion(whole: bigint, shares: readonly bigint[]): readonly bigint[] {
  const all = sumOf(shares)
  if (all === 0n) return shares.length === 0 ? [] : apportion(whole, Array(shares.length).fill(1n))
  const parts = shares.map(share => (whole * share) / all)
  const left = Number(whole - sumOf(parts))
  const remainders = shares.map((share, place) => ({ place, rest: (whole * share) % all }))
  const largest = remainders.sort((a, b) => signOf(b.rest - a.rest) || a.place - b.place).slice(0, left)
  const more = new Set(largest.map(({ place }) => place))
  return parts.map((part, place) => (more.has(place) ? part + 1n : part))
}

/** The same where none takes more than its room; what finds none there goes by what room is left, which must suffice. */
export function apportionWithin(
  whole: bigint,
  shares: readonly bigint[],
  rooms: readonly bigint[],
): readonly bigint[] {
  const fitting = apportion(whole, shares).map((part, place) => smaller(part, rooms[place] ?? 0n))
  const over = whole - sumOf(fitting)
  if (over === 0n) return fitting
  const more = apportion(
    over,
    fitting.map((part, place) => (rooms[place] ?? 0n) - part),
  )
  return fitting.map((part, place) => part + (more[place] ?? 0n))
}

export function sumOf(parts: readonly bigint[]): bigint {
  return parts.reduce((all, part) => all + part, 0n)
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b
}

function signOf(difference: bigint): number {
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}
