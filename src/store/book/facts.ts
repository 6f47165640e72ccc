/** What the billing gate is given of a meter at a boundary, gathered from the store. */

import { HOUR, isoWithOffset } from '../../core/time.ts'
import { type BilledMeter, boundaryBefore, wantedAt } from '../../reading/billing/billed-meter.ts'
import type { BillingFacts, KeptReading } from '../../reading/billing/billing-read.ts'
import { STAMPED_NEAR_MS } from '../../reading/billing/billing-ready.ts'
import { isOneSeries } from '../../reading/billing/continuity.ts'
import { settleDamaged } from '../../reading/billing/damaged.ts'
import { cutBetween, MOST_GAP_MS } from '../../reading/billing/exchange-cut.ts'
import type { Audit, Settled, Surroundings } from '../../reading/billing/gate-facts.ts'
import { openingOf } from '../../reading/billing/opening.ts'
import type { Opening, ReleasePolicy } from '../../reading/billing/release.ts'
import {
  changeBefore,
  guessAt,
  isOneAlways,
  ofSeries,
  type SeriesAt,
  seriesAt,
} from '../../reading/billing/series.ts'
import { ALWAYS, type Stay, stayAt, staysOf, type ToldAudit } from '../../reading/billing/stays.ts'
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
  /** The nearest audits on either side of an instant. */
  auditsNear(meter: string, instant: number): NonNullable<Surroundings['audits']>
  /** The audits at which something new was told or found, oldest first. */
  auditTurns(meter: string): readonly ToldAudit[]
}

export interface SettledAt {
  readonly now: number
  readonly policy: ReleasePolicy
  /** Minutes east of UTC, of the site. */
  readonly offsetMinutes: number
  /** Meters are still asked for what came while nobody asked; absent where they are not. */
  readonly isCatchingUp?: boolean
  /** Why nothing of this meter is released at present (V-A2); null or absent where nothing stands against it. */
  readonly heldBack?: string | null
  /** Why the boundary is billed by no more; absent where it is. */
  readonly notBilled?: string
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
  const hung = hungAt(read, meter, boundary)
  const { facts, kept } = factsAt(read, hung, boundary, at)
  const around = surroundingsOf(read, hung, facts, boundary, at)
  return settleDamaged(gate(facts, boundary, kept, around), facts, boundary, around)
}

/** Whether what is released is of the meter and the multiplier that by now are known to have been there. */
export function isOfItsSeries(read: FactsRead, meter: BilledMeter, boundary: number): boolean {
  if (isOneAlways(meter, staysIn(read, meter))) return true
  const { series } = hungAt(read, meter, boundary)
  const released = read.book.latestOf(meter.id, boundary)
  return !series || !released || isOneSeries(released, series)
}

/** A meter's place around a boundary. */
interface Hung {
  readonly meter: BilledMeter
  readonly stays: readonly Stay[]
  /** Null where none can say which meter's the boundary is. */
  readonly series: SeriesAt | null
}

function hungAt(read: FactsRead, meter: BilledMeter, boundary: number): Hung {
  const stays = staysNear(read, meter, boundary, boundary)
  return { meter, stays, series: seriesAt(meter, stays, boundary) }
}

function staysIn(read: Pick<FactsRead, 'auditTurns'>, { id, place }: BilledMeter): readonly Stay[] {
  return place ? staysOf(read.auditTurns(id), place) : ALWAYS
}

/** Where an exchange was not far from a time, registers may show on which side of it that lies. */
export function staysNear(
  read: Pick<FactsRead, 'auditTurns' | 'besideOf'>,
  meter: BilledMeter,
  from: number,
  to: number,
): readonly Stay[] {
  const { id, usual } = meter
  const stays = staysIn(read, meter)
  const place = stays.findIndex((next, index) => {
    const old = stays[index - 1]
    const isNear = old && old.to - MOST_GAP_MS <= to && from <= next.from + MOST_GAP_MS
    return isNear && old.segment < next.segment && old.to < next.from && next.from - old.to <= MOST_GAP_MS
  })
  const [old, next] = [stays[place - 1], stays[place]]
  if (!old || !next) return stays
  const middle = (old.to + next.from) / 2
  const withinMs = (next.from - old.to) / 2 + BESIDE_MS
  const polls = read.besideOf(id, middle, { withinMs, obis: usual.needed, kind: 'poll' })
  return stays.toSpliced(place - 1, 2, ...cutBetween(old, next, polls))
}

