/** An edge node of Sparkplug B on one connection: born, numbered, heard, dead. One gateway is a node, its meters devices. */

import type { Clock } from '../core/clock.ts'
import { type Change, type Item, isGap } from '../store/store.ts'
import type { Connection } from './mqtt-connection.ts'
import { wrongLevel } from './mqtt-message.ts'
import type { Delivery } from './sink.ts'
import type { Metrics } from './sparkplug-metrics.ts'
import { BOOLEAN, encode, INT64, type Metric, type Payload, REBIRTH, STRING } from './sparkplug-payload.ts'

export interface Node {
  /** NBIRTH, then a DBIRTH for each meter: what a host must have before data mean anything to it. */
  beBorn(): void
  /** Hands all of the batch to the network; answers what cannot be handed over at all. */
  send(batch: readonly Item[]): Delivery['rejected']
}

export interface NodeParts {
  readonly group: string
  readonly gateway: string
  readonly epoch: number
  /** Of the death the connection has as its will. */
  readonly bdSeq: number
  readonly meters: readonly string[]
  readonly metrics: Metrics
  readonly isHistorical: (change: Change) => boolean
  readonly connection: Connection
  readonly clock: Clock
}

type MessageType = 'NBIRTH' | 'NDEATH' | 'NDATA' | 'NCMD' | 'DBIRTH' | 'DDATA'

/** Sequence numbers and bdSeq go from 0 to 255 and over (6.4.20). */
export const SEQUENCE_NUMBERS = 256
/** About 20 kB; small brokers and cloud services stop at 128 kB. */
const METRICS_PER_MESSAGE = 100
/** Fixed header and properties of a PUBLISH, generously (MQTT 5.0, 3.3). */
const PACKET_OVERHEAD_BYTES = 64

export function topicOf(type: MessageType, group: string, node: string, device?: string): string {
  return ['spBv1.0', group, type, node, ...(device === undefined ? [] : [device])].join('/')
}

/** NDEATH is known before the connection is: the broker sends it when we cannot. */
export function deathOf(bdSeq: number, timestamp: number): Buffer {
  return encode({ timestamp, metrics: [{ name: 'bdSeq', timestamp, datatype: INT64, longValue: bdSeq }] })
}

export function createNode(parts: NodeParts): Node {
  const { group, gateway, epoch, bdSeq, metrics, connection, clock } = parts
  const born = new Set<string>()
  let next = 0

  /** QoS 0, not retained: so the specification wants it (6.4.17 to 6.4.24). False when the broker takes no such size. */
  function publish(type: MessageType, device: string | undefined, of: readonly Metric[]): boolean {
    const topic = topicOf(type, group, gateway, device)
    const payload: Payload = { timestamp: clock.now(), metrics: of, seq: type === 'NBIRTH' ? 0 : next }
    const bytes = encode(payload)
    const size = bytes.length + Buffer.byteLength(topic) + PACKET_OVERHEAD_BYTES
    if (size > connection.maximumPacketBytes) return false
    next = ((payload.seq ?? 0) + 1) % SEQUENCE_NUMBERS
    connection.publish(topic, bytes, 'volatile', () => {})
    return true
  }

  function beBorn(): void {
    const timestamp = clock.now()
    born.clear()
    publish('NBIRTH', undefined, [
      { name: 'bdSeq', timestamp, datatype: INT64, longValue: bdSeq },
      { name: REBIRTH, timestamp, datatype: BOOLEAN, booleanValue: false },
      { name: 'epoch', timestamp, datatype: INT64, longValue: epoch },
      { name: 'shed', timestamp, datatype: STRING, isNull: true },
    ])
    for (const meter of parts.meters) if (metrics.has(meter)) giveBirth(meter)
  }

  function giveBirth(meter: string): boolean {
    if (publish('DBIRTH', meter, metrics.born(meter, clock.now()))) born.add(meter)
    return born.has(meter)
  }

  /** Why a conversation of one meter cannot be handed over; null when it is. */
  function sendRound(meter: string, changes: readonly Change[]): string | null {
    const wrong = wrongLevel(meter)
    if (wrong !== null) return wrong
    const areKnown = changes.map(change => metrics.knows(change)).every(known => known)
    const tooLarge = `larger than the broker takes (${connection.maximumPacketBytes} B)`
    if (!(areKnown && born.has(meter)) && !giveBirth(meter)) return tooLarge
    const data = changes.map(change => metrics.data(change, parts.isHistorical(change)))
    return publish('DDATA', meter, data) ? null : tooLarge
  }

  /** What is too large together goes one by one. */
  function sendOrSplit(meter: string, changes: readonly Change[]): Delivery['rejected'] {
    const reason = sendRound(meter, changes)
    if (reason === null) return []
    if (changes.length > 1) return changes.flatMap(change => sendOrSplit(meter, [change]))
    return changes.map(({ sequence }) => ({ sequence, reason }))
  }

  return {
    beBorn,
    send(batch) {
      const rejected: Delivery['rejected'][number][] = []
      for (const part of conversations(batch)) {
        if ('shed' in part) {
          const words = { name: 'shed', timestamp: clock.now(), stringValue: JSON.stringify(part.shed) }
          publish('NDATA', undefined, [words])
        } else rejected.push(...sendOrSplit(part.meter, part.changes))
      }
      return rejected
    },
  }
}

type Part =
  | { readonly shed: readonly [first: number, last: number] }
  | { readonly meter: string; readonly changes: readonly Change[] }

/** Consecutive changes of one round and meter go together. */
function conversations(batch: readonly Item[]): readonly Part[] {
  const parts: Part[] = []
  let open: Change[] = []
  for (const item of batch) {
    if (isGap(item)) {
      parts.push({ shed: [item.first, item.sequence] })
      open = []
      continue
    }
    const [first] = open
    const fits = first && first.round === item.round && first.meter === item.meter
    if (!fits || open.length >= METRICS_PER_MESSAGE) {
      open = []
      parts.push({ meter: item.meter, changes: open })
    }
    open.push(item)
  }
  return parts
}
