/** `/v1/billing/reads`: what may be billed of each meter at a boundary, and what is missing and why. */

import { z } from 'zod'
import type { MeterConfig } from '../config/config.ts'
import { isBoundary } from '../core/calendar.ts'
import { Fault } from '../core/faults.ts'
import { formatScaled } from '../core/scaled.ts'
import { DAY, isoWithOffset, slotOf } from '../core/time.ts'
import {
  type BillingFacts,
  type BillingRead,
  type BillingVerdict,
  CONDITIONS,
  type KeptReading,
  type Missing,
} from '../reading/billing-read.ts'
import { judgeBilling, neededOf, STAMPED_NEAR_MS } from '../reading/billing-ready.ts'
import { codesOf } from '../reading/quality-codes.ts'
import type { MeterClock } from '../store/store.ts'
import { maySee } from './access.ts'
import type { App } from './app.ts'
import { pageById } from './pages.ts'
import type { ApiParts } from './parts.ts'
import { decimal, next, paging, quality, time } from './shapes.ts'
import { dateOf, parseBoundary } from './times.ts'

const doubt = z.object({
  condition: z.enum(CONDITIONS),
  code: z.string().meta({ description: 'branch on this' }),
  obis: z.string().nullable(),
  text: z.string(),
})

const judged = {
  meter: z.string(),
  origin: z.enum(['freeze', 'timed']).meta({ description: 'frozen by the meter, or read by the clock' }),
  conditions: z.array(
    z.object({ number: z.int(), name: z.enum(CONDITIONS), met: z.boolean(), text: z.string() }),
  ),
  reasons: z.array(doubt).meta({ description: 'what stands against full release; empty when nothing does' }),
}

const kept = {
  obis: z.string(),
  id: z.string(),
  version: z.int(),
  quality,
  codes: z.array(z.string()),
  readAt: time,
}

const billingRead = z
  .object({
    ...judged,
    status: z.enum(['ready', 'totals-only']),
    state: z.literal('provisional'),
    rounds: z
      .array(z.int())
      .meta({ description: 'rounds that gave the registers: one, or several that read the same freeze' }),
    registers: z.array(z.object({ ...kept, value: decimal, unit: z.string() })),
    withheld: z.array(z.string()).meta({ description: 'tariff registers not released' }),
  })
  .meta({ id: 'BillingRead' })

const missing = z
  .object({
    ...judged,
    status: z.literal('missing'),
    known: z.array(z.object(kept)).meta({ description: 'what is kept for this boundary; without values' }),
  })
  .meta({ id: 'MissingRead' })

const page = z.object({
  gateway: z.string(),
  boundary: time,
  state: z.literal('provisional'),
  counts: z
    .object({ meters: z.int(), ready: z.int(), totalsOnly: z.int(), missing: z.int() })
    .meta({ description: 'over all pages, for your control total' }),
  reads: z.array(billingRead),
  missing: z.array(missing),
  next,
})

/** Lines wait while we judge: after so many meters they get their turn. */
const JUDGED_AT_ONCE = 200

/** Registers of one meter, twice over. */
const MOST_BESIDE = 500

export function billingRoutes(app: App, { store, gateway, site, clock, meters }: ApiParts): void {
  app.get(
    '/v1/billing/reads',
    {
      config: { access: 'billing' },
      schema: {
        summary: 'Billing-ready reads of a boundary, one entry per meter',
        description:
          'Conditions 1 to 5 of the billing-ready definition; hence provisional. Every meter is in `reads` or in `missing`, in order of meter id over the pages.',
        tags: ['billing'],
        querystring: z.strictObject({
          boundary: z
            .string({ error: 'required, once: YYYY-MM-DD or ISO 8601 time with offset' })
            .meta({ description: "YYYY-MM-DD (00:00 in the site's fixed offset) or ISO 8601 with offset" }),
          ...paging,
        }),
        response: { 200: page },
      },
    },
    async request => {
      const boundary = boundaryOf(request.query.boundary, clock.now(), site.offsetMinutes)
      const visible = meters.filter(meter => maySee(request, meter.id))
      const verdicts = await judgeAll({ store, clock, site }, visible, boundary)
      const { items, next } = pageById(verdicts, request.query, `billing ${boundary}`)
      return {
        gateway,
        boundary: isoWithOffset(boundary, site.offsetMinutes),
        state: 'provisional' as const,
        counts: countOf(verdicts),
        reads: items.flatMap(one => (one.status === 'missing' ? [] : [showRead(one, site.offsetMinutes)])),
        missing: items.flatMap(one =>
          one.status === 'missing' ? [showMissing(one, site.offsetMinutes)] : [],
        ),
        next,
      }
    },
  )
}

