/**
 * A bus: one question at a time, and an answer is believed only if the line was silent when the question left
 * (PR-40). Modbus RTU answers carry no register address and no number, so a late answer can only be kept apart by
 * quarantine: after a time-out the line is dirty and nothing is sent until what was asked can no longer come.
 */

import type { Clock } from '../core/clock.ts'
import type { FaultCode } from '../core/faults.ts'
import { endsWith, sameBytes, startsWith } from '../core/hex.ts'
import type { Driver, Frame, Refusal, Request } from '../driver-api/driver.ts'
import {
  type Asker,
  type Counters,
  type Exchange,
  heardSoFar,
  keepContradiction,
  keepOther,
  LINK_DOWN,
  newExchange,
  stayedExchange,
} from './asker.ts'
import { createLateGuard } from './late-guard.ts'
import { deadlineOf, endOver, newPending, type Pending, silentAt } from './pending.ts'

/** A line that is never quiet for this long babbles: give up on the question, not on the line, ms (PR-44). */
const BABBLE_MS = 3_000
const BABBLE: Refusal = { code: 'LINE_GARBLED', text: 'the line never fell silent, and nothing was sent' }
/** Answers kept, to know a copy that a repeater or a radio brings after the next question, or the one after that. */
const ANSWERS_KEPT = 4
/** An adapter that has echoed this often always echoes. */
const ECHO_LEARNED = 3

export interface BusParts {
  readonly clock: Clock
  readonly counters: Counters
  /** 0 where nobody knows the wire behind a socket. */
  readonly characterMs: number
  /** No server and no network between us and the wire, which may hold an answer back. */
  readonly isOwnWire: boolean
  readonly write: (bytes: Uint8Array, request: Request) => void
  /** A second, different answer came to a question, perhaps after its conversation was over. */
  readonly contradicted: (exchange: Exchange) => void
  /** A late answer came, so long after its question. */
  readonly late?: (exchange: Exchange, ms: number) => void
}

