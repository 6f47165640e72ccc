/** What `meterd read` asks of a meter's memory: freezes, load records, events, each under the meter's own times. */

import type { Library } from '../config/library.ts'
import type { LineUrl } from '../core/line-url.ts'
import { CLOCK } from '../core/obis.ts'
import { instantOf, type MeterTime, MINUTE } from '../core/time.ts'
import type {
  Call,
  Conversation,
  DecodedPoint,
  Driver,
  EventsRead,
  FreezePlan,
  LoadRecord,
  LoadRecordsAsked,
  LoadRecordsRead,
  RawRead,
  ReadResult,
} from '../driver-api/driver.ts'
import type { Profile } from '../driver-api/profile.ts'
import type { Conversed } from '../line/line.ts'
import { type Periods, periodOf } from '../reading/freeze-period.ts'
import { traceTalk, withLine } from './line-talk.ts'
import { asModelShows } from './read-points.ts'
import { saidOf } from './said.ts'
import { STOPPED, type Terminal, WrongUse } from './verb.ts'

export type MemoryAsked =
  | { readonly kind: 'freeze'; readonly freeze: string; readonly nth: number }
  | ({ readonly kind: 'load-records' } & LoadRecordsAsked)
  | { readonly kind: 'events'; readonly event: string; readonly most: number }

interface Options {
  readonly freeze?: string | undefined
  readonly 'load-record'?: string | undefined
  readonly class?: string | undefined
  readonly events?: string | undefined
}

const MOST_RECORDS = 10_000
const MOST_EVENTS = 10

/** Null when nothing of the memory is asked. What stands behind the options is how far back, or how many. */
export function memoryAsked(options: Options, positionals: readonly string[]): MemoryAsked | null {
  const { freeze, events, 'load-record': from } = options
  const given = [freeze, events, from].filter(one => one !== undefined)
  if (given.length === 0) return null
  if (given.length > 1)
    throw new WrongUse('meterd read: one of --freeze, --load-record and --events at a time')
  if (positionals.length > 1)
    throw new WrongUse(`meterd read: behind --freeze, --load-record and --events stands one number`)
  if (freeze !== undefined) return { kind: 'freeze', freeze, nth: countIn(positionals, 254, 1) }
  if (events !== undefined)
    return { kind: 'events', event: events, most: countIn(positionals, MOST_EVENTS, MOST_EVENTS) }
  return {
    kind: 'load-records',
    from: fromIn(from ?? ''),
    most: countIn(positionals, MOST_RECORDS, 1),
    class: classIn(options.class ?? '0'),
  }
}

function countIn([text]: readonly string[], most: number, usual: number): number {
  const count = text === undefined ? usual : Number(text)
  if (!Number.isInteger(count) || count < 1 || count > most)
    throw new WrongUse(`meterd read: "${text}" is no number from 1 to ${most}`)
  return count
}

function fromIn(text: string): LoadRecordsAsked['from'] {
  if (text === 'earliest' || text === 'latest') return text
  const time = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/.test(text) ? `${text}:00` : text
  if (instantOf(time, 0) === null || !time.startsWith('20'))
    throw new WrongUse(`meterd read: --load-record is earliest, latest or a time such as 2026-11-21T12:00`)
  return time
}

function classIn(text: string): LoadRecordsAsked['class'] {
  const nth = ([0, 1, 2, 3, 4, 5, 6] as const).find(one => String(one) === text)
  if (nth === undefined) throw new WrongUse('meterd read: --class is 0 for all, or 1 to 6')
  return nth
}

export interface MemoryRead {
  readonly memory: MemoryAsked
  readonly url: LineUrl
  readonly withinMs: number | null
  readonly address: string
  readonly profile?: string | undefined
  readonly candidates: readonly Driver[]
  readonly library: Library
  readonly trace: boolean
  readonly json: boolean
}

/** Who among the candidates has such a memory is asked, in order, until one answers. */
export async function readMemory(read: MemoryRead, io: Terminal): Promise<number> {
  const able = read.candidates.filter(driver => has(driver, read.memory))
  if (able.length === 0) throw new WrongUse(`meterd read: ${unable(read)}`)
  const profile = read.profile === undefined ? null : (read.library.profiles.get(read.profile) ?? null)
  if (read.profile !== undefined && !profile)
    throw new WrongUse(`meterd read: there is no profile "${read.profile}"`)
  let good = false
  for (const driver of able) {
    const checked = driver.checkAddress(read.address)
    if ('wrong' in checked) throw new WrongUse(`meterd read: ${checked.wrong}`)
    const asking: Asking = { read, driver, address: checked.address, profile, io }
    const told = await ask(asking)
    if (io.signal.aborted) return STOPPED
    good = told === 'good'
    if (told !== 'silent') break
  }
  return good ? 0 : 1
}

