/**
 * What a look proves of an order that was sent (P-18, PR-60): by the meter's own record with our operator code, or by state and load
 * together. An answer proves nothing, and a state alone may be nothing but the command written back. Pure.
 */

import { operatorOf } from './digest.ts'
import type { Look, Recorded, RelayBefore } from './look.ts'
import type { Because, Cut, Restore, Sent } from './order.ts'
import type { BecauseCode } from './reasons.ts'
import { LATEST_ARRIVAL_MS } from './timing.ts'

export interface Proof extends Because {
  readonly verdict: 'executed' | 'not-executed' | 'permitted' | 'unknown'
}

const UNKNOWN: Proof = { verdict: 'unknown', code: 'NO_PROOF_IN_TIME', text: 'nothing shows it yet' }

/** From this time on the frame is obeyed no more: its deadline is over, and no line holds it any longer. */
export function deadFrom({ at, deadline }: Sent): number {
  return Math.max(deadline, at + LATEST_ARRIVAL_MS)
}

/** Whether the meter that answered is the one the order is for, by both its address and its number. */
export function isSameMeter({ address, number }: Cut | Restore, look: Look): boolean {
  return look.address === address && look.number === number
}

export function proveCut(cut: Cut, look: Look): Proof {
  const { sent } = cut
  if (sent === null || !isSameMeter(cut, look)) return UNKNOWN
  const isTripped = isNewBy(look.opened, sent.before.trips, [sent.operator])
  // A welded contact records the trip as well.
  if (isTripped && look.isOpen !== false && look.hasLoad !== true)
    return proof('executed', 'PROVED_BY_RECORD', `the meter recorded the trip by ${sent.operator}`)
  if (
    look.isOpen === true &&
    sent.before.hasLoad === true &&
    look.hasLoad === false &&
    !hasNoTrip(sent, look)
  )
    return proof('executed', 'PROVED_BY_LOAD', 'the relay is open, and the load that was there is gone')
  const isClosed = look.isOpen === false && (hasNoTrip(sent, look) || look.hasLoad === true)
  if (isClosed && !isTripped && look.at > deadFrom(sent))
    return proof('not-executed', 'PROVED_NOT_DONE', 'the relay is closed, and the frame is obeyed no more')
  return UNKNOWN
}

/** The meter counts its trips, and counted none since. */
function hasNoTrip({ before }: Sent, { opened }: Look): boolean {
  const count = opened?.count ?? null
  return before.trips !== null && count !== null && count <= before.trips
}

export function proveRestore(restore: Restore, look: Look): Proof {
  if (!isSameMeter(restore, look)) return UNKNOWN
  if (look.hasLoad === true) return proof('executed', 'PROVED_BY_LOAD', 'current flows')
  if (look.isOpen === true && look.isOpenCommanded === false)
    return proof('permitted', 'PERMITTED', 'it was told to close, and waits for its button')
  if (look.isOpen === true) return proof('not-executed', 'OPEN_AGAIN', 'the relay is open')
  if (look.isOpen === null) return UNKNOWN
  return proveClosed(restore, look)
}

/** Of a relay that says that it is closed, where nothing flows. */
function proveClosed({ id, attempts, sent, beforeCut, settlesAt }: Restore, look: Look): Proof {
  const ours = Array.from({ length: attempts }, (_, place) => operatorOf(id, place + 1))
  if (isNewBy(look.closed, sent?.before.closes ?? null, ours))
    return proof('executed', 'PROVED_BY_RECORD', `the meter recorded the closing by ${look.closed?.operator}`)
  if (!neverOpened(beforeCut, look))
    return isClosedSince(look)
      ? proof('executed', 'PROVED_BY_RECORD', 'the meter recorded a closing after its last trip')
      : UNKNOWN
  return settlesAt !== null && look.at < settlesAt
    ? { verdict: 'unknown', code: 'STILL_CLOSED', text: 'closed, and a frame of the cut may still arrive' }
    : proof('executed', 'PROVED_NEVER_OPEN', 'closed, and no trip is recorded since before the cut')
}

/** Nobody but a person says what became of it: they may have been at another meter (P-18). */
export function isOnlyTold({ because }: Cut | Restore): boolean {
  return because?.code === 'TOLD_BY_PERSON'
}

/** What the meter itself says against whoever said that there is light. */
export function isSeenOpen({ isOpen, hasLoad }: Look): boolean {
  return isOpen === true && hasLoad !== true
}

function isClosedSince({ opened, closed }: Look): boolean {
  return closed?.at != null && opened?.at != null && closed.at > opened.at
}

function neverOpened(before: RelayBefore | null, { opened }: Look): boolean {
  const trips = opened?.count ?? null
  if (trips === 0) return true
  return before?.trips != null && trips !== null && trips <= before.trips
}

/** One more than there were, where it counts them, and by one of these operators. */
function isNewBy(record: Recorded | null, before: number | null, operators: readonly string[]): boolean {
  if (!record?.operator || !operators.includes(record.operator.toUpperCase())) return false
  return before === null || record.count === null || record.count > before
}

function proof(verdict: Proof['verdict'], code: BecauseCode, text: string): Proof {
  return { verdict, code, text }
}
