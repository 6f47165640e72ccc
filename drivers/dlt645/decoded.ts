/** What a decoded frame is put together from. */

import type { Decoded, DecodedPoint, Refusal } from '../../src/driver-api/driver.ts'
import { isRefusal } from './encodings/decoding.ts'
import { parseEncoding, textOf } from './encodings/encodings.ts'

/** What is found in the data of a frame. */
export type Content = Pick<Decoded, 'item' | 'sequence' | 'points'>

export const NOTHING: Content = { item: null, sequence: null, points: [] }

/** A word about the frame that is no item's value. */
export function said(name: string, value: string): DecodedPoint {
  return { item: '', obis: null, name, value, unit: '', at: null }
}

export function unread(item: string, name: string, fault: Refusal): DecodedPoint {
  return { item, obis: null, name, value: null, unit: '', at: null, fault }
}

/** One value that has no identifier of its own. */
export function shown(name: string, format: string, data: Uint8Array): readonly DecodedPoint[] {
  const encoding = parseEncoding(format)
  if (!encoding || data.length === 0) return []
  const value: ReturnType<typeof encoding.decode> =
    data.length === encoding.bytes
      ? encoding.decode(data)
      : { code: 'FRAME_LENGTH', rule: 'V-F6', text: `${data.length} bytes, should be ${encoding.bytes}` }
  return isRefusal(value) ? [unread('', name, value)] : [said(name, textOf(value))]
}
