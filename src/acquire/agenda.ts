/**
 * What one meter is due for, and when: polls aligned to the site's slots, daily freezes after midnight until held.
 * Pure bookkeeping: time comes in, nothing waits here.
 */

import type { MeterConfig, PollConfig } from '../config/config.ts'
import { DAY, HOUR, MINUTE, slotOf } from '../core/time.ts'

export type Job =
  | { readonly kind: 'freeze'; readonly boundary: number; readonly nth: number }
  | { readonly kind: 'poll'; readonly poll: PollConfig; readonly slot: number }

/**
 * How a job ended, for what comes next. `nothing`: the meter answered but does not have it. `disturbed`: it answered, and
 * something of it was lost on the way.
 */
export type JobEnd = 'done' | 'nothing' | 'disturbed' | 'unanswered'

/** Meters freeze at 00:00 by their own clock; none is asked for it earlier than this after ours. */
const FREEZE_SETTLES_MS = 5 * MINUTE
/** Days fetched at least, for a meter nothing is known of too (concentrators re-read the last three days). */
const FIRST_DAYS = 3
/** A freeze the meter did not have, or not whole, is asked again after these times, then once a day. */
const ASK_AGAIN_MS = [10 * MINUTE, 30 * MINUTE, HOUR, 6 * HOUR, DAY]
/** One that a line disturbed is there for all we know; a freeze goes before polls, so they have their turn meanwhile. */
const DISTURBED_AGAIN_MS = 10 * MINUTE

export interface Agenda {
  readonly meter: MeterConfig
  /** The most urgent job due at `now`, or null. */
  due(now: number): Job | null
  /** The earliest instant at which a job may be due. */
  nextAt(now: number): number
  ended(job: Job, end: JobEnd, now: number): void
  /** What a done job gave could not be kept: a freeze is asked again, a moment cannot be. */
  lost(job: Job, now: number): void
}

/** `held` are the boundaries whose freezes are kept whole already. */
export function createAgenda(meter: MeterConfig, held: readonly number[], offsetMinutes: number): Agenda {
  const freezesHeld = new Set(held)
  const freezeTries = new Map<number, { count: number; notBefore: number }>()
  const polled = new Map<PollConfig, number>()
  const depth = meter.daily ? (meter.profile.daily?.depth ?? 0) : 0
  let today = Number.NaN
  let since = Number.NaN
  /** Boundaries not held, newest first: today's bill matters before last week's. */
  let wanted: number[] = []

  /** Works out anew what is wanted when a day has begun, or the clock was set to another. */
  function lookAtCalendar(now: number): void {
    const day = slotOf(now, DAY, offsetMinutes)
    if (day === today) return
    // Pauses counted from a day that is not yet would never end.
    if (day < today) freezeTries.clear()
    if (!(since <= day)) since = firstWanted(day)
    today = day
    const days = Math.min(depth, Math.round((day - since) / DAY) + 1)
    wanted = Array.from({ length: days }, (_, back) => day - back * DAY).filter(
      boundary => !freezesHeld.has(boundary),
    )
  }

  /** The last days always, and every day since the oldest freeze held, as far back as the meter remembers. */
  function firstWanted(day: number): number {
    const usual = day - (FIRST_DAYS - 1) * DAY
    const oldestHeld = Math.min(...freezesHeld)
    return Number.isFinite(oldestHeld)
      ? Math.max(Math.min(oldestHeld, usual), day - (depth - 1) * DAY)
      : usual
  }

  function freezeDueAt(boundary: number): number {
    return Math.max(
      boundary + FREEZE_SETTLES_MS,
      freezeTries.get(boundary)?.notBefore ?? Number.NEGATIVE_INFINITY,
    )
  }

  function due(now: number): Job | null {
    lookAtCalendar(now)
    const boundary = wanted.find(one => freezeDueAt(one) <= now)
    if (boundary !== undefined)
      return { kind: 'freeze', boundary, nth: Math.round((today - boundary) / DAY) + 1 }
    const poll = meter.polls.find(
      ({ everyMs }, index) => slotOf(now, everyMs, offsetMinutes) !== polledSlot(index),
    )
    return poll ? { kind: 'poll', poll, slot: slotOf(now, poll.everyMs, offsetMinutes) } : null
  }

  function polledSlot(index: number): number | undefined {
    const poll = meter.polls[index]
    return poll && polled.get(poll)
  }

  function nextAt(now: number): number {
    if (due(now)) return now
    const polls = meter.polls.map(({ everyMs }) => slotOf(now, everyMs, offsetMinutes) + everyMs)
    const freezes = depth > 0 ? [...wanted.map(freezeDueAt), today + DAY + FREEZE_SETTLES_MS] : []
    return Math.min(...polls, ...freezes)
  }

  function ended(job: Job, end: JobEnd, now: number): void {
    if (job.kind === 'poll') {
      // A poll without an answer stays due until its slot is over; how soon it is tried is a matter of patience.
      if (end === 'done' || end === 'nothing') polled.set(job.poll, job.slot)
    } else if (end === 'done') {
      freezesHeld.add(job.boundary)
      freezeTries.delete(job.boundary)
      wanted = wanted.filter(boundary => boundary !== job.boundary)
    } else if (end === 'nothing') {
      const count = (freezeTries.get(job.boundary)?.count ?? 0) + 1
      const pause = ASK_AGAIN_MS[Math.min(count, ASK_AGAIN_MS.length) - 1] ?? DAY
      freezeTries.set(job.boundary, { count, notBefore: now + pause })
    } else if (end === 'disturbed') {
      const count = freezeTries.get(job.boundary)?.count ?? 0
      freezeTries.set(job.boundary, { count, notBefore: now + DISTURBED_AGAIN_MS })
    }
  }

  function lost(job: Job, now: number): void {
    if (job.kind === 'poll') return
    freezesHeld.delete(job.boundary)
    wanted = [...wanted, job.boundary].sort((a, b) => b - a)
    ended(job, 'nothing', now)
  }

  return { meter, due, nextAt, ended, lost }
}
