/** Pages of `/v1/billing/reads`: how each meter of the page stands, and the counts over all pages. */

import type { z } from 'zod'
import { Fault } from '../../core/faults.ts'
import { formatScaled } from '../../core/scaled.ts'
import { isoWithOffset } from '../../core/time.ts'
import { type BilledMeter, isBilledAt } from '../../reading/billing/billed-meter.ts'
import type {
  BillingRead,
  BillingVerdict,
  Doubt,
  KeptReading,
  Missing,
} from '../../reading/billing/billing-read.ts'
import { asMissing } from '../../reading/billing/damaged.ts'
import { settle } from '../../reading/billing/gate.ts'
import type { ReleasePolicy, SeriesEnd, Standing } from '../../reading/billing/release.ts'
import { codesOf } from '../../reading/quality-codes.ts'
import { type Entry, writeEnd } from '../../store/book/entry.ts'
import { judgeAt } from '../../store/book/facts.ts'
import type { Reader } from '../../store/reader.ts'
import type { billingPage, finalRead, missingRead, provisionalRead } from '../billing-shapes.ts'
import { type PageAsked, pageById } from '../pages.ts'
import { isUnpaired, showPlace } from './place-shown.ts'
import type { Stand, Standings } from './standings.ts'
import { createText, inOnePiece, putItem } from './text.ts'

export interface BillingAsked {
  /** UTC ms. */
  readonly boundary: number
  /** UTC ms: what is not released yet is judged as of now. */
  readonly now: number
  /** UTC ms: whose they are, as it was known then; null or absent is now. */
  readonly asOf?: number | null
  /** The meters the caller may see; null for all. */
  readonly seen: readonly string[] | null
  readonly page: PageAsked
}

export interface BillingParts {
  readonly reader: Reader
  readonly gateway: string
  /** Number of the store's life: entries of the book are compared by identity across two. */
  readonly epoch: number
  readonly offsetMinutes: number
  readonly meters: readonly BilledMeter[]
  readonly policy: ReleasePolicy
  readonly turn: () => Promise<void>
}

/** Some milliseconds of work. */
const JUDGED_AT_ONCE = 50

/** How a meter stands at a boundary: released, or as it would be judged now. */
type Stood = { readonly final: Entry } | { readonly verdict: BillingVerdict }

const STATUS_OF: Readonly<Record<Exclude<Standing, 'withdrawn'>, Stand['status']>> = {
  actual: 'ready',
  'totals-only': 'totals-only',
  estimated: 'estimated',
  edited: 'edited',
}

/** Throws ASK_INVALID for a time that none of these meters is, or ever was, billed by. */
function requireBoundary(
  { reader: { book }, offsetMinutes }: Pick<BillingParts, 'reader' | 'offsetMinutes'>,
  meters: readonly BilledMeter[],
  boundary: number,
): void {
  const isOne = (meter: BilledMeter) =>
    isBilledAt(meter, boundary, { offsetMinutes }) || book.newestNumber(meter.id, boundary) !== null
  if (meters.length === 0 || meters.some(isOne)) return
  const at = isoWithOffset(boundary, offsetMinutes)
  throw new Fault(
    'ASK_INVALID',
    `query.boundary: no meter is billed by ${at}; name a day, such as ${at.slice(0, 10)}, for its midnight here, or the hour they settle at`,
  )
}

export async function billingPageOf(
  parts: BillingParts,
  standings: Standings,
  { boundary, now, asOf = null, seen, page }: BillingAsked,
): Promise<Uint8Array<ArrayBuffer>> {
  const { reader, offsetMinutes, meters, turn } = parts
  const archive = asOf === null ? reader.archive() : reader.archive().asOf(asOf)
  const placed = (meter: string) => showPlace(archive, meter, boundary, offsetMinutes)
  const mayBeSeen = seen && new Set(seen)
  const visible = mayBeSeen ? meters.filter(({ id }) => mayBeSeen.has(id)) : meters
  requireBoundary(parts, visible, boundary)
  const { items, next } = pageById(visible, page, `billing ${boundary}`)
  const shown = new Set(items)
  const [reads, missing] = [createText(), createText()]
  const counts = noCounts()
  // One page alone looks at all of its meters anyway, and another's pull may be under way.
  const standing = standings(boundary, page.cursor === undefined && next !== null)
  let judged = 0

  async function judge(meter: BilledMeter): Promise<Stood> {
    judged += 1
    if (judged % JUDGED_AT_ONCE === 0) await turn()
    const stood = stoodAt(parts, meter, boundary, now)
    standing.set(meter.id, standOf(stood))
    return stood
  }

  for (const meter of items) {
    const stood = await judge(meter)
    counts.add(standOf(stood))
    const place = placed(meter.id)
    if ('final' in stood) putItem(reads, JSON.stringify(showFinal(stood.final, place, offsetMinutes)))
    else if (stood.verdict.status === 'missing')
      putItem(missing, JSON.stringify(showMissing(stood.verdict, place, offsetMinutes)))
    else putItem(reads, JSON.stringify(showProvisional(stood.verdict, place, offsetMinutes)))
  }
  for (const meter of visible)
    if (!shown.has(meter)) counts.add(standing.get(meter.id) ?? standOf(await judge(meter)))
  const unpaired = visible.filter(({ id }) => isUnpaired(archive, id, boundary)).length
  return inOnePiece([
    `${headOf(parts, boundary, { ...counts.sums, unpaired }).slice(0, -1)},"reads":[`,
    reads,
    '],"missing":[',
    missing,
    `],"next":${JSON.stringify(next)}}`,
  ])
}

