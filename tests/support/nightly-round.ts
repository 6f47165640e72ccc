/** What a meter is asked every night, and the fewest bytes that any legal plan of questions needs for it. */

import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import type { FreezeAsked, Point } from '../../src/driver-api/driver.ts'
import { frameBytes } from '../drivers/dlt645/bench-meter.ts'

/** What a shipped profile has written: the round is its daily freeze and all its points. */
interface Written {
  readonly points: readonly (Partial<Point> & { readonly item: string })[]
  readonly daily: {
    readonly stamp: { readonly item: string }
    readonly points: readonly (Partial<Point> & { readonly item: string })[]
  }
  readonly traits: { readonly blocks: readonly string[] }
}

const PROFILE = new URL('../../drivers/dlt645/profiles/dlt645-2007-three-phase.yaml', import.meta.url)
const written: Written = parse(readFileSync(PROFILE, 'utf8'))

/** Blocks as the shipped profile lists them, the freeze's with the count back open. */
export const SHIPPED_BLOCKS: readonly string[] = written.traits.blocks

/** Identifiers of the round, high byte first, each half of the clock for itself. */
export const ROUND_ITEMS: readonly string[] = [
  ...new Set(written.points.flatMap(({ item }) => item.split('+'))),
]
/** The daily freeze's count back is 01, the latest. */
const latest = (item: string) => item.replace('nn', '01')
export const FREEZE_STAMP = latest(written.daily.stamp.item)
const FREEZE_LISTS = [...new Set(written.daily.points.map(({ item }) => latest(item)))]
const ALL = [FREEZE_STAMP, ...FREEZE_LISTS, ...ROUND_ITEMS]

/** What may be asked instead of single items, with what of the round it brings (appendix A; 6.2 for FF). */
const BLOCKS: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(
    ['0001FF00', '0002FF00', '000100FF', '000200FF', '00FF0000', '0101FF00', '0102FF00', '01FF0000']
      .concat(['0201FF00', '0202FF00', '0203FF00', '0206FF00', '028000FF', '040005FF', '0330FF00'])
      .map(block => [block, ROUND_ITEMS.filter(item => isIn(block, item))]),
  ),
  '0400010C': ['04000101', '04000102'],
  '0506FF01': [FREEZE_STAMP, ...FREEZE_LISTS],
}

/** FF stands for all there are in its place. */
function isIn(block: string, item: string): boolean {
  const bytes = (text: string) => text.match(/../g) ?? []
  return bytes(block).every((byte, place) => byte === 'FF' || byte === bytes(item)[place])
}

/** As a profile names them, for the driver; the freeze's with the count back open. */
export const ROUND_BLOCKS: readonly string[] = Object.keys(BLOCKS).map(block =>
  block === '0506FF01' ? '0506FFnn' : block,
)

type Describe = (item: string) => Point | null

/** The same for a driver: the freeze, and the points of the rest. */
export function roundOf(describe: Describe): {
  readonly freeze: FreezeAsked
  readonly points: readonly Point[]
} {
  const point = (one: Partial<Point> & { readonly item: string }): Point => {
    const described = describe(one.item)
    if (!described) throw new Error(`no row for ${one.item}`)
    return { ...described, ...one }
  }
  return {
    freeze: {
      nth: 1,
      stamp: point(written.daily.stamp),
      points: written.daily.points.map(point),
      // Measured in the rounds before, and far from midnight.
      clockShows: () => '2026-11-22T02:30:15',
    },
    points: written.points.map(point),
  }
}

/** One exchange or, where the answer does not fit a frame, as many as it takes. */
export interface Exchanged {
  /** Request and answer with preambles. */
  readonly bytes: number
  readonly exchanges: number
  readonly isRefused: boolean
}

export interface Cost {
  readonly bytes: number
  readonly exchanges: number
}

