/** Periods made of releases: the sum of what is billed is the last register less the first, whatever came between. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addScaled, compareScaled, formatScaled, type Scaled } from '../../../src/core/scaled.ts'
import { DAY, HOUR } from '../../../src/core/time.ts'
import type { BillingFacts, KeptReading } from '../../../src/reading/billing/billing-read.ts'
import { periodsOf } from '../../../src/reading/billing/periods.ts'
import type { Release } from '../../../src/reading/billing/release.ts'
import { ALWAYS, type Stay, stayAt, staysOf, type ToldAudit } from '../../../src/reading/billing/stays.ts'
import type { Finding } from '../../../src/reading/reading.ts'
import { createBook } from '../../support/billing-book.ts'
import { stored } from '../../support/memory-store.ts'
import { rounds } from '../../support/rounds.ts'

const START = Date.UTC(2026, 9, 1)
const [TOTAL, DAYTIME, NIGHT] = ['1-0:1.8.0', '1-0:1.8.1', '1-0:1.8.2']
const NEEDED = [TOTAL, DAYTIME, NIGHT]
const CAPACITY = 100_000n
const FACTS: BillingFacts = {
  meter: 'm1',
  origin: 'freeze',
  needed: NEEDED,
  clock: null,
  capacities: Object.fromEntries(NEEDED.map(obis => [obis, { digits: CAPACITY, scaler: -2 }])),
}
const WITNESS: Finding = {
  rule: 'V-W1',
  version: 1,
  verdict: 'accept',
  severity: 3,
  codes: [],
  evidence: 'exchange 2 said the same',
}

/** What happened to the freeze of a day before it reached us, and when it did. */
interface Fate {
  readonly came: 'in time' | 'late' | 'never' | 'suspect' | 'contradicted' | 'contradicted late'
  readonly used: readonly [number, number]
}

const fate: fc.Arbitrary<Fate> = fc.record({
  came: fc.constantFrom(
    'in time',
    'in time',
    'in time',
    'late',
    'never',
    'suspect',
    'contradicted',
    'contradicted late',
  ),
  used: fc.tuple(fc.integer({ min: 0, max: 900 }), fc.integer({ min: 0, max: 900 })),
})

interface World {
  readonly fates: readonly Fate[]
  /** Registers begin here: near the capacity some roll over. */
  readonly start: readonly [number, number]
  readonly exchange: Exchange | null
}

interface Exchange {
  /** The day before which another meter was hung, and what it began at. */
  readonly day: number
  readonly start: readonly [number, number]
  /** When audits are made, and how many days later the meter list names the new one; with the time of exchange or without. */
  readonly auditHour: number
  readonly namedAfter: number
  readonly isWritten: boolean
}

const pair = fc.oneof(
  fc.tuple(fc.integer({ min: 0, max: 50_000 }), fc.integer({ min: 0, max: 20_000 })),
  fc.tuple(fc.integer({ min: 96_000, max: 99_999 }), fc.integer({ min: 96_000, max: 99_999 })),
)
const world: fc.Arbitrary<World> = fc.record({
  fates: fc.array(fate, { minLength: 3, maxLength: 25 }),
  start: pair,
  exchange: fc.option(
    fc.record({
      day: fc.integer({ min: 2, max: 20 }),
      start: pair,
      auditHour: fc.integer({ min: 0, max: 23 }),
      namedAfter: fc.integer({ min: 0, max: 6 }),
      isWritten: fc.boolean(),
    }),
    { nil: null },
  ),
})

const boundaryOf = (day: number) => START + day * DAY
const segmentOf = ({ exchange }: World, day: number) => (exchange && day >= exchange.day ? 2 : 1)

/** Which meter hung there, by what was told and written until an instant. */
function staysOfWorld({ exchange, fates }: World, now: number): readonly Stay[] {
  if (!exchange) return ALWAYS
  const { day, auditHour, namedAfter, isWritten } = exchange
  const at = boundaryOf(day) - DAY / 2
  const namedAt = boundaryOf(day + namedAfter)
  const audits = Array.from({ length: fates.length + 2 }, (_, place): ToldAudit => {
    const instant = boundaryOf(place - 1) + auditHour * HOUR
    const number = instant < at ? 'A' : 'B'
    const found = number === 'A' || instant >= namedAt ? 'same' : 'other'
    return { meter: 'm1', at: instant, found, evidence: number, facts: { number } }
  })
  return staysOf(
    audits.filter(one => one.at <= now),
    { knownBy: { number: 'number' }, exchanged: isWritten && now >= namedAt ? [at] : [] },
  )
}

