/** The ledger as it is kept: charges are a function of the book, whatever crashes (P-03, C-06), and a key does once (PR-61). */

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { type Random, seededRandom } from '../../src/core/random.ts'
import { addScaled, formatScaled, parseScaled, type Scaled, subtractScaled } from '../../src/core/scaled.ts'
import { DAY } from '../../src/core/time.ts'
import type { ReleasedRegister, Standing } from '../../src/reading/billing/release.ts'
import type { LedgerAct } from '../../src/store/ledger/asked.ts'
import { notChargedYet } from '../../src/store/ledger/not-charged.ts'
import { balanceAfter } from '../../src/supply/money/entry.ts'
import { register, released } from '../support/released.ts'
import { writeBook } from '../support/written-book.ts'
import { type BookFile, bookIn, FIRST } from './book-files.ts'
import { newDirectory, readerIn } from './data-directory.ts'
import { versionsOf } from './pairings.ts'

const LAST_DAY = 24
const NOW = FIRST + 40 * DAY
const [TOTAL, PEAK] = ['1-0:1.8.0', '1-0:1.8.1'] as const
const PRICES = [
  { from: FIRST, registers: { [TOTAL]: '0.5283', [PEAK]: '0.1' } },
  { from: FIRST + 12 * DAY, registers: { [TOTAL]: '0.61', [PEAK]: '0.1' } },
]
const [METER, OTHER] = ['m1', 'm2'] as const

let keys = 0
function enter(calls: BookFile, act: LedgerAct, { now = NOW, key = `key-${keys++}`, digest = '' } = {}) {
  const caller = { actor: 'office', scope: 'billing', address: 'local' }
  return calls.post({ now, by: 'office', caller, once: { key, digest: digest || key, request: 'r1' }, act })
}

function opened(directory: string): BookFile {
  const calls = bookIn(directory)
  const of = (account: string, meter: string) => ({
    account,
    meter,
    point: `p-${meter}`,
    from: FIRST - 9 * DAY,
  })
  const versions = versionsOf([of('0001', METER), of('0002', OTHER)])
  calls.pair({ now: FIRST, by: 'office', after: 0, versions })
  const [first, next] = PRICES
  for (const table of [first, next])
    expect(
      enter(calls, { kind: 'prices', list: 'homes', currency: 'CNY', ...table } as LedgerAct, { now: FIRST }),
    ).toHaveProperty('answer')
  for (const account of ['0001', '0002']) expect(agree(calls, account)).toHaveProperty('answer')
  return calls
}

function agree(calls: BookFile, account: string) {
  const agreed = {
    mode: 'prepaid-here',
    agreement: 'A-1',
    balance: 'here',
    currency: 'CNY',
    prices: 'homes',
  } as const
  return enter(calls, { kind: 'terms', account, terms: { from: FIRST, ...agreed } })
}

function pay(calls: BookFile, payment: string, amount = '100.00', account = '0001', key?: string) {
  return enter(
    calls,
    { kind: 'payment', account, payment, amount, at: NOW },
    key === undefined ? {} : { key, digest: `${key}${amount}` },
  )
}

function chargeAll(calls: BookFile): number {
  for (let entries = 0; ; ) {
    const done = calls.charge(NOW)
    entries += done.entries
    if (done.isDone) return entries
  }
}

function balanceIn(directory: string, account: string): string {
  const { entries, damaged } = readerIn(directory).ledger.of(account)
  expect(damaged).toEqual([])
  return formatScaled(balanceAfter(null, entries) ?? { digits: 0n, scaler: 0 })
}

type Ends = Map<number, { readonly standing: Standing; readonly registers: readonly ReleasedRegister[] }>

/** By hand: from each midnight that tells a register firmly to the next, where both are in one hand and at one price. */
function owedByHand(ends: Ends, isOneHand: (from: number, to: number) => boolean): Scaled {
  let sum: Scaled = { digits: 0n, scaler: 0 }
  for (const obis of [TOTAL, PEAK]) {
    const firm = [...ends]
      .filter(([, { standing }]) => standing !== 'withdrawn')
      .flatMap(([day, { registers }]) => {
        const told = registers.find(one => one.obis === obis && one.estimate === null)
        return told ? [{ day, value: told.value }] : []
      })
      .sort((a, b) => a.day - b.day)
    for (const [place, end] of firm.entries()) {
      const start = firm[place - 1]
      if (!start || start.day < 0 || !isOneHand(start.day, end.day)) continue
      if (obis === TOTAL && start.day < 12 && end.day > 12) continue
      const price = parseScaled((PRICES[start.day < 12 ? 0 : 1]?.registers[obis] ?? '') as string) as Scaled
      const counted = subtractScaled(end.value, start.value)
      sum = addScaled(sum, { digits: price.digits * counted.digits, scaler: price.scaler + counted.scaler })
    }
  }
  return sum
}

