/** What goes wrong on a simulated line, drawn by seed, and the ledger that proves it did. */

import type { Clock } from '../core/clock.ts'
import type { Random } from '../core/random.ts'
import type { FaultKind, SimulatedFaults, SimulatedQuirks } from '../core/simulated.ts'
import type { Dialect } from './slave.ts'

/** One good answer, and what is at hand to spoil it. */
export interface Exchange {
  readonly request: Uint8Array
  readonly reply: Uint8Array
  /** The answer before this one on the line. */
  readonly previous: Uint8Array | null
  readonly dialect: Dialect
  /** A good answer to another question; null where there is none. */
  readonly otherAnswer: () => Uint8Array | null
}

/** Bytes put on the line, so long after the answer would have begun. */
export interface Emission {
  readonly afterMs: number
  readonly bytes: Uint8Array
}

export interface LedgerEntry {
  /** Wall clock, UTC ms. */
  readonly at: number
  /** Which listener, by its place in the configuration. */
  readonly listener: number
  readonly kind: FaultKind
  /** The request whose answer was spoilt. */
  readonly request: Uint8Array
}

/** Every fault applied; the last thousands in full, all of them counted. */
export interface Ledger {
  readonly entries: readonly LedgerEntry[]
  count(kind: FaultKind): number
  record(entry: LedgerEntry): void
}

const LEDGER_KEEPS = 10_000
/** Later than the reply time of any standard here and of most masters. */
const LATE_MS = 2_500
const MOST_NOISE = 8
const MOST_FLIPS = 3
/** Modbus exceptions: the device is busy; a gateway finds no path, or nobody at its end. */
const BUSY = 6
const NO_PATH = 0x0a
const NO_TARGET = 0x0b

export function createLedger(): Ledger {
  const entries: LedgerEntry[] = []
  const counts = new Map<FaultKind, number>()
  return {
    entries,
    count: kind => counts.get(kind) ?? 0,
    record(entry) {
      counts.set(entry.kind, (counts.get(entry.kind) ?? 0) + 1)
      entries.push(entry)
      if (entries.length > LEDGER_KEEPS) entries.shift()
    },
  }
}

/** Whether any share is above nothing. */
export function anyFault(faults: SimulatedFaults): boolean {
  return KINDS.some(kind => (faults[kind] ?? 0) > 0)
}

/** Draws the fault of one exchange, or none. */
function drawFault(faults: SimulatedFaults, random: Random): FaultKind | null {
  let draw = random.fraction()
  for (const kind of KINDS) {
    draw -= faults[kind] ?? 0
    if (draw < 0) return kind
  }
  return null
}

export interface FaultyLine {
  /** Its place in the configuration, for the ledger. */
  readonly listener: number
  readonly faults: SimulatedFaults
  readonly random: Random
  readonly ledger: Ledger
  readonly clock: Clock
}

/**
 * What the line makes of each answer: the answer, or what the fault drawn left of it, which the ledger then holds. A
 * gateway that is busy stays so as long as late answers take.
 */
export function createSpoiler({ listener, faults, random, ledger, clock }: FaultyLine) {
  let busyUntil = Number.NEGATIVE_INFINITY
  return (exchange: Exchange): readonly Emission[] => {
    const isBusy = clock.monotonic() < busyUntil
    const kind = isBusy ? 'busy' : drawFault(faults, random)
    const emissions = kind === null ? null : spoil(kind, exchange, random, faults.lateMs)
    if (kind === null || emissions === null) return [{ afterMs: 0, bytes: exchange.reply }]
    if (kind === 'busy' && !isBusy) busyUntil = clock.monotonic() + (faults.lateMs ?? LATE_MS)
    ledger.record({ at: clock.now(), listener, kind, request: exchange.request })
    return emissions
  }
}

/** What the line carries instead of the reply; null where this fault cannot befall this exchange. */
function spoil(
  kind: FaultKind,
  exchange: Exchange,
  random: Random,
  lateMs: number = LATE_MS,
): readonly Emission[] | null {
  return SPOILERS[kind](exchange, random, lateMs)
}