/** What the registers truly were at each boundary, unwrapped. */
function truthOf({ fates, start, exchange }: World): readonly (readonly [bigint, bigint, bigint])[] {
  let now = start
  return fates.map(({ used }, day) => {
    now = exchange?.day === day ? exchange.start : ([now[0] + used[0], now[1] + used[1]] as const)
    return [BigInt(now[0]) + BigInt(now[1]), BigInt(now[0]), BigInt(now[1])] as const
  })
}

function frozen(day: number, values: readonly bigint[], change: Partial<KeptReading> = {}): KeptReading[] {
  return NEEDED.map((obis, index) =>
    stored({
      slot: boundaryOf(day),
      obis,
      value: { digits: (values[index] ?? 0n) % CAPACITY, scaler: -2 },
      findings: [WITNESS],
      ...change,
    }),
  )
}

/** What is kept of each day by when: `early` before its time to settle is over, `all` in the end. */
function keptOf(one: World): {
  readonly early: readonly KeptReading[]
  readonly all: readonly KeptReading[]
} {
  const truth = truthOf(one)
  const early: KeptReading[] = []
  const late: KeptReading[] = []
  one.fates.forEach(({ came }, day) => {
    const values = truth[day] ?? []
    const wrong = values.map(value => value + 5_000n)
    const doubt = { quality: 'suspect' } as const
    if (came === 'in time' || came === 'contradicted late') early.push(...frozen(day, values))
    if (came === 'late') late.push(...frozen(day, values))
    if (came === 'suspect') early.push(...frozen(day, wrong, doubt))
    if (came === 'contradicted')
      early.push(...frozen(day, values, doubt), ...frozen(day, wrong, { ...doubt, version: 2 }))
    if (came === 'contradicted late') late.push(...frozen(day, wrong, { ...doubt, version: 2 }))
  })
  return { early, all: [...early, ...late] }
}

/** Settles as days go by, then once more with all that came later; `order` is that in which boundaries are settled. */
function bookOf(one: World, order: readonly number[] = one.fates.map((_, day) => day)) {
  const { early, all } = keptOf(one)
  let known: readonly KeptReading[] = early
  let now = START
  const factsAt = (boundary: number) => ({ ...FACTS, clock: { measuredAt: boundary, deviationMs: 0 } })
  const book = createBook(
    factsAt,
    () => known,
    () => staysOfWorld(one, now),
  )
  const settle = (days: readonly number[], at: number) => {
    now = at
    book.settleAll(days.map(boundaryOf), at)
  }
  for (const day of one.fates.keys()) settle([day], boundaryOf(day + 1))
  known = all
  settle(order, boundaryOf(one.fates.length + 30))
  return book
}

const zero: Scaled = { digits: 0n, scaler: -2 }

function sumOf(releases: readonly Release[], obis: string): Scaled {
  return periodsOf(releases, () => FACTS.capacities)
    .flatMap(({ quantities }) => quantities.filter(one => one.obis === obis))
    .map(({ value }) => value)
    .reduce(addScaled, zero)
}