/** What billing needs of a meter, from its configuration; at a boundary it settled at, what it keeps then. */
export function billingFacts(
  meter: MeterConfig,
  clock: BillingFacts['clock'],
  hasSettled = false,
): BillingFacts {
  const { daily: freezes, settlement } = meter.profile
  if (hasSettled && settlement)
    return {
      meter: meter.id,
      origin: 'freeze',
      needed: neededOf(settlement.points.map(({ obis }) => obis)),
      clock,
    }
  if (freezes) {
    const frozen = meter.daily ? freezes.points.map(point => point.obis) : []
    return { meter: meter.id, origin: 'freeze', needed: neededOf(frozen), clock }
  }
  const polled = meter.polls.flatMap(poll => poll.points.map(point => point.obis))
  return { meter: meter.id, origin: 'timed', needed: neededOf(polled), clock }
}

/**
 * Whether it is the meter's settlement that is billed by: where no daily freeze is read of the boundary, and where the
 * settlement is here. A meter without freezes is else billed by a timed read, as at any other boundary.
 */
function hasSettledAt(
  { settlement: on = [], daily }: MeterConfig,
  kept: readonly KeptReading[],
  boundary: number,
  offsetMinutes: number,
): boolean {
  if (daily && boundary === slotOf(boundary, DAY, offsetMinutes)) return false
  return isBoundary({ on, offsetMinutes }, boundary) && kept.some(({ kind }) => kind === 'freeze')
}

async function judgeAll(
  { store, clock, site }: Pick<ApiParts, 'store' | 'clock' | 'site'>,
  meters: readonly MeterConfig[],
  boundary: number,
): Promise<readonly (BillingVerdict & { readonly id: string })[]> {
  const [readings, clocks] = await Promise.all([store.boundary(boundary), store.clocks(boundary)])
  const byMeter = Map.groupBy(readings, reading => reading.meter)
  const clockOf = new Map<string, MeterClock>(clocks.map(one => [one.meter, one]))
  const verdicts: (BillingVerdict & { readonly id: string })[] = []
  for (const meter of meters) {
    const kept = byMeter.get(meter.id) ?? []
    const hasSettled = hasSettledAt(meter, kept, boundary, site.offsetMinutes)
    const facts = billingFacts(meter, clockOf.get(meter.id) ?? null, hasSettled)
    const beside =
      facts.origin === 'freeze' && !kept.some(one => one.kind === 'freeze')
        ? await stampedNear(store, meter.id, boundary)
        : []
    verdicts.push({ id: meter.id, ...judgeBilling(facts, boundary, [...kept, ...beside]) })
    if (verdicts.length % JUDGED_AT_ONCE === 0) await clock.yield()
  }
  return verdicts
}

/** Freezes of a meter that has none of the boundary itself: they may be stamped beside it. */
function stampedNear(
  store: ApiParts['store'],
  meter: string,
  boundary: number,
): Promise<readonly KeptReading[]> {
  const span = { from: boundary - STAMPED_NEAR_MS, to: boundary + STAMPED_NEAR_MS + 1 }
  return store.readingsOf({ meter, kind: 'freeze', ...span, limit: MOST_BESIDE })
}

function boundaryOf(text: string, now: number, offsetMinutes: number): number {
  const boundary = parseBoundary(text, offsetMinutes)
  if (boundary === null)
    throw new Fault(
      'ASK_INVALID',
      `query.boundary: a date such as ${dateOf(now, offsetMinutes)}, or an ISO 8601 time with offset`,
    )
  if (boundary > now)
    throw new Fault('ASK_INVALID', 'query.boundary: lies in the future; no meter can have a value of it')
  return boundary
}

function countOf(verdicts: readonly BillingVerdict[]): z.infer<typeof page>['counts'] {
  const count = (status: BillingVerdict['status']) => verdicts.filter(one => one.status === status).length
  return {
    meters: verdicts.length,
    ready: count('ready'),
    totalsOnly: count('totals-only'),
    missing: count('missing'),
  }
}

function showRead(read: BillingRead, offsetMinutes: number): z.infer<typeof billingRead> {
  const { status, state, rounds, withheld } = read
  const registers = read.registers.map(one => ({
    ...showKept(one, offsetMinutes),
    value: formatScaled(one.value),
    unit: one.unit,
  }))
  return { ...showJudged(read), status, state, rounds: [...rounds], registers, withheld: [...withheld] }
}

function showMissing(one: Missing, offsetMinutes: number): z.infer<typeof missing> {
  const known = one.known.map(reading => showKept(reading, offsetMinutes))
  return { ...showJudged(one), status: one.status, known }
}

function showJudged({ meter, origin, conditions, doubts }: BillingVerdict) {
  return { meter, origin, conditions: [...conditions], reasons: [...doubts] }
}

function showKept(one: KeptReading, offsetMinutes: number) {
  const { obis, id, version, quality } = one
  return {
    obis,
    id,
    version,
    quality,
    codes: codesOf(one.quality, one.findings),
    readAt: isoWithOffset(one.readAt, offsetMinutes),
  }
}