type Spoiler = (exchange: Exchange, random: Random, lateMs: number) => readonly Emission[] | null

const SPOILERS: Readonly<Record<FaultKind, Spoiler>> = {
  silence: () => [],
  late: ({ reply }, _, lateMs) => once(reply, lateMs),
  noise: ({ reply }, random) => {
    const before = random.integer(3) < 2
    const after = !before || random.integer(2) === 0
    return once(joined(before ? noise(random) : NOTHING, reply, after ? noise(random) : NOTHING))
  },
  'bit-flip': ({ reply, dialect }, random) => {
    const [from, to] = dialect.fragile(reply)
    const bytes = reply.slice()
    // Different bits, so that none is flipped back.
    const bits = new Set(
      Array.from({ length: 1 + random.integer(MOST_FLIPS) }, () => random.integer((to - from) * 8)),
    )
    for (const bit of bits) {
      const at = from + (bit >> 3)
      bytes[at] = (bytes[at] ?? 0) ^ (1 << (bit & 7))
    }
    return once(bytes)
  },
  split: ({ reply }, random) => trickle(reply, random),
  merge: ({ reply, previous }) => (previous === null ? null : once(joined(previous, reply))),
  echo: ({ request, reply }) => once(joined(request, reply)),
  'wrong-address': ({ reply, dialect }) => onceIf(dialect.readdressed(reply)),
  'wrong-item': ({ otherAnswer }) => onceIf(otherAnswer()),
  'wrong-length': ({ reply, dialect }, random) =>
    onceIf(dialect.resized?.(reply, random.integer(2) === 0 ? 1 : -1) ?? dialect.resized?.(reply, 1) ?? null),
  busy: ({ request, dialect }) => onceIf(dialect.refused?.(request, BUSY) ?? null),
  'no-path': ({ request, dialect }, random) =>
    onceIf(dialect.refused?.(request, random.integer(2) === 0 ? NO_PATH : NO_TARGET) ?? null),
  'unit-ff': ({ request, dialect }) => onceIf(dialect.unaddressed?.(request, BUSY) ?? null),
}

/** In the order shares are laid out, so that a seed keeps its meaning. */
const KINDS = Object.keys(SPOILERS) as readonly FaultKind[]

export const FAULT_KINDS: readonly FaultKind[] = KINDS

const NOTHING = new Uint8Array()

/** The same, so much later. */
export function delayed(emissions: readonly Emission[], ms: number): readonly Emission[] {
  return ms === 0 ? emissions : emissions.map(one => ({ ...one, afterMs: one.afterMs + ms }))
}

/** Longer than masters wait for an answer. */
const ORDERS_LATE_MS = 3_000

/** Of a meter that answers orders late. */
export function lateOrders({ 'relay-answer': answers }: SimulatedQuirks): { readonly ordersLateMs?: number } {
  return answers === 'late' ? { ordersLateMs: ORDERS_LATE_MS } : {}
}

function once(bytes: Uint8Array, afterMs = 0): readonly Emission[] {
  return [{ afterMs, bytes }]
}

function onceIf(bytes: Uint8Array | null): readonly Emission[] | null {
  return bytes === null ? null : once(bytes)
}

function noise(random: Random): Uint8Array {
  return random.bytes(1 + random.integer(MOST_NOISE))
}

/** Pieces of one to four bytes, 2 to 9 ms apart: within a frame's allowed gap, across many packets. */
function trickle(reply: Uint8Array, random: Random): readonly Emission[] {
  const pieces: Emission[] = []
  let afterMs = 0
  for (let at = 0; at < reply.length; ) {
    const size = 1 + random.integer(4)
    pieces.push({ afterMs, bytes: reply.subarray(at, at + size) })
    at += size
    afterMs += 2 + random.integer(8)
  }
  return pieces
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap(part => [...part]))
}
