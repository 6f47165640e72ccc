/** One page of a meter's readings, oldest slot first. */

import type { Reader } from '../../store/reader.ts'
import type { ReadingsAsked, StoredReading } from '../../store/store.ts'
import { writeCursor } from '../cursor.ts'
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

/** Each reading is written as soon as it is found: none of them is kept until the page is full. */
export async function historyPage(
  { reader, offsetMinutes, turn }: HistoryParts,
  { readings: asked, list }: HistoryAsked,
): Promise<Uint8Array<ArrayBuffer>> {
  const text = createText()
  let count = 0
  let last: StoredReading | null = null
  let next: string | null = null

  function write(one: StoredReading): void {
    if (count < asked.limit) {
      text.put(`${count > 0 ? ',' : ''}${JSON.stringify(showReading(one, offsetMinutes))}`)
      last = one
    } else if (last !== null) next ??= writeCursor([list, last.slot, last.id])
    count += 1
  }

  // One more than asked for tells that there is a next page.
  for (let hours = reader.hoursOf(asked); hours !== null && next === null; await turn()) {
    const part = reader.readingsIn(asked, hours)
    for (const one of part.items) write(one)
    hours = part.next
  }
  return inOnePiece([
    `{"meter":${JSON.stringify(asked.meter)},"readings":[`,
    text,
    `],"next":${JSON.stringify(next)}}`,
  ])
}
