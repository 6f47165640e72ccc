/** What is known of an account when a cut is thought of: what is not, and what is known of some meters only, is unknown (PR-53, P-03). */

import { describe, expect, test } from 'vitest'
import { DAY, HOUR } from '../../src/core/time.ts'
import type { Standing } from '../../src/reading/billing/release.ts'
import type { AccountEntries } from '../../src/store/ledger/ledger.ts'
import { type CutFactsParts, cutFactsOf } from '../../src/store/safeguard/cut-facts.ts'
import type { EntryKind, LedgerEntry } from '../../src/supply/money/entry.ts'
import type { Customer } from '../../src/supply/policy/policy.ts'

const NOW = Date.UTC(2026, 10, 23, 2)
const MIDNIGHT = Date.UTC(2026, 10, 22, 16)

interface Known {
  readonly meters?: readonly string[]
  readonly way?: 'none' | 'here' | 'pushed'
  readonly entries?: readonly Partial<LedgerEntry>[]
  readonly damaged?: readonly number[]
  /** By meter, days before the last midnight and how it was released, oldest first. */
  readonly releases?: Readonly<Record<string, readonly (readonly [number, Standing])[]>>
  /** By meter: hours ago, ms off. */
  readonly clocks?: Readonly<Record<string, readonly [number, number]>>
  readonly customers?: Readonly<Record<string, Customer>>
}

function entry(kind: EntryKind, change: Partial<LedgerEntry>, index: number): LedgerEntry {
  const usual = {
    account: '1',
    about: '',
    from: NOW - DAY,
    to: null,
    amount: null,
    facts: '{}',
    by: 'office',
  }
  return { sequence: index + 1, kind, recordedAt: NOW, ...usual, ...change } as LedgerEntry
}

function factsOf({ meters = ['a'], way = 'here', entries = [], damaged = [], ...known }: Known) {
  const of: AccountEntries = {
    entries: entries.map((one, index) => entry(one.kind ?? 'payment', one, index)),
    damaged,
  }
  const terms = { from: 0, mode: 'cost-control', agreement: '', prices: null, balance: way } as const
  const parts = {
    ledger: { of: () => of, termsOf: () => [{ ...terms, currency: way === 'none' ? null : 'CNY' }] },
    book: {
      historyOf: (meter: string, before: number) =>
        (known.releases?.[meter] ?? [])
          .map(([days, standing]) => ({ boundary: MIDNIGHT - days * DAY, standing }))
          .filter(({ boundary }) => boundary < before),
    },
    safeguards: {
      of: () => ({ notices: [], visits: [], protections: [], proposed: [], isWhole: true }),
      lists: () => [],
      lastOf: () => [],
    },
    archive: () => ({ ofAccount: () => meters.map(meter => ({ meter, from: 0, to: null })) }),
    clockNear: (meter: string) => {
      const [hours, deviationMs] = known.clocks?.[meter] ?? []
      return hours === undefined ? null : { meter, measuredAt: NOW - hours * HOUR, deviationMs }
    },
    epoch: 1,
  } as unknown as CutFactsParts
  const customerOf = (meter: string) => known.customers?.[meter] ?? null
  return cutFactsOf(parts, '1', NOW, { gatewayTime: 'trusted', customerOf })
}

const paid = (amount: string) => ({ kind: 'payment', amount }) as const
const thresholds = (overdraft: string) => {
  const facts = JSON.stringify({ alarm1: '50', alarm2: '20', overdraft })
  return [{ kind: 'thresholds', facts } as const, { kind: 'confirmed', about: '1' } as const]
}

