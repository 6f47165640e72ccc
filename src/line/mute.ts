/**
 * Tells a line on which nobody answers from meters that do not: after some different meters in a row that were well
 * before, without a single byte, it is the line. Then its link is made anew, and one meter at a time is asked until
 * anything is heard.
 */

import type { Clock } from '../core/clock.ts'
import { HOUR, SECOND } from '../core/time.ts'

/** So many different meters in a row that answered before, or were never asked, and it is the line. */
const METERS_TO_FALL_MUTE = 3
/** So many silent conversations in a row, whoever's, and a connection is taken for half-open. */
const SILENCES_TO_REOPEN = 5
/** It may as well be dead meters that are asked in a row: each further time takes twice as much silence, for an hour. */
const FORGET_REOPENING_MS = HOUR
/** Between questions to a mute line: the first at once, then ever more rarely. */
const FIRST_PAUSE_MS = 5 * SECOND
const LONGEST_PAUSE_MS = 30 * SECOND
/** Where nobody was ever heard the first in the list may be dead ones. */
const PAUSE_BEFORE_ANY_MS = SECOND

export interface Mute {
  /** Since when nobody has been heard, monotonic. */
  readonly since: number
  /** The next meter may be asked then, monotonic. */
  readonly askAt: number
}

export interface MuteWatch {
  /** Anything was heard on the line. */
  heard(): void
  /** A conversation in which no byte came; `wasWell`: its meter had answered the time before, or was never asked. Why to open anew, or null. */
  silent(meter: string, wasWell: boolean): string | null
  readonly mute: Mute | null
}

export function createMuteWatch(clock: Clock): MuteWatch {
  const well = new Set<string>()
  let silentSince: number | null = null
  let everHeard = false
  let silences = 0
  let silencesToReopen = SILENCES_TO_REOPEN
  let reopenedAt = Number.NEGATIVE_INFINITY
  let mute: { since: number; askAt: number; pauseMs: number } | null = null

  function fallMute(since: number): string {
    const pauseMs = everHeard ? FIRST_PAUSE_MS : PAUSE_BEFORE_ANY_MS
    mute = { since, askAt: clock.monotonic(), pauseMs }
    return `${well.size} meters that were well are silent, one after the other and without a byte; the link is made anew`
  }

  return {
    heard() {
      everHeard = true
      well.clear()
      silences = 0
      silentSince = null
      mute = null
    },
    silent(meter, wasWell) {
      const now = clock.monotonic()
      silentSince ??= now
      silences += 1
      if (wasWell) well.add(meter)
      if (mute) {
        mute.askAt = now + mute.pauseMs
        if (everHeard) mute.pauseMs = Math.min(2 * mute.pauseMs, LONGEST_PAUSE_MS)
      }
      if (now - reopenedAt > FORGET_REOPENING_MS) silencesToReopen = SILENCES_TO_REOPEN
      const why =
        mute === null && well.size >= METERS_TO_FALL_MUTE
          ? fallMute(silentSince)
          : silences >= silencesToReopen
            ? `${silences} conversations in a row without a byte; the connection is made anew`
            : null
      if (why === null) return null
      reopenedAt = now
      silencesToReopen *= 2
      silences = 0
      return why
    },
    get mute() {
      return mute
    },
  }
}
