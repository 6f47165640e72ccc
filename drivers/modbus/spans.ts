/** Plans requests: the fewest runs of registers that hold all points, within what the meter allows. */

import type { Traits } from '../../src/driver-api/driver.ts'
import { type Awaited, awaitedBy } from './awaited.ts'
import { questionPdu, type ReadPdu } from './framing.ts'
import { FUNCTIONS, readsBits } from './functions.ts'
import { type Located, placeOf } from './items.ts'

/** One request: `quantity` registers (or bits) from `address` on. */
export interface Span {
  readonly code: number
  readonly address: number
  readonly quantity: number
  /** What it is asked for, by address. */
  readonly points: readonly Located[]
  /** As it is asked, and what answers it. */
  readonly pdu: ReadPdu
  readonly awaited: Awaited
}

/** The standard allows 125; many meters allow less and some go silent beyond, so more is for profiles to say. */
const CAREFUL_REGISTERS = 60
/** A limit in registers is also one of bytes: 16 bits each. */
const BITS_PER_REGISTER = 16
const LAST_ADDRESS = 0xffff

/**
 * Each point lies in exactly one span and whole: half a value of one moment beside half of another is a wrong value.
 * Registers nobody asked for are read across only where the profile allows holes. Whatever fits a run that begins with
 * the first point left also fits one that begins later, so filling run after run gives the fewest. Spans known to be
 * refused are halved here and not asked again.
 */
export function planSpans(
  points: readonly Located[],
  traits: Traits,
  refusedBefore: ReadonlySet<string>,
): Span[] {
  const sorted = [...points].sort((a, b) => a.code - b.code || a.address - b.address)
  const apart = (traits.alone ?? []).map(placeOf).filter(place => place !== null)
  const spans: Span[] = []
  let run: Located[] = []
  let end = 0
  for (const point of sorted) {
    const [first] = run
    const wide = Math.max(end, endOf(point))
    const joins =
      first !== undefined &&
      point.code === first.code &&
      point.address - end <= holeAllowed(traits) &&
      width(first, wide, traits) <= widest(point.code, traits) &&
      !apart.some(({ code, address }) => code === first.code && address >= first.address && address < wide)
    if (first !== undefined && !joins) {
      spans.push(spanOf(run, traits))
      run = []
    }
    end = run.length === 0 ? endOf(point) : wide
    run.push(point)
  }
  if (run.length > 0) spans.push(spanOf(run, traits))
  return withoutRefused(spans, traits, refusedBefore)
}

/** The same without those that were refused before: halves, and halves of halves. */
export function withoutRefused(
  spans: readonly Span[],
  traits: Traits,
  refusedBefore: ReadonlySet<string>,
): Span[] {
  if (refusedBefore.size === 0) return [...spans]
  return spans.flatMap(span =>
    span.points.length < 2 || !refusedBefore.has(spanKey(span))
      ? [span]
      : withoutRefused(halves(span, traits), traits, refusedBefore),
  )
}

/** Names a span across conversations: function, address, registers. */
export function spanKey({ code, address, quantity }: Span): string {
  return `${code}:${address}+${quantity}`
}

/** All that ties an answer on a serial line to its question: function and length. */
export function shapeOf({ code, quantity }: Span): string {
  return `${code}+${quantity}`
}

/** Two smaller spans, cut at the widest hole (there the meter's map is most likely to end), else in the middle. */
export function halves({ points, address }: Span, traits: Traits): readonly [Span, Span] {
  let cut = points.length >> 1
  let widestHole = 0
  let end = address
  points.forEach((point, place) => {
    if (point.address - end > widestHole && place > 0) {
      widestHole = point.address - end
      cut = place
    }
    end = Math.max(end, endOf(point))
  })
  return [spanOf(points.slice(0, cut), traits), spanOf(points.slice(cut), traits)]
}

