/**
 * Where orders to relays meet their line (PR-58, PR-59): the line is had alone, the meter looked at, and one frame leaves
 * by the release of a stored order, once. Nothing waits here for a connection, and nothing is ever sent again.
 */

import type { MeterConfig } from '../config/config.ts'
import type { Clock } from '../core/clock.ts'
import { assert, type Failure, isPassing } from '../core/faults.ts'
import { HOUR, SECOND } from '../core/time.ts'
import type { Authority } from '../driver-api/command.ts'
import type { Call, Conversation, Driver, Refusal, RelayEvidence } from '../driver-api/driver.ts'
import type { RelayOrdered, RelaySeen } from '../driver-api/relay.ts'
import type { Pass } from '../line/guard/pass.ts'
import { relayPass } from '../line/guard/relay-intent.ts'
import { type Conversed, type Line, PRIORITY, type Priority } from '../line/line.ts'
import type { Urgency } from '../supply/order/desk.ts'
import type { Intended } from '../supply/order/order.ts'
import type { AuditsHeld } from './audits-held.ts'
import type { LastGoodValues } from './last-good.ts'
import type { RefusalsHeld } from './refusals-held.ts'
import { lookAt, type RelayLook } from './relay-look.ts'
import { type Release, type Sending, takeRelease } from './relay-release.ts'
import { notSent, type Told, toldOf } from './relay-told.ts'

export interface RelayDesk {
  /** What this meter cannot be told at all; null where it can. */
  whyNot(meter: string, intended: Intended): Refusal | null
  /** What its orders cannot carry, and its relay cannot tell: makers' items and registers have no deadline, registers no keep-power. */
  lacks(meter: string): readonly ('keep-power' | 'deadline')[]
  /** How long an order may be obeyed from its release on, ms (PR-59): twice the longest answer, and what the line takes. */
  holdsMs(meter: string): number
  /**
   * The line for `work` alone: restores before cuts, both before all reads, between two questions of a round under way;
   * what is only looked at when the question under way has come to its end, as reads on demand.
   * Not held, at once, where there is no connection. What `work` throws it throws.
   */
  held<Result>(
    meter: string,
    urgency: Urgency,
    work: (line: HeldLine) => Promise<Result>,
  ): Promise<Held<Result>>
  /** What is seen of an order that left, by its driver; null where that cannot tell. */
  judge(meter: string, ordered: RelayOrdered, before: RelaySeen, seen: RelaySeen): RelayEvidence | null
}

export type Held<Result> =
  | { readonly isHeld: true; readonly result: Result }
  | { readonly isHeld: false; readonly why: Failure }

/** Of no use once the work that was given it has ended. */
export interface HeldLine {
  look(): Promise<RelayLook>
  order(release: Release): Promise<Told>
}

export interface RelayDeskParts {
  /** By id, with the longest wait for an answer where its configuration names one, ms. */
  readonly lines: ReadonlyMap<string, { readonly line: Line; readonly replyWithinMs: number | null }>
  readonly meters: readonly MeterConfig[]
  /** In full: those meters are polled with only ask. */
  readonly drivers: ReadonlyMap<string, Driver>
  readonly offsetMinutes: number
  readonly lastGood: Pick<LastGoodValues, 'of'>
  readonly refusals: Pick<RefusalsHeld, 'of'>
  readonly audits: Pick<AuditsHeld, 'sameOf' | 'whyAnother'>
  /** Null where nobody has entered any. */
  readonly authorityOf: (meter: MeterConfig) => Pick<Authority, 'level' | 'password'> | null
  readonly clock: Clock
}

const RETRIES = { silent: 1, silentOnceAnswered: 1, damaged: 2 }
const CONTRADICTION_LASTS_MS = HOUR
/** The question for the clock, and the frame itself, on the slowest lines. */
const LINE_TAKES_MS = 6 * SECOND
/** No driver sends what is over sooner. */
const LEAST_HOLDS_MS = 2 * SECOND
const ACTION = { open: 'open', 'close-allowed': 'permit-close', closed: 'close' } as const
const OVER: Refusal = { code: 'ORDER_EXPIRED', text: 'its deadline is over; it was not sent' }

interface Place {
  readonly config: MeterConfig
  readonly driver: Driver
  readonly line: Line
  readonly replyWithinMs: number
}

