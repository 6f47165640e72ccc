/** What one conversation asks a meter, and all that is known of it when it is asked. */

import type { MeterConfig } from '../config/config.ts'
import type { Clock } from '../core/clock.ts'
import { CLOCK } from '../core/obis.ts'
import { civilOf, type MeterTime, NO_DATE_MS } from '../core/time.ts'
import type { Call, Conversation, Point } from '../driver-api/driver.ts'
import type { Line } from '../line/line.ts'
import { CLOCK_COUNTS_WITHIN_MS } from '../reading/rules/clock-limits.ts'
import type { Round } from '../store/store.ts'
import type { ReadOrFilled } from './fill-asked.ts'
import { readFill } from './fill-talk.ts'
import type { Job } from './job.ts'
import type { RatioWatch } from './ratio-watch.ts'
import type { RefusalsHeld } from './refusals-held.ts'
import type { TimeTrust } from './time-trust.ts'

/** A meter, with what former conversations have taught of it. */
export interface Asked {
  readonly config: MeterConfig
  readonly ratios: RatioWatch
  /** The meter's clock as measured last. */
  lastClock: Round['clock']
  /** Likewise before the job that is under way. */
  clockBefore: Round['clock']
  /** Conversations in a row whose first question had no answer, and so was their last. */
  silentBefore: number
}

export interface Asking {
  callTo(meter: Asked): Call
  /** `beside` the points of a poll other things may be asked for. */
  conversationFor(meter: Asked, job: Job, beside?: readonly Point[]): Conversation<ReadOrFilled>
}

export function createAsking(parts: {
  readonly line: Pick<Line, 'sequence' | 'doubtOf'>
  readonly refusals: RefusalsHeld
  readonly timeTrust: TimeTrust
  readonly clock: Clock
  readonly offsetMinutes: number
}): Asking {
  const { line, refusals, timeTrust, clock, offsetMinutes } = parts
  const withBeside = new WeakMap<readonly Point[], readonly Point[]>()

  /** Drivers know a list of points again by its identity: while the same is asked beside it, it is the same list. */
  function pointsOf(points: readonly Point[], beside: readonly Point[]): readonly Point[] {
    if (beside.length === 0) return points
    const before = withBeside.get(points)
    if (before && same(before.slice(points.length), beside)) return before
    const all = [...points, ...beside]
    withBeside.set(points, all)
    return all
  }

  function callTo({ config, silentBefore }: Asked): Call {
    const { profile, address, nameplate } = config
    return {
      address,
      sequence: line.sequence,
      traits: profile.traits,
      refusedBefore: refusals.of(config),
      silentBefore,
      doubt: line.doubtOf(config.id),
      mostWatts: nameplate.phases * nameplate.volts * nameplate.amperes,
    }
  }

  function conversationFor(
    meter: Asked,
    job: Job,
    beside: readonly Point[] = [],
  ): Conversation<ReadOrFilled> {
    const { driver } = meter.config
    const call = callTo(meter)
    if (job.kind === 'poll' && job.askedBefore)
      return driver.read({ ...call, askedBefore: job.askedBefore }, job.poll.points)
    if (job.kind === 'poll') {
      const ratios = meter.ratios.due(clock.monotonic())
      return driver.read(call, pointsOf(job.poll.points, [...beside, ...ratios]))
    }
    if (job.kind === 'fill') return readFill(driver, call, job, offsetMinutes, clockToAsk(meter))
    if (!driver.readFreeze) throw new Error('broken promise: only meters that freeze are asked for freezes')
    const { stamp, points } = job.plan
    const clockShows = () => shownBy(recentClock(meter, clock.now()))
    const { nth, justRead } = job
    return driver.readFreeze(call, { nth, stamp, points, clockShows, ...(justRead && { justRead }) })
  }

  /** Null where it is known, or where the meter has none. */
  function clockToAsk(meter: Asked): Point | null {
    const { driver, profile } = meter.config
    if (recentClock(meter, clock.now())) return null
    return profile.points.find(({ obis }) => obis === CLOCK) ?? driver.describe(CLOCK, profile.traits)
  }

  /** What a meter's clock shows now if it has kept its deviation. One that showed no date tells nothing. */
  function shownBy(measured: Round['clock']): MeterTime | null {
    if (!measured || !timeTrust.trusted || Math.abs(measured.deviationMs) >= NO_DATE_MS) return null
    return civilOf(clock.now() + measured.deviationMs, offsetMinutes)
  }

  return { callTo, conversationFor }
}

function same(some: readonly Point[], others: readonly Point[]): boolean {
  return some.length === others.length && some.every((point, place) => point === others[place])
}

/** A measurement of yesterday still tells which midnight was frozen. */
export function recentClock(
  { lastClock }: Asked,
  now: number,
  /** That of another meter before it is not this one's. */
  since = Number.NEGATIVE_INFINITY,
): Round['clock'] {
  const isRecent = lastClock && now - lastClock.measuredAt < CLOCK_COUNTS_WITHIN_MS
  return isRecent && lastClock.measuredAt >= since ? lastClock : null
}
