/** Doors of a simulated bus: a TCP port that carries its bytes as they are, or a serial device. */

import { type AddressInfo, createServer, type Socket } from 'node:net'
import { SerialPort } from 'serialport'
import { Fault } from '../core/faults.ts'
import type { SerialUrl } from '../core/line-url.ts'
import type { Bus } from './bus.ts'

export interface Listener {
  /** The port listened on; 0 on a serial line. */
  readonly port: number
  /** Present where DTUs dial: all lose their connections, and dial again. */
  hangUp?(): void
  stop(): Promise<void>
}

/** As a transparent serial server: each master has its own connection, all share the bus. */
export function listenTcp(
  at: { readonly host: string; readonly port: number },
  accept: (socket: Socket) => void,
): Promise<Listener> {
  const sockets = new Set<Socket>()
  const server = createServer({ noDelay: true }, socket => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    // A master that resets its connection is its own business.
    socket.on('error', () => undefined)
    accept(socket)
  })
  return new Promise((resolve, reject) => {
    server.once('error', cause =>
      reject(new Fault('LINE_UNREACHABLE', `tcp://${at.host}:${at.port}: cannot listen`, cause)),
    )
    server.listen(at.port, at.host, () =>
      resolve({
        port: (server.address() as AddressInfo).port,
        stop: () =>
          new Promise(done => {
            server.close(() => done())
            for (const socket of sockets) socket.destroy()
          }),
      }),
    )
  })
}

export function serveBus(bus: Bus): (socket: Socket) => void {
  return socket => {
    const connection = bus.connect(bytes => socket.write(bytes))
    socket.on('data', bytes => connection.receive(bytes))
    socket.on('close', () => connection.close())
  }
}

export function listenSerial(url: SerialUrl, bus: Bus): Promise<Listener> {
  const { path, baud, parity, dataBits, stopBits } = url
  return new Promise((resolve, reject) => {
    const port = new SerialPort({ path, baudRate: baud, parity, dataBits, stopBits }, cause => {
      if (cause) return reject(new Fault('LINE_UNREACHABLE', `${path}: cannot open`, cause))
      const connection = bus.connect(bytes => port.write(bytes))
      port.on('data', (bytes: Uint8Array) => connection.receive(bytes))
      port.on('error', () => connection.close())
      resolve({
        port: 0,
        stop() {
          connection.close()
          return new Promise(done => (port.isOpen ? port.close(() => done()) : done()))
        },
      })
    })
  })
}
