/** A strict DL/T 645-1997 slave: one request frame in, one reply frame out, or silence. */

import { civilOfBytes } from './civil-bytes.ts'
import { type CalledAs, calledAs, type Reply645, readFrame, wireAddress, writeReply } from './frame-645.ts'
import { answer1997 } from './items-1997.ts'
import type { Meter } from './meter.ts'
import type { Slave } from './slave.ts'

/** Error byte: bit 0 illegal data, bit 1 unknown identifier, bit 2 wrong password. */
const ERROR = { illegalData: 0x01, unknownItem: 0x02, password: 0x04 } as const

const READ = 0x01
const FOLLOW_UP = 0x02
const BROADCAST_TIME = 0x08

/** Write, change password, clear demand: all want a password this meter gives nobody. */
const GUARDED = [0x04, 0x0f, 0x10]

/** Fewer given digits than three bytes are taken for noise by the firmware these meters run. */
const SHORTEST_ADDRESS_BYTES = 3

type Outcome = Reply645 | null

export function createMeter1997(meter: Meter): Slave {
  const own = wireAddress(meter.address)
  return {
    meter,
    hears: frame => calledAs(frame.subarray(1, 7), own) !== 'other',
    answer(bytes, now) {
      const frame = readFrame(bytes)
      if (frame === null || frame.control & 0x80) return null
      const called = calledAs(frame.address, own)
      const outcome = obey(frame.control, frame.data, called, bytesGiven(frame.address), now)
      return outcome && writeReply(own, frame.control, outcome, meter.nature.preamble)
    },
  }

  function obey(control: number, data: Uint8Array, called: CalledAs, given: number, now: number): Outcome {
    if (called === 'broadcast') {
      const civil = control === BROADCAST_TIME && data.length === 6 ? civilOfBytes(data) : null
      if (civil !== null) meter.clock.broadcast(civil, now)
      return null
    }
    const reads = called === 'own' || called === 'wildcard' || given >= SHORTEST_ADDRESS_BYTES
    if (called === 'other' || !reads) return null
    if (control === READ) return read(data, now)
    // Every answer here fits one frame, so there is never a second part (02 carries no number in 1997).
    if (control === FOLLOW_UP) return { refused: ERROR.unknownItem }
    return called === 'own' && GUARDED.includes(control) ? { refused: ERROR.password } : null
  }

  function read(data: Uint8Array, now: number): Outcome {
    const [di0, di1] = data
    if (di0 === undefined || di1 === undefined || data.length !== 2) return { refused: ERROR.illegalData }
    const answer = answer1997(di1, di0, meter, now)
    return answer === null ? { refused: ERROR.unknownItem } : { data: [di0, di1, ...answer] }
  }
}

/** Bytes of a shortened address that are digits. */
function bytesGiven(address: Uint8Array): number {
  const wild = address.indexOf(0xaa)
  return wild < 0 ? address.length : wild
}
