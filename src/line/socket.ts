/** A TCP connection as a transport: transparent serial servers and Modbus TCP. */

import { connect, type Socket } from 'node:net'
import { Fault } from '../core/faults.ts'
import type { SocketUrl } from '../core/line-url.ts'
import { leaveTogether } from './outbox.ts'
import type { Transport, TransportEars } from './transport.ts'

/** Half-open connections are found by probes this long apart (links lose power or their NAT entry silently). */
const KEEP_ALIVE_MS = 30_000
const CONNECT_WITHIN_MS = 10_000
/** What one read may bring; more comes with the next. */
const READ_BYTES = 16_384
/** All sockets read into this one: what was read is copied before anybody else reads. */
const readInto = new Uint8Array(READ_BYTES)

export function createSocketTransport(url: SocketUrl): Transport {
  let socket: Socket | null = null
  return {
    open(ears: TransportEars) {
      return new Promise((resolve, reject) => {
        const opening = connect({
          host: url.host,
          port: url.port,
          noDelay: true,
          keepAlive: true,
          keepAliveInitialDelay: KEEP_ALIVE_MS,
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
        opening.setTimeout(CONNECT_WITHIN_MS, () =>
          opening.destroy(new Error('no answer to the connection attempt')),
        )
        opening.on('error', error => {
          why = error.message
          reject(unreachable(url, error))
        })
        opening.on('connect', () => {
          opening.setTimeout(0)
          resolve()
        })
        opening.on('close', () => {
          reject(unreachable(url, new Error(why)))
          if (socket === opening) ears.closed(why)
        })
      })
    },
    write(bytes) {
      if (socket) leaveTogether(socket, bytes)
    },
    async close() {
      const open = socket
      socket = null
      open?.destroy()
    },
  }
}

function unreachable(url: SocketUrl, error: Error): Fault {
  const code = 'code' in error ? error.code : undefined
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