interface Asking {
  readonly read: MemoryRead
  readonly driver: Driver
  readonly address: string
  readonly profile: Profile | null
  readonly io: Terminal
}

type Told = 'good' | 'bad' | 'silent'

async function ask(asking: Asking): Promise<Told> {
  const { memory } = asking.read
  if (memory.kind === 'freeze') return askFreeze(asking, memory.freeze, memory.nth)
  if (memory.kind === 'load-records') return askLoadRecords(asking, memory)
  const names = memory.event === 'all' ? [...(asking.driver.events?.keys() ?? [])] : [memory.event]
  let told: Told = 'good'
  for (const event of names) {
    const one = await askEvents(asking, event, memory.most)
    if (one === 'silent') return 'silent'
    if (one === 'bad') told = 'bad'
  }
  return told
}

function has(
  { readFreeze, freezes, readLoadRecords, readEvents, events }: Driver,
  asked: MemoryAsked,
): boolean {
  if (asked.kind === 'freeze') return readFreeze !== undefined && (freezes?.has(asked.freeze) ?? false)
  if (asked.kind === 'load-records') return readLoadRecords !== undefined
  return readEvents !== undefined && (asked.event === 'all' || (events?.has(asked.event) ?? false))
}

function unable({ candidates, memory }: MemoryRead): string {
  const names = candidates.map(({ protocol }) => protocol).join(', ')
  const known = (maps: readonly (ReadonlyMap<string, unknown> | undefined)[]) =>
    [...new Set(maps.flatMap(map => [...(map?.keys() ?? [])]))].join(', ')
  if (memory.kind === 'freeze')
    return `"${memory.freeze}" is no kind of freeze of ${names}; known are ${known(candidates.map(({ freezes }) => freezes))}`
  if (memory.kind === 'load-records') return `${names} keeps no load records`
  if (candidates.every(({ readEvents }) => readEvents === undefined)) return `${names} keeps no event records`
  return `"${memory.event}" is no class of events of ${names}; known are all, ${known(candidates.map(({ events }) => events))}`
}

/** What divides one freeze of a kind from the next, where that can be known without asking the meter. */
const PERIODS: Readonly<Record<string, Periods>> = {
  daily: { every: 'day', at: 0 },
  hourly: { every: 'hour' },
}

async function askFreeze(asking: Asking, kind: string, nth: number): Promise<Told> {
  const { driver, profile, io, read } = asking
  const own: FreezePlan | undefined = kind === 'daily' || kind === 'hourly' ? profile?.[kind] : undefined
  const plan = own ?? driver.freezes?.get(kind)
  if (!plan || !driver.readFreeze)
    throw new Error('broken promise: asked were only drivers with such a freeze')
  const { readFreeze } = driver
  const points = own ? own.points : plan.points.map(point => asModelShows(point, driver, profile))
  const talked = await talk(asking, call => readFreeze(call, { nth, stamp: plan.stamp, points }))
  // A clock that was read beside them is no register.
  const reads = talked.result.reads.filter(({ point }) => point.obis !== CLOCK)
  if (reads.length === 0) return silent(asking, talked)
  const here = reads.filter(raw => !isAbsent(raw))
  for (const raw of here.length > 0 ? here : reads.slice(0, 1)) {
    const { value, fault } = saidOf(raw)
    const { point } = raw
    const stampedAt = 'value' in raw ? (raw.stampedAt ?? null) : null
    const period = stampedAt !== null && PERIODS[kind] ? periodOf(stampedAt, PERIODS[kind]) : null
    if (read.json)
      io.out(
        JSON.stringify({
          item: point.item,
          obis: point.obis,
          name: point.name,
          value,
          unit: point.unit,
          stampedAt,
          period,
          fault,
        }),
      )
    else
      io.out(
        `${point.item.padEnd(12)} ${point.obis.padEnd(14)} ${point.name}: ${value === null ? `none; ${fault?.text}` : `${value} ${point.unit} at ${stampedAt}`}${closes(period)}`,
      )
  }
  return !talked.isContradicted && here.length > 0 && here.every(raw => 'value' in raw) ? 'good' : 'bad'
}

/** Tariffs beyond those a meter has are not told, as in a block. */
function isAbsent(raw: RawRead): boolean {
  return 'refused' in raw && raw.refused.code === 'METER_NO_DATA'
}

