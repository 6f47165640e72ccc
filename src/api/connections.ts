/**
 * Connections: one request of each at a time, so that no more than one answer waits to be taken; none is kept for
 * who takes nothing of it: it would hold memory, and one of the places there are.
 */

import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyInstance, FastifyRequest } from 'fastify'

/** Of a connection, waiting for the answer under way. Who sends more than these is cut off. */
export const MOST_AHEAD = { requests: 100, bytes: 128 * 1024 } as const

/**
 * How long nothing may be taken of an answer; seen once or twice in that time. Longer with a key: the kernel tells of room
 * only when a third of its buffer is free, up to a megabyte, and who puts rows into a database reads slowly.
 */
export const LONGEST_STALL = { ms: 30_000, withKeyMs: 5 * 60_000 } as const

interface Connection {
  /** Asked when its first request comes: one that is closed tells no address. */
  readonly address: string
  answering: ServerResponse | null
  /** Resolves when the last request that came so far is answered. */
  taken: Promise<void> | null
  /** How many bytes had been read of the connection when each request that waits came. */
  readonly waiting: number[]
}

const GONE = 'unknown'

const connections = new WeakMap<Socket, Connection>()

/** A request is begun when the answer to the one before it has been taken. Comes before any other hook. */
export function answerOneAtATime(app: FastifyInstance): void {
  app.addHook('onRequest', async ({ raw: { socket } }, reply) => {
    const own = connectionOf(socket)
    const before = own.taken
    own.taken = new Promise(resolve => reply.raw.once('close', resolve))
    if (before !== null) {
      await turn(socket, own, before)
      // Lost meanwhile, or the last answer was its last.
      if (!socket.writable) return reply.hijack()
    }
    own.answering = reply.raw
  })
}

function connectionOf(socket: Socket): Connection {
  const known = connections.get(socket)
  if (known) return known
  const address = socket.remoteAddress ?? GONE
  const own: Connection = { address, answering: null, taken: null, waiting: [] }
  connections.set(socket, own)
  return own
}

/** Where the request came from, though its caller may have hung up since; `unknown` of one who was gone at once. */
export function addressOf({ raw }: Pick<FastifyRequest, 'raw'>): string {
  return connectionOf(raw.socket).address
}

async function turn(socket: Socket, { waiting }: Connection, before: Promise<void>): Promise<void> {
  const oldest = waiting[0] ?? socket.bytesRead
  waiting.push(socket.bytesRead)
  if (waiting.length > MOST_AHEAD.requests || socket.bytesRead - oldest > MOST_AHEAD.bytes) socket.destroy()
  await before
  waiting.shift()
}

/** True from the first byte of an answer to its last. */
export function isWithinAnswer(socket: Socket): boolean {
  const answering = connections.get(socket)?.answering
  return answering?.headersSent === true && !answering.closed
}

/** Cuts off who takes nothing of an answer; not who waits for one. Comes after the hook that knows whose key it is. */
export function cutOffStalled(app: FastifyInstance): void {
  app.server.setTimeout(LONGEST_STALL.ms)
  app.server.on('timeout', (socket: Socket) => {
    const answering = connections.get(socket)?.answering
    const isWaitedFor = answering?.closed === false && socket.writableLength === 0
    if (!isWaitedFor) socket.destroy()
  })
  app.addHook('onRequest', async ({ raw: { socket }, holder }) => {
    // The control door has no such time: who stands there owns the box.
    if (socket.timeout) socket.setTimeout(holder ? LONGEST_STALL.withKeyMs : LONGEST_STALL.ms)
  })
}
