/**
 * What an event makes of a restore: it is tried again, looked at before each try, until it is proved; each try is one frame of its own
 * (P-15, PR-64). What a person says is looked into (`told-restore.ts`). Pure; UTC ms.
 */

import { withAnswer } from './after-sending.ts'
import { shiftedSent, shiftOf } from './clock-step.ts'
import { operatorOf } from './digest.ts'
import type { Answered, ClockStep, RestoreEvent, SendRestore } from './events.ts'
import { CHECK_HOLDS_MS } from './final-check.ts'
import { notingLateness } from './lateness.ts'
import { type Look, relayBefore } from './look.ts'
import type { Because, Restore, Sent } from './order.ts'
import { isOnlyTold, isSameMeter, isSeenOpen, type Proof, proveRestore } from './proof.ts'
import { refuse, type Stepped } from './refusal.ts'
import type { RestoreState } from './states.ts'
import {
  afterTries,
  CONVERSATION_MS,
  FIELD_ORDER_AFTER_MS,
  LONGEST_DEADLINE_MS,
  nextLook,
  RARELY_MS,
} from './timing.ts'
import { isLookedInto, moved, stillTold, toldDone, unlessRefuted } from './told-restore.ts'

/** Of an event that the table has in this state. */
export function stepRestore(restore: Restore, event: RestoreEvent, at: number): Stepped<Restore> {
  switch (event.type) {
    case 'send':
      return attempt(restore, event, at)
    case 'unreached':
      return { order: unreached(restore, event.text, at) }
    case 'answered':
      return { order: answered(restore, event, at) }
    case 'looked':
      return { order: settled(restore, event.look, at) }
    case 'resolve':
      return toldDone(restore, event, at)
    case 'supersede':
      return { order: superseded(restore, event.order, at) }
    case 'reachable':
      return { order: { ...restore, dueAt: restore.dueAt === null ? null : Math.min(restore.dueAt, at) } }
    case 'restarted':
      return { order: restarted(doubted(restore, event.isTimeTrusted, at), at) }
    case 'clock-stepped':
      return { order: steppedBy(restore, event, at) }
    case 'time':
      return { order: passed(restore, at) }
  }
}

/** The line is held and the meter was looked at: proved, or a frame, or later once more. */
function attempt(before: Restore, event: SendRestore, at: number): Stepped<Restore> {
  const { look, deadline } = event
  const restore = unlessRefuted(before, look)
  const age = at - look.at
  if (!(age >= 0 && age <= CHECK_HOLDS_MS)) return refuse('LOOK_TOO_OLD', `${age / 1000} s ago`)
  if (!(deadline > at && deadline - at <= LONGEST_DEADLINE_MS))
    return refuse('LOOK_TOO_OLD', 'the deadline for the meter is over, or too far off')
  if (!isSameMeter(restore, look)) {
    const text = `${look.address ?? 'no address'}, number ${look.number ?? 'unknown'}`
    return { order: triedInVain(restore, restore.state, { code: 'OTHER_METER', text }, at) }
  }
  const proof = proveRestore(restore, look)
  const { whyNot = null } = event
  const isToldFirst = whyNot === null && isOpenUnderLoad(restore, look)
  if (proof.verdict === 'executed' && !isToldFirst) return { order: restored(restore, proof, at) }
  if (proof.verdict === 'permitted' && restore.intended === 'close-allowed')
    return { order: allowed(restore, proof, at) }
  if (proof.code === 'STILL_CLOSED')
    return { order: { ...restore, because: reasonOf(proof), dueAt: at + afterTries(2) } }
  if (whyNot !== null && !restore.isRehearsal) return { order: untold(restore, whyNot, at) }
  if (isClosedAsTold(restore, look)) return { order: closedUnproved(restore, at) }
  return { order: frame(restore, look, deadline, at) }
}

/** Its contacts hold together, and its mechanism is open: told once all the same, or it goes dark when they part. */
function isOpenUnderLoad({ sent }: Restore, { isOpen, hasLoad }: Look): boolean {
  return sent === null && isOpen === true && hasLoad === true
}

/** No try will do it: who drives there, or confirms a direct close, is told at once. */
function untold(restore: Restore, text: string, at: number): Restore {
  const state = restore.state === 'requested' ? 'not-sent' : restore.state
  const tried = triedInVain(restore, state, { code: 'CANNOT_BE_TOLD', text }, at)
  return { ...tried, fieldOrderAt: restore.fieldOrderAt ?? at }
}