function closes(period: ReturnType<typeof periodOf>): string {
  if (!period) return ''
  const late = period.lateMs === 0 ? '' : `, ${Math.round(period.lateMs / MINUTE)} min late`
  return `, closes ${period.from} to ${period.to}${late}`
}

async function askLoadRecords(asking: Asking, asked: LoadRecordsAsked): Promise<Told> {
  const { readLoadRecords } = asking.driver
  if (!readLoadRecords) throw new Error('broken promise: asked were only drivers with load records')
  const talked = await talk(asking, call => readLoadRecords(call, asked))
  const { records, refused, isWhole, frames } = talked.result
  if (frames.length === 0 && refused === null) return silent(asking, talked)
  for (const { at, points, fault } of records) tellRecord(asking, { at }, at ?? 'no time', points, fault)
  const told = tellEnd(asking, 'load records', records, { refused, isWhole })
  return talked.isContradicted ? 'bad' : told
}

async function askEvents(asking: Asking, event: string, most: number): Promise<Told> {
  const { readEvents } = asking.driver
  if (!readEvents) throw new Error('broken promise: asked were only drivers with events')
  const talked = await talk(asking, call => readEvents(call, { event, most }))
  const { count, records, refused, isWhole, frames } = talked.result
  if (frames.length === 0 && refused === null) return silent(asking, talked)
  if (asking.read.json) asking.io.out(JSON.stringify({ event, count, kept: records.length }))
  else asking.io.out(`${event}: ${count === null ? 'not counted' : `${count} in all`}`)
  for (const { nth, startedAt, endedAt, points, fault } of records)
    tellRecord(
      asking,
      { event, nth, startedAt, endedAt },
      `  ${nth}  ${startedAt ?? 'no time'} to ${endedAt ?? 'no end'}`,
      points,
      fault,
    )
  const told = tellEnd(asking, event, records, { refused, isWhole })
  return talked.isContradicted ? 'bad' : told
}

function tellRecord(
  { read, io }: Asking,
  about: Readonly<Record<string, string | number | MeterTime | null>>,
  heading: string,
  points: readonly DecodedPoint[],
  fault: DecodedPoint['fault'] | null,
): void {
  if (read.json) {
    io.out(JSON.stringify({ ...about, points, fault: fault ?? null }))
    return
  }
  io.out(fault ? `${heading}: ${fault.text} (${fault.code})` : heading)
  for (const point of points)
    io.out(
      `     ${point.name}: ${point.value === null ? `none; ${point.fault?.text}` : `${point.value} ${point.unit}`.trim()}`,
    )
}

function tellEnd(
  { io }: Asking,
  what: string,
  records: readonly Pick<LoadRecord, 'fault' | 'points'>[],
  { refused, isWhole }: Pick<LoadRecordsRead, 'refused' | 'isWhole'>,
): Told {
  if (refused) io.err(`${what}: ${refused.text} (${refused.code})`)
  if (!isWhole) io.err(`${what}: not all; the meter fell silent or did not come to an end`)
  else if (records.length === 0 && !refused) io.err(`${what}: the meter keeps none`)
  const faulty = records.filter(({ fault, points }) => fault !== null || points.some(isFaulty))
  if (faulty.length > 0) io.err(`${what}: ${faulty.length} of ${records.length} not good`)
  return refused || !isWhole || faulty.length > 0 ? 'bad' : 'good'
}

/** What a meter does not have it leaves out, or fills up; that is no fault. */
function isFaulty({ fault }: DecodedPoint): boolean {
  return fault !== undefined && fault.code !== 'METER_NO_DATA' && fault.code !== 'VALUE_NOT_HELD'
}

async function talk<Result extends ReadResult | LoadRecordsRead | EventsRead>(
  { read, driver, address, profile, io }: Asking,
  conversation: (call: Call) => Conversation<Result>,
): Promise<Conversed<Result> & { readonly isContradicted: boolean }> {
  return await withLine(read.url, read.withinMs, io, async ({ callTo, hold, isContradicted }) => {
    const talked = await hold(driver, address, conversation(callTo(address, profile?.traits ?? {})))
    if (read.trace) traceTalk(talked, driver, io)
    return { ...talked, isContradicted: isContradicted(address) }
  })
}

function silent({ io }: Asking, talked: Conversed<unknown>): Told {
  io.err(talked.fault ? `${talked.fault.text} (${talked.fault.code})` : 'the meter did not answer')
  return 'silent'
}
