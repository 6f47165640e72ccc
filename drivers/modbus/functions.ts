/** The function codes of the Modbus Application Protocol V1.1b3, clause 6: what they do and how long their PDUs are. */

/** PDU bytes from the function code on: fixed, `base` and what the byte at `countAt` counts, or by what stands in it. */
export type Form = number | { readonly base: number; readonly countAt: number } | Measure

/** The length of the PDU that begins at `start`, or `UNFINISHED` where that is not known before `end`. */
export type Measure = (bytes: Uint8Array, start: number, end: number) => number

/** What begins here has not all arrived. */
export const UNFINISHED = -1

export interface ModbusFunction {
  readonly name: string
  readonly request: Form
  readonly reply: Form
  /** What its address counts; absent where it has none. */
  readonly of?: 'coil' | 'discrete input' | 'holding register' | 'input register'
  /** For the functions meterd asks with: the most one request may ask for. */
  readonly most?: number
}

const COUNTED: Form = { base: 2, countAt: 1 }

/** By code. A row is all that a further function needs to be framed and named. */
export const FUNCTIONS: ReadonlyMap<number, ModbusFunction> = new Map<number, ModbusFunction>([
  [0x01, { name: 'read-coils', request: 5, reply: COUNTED, of: 'coil', most: 2000 }],
  [0x02, { name: 'read-discrete-inputs', request: 5, reply: COUNTED, of: 'discrete input', most: 2000 }],
  [0x03, { name: 'read-holding-registers', request: 5, reply: COUNTED, of: 'holding register', most: 125 }],
  [0x04, { name: 'read-input-registers', request: 5, reply: COUNTED, of: 'input register', most: 125 }],
  [0x05, { name: 'write-single-coil', request: 5, reply: 5, of: 'coil' }],
  [0x06, { name: 'write-single-register', request: 5, reply: 5, of: 'holding register' }],
  [0x07, { name: 'read-exception-status', request: 1, reply: 2 }],
  [0x08, { name: 'diagnostics', request: 5, reply: 5 }],
  [0x0b, { name: 'get-comm-event-counter', request: 1, reply: 5 }],
  [0x0c, { name: 'get-comm-event-log', request: 1, reply: COUNTED }],
  [0x0f, { name: 'write-multiple-coils', request: { base: 6, countAt: 5 }, reply: 5, of: 'coil' }],
  [
    0x10,
    { name: 'write-multiple-registers', request: { base: 6, countAt: 5 }, reply: 5, of: 'holding register' },
  ],
  [0x11, { name: 'report-server-id', request: 1, reply: COUNTED }],
  [0x14, { name: 'read-file-record', request: COUNTED, reply: COUNTED }],
  [0x15, { name: 'write-file-record', request: COUNTED, reply: COUNTED }],
  [0x16, { name: 'mask-write-register', request: 7, reply: 7, of: 'holding register' }],
  [
    0x17,
    {
      name: 'read-write-registers',
      request: { base: 10, countAt: 9 },
      reply: COUNTED,
      of: 'holding register',
      most: 125,
    },
  ],
  [0x2b, { name: 'read-device-identification', request: 4, reply: identificationLength }],
])

/** Function 43/14: six bytes, the count of objects, then number, length and text of each (clause 6.21). */
function identificationLength(bytes: Uint8Array, start: number, end: number): number {
  const OBJECTS_AT = 7
  if (start + OBJECTS_AT > end) return UNFINISHED
  let at = start + OBJECTS_AT
  for (let left = bytes[start + OBJECTS_AT - 1] ?? 0; left > 0; left--) {
    if (at + 2 > end) return UNFINISHED
    at += 2 + (bytes[at + 1] ?? 0)
  }
  return at - start
}

/** Set in the function code of an exception reply (clause 7). */
export const EXCEPTION_BIT = 0x80

/** Functions 1 and 2 read single bits, all others that read give registers of 16. */
export function readsBits(code: number): boolean {
  return code === 0x01 || code === 0x02
}

/** The byte count a good reply to a read of `quantity` carries (clauses 6.1 to 6.4). */
export function dataBytes(code: number, quantity: number): number {
  return readsBits(code) ? (quantity + 7) >> 3 : 2 * quantity
}
