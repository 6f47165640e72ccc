/** A TCP connection as a transport: transparent serial servers and Modbus TCP, and what RFC 2217 goes over. */

import { connect, type Socket } from 'node:net'
import { Fault } from '../core/faults.ts'
import type { Rfc2217Url, SocketUrl } from '../core/line-url.ts'
import { leaveTogether } from './outbox.ts'
import type { Transport, TransportEars } from './transport.ts'

/**
 * Half-open connections are found by probes: the first after so much silence, then so far apart, so many (links lose power
 * or their NAT entry silently). Node 22 leaves the last two at 1 s and 10, and none sets TCP_USER_TIMEOUT: what is written
 * into a dead connection is found out by the line, which counts silent conversations.
 */
const KEEP_ALIVE = { idleMs: 30_000, intervalMs: 10_000, probes: 3 } as const
const CONNECT_WITHIN_MS = 10_000
/** How a connection ends that the other side let go, politely or not; EPIPE is the second half of such an end. */
const CLOSED_BY_PEER = new Set(['ECONNRESET', 'EPIPE'])
/** What one read may bring; more comes with the next. */
const READ_BYTES = 16_384
/** All sockets read into this one: what was read is copied before anybody else reads. */
const readInto = new Uint8Array(READ_BYTES)

export function createSocketTransport(url: SocketUrl | Rfc2217Url): Transport {
  let socket: Socket | null = null
  return {
    open(ears: TransportEars) {
      return new Promise((resolve, reject) => {
        const opening = connect({
          host: url.host,
          port: url.port,
          noDelay: true,
          onread: {
            buffer: readInto,
            callback(count) {
              ears.bytes(readInto.slice(0, count))
              return true
            },
          },
        })
        socket = opening
        let why = 'the other side closed the connection'
        let byPeer = true
        opening.setTimeout(CONNECT_WITHIN_MS, () =>
          opening.destroy(new Error('no answer to the connection attempt')),
        )
        opening.on('error', error => {
          why = error.message
          byPeer = CLOSED_BY_PEER.has(codeOf(error) ?? '')
          reject(unreachable(url, error))
        })
        opening.on('connect', () => {
          opening.setTimeout(0)
          opening.setKeepAlive(true, KEEP_ALIVE.idleMs, KEEP_ALIVE.intervalMs, KEEP_ALIVE.probes)
          resolve()
        })
        opening.on('close', () => {
          reject(unreachable(url, new Error(why)))
          if (socket === opening) ears.closed(why, byPeer)
        })
      })
    },
    write(bytes) {
      if (socket) leaveTogether(socket, bytes)
    },
    unsent: () => socket?.writableLength ?? 0,
    drop: () => void socket?.resetAndDestroy(),
    async close() {
      const open = socket
      socket = null
      open?.destroy()
    },
  }
}

function unreachable(url: SocketUrl | Rfc2217Url, error: Error): Fault {
  const code = codeOf(error)
  const why =
    code === 'ECONNREFUSED'
      ? 'nothing listens there; check address, port and that the serial server is on'
      : code === 'ENOTFOUND' || code === 'EAI_AGAIN'
        ? 'the host name is not known'
        : code === 'EHOSTUNREACH' || code === 'ENETUNREACH'
          ? 'there is no way to that host; check the network'
          : error.message
  return new Fault('LINE_UNREACHABLE', `${url.kind}://${url.host}:${url.port}: ${why}`, error)
}

function codeOf(error: Error): string | undefined {
  return 'code' in error ? String(error.code) : undefined
}
