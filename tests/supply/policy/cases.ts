/** A policy and facts by which a cut is allowed, to take one thing away from at a time. */

import { DAY, HOUR, MINUTE } from '../../../src/core/time.ts'
import { WEEKDAYS } from '../../../src/supply/policy/dates.ts'
import type { Facts } from '../../../src/supply/policy/facts.ts'
import { type Behaviour, type Policy, PROTECTIONS } from '../../../src/supply/policy/policy.ts'

/** A Tuesday, ten in the morning in Shanghai. */
export const NOW = Date.parse('2026-11-24T10:00:00+08:00')

const yuan = (cents: number) => ({ digits: BigInt(cents), scaler: -2 })

export const POLICY: Policy = {
  name: 'test',
  edition: '1',
  jurisdiction: 'nowhere',
  zone: 'Asia/Shanghai',
  accepted: { by: 'A. Person', on: '2026-01-01' },
  firstNotice: { days: { residents: 7, others: 3 }, lapsesAfterDays: 60, source: 'first' },
  secondNotice: { leastMs: 30 * MINUTE, mostMs: 60 * MINUTE, source: 'second' },
  windows: {
    open: [{ days: WEEKDAYS.slice(1, 6), from: 9 * 60, to: 15 * 60 }],
    never: ['friday', 'saturday', 'sunday'],
    source: 'windows',
  },
  holidays: {
    known: { from: '2026-01-01', to: '2026-12-31' },
    dayBefore: true,
    days: [{ name: 'a holiday', from: '2026-12-03', to: '2026-12-03' }],
    source: 'holidays',
  },
  noCut: [{ name: 'harvest', from: '12-07', to: '12-11', source: 'harvest' }],
  declared: [{ name: 'heat', source: 'heat' }],
  protections: new Map(PROTECTIONS.map(one => [one, rule('block')])),
  arrears: { least: yuan(1000), currency: 'CNY', source: 'arrears' },
  read: { mostAgeMs: 48 * HOUR, source: 'read' },
  meterClock: { mostErrorMs: 60_000, source: 'clock' },
  fuses: { limits: new Map(), ratio: { times: 2, percent: 1 }, canary: 5, source: 'fuses' },
  approval: { apart: [['operate', 'approve']], selectForMs: 60_000, source: 'approval' },
}

export function rule(behaviour: Behaviour, extraDays = 0) {
  return { behaviour, extraDays, source: behaviour }
}

export const FACTS: Facts = {
  customer: 'residents',
  arrears: { amount: yuan(1000), currency: 'CNY' },
  read: { at: NOW - 48 * HOUR, quality: 'actual' },
  meterClockErrorMs: -60_000,
  gatewayTime: 'trusted',
  // Seven full days lie between the 16th and the 24th.
  firstNotice: Date.parse('2026-11-16T23:59:59+08:00'),
  secondNotice: NOW - 30 * MINUTE,
  protections: [],
  declared: new Map([['heat', false]]),
}

/** As good as `FACTS` at another time. */
export function factsAt(now: number): Facts {
  return {
    ...FACTS,
    read: { at: now, quality: 'actual' },
    firstNotice: now - 20 * DAY,
    secondNotice: now - 45 * MINUTE,
  }
}
