/** Simulated Modbus TCP meters behind one port, as behind a gateway: requests carry numbers, answers may overtake. */

import type { Cancel, Clock } from '../../core/clock.ts'
import type { SimulatedQuirks } from '../../core/simulated.ts'
import { createSpoiler, delayed, type Emission, type FaultyLine, lateOrders } from '../faults.ts'
import { type Listener, listenTcp } from '../listeners.ts'
import type { Meter } from '../meter.ts'
import type { Dialect } from '../slave.ts'
import { type Answer, createAnswer, EXCEPTION, refusal } from './answer.ts'
import type { ModbusModel } from './model.ts'
import { onlyAsks, resizedPdu } from './rtu.ts'

export interface TcpMeter {
  readonly meter: Meter
  readonly model: ModbusModel
  readonly quirks: SimulatedQuirks
}

export interface TcpParts extends FaultyLine {
  readonly meters: readonly TcpMeter[]
  readonly clock: Clock
  /** Drawn for each answer. */
  readonly replyDelayMs: () => number
}

/** Transaction, protocol, length; the length counts from the unit on. */
const HEADER = 6
const UNIT_AT = HEADER
const CODE_AT = HEADER + 1
/** Unit and 253 bytes (Modbus Messaging on TCP/IP V1.0b, clause 4.1). */
const LONGEST = 254
const NOBODY = 0xff

interface Device {
  readonly answer: Answer
  /** Most requests of one connection it works on at once. */
  readonly atOnce: number
  readonly isSilentBeyond: boolean
  readonly ordersLateMs?: number
}

/** A gateway says that nobody answers under a unit. */
const NOBODY_THERE: Device = {
  answer: pdu => refusal(pdu[0] ?? 0, EXCEPTION.gatewayTarget),
  atOnce: Number.POSITIVE_INFINITY,
  isSilentBeyond: false,
}

/** One master's way in. */
export interface TcpIntake {
  /** False where this is no stream of requests: a slave hangs up. */
  receive(bytes: Uint8Array): boolean
  close(): void
}

export function serveModbusTcp(
  at: { readonly host: string; readonly port: number },
  parts: TcpParts,
): Promise<Listener> {
  const connect = createTcpMeters(parts)
  return listenTcp(at, master => {
    const { receive, close } = connect(bytes => void master.write(bytes))
    master.on('data', bytes => {
      if (!receive(bytes)) master.destroy()
    })
    master.on('close', close)
  })
}

/** The meters without a port: `write` carries answers back to this master. */
export function createTcpMeters(parts: TcpParts): (write: (bytes: Uint8Array) => void) => TcpIntake {
  const devices = parts.meters.map(({ meter, model, quirks }): [number, Device] => [
    Number(meter.address),
    {
      answer: createAnswer(meter, model, quirks),
      atOnce: model.inFlight,
      isSilentBeyond: quirks['beyond-in-flight'] === 'silent',
      ...lateOrders(quirks),
    },
  ])
  const byUnit = new Map(devices)
  const [, anyUnit] = devices[parts.meters.findIndex(({ quirks }) => quirks['any-unit'] === 'yes')] ?? []
  const spoilt = createSpoiler(parts)
  return write => serve(write, unit => byUnit.get(unit) ?? anyUnit ?? NOBODY_THERE, spoilt, parts)
}

