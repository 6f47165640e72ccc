/**
 * An MQTT consumer that can be believed: what it hears is on its disk before the broker is told that it arrived, in a
 * session that outlives every connection. It judges the stream by the numbers and payloads alone (PR-10, PR-11).
 */

import { fdatasync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mqtt from 'mqtt'

export interface Seen {
  readonly id: string
  readonly epoch: number
  readonly sequence: number
  readonly meter: string
  readonly obis: string
  readonly kind: string
  readonly value: string
  readonly unit: string
  readonly readAt: string
  readonly receivedAt: string
  readonly quality: string
  readonly version: number
  /** By the clock of the consumer, UTC ms. */
  readonly heardAt: number
}

export interface Testimony {
  /** Every announcement, in the order it was first heard. */
  readonly seen: readonly Seen[]
  /** By id, as announced last. */
  readonly byId: ReadonlyMap<string, Seen>
  /** The highest number, by epoch. */
  readonly highest: ReadonlyMap<number, number>
  /** Numbers that never came, `epoch:number`. */
  readonly holes: readonly string[]
  /** One number or one id with two payloads. */
  readonly contradictions: readonly string[]
  /** Numbers announced as lost. */
  readonly shed: number
  /** How often a number came again. */
  readonly repeated: number
}

export interface Witness {
  /** Read from its disk. */
  testify(): Testimony
  /** Messages so far. */
  readonly heard: number
  end(): Promise<void>
}

interface Line {
  readonly heardAt: number
  readonly message: {
    readonly epoch: number
    readonly meter?: string
    readonly shed?: readonly [number, number]
    readonly readings: readonly Omit<Seen, 'epoch' | 'meter' | 'heardAt'>[]
  }
}

let witnesses = 0

export async function startWitness(url: string): Promise<Witness> {
  const folder = mkdtempSync(join(tmpdir(), 'meterd-witness-'))
  const path = join(folder, 'heard')
  const file = openSync(path, 'a')
  const clientId = `witness-${process.pid}-${witnesses++}`
  const client = mqtt.connect(url, { clean: false, clientId, reconnectPeriod: 100 })
  let heard = 0
  // Called before the acknowledgement is sent, which waits for `done`.
  client.handleMessage = (packet, done) => {
    const message = JSON.parse(packet.payload.toString())
    writeSync(file, `${JSON.stringify({ heardAt: Date.now(), message } satisfies Line)}\n`)
    heard += 1
    fdatasync(file, error => done(error ?? undefined))
  }
  await new Promise<void>(resolve => client.once('connect', () => resolve()))
  await client.subscribeAsync('meterd/v1/+/+/reading', { qos: 1 })
  return {
    testify: () => testimonyOf(readFileSync(path, 'utf8')),
    get heard() {
      return heard
    },
    async end() {
      await client.endAsync(true)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** What a number announced; how late it was sent is no part of it. */
const payloadOf = ({ heardAt: _, ...seen }: Seen) => JSON.stringify({ ...seen, historical: undefined })
/** What an id stands for, whatever is thought of it later. */
const meaningOf = ({ meter, obis, kind, value, unit, readAt, version }: Seen) =>
  [meter, obis, kind, value, unit, readAt, version].join(' ')

function testimonyOf(text: string): Testimony {
  const seen: Seen[] = []
  const byId = new Map<string, Seen>()
  const byNumber = new Map<string, string>()
  const highest = new Map<number, number>()
  const contradictions: string[] = []
  let shed = 0
  let repeated = 0
  const note = (epoch: number, sequence: number, payload: string): boolean => {
    const number = `${epoch}:${sequence}`
    const before = byNumber.get(number)
    if (before !== undefined) repeated += 1
    if (before !== undefined && before !== payload) contradictions.push(`${number}: ${before} and ${payload}`)
    byNumber.set(number, before ?? payload)
    highest.set(epoch, Math.max(highest.get(epoch) ?? 0, sequence))
    return before === undefined
  }
  for (const line of text.split('\n').slice(0, -1)) {
    const { heardAt, message }: Line = JSON.parse(line)
    const { epoch, meter = '', shed: gap } = message
    if (gap)
      for (let sequence = gap[0]; sequence <= gap[1]; sequence++) if (note(epoch, sequence, 'shed')) shed += 1
    for (const reading of message.readings) {
      const one: Seen = { ...reading, epoch, meter, heardAt }
      if (!note(epoch, one.sequence, payloadOf(one))) continue
      const before = byId.get(one.id)
      if (before && meaningOf(before) !== meaningOf(one))
        contradictions.push(`${one.id}: ${meaningOf(before)} and ${meaningOf(one)}`)
      if (!before || before.sequence < one.sequence) byId.set(one.id, one)
      seen.push(one)
    }
  }
  return { seen, byId, highest, holes: holesIn(byNumber, highest), contradictions, shed, repeated }
}

function holesIn(byNumber: ReadonlyMap<string, string>, highest: ReadonlyMap<number, number>): string[] {
  return [...highest].flatMap(([epoch, most]) =>
    Array.from({ length: most }, (_, index) => `${epoch}:${index + 1}`).filter(
      number => !byNumber.has(number),
    ),
  )
}
