/** What a simulated Modbus meter says to a request without its frame: the protocol's V1.1b3 state diagrams. */

import type { SimulatedQuirks } from '../../core/simulated.ts'
import type { Meter } from '../meter.ts'
import { readIdentification } from './identification.ts'
import type { ModbusModel, Range, Seen, Stood } from './model.ts'
import { createOrders, type Written } from './orders.ts'

/** Exception codes, clause 7. */
export const EXCEPTION = {
  function: 1,
  address: 2,
  value: 3,
  busy: 6,
  gatewayPath: 0x0a,
  gatewayTarget: 0x0b,
} as const

/** Function and what follows; null for silence. */
export type Answer = (pdu: Uint8Array, now: number) => Uint8Array | null

export interface Ask {
  readonly code: number
  readonly from: number
  readonly count: number
}

type Outcome<Data> = Data | { readonly exception: number }

const READ_COILS = 1
const READ_INPUTS = 2
const READ_HOLDING = 3
const READ_INPUT_REGISTERS = 4
const WRITE_COIL = 5
const WRITE_REGISTER = 6
const WRITE_COILS = 15
const WRITE_REGISTERS = 16
const READ_AND_WRITE = 23
const MOST_BITS = 2000
const ON = 0xff00

export function createAnswer(meter: Meter, model: ModbusModel, quirks: SimulatedQuirks): Answer {
  const orders = createOrders(meter, model, quirks)
  const silentBeyond = quirks['beyond-limit'] === 'silent'

  function readRegisters(code: number, from: number, count: number, now: number): Uint8Array | null {
    if (silentBeyond && count > model.longest) return null
    const words = wordsAt(model, model.see(meter, now), { code, from, count }, orders.kept)
    if ('exception' in words) return refusal(code, words.exception)
    return Uint8Array.from([code, 2 * count, ...bytesOf(words)])
  }

  function readBits(code: number, from: number, count: number, now: number): Uint8Array {
    const bits = bitsAt(model, model.see(meter, now), { code, from, count })
    if ('exception' in bits) return refusal(code, bits.exception)
    const bytes = Array<number>(Math.ceil(count / 8)).fill(0)
    bits.forEach((bit, place) => {
      bytes[place >> 3] = (bytes[place >> 3] ?? 0) | (bit << (place & 7))
    })
    return Uint8Array.from([code, bytes.length, ...bytes])
  }

  function write(written: Written, echo: Uint8Array, now: number): Uint8Array | null {
    const code = echo[0] ?? 0
    const exception = orders.write(written, now)
    if (exception !== null) return refusal(code, exception)
    return quirks['relay-answer'] === 'lost' ? null : echo
  }

  return (pdu, now) => {
    const [code = 0] = pdu
    const at = word(pdu, 1)
    const count = word(pdu, 3)
    const known =
      model.functions.has(code) ||
      (orders.functions.has(code) && (code !== READ_AND_WRITE || model.functions.has(READ_HOLDING)))
    if (code === 0x2b)
      return quirks['device-identification'] === 'basic'
        ? readIdentification(pdu, model.identification)
        : refusal(code, EXCEPTION.function)
    if (!known) return refusal(code, EXCEPTION.function)
    if (!isOfLength(pdu)) return refusal(code, EXCEPTION.value)
    switch (code) {
      case READ_COILS:
      case READ_INPUTS:
        return readBits(code, at, count, now)
      case READ_HOLDING:
      case READ_INPUT_REGISTERS:
        return readRegisters(code, at, count, now)
      case WRITE_COIL:
        if (count !== 0 && count !== ON) return refusal(code, EXCEPTION.value)
        return write({ code, space: READ_COILS, at, count: 1, bytes: pdu.subarray(3) }, pdu, now)
      case WRITE_REGISTER:
        return write({ code, space: READ_HOLDING, at, count: 1, bytes: pdu.subarray(3) }, pdu, now)
      case WRITE_COILS:
        return write({ code, space: READ_COILS, at, count, bytes: pdu.subarray(6) }, pdu.subarray(0, 5), now)
      case WRITE_REGISTERS:
        return write(
          { code, space: READ_HOLDING, at, count, bytes: pdu.subarray(6) },
          pdu.subarray(0, 5),
          now,
        )
      case READ_AND_WRITE: {
        const written = {
          code,
          space: READ_HOLDING,
          at: word(pdu, 5),
          count: word(pdu, 7),
          bytes: pdu.subarray(10),
        }
        const exception = orders.write(written, now)
        if (exception !== null) return refusal(code, exception)
        const read = readRegisters(READ_HOLDING, at, count, now)
        return read === null ? null : read.with(0, (read[0] ?? 0) & 0x80 ? 0x80 | code : code)
      }
      default:
        return refusal(code, EXCEPTION.function)
    }
  }
}

