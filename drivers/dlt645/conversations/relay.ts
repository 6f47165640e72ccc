/** Cutting off and reconnecting: what is looked at before, the one order, what is looked at after. */

import type { Obeyed } from '../../../src/driver-api/command.ts'
import type { Call, Conversation, Frame, MeterTime, Refusal, Traits } from '../../../src/driver-api/driver.ts'
import type {
  RelayAction,
  RelayAnswer,
  RelayEvidence,
  RelayOrder,
  RelayOrdered,
  RelaySeen,
} from '../../../src/driver-api/relay.ts'
import { authorityBytes, whyNoAuthority } from '../commands/authority.ts'
import { timeAfter, timeBytes } from '../commands/command-words.ts'
import { type Order, obey } from '../commands/obey.ts'
import type { Dialect } from '../dialect.ts'
import { quirkOf, relayWriteIn } from '../quirks.ts'
import { isOneMeter } from '../wire/address.ts'
import { bytesOfHex, joined, wireOf } from '../wire/bytes.ts'
import { type ClockRead, readClock } from './clock-read.ts'
import { writeOrder } from './clock-set.ts'
import { judgeRelay, NOTHING_SEEN } from './relay-evidence.ts'
import { lookAtRelay, readRelay } from './relay-state.ts'

/** First byte of an order (N1). */
const ORDERS: Readonly<Record<RelayAction, number>> = {
  open: 0x1a,
  'permit-close': 0x1b,
  close: 0x1c,
  'warn-then-open': 0x1d,
  'alarm-on': 0x2a,
  'alarm-off': 0x2b,
  'keep-powered': 0x3a,
  'end-keep-powered': 0x3b,
}

const RELAY = 0x1c
/** What is valid for less could never leave in time. */
const SHORTEST_VALIDITY_SECONDS = 2
/** An order that may be obeyed for longer than a day is one that is forgotten. */
const LONGEST_VALIDITY_SECONDS = 86_400
/** Two BCD digits. */
const LONGEST_DELAY_MINUTES = 99

/** So long before its end it may leave at the latest: at 300 baud, the slowest there is, it takes 1.2 s. */
const LEAVES_WITHIN_MS = 1_500

/** How long it may still be obeyed, s, when the clock below was read. */
interface Moment {
  readonly clock: MeterTime
  readonly leftSeconds: number
}

/** Makes the order from the meter's clock. */
type Prepared = { readonly needsState: boolean; readonly make: (moment: Moment) => Order | Refusal }

/**
 * Reads the relay, then the clock, then orders once: not again on silence, on a damaged answer, or on a refusal, and
 * not at all once it is over. What became of it is read back in any case, since reading changes nothing.
 */
export function* orderRelay(dialect: Dialect, call: Call, order: RelayOrder): Conversation<RelayAnswer> {
  const prepared = prepare(dialect, call, order)
  if ('code' in prepared) return notSent(prepared, null, [])
  const over = whyOver(order)
  if (over) return notSent(over, null, [])

  const look = yield* lookAgain(dialect, call, order)
  if (!look) return notSent({ code: 'LINE_SILENT', text: 'the meter does not answer' }, null, [])
  const { seen: before, clock } = look
  const overBy = whyOver(order)
  if (overBy) return notSent(overBy, before)
  // The clock came a moment ago: reckoned from now the deadline is a little too early, never too late.
  const leftSeconds = Math.floor((order.validForSeconds * 1000 - order.ageMs()) / 1000)
  if (prepared.needsState && before.isOpen === null)
    return notSent(
      { code: 'METER_NO_DATA', text: 'the meter does not tell whether its relay is open' },
      before,
    )
  if (!clock || 'refused' in clock) {
    const why = clock?.refused.text ?? 'no answer'
    return notSent({ code: 'METER_NO_DATA', text: `the meter's clock cannot be read: ${why}` }, before)
  }

  const made = prepared.make({ clock: clock.time, leftSeconds })
  if ('code' in made) return notSent(made, before)
  const obeyed = yield* obey(call, dialect, { ...made, whyStay: () => whyOver(order) })
  if (obeyed.outcome === 'not-sent') return notSent(obeyed.refused ?? NOTHING_LEFT, before)
  const after = yield* readRelay(dialect, call)
  const ordered = orderedOf(order, clock.time)
  const evidence = after ? judgeRelay(ordered, before, after) : NOTHING_SEEN
  return {
    ...outcomeOf(obeyed, evidence),
    ordered,
    evidence,
    before,
    after,
    frames: [...before.frames, ...obeyed.frames, ...(after?.frames ?? [])],
  }
}

/** Of one that was just seen only the clock is asked, which the deadline is made of. */
function* lookAgain(
  dialect: Dialect,
  call: Call,
  { seenBefore }: RelayOrder,
): Conversation<{ readonly seen: RelaySeen; readonly clock: ClockRead } | null> {
  if (!seenBefore) return yield* lookAtRelay(dialect, call)
  const clock = yield* readClock(call, dialect)
  return clock && { seen: { ...seenBefore, frames: clock.frames }, clock }
}

const NOTHING_LEFT: Refusal = { code: 'LINE_CLOSED', text: 'nothing was sent' }

/** All that this model can be told: DL/T 645-1997 has no order, and makers' items those they have. */
export function relayActions(dialect: Dialect, traits: Traits): ReadonlySet<RelayAction> {
  const byWriting = relayWriteIn(quirkOf(traits, 'relay-write'))
  const all = Object.keys(ORDERS) as RelayAction[]
  if (byWriting) return new Set(all.filter(action => byWriting.data.has(action)))
  return new Set(dialect.protocol === 'dlt645-1997' ? [] : all)
}

