/**
 * Whether our own clock may be believed (PR-31). A box may boot in 1970, or in the future, and be put right later; what
 * a wrong clock has stamped must not be billed.
 */

import type { Clock } from '../core/clock.ts'
import { isPassing } from '../core/faults.ts'
import type { Log } from '../core/log.ts'
import { DAY, HOUR, isoWithOffset, MINUTE, SECOND } from '../core/time.ts'
import type { LastKept, Store } from '../store/store.ts'

/** Nobody runs this version before it was made. */
const MADE_AT = Date.UTC(2026, 0, 1)
/** Wall and monotonic clock drift apart by less than this between two looks, unless somebody sets the wall clock. */
const STEP_MS = 2 * SECOND
/** A forward step of this size soon after the start: the box had booted with a wrong clock. */
const BOOT_STEP_MS = 5 * MINUTE
const BOOT_LASTS_MS = HOUR
/** Likewise, and by less, soon after a step backwards: that one was the mistake. */
const MISTAKE_MS = MINUTE
const MISTAKE_LASTS_MS = HOUR
/** A clock this far ahead of everything kept may be wrong; a box is rarely off for longer. */
const FAR_AHEAD_MS = 40 * DAY
const FORGETS_AFTER_MS = HOUR
/** A clock without a battery resumes at its last hour, and its time service may be late. */
const FIRST_DAY_MS = DAY
/** Small corrections backwards leave the last round a little in the future. */
const AHEAD_ALLOWED_MS = 5 * SECOND

export interface TimeTrust {
  /** Looks at the clocks; to be called before anything is stamped. */
  look(): void
  readonly trusted: boolean
  /** How often the clock was set. What was begun before the last time is stamped by two clocks. */
  readonly steps: number
  /**
   * Whether anything may be removed for its age: an hour after the start, and only while the clock has not leapt far
   * ahead of what is kept without a person vouching for it.
   */
  readonly mayForget: boolean
  /** A person says that it is right now. What is stamped later than now is in doubt. */
  trust(): void
}

export interface TimeTrustParts {
  readonly clock: Clock
  readonly log: Log
  readonly offsetMinutes: number
  /** What the store held at the start. */
  readonly lastKept: LastKept | null
  /** Since the machine was started: a clock is put right soon after. */
  readonly uptimeMs: number
  readonly store: Pick<Store, 'doubtPolls'>
  readonly broken: (error: unknown) => void
}

