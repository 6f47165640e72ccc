/** Keeps one transport open: claims the line, opens, reopens with back-off, and says each change once. */

import { backOffMs } from '../core/back-off.ts'
import type { Clock } from '../core/clock.ts'
import { type Failure, Fault } from '../core/faults.ts'
import { hasSettings, type LineUrl, type SerialSettings, sameSettings } from '../core/line-url.ts'
import type { Log, LogContext } from '../core/log.ts'
import { type Beat, noBeat } from '../core/progress.ts'
import type { Random } from '../core/random.ts'
import { createRest } from './rest.ts'
import type { Transport } from './transport.ts'

/** Of the waits between attempts; cheap serial servers keep a zombie's place for a while, so never hurry. */
const JITTER = 0.2

/** What opening and closing may take at the very most: a driver that never returns from either hangs. */
const OPENS_WITHIN_MS = 60_000
const CLOSES_WITHIN_MS = 30_000

/** A connection that has lasted this long was one, even if no meter behind it spoke. */
const LASTS_MS = 30_000

/** `resting`: closed by the other side while it was idle, and opened when somebody asks; nothing is wrong. */
export type LinkState = 'open' | 'opening' | 'waiting' | 'resting' | 'closed'

interface Lost {
  readonly why: string
  readonly byPeer: boolean
}

export interface Link {
  start(): void
  stop(): Promise<void>
  /** Ends the connection and opens a new one: for links that take bytes and lead nowhere. */
  reopen(why: string): void
  write(bytes: Uint8Array): void
  /** Resolves once the link is open, rests until it is woken, or was stopped. */
  opened(): Promise<void>
  /** Opens a link that rests; resolves when that is done, whatever came of it. */
  wake(): Promise<void>
  /** What its port is set to; null where that is not ours. */
  readonly settings: SerialSettings | null
  /** Sets the port between two requests; when that fails the link is lost. */
  set(settings: SerialSettings): Promise<void>
  readonly state: LinkState
  readonly fault: Failure | null
  readonly reopenedCount: number
}

export interface LinkParts {
  readonly lineId: string
  readonly transport: Transport
  /** Claims the line for this process; the answer releases it. */
  readonly claim: () => Promise<() => Promise<void>>
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly heard: (bytes: Uint8Array) => void
  /** The link went down: whoever waits for an answer need not wait on. */
  readonly down: () => void
  readonly beat?: Beat
  readonly url: LineUrl
  /** Whether a conversation is under way: what is closed in the midst of one is lost. */
  readonly isAsking: () => boolean
}

