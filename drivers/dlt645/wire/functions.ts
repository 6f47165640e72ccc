/** The control codes of both editions: what each is called and what its data hold. */

/** How the data of a request or of an answer are to be read. */
export type Shape =
  /** Identifier, then values. */
  | 'values'
  /** Identifier, values, sequence number. */
  | 'part'
  /** Identifier, password, operator code, values. */
  | 'write'
  /** Identifier, password, values. */
  | 'write-1997'
  | 'address'
  | 'time'
  | 'relay'
  | 'freeze'
  /** One bit of a byte names the speed. */
  | 'speed'
  | 'speed-1997'
  /** Level, password, operator code. */
  | 'authority'
  /** Level, password. */
  | 'level'
  /** The same as authority, then which events. */
  | 'clear-events'
  /** What the multi-function terminal gives out. */
  | 'output'
  /** Identifier, level and password, level and new password; of an answer the last two. */
  | 'password'
  /** Without the identifier. */
  | 'password-1997'
  /** Identifier, operator code, what the security module reads. */
  | 'security'
  | 'security-answer'
  /** Identifier, then nothing this table tells. */
  | 'item'
  | 'other'

export interface FunctionRow {
  readonly name: string
  readonly request: Shape
  readonly reply: Shape
}

/** By function code: bits 4 to 0 of the control byte. */
export type Functions = ReadonlyMap<number, FunctionRow>

const row = (name: string, request: Shape, reply: Shape = 'other'): FunctionRow => ({ name, request, reply })

/** DL/T 645-2007, clause 7. 03, 1C and 1D came later. */
export const FUNCTIONS_2007: Functions = new Map([
  [0x03, row('security', 'security', 'security-answer')],
  [0x08, row('broadcast-time', 'time')],
  [0x11, row('read', 'item', 'values')],
  [0x12, row('read-follow-up', 'part', 'part')],
  [0x13, row('read-address', 'other', 'address')],
  [0x14, row('write', 'write')],
  [0x15, row('write-address', 'address')],
  [0x16, row('freeze', 'freeze')],
  [0x17, row('change-baud', 'speed', 'speed')],
  [0x18, row('change-password', 'password', 'password-1997')],
  [0x19, row('clear-demand', 'authority')],
  [0x1a, row('clear-meter', 'authority')],
  [0x1b, row('clear-events', 'clear-events')],
  [0x1c, row('relay', 'relay')],
  [0x1d, row('multi-function-output', 'output', 'output')],
])

/** DL/T 645-1997, by meters of that edition. */
export const FUNCTIONS_1997: Functions = new Map([
  [0x01, row('read', 'item', 'values')],
  [0x02, row('read-follow-up', 'item', 'values')],
  [0x03, row('read-again', 'item', 'values')],
  [0x04, row('write', 'write-1997')],
  [0x08, row('broadcast-time', 'time')],
  [0x0a, row('write-address', 'address')],
  [0x0c, row('change-baud', 'speed-1997', 'speed-1997')],
  [0x0f, row('change-password', 'password-1997', 'password-1997')],
  [0x10, row('clear-demand', 'level')],
])

/** Makers use the codes that are left for themselves. */
export function functionRow(functions: Functions, code: number): FunctionRow {
  return functions.get(code) ?? row(`vendor-${code.toString(16).toUpperCase().padStart(2, '0')}`, 'other')
}
