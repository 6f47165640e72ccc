/**
 * One reading's way, told in order: a meter that is due → a conversation on the line → what the meter said → what it
 * means → what we think of it → kept. One poller per line; open this file first.
 */

import type { Config, MeterConfig } from '../config/config.ts'
import type { Clock } from '../core/clock.ts'
import { Fault, isPassing } from '../core/faults.ts'
import { settingsText } from '../core/line-url.ts'
import type { Log } from '../core/log.ts'
import { type Beat, noBeat } from '../core/progress.ts'
import { HOUR, SECOND, slotOf } from '../core/time.ts'
import type { Point, ReadResult } from '../driver-api/driver.ts'
import { type Line, PRIORITY, type Priority, type Retries } from '../line/line.ts'
import type { ValidatedReading } from '../reading/reading.ts'
import type { Accepted, Round, Store } from '../store/store.ts'
import { type Agenda, createAgenda, type Job } from './agenda.ts'
import { type Asked, createAsking, recentClock } from './asking.ts'
import { createBatch } from './batch.ts'
import type { Commissioning } from './gate/commissioning.ts'
import type { LastGoodValues } from './last-good.ts'
import { createPatience, createSilentBudget, type Patience } from './patience.ts'
import { createRatioWatch } from './ratio-watch.ts'
import type { RefusalsHeld } from './refusals-held.ts'
import { type Outcome, outcomeOf, wasSent } from './round.ts'
import type { SameMeter } from './same-meter.ts'
import { silentTo } from './silences.ts'
import type { MeterStatus } from './status.ts'
import { createTally } from './tally.ts'
import type { TimeTrust } from './time-trust.ts'

/** Rounds handed to the store and not yet durable; more and the line waits for the disk. */
const MOST_UNKEPT = 64
const CONTRADICTION_LASTS_MS = HOUR
const RETRIES: Retries = { silent: 0, silentOnceAnswered: 1, damaged: 2 }
/** The calendar is looked at anew at least this often, whatever the wall clock did meanwhile. */
const LOOK_AGAIN_MS = 10 * SECOND
/** A look that was slept for comes at most so late. */
const LOOK_LATE_MS = 30 * SECOND

export interface Poller {
  start(): void
  stop(): Promise<void>
  /** Reads a meter now, before any poll; resolves when the round is durable. */
  readNow(meterId: string): Promise<ReadNow>
  status(): readonly MeterStatus[]
  /** Of one meter of this line. */
  statusOf(meterId: string): MeterStatus | null
}

/** What one conversation on demand gave, and what became of it in the store. */
export interface ReadNow {
  readonly readings: readonly ValidatedReading[]
  readonly accepted: Accepted
}

export interface PollerParts {
  readonly line: Line
  readonly meters: readonly MeterConfig[]
  readonly site: Config['site']
  readonly store: Pick<Store, 'accept'>
  /** Boundaries whose freezes the store holds already, per meter. */
  readonly freezesHeld: ReadonlyMap<string, readonly number[]>
  readonly lastGood: LastGoodValues
  readonly refusals: RefusalsHeld
  /** Looks whether a probed meter is still the same one. */
  readonly sameMeter?: SameMeter
  /** Holds apart what is read of meters nobody has accepted. */
  readonly commissioning?: Commissioning
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
  readonly agenda: Agenda
  readonly patience: Patience
  underWay: boolean
}

