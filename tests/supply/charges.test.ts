/** What is owed for a span, and why nothing is (P-03, C-06). */

import { expect, test } from 'vitest'
import { formatScaled, parseScaled, type Scaled } from '../../src/core/scaled.ts'
import type { Terms } from '../../src/supply/account/terms.ts'
import { type Counted, differences, judgeCharge, type Payer } from '../../src/supply/money/charges.ts'
import { inForce, type PriceTable, tableRefused } from '../../src/supply/money/prices.ts'

const money = (text: string) => parseScaled(text) as Scaled
const OBIS = '1-0:1.8.0'
const table = (from: number, price: string): PriceTable => ({
  ...{ from, currency: 'CNY' },
  registers: new Map([[OBIS, money(price)]]),
})
const USUAL: Terms = {
  ...{ from: 0, mode: 'prepaid-here', agreement: 'A-1' },
  ...{ balance: 'here', currency: 'CNY', prices: 'homes' },
}
const COUNTED: Counted = {
  ...{ meter: 'm1', obis: OBIS, unit: 'kWh', from: 10, to: 20 },
  ...{ quantity: money('12.34'), releases: [1, 2] },
}

function judged(
  counted: Partial<Counted>,
  payer: Partial<Payer> = {},
  tables = [table(0, '0.5283'), table(30, '1')],
) {
  const usual: Payer = {
    ...{ account: '1', until: null, terms: [USUAL], tablesOf: () => tables },
    ...{ usedSince: () => money('0'), offsetMinutes: 0 },
  }
  const result = judgeCharge({ ...COUNTED, ...counted }, { ...usual, ...payer })
  if (result === 'free') return result
  return 'because' in result ? result.because : formatScaled(result.owed.amount)
}

const POST_PAID: Terms = { ...USUAL, mode: 'post-paid', balance: 'none', currency: null, prices: null }

test.each([
  ['exactly, never rounded', {}, {}, '6.519222'],
  ['at the price of its own day', { from: 30, to: 40 }, {}, '12.34'],
  ['up to the end of the pairing', {}, { until: 20 }, '6.519222'],
  ['a price that changes within', { from: 20, to: 40 }, {}, 'PRICE_CHANGES'],
  ['before the first table', { from: -10, to: -5 }, { terms: [{ ...USUAL, from: -100 }] }, 'NO_PRICE'],
  ['a register without a price', { obis: '1-0:2.8.0' }, {}, 'free'],
  ['a pairing that ends within', {}, { until: 19 }, 'ACCOUNT_CHANGES'],
  ['terms that begin within', {}, { terms: [{ ...USUAL, from: 15 }] }, 'TERMS_CHANGE'],
  ['terms that end within', {}, { terms: [USUAL, { ...POST_PAID, from: 15 }] }, 'TERMS_CHANGE'],
  ['before all terms', {}, { terms: [{ ...USUAL, from: 20 }] }, 'free'],
  ['post-paid', {}, { terms: [POST_PAID] }, 'free'],
  ['a quantity that is not known', { quantity: null }, {}, 'NOT_KNOWN'],
  ['another unit', { unit: 'kvarh' }, {}, 'UNIT'],
] as const)('P-03 charged %s', (_, counted, payer, expected) => expect(judged(counted, payer)).toBe(expected))

test('P-03 the same price on both sides is one price; what belongs to nobody is not charged', () => {
  expect(judged({ from: 20, to: 40 }, {}, [table(0, '0.5'), table(30, '0.50')])).toBe('6.170')
  expect(judgeCharge(COUNTED, null)).toEqual({ because: 'NOBODYS', account: null })
})

test('P-03 a ladder that is said again with other zeros is the same ladder; with another price it is not', () => {
  const climbing = (from: number, ...[above, price]: readonly [string, string]): PriceTable => {
    const steps = [
      { above: money('0'), price: money('0') },
      { above: money(above), price: money(price) },
    ]
    return { ...table(from, '0.5'), ladder: { register: OBIS, every: 'year', begins: '01-01', steps } }
  }
  const span = { from: 20, to: 40 }
  for (const [above, price] of [
    ['10', '1'],
    ['10.0', '1.00'],
    ['10.00', '1.0'],
  ] as const)
    expect(Number(judged(span, {}, [climbing(0, '10', '1'), climbing(30, above, price)]))).toBe(8.51)
  expect(judged(span, {}, [climbing(0, '10', '1'), climbing(30, '10', '1.01')])).toBe('PRICE_CHANGES')
})

test('P-03 only the difference is entered: of another account, another span, another amount, and nothing of the same', () => {
  const one = (account: string, amount: string, from = 10) => ({
    account,
    obis: OBIS,
    from,
    to: 20,
    amount: money(amount),
  })
  const shown = (owed: Parameters<typeof differences>[0], charged: Parameters<typeof differences>[1]) =>
    differences(owed, charged).map(({ account, from, amount }) => [account, from, formatScaled(amount)])
  expect(shown([one('1', '5.00')], [one('1', '3.5'), one('1', '1.5')])).toEqual([])
  expect(shown([one('1', '5')], [one('1', '5.2')])).toEqual([['1', 10, '-0.2']])
  expect(shown([one('2', '5')], [one('1', '5')])).toEqual([
    ['2', 10, '5'],
    ['1', 10, '-5'],
  ])
  expect(shown([], [one('1', '5', 11), one('1', '-5', 11)])).toEqual([])
})

test('C-06 a table in force never changes; of the future the last one counts', () => {
  const now = 50
  expect(tableRefused(table(10, '1'), [], now)).toBeNull()
  expect(tableRefused(table(50, '1'), [table(10, '1')], now)).toMatch(/never changes/)
  expect(tableRefused(table(51, '1'), [table(10, '1')], now)).toBeNull()
  expect(tableRefused({ ...table(51, '1'), currency: 'EUR' }, [table(10, '1')], now)).toMatch(/in CNY/)
  const tables = inForce([table(60, '1'), table(10, '2'), table(60, '3')])
  expect(tables.map(({ from, registers }) => [from, formatScaled(registers.get(OBIS) as Scaled)])).toEqual([
    [10, '2'],
    [60, '3'],
  ])
})
