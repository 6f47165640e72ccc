/** Real frames around registers, so that damage meets the wire code that would have to notice it. */

import { drivers } from '../../drivers/dlt645/index.ts'
import { deframe, FROM_METER, HEADER, requestBytes } from '../../drivers/dlt645/wire/frame.ts'
import { crc16, sealed } from '../../drivers/modbus/frame-rtu.ts'
import type { Random } from '../../src/core/random.ts'

/** Blocks of a total and four tariffs, and the item of each register alone. */
export type Block = 'forward' | 'reverse' | 'combined' | 'freeze-forward' | 'freeze-reverse'

const ITEMS: Readonly<Record<Block, string>> = {
  combined: '0000FF00',
  forward: '0001FF00',
  reverse: '0002FF00',
  'freeze-forward': '05060101',
  'freeze-reverse': '05060201',
}
const READ = 0x11
const REGISTER_BYTES = 4
const ITEM_BYTES = 4

const driver = drivers.find(({ protocol }) => protocol === 'dlt645-2007')

/** Registers as a block of one answer, or the answer for one of them alone; whole digits. */
export function frameOf(address: string, block: Block, registers: readonly number[], place: number | null) {
  const item = place === null ? ITEMS[block] : `${ITEMS[block].slice(0, 4)}0${place}00`
  const digits = place === null ? registers : [registers[place] ?? 0]
  const data = new Uint8Array(ITEM_BYTES + digits.length * REGISTER_BYTES)
  data.set(Buffer.from(item, 'hex').reverse())
  digits.forEach((value, index) => {
    const bcd = Buffer.from(String(value).padStart(2 * REGISTER_BYTES, '0'), 'hex').reverse()
    data.set(bcd, ITEM_BYTES + index * REGISTER_BYTES)
  })
  return requestBytes(address, FROM_METER | READ, data, 0)
}

/** What a frame says, register by register; null where the wire code finds nothing to believe. */
export function registersIn(bytes: Uint8Array, address: string): readonly (number | null)[] | null {
  const { frames } = deframe(bytes, 'silent')
  const [frame] = frames
  if (!frame || !driver) return null
  const said = driver.decode(frame, { direction: 'reply' })
  if (said.kind !== 'reply' || said.address !== address) return null
  const values = said.points.map(({ value }) => (value === null ? null : Math.round(Number(value) * 100)))
  return values.some(value => value !== null) ? values : null
}

/** Two bits of the data that keep the sum: one set where another of the same weight is cleared. */
export function withTwoFlips(frame: Uint8Array, random: Random): Uint8Array | null {
  const from = HEADER + ITEM_BYTES
  const length = frame.length - 2 - from
  const bit = 1 << random.integer(8)
  const first = from + random.integer(length)
  const second = from + random.integer(length)
  const flipped = frame.slice()
  if (((flipped[first] ?? 0) & bit) === ((flipped[second] ?? 0) & bit)) return null
  flipped[first] = (flipped[first] ?? 0) ^ bit
  flipped[second] = (flipped[second] ?? 0) ^ bit
  return flipped
}

/** One bit of the data, and the same of the sum. */
export function withFlippedSum(frame: Uint8Array, random: Random): Uint8Array | null {
  const from = HEADER + ITEM_BYTES
  const at = from + random.integer(frame.length - 2 - from)
  const bit = 1 << random.integer(8)
  const sumAt = frame.length - 2
  const flipped = frame.slice()
  const was = flipped[at] ?? 0
  flipped[at] = was ^ bit
  const sum = ((flipped[sumAt] ?? 0) + (flipped[at] ?? 0) - was) & 0xff
  // One bit on the wire, no carry.
  if ((sum ^ (flipped[sumAt] ?? 0)) !== bit) return null
  flipped[sumAt] = sum
  return flipped
}

/** The bytes of a block with a byte lost and another of noise at its end, framed anew by a box between. */
export function withByteLost(frame: Uint8Array, random: Random): Uint8Array {
  const from = HEADER + ITEM_BYTES
  const data = frame.slice(HEADER, frame.length - 2)
  const at = from - HEADER + random.integer(data.length - ITEM_BYTES)
  data.copyWithin(at, at + 1)
  data[data.length - 1] = 0x33
  return resealed(frame, data)
}

/** Registers filled with EE or FF, as meters do for what they have not. */
export function withFiller(frame: Uint8Array, filler: number): Uint8Array {
  const data = frame.slice(HEADER, frame.length - 2)
  return resealed(frame, data.fill((filler + 0x33) & 0xff, ITEM_BYTES))
}

function resealed(frame: Uint8Array, data: Uint8Array): Uint8Array {
  const whole = frame.slice()
  whole.set(data, HEADER)
  const sumAt = whole.length - 2
  whole[sumAt] = whole.subarray(0, sumAt).reduce((sum, byte) => (sum + byte) & 0xff, 0)
  return whole
}

const UNIT = 1
const READ_HOLDING = 3
const RTU_HEADER = 3

/** Registers as words, high word first. */
export function rtuFrameOf(registers: readonly number[]): Uint8Array {
  const body = Buffer.alloc(RTU_HEADER + registers.length * 4)
  body.set([UNIT, READ_HOLDING, registers.length * 4])
  registers.forEach((value, index) => {
    body.writeUInt32BE(value, RTU_HEADER + index * 4)
  })
  return sealed(body)
}

export function rtuRegistersIn(frame: Uint8Array): readonly number[] | null {
  const end = frame.length - 2
  const crc = crc16(frame, 0, end)
  if (frame[end] !== (crc & 0xff) || frame[end + 1] !== crc >> 8) return null
  const body = Buffer.from(frame)
  return Array.from({ length: (end - RTU_HEADER) / 4 }, (_, index) =>
    body.readUInt32BE(RTU_HEADER + index * 4),
  )
}

/** Errors that a CRC-16 does not see: its own polynomial, somewhere in the words; null where this place shows. */
export function withUnseenErrors(frame: Uint8Array, random: Random): Uint8Array | null {
  const bits = [0, 1, 14, 16]
  const mirrored = [0, 2, 15, 16]
  const pattern = random.integer(2) === 0 ? bits : mirrored
  const from = RTU_HEADER * 8
  const start = from + random.integer(frame.length * 8 - 16 - 17 - from)
  const flipped = frame.slice()
  for (const bit of pattern) {
    const at = (start + bit) >> 3
    flipped[at] = (flipped[at] ?? 0) ^ (1 << ((start + bit) & 7))
  }
  return rtuRegistersIn(flipped) ? flipped : null
}