function anyRelease(random: Random, meter: string, ends: Ends) {
  const day = random.integer(LAST_DAY + 4) - 3
  const shift = random.integer(4) === 0 ? random.integer(50) : 0
  const kind = random.integer(10)
  const isEstimated = kind < 2
  const estimate = isEstimated ? ({ method: 'interpolated', evidence: 'between' } as const) : null
  const told = (obis: string, each: number) => ({
    ...register(obis, ((1_000 + (day + 5) * each * 100 + shift) / 100).toFixed(2)),
    estimate,
  })
  const registers = [told(TOTAL, 8), ...(kind === 2 ? [] : [told(PEAK, 3)])]
  const standing: Standing = isEstimated
    ? 'estimated'
    : kind === 2
      ? 'totals-only'
      : kind === 3 && ends.has(day)
        ? 'withdrawn'
        : 'actual'
  ends.set(day, { standing, registers })
  return { ...released(FIRST + day * DAY, registers, standing), meter }
}

test.each(Array.from({ length: 12 }, (_, seed) => seed + 1))(
  'P-03 C-06 balance = credits − Σ price × final periods, in any order, charged twice or cut short anywhere (seed %i)',
  seed => {
    const random = seededRandom(seed)
    const directory = newDirectory()
    let calls = opened(directory)
    const all = { m1: new Map() as Ends, m2: new Map() as Ends }
    let credits: Scaled = { digits: 0n, scaler: 0 }
    let moved: number | null = null
    for (let step = 0; step < 60; step++) {
      const what = random.integer(12)
      const meter = random.integer(2) === 0 ? METER : OTHER
      if (what < 7)
        writeBook(directory, [{ recordedAt: NOW, releases: [anyRelease(random, meter, all[meter])] }])
      else if (what < 9) chargeAll(calls)
      else if (what === 9) {
        calls.close()
        calls = bookIn(directory)
      } else if (what === 10) {
        pay(calls, `P-${step}`, `${step}.25`)
        credits = addScaled(credits, parseScaled(`${step}.25`) as Scaled)
      } else if (moved === null && step > 20) {
        moved = random.integer(LAST_DAY)
        const at = FIRST + moved * DAY
        const usual = { meter: OTHER, point: 'p-m2' }
        const left = { ...usual, account: '0002', from: FIRST - 9 * DAY, to: at, pairing: 2, supersedes: 2 }
        calls.pair({
          now: NOW,
          by: 'office',
          after: 2,
          versions: versionsOf([left, { ...usual, account: '0001', from: at }]),
        })
      }
    }
    chargeAll(calls)
    expect(chargeAll(calls)).toBe(0)
    const change = moved ?? Number.POSITIVE_INFINITY
    const own = owedByHand(all[METER], () => true)
    const before = owedByHand(all[OTHER], (_, to) => to <= change)
    const after = owedByHand(all[OTHER], from => from >= change)
    const same = (account: string, expected: Scaled) =>
      expect(subtractScaled(parseScaled(balanceIn(directory, account)) as Scaled, expected).digits).toBe(0n)
    same('0001', subtractScaled(credits, addScaled(own, after)))
    same('0002', subtractScaled({ digits: 0n, scaler: 0 }, before))
    // Positions lost: all is followed again, and nothing is charged twice.
    const file = new DatabaseSync(join(directory, 'meterd.db'))
    for (const lost of ['UPDATE charged_to SET cursor = 7', "DELETE FROM charged_to WHERE name = 'anew'"]) {
      file.exec(lost)
      expect(chargeAll(calls)).toBe(0)
    }
    file.close()
    // What was never charged for want of a position is made good, whole.
    const undone = new DatabaseSync(join(directory, 'meterd.db'))
    const charged = Number(
      undone.prepare("SELECT count(*) AS n FROM ledger WHERE kind = 'charge'").get()?.['n'],
    )
    undone.exec("DELETE FROM ledger WHERE kind = 'charge'; DELETE FROM charged_to")
    undone.close()
    if (charged > 0) expect(chargeAll(calls)).toBeGreaterThan(0)
    same('0001', subtractScaled(credits, addScaled(own, after)))
    same('0002', subtractScaled({ digits: 0n, scaler: 0 }, before))
    calls.close()
  },
)

test('PR-06 PR-07 a damaged entry withholds the balance, is told, and stays known through a rescue; others go on', () => {
  const directory = newDirectory()
  let calls = opened(directory)
  for (const day of [0, 1]) {
    const registers = [register(TOTAL, `${10 * day}.00`)]
    writeBook(directory, [
      {
        recordedAt: NOW,
        releases: [METER, OTHER].map(meter => ({ ...released(FIRST + day * DAY, registers), meter })),
      },
    ])
  }
  pay(calls, 'P-1')
  expect(chargeAll(calls)).toBe(2)
  pay(calls, 'P-2', '7.00')
  calls.close()
  const path = join(directory, 'meterd.db')
  const file = new DatabaseSync(path)
  file.exec("UPDATE ledger SET amount = '900.00' WHERE about = 'P-2'")
  file.exec("UPDATE ledger SET amount = '-0.01' WHERE kind = 'charge' AND account = '0002'")
  file.close()
  const told: string[] = []
  calls = bookIn(directory, undefined, text => void told.push(text))
  for (let step = 0; step < 10; step += 1) calls.tend({ now: null, sinks: [] })
  expect(told.filter(text => text.includes('of ledger'))).toHaveLength(2)
  calls.close()
  writeFileSync(path, readFileSync(path).fill(0xa5, 0, 100))
  calls = bookIn(directory)
  const { ledger } = readerIn(directory)
  expect([ledger.of('0001').damaged.length, ledger.of('0002').damaged.length]).toEqual([1, 1])
  expect(ledger.of('0001').entries.map(({ kind }) => kind)).toEqual(['terms', 'payment', 'charge'])
  // All is followed again in the new life: nothing is charged twice, not even what is not known.
  expect(chargeAll(calls)).toBe(0)
  expect(pay(calls, 'P-2', '7.00')).toMatchObject({ code: 'LEDGER_REFUSED' })
  expect(pay(calls, 'P-3', '1.00')).toHaveProperty('answer')
  calls.close()
})

