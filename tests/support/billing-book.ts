/** A book of releases in memory, for the gate alone: the shortest loop that settles boundaries until nothing changes. */

import { DAY, HOUR } from '../../src/core/time.ts'
import type { BillingFacts, KeptReading } from '../../src/reading/billing/billing-read.ts'
import { settle } from '../../src/reading/billing/gate.ts'
import type { Settled, Surroundings } from '../../src/reading/billing/gate-facts.ts'
import { type Release, USUAL_POLICY } from '../../src/reading/billing/release.ts'
import { ALWAYS, type Stay, segmentAt, stayAt } from '../../src/reading/billing/stays.ts'

export interface Book {
  /** All versions, in the order of release. */
  readonly releases: readonly Release[]
  latest(): readonly Release[]
  /** Settles each boundary, and again, until a whole pass releases nothing. */
  settleAll(boundaries: readonly number[], now: number, around?: Partial<Surroundings>): readonly Settled[]
}

/** `stays` says which meter was in the place, as far as is known by now. */
export function createBook(
  factsAt: (boundary: number) => BillingFacts,
  kept: () => readonly KeptReading[],
  stays: () => readonly Stay[] = () => ALWAYS,
): Book {
  const releases: Release[] = []

  function latest(): readonly Release[] {
    const last = new Map(releases.map(one => [one.boundary, one]))
    return [...last.values()].sort((a, b) => a.boundary - b.boundary)
  }

  function surroundings(boundary: number, now: number): Surroundings {
    const known = latest().filter(({ standing }) => standing !== 'withdrawn')
    const history = known.filter(one => one.boundary < boundary).slice(-60)
    const all = stays()
    const stay = stayAt(all, boundary)
    const near = (slot: number) =>
      slot !== boundary &&
      Math.abs(slot - boundary) <= 36 * HOUR &&
      stayAt(all, slot)?.segment === stay?.segment
    return {
      now,
      policy: USUAL_POLICY,
      released: latest().find(one => one.boundary === boundary) ?? null,
      before: history.at(-1) ?? null,
      after: known.find(one => one.boundary > boundary && one.standing !== 'estimated') ?? null,
      history,
      previous: boundary - DAY,
      beside: kept().filter(one => near(one.slot)),
      audits: null,
      multiplier: '1',
      heldBack: null,
      segment: segmentAt(all, boundary),
      ...(!stay && { unplaced: 'nobody knows whose' }),
      offsetMinutes: 0,
    }
  }

  return {
    releases,
    latest,
    settleAll(boundaries, now, around = {}) {
      for (let pass = 0; pass < 50; pass++) {
        const settled = boundaries.map(boundary => {
          const here = kept().filter(({ slot }) => slot === boundary)
          const one = settle(factsAt(boundary), boundary, here, { ...surroundings(boundary, now), ...around })
          if (one.does === 'release') releases.push({ ...one.release, recordedAt: now })
          return one
        })
        if (settled.every(({ does }) => does !== 'release')) return settled
      }
      throw new Error('it is never settled')
    },
  }
}
