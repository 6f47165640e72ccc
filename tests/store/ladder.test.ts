/** Ladders and standing charges as they are charged: a function of the book, exact, whatever comes in whatever order (P-03, C-06). */

import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatScaled } from '../../src/core/scaled.ts'
import { DAY } from '../../src/core/time.ts'
import type { ReleasedRegister, Standing } from '../../src/reading/billing/release.ts'
import type { LedgerAct } from '../../src/store/ledger/asked.ts'
import { balanceAfter } from '../../src/supply/money/entry.ts'
import { register, released } from '../support/released.ts'
import { writeBook } from '../support/written-book.ts'
import { type BookFile, bookIn, FIRST } from './book-files.ts'
import { newDirectory, readerIn } from './data-directory.ts'
import { versionsOf } from './pairings.ts'

const NOW = FIRST + 60 * DAY
const METER = 'm1'
const [TOTAL, PEAK] = ['1-0:1.8.0', '1-0:1.8.1'] as const
type Prices = Omit<Extract<LedgerAct, { kind: 'prices' }>, 'kind' | 'list' | 'from' | 'currency'>

let keys = 0
function enter(calls: BookFile, act: LedgerAct): void {
  const caller = { actor: 'office', scope: 'billing', address: 'local' }
  const key = `ladder-${keys++}`
  const asked = { now: NOW, by: 'office', caller, once: { key, digest: key, request: 'r1' }, act }
  expect(calls.post(asked)).toHaveProperty('answer')
}

/** The meter is 0001's until a day, 0002's from then on. */
function opened(directory: string, prices: Prices, moves: number | null): BookFile {
  const calls = bookIn(directory)
  const usual = { meter: METER, point: 'p-1' }
  const first = { ...usual, account: '0001', from: FIRST - 9 * DAY }
  const at = FIRST + (moves ?? 0) * DAY
  const versions =
    moves === null
      ? versionsOf([first])
      : versionsOf([
          { ...first, to: at },
          { ...usual, account: '0002', from: at },
        ])
  calls.pair({ now: FIRST, by: 'office', after: 0, versions })
  enter(calls, { kind: 'prices', list: 'homes', from: FIRST, currency: 'CNY', ...prices })
  for (const account of moves === null ? ['0001'] : ['0001', '0002'])
    enter(calls, {
      ...{ kind: 'terms', account },
      terms: {
        ...{ from: FIRST, mode: 'prepaid-here', agreement: 'A-1' },
        ...{ balance: 'here', currency: 'CNY', prices: 'homes' },
      },
    })
  return calls
}

function chargeAll(calls: BookFile): number {
  for (let entries = 0; ; ) {
    const done = calls.charge(NOW)
    entries += done.entries
    if (done.isDone) return entries
  }
}

interface End {
  readonly standing: Standing
  /** Hundredths of a kWh; null where the register is not firm. */
  readonly total: bigint | null
  readonly peak: bigint | null
}
type Ends = Map<number, End>

function releaseOf(day: number, { standing, total, peak }: End, guess = 0n) {
  const told = (obis: string, digits: bigint | null): ReleasedRegister => ({
    ...register(obis, '0.00'),
    value: { digits: digits ?? guess, scaler: -2 },
    estimate: digits === null ? { method: 'interpolated', evidence: 'between' } : null,
  })
  const registers = [told(TOTAL, total), told(PEAK, peak)]
  return { ...released(FIRST + day * DAY, registers, standing), meter: METER }
}

function write(directory: string, ...releases: readonly ReturnType<typeof releaseOf>[]): void {
  writeBook(directory, [{ recordedAt: NOW, releases }])
}

const entriesOf = (directory: string, account: string) => readerIn(directory).ledger.of(account).entries
function balanceOf(directory: string, account: string): number {
  const sum = balanceAfter(null, entriesOf(directory, account))
  return sum === null ? 0 : toMillionths(formatScaled(sum))
}

/** Millionths of the currency: no price here has more decimals with hundredths of a kWh. */
const toMillionths = (text: string) => Math.round(Number(text) * 1e6)

/**
 * The plainest sum there is: unit by unit of a hundredth kWh, in the order they were used, each at the price of the step it falls into;
 * dates are counted on fingers, from the first of November.
 */
