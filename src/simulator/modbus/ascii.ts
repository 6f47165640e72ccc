/** A strict Modbus ASCII slave and its frames (Modbus over Serial Line V1.02, clause 2.5.2), written apart from the drivers. */

import type { SimulatedQuirks } from '../../core/simulated.ts'
import { lateOrders } from '../faults.ts'
import type { Meter } from '../meter.ts'
import type { Dialect, Slave } from '../slave.ts'
import { createAnswer } from './answer.ts'
import type { ModbusModel } from './model.ts'
import { rtuDialect, withCrc } from './rtu.ts'

const COLON = 0x3a
const RETURN = 0x0d
const FEED = 0x0a
/** Two digits for each of unit, 253 bytes and LRC. */
const MOST_DIGITS = 510
/** Clause 2.5.2.1. */
const BETWEEN_CHARACTERS_MS = 1_000

export function createMeterAscii(meter: Meter, model: ModbusModel, quirks: SimulatedQuirks = {}): Slave {
  const unit = Number(meter.address)
  const answer = createAnswer(meter, model, quirks)
  return {
    meter,
    ...lateOrders(quirks),
    hears: frame => bodyOf(frame)?.[0] === unit,
    answer(frame, now) {
      const body = bodyOf(frame)
      if (body === null || body[0] !== unit || body.length < 2 || (body[1] ?? 0) & 0x80) return null
      const reply = answer(body.subarray(1), now)
      return reply === null ? null : inAscii([unit, ...reply])
    },
  }
}

/** What is valid but wrong is as on RTU, written in digits. */
export const asciiDialect: Dialect = {
  requestAt: asciiRequestAt,
  start: COLON,
  betweenMs: BETWEEN_CHARACTERS_MS,
  onlyAsks: request => rtuDialect.onlyAsks(inRtu(request)),
  readdressed: reply => fromRtu(rtuDialect.readdressed(inRtu(reply))),
  otherItem: request => fromRtu(rtuDialect.otherItem(inRtu(request))),
  resized: (reply, registers) => fromRtu(rtuDialect.resized?.(inRtu(reply), registers) ?? null),
  refused: (request, exception) => asAscii(rtuDialect.refused?.(inRtu(request), exception)),
  unaddressed: (request, exception) => asAscii(rtuDialect.unaddressed?.(inRtu(request), exception)),
  fragile: reply => [0, reply.length],
}

function inRtu(frame: Uint8Array): Uint8Array {
  return withCrc([...(bodyOf(frame) ?? [])])
}

function asAscii(frame: Uint8Array = new Uint8Array()): Uint8Array {
  return inAscii([...frame.subarray(0, -2)])
}

function fromRtu(frame: Uint8Array | null): Uint8Array | null {
  return frame && asAscii(frame)
}

/** Good frames only; a new ":" begins anew whatever was before it (figure 16 of the standard). */
function asciiRequestAt(bytes: Uint8Array, at: number): number {
  if (bytes[at] !== COLON) return 0
  let end = at + 1
  while (end < bytes.length && isDigit(bytes[end] ?? 0)) end++
  if (end - at - 1 > MOST_DIGITS) return 0
  if (end === bytes.length) return -1
  if (bytes[end] !== RETURN) return 0
  if (end + 1 === bytes.length) return -1
  const length = end + 2 - at
  return bytes[end + 1] === FEED && bodyOf(bytes.subarray(at, at + length)) !== null ? length : 0
}

/** Capital letters only: the standard has no others. */
function isDigit(letter: number): boolean {
  return (letter >= 0x30 && letter <= 0x39) || (letter >= 0x41 && letter <= 0x46)
}

/** Unit and PDU; null when that is no frame or its LRC is wrong. */
function bodyOf(frame: Uint8Array): Uint8Array | null {
  const text = String.fromCharCode(...frame)
  const digits = /^:((?:[0-9A-F]{2}){3,255})\r\n$/.exec(text)?.[1]
  if (digits === undefined) return null
  const bytes = Uint8Array.from(digits.match(/../g) ?? [], pair => Number.parseInt(pair, 16))
  const body = bytes.subarray(0, -1)
  return lrc(body) === bytes.at(-1) ? body : null
}

export function inAscii(body: readonly number[]): Uint8Array {
  const digits = [...body, lrc(body)].map(byte => byte.toString(16).toUpperCase().padStart(2, '0'))
  return Uint8Array.from(`:${digits.join('')}\r\n`, letter => letter.charCodeAt(0))
}

/** The two's complement of the sum, eight bits. */
function lrc(body: Iterable<number>): number {
  let sum = 0
  for (const byte of body) sum = (sum + byte) & 0xff
  return -sum & 0xff
}