describe('arrears', () => {
  test.each<[string, Known, string | null]>([
    ['nothing was entered', {}, null],
    ['none is kept here', { way: 'none', entries: [paid('-9')] }, null],
    ['something is owed', { entries: [paid('-12.40')] }, '1240'],
    ['nothing is', { entries: [paid('3')] }, '0'],
    ['exactly nothing', { entries: [paid('0')] }, '0'],
    ['an entry is damaged', { entries: [paid('-12.40')], damaged: [2] }, null],
    ['the overdraft is not used up', { entries: [...thresholds('20'), paid('-19.99')] }, '0'],
    ['it is, to the last', { entries: [...thresholds('20'), paid('-20')] }, '20'],
    ['it is exceeded', { entries: [...thresholds('20'), paid('-20.01')] }, '2001'],
    [
      'a damaged entry before the stated balance may have been the overdraft',
      { way: 'pushed', entries: [paid('1'), { kind: 'balance', amount: '-5', sequence: 9 }], damaged: [2] },
      null,
    ],
  ])('%s', (_, known, digits) => {
    const { arrears } = factsOf(known)
    expect(arrears && String(arrears.amount.digits)).toBe(digits)
  })
})

describe('P-03 the read', () => {
  const stated = (daysAgo: number) =>
    [{ kind: 'balance', amount: '-5', from: MIDNIGHT - daysAgo * DAY }] as const
  test.each<[string, Known, string | null]>([
    ['nothing is released', {}, null],
    [
      'the newest that was read',
      {
        releases: {
          a: [
            [2, 'actual'],
            [1, 'actual'],
          ],
        },
      },
      '1 actual',
    ],
    [
      'an estimate is not in a balance kept here',
      {
        releases: {
          a: [
            [2, 'totals-only'],
            [1, 'estimated'],
          ],
        },
      },
      '2 actual',
    ],
    ['what a person decided was not read', { releases: { a: [[1, 'edited']] } }, '1 estimated'],
    [
      'billing may have used the estimate',
      {
        way: 'pushed',
        entries: stated(0),
        releases: {
          a: [
            [2, 'actual'],
            [1, 'estimated'],
          ],
        },
      },
      '1 estimated',
    ],
    [
      'what was released after the balance was stated is not in it',
      {
        way: 'pushed',
        entries: stated(3),
        releases: {
          a: [
            [5, 'actual'],
            [1, 'actual'],
          ],
        },
      },
      '5 actual',
    ],
    ['no balance was stated', { way: 'pushed', releases: { a: [[1, 'actual']] } }, null],
    [
      'of two meters the older',
      { meters: ['a', 'b'], releases: { a: [[1, 'actual']], b: [[4, 'actual']] } },
      '4 actual',
    ],
    [
      'of two meters the worse',
      { meters: ['a', 'b'], releases: { a: [[3, 'edited']], b: [[1, 'actual']] } },
      '3 estimated',
    ],
    ['of two meters one', { meters: ['a', 'b'], releases: { a: [[1, 'actual']] } }, null],
    ['of two meters the other', { meters: ['a', 'b'], releases: { b: [[1, 'actual']] } }, null],
    ['of an account without a meter', { meters: [] }, null],
  ])('%s', (_, known, expected) => {
    const { read } = factsOf(known)
    expect(read && `${(MIDNIGHT - read.at) / DAY} ${read.quality}`).toBe(expected)
  })
})

test('clocks: the farthest off of all meters, unknown of one is unknown, and so is one of three days ago', () => {
  const off = (meters: readonly string[], clocks: NonNullable<Known['clocks']>) =>
    factsOf({ meters, clocks }).meterClockErrorMs
  expect(off(['a'], { a: [48, 0] })).toBe(0)
  expect(off(['a'], { a: [48.01, 0] })).toBeNull()
  expect(off(['a', 'b'], { a: [1, -7_000], b: [1, 3_000] })).toBe(7_000)
  expect(off(['a', 'b'], { a: [1, 5] })).toBeNull()
  expect(off(['a', 'b'], { b: [1, 5] })).toBeNull()
  expect(off([], {})).toBeNull()
})

test('the customer is known where all meters say the same', () => {
  const of = (customers: NonNullable<Known['customers']>) =>
    factsOf({ meters: ['a', 'b'], customers }).customer
  expect(of({ a: 'residents', b: 'residents' })).toBe('residents')
  expect(of({ a: 'residents', b: 'others' })).toBeNull()
  expect(of({ a: 'residents' })).toBeNull()
  expect(factsOf({ meters: [] }).customer).toBeNull()
})
