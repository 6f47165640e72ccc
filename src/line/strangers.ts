/**
 * Connections that have not told who they are: each has its time, one timer for all of them. Those that told something
 * nobody knows are held without being read until then, so that they do not dial again at once; few of one address, and
 * what is told of all of them together is one line of log now and then.
 */

import type { Cancel, Clock } from '../core/clock.ts'
import { FAULTS } from '../core/faults.ts'
import { toHex } from '../core/hex.ts'
import type { Log } from '../core/log.ts'
import { HOUR, MINUTE, SECOND } from '../core/time.ts'
import type { Dialled, Place } from './dtu.ts'

/** Held at once: of one address, and of all. More are closed as soon as they are known to be strangers. */
const MOST_HELD_OF_ONE = 8
const MOST_HELD = 256
/** The first of them are told after this, the next of an hour together. */
const TOLD_AFTER_MS = 10 * SECOND
/** Addresses counted apart between two lines of log. */
const MOST_SOURCES = 1_000
const SHOWN_BYTES = 32
/** Boxes that have not come by then are named, the first few. */
const EXPECTED_WITHIN_MS = 5 * MINUTE
const NAMED = 5

/** `gone`: it hung up before it was looked at. */
export type Turned = 'outside' | 'crowded' | 'unknown' | 'speechless' | 'gone'

const SAID: Readonly<Record<Turned, string>> = {
  outside: 'came from addresses that are not allowed',
  crowded: 'were more than the limits allow',
  unknown: 'told no identity that is known here',
  speechless: 'told nothing in time',
  gone: 'hung up at once',
}

export interface Strangers {
  start(): void
  stop(): void
  /** A connection whose time begins. */
  add(connection: Dialled): void
  /** It is nobody that is known; `bytes` are what it sent. */
  quarantine(connection: Dialled, bytes: Uint8Array): void
  /** It is known, or gone. */
  remove(connection: Dialled): void
  /** Makes room by the one that has waited longest; false when nobody waits. */
  dropOldest(): boolean
  refused(why: Turned, source: string): void
  readonly count: number
  readonly refusedCount: number
}

export interface StrangersParts {
  readonly port: number
  readonly withinMs: number
  readonly places: readonly Place[]
  readonly clock: Clock
  readonly log: Log
}

export function createStrangers({ port, withinMs, places, clock, log }: StrangersParts): Strangers {
  /** In the order they came, which is the order their time ends in. */
  const waiting = new Set<Dialled>()
  const held = new Set<Dialled>()
  const heldOf = new Map<string, number>()
  const turned = new Map<Turned, number>()
  const sources = new Set<string>()
  let last = ''
  let refusedCount = 0
  let expire: Cancel | null = null
  let tell: Cancel | null = null
  let expected: Cancel = () => undefined
  let tellAt = Number.NEGATIVE_INFINITY
  let awaitedSaid = 0

  function add(connection: Dialled): void {
    waiting.add(connection)
    expire ??= clock.after(withinMs, lookAtTime)
  }

  function lookAtTime(): void {
    expire = null
    const now = clock.monotonic()
    for (const connection of waiting) {
      const left = connection.acceptedAt + withinMs - now
      if (left > 0) {
        expire = clock.after(Math.ceil(left), lookAtTime)
        return
      }
      if (!held.has(connection)) told(connection, connection.unknown)
      end(connection)
    }
  }

  function end(connection: Dialled): void {
    remove(connection)
    connection.socket.destroy()
  }

  function remove(connection: Dialled): void {
    waiting.delete(connection)
    if (!held.delete(connection)) return
    const others = (heldOf.get(connection.source) ?? 1) - 1
    if (others > 0) heldOf.set(connection.source, others)
    else heldOf.delete(connection.source)
  }

  function quarantine(connection: Dialled, bytes: Uint8Array): void {
    const { source, socket } = connection
    told(connection, bytes)
    connection.unknown = new Uint8Array(0)
    const others = heldOf.get(source) ?? 0
    if (others >= MOST_HELD_OF_ONE || held.size >= MOST_HELD) {
      end(connection)
      return
    }
    held.add(connection)
    heldOf.set(source, others + 1)
    socket.pause()
  }

  /** What it sent is all that shows whether it is a box of ours that registers otherwise than is written. */
  function told({ source }: Dialled, bytes: Uint8Array): void {
    refused(bytes.length > 0 ? 'unknown' : 'speechless', source)
    if (bytes.length > 0) last = `; the last was ${source} with ${toHex(bytes.subarray(0, SHOWN_BYTES))}`
  }

  function refused(why: Turned, source: string): void {
    refusedCount += 1
    turned.set(why, (turned.get(why) ?? 0) + 1)
    if (sources.size < MOST_SOURCES) sources.add(source)
    tell ??= clock.after(Math.max(TOLD_AFTER_MS, tellAt - clock.monotonic()), tellTurned)
  }

  function tellTurned(): void {
    tell = null
    tellAt = clock.monotonic() + HOUR
    const counts = [...turned].map(([why, count]) => `${count} ${SAID[why]}`).join(', ')
    const from = `${sources.size >= MOST_SOURCES ? 'at least ' : ''}${sources.size} addresses`
    log.warn(
      { code: 'DTU_UNKNOWN', hint: FAULTS.DTU_UNKNOWN.hint },
      `port ${port}: of the connections of ${from}, ${counts}${last}`,
    )
    turned.clear()
    sources.clear()
    last = ''
  }

  /** Said when it has changed; what is named is what is written in the configuration. */
  function tellAwaited(): void {
    const awaited = places.filter(({ isHere }) => !isHere)
    const never = awaited.filter(({ wasHere }) => !wasHere)
    expected = clock.after(HOUR, tellAwaited)
    if (awaited.length === awaitedSaid) return
    awaitedSaid = awaited.length
    if (awaited.length === 0) {
      log.info({}, `port ${port}: all ${places.length} DTUs are connected`)
      return
    }
    const names = awaited.slice(0, NAMED).map(({ dtu }) => dtu ?? 'the only one')
    const more = awaited.length > NAMED ? ` and ${awaited.length - NAMED} more` : ''
    log.warn(
      { code: 'DTU_AWAITED', hint: FAULTS.DTU_AWAITED.hint },
      `port ${port}: ${awaited.length} of ${places.length} DTUs are not connected, ${never.length} have not been since the start: ${names.join(', ')}${more}`,
    )
  }

  return {
    start() {
      expected = clock.after(EXPECTED_WITHIN_MS, tellAwaited)
    },
    stop() {
      for (const cancel of [expire, tell, expected]) cancel?.()
      expire = tell = () => undefined
    },
    add,
    quarantine,
    remove,
    dropOldest() {
      const [oldest] = waiting
      if (oldest === undefined) return false
      refused('crowded', oldest.source)
      end(oldest)
      return true
    },
    refused,
    get count() {
      return waiting.size
    },
    get refusedCount() {
      return refusedCount
    },
  }
}
