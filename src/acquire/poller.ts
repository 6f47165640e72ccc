/**
 * One reading's way, told in order: a meter that is due → a conversation on the line → what the meter said → what it
 * means → what we think of it → kept. One poller per line; open this file first.
 */

import type { Config, MeterConfig } from '../config/config.ts'
import type { Clock } from '../core/clock.ts'
import { isPassing } from '../core/faults.ts'
import type { Log } from '../core/log.ts'
import { type Beat, noBeat } from '../core/progress.ts'
import { HOUR, SECOND } from '../core/time.ts'
import type { Point, ReadResult } from '../driver-api/driver.ts'
import { type Line, PRIORITY, type Priority } from '../line/line.ts'
import type { Retries } from '../line/retries.ts'
import type { Accepted, Round, Store } from '../store/store.ts'
import type { AlarmDesk } from './alarm-desk.ts'
import { createAskedTwice } from './asked-twice.ts'
import { type Asked, createAsking, recentClock } from './asking.ts'
import { type Book, bookOf } from './bookkeeping.ts'
import { knowHeld } from './fill-talk.ts'
import type { Commissioning } from './gate/commissioning.ts'
import type { Job } from './job.ts'
import { createKeeping } from './keeping.ts'
import type { LastGoodValues } from './last-good.ts'
import { type Before, createLedger, type Due, type FreezesHeld, type Ledger } from './ledger.ts'
import { createLoadsSeen } from './loads-seen.ts'
import { createPatience, createSilentBudget, type Patience } from './patience.ts'
import { createRatioWatch } from './ratio-watch.ts'
import { createReadNow, type ReadNow } from './read-now.ts'
import type { RefusalsHeld } from './refusals-held.ts'
import { createRoster } from './roster.ts'
import { type Outcome, outcomeOf, wasSent } from './round.ts'
import { createRoundsSeen } from './rounds-seen.ts'
import type { SameMeter } from './same-meter.ts'
import { createSecondLook } from './second-look.ts'
import { silentTo } from './silences.ts'
import { createStandingSeen } from './standing-seen.ts'
import type { MeterStatus } from './status.ts'
import { createTally } from './tally.ts'
import type { TimeTrust } from './time-trust.ts'

const CONTRADICTION_LASTS_MS = HOUR
const RETRIES: Retries = { silent: 0, silentOnceAnswered: 1, damaged: 2 }
/** A look that was slept for comes at most so late. */
const LOOK_LATE_MS = 30 * SECOND

export interface Poller {
  start(): void
  stop(): Promise<void>
  /** Reads a meter now, before any poll; resolves when the round is durable. */
  readNow(meterId: string): Promise<ReadNow>
  status(): readonly MeterStatus[]
  books(): readonly Book[]
  /** Of one meter of this line. */
  statusOf(meterId: string): MeterStatus | null
  /** When each meter is asked next for a boundary that it has not told yet; those that are not are left out. */
  askedNext(boundary: number): ReadonlyMap<string, number>
}

export interface PollerParts {
  readonly line: Line
  readonly meters: readonly MeterConfig[]
  readonly site: Config['site']
  /** Asked what it holds of slots that load records are to fill. */
  readonly store: Pick<Store, 'accept' | 'readingsOf'>
  /** Boundaries whose freezes the store holds already, per meter. */
  readonly freezesHeld: ReadonlyMap<string, FreezesHeld>
  /** What else an earlier life has left, per meter. */
  readonly before?: ReadonlyMap<string, Omit<Before, 'freezesHeld'>>
  readonly lastGood: LastGoodValues
  readonly refusals: RefusalsHeld
  /** Looks whether a probed meter is still the same one. */
  readonly sameMeter?: SameMeter
  /** Holds apart what is read of meters nobody has accepted. */
  readonly commissioning?: Commissioning
  /** Told of rounds that are durable, and how long answers took. */
  readonly alarms?: Pick<AlarmDesk, 'took' | 'heard'>
  /** Each meter's clock as measured last, from the store. */
  readonly clocks: ReadonlyMap<string, NonNullable<Round['clock']>>
  readonly timeTrust: TimeTrust
  /** How much later than the calendar says it asks, ms: its place among many lines, which would ask in one moment. */
  readonly laterMs?: number
  readonly clock: Clock
  readonly log: Log
  /** Called when readings became durable, so that sinks look. */
  readonly kept: (accepted: Accepted) => void
  /** Called when the store's answer is that nothing can be trusted any more (PR-03). */
  readonly broken: (error: unknown) => void
  /** Makes signs of life, one for each who asks on this line at once. */
  readonly newBeat?: () => Beat
}

interface Meter extends Asked {
  readonly ledger: Ledger
  readonly patience: Patience
  underWay: Job | null
}

