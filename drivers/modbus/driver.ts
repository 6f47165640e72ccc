/** A Modbus driver for one framing. Modbus has no identifier table of its own, so what is where is for profiles to say. */

import type { Driver, Point, Scaled, TextValue } from '../../src/driver-api/driver.ts'
import { checkProfile } from './check-profile.ts'
import { commandsOf } from './commands.ts'
import { decode } from './decode.ts'
import { encodeRegisters } from './encode.ts'
import type { Framing } from './framing.ts'
import { describe, locate, whyNothing } from './items.ts'
import { read } from './read.ts'
import { judgeRelay, orderRelay, readRelay } from './relay.ts'
import { retraceOf } from './retrace.ts'

export function createDriver(framing: Framing): Driver {
  return {
    protocol: framing.protocol,
    apiVersion: 1,
    concurrent: framing.concurrent,
    answerNamesItem: framing.answerNamesItem,
    timing: framing.timing,
    checkAddress: address => checkUnit(framing, address),
    describe,
    whyNothing,
    miswritten: point => {
      const place = locate(point)
      return 'wrong' in place ? place : null
    },
    checkProfile,
    deframe: framing.deframe,
    decode: (frame, hint) => decode(framing, frame, hint),
    encode: encodePoint,
    read: (call, points) => read(framing, call, points),
    describeAll: item => [describe(item)].filter(point => point !== null),
    commands: commandsOf(framing),
    relayActions: ({ relay }) => new Set(relay ? ['open', 'close'] : []),
    orderRelay: (call, order) => orderRelay(framing, call, order),
    readRelay: call => readRelay(framing, call),
    judgeRelay,
    retrace: retraceOf(framing),
  }
}

/** A SunSpec scale factor is the meter's own to choose, and a bit is less than a byte. */
function encodePoint(point: Point, value: Scaled | TextValue): Uint8Array | null {
  const located = locate(point)
  if ('wrong' in located || located.encoding.factorAt !== null) return null
  const bytes = encodeRegisters(located.encoding, value)
  return 'wrong' in bytes ? null : bytes
}

function checkUnit({ units }: Framing, address: string) {
  const { from, to, remark } = units
  const unit = /^\d{1,3}$/.test(address) ? Number(address) : Number.NaN
  return unit >= from && unit <= to
    ? { address: String(unit) }
    : { wrong: `"${address}" is no unit identifier; write a number from ${from} to ${to} (${remark})` }
}
