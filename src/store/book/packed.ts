/**
 * An entry's text as it lies in its row: deflated, as what it says of witnesses repeats from register to register. Those of
 * schema 6 are text and stay as they are.
 */

import { deflateRawSync, inflateRawSync } from 'node:zlib'

/** No entry comes near; a damaged one must not inflate without end. */
const MOST_BYTES = 4 * 1024 * 1024
/** Most entries fit: with the 16 KiB Node takes otherwise a third of the time goes into making room. */
const USUAL_BYTES = 4 * 1024

export function pack(text: string): Uint8Array {
  return deflateRawSync(text, { level: 9 })
}

/** The text's bytes. Null where it is damaged so far that it is no text; whether it is what was packed only its checksum tells. */
export function unpack(stored: unknown): Buffer | null {
  if (typeof stored === 'string') return Buffer.from(stored)
  if (!(stored instanceof Uint8Array)) return null
  try {
    return inflateRawSync(stored, { maxOutputLength: MOST_BYTES, chunkSize: USUAL_BYTES })
  } catch {
    return null
  }
}
