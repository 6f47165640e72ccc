/** The relay a profile declares: state and load read, one order written, state and load read back. */

import type {
  Call,
  Conversation,
  Point,
  RawRead,
  Refusal,
  RelayRegisters,
} from '../../src/driver-api/driver.ts'
import type { DecodedPoint } from '../../src/driver-api/frame.ts'
import type {
  RelayAnswer,
  RelayEvidence,
  RelayOrder,
  RelayOrdered,
  RelaySeen,
} from '../../src/driver-api/relay.ts'
import type { Framing } from './framing.ts'
import { placeOf } from './items.ts'
import { read } from './read.ts'
import { textOf } from './values.ts'
import { coilPdu, coilsPdu, registerPdu, registersPdu, tell, whyNobodyIsTold } from './writes.ts'

const LONGEST_VALIDITY_SECONDS = 86_400
/** The last moment at which it may leave: the slowest lines carry it in less. */
const LEAVES_WITHIN_MS = 1_000
/** Below these a meter measures nothing but itself. */
const FLOWS: Readonly<Record<string, number>> = { A: 0.1, W: 20, kW: 0.02 }
const NOTHING_SEEN: RelayEvidence = { verdict: 'open', texts: [] }

/** Null when the meter does not answer, or its profile declares no relay. */
export function* readRelay(framing: Framing, call: Call): Conversation<RelaySeen | null> {
  const { relay } = call.traits
  if (!relay) return null
  const points = [relay.state.point, ...(relay.load ? [relay.load] : [])]
  const { reads, inDoubt } = yield* read(framing, call, points)
  if (reads.length === 0) return null
  const state = reads.find(({ point }) => point === relay.state.point)
  return {
    isOpen: isOpenBy(relay, state),
    isOpenCommanded: null,
    isKeptPowered: null,
    isTripAnnounced: null,
    opened: null,
    closed: null,
    // The copy of another answer is no load, and none missing either.
    load: inDoubt ? [] : reads.filter(({ point }) => point === relay.load).map(shownOf),
    clock: null,
    frames: [...new Set(reads.flatMap(({ frames }) => frames))],
  }
}

/**
 * Reads the relay, then orders once: not again on silence, on a damaged answer, or on a refusal, and not at all once it
 * is over. What became of it is read back in any case, since reading changes nothing.
 */
export function* orderRelay(framing: Framing, call: Call, order: RelayOrder): Conversation<RelayAnswer> {
  const wrong = whyWrong(call, order)
  if (wrong !== null) return notSent(wrong, null)
  const pdu = orderPdu(call.traits.relay, order)
  if ('code' in pdu) return notSent(pdu, null)
  const over = whyOver(order)
  if (over) return notSent(over, null)
  const before = yield* readRelay(framing, call)
  if (!before) return notSent({ code: 'LINE_SILENT', text: 'the meter does not answer' }, null)
  if (before.isOpen === null)
    return notSent(
      { code: 'METER_NO_DATA', text: 'the meter does not tell whether its relay is open' },
      before,
    )
  const obeyed = yield* tell(framing, call, pdu, () => whyOver(order))
  if (obeyed.outcome === 'not-sent') return notSent(obeyed.refused ?? NOTHING_LEFT, before)
  const after = yield* readRelay(framing, call)
  const ordered: RelayOrdered = {
    action: order.action,
    operator: order.authority.operator,
    clock: '',
    opensAt: null,
  }
  const evidence = after ? judgeRelay(ordered, before, after) : NOTHING_SEEN
  const frames = [...before.frames, ...obeyed.frames, ...(after?.frames ?? [])]
  const outcome = outcomeOf(obeyed.outcome, evidence)
  const why = outcome === 'refused' ? obeyed.refused : outcome === 'unconfirmed' ? UNCONFIRMED : null
  return { outcome, why, ordered, evidence, before, after, frames }
}

const NOTHING_LEFT: Refusal = { code: 'LINE_CLOSED', text: 'nothing was sent' }
const UNCONFIRMED: Refusal = {
  code: 'LINE_SILENT',
  text: 'the order was sent and not answered; nobody knows whether it was obeyed',
}

