/** What the billing gate is given of a meter at a boundary, gathered from the store. */

import { HOUR } from '../../core/time.ts'
import { type BilledMeter, boundaryBefore, wantedAt } from '../../reading/billing/billed-meter.ts'
import type { BillingFacts, KeptReading } from '../../reading/billing/billing-read.ts'
import { STAMPED_NEAR_MS } from '../../reading/billing/billing-ready.ts'
import type { Settled, Surroundings } from '../../reading/billing/gate-facts.ts'
import type { ReleasePolicy } from '../../reading/billing/release.ts'
import type { BoundaryReadings } from '../boundary.ts'
import type { MeterClock } from '../store.ts'
import type { Book } from './book.ts'

export type Gate = (
  facts: BillingFacts,
  boundary: number,
  kept: readonly KeptReading[],
  around: Surroundings,
) => Settled

/** Of the store itself, or of a connection beside it. */
export interface FactsRead extends BoundaryReadings {
  readonly book: Book
  /** The measurement of a meter's clock nearest to an instant. */
  clockNear(meter: string, near: number): MeterClock | null
}

export interface SettledAt {
  readonly now: number
  readonly policy: ReleasePolicy
  /** Minutes east of UTC, of the site. */
  readonly offsetMinutes: number
}

const BESIDE_MS = 36 * HOUR
const MOST_HISTORY = 60

/** Calls the gate for one meter and boundary. */
export function judgeAt(
  read: FactsRead,
  gate: Gate,
  meter: BilledMeter,
  boundary: number,
  at: SettledAt,
): Settled {
  const { facts, kept } = factsAt(read, meter, boundary, at)
  return gate(facts, boundary, kept, surroundingsOf(read, meter, facts, boundary, at))
}

function factsAt(
  read: FactsRead,
  meter: BilledMeter,
  boundary: number,
  site: Pick<SettledAt, 'offsetMinutes'>,
): { readonly facts: BillingFacts; readonly kept: readonly KeptReading[] } {
  const { id } = meter
  const kept = read.boundaryOf(id, boundary)
  const { origin, needed } = wantedAt(meter, boundary, kept, site)
  const isStamped = origin !== 'freeze' || kept.some(one => one.kind === 'freeze')
  // Freezes of a meter that has none of the boundary itself may be stamped beside it.
  const near = isStamped
    ? []
    : read.besideOf(id, boundary, { withinMs: STAMPED_NEAR_MS, obis: needed, kind: 'freeze' })
  const { capacities } = meter
  const facts = { meter: id, origin, needed, clock: read.clockNear(id, boundary), capacities }
  return { facts, kept: [...kept, ...near] }
}

/** What costs a walk is gathered when it is looked at: most boundaries are settled without. */
function surroundingsOf(
  read: FactsRead,
  meter: BilledMeter,
  { needed }: BillingFacts,
  boundary: number,
  { now, policy, offsetMinutes }: SettledAt,
): Surroundings {
  const { book } = read
  const { id, multiplier, segment } = meter
  const before = once(() => book.before(id, boundary))
  const after = once(() => book.firmAfter(id, boundary))
  const history = once(() => book.historyOf(id, boundary, MOST_HISTORY))
  const beside = once(() => read.besideOf(id, boundary, { withinMs: BESIDE_MS, obis: needed }))
  return {
    now,
    policy,
    released: book.latestOf(id, boundary),
    get before() {
      return before()
    },
    get after() {
      return after()
    },
    get history() {
      return history()
    },
    get beside() {
      return beside()
    },
    audits: auditsAround(),
    previous: boundaryBefore(meter, boundary, { offsetMinutes }),
    multiplier,
    heldBack: whyHeldBack(),
    segment,
    offsetMinutes,
  }
}

/** No meter's answers to who it is are kept yet as audits: its readings alone speak of its identity. */
function auditsAround(): Surroundings['audits'] {
  return null
}

/** Nobody says of many meters at once that something is wrong with them. */
function whyHeldBack(): Surroundings['heldBack'] {
  return null
}

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | null = null
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