function byHand(ends: Ends, prices: Prices, account: '0001' | '0002', moves: number | null): number {
  const { ladder, standing } = prices
  const isOwn = (day: number) => (account === '0001') === (moves === null || day < moves)
  const dayOfMonth = (day: number) => (day < 30 ? day + 1 : day - 29)
  const monthOf = (day: number) => (day < 30 ? '11' : '12')
  const begins = (day: number) => {
    const written = String(dayOfMonth(day)).padStart(2, '0')
    return ladder?.begins === (ladder?.every === 'year' ? `${monthOf(day)}-${written}` : written)
  }
  let sum = 0
  for (const of of ['total', 'peak'] as const) {
    const obis = of === 'total' ? TOTAL : PEAK
    const flat = toMillionths(prices.registers[obis] ?? '0') / 100
    const firm = [...ends]
      .filter(([, end]) => end.standing !== 'withdrawn' && end[of] !== null)
      .sort(([a], [b]) => a - b)
    let used = 0
    let last: number | null = null
    for (const [place, [to, end]] of firm.entries()) {
      const [from, start] = firm[place - 1] ?? [0, null]
      if (start === null || from < 0 || !isOwn(from) || !isOwn(to - 1)) continue
      const days = Array.from({ length: to - from }, (_, nth) => from + nth)
      if (
        last !== null &&
        Array.from({ length: from - last }, (_, nth) => (last as number) + nth + 1).some(begins)
      )
        used = 0
      last = from
      const climbs = ladder?.register === obis
      if (climbs && days.slice(1).some(begins)) continue
      const units = Number((end[of] ?? 0n) - (start[of] ?? 0n))
      sum += units * flat
      if (!climbs) continue
      for (let unit = 0; unit < units; unit++) {
        const step = ladder.steps.findLast(({ above }) => Number(above) * 100 <= used)
        sum += toMillionths(step?.price ?? '0') / 100
        used += 1
      }
    }
  }
  for (const [day, end] of ends) {
    if (end.standing === 'withdrawn' || day < 1 || !isOwn(day - 1) || !standing) continue
    if (standing.every === 'day' || Number(standing.due) === dayOfMonth(day - 1))
      sum += toMillionths(standing.amount)
  }
  return Math.round(sum)
}

const PRICES: fc.Arbitrary<Prices> = fc.record({
  registers: fc.constantFrom<Record<string, string>>({}, { [TOTAL]: '0.52' }, { [PEAK]: '0.1' }),
  ladder: fc
    .record({
      register: fc.constantFrom(TOTAL, PEAK),
      when: fc.constantFrom(
        ['month', '08'],
        ['month', '01'],
        ['year', '11-15'],
        ['year', '12-03'],
        ['year', '01-01'],
      ),
      above: fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { minLength: 0, maxLength: 3 }),
    })
    .map(({ register: obis, when: [every = '', begins = ''], above }) => ({
      ...{ register: obis, every: every as 'month' | 'year', begins },
      steps: [0, ...above.toSorted((a, b) => a - b)].map((least, nth) => ({
        ...{ above: String(least), price: `0.${nth + 1}3` },
      })),
    })),
  standing: fc.constantFrom<NonNullable<Prices['standing']>>(
    { every: 'day', amount: '0.35', due: null },
    { every: 'month', amount: '7.5', due: '12' },
  ),
})

/** Of a day: what it tells, whether it is charged after it. */
const DONE = fc.record({
  day: fc.integer({ min: -2, max: 40 }),
  what: fc.constantFrom('read', 'read', 'read', 'estimated', 'no peak', 'withdrawn'),
  shift: fc.constantFrom(0, 0, 0, 17, 150),
  isCharged: fc.boolean(),
})

test('P-03 C-06 a ladder and a standing charge come to the plainest sum, in any order, with gaps, estimates and corrections', () => {
  fc.assert(
    fc.property(
      PRICES,
      fc.option(fc.integer({ min: 3, max: 30 })),
      fc.array(DONE, { minLength: 10, maxLength: 45 }),
      fc.boolean(),
      (prices, moves, given, isInOrder) => {
        const all = isInOrder ? given.toSorted((a, b) => a.day - b.day) : given
        const directory = newDirectory()
        const calls = opened(directory, prices, moves)
        const ends: Ends = new Map()
        const unwritten: ReturnType<typeof releaseOf>[] = []
        for (const { day, what, shift, isCharged } of all) {
          const total = BigInt((day + 3) * 700 + shift)
          const peak = BigInt((day + 3) * 300 + Math.floor(shift / 2))
          const standing: Standing =
            what === 'withdrawn' && ends.has(day)
              ? 'withdrawn'
              : what === 'estimated'
                ? 'estimated'
                : 'actual'
          const isFirm = standing === 'actual'
          const end = {
            standing,
            total: isFirm ? total : null,
            peak: isFirm && what !== 'no peak' ? peak : null,
          }
          ends.set(day, end)
          unwritten.push(releaseOf(day, end, total))
          if (!isCharged) continue
          write(directory, ...unwritten.splice(0))
          chargeAll(calls)
        }
        write(directory, ...unwritten)
        chargeAll(calls)
        expect(chargeAll(calls)).toBe(0)
        for (const account of ['0001', '0002'] as const)
          expect([account, 0 - balanceOf(directory, account)]).toEqual([
            account,
            byHand(ends, prices, account, moves),
          ])
        // Looked at in full, from nothing that was remembered, it comes to the same.
        const file = new DatabaseSync(join(directory, 'meterd.db'))
        file.exec("DELETE FROM charged_to WHERE name = 'anew'")
        file.close()
        expect(chargeAll(calls)).toBe(0)
        calls.close()
      },
    ),
    { numRuns: 25 },
  )
})

