/** What is stated of pairings that are known already: which statement is of which pairing. */

import type { Archive } from './archive.ts'
import { endOf, type Pairing, type PairingVersion } from './pairing.ts'
import type { Stated } from './stated.ts'

/**
 * What is stated, each once, of a pairing that is known: the one of the same account, point and meter that begins at the same time,
 * else the one that has an instant in common with it, whose beginning is corrected then.
 */
export function knownOf(
  archive: Pick<Archive, 'ofMeter'>,
  stated: readonly Stated[],
): ReadonlyMap<Stated, PairingVersion> {
  const known = new Map<Stated, PairingVersion>()
  for (const [meter, own] of Map.groupBy(stated, one => one.meter)) {
    const places = Map.groupBy(archive.ofMeter(meter), placeOf)
    for (const [place, told] of Map.groupBy(own, placeOf)) take(known, places.get(place) ?? [], told)
  }
  return known
}

function placeOf({ account, point }: Pairing): string {
  return `${account}\n${point}`
}

/** Of one account, point and meter. What is known comes in order of time, and no two have an instant in common. */
function take(
  known: Map<Stated, PairingVersion>,
  versions: readonly PairingVersion[],
  told: readonly Stated[],
): void {
  const places = new Map(versions.map(({ from }, place) => [from, place]))
  const left = createLeft(versions.length)
  function note(one: Stated, place: number): void {
    const version = versions[place]
    if (version === undefined) return
    left.take(place)
    known.set(one, version)
  }
  for (const one of told) note(one, places.get(one.from) ?? versions.length)
  for (const one of told) {
    if (known.has(one) || one.isWithdrawn) continue
    const place = left.from(firstThat(versions, version => endOf(version) > one.from))
    if ((versions[place]?.from ?? endOf(one)) < endOf(one)) note(one, place)
  }
}

/** Which places of a list are not taken yet. */
function createLeft(length: number) {
  const next = Array.from({ length: length + 1 }, (_, place) => place)
  /** The first from there on; the length where none is. */
  function from(start: number): number {
    let place = start
    while (next[place] !== place) place = next[place] ?? length
    // What was walked is not walked again.
    for (let walked = start; walked !== place; ) {
      const following = next[walked] ?? place
      next[walked] = place
      walked = following
    }
    return place
  }
  function take(place: number): void {
    next[place] = place + 1
  }
  return { from, take }
}

/** Where all before do not and all after do; the length where none does. */
function firstThat<One>(list: readonly One[], does: (one: One) => boolean): number {
  let [low, high] = [0, list.length]
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if (does(list[middle] as One)) high = middle
    else low = middle + 1
  }
  return low
}
