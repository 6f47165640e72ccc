/** The usage calendar of one meter: released days and spans, and apart from them what is good so far. */

import type { z } from 'zod'
import { formatScaled } from '../../core/scaled.ts'
import { civilOf, DAY, isoWithOffset } from '../../core/time.ts'
import type { BilledMeter } from '../../reading/billing/billed-meter.ts'
import { capacitiesOf } from '../../reading/billing/series.ts'
import {
  isCounted,
  totalOf,
  type UsageSite,
  type Used,
  type UsedRegister,
  type UsedTotal,
  usageOf,
} from '../../reading/billing/usage-calendar.ts'
import { reasonsOf, type UsedReason } from '../../reading/billing/usage-reasons.ts'
import type { Entry } from '../../store/book/entry.ts'
import type { calendarAnswer } from '../calendar-shapes.ts'
import type { BillingParts } from './billing-pages.ts'
import { type LatestReleases, latestAround } from './latest-releases.ts'
import { type Judged, provisionalEnd } from './provisional-end.ts'
import { inOnePiece } from './text.ts'

export interface CalendarAsked {
  readonly meter: BilledMeter['id']
  /** Midnights of the site, UTC ms. */
  readonly from: number
  readonly to: number
  readonly now: number
}

/** An entry of the book, or of nothing yet: then its sequence is 0. */
type End = Entry

type Answer = z.infer<typeof calendarAnswer>
type Shown = Pick<Answer['days'][number], 'from' | 'to' | 'registers' | 'without' | 'reasons'>

export async function calendarPage(
  parts: BillingParts,
  asked: CalendarAsked,
): Promise<Uint8Array<ArrayBuffer>> {
  return inOnePiece([JSON.stringify(await calendarOf(parts, asked))])
}

export async function calendarOf(parts: BillingParts, asked: CalendarAsked): Promise<Answer> {
  const { gateway, offsetMinutes } = parts
  const { from, to } = asked
  const meter = parts.meters.find(({ id }) => id === asked.meter)
  if (!meter) throw new Error(`broken promise: ${asked.meter} is a meter of this gateway`)
  const at = (instant: number) => isoWithOffset(instant, offsetMinutes)
  const site = { offsetMinutes, capacitiesAt: capacitiesOf(meter) }
  const found = await latestAround(parts, meter.id, from, to)
  const released = usageOf(found.latest, site)
  const judged = await judgedIn(parts, meter, asked, found)
  const provisional = provisionalOf(found, judged, site)
  const inside = released.filter(one => one.to > from && one.from < to)
  const show = (one: Used<End>) => shown(one, found, offsetMinutes)
  const total = released.filter(one => isCounted(one, from, to))
  const [first, last] = [Math.min(...total.map(one => one.from)), total.at(-1)?.to]
  return {
    gateway,
    meter: meter.id,
    from: at(from),
    to: at(to),
    state: found.isReleased(from) && found.isReleased(to) ? 'final' : 'provisional',
    days: daysOf(asked, inside, provisional, judged, found, offsetMinutes),
    spans: inside
      .filter(({ isDay }) => !isDay)
      .map(one => ({
        mark: one.mark,
        inTotal: isCounted(one, from, to),
        ...show(one),
        ...endsOf(one, offsetMinutes),
      })),
    provisional: provisional
      .filter(one => one.to > from && one.from < to)
      .map(one => ({ ...show(one), ...whyNotReleased(one, judged, offsetMinutes) })),
    total: {
      from: last === undefined ? null : at(first),
      to: last === undefined ? null : at(last),
      registers: totalOf(released, from, to).map(each => showTotal(each, at)),
    },
  }
}

/** What is not released of the midnights asked for, judged as of now. */
async function judgedIn(
  parts: BillingParts,
  meter: BilledMeter,
  { from, to, now }: CalendarAsked,
  { isReleased }: LatestReleases,
): Promise<ReadonlyMap<number, Judged>> {
  const judged = new Map<number, Judged>()
  for (let boundary = from; boundary <= Math.min(to, now); boundary += DAY) {
    if (isReleased(boundary)) continue
    judged.set(boundary, provisionalEnd(parts, meter, boundary, now))
    await parts.turn()
  }
  return judged
}

/** Days and spans that have an end which is not released. */
function provisionalOf(
  { latest }: LatestReleases,
  judged: ReadonlyMap<number, Judged>,
  site: UsageSite,
): readonly Used<End>[] {
  const ends = [...judged.values()].flatMap(({ end }) => end ?? [])
  if (ends.length === 0) return []
  return usageOf([...latest, ...ends], site).filter(({ releases }) => !releases.every(isInBook))
}

function isInBook({ sequence }: Entry): boolean {
  return sequence > 0
}

