/**
 * The consumer behind the broker, in a process of its own: it knows what every reading must be and ticks each one off,
 * by its sequence number and by what it is. It trusts nothing the gateway says about itself.
 */

import { createHash } from 'node:crypto'
import mqtt from 'mqtt'
import { formatScaled } from '../../../src/core/scaled.ts'
import { CURVES, digitsAt, FREEZES, LIVE_METERS, type Load, QUARTER, SLOTS_PER_DAY, START } from './load.ts'

export interface ConsumerOrder {
  readonly url: string
  readonly load: Load
  readonly liveSlots: number
}

export interface Tally {
  readonly messages: number
  /** Numbers heard, each counted once. */
  readonly numbers: number
  /** Readings heard, each counted once. */
  readonly readings: number
  readonly highest: number
  /** Heard for the first time although a later one had come: not in order. */
  readonly backwards: number
  /** Announced lost. */
  readonly shed: number
  /** What was wrong, in words; the first few. */
  readonly wrong: readonly string[]
  readonly wrongs: number
}

const { url, load, liveSlots }: ConsumerOrder = JSON.parse(process.argv[2] ?? '{}')

const slots = load.days * SLOTS_PER_DAY + liveSlots
const meters = load.meters + LIVE_METERS
const curveSeen = new Uint8Array(Math.ceil((meters * slots * CURVES.length) / 8))
const freezeSeen = new Uint8Array(Math.ceil((meters * load.days * FREEZES.length) / 8))
/** By sequence number: part of a digest of id and value. */
let told = new Uint32Array(1 << 20)

const tally = { messages: 0, numbers: 0, readings: 0, highest: 0, backwards: 0, shed: 0, wrongs: 0 }
const wrong: string[] = []

function complain(words: string): void {
  tally.wrongs += 1
  if (wrong.length < 20) wrong.push(words)
}

interface Message {
  readonly meter?: string
  readonly shed?: readonly [number, number]
  readonly readings: readonly {
    readonly id: string
    readonly sequence: number
    readonly obis: string
    readonly kind: 'freeze' | 'poll'
    readonly value: string
    readonly readAt: string
    readonly version: number
  }[]
}

function hear({ meter = '', shed, readings }: Message): void {
  tally.messages += 1
  if (shed) for (let sequence = shed[0]; sequence <= shed[1]; sequence++) note(sequence, 1, true)
  for (const one of readings) {
    const mark = createHash('md5').update(`${one.id} ${one.value}`).digest().readUInt32LE() | 1
    if (note(one.sequence, mark, false)) judge(Number(meter.slice('meter-'.length)), one)
  }
}

/** True when the number was not heard before. */
function note(sequence: number, mark: number, isShed: boolean): boolean {
  while (sequence >= told.length) {
    const more = new Uint32Array(told.length * 2)
    more.set(told)
    told = more
  }
  const before = told[sequence] ?? 0
  if (before !== 0 && before !== mark >>> 0) complain(`number ${sequence} came with two payloads`)
  if (before !== 0) return false
  told[sequence] = mark
  if (isShed) tally.shed += 1
  else tally.numbers += 1
  if (sequence < tally.highest) tally.backwards += 1
  tally.highest = Math.max(tally.highest, sequence)
  return true
}

function judge(
  meter: number,
  { obis, kind, value, readAt, version, sequence }: Message['readings'][number],
): void {
  const registers = kind === 'freeze' ? FREEZES : CURVES
  const at = registers.findIndex(register => register.obis === obis)
  const slot = Math.floor((Date.parse(readAt) - START) / QUARTER)
  const place =
    kind === 'freeze'
      ? (meter * load.days + slot / SLOTS_PER_DAY) * FREEZES.length + at
      : (meter * slots + slot) * CURVES.length + at
  const seen = kind === 'freeze' ? freezeSeen : curveSeen
  const what = `${meter} ${kind} ${obis} ${readAt} (number ${sequence})`
  if (at < 0 || !(place >= 0 && place < seen.length * 8)) {
    complain(`${what} was never read`)
    return
  }
  const expected = formatScaled({
    digits: BigInt(digitsAt(meter, kind, at, START + slot * QUARTER)),
    scaler: registers[at]?.scaler ?? 0,
  })
  if (value !== expected || version !== 1) complain(`${what} is ${value} version ${version}, not ${expected}`)
  const bit = 1 << (place & 7)
  if ((seen[place >> 3] ?? 0) & bit) complain(`${what} came under two numbers`)
  else tally.readings += 1
  seen[place >> 3] = (seen[place >> 3] ?? 0) | bit
}

const client = await mqtt.connectAsync(url, { clean: false, clientId: `consumer-${process.pid}` })
client.on('message', (_topic, payload) => hear(JSON.parse(payload.toString())))
await client.subscribeAsync('meterd/v1/+/+/reading', { qos: 1 })
process.on('message', () => process.send?.({ ...tally, wrong } satisfies Tally))
process.on('disconnect', () => process.exit(0))
process.send?.({ ...tally, wrong } satisfies Tally)
