/** `meterd clock`: how far meters' clocks are off, and setting them inside the meters' own rules. */

import { parseArgs } from 'node:util'
import { systemClock } from '../core/clock.ts'
import { characterMs } from '../core/line-url.ts'
import { civilOf, type MeterTime, parseOffset, SECOND } from '../core/time.ts'
import type { Authority } from '../driver-api/command.ts'
import type { ClockAsked, Driver, RawRead } from '../driver-api/driver.ts'
import { terminalPass } from '../line/guard/pass.ts'
import { type ClockDrift, driftOf } from '../reading/clock-drift.ts'
import {
  type ClockKnown,
  type ClockObstacle,
  hourlyMoments,
  whyNotSet,
  whyNotSetAt,
} from '../reading/clock-rules.ts'
import { type LineTalk, traceTalk, withLine } from './line-talk.ts'
import { METER_OPTIONS, type MeterAsked, meterAsked, passwordFrom } from './meter-asked.ts'
import { valueText } from './value-text.ts'
import { STOPPED, type Terminal, type Verb, WrongUse } from './verb.ts'

const CLOCK_OBIS = '0-0:1.0.0'
/** Where meters keep their settlement days, their daily freeze, and the last time their clock was set. */
const MOMENTS = ['04000B01', '04000B02', '04000B03', '04001203', 'C117']
/** Where they keep when their hourly freezes began, and every how many minutes they come. */
const HOURLY_START = '04001201'
const HOURLY_MINUTES = '04001202'
const SET_RECORD = '03300401'
/** Date and time, where they are two items. */
const CLOCK_FRAMES = 2
/** A clock set is one that shows the right second, or its neighbour, as far as can be measured. */
const SET_WITHIN_MS = 2 * SECOND

export const clock: Verb = {
  summary: "how far meters' clocks are off, and setting them",
  help: `meterd clock --line URL --protocol P --address A [--address B …] [--set broadcast|write] [options]

  --line, --protocol, --profile, --within, --trace, --json as for meterd read; the protocol is never guessed
  --offset ±hh:mm     the offset of the meters' clocks from UTC (+08:00)
  --set broadcast     tell all meters of the line the time
  --set write         write the clock of each meter named; needs --password-file
  --password-file F   its first line is the password
  --level NN          password level, two hex digits (04)
  --operator HEX      operator code, eight hex digits

Shown is how far each clock is ahead, less what the line takes. A clock is set at most once a day, by at most five
minutes, and not within five minutes of midnight, settlement or a freeze, nor where the meter does not answer when these
are; it is read back. A clock that is right as far as can be measured is not set. This machine's clock is taken for
right. Exit 0 when all were read, and with --set all are right; 130 when stopped; else 1.
Example: meterd clock --line tcp://127.0.0.1:64501 --protocol dlt645-2007 --address 000000000161 --set broadcast`,
  async run(argv, io) {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        ...METER_OPTIONS,
        address: { type: 'string', multiple: true },
        offset: { type: 'string', default: '+08:00' },
        set: { type: 'string' },
        'password-file': { type: 'string' },
        level: { type: 'string', default: '04' },
        operator: { type: 'string', default: '00000000' },
      },
    })
    const offsetMinutes = parseOffset(values.offset)
    if (offsetMinutes === null) throw new WrongUse(`--offset ${values.offset}: write for example +08:00`)
    const { set } = values
    if (set !== undefined && set !== 'broadcast' && set !== 'write')
      throw new WrongUse(`--set is broadcast or write, not "${set}"`)
    const meters: MeterAsked[] = []
    for (const address of values.address ?? []) meters.push(await meterAsked(values, address, io))
    const [first] = meters
    if (!first) throw new WrongUse('--address is missing')
    if (set !== undefined && !first.driver.setClock)
      throw new WrongUse(`clocks of ${first.driver.protocol} are not set`)
    const authority = await authorityIn(values)
    if (set === 'write' && !authority) throw new WrongUse('--set write needs --password-file')
    return await withLine(first.url, first.withinMs, io, async talk => {
      const bench: Bench = { talk, offsetMinutes, trace: values.trace, io }
      const seen: Seen[] = []
      for (const meter of meters) seen.push(await look(bench, meter, set !== undefined))
      const told =
        set === 'broadcast'
          ? await setAll(bench, seen, authority)
          : set === 'write' && authority
            ? await setEach(bench, seen, authority)
            : seen.map(one => ({ ...one, set: null, after: null }))
      for (const one of told) tell(one, set !== undefined, values.json, io)
      if (io.signal.aborted) return STOPPED
      const isDoubted = meters.some(({ address }) => talk.isContradicted(address))
      return !isDoubted && told.every(one => isRight(one, set !== undefined)) ? 0 : 1
    })
  },
}

