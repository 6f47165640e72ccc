/** The gateway's clock was set: what was stamped before is the same moment by the clock as it is now. Pure; UTC ms. */

import type { ClockStep } from './events.ts'
import type { Sent } from './order.ts'

/** Nothing where it was stamped by the clock as it is now: between the setting and its being noticed things go on. */
export function shiftOf(
  stamp: number,
  { byMs, from = Number.POSITIVE_INFINITY }: ClockStep,
  at: number,
): number {
  return stamp >= from && stamp <= at ? 0 : byMs
}

export function shiftedSent(sent: Sent | null, step: ClockStep, at: number): Sent | null {
  if (sent === null) return null
  const byMs = shiftOf(sent.at, step, at)
  return { ...sent, at: sent.at + byMs, deadline: sent.deadline + byMs }
}
