/** A cut until its frame is written down: shown, approved, noticed, checked; whatever changes takes it back. Pure; UTC ms. */

import { digestOf, operatorOf, whatChanged } from './digest.ts'
import type { Approve, ClearCause, CutEvent, Noticed, SendCut } from './events.ts'
import { CHECK_HOLDS_MS, consequenceOf } from './final-check.ts'
import { type Look, relayBefore } from './look.ts'
import type { Because, Cut } from './order.ts'
import type { BecauseCode } from './reasons.ts'
import { refuse, refuseBy, type Stepped } from './refusal.ts'
import type { CutState } from './states.ts'
import { CHECK_AGAIN_MS, LONGEST_DEADLINE_MS } from './timing.ts'

const CLEARED: Readonly<Record<ClearCause, BecauseCode>> = {
  payment: 'PAID',
  hold: 'HELD',
  dispute: 'DISPUTED',
  protection: 'PROTECTION_ENTERED',
  wrongful: 'REPORTED_WRONGFUL',
  asked: 'RESTORE_ASKED',
  exchange: 'EXCHANGED',
  policy: 'POLICY_CHANGED',
}

/** Nothing is due in it, unless said otherwise. */
export function moved(
  cut: Cut,
  state: CutState,
  at: number,
  because: Because | null,
  more: Partial<Cut> = {},
): Cut {
  return { ...cut, state, since: at, because, dueAt: null, ...more }
}

/** Of an event that the table has in one of these states. */
export function stepBeforeSending(cut: Cut, event: CutEvent, at: number): Stepped<Cut> {
  const to = (state: CutState, code: BecauseCode, text: string) => ({
    order: moved(cut, state, at, { code, text }),
  })
  switch (event.type) {
    case 'shown':
      return {
        order: { ...cut, shown: { to: event.to, at, facts: event.facts, digest: digestOf(event.facts) } },
      }
    case 'approve':
      return approve(cut, event, at)
    case 'noticed':
      return notice(cut, event, at)
    case 'check':
      return check(cut, at)
    case 'send':
      return { order: send(cut, event, at) }
    case 'unreached': {
      const because = { code: 'METER_SILENT', text: event.text } as const
      return { order: moved(cut, 'armed', at, because, { dueAt: at + CHECK_AGAIN_MS }) }
    }
    case 'release':
      return release(cut, event.by, at)
    case 'cancel':
      return to('withdrawn', 'CANCELLED', `${event.by}: ${event.reason}`)
    case 'clear':
      return to('withdrawn', CLEARED[event.cause], event.reference)
    case 'clock-stepped':
      return to('withdrawn', 'CLOCK_STEPPED', `by ${event.byMs} ms`)
    case 'stopped':
      return to('quarantined', 'STOPPED', `by ${event.by}`)
    case 'fuse-blown':
      return to('quarantined', 'FUSE_BLOWN', event.text)
    case 'batch-frozen':
      return to('quarantined', 'BATCH_FROZEN', event.text)
    case 'restarted':
      return { order: restarted(cut, at) }
    case 'time':
      return { order: passed(cut, at) }
    default:
      throw new Error(`${event.type} has no meaning before sending`)
  }
}

function approve(
  cut: Cut,
  { by, digest, facts, interlocks, selectForMs }: Approve,
  at: number,
): Stepped<Cut> {
  const { shown } = cut
  if (by === cut.requestedBy) return refuse('APPROVER_IS_REQUESTER', `${by} asked for it`)
  if (shown === null || shown.to !== by)
    return refuse('NOT_SHOWN', `${by} was not shown what is to be approved`)
  const age = at - shown.at
  if (!(age >= 0 && age <= selectForMs))
    return refuse('SHOWN_TOO_LONG_AGO', `shown ${age / 1000} s ago; it holds for ${selectForMs / 1000} s`)
  const changes = whatChanged(shown.facts, facts)
  if (digest !== shown.digest)
    return refuse('DIGEST_DIFFERS', `shown was ${shown.digest}, approved is ${digest}`, changes)
  if (changes.length > 0) return refuse('FACTS_CHANGED', changes.map(({ fact }) => fact).join(', '), changes)
  const against = interlocks.filter(({ verdict }) => verdict !== 'pass')
  if (against.length > 0) return refuseBy(against)
  return { order: moved(cut, 'approved', at, null, { approved: { by, at, facts: shown.facts, digest } }) }
}