/** A state alone may be nothing but the order written back; load shows the contacts. */
export function judgeRelay(ordered: RelayOrdered, before: RelaySeen, seen: RelaySeen): RelayEvidence {
  if (seen.isOpen === null) return { verdict: 'open', texts: ['the meter does not tell its relay’s state'] }
  const now = flows(seen.load)
  if (seen.isOpen && now) return { verdict: 'contradicts', texts: ['the relay says open, and current flows'] }
  if (seen.isOpen !== (ordered.action === 'open'))
    return { verdict: 'open', texts: ['the relay is not as it was ordered'] }
  if (!seen.isOpen)
    return now
      ? { verdict: 'as-ordered', texts: ['the relay is closed, and current flows'] }
      : { verdict: 'open', texts: ['nothing but its state says that it is closed'] }
  return flows(before.load) && isStill(seen.load)
    ? { verdict: 'as-ordered', texts: ['the relay is open, and the load that was there is gone'] }
    : { verdict: 'open', texts: ['nothing but its state says that it is open'] }
}

function outcomeOf(
  outcome: 'done' | 'refused' | 'sent' | 'unanswered',
  { verdict }: RelayEvidence,
): RelayAnswer['outcome'] {
  if (outcome === 'refused') return 'refused'
  if (verdict === 'as-ordered') return 'done'
  return outcome === 'done' ? 'accepted' : 'unconfirmed'
}

function notSent(why: Refusal, before: RelaySeen | null): RelayAnswer {
  const frames = before?.frames ?? []
  return { outcome: 'not-sent', why, ordered: null, evidence: NOTHING_SEEN, before, after: null, frames }
}

function whyWrong(call: Call, { action, validForSeconds, delayMinutes }: RelayOrder): Refusal | null {
  const invalid = (text: string): Refusal => ({ code: 'ASK_INVALID', text })
  const nobody = whyNobodyIsTold(call)
  if (nobody !== null) return invalid(nobody)
  if (!call.traits.relay)
    return { code: 'PROFILE_INVALID', text: 'the profile declares no relay of this model' }
  if (action !== 'open' && action !== 'close')
    return invalid(`relays of Modbus meters are told to open or to close, not ${action}`)
  if (delayMinutes !== undefined) return invalid('only a pre-trip has a warning time')
  return Number.isInteger(validForSeconds) &&
    validForSeconds >= 1 &&
    validForSeconds <= LONGEST_VALIDITY_SECONDS
    ? null
    : invalid(`an order is valid for 1 to ${LONGEST_VALIDITY_SECONDS} s, not ${validForSeconds}`)
}

/** Nothing in the frame says until when it holds, so our own clock alone ends it. */
function whyOver({ validForSeconds, ageMs, whyStay }: RelayOrder): Refusal | null {
  const age = ageMs()
  if (age >= 0 && age <= validForSeconds * 1000 - LEAVES_WITHIN_MS) return whyStay?.() ?? null
  const text = `the order was valid for ${validForSeconds} s and is ${Math.round(age / 1000)} s old; it was not sent`
  return { code: 'ORDER_EXPIRED', text }
}

function orderPdu(relay: RelayRegisters | undefined, { action }: RelayOrder): Uint8Array | Refusal {
  const place = relay && placeOf(relay.order.item)
  const written = relay?.order[action === 'open' ? 'open' : 'close'] ?? ''
  const bytes = Uint8Array.from(written.replaceAll(/\s/g, '').match(/../g) ?? [], pair =>
    Number.parseInt(pair, 16),
  )
  if (!place || bytes.length === 0)
    return { code: 'PROFILE_INVALID', text: 'the profile does not say how this relay is ordered' }
  switch (relay.order.function) {
    case 5:
      return coilPdu(place.address, bytes[0] === 0xff)
    case 15:
      return coilsPdu(place.address, [bytes[0] === 1])
    case 6:
      return registerPdu(place.address, bytes)
    case 16:
      return registersPdu(place.address, bytes)
  }
}

function isOpenBy({ state }: RelayRegisters, raw: RawRead | undefined): boolean | null {
  if (!raw || !('value' in raw)) return null
  const text = textOf(raw.value)
  return text === state.open ? true : text === state.closed ? false : null
}

function shownOf(raw: RawRead): DecodedPoint {
  const { item, obis, name, unit }: Point = raw.point
  const shown = { item, obis: obis === '' ? null : obis, name, unit, at: null }
  return 'value' in raw
    ? { ...shown, value: textOf(raw.value) }
    : { ...shown, value: null, fault: raw.refused }
}

function flows(load: readonly DecodedPoint[]): boolean {
  return load.some(point => measure(point) >= (FLOWS[point.unit] ?? Number.POSITIVE_INFINITY))
}

/** All that was read is nothing, and something was read. */
function isStill(load: readonly DecodedPoint[]): boolean {
  const known = load.filter(({ value, unit }) => value !== null && FLOWS[unit] !== undefined)
  return known.length > 0 && !flows(load)
}

function measure({ value }: DecodedPoint): number {
  return value === null ? 0 : Math.abs(Number(value))
}
