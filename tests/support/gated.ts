/** One boundary of a usual meter put before the billing gate, with what is told otherwise. */

import { DAY } from '../../src/core/time.ts'
import type { BillingFacts, DoubtCode, KeptReading } from '../../src/reading/billing/billing-read.ts'
import { settle } from '../../src/reading/billing/gate.ts'
import type { Settled, Surroundings } from '../../src/reading/billing/gate-facts.ts'
import { type Release, USUAL_POLICY } from '../../src/reading/billing/release.ts'
import type { Finding } from '../../src/reading/reading.ts'
import { stored } from './memory-store.ts'

export const D = Date.UTC(2026, 10, 20)
export const TOTAL = '1-0:1.8.0'
const FACTS: BillingFacts = {
  meter: 'm1',
  origin: 'freeze',
  needed: [TOTAL],
  clock: { measuredAt: D, deviationMs: 0 },
  capacities: { [TOTAL]: { digits: 1_000_000n, scaler: 0 } },
}
export const WITNESS: Finding = {
  rule: 'V-W1',
  version: 1,
  verdict: 'accept',
  severity: 3,
  codes: [],
  evidence: 'asked again, exchange 2 said the same',
}
export const LATER = D + DAY
const AROUND: Surroundings = {
  now: LATER,
  policy: USUAL_POLICY,
  released: null,
  before: null,
  after: null,
  history: [],
  previous: D - DAY,
  beside: [],
  audits: null,
  multiplier: '1',
  heldBack: null,
  segment: 1,
  offsetMinutes: 0,
}

export const freeze = (digits: bigint, change: Partial<KeptReading> = {}): KeptReading =>
  stored({ slot: D, value: { digits, scaler: -2 }, findings: [WITNESS], ...change })
export const poll = (digits: bigint, readAt: number, change: Partial<KeptReading> = {}): KeptReading =>
  stored({ slot: readAt, readAt, kind: 'poll', value: { digits, scaler: -2 }, ...change })

export function released(digits: bigint, boundary = D, change: Partial<Release> = {}): Release {
  const register = { obis: TOTAL, value: { digits, scaler: -2 }, unit: 'kWh' }
  return {
    meter: 'm1',
    boundary,
    version: 1,
    standing: 'actual',
    registers: [{ ...register, reading: 'r', codes: ['2.0.1'], witnesses: [], estimate: null }],
    withheld: [],
    multiplier: '1',
    segment: 1,
    remarks: [],
    recordedAt: boundary + DAY,
    by: 'rule',
    ...change,
  }
}

export function settled(
  kept: readonly KeptReading[],
  around: Partial<Surroundings> = {},
  facts: Partial<BillingFacts> = {},
): Settled {
  const history = around.before ? [around.before] : []
  return settle({ ...FACTS, ...facts }, D, kept, { ...AROUND, history, ...around })
}

export function codesOf(one: Settled): readonly DoubtCode[] {
  return one.does === 'hold' ? one.doubts.map(({ code }) => code) : []
}

export function releaseOf(one: Settled): Omit<Release, 'recordedAt'> {
  if (one.does !== 'release') throw new Error(`it ${one.does}s: ${JSON.stringify(codesOf(one))}`)
  return one.release
}
