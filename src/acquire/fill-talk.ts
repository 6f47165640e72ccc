/** The conversation that fills missed slots of a poll from a meter's load records, and what it shows of its memory. */

import type { FaultCode } from '../core/faults.ts'
import { parseScaled } from '../core/scaled.ts'
import { civilOf, instantOf } from '../core/time.ts'
import type {
  Call,
  Conversation,
  Driver,
  LoadRecord,
  LoadRecordsRead,
  RawRead,
  RawValue,
} from '../driver-api/driver.ts'
import type { Point } from '../driver-api/profile.ts'
import type { Cause } from '../reading/expectation.ts'
import type { Store } from '../store/store.ts'
import type { FillQuestion, FillTold, ReadOrFilled, Stretch } from './fill-asked.ts'
import type { FillJob } from './job.ts'
import { LASTING } from './round.ts'

const PAGE = 5_000

/** The job, and what the store keeps of its slots already, of whatever quality. */
export async function knowHeld(
  store: Pick<Store, 'readingsOf'>,
  meter: string,
  job: FillJob,
): Promise<FillJob> {
  const { first, last } = job.asked
  const held = new Set<string>()
  for (let after: { slot: number; id: string } | undefined, page = PAGE; page === PAGE; ) {
    const asked = { meter, from: first, to: last + 1, kind: 'poll' as const, limit: PAGE }
    const readings = await store.readingsOf(after ? { ...asked, after } : asked)
    for (const { obis, slot } of readings) held.add(heldKey(obis, slot))
    const end = readings.at(-1)
    after = end && { slot: end.slot, id: end.id }
    page = readings.length
  }
  return { ...job, held }
}

function heldKey(obis: string, slot: number): string {
  return `${slot} ${obis}`
}

/**
 * Stops where the meter falls silent: what is not read then stays open. The `clock` is asked where nobody knows how far it
 * is off: it alone says what moment a record is of (V-T2).
 */
export function* readFill(
  driver: Driver,
  call: Call,
  { poll, asked, held = new Set() }: FillJob,
  offsetMinutes: number,
  clock: Point | null = null,
): Conversation<ReadOrFilled> {
  const { fill, everyMs } = poll
  if (!fill || !driver.readLoadRecords)
    throw new Error('broken promise: only meters that keep load records are asked for them')
  const wanted = fill.points.length
  const records = new Map<number, Cause | null>()
  const reads: RawRead[] = []
  const read: Stretch[] = []
  let cause: Cause | null = null
  let intervalMs: number | null = null
  for (let slot = asked.first; slot <= asked.last; slot += everyMs)
    if (fill.points.every(({ obis }) => held.has(heldKey(obis, slot)))) records.set(slot, null)

  const open = asked.questions.filter(question => !isKnown(question))
  if (clock && open.length > 0) {
    const seen = yield* driver.read(call, [clock])
    if (seen.reads.length === 0) return { reads, refused: [], told: { records, read, cause, intervalMs } }
    reads.push(...seen.reads)
  }
  for (const question of open) {
    const from = civilOf(question.from, offsetMinutes)
    const answer: LoadRecordsRead = yield* driver.readLoadRecords(call, {
      from,
      most: question.most,
      class: fill.class,
    })
    for (const record of answer.records)
      take(
        { frames: answer.frames, ...record },
        answer.records.filter(({ at }) => at === record.at).length > 1,
      )
    const shown = shownBy(question, answer, asked.last, offsetMinutes)
    if (shown.read) read.push(shown.read)
    cause = shown.cause ?? cause
    intervalMs = shown.intervalMs ?? intervalMs
    if (answer.records.length === 0 && !answer.refused && !answer.isWhole) break
  }
  return { reads, refused: [], told: { records, read, cause, intervalMs } }

  function isKnown({ from, most }: FillQuestion): boolean {
    return asked.questions.length > 1 || most === 1
      ? records.has(from)
      : records.size > (asked.last - asked.first) / everyMs
  }

  /** Only one record, of the very minute a slot begins in, stands for it; those of other slots were not asked for. */
  function take(record: LoadRecord, isTwice: boolean): void {
    const at = record.at === null ? null : instantOf(record.at, offsetMinutes)
    if (at === null || at < asked.first || at > asked.last || (at - asked.first) % everyMs !== 0) return
    if (records.has(at)) return
    const values = record.fault || isTwice ? [] : valuesIn(record)
    reads.push(...values.filter(({ point }) => !held.has(heldKey(point.obis, at))))
    records.set(at, isTwice ? 'VALUE_OUT_OF_TYPE' : values.length === wanted ? null : whyNotAll(record))
  }

  function valuesIn({ at, points, frames = [] }: LoadRecord): readonly RawValue[] {
    return (fill?.points ?? []).flatMap((point): RawValue[] => {
      const found = points.find(one => one.item === point.item && one.obis === point.obis)
      const value = found?.unit === point.unit && found.value !== null ? parseScaled(found.value) : null
      return value && at !== null ? [{ point, frames, value, stampedAt: at }] : []
    })
  }

  function whyNotAll({ fault, points }: LoadRecord): FaultCode {
    if (fault) return fault.code
    const items = new Set((fill?.points ?? []).map(({ item }) => item))
    return points.find(one => items.has(one.item) && one.fault)?.fault?.code ?? 'METER_NO_DATA'
  }
}

type Shown = Pick<FillTold, 'cause' | 'intervalMs'> & { readonly read: Stretch | null }

/** What is not in an answer is not in the memory, as far as the answer goes and can be believed. */
function shownBy(
  { from, most }: FillQuestion,
  { records, refused, isWhole }: LoadRecordsRead,
  lastAsked: number,
  offsetMinutes: number,
): Shown {
  const times = records.map(({ at }) => (at === null ? null : instantOf(at, offsetMinutes)))
  const faulty = records.find((_, index) => times[index] === null)
  const stamps = times.filter(time => time !== null)
  const isInOrder = stamps.every((time, index) => time >= Math.max(from, stamps[index - 1] ?? from))
  const gaps = stamps.flatMap((time, index) => (index === 0 ? [] : [time - (stamps[index - 1] ?? time)]))
  const positive = gaps.filter(gap => gap > 0)
  const intervalMs = isInOrder && !faulty && positive.length > 0 ? Math.min(...positive) : null
  const hasNone = refused !== null && records.length === 0 && LASTING.includes(refused.code)
  const isEnd = hasNone || (refused === null && isWhole && records.length < most)
  const cause = hasNone ? null : (refused?.code ?? faulty?.fault?.code ?? null)
  if (!isInOrder || faulty) return { read: null, cause: cause ?? 'VALUE_OUT_OF_TYPE', intervalMs }
  const last = stamps.at(-1)
  if (last === undefined)
    return { read: isEnd ? { from, to: Number.POSITIVE_INFINITY } : null, cause, intervalMs }
  // A single one shows that there is none before it.
  const to = most === 1 ? last - 1 : isEnd ? lastAsked : Math.min(last, lastAsked)
  return { read: { from, to }, cause, intervalMs }
}
