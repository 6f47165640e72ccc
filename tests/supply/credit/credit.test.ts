/** Money in the meter against what was used, topped up and paid: what is told, and what is not (V-A9, V-R36, C-06). */

import { describe, expect, test } from 'vitest'
import { parseScaled, type Scaled } from '../../../src/core/scaled.ts'
import { DAY, HOUR, MINUTE } from '../../../src/core/time.ts'
import { type CreditLook, judgeLooks } from '../../../src/supply/credit/looks.ts'
import { spentBetween } from '../../../src/supply/credit/spent.ts'
import { type TopUpPaid, topUpsOf } from '../../../src/supply/credit/top-ups.ts'
import type { PriceTable } from '../../../src/supply/money/prices.ts'

const START = Date.UTC(2026, 10, 20, 16)
const exactly = (text: string): Scaled => parseScaled(text) as Scaled
const orNull = (text: string | null) => (text === null ? null : exactly(text))

/** Day, left, owed, times, in all. */
type Told = readonly [number, string, string | null, (string | null)?, (string | null)?]
const look = ([day, remaining, overdraft, purchases = null, bought = null]: Told): CreditLook => ({
  ...{ meter: 'm1', at: START + day * DAY, unit: 'yuan' },
  ...{ remaining: exactly(remaining), overdraft: orNull(overdraft) },
  ...{ purchases: orNull(purchases), bought: orNull(bought) },
})
const judged = (most: string | null, ...told: readonly Told[]) =>
  judgeLooks(told.map(look), () => ({ most: orNull(most), isUsed: most === null ? null : most !== '0' })).map(
    ({ code }) => code,
  )

describe('looks', () => {
  test.each<readonly [string, string | null, readonly Told[], readonly string[]]>([
    [
      'used up by what may be',
      '4.00',
      [
        [0, '100.00', '0.00'],
        [1, '96.00', '0.00'],
      ],
      [],
    ],
    [
      'two last digits more',
      '4.00',
      [
        [0, '100.00', '0.00'],
        [1, '95.98', '0.00'],
      ],
      [],
    ],
    [
      'three',
      '4.00',
      [
        [0, '100.00', '0.00'],
        [1, '95.97', '0.00'],
      ],
      ['FELL'],
    ],
    [
      'into debt',
      '4.00',
      [
        [0, '1.00', '0.00'],
        [1, '0.00', '3.00'],
      ],
      [],
    ],
    [
      'too far into debt',
      '4.00',
      [
        [0, '1.00', '0.00'],
        [1, '0.00', '3.03'],
      ],
      ['FELL'],
    ],
    [
      'nobody knows what was used',
      null,
      [
        [0, '100.00', '0.00'],
        [1, '0.00', '0.00'],
      ],
      [],
    ],
    [
      'topped up by what it says',
      '4.00',
      [
        [0, '10.00', '0.00', '1', '100.00'],
        [1, '107.00', '0.00', '2', '200.00'],
      ],
      [],
    ],
    [
      'topped up by less than it says',
      '4.00',
      [
        [0, '10.00', '0.00', '1', '100.00'],
        [1, '57.00', '0.00', '2', '200.00'],
      ],
      ['FELL'],
    ],
    [
      'by more than it says',
      '4.00',
      [
        [0, '10.00', '0.00', '1', '100.00'],
        [1, '110.01', '0.00', '2', '200.00'],
      ],
      ['ROSE'],
    ],
    [
      'it rose, and it counts no purchase',
      '4.00',
      [
        [0, '10.00', '0.00', '1'],
        [1, '10.01', '0.00', '1'],
      ],
      ['ROSE'],
    ],
    [
      'it rose, a purchase more, nobody knows of how much',
      '4.00',
      [
        [0, '10.00', '0.00', '1'],
        [1, '99.00', '0.00', '2'],
      ],
      [],
    ],
    [
      'it rose, and tells nothing of purchases',
      '4.00',
      [
        [0, '10.00', '0.00'],
        [1, '99.00', '0.00'],
      ],
      [],
    ],
    ['left and owed at once', '4.00', [[0, '10.00', '0.01']], ['BOTH_HELD']],
    [
      'neither left nor owed, and nothing is used',
      '0',
      [
        [0, '0.00', '0.00'],
        [1, '0.00', '0.00'],
      ],
      [],
    ],
    [
      'neither left nor owed, and it counts',
      '1',
      [
        [0, '0.00', '0.00'],
        [1, '0.00', '0.00'],
      ],
      ['BOTH_EMPTY'],
    ],
    [
      'nothing left for a moment',
      '1',
      [
        [0, '0.50', '0.00'],
        [1, '0.00', '0.00'],
      ],
      [],
    ],
    [
      'fewer purchases than before',
      '9',
      [
        [0, '5.00', '0.00', '7'],
        [1, '5.00', '0.00', '2'],
      ],
      ['COUNT_FELL'],
    ],
  ])('V-R36 %s', (_, most, told, codes) => {
    expect(judged(most, ...told)).toEqual(codes)
  })
})