const STEPS = [
  { above: '0', price: '0.5' },
  { above: '100', price: '0.6' },
  { above: '150', price: '0.9' },
]
const CLIMB: Prices = {
  registers: {},
  ladder: { register: TOTAL, every: 'year', begins: '01-01', steps: STEPS },
}
const readOf = (kwh: bigint): End => ({ standing: 'actual', total: kwh * 100n, peak: null })

test('P-03 a step crossed within a day is split exactly; a corrected read moves later days by entries of their own', () => {
  const directory = newDirectory()
  const calls = opened(directory, CLIMB, null)
  for (const [day, kwh] of [
    [0, 0n],
    [1, 60n],
    [2, 120n],
    [3, 180n],
  ] as const)
    write(directory, releaseOf(day, readOf(kwh)))
  expect(chargeAll(calls)).toBe(3)
  const charges = () =>
    entriesOf(directory, '0001')
      .filter(({ kind }) => kind === 'charge')
      .map(({ from, amount, facts }) => [(from - FIRST) / DAY, amount, JSON.parse(facts)] as const)
  expect(charges().map(([day, amount]) => [day, amount])).toEqual([
    [0, '-30.000'],
    [1, '-32.000'],
    [2, '-45.000'],
  ])
  expect(charges()[1]?.[2]).toMatchObject({
    ...{ quantity: '60.00', used: '60.00' },
    steps: [
      { price: '0.5', quantity: '40.00' },
      { price: '0.6', quantity: '20.00' },
    ],
  })
  // Ten more on the first day: it and the next tell it, and the days after lie higher though they counted the same.
  write(directory, releaseOf(1, readOf(70n)))
  expect(chargeAll(calls)).toBe(2)
  write(directory, releaseOf(0, { ...readOf(0n), total: -1_000n }))
  expect(chargeAll(calls)).toBe(3)
  expect(
    charges()
      .slice(3)
      .map(([day, amount]) => [day, amount]),
  ).toEqual([
    [0, '-5.000'],
    [1, '5.000'],
    [0, '-5.000'],
    [1, '-1.000'],
    [2, '-3.000'],
  ])
  calls.close()
})

test('P-03 a span in which a ladder begins anew is charged once a midnight in between is released', () => {
  const directory = newDirectory()
  const ladder = { ...CLIMB.ladder, register: TOTAL, every: 'month', begins: '03', steps: STEPS } as const
  const calls = opened(directory, { registers: {}, ladder }, null)
  write(directory, releaseOf(0, readOf(0n)))
  write(directory, releaseOf(4, readOf(200n)))
  expect(chargeAll(calls)).toBe(0)
  write(directory, releaseOf(2, readOf(110n)))
  expect(chargeAll(calls)).toBe(2)
  expect(balanceOf(directory, '0001')).toBe(-toMillionths(String(100 * 0.5 + 10 * 0.6 + 90 * 0.5)))
  calls.close()
})

test('P-03 what cannot be a ladder or a table is refused in words', () => {
  const calls = bookIn(newDirectory())
  const why = (prices: Prices) => {
    const caller = { actor: 'office', scope: 'admin', address: 'local' }
    const key = `refused-${keys++}`
    const act = { kind: 'prices', list: 'homes', from: FIRST, currency: 'CNY', ...prices } as const
    const posted = calls.post({
      now: NOW,
      by: 'office',
      caller,
      once: { key, digest: key, request: 'r' },
      act,
    })
    return 'text' in posted ? posted.text : 'entered'
  }
  const ladder = (change: object) => ({
    registers: {},
    ladder: { ...CLIMB.ladder, ...change } as NonNullable<Prices['ladder']>,
  })
  expect(why({ registers: {} })).toContain('a price of a register, a ladder or a standing charge')
  expect(why(ladder({ begins: '02-29' }))).toContain('no later than the 28th')
  expect(why(ladder({ begins: '01' }))).toContain('a day such as "01-01"')
  expect(why(ladder({ steps: STEPS.slice(1) }))).toContain('above "0"')
  expect(why(ladder({ steps: [...STEPS, { above: '150.0', price: '1' }] }))).toContain('go up')
  expect(why(ladder({}))).toBe('entered')
  calls.close()
})
