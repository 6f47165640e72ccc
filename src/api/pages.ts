/** Pages of lists that are in memory, in order of their ids; a cursor is the last id given. */

import { readCursor, writeCursor } from './cursor.ts'

export interface PageAsked {
  readonly limit?: number | undefined
  readonly cursor?: string | undefined
}

export interface Page<Item> {
  readonly items: readonly Item[]
  readonly next: string | null
}

const PER_PAGE = 100

/** The items behind the cursor. `list` names the list and what it was asked for, so no cursor fits another one. */
export function pageById<Item extends { readonly id: string }>(
  all: readonly Item[],
  asked: PageAsked,
  list: string,
): Page<Item> {
  const after = asked.cursor === undefined ? null : readCursor(asked.cursor, list, ['string'])[0]
  const rest = all.filter(item => after === null || item.id > after).sort((a, b) => (a.id < b.id ? -1 : 1))
  const items = rest.slice(0, asked.limit ?? PER_PAGE)
  const last = items.at(-1)
  return { items, next: last && items.length < rest.length ? writeCursor([list, last.id]) : null }
}

/** One more than asked for was fetched, to know whether there is a next page. */
export function pageOfFetched<Item>(
  fetched: readonly Item[],
  limit: number,
  cursorOf: (last: Item) => string,
): Page<Item> {
  const items = fetched.slice(0, limit)
  const last = items.at(-1)
  return { items, next: last && fetched.length > limit ? cursorOf(last) : null }
}

export function perPage(asked: PageAsked): number {
  return asked.limit ?? PER_PAGE
}
