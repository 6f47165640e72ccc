/** What differs between Modbus on a serial line and Modbus on TCP; all else is shared. */

import type { Deframed, Mismatch, Request, Timing } from '../../src/driver-api/driver.ts'

/** A read as it goes out, before it is wrapped. */
export interface Question {
  readonly unit: number
  readonly code: number
  readonly address: number
  readonly quantity: number
}

export interface Framing {
  readonly protocol: 'modbus-rtu' | 'modbus-tcp'
  readonly concurrent: boolean
  readonly answerNamesItem: boolean
  readonly timing: Timing
  /** Unit identifiers that one meter can have. */
  readonly units: { readonly from: number; readonly to: number; readonly remark: string }
  /** Where the function code stands; the unit identifier is the byte before it. */
  readonly codeAt: number
  /** Bytes behind the PDU. */
  readonly trailer: number
  wrap(question: Question, sequence: () => number): Uint8Array
  /** What in the envelope shows that a frame answers something else. */
  strayed(asked: Uint8Array, bytes: Uint8Array): Mismatch | null
  sequenceOf(bytes: Uint8Array): number | null
  deframe(received: Uint8Array, awaited: Request | null): Deframed
}

/** The read that a request's bytes ask; null when they ask something else. */
export function questionIn(bytes: Uint8Array, codeAt: number): Question | null {
  const code = bytes[codeAt] ?? 0
  if (code < 1 || code > 4) return null
  return {
    unit: bytes[codeAt - 1] ?? 0,
    code,
    address: wordAt(bytes, codeAt + 1),
    quantity: wordAt(bytes, codeAt + 3),
  }
}

/** Sixteen bits, high byte first (clause 4.2). */
export function wordAt(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
}

/** Writes unit, function, address and quantity from `at` on. */
export function putQuestion(bytes: Uint8Array, at: number, question: Question): void {
  bytes[at] = question.unit
  bytes[at + 1] = question.code
  bytes[at + 2] = question.address >> 8
  bytes[at + 3] = question.address & 0xff
  bytes[at + 4] = question.quantity >> 8
  bytes[at + 5] = question.quantity & 0xff
}
