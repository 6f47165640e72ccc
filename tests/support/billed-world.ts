/** A made-up meter of three registers over some weeks: what happened to each midnight's freeze, and the book that came of it. */

import fc from 'fast-check'
import { DAY, HOUR } from '../../src/core/time.ts'
import type { BillingFacts, KeptReading } from '../../src/reading/billing/billing-read.ts'
import { ALWAYS, type Stay, staysOf, type ToldAudit } from '../../src/reading/billing/stays.ts'
import type { Finding } from '../../src/reading/reading.ts'
import { createBook } from './billing-book.ts'
import { stored } from './memory-store.ts'

export const START = Date.UTC(2026, 9, 1)
export const [TOTAL, DAYTIME, NIGHT] = ['1-0:1.8.0', '1-0:1.8.1', '1-0:1.8.2']
export const NEEDED = [TOTAL, DAYTIME, NIGHT]
export const CAPACITY = 100_000n
export const FACTS: BillingFacts = {
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

export interface World {
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
export const world: fc.Arbitrary<World> = fc.record({
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

export const boundaryOf = (day: number) => START + day * DAY
export const segmentOf = ({ exchange }: World, day: number) => (exchange && day >= exchange.day ? 2 : 1)

/** Which meter hung there, by what was told and written until an instant. */
export function staysOfWorld({ exchange, fates }: World, now: number): readonly Stay[] {
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
export function truthOf({ fates, start, exchange }: World): readonly (readonly [bigint, bigint, bigint])[] {
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
export function bookOf(one: World, order: readonly number[] = one.fates.map((_, day) => day)) {
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
