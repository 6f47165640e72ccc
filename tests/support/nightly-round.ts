/** What a meter is asked every night, and the fewest bytes that any legal plan of questions needs for it. */

import type { FreezeAsked, Point } from '../../src/driver-api/driver.ts'
import { frameBytes } from '../drivers/dlt645/bench-meter.ts'

/** Identifiers of the round, high byte first; the daily freeze's count back is 01, the latest. */
export const FREEZE_STAMP = '05060001'
const FREEZE_LISTS = ['05060101', '05060201'] as const
const ENERGIES = ['0001', '0002'].flatMap(kind => ['00', '01', '02', '03', '04'].map(t => `${kind}${t}00`))
const DEMANDS = ['01010000', '01020000']
const CLOCK = ['04000101', '04000102']
const STATUS = ['01', '02', '03', '04', '05', '06', '07'].map(word => `040005${word}`)
/** Counts of cover openings, power-downs, programmings. */
const EVENTS = ['03300D00', '03110000', '03300000']

export const ROUND_ITEMS: readonly string[] = [...ENERGIES, ...DEMANDS, ...CLOCK, ...STATUS, ...EVENTS]
const ALL = [FREEZE_STAMP, ...FREEZE_LISTS, ...ROUND_ITEMS]

/** What may be asked instead of single items, and what of the round it brings (appendix A; 6.2 for FF). */
const BLOCKS: Readonly<Record<string, readonly string[]>> = {
  '0001FF00': ENERGIES.slice(0, 5),
  '0002FF00': ENERGIES.slice(5),
  '000100FF': ['00010000'],
  '000200FF': ['00020000'],
  '00FF0000': ['00010000', '00020000'],
  '0101FF00': ['01010000'],
  '0102FF00': ['01020000'],
  '01FF0000': DEMANDS,
  '0400010C': CLOCK,
  '040005FF': STATUS,
  '0330FF00': ['03300D00', '03300000'],
  '0506FF01': [FREEZE_STAMP, ...FREEZE_LISTS],
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
  const point = (item: string, place = 0): Point => {
    const described = describe(item)
    if (!described) throw new Error(`no row for ${item}`)
    return { ...described, place }
  }
  const lists = FREEZE_LISTS.map(item => item.replace(/01$/, 'nn'))
  const demands = DEMANDS.flatMap(item => [point(item), { ...point(item, 1), encoding: 'YYMMDDhhmm' }])
  const singles = [...ENERGIES, ...STATUS, ...EVENTS].map(item => point(item))
  return {
    freeze: {
      nth: 1,
      stamp: point('050600nn'),
      points: lists.flatMap(item => [0, 1, 2, 3, 4].map(place => point(item, place))),
      // Measured in the rounds before, and far from midnight.
      clockShows: () => '2026-11-22T02:30:15',
    },
    points: [...singles, ...demands, point('0-0:1.0.0')],
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
 * after them, unless all came in one frame. `ask` puts one identifier to the meter and measures.
 */
export function cheapestRound(ask: (item: string) => Exchanged, blocks: Iterable<string>): Cost {
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
  return cheapest([...ALL, 'stamp again'], [...offers, again, ...singles])
}

export function weight({ bytes, exchanges }: Cost): number {
  return bytes + PAUSES_BYTES * exchanges
}

/** The cheapest set of offers that brings all that is wanted. */
export function cheapest(wanted: readonly string[], offers: readonly Offer[]): Cost {
  let best: Cost = { bytes: Number.POSITIVE_INFINITY, exchanges: 0 }
  const search = (missing: ReadonlySet<string>, spent: Cost) => {
    if (weight(spent) >= weight(best)) return
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
