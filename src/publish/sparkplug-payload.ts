/** Payloads of Sparkplug B 3.0 (chapter 6) as protocol buffers: what we write of them, and read of commands. */

import protobuf from 'protobufjs/light.js'

export interface Payload {
  /** UTC ms. */
  readonly timestamp?: number
  readonly seq?: number
  readonly metrics: readonly Metric[]
}

export interface Metric {
  /** In births and commands; data name a metric by its alias alone. */
  readonly name?: string
  readonly alias?: number
  readonly timestamp?: number
  /** In births only. */
  readonly datatype?: number
  readonly isHistorical?: boolean
  readonly isNull?: boolean
  readonly properties?: Properties
  readonly longValue?: number
  readonly doubleValue?: number
  readonly booleanValue?: boolean
  readonly stringValue?: string
}

/** Keys and values of the same places belong together. */
export interface Properties {
  readonly keys: readonly string[]
  readonly values: readonly PropertyValue[]
}

export interface PropertyValue {
  readonly type: number
  readonly intValue?: number
  readonly longValue?: number
  readonly stringValue?: string
}

/** Data types of metrics and properties (6.4.16). */
export const INT32 = 3
export const INT64 = 4
export const UINT32 = 7
export const UINT64 = 8
export const DOUBLE = 10
export const BOOLEAN = 11
export const STRING = 12

const field = (type: string, id: number, rule?: 'repeated') => (rule ? { type, id, rule } : { type, id })

/** In proto2 a zero is written as well: the first sequence number, a quality of BAD, a false. */
const edition = 'proto2'

/** The fields we use, numbered as in the specification; a reader skips the others. */
const MESSAGES = protobuf.Root.fromJSON({
  nested: {
    Payload: {
      edition,
      fields: {
        timestamp: field('uint64', 1),
        metrics: field('Metric', 2, 'repeated'),
        seq: field('uint64', 3),
      },
    },
    Metric: {
      edition,
      fields: {
        name: field('string', 1),
        alias: field('uint64', 2),
        timestamp: field('uint64', 3),
        datatype: field('uint32', 4),
        isHistorical: field('bool', 5),
        isNull: field('bool', 7),
        properties: field('PropertySet', 9),
        intValue: field('uint32', 10),
        longValue: field('uint64', 11),
        doubleValue: field('double', 13),
        booleanValue: field('bool', 14),
        stringValue: field('string', 15),
      },
    },
    PropertySet: {
      edition,
      fields: { keys: field('string', 1, 'repeated'), values: field('PropertyValue', 2, 'repeated') },
    },
    PropertyValue: {
      edition,
      fields: {
        type: field('uint32', 1),
        intValue: field('uint32', 3),
        longValue: field('uint64', 4),
        stringValue: field('string', 8),
      },
    },
  },
})
const PAYLOAD = MESSAGES.lookupType('Payload')

export function encode(payload: Payload): Buffer {
  return Buffer.from(PAYLOAD.encode(payload).finish())
}

/** Whether a command asks for what the node was born with. Bytes that are no payload ask for nothing. */
export function asksForRebirth(bytes: Uint8Array): boolean {
  try {
    const { metrics = [] }: { metrics?: Metric[] } = PAYLOAD.toObject(PAYLOAD.decode(bytes))
    return metrics.some(({ name, booleanValue }) => name === REBIRTH && booleanValue === true)
  } catch {
    return false
  }
}

export const REBIRTH = 'Node Control/Rebirth'
