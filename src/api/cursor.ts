/** Opaque places in lists. They hold the last item given, so they outlive restarts and writes in between. */

import { Fault } from '../core/faults.ts'

/** What a place consists of: the list's name first, then what the next page continues behind. */
export type Place = readonly [list: string, ...(string | number)[]]

export const CURSOR = /^[A-Za-z0-9_-]{1,512}$/

export function writeCursor(place: Place): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url')
}

/** The place a cursor names in the list `shape` describes; throws ASK_INVALID for cursors we did not write. */
export function readCursor<const Shape extends readonly ('string' | 'number')[]>(
  cursor: string,
  list: string,
  shape: Shape,
): { -readonly [Index in keyof Shape]: Shape[Index] extends 'number' ? number : string } {
  const [name, ...items] = decoded(cursor)
  const fits =
    name === list &&
    items.length === shape.length &&
    shape.every((type, index) => typeof items[index] === type)
  if (!fits || writeCursor([list, ...items]) !== cursor)
    throw new Fault('ASK_INVALID', 'query.cursor: not one of this list; start again without it')
  // The types were compared with the shape one by one above.
  return items as { -readonly [Index in keyof Shape]: Shape[Index] extends 'number' ? number : string }
}

function decoded(cursor: string): (string | number)[] {
  if (!CURSOR.test(cursor)) return []
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    return Array.isArray(value) ? value : []
  } catch {
    return []
  }
}