function serve(
  write: (bytes: Uint8Array) => void,
  deviceAt: (unit: number) => Device,
  spoilt: ReturnType<typeof createSpoiler>,
  { clock, replyDelayMs }: TcpParts,
): TcpIntake {
  const later = new Set<Cancel>()
  let previous: Uint8Array | null = null
  let freeAt = 0
  /** Requests each device is working on. */
  const underWay = new Map<Device, number>()

  function writeAfter(ms: number, bytes: Uint8Array): void {
    const cancel = clock.after(ms, () => {
      later.delete(cancel)
      write(bytes)
    })
    later.add(cancel)
  }
  /** Until its answer would leave; what keeps that back afterwards is not the device's work. */
  function work(device: Device, ms: number): void {
    underWay.set(device, (underWay.get(device) ?? 0) + 1)
    const cancel = clock.after(ms, () => {
      later.delete(cancel)
      underWay.set(device, (underWay.get(device) ?? 1) - 1)
    })
    later.add(cancel)
  }
  /** A trickling answer keeps the ones behind it waiting, as TCP keeps order; a late one does not. */
  function send(emissions: readonly Emission[], device: Device | null): void {
    const present = clock.monotonic()
    const begins = Math.max(present + replyDelayMs(), freeAt)
    if (device) work(device, begins - present)
    for (const { afterMs, bytes } of emissions) writeAfter(begins - present + afterMs, bytes)
    if (emissions.length > 1) freeAt = begins + (emissions.at(-1)?.afterMs ?? 0)
  }
  const receive = framer(request => {
    const device = deviceAt(request[UNIT_AT] ?? 0)
    const isTooMany = (underWay.get(device) ?? 0) >= device.atOnce
    if (isTooMany && device.isSilentBeyond) return
    if (isTooMany) {
      const busy = refusal(request[CODE_AT] ?? 0, EXCEPTION.busy)
      send([{ afterMs: 0, bytes: framed(request, request[UNIT_AT] ?? 0, busy) }], null)
      return
    }
    const reply = device.answer(request.subarray(CODE_AT), clock.now())
    if (reply === null) return
    const frame = framed(request, request[UNIT_AT] ?? 0, reply)
    const otherAnswer = () => otherTransaction(frame)
    const lateMs = mbap.onlyAsks(request) ? 0 : (device.ordersLateMs ?? 0)
    send(delayed(spoilt({ request, reply: frame, previous, dialect: mbap, otherAnswer }), lateMs), device)
    previous = frame
  })
  return {
    receive,
    close() {
      for (const cancel of later) cancel()
    },
  }
}

function framed(request: Uint8Array, unit: number, pdu: Uint8Array): Uint8Array {
  const length = pdu.length + 1
  return Uint8Array.from([...request.subarray(0, 4), length >> 8, length & 0xff, unit, ...pdu])
}

const mbap: Dialect = {
  requestAt: (bytes, at) => (bytes.length - at < HEADER ? -1 : HEADER + lengthIn(bytes.subarray(at))),
  onlyAsks: request => onlyAsks(request[CODE_AT] ?? 0),
  readdressed: reply => reply.with(UNIT_AT, ((reply[UNIT_AT] ?? 0) % 247) + 1),
  otherItem: () => null,
  resized(reply, registers) {
    const resized = resizedPdu(reply.subarray(CODE_AT), registers)
    return resized === null ? null : framed(reply, reply[UNIT_AT] ?? 0, resized)
  },
  refused: (request, exception) =>
    framed(request, request[UNIT_AT] ?? 0, refusal(request[CODE_AT] ?? 0, exception)),
  unaddressed: (request, exception) => framed(request, NOBODY, refusal(request[CODE_AT] ?? 0, exception)),
  // TCP guards the payload; what a careless gateway damages is the header it writes itself.
  fragile: () => [0, HEADER],
}

/** The answer to a question that was asked long ago: all that tells it is its number. */
function otherTransaction(reply: Uint8Array): Uint8Array {
  return reply.with(0, (reply[0] ?? 0) ^ 0x40)
}

/** Cuts a stream into MBAP frames; false for a stream that is none. */
function framer(frame: (bytes: Uint8Array) => void): (bytes: Uint8Array) => boolean {
  let waiting = new Uint8Array()
  return bytes => {
    waiting = Uint8Array.from([...waiting, ...bytes])
    while (waiting.length >= HEADER) {
      const length = lengthIn(waiting)
      if (waiting[2] !== 0 || waiting[3] !== 0 || length < 2 || length > LONGEST) return false
      if (waiting.length < HEADER + length) break
      frame(waiting.slice(0, HEADER + length))
      waiting = waiting.slice(HEADER + length)
    }
    return true
  }
}

function lengthIn(frame: Uint8Array): number {
  return ((frame[4] ?? 0) << 8) | (frame[5] ?? 0)
}