describe('what can have been spent', () => {
  const held: Readonly<Record<string, readonly (readonly [number, string])[]>> = {
    '1-0:1.8.0': [
      [0, '100.00'],
      [DAY, '110.00'],
      [2 * DAY, '130.00'],
    ],
    '1-0:1.8.1': [
      [0, '60.00'],
      [DAY, '66.00'],
      [2 * DAY, '76.00'],
    ],
    '1-0:1.8.2': [
      [0, '40.00'],
      [DAY, '44.00'],
      [2 * DAY, '54.00'],
    ],
  }
  const table = (day: number, registers: Readonly<Record<string, string>>) => ({
    ...{ from: START + day * DAY, currency: 'CNY' },
    registers: new Map(Object.entries(registers).map(([obis, price]) => [obis, exactly(price)])),
  })
  const most = (tables: readonly PriceTable[] | null, from: number, to: number, without = '') => {
    const heldAt = (obis: string, instant: number) => {
      const found = obis === without ? undefined : held[obis]?.findLast(([at]) => START + at <= instant)
      return found ? { at: START + found[0], value: exactly(found[1]) } : null
    }
    const spent = spentBetween({ tables, heldAt, mostPerHour: exactly('6') }, START + from, START + to)
    return spent.most && Number(spent.most.digits) * 10 ** spent.most.scaler
  }
  const FLAT = table(0, { '1-0:1.8.0': '0.5' })
  const TARIFFS = table(0, { '1-0:1.8.1': '0.6', '1-0:1.8.2': '0.3' })

  test('C-06 is what was counted by the price in force, and a step', () => {
    expect(most([FLAT], 0, DAY)).toBeCloseTo(10.01 * 0.5)
    expect(most([TARIFFS], 0, DAY)).toBeCloseTo(6.01 * 0.6 + 4.01 * 0.3)
  })
  test('the dearer where the price changes in between, and what it may have counted since it was read', () => {
    expect(most([FLAT, table(1.5, { '1-0:1.8.0': '2' })], DAY, 2 * DAY)).toBeCloseTo(20.01 * 2)
    expect(most([FLAT, table(2, { '1-0:1.8.0': '2' })], DAY, 2 * DAY)).toBeCloseTo(20.01 * 0.5)
    expect(most([FLAT], 0, DAY + 30 * MINUTE)).toBeCloseTo((10.01 + 3) * 0.5)
  })
  test('by the dearest step of a ladder, and with the standing charge of each day begun', () => {
    const steps = [
      { above: exactly('0'), price: exactly('0.1') },
      { above: exactly('99'), price: exactly('0.4') },
    ]
    const ladder = { register: '1-0:1.8.0', every: 'month', begins: '01', steps } as const
    const standing = { every: 'day', amount: exactly('0.35'), due: null } as const
    expect(most([{ ...FLAT, ladder, standing }], 0, DAY)).toBeCloseTo(10.01 * 0.9 + 2 * 0.35)
    const monthly = { every: 'month', amount: exactly('3'), due: '01' } as const
    expect(most([{ ...FLAT, standing: monthly }], 0, DAY)).toBeCloseTo(10.01 * 0.5 + 2 * 3)
  })
  test('by the total at the dearest price where a tariff is not read; not known without a price or a reading', () => {
    expect(most([TARIFFS], 0, DAY, '1-0:1.8.2')).toBeCloseTo(10.01 * 0.6)
    expect(most(null, 0, DAY)).toBeNull()
    expect(most([table(1, { '1-0:1.8.0': '0.5' })], 0, DAY)).toBeNull()
    expect(most([FLAT], 0, 3 * DAY + 3 * HOUR)).toBeNull()
    expect(most([FLAT], -HOUR, DAY)).toBeNull()
  })
})

