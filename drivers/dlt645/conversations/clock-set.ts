/** Setting a meter's clock: the time to all meters (08), or date and time written to one of them. */

import type { Authority, Obeyed } from '../../../src/driver-api/command.ts'
import type { Call, ClockAsked, Conversation, MeterTime, Refusal } from '../../../src/driver-api/driver.ts'
import { authorityIn, choice, isWrong, may, needs, secret, type Wrong } from '../commands/arguments.ts'
import { authorityBytes, passwordBytes, whyNoAuthority } from '../commands/authority.ts'
import { timeBytes, weekdayOf } from '../commands/command-words.ts'
import type { CommandRow } from '../commands/commands.ts'
import { notSent, type Order, obey, tellAll } from '../commands/obey.ts'
import type { Dialect } from '../dialect.ts'
import { quirkOf } from '../quirks.ts'
import { BROADCAST, isOneMeter } from '../wire/address.ts'
import { joined, wireOf } from '../wire/bytes.ts'
import { isPassword } from '../wire/secrets.ts'

/** Time-setting of meters that want a password is obeyed with that of level 4 or higher. */
const LEVEL = '04'
const SET_TIME = 0x08

export function setClock(dialect: Dialect, call: Call, asked: ClockAsked): Conversation<Obeyed> {
  const { timeAt, how } = asked
  const wrong = whyNoTime(timeAt()) ?? (how === 'broadcast' ? null : whyNoAuthority(how.authority))
  if (wrong !== null) return begunNever(wrong)
  if (how === 'broadcast' || how.broadcast)
    return broadcast(call, asked, how === 'broadcast' ? null : how.authority)
  if (!isOneMeter(call.address)) return begunNever(`no clock is written to ${call.address}`)
  return writeClock(dialect, call, asked, how.authority)
}

/** A conversation that ends before it begins. */
// biome-ignore lint/correctness/useYield: it has nothing to ask.
function* begunNever(text: string): Conversation<Obeyed> {
  return notSent({ code: 'ASK_INVALID', text })
}

function broadcast(call: Call, asked: ClockAsked, authority: Authority | null): Conversation<Obeyed> {
  const guarded = quirkOf(call.traits, 'broadcast-time') === 'with-password'
  if (guarded && !authority) return begunNever('this model wants a password in front of the time')
  return tellAll(call, () => ({
    ...timeOrder(asked.timeAt(), guarded ? authority : null),
    ...rulesOf(asked),
  }))
}

function rulesOf({ whyStay }: ClockAsked): { readonly whyStay?: () => Refusal | null } {
  return whyStay ? { whyStay } : {}
}

/** ss mm hh DD MM YY, on some meters behind level and password (7.6). */
function timeOrder(time: MeterTime, authority: Authority | null): Order {
  const data = timeBytes(time) ?? new Uint8Array(0)
  return authority
    ? { control: SET_TIME, data: joined([passwordBytes(authority), data]), secret: [1, 4] }
    : { control: SET_TIME, data }
}

const MIDNIGHT_BETWEEN: Refusal = { code: 'METER_BUSY', text: 'midnight came between date and time' }

/** One write of the pair, or of both at once. */
interface ClockWrite {
  readonly item: string
  readonly data: (time: MeterTime) => Uint8Array
}

const dateOf = (time: MeterTime): Uint8Array =>
  wireOf(`${time.slice(2, 10).replaceAll('-', '')}0${weekdayOf(time)}`)
const clockOf = (time: MeterTime): Uint8Array => wireOf(time.slice(11).replaceAll(':', ''))

function writesOf(dialect: Dialect, call: Call): readonly ClockWrite[] {
  if (dialect.protocol === 'dlt645-2007' && quirkOf(call.traits, 'clock-write') === 'together')
    return [{ item: '0400010C', data: time => joined([clockOf(time), dateOf(time)]) }]
  const [dateItem = '', timeItem = ''] = dialect.clock.split('+')
  return [
    { item: dateItem, data: dateOf },
    { item: timeItem, data: clockOf },
  ]
}

/** The date goes first; a midnight before the time has left would make the pair a day wrong. */
function* writeClock(
  dialect: Dialect,
  call: Call,
  asked: ClockAsked,
  authority: Authority,
): Conversation<Obeyed> {
  const { timeAt } = asked
  const day = timeAt().slice(0, 10)
  let last: Obeyed = { outcome: 'unanswered', refused: null, says: [], frames: [] }
  const whyStay = () => (timeAt().slice(0, 10) === day ? (asked.whyStay?.() ?? null) : MIDNIGHT_BETWEEN)
  for (const { item, data } of writesOf(dialect, call)) {
    const order = () => ({ ...writeOrder(dialect, item, data(timeAt()), authority), whyStay })
    const told = yield* obey(call, dialect, order)
    const { refused, frames } = told
    // What ends behind a date that was written was not kept back as a whole.
    const outcome = told.outcome === 'not-sent' && last.outcome === 'done' ? 'refused' : told.outcome
    last = { outcome, refused, says: [], frames: [...last.frames, ...frames] }
    if (outcome !== 'done') return last
  }
  return last
}

/** Identifier, password, operator code (2007 only), data (7.3). */
export function writeOrder(dialect: Dialect, item: string, data: Uint8Array, authority: Authority): Order {
  const { itemBytes } = dialect
  const is2007 = dialect.protocol === 'dlt645-2007'
  const asks = is2007 ? authorityBytes(authority) : passwordBytes(authority)
  return {
    control: is2007 ? 0x14 : 0x04,
    data: joined([wireOf(item), asks, data]),
    secret: [
      itemBytes + 1,
      isPassword(item.toUpperCase()) ? itemBytes + asks.length + data.length : itemBytes + 4,
    ],
  }
}

function whyNoTime(time: string): string | null {
  return timeBytes(time) ? null : `a time is written like 2026-11-22T10:00:00, not "${time}"`
}

/** The bare function, for times that are not those of now. */
export const SET_TIME_ROW: CommandRow = {
  name: 'set-time',
  about: 'tells all meters of the line the time (08); `meterd clock` sets it with care',
  effect: 'settings',
  arguments: [
    needs('time', 'e.g. 2026-11-22T10:00:00'),
    may('to', 'all, unless given; one has only this meter told, and it does not answer either'),
    { ...secret('password', 'six digits, for models that want one'), isOptional: true },
    may('level', `password level, ${LEVEL} unless given`),
  ],
  talk(given, call): Conversation<Obeyed> | Wrong {
    const { time = '', to = 'all' } = given
    const wrong = whyNoTime(time)
    if (wrong !== null) return { wrong }
    const asked = choice(
      'to',
      to,
      new Map([
        ['one', false],
        ['all', true],
      ]),
    )
    if (isWrong(asked)) return asked
    const guarded = quirkOf(call.traits, 'broadcast-time') === 'with-password'
    const authority = guarded || given['password'] !== undefined ? authorityIn(given, LEVEL) : null
    if (authority && isWrong(authority)) return authority
    return tellAll(call, timeOrder(time, authority), asked.meaning ? BROADCAST : call.address)
  },
}
