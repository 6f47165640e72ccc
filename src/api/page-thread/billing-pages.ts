/** Pages of `/v1/billing/reads`: the verdict on each meter of the page, and the counts over all pages. */

import type { z } from 'zod'
import { formatScaled } from '../../core/scaled.ts'
import { isoWithOffset } from '../../core/time.ts'
import type { BillingRead, BillingVerdict, KeptReading, Missing } from '../../reading/billing/billing-read.ts'
import { judgeBilling, STAMPED_NEAR_MS } from '../../reading/billing/billing-ready.ts'
import { codesOf } from '../../reading/quality-codes.ts'
import type { Reader } from '../../store/reader.ts'
import type { billingPage, billingRead, missingRead } from '../billing-shapes.ts'
import { type PageAsked, pageById } from '../pages.ts'
import { type BilledMeter, wantedAt } from './billed-meter.ts'
import type { Standings, Status } from './standings.ts'
import { createText, inOnePiece, type Text } from './text.ts'

export interface BillingAsked {
  /** UTC ms. */
  readonly boundary: number
  /** The meters the caller may see; null for all. */
  readonly seen: readonly string[] | null
  readonly page: PageAsked
}

export interface BillingParts {
  readonly reader: Reader
  readonly gateway: string
  readonly offsetMinutes: number
  readonly meters: readonly BilledMeter[]
  readonly turn: () => Promise<void>
}

/** Some milliseconds of work. */
const JUDGED_AT_ONCE = 50
/** Registers of one meter, twice over. */
const MOST_BESIDE = 500

export async function billingPageOf(
  parts: BillingParts,
  standings: Standings,
  { boundary, seen, page }: BillingAsked,
): Promise<Uint8Array<ArrayBuffer>> {
  const { offsetMinutes, meters, turn } = parts
  const mayBeSeen = seen && new Set(seen)
  const visible = mayBeSeen ? meters.filter(({ id }) => mayBeSeen.has(id)) : meters
  const { items, next } = pageById(visible, page, `billing ${boundary}`)
  const shown = new Set(items)
  const [reads, missing] = [createText(), createText()]
  const counts = { ready: 0, 'totals-only': 0, missing: 0 }
  const standing = standings(boundary, page.cursor === undefined)
  let judged = 0

  async function judge(meter: BilledMeter): Promise<BillingVerdict> {
    judged += 1
    if (judged % JUDGED_AT_ONCE === 0) await turn()
    const verdict = verdictOn(parts, meter, boundary)
    standing.set(meter.id, verdict.status)
    return verdict
  }

  for (const meter of items) {
    const verdict = await judge(meter)
    counts[verdict.status] += 1
    if (verdict.status === 'missing') putEntry(missing, showMissing(verdict, offsetMinutes))
    else putEntry(reads, showRead(verdict, offsetMinutes))
  }
  for (const meter of visible)
    if (!shown.has(meter)) counts[standing.get(meter.id) ?? (await judge(meter)).status] += 1
  return inOnePiece([
    `${headOf(parts, boundary, counts).slice(0, -1)},"reads":[`,
    reads,
    '],"missing":[',
    missing,
    `],"next":${JSON.stringify(next)}}`,
  ])
}

/** What stands before the entries, as a JSON object. */
function headOf(
  { gateway, offsetMinutes }: BillingParts,
  boundary: number,
  { ready, 'totals-only': totalsOnly, missing }: Readonly<Record<Status, number>>,
): string {
  return JSON.stringify({
    gateway,
    boundary: isoWithOffset(boundary, offsetMinutes),
    state: 'provisional',
    counts: { meters: ready + totalsOnly + missing, ready, totalsOnly, missing },
  } satisfies Partial<z.infer<typeof billingPage>>)
}

function putEntry(text: Text, entry: object): void {
  text.put(`${text.bytes().length > 0 ? ',' : ''}${JSON.stringify(entry)}`)
}

function verdictOn(
  site: Pick<BillingParts, 'reader' | 'offsetMinutes'>,
  meter: BilledMeter,
  boundary: number,
): BillingVerdict {
  const { id } = meter
  const { reader } = site
  const kept = reader.boundaryOf(id, boundary)
  const { origin, needed } = wantedAt(meter, boundary, kept, site)
  const stampedAt = origin !== 'freeze' || kept.some(one => one.kind === 'freeze')
  const beside = stampedAt ? [] : stampedNear(reader, id, boundary)
  const facts = { meter: id, origin, needed, clock: reader.clockNear(id, boundary) }
  return judgeBilling(facts, boundary, [...kept, ...beside])
}

/** Freezes of a meter that has none of the boundary itself: they may be stamped beside it. */
function stampedNear(reader: Reader, meter: string, boundary: number): readonly KeptReading[] {
  const span = { from: boundary - STAMPED_NEAR_MS, to: boundary + STAMPED_NEAR_MS + 1 }
  const asked = { meter, kind: 'freeze', ...span, limit: MOST_BESIDE } as const
  const found: KeptReading[] = []
  for (let hours = reader.hoursOf(asked); hours !== null && found.length < MOST_BESIDE; ) {
    const part = reader.readingsIn(asked, hours)
    found.push(...part.items)
    hours = part.next
  }
  return found.slice(0, MOST_BESIDE)
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

function showMissing(one: Missing, offsetMinutes: number): z.infer<typeof missingRead> {
  const known = one.known.map(reading => showKept(reading, offsetMinutes))
  return { ...showJudged(one), status: one.status, known }
}

function showJudged({ meter, origin, conditions, doubts }: BillingVerdict) {
  const reasons = doubts.map(({ condition, code, obis, text }) => ({ condition, code, obis, text }))
  return {
    meter,
    origin,
    conditions: conditions.map(({ number, name, met, text }) => ({ number, name, met, text })),
    reasons,
  }
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
