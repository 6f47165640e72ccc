/**
 * One connection to an MQTT broker, from CONNECT to its end. The library's reconnect is off and every connection is a
 * new client: nothing a lost one had queued is sent again behind our back, nothing doubles (PR-13).
 */

import { connect, type IConnackPacket, type MqttClient } from 'mqtt'
import type { TlsFiles } from '../config/config.ts'
import { type Pems, STRICT } from '../config/tls.ts'
import { type Cancel, type Clock, within } from '../core/clock.ts'
import { messageOf } from '../core/faults.ts'
import { DAY, SECOND } from '../core/time.ts'
import { disconnectWords, hungUp, placeOf, type Refusal, refusal, refusalOf } from './mqtt-refusal.ts'
import type { SinkFault } from './sink.ts'
import { readPems } from './tls.ts'

export interface Connection {
  readonly protocol: Protocol
  /** Messages the broker lets us have unacknowledged (MQTT 5.0, 3.2.2.3.3). */
  readonly receiveMaximum: number
  readonly maximumPacketBytes: number
  /** `done` is called at most once, and maybe never; of QoS 0 when it is handed to the network. */
  publish(topic: string, payload: string | Buffer, how: How, done: (outcome: Outcome) => void): void
  /** QoS 1; what comes goes to `heard` of the parts. `done` as in publish. */
  subscribe(topic: string, done: (outcome: Outcome) => void): void
  /** Calls once the broker has answered a ping, and with it taken all that was sent before, and maybe never. */
  ping(done: () => void): void
  /** Why it ended; resolves when it has. */
  readonly ended: Promise<SinkFault>
  /** Calls when it ends; the answer cancels that. */
  whenEnded(call: () => void): Cancel
  /** Says goodbye to the broker where that is possible, then lets go. */
  close(): Promise<void>
}

/** QoS 1 with a content type, QoS 1 and retained, QoS 1 alone, QoS 0. */
export type How = 'reading' | 'retained' | 'sure' | 'volatile'

/** MQTT 3.1.1 calls itself 4. */
export type Protocol = 4 | 5

/** What became of a message: acknowledged, refused with the broker's words, or not known and so still owed. */
export type Outcome = 'accepted' | 'lost' | { readonly reasonCode: number; readonly reason: string }

export interface Heard {
  readonly topic: string
  readonly payload: Buffer
  /** True for the last word of others, kept by the broker; false for what is said now. */
  readonly retained: boolean
}

export interface ConnectionParts {
  readonly url: string
  readonly username: string | null
  readonly password: string | null
  readonly tls: TlsFiles
  readonly clientId: string
  /** The section of the settings that says all this, for words with a remedy. */
  readonly section: string
  /** Null: 5 where it is spoken, else 3.1.1. */
  readonly protocol: Protocol | null
  /** Persistent: the broker keeps our subscriptions while we are away. Nothing we send is kept by it or by the library. */
  readonly session: 'clean' | 'persistent'
  readonly will: { readonly topic: string; readonly payload: Buffer; readonly retain: boolean }
  /** What the broker has for us, also what it kept while we were away: maybe before the connection is handed out. */
  readonly heard: (message: Heard) => void
  readonly clock: Clock
}

const CONNECT_WITHIN_MS = 10 * SECOND
const CLOSE_WITHIN_MS = SECOND
const KEEP_ALIVE_SECONDS = 30

/** As long as what we owe is kept to be sent again. */
const SESSION_SECONDS = (7 * DAY) / SECOND
/** What others may say to us is a few dozen bytes. */
const LARGEST_HEARD_BYTES = 65_536

const HOW = {
  reading: { qos: 1, properties: { contentType: 'application/json' } },
  retained: { qos: 1, retain: true },
  sure: { qos: 1 },
  volatile: { qos: 0 },
} as const

/** Speaks MQTT 5 where the broker does, else 3.1.1, unless told which. */
export async function openConnection(
  parts: ConnectionParts,
  signal: AbortSignal,
): Promise<Connection | SinkFault> {
  const pems = await readPems(parts.tls, { ...parts, place: placeOf(parts.url) })
  if ('code' in pems) return pems
  const newest = await attempt(parts, pems, parts.protocol ?? 5, signal)
  if (!('fault' in newest)) return newest
  if (parts.protocol !== null || !newest.tryOlder || signal.aborted) return newest.fault
  const older = await attempt(parts, pems, 4, signal)
  return 'fault' in older ? older.fault : older
}

