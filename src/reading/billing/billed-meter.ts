/** What billing wants of a meter at a boundary, and when its boundaries are. Pure. */

import { boundariesIn, boundaryAt, type Calendar, isBoundary } from '../../core/calendar.ts'
import type { Scaled } from '../../core/scaled.ts'
import { DAY, MINUTE, slotOf } from '../../core/time.ts'
import type { BillingFacts, KeptReading } from './billing-read.ts'
import type { Place } from './stays.ts'

interface Site {
  readonly offsetMinutes: number
}

export type Wanted = Pick<BillingFacts, 'origin' | 'needed'>

export interface BilledMeter extends Multiplied {
  readonly id: string
  /** Of any boundary. */
  readonly usual: Wanted
  /** Of those it settles at. */
  readonly settlement: { readonly calendar: Calendar; readonly needed: readonly string[] } | null
  /** By which it is known which meter hangs in the place; absent where nothing tells. */
  readonly place?: Place
  /** What its registers were multiplied with before, the oldest first; absent where that was never otherwise. */
  readonly before?: readonly (Multiplied & {
    /** UTC ms. */
    readonly until: number
  })[]
}

export interface Multiplied {
  /** Of its transformers, as configured, an exact decimal. */
  readonly multiplier: string
  /** Where registers roll over, multiplied as their values are. */
  readonly capacities: Readonly<Record<string, Scaled>>
}

/** A settlement is billed by where there is no daily freeze of that moment; a read by the clock where there is neither. */
export function wantedAt(
  { usual, settlement }: BilledMeter,
  boundary: number,
  kept: readonly KeptReading[],
  { offsetMinutes }: Site,
): Wanted {
  if (!settlement || !isBoundary(settlement.calendar, boundary)) return usual
  const isFrozenDaily =
    usual.origin === 'freeze' && usual.needed.length > 0 && slotOf(boundary, DAY, offsetMinutes) === boundary
  const isReadByClock = usual.origin === 'timed' && kept.every(({ kind }) => kind !== 'freeze')
  return isFrozenDaily || (isReadByClock && kept.length > 0)
    ? usual
    : { origin: 'freeze', needed: settlement.needed }
}

/** Whether a meter is billed by this instant at all. */
export function isBilledAt(
  { usual, settlement }: BilledMeter,
  instant: number,
  { offsetMinutes }: Site,
): boolean {
  const isMidnight = usual.needed.length > 0 && slotOf(instant, DAY, offsetMinutes) === instant
  return isMidnight || (settlement !== null && isBoundary(settlement.calendar, instant))
}

/** How far back a meter may still tell, ms: midnights and settlements. */
export interface Reach {
  readonly midnightsMs: number
  readonly settlementsMs: number
}

/** The boundaries of a meter before `to` and within reach of it, in order: midnights, and what it settles at. */
export function boundariesBefore(
  { usual, settlement }: BilledMeter,
  to: number,
  { midnightsMs, settlementsMs }: Reach,
  site: Site,
): readonly number[] {
  const found = new Set([
    ...(usual.needed.length > 0 ? boundariesIn(midnightsOf(site), to - midnightsMs, to) : []),
    ...(settlement ? boundariesIn(settlement.calendar, to - settlementsMs, to) : []),
  ])
  return [...found].sort((a, b) => a - b)
}

/** The one before it by the meter's calendar, whether anything is known of it or not. */
export function boundaryBefore({ usual, settlement }: BilledMeter, boundary: number, site: Site): number {
  const midnight = boundaryAt(midnightsOf(site), boundary - 1)
  const settled = settlement ? boundaryAt(settlement.calendar, boundary - 1) : midnight
  return usual.needed.length > 0 ? Math.max(midnight, settled) : settled
}

function midnightsOf({ offsetMinutes }: Site): Calendar {
  return { everyMs: DAY, from: -offsetMinutes * MINUTE }
}
