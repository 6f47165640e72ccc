/** A reading made again from the bytes that are kept of it, by its meter's driver and by nothing the store says of its value. */

import type { MeterConfig } from '../config/config.ts'
import type { Call, Driver, Frame, RawValue } from '../driver-api/driver.ts'
import type { ExchangeRecord } from '../reading/exchange.ts'
import { fromRaw, type Meaning, type Meant } from '../reading/from-raw.ts'
import { agreedTransformers } from '../reading/ratios.ts'
import type { Reading } from '../reading/reading.ts'
import { beginnings, firstOf, type Replayed, replay, type Tape, tapeOf, type Way } from './replay.ts'
import { waysOf } from './ways.ts'

/** What is kept of a reading, and which of its round's exchanges carried it. */
export interface Kept {
  readonly reading: Omit<Reading, 'exchange'>
  readonly exchanges: readonly (ExchangeRecord & { readonly carried: boolean })[]
}

export interface Recomputed {
  readonly meant: Meant
  readonly raw: RawValue
  /** All that the conversation told, its clock among it. */
  readonly meaning: Meaning
  readonly way: Way
  /** Holds the same conversation over another tape: what would have been told by other bytes. */
  again(tape: Tape): { readonly raw: RawValue; readonly meant: Meant } | null
  readonly tape: Tape
  readonly carrier: number
}

/** Why it cannot be made again, in words. */
export interface Unmade {
  readonly why: string
}

export function recompute(
  { reading, exchanges }: Kept,
  meter: MeterConfig,
  offsetMinutes: number,
): Recomputed | Unmade {
  const carrier = exchanges.findIndex(({ carried }) => carried)
  const question = exchanges[carrier]?.request
  const reply = exchanges[carrier]?.reply
  if (exchanges.length === 0)
    return { why: 'the bytes of its round are no longer kept: frames are the first to go for age or room' }
  if (question === undefined || !reply)
    return { why: 'the exchange that carried it is not among those that are kept, or is damaged' }
  const tape = tapeOf(meter.driver, exchanges)
  const transformers = agreedTransformers(meter)
  const asked = { ...reading, offsetMinutes, transformers }
  for (const way of waysOf(meter, reading, { bytes: question }, offsetMinutes))
    for (const call of callsFor(meter, tape)) {
      const first = firstOf(way, call)
      if (first === null) continue
      for (const from of beginnings(tape, first, carrier)) {
        const look = (played: Replayed) => found(played, reading, asked, carrier)
        const made = look(replay(tape, way, call, from))
        if (made === null) continue
        const again = (other: Tape) => look(replay(other, way, call, from))
        return { ...made, way, again, tape, carrier }
      }
    }
  return {
    why: 'no question of this meter, as it is configured now, brings this register out of these bytes',
  }
}

function found(
  { result, heard }: Replayed,
  { obis, slot }: Kept['reading'],
  asked: Parameters<typeof fromRaw>[2],
  carrier: number,
): Pick<Recomputed, 'raw' | 'meant' | 'meaning'> | null {
  const raws = result.reads.filter(
    (raw): raw is RawValue =>
      'value' in raw && raw.point.obis === obis && raw.frames[0] === heard[carrier]?.frame,
  )
  const meaning = fromRaw(result.reads, heard, asked)
  const meants = meaning.readings.filter(
    ({ reading, point }) => reading.exchange === carrier && raws.some(raw => raw.point === point),
  )
  // Of load records one answer tells several moments.
  const meant = meants.find(({ reading }) => reading.slot === slot) ?? meants[0]
  const raw = meant && raws.find(({ point }) => point === meant.point)
  return meant && raw ? { raw, meant, meaning } : null
}

/**
 * What was known of the meter is not kept; what it was not asked in this round it may have refused before, and what its
 * answers teach may have been known.
 */
function* callsFor({ address, driver, profile }: MeterConfig, tape: Tape): Iterable<Call> {
  const { traits } = profile
  const call = { address, sequence: () => 0, traits }
  const unasked = new Set(
    (traits.blocks ?? []).filter(block => !tape.exchanges.some(one => asks(driver, one.request, block))),
  )
  yield { ...call, refusedBefore: unasked }
  const taught = tape.exchanges.flatMap(({ request, frame }) =>
    frame ? (driver.retrace?.taughtBy({ bytes: request }, frame) ?? []) : [],
  )
  for (const one of new Set(taught)) yield { ...call, refusedBefore: new Set([...unasked, one]) }
}

/** In blocks of freezes "nn" stands for the count back. */
function asks(driver: Driver, request: Uint8Array, block: string): boolean {
  const item = itemAsked(driver, { bytes: request })
  return item !== null && (item === block || item.slice(0, -2) === block.replace(/nn$/, ''))
}

function itemAsked(driver: Driver, { bytes }: Frame): string | null {
  const start = driver.preamble === undefined ? 0 : bytes.findIndex(byte => byte !== driver.preamble)
  return driver.decode({ bytes: bytes.subarray(Math.max(0, start)) }, { direction: 'request' }).item
}
