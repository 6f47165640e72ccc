/** Plans requests: the fewest runs of registers that hold all points, within what the meter allows. */

import type { Traits } from '../../src/driver-api/driver.ts'
import { FUNCTIONS, readsBits } from './functions.ts'
import type { Located } from './items.ts'

/** One request: `quantity` registers (or bits) from `address` on. */
export interface Span {
  readonly code: number
  readonly address: number
  readonly quantity: number
  /** What it is asked for, by address. */
  readonly points: readonly Located[]
}

/** The standard allows 125; many meters allow less and some go silent beyond, so more is for profiles to say. */
const CAREFUL_REGISTERS = 60
/** A limit in registers is also one of bytes: 16 bits each. */
const BITS_PER_REGISTER = 16

/**
 * Each point lies in exactly one span and whole: half a value of one moment beside half of another is a wrong value.
 * Registers nobody asked for are read across only where the profile allows holes. Spans known to be refused are
 * halved here and not asked again.
 */
export function planSpans(
  points: readonly Located[],
  traits: Traits,
  refusedBefore: ReadonlySet<string>,
): Span[] {
  const sorted = [...points].sort((a, b) => a.code - b.code || a.address - b.address)
  const spans: Span[] = []
  let run: Located[] = []
  let end = 0
  for (const point of sorted) {
    const first = run[0]
    if (first !== undefined && !joins(first, end, point, traits)) {
      spans.push(spanOf(run))
      run = []
      end = 0
    }
    end = Math.max(end, endOf(point))
    run.push(point)
  }
  if (run.length > 0) spans.push(spanOf(run))
  return refusedBefore.size === 0 ? spans : spans.flatMap(span => withoutRefused(span, refusedBefore))
}

/** Names a span across conversations: function, address, registers. */
export function spanKey({ code, address, quantity }: Span): string {
  return `${code}:${address}+${quantity}`
}

/** Two smaller spans, cut at the widest hole (there the meter's map is most likely to end), else in the middle. */
export function halves(span: Span): readonly [Span, Span] {
  const { points } = span
  let cut = points.length >> 1
  let widestHole = 0
  let end = span.address
  points.forEach((point, place) => {
    if (point.address - end > widestHole) {
      widestHole = point.address - end
      cut = place
    }
    end = Math.max(end, endOf(point))
  })
  return [spanOf(points.slice(0, cut)), spanOf(points.slice(cut))]
}

/**
 * Takes the next span out of the queue: the first that asks for another length than the one before. A serial answer
 * tells nothing of its address, so a late one fits every question of its length; neighbours should differ (PR-40).
 */
export function takeNext(queue: Span[], before: Span | null): Span | undefined {
  const other = queue.findIndex(span => span.code !== before?.code || span.quantity !== before.quantity)
  return queue.splice(Math.max(other, 0), 1)[0]
}

function withoutRefused(span: Span, refusedBefore: ReadonlySet<string>): Span[] {
  if (span.points.length < 2 || !refusedBefore.has(spanKey(span))) return [span]
  return halves(span).flatMap(half => withoutRefused(half, refusedBefore))
}

/** Whether the run from `first` to `end` may grow by a point. */
function joins(first: Located, end: number, point: Located, traits: Traits): boolean {
  return (
    point.code === first.code &&
    point.address - end <= (traits.maxHole ?? 0) &&
    Math.max(end, endOf(point)) - first.address <= widest(point.code, traits)
  )
}

function widest(code: number, { maxRegisters = CAREFUL_REGISTERS }: Traits): number {
  const most = FUNCTIONS.get(code)?.most ?? 0
  return Math.min(most, readsBits(code) ? maxRegisters * BITS_PER_REGISTER : maxRegisters)
}

function endOf({ address, encoding }: Located): number {
  return address + encoding.registers
}

function spanOf(points: readonly Located[]): Span {
  const [first] = points
  const address = first?.address ?? 0
  let end = address
  for (const point of points) end = Math.max(end, endOf(point))
  return { code: first?.code ?? 0, address, quantity: end - address, points }
}