export function createBus(parts: BusParts): Asker {
  const { clock, counters, write } = parts
  const guard = createLateGuard(parts.isOwnWire)
  let { characterMs } = parts
  let buffer: Uint8Array = new Uint8Array(0)
  let heardAt = Number.NEGATIVE_INFINITY
  let dirtyUntil = Number.NEGATIVE_INFINITY
  /** The link went down without an answer to its last question: boxes keep what they could not send for the next link. */
  let isOwed = false
  /** Whether the last question that could not be its own answer came back as an echo. */
  let echoed = false
  let pending: Pending | null = null
  /** Ends the waits of a link that has gone down. */
  let goneDown = new AbortController()
  /** The question before, if it was answered: another meter of its address may yet answer it too (PR-44). */
  let before: Exchange | null = null
  /** The questions answered last, where nothing in an answer tells its question; in a ring. */
  const answered: Exchange[] = []
  let answeredAt = 0
  /** The last question and its driver, answered or given up, for what still arrives. */
  let last: { exchange: Exchange; driver: Driver; sentAtMonotonic: number } | null = null

  async function ask(request: Request, driver: Driver, replyWithinMs: number): Promise<Exchange> {
    const { signal } = goneDown
    guard.asks(replyWithinMs)
    // Once, however often it is lost again: a box that dials every second is read all the same.
    if (isOwed) dirtyUntil = clock.monotonic() + guard.ms
    isOwed = false
    const disturbed = await untilQuiet(driver)
    if (last) listenForLate(last, 'silent')
    dropBuffer()
    const stays = signal.aborted ? LINK_DOWN : (disturbed ?? request.whyStay?.())
    if (stays) return stayedExchange(request, clock.now(), stays)
    const exchange = newExchange(request, clock.now())
    const sentAt = clock.monotonic()
    const leavesMs = request.bytes.length * characterMs
    counters.requests += 1
    counters.bytesOut += request.bytes.length
    before = last?.exchange.outcome === 'answered' ? last.exchange : null
    last = { exchange, driver, sentAtMonotonic: sentAt }
    write(request.bytes, request)
    if (request.isUnanswered) return await letPass(exchange, driver, leavesMs)
    const firstByteBy = sentAt + leavesMs + replyWithinMs
    const { promise: ended, resolve: end } = Promise.withResolvers<void>()
    pending = newPending({ exchange, driver, end, firstByteBy, characterMs })
    const asked = pending
    const damaged = await untilEnd(asked, ended)
    pending = null
    keepUnfinished(exchange)
    if (request.isForOneAlone && (asked.hasCompany || exchange.doubled || buffer.length > 0)) disown(exchange)
    counters.busyMs += clock.monotonic() - sentAt
    conclude(exchange, driver, sentAt + leavesMs, damaged)
    return exchange
  }

  /** What is sent to all is over when its last byte has left; meters need the pause after it like after any frame. */
  async function letPass(exchange: Exchange, driver: Driver, leavesMs: number): Promise<Exchange> {
    const { signal } = goneDown
    await clock.sleep(Math.ceil(leavesMs), signal)
    counters.busyMs += leavesMs
    dirtyUntil = Math.max(dirtyUntil, clock.monotonic() + driver.timing.quietMs(characterMs))
    if (signal.aborted) exchange.outcome = 'LINE_CLOSED'
    return exchange
  }

  /** Bytes that could have become a frame and did not: a damaged or cut answer is not silence. */
  function keepUnfinished(exchange: Exchange): void {
    if (exchange.outcome === 'answered' || buffer.length === 0) return
    if (exchange.outcome === 'LINE_SILENT') exchange.outcome = 'LINE_GARBLED'
    keepOther(exchange, buffer, clock.now(), 'FRAME_TRUNCATED')
  }

  /** What was heard beside the answer may have been another meter's. */
  function disown(exchange: Exchange): void {
    exchange.frame = null
    exchange.receivedAt = null
    exchange.outcome = 'LINE_GARBLED'
  }

  /** One timer per question: looks at the deadline when the last known one passes, and waits on if bytes moved it. */
  async function untilEnd(waiting: Pending, ended: Promise<void>): Promise<boolean> {
    let cancel = clock.after(waiting.firstByteBy - clock.monotonic(), look)
    function look(): void {
      if (silentAt(waiting, heardAt) <= clock.monotonic()) listenForAnswer(waiting, 'silent')
      const now = clock.monotonic()
      const deadline = deadlineOf(waiting, heardAt)
      const lookAt =
        silentAt(waiting, heardAt) > now ? Math.min(deadline, silentAt(waiting, heardAt)) : deadline
      if (deadline > now) cancel = clock.after(Math.ceil(lookAt - now), look)
      else endOver(waiting, now - deadline)
    }
    waiting.look = () => {
      cancel()
      look()
    }
    await ended
    cancel()
    return waiting.damaged
  }

  /** Where what came was damaged, and a late answer could not pass for another's, no quarantine is needed. */
  function conclude(exchange: Exchange, driver: Driver, leftAt: number, damaged: boolean): void {
    if (exchange.outcome === 'answered') {
      counters.answers += 1
      guard.note(clock.monotonic() - leftAt)
      const answerMs = (exchange.frame?.bytes.length ?? 0) * characterMs
      exchange.tookMs = Math.max(0, clock.monotonic() - leftAt - answerMs)
      if (!driver.answerNamesItem) keepAnswered(exchange)
      return
    }
    counters.timeouts += 1
    if (damaged && driver.answerNamesItem) return
    dirtyUntil = guard.shortUntil(exchange, driver, leftAt) ?? clock.monotonic() + guard.ms
  }

  /** The same bytes for another question: two registers may hold the same, or it is a copy of the answer before. */
  function keepAnswered(exchange: Exchange): void {
    const { frame, request } = exchange
    if (!frame) return
    exchange.copied = answered.some(
      other =>
        other.frame !== null &&
        sameBytes(other.frame.bytes, frame.bytes) &&
        !sameBytes(other.request.bytes, request.bytes),
    )
    answered[answeredAt] = exchange
    answeredAt = (answeredAt + 1) % ANSWERS_KEPT
  }

  /** Waits out the quarantine and the silence the protocol asks for. Not null when that never comes. */
  async function untilQuiet(driver: Driver): Promise<Refusal | null> {
    const { signal } = goneDown
    const giveUpAt = Math.max(clock.monotonic(), dirtyUntil) + BABBLE_MS
    for (;;) {
      const now = clock.monotonic()
      const quietAt = Math.max(heardAt + driver.timing.quietMs(characterMs), dirtyUntil)
      if (signal.aborted) return LINK_DOWN
      if (quietAt <= now) return null
      if (now >= giveUpAt) return BABBLE
      await clock.sleep(Math.ceil(Math.min(quietAt, giveUpAt) - now), signal)
    }
  }

  function heard(bytes: Uint8Array): void {
    if (pending) endIfOver(pending)
    heardAt = clock.monotonic()
    counters.bytesIn += bytes.length
    buffer = heardSoFar(buffer, bytes)
    if (pending && !pending.isOver) listenForAnswer(pending, 'open')
    else if (last) listenForLate(last, 'open')
    else dropBuffer()
  }

  /** After a stop of the process bytes may be at hand before the timer that should have given them up (PR-34). */
  function endIfOver(waiting: Pending): void {
    const overMs = clock.monotonic() - deadlineOf(waiting, heardAt)
    if (waiting.isOver || overMs <= 0) return
    waiting.isOver = true
    endOver(waiting, overMs)
  }

  function listenForAnswer(waiting: Pending, line: 'open' | 'silent'): void {
    if (buffer.length === 0) return
    if (!waiting.echoDropped && dropEcho(waiting.exchange.request)) waiting.echoDropped = true
    const { frames, noise, broken, rest } = waiting.driver.deframe(buffer, waiting.exchange.request, line)
    buffer = rest
    const noises = count(noise, waiting.driver, broken.length)
    const hadBegun = waiting.begun
    waiting.begun = waiting.driver.beginsAnswer?.(rest, waiting.exchange.request) ?? false
    for (const { bytes, code } of broken) {
      waiting.damaged = true
      waiting.exchange.outcome = 'LINE_GARBLED'
      keepOther(waiting.exchange, bytes, clock.now(), code)
    }
    if (noises > 0 && waiting.exchange.outcome === 'LINE_SILENT') waiting.exchange.outcome = 'LINE_GARBLED'
    for (const frame of frames) takeFrame(waiting.exchange, frame)
    const { request, outcome, others } = waiting.exchange
    waiting.hasCompany ||= noises > 0 || broken.length > 0 || others.length > 0
    const isNearer = broken.length > 0 || (!waiting.begun && (hadBegun || rest.length > 0))
    if (outcome === 'answered' && !request.isForOneAlone) waiting.end()
    else if (line === 'open' && isNearer) waiting.look?.()
  }

  function takeFrame(exchange: Exchange, frame: Frame): void {
    const mismatch = exchange.request.whyNot(frame)
    if (mismatch && endsWith(exchange.request.bytes, frame.bytes)) {
      counters.echoes += 1
    } else if (mismatch && before?.frame && before.request.whyNot(frame) === null) {
      contradict(before, before.frame, frame)
    } else if (mismatch) {
      counters.strays += 1
      keepOther(exchange, frame.bytes, clock.now(), mismatch.rule)
    } else if (!exchange.frame) {
      exchange.frame = frame
      exchange.receivedAt = clock.now()
      exchange.outcome = 'answered'
    } else {
      contradict(exchange, exchange.frame, frame)
    }
  }

  /** The same answer again is an echo of some repeater; another one is a second meter of this address, or a collision. */
  function contradict(exchange: Exchange, first: Frame, second: Frame): void {
    if (sameBytes(first.bytes, second.bytes)) return
    keepContradiction(exchange, second.bytes, clock.now(), counters)
    parts.contradicted(exchange)
  }

  /** What arrives when nothing is asked: the second answer to an answered question, or a late one (V-F8). */
  function listenForLate(
    { exchange, driver, sentAtMonotonic }: NonNullable<typeof last>,
    line: 'open' | 'silent',
  ): void {
    if (buffer.length === 0) return
    const { frames, noise, broken, rest } = driver.deframe(buffer, exchange.request, line)
    buffer = rest
    count(noise, driver, broken.length)
    for (const frame of frames) {
      if (exchange.outcome === 'answered') {
        takeFrame(exchange, frame)
      } else if (endsWith(exchange.request.bytes, frame.bytes)) {
        counters.echoes += 1
      } else if (exchange.request.whyNot(frame)) {
        counters.strays += 1
      } else {
        counters.lates += 1
        keepOther(exchange, frame.bytes, clock.now(), 'V-F8')
        if (exchange.heldUp) continue
        guard.note(clock.monotonic() - sentAtMonotonic)
        parts.late?.(exchange, clock.monotonic() - sentAtMonotonic)
      }
    }
  }

  /** An adapter that hears itself returns the request first; never taken off where it would equal the answer. */
  function dropEcho(request: Request): boolean {
    if (buffer.length < request.bytes.length || !startsWith(buffer, request.bytes)) return false
    const couldBeAnswer = request.whyNot({ bytes: request.bytes }) === null
    if (couldBeAnswer && !echoed && counters.echoes < ECHO_LEARNED) return false
    if (!couldBeAnswer) echoed = true
    counters.echoes += 1
    buffer = buffer.subarray(request.bytes.length)
    return true
  }

  /** Counts what belongs to no frame; bytes that only wake receivers are no noise. */
  function count(noise: Uint8Array, { preamble }: Driver, broken: number): number {
    const noises = preamble === undefined ? noise.length : noise.filter(byte => byte !== preamble).length
    counters.noiseBytes += noises
    counters.broken += broken
    if (noises > 0) counters.resyncs += 1
    return noises
  }

  function dropBuffer(): void {
    counters.noiseBytes += buffer.length
    buffer = new Uint8Array(0)
  }

  return {
    ask,
    heard,
    retime(ms) {
      characterMs = ms
    },
    async settle(driver) {
      await untilQuiet(driver)
    },
    down() {
      const waiting = pending
      if (waiting) {
        if (waiting.exchange.outcome !== 'answered')
          waiting.exchange.outcome = 'LINE_CLOSED' satisfies FaultCode
        waiting.end()
      }
      isOwed ||= last !== null && last.exchange.outcome !== 'answered'
      last = null
      before = null
      goneDown.abort()
      goneDown = new AbortController()
    },
  }
}
