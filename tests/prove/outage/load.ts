/**
 * What a site's meters give while the servers are away: every reading a function of meter, register and slot, so that
 * whoever hears of one can say what it must be. Rounds as acquisition makes them, each exchange with its frames.
 */

import { mix } from '../../../src/core/random.ts'
import type { Scaled } from '../../../src/core/scaled.ts'
import { DAY, MINUTE } from '../../../src/core/time.ts'
import type { ExchangeRecord } from '../../../src/reading/exchange.ts'
import type { Kind, ValidatedReading } from '../../../src/reading/reading.ts'
import { bcd, wireAddress, writeFrame } from '../../../src/simulator/dlt645/frame.ts'
import type { Round } from '../../../src/store/store.ts'

export interface Load {
  readonly meters: number
  readonly days: number
}

/** 2026-10-01T00:00+08:00. */
export const START = Date.UTC(2026, 8, 30, 16)
export const QUARTER = 15 * MINUTE
export const SLOTS_PER_DAY = DAY / QUARTER

interface Register {
  readonly obis: string
  readonly unit: string
  readonly scaler: number
  /** As asked for on the wire; a register of the daily block has none of its own. */
  readonly item: number
  /** BCD bytes of its value. */
  readonly bytes: number
}

const energy = (tariff: number, item: number): Register => ({
  obis: `1-0:1.8.${tariff}`,
  unit: 'kWh',
  scaler: -2,
  item,
  bytes: 4,
})
/** Five registers are billed. */
export const FREEZES: readonly Register[] = [0, 1, 2, 3, 4].map(tariff => energy(tariff, 0))
/** Four values make a load curve. */
export const CURVES: readonly Register[] = [
  energy(0, 0x00010000),
  { obis: '1-0:2.8.0', unit: 'kWh', scaler: -2, item: 0x00020000, bytes: 4 },
  { obis: '1-0:1.7.0', unit: 'kW', scaler: -4, item: 0x02030000, bytes: 3 },
  { obis: '1-0:32.7.0', unit: 'V', scaler: -1, item: 0x02010100, bytes: 2 },
]
/** Meters whose rounds keep coming while the backlog drains; numbered on from the load's. */
export const LIVE_METERS = 50

const FREEZE_STAMP = 0x05060001
const FREEZE_BLOCK = 0x05060101

export const meterName = (meter: number) => `meter-${meter}`
export const readingsOf = ({ meters, days }: Load) =>
  meters * days * (FREEZES.length + CURVES.length * SLOTS_PER_DAY)

/** What register `at` of a meter showed: counters grow, the others wander. */
export function digitsAt(meter: number, kind: Kind, at: number, slot: number): number {
  const quarter = Math.round((slot - START) / QUARTER)
  const counter = kind === 'freeze' || at < 2
  return counter
    ? 1_000_000 + (meter % 5_000) * 997 + quarter * (at + 3)
    : 2_000 + (mix(meter * 31 + at + quarter * 8_191) % 400)
}

/** All rounds of the load in the order a gateway would make them: slot by slot, after midnight the freezes first. */
export function* roundsOf({ meters, days }: Load): Generator<{ readonly at: number; readonly round: Round }> {
  for (let slot = START; slot < START + days * DAY; slot += QUARTER) {
    for (let meter = 0; (slot - START) % DAY === 0 && meter < meters; meter++)
      yield { at: slot + 5 * MINUTE, round: freezeRound(meter, slot) }
    for (let meter = 0; meter < meters; meter++)
      yield { at: slot + 6 * MINUTE, round: curveRound(meter, slot) }
  }
}

export function curveRound(meter: number, slot: number): Round {
  const asked = slot + 6 * MINUTE
  const exchanges = CURVES.map(({ item, bytes }, at) =>
    exchangeOf(meter, item, bcd(digitsAt(meter, 'poll', at, slot), bytes), asked + at * 150),
  )
  const readings = CURVES.map((register, at) =>
    readingOf(meter, 'poll', register, at, slot, asked + at * 150 + 90, at),
  )
  return { meter: meterName(meter), line: `line-${meter % 20}`, exchanges, readings, clock: null }
}

/** The stamp, the block, the stamp again: one conversation. */
function freezeRound(meter: number, slot: number): Round {
  const asked = slot + 5 * MINUTE
  const stamp = [...bcd(0, 2), ...bcd(Math.round((slot - START) / DAY) + 1, 1), 0x10, 0x26]
  const block = FREEZES.flatMap(({ bytes }, at) => bcd(digitsAt(meter, 'freeze', at, slot), bytes))
  const exchanges = [
    exchangeOf(meter, FREEZE_STAMP, stamp, asked),
    exchangeOf(meter, FREEZE_BLOCK, block, asked + 150),
    exchangeOf(meter, FREEZE_STAMP, stamp, asked + 300),
  ]
  const readings = FREEZES.map((register, at) => readingOf(meter, 'freeze', register, at, slot, slot, 1))
  return {
    meter: meterName(meter),
    line: `line-${meter % 20}`,
    exchanges,
    readings,
    clock: { measuredAt: asked, deviationMs: (meter % 40) - 20 },
  }
}

function readingOf(
  meter: number,
  kind: Kind,
  { obis, unit, scaler }: Register,
  at: number,
  slot: number,
  readAt: number,
  exchange: number,
): ValidatedReading {
  const value: Scaled = { digits: BigInt(digitsAt(meter, kind, at, slot)), scaler }
  return {
    meter: meterName(meter),
    obis,
    kind,
    slot,
    value,
    unit,
    readAt,
    receivedAt: Math.max(readAt, slot + 5 * MINUTE),
    exchange,
    quality: 'good',
    findings: [],
  }
}

function exchangeOf(meter: number, item: number, data: readonly number[], sentAt: number): ExchangeRecord {
  const address = wireAddress(String(meter + 1).padStart(12, '0'))
  const asked = [item & 0xff, (item >>> 8) & 0xff, (item >>> 16) & 0xff, item >>> 24]
  return {
    request: writeFrame({ address, control: 0x11, data: Uint8Array.from(asked) }, 4),
    reply: writeFrame({ address, control: 0x91, data: Uint8Array.from([...asked, ...data]) }, 4),
    sentAt,
    receivedAt: sentAt + 90,
    outcome: 'answered',
  }
}
