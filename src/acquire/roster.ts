/** Whose turn it is on a line, meter after meter, and how long nobody's: calendar, patience and shares of its time together. */

import type { MeterConfig } from '../config/config.ts'
import type { Clock } from '../core/clock.ts'
import { settingsText } from '../core/line-url.ts'
import { SECOND } from '../core/time.ts'
import type { Line } from '../line/line.ts'
import { createBatch } from './batch.ts'
import type { Job } from './job.ts'
import { type Due, isBefore, type Ledger, type Place, RANK } from './ledger.ts'
import { createLineShare } from './line-share.ts'
import type { Patience } from './patience.ts'
import type { TimeTrust } from './time-trust.ts'
import { placeOf } from './turn.ts'

/** Of a line's time, for days that were missed while today's reads wait: they take a fifth longer then, and no more (PR-05). */
const CATCH_UP_SHARE = 1 / 6
/** Likewise for load records, on a line that is never quiet; else they have all the time nobody else wants. */
const FILL_SHARE = 1 / 20
/** The calendar is looked at anew at least this often, whatever the wall clock did meanwhile. */
const LOOK_AGAIN_MS = 10 * SECOND

export interface Listed {
  readonly config: MeterConfig
  readonly ledger: Ledger
  readonly patience: Patience
  readonly underWay: Job | null
}

export interface Roster<Meter> {
  /** Of all that are due whoever comes first. */
  next(): { readonly meter: Meter; readonly due: Due } | null
  /** Until somebody may be due, ms. */
  restsMs(): number
  /** What a job took of the line's time. */
  spent(due: Due, ms: number): void
}

export function createRoster<Meter extends Listed>(parts: {
  readonly line: Pick<Line, 'mute' | 'typicalMsOf'>
  readonly meters: readonly Meter[]
  readonly timeTrust: Pick<TimeTrust, 'trusted'>
  readonly clock: Clock
}): Roster<Meter> {
  const { line, meters, timeTrust, clock } = parts
  const catchUp = createLineShare(clock, CATCH_UP_SHARE, 0)
  const filling = createLineShare(clock, FILL_SHARE, 0)
  const batch = createBatch(meters, ({ config }) => (config.serial ? settingsText(config.serial) : ''))
  /** Since when nobody on the line answers, monotonic; null while anybody does. */
  let deadSince: number | null = null

  /** A line that is heard again: who was silent only while it was dead is well, and the rest is asked at once. */
  function noteRecovery(): void {
    if (deadSince !== null && line.mute === null)
      for (const { patience } of meters) patience.lineRecovered(deadSince)
    deadSince = line.mute?.since ?? null
  }

  /** Of a line on which nobody answers one at a time (src/line/mute.ts). */
  function first(): { meter: Meter; due: Due } | null {
    const now = clock.now()
    const monotonic = clock.monotonic()
    noteRecovery()
    if (line.mute && (monotonic < line.mute.askAt || meters.some(({ underWay }) => underWay))) return null
    const may = { catchUp: catchUp.allows(), fill: filling.allows(), knowsDay: timeTrust.trusted }
    let best: { meter: Meter; due: Due } | null = null
    let bestPlace: Place = []
    for (const meter of meters) {
      const { config, ledger, patience, underWay } = meter
      // On a mute line nobody else needs the time, and it is the line that is tried.
      if (underWay || !(line.mute || patience.mayAsk())) continue
      const due = ledger.due(now, may)
      if (!due) continue
      const waiting = {
        ...due,
        patience,
        typicalMs: line.typicalMsOf(config.id),
        goesOn: batch.goesOn(meter),
      }
      const place = placeOf(waiting, { now, monotonic })
      if (best && !isBefore(place, bestPlace)) continue
      best = { meter, due }
      bestPlace = place
    }
    return best
  }

  return {
    next() {
      const found = first()
      if (found) batch.chose(found.meter)
      else batch.rested()
      return found
    },
    restsMs() {
      const now = clock.now()
      const monotonic = clock.monotonic()
      const waits = meters.map(({ ledger, patience }) =>
        Math.max(ledger.nextAt(now) - now, line.mute ? 0 : patience.notBefore - monotonic),
      )
      // Of a mute line nobody is asked before its time; a question that is under way may end that.
      const muteMs = line.mute ? Math.max(1, line.mute.askAt - monotonic) : 0
      const soonest = Math.max(muteMs, Math.min(...waits.map(wait => (wait > 0 ? wait : SECOND))))
      return Math.max(1, Math.ceil(Math.min(LOOK_AGAIN_MS, soonest)))
    },
    spent({ job, rank }, ms) {
      if (rank === RANK.catchingUp) (job.kind === 'fill' ? filling : catchUp).spend(ms)
    },
  }
}
