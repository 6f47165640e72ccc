/**
 * The embedded MQTT broker of the demonstration and of small sites. It keeps nothing: no session or message outlives
 * its connection or the process, except in the store they came from. Readers need no login; only we may publish, so
 * that nobody on the network can pass off a reading as ours.
 */

import { timingSafeEqual } from 'node:crypto'
import { createServer, type Server, type Socket } from 'node:net'
import { Aedes, type AedesOptions, type Client } from 'aedes'
import { Fault } from '../core/faults.ts'
import { hostAndPort } from '../core/host.ts'
import type { Random } from '../core/random.ts'

export interface Broker {
  /** What a client must show to be allowed to publish; new at each start of the process. */
  readonly publisher: { readonly username: string; readonly password: string }
  /** Throws SINK_UNREACHABLE when the address cannot be had. */
  start(): Promise<void>
  /** Where it listens, once started; the port is the real one when 0 was asked for. */
  url(): string
  stop(): Promise<void>
}

export interface BrokerParts {
  readonly host: string
  readonly port: number
  readonly random: Random
  /** Connections taken at once; further ones are refused. */
  readonly mostClients: number
}

const PUBLISHER = 'meterd'
const BAD_USERNAME_OR_PASSWORD = 4

export function createBroker({ host, port, random, mostClients }: BrokerParts): Broker {
  const publisher = { username: PUBLISHER, password: Buffer.from(random.bytes(32)).toString('base64url') }
  const sockets = new Set<Socket>()
  const server = createServer()
  server.maxConnections = mostClients
  let aedes: Aedes | null = null
  return {
    publisher,
    async start() {
      const broker = await Aedes.createBroker(rulesFor(publisher))
      aedes = broker
      server.on('connection', socket => {
        sockets.add(socket)
        socket.on('close', () => sockets.delete(socket))
        broker.handle(socket)
      })
      await listen(server, host, port)
    },
    url: () => urlOf(server, host),
    async stop() {
      const broker = aedes
      if (broker !== null) await new Promise<void>(resolve => broker.close(resolve))
      const closed = new Promise<void>(resolve => server.close(() => resolve()))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

function rulesFor(publisher: Broker['publisher']): AedesOptions {
  const publishers = new WeakSet<Client>()
  return {
    /** A session that outlived its connection would queue readings in memory without end (PR-23). */
    preConnect(_client, packet, done) {
      packet.clean = true
      done(null, true)
    },
    authenticate(client, username, password, done) {
      if (username === undefined) return done(null, true)
      if (username !== publisher.username || !isSame(password, publisher.password))
        return done(
          Object.assign(new Error('wrong user name or password'), { returnCode: BAD_USERNAME_OR_PASSWORD }),
          false,
        )
      publishers.add(client)
      done(null, true)
    },
    authorizePublish(client, _packet, done) {
      const may = client !== null && publishers.has(client)
      done(may ? null : new Error('only the gateway publishes here'))
    },
  }
}

function isSame(given: Readonly<Buffer> | undefined, secret: string): boolean {
  const wanted = Buffer.from(secret)
  return given !== undefined && given.length === wanted.length && timingSafeEqual(given, wanted)
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.on('error', error => {
      const text = `the embedded broker cannot listen on ${host}:${port} (${error.message}); choose another broker.port`
      reject(new Fault('SINK_UNREACHABLE', text, error))
    })
    server.listen(port, host, resolve)
  })
}

function urlOf(server: Server, host: string): string {
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return `mqtt://${hostAndPort(host, port)}`
}