/** By our own clock; null while it may leave. A clock that says nothing says that it is over. */
function whyOver({ validForSeconds, ageMs, whyStay }: RelayOrder): Refusal | null {
  const age = ageMs()
  if (age >= 0 && age <= validForSeconds * 1000 - LEAVES_WITHIN_MS) return whyStay?.() ?? null
  const old = age >= 0 ? `${Math.round(age / 1000)} s old` : 'of no known age'
  const text = `the order was valid for ${validForSeconds} s and is ${old}; it was not sent`
  return { code: 'ORDER_EXPIRED', text }
}

function orderedOf({ action, authority, delayMinutes }: RelayOrder, clock: MeterTime): RelayOrdered {
  const opensAt = delayMinutes === undefined ? null : timeAfter(clock, delayMinutes * 60)
  return { action, operator: authority.operator, clock, opensAt }
}

function outcomeOf(
  { outcome, refused }: Obeyed,
  { verdict }: RelayEvidence,
): Pick<RelayAnswer, 'outcome' | 'why'> {
  if (outcome === 'refused') return { outcome: 'refused', why: refused }
  if (verdict === 'as-ordered') return { outcome: 'done', why: null }
  if (outcome === 'done') return { outcome: 'accepted', why: null }
  const text = 'the order was sent and not answered; nobody knows whether it was obeyed'
  return { outcome: 'unconfirmed', why: { code: 'LINE_SILENT', text } }
}

function notSent(
  why: Refusal,
  before: RelaySeen | null,
  frames: readonly Frame[] = before?.frames ?? [],
): RelayAnswer {
  return { outcome: 'not-sent', why, ordered: null, evidence: NOTHING_SEEN, before, after: null, frames }
}

/** What will be sent, or why nothing can be. */
function prepare(dialect: Dialect, call: Call, order: RelayOrder): Prepared | Refusal {
  const wrong = whyWrong(call, order)
  if (wrong !== null) return { code: 'ASK_INVALID', text: wrong }
  const byWriting = relayWriteIn(quirkOf(call.traits, 'relay-write'))
  if (byWriting) return prepareWrite(dialect, order, byWriting)
  if (dialect.protocol === 'dlt645-1997') {
    const text =
      'DL/T 645-1997 has no order for relays, and the profile names none of this model (quirk relay-write)'
    return { code: 'PROFILE_INVALID', text }
  }
  return { needsState: true, make: moment => relayOrder(call, order, moment) }
}

function whyWrong(
  call: Call,
  { authority, validForSeconds, delayMinutes, action }: RelayOrder,
): string | null {
  if (!isOneMeter(call.address)) return `only a full address can be ordered, not ${call.address}`
  const isFit = Number.isInteger(validForSeconds) && validForSeconds >= SHORTEST_VALIDITY_SECONDS
  if (!isFit || validForSeconds > LONGEST_VALIDITY_SECONDS)
    return `an order is valid for ${SHORTEST_VALIDITY_SECONDS} to ${LONGEST_VALIDITY_SECONDS} s, not ${validForSeconds}`
  if (delayMinutes !== undefined && action !== 'warn-then-open') return 'only a pre-trip has a warning time'
  const delay = delayMinutes ?? 1
  if (!Number.isInteger(delay) || delay < 1 || delay > LONGEST_DELAY_MINUTES)
    return `a warning time is 1 to ${LONGEST_DELAY_MINUTES} minutes, not ${delayMinutes}`
  if (action === 'warn-then-open' && delayMinutes === undefined) return 'a pre-trip needs a warning time'
  return whyNoAuthority(authority)
}

/** Level, password, operator code, N1, N2, then the deadline ss mm hh DD MM YY. */
function relayOrder(call: Call, order: RelayOrder, { clock, leftSeconds }: Moment): Order | Refusal {
  const { authority, action, delayMinutes } = order
  const level = call.traits.quirks?.['relay-level'] ?? authority.level
  const deadline = timeBytes(timeAfter(clock, leftSeconds))
  if (!deadline)
    return {
      code: 'METER_NO_DATA',
      text: `the meter's clock shows ${clock}, after which no deadline can be written`,
    }
  return {
    control: RELAY,
    data: joined([
      authorityBytes({ ...authority, level }),
      Uint8Array.of(ORDERS[action]),
      delayMinutes === undefined
        ? wireOf(quirkOf(call.traits, 'relay-parameter'))
        : delayByte(call, delayMinutes),
      deadline,
    ]),
    secret: [1, 4],
  }
}

/** Nothing says how minutes are written; a profile can (`relay-delay`). */
function delayByte({ traits }: Call, minutes: number): Uint8Array {
  return quirkOf(traits, 'relay-delay') === 'binary'
    ? Uint8Array.of(minutes)
    : wireOf(String(minutes).padStart(2, '0'))
}

/** A maker's item. It carries no deadline, so our own clock alone ends it. */
function prepareWrite(
  dialect: Dialect,
  { action, authority }: RelayOrder,
  { item, data }: NonNullable<ReturnType<typeof relayWriteIn>>,
): Prepared | Refusal {
  if (item.length !== 2 * dialect.itemBytes)
    return {
      code: 'PROFILE_INVALID',
      text: `${item} is no identifier of ${dialect.protocol} (quirk relay-write)`,
    }
  const written = bytesOfHex(data.get(action) ?? '')
  if (!written || written.length === 0)
    return {
      code: 'PROFILE_INVALID',
      text: `the profile names no "${action}" of this model (quirk relay-write)`,
    }
  return { needsState: false, make: () => writeOrder(dialect, item, written, authority) }
}
