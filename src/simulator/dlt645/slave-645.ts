/** What both standards ask of a slave before any command: whose frames it hears, and how it answers. */

import { fromHex } from '../../core/hex.ts'
import { lateOrders } from '../faults.ts'
import type { Slave } from '../slave.ts'
import { type Device, preambleOf } from './device.ts'
import { type CalledAs, calledAs, type Reply645, readFrame, writeFrame, writeReply } from './frame.ts'

/** What a command makes of its data: the bytes of a normal reply, a refusal, or no answer at all. */
export type Outcome = Reply645 | null

export interface Command {
  readonly callableAs: readonly CalledAs[]
  run(data: Uint8Array, now: number): Outcome
  /** Answers even what all were told, and under the address it had before. */
  readonly answersAsBefore?: boolean
}

/** Function 08: to all (7.6); some meters take it for themselves as well. Nobody answers. */
export function timeIsToldTo({ quirks }: Device): Command['callableAs'] {
  return quirks['addressed-time'] === 'obeyed' ? ['broadcast', 'own'] : ['broadcast']
}

/** By function, the control byte of its request. */
export type Commands = ReadonlyMap<number, Command>

const WILDCARD = new Uint8Array(6).fill(0xaa)

/** `mayHear` narrows which of the addresses that fit are heard. */
export function createSlave645(
  device: Device,
  commands: Commands,
  mayHear: (address: Uint8Array, called: CalledAs) => boolean = () => true,
): Slave {
  const { meter, quirks } = device
  const preamble = preambleOf(device)
  const pushed = quirks.unsolicited
  let answers = 0

  /** Everything this meter puts on the line: an echo, frames of its own, the reply. */
  function onWire(request: Uint8Array, reply: Uint8Array): Uint8Array {
    answers++
    const unasked = pushed !== 'none' && answers % 2 === 1 ? unsolicited(pushed, device) : []
    const echo = quirks.echo === 'yes' ? request : []
    return unasked.length + echo.length === 0 ? reply : Uint8Array.from([...echo, ...unasked, ...reply])
  }

  return {
    meter,
    ...lateOrders(quirks),
    hears: frame => calledAs(frame.subarray(1, 7), device.address) !== 'other',
    answer(bytes, now) {
      const frame = readFrame(bytes)
      if (frame === null || frame.control & 0x80) return null
      const called = calledAs(frame.address, device.address)
      const command = commands.get(frame.control)
      if (command === undefined || !command.callableAs.includes(called) || !mayHear(frame.address, called))
        return null
      const before = device.address
      const outcome = command.run(frame.data, now)
      if (outcome === null || (called === 'broadcast' && !command.answersAsBefore)) return null
      const isWild = called === 'wildcard' && quirks['wildcard-answer'] === 'aa'
      const own = command.answersAsBefore ? before : device.address
      const reply = writeReply(isWild ? WILDCARD : own, frame.control, outcome, preamble)
      return onWire(bytes, reply)
    },
  }
}

const REPORT = 0x9f
const READ_REPLY = 0x91
const REPORT_STATUS_WORD = fromHex('01 15 00 04') ?? new Uint8Array()
const REPORT_STATUS_BYTES = 12

/** A frame nobody asked for. */
function unsolicited(kind: '9F' | '04001501', { address }: Device): Uint8Array {
  const data = kind === '9F' ? [] : [...REPORT_STATUS_WORD, ...Array<number>(REPORT_STATUS_BYTES).fill(0)]
  const control = kind === '9F' ? REPORT : READ_REPLY
  return writeFrame({ address, control, data: Uint8Array.from(data) })
}
