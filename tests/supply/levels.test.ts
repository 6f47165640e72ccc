/** How low a balance is: each level once per crossing (P-01, P-02), and how long it lasts. */

import { expect, test } from 'vitest'
import { seededRandom } from '../../src/core/random.ts'
import { formatScaled, parseScaled, type Scaled } from '../../src/core/scaled.ts'
import { daysLeft } from '../../src/supply/money/days-left.ts'
import { type Level, levelsMoved, type Thresholds, thresholdsRefused } from '../../src/supply/money/levels.ts'

const money = (text: string) => parseScaled(text) as Scaled
const limits = (alarm1: string, alarm2: string, overdraft: string): Thresholds => ({
  from: 0,
  ...{ alarm1: money(alarm1), alarm2: money(alarm2), overdraft: money(overdraft) },
})
const USUAL = limits('50', '20', '10')

function walk(balances: readonly string[], thresholds = USUAL, perDay: string | null = null) {
  let level: Level = 0
  return balances.map(balance => {
    const moved = levelsMoved(level, money(balance), thresholds, perDay === null ? null : money(perDay))
    for (const { event, level: of } of moved) level = (event === 'reached' ? of : of - 1) as Level
    return moved.map(({ event, level: of }) => `${event === 'reached' ? '+' : '-'}${of}`).join('')
  })
}

test.each([
  ['at a level is below it', ['50.01', '50', '20.01', '20', '-9.99', '-10'], ['', '+1', '', '+2', '', '+3']],
  ['several at once, each told', ['60', '-10', '60'], ['', '+1+2+3', '-3-2-1']],
  [
    'around a level it is told once',
    ['50', '51', '49', '55', '50', '55.01', '50'],
    ['+1', '', '', '', '', '-1', '+1'],
  ],
  ['a top-up that clears the lower alone', ['15', '26', '19', '54'], ['+1+2', '-2', '+2', '-2']],
])('P-02 %s', (_, balances, moved) => expect(walk(balances)).toEqual(moved))

test('P-02 where a day costs more than five it is a day that the balance has to be above', () => {
  expect(walk(['50', '61.99', '62', '62.01'], USUAL, '12')).toEqual(['+1', '', '', '-1'])
  expect(walk(['50', '55.01'], USUAL, '4.99')).toEqual(['+1', '-1'])
})

test('P-02 as each level by itself: it fires once while it is armed, and is armed anew clear above', () => {
  const random = seededRandom(7)
  for (let run = 0; run < 200; run++) {
    const thresholds = limits(`${random.integer(60)}`, `-${random.integer(20)}`, `${20 + random.integer(20)}`)
    const balances = Array.from({ length: 80 }, () => random.integer(160) - 60)
    const ends = [thresholds.alarm1, thresholds.alarm2, thresholds.overdraft].map(one =>
      Number(formatScaled(one)),
    )
    const armed = [true, true, true]
    const expected = balances.map(balance =>
      ends
        .map((end, place) => {
          const at = place === 2 ? -end : end
          if (armed[place] && balance <= at) {
            armed[place] = false
            return `+${place + 1}`
          }
          if (armed[place] || balance <= at + 5) return ''
          armed[place] = true
          return `-${place + 1}`
        })
        .sort((a, b) => (a.startsWith('-') ? b.localeCompare(a) : a.localeCompare(b)))
        .join(''),
    )
    expect(walk(balances.map(String), thresholds)).toEqual(expected)
  }
})

test('P-01 thresholds that contradict each other are refused in words', () => {
  expect(thresholdsRefused(USUAL)).toBeNull()
  expect(thresholdsRefused(limits('20', '20', '0'))).toBeNull()
  expect(thresholdsRefused(limits('10', '20', '0'))).toMatch(/alarm1/)
  expect(thresholdsRefused(limits('10', '-20', '10'))).toMatch(/alarm2/)
  expect(thresholdsRefused(limits('10', '5', '-1'))).toMatch(/not negative/)
})

test.each([
  ['31.5', ['1', '2', '9'], '15', '2'],
  ['10', ['1.5', '2'], '5', '1.75'],
  ['-3', ['1'], '0', '1'],
  ['10', [], undefined, undefined],
  ['10', ['0', '0', '3'], undefined, undefined],
])('C-07 days left of %s at %j', (balance, costs, days, perDay) => {
  const left = daysLeft(money(balance), costs.map(money))
  expect(left?.days).toBe(days)
  expect(left && formatScaled(left.perDay)).toBe(perDay ?? null)
})
