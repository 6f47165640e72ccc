/**
 * A port that DTUs dial: whoever connects tells who it is, and is handed to its line. Registration is no proof of
 * anything, so only known identities come through, from the addresses allowed, within limits; strangers leave nothing
 * behind but counts.
 */

import { BlockList, createServer, isIPv6, type Server, type Socket } from 'node:net'
import { backOffMs } from '../core/back-off.ts'
import type { Cancel, Clock } from '../core/clock.ts'
import type { DialInSettings } from '../core/dial-in.ts'
import { FAULTS, type Failure } from '../core/faults.ts'
import { hostAndPort } from '../core/host.ts'
import type { Log } from '../core/log.ts'
import { identityBytes, type Packet, packetBytes } from '../core/packet.ts'
import type { Random } from '../core/random.ts'
import { heardSoFar } from './asker.ts'
import { createPlace, type Dialled, type Heartbeat, type Place } from './dtu.ts'
import { createRegistry, identityKey } from './registration.ts'
import { createStrangers } from './strangers.ts'
import type { Transport } from './transport.ts'

/** Thousands dial at once when a carrier or we come back; the system clips this to net.core.somaxconn. */
const BACKLOG = 8_192
/** Links lose power, or their NAT entry, silently. */
const KEEP_ALIVE_MS = 30_000
/** A connection that was silent for so many heartbeats leads nowhere. */
const HEARTBEATS_MISSED = 3
const JITTER = 0.2
const NOTHING = new Uint8Array(0)

export interface DialInParts extends DialInSettings {
  /** Who may come; null where whoever dials is the one box of this port. */
  readonly dtus: readonly (string | null)[]
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
}

export interface DialInStatus {
  /** Boxes that are connected, of how many. */
  readonly here: number
  readonly expected: number
  /** Connections that have not told who they are, strangers among them. */
  readonly unregistered: number
  /** Since the start: registrations, those that took the place of an older connection, connections turned away. */
  readonly registered: number
  readonly replaced: number
  readonly refused: number
}

export interface DialIn {
  /** Resolves when the port is open, or is known to be taken; it is tried again then. */
  start(): Promise<void>
  stop(): Promise<void>
  /** The way to one of `dtus`. */
  transportOf(dtu: string | null): Transport
  /** The port listened on. */
  readonly port: number
  /** Why nobody can dial; null when the port is open. */
  readonly closed: Failure | null
  status(): DialInStatus
}