describe('what was paid', () => {
  const paid = (payment: string, day: number, amount = '100.00'): TopUpPaid => ({
    ...{ payment, amount: exactly(amount), at: START + day * DAY },
  })
  const standings = (payments: readonly TopUpPaid[], told: readonly Told[], nowDay: number) =>
    topUpsOf(
      payments,
      [told.map(look)],
      () => ({ most: exactly('5'), isUsed: true }),
      START + nowDay * DAY,
    ).map(({ payment, standing }) => `${payment} ${standing}`)
  const counts = (day: number, times: string, all: string | null = null): Told => [
    day,
    '50.00',
    '0.00',
    times,
    all,
  ]

  test.each<readonly [string, readonly TopUpPaid[], readonly Told[], number, readonly string[]]>([
    [
      'is in the meter',
      [paid('P1', 0.5)],
      [counts(0, '1', '0'), counts(1, '2', '100.00')],
      1.1,
      ['P1 in-meter'],
    ],
    ['may still come', [paid('P1', 0.5)], [counts(0, '1', '0'), counts(1, '1', '0')], 1.49, ['P1 waiting']],
    ['never came', [paid('P1', 0.5)], [counts(0, '1', '0'), counts(1, '1', '0')], 1.5, ['P1 missing']],
    ['nobody looked since', [paid('P1', 0.5)], [counts(0, '1', '0')], 1.5, ['P1 unread']],
    [
      'nobody looked before',
      [paid('P1', -0.5)],
      [counts(0, '1', '0'), counts(1, '1', '0')],
      2,
      ['P1 unknown'],
    ],
    [
      'in the meter before its own time',
      [paid('P1', 1.03)],
      [counts(0, '1', '0'), counts(1, '2', '100.00')],
      3,
      ['P1 in-meter'],
    ],
    [
      'one of two alike was lost: the earlier, which no look shows for days',
      [paid('P1', 0.5), paid('P2', 4.5)],
      [counts(0, '1', '0'), counts(1, '1', '0'), counts(4, '1', '0'), counts(5, '2', '100.00')],
      6,
      ['P1 missing', 'P2 in-meter'],
    ],
    [
      'two came at once',
      [paid('P1', 0.2), paid('P2', 0.5, '20.50')],
      [counts(0, '1', '0'), counts(1, '3', '120.50')],
      3,
      ['P1 in-meter', 'P2 in-meter'],
    ],
    [
      'less came than was paid',
      [paid('P1', 0.5)],
      [counts(0, '1', '0'), counts(1, '2', '99.99')],
      3,
      ['P1 missing'],
    ],
    [
      'by count where no sum is told',
      [paid('P1', 0.2), paid('P2', 0.5)],
      [counts(0, '1'), counts(1, '2')],
      3,
      ['P1 missing', 'P2 in-meter'],
    ],
    [
      'by what is left where nothing else is told',
      [paid('P1', 0.5)],
      [
        [0, '10.00', '0.00'],
        [1, '106.00', '0.00'],
      ],
      3,
      ['P1 in-meter'],
    ],
    [
      'and not by what is too little',
      [paid('P1', 0.5)],
      [
        [0, '10.00', '0.00'],
        [1, '104.99', '0.00'],
      ],
      3,
      ['P1 missing'],
    ],
  ])('V-A9 %s', (_, payments, told, nowDay, expected) => {
    expect(standings(payments, told, nowDay)).toEqual(expected)
  })
})