export function createRelayDesk(parts: RelayDeskParts): RelayDesk {
  const { clock, offsetMinutes } = parts
  const places = new Map(parts.meters.flatMap(placeOf))
  /** By order and attempt: what is read from the store twice has one frame all the same. */
  const released = new Set<string>()

  function placeOf(config: MeterConfig): [string, Place][] {
    const driver = parts.drivers.get(config.driver.protocol)
    const at = parts.lines.get(config.line)
    if (!driver || !at) return []
    const replyWithinMs = at.replyWithinMs ?? driver.timing.replyWithinMs
    return [[config.id, { config, driver, line: at.line, replyWithinMs }]]
  }

  function placeNamed(meter: string): Place {
    const place = places.get(meter)
    assert(place !== undefined, `orders are for meters of this gateway, not for ${meter}`)
    return place
  }

  function holdsMs({ replyWithinMs }: Place): number {
    return 2 * replyWithinMs + LINE_TAKES_MS
  }

  function callTo({ config, line }: Place): Call {
    const { address, id, profile, nameplate } = config
    return {
      address,
      sequence: line.sequence,
      traits: profile.traits,
      refusedBefore: parts.refusals.of(config),
      doubt: line.doubtOf(id),
      mostWatts: nameplate.phases * nameplate.volts * nameplate.amperes,
    }
  }

  async function held<Result>(
    meter: string,
    urgency: Urgency,
    work: (line: HeldLine) => Promise<Result>,
  ): Promise<Held<Result>> {
    const place = placeNamed(meter)
    const away = whyAway(place.line)
    if (away) return { isHeld: false, why: away }
    let isMine = false
    try {
      return await place.line.hold(priorityOf(urgency), async converse => {
        isMine = true
        const gone = whyAway(place.line)
        if (gone) return { isHeld: false, why: gone }
        const own = heldLine(place, urgency, converse)
        return { isHeld: true, result: await work(own.line).finally(own.end) }
      })
    } catch (error) {
      if (isMine || !isPassing(error)) throw error
      return { isHeld: false, why: { code: error.code, text: error.text } }
    }
  }

  function heldLine(place: Place, urgency: Urgency, converse: Line['converse']) {
    const { config, driver, line } = place
    let isOver = false
    let looked: RelayLook | null = null

    async function talk<Result>(conversation: Conversation<Result>, pass?: Pass): Promise<Conversed<Result>> {
      assert(!isOver, 'a line is used by whom it is held for, while it is')
      const { id: meter, serial: settings } = config
      const ask = { driver, conversation, priority: priorityOf(urgency), meter, retries: RETRIES, settings }
      return await converse({ ...ask, pass })
    }

    async function look(): Promise<RelayLook> {
      const { lastGood, audits } = parts
      looked = await lookAt({
        ...{ config, driver, offsetMinutes, clock, lastGood, talk },
        call: () => callTo(place),
        isDoubted: () => isRecent(line.contradictedAt(config.id)),
        before: audits.sameOf(config.id),
        whyAnother: audits.whyAnother(config.id),
        isBrief: urgency !== 'cut',
      })
      return looked
    }

    async function order(release: Release): Promise<Told> {
      const taken = takeRelease(release)
      if (!taken) return notSent({ code: 'ORDER_SPENT', text: 'this release was used before' })
      const { sending, whyStay } = taken
      const name = `${sending.id}, frame ${sending.attempts}`
      const wrong = whyWrong(sending, name)
      if (wrong) return notSent(wrong)
      released.add(name)
      const { operator, deadline } = sending.sent
      const { address, profile } = config
      const action = ACTION[sending.intended]
      const madeAt = clock.monotonic()
      const conversation = driver.orderRelay?.(callTo(place), {
        action,
        authority: { level: '', password: '', ...parts.authorityOf(config), operator },
        validForSeconds: Math.floor(Math.min(deadline - clock.now(), holdsMs(place)) / SECOND),
        ageMs: () => clock.monotonic() - madeAt,
        whyStay: () => whyStay() ?? (clock.now() < deadline ? null : OVER),
        ...(looked?.seen && { seenBefore: looked.seen }),
      })
      assert(conversation !== undefined, 'only meters that can be ordered are')
      const pass = relayPass({ order: name, address, action, operator, traits: profile.traits })
      const talked = await talk(conversation, pass)
      const number = looked?.identity.isDoubted === false ? looked.number : null
      return toldOf(talked, { driver, address, number, offsetMinutes, now: clock.now() })
    }

    /** What the store says, against the meter that is there by the meter list of now. */
    function whyWrong(sending: Sending, name: string): Failure | null {
      const { meter, address, intended, sent } = sending
      if (released.has(name)) return { code: 'ORDER_SPENT', text: `order ${name} has left before` }
      if (meter !== config.id || address !== config.address) {
        const text = `the order is for ${meter} at ${address}; held is ${config.id} at ${config.address}`
        return { code: 'ASK_INVALID', text }
      }
      if (urgency !== (intended === 'open' ? 'cut' : 'restore'))
        return { code: 'ASK_INVALID', text: `${intended} is no ${urgency}` }
      const left = sent.deadline - clock.now()
      return left < LEAST_HOLDS_MS ? OVER : (whyNot(meter, intended) ?? whyAway(line))
    }

    const end = () => {
      isOver = true
    }
    return { line: { look, order } satisfies HeldLine, end }
  }

  function whyNot(meter: string, intended: Intended): Refusal | null {
    const { config, driver } = placeNamed(meter)
    const known = driver.orderRelay && driver.relayActions?.(config.profile.traits)
    if (known?.has(ACTION[intended])) return null
    return { code: 'PROFILE_INVALID', text: `nobody knows how this model is told to ${ACTION[intended]}` }
  }

  function lacks(meter: string): ReturnType<RelayDesk['lacks']> {
    const { relay, quirks } = placeNamed(meter).config.profile.traits
    if (relay) return ['keep-power', 'deadline']
    return (quirks?.['relay-write'] ?? 'none') === 'none' ? [] : ['deadline']
  }

  function isRecent(contradictedAt: number | null): boolean {
    return contradictedAt !== null && clock.monotonic() - contradictedAt < CONTRADICTION_LASTS_MS
  }

  return {
    whyNot,
    lacks,
    holdsMs: meter => holdsMs(placeNamed(meter)),
    held,
    judge: (meter, ordered, before, seen) =>
      placeNamed(meter).driver.judgeRelay?.(ordered, before, seen) ?? null,
  }
}

function priorityOf(urgency: Urgency): Priority {
  return { restore: PRIORITY.restore, cut: PRIORITY.order, look: PRIORITY.onDemand }[urgency]
}

/** A link that was closed while it was idle is opened when somebody asks; all others have nobody at their end. */
function whyAway({ state, fault, id }: Line): Failure | null {
  if (state === 'open' || state === 'resting') return null
  return fault ?? { code: 'LINE_CLOSED', text: `line ${id} is not open` }
}
