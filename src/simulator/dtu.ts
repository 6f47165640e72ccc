/** A simulated DTU: dials a master, registers, sends heartbeats, and carries the bytes of the bus behind it. */

import { connect, type Socket } from 'node:net'
import type { Cancel, Clock } from '../core/clock.ts'
import type { Random } from '../core/random.ts'
import type { SimulatedDial } from '../core/simulated.ts'
import type { Bus } from './bus.ts'

/** Between two tries to dial, and half as much more by chance. */
const REDIAL_MS = 1_000
const SPLIT_MS = 60
const HEARTBEAT_INSIDE_EACH = 3
const REDIALS_EACH = 20

export interface Dtu {
  /** Loses its connection, and dials again at once. */
  hangUp(): void
  stop(): void
}

export interface DtuParts {
  readonly dial: SimulatedDial
  readonly bus: Bus
  readonly clock: Clock
  readonly random: Random
}

interface Call {
  readonly socket: Socket
  end(): void
}

export function startDtu({ dial, bus, clock, random }: DtuParts): Dtu {
  const { heartbeat, registration, everyMs } = dial
  const manners = new Set(dial.manners)
  const calls = new Set<Call>()
  let answers = 0
  let isStopped = false
  let redial: Cancel | null = null

  function call(): void {
    redial = null
    const socket = connect({ host: dial.host, port: dial.port, noDelay: true })
    const waits: Cancel[] = []
    const connection = bus.connect(bytes => carry(bytes, socket))
    const own: Call = {
      socket,
      end() {
        for (const cancel of waits) cancel()
        connection.close()
        calls.delete(own)
      },
    }
    calls.add(own)
    function beat(): void {
      if (heartbeat) socket.write(heartbeat)
      waits[0] = clock.after(everyMs, beat)
    }
    socket.on('connect', () => {
      waits.push(clock.after(everyMs, beat))
      register(socket, waits)
    })
    socket.on('data', bytes => connection.receive(bytes))
    socket.on('error', () => undefined)
    socket.on('close', () => {
      own.end()
      if (!isStopped && calls.size === 0)
        redial ??= clock.after(REDIAL_MS + random.integer(REDIAL_MS / 2), dialUp)
    })
  }

  function dialUp(): void {
    call()
    if (manners.has('twice')) call()
  }

  function register(socket: Socket, waits: Cancel[]): void {
    const first = manners.has('glued') && heartbeat ? Buffer.concat([registration, heartbeat]) : registration
    if (!manners.has('split')) {
      if (first.length > 0) socket.write(first)
      return
    }
    const half = registration.length >> 1
    socket.write(first.subarray(0, half))
    waits.push(clock.after(SPLIT_MS, () => void socket.write(first.subarray(half))))
  }

  function carry(bytes: Uint8Array, socket: Socket): void {
    answers += 1
    const half = bytes.length >> 1
    const [begins, ends] = [bytes.subarray(0, half), bytes.subarray(half)]
    if (manners.has('redials') && answers % REDIALS_EACH === 0) {
      socket.end(begins)
      hangUp()
    } else if (manners.has('heartbeat-inside') && heartbeat && answers % HEARTBEAT_INSIDE_EACH === 0) {
      socket.write(Buffer.concat([begins, heartbeat, ends]))
    } else if (manners.has('prefix')) {
      socket.write(Buffer.concat([registration, begins]))
      socket.write(Buffer.concat([registration, ends]))
    } else socket.write(bytes)
  }

  function hangUp(): void {
    redial?.()
    redial = null
    for (const { socket, end } of [...calls]) {
      end()
      socket.destroySoon()
    }
    if (!isStopped) dialUp()
  }

  dialUp()
  return {
    hangUp,
    stop() {
      isStopped = true
      redial?.()
      for (const { socket } of calls) socket.destroy()
      bus.stop()
    },
  }
}
