/** One format, both ways: bytes to a value, a value to bytes, what people type to a value; and how each can fail. */

import type { Refusal, Value } from '../../../src/driver-api/driver.ts'
import { hexOf, writtenOf } from '../wire/bytes.ts'

export interface Codec {
  readonly bytes: number
  /** Takes exactly `bytes` bytes in wire order. */
  readonly decode: (wire: Uint8Array) => Value | Refusal
  /** The inverse: `bytes` bytes in wire order, or why the value does not fit. */
  readonly encode: (value: Value) => Uint8Array | Refusal
  /** What people type, as the value `decode` would give. */
  readonly parse: (text: string) => Value | Refusal
}

export function isRefusal(result: object): result is Refusal {
  return 'code' in result
}

/** FF in every byte is the meter's "no such item", EE the concentrator's; neither ever becomes a number (V-F7). */
export function notHeld(wire: Uint8Array): Refusal | null {
  const filler = wire[0]
  if (filler !== 0xff && filler !== 0xee) return null
  if (wire.some(byte => byte !== filler)) return null
  return { code: 'VALUE_NOT_HELD', text: `the meter holds no value here: ${hexOf(wire)}` }
}

export function notDigits(wire: Uint8Array): Refusal {
  return {
    code: 'VALUE_NOT_DIGITS',
    rule: 'V-F7',
    text: `${writtenOf(wire)} is not made of decimal digits`,
  }
}

/** Legal digits, but no value of this type (V-F11). */
export function outOfType(text: string): Refusal {
  return { code: 'VALUE_OUT_OF_TYPE', rule: 'V-F11', text }
}
