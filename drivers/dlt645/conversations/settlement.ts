/**
 * Registers kept at settlement days. They carry no stamp of their own (2007 A.1, 1997 DI1 bits 3-2): when each was kept
 * follows from the meter's settlement days and its clock, both read in the same conversation.
 */

import type {
  Call,
  Conversation,
  Frame,
  FreezeAsked,
  FreezePlan,
  MeterTime,
  RawRead,
  ReadResult,
  Refusal,
  Request,
} from '../../../src/driver-api/driver.ts'
import { CLOCK_OBIS, type Dialect } from '../dialect.ts'
import { pointOf } from '../items/item-table.ts'
import { hexByte } from '../wire/bytes.ts'
import { createHearing, type Hearing, hear } from './hearing.ts'
import { readAnswer, readItem, refuseAll } from './read.ts'
import { askSetSince } from './set-since.ts'
import { isSettling } from './settling.ts'

interface Settlements {
  /** Where the days stand; the first is the stamp a plan names. */
  readonly days: readonly string[]
  readonly depth: number
  /** The identifier of a register as it stood `nth` settlements ago. */
  readonly itemOf: (current: string, nth: number) => string
  /** Registers a bill needs, as they stand now. */
  readonly registers: readonly string[]
}

const SETTLEMENTS: Readonly<Record<Dialect['protocol'], Settlements>> = {
  'dlt645-2007': {
    days: ['04000B01', '04000B02', '04000B03'],
    depth: 12,
    itemOf: (current, nth) => `${current.slice(0, -2)}${hexByte(nth)}`,
    registers: ['00010000', '00010100', '00010200', '00010300', '00010400', '00020000'],
  },
  'dlt645-1997': {
    days: ['C117'],
    depth: 2,
    itemOf: (current, nth) =>
      `${current.charAt(0)}${(Number.parseInt(current.charAt(1), 16) + 4 * nth).toString(16).toUpperCase()}${current.slice(2)}`,
    registers: ['9010', '9011', '9012', '9013', '9014', '9020'],
  },
}

/** A day of every month, and its hour. */
export interface SettlementDay {
  readonly day: number
  readonly hour: number
}

export function isSettlement(dialect: Dialect, { stamp }: FreezeAsked): boolean {
  return SETTLEMENTS[dialect.protocol].days[0] === stamp.item
}

/** Points name the registers as they stand now. */
export function settlementPlan(dialect: Dialect): FreezePlan | null {
  const { days, depth, registers } = SETTLEMENTS[dialect.protocol]
  const pointAt = (item: string) => {
    const layout = dialect.table.find(item)
    return layout && pointOf(layout, 0)
  }
  const stamp = pointAt(days[0] ?? '')
  return stamp && { stamp, points: registers.flatMap(item => pointAt(item) ?? []), depth }
}

/**
 * When a clock that shows `now` settled for the nth time back; null without a day. Days a month does not have settle
 * nothing in it. A meter that was without power at that moment has settled when power came, as if it had been in time.
 */
export function settledAt(now: MeterTime, days: readonly SettlementDay[], nth: number): MeterTime | null {
  if (days.length === 0 || nth < 1) return null
  const [year = 0, month = 1] = now.split('-').map(Number)
  const settled: MeterTime[] = []
  // Each day settles in seven months of twelve at the least.
  for (let back = 0; settled.length < nth && back <= 2 * nth + 1; back += 1) {
    const first = new Date(Date.UTC(year, month - 1 - back, 1))
    const moments = days.flatMap(day => momentIn(first, day) ?? []).filter(moment => moment <= now)
    settled.push(...[...new Set(moments)].sort().reverse())
  }
  return settled[nth - 1] ?? null
}

function momentIn(firstOfMonth: Date, { day, hour }: SettlementDay): MeterTime | null {
  const at = new Date(firstOfMonth.getTime() + ((day - 1) * 24 + hour) * 3_600_000)
  return at.getUTCMonth() === firstOfMonth.getUTCMonth() ? at.toISOString().slice(0, 19) : null
}

/**
 * Days, clock, since when both are as they are, registers, clock: where the clock has passed a settlement meanwhile every
 * count has moved by one, and all is refused and read again later. The clock is told with the registers, whose moments rest
 * on it.
 */