/** Whoever opens it by hand hours later has confirmed nothing: a direct close that was obeyed by its state is not sent again. */
function isClosedAsTold({ intended, sent }: Restore, { isOpen }: Look): boolean {
  return intended === 'closed' && isOpen === false && sent?.answer === 'accepted'
}

function closedUnproved(restore: Restore, at: number): Restore {
  const because = { code: 'NO_PROOF_IN_TIME', text: 'it says that it is closed, and nothing flows' } as const
  return moved(restore, 'unconfirmed', at, because, nextLook(restore.sent?.at ?? at, at))
}

/** The customer has yet to press the button, of some meters after a direct close as well. */
function isAccepted({ state, intended }: Restore, { answer }: Sent): boolean {
  return state === 'close-allowed' || (intended === 'closed' && answer === 'accepted')
}

/** One frame for each try, and none while the one before may still be obeyed. */
function frame(restore: Restore, look: Look, deadline: number, at: number): Restore {
  const { sent, attempts, id } = restore
  if (sent !== null && at <= sent.deadline)
    return {
      ...restore,
      because: { code: 'EARLIER_FRAME_HOLDS', text: `attempt ${sent.attempt}` },
      dueAt: sent.deadline + 1,
    }
  const again = (sent?.at ?? at) + afterTries(restore.tries)
  if (sent !== null && isAccepted(restore, sent) && at < again) {
    const code = restore.state === 'close-allowed' ? 'PERMITTED' : 'NO_PROOF_IN_TIME'
    const text = `by attempt ${sent.attempt}, which is not repeated yet`
    return { ...restore, because: { code, text }, dueAt: Math.min(nextLook(sent.at, at), again) }
  }
  if (restore.isRehearsal)
    return moved(restore, 'rehearsed', at, { code: 'REHEARSED', text: 'nothing was sent' })
  const number = attempts + 1
  const next = {
    ...{ attempt: number, at, deadline, operator: operatorOf(id, number) },
    ...{ before: relayBefore(look), answer: null },
  }
  return {
    ...moved(restore, 'sending', at, null, at),
    attempts: number,
    tries: restore.tries + 1,
    sent: next,
  }
}

function answered(restore: Restore, { outcome, text, look }: Answered, at: number): Restore {
  const said = look === null ? restore : unlessRefuted(restore, look)
  const heard = outcome === 'not-sent' ? said : { ...said, sent: withAnswer(restore.sent, outcome) }
  const proof = look === null ? null : proveRestore(heard, look)
  if (proof?.verdict === 'executed') return restored(heard, proof, at)
  if (restore.supersededBy !== null) return superseded(heard, restore.supersededBy, at, 'not-sent')
  const later = at + afterTries(heard.tries)
  switch (outcome) {
    case 'accepted':
      return heard.intended === 'closed'
        ? moved(heard, 'unconfirmed', at, { code: 'NO_PROOF_IN_TIME', text }, nextLook(at, at))
        : allowed(heard, { code: 'PERMITTED', text }, at)
    case 'refused':
      return moved(heard, 'refused', at, { code: 'METER_REFUSED', text }, later)
    case 'silent':
      return moved(heard, 'unconfirmed', at, { code: 'NO_ANSWER', text }, later)
    case 'not-sent':
      return moved(heard, 'not-sent', at, { code: 'NOT_ONE_BYTE', text }, later)
  }
}

function allowed(restore: Restore, why: Because, at: number): Restore {
  const dueAt = nextLook(restore.sent?.at ?? restore.countsFrom, at)
  return moved(restore, 'close-allowed', at, { code: 'PERMITTED', text: why.text }, dueAt)
}

/** Looked at once more when no late frame of the cut can come any longer. */
function restored(restore: Restore, proof: Proof, at: number): Restore {
  const { settlesAt } = restore
  const isSettled = settlesAt === null || at >= settlesAt
  return moved(restore, 'restored', at, reasonOf(proof), isSettled ? null : settlesAt)
}