interface Bench {
  readonly talk: LineTalk
  readonly offsetMinutes: number
  readonly trace: boolean
  readonly io: Terminal
}

interface Seen {
  readonly meter: MeterAsked
  readonly shown: MeterTime | null
  readonly drift: ClockDrift | null
  /** Why it should not be set, or could not be read. */
  readonly why: readonly ClockObstacle[]
  /** By which it is judged once more when a frame is about to leave; null where it is not to be set. */
  readonly known: ClockKnown | null
}

interface Told extends Seen {
  readonly set: 'sent' | 'done' | 'refused' | 'unanswered' | null
  readonly after: Pick<Seen, 'shown' | 'drift'> | null
}

async function authorityIn(values: {
  readonly 'password-file'?: string | undefined
  readonly level: string
  readonly operator: string
}): Promise<Authority | null> {
  const file = values['password-file']
  if (file === undefined) return null
  return { level: values.level, operator: values.operator, password: await passwordFrom(file) }
}

/** The clock, and where it is to be set what stands against it. */
async function look(bench: Bench, meter: MeterAsked, isToBeSet: boolean): Promise<Seen> {
  const read = await readClock(bench, meter)
  if (!read.shown)
    return {
      meter,
      ...read,
      why: [{ kind: read.isSilent ? 'unknown' : 'far', text: read.text }],
      known: null,
    }
  if (!isToBeSet) return { meter, ...read, why: [], known: null }
  const remembered = await readTexts(bench, meter, [SET_RECORD])
  const moments = await readTexts(bench, meter, MOMENTS)
  const hourly = await readTexts(bench, meter, [HOURLY_START])
  const interval = await readTexts(bench, meter, [HOURLY_MINUTES])
  const [start] = hourly.texts
  const minutes = interval.texts[0] === undefined ? null : Number(interval.texts[0])
  const rules = {
    lastSet: remembered.texts.findLast(text => /^\d{4}-/.test(text)) ?? null,
    moments: [...moments.texts.flatMap(momentIn), ...hourlyMoments(start ?? null, minutes)],
    unknown: [...remembered.unknown, ...moments.unknown, ...hourly.unknown, ...interval.unknown],
  }
  const right = civilOf(systemClock.now(), bench.offsetMinutes)
  const why = whyNotSet({ ...rules, shown: read.shown, right })
  return { meter, ...read, why, known: { ...rules, aheadMs: read.drift?.ms ?? 0 } }
}

async function readClock(
  { talk, offsetMinutes, trace, io }: Bench,
  { driver, address, traits, url }: MeterAsked,
): Promise<Pick<Seen, 'shown' | 'drift'> & { readonly text: string; readonly isSilent?: true }> {
  const point = driver.describe(CLOCK_OBIS)
  const none = { shown: null, drift: null }
  if (!point) return { ...none, text: `${driver.protocol} has no clock` }
  if (talk.isStopped()) return { ...none, text: 'stopped', isSilent: true }
  const talked = await talk.hold(driver, address, driver.read(talk.callTo(address, traits), [point]))
  if (trace) traceTalk(talked, driver, io)
  const [read] = talked.result.reads
  if (!read) return { ...none, text: talked.fault?.text ?? 'no answer', isSilent: true }
  if ('refused' in read) return { ...none, text: read.refused.text }
  const carrier = talked.exchanges.find(({ frame }) => frame !== null && frame === read.frames[0])
  if (!('time' in read.value) || !carrier?.frame) return { ...none, text: 'the clock shows no time' }
  const drift = driftOf({
    shown: read.value.time,
    sentAt: carrier.sentAt,
    receivedAt: carrier.receivedAt ?? carrier.sentAt,
    requestBytes: carrier.request.bytes.length,
    replyBytes: carrier.frame.bytes.length,
    characterMs: characterMs(url),
    offsetMinutes,
  })
  return { shown: read.value.time, drift, text: '' }
}

