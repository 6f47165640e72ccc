/** Reads the next batch out of the store while the one before it is on its way: store and server work at once. */

import { type Item, isGap, type Store } from '../store/store.ts'

export interface ReadAhead {
  /** Whole rounds after this number, as read ahead or now. */
  after(sequence: number): Promise<readonly Item[]>
  /** Begins to read what follows this number. */
  begin(sequence: number): void
}

export function createReadAhead(store: Pick<Store, 'changesAfter'>, most: number): ReadAhead {
  let ahead: { readonly sequence: number; readonly items: Promise<readonly Item[]> } | null = null

  const read = async (sequence: number) => wholeRounds(await store.changesAfter(sequence, most), most)

  return {
    after(sequence) {
      const begun = ahead
      ahead = null
      return begun?.sequence === sequence ? begun.items : read(sequence)
    },
    begin(sequence) {
      const items = read(sequence)
      // Whoever asks for it is told; nobody may ask.
      items.catch(() => undefined)
      ahead = { sequence, items }
    },
  }
}

/** A full batch ends where a round ends, so that what one conversation gave stays together. */
export function wholeRounds(items: readonly Item[], limit: number): readonly Item[] {
  const last = items.at(-1)
  if (items.length < limit || last === undefined || isGap(last)) return items
  const end = items.findLastIndex(item => isGap(item) || item.round !== last.round) + 1
  return end === 0 ? items : items.slice(0, end)
}