function settled(restore: Restore, look: Look, at: number): Restore {
  const { settlesAt } = restore
  if (!isSameMeter(restore, look))
    return isOnlyTold(restore)
      ? stillTold(restore, at)
      : { ...restore, dueAt: at + afterTries(restore.tries) }
  if (isSeenOpen(look)) {
    const because = { code: 'OPEN_AGAIN', text: 'seen open' } as const
    return { ...moved(unlessRefuted(restore, look), 'requested', at, because, at), tries: 0 }
  }
  if (isOnlyTold(restore)) {
    const proof = proveRestore(restore, look)
    return proof.verdict === 'executed' ? restored(restore, proof, at) : stillTold(restore, at)
  }
  const isSettled = settlesAt === null || at >= settlesAt
  return { ...restore, dueAt: isSettled ? null : settlesAt }
}

function unreached(restore: Restore, text: string, at: number): Restore {
  if (restore.state === 'restored')
    return isOnlyTold(restore) ? stillTold(restore, at) : { ...restore, dueAt: at + afterTries(4) }
  const state = restore.state === 'requested' ? 'not-sent' : restore.state
  return triedInVain(restore, state, { code: 'METER_SILENT', text }, at)
}

function triedInVain(restore: Restore, state: RestoreState, because: Because, at: number): Restore {
  const tries = restore.tries + 1
  return { ...moved(restore, state, at, because, at + afterTries(tries)), tries }
}

function superseded(
  restore: Restore,
  order: string,
  at: number,
  state: RestoreState = restore.state,
): Restore {
  if (state === 'sending') return { ...restore, supersededBy: order }
  const because = { code: 'REPLACED', text: `by ${order}` } as const
  return { ...moved(restore, 'superseded', at, because), supersededBy: order }
}

function restarted(restore: Restore, at: number): Restore {
  if (restore.state !== 'sending') return restore
  if (restore.supersededBy !== null) return superseded(restore, restore.supersededBy, at, 'unconfirmed')
  const because = { code: 'RESTARTED_WHILE_SENDING', text: 'the daemon was restarted' } as const
  return moved(restore, 'unconfirmed', at, because, at)
}

/** Somebody drives there too early rather than too late. */
function doubted(restore: Restore, isTimeTrusted: boolean, at: number): Restore {
  const isRaised = restore.fieldOrderAt !== null || (restore.state === 'restored' && !isLookedInto(restore))
  return isTimeTrusted || isRaised ? restore : { ...restore, fieldOrderAt: at }
}

/** Whatever the tries do, somebody drives there in time (P-15). */
function passed(restore: Restore, at: number): Restore {
  const { state, sent, fieldOrderAt } = restore
  const isStuck = state === 'sending' && at - (sent?.at ?? at) >= CONVERSATION_MS
  const stuck = { code: 'NO_ANSWER', text: 'the conversation did not end' } as const
  const now = isStuck ? moved(restore, 'unconfirmed', at, stuck, at) : restore
  const noted = notingLateness(now, at)
  return fieldOrderAt === null && at >= fieldOrderDue(restore) ? { ...noted, fieldOrderAt: at } : noted
}

/** One that is restored is due too, where the last look that it waits for cannot be had: a late frame may have opened it. */
export function fieldOrderDue(restore: Restore): number {
  const { state, countsFrom, dueAt, settlesAt } = restore
  const due = countsFrom + FIELD_ORDER_AFTER_MS
  if (state !== 'restored' || isLookedInto(restore)) return due
  return dueAt === null ? Number.POSITIVE_INFINITY : Math.max(due, (settlesAt ?? dueAt) + CONVERSATION_MS)
}

/** The same moments, by the clock as it is now; its service is never late by a clock that was put on, nor its next try. */
function steppedBy(restore: Restore, step: ClockStep, at: number): Restore {
  const { sent, since, requestedAt, countsFrom, dueAt, settlesAt, fieldOrderAt } = restore
  const by = (stamp: number) => shiftOf(stamp, step, at)
  return {
    ...restore,
    ...{ since: since + by(since), countsFrom: countsFrom + Math.min(by(requestedAt), 0) },
    dueAt: dueAt === null ? null : Math.min(dueAt + by(since), at + RARELY_MS),
    settlesAt: settlesAt === null ? null : settlesAt + by(requestedAt),
    fieldOrderAt: fieldOrderAt === null ? null : fieldOrderAt + by(fieldOrderAt),
    sent: shiftedSent(sent, step, at),
  }
}

function reasonOf({ code, text }: Because): Because {
  return { code, text }
}
