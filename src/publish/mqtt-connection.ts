/**
 * One connection to an MQTT broker, from CONNECT to its end. The library's reconnect is off and every connection is a
 * new client: nothing a lost one had queued is sent again behind our back, nothing doubles (PR-13).
 */

import { connect, ErrorWithReasonCode, type IConnackPacket, type MqttClient } from 'mqtt'
import { readTls, type TlsFiles, type TlsMaterial } from '../config/tls.ts'
import { type Cancel, type Clock, within } from '../core/clock.ts'
import { messageOf } from '../core/faults.ts'
import { SECOND } from '../core/time.ts'
import type { SinkFault } from './sink.ts'
import { tlsFault, untrusted } from './tls-words.ts'

export interface Connection {
  /** Messages the broker lets us have unacknowledged (MQTT 5.0, 3.2.2.3.3). */
  readonly receiveMaximum: number
  readonly maximumPacketBytes: number
  /** QoS 1; `done` is called at most once, and maybe never. */
  publish(topic: string, payload: string, kind: 'reading' | 'status', done: (outcome: Outcome) => void): void
  /** Why it ended; resolves when it has. */
  readonly ended: Promise<SinkFault>
  /** Calls when it ends; the answer cancels that. */
  whenEnded(call: () => void): Cancel
  /** Says goodbye to the broker where that is possible, then lets go. */
  close(): Promise<void>
}

/** What became of a message: acknowledged, refused with the broker's words, or not known and so still owed. */
export type Outcome = 'accepted' | 'lost' | { readonly reasonCode: number; readonly reason: string }

export interface ConnectionParts {
  readonly url: string
  readonly username: string | null
  readonly password: string | null
  readonly tls: TlsFiles | null
  readonly clientId: string
  readonly will: { readonly topic: string; readonly payload: string }
  readonly clock: Clock
}

const NO_FILES: TlsFiles = { ca: null, cert: null, key: null }
const CONNECT_WITHIN_MS = 10 * SECOND
const CLOSE_WITHIN_MS = SECOND
const KEEP_ALIVE_SECONDS = 30

const READING = { qos: 1, properties: { contentType: 'application/json' } } as const
const STATUS = { qos: 1, retain: true } as const

/** CONNACK: this protocol version is not spoken here (MQTT 3.1.1 table 3.1; MQTT 5.0, 3.2.2.2). */
const VERSION_REFUSED = [1, 132]
/** CONNACK: not with these credentials. */
const LOGIN_REFUSED = [4, 5, 134, 135]
/** DISCONNECT: another client came with our client id (MQTT 5.0, 3.14.2.1). */
const TAKEN_OVER = 142

interface Refusal {
  readonly fault: SinkFault
  /** True when it may be only the protocol version the broker dislikes. */
  readonly tryOlder: boolean
}

/** Speaks MQTT 5 where the broker does, else 3.1.1. */
export async function openConnection(
  parts: ConnectionParts,
  signal: AbortSignal,
): Promise<Connection | SinkFault> {
  const tls = await readTls(parts.tls ?? NO_FILES)
  if ('of' in tls) return untrusted(`${tls.text}; ${tls.remedy}`)
  const newest = await attempt(parts, tls, 5, signal)
  if (!('fault' in newest)) return newest
  if (!newest.tryOlder || signal.aborted) return newest.fault
  const older = await attempt(parts, tls, 4, signal)
  return 'fault' in older ? older.fault : older
}

/** The address without what may be secret in it. */
export function placeOf(url: string): string {
  const parsed = URL.parse(url)
  return parsed === null ? 'the address configured' : `${parsed.protocol}//${parsed.host}`
}

function attempt(
  parts: ConnectionParts,
  tls: TlsMaterial,
  protocolVersion: 4 | 5,
  signal: AbortSignal,
): Promise<Connection | Refusal> {
  const place = placeOf(parts.url)
  let client: MqttClient
  try {
    client = connect(parts.url, optionsOf(parts, tls, protocolVersion))
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
    client.on('error', error => settle(refusalOf(error, parts)))
    client.on('close', () => settle(refusal('SINK_UNREACHABLE', hungUp(place), true)))
    client.on('connect', packet => settle(connectionOf(client, packet, parts)))
  })
}

function optionsOf(parts: ConnectionParts, tls: TlsMaterial, protocolVersion: 4 | 5) {
  return {
    ...tls,
    // Said here, so that no environment variable says otherwise (PR-75).
    rejectUnauthorized: true,
    minVersion: 'TLSv1.2' as const,
    protocolVersion,
    clientId: parts.clientId,
    clean: true,
    // Its table of all 65,536 numbers ready to send costs more memory than making each when it is needed.
    writeCache: false,
    keepalive: KEEP_ALIVE_SECONDS,
    reconnectPeriod: 0,
    connectTimeout: 2 * CONNECT_WITHIN_MS,
    ...(parts.username === null ? {} : { username: parts.username }),
    ...(parts.password === null ? {} : { password: parts.password }),
    will: {
      topic: parts.will.topic,
      payload: Buffer.from(parts.will.payload),
      qos: 1 as const,
      retain: true,
    },
  }
}

function connectionOf(client: MqttClient, connack: IConnackPacket, parts: ConnectionParts): Connection {
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
  return {
    receiveMaximum: connack.properties?.receiveMaximum ?? 65_535,
    maximumPacketBytes: connack.properties?.maximumPacketSize ?? Number.POSITIVE_INFINITY,
    publish(topic, payload, kind, done) {
      // The library throws when it is handed a message after its end.
      if (over) return done('lost')
      client.publish(topic, payload, kind === 'status' ? STATUS : READING, error => done(outcomeOf(error)))
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

function outcomeOf(error: Error | undefined): Outcome {
  if (!error) return 'accepted'
  return error instanceof ErrorWithReasonCode ? { reasonCode: error.code, reason: error.message } : 'lost'
}

function refusalOf(error: Error, parts: ConnectionParts): Refusal {
  const place = placeOf(parts.url)
  const code = 'code' in error ? error.code : undefined
  if (typeof code === 'number') {
    if (!LOGIN_REFUSED.includes(code))
      return refusal('SINK_REFUSED', `${place} refused: ${error.message}`, VERSION_REFUSED.includes(code))
    const who = parts.username === null ? 'a client without a user name' : `user "${parts.username}"`
    return refusal('SINK_REFUSED', `${place} refused ${who}; correct mqtt.username and its password`, false)
  }
  const mistrust = tlsFault(error, place)
  if (mistrust) return { fault: mistrust, tryOlder: false }
  if (code === 'ECONNRESET') return refusal('SINK_UNREACHABLE', hungUp(place), true)
  const words = `no connection to ${place} (${typeof code === 'string' ? code : error.message})`
  return refusal(
    'SINK_UNREACHABLE',
    `${words}; start the broker there or correct mqtt.url`,
    code === undefined,
  )
}

function hungUp(place: string): string {
  const what = `${place} hung up before the connection was complete`
  if (!place.startsWith('mqtts:')) return what
  return `${what}; check that it speaks TLS there, and whether it takes our certificate (mqtt.tls.cert)`
}

function disconnectWords(place: string, reasonCode: number, clientId: string): string {
  return reasonCode === TAKEN_OVER
    ? `${place} dropped us for another client named "${clientId}"; give each gateway its own name`
    : `${place} ended the connection (reason 0x${reasonCode.toString(16)})`
}

function refusal(code: SinkFault['code'], text: string, tryOlder: boolean): Refusal {
  return { fault: { code, text }, tryOlder }
}
