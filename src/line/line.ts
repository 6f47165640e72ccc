/**
 * A line: one owner of one physical bus or connection, a queue by priority, one conversation at a time
 * (several where the protocol numbers its requests). The only place frames are logged.
 */

import { type Clock, within } from '../core/clock.ts'
import { assert, type Failure, Fault } from '../core/faults.ts'
import { characterMs, hasSettings, type LineUrl, type SerialSettings } from '../core/line-url.ts'
import type { Log } from '../core/log.ts'
import { type Beat, noBeat } from '../core/progress.ts'
import type { Random } from '../core/random.ts'
import { HOUR, MINUTE } from '../core/time.ts'
import type { Conversation, Doubt, Driver, Request } from '../driver-api/driver.ts'
import { createAcquaintance } from './acquaintance.ts'
import {
  type Asker,
  type Counters,
  type Exchange,
  faultOf,
  LINK_DOWN,
  newCounters,
  stayedExchange,
} from './asker.ts'
import { createBus } from './bus.ts'
import { hearPast } from './interjections.ts'
import { createLink, type Link, type LinkState } from './link.ts'
import { createMultiplex } from './multiplex.ts'
import { hexWithout, secretsOf } from './secrets.ts'
import type { Transport } from './transport.ts'

/** Who goes first on the wire: people without power, people who wait, then the calendar. */
export const PRIORITY = { order: 0, onDemand: 1, billing: 2, poll: 3 } as const
export type Priority = (typeof PRIORITY)[keyof typeof PRIORITY]

/** A conversation that takes more requests than this has lost its way. */
const MOST_STEPS = 300
/** So often may a driver go on after it was told that nothing comes. */
const MOST_NULLS = 100
/** Conversations waiting, by priority: people who ask by hand wait in a short queue. */
const MOST_WAITING: Readonly<Record<Priority, number>> = {
  [PRIORITY.order]: 100,
  [PRIORITY.onDemand]: 20,
  [PRIORITY.billing]: 1_000,
  [PRIORITY.poll]: 1_000,
}
/** So many silent conversations in a row and a connection is taken for half-open. */
const SILENCES_TO_REOPEN = 5
const FORGET_REOPENING_MS = HOUR
/** A box that lost its connection dials again by itself, most within seconds; what was under way waits for it so long. */
const REDIALS_WITHIN_MS = 10_000
/** Beyond the reply: two quarantines of a minute, two waits for a babbling bus, a slow long frame, a port set anew. */
const EXCHANGE_TAKES_MS = 3 * MINUTE

export interface Line {
  readonly id: string
  readonly inFlight: number
  start(): void
  stop(): Promise<void>
  opened(): Promise<void>
  /** A number no other request now under way on this line carries. */
  sequence(): number
  /** Holds a conversation with one meter. Rejects only with LINE_BUSY; silence is part of what it gives back. */
  converse<Result>(ask: ConversationAsked<Result>): Promise<Conversed<Result>>
  /** When a second, different answer to a question to this meter was heard last, monotonic; null for never. */
  contradictedAt(meter: string): number | null
  /** Whether answers of this meter may be those to other questions. */
  doubtOf(meter: string): Doubt
  readonly state: LinkState
  readonly fault: Link['fault']
  readonly counters: Readonly<Counters> & { readonly reopened: number }
}

export interface ConversationAsked<Result> {
  readonly driver: Driver
  readonly conversation: Conversation<Result>
  readonly priority: Priority
  /** Tells a silent meter from a silent line. */
  readonly meter: string
  readonly retries: Retries
  /** What the port is set to for this meter; absent where as its line says. */
  readonly settings?: SerialSettings | undefined
}

/** How often a safe request is repeated. */
export interface Retries {
  /** After silence, of a meter that has not answered in this conversation. */
  readonly silent: number
  /** After silence, of one that has: its answer was lost, the meter is there. */
  readonly silentOnceAnswered: number
  /** After a damaged answer. */
  readonly damaged: number
}

export interface Conversed<Result> {
  readonly result: Result
  readonly exchanges: readonly Exchange[]
  /** Why the last request had no answer; null when all were answered. */
  readonly fault: Failure | null
}

export interface LineParts {
  readonly id: string
  readonly url: LineUrl
  readonly transport: Transport
  readonly claim: () => Promise<() => Promise<void>>
  readonly replyWithinMs: number | null
  readonly inFlight: number
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  /** Makes signs of life: one for the link, one for the conversations. */
  readonly newBeat?: () => Beat
  /** Most of what is asked will not be answered (a search): silence makes no connection suspect. */
  readonly expectsSilence?: boolean
}

