/** Store files with readings of boundaries in them, and a gate that releases what is good. */

import { DAY } from '../../src/core/time.ts'
import type { BilledMeter } from '../../src/reading/billing/billed-meter.ts'
import { USUAL_POLICY } from '../../src/reading/billing/release.ts'
import { KEPT_FOR } from '../../src/reading/worth.ts'
import { createPacker } from '../../src/store/batch.ts'
import type { MeterBoundary } from '../../src/store/book/asked.ts'
import type { Gate } from '../../src/store/book/facts.ts'
import { openStoreFile } from '../../src/store/file.ts'
import type { Calls } from '../../src/store/protocol.ts'
import type { Limits, Round } from '../../src/store/store.ts'
import { plainGate } from '../support/plain-gate.ts'
import { roundOf } from './rounds.ts'

/** 2026-11-01T00:00:00+08:00. */
export const FIRST = Date.UTC(2026, 9, 31, 16)
export const LIMITS = { maxBytes: 1e9, keep: KEPT_FOR, offsetMinutes: 480 }
export const REGISTERS = ['1-0:1.8.0', '1-0:2.8.0']

export const LATER = FIRST + 400 * DAY

export interface BookFile extends Calls {
  keep(...rounds: readonly Round[]): void
}

export function bookIn(
  directory: string,
  gate: Gate = plainGate,
  report: (text: string) => void = () => undefined,
  limits: Limits = LIMITS,
): BookFile {
  const calls = openStoreFile(directory, limits, report, undefined, gate)
  const packer = createPacker()
  return {
    ...calls,
    keep: (...rounds) => void calls.accept(packer.pack(rounds, FIRST)),
  }
}

export function billed(id: string): BilledMeter {
  const usual = { origin: 'freeze', needed: REGISTERS } as const
  return { id, usual, settlement: null, multiplier: '1', capacities: {} }
}

/** A freeze of so many days after the first, and of a clock that was right. */
export function frozen(meter: string, day: number, digits = BigInt(1_000 * day + 7)): Round {
  const slot = FIRST + day * DAY
  const round = roundOf(
    meter,
    { kind: 'freeze', slot, readAt: slot, digits },
    { kind: 'freeze', slot, readAt: slot, obis: '1-0:2.8.0', digits: digits / 3n, scaler: -3 },
  )
  return { ...round, clock: { measuredAt: slot, deviationMs: 0 } }
}

export function pair(meter: string, day: number, anew = false): MeterBoundary {
  return { meter: billed(meter), boundary: FIRST + day * DAY, anew }
}

/** Settles all of them, call after call. */
export function settleAll(calls: Calls, pairs: readonly MeterBoundary[], now = LATER): string[] {
  const outcomes: string[] = []
  while (outcomes.length < pairs.length)
    outcomes.push(
      ...calls.settle({ now, policy: USUAL_POLICY, pairs: pairs.slice(outcomes.length) }).outcomes,
    )
  return outcomes
}