/** What of the items the meter holds, and what is not known of them; it need hold none, and then says so. */
async function readTexts(
  { talk }: Bench,
  { driver, address, traits }: MeterAsked,
  items: readonly string[],
): Promise<{ readonly texts: readonly string[]; readonly unknown: readonly string[] }> {
  const points = items.flatMap(item => pointsOf(driver, item))
  const isAsked = points.length > 0 && !talk.isStopped()
  const reads = isAsked
    ? (await talk.hold(driver, address, driver.read(talk.callTo(address, traits), points))).result.reads
    : []
  const untold = points.filter(point => !reads.some(read => read.point === point && isTold(read)))
  return {
    texts: reads.flatMap(read => ('value' in read ? [valueText(read.value)] : [])),
    unknown: [...new Set(untold.map(({ item }) => item))],
  }
}

/** Only a meter that says so holds none; silence, any other refusal and a damaged answer leave it unknown. */
function isTold(read: RawRead): boolean {
  return 'value' in read || read.refused.code === 'METER_NO_DATA' || read.refused.code === 'VALUE_NOT_HELD'
}

function pointsOf(driver: Driver, item: string) {
  const point = driver.describe(item)
  return point ? (driver.describeAll?.(item) ?? [point]) : []
}

/** DDhh of a settlement day, or hhmm of every day: "01T00", "00:00". */
function momentIn(text: string): readonly string[] {
  if (/^\d\dT\d\d$/.test(text)) return [`${text.replace('T', '')}00`]
  return /^\d\d:\d\d$/.test(text) ? [text.replace(':', '')] : []
}

/** One frame for all, if the moment suits every meter that was read and serves at least one of them. */
async function setAll(
  bench: Bench,
  seen: readonly Seen[],
  authority: Authority | null,
): Promise<readonly Told[]> {
  const isBadMoment = seen.some(({ why }) => why.some(({ kind }) => kind !== 'far'))
  const fit = seen.find(one => one.why.length === 0 && !isRightAlready(one))
  if (isBadMoment && fit) bench.io.err('nobody is told the time: one of the meters may not be set now')
  if (isBadMoment || !fit || bench.talk.isStopped()) return seen.map(one => notSet(bench, one))
  const how = authority ? { authority, broadcast: true as const } : ('broadcast' as const)
  const set = await setOne(bench, fit, how, seen)
  if (set === null) bench.io.err('nobody is told the time')
  const told: Told[] = []
  for (const one of seen) told.push(await toldOf(bench, one, set))
  return told
}

/** Read back also when it did not answer: reading changes nothing, and tells. Where nothing left there is no need. */
async function toldOf(bench: Bench, one: Seen, set: Told['set']): Promise<Told> {
  if (set !== null) return { ...one, set, after: await readClock(bench, one.meter) }
  return notSet(bench, { ...one, why: [...one.why, ...obstaclesNow(bench, one)] })
}

function obstaclesNow({ offsetMinutes }: Bench, { known }: Seen): readonly ClockObstacle[] {
  return known ? whyNotSetAt(known, systemClock.now(), offsetMinutes) : []
}

function notSet({ talk }: Bench, one: Seen): Told {
  const why: Seen['why'] = talk.isStopped() ? [...one.why, { kind: 'unknown', text: 'stopped' }] : one.why
  return { ...one, why, set: null, after: null }
}

