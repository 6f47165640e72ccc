/**
 * Which questions bring all that is wanted in the fewest bytes on the wire. What an answer will hold is known from the
 * table; how many tariffs a meter has is not, and taken for what most have.
 */

import type { Point } from '../../../src/driver-api/driver.ts'
import type { Dialect } from '../dialect.ts'
import { parseEncoding } from '../encodings/encodings.ts'
import { cellsOf, type Entry, type Layout } from '../items/item-table.ts'

/** Points by the item that carries them. */
export type Waiting = ReadonlyMap<string, readonly Point[]>

/** A block and the items it spares. */
export interface BlockRead {
  readonly block: string
  readonly items: readonly string[]
}

/** Preamble, head and tail of a request; head and tail of an answer. */
const AROUND_BOTH = 16 + 12
/** The pause before a request and a quick answer, 50 ms, in characters at the usual 2400 baud. */
const TURN_ROUND = 11
const MOST_DATA = 200
/** Total and four tariffs. */
const USUAL_ENTRIES = 5
/** Now and twelve settlement days: longer lists are of tariffs, and end with those the meter has. */
const LONGEST_FIXED = 13
/** Blocks that share items are weighed against each other so deep, then taken by what they spare alone. */
const MOST_CHOICES = 8

/**
 * The blocks worth asking, in the order given; no item is spared by two of them. A block that brings more than it
 * spares is left out.
 */
export function cheapestBlocks(dialect: Dialect, blocks: readonly string[], waiting: Waiting): BlockRead[] {
  const offers = [...new Set(blocks)].flatMap(block => offerOf(dialect, block, waiting) ?? [])
  const offered = new Set(offers.flatMap(({ items }) => items))
  const prices = new Map(
    [...waiting]
      .filter(([item]) => offered.has(item))
      .map(([item, points]) => [item, priceOf(dialect, item, points)]),
  )
  const { chosen } = best(offers.toSorted(bySpared(prices)), prices, MOST_CHOICES)
  const order = offers.map(({ block }) => block)
  return chosen.toSorted((a, b) => order.indexOf(a.block) - order.indexOf(b.block))
}

/** What it costs to ask for an item alone; the clock is a pair of them. */
export function priceOf(dialect: Dialect, item: string, points: readonly Point[]): number {
  const parts = item.split('+')
  return parts.reduce((sum, part) => sum + exchangePrice(dialect, itemBytes(dialect, part, points)), 0)
}

function itemBytes(dialect: Dialect, item: string, points: readonly Point[]): number {
  const layout = dialect.table.find(item)
  if (!layout) return parseEncoding(points[0]?.encoding ?? '')?.bytes ?? 0
  const places = new Set(points.map(({ place }) => place))
  const wanted = new Set(cellsOf(layout).filter((_, place) => places.has(place)))
  return dataBytes(layout, entry => entry.cells.some(cell => wanted.has(cell)))
}

interface Offer extends BlockRead {
  readonly price: number
  readonly isOneFrame: boolean
}

/** What a block would bring of what is wanted, and its price; null for nothing. */
export function offerOf(dialect: Dialect, block: string, waiting: Waiting): Offer | null {
  if (block === dialect.wholeClock) {
    const price = exchangePrice(dialect, itemBytes(dialect, block, []))
    return waiting.has(dialect.clock) ? { block, items: [dialect.clock], price, isOneFrame: true } : null
  }
  const layout = dialect.table.find(block)
  if (!layout) return null
  const widths = new Map(cellsOf(layout).map(cell => [keyOf(cell), cell.encoding.bytes]))
  const fits = (point: Point) => {
    const width = widths.get(keyOf(point))
    return width !== undefined && (parseEncoding(point.encoding)?.bytes ?? width) === width
  }
  const items = [...waiting].filter(([, points]) => points.every(fits)).map(([item]) => item)
  if (items.length === 0) return null
  const wanted = new Set(items.flatMap(item => waiting.get(item) ?? []).map(keyOf))
  const bytes = dataBytes(layout, entry => entry.cells.some(cell => wanted.has(keyOf(cell))))
  const isOneFrame = bytes <= MOST_DATA - dialect.itemBytes
  return { block, items, price: exchangePrice(dialect, bytes), isOneFrame }
}

function keyOf({ item, place }: { readonly item: string; readonly place: number }): string {
  return `${item} ${place}`
}

/** Bytes of an exchange that brings `data` bytes of one item, with what its pauses are worth. */
function exchangePrice({ itemBytes }: Dialect, data: number): number {
  const one = AROUND_BOTH + 2 * itemBytes + TURN_ROUND
  const followUps = Math.max(0, Math.ceil((data - (MOST_DATA - itemBytes)) / (MOST_DATA - itemBytes - 1)))
  // Each repeats the identifier and carries its sequence number, there and back.
  return one + data + followUps * (one + 2)
}

/** Bytes of the answer when these entries are wanted. */
function dataBytes({ lists, kind }: Layout, wants: (entry: Entry) => boolean): number {
  const bytes = lists.map(list => {
    const sent =
      list.length <= LONGEST_FIXED ? list.length : Math.max(USUAL_ENTRIES, list.findLastIndex(wants) + 1)
    return list.slice(0, sent).reduce((sum, entry) => sum + entry.bytes, 0)
  })
  return bytes.reduce((sum, each) => sum + each, kind === 'groups' ? lists.length : 0)
}

type Prices = ReadonlyMap<string, number>

interface Choice {
  readonly chosen: readonly BlockRead[]
  readonly spared: number
}

/** Of two blocks that share items either may be the better one; what spares nothing alone spares nothing beside others. */
function best(offers: readonly Offer[], prices: Prices, choices: number): Choice {
  const [first, ...others] = offers.filter(offer => sparedBy(offer, prices) > 0)
  if (!first) return { chosen: [], spared: 0 }
  const items = first.items.filter(item => prices.has(item))
  const left = new Map([...prices].filter(([item]) => !items.includes(item)))
  const shares = others.some(other => other.items.some(item => items.includes(item)))
  const rest = best(others, left, shares ? choices - 1 : choices)
  const taken: Choice = {
    chosen: [{ block: first.block, items }, ...rest.chosen],
    spared: sparedBy(first, prices) + rest.spared,
  }
  if (!shares || choices === 0) return taken
  const without = best(others, prices, choices - 1)
  return without.spared > taken.spared ? without : taken
}

function sparedBy({ items, price }: Offer, prices: Prices): number {
  return items.reduce((sum, item) => sum + (prices.get(item) ?? 0), -price)
}

function bySpared(prices: Prices): (a: Offer, b: Offer) => number {
  return (a, b) => sparedBy(b, prices) - sparedBy(a, prices)
}