function attempt(
  parts: ConnectionParts,
  pems: Pems,
  protocolVersion: Protocol,
  signal: AbortSignal,
): Promise<Connection | Refusal> {
  const dialled = { ...parts, place: placeOf(parts.url) }
  const { place } = dialled
  let client: MqttClient
  try {
    client = connect(parts.url, optionsOf(parts, pems, protocolVersion))
  } catch (error) {
    return Promise.resolve(
      refusal('SINK_UNREACHABLE', `${place} cannot be dialled: ${messageOf(error)}`, false),
    )
  }
  return new Promise(resolve => {
    let settled = false
    const settle = (result: Connection | Refusal) => {
      if (settled) return
      settled = true
      cancelTimer()
      signal.removeEventListener('abort', stop)
      if ('fault' in result) client.end(true)
      resolve(result)
    }
    const late = `${place} did not complete a connection within ${CONNECT_WITHIN_MS / SECOND} s`
    const cancelTimer = parts.clock.after(CONNECT_WITHIN_MS, () =>
      settle(refusal('SINK_UNREACHABLE', `${late}; check that an MQTT broker listens there`, false)),
    )
    const stop = () => settle(refusal('SINK_UNREACHABLE', 'stopped', false))
    signal.addEventListener('abort', stop)
    client.on('error', error => settle(refusalOf(error, dialled)))
    client.on('close', () => settle(hungUp(dialled)))
    client.on('message', (topic, payload, { retain }) => parts.heard({ topic, payload, retained: retain }))
    client.on('connect', packet => settle(connectionOf(client, packet, parts, protocolVersion)))
  })
}

function optionsOf(parts: ConnectionParts, pems: Pems, protocolVersion: Protocol) {
  return {
    // Without a TLS session of an earlier connection: a resumed one does not look at the certificate again.
    ...pems,
    ...STRICT,
    protocolVersion,
    clientId: parts.clientId,
    clean: parts.session === 'clean',
    properties: {
      maximumPacketSize: LARGEST_HEARD_BYTES,
      ...(parts.session === 'persistent' ? { sessionExpiryInterval: SESSION_SECONDS } : {}),
    },
    // Its table of all 65,536 numbers ready to send costs more memory than making each when it is needed.
    writeCache: false,
    keepalive: KEEP_ALIVE_SECONDS,
    reconnectPeriod: 0,
    connectTimeout: 2 * CONNECT_WITHIN_MS,
    ...(parts.username === null ? {} : { username: parts.username }),
    ...(parts.password === null ? {} : { password: parts.password }),
    will: { ...parts.will, qos: 1 as const },
  }
}

function connectionOf(
  client: MqttClient,
  connack: IConnackPacket,
  parts: ConnectionParts,
  protocol: Protocol,
): Connection {
  const place = placeOf(parts.url)
  let why = `the connection to ${place} was lost`
  const waiting = new Set<() => void>()
  let over = false
  const ended = new Promise<SinkFault>(resolve => {
    client.on('disconnect', packet => {
      why = disconnectWords(place, packet.reasonCode ?? 0, parts.clientId)
    })
    client.on('close', () => {
      over = true
      client.end(true)
      resolve({ code: 'SINK_UNREACHABLE', text: why })
      for (const call of waiting) call()
    })
  })
  const ping = createPing(client)
  return {
    protocol,
    receiveMaximum: connack.properties?.receiveMaximum ?? 65_535,
    maximumPacketBytes: connack.properties?.maximumPacketSize ?? Number.POSITIVE_INFINITY,
    publish(topic, payload, how, done) {
      // The library throws when it is handed a message after its end.
      if (over) return done('lost')
      client.publish(topic, payload, HOW[how], error => done(outcomeOf(error)))
    },
    subscribe(topic, done) {
      if (over) return done('lost')
      client.subscribe(topic, { qos: 1 }, (error, _granted, suback) => {
        const granted: readonly unknown[] = suback?.granted ?? []
        done(outcomeOf(error ?? undefined, granted.find(isRefusal)))
      })
    },
    ping(done) {
      if (!over) ping(done)
    },
    ended,
    whenEnded(call) {
      waiting.add(call)
      return () => waiting.delete(call)
    },
    async close() {
      client.end(false)
      await within(parts.clock, CLOSE_WITHIN_MS, ended)
      client.stream.destroy()
    },
  }
}

/** The library pings as well, to keep the connection alive; answers come in the order of the questions. */
function createPing(client: MqttClient): (done: () => void) => void {
  const waiting: (() => void)[] = []
  const ours: (() => void)[] = []
  client.on('packetsend', ({ cmd }) => {
    if (cmd === 'pingreq') waiting.push(ours.shift() ?? (() => {}))
  })
  client.on('packetreceive', ({ cmd }) => {
    if (cmd === 'pingresp') waiting.shift()?.()
  })
  return done => {
    ours.push(done)
    client.sendPing()
  }
}

/** SUBACK: 128 and above is a refusal (MQTT 3.1.1 and 5.0, 3.9.3). */
function isRefusal(granted: unknown): granted is number {
  return typeof granted === 'number' && granted >= 0x80
}

/** What the broker refuses comes with its reason code (MQTT 5.0, 2.4), with the error or beside it. */
function outcomeOf(error: Error | undefined, beside?: number): Outcome {
  if (!error) return 'accepted'
  const reasonCode = 'code' in error ? error.code : beside
  return typeof reasonCode === 'number' ? { reasonCode, reason: error.message } : 'lost'
}
