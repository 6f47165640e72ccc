/** Builds frames by means of its own and asks drivers as a line would. */

import { drivers } from '../../drivers/modbus/index.ts'
import type {
  Call,
  Deframed,
  Driver,
  Frame,
  Mismatch,
  Point,
  RawRead,
  Request,
} from '../../src/driver-api/driver.ts'

export const rtu: Driver = drivers.find(driver => driver.protocol === 'modbus-rtu')!
export const ascii: Driver = drivers.find(driver => driver.protocol === 'modbus-ascii')!
export const tcp: Driver = drivers.find(driver => driver.protocol === 'modbus-tcp')!

export function call(more: Partial<Call> = {}): Call {
  return { address: '1', sequence: () => 7, traits: {}, refusedBefore: new Set(), ...more }
}

export function point(item: string, encoding: string, more: Partial<Point> = {}): Point {
  return { obis: '', item, place: 0, encoding, unit: '', name: item, ...more }
}

/** CRC-16 bit by bit, as the standard's flow chart has it; shares no table with the driver. */
export function crcBitwise(bytes: readonly number[] | Uint8Array): number {
  let crc = 0xffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1
  }
  return crc
}

export function rtuFrame(unit: number, ...pdu: number[]): Uint8Array {
  const crc = crcBitwise([unit, ...pdu])
  return Uint8Array.from([unit, ...pdu, crc & 0xff, crc >> 8])
}

/** LRC and digits by Node's own Buffer; shares nothing with the driver. */
export function asciiFrame(unit: number, ...pdu: number[]): Uint8Array {
  const body = Buffer.from([unit, ...pdu])
  const lrc = Buffer.from([256 - (body.reduce((sum, byte) => sum + byte, 0) % 256)])
  return bytesOf(Buffer.from(`:${Buffer.concat([body, lrc]).toString('hex').toUpperCase()}\r\n`))
}

/** A frame of whichever protocol a driver speaks; `transaction` counts on TCP only. */
export function frameOf(driver: Driver, transaction: number, unit: number, ...pdu: number[]): Uint8Array {
  if (driver === tcp) return tcpFrame(transaction, unit, ...pdu)
  return driver === ascii ? asciiFrame(unit, ...pdu) : rtuFrame(unit, ...pdu)
}

export function tcpFrame(transaction: number, unit: number, ...pdu: number[]): Uint8Array {
  const length = pdu.length + 1
  return Uint8Array.from([
    transaction >> 8,
    transaction & 0xff,
    0,
    0,
    length >> 8,
    length & 0xff,
    unit,
    ...pdu,
  ])
}

export function bytesOf(...parts: readonly ArrayLike<number>[]): Uint8Array {
  return Uint8Array.from(parts.flatMap(part => Array.from(part)))
}

/** The request a driver makes first for these points. */
export function firstRequest(driver: Driver, points: readonly Point[], more: Partial<Call> = {}): Request {
  const step = driver.read(call(more), points).next()
  if (step.done) throw new Error('nothing was asked')
  return step.value
}

/** A server as a function: what registers hold, by function and address; undefined is an illegal address. */
export type Registers = (code: number, address: number) => number | undefined

/** Runs a conversation against answers made by `answer`; gives back what was asked, too. */
export function converse(
  driver: Driver,
  points: readonly Point[],
  answer: (request: Request) => Uint8Array | null,
  more: Partial<Call> = {},
) {
  const asked: { code: number; address: number; quantity: number }[] = []
  const conversation = driver.read(call(more), points)
  let step = conversation.next()
  for (let count = 0; !step.done; count++) {
    if (count > 500) throw new Error('the conversation does not end')
    const request = step.value
    asked.push(questionOf(driver, request.bytes))
    const reply = answer(request)
    let frame: Frame | null = null
    if (reply !== null) {
      const { frames } = driver.deframe(reply, request)
      frame = frames.find(each => request.whyNot(each) === null) ?? null
    }
    step = conversation.next(frame)
  }
  return { ...step.value, asked }
}

export function questionOf(driver: Driver, bytes: Uint8Array) {
  const [, ...pdu] = bodyOf(driver, bytes)
  const word = (place: number) => (pdu[place]! << 8) | pdu[place + 1]!
  return { code: pdu[0]!, address: word(1), quantity: word(3) }
}

/** From the unit on. */
function bodyOf(driver: Driver, bytes: Uint8Array): Uint8Array {
  if (driver === ascii) return Buffer.from(Buffer.from(bytes).toString('latin1').slice(1, -2), 'hex')
  return bytes.subarray(driver === rtu ? 0 : 6)
}

/** Answers reads from registers as a strict server does; any register that is not there is exception 02. */
export function serve(driver: Driver, registers: Registers, mostRegisters = 125) {
  return (request: Request): Uint8Array => {
    const { code, address, quantity } = questionOf(driver, request.bytes)
    const unit = bodyOf(driver, request.bytes)[0]!
    const transaction = (request.bytes[0]! << 8) | request.bytes[1]!
    const reply = (...pdu: number[]) => frameOf(driver, transaction, unit, ...pdu)
    if (quantity > mostRegisters) return reply(code | 0x80, 3)
    const words = Array.from({ length: quantity }, (_, place) => registers(code, address + place))
    if (words.includes(undefined)) return reply(code | 0x80, 2)
    return reply(code, 2 * quantity, ...words.flatMap(word => [word! >> 8, word! & 0xff]))
  }
}

export interface Heard {
  readonly reads: readonly RawRead[]
  readonly accepted: readonly Frame[]
  readonly mismatches: readonly Mismatch[]
  readonly deframed: Deframed
}

/** Asks for one point and lets these bytes arrive, in pieces of the lengths given. */
export function hear(driver: Driver, asked: Point, pieces: readonly Uint8Array[]): Heard {
  const conversation = driver.read(call(), [asked])
  const step = conversation.next()
  if (step.done) throw new Error('nothing was asked')
  const request = step.value
  const deframed = inPieces(driver, pieces, request)
  const accepted = deframed.frames.filter(frame => request.whyNot(frame) === null)
  const mismatches = deframed.frames.map(frame => request.whyNot(frame)).filter(why => why !== null)
  let end = conversation.next(accepted[0] ?? null)
  // A busy device is asked the same again.
  while (!end.done && end.value.restMs !== undefined) end = conversation.next(accepted[0] ?? null)
  if (!end.done) throw new Error('a second question')
  return { reads: end.value.reads, accepted, mismatches, deframed }
}

/** Deframes as a line does: what is left is put before the next piece. */
export function inPieces(driver: Driver, pieces: readonly Uint8Array[], awaited: Request | null): Deframed {
  const frames: Frame[] = []
  const broken: Deframed['broken'][number][] = []
  let noise = new Uint8Array(0)
  let rest: Uint8Array = new Uint8Array(0)
  for (const piece of pieces) {
    const step = driver.deframe(bytesOf(rest, piece), awaited)
    frames.push(...step.frames)
    broken.push(...step.broken)
    noise = Uint8Array.from([...noise, ...step.noise])
    rest = step.rest
  }
  return { frames, noise, broken, rest }
}