export function createPoller(parts: PollerParts): Poller {
  const { line, clock, log, site, timeTrust, commissioning } = parts
  const stopping = new AbortController()
  const budget = createSilentBudget(clock, () => meters)
  const meters: readonly Meter[] = parts.meters.map(config => ({
    config,
    ledger: createLedger(config, site.offsetMinutes, {
      ...parts.before?.get(config.id),
      freezesHeld: parts.freezesHeld.get(config.id) ?? {},
    }),
    patience: createPatience(clock, budget),
    lastClock: parts.clocks.get(config.id) ?? null,
    clockBefore: null,
    silentBefore: 0,
    ratios: createRatioWatch(config),
    underWay: null,
  }))
  const asking = createAsking({
    line,
    refusals: parts.refusals,
    timeTrust,
    clock,
    offsetMinutes: site.offsetMinutes,
  })
  const roster = createRoster({ line, meters, timeTrust, clock })
  const tally = createTally(line.id, clock, log)
  const loads = createLoadsSeen(parts.meters)
  const seen = createRoundsSeen(parts.meters, site.offsetMinutes)
  const standing = createStandingSeen(parts.meters, site.offsetMinutes)
  const keeping = createKeeping({ ...parts, loads, seen, standing })
  const read = createAskedTwice<Meter>({
    secondLook: createSecondLook(clock),
    offsetMinutes: site.offsetMinutes,
    converse,
  })
  let workers: readonly Promise<void>[] = []

  async function work(): Promise<void> {
    const beat = parts.newBeat?.() ?? noBeat
    while (!stopping.signal.aborted) {
      await line.opened()
      // Waited for here and not between answer and store: what came of a conversation is kept before anything else happens.
      await keeping.room()
      const next = roster.next()
      // In a conversation it is the line that must advance.
      const ms = next ? null : rests()
      beat(ms === null ? null : ms + LOOK_LATE_MS)
      if (next) await serve(next.meter, next.due).catch(laterOrBroken)
      else await clock.sleep(ms ?? 0, stopping.signal)
      beat(null)
    }
  }

  function rests(): number {
    tally.roundEnds()
    return roster.restsMs() + (parts.laterMs ?? 0)
  }

  /** A line whose queue is full is asked again in a moment; nothing else may happen here. */
  async function laterOrBroken(error: unknown): Promise<void> {
    if (!isPassing(error)) throw error
    await clock.sleep(SECOND, stopping.signal)
  }

  async function serve(meter: Meter, due: Due): Promise<void> {
    meter.underWay = due.job
    const startedAt = clock.monotonic()
    try {
      const job = due.job.kind === 'fill' ? await knowHeld(parts.store, meter.config.id, due.job) : due.job
      const priority = job.kind === 'freeze' && job.plan.bills ? PRIORITY.billing : PRIORITY.poll
      await commissioning?.look(meter.config, points => readApart(meter, points, priority))
      const outcome = await read(meter, job, priority)
      const { round, end, fault, refused, cause } = outcome
      tally.add(fault, round.readings, refused)
      meter.ledger.ended(job, end, clock.now(), cause, outcome)
      // What is held apart is no freeze to bill by; it may be read in order later.
      if (
        end === 'done' &&
        round.readings.length > 0 &&
        round.readings.every(({ quality }) => quality === 'quarantined')
      )
        meter.ledger.lost(job, clock.now(), 'HELD_APART')
      keep(outcome, meter, job)
    } finally {
      meter.underWay = null
      roster.spent(due, clock.monotonic() - startedAt)
    }
  }

  /** The conversation, and what came of it: files 2 to 6 of a reading's way. */
  async function converse(meter: Meter, job: Job, priority: Priority, isAgain = false): Promise<Outcome> {
    const { config, patience } = meter
    const startedAt = clock.monotonic()
    timeTrust.look()
    const { steps } = timeTrust
    const beside =
      job.kind === 'poll' && !job.askedBefore ? (commissioning?.beside(config.id, job.poll.points) ?? []) : []
    const talked = await line.converse({
      driver: config.driver,
      conversation: asking.conversationFor(meter, job, beside),
      priority,
      meter: config.id,
      retries: RETRIES,
      settings: config.serial,
      mayBeSilent: job.kind === 'fill',
    })
    const hasAnswered = talked.exchanges.some(({ outcome }) => outcome === 'answered')
    // Whose values these are is asked before they are judged, of a meter that is there.
    if (hasAnswered && !talked.fault && !isAgain)
      await parts.sameMeter?.check(config, points => readApart(meter, points))
    timeTrust.look()
    parts.refusals.add(config, [...talked.result.refused, ...silentTo(talked, config, parts.lastGood)])
    parts.alarms?.heard(config.id, talked)
    // Many a meter is silent to its load records alone, or to what comes at once behind an answer; a poll shows whether it is.
    const tellsOfMeter = job.kind !== 'fill' && !isAgain
    if (tellsOfMeter)
      meter.silentBefore = talked.fault?.code === 'LINE_SILENT' && !hasAnswered ? meter.silentBefore + 1 : 0
    meter.ratios.took(talked.result.reads, clock.monotonic())
    if (beside.length > 0) commissioning?.took(config.id, talked.result.reads)
    const now = clock.now()
    const whyAnother = parts.sameMeter?.whyAnother(config.id)
    const since = parts.sameMeter?.since(config, now)
    // What is asked again is held against the clock of before the first answer, not of the answer in doubt.
    if (!isAgain) meter.clockBefore = recentClock(meter, now, since)
    const outcome = outcomeOf(config, job, talked, {
      line: line.id,
      offsetMinutes: site.offsetMinutes,
      lastGood: parts.lastGood,
      loads,
      seen,
      standing,
      timeTrusted: timeTrust.trusted && timeTrust.steps === steps,
      lastClock: recentClock(meter, now, since),
      clockBefore: meter.clockBefore,
      contradicted: isRecent(line.contradictedAt(config.id)),
      now,
      transformers: meter.ratios.transformers(),
      ...(whyAnother !== undefined && { whyAnother }),
      ...(since !== undefined && { since }),
      whyHeld: obis => commissioning?.whyHeld(config.id, obis) ?? null,
    })
    if (tellsOfMeter || (isAgain && !outcome.fault)) commissioning?.heard(config.id, outcome.fault === null)
    meter.lastClock = outcome.round.clock ?? meter.lastClock
    const tookMs = talked.exchanges.some(({ heldUp }) => heldUp) ? null : clock.monotonic() - startedAt
    if (outcome.fault && tellsOfMeter) patience.unanswered(now, line.mute ? 0 : tookMs, outcome.fault)
    else if (!outcome.fault && !isAgain && talked.exchanges.length > 0)
      patience.answered(now, outcome.valueless)
    const isDisturbed = outcome.end === 'unanswered' && hasAnswered && !talked.fault
    return isDisturbed ? { ...outcome, end: 'disturbed' } : outcome
  }

  /** Two meters of one address, or a collision: what either says is in doubt until it has been quiet for a while. */
  function isRecent(contradictedAt: number | null): boolean {
    return contradictedAt !== null && clock.monotonic() - contradictedAt < CONTRADICTION_LASTS_MS
  }

  /** What is no reading: asked for our own use, and not kept. */
  async function readApart(
    meter: Meter,
    points: readonly Point[],
    priority: Priority = PRIORITY.poll,
  ): Promise<ReadResult> {
    const { config } = meter
    const { driver, id, serial: settings } = config
    const conversation = driver.read(asking.callTo(meter), points)
    const ask = { driver, conversation, priority, meter: id, retries: RETRIES, settings }
    const talked = await line.converse(ask)
    const { result } = talked
    parts.refusals.add(config, [...result.refused, ...silentTo(talked, config, parts.lastGood)])
    return result
  }

  /** Hands a round to the store without holding up the line; the ledger asks again for a freeze that was not kept, or not all. */
  function keep(outcome: Outcome, meter: Meter, job: Job): void {
    const lost = () => {
      tally.notKept()
      meter.ledger.lost(job, clock.now())
    }
    const kept = ({ refused }: Pick<Accepted, 'refused'>) =>
      refused > 0 && job.kind !== 'poll' ? lost() : meter.ledger.kept(job)
    if (wasSent(outcome.round)) keeping.accept(outcome).then(kept, lost)
    else meter.ledger.kept(job)
  }

  const readNow = createReadNow({
    ...parts,
    meterOf: id => meters.find(({ config }) => config.id === id),
    offsetMinutes: site.offsetMinutes,
    keeping,
    converse: (meter, job) => read(meter, job, PRIORITY.onDemand),
    readApart: (meter, points) => readApart(meter, points, PRIORITY.onDemand),
  })

  function statusNow({ config, ledger, patience }: Meter): MeterStatus {
    const now = clock.now()
    const nextAt = Math.max(ledger.nextAt(now), now + patience.notBefore - clock.monotonic())
    return { ...patience.status(config.id, nextAt), numbers: line.numbersOf(config.id) }
  }

  function nextFor({ config, ledger, patience }: Meter, boundary: number): [string, number][] {
    const now = clock.now()
    const at = ledger.askedNextAt(boundary, now)
    return at === null ? [] : [[config.id, Math.max(at, now + patience.notBefore - clock.monotonic())]]
  }

  return {
    start() {
      workers = Array.from({ length: line.inFlight }, work)
      for (const worker of workers) worker.catch(parts.broken)
    },
    async stop() {
      stopping.abort()
      await line.stop()
      await Promise.allSettled([...workers, ...readNow.underWay()])
      await keeping.settled()
    },
    readNow: readNow.read,
    status: () => meters.map(statusNow),
    askedNext: boundary => new Map(meters.flatMap(meter => nextFor(meter, boundary))),
    books: () => meters.map(meter => bookOf(line, meter)),
    statusOf: id => meters.filter(({ config }) => config.id === id).map(statusNow)[0] ?? null,
  }
}
