/** Cutting off and reconnecting: what is looked at before, the one order, what is looked at after. */

import type { Obeyed } from '../../../src/driver-api/command.ts'
import type { Call, Conversation, Frame, MeterTime, Refusal } from '../../../src/driver-api/driver.ts'
import type { RelayAction, RelayAnswer, RelayOrder, RelaySeen } from '../../../src/driver-api/relay.ts'
import { authorityBytes, whyNoAuthority } from '../commands/authority.ts'
import { timeAfter, timeBytes } from '../commands/command-words.ts'
import { type Order, obey } from '../commands/obey.ts'
import type { Dialect } from '../dialect.ts'
import { quirkOf, relayWriteIn } from '../quirks.ts'
import { isOneMeter } from '../wire/address.ts'
import { bytesOfHex, joined, wireOf } from '../wire/bytes.ts'
import { readClock } from './clock-read.ts'
import { writeOrder } from './clock-set.ts'
import { readRelay } from './relay-state.ts'

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
/** An order that may be obeyed for longer than a day is one that is forgotten. */
const LONGEST_VALIDITY_SECONDS = 86_400
/** Two BCD digits. */
const LONGEST_DELAY_MINUTES = 99

/** Makes the order, where its deadline has to be known from the meter's clock. */
type Prepared = { readonly needsClock: boolean; readonly make: (clock: MeterTime) => Order | Refusal }

/**
 * Reads the relay, then the clock, then orders once: not again on silence, on a damaged answer, or on a refusal. What
 * became of it is read back in any case, since reading changes nothing.
 */
export function* orderRelay(dialect: Dialect, call: Call, order: RelayOrder): Conversation<RelayAnswer> {
  const prepared = prepare(dialect, call, order)
  if ('code' in prepared) return notSent(prepared, null, [])

  const before = yield* readRelay(dialect, call)
  if (!before) return notSent({ code: 'LINE_SILENT', text: 'the meter does not answer' }, null, [])
  const frames: Frame[] = [...before.frames]
  let clock: MeterTime = ''
  if (prepared.needsClock) {
    if (before.isOpen === null)
      return notSent(
        { code: 'METER_NO_DATA', text: 'the meter does not tell whether its relay is open' },
        before,
        frames,
      )
    const read = yield* readClock(call, dialect)
    frames.push(...(read?.frames ?? []))
    if (!read || 'refused' in read) {
      const why = read?.refused.text ?? 'no answer'
      return notSent(
        { code: 'METER_NO_DATA', text: `the meter's clock cannot be read: ${why}` },
        before,
        frames,
      )
    }
    clock = read.time
  }

  const made = prepared.make(clock)
  if ('code' in made) return notSent(made, before, frames)
  const obeyed = yield* obey(call, dialect, made)
  const after = yield* readRelay(dialect, call)
  return {
    ...outcomeOf(obeyed),
    before,
    after,
    frames: [...frames, ...obeyed.frames, ...(after?.frames ?? [])],
  }
}

function outcomeOf({ outcome, refused }: Obeyed): Pick<RelayAnswer, 'outcome' | 'why'> {
  if (outcome === 'done') return { outcome: 'accepted', why: null }
  if (outcome === 'refused') return { outcome: 'refused', why: refused }
  const text = 'the order was sent and not answered; nobody knows whether it was obeyed'
  return { outcome: 'unconfirmed', why: { code: 'LINE_SILENT', text } }
}

function notSent(why: Refusal, before: RelaySeen | null, frames: readonly Frame[]): RelayAnswer {
  return { outcome: 'not-sent', why, before, after: null, frames }
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
  return { needsClock: true, make: clock => relayOrder(call, order, clock) }
}

function whyWrong(
  call: Call,
  { authority, validForSeconds, delayMinutes, action }: RelayOrder,
): string | null {
  if (!isOneMeter(call.address)) return `only a full address can be ordered, not ${call.address}`
  const isFit = Number.isInteger(validForSeconds) && validForSeconds >= 1
  if (!isFit || validForSeconds > LONGEST_VALIDITY_SECONDS)
    return `an order is valid for 1 to ${LONGEST_VALIDITY_SECONDS} s, not ${validForSeconds}`
  if (delayMinutes !== undefined && action !== 'warn-then-open') return 'only a pre-trip has a warning time'
  const delay = delayMinutes ?? 1
  if (!Number.isInteger(delay) || delay < 1 || delay > LONGEST_DELAY_MINUTES)
    return `a warning time is 1 to ${LONGEST_DELAY_MINUTES} minutes, not ${delayMinutes}`
  if (action === 'warn-then-open' && delayMinutes === undefined) return 'a pre-trip needs a warning time'
  return whyNoAuthority(authority)
}

/** Level, password, operator code, N1, N2, then the deadline ss mm hh DD MM YY. */
function relayOrder(call: Call, order: RelayOrder, clock: MeterTime): Order | Refusal {
  const { authority, action, delayMinutes, validForSeconds } = order
  const level = call.traits.quirks?.['relay-level'] ?? authority.level
  const parameter = delayMinutes?.toString().padStart(2, '0') ?? quirkOf(call.traits, 'relay-parameter')
  const deadline = timeBytes(timeAfter(clock, validForSeconds))
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
      wireOf(parameter),
      deadline,
    ]),
    secret: [1, 4],
  }
}

/** A maker's item. It carries no deadline, so what cannot be sent at once must not be sent at all. */
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
  return { needsClock: false, make: () => writeOrder(dialect, item, written, authority) }
}
