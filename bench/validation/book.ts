/** What the store and the book would hold of each meter about its boundaries: readings by version, and what is released. */

import { compareScaled } from '../../src/core/scaled.ts'
import { DAY, HOUR } from '../../src/core/time.ts'
import type { KeptReading } from '../../src/reading/billing/billing-read.ts'
import { judgeBilling, neededOf } from '../../src/reading/billing/billing-ready.ts'
import type { ValidatedReading } from '../../src/reading/reading.ts'
import type { Round } from '../../src/store/store.ts'
import type { Archived } from './archive.ts'
import { dayOf, midnightOf } from './load.ts'

/** One register as it went out to be billed. */
export interface Billed {
  readonly meter: number
  readonly boundary: number
  readonly reading: KeptReading
}

export interface Held {
  readonly meter: number
  readonly boundary: number
  readonly why: readonly string[]
}

export interface Book {
  /** Keeps a round, all of it or nothing. */
  accept(meter: number, readings: readonly ValidatedReading[]): void
  /** Judges a boundary; forgets what no later one needs. */
  settle(
    meter: number,
    boundary: number,
    clock: Round['clock'],
  ): { readonly billed: readonly Billed[]; readonly held: Held | null }
}

/** Polls so near to a midnight are all kept; of others one of so many hours. */
const NEAR_MS = 2 * HOUR
const FURTHER_EVERY_MS = 4 * HOUR
const KEPT_MS = 3 * DAY

export function createBook(archive: readonly Archived[]): Book {
  const kept = archive.map((): KeptReading[] => [])
  const needed = archive.map(({ config }) =>
    neededOf((config.profile.daily ?? config.profile).points.map(({ obis }) => obis)),
  )
  let round = 0
  return {
    accept(meter, readings) {
      const wanted = needed[meter] ?? []
      const all = kept[meter] ?? []
      round += 1
      for (const one of readings) {
        if (!wanted.includes(one.obis) || !isNearBoundary(one)) continue
        const { obis, kind, slot } = one
        const versions = all.filter(
          other => other.obis === obis && other.kind === kind && other.slot === slot,
        )
        if (versions.some(other => compareScaled(other.value, one.value) === 0)) continue
        const version = versions.length + 1
        all.push({ ...one, id: `${meter} ${obis} ${kind} ${slot} ${version}`, version, round })
      }
    },
    settle(meter, boundary, clock) {
      const { config } = archive[meter] ?? {}
      const all = kept[meter] ?? []
      if (!config) throw new RangeError(`there is no meter ${meter}`)
      const facts = {
        meter: config.id,
        origin: config.daily ? ('freeze' as const) : ('timed' as const),
        needed: needed[meter] ?? [],
        clock,
      }
      const verdict = judgeBilling(facts, boundary, all)
      kept[meter] = all.filter(({ slot }) => slot > boundary + DAY - KEPT_MS)
      if (verdict.status === 'missing') {
        const why = [...new Set(verdict.doubts.map(({ code }) => code))]
        return { billed: [], held: { meter, boundary, why } }
      }
      return { billed: verdict.registers.map(reading => ({ meter, boundary, reading })), held: null }
    },
  }
}

function isNearBoundary({ kind, slot }: ValidatedReading): boolean {
  if (kind === 'freeze') return true
  const midnight = midnightOf(dayOf(slot))
  const away = Math.min(slot - midnight, midnight + DAY - slot)
  return away <= NEAR_MS || (slot - midnight) % FURTHER_EVERY_MS === 0
}