export function createLine(parts: LineParts): Line {
  const { clock, log, url, id: lineId } = parts
  const numbered = url.kind === 'modbus-tcp'
  const inFlight = numbered ? parts.inFlight : 1
  const counters = newCounters()
  const write = (bytes: Uint8Array) => link.write(bytes)
  const plain: Asker = numbered
    ? createMultiplex({ clock, counters, write, inFlight, contradicted })
    : createBus({ clock, counters, write, contradicted, characterMs: characterMs(url) })
  const { interjections, awaited, provesLife = false } = parts.transport
  const asker = interjections ? hearPast(interjections, plain, counters) : plain
  const newBeat = parts.newBeat ?? (() => noBeat)
  const { heard, down } = asker
  const link = createLink({ ...parts, lineId, heard, down, beat: newBeat(), isAsking: () => underWay > 0 })
  const own = hasSettings(url) ? url : null
  const beat = newBeat()
  const waiting: { readonly priority: Priority; readonly go: () => void }[] = []
  let underWay = 0
  const acquaintance = createAcquaintance(clock)
  let sequence = parts.random.integer(65_536)
  let servedOnDemand = false
  let bytesHeard = 0
  let silences = 0
  let silencesToReopen = SILENCES_TO_REOPEN
  let reopenedAt = Number.NEGATIVE_INFINITY

  function contradicted(exchange: Exchange): void {
    if (exchange.meter !== undefined) acquaintance.noteContradiction(exchange.meter)
  }

  /** One function from the first request to the last answer: what waits is kept small, there may be thousands. */
  async function converse<Result>(asked: ConversationAsked<Result>): Promise<Conversed<Result>> {
    if (waiting.length === 0 && underWay < inFlight) begin(asked.priority)
    else await turn(asked.priority)
    const { driver, conversation, meter } = asked
    const exchanges: Exchange[] = []
    let fault: Conversed<Result>['fault'] = null
    try {
      let step = conversation.next()
      for (let steps = 0; !step.done; steps++) {
        assert(steps <= MOST_STEPS + MOST_NULLS, 'a driver told that nothing comes ends its conversation')
        const request = step.value
        let answer: Exchange | null = null
        // A meter that always has more to say is not heard out: it would have the line for itself.
        if (steps < MOST_STEPS) {
          const asking = askOnce(request, asked)
          const others = askOthers(request, asked, exchanges)
          answer = noted(await asking, asked, exchanges)
          if (answer.frame === null) answer = await repeated(answer, asked, exchanges)
          if (others) await Promise.all(others)
        }
        fault = answer ? faultOf(answer, meter) : endlessOf(meter)
        if (!answer && fault) request.stayed?.(fault)
        step = conversation.next(answer?.frame ?? null)
      }
      if (!numbered && exchanges.length > 0) await asker.settle(driver)
      noteSilence(exchanges)
      return { result: step.value, exchanges, fault }
    } finally {
      underWay -= 1
      next()
      beat(underWay + waiting.length > 0 ? EXCHANGE_TAKES_MS : null)
    }
  }

  /** Waits for a place on the wire: the most urgent first, then the longest waiting. */
  function turn(priority: Priority): Promise<void> {
    const alike = waiting.filter(other => other.priority === priority).length
    if (alike >= MOST_WAITING[priority])
      throw new Fault('LINE_BUSY', `line ${lineId} has ${alike} conversations of this kind waiting`)
    return new Promise(go => {
      const place = waiting.findIndex(other => other.priority > priority)
      waiting.splice(place === -1 ? waiting.length : place, 0, { priority, go })
      next()
    })
  }

  /** Reads on demand go first, but never two in a row while the calendar waits: nobody can starve the bills. */
  function next(): void {
    if (underWay >= inFlight) return
    const calendar = servedOnDemand ? waiting.findIndex(({ priority }) => priority !== PRIORITY.onDemand) : -1
    const [first] = waiting.splice(Math.max(0, calendar), 1)
    if (!first) return
    begin(first.priority)
    first.go()
  }

  function begin(priority: Priority): void {
    if (underWay === 0) beat(EXCHANGE_TAKES_MS)
    servedOnDemand = priority === PRIORITY.onDemand
    underWay += 1
  }

  /** On links that number requests: those that go with this one, which are told of their answers themselves. */
  function askOthers(
    { alongside }: Request,
    asked: ConversationAsked<unknown>,
    exchanges: Exchange[],
  ): readonly Promise<void>[] | null {
    if (!numbered || !alongside) return null
    return alongside.map(async ({ request, answered }) => {
      const exchange = noted(await askOnce(request, asked), asked, exchanges)
      answered((exchange.frame ? exchange : await repeated(exchange, asked, exchanges)).frame)
    })
  }

  /** Repeats what may be, as often as it may. */
  async function repeated(
    unanswered: Exchange,
    asked: ConversationAsked<unknown>,
    exchanges: Exchange[],
  ): Promise<Exchange> {
    const { request } = unanswered
    const { silent, silentOnceAnswered, damaged } = asked.retries
    const hasAnswered = exchanges.some(({ outcome }) => outcome === 'answered')
    let silentLeft = hasAnswered ? (request.askerRepeats ? 0 : silentOnceAnswered) : silent
    let damagedLeft = damaged
    let closedLeft = 1
    const mayReturn = ({ stayed }: Exchange) => link.state === 'resting' || (awaited && !stayed)
    let exchange = unanswered
    for (;;) {
      const again =
        request.safeToRepeat &&
        ((exchange.outcome === 'LINE_SILENT' && silentLeft-- > 0) ||
          (exchange.outcome === 'LINE_GARBLED' && damagedLeft-- > 0) ||
          // It crossed with the end of a connection that had lain idle, or the box dialled anew.
          (exchange.outcome === 'LINE_CLOSED' && mayReturn(exchange) && closedLeft-- > 0))
      if (!again) return exchange
      counters.retries += 1
      exchange = noted(await askOnce(request, asked), asked, exchanges)
    }
  }

  function noted(exchange: Exchange, { meter }: ConversationAsked<unknown>, exchanges: Exchange[]): Exchange {
    exchanges.push(exchange)
    exchange.meter = meter
    if (exchange.doubled) contradicted(exchange)
    acquaintance.noteExchange(meter, exchange)
    return exchange
  }

  function askOnce(request: Request, asked: ConversationAsked<unknown>): Promise<Exchange> {
    const { driver, meter } = asked
    const restMs = acquaintance.restLeftMs(meter, request)
    const settings = own && (asked.settings ?? own)
    const isAway = link.state === 'resting' || (awaited !== undefined && link.state === 'waiting')
    const isReady = restMs === 0 && !isAway && link.settings === settings
    if (isReady) return send(request, driver, settings)
    return makeReady(restMs, settings).then(() => send(request, driver, settings))
  }

  /** A link that was cut while it was idle is opened again, a box that hung up waited for, the port set for the meter. */
  async function makeReady(restMs: number, settings: SerialSettings | null): Promise<void> {
    if (restMs > 0) await clock.sleep(restMs)
    await link.wake()
    if (awaited && link.state === 'waiting') await within(clock, REDIALS_WITHIN_MS, link.opened())
    if (settings) await link.set(settings)
  }

  function send(request: Request, driver: Driver, settings: SerialSettings | null): Promise<Exchange> {
    if (link.state !== 'open' || link.settings !== settings)
      return Promise.resolve(stayedExchange(request, clock.now(), LINK_DOWN))
    const replyWithinMs = parts.replyWithinMs ?? driver.timing.replyWithinMs
    beat(3 * replyWithinMs + EXCHANGE_TAKES_MS)
    if (settings) asker.retime?.(characterMs(settings))
    const asked = asker.ask(request, driver, replyWithinMs)
    return log.isLevelEnabled('trace') ? asked.then(exchange => trace(exchange, driver)) : asked
  }

  function trace(exchange: Exchange, driver: Driver): Exchange {
    const { request, frame, others, sentAt, receivedAt, outcome, stayed } = exchange
    if (stayed) {
      log.trace({ lineId, code: outcome }, 'not sent')
      return exchange
    }
    const shown = (bytes: Uint8Array) => hexWithout(bytes, secretsOf(bytes, driver, request))
    log.trace({ lineId, hex: hexWithout(request.bytes, secretsOf(request.bytes, driver, request)) }, 'sent')
    for (const other of others)
      log.trace({ lineId, code: other.outcome, hex: shown(other.reply ?? new Uint8Array(0)) }, 'heard')
    if (frame) log.trace({ lineId, hex: shown(frame.bytes), ms: (receivedAt ?? sentAt) - sentAt }, 'received')
    else if (outcome !== 'sent') log.trace({ lineId, code: outcome }, 'no answer')
    return exchange
  }

  /**
   * A connection may take bytes and lead nowhere for hours. Silence without a single byte, conversation after
   * conversation, makes it suspect. It may as well be dead meters that are asked in a row, so within an hour each
   * further time takes twice as much silence.
   */
  function noteSilence(exchanges: readonly Exchange[]): void {
    if (url.kind === 'serial' || parts.expectsSilence || provesLife) return
    if (exchanges.every(({ outcome }) => outcome === 'sent')) return
    // Answers to several conversations may come in one piece, and only the first of them finds bytes that are new.
    const wasHeard = counters.bytesIn > bytesHeard || exchanges.some(({ frame }) => frame !== null)
    silences = wasHeard ? 0 : silences + 1
    bytesHeard = counters.bytesIn
    const now = clock.monotonic()
    if (now - reopenedAt > FORGET_REOPENING_MS) silencesToReopen = SILENCES_TO_REOPEN
    if (silences < silencesToReopen || link.state !== 'open') return
    link.reopen(`${silences} conversations in a row without a byte; the connection is made anew`)
    silencesToReopen *= 2
    silences = 0
    reopenedAt = now
  }

  return {
    id: lineId,
    inFlight,
    start: () => link.start(),
    stop: () => link.stop(),
    opened: () => link.opened(),
    sequence() {
      sequence = (sequence + 1) % 65_536
      return sequence
    },
    converse,
    contradictedAt: acquaintance.contradictedAt,
    doubtOf: acquaintance.doubtOf,
    get state() {
      return link.state
    },
    get fault() {
      return link.fault
    },
    get counters() {
      return { ...counters, reopened: link.reopenedCount }
    },
  }
}

function endlessOf(meter: string): Failure {
  return { code: 'METER_REFUSED', text: `${meter} does not come to an end after ${MOST_STEPS} answers` }
}
