/**
 * V-A7: how long a meter takes to answer, and whether that has shifted for good. What is put between a meter and us, and
 * rewrites what passes, takes time or saves it (vee.md §10). Kinds of answers take different times on links whose speed
 * nobody knows, so of each meter one kind is watched. Half a kilobyte a meter; per answer one number is noted.
 */

import type { Finding } from '../reading.ts'

/** Answers a reference is made of, and those held against it at once. */
const REFERENCE_OF = 200
const BLOCK_OF = 50
/** A shift is more than so many times the usual spread, and more than a timer or a scheduler makes, ms. */
const SPREADS = 5
const LEAST_SHIFT_MS = 20
/** So many other answers in a row, and the kind watched is asked for no more; while learning it may have come once only. */
const OTHERS_TO_FORGET = 500
const OTHERS_TO_CHOOSE = 50
/** A shift that was told and has lasted so long is how the line is: whoever is to look has looked. */
const SETTLED_AFTER_MS = 30 * 86_400_000
/** Blocks in a row as before, and the reference before counts again. */
const BLOCKS_TO_RETURN = 3
const LONGEST_MS = 65_535

/** What half of the answers take at most, and how far half of them are from that; ms. */
export interface Reference {
  readonly medianMs: number
  readonly spreadMs: number
}

/** What is kept over restarts: something put in while the power was off would else become the reference. */
export interface LatencyKept {
  readonly kind: number
  readonly reference: Reference
  /** Before a shift that was told, with when that was, UTC ms. */
  readonly before: (Reference & { readonly toldAt: number }) | null
}

export interface Latency {
  /** An answer of a line that was not disturbed; `kind` is the same for answers alike. What a block of them comes to, or null. */
  answered(ms: number, kind: number, now: number): Judged | null
  /** The shift has been told: from here on answers are held against what they are now. */
  told(now: number): void
  /** Null while it is learning. */
  kept(): LatencyKept | null
}

export interface Judged {
  /** Null where the shift that was told goes on. */
  readonly says: 'shifted' | 'steady' | null
  readonly finding: Finding | null
  /** How long the block took to come together, ms. */
  readonly tookMs: number
}

export function createLatency(before: LatencyKept | null): Latency {
  const times = new Uint16Array(REFERENCE_OF)
  let count = 0
  let since = 0
  let kind = before?.kind ?? null
  let others = 0
  let reference = before?.reference ?? null
  let old = before?.before ?? null
  let newest: Reference | null = null
  let asBefore = 0

  function judge(usual: Reference, now: number): Judged {
    const block = referenceOf(times.subarray(0, BLOCK_OF))
    newest = block
    const tookMs = Math.max(0, now - since)
    const told = old
    asBefore = told && !isShifted(block, told) ? asBefore + 1 : 0
    if (told && asBefore > 0) {
      if (asBefore === BLOCKS_TO_RETURN) [reference, old] = [told, null]
      return { says: 'steady', finding: null, tookMs }
    }
    if (isShifted(block, usual)) return { says: 'shifted', finding: findingOf(block, usual), tookMs }
    if (told && now - told.toldAt < SETTLED_AFTER_MS) return { says: null, finding: null, tookMs }
    return { says: 'steady', finding: null, tookMs }
  }

  function isOfKind(one: number): boolean {
    kind ??= one
    if (one === kind) others = 0
    else others += 1
    if (others < (reference === null ? OTHERS_TO_CHOOSE : OTHERS_TO_FORGET)) return one === kind
    // Another profile or plan: nothing of before says what its answers take.
    kind = one
    others = 0
    count = 0
    reference = null
    old = null
    return true
  }

  return {
    answered(ms, one, now) {
      if (!isOfKind(one)) return null
      if (count === 0) since = now
      times[count++] = Math.min(Math.round(ms), LONGEST_MS)
      if (count < (reference === null ? REFERENCE_OF : BLOCK_OF)) return null
      count = 0
      if (reference !== null) return judge(reference, now)
      reference = referenceOf(times)
      return null
    },
    told(now) {
      if (newest === null || reference === null) return
      old ??= { ...reference, toldAt: now }
      reference = newest
    },
    kept: () => (kind === null || reference === null ? null : { kind, reference, before: old }),
  }
}

/** Answers alike: question and answer of the same lengths. */
export function kindOf(asked: number, answered: number): number {
  return asked * 65_536 + answered
}

function limitOf({ spreadMs }: Reference): number {
  return Math.max(SPREADS * spreadMs, LEAST_SHIFT_MS)
}

/** Either way: who answers in the meter's stead may be faster than it. */
function isShifted({ medianMs }: Reference, usual: Reference): boolean {
  return Math.abs(medianMs - usual.medianMs) > limitOf(usual)
}

/** Sorts what it is given. */
function referenceOf(times: Uint16Array): Reference {
  const medianMs = medianOf(times)
  for (let at = 0; at < times.length; at += 1) times[at] = Math.abs((times[at] ?? 0) - medianMs)
  return { medianMs, spreadMs: medianOf(times) }
}

function medianOf(times: Uint16Array): number {
  times.sort()
  return times[times.length >> 1] ?? 0
}

function findingOf(block: Reference, usual: Reference): Finding {
  const shift = block.medianMs - usual.medianMs
  return {
    rule: 'V-A7',
    version: 1,
    verdict: 'flag',
    severity: 2,
    codes: ['2.3.3'],
    evidence: `half of the last ${BLOCK_OF} answers took ${block.medianMs} ms or more, ${usual.medianMs} ms before: ${Math.abs(shift)} ms ${shift > 0 ? 'slower' : 'faster'}, at most ${limitOf(usual)} ms is usual (${SPREADS} times the spread of ${usual.spreadMs} ms, ${LEAST_SHIFT_MS} ms at least); look at the line for something put in, at converter and meter for something exchanged`,
    limit: { value: String(limitOf(usual)), unit: 'ms' },
  }
}