type Sums = Record<Stand['status'] | 'final' | 'meters', number>

function noCounts(): { readonly sums: Sums; add(stand: Stand): void } {
  const sums = { meters: 0, ready: 0, 'totals-only': 0, estimated: 0, edited: 0, missing: 0, final: 0 }
  return {
    sums,
    add({ status, isFinal }) {
      sums.meters += 1
      sums[status] += 1
      if (isFinal) sums.final += 1
    },
  }
}

/** What stands before the entries, as a JSON object. */
function headOf(
  { gateway, offsetMinutes }: Pick<BillingParts, 'gateway' | 'offsetMinutes'>,
  boundary: number,
  { 'totals-only': totalsOnly, ...sums }: Sums & { readonly unpaired: number },
): string {
  const { meters, ready, estimated, edited, missing, final, unpaired } = sums
  return JSON.stringify({
    gateway,
    boundary: isoWithOffset(boundary, offsetMinutes),
    state: final === meters ? 'final' : 'provisional',
    counts: { meters, ready, totalsOnly, estimated, edited, missing, final, unpaired },
  } satisfies Partial<z.infer<typeof billingPage>>)
}

/** As released, or as it would be judged now. */
export function stoodAt(parts: BillingParts, meter: BilledMeter, boundary: number, now: number): Stood {
  const { reader, policy, offsetMinutes } = parts
  const released = reader.book.latestOf(meter.id, boundary)
  if (released !== null && released.standing !== 'withdrawn') return { final: released }
  const settled = judgeAt(reader, settle, meter, boundary, { now, policy, offsetMinutes })
  return { verdict: settled.does === 'hold' ? withAll(settled) : settled.verdict }
}

function withAll({
  verdict,
  doubts,
}: {
  readonly verdict: BillingVerdict
  readonly doubts: readonly Doubt[]
}): Missing {
  const own = new Set(verdict.doubts)
  return asMissing(verdict, [...own, ...doubts.filter(doubt => !own.has(doubt))])
}

type Place = ReturnType<typeof showPlace>

function standOf(stood: Stood): Stand {
  if ('verdict' in stood) return { status: stood.verdict.status, isFinal: false }
  const { standing } = stood.final
  return { status: standing === 'withdrawn' ? 'missing' : STATUS_OF[standing], isFinal: true }
}

function showFinal(entry: Entry, place: Place, offsetMinutes: number): z.infer<typeof finalRead> {
  const { meter, version, sequence, batch, recordedAt, by, multiplier, segment } = entry
  const registers = entry.registers.map(
    ({ obis, value, unit, reading, codes, witnesses, estimate, rolledOver }) => ({
      obis,
      id: reading,
      codes: [...codes],
      value: formatScaled(value),
      unit,
      witnesses: witnesses.map(({ by, evidence }) => ({ by, evidence })),
      estimate: estimate && { method: estimate.method, evidence: estimate.evidence },
      ...(rolledOver && { rolledOver: formatScaled(rolledOver) }),
    }),
  )
  return {
    meter,
    ...place,
    reasons: entry.remarks.map(showDoubt),
    status: standOf({ final: entry }).status as z.infer<typeof finalRead>['status'],
    state: 'final',
    version,
    sequence,
    batch,
    releasedAt: isoWithOffset(recordedAt, offsetMinutes),
    by,
    multiplier,
    segment,
    ...(entry.opening && {
      opening: {
        final: endShown(entry.opening.final, offsetMinutes),
        initial: endShown(entry.opening.initial, offsetMinutes),
      },
    }),
    registers,
    withheld: [...entry.withheld],
  }
}

function endShown(end: SeriesEnd, offsetMinutes: number) {
  const { registers, ...rest } = writeEnd(end, offsetMinutes)
  return { ...rest, registers: [...registers] }
}

function showProvisional(
  read: BillingRead,
  place: Place,
  offsetMinutes: number,
): z.infer<typeof provisionalRead> {
  const { status, state, rounds, withheld } = read
  const registers = read.registers.map(one => ({
    ...showKept(one, offsetMinutes),
    value: formatScaled(one.value),
    unit: one.unit,
  }))
  return {
    ...showJudged(read, place),
    status,
    state,
    rounds: [...rounds],
    registers,
    withheld: [...withheld],
  }
}

function showMissing(one: Missing, place: Place, offsetMinutes: number): z.infer<typeof missingRead> {
  const known = one.known.map(reading => showKept(reading, offsetMinutes))
  return { ...showJudged(one, place), status: one.status, known }
}

function showJudged({ meter, origin, conditions, doubts }: BillingVerdict, place: Place) {
  const reasons = doubts.map(showDoubt)
  return {
    meter,
    ...place,
    origin,
    conditions: conditions.map(({ number, name, met, text }) => ({ number, name, met, text })),
    reasons,
  }
}

/** A reason as callers see it. */
export function showDoubt({ condition, code, obis, text }: Doubt) {
  return { condition, code, obis, text }
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