function factsAt(
  read: FactsRead,
  { meter, stays, series }: Hung,
  boundary: number,
  site: Pick<SettledAt, 'offsetMinutes'>,
): { readonly facts: BillingFacts; readonly kept: readonly KeptReading[] } {
  const { id } = meter
  const all = read.boundaryOf(id, boundary)
  const { origin, needed } = wantedAt(meter, boundary, all, site)
  const isStamped = origin !== 'freeze' || all.some(one => one.kind === 'freeze')
  // Freezes of a meter that has none of the boundary itself may be stamped beside it.
  const near = isStamped
    ? []
    : read.besideOf(id, boundary, { withinMs: STAMPED_NEAR_MS, obis: needed, kind: 'freeze' })
  const { capacities } = series ?? meter
  const clock = read.clockNear(id, boundary)
  const isOwn = clock && (!series || stayAt(stays, clock.measuredAt)?.segment === series.segment)
  const facts = { meter: id, origin, needed, clock: isOwn ? clock : null, capacities }
  const kept = [...all, ...near]
  return { facts, kept: series ? ofSeries(kept, meter, stays, series.segment) : kept }
}

/** What costs a walk is gathered when it is looked at: most boundaries are settled without. */
function surroundingsOf(
  read: FactsRead,
  hung: Hung,
  facts: BillingFacts,
  boundary: number,
  { now, policy, offsetMinutes, isCatchingUp = false, heldBack = null, notBilled }: SettledAt,
): Surroundings {
  const { book } = read
  const { meter, stays, series } = hung
  const { id } = meter
  const { multiplier, segment } = series ?? guessAt(meter, stays, boundary)
  const before = once(() => book.before(id, boundary))
  const after = once(() => book.firmAfter(id, boundary))
  const history = once(() => book.historyOf(id, boundary, MOST_HISTORY))
  const beside = once(() => near(boundary))
  const opening = once(() => (isFirst() ? openingAt() : null))

  function near(instant: number, within = series): readonly KeptReading[] {
    const all = read.besideOf(id, instant, { withinMs: BESIDE_MS, obis: facts.needed })
    return within ? ofSeries(all, meter, stays, within.segment) : all
  }

  function isFirst(): boolean {
    if (!series || isOneAlways(meter, stays)) return false
    const last = before()
    return last === null || !isOneSeries(last, series)
  }

  function openingAt(): Opening | null {
    const change = changeBefore(meter, stays, boundary)
    if (!change) return null
    const within = (own: SeriesAt, at: number) => ({
      series: own,
      kept: near(at, own).filter(({ readAt }) => readAt >= own.from && readAt <= own.to),
    })
    const { old, next } = change
    return openingOf(facts, within(old, old.to), within(next, next.from))
  }

  return {
    now,
    policy,
    ...standing(book, id, boundary),
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
    get opening() {
      return opening()
    },
    audits: auditsAround(read, hung, boundary),
    previous: boundaryBefore(meter, boundary, { offsetMinutes }),
    multiplier,
    isCatchingUp,
    heldBack,
    segment,
    ...(notBilled && { notBilled }),
    ...(!series && { unplaced: whyUnplaced(stays, boundary, offsetMinutes) }),
    offsetMinutes,
  }
}

/** The latest version; where it is damaged its number alone. */
function standing(book: Book, meter: string, boundary: number): Pick<Surroundings, 'released' | 'damaged'> {
  const released = book.latestOf(meter, boundary)
  const damaged = released === null ? book.newestNumber(meter, boundary) : null
  return { released, ...(damaged !== null && { damaged }) }
}

function whyUnplaced(stays: readonly Stay[], boundary: number, offsetMinutes: number): string {
  const at = (instant: number) => isoWithOffset(instant, offsetMinutes)
  const old = stays.findLast(({ to }) => to < boundary)
  const next = stays.find(({ from }) => from > boundary)
  const until = next
    ? `another from ${at(next.from)} on`
    : 'another since, which the meter list does not name'
  const since = old
    ? `one meter hung there until ${at(old.to)}`
    : 'no meter that the list names is known before'
  return `V-I5: ${since}, ${until}: whose this is nobody can tell; write when it was exchanged (exchanged)`
}

/**
 * Of the meter that hung there alone: what was said of another in its place is of other boundaries. A meter that never told
 * who it is cannot be asked: its readings alone speak of its identity.
 */
function auditsAround(
  read: FactsRead,
  { meter: { id, place }, stays, series }: Hung,
  boundary: number,
): Surroundings['audits'] {
  const { before, after } = read.auditsNear(id, boundary)
  if (!before && !after) return null
  if (!series || !place) return { before, after }
  const own = (audit: Audit | null) => {
    const isOwn = audit !== null && stayAt(stays, audit.at)?.segment === series.segment
    return isOwn ? { ...audit, found: 'same' as const } : null
  }
  const isAudited = read.auditTurns(id).some(turn => own(turn) !== null)
  return isAudited ? { before: own(before), after: own(after) } : null
}

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | null = null
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
