/**
 * While a meter still turns its registers. Stamp and values are not written in one instant, and the second look at a
 * stamp does not show it; so what is read within a minute of a boundary, by the meter's own clock, is not believed.
 */

import type { MeterTime } from '../../../src/driver-api/driver.ts'

/** How long after a boundary. */
const SETTLES_S = 60
/** A stamp without seconds stands for all of its minute, and at once may be ordered twice in it. */
const SETTLES_AT_ONCE_S = 120
/** A clock measured before the conversation is trusted to this. */
const KNOWN_WITHIN_S = 120

const HOUR_S = 3_600
const AT_ONCE = '01'
/** Seconds from boundary to boundary by DI2 of the freeze; timed ones may be hourly, the others come when they come. */
const EVERY_S: Readonly<Record<string, number>> = { '00': HOUR_S, '04': HOUR_S, '06': 24 * HOUR_S }

/** Whether a meter whose clock shows `now` may still be at a boundary that it passed `at`. */
export function isSettling(at: MeterTime, now: MeterTime): boolean {
  const since = secondsFrom(at, now)
  return since >= 0 && since < SETTLES_S
}

/** The same of freezes of a kind (DI2), by the stamp of any of them. */
export function isFreezing(kind: string, stampedAt: MeterTime, now: MeterTime): boolean {
  const since = sinceBoundary(kind, stampedAt, now)
  return since >= 0 && since < settlesFor(kind)
}

/** Whether a clock known from before is enough to say that the meter is not freezing. */
export function isFarFromFreezing(kind: string, stampedAt: MeterTime, known: MeterTime): boolean {
  const since = sinceBoundary(kind, stampedAt, known)
  const until = (EVERY_S[kind] ?? Number.POSITIVE_INFINITY) - since
  return since >= settlesFor(kind) + KNOWN_WITHIN_S && until > KNOWN_WITHIN_S
}

function settlesFor(kind: string): number {
  return kind === AT_ONCE ? SETTLES_AT_ONCE_S : SETTLES_S
}

function sinceBoundary(kind: string, stampedAt: MeterTime, now: MeterTime): number {
  const since = secondsFrom(stampedAt, now)
  const every = EVERY_S[kind]
  return every === undefined ? since : ((since % every) + every) % every
}

function secondsFrom(from: MeterTime, to: MeterTime): number {
  return (Date.parse(`${to}Z`) - Date.parse(`${from}Z`)) / 1_000
}