export function createDialIn(parts: DialInParts): DialIn {
  const { clock, log, registration } = parts
  const idleMs = idleOf(parts)
  const places = new Map<string | null, Place>()
  const connections = new Set<Dialled>()
  const perSource = new Map<string, number>()
  const allowed = allowedFrom(parts.from)
  let server: Server | null = null
  let closed: Failure | null = { code: 'LINE_UNREACHABLE', text: `port ${parts.port} is not open yet` }
  let isStopped = false
  let attempt = 0
  let tryAgain: Cancel = () => undefined
  let sweepAgain: Cancel = () => undefined
  let sweptAt = clock.monotonic()
  let registered = 0
  let replaced = 0
  const known = new Map<string, Place>()
  for (const dtu of parts.dtus) addPlace(dtu)
  const registry = createRegistry({
    packet: registration.packet,
    known,
    heartbeats: heartbeatsOf(parts, null).map(({ bytes }) => bytes),
  })
  const strangers = createStrangers({
    port: parts.port,
    withinMs: registration.withinMs,
    places: [...places.values()],
    clock,
    log,
  })

  function addPlace(dtu: string | null): void {
    const place = createPlace({
      dtu,
      port: parts.port,
      heartbeats: heartbeatsOf(parts, dtu),
      answer: registration.answer,
      provesLife: idleMs !== null,
      clock,
      closed: () => closed,
    })
    places.set(dtu, place)
    const identity = dtu === null ? null : identityBytes(dtu, registration.identity)
    if (identity) known.set(identityKey(identity), place)
  }

  function accept(socket: Socket): void {
    const source = (socket.remoteAddress ?? '').replace(/^::ffff:/, '')
    // An address is missing when the other side has hung up already.
    const why = source === '' ? 'gone' : whyNot(source)
    if (why !== null) {
      strangers.refused(why, source)
      socket.on('error', () => undefined)
      socket.destroy()
      return
    }
    const now = clock.monotonic()
    const connection: Dialled = {
      socket,
      source,
      acceptedAt: now,
      heardAt: now,
      place: null,
      unknown: NOTHING,
    }
    connections.add(connection)
    perSource.set(source, (perSource.get(source) ?? 0) + 1)
    let ended = 'the DTU closed the connection'
    socket.on('data', ({ buffer, byteOffset, length }: Buffer<ArrayBuffer>) =>
      heard(connection, new Uint8Array(buffer, byteOffset, length)),
    )
    socket.on('error', error => {
      ended = error.message
    })
    socket.on('close', () => forget(connection, ended))
    const only = places.get(null)
    if (only) register(connection, only, fixedRegistration(registration.packet), NOTHING)
    else strangers.add(connection)
  }

  function whyNot(source: string): 'outside' | 'crowded' | null {
    if (allowed && !allowed(source)) return 'outside'
    if ((perSource.get(source) ?? 0) >= parts.perAddress) return 'crowded'
    // Whoever has waited longest without a word is the least likely to be a box of ours.
    if (connections.size >= parts.connections && !strangers.dropOldest()) return 'crowded'
    return null
  }

  function heard(connection: Dialled, bytes: Uint8Array): void {
    connection.heardAt = clock.monotonic()
    if (connection.place) connection.place.heard(connection, bytes)
    else identify(connection, bytes)
  }

  function identify(connection: Dialled, bytes: Uint8Array): void {
    const all = heardSoFar(connection.unknown, bytes)
    const found = registry.recognise(all)
    if (found === 'more') connection.unknown = all
    else if (found === 'nobody') strangers.quarantine(connection, all)
    else {
      strangers.remove(connection)
      connection.unknown = NOTHING
      register(connection, found.who, found.packet, found.rest)
    }
  }

  function register(connection: Dialled, place: Place, packet: Uint8Array, rest: Uint8Array): void {
    registered += 1
    connection.place = place
    if (place.take(connection, packet, rest)) replaced += 1
  }

  function forget(connection: Dialled, why: string): void {
    connections.delete(connection)
    strangers.remove(connection)
    const others = (perSource.get(connection.source) ?? 1) - 1
    if (others > 0) perSource.set(connection.source, others)
    else perSource.delete(connection.source)
    connection.place?.lost(connection, why)
  }

  /** One timer for all: each connection is looked at several times within the silence it is allowed. */
  function sweep(): void {
    if (idleMs === null || isStopped) return
    const now = clock.monotonic()
    const everyMs = idleMs / (2 * HEARTBEATS_MISSED)
    // After a stop of the process what came meanwhile is taken in first (PR-34).
    const mayJudge = now - sweptAt < 2 * everyMs
    for (const { place, heardAt, socket } of connections)
      if (mayJudge && place && now - heardAt > idleMs)
        socket.destroy(new Error(`nothing was heard of it for ${HEARTBEATS_MISSED} heartbeats`))
    sweptAt = now
    sweepAgain = clock.after(everyMs, sweep)
  }

  function listen(): Promise<void> {
    return new Promise(resolve => {
      const opening = createServer(
        { noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS },
        accept,
      )
      opening.on('error', error => {
        const isTaken = 'code' in error && error.code === 'EADDRINUSE'
        const why = isTaken ? 'the port is taken; another program, or another meterd, has it' : error.message
        if (closed?.text !== why && !isStopped)
          log.warn({ code: 'LINE_UNREACHABLE', hint: FAULTS.LINE_UNREACHABLE.hint }, `${at()}: ${why}`)
        closed = { code: 'LINE_UNREACHABLE', text: why }
        if (!isStopped)
          tryAgain = clock.after(backOffMs(attempt++, parts.random, JITTER), () => void listen())
        resolve()
      })
      opening.listen({ host: parts.host, port: parts.port, backlog: BACKLOG }, () => {
        closed = null
        attempt = 0
        server = opening
        resolve()
      })
    })
  }

  function at(): string {
    return hostAndPort(parts.host, parts.port)
  }

  return {
    async start() {
      await listen()
      strangers.start()
      sweep()
    },
    async stop() {
      isStopped = true
      tryAgain()
      sweepAgain()
      strangers.stop()
      const open = server
      server = null
      const ended = open ? new Promise<void>(resolve => open.close(() => resolve())) : null
      for (const { socket } of connections) socket.destroy()
      await ended
    },
    transportOf(dtu) {
      const place = places.get(dtu)
      if (!place) throw new Error(`no line of port ${parts.port} is that of ${dtu}`)
      return place.transport
    },
    get port() {
      const address = server?.address()
      return typeof address === 'object' && address ? address.port : parts.port
    },
    get closed() {
      return closed
    },
    status: () => ({
      here: [...places.values()].filter(({ isHere }) => isHere).length,
      expected: places.size,
      unregistered: strangers.count,
      registered,
      replaced,
      refused: strangers.refusedCount,
    }),
  }
}

/** The silence a connection is allowed; null where nothing says how often a box speaks. */
function idleOf({ heartbeats }: DialInSettings): number | null {
  const every = heartbeats.flatMap(({ everyMs }) => everyMs ?? [])
  return every.length > 0 ? HEARTBEATS_MISSED * Math.max(...every) : null
}

/** Those with this identity in them; of nobody those that name none. */
function heartbeatsOf(
  { heartbeats, registration }: DialInSettings,
  dtu: string | null,
): readonly Heartbeat[] {
  const identity = dtu === null ? NOTHING : (identityBytes(dtu, registration.identity) ?? NOTHING)
  return heartbeats.flatMap(({ packet, answer }) => {
    const bytes = packet.named && dtu === null ? null : packetBytes(packet, identity)
    return bytes ? [{ bytes, answer }] : []
  })
}

/** Where whoever dials is the box, it may register all the same: that is no meter's word. */
function fixedRegistration(packet: Packet): Uint8Array {
  return packet.named ? NOTHING : (packetBytes(packet, NOTHING) ?? NOTHING)
}

function allowedFrom(from: readonly string[]): ((source: string) => boolean) | null {
  if (from.length === 0) return null
  const list = new BlockList()
  for (const network of from) {
    const [address = '', prefix] = network.split('/')
    const family = isIPv6(address) ? 'ipv6' : 'ipv4'
    if (prefix === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(prefix), family)
  }
  return source => list.check(source, isIPv6(source) ? 'ipv6' : 'ipv4')
}
