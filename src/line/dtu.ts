/**
 * A DTU's place on a port it dials: the connection it has now, handed to its line. When it dials again the newer
 * connection wins, for half-open links and restarts look like this; its line keeps its queue.
 */

import type { Socket } from 'node:net'
import type { Clock } from '../core/clock.ts'
import { type Failure, Fault } from '../core/faults.ts'
import { sameBytes } from '../core/hex.ts'
import { toldIn } from './guard/leaving.ts'
import { leaveTogether } from './outbox.ts'
import type { Transport, TransportEars } from './transport.ts'

/** A request takes some twenty bytes: what waits longer than this for the box to take it is going nowhere. */
const MOST_UNSENT = 4_096
/** What comes before the line listens, which is a moment; what is more is not worth keeping. */
const MOST_HELD = 4_096

/** A connection somebody dialled. */
export interface Dialled {
  readonly socket: Socket
  readonly source: string
  /** Monotonic ms. */
  readonly acceptedAt: number
  heardAt: number
  /** Whose it is; null while nobody knows. */
  place: Place | null
  /** What it sent while nobody knew. */
  unknown: Uint8Array
}

export interface Heartbeat {
  readonly bytes: Uint8Array
  /** What the box wants to hear; null for nothing. */
  readonly answer: Uint8Array | null
}

export interface Place {
  readonly transport: Transport
  /** Null where whoever dials the port is the box. */
  readonly dtu: string | null
  readonly isHere: boolean
  readonly wasHere: boolean
  /** It registered; `rest` came behind the registration. True when an older connection gave way. */
  take(connection: Dialled, packet: Uint8Array, rest: Uint8Array): boolean
  heard(connection: Dialled, bytes: Uint8Array): void
  lost(connection: Dialled, why: string): void
}

export interface PlaceParts {
  readonly dtu: string | null
  readonly port: number
  readonly heartbeats: readonly Heartbeat[]
  /** What a registration is answered with; null for nothing. */
  readonly answer: Uint8Array | null
  /** Whether heartbeats come in known intervals. */
  readonly provesLife: boolean
  readonly clock: Clock
  /** Why nobody can dial at all; null when the port is open. */
  readonly closed: () => Failure | null
}

export function createPlace(parts: PlaceParts): Place {
  const { dtu, clock, answer } = parts
  const answers = [answer, ...parts.heartbeats.map(({ answer: due }) => due)]
  if (answers.some(bytes => bytes !== null && toldIn(bytes).length > 0))
    throw new Fault('CONFIG_INVALID', `port ${parts.port}: an answer to a DTU would tell meters something`)
  const name = dtu === null ? `a DTU on port ${parts.port}` : `DTU ${dtu}`
  let here: Dialled | null = null
  /** The connection the line talks over. */
  let attached: Dialled | null = null
  let ears: TransportEars | null = null
  let opening: { readonly done: () => void; readonly failed: (why: Fault) => void } | null = null
  let heartbeats = parts.heartbeats
  let patterns = patternsOf(heartbeats)
  let held: Uint8Array[] = []
  let since = clock.now()
  let wasHere = false
  let whyLost = ''

  function take(connection: Dialled, packet: Uint8Array, rest: Uint8Array): boolean {
    const older = here
    here = connection
    wasHere = true
    heartbeats = packet.length > 0 ? [...parts.heartbeats, { bytes: packet, answer }] : parts.heartbeats
    patterns = patternsOf(heartbeats)
    held = rest.length > 0 ? [rest] : []
    if (answer && packet.length > 0) send(connection, answer)
    older?.socket.destroy()
    detach(older, `${name} dialled in anew, and the newer connection counts`)
    if (opening) attach()
    return older !== null
  }

  function attach(): void {
    const waiting = opening
    opening = null
    attached = here
    waiting?.done()
    for (const bytes of held.splice(0)) ears?.bytes(bytes)
  }

  function detach(connection: Dialled | null, why: string): void {
    if (connection === null || attached !== connection) return
    attached = null
    ears?.closed(why)
  }

  function leave(why: string): void {
    here = null
    held = []
    since = clock.now()
    whyLost = why
  }

  const transport: Transport = {
    open(given) {
      ears = given
      return new Promise((resolve, reject) => {
        opening = { done: resolve, failed: reject }
        if (here) attach()
      })
    },
    write(bytes) {
      if (attached) send(attached, bytes)
    },
    unsent: () => attached?.socket.writableLength ?? 0,
    drop: () => void attached?.socket.resetAndDestroy(),
    async close() {
      const mine = attached
      attached = null
      ears = null
      if (mine !== null && mine === here) leave('the line let go of it')
      mine?.socket.destroy()
      opening?.failed(new Fault('DTU_AWAITED', `${name} is not waited for any longer`))
      opening = null
    },
    awaited() {
      if (here) return null
      const ago = `since ${new Date(since).toISOString()}`
      const history = wasHere ? `; ${whyLost}` : '; it has not dialled in since the start'
      return parts.closed() ?? { code: 'DTU_AWAITED', text: `waiting for ${name} ${ago}${history}` }
    },
    provesLife: parts.provesLife,
    interjections: {
      patterns: () => patterns,
      heard(pattern) {
        const { answer: due } = heartbeats.find(({ bytes }) => sameBytes(bytes, pattern)) ?? { answer: null }
        if (due && here) send(here, due)
      },
    },
  }

  return {
    transport,
    dtu,
    get isHere() {
      return here !== null
    },
    get wasHere() {
      return wasHere
    },
    take,
    heard(connection, bytes) {
      if (connection === attached) ears?.bytes(bytes)
      else if (connection === here && sizeOf(held) + bytes.length <= MOST_HELD) held.push(bytes)
    },
    lost(connection, why) {
      if (connection === here) leave(why)
      detach(connection, why)
    },
  }
}

/** A box that takes nothing any more is half gone: its connection ends, and it may dial anew. */
function send({ socket }: Dialled, bytes: Uint8Array): void {
  if (socket.writableLength > MOST_UNSENT) socket.destroy(new Error('it takes no bytes any more'))
  else leaveTogether(socket, bytes)
}

function patternsOf(heartbeats: readonly Heartbeat[]): readonly Uint8Array[] {
  return heartbeats.map(({ bytes }) => bytes)
}

function sizeOf(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, { length }) => sum + length, 0)
}