/**
 * Takes the next span out of the queue: the first that asks for another length than the one before. A serial answer
 * tells nothing of its address, so a late one fits every question of its length; neighbours should differ (PR-40).
 */
export function takeNext(queue: Span[], before: Span | null | undefined): Span | undefined {
  if (queue.length === 1) return queue.pop()
  const other = queue.findIndex(span => span.code !== before?.code || span.quantity !== before.quantity)
  return queue.splice(Math.max(other, 0), 1)[0]
}

/**
 * The same points asked in a shape that is not among `used`, so that no late answer fits: as they are, a little further
 * where the profile allows holes, or cut in two. `turn` chooses, so that the next time it is another one. Null where the
 * device allows none of these; what it refused before is not among them, for its map may end where the points do.
 */
export function reshaped(
  span: Span,
  traits: Traits,
  used: ReadonlySet<string>,
  turn: number,
  refusedBefore: ReadonlySet<string>,
): readonly Span[] | null {
  const cuts = span.points
    .slice(1)
    .map((_, place) => [
      spanOf(span.points.slice(0, place + 1), traits),
      spanOf(span.points.slice(place + 1), traits),
    ])
  const shapes = [[span], ...longer(span, traits).map(each => [each]), ...cuts].filter(
    spans =>
      spans.every(each => !used.has(shapeOf(each)) && !refusedBefore.has(spanKey(each))) &&
      new Set(spans.map(shapeOf)).size === spans.length,
  )
  return shapes[turn % shapes.length] ?? null
}

/** Whether registers behind the last point are asked for with it. */
export function isLonger({ points, quantity }: Span, traits: Traits): boolean {
  return quantity > spanOf(points, traits).quantity
}

function longer(span: Span, traits: Traits): readonly Span[] {
  const step = traits.evenPairs ? 2 : 1
  const apart = (traits.alone ?? []).map(placeOf).filter(place => place?.code === span.code)
  return Array.from({ length: Math.floor(holeAllowed(traits) / step) }, (_, more) =>
    spanOf(span.points, traits, step * (more + 1)),
  ).filter(
    each =>
      each.quantity <= widest(span.code, traits) &&
      endAddress(each) <= LAST_ADDRESS &&
      !apart.some(place => place && place.address >= each.address && place.address <= endAddress(each)),
  )
}

/** Longest run of registers nobody asked for that may be read across. */
function holeAllowed({ maxHole = 0, wholeValues = false }: Traits): number {
  return wholeValues ? 0 : maxHole
}

function widest(code: number, { maxRegisters = CAREFUL_REGISTERS }: Traits): number {
  const most = FUNCTIONS.get(code)?.most ?? 0
  return Math.min(most, readsBits(code) ? maxRegisters * BITS_PER_REGISTER : maxRegisters)
}

function endOf({ address, encoding }: Located): number {
  return address + encoding.registers
}

function endAddress({ address, quantity }: Span): number {
  return address + quantity - 1
}

/** Registers asked for a run, whole pairs where the meter knows nothing else. */
function width(first: Located, end: number, traits: Traits): number {
  return alignedEnd(first.code, end, traits) - alignedStart(first, traits)
}

function alignedStart({ code, address }: Located, { evenPairs = false }: Traits): number {
  return evenPairs && !readsBits(code) ? address & ~1 : address
}

function alignedEnd(code: number, end: number, { evenPairs = false }: Traits): number {
  return evenPairs && !readsBits(code) ? (end + 1) & ~1 : end
}

function spanOf(points: readonly Located[], traits: Traits, more = 0): Span {
  const [first] = points
  if (first === undefined) throw new Error('broken promise: a span is asked for something')
  const { code } = first
  const address = alignedStart(first, traits)
  let end = address
  for (const point of points) end = Math.max(end, endOf(point))
  const quantity = alignedEnd(code, end, traits) + more - address
  const pdu = questionPdu(code, address, quantity)
  return { code, address, quantity, points, pdu, awaited: awaitedBy(pdu) }
}
