/** Where a reading went: the releases that were made of it, the superseded too. */

import { DAY } from '../../core/time.ts'
import type { Book } from './book.ts'
import type { Entry } from './entry.ts'

export interface ReleasedAs {
  readonly sequence: number
  readonly batch: number
  /** UTC ms. */
  readonly boundary: number
  readonly version: number
  /** A register of the boundary, or where a series ended or the next began. */
  readonly as: 'register' | 'final' | 'initial'
}

/** A final or an initial read is told by the first release of the series after it: within what meters remember. */
const OPENS_WITHIN_MS = 62 * DAY

export function releasedAs(
  book: Pick<Book, 'releasesOf'>,
  { id, meter, slot }: { readonly id: string; readonly meter: string; readonly slot: number },
): readonly ReleasedAs[] {
  return book.releasesOf(meter, slot, slot + OPENS_WITHIN_MS).flatMap(entry =>
    partsOf(entry)
      .filter(({ readings }) => readings.includes(id))
      .map(({ as }) => {
        const { sequence, batch, boundary, version } = entry
        return { sequence, batch, boundary, version, as }
      }),
  )
}

function partsOf({ registers, opening }: Entry) {
  const of = (as: ReleasedAs['as'], all: readonly { readonly reading: string | null }[] = []) => ({
    as,
    readings: all.map(({ reading }) => reading),
  })
  return [
    of('register', registers),
    of('final', opening?.final.registers),
    of('initial', opening?.initial.registers),
  ]
}
