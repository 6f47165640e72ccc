/** Numbers of a store's lives: a rebuilt or restored store never shares one with what it was made from (PR-07, PR-08). */

/** Seconds since 1970 until the year 2242; a larger number is damage, and would leave no room to count on. */
const MOST = 2 ** 33
/** Smaller numbers are counts of a box whose clock stood in 1970. */
const FIRST_OF_SECONDS = 1e9

/** Time as a number keeps two stores apart that were made from one ancestor; `known` are the epochs ever seen here. */
export function nextEpoch(known: readonly number[], now: number): number {
  return Math.max(Math.floor(now / 1_000), ...known.filter(isEpoch).map(epoch => epoch + 1))
}

export function isEpoch(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) > 0 && Number(value) < MOST
}

/** About when an epoch began, UTC ms; the first of a box has no such time. */
export function beganAt(epoch: number): number {
  return epoch > FIRST_OF_SECONDS ? epoch * 1_000 : 0
}
