/** A cut whose frame is written down as leaving: it is never sent again, and only looking or a person tells what became of it (PR-58). */

import { moved } from './before-sending.ts'
import { shiftedSent, shiftOf } from './clock-step.ts'
import type { Answered, ClockStep, CutEvent, Resolve } from './events.ts'
import type { Look } from './look.ts'
import type { Because, Cut, Sent } from './order.ts'
import { proveCut } from './proof.ts'
import type { BecauseCode } from './reasons.ts'
import type { CutState } from './states.ts'
import { nextLook, PERSON_AFTER_MS, PROOF_WITHIN_MS, RARELY_MS } from './timing.ts'

/** Of an event that the table has in one of these states. */
export function stepAfterSending(cut: Cut, event: CutEvent, at: number): Cut {
  switch (event.type) {
    case 'answered':
      return answered(cut, event, at)
    case 'looked':
      return looked(cut, event.look, at)
    case 'unreached':
      return { ...cut, dueAt: nextLook(cut.sent?.at ?? at, at) }
    case 'resolve':
      return resolved(cut, event, at)
    case 'supersede':
      return cut.state === 'sending'
        ? { ...cut, supersededBy: event.order }
        : superseded(cut, event.order, at)
    case 'restarted':
      return restarted(cut, at)
    case 'clock-stepped':
      return steppedBy(cut, event, at)
    case 'time':
      return passed(cut, at)
    default:
      throw new Error(`${event.type} has no meaning after sending`)
  }
}

/** The proof counts, where there is one already; without it an answer is a word. */
function answered(cut: Cut, { outcome, text, look }: Answered, at: number): Cut {
  if (outcome === 'not-sent') return moved(cut, 'not-sent', at, { code: 'NOT_ONE_BYTE', text })
  const heard = { ...cut, sent: withAnswer(cut.sent, outcome) }
  const proven = look === null ? heard : looked(heard, look, at)
  if (proven.state !== heard.state) return proven
  // Its word counts where it is seen closed: a refusal may be another order's, come late.
  if (outcome === 'refused' && look?.isOpen === false) {
    const code = look.isKeptPowered === true ? 'METER_KEEPS_POWER' : 'METER_REFUSED'
    return moved(proven, 'refused', at, { code, text })
  }
  if (cut.supersededBy !== null) return superseded(proven, cut.supersededBy, at)
  if (outcome === 'silent') return unconfirmed(proven, at, { code: 'NO_ANSWER', text })
  if (outcome === 'refused')
    return unconfirmed(proven, at, { code: 'METER_REFUSED', text: `${text}; it is not seen closed` })
  return { ...proven, dueAt: nextLook(cut.sent?.at ?? at, at) }
}

function looked(cut: Cut, look: Look, at: number): Cut {
  const { verdict, code, text } = proveCut(cut, look)
  if (verdict === 'executed') return moved(cut, 'confirmed', at, { code, text })
  if (verdict === 'not-executed') return moved(cut, 'not-executed', at, { code, text })
  return { ...cut, dueAt: nextLook(cut.sent?.at ?? at, at) }
}

function resolved(cut: Cut, { by, as, how }: Resolve, at: number): Cut {
  const state: CutState = as === 'executed' ? 'confirmed' : 'not-executed'
  return moved(cut, state, at, { code: 'TOLD_BY_PERSON', text: `${by}: ${how}` })
}

/** Whether the frame left nobody knows: it counts as if it had. */
function restarted(cut: Cut, at: number): Cut {
  if (cut.state !== 'sending') return cut
  if (cut.supersededBy !== null) return superseded(cut, cut.supersededBy, at)
  const code: BecauseCode = cut.sent?.answer === null ? 'RESTARTED_WHILE_SENDING' : 'NO_PROOF_IN_TIME'
  return unconfirmed(cut, at, { code, text: 'the daemon was restarted' })
}

function passed(cut: Cut, at: number): Cut {
  const age = at - (cut.sent?.at ?? at)
  if (cut.state === 'sending') {
    return age >= PROOF_WITHIN_MS
      ? unconfirmed(cut, at, { code: 'NO_PROOF_IN_TIME', text: lasting(age) })
      : cut
  }
  return cut.state === 'unconfirmed' && age >= PERSON_AFTER_MS
    ? moved(cut, 'manual', at, { code: 'UNCONFIRMED_TOO_LONG', text: lasting(age) }, { dueAt: cut.dueAt })
    : cut
}

function lasting(ms: number): string {
  return `${Math.round(ms / 1000)} s after it was sent`
}

function unconfirmed(cut: Cut, at: number, because: Because): Cut {
  return moved(cut, 'unconfirmed', at, because, { dueAt: nextLook(cut.sent?.at ?? at, at) })
}

function superseded(cut: Cut, order: string, at: number): Cut {
  return moved(cut, 'superseded', at, { code: 'REPLACED', text: `by ${order}` }, { supersededBy: order })
}

/** The same moments, by the clock as it is now. */
function steppedBy(cut: Cut, step: ClockStep, at: number): Cut {
  const { since, dueAt, sent } = cut
  const byMs = shiftOf(since, step, at)
  const due = dueAt === null ? null : Math.min(dueAt + byMs, at + RARELY_MS)
  return { ...cut, since: since + byMs, dueAt: due, sent: shiftedSent(sent, step, at) }
}

export function withAnswer(sent: Sent | null, answer: Exclude<Answered['outcome'], 'not-sent'>): Sent | null {
  return sent && { ...sent, answer }
}
