/** A faulty wire in front of a Modbus TCP server: it passes frames both ways and spoils answers. */

import { connect, type Socket } from 'node:net'
import type { Cancel, Clock } from '../core/clock.ts'
import type { Random } from '../core/random.ts'
import type { SimulatedFaults } from '../core/simulated.ts'
import { carried, type Emission, type Ledger } from './faults.ts'
import { type Listener, listenTcp } from './listeners.ts'
import { type ModbusParts, serveModbusTcp } from './modbus-servers.ts'
import type { Dialect } from './slave.ts'

export interface FaultWireParts {
  readonly listener: number
  readonly faults: SimulatedFaults
  readonly random: Random
  readonly ledger: Ledger
  readonly clock: Clock
  readonly modbus: ModbusParts
}

/** Transaction, protocol, length; the length counts from the unit on. */
const HEADER = 6
/** Requests remembered until they are answered; a server that is asked more is not waited for. */
const MOST_ASKED = 256

export async function serveWithFaults(
  at: { readonly host: string; readonly port: number },
  parts: FaultWireParts,
): Promise<Listener> {
  const server = await serveModbusTcp({ host: '127.0.0.1', port: 0 }, parts.modbus)
  const stopServer = () => server.stop()
  try {
    const door = await listenTcp(at, master => wire(master, server.port, parts))
    return {
      port: door.port,
      async stop() {
        await door.stop()
        await stopServer()
      },
    }
  } catch (cause) {
    await stopServer()
    throw cause
  }
}

function wire(master: Socket, port: number, parts: FaultWireParts): void {
  const server = connect({ host: '127.0.0.1', port, noDelay: true })
  const asked = new Map<number, Uint8Array>()
  const later = new Set<Cancel>()
  let previous: Uint8Array | null = null
  let freeAt = 0

  function writeAfter(ms: number, bytes: Uint8Array): void {
    if (ms <= 0) {
      master.write(bytes)
      return
    }
    const cancel = parts.clock.after(ms, () => {
      later.delete(cancel)
      master.write(bytes)
    })
    later.add(cancel)
  }
  /** A trickling answer keeps the ones behind it waiting, as TCP keeps order; a late one does not. */
  function send(emissions: readonly Emission[]): void {
    const present = parts.clock.monotonic()
    const waitMs = Math.max(0, freeAt - present)
    for (const { afterMs, bytes } of emissions) writeAfter(waitMs + afterMs, bytes)
    if (emissions.length > 1) freeAt = present + waitMs + (emissions.at(-1)?.afterMs ?? 0)
  }
  const fromMaster = framer(frame => {
    asked.set(transaction(frame), frame)
    const [oldest] = asked.keys()
    if (asked.size > MOST_ASKED && oldest !== undefined) asked.delete(oldest)
    server.write(frame)
  })
  const fromServer = framer(reply => {
    const request = asked.get(transaction(reply)) ?? new Uint8Array()
    asked.delete(transaction(reply))
    const otherAnswer = () => otherTransaction(reply)
    send(carried({ request, reply, previous, dialect: mbap, otherAnswer }, parts))
    previous = reply
  })
  master.on('data', fromMaster)
  server.on('data', fromServer)
  server.on('error', () => master.destroy())
  server.on('close', () => master.destroy())
  master.on('close', () => {
    for (const cancel of later) cancel()
    server.destroy()
  })
}

const mbap: Dialect = {
  requestAt: (bytes, at) => (bytes.length - at < HEADER ? -1 : HEADER + length(bytes.subarray(at))),
  onlyAsks: () => true,
  readdressed: reply => reply.with(HEADER, ((reply[HEADER] ?? 0) % 247) + 1),
  otherItem: () => null,
  // TCP guards the payload; what a careless gateway damages is the header it writes itself.
  fragile: () => [0, HEADER],
}

/** The answer to a question that was asked long ago: all that tells it is its number. */
function otherTransaction(reply: Uint8Array): Uint8Array {
  return reply.with(0, (reply[0] ?? 0) ^ 0x40)
}

/** Cuts a stream into MBAP frames. */
function framer(frame: (bytes: Uint8Array) => void): (bytes: Uint8Array) => void {
  let waiting = new Uint8Array()
  return bytes => {
    waiting = Uint8Array.from([...waiting, ...bytes])
    while (waiting.length >= HEADER && waiting.length >= HEADER + length(waiting)) {
      const end = HEADER + length(waiting)
      frame(waiting.slice(0, end))
      waiting = waiting.slice(end)
    }
  }
}

function transaction(frame: Uint8Array): number {
  return ((frame[0] ?? 0) << 8) | (frame[1] ?? 0)
}

function length(frame: Uint8Array): number {
  return ((frame[4] ?? 0) << 8) | (frame[5] ?? 0)
}
