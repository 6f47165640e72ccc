/** What a meter counted around a time, of the book as it is now: whole spans, as far as registers reach past boundaries. */

import { DAY } from '../../core/time.ts'
import { firmSpansOf } from '../../reading/billing/firm-spans.ts'
import { MOST_PAST } from '../../reading/billing/periods.ts'
import type { Counted } from '../../supply/money/charges.ts'
import type { Book } from '../book/book.ts'
import type { Entry } from '../book/entry.ts'

type ReadBook = Pick<Book, 'knownIn' | 'firstBoundary'>

export interface CountedAround {
  /** Each lies between firm ends; those that reach into the time are all among them, whole. */
  readonly spans: readonly Counted[]
  /** Sound releases that stand, of all boundaries looked at, in order. */
  readonly releases: readonly Entry[]
}

const NEAR = 2 * DAY

/** `registers` are looked for too, though no release of the time tells them. */
export function countedAround(
  book: ReadBook,
  meter: string,
  [from, to]: readonly [number, number],
  registers: readonly string[],
  offsetMinutes: number,
): CountedAround {
  const first = book.firstBoundary(meter) ?? from
  for (let reach = NEAR; ; reach = Math.min(4 * reach, MOST_PAST)) {
    const releases = book
      .knownIn(meter, from - reach, to + reach, Number.MAX_SAFE_INTEGER)
      .flatMap(({ release }) => (release && release.standing !== 'withdrawn' ? [release as Entry] : []))
    const spans = firmSpansOf(releases, offsetMinutes)
    const wanted = new Set([...registers, ...releases.flatMap(one => one.registers.map(({ obis }) => obis))])
    const isBefore = [...wanted].every(obis => spans.some(one => one.obis === obis && one.from < from))
    const isAfter = [...wanted].every(obis => spans.some(one => one.obis === obis && one.to > to))
    const hasBefore = isBefore || from - reach <= first
    if (reach < MOST_PAST && !(hasBefore && (isAfter || isLast(book, meter, to + reach)))) continue
    return {
      releases,
      spans: spans.map(({ releases: on, ...span }) => ({
        meter,
        ...span,
        releases: on.map(({ sequence }) => sequence),
      })),
    }
  }
}

function isLast(book: ReadBook, meter: string, after: number): boolean {
  return book.firstBoundary(meter, after) === null
}
