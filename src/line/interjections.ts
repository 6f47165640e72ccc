/**
 * Hears past what a box puts among the bytes of the meters: its heartbeats, and its registration again. Taken out at
 * the borders of frames; inside an answer only when the answer does not check with it and does without, and never what
 * is so short that it may as well be data.
 */

import { startsWith } from '../core/hex.ts'
import type { Deframed, Driver, Request } from '../driver-api/driver.ts'
import { type Asker, type Counters, heardSoFar } from './asker.ts'
import type { Interjections } from './transport.ts'

/** Shorter ones stand in data by chance. */
const LEAST_INSIDE = 4
/** Longer than any answer with what a box may put into it: bytes kept until the line falls silent. */
const MOST_UNREAD = 1_024
const NOTHING = new Uint8Array(0)

/** The same asker, to whom these bytes are neither answers nor noise. */
export function hearPast(told: Interjections, asker: Asker, counters: Counters): Asker {
  const deafened = new WeakMap<Driver, Driver>()
  let underWay = 0
  let hasAsked = false
  /** What may be the beginning of an interjection, heard while nothing is asked. */
  let held: Uint8Array = NOTHING
  let boxBytes = 0
  const box: Interjections = {
    patterns: told.patterns,
    heard(pattern) {
      boxBytes += pattern.length
      told.heard(pattern)
    },
  }

  function deaf(driver: Driver): Driver {
    const known = deafened.get(driver) ?? pastInterjections(driver, box)
    deafened.set(driver, known)
    return known
  }

  /** Between questions only what is nothing but interjections is kept from the asker: the rest may be a late answer. */
  function heardIdle(bytes: Uint8Array): void {
    held = heardSoFar(held, bytes)
    const patterns = box.patterns()
    const { rest, found } = stripped(held, patterns)
    if (rest.length > 0 && isBegun(rest, patterns)) return
    const all = held
    held = NOTHING
    if (rest.length > 0 && hasAsked) {
      asker.heard(all)
      return
    }
    counters.bytesIn += all.length
    counters.noiseBytes += rest.length
    for (const pattern of found) box.heard(pattern)
  }

  return {
    async ask(request, driver, replyWithinMs) {
      hasAsked = true
      underWay += 1
      const before = held
      held = NOTHING
      if (before.length > 0) asker.heard(before)
      try {
        return await asker.ask(request, deaf(driver), replyWithinMs)
      } finally {
        underWay -= 1
      }
    },
    settle: driver => asker.settle(driver),
    heard: bytes => (underWay > 0 ? asker.heard(bytes) : heardIdle(bytes)),
    down() {
      held = NOTHING
      asker.down()
    },
    get boxBytes() {
      return boxBytes
    },
  }
}

/** The driver, whose frames are found past interjections. What it gives back lacks the bytes of these. */
export function pastInterjections(driver: Driver, box: Interjections): Driver {
  const begins = (bytes: Uint8Array, request: Request | null) =>
    request !== null && (driver.beginsAnswer?.(bytes, request) ?? false)

  function deframe(
    received: Uint8Array,
    awaited: Request | null,
    line: 'open' | 'silent' = 'open',
  ): Deframed {
    const patterns = box.patterns()
    const plain = driver.deframe(received, awaited, line)
    if (awaited === null || answers(plain, awaited)) return tidied(plain, patterns)
    const long = patterns.filter(isLong)
    const { rest: cut, found } = without(received, long)
    const mended = found.length > 0 ? driver.deframe(cut, awaited, line) : plain
    if (answers(mended, awaited)) {
      for (const pattern of found) box.heard(pattern)
      return tidied(mended, patterns)
    }
    // Drivers take what does not check for noise at once; with what comes next it may check.
    const isDisturbed = found.length > 0 || endsBegun(received, long) || isBegun(received, patterns)
    return line === 'open' && isDisturbed && received.length <= MOST_UNREAD
      ? { frames: [], noise: NOTHING, broken: [], rest: received }
      : tidied(plain, patterns)
  }

  /** What is left between frames and behind them. */
  function tidied(deframed: Deframed, patterns: readonly Uint8Array[]): Deframed {
    const { frames, broken } = deframed
    const noise = without(deframed.noise, patterns)
    const behind =
      frames.length > 0 ? behindFrames(deframed.rest, patterns) : { rest: deframed.rest, found: [] }
    // In what was a frame once nobody knows.
    for (const pattern of [...(broken.length > 0 ? [] : noise.found), ...behind.found]) box.heard(pattern)
    return { ...deframed, noise: noise.rest, rest: behind.rest }
  }

  const beginsAnswer = driver.beginsAnswer && {
    beginsAnswer: (rest: Uint8Array, request: Request) =>
      begins(rest, request) || begins(without(rest, box.patterns().filter(isLong)).rest, request),
  }
  return { ...driver, ...beginsAnswer, deframe }
}

function isLong({ length }: Uint8Array): boolean {
  return length >= LEAST_INSIDE
}

/** Short ones only when there is nothing else: another frame may begin with them. */
function behindFrames(rest: Uint8Array, patterns: readonly Uint8Array[]): Told {
  const all = stripped(rest, patterns)
  return all.rest.length === 0 ? all : stripped(rest, patterns.filter(isLong))
}

function answers({ frames }: Deframed, request: Request): boolean {
  return frames.some(frame => request.whyNot(frame) === null)
}

interface Told {
  readonly rest: Uint8Array
  readonly found: readonly Uint8Array[]
}

/** Without the interjections it begins with. */
function stripped(bytes: Uint8Array, patterns: readonly Uint8Array[]): Told {
  const found: Uint8Array[] = []
  let rest = bytes
  for (;;) {
    const next = rest.length > 0 ? patterns.find(pattern => isAt(rest, 0, pattern)) : undefined
    if (!next) return { rest, found }
    found.push(next)
    rest = rest.subarray(next.length)
  }
}

/** Without any of them wherever they stand. */
function without(bytes: Uint8Array, patterns: readonly Uint8Array[]): Told {
  if (bytes.length === 0 || patterns.length === 0) return { rest: bytes, found: [] }
  const found: Uint8Array[] = []
  const kept: number[] = []
  for (let at = 0; at < bytes.length; ) {
    const here = patterns.find(pattern => isAt(bytes, at, pattern))
    if (here) found.push(here)
    else kept.push(bytes[at] ?? 0)
    at += here?.length ?? 1
  }
  return found.length > 0 ? { rest: Uint8Array.from(kept), found } : { rest: bytes, found }
}

function isAt(bytes: Uint8Array, at: number, pattern: Uint8Array): boolean {
  return at + pattern.length <= bytes.length && pattern.every((byte, index) => bytes[at + index] === byte)
}

/** Whether these are the first bytes of one of them and not yet all. */
function isBegun(bytes: Uint8Array, patterns: readonly Uint8Array[]): boolean {
  return patterns.some(pattern => bytes.length < pattern.length && startsWith(pattern, bytes))
}

function endsBegun(bytes: Uint8Array, patterns: readonly Uint8Array[]): boolean {
  const longest = Math.max(0, ...patterns.map(({ length }) => length - 1))
  for (let length = Math.min(longest, bytes.length); length > 0; length--)
    if (isBegun(bytes.subarray(bytes.length - length), patterns)) return true
  return false
}
