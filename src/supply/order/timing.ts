/** How long each thing about an order may take: ms. */

import { DAY, MINUTE, SECOND } from '../../core/time.ts'

/** A cut that was not sent within so long of being asked for never is. */
export const CUT_STANDS_MS = DAY
/** No deadline for a meter is further off: twice a time-out and its clock's error are far less (PR-59). */
export const LONGEST_DEADLINE_MS = 5 * MINUTE
/** No direct line brings a frame later than this after it was sent. */
export const LATEST_ARRIVAL_MS = 5 * MINUTE
/** A cut that nothing proves by then is unconfirmed, and billing is told that it is not cut (PR-60). */
export const PROOF_WITHIN_MS = 10 * MINUTE
/** Then a person decides (prepaid.md §8). */
export const PERSON_AFTER_MS = 15 * MINUTE
/** An order that was being sent and of which nothing was heard since: its conversation is dead. */
export const CONVERSATION_MS = 2 * MINUTE
/** A cut whose final check met what may be mended is checked again. */
export const CHECK_AGAIN_MS = MINUTE
/** So long a meter is looked at of which only a person says that it is restored (P-18), and so often besides each time it is heard. */
export const TOLD_LOOKED_AT_MS = DAY
export const TOLD_LOOK_MS = 15 * MINUTE
/** From the payment: somebody drives there (P-15). */
export const FIELD_ORDER_AFTER_MS = 30 * MINUTE

/** After the first try of a restore, the second, the third, the fourth. */
const TRIES_MS = [10 * SECOND, 30 * SECOND, 2 * MINUTE, 5 * MINUTE]
/** And then, besides each time the meter is heard again. */
export const RARELY_MS = 15 * MINUTE

export function afterTries(tries: number): number {
  return TRIES_MS[tries - 1] ?? RARELY_MS
}

/** When to look next for what became of a frame: every 5 s for two minutes, then more rarely. */
export function nextLook(sentAt: number, at: number): number {
  const age = at - sentAt
  if (age < 2 * MINUTE) return at + 5 * SECOND
  return at + (age < PERSON_AFTER_MS ? 30 * SECOND : 5 * MINUTE)
}
