/** Pages of `/v1/billing/completeness`: each meter without a final release at a boundary, why, and what is next. */

import type { z } from 'zod'
import { DAY, isoWithOffset } from '../../core/time.ts'
import { type Awaited, awaited, WAITS_FOR } from '../../reading/billing/awaited.ts'
import { type BilledMeter, isBilledAt } from '../../reading/billing/billed-meter.ts'
import { settle } from '../../reading/billing/gate.ts'
import type { Settled } from '../../reading/billing/gate-facts.ts'
import { judgeAt } from '../../store/book/facts.ts'
import type { completenessPage } from '../completeness-shapes.ts'
import { readCursor, writeCursor } from '../cursor.ts'
import { type PageAsked, perPage } from '../pages.ts'
import { type AskedFor, askedFor } from './asked-for.ts'
import type { BillingParts } from './billing-pages.ts'
import { inOnePiece } from './text.ts'

export interface CompletenessAsked {
  /** UTC ms. */
  readonly boundary: number
  readonly now: number
  /** The meters the caller may see; null for all. */
  readonly seen: readonly string[] | null
  readonly page: PageAsked
  /** How meters answer at present; those that are not there nobody knows of. */
  readonly meters: ReadonlyMap<string, MeterNow>
  /** Why bills of a line's meters wait (V-A2), by line; '' for those of no line that is known. */
  readonly heldBack: ReadonlyMap<string, string>
}

export interface MeterNow {
  readonly line: string
  readonly state: 'never' | 'ok' | 'failing' | 'silent'
  readonly lastAskedAt: number | null
  readonly lastAnswerAt: number | null
  readonly fault: { readonly code: string; readonly text: string } | null
  /** When it is asked next for this boundary; null where it is not. */
  readonly askedNextAt: number | null
}

type Answer = z.infer<typeof completenessPage>
type Shown = Answer['meters'][number]

interface Lacking extends Awaited {
  readonly meter: BilledMeter
  readonly asked: AskedFor
  readonly settled: Settled
}

/** Some milliseconds of work. */
const AT_ONCE = 20

export async function completenessPageOf(
  parts: BillingParts,
  asked: CompletenessAsked,
): Promise<Uint8Array<ArrayBuffer>> {
  const { gateway, offsetMinutes, policy } = parts
  const { boundary, now, page } = asked
  const at = (instant: number) => isoWithOffset(instant, offsetMinutes)
  const { lacking, totals } = await lackingAt(parts, asked)
  const list = `completeness ${boundary}`
  const after =
    page.cursor === undefined ? null : readCursor(page.cursor, list, ['number', 'number', 'string'])
  const rest = lacking.filter(one => after === null || compare(placeOf(one), after) > 0)
  const shown = rest.slice(0, perPage(page))
  const last = shown.at(-1)
  return inOnePiece([
    JSON.stringify({
      gateway,
      boundary: at(boundary),
      asOf: at(now),
      settlesAt: at(boundary + policy.settleMs),
      totals,
      causes: causesOf(lacking),
      meters: shown.map(one => show(one, asked, offsetMinutes)),
      next: last && shown.length < rest.length ? writeCursor([list, ...placeOf(last)]) : null,
    } satisfies Answer),
  ])
}

async function lackingAt(
  parts: BillingParts,
  asked: CompletenessAsked,
): Promise<{ readonly lacking: readonly Lacking[]; readonly totals: Answer['totals'] }> {
  const { reader, meters, offsetMinutes, turn } = parts
  const { boundary, seen } = asked
  const mayBeSeen = seen && new Set(seen)
  const totals = {
    meters: 0,
    notExpected: 0,
    expected: 0,
    final: 0,
    provisional: 0,
    missing: 0,
    estimated: 0,
  }
  const lacking: Lacking[] = []
  for (const [place, meter] of meters.filter(({ id }) => mayBeSeen?.has(id) ?? true).entries()) {
    if (place % AT_ONCE === 0) await turn()
    totals.meters += 1
    const released = reader.book.latestOf(meter.id, boundary)
    const isFinal = released !== null && released.standing !== 'withdrawn'
    if (!isFinal && !isBilledAt(meter, boundary, { offsetMinutes })) {
      totals.notExpected += 1
      continue
    }
    totals.expected += 1
    if (isFinal) {
      totals.final += 1
      if (released.standing === 'estimated') totals.estimated += 1
      continue
    }
    const one = lackingOf(parts, asked, meter)
    totals[one.status] += 1
    lacking.push(one)
  }
  return { lacking: lacking.sort((a, b) => compare(placeOf(a), placeOf(b))), totals }
}