describe('A-01 D-01 what is billed', () => {
  test('sums to the last register less the first of each meter, with roll-overs: never double, never a hole', () => {
    fc.assert(
      fc.property(world, one => {
        const truth = truthOf(one)
        for (const segment of [1, 2]) {
          const latest = bookOf(one)
            .latest()
            .filter(release => release.segment === segment)
          const [first, last] = [latest[0], latest.at(-1)]
          if (!first || !last) continue
          const dayOf = ({ boundary }: Release) => (boundary - START) / DAY
          for (const [index, obis] of NEEDED.entries()) {
            const isTotals = latest.some(({ registers }) =>
              registers.every(register => register.obis !== obis),
            )
            if (isTotals) continue
            const periods = periodsOf(latest, () => FACTS.capacities)
            expect(periods.flatMap(({ without }) => without)).toEqual([])
            const used = digitsOf(sumOf(latest, obis))
            const ends = [first, last].map(release =>
              digitsOf(release.registers.find(register => register.obis === obis)?.value ?? zero),
            ) as [bigint, bigint]
            expect((used - (ends[1] - ends[0])) % CAPACITY).toBe(0n)
            if (first.standing === 'actual' && last.standing === 'actual')
              expect(used).toBe((truth[dayOf(last)]?.[index] ?? 0n) - (truth[dayOf(first)]?.[index] ?? 0n))
          }
        }
      }),
      rounds(1, 300),
    )
  })

  test('PR-11 V-T4 is the same in whatever order boundaries are settled in the end', () => {
    const shuffled = world.chain(one =>
      fc.tuple(
        fc.constant(one),
        fc.shuffledSubarray(
          one.fates.map((_, day) => day),
          { minLength: one.fates.length },
        ),
      ),
    )
    fc.assert(
      fc.property(shuffled, ([one, order]) => {
        const stateOf = (releases: readonly Release[]) =>
          releases.map(({ boundary, standing, registers }) => [
            boundary,
            standing,
            registers.map(({ obis, value }) => `${obis} ${formatScaled(value)}`),
          ])
        expect(stateOf(bookOf(one, order).latest())).toEqual(stateOf(bookOf(one).latest()))
      }),
      rounds(2, 300),
    )
  })

  test('A-03 every day read well is released as read, those beside an exchange too', () => {
    fc.assert(
      fc.property(world, one => {
        const actual = new Set(
          bookOf(one)
            .latest()
            .filter(({ standing }) => standing === 'actual')
            .map(({ boundary }) => boundary),
        )
        const stays = staysOfWorld(one, boundaryOf(one.fates.length + 30))
        const well = one.fates
          .flatMap(({ came }, day) => (came === 'in time' ? [boundaryOf(day)] : []))
          .filter(boundary => stayAt(stays, boundary))
        // Where the time of exchange is not written, one midnight lies between the audits; and all where nobody is named.
        const unsure = one.fates.filter((_, day) => !stayAt(stays, boundaryOf(day)))
        if (one.exchange?.isWritten && stays.length > 1) expect(unsure).toEqual([])
        if (stays.length > 1) expect(unsure.length).toBeLessThanOrEqual(1)
        expect(well.filter(boundary => !actual.has(boundary))).toEqual([])
      }),
      rounds(4, 300),
    )
  })

  test('no version is ever changed, versions count from one, and nothing but the truth is released as actual', () => {
    fc.assert(
      fc.property(world, one => {
        const { releases } = bookOf(one)
        const truth = truthOf(one)
        const seen = new Map<number, number>()
        for (const release of releases) {
          expect(release.version).toBe((seen.get(release.boundary) ?? 0) + 1)
          seen.set(release.boundary, release.version)
          if (release.standing !== 'actual') continue
          const day = (release.boundary - START) / DAY
          const values = truth[day] ?? []
          expect(release.segment).toBe(segmentOf(one, day))
          expect(release.registers.map(({ value }) => digitsOf(value))).toEqual(
            values.map(value => value % CAPACITY),
          )
        }
      }),
      rounds(3, 300),
    )
  })
})

describe('a correction', () => {
  const release = (day: number, digits: bigint, change: Partial<Release> = {}): Release => ({
    meter: 'm1',
    boundary: boundaryOf(day),
    version: 1,
    standing: 'actual',
    registers: [
      {
        obis: TOTAL,
        value: { digits, scaler: -2 },
        unit: 'kWh',
        reading: `r${day}`,
        codes: ['2.0.1'],
        witnesses: [],
        estimate: null,
      },
    ],
    withheld: [],
    multiplier: '1',
    segment: 1,
    remarks: [],
    recordedAt: boundaryOf(day + 1),
    by: 'rule',
    ...change,
  })
  const quantities = (periods: ReturnType<typeof periodsOf>) =>
    periods.map(({ standing, quantities: [one] }) => [standing, one ? formatScaled(one.value) : null])

  test('gives both neighbouring periods anew, and their sum stays', () => {
    const [before, after] = [release(1, 1_000n), release(3, 3_000n)]
    expect(quantities(periodsOf([before, release(2, 1_900n), after]))).toEqual([
      ['actual', '9.00'],
      ['actual', '11.00'],
    ])
    expect(quantities(periodsOf([before, release(2, 2_000n, { version: 2 }), after]))).toEqual([
      ['corrected', '10.00'],
      ['corrected', '10.00'],
    ])
  })
  test('V-I5 makes no difference across an exchange, nor across other transformers', () => {
    const split = [['split', null]]
    expect(quantities(periodsOf([release(1, 9_000n), release(2, 5n, { segment: 2 })]))).toEqual(split)
    expect(quantities(periodsOf([release(1, 9_000n), release(2, 9_100n, { multiplier: '40' })]))).toEqual(
      split,
    )
  })
  test('what was withdrawn is passed over: one period of two days', () => {
    const releases = [release(1, 1_000n), release(2, 9_999n, { standing: 'withdrawn' }), release(3, 3_000n)]
    expect(quantities(periodsOf(releases))).toEqual([['actual', '20.00']])
  })
  test('a register that fell is left out and said, never a negative amount', () => {
    const [period] = periodsOf([release(1, 2_000n), release(2, 1_000n)])
    expect(period).toMatchObject({ quantities: [], without: [TOTAL] })
    expect(compareScaled(zero, { digits: 0n, scaler: 0 })).toBe(0)
  })
})

function digitsOf({ digits, scaler }: Scaled): bigint {
  return digits * 10n ** BigInt(scaler + 2)
}