function daysOf(
  { from, to, now }: CalendarAsked,
  inside: readonly Used<End>[],
  provisional: readonly Used<End>[],
  judged: ReadonlyMap<number, Judged>,
  found: LatestReleases,
  offsetMinutes: number,
): Answer['days'] {
  const byDay = new Map(inside.filter(({ isDay }) => isDay).map(one => [one.from, one]))
  const isProvisional = new Set(provisional.filter(({ isDay }) => isDay).map(one => one.from))
  const days: Answer['days'] = []
  for (let start = from; start < to && start + DAY <= now; start += DAY) {
    const one = byDay.get(start)
    const day = civilOf(start, offsetMinutes).slice(0, 10)
    if (one)
      days.push({ day, mark: one.mark, ...shown(one, found, offsetMinutes), ...endsOf(one, offsetMinutes) })
    else if (!isProvisional.has(start)) days.push(missingDay(start, judged, found, offsetMinutes))
  }
  return days
}

function missingDay(
  start: number,
  judged: ReadonlyMap<number, Judged>,
  { latestOf }: LatestReleases,
  offsetMinutes: number,
): Answer['days'][number] {
  const ends = [start, start + DAY]
  const [from, to] = ends.map(one => latestOf(one))
  return {
    day: civilOf(start, offsetMinutes).slice(0, 10),
    mark: 'missing',
    from: isoWithOffset(start, offsetMinutes),
    to: isoWithOffset(start + DAY, offsetMinutes),
    registers: [],
    without: [],
    reasons: ends.flatMap(one => judged.get(one)?.reasons ?? []).map(one => showReason(one, offsetMinutes)),
    start: from ? endOf(from, offsetMinutes) : null,
    end: to ? endOf(to, offsetMinutes) : null,
  }
}

function shown(one: Used<End>, { before }: LatestReleases, offsetMinutes: number): Shown {
  const reasons = reasonsOf(one, release => before(release), offsetMinutes)
  return {
    from: isoWithOffset(one.from, offsetMinutes),
    to: isoWithOffset(one.to, offsetMinutes),
    registers: one.registers.map(each => showRegister(each, offsetMinutes)),
    without: [...one.without],
    reasons: reasons.map(each => showReason(each, offsetMinutes)),
  }
}

function showTotal(
  { obis, unit, quantity, from, to, without }: UsedTotal,
  at: (instant: number) => string,
): Answer['total']['registers'][number] {
  return {
    ...{ obis, unit, quantity: formatScaled(quantity), from: at(from), to: at(to) },
    without: without.map(hole => ({ from: at(hole.from), to: at(hole.to) })),
  }
}

function showRegister(one: UsedRegister, offsetMinutes: number): Shown['registers'][number] {
  return {
    ...{ obis: one.obis, unit: one.unit, quantity: formatScaled(one.quantity) },
    estimated: formatScaled(one.estimated),
    parts: one.parts.map(({ from, to, start, end, rolledOver, multiplier, segment }) => ({
      from: isoWithOffset(from, offsetMinutes),
      to: isoWithOffset(to, offsetMinutes),
      start: formatScaled(start),
      end: formatScaled(end),
      rolledOver: rolledOver && formatScaled(rolledOver),
      multiplier,
      segment,
    })),
  }
}

function showReason({ at, ...rest }: UsedReason, offsetMinutes: number): Shown['reasons'][number] {
  return { at: isoWithOffset(at, offsetMinutes), ...rest }
}

type ShownEnd = Answer['spans'][number]['start']

function endOf({ boundary, version, standing, sequence, recordedAt }: End, offsetMinutes: number): ShownEnd {
  const at = isoWithOffset(boundary, offsetMinutes)
  const releasedAt = isoWithOffset(recordedAt, offsetMinutes)
  // What is withdrawn is no end of anything.
  return { at, version, standing: standing as ShownEnd['standing'], sequence, releasedAt }
}

function endsOf({ releases }: Used<End>, offsetMinutes: number): { start: ShownEnd; end: ShownEnd } {
  const [start, end] = [releases[0], releases.at(-1)] as [End, End]
  return { start: endOf(start, offsetMinutes), end: endOf(end, offsetMinutes) }
}

function whyNotReleased(
  { releases }: Used<End>,
  judged: ReadonlyMap<number, Judged>,
  offsetMinutes: number,
): Pick<Answer['provisional'][number], 'start' | 'end' | 'reasons'> {
  const [start, end] = [releases[0], releases.at(-1)] as [End, End]
  const reasons = releases.flatMap(({ boundary }) => judged.get(boundary)?.reasons ?? [])
  return {
    start: isInBook(start) ? endOf(start, offsetMinutes) : null,
    end: isInBook(end) ? endOf(end, offsetMinutes) : null,
    reasons: reasons.map(one => showReason(one, offsetMinutes)),
  }
}
