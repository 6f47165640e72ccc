/** Which frame answers a request: by what it must begin with and how long it must be. */

import type { Frame, Mismatch } from '../../src/driver-api/driver.ts'
import { type Framing, wordAt } from './framing.ts'
import { dataBytes, EXCEPTION_BIT, type Form, FUNCTIONS, UNFINISHED } from './functions.ts'

/** The PDU of a good answer. */
export interface Awaited {
  readonly code: number
  /** Function code and what follows it, as far as the request settles it. */
  readonly head: Uint8Array
  readonly form: Form
}

/** Function and exception code. */
export const EXCEPTION_PDU = 2
/** Gateways that answer for themselves may do so under this unit. */
const GATEWAY = 0xff
/** Acknowledge, busy, and the two of gateways: what a gateway says of itself. */
const GATEWAY_SAYS: readonly number[] = [0x05, 0x06, 0x0a, 0x0b]
const IDENTIFICATION = 0x2b

export function awaitedBy(pdu: Uint8Array): Awaited {
  const code = pdu[0] ?? 0
  if (code >= 0x01 && code <= 0x04) {
    const count = dataBytes(code, wordAt(pdu, 3))
    return { code, head: Uint8Array.of(code, count), form: 2 + count }
  }
  // Address and count of what was written come back, and of one coil or register also what was written.
  if (code === 0x05 || code === 0x06 || code === 0x16) return { code, head: pdu, form: pdu.length }
  if (code === 0x0f || code === 0x10) return { code, head: pdu.subarray(0, 5), form: 5 }
  if (code === 0x17) {
    const count = 2 * wordAt(pdu, 3)
    return { code, head: Uint8Array.of(code, count), form: 2 + count }
  }
  const form = FUNCTIONS.get(code)?.reply ?? EXCEPTION_PDU
  // Sub-function and how it was asked; what follows is the device's.
  return { code, head: code === IDENTIFICATION ? pdu.subarray(0, 3) : pdu.subarray(0, 1), form }
}

/** Compares a good frame with the request, field by field; each rule in the order an engineer would ask. */
export function whyNot(
  framing: Framing,
  request: Uint8Array,
  awaited: Awaited,
  frame: Frame,
): Mismatch | null {
  const { codeAt } = framing
  const asked = framing.plain(request)
  const bytes = framing.plain(frame.bytes)
  const strayed = framing.strayed(asked, bytes)
  if (strayed !== null) return strayed
  const unit = bytes[codeAt - 1]
  const answered = bytes[codeAt] ?? 0
  const isException = (answered & EXCEPTION_BIT) !== 0
  if (unit !== asked[codeAt - 1] && !(isException && isOfGateway(unit, bytes[codeAt + 1])))
    return { rule: 'V-F4', text: `unit ${unit} answered, ${asked[codeAt - 1]} was asked` }
  const { code, head, form } = awaited
  if ((answered & ~EXCEPTION_BIT) !== code)
    return { rule: 'V-F3', text: `function ${answered & ~EXCEPTION_BIT} answered, ${code} was asked` }
  const end = bytes.length - framing.trailer
  const length = end - codeAt
  if (isException)
    return length === EXCEPTION_PDU
      ? null
      : { rule: 'V-F6', text: `an exception of ${length} bytes instead of ${EXCEPTION_PDU}` }
  // One that equals its answer is for the line to tell, which knows whether it echoes.
  if (isEcho(asked, bytes) && head.length < length)
    return { rule: 'V-F3', text: 'our own request came back: an echo, no answer' }
  if (beginsWith(bytes, head, codeAt, end) && length === lengthOf(form, bytes, codeAt, end)) return null
  if (bringsCounted(awaited))
    return {
      rule: 'V-F6',
      text: `${bytes[codeAt + 1]} announced and ${length - 2} sent of the ${head[1]} bytes asked for`,
    }
  return { rule: 'V-F5', text: 'it answers for another address, count or value than was sent' }
}

function bringsCounted({ head, form }: Awaited): boolean {
  return head.length === 2 && typeof form === 'number' && form === 2 + (head[1] ?? 0)
}

/** How many bytes of PDU there have to be; `UNFINISHED` where that is not here yet. */
export function lengthOf(form: Form, bytes: Uint8Array, start = 0, end = bytes.length): number {
  if (typeof form === 'number') return form
  if (typeof form === 'function') return form(bytes, start, end)
  const countAt = start + form.countAt
  return countAt < end ? form.base + (bytes[countAt] ?? 0) : UNFINISHED
}

export function isOfGateway(unit: number | undefined, exception: number | undefined): boolean {
  return unit === GATEWAY && exception !== undefined && GATEWAY_SAYS.includes(exception)
}

/** What is here of a PDU from `start` on, as far as `head` goes. */
export function beginsWith(bytes: Uint8Array, head: Uint8Array, start = 0, end = bytes.length): boolean {
  const here = Math.min(head.length, end - start)
  for (let at = 0; at < here; at++) if (bytes[start + at] !== head[at]) return false
  return true
}

function isEcho(asked: Uint8Array, bytes: Uint8Array): boolean {
  return asked.length === bytes.length && beginsWith(bytes, asked)
}
