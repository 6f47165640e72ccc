/**
 * A line: one owner of one physical bus or connection, a queue by priority, one conversation at a time, parted by orders
 * (several where the protocol numbers its requests). The only place frames are logged.
 */

import { type Clock, within } from '../core/clock.ts'
import { assert, type Failure } from '../core/faults.ts'
import { characterMs, hasSettings, type LineUrl, type SerialSettings } from '../core/line-url.ts'
import type { Log } from '../core/log.ts'
import { type Beat, noBeat } from '../core/progress.ts'
import type { Random } from '../core/random.ts'
import { MINUTE } from '../core/time.ts'
import type { Doubt, Request } from '../driver-api/driver.ts'
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
import type { ConversationAsked, Conversed } from './conversed.ts'
import { createGuard } from './guard/guard.ts'
import { hearPast } from './interjections.ts'
import { createLink, type Link, type LinkState } from './link.ts'
import { createMeterNumbers, type MeterNumbers } from './meter-numbers.ts'
import { createMultiplex } from './multiplex.ts'
import { createMuteWatch, type Mute } from './mute.ts'
import { mayPart } from './parting.ts'
import { createQueue, type Priority } from './queue.ts'
import { createResponseTimes, type ResponseTimes } from './response-times.ts'
import { newRetries } from './retries.ts'
import { traceExchange } from './trace.ts'
import type { Transport } from './transport.ts'
import { createUtilisation } from './utilisation.ts'

export type { ConversationAsked, Conversed } from './conversed.ts'
export { PRIORITY, type Priority } from './queue.ts'

/** A conversation that takes more requests than this has lost its way. */
const MOST_STEPS = 300
/** So often may a driver go on after it was told that nothing comes. */
const MOST_NULLS = 100
const MUTE: Failure = { code: 'LINE_MUTE', text: 'no meter of the line answers; one at a time is asked' }
/** A box that lost its connection dials again by itself, most within seconds; what was under way waits for it so long. */
const REDIALS_WITHIN_MS = 10_000
/** What is told is never queued behind anything (PR-59). */
const BEHIND: Failure = { code: 'LINE_BUSY', text: 'the connection takes nothing now, and it would wait' }
/** What came while the process was stopped is taken in by then, and answers nothing that is asked after it (PR-34). */
const AT_HAND_MS = 1_000
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
  /** The line for oneself, from before the first conversation to behind the last; rejects with LINE_BUSY, or as `use` does. */
  hold<Result>(priority: Priority, use: (converse: Line['converse']) => Promise<Result>): Promise<Result>
  /** When a second, different answer to a question to this meter was heard last, monotonic; null for never. */
  contradictedAt(meter: string): number | null
  /** Whether answers of this meter may be those to other questions. */
  doubtOf(meter: string): Doubt
  readonly state: LinkState
  readonly fault: Link['fault']
  /** While nobody on the line answers; null while anybody does. */
  readonly mute: Mute | null
  /** Share of the last minutes in which a question or its answer was on the way. */
  readonly utilisation: number
  numbersOf(meter: string): MeterNumbers
  /** What half of a meter's answers take at most, ms; 0 for one that has not answered. */
  typicalMsOf(meter: string): number
  /** Of all its meters since it was started. */
  readonly responseTimes: ResponseTimes
  readonly counters: Readonly<Counters> & { readonly reopened: number }
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
  /** Told that bytes were about to leave which must not; they did not (GUARD_HELD). */
  readonly broken?: (error: unknown) => void
}

