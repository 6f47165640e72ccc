/**
 * Rounds as they cross to the store's thread: columns of numbers that are handed over, not copied, and names only the
 * first time they occur. Cloning the objects themselves would cost more than the insert.
 */

import type { Kind, Quality } from '../reading/reading.ts'
import type { ExchangeRecord, MeterClock, Round } from './store.ts'

export interface Batch {
  readonly recordedAt: number
  readonly rounds: readonly RoundHead[]
  /** `NUMBERS` per reading, all rounds one after the other. */
  readonly numbers: Float64Array<ArrayBuffer>
  readonly digits: BigInt64Array<ArrayBuffer>
  /** JSON of a reading's findings, by the reading's place; most readings have none. */
  readonly findings: ReadonlyMap<number, string>
  /** Requests and replies one after the other; the heads hold their lengths. */
  readonly bytes: Uint8Array<ArrayBuffer>
  /** Registers and units not named in an earlier batch; their handles count up. */
  readonly newRegisters: readonly Register[]
  readonly newUnits: readonly string[]
}

export interface Register {
  readonly meter: string
  readonly obis: string
  readonly kind: Kind
}

export interface RoundHead {
  readonly meter: string
  readonly line: string
  readonly readings: number
  readonly exchanges: readonly ExchangeHead[]
  readonly clock: MeterClock | null
}

export interface ExchangeHead {
  readonly requestLength: number
  readonly replyLength: number | null
  readonly sentAt: number
  readonly receivedAt: number | null
  readonly outcome: ExchangeRecord['outcome']
}

/** Where each number of a reading stands among its `NUMBERS`. */
export const AT = {
  register: 0,
  slot: 1,
  scaler: 2,
  unit: 3,
  readAt: 4,
  receivedAt: 5,
  quality: 6,
  exchange: 7,
} as const
export const NUMBERS = 8

/** What the store keeps of a quality is its place in this list. */
export const QUALITIES = ['good', 'suspect', 'quarantined'] as const satisfies readonly Quality[]
export const GOOD = 0
export const SUSPECT = 1
export const QUARANTINED = 2

export interface Packer {
  /** Takes rounds that `requireSound` has passed. */
  pack(rounds: readonly Round[], recordedAt: number): Batch
}

/** Remembers which registers and units the other side knows; batches must arrive there in the order packed. */
export function createPacker(): Packer {
  const handles = createHandles()
  return {
    pack(rounds, recordedAt) {
      const columns = fillColumns(rounds, handles)
      return {
        recordedAt,
        rounds: rounds.map(headOf),
        bytes: joinBytes(rounds),
        ...columns,
        ...handles.takeNew(),
      }
    },
  }
}

interface Handles {
  register(register: Register): number
  unit(symbol: string): number
  /** What was named since the last call. */
  takeNew(): Pick<Batch, 'newRegisters' | 'newUnits'>
}

function createHandles(): Handles {
  const registers = new Map<string, Map<string, number>>()
  const units = new Map<string, number>()
  let registerCount = 0
  let newRegisters: Register[] = []
  let newUnits: string[] = []
  return {
    register({ meter, obis, kind }) {
      const ofMeter = registers.get(meter) ?? new Map<string, number>()
      registers.set(meter, ofMeter)
      const name = kind === 'poll' ? obis : `${kind} ${obis}`
      const known = ofMeter.get(name)
      if (known !== undefined) return known
      ofMeter.set(name, registerCount)
      newRegisters.push({ meter, obis, kind })
      return registerCount++
    },
    unit(symbol) {
      const known = units.get(symbol)
      if (known !== undefined) return known
      newUnits.push(symbol)
      units.set(symbol, units.size)
      return units.size - 1
    },
    takeNew() {
      const taken = { newRegisters, newUnits }
      newRegisters = []
      newUnits = []
      return taken
    },
  }
}

function fillColumns(
  rounds: readonly Round[],
  handles: Handles,
): Pick<Batch, 'numbers' | 'digits' | 'findings'> {
  const count = rounds.reduce((sum, round) => sum + round.readings.length, 0)
  const numbers = new Float64Array(count * NUMBERS)
  const digits = new BigInt64Array(count)
  const findings = new Map<number, string>()
  let place = 0
  for (const { readings } of rounds)
    for (const reading of readings) {
      const at = place * NUMBERS
      numbers[at + AT.register] = handles.register(reading)
      numbers[at + AT.slot] = reading.slot
      numbers[at + AT.scaler] = reading.value.scaler
      numbers[at + AT.unit] = handles.unit(reading.unit)
      numbers[at + AT.readAt] = reading.readAt
      numbers[at + AT.receivedAt] = reading.receivedAt
      numbers[at + AT.quality] = QUALITIES.indexOf(reading.quality)
      numbers[at + AT.exchange] = reading.exchange
      digits[place] = reading.value.digits
      if (reading.findings.length > 0) findings.set(place, JSON.stringify(reading.findings))
      place++
    }
  return { numbers, digits, findings }
}

/** What may be handed over with the message instead of copied. */
export function transferOf({ numbers, digits, bytes }: Batch): ArrayBuffer[] {
  return [numbers.buffer, digits.buffer, bytes.buffer]
}

function headOf(round: Round): RoundHead {
  return {
    meter: round.meter,
    line: round.line,
    readings: round.readings.length,
    exchanges: round.exchanges.map(({ request, reply, sentAt, receivedAt, outcome }) => ({
      requestLength: request.length,
      replyLength: reply === null ? null : reply.length,
      sentAt,
      receivedAt,
      outcome,
    })),
    clock: round.clock === null ? null : { meter: round.meter, ...round.clock },
  }
}

/** Copied together, because a frame is often a view into a large receive buffer that must not travel along. */
function joinBytes(rounds: readonly Round[]): Uint8Array<ArrayBuffer> {
  let length = 0
  for (const { exchanges } of rounds)
    for (const { request, reply } of exchanges) length += request.length + (reply?.length ?? 0)
  const bytes = new Uint8Array(length)
  let place = 0
  for (const { exchanges } of rounds)
    for (const { request, reply } of exchanges) {
      bytes.set(request, place)
      place += request.length
      if (reply === null) continue
      bytes.set(reply, place)
      place += reply.length
    }
  return bytes
}
