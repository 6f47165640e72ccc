/** Conditions 1 to 5 of the billing-ready definition: each met, broken, and exactly at its limit. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DAY, HOUR, MINUTE } from '../../../src/core/time.ts'
import type { BillingFacts, DoubtCode, KeptReading } from '../../../src/reading/billing/billing-read.ts'
import { judgeBilling, neededOf } from '../../../src/reading/billing/billing-ready.ts'
import type { Finding } from '../../../src/reading/reading.ts'
import { stored } from '../../support/memory-store.ts'
import { rounds } from '../../support/rounds.ts'

const D = Date.UTC(2026, 10, 20, 16)
const NEEDED = ['1-0:1.8.0', '1-0:1.8.1', '1-0:1.8.2', '1-0:2.8.0']
const TOTALS = ['1-0:1.8.0', '1-0:2.8.0']
const TARIFFS = ['1-0:1.8.1', '1-0:1.8.2']
const CLOCK = { measuredAt: D + HOUR, deviationMs: 2_000 }
const FREEZING: BillingFacts = { meter: 'm1', origin: 'freeze', needed: NEEDED, clock: CLOCK }
const TIMED: BillingFacts = { meter: 'm1', origin: 'timed', needed: TOTALS, clock: null }

type Change = Partial<KeptReading>
const freezes = (change: Change = {}, only = ''): KeptReading[] =>
  NEEDED.map(obis => stored({ slot: D, obis, ...(only === '' || only === obis ? change : {}) }))
const polls = (change: Change = {}, needed: readonly string[] = TOTALS): KeptReading[] =>
  needed.map(obis => stored({ slot: D, obis, kind: 'poll', readAt: D + 3_000, ...change }))
const finding = (rule: string, verdict: Finding['verdict']): Finding => ({
  rule,
  verdict,
  severity: 1,
  codes: ['2.5.258'],
  evidence: 'because',
})

interface Case {
  readonly name: string
  readonly facts?: Partial<BillingFacts>
  readonly kept: readonly KeptReading[]
  readonly status: 'ready' | 'totals-only' | 'missing'
  readonly codes?: readonly DoubtCode[]
}

const clock = (deviationMs: number, measuredAt = D + HOUR) => ({ clock: { deviationMs, measuredAt } })

const CASES: Readonly<Record<string, readonly Case[]>> = {
  '1 origin': [
    { name: 'stamped exactly', kept: freezes(), status: 'ready' },
    {
      name: 'one second off the stamp',
      kept: freezes({ readAt: D + 1_000 }, TOTALS[0]),
      status: 'missing',
      codes: ['NOT_STAMPED_AT_BOUNDARY'],
    },
    {
      name: 'received 5 min before its stamp',
      kept: freezes({ receivedAt: D - 5 * MINUTE }),
      status: 'ready',
    },
    {
      name: 'received longer before its stamp',
      kept: freezes({ receivedAt: D - 5 * MINUTE - 1 }, TOTALS[0]),
      status: 'missing',
      codes: ['NOT_STAMPED_AT_BOUNDARY'],
    },
    {
      name: 'a poll is no freeze',
      kept: polls({}, NEEDED),
      status: 'missing',
      codes: Array(4).fill('NOT_READ'),
    },
    {
      name: 'a freeze of the day before',
      kept: freezes({ slot: D - DAY }),
      status: 'missing',
      codes: Array(4).fill('NOT_READ'),
    },
    {
      name: 'V-T3 stamped three minutes late',
      kept: freezes({ slot: D + 3 * MINUTE, readAt: D + 3 * MINUTE, quality: 'quarantined' }),
      status: 'missing',
      codes: Array(4).fill('NOT_STAMPED_AT_BOUNDARY'),
    },
    {
      name: 'V-T3 one register stamped a minute early',
      kept: freezes({ slot: D - MINUTE, readAt: D - MINUTE }, TOTALS[0]),
      status: 'missing',
      codes: ['NOT_STAMPED_AT_BOUNDARY'],
    },
    {
      name: 'V-T3 a stamp a quarter of an hour off is another freeze',
      kept: freezes({ slot: D + 15 * MINUTE }),
      status: 'missing',
      codes: Array(4).fill('NOT_READ'),
    },
    { name: 'timed, seconds after', facts: TIMED, kept: polls(), status: 'ready' },
    { name: 'timed, 5 min after', facts: TIMED, kept: polls({ readAt: D + 5 * MINUTE }), status: 'ready' },
    { name: 'timed, 5 min before', facts: TIMED, kept: polls({ readAt: D - 5 * MINUTE }), status: 'ready' },
    {
      name: 'timed, a millisecond over',
      facts: TIMED,
      kept: polls({ readAt: D + 5 * MINUTE + 1 }),
      status: 'missing',
      codes: ['NOT_READ_IN_TIME', 'NOT_READ_IN_TIME'],
    },
  ],
  '2 identity': [
    {
      name: 'V-I5 quarantined',
      kept: freezes({ quality: 'quarantined', findings: [finding('V-I5', 'quarantine')] }, TOTALS[0]),
      status: 'missing',
      codes: ['IDENTITY_IN_DOUBT', 'NOT_GOOD'],
    },
    { name: 'V-I7 only flagged', kept: freezes({ findings: [finding('V-I7', 'flag')] }), status: 'ready' },
  ],
  '3 time': [
    { name: 'at the limit', facts: clock(300_000), kept: freezes(), status: 'ready' },
    { name: 'at the limit, slow', facts: clock(-300_000), kept: freezes(), status: 'ready' },
    {
      name: 'over the limit',
      facts: clock(300_001),
      kept: freezes(),
      status: 'totals-only',
      codes: ['CLOCK_OFF'],
    },
    {
      name: 'never measured',
      facts: { clock: null },
      kept: freezes(),
      status: 'totals-only',
      codes: ['CLOCK_UNKNOWN'],
    },
    { name: 'measured 48 h away', facts: clock(0, D + 48 * HOUR), kept: freezes(), status: 'ready' },
    { name: 'measured 48 h before', facts: clock(0, D - 48 * HOUR), kept: freezes(), status: 'ready' },
    {
      name: 'measured longer away',
      facts: clock(0, D - 48 * HOUR - 1),
      kept: freezes(),
      status: 'totals-only',
      codes: ['CLOCK_UNKNOWN'],
    },
    {
      name: '15 min off',
      facts: clock(15 * MINUTE),
      kept: freezes(),
      status: 'totals-only',
      codes: ['CLOCK_OFF'],
    },
    {
      name: 'further off: which midnight was it?',
      facts: clock(-15 * MINUTE - 1),
      kept: freezes(),
      status: 'missing',
      codes: ['CLOCK_BROKEN'],
    },
    {
      name: 'tariffs suspect by V-T2',
      kept: freezes({ quality: 'suspect', findings: [finding('V-T2', 'suspect')] }, TARIFFS[0]),
      status: 'totals-only',
      codes: ['CLOCK_OFF'],
    },
    {
      name: 'a total suspect by V-T2',
      kept: freezes({ quality: 'suspect', findings: [finding('V-T2', 'suspect')] }, TOTALS[0]),
      status: 'missing',
      codes: ['NOT_GOOD'],
    },
    {
      name: 'totals only, clock unknown',
      facts: { needed: TOTALS, clock: null },
      kept: freezes(),
      status: 'ready',
      codes: ['CLOCK_UNKNOWN'],
    },
    {
      name: 'timed totals rest on no clock',
      facts: { ...TIMED, ...clock(HOUR) },
      kept: polls(),
      status: 'ready',
    },
    {
      name: 'timed tariffs rest on the clock',
      facts: { ...TIMED, needed: NEEDED },
      kept: polls({}, NEEDED),
      status: 'totals-only',
      codes: ['CLOCK_UNKNOWN'],
    },
  ],
  '4 complete': [
    {
      name: 'a tariff missing',
      kept: freezes().slice(0, 2).concat(freezes().slice(3)),
      status: 'missing',
      codes: ['NOT_READ'],
    },
    { name: 'the total missing', kept: freezes().slice(1), status: 'missing', codes: ['NOT_READ'] },
    { name: 'reverse missing', kept: freezes().slice(0, 3), status: 'missing', codes: ['NOT_READ'] },
    {
      name: 'a freeze completed in a second round is the same freeze',
      kept: freezes({ round: 2 }, TARIFFS[1]),
      status: 'ready',
    },
    {
      name: 'a timed read of two rounds',
      facts: { ...TIMED, ...clock(0) },
      kept: [...polls({}, TOTALS.slice(0, 1)), ...polls({ round: 2 }, TOTALS.slice(1))],
      status: 'missing',
      codes: ['MIXED_ROUNDS'],
    },
    {
      name: 'nothing needed',
      facts: { needed: [] },
      kept: freezes(),
      status: 'missing',
      codes: ['NOTHING_NEEDED'],
    },
    {
      name: 'tariffs without their total',
      facts: { needed: ['1-0:1.8.1'] },
      kept: freezes(),
      status: 'missing',
      codes: ['TOTAL_NOT_PLANNED'],
    },
    { name: 'nothing at all', kept: [], status: 'missing', codes: Array(4).fill('NOT_READ') },
  ],
  '5 valid': [
    { name: 'a flag', kept: freezes({ findings: [finding('V-T2', 'flag')] }), status: 'ready' },
    {
      name: 'not evaluated',
      kept: freezes({ findings: [finding('V-R3', 'not evaluated')] }),
      status: 'ready',
    },
    {
      name: 'suspect',
      kept: freezes({ quality: 'suspect' }, TOTALS[1]),
      status: 'missing',
      codes: ['NOT_GOOD'],
    },
    {
      name: 'quarantined',
      kept: freezes({ quality: 'quarantined' }, TOTALS[1]),
      status: 'missing',
      codes: ['NOT_GOOD'],
    },
    {
      name: 'called good in spite of a suspect finding',
      kept: freezes({ findings: [finding('V-R1', 'suspect')] }, TOTALS[0]),
      status: 'missing',
      codes: ['NOT_GOOD'],
    },
    {
      name: 'conflict, both suspect',
      kept: [...freezes({ quality: 'suspect' }, TOTALS[0]), ...second({ quality: 'suspect' })],
      status: 'missing',
      codes: ['CONFLICT'],
    },
    { name: 'two good values', kept: [...freezes(), ...second({})], status: 'missing', codes: ['CONFLICT'] },
    {
      name: 'later version good, first one suspect',
      kept: [...second({}), ...freezes({ quality: 'suspect' }, TOTALS[0])],
      status: 'ready',
    },
    {
      name: 'later version suspect, first one good',
      kept: [...freezes(), ...second({ quality: 'suspect' })],
      status: 'missing',
      codes: ['CONFLICT'],
    },
  ],
}

function second(change: Change): KeptReading[] {
  return [stored({ slot: D, version: 2, value: { digits: 99_999n, scaler: -2 }, ...change })]
}

describe.each(Object.entries(CASES))('condition %s', (_, cases) => {
  test.each(cases)('$name: $status', ({ facts, kept, status, codes = [] }) => {
    const verdict = judgeBilling({ ...FREEZING, ...facts }, D, kept)
    expect(verdict.status).toBe(status)
    expect(verdict.doubts.map(doubt => doubt.code)).toEqual(codes)
    const broken = new Set(verdict.doubts.map(doubt => doubt.condition))
    // Of a boundary nothing is kept of, nothing is claimed either.
    const isRead = verdict.status !== 'missing' || verdict.known.some(one => one.slot === D)
    for (const condition of verdict.conditions)
      expect(condition.met, condition.name).toBe(isRead && !broken.has(condition.name))
  })
})

test('a full record holds every register of the boundary, and says that V-I2 is not part of it', () => {
  const verdict = judgeBilling(FREEZING, D, freezes())
  expect(verdict).toMatchObject({
    status: 'ready',
    state: 'provisional',
    origin: 'freeze',
    rounds: [1],
    withheld: [],
  })
  expect(verdict.status !== 'missing' && verdict.registers.map(one => one.obis)).toEqual(NEEDED)
  expect(verdict.conditions.map(condition => condition.number)).toEqual([1, 2, 3, 4, 5])
  expect(verdict.conditions[1]?.text).toContain('V-I2, the nameplate audit, is asked of what is final')
})

test('with an unknown clock the totals are released and the tariffs named as withheld', () => {
  const verdict = judgeBilling({ ...FREEZING, clock: null }, D, freezes())
  expect(verdict.status !== 'missing' && verdict.registers.map(one => one.obis)).toEqual(TOTALS)
  expect(verdict).toMatchObject({ withheld: TARIFFS })
})

test('what is too far from the boundary is told to be before it or after it', () => {
  const said = (...asked: Parameters<typeof judgeBilling>) => judgeBilling(...asked).doubts[0]?.text
  const measured = (hours: number) => ({ ...FREEZING, ...clock(0, D + hours * HOUR) })
  expect(said(measured(-50), D, freezes())).toContain("the meter's clock is 50 h before the boundary;")
  expect(said(measured(50), D, freezes())).toContain("the meter's clock is 50 h after the boundary;")
  expect(said(FREEZING, D, freezes({ readAt: D - 1_000 }))).toContain('stamped 1 s before the boundary')
  expect(said(TIMED, D, polls({ readAt: D - 6 * MINUTE }))).toContain('read 360 s before the boundary')
})

test('of a later good version that value is billed, and no other', () => {
  const verdict = judgeBilling(FREEZING, D, [...freezes({ quality: 'suspect' }, TOTALS[0]), ...second({})])
  const total = verdict.status !== 'missing' && verdict.registers.find(one => one.obis === TOTALS[0])
  expect(total).toMatchObject({ version: 2, value: { digits: 99_999n, scaler: -2 } })
})

test('the same value written with another scaler contradicts nothing', () => {
  const again = second({ value: { digits: 1_234_500n, scaler: -4 } })
  expect(judgeBilling(FREEZING, D, [...freezes(), ...again]).status).toBe('ready')
})

test('needed are the energy registers, once each: not demand, voltage or clock', () => {
  expect(
    neededOf(['1-0:1.8.0', '1-0:1.6.0', '1-0:32.7.0', '0-0:1.0.0', '1-0:1.8.0', '1-0:2.8.0', '']),
  ).toEqual(TOTALS)
})

test('property: what is released is good, of the boundary, of one moment and complete, whatever is kept', () => {
  const oneOf = <Value>(...values: Value[]) => fc.constantFrom(...values)
  const kept = fc.array(
    fc
      .record({
        obis: oneOf(...NEEDED, '1-0:32.7.0'),
        kind: oneOf('freeze' as const, 'freeze' as const, 'poll' as const),
        version: oneOf(1, 1, 1, 2),
        slot: oneOf(D, D, D, D - DAY),
        readAt: oneOf(D, D, D, D + 1, D + 6 * MINUTE),
        round: oneOf(1, 1, 1, 2),
        quality: oneOf('good' as const, 'good' as const, 'good' as const, 'suspect' as const),
        digits: oneOf(1n, 1n, 2n),
      })
      .map(({ digits, ...one }) => stored({ ...one, value: { digits, scaler: 0 } })),
    { maxLength: 4 },
  )
  const facts = fc.record({
    needed: oneOf(NEEDED, TOTALS),
    origin: oneOf('freeze' as const, 'timed' as const),
    clock: oneOf(null, CLOCK, { ...CLOCK, deviationMs: 400_000 }),
  })
  const statuses = new Set<string>()
  fc.assert(
    fc.property(facts, kept, (facts, odd) => {
      const kept = [...freezes(), ...polls(), ...odd]
      const verdict = judgeBilling({ meter: 'm1', ...facts }, D, kept)
      statuses.add(verdict.status)
      if (verdict.status === 'missing') {
        expect(verdict.doubts).not.toEqual([])
        return
      }
      const released = verdict.registers
      if (facts.origin === 'timed') expect(new Set(released.map(one => one.round)).size).toBe(1)
      expect([...released.map(one => one.obis), ...verdict.withheld].sort()).toEqual([...facts.needed].sort())
      for (const one of released) {
        expect(one).toMatchObject({ quality: 'good', slot: D })
        expect(Math.abs(one.readAt - D)).toBeLessThanOrEqual(facts.origin === 'freeze' ? 0 : 5 * MINUTE)
      }
    }),
    rounds(8, 500),
  )
  expect(statuses.size).toBe(3)
})
