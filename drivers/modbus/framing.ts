/** What differs between Modbus RTU, ASCII and TCP; all else is shared. */

import type { Deframed, Mismatch, Request, Timing } from '../../src/driver-api/driver.ts'

/** A read as it goes out. */
export interface Question {
  readonly unit: number
  readonly code: number
  readonly address: number
  readonly quantity: number
}

export interface Framing {
  readonly protocol: 'modbus-rtu' | 'modbus-ascii' | 'modbus-tcp'
  readonly concurrent: boolean
  readonly answerNamesItem: boolean
  /** Whether on the way to this unit nothing but time may tell answers apart. */
  mayMixUp(unit: number): boolean
  readonly timing: Timing
  /** Unit identifiers that one meter can have. */
  readonly units: { readonly from: number; readonly to: number; readonly remark: string }
  /** A frame's bytes as they are meant, where what is sent are their digits; else the frame itself. */
  plain(bytes: Uint8Array): Uint8Array
  /** Where in them the function code stands; the unit identifier is the byte before it. */
  readonly codeAt: number
  /** Bytes behind the PDU in them. */
  readonly trailer: number
  wrap(unit: number, pdu: Uint8Array, sequence: () => number): Uint8Array
  /** What in the envelope shows that a frame answers something else. */
  strayed(asked: Uint8Array, bytes: Uint8Array): Mismatch | null
  sequenceOf(bytes: Uint8Array): number | null
  deframe(received: Uint8Array, awaited: Request | null, line?: 'open' | 'silent'): Deframed
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

declare const onlyAsks: unique symbol

/** The PDU of a request that only asks. The reading side sends no other: that is the first of two walls (PR-67). */
export type ReadPdu = Uint8Array & { readonly [onlyAsks]: true }

/** Function, address and quantity: the PDU of a read (clauses 6.1 to 6.4). */
export function questionPdu(code: number, address: number, quantity: number): ReadPdu {
  if (code < 1 || code > 4) throw new Error(`broken promise: function ${code} is no read`)
  return Uint8Array.of(code, address >> 8, address & 0xff, quantity >> 8, quantity & 0xff) as ReadPdu
}

/** Function 43/14: objects of a category, from one of them on (clause 6.21). */
export function identificationPdu(category: number, from: number): ReadPdu {
  return Uint8Array.of(0x2b, 0x0e, category, from) as ReadPdu
}

/** The protocol data unit of a frame: function code and what follows. */
export function pduOf({ plain, codeAt, trailer }: Framing, bytes: Uint8Array): Uint8Array {
  const meant = plain(bytes)
  return meant.subarray(codeAt, meant.length - trailer)
}