/** A request is as long as its function and its own count say (clause 6). */
function isOfLength(pdu: Uint8Array): boolean {
  const [code = 0] = pdu
  if (code === WRITE_COILS) return pdu[5] === Math.ceil(word(pdu, 3) / 8) && pdu.length === 6 + (pdu[5] ?? 0)
  if (code === WRITE_REGISTERS) return pdu[5] === 2 * word(pdu, 3) && pdu.length === 6 + (pdu[5] ?? 0)
  if (code === READ_AND_WRITE) return pdu[9] === 2 * word(pdu, 7) && pdu.length === 10 + (pdu[9] ?? 0)
  return pdu.length === 5
}

/** Checks in the order of the state diagrams: quantity, then address. */
function wordsAt(
  model: ModbusModel,
  seen: Seen,
  { code, from, count }: Ask,
  written: ReadonlyMap<number, number>,
): Outcome<readonly number[]> {
  if (count < 1 || count > model.longest) return { exception: EXCEPTION.value }
  const alone = model.alone(code).find(({ address, registers }) => address === from && registers === count)
  if (alone !== undefined) return alone.contents(seen)
  const to = from + count
  const range = rangeOf(model, code, from, to)
  const space = model.values(code).filter(value => value.address < to && endOf(value) > from)
  if (range === undefined || !isAllowed(model, range, space, { code, from, count }))
    return { exception: EXCEPTION.address }
  const words = Array<number>(count).fill(0)
  const put = (address: number, value: number) => {
    if (address >= from && address < to) words[address - from] = value
  }
  if (code === READ_HOLDING) for (const [address, value] of written) put(address, value)
  for (const value of space)
    for (const [place, each] of value.contents(seen).entries()) put(value.address + place, each)
  return words
}

function bitsAt(model: ModbusModel, seen: Seen, { code, from, count }: Ask): Outcome<readonly number[]> {
  if (count < 1 || count > MOST_BITS) return { exception: EXCEPTION.value }
  if (rangeOf(model, code, from, from + count) === undefined) return { exception: EXCEPTION.address }
  const bits = Array<number>(count).fill(0)
  for (const value of model.values(code))
    if (value.address >= from && value.address < from + count)
      bits[value.address - from] = (value.contents(seen)[0] ?? 0) & 1
  return bits
}

function rangeOf(model: ModbusModel, code: number, from: number, to: number): Range | undefined {
  return model.ranges(code).find(range => range[0] <= from && to <= range[1])
}

function endOf({ address, registers }: Stood): number {
  return address + registers
}

/** What meters mind beside their map: halves of values, odd places. */
function isAllowed(model: ModbusModel, range: Range, space: readonly Stood[], { from, count }: Ask): boolean {
  const inside = (address: number) => space.some(value => value.address < address && address < endOf(value))
  const isOdd = (from - range[0]) % 2 !== 0 || count % 2 !== 0
  if (model.evenPairs && isOdd) return false
  return !model.wholeValues || !(inside(from) || inside(from + count) || (isOfPairs(space) && isOdd))
}

/** Values of the meters that mind are two or four registers wide, and so are the empty places between them. */
function isOfPairs(space: readonly Stood[]): boolean {
  return space.every(({ registers }) => registers % 2 === 0)
}

export function refusal(code: number, exception: number): Uint8Array {
  return Uint8Array.from([code | 0x80, exception])
}

function bytesOf(words: readonly number[]): readonly number[] {
  return words.flatMap(value => [value >> 8, value & 0xff])
}

function word(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
}
