/** A strict DL/T 645-2007 slave: one request frame in, one reply frame out, or silence. */

import { civilOfBytes } from './civil-bytes.ts'
import {
  type CalledAs,
  calledAs,
  type Frame645,
  LONGEST_DATA,
  type Reply645,
  readFrame,
  wireAddress,
  writeReply,
} from './frame-645.ts'
import { answer2007, dataIdentifier } from './items-2007.ts'
import type { Meter } from './meter.ts'
import type { Slave } from './slave.ts'

/** Class 02, password 000000: how plain-text meters are delivered. P0 first, as on the wire. */
const AUTHORITY = [0x02, 0x00, 0x00, 0x00]
const FOLLOW_UP_DATA = LONGEST_DATA - 5

/** Annex C, error information word. */
const ERROR = { other: 0x01, noData: 0x02, notAuthorised: 0x04, baud: 0x08 } as const

/** Functions a master may know and this meter declines; to functions of no 2007 meter it is silent. */
const DECLINED: ReadonlyMap<number, number> = new Map([
  [0x14, ERROR.notAuthorised],
  [0x17, ERROR.baud],
  [0x18, ERROR.notAuthorised],
  [0x19, ERROR.notAuthorised],
  [0x1a, ERROR.notAuthorised],
  [0x1b, ERROR.notAuthorised],
  [0x1d, ERROR.other],
])

/** What a command makes of its data: the bytes of a normal reply, a refusal, or no answer at all. */
type Outcome = Reply645 | null

interface Command {
  readonly callableAs: readonly CalledAs[]
  run(data: Uint8Array, now: number): Outcome
}

export function createMeter2007(meter: Meter): Slave {
  const own = wireAddress(meter.address)
  const followUp = createFollowUp()
  const commands: ReadonlyMap<number, Command> = new Map([
    [0x08, { callableAs: ['broadcast'], run: (data, now) => broadcastTime(meter, data, now) }],
    [0x11, { callableAs: ['own', 'shortened', 'wildcard'], run: (data, now) => read(data, now) }],
    [0x12, { callableAs: ['own', 'shortened', 'wildcard'], run: data => followUp.next(data) }],
    [0x13, { callableAs: ['wildcard'], run: data => (data.length === 0 ? { data: [...own] } : null) }],
    [0x16, { callableAs: ['own', 'broadcast'], run: (data, now) => freeze(meter, data, now) }],
    [0x1c, { callableAs: ['own'], run: (data, now) => switchRelay(meter, data, now) }],
  ])

  function read(data: Uint8Array, now: number): Outcome {
    if (data.length < 4) return { refused: ERROR.other }
    const item = data.subarray(0, 4)
    // Load records, asked for with 5 or 10 bytes, are not kept: the identifier comes back alone (7.1).
    if (data.length > 4) return item[3] === 0x06 ? { data: [...item] } : { refused: ERROR.noData }
    const answer = answer2007(dataIdentifier(item), meter, now)
    return answer === null ? { refused: ERROR.noData } : followUp.first(item, answer)
  }

  return {
    meter,
    hears: frame => calledAs(frame.subarray(1, 7), own) !== 'other',
    answer(bytes, now) {
      const frame = readFrame(bytes)
      if (frame === null || frame.control & 0x80) return null
      const called = calledAs(frame.address, own)
      const command = commands.get(frame.control)
      const declined = DECLINED.get(frame.control)
      if (declined !== undefined && called === 'own') return reply(frame, { refused: declined })
      if (command === undefined || !command.callableAs.includes(called)) return null
      const outcome = command.run(frame.data, now)
      return called === 'broadcast' || outcome === null ? null : reply(frame, outcome)
    },
  }

  function reply({ control }: Frame645, outcome: Reply645): Uint8Array {
    return writeReply(own, control, outcome, meter.nature.preamble)
  }
}

/** Answers longer than a frame go out in parts, asked for by sequence number (7.2); one may be asked again. */
function createFollowUp() {
  let parts: readonly (readonly number[])[] = []
  let item: readonly number[] = []
  let sent = 0

  return {
    first(asked: Uint8Array, data: readonly number[]): Outcome {
      item = [...asked]
      sent = 0
      if (data.length <= LONGEST_DATA - 4) {
        parts = []
        return { data: [...item, ...data] }
      }
      parts = Array.from({ length: Math.ceil(data.length / FOLLOW_UP_DATA) }, (_, part) =>
        data.slice(part * FOLLOW_UP_DATA, (part + 1) * FOLLOW_UP_DATA),
      )
      return { data: [...item, ...(parts[0] ?? [])], more: true }
    },
    next(data: Uint8Array): Outcome {
      const sequence = data[4] ?? 0
      const part = parts[sequence]
      const asked = data.length === 5 && item.every((byte, index) => byte === data[index])
      if (!asked || part === undefined || sequence < 1 || sequence < sent || sequence > sent + 1)
        return { refused: ERROR.noData }
      sent = sequence
      return { data: [...item, ...part, sequence], more: sequence < parts.length - 1 }
    },
  }
}

/** ss mm hh DD MM YY to all meters; never answered (7.6). */
function broadcastTime(meter: Meter, data: Uint8Array, now: number): null {
  const civil = data.length === 6 ? civilOfBytes(data) : null
  if (civil !== null) meter.clock.broadcast(civil, now)
  return null
}

/** mm hh DD MM; only 99999999, at once, is kept, other patterns are refused (7.7). */
function freeze(meter: Meter, data: Uint8Array, now: number): Outcome {
  if (data.length !== 4 || !data.every(byte => byte === 0x99)) return { refused: ERROR.other }
  meter.freezeNow(now)
  return { data: [] }
}

const RELAY_LENGTH = 16

/**
 * PA P0 P1 P2, C0…C3, N1, N2, then the deadline ss mm hh DD MM YY by the meter's own clock. Not in the text of
 * 2007; as the smart meters after it have it.
 */
function switchRelay(meter: Meter, data: Uint8Array, now: number): Outcome {
  if (data.length !== RELAY_LENGTH) return { refused: ERROR.other }
  if (!AUTHORITY.every((byte, index) => byte === data[index])) return { refused: ERROR.notAuthorised }
  const deadline = civilOfBytes(data.subarray(10))
  if (deadline === null || meter.clock.shownAt(now) > deadline) return { refused: ERROR.other }
  const { relay } = meter
  switch (data[8]) {
    case 0x1a:
      if (relay.keepsPower) return { refused: ERROR.notAuthorised }
      relay.trip(now)
      break
    case 0x1b:
      relay.permitClose()
      break
    case 0x1c:
      relay.close(now)
      break
    case 0x2a:
    case 0x2b:
      break
    case 0x3a:
      relay.keepsPower = true
      break
    case 0x3b:
      relay.keepsPower = false
      break
    default:
      return { refused: ERROR.other }
  }
  return { data: [] }
}
