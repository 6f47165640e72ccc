/** What is owed for a meter around a time, beside what has been charged: of the book, the archive and the ledger as they are now. */

import { once } from '../../core/once.ts'
import type { Scaled } from '../../core/scaled.ts'
import type { Archive } from '../../reading/archive/archive.ts'
import { type Counted, judgeCharge, type NotCharged, type Owed } from '../../supply/money/charges.ts'
import { inForce } from '../../supply/money/prices.ts'
import type { Book } from '../book/book.ts'
import { countedAround } from './counted.ts'
import type { Ledger } from './ledger.ts'

export interface JudgingParts {
  readonly ledger: Ledger
  readonly book: Pick<Book, 'knownIn' | 'firstBoundary'>
  readonly archive: () => Archive
  readonly offsetMinutes: number
}

/** From one instant to another, UTC ms. */
export type Range = readonly [number, number]

export interface JudgedAround {
  /** What stands charged of the time, spans that reach out of it too. */
  readonly charged: readonly Owed[]
  /** Accounts of which it is not known what they have been charged. */
  readonly damaged: readonly string[]
  readonly owed: readonly OwedFor[]
  readonly notCharged: readonly Left[]
  /** Sound releases, of the time and around it, in order. */
  readonly releases: ReturnType<typeof countedAround>['releases']
}

export interface OwedFor {
  readonly owed: Owed
  readonly price: Scaled
  readonly counted: Counted
}

export interface Left {
  readonly counted: Counted
  readonly account: string | null
  readonly because: NotCharged
}

/** All that lies in the time or reaches into it, and all that has an instant in common with that. */
export function judgedAround(parts: JudgingParts, meter: string, given: Range): JudgedAround {
  let range = given
  for (let isFirst = true; ; isFirst = false) {
    const [low, high] = range
    const found = foundIn(parts, meter, range, isFirst)
    const met = [...found.charged, ...found.spans]
    range = [Math.min(low, ...met.map(one => one.from)), Math.max(high, ...met.map(one => one.to))]
    // At first what only touches it counts, too: a boundary is the end of two spans.
    if (isFirst || range[0] < low || range[1] > high) continue
    const { charged, damaged, releases } = found
    return { charged, damaged, releases, ...judged(parts, meter, found.spans) }
  }
}

function foundIn(parts: JudgingParts, meter: string, range: Range, touching: boolean) {
  const [low, high] = range
  const meets = (one: { readonly from: number; readonly to: number }) =>
    touching ? one.from <= high && one.to >= low : one.from < high && one.to > low
  const kept = parts.ledger.chargesOf(meter, low, high)
  const charged = kept.charges.filter(meets)
  const registers = [...new Set(charged.map(({ obis }) => obis))]
  const { spans, releases } = countedAround(parts.book, meter, range, registers, parts.offsetMinutes)
  return { charged, damaged: kept.damaged, spans: spans.filter(meets), releases }
}

function judged({ archive, ledger }: JudgingParts, meter: string, spans: readonly Counted[]) {
  const view = archive()
  const termsOf = once(ledger.termsOf)
  const tablesOf = once((list: string) => inForce(ledger.tablesOf(list)))
  const owed: OwedFor[] = []
  const notCharged: Left[] = []
  for (const counted of spans) {
    const pairing = view.pairingAt(meter, counted.from)
    const result = judgeCharge(
      counted,
      pairing && {
        account: pairing.account,
        until: pairing.to,
        terms: termsOf(pairing.account),
        tablesOf,
      },
    )
    if (result === 'free') continue
    if ('because' in result) notCharged.push({ counted, ...result })
    else owed.push({ owed: result.owed, price: result.price, counted })
  }
  return { owed, notCharged }
}
