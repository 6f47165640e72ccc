/** One page of a meter's readings, oldest slot first. */

import type { Reader } from '../../store/reader.ts'
import type { ReadingsAsked, StoredReading } from '../../store/store.ts'
import { writeCursor } from '../cursor.ts'
import { pageOfFetched } from '../pages.ts'
import { showReading } from '../show.ts'
import { createText, inOnePiece } from './text.ts'

export interface HistoryAsked {
  readonly readings: ReadingsAsked
  /** Names the list in its cursors. */
  readonly list: string
}

interface HistoryParts {
  readonly reader: Reader
  readonly offsetMinutes: number
  readonly turn: () => Promise<void>
}

export async function historyPage(
  { reader, offsetMinutes, turn }: HistoryParts,
  { readings, list }: HistoryAsked,
): Promise<Uint8Array<ArrayBuffer>> {
  const { limit, meter } = readings
  const found: StoredReading[] = []
  // One more than asked for, to know whether there is a next page.
  const asked = { ...readings, limit: limit + 1 }
  for (let hours = reader.hoursOf(asked); hours !== null && found.length <= limit; await turn()) {
    const part = reader.readingsIn(asked, hours)
    found.push(...part.items)
    hours = part.next
  }
  const page = pageOfFetched(found, limit, last => writeCursor([list, last.slot, last.id]))
  const text = createText()
  for (const [index, one] of page.items.entries())
    text.put(`${index > 0 ? ',' : ''}${JSON.stringify(showReading(one, offsetMinutes))}`)
  return inOnePiece([
    `{"meter":${JSON.stringify(meter)},"readings":[`,
    text.bytes(),
    `],"next":${JSON.stringify(page.next)}}`,
  ])
}