test('PR-61 a key is known after a restart and in a store that was rescued; one that is damaged refuses', () => {
  const directory = newDirectory()
  let calls = opened(directory)
  const first = pay(calls, 'P-1', '5.00', '0001', 'key-one')
  calls.close()
  const path = join(directory, 'meterd.db')
  writeFileSync(path, readFileSync(path).fill(0xa5, 0, 100))
  calls = bookIn(directory)
  expect(pay(calls, 'P-1', '5.00', '0001', 'key-one')).toEqual(first)
  expect(pay(calls, 'P-1', '6.00', '0001', 'key-one')).toEqual({ reused: true })
  const file = new DatabaseSync(path)
  file.exec("UPDATE ledger_key SET answer = '{}' WHERE key = 'key-one'")
  file.close()
  expect(pay(calls, 'P-1', '5.00', '0001', 'key-one')).toMatchObject({ code: 'LEDGER_REFUSED' })
  expect(balanceIn(directory, '0001')).toBe('5.00')
  calls.close()
})

test('P-12 what cannot be written down in the journal is not entered either, nor is its key taken', () => {
  const directory = newDirectory()
  const calls = opened(directory)
  const inside = new DatabaseSync(join(directory, 'meterd.db'))
  const refusing = (when: string) =>
    inside.exec(
      `CREATE TRIGGER refuse BEFORE INSERT ON journal WHEN ${when} BEGIN SELECT RAISE(ABORT, 'no'); END`,
    )
  const counted = () =>
    inside
      .prepare('SELECT (SELECT count(*) FROM ledger) AS ledger, (SELECT count(*) FROM ledger_key) AS keys')
      .get()
  const before = counted()
  const caller = { actor: 'office', scope: 'billing', address: '' }
  const once = { key: 'key-one', digest: 'd', request: 'r1' }
  const act = { kind: 'payment', account: '0001', payment: 'P-1', amount: '1', at: NOW } as const
  expect(() => calls.post({ now: NOW, by: 'office', caller, once, act })).toThrow('not told the address')
  expect(counted()).toEqual(before)
  refusing("NEW.action = 'payment.entered'")
  expect(() => pay(calls, 'P-1')).toThrow()
  expect(counted()).toEqual(before)
  inside.close()
  calls.close()
})

test('P-03 an estimated day is shown apart with what it may come to, and charged when what was read is released', () => {
  const directory = newDirectory()
  const calls = opened(directory)
  const estimate = { method: 'interpolated', evidence: 'between' } as const
  const end = (day: number, text: string, isEstimated = false) => ({
    ...released(
      FIRST + day * DAY,
      [{ ...register(TOTAL, text), estimate: isEstimated ? estimate : null }],
      isEstimated ? 'estimated' : 'actual',
    ),
    meter: METER,
  })
  writeBook(directory, [
    { recordedAt: NOW, releases: [end(0, '10.00'), end(1, '14.00'), end(2, '19.50', true)] },
  ])
  const left = () => {
    const { ledger, book, archive } = readerIn(directory)
    return notChargedYet({ ledger, book, archive, offsetMinutes: 480 }, '0001', FIRST + 4 * DAY)
      .filter(({ obis }) => obis === TOTAL)
      .map(({ from, to, code, quantity, amount }) => [
        ...[(from - FIRST) / DAY, (to - FIRST) / DAY, code],
        ...[quantity && formatScaled(quantity), amount && formatScaled(amount)],
      ])
  }
  chargeAll(calls)
  expect(balanceIn(directory, '0001')).toBe('-2.113200')
  expect(left()).toEqual([
    [1, 2, 'ESTIMATED', '5.50', '2.905650'],
    [2, 4, 'NOT_RELEASED', null, null],
  ])
  writeBook(directory, [{ recordedAt: NOW, releases: [end(3, '24.00')] }])
  chargeAll(calls)
  expect(balanceIn(directory, '0001')).toBe('-7.396200')
  expect(left()).toEqual([[3, 4, 'NOT_RELEASED', null, null]])
  // What was estimated turns out: the span is charged by its days, and the sum stays.
  writeBook(directory, [{ recordedAt: NOW, releases: [end(2, '18.00')] }])
  expect(chargeAll(calls)).toBe(3)
  expect(balanceIn(directory, '0001')).toBe('-7.396200')
  calls.close()
})