export function createTimeTrust(parts: TimeTrustParts): TimeTrust {
  const { clock, log, lastKept, store } = parts
  const startedAt = clock.monotonic()
  let wall = clock.now()
  const newestAtStart = lastKept?.recordedAt ?? wall
  let vouchedFor = false
  let monotonic = startedAt
  let earliest = Math.max(MADE_AT, (lastKept?.recordedAt ?? 0) - AHEAD_ALLOWED_MS)
  let trusted = true
  let steps = 0
  /** When we started, while that was before what is kept and nobody has set the clock on: then the last life was ahead. */
  let beganBehindAt = lastKept !== null && wall < earliest ? wall : null
  /** The last step backwards, and what the clock was set to by it. */
  let setBack: { readonly at: number; readonly to: number } | null = null
  /** After a step nobody can vouch for: how far the clock is from where it would be, and until when it is watched. */
  let watched: { readonly offByMs: number; readonly until: number } | null = null
  const show = (instant: number) => isoWithOffset(instant, parts.offsetMinutes)

  function look(): void {
    const now = clock.now()
    const passed = clock.monotonic() - monotonic
    const stepMs = now - wall - passed
    if (Math.abs(stepMs) > STEP_MS) stepped(stepMs, now)
    wall = now
    monotonic += passed
    judge(now)
  }

  /** Whoever sets a clock knows better than the clock did: what it stamped ahead of the new time is in doubt. */
  function stepped(stepMs: number, now: number): void {
    steps += 1
    const evidence = `our clock was set from ${show(now - stepMs)} to ${show(now)}`
    log.warn(
      { code: 'V-T1', hint: 'if this was not the time service, find out what sets the clock' },
      evidence,
    )
    if (stepMs > 0) beganBehindAt = null
    if (stepMs < 0) {
      earliest = Math.max(MADE_AT, Math.min(earliest, now))
      doubt(lastKept?.reading ?? 0, now, evidence)
      setBack = { at: clock.monotonic(), to: now }
    } else if (stepMs > MISTAKE_MS && setBack && clock.monotonic() - setBack.at < MISTAKE_LASTS_MS) {
      doubt(lastKept?.reading ?? 0, setBack.to - 1, evidence)
    } else if (stepMs > BOOT_STEP_MS && upFor() < FIRST_DAY_MS) {
      doubt(lastKept?.reading ?? 0, 0, evidence)
    }
    watch(stepMs)
  }

  function upFor(): number {
    return parts.uptimeMs + clock.monotonic() - startedAt
  }

  function isBooting(): boolean {
    return upFor() < BOOT_LASTS_MS
  }

  /**
   * A clock that was believed and moves far is believed again when it is put back where it would be, or has stood an
   * hour. One that was not believed, or of a machine just started, has been put right.
   */
  function watch(stepMs: number): void {
    const offByMs = (watched?.offByMs ?? 0) + stepMs
    if (Math.abs(offByMs) <= STEP_MS) watched = null
    else if (watched !== null || (trusted && !isBooting() && Math.abs(stepMs) > MISTAKE_MS))
      watched = { offByMs, until: clock.monotonic() + MISTAKE_LASTS_MS }
  }

  function doubt(reading: number, receivedAfter: number, evidence: string): void {
    const told = (count: number) =>
      log.warn({ code: 'V-T1', count }, `${count} polls are in doubt: ${evidence}`)
    const refused = (error: unknown) => {
      // A store that is full or held now must not leave what is wrong as good.
      if (isPassing(error)) clock.after(SECOND, ask)
      else parts.broken(error)
    }
    const ask = () => void store.doubtPolls(reading, receivedAfter, evidence).then(told, refused)
    ask()
  }

  function judge(now: number): void {
    const before = trusted
    if (watched !== null && clock.monotonic() >= watched.until) watched = null
    trusted = now >= earliest && watched === null
    if (before && !trusted) {
      const hint =
        'set the clock or the time service, or say that it is right: meterd trust-clock; readings are held apart until then'
      const why =
        watched === null
          ? `but it was ${show(earliest)} before`
          : 'and nobody knows why it was set; it is believed when it is put back, or in an hour'
      log.error({ code: 'V-T1', hint }, `our clock says ${show(now)}, ${why}`)
    } else if (!before && trusted) {
      log.info({}, `our clock is believed again: ${show(now)}`)
      doubtLastLife()
    }
  }

  /** A clock that has come up to what is kept by itself was right, and what was stamped ahead of it was not. */
  function doubtLastLife(): void {
    if (beganBehindAt === null) return
    doubt(0, beganBehindAt, `polls are stamped later than ${show(beganBehindAt)}, when we started`)
    beganBehindAt = null
  }

  judge(wall)
  return {
    look,
    get trusted() {
      return trusted
    },
    get steps() {
      return steps
    },
    get mayForget() {
      look()
      const passed = clock.monotonic() - startedAt
      const isFarAhead = clock.now() > newestAtStart + passed + FAR_AHEAD_MS
      return trusted && passed >= FORGETS_AFTER_MS && (vouchedFor || !isFarAhead)
    },
    trust() {
      look()
      vouchedFor = true
      const now = clock.now()
      watched = null
      earliest = Math.max(MADE_AT, Math.min(earliest, now))
      doubt(0, beganBehindAt ?? now, `a person said that it is ${show(now)}`)
      beganBehindAt = null
      judge(now)
    },
  }
}