export function createPoller(parts: PollerParts): Poller {
  const { line, clock, log, site, timeTrust, commissioning } = parts
  const stopping = new AbortController()
  const budget = createSilentBudget(clock)
  const meters: readonly Meter[] = parts.meters.map(config => ({
    config,
    agenda: createAgenda(config, parts.freezesHeld.get(config.id) ?? [], site.offsetMinutes),
    patience: createPatience(clock, budget),
    lastClock: parts.clocks.get(config.id) ?? null,
    silentBefore: 0,
    ratios: createRatioWatch(config),
    underWay: false,
  }))
  const asking = createAsking({
    line,
    refusals: parts.refusals,
    timeTrust,
    clock,
    offsetMinutes: site.offsetMinutes,
  })
  const batch = createBatch(meters, ({ config }) => (config.serial ? settingsText(config.serial) : ''))
  const tally = createTally(line.id, clock, log)
  const unkept = new Set<Promise<unknown>>()
  const readingNow = new Map<string, Promise<ReadNow>>()
  let workers: readonly Promise<void>[] = []

  async function work(): Promise<void> {
    const beat = parts.newBeat?.() ?? noBeat
    while (!stopping.signal.aborted) {
      await line.opened()
      // Waited for here and not between answer and store: what came of a conversation is kept before anything else happens.
      // One that failed has been told by whoever kept it.
      if (unkept.size >= MOST_UNKEPT) await Promise.race(unkept).catch(() => undefined)
      const due = nextDue()
      // In a conversation it is the line that must advance.
      const ms = due ? null : untilNext() + (parts.laterMs ?? 0)
      beat(ms === null ? null : ms + LOOK_LATE_MS)
      if (due) batch.chose(due.meter)
      else batch.rested()
      if (due) await serve(due.meter, due.job).catch(laterOrBroken)
      else await clock.sleep(ms ?? 0, stopping.signal)
      beat(null)
    }
  }

  /** A line whose queue is full is asked again in a moment; nothing else may happen here. */
  async function laterOrBroken(error: unknown): Promise<void> {
    if (!isPassing(error)) throw error
    await clock.sleep(SECOND, stopping.signal)
  }

  /** Today's freezes before everything else, then whom the port is set for, then whoever has waited longest. */
  function nextDue(): { meter: Meter; job: Job } | null {
    const now = clock.now()
    let best: { meter: Meter; job: Job } | null = null
    for (const meter of meters) {
      if (meter.underWay || !meter.patience.mayAsk()) continue
      const job = meter.agenda.due(now)
      if (job && (!best || isBefore({ meter, job }, best))) best = { meter, job }
    }
    return best
  }

  function isBefore(a: { meter: Meter; job: Job }, b: { meter: Meter; job: Job }): boolean {
    if (rank(a) !== rank(b)) return rank(a) < rank(b)
    if (batch.goesOn(a.meter) !== batch.goesOn(b.meter)) return batch.goesOn(a.meter)
    return askedAt(a.meter) < askedAt(b.meter)
  }

  function untilNext(): number {
    tally.roundEnds()
    const now = clock.now()
    const monotonic = clock.monotonic()
    const waits = meters.map(({ agenda, patience }) =>
      Math.max(agenda.nextAt(now) - now, patience.notBefore - monotonic),
    )
    return Math.max(1, Math.ceil(Math.min(LOOK_AGAIN_MS, ...waits.map(wait => (wait > 0 ? wait : SECOND)))))
  }

  async function serve(meter: Meter, job: Job): Promise<void> {
    meter.underWay = true
    try {
      const priority = job.kind === 'freeze' ? PRIORITY.billing : PRIORITY.poll
      await commissioning?.look(meter.config, points => readApart(meter, points, priority))
      const { round, end, fault, refused } = await converse(meter, job, priority)
      tally.add(fault, round.readings, refused)
      meter.agenda.ended(job, end, clock.now())
      // What is held apart is no freeze to bill by; it may be read in order later.
      if (
        end === 'done' &&
        round.readings.length > 0 &&
        round.readings.every(({ quality }) => quality === 'quarantined')
      )
        meter.agenda.lost(job, clock.now())
      keep(round, meter, job)
      if (!fault) await parts.sameMeter?.check(meter.config, points => readApart(meter, points))
    } finally {
      meter.underWay = false
    }
  }

  /** The conversation, and what came of it: files 2 to 6 of a reading's way. */
  async function converse(meter: Meter, job: Job, priority: Priority): Promise<Outcome> {
    const { config, patience } = meter
    const startedAt = clock.monotonic()
    timeTrust.look()
    const { steps } = timeTrust
    const beside = job.kind === 'poll' ? (commissioning?.beside(config.id, job.poll.points) ?? []) : []
    const talked = await line.converse({
      driver: config.driver,
      conversation: asking.conversationFor(meter, job, beside),
      priority,
      meter: config.id,
      retries: RETRIES,
      settings: config.serial,
    })
    timeTrust.look()
    parts.refusals.add(config, [...talked.result.refused, ...silentTo(talked, config, parts.lastGood)])
    const hasAnswered = talked.exchanges.some(({ outcome }) => outcome === 'answered')
    meter.silentBefore = talked.fault?.code === 'LINE_SILENT' && !hasAnswered ? meter.silentBefore + 1 : 0
    meter.ratios.took(talked.result.reads, clock.monotonic())
    if (beside.length > 0) commissioning?.took(config.id, talked.result.reads)
    const now = clock.now()
    const outcome = outcomeOf(config, job, talked, {
      line: line.id,
      offsetMinutes: site.offsetMinutes,
      lastGood: parts.lastGood,
      timeTrusted: timeTrust.trusted && timeTrust.steps === steps,
      lastClock: recentClock(meter, now),
      contradicted: isRecent(line.contradictedAt(config.id)),
      now,
      transformers: meter.ratios.transformers(),
      whyHeld: obis => commissioning?.whyHeld(config.id, obis) ?? null,
    })
    commissioning?.heard(config.id, outcome.fault === null)
    meter.lastClock = outcome.round.clock ?? meter.lastClock
    if (outcome.fault) patience.unanswered(now, clock.monotonic() - startedAt, outcome.fault)
    else if (talked.exchanges.length > 0) patience.answered(now, outcome.valueless)
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
    const { result } = await line.converse(ask)
    parts.refusals.add(config, result.refused)
    return result
  }

  /** Hands a round to the store without holding up the line; the agenda asks again for a freeze that was not kept. */
  function keep(round: Round, meter: Meter, job: Job): void {
    if (!wasSent(round)) return
    accept(round).catch(() => {
      tally.notKept()
      meter.agenda.lost(job, clock.now())
    })
  }

  /** The one way into the store: what is durable is the baseline of the next reading, and sinks are told. */
  function accept(round: Round): Promise<Accepted> {
    const accepting = parts.store
      .accept(round)
      .then(accepted => {
        // Of a round kept in part nobody knows which.
        if (accepted.refused === 0) for (const reading of round.readings) parts.lastGood.note(reading)
        parts.kept(accepted)
        return accepted
      })
      .catch(notKept)
      .finally(() => unkept.delete(accepting))
    unkept.add(accepting)
    return accepting
  }

  /** A full or busy store has kept nothing and says so itself; after any other failure nothing is known (PR-03). */
  function notKept(error: unknown): never {
    if (!isPassing(error)) parts.broken(error)
    throw error
  }

  async function readNowOnce(meterId: string): Promise<ReadNow> {
    const meter = meters.find(({ config }) => config.id === meterId)
    if (!meter) throw new Fault('ASK_UNKNOWN', `there is no meter "${meterId}" on line ${line.id}`)
    const job: Job = {
      kind: 'poll',
      poll: { everyMs: SECOND, points: meter.config.profile.points },
      slot: slotOf(clock.now(), SECOND, site.offsetMinutes),
    }
    const priority = PRIORITY.onDemand
    await commissioning?.recognise(meter.config, points => readApart(meter, points, priority))
    const { round, fault } = await converse(meter, job, priority)
    const accepted = wasSent(round) ? await accept(round) : null
    if (!accepted || (fault && round.readings.length === 0)) {
      throw new Fault(
        fault?.code ?? 'LINE_CLOSED',
        fault?.text ?? `${meterId} was not asked: the line is down`,
      )
    }
    return { readings: round.readings, accepted }
  }

  /** Who asks for a meter that is being read on demand already is given that reading. */
  function readNow(meterId: string): Promise<ReadNow> {
    const reading = readingNow.get(meterId) ?? readNowOnce(meterId).finally(() => readingNow.delete(meterId))
    readingNow.set(meterId, reading)
    return reading
  }

  function statusNow({ config, agenda, patience }: Meter): MeterStatus {
    const now = clock.now()
    return patience.status(
      config.id,
      Math.max(agenda.nextAt(now), now + patience.notBefore - clock.monotonic()),
    )
  }

  return {
    start() {
      workers = Array.from({ length: line.inFlight }, work)
      for (const worker of workers) worker.catch(parts.broken)
    },
    async stop() {
      stopping.abort()
      await line.stop()
      await Promise.allSettled([...workers, ...readingNow.values()])
      await Promise.allSettled(unkept)
    },
    readNow,
    status: () => meters.map(statusNow),
    statusOf(meterId) {
      const meter = meters.find(({ config }) => config.id === meterId)
      return meter ? statusNow(meter) : null
    },
  }
}

/** Today's freezes first. A meter that may be asked although it was silent waits no longer than others (patience.ts). */
function rank({ job }: { job: Job }): number {
  return job.kind === 'freeze' && job.nth === 1 ? 0 : 1
}

function askedAt({ patience }: Meter): number {
  return patience.lastAskedAt ?? 0
}
