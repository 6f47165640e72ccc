/**
 * Brings what the store holds to one sink. Each sink has its own dispatcher, so an outage of one delays no other
 * (PR-15). The store is the only backlog: nothing is held here but the batch under way (PR-13).
 */

import { backOffMs } from '../core/back-off.ts'
import { type Clock, within } from '../core/clock.ts'
import { type Failure, Fault } from '../core/faults.ts'
import type { Log } from '../core/log.ts'
import { type Beat, noBeat } from '../core/progress.ts'
import type { Random } from '../core/random.ts'
import { MINUTE, SECOND } from '../core/time.ts'
import type { Store } from '../store/store.ts'
import { createBell } from './bell.ts'
import { createCursor } from './cursor.ts'
import { createHealth } from './health.ts'
import { createReadAhead } from './read-ahead.ts'
import { resendParked } from './resend.ts'
import {
  JITTER,
  type ResendAsked,
  type Resent,
  type Sink,
  type SinkFault,
  type SinkStatus,
  UNNAMED,
} from './sink.ts'

export interface Dispatcher {
  start(): Promise<void>
  /** New changes are durable, up to this sequence number. */
  wake(lastSequence: number): void
  status(): SinkStatus
  /** Begins again at a number, or sends what is parked, once what is under way is finished (PR-12, PR-14). */
  resend(asked: ResendAsked): Promise<Resent>
  /** Ends within seconds; what is not acknowledged by then stays owed. */
  stop(): Promise<void>
}

export interface DispatcherParts {
  readonly sink: Sink
  readonly store: Pick<
    Store,
    | 'epoch'
    | 'changesAfter'
    | 'cursor'
    | 'advance'
    | 'rewind'
    | 'park'
    | 'unpark'
    | 'parkedAfter'
    | 'lastSequence'
  >
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly beat?: Beat
}

/** Without news it looks all the same, to show that it lives. */
const LOOK_AGAIN_MS = 10 * SECOND
const WAIT_LATE_MS = 30 * SECOND
/** Far longer than a batch takes of a server that is merely slow; and something for the store. */
const TURN_TAKES_MS = 15 * MINUTE

/** How long a batch under way may still earn acknowledgements once we are told to stop. */
const STOP_WITHIN_MS = 2 * SECOND

export function createDispatcher(parts: DispatcherParts): Dispatcher {
  const { sink, store, clock, random, log, beat = noBeat } = parts
  const { most, lingerMs } = sink.batch
  const readAhead = createReadAhead(store, most)
  const news = createBell(clock)
  const serverBack = createBell(clock)
  const health = createHealth(sink.name, log)
  const cursor = createCursor({ sink: sink.name, store, clock, log, due: () => news.ring() })
  let running: Promise<void> = Promise.resolve()
  let stopping = false
  let delivering = false
  let lastSequence = 0
  /** When what is owed now began to be, by the monotonic clock; null while nothing is. */
  let owedSince: number | null = null
  let attempt = 0
  /** What somebody asked for, done between two turns, where nothing else is under way. */
  const errands: (() => Promise<void>)[] = []
  let over = false
  const owed = () => Math.max(0, lastSequence - cursor.position())

  async function run(): Promise<void> {
    while (!stopping || errands.length > 0) {
      try {
        beat(TURN_TAKES_MS)
        await (errands.shift() ?? turn)()
      } catch (error) {
        await backOff(failureOf(error), 0)
      }
    }
    over = true
    beat(null)
  }

  async function turn(): Promise<void> {
    await cursor.storeIfDue()
    const early = lingerLeft()
    if (early === null || early > 0) return waitForNews(early)
    const next = await readAhead.after(cursor.position())
    const batch = [...cursor.untold(), ...next]
    const last = batch.at(-1)
    if (last === undefined) return waitForNews(null)
    delivering = true
    if (lastSequence - last.sequence >= most) readAhead.begin(last.sequence)
    serverBack.clear()
    const delivery = await sink.deliver(batch)
    const settled = await cursor.settle(batch, delivery)
    delivering = false
    owedSince = owed() > 0 ? clock.monotonic() : null
    if (settled > 0) attempt = 0
    if (settled === batch.length) health.recovered(owed())
    else await backOff(delivery.fault ?? UNNAMED, delivery.retryAfterMs ?? 0)
  }

  function waitForNews(early: number | null): Promise<void> {
    const ms = Math.min(early ?? LOOK_AGAIN_MS, LOOK_AGAIN_MS)
    beat(ms + WAIT_LATE_MS)
    return news.wait(ms)
  }

  /** How long a few may still wait for more to come; null when nothing is owed. */
  function lingerLeft(): number | null {
    if (owed() === 0) return null
    owedSince ??= clock.monotonic()
    return owed() >= most ? 0 : Math.max(0, owedSince + lingerMs - clock.monotonic())
  }

  /** Ends early when the sink hears from its server again. */
  async function backOff(why: Failure, atLeastMs: number): Promise<void> {
    delivering = false
    if (stopping || errands.length > 0) return
    health.failing(why, owed())
    const ms = Math.max(atLeastMs, backOffMs(attempt, random, JITTER))
    attempt += 1
    beat(ms + WAIT_LATE_MS)
    await serverBack.wait(ms)
  }

  function heard(why: SinkFault | null): void {
    if (why !== null) return void health.failing(why, owed())
    health.recovered(owed())
    serverBack.ring()
  }

  function betweenTurns<Result>(work: () => Promise<Result>): Promise<Result> {
    if (over) return Promise.reject(new Fault('SINK_UNREACHABLE', `${sink.name} has been stopped`))
    return new Promise((resolve, reject) => {
      errands.push(() => work().then(resolve, reject))
      news.ring()
      serverBack.ring()
    })
  }

  async function startAgain(from: number): Promise<null> {
    if (from > lastSequence)
      throw new Fault('ASK_INVALID', `from: the last number given is ${lastSequence}; nothing is behind it`)
    await cursor.rewind(from - 1)
    log.info({ sinkId: sink.name, count: owed() }, `${sink.name} starts again after ${cursor.position()}`)
    return null
  }

  return {
    async start() {
      await cursor.load()
      lastSequence = await store.lastSequence()
      await sink.start(heard)
      running = run()
    },
    wake(sequence) {
      lastSequence = Math.max(lastSequence, sequence)
      news.ring()
    },
    status() {
      const fault = health.fault()
      const state = fault !== null ? 'failing' : delivering ? 'delivering' : 'idle'
      return { name: sink.name, state, cursor: cursor.position(), owed: owed(), ...cursor.counts(), fault }
    },
    resend: asked =>
      betweenTurns(async () => ({
        parked: 'from' in asked ? await startAgain(asked.from) : await resendParked(sink, store),
        cursor: cursor.position(),
        owed: owed(),
      })),
    async stop() {
      stopping = true
      news.ring()
      serverBack.ring()
      await within(clock, STOP_WITHIN_MS, running)
      await sink.stop()
      await running
      await cursor.store()
    },
  }
}

function failureOf(error: unknown): Failure {
  if (error instanceof Fault) return { code: error.code, text: error.text }
  return { code: 'SINK_REFUSED', text: `delivery broke off: ${String(error)}` }
}