async function setEach(bench: Bench, seen: readonly Seen[], authority: Authority): Promise<readonly Told[]> {
  const told: Told[] = []
  for (const one of seen) {
    if (one.why.length > 0 || isRightAlready(one) || bench.talk.isStopped()) {
      told.push(notSet(bench, one))
      continue
    }
    told.push(await toldOf(bench, one, await setOne(bench, one, { authority }, [one])))
  }
  return told
}

/** Null when nothing was sent: all who would hear it are judged once more as the frame is about to leave. */
async function setOne(
  bench: Bench,
  fit: Seen,
  how: ClockAsked['how'],
  hearing: readonly Seen[],
): Promise<Told['set']> {
  const { talk, offsetMinutes, trace, io } = bench
  const { driver, address, traits } = fit.meter
  const { drift } = fit
  const aheadMs = (drift?.wayMs ?? 0) + SECOND / 2
  const timeAt = () => civilOf(systemClock.now() + aheadMs, offsetMinutes)
  const whyStay = () => {
    const obstacles = hearing.flatMap(one =>
      obstaclesNow(bench, one).filter(({ kind }) => one === fit || kind !== 'far'),
    )
    return obstacles.length === 0
      ? null
      : { code: 'METER_BUSY' as const, text: obstacles.map(({ text }) => text).join('; ') }
  }
  const conversation = driver.setClock?.(talk.callTo(address, traits), { timeAt, whyStay, how })
  if (!conversation) return null
  const talked = await talk.hold(driver, address, conversation, terminalPass('meterd clock', CLOCK_FRAMES))
  if (trace) traceTalk(talked, driver, io)
  if (talked.result.refused) io.err(`${address}: ${talked.result.refused.text}`)
  const { outcome } = talked.result
  // Of a line lost while the time left for all nobody knows.
  if (outcome === 'sent' && talked.fault) return 'unanswered'
  return outcome === 'not-sent' ? null : outcome
}

function isRight({ drift, set, after }: Told, wasToBeSet: boolean): boolean {
  if (!wasToBeSet) return drift !== null
  if (set === null) return isRightAlready({ drift })
  return (set === 'sent' || set === 'done') && isSet(after)
}

/** As far as can be measured; telling it the time could only make it worse. */
function isRightAlready({ drift }: Pick<Seen, 'drift'>): boolean {
  return drift !== null && Math.abs(drift.ms) <= drift.uncertainMs
}

function isSet(after: Told['after']): boolean {
  return after?.drift != null && Math.abs(after.drift.ms) <= Math.max(SET_WITHIN_MS, after.drift.uncertainMs)
}

function tell(told: Told, wasToBeSet: boolean, json: boolean, io: Terminal): void {
  const { meter, shown, drift, why, set, after } = told
  const texts = why.map(({ text }) => text)
  const wasRight = wasToBeSet && set === null && isRightAlready(told)
  if (json) {
    const now = after && { shown: after.shown, driftMs: after.drift?.ms ?? null, isSet: isSet(after) }
    io.out(
      JSON.stringify({
        address: meter.address,
        shown,
        driftMs: drift?.ms ?? null,
        uncertainMs: drift?.uncertainMs ?? null,
        why: texts,
        wasRight,
        set,
        after: now,
      }),
    )
    return
  }
  io.out(`${meter.address}  ${shown ?? 'no clock read'}  ${driftText(drift)}`)
  if (wasRight) io.out(`${meter.address}  right, not set`)
  for (const text of texts) io.out(`${meter.address}  not set: ${text}`)
  if (set !== null)
    io.out(
      `${meter.address}  ${set === 'sent' ? 'told' : set}; now ${after?.shown ?? 'not read'}  ` +
        `${driftText(after?.drift ?? null)}: ${isSet(after) ? 'right' : 'NOT right'}`,
    )
}

function driftText(drift: ClockDrift | null): string {
  if (!drift) return ''
  const seconds = (Math.abs(drift.ms) / SECOND).toFixed(1)
  return `${seconds} s ${drift.ms < 0 ? 'behind' : 'ahead'} (± ${(drift.uncertainMs / SECOND).toFixed(1)} s)`
}
