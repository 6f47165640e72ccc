/** DL/T 645 on a line: how a slave finds requests, and how its replies are made valid but wrong. */

import type { Dialect } from '../slave.ts'
import { bcd, frameAt, fromBcd, readFrame, START, writeFrame } from './frame.ts'

const READ_2007 = 0x11
const READ_1997 = 0x01
/** Reads of 2007, the rest of an answer, the address; reads of 1997 and their rest. */
const ASKS: ReadonlySet<number> = new Set([READ_2007, 0x12, 0x13, READ_1997, 0x02])

export const dialect645: Dialect = {
  requestAt: frameAt,
  start: START,
  onlyAsks: request => ASKS.has(readFrame(request)?.control ?? 0),
  readdressed(reply) {
    const preamble = preambleOf(reply)
    const frame = readFrame(reply.subarray(preamble))
    if (frame === null) return null
    const digits = fromBcd(frame.address) ?? 0
    return writeFrame({ ...frame, address: Uint8Array.from(bcd(digits + 1, 6)) }, preamble)
  },
  otherItem(request) {
    const frame = readFrame(request)
    if (frame === null || (frame.control !== READ_2007 && frame.control !== READ_1997)) return null
    // Forward for reverse and back, of the same length where it can be: the likeliest to be believed.
    const data = frame.data.slice()
    if (frame.control === READ_2007) swap(data, 2, 0x01, 0x02)
    else swap(data, 0, 0x10, 0x20)
    if (data.every((byte, index) => byte === frame.data[index]))
      data.set(frame.control === READ_2007 ? [0x00, 0x00, 0x01, 0x00] : [0x10, 0x90])
    return writeFrame({ ...frame, data })
  },
  fragile(reply) {
    return [preambleOf(reply), reply.length]
  },
}

function swap(data: Uint8Array, at: number, one: number, other: number): void {
  const isEnergy = at === 2 ? data[3] === 0x00 : (data[1] ?? 0) >> 4 === 9
  if (!isEnergy) return
  if (data[at] === one) data[at] = other
  else if (data[at] === other) data[at] = one
}

function preambleOf(reply: Uint8Array): number {
  return Math.max(0, reply.indexOf(0x68))
}