export function createLine(parts: LineParts): Line {
  const { clock, log, url, id: lineId } = parts
  const numbered = url.kind === 'modbus-tcp'
  const inFlight = numbered ? parts.inFlight : 1
  const counters = newCounters()
  const guard = createGuard(lineId, parts.broken)
  const plain: Asker = numbered
    ? createMultiplex({ clock, counters, write, inFlight, contradicted })
    : createBus({
        clock,
        counters,
        write,
        contradicted,
        late,
        characterMs: characterMs(url),
        isOwnWire: url.kind === 'serial',
      })
  const { transport } = parts
  const { interjections, awaited, provesLife = false } = transport
  const asker = interjections ? hearPast(interjections, plain, counters) : plain
  const newBeat = parts.newBeat ?? (() => noBeat)
  const { heard, down } = asker
  const link = createLink({
    ...parts,
    lineId,
    heard,
    down,
    beat: newBeat(),
    isAsking: () => queue.underWay > 0,
  })
  const own = hasSettings(url) ? url : null
  const beat = newBeat()
  const queue = createQueue(lineId, inFlight)
  const acquaintance = createAcquaintance(clock)
  let sequence = parts.random.integer(65_536)
  let bytesHeard = 0
  const numbers = createMeterNumbers()
  const times = createResponseTimes(false)
  const utilisation = createUtilisation(clock)
  const watch = createMuteWatch(clock)

  /** The one way out, behind every encoder. */
  function write(bytes: Uint8Array, request: Request): void {
    guard.mustMayLeave(bytes, request)
    link.write(bytes)
  }

  function contradicted(exchange: Exchange): void {
    if (exchange.meter !== undefined) acquaintance.noteContradiction(exchange.meter)
  }

  function late({ meter }: Exchange, ms: number): void {
    if (meter !== undefined) numbers.noteLate(meter, ms)
  }

  const converse: Line['converse'] = asked => hold(asked.priority, use => use(asked), false)

  async function hold<Result>(
    priority: Priority,
    use: (talk: Line['converse']) => Promise<Result>,
    alone = true,
  ): Promise<Result> {
    const place = queue.enter(priority, alone)
    if (place !== null) await place
    if (queue.underWay === 1) beat(EXCHANGE_TAKES_MS)
    try {
      return await use(talk)
    } finally {
      queue.leave()
      beat(queue.isEmpty ? null : EXCHANGE_TAKES_MS)
    }
  }

  /** One function from the first request to the last answer: what waits is kept small, there may be thousands. */
  async function talk<Result>(asked: ConversationAsked<Result>): Promise<Conversed<Result>> {
    const { driver, conversation, meter } = asked
    const exchanges: Exchange[] = []
    const wasWell = numbers.silencesOf(meter) === 0
    let fault: Conversed<Result>['fault'] = null
    let step = conversation.next()
    for (let steps = 0; !step.done; steps++) {
      assert(steps <= MOST_STEPS + MOST_NULLS, 'a driver told that nothing comes ends its conversation')
      const request = step.value
      let answer: Exchange | null = null
      // A meter that always has more to say is not heard out: it would have the line for itself.
      if (steps < MOST_STEPS) {
        const parted = mayPart(request, driver, exchanges) ? queue.giveWay(asked.priority) : null
        if (parted !== null) await parted
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
    // It may be in a buffer yet, and leave when nobody expects it any more.
    if (asked.pass && isLost(exchanges)) transport.drop?.()
    if (!numbered && exchanges.length > 0) await asker.settle(driver)
    noteSilence(asked.mayBeSilent ? null : meter, wasWell, exchanges)
    utilisation.look(counters.busyMs)
    return { result: step.value, exchanges, fault }
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
    const hasAnswered = exchanges.some(({ outcome }) => outcome === 'answered')
    const mayRepeat = newRetries(request, asked.retries, hasAnswered)
    let exchange = unanswered
    while (mayRepeat(exchange, link.state === 'resting' || (awaited !== undefined && !exchange.stayed))) {
      if (exchange.heldUp) await clock.sleep(AT_HAND_MS)
      counters.retries += 1
      exchange = noted(await askOnce(request, asked), asked, exchanges)
    }
    return exchange
  }

  function noted(exchange: Exchange, { meter }: ConversationAsked<unknown>, exchanges: Exchange[]): Exchange {
    exchanges.push(exchange)
    exchange.meter = meter
    if (exchange.doubled) contradicted(exchange)
    acquaintance.noteExchange(meter, exchange)
    numbers.noteExchange(meter, exchange)
    if (exchange.tookMs !== undefined) times.note(exchange.tookMs)
    return exchange
  }

  function askOnce(request: Request, asked: ConversationAsked<unknown>): Promise<Exchange> {
    const restMs = acquaintance.restLeftMs(asked.meter, request)
    const settings = own && (asked.settings ?? own)
    const isAway = link.state === 'resting' || (awaited !== undefined && link.state === 'waiting')
    const isReady = restMs === 0 && !isAway && link.settings === settings
    if (isReady) return send(request, asked, settings)
    return makeReady(restMs, settings, asked.pass === undefined).then(() => send(request, asked, settings))
  }

  /** A link that was cut while it was idle is opened again, a box that hung up waited for, the port set for the meter. */
  async function makeReady(restMs: number, settings: SerialSettings | null, mayWait: boolean): Promise<void> {
    if (restMs > 0) await clock.sleep(restMs)
    await link.wake()
    if (awaited && mayWait && link.state === 'waiting') await within(clock, REDIALS_WITHIN_MS, link.opened())
    if (settings) await link.set(settings)
  }

  function send(
    request: Request,
    asked: ConversationAsked<unknown>,
    settings: SerialSettings | null,
  ): Promise<Exchange> {
    const { driver, meter } = asked
    if (link.state !== 'open' || link.settings !== settings)
      return Promise.resolve(stayedExchange(request, clock.now(), LINK_DOWN))
    if (asked.pass && (transport.unsent?.() ?? 0) > 0)
      return Promise.resolve(stayedExchange(request, clock.now(), BEHIND))
    const usualMs = parts.replyWithinMs ?? driver.timing.replyWithinMs
    const replyWithinMs = numbered ? usualMs : numbers.replyWithinMs(meter, request, driver, usualMs)
    beat(3 * replyWithinMs + EXCHANGE_TAKES_MS)
    if (settings) asker.retime?.(characterMs(settings))
    guard.asks(request, asked)
    const asking = asker.ask(request, driver, replyWithinMs)
    return log.isLevelEnabled('trace')
      ? asking.then(exchange => traceExchange(log, lineId, exchange, driver))
      : asking
  }

  /** A connection may take bytes and lead nowhere for hours; and a wire may be cut. Null: the meter may be silent to this. */
  function noteSilence(meter: string | null, wasWell: boolean, exchanges: readonly Exchange[]): void {
    if (parts.expectsSilence || exchanges.every(({ outcome }) => outcome === 'sent')) return
    // Answers to several conversations may come in one piece, and only the first of them finds bytes that are new.
    const ofMeters = counters.bytesIn - (asker.boxBytes ?? 0)
    const wasHeard = ofMeters > bytesHeard || exchanges.some(({ frame }) => frame !== null)
    bytesHeard = ofMeters
    if (wasHeard) watch.heard()
    else if (link.state === 'open' && meter !== null) {
      const why = watch.silent(meter, wasWell)
      if (why !== null && !provesLife) link.reopen(why)
    }
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
    hold: (priority, use) => hold(priority, use),
    contradictedAt: acquaintance.contradictedAt,
    doubtOf: acquaintance.doubtOf,
    get state() {
      return link.state
    },
    get fault() {
      return watch.mute ? MUTE : link.fault
    },
    get mute() {
      return watch.mute
    },
    get utilisation() {
      return utilisation.look(counters.busyMs)
    },
    numbersOf: numbers.of,
    typicalMsOf: numbers.typicalMsOf,
    responseTimes: times,
    get counters() {
      return { ...counters, reopened: link.reopenedCount }
    },
  }
}

/** Something was told, and neither it nor anything after it was answered. */
function isLost(exchanges: readonly Exchange[]): boolean {
  const told = exchanges.findLastIndex(({ request, stayed }) => !request.safeToRepeat && !stayed)
  return (
    told >= 0 && exchanges.slice(told).every(({ frame, outcome }) => frame === null && outcome !== 'sent')
  )
}

function endlessOf(meter: string): Failure {
  return { code: 'METER_REFUSED', text: `${meter} does not come to an end after ${MOST_STEPS} answers` }
}