function notice(cut: Cut, { deliveredAt, earliest, latest }: Noticed, at: number): Stepped<Cut> {
  if (cut.state !== 'approved')
    return refuse('NOT_APPROVED', 'the second notice is given once it is approved')
  if (deliveredAt > at) return refuse('NOTICE_IN_FUTURE', 'delivered at a time that is not yet')
  if (deliveredAt < cut.requestedAt)
    return refuse('NOTICE_BEFORE_ORDER', 'delivered before this cut was asked for')
  const noticed = { deliveredAt, earliest, latest }
  return { order: moved(cut, 'armed', at, null, { noticed, dueAt: Math.max(earliest, at) }) }
}

function check(cut: Cut, at: number): Stepped<Cut> {
  const over = passed(cut, at)
  if (over !== cut) return { order: over }
  if (cut.noticed === null || at < cut.noticed.earliest)
    return refuse('NOTICE_TOO_RECENT', 'the second notice was delivered too short a time ago')
  return { order: moved(cut, 'checking', at, null, { dueAt: at + CHECK_AGAIN_MS }) }
}

/** The last word before the frame: of this check alone, not older than a minute, and all of it. */
function send(checked: Cut, { check, deadline, isRehearsal = false }: SendCut, at: number): Cut {
  const { at: checkedAt, look, interlocks, billing } = check
  const over = passed(checked, at)
  if (over !== checked) return over
  const cut = { ...checked, billing }
  const again = (code: BecauseCode, text: string) =>
    moved(cut, 'armed', at, { code, text }, { dueAt: at + CHECK_AGAIN_MS })
  const against = interlocks.filter(({ verdict }) => verdict !== 'pass')
  if (against.length > 0) {
    const text = against.map(({ code, text }) => `${code}: ${text}`).join('; ')
    const consequences = against.map(({ code }) => consequenceOf(code))
    if (consequences.includes('withdraw')) return moved(cut, 'withdrawn', at, { code: 'CHECK_FAILED', text })
    if (consequences.includes('quarantine'))
      return moved(cut, 'quarantined', at, { code: 'CHECK_FAILED', text })
    return again('CHECK_WAITS', text)
  }
  const age = at - checkedAt
  if (look === null || !(age >= 0 && age <= CHECK_HOLDS_MS))
    return again('CHECK_TOO_OLD', `${age / 1000} s ago`)
  if (!(deadline > at && deadline - at <= LONGEST_DEADLINE_MS))
    return again('DEADLINE_WRONG', `${(deadline - at) / 1000} s from now`)
  if (cut.isRehearsal || isRehearsal)
    return moved(cut, 'rehearsed', at, { code: 'REHEARSED', text: 'nothing was sent' })
  return sending(cut, look, deadline, at)
}

function sending(cut: Cut, look: Look, deadline: number, at: number): Cut {
  const attempt = cut.attempts + 1
  const operator = operatorOf(cut.id, attempt)
  const sent = { attempt, at, deadline, operator, before: relayBefore(look), answer: null }
  return moved(cut, 'sending', at, null, { attempts: attempt, sent, dueAt: at })
}

function release(cut: Cut, by: string, at: number): Stepped<Cut> {
  if (by === cut.requestedBy) return refuse('RELEASER_IS_REQUESTER', `${by} asked for it`)
  const anew = { shown: null, approved: null, noticed: null, billing: null }
  return { order: moved(cut, 'requested', at, { code: 'RELEASED', text: `by ${by}` }, anew) }
}

/** What was approved stays approved; what was only shown is to be shown again (PR-51), and a check begins anew. */
function restarted(cut: Cut, at: number): Cut {
  if (cut.state === 'checking') return moved(cut, 'armed', at, cut.because, { dueAt: at })
  return cut.shown === null ? cut : { ...cut, shown: null }
}

function passed(cut: Cut, at: number): Cut {
  const { state, noticed, expiresAt } = cut
  if (at >= expiresAt) {
    const code = state === 'requested' ? 'NOT_APPROVED_IN_TIME' : 'NOT_SENT_IN_TIME'
    return moved(cut, 'expired', at, { code, text: 'its time is over' })
  }
  if (noticed !== null && at > noticed.latest && (state === 'armed' || state === 'checking'))
    return moved(cut, 'expired', at, {
      code: 'SECOND_NOTICE_OVER',
      text: 'another attempt needs another notice',
    })
  return cut
}