function lackingOf(parts: BillingParts, asked: CompletenessAsked, meter: BilledMeter): Lacking {
  const { reader, policy, offsetMinutes } = parts
  const { boundary, now } = asked
  const live = asked.meters.get(meter.id)
  const heldBack = asked.heldBack.get(live?.line ?? '') ?? null
  const settlesAt = boundary + policy.settleMs
  const judge = (instant: number) =>
    judgeAt(reader, settle, meter, boundary, { now: instant, policy, offsetMinutes, heldBack })
  const settled = judge(now)
  const told = askedFor(reader, meter, boundary)
  return {
    ...awaited({
      now,
      settlesAt,
      settled,
      unless: now < settlesAt ? judge(settlesAt) : null,
      state: told.gap?.state ?? null,
      forgottenAt: told.forgottenAt,
      askedNextAt: live?.askedNextAt ?? null,
    }),
    meter,
    asked: told,
    settled,
  }
}

/** Who waits for a person first, then by what is over first. */
type Place = readonly [rank: number, deadline: number, meter: string]

const NO_DEADLINE = Date.UTC(9999, 11, 31) + DAY

function placeOf({ waitsFor, deadline, meter }: Pick<Lacking, 'waitsFor' | 'deadline' | 'meter'>): Place {
  return [WAITS_FOR.indexOf(waitsFor), deadline ?? NO_DEADLINE, meter.id]
}

function compare([rank, deadline, meter]: Place, [otherRank, otherDeadline, other]: Place): number {
  return rank - otherRank || deadline - otherDeadline || (meter < other ? -1 : meter > other ? 1 : 0)
}

function causesOf(lacking: readonly Lacking[]): Answer['causes'] {
  const grouped = Map.groupBy(lacking, ({ waitsFor, cause }) => `${waitsFor} ${cause}`)
  return [...grouped.values()].flatMap(own => {
    const [first] = own
    return first ? [{ cause: first.cause, waitsFor: first.waitsFor, meters: own.length }] : []
  })
}

function show(one: Lacking, { meters }: CompletenessAsked, offsetMinutes: number): Shown {
  const { meter, status, cause, waitsFor, doubts, steps, asked } = one
  const at = (instant: number | null) => (instant === null ? null : isoWithOffset(instant, offsetMinutes))
  const live = meters.get(meter.id)
  return {
    meter: meter.id,
    line: live?.line ?? asked.line,
    status,
    cause,
    waitsFor,
    reasons: doubts.map(({ condition, code, obis, text }) => ({ condition, code, obis, text })),
    lastTried: triedOf(one, offsetMinutes),
    meterNow: live
      ? {
          state: live.state,
          lastAskedAt: at(live.lastAskedAt),
          lastAnswerAt: at(live.lastAnswerAt),
          fault: live.fault,
        }
      : null,
    supply: null,
    next: steps.map(({ does, at: when, until, text }) => ({ does, at: at(when), until: at(until), text })),
  }
}

/** The later of an answer that is kept and a try that brought nothing. */
function triedOf({ settled, asked }: Lacking, offsetMinutes: number): Shown['lastTried'] {
  const { verdict } = settled
  const known = verdict.status === 'missing' ? verdict.known : verdict.registers
  const answeredAt = Math.max(...known.map(({ receivedAt }) => receivedAt))
  const { gap } = asked
  const triedAt = gap?.triedAt ?? Number.NEGATIVE_INFINITY
  const times = gap?.tries ?? null
  if (!Number.isFinite(answeredAt) && !Number.isFinite(triedAt)) return null
  if (triedAt > answeredAt && gap)
    return { at: isoWithOffset(triedAt, offsetMinutes), outcome: gap.cause, text: asked.text, times }
  const count = new Set(known.map(({ obis }) => obis)).size
  const text = `it answered: ${count} registers of this boundary are kept`
  return { at: isoWithOffset(answeredAt, offsetMinutes), outcome: 'ANSWERED', text, times }
}