export function createLink(parts: LinkParts): Link {
  const { clock, log, lineId, transport, beat = noBeat } = parts
  const stopping = new AbortController()
  const isDialled = transport.awaited !== undefined
  let state: LinkState = 'closed'
  let fault: Link['fault'] = null
  let openedCount = 0
  let attempt = 0
  const waiting: (() => void)[] = []
  let lose: (why: string) => void = () => undefined
  let running: Promise<void> = Promise.resolve()
  let settings: SerialSettings | null = null
  let warning: string | null = null
  const rest = createRest(clock)
  /** While it rests: ends that, and is told when the next attempt to open has ended. */
  let waking: { readonly asked: () => void; readonly tried: Promise<void>; readonly end: () => void } | null =
    null

  async function run(): Promise<void> {
    let release: (() => Promise<void>) | null = null
    while (!stopping.signal.aborted) {
      if (state !== 'resting') state = isDialled ? 'waiting' : 'opening'
      beat(isDialled ? null : OPENS_WITHIN_MS)
      const openedAt = clock.monotonic()
      let next: LinkState = 'waiting'
      try {
        release ??= await parts.claim()
        const lost = Promise.withResolvers<Lost>()
        lose = why => lost.resolve({ why, byPeer: false })
        const closed = (why: string, byPeer = false) => lost.resolve({ why, byPeer })
        await transport.open({ bytes: heard, closed, warned })
        nowOpen()
        const { why, byPeer } = await lost.promise
        if (clock.monotonic() - openedAt > LASTS_MS) proven()
        if (!byPeer || !rest.lostNothing(parts.isAsking())) throw new Fault('LINE_CLOSED', why)
        next = 'resting'
      } catch (error) {
        if (!stopping.signal.aborted) report(error)
      }
      state = next
      waking?.end()
      parts.down()
      beat(CLOSES_WITHIN_MS)
      if (next === 'resting') await untilAsked()
      else {
        await transport.close()
        if (!isDialled) await pause()
      }
    }
    state = 'closed'
    beat(null)
    await release?.()
    waking?.end()
    announce()
  }

  function nowOpen(): void {
    state = 'open'
    settings = hasSettings(parts.url) ? parts.url : null
    rest.opened()
    beat(null)
    openedCount += 1
    waking?.end()
    announce()
  }

  async function untilAsked(): Promise<void> {
    const asked = Promise.withResolvers<void>()
    const tried = Promise.withResolvers<void>()
    waking = { asked: asked.resolve, tried: tried.promise, end: tried.resolve }
    announce()
    await transport.close()
    beat(null)
    await asked.promise
  }

  function warned(text: string): void {
    if (text !== warning) log.warn({ lineId, code: 'LINE_UNREACHABLE' }, text)
    warning = text
  }

  /** Some boxes accept a connection and hang up: only one that brings bytes, or lasts, is worth the word "open". */
  function proven(): void {
    if (fault) tell('info', {}, 'line is open again')
    fault = null
    attempt = 0
  }

  function heard(bytes: Uint8Array): void {
    if (fault) proven()
    attempt = 0
    rest.heard()
    parts.heard(bytes)
  }

  /** Said once for each new reason, not at each attempt. */
  function report(error: unknown): void {
    const known = error instanceof Fault ? error : new Fault('LINE_UNREACHABLE', String(error), error)
    const said = fault?.text === known.text
    fault = { code: known.code, text: known.text }
    if (!said) tell('warn', { code: known.code, hint: known.hint }, known.text)
  }

  /** Boxes come and go by the thousand: their listener says how many in one line. */
  function tell(level: 'info' | 'warn', context: LogContext, text: string): void {
    log[isDialled ? 'debug' : level]({ lineId, ...context }, text)
  }

  function pause(): Promise<void> {
    const ms = backOffMs(attempt, parts.random, JITTER)
    attempt += 1
    beat(ms + OPENS_WITHIN_MS)
    return clock.sleep(ms, stopping.signal)
  }

  function announce(): void {
    for (const resolve of waiting.splice(0)) resolve()
  }

  async function set(wanted: SerialSettings): Promise<void> {
    const [loseThis, nth] = [lose, openedCount]
    if (state !== 'open' || settings === null || !transport.set) return
    try {
      if (!sameSettings(settings, wanted)) await transport.set(wanted)
      // Lost and opened anew meanwhile, it has the settings it opens with.
      if (nth === openedCount) settings = wanted
    } catch (error) {
      loseThis(error instanceof Fault ? error.text : String(error))
    }
  }

  return {
    start() {
      running = run()
    },
    async stop() {
      stopping.abort()
      lose('stopped')
      waking?.asked()
      await transport.close()
      await running
    },
    reopen: why => lose(why),
    write(bytes) {
      rest.wrote()
      transport.write(bytes)
    },
    wake() {
      if (state !== 'resting' || !waking) return Promise.resolve()
      waking.asked()
      return waking.tried
    },
    set,
    get settings() {
      return settings
    },
    opened: () =>
      state === 'open' || state === 'resting' || stopping.signal.aborted
        ? Promise.resolve()
        : new Promise(resolve => waiting.push(resolve)),
    get state() {
      return state
    },
    get fault() {
      return (state === 'waiting' ? transport.awaited?.() : null) ?? fault
    },
    get reopenedCount() {
      return Math.max(0, openedCount - 1)
    },
  }
}