/** What one exchange's pauses are worth in bytes: the least reply delay and the pause before a request at 2400 baud. */
export const PAUSES_BYTES = 11

const FE_BEFORE_REQUEST = 4

/** Puts an identifier to a meter by hand, follow-up frames and all. */
export function askingByHand(
  answer: (request: Uint8Array) => Uint8Array | null,
  address: string,
): (item: string) => Exchanged {
  return item => {
    const di = [...Buffer.from(item, 'hex')].reverse()
    let bytes = 0
    for (let exchanges = 1; ; exchanges++) {
      const data = exchanges === 1 ? di : [...di, exchanges - 1]
      const asked = frameBytes(address, exchanges === 1 ? 0x11 : 0x12, Uint8Array.from(data))
      const reply = answer(asked)
      if (!reply) throw new Error(`the meter is silent to ${item}`)
      bytes += FE_BEFORE_REQUEST + asked.length + reply.length
      const control = reply[reply.indexOf(0x68) + 8] ?? 0
      if ((control & 0x20) === 0) return { bytes, exchanges, isRefused: (control & 0x40) !== 0 }
    }
  }
}

interface Offer {
  readonly brings: readonly string[]
  readonly cost: Cost
}

/**
 * Branch and bound over everything that may be asked. The stamp of the freeze must be read before the values and again
 * after them, unless all came in one frame. `ask` puts one identifier to the meter and measures; `pausesBytes` is what an
 * exchange's pauses are worth at the rate of the line.
 */
export function cheapestRound(
  ask: (item: string) => Exchanged,
  blocks: Iterable<string>,
  pausesBytes = PAUSES_BYTES,
): Cost {
  const allowed = new Set([...blocks].map(block => block.replace('nn', '01')))
  const singles = ALL.map((item): Offer => ({ brings: [item], cost: ask(item) }))
  const again: Offer = { brings: ['stamp again'], cost: ask(FREEZE_STAMP) }
  const offers = Object.entries(BLOCKS).flatMap(([block, brings]): Offer[] => {
    if (!allowed.has(block)) return []
    const { isRefused, ...cost } = ask(block)
    if (isRefused) return []
    const isWhole = block === '0506FF01' && cost.exchanges === 1
    return [{ brings: isWhole ? [...brings, 'stamp again'] : brings, cost }]
  })
  return cheapest([...ALL, 'stamp again'], [...offers, again, ...singles], pausesBytes)
}

export function weight({ bytes, exchanges }: Cost, pausesBytes = PAUSES_BYTES): number {
  return bytes + pausesBytes * exchanges
}

/** The cheapest set of offers that brings all that is wanted. */
export function cheapest(
  wanted: readonly string[],
  offers: readonly Offer[],
  pausesBytes = PAUSES_BYTES,
): Cost {
  const weightOf = (cost: Cost) => weight(cost, pausesBytes)
  /** What an item costs at the very least: its part of the offer that brings it for the least. */
  const least = new Map(
    wanted.map(item => {
      const bringing = offers.filter(({ brings }) => brings.includes(item))
      return [item, Math.min(...bringing.map(({ brings, cost }) => weightOf(cost) / brings.length))]
    }),
  )
  let best: Cost = { bytes: Number.POSITIVE_INFINITY, exchanges: 0 }
  const search = (missing: ReadonlySet<string>, spent: Cost) => {
    const still = [...missing].reduce((sum, item) => sum + (least.get(item) ?? 0), 0)
    if (weightOf(spent) + still >= weightOf(best)) return
    const [first] = missing
    if (first === undefined) {
      best = spent
      return
    }
    for (const { brings, cost } of offers.filter(offer => offer.brings.includes(first)))
      search(new Set([...missing].filter(item => !brings.includes(item))), {
        bytes: spent.bytes + cost.bytes,
        exchanges: spent.exchanges + cost.exchanges,
      })
  }
  search(new Set(wanted), { bytes: 0, exchanges: 0 })
  return best
}