export function* readSettlement(dialect: Dialect, call: Call, freeze: FreezeAsked): Conversation<ReadResult> {
  const { nth, points } = freeze
  const { depth, itemOf } = SETTLEMENTS[dialect.protocol]
  const hearing = createHearing(call, dialect)
  const { unanswered } = hearing
  const nothing: ReadResult = { reads: [], refused: [], unanswered }
  const refusing = (refused: Refusal, frames: readonly Frame[] = []): ReadResult => ({
    reads: refuseAll(points, refused, frames),
    refused: [],
    unanswered,
  })
  if (!isSettlement(dialect, freeze))
    return refusing({
      code: 'PROFILE_INVALID',
      text: `${freeze.stamp.item} is no freeze of ${dialect.protocol}`,
    })
  if (nth < 1 || nth > depth)
    return refusing({
      code: 'METER_NO_DATA',
      text: `a meter counts settlements back from 1 to ${depth}, asked was ${nth}`,
    })
  const days = yield* askDays(dialect, hearing)
  if (!days) return nothing
  if ('refused' in days) return refusing(days.refused)
  const before = yield* askClock(dialect, hearing)
  if (!before) return nothing
  if ('refused' in before) return refusing(before.refused, before.frames)
  const stampedAt = settledAt(before.time, days, nth)
  if (stampedAt === null)
    return refusing({ code: 'METER_NO_DATA', text: 'the meter has no settlement day set' }, before.frames)

  const notYet = whyNotYet(before.time, days)
  if (notYet) return refusing(notYet, before.frames)

  const set = yield* askSetSince(dialect, hearing, before.time)
  if (!set) return nothing
  if (set !== 'never' && stampedAt < set.until) return refusing(whyInDoubt(stampedAt, set.until), set.frames)

  const reads: RawRead[] = []
  for (const point of points) {
    const item = itemOf(point.item, nth)
    const answer = yield* hear(hearing, item, null)
    if (!answer) return nothing
    const read = readAnswer(dialect, item, [{ ...point, item }], answer, stampedAt)
    reads.push(...read.map(one => ({ ...one, point, frames: [...one.frames, ...before.frames] })))
  }

  const after = yield* askClock(dialect, hearing)
  if (!after) return nothing
  const again = 'refused' in after ? null : settledAt(after.time, days, nth)
  if (again === stampedAt && 'time' in after)
    return { reads: [...reads, after.read], refused: [], unanswered }
  return refusing(
    { code: 'METER_BUSY', text: `the meter settled again while it was read: ${stampedAt}, then ${again}` },
    after.frames,
  )
}

/** Registers are turned one after the other when a settlement is due, and bear no stamp to tell which have been. */
function whyNotYet(now: MeterTime, days: readonly SettlementDay[]): Refusal | null {
  const due = settledAt(now, days, 1)
  if (due === null || !isSettling(due, now)) return null
  const text = `the meter's clock shows ${now}: it settles at ${due}, and may not be done`
  return { code: 'METER_BUSY', text }
}

function whyInDoubt(stampedAt: MeterTime, until: MeterTime): Refusal {
  const text = `by the meter's days and clock of now this was kept at ${stampedAt}, and one of them was set at ${until}`
  return { code: 'SETTLEMENT_IN_DOUBT', text }
}

/** Those that are set: 9999 is an unset day, and meters with one day only refuse the others. */
function* askDays(
  dialect: Dialect,
  hearing: Hearing,
): Generator<Request, readonly SettlementDay[] | { readonly refused: Refusal } | null, Frame | null> {
  const days: SettlementDay[] = []
  for (const [index, item] of SETTLEMENTS[dialect.protocol].days.entries()) {
    const layout = dialect.table.find(item)
    const point = layout && pointOf(layout, 0)
    const [read] = point ? ((yield* readItem(dialect, hearing, item, [point])) ?? []) : []
    if (!read) return null
    if ('value' in read) {
      const [, day, hour] = /^(\d\d)T(\d\d)$/.exec('text' in read.value ? read.value.text : '') ?? []
      if (day !== undefined && hour !== undefined) days.push({ day: Number(day), hour: Number(hour) })
    } else if (
      read.refused.code !== 'VALUE_NOT_HELD' &&
      (index === 0 || read.refused.code !== 'METER_NO_DATA')
    ) {
      return { refused: read.refused }
    }
  }
  return days
}

type ClockRead =
  | { readonly time: MeterTime; readonly frames: readonly Frame[]; readonly read: RawRead }
  | { readonly refused: Refusal; readonly frames: readonly Frame[] }

function* askClock(dialect: Dialect, hearing: Hearing): Generator<Request, ClockRead | null, Frame | null> {
  const item = dialect.clock
  const point = { obis: CLOCK_OBIS, item, place: 0, encoding: 'YYMMDDWWhhmmss', unit: '', name: 'clock' }
  const [read] = (yield* readItem(dialect, hearing, item, [point])) ?? []
  if (!read) return null
  if ('refused' in read) return { refused: read.refused, frames: read.frames }
  return 'time' in read.value
    ? { time: read.value.time, frames: read.frames, read }
    : { refused: { code: 'PROFILE_INVALID', text: `${item} is no time` }, frames: read.frames }
}
