/**
 * Meters of one line whose port is set alike are asked one after the other, so that it is set anew rarely: each of them
 * once, then whoever has waited longest. So none waits longer than for one round of the others.
 */

export interface Batch<One> {
  /** Whether `one` goes before those who are set otherwise. */
  goesOn(one: One): boolean
  chose(one: One): void
  /** Nobody is due: the next round may begin with those the port is set for. */
  rested(): void
}

/** `keyOf`: the same for all whose port is set alike. */
export function createBatch<One>(all: readonly One[], keyOf: (one: One) => string): Batch<One> {
  const isMixed = new Set(all.map(keyOf)).size > 1
  const served = new Set<One>()
  let key: string | null = null

  return {
    goesOn: one => isMixed && keyOf(one) === key && !served.has(one),
    chose(one) {
      if (!isMixed) return
      if (keyOf(one) !== key) served.clear()
      key = keyOf(one)
      served.add(one)
    },
    rested: () => served.clear(),
  }
}
