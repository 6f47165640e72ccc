/** Registers kept at settlement days: no stamp of their own, so days and clock say when. */

import { describe, expect, it } from 'vitest'
import { settledAt } from '../../../drivers/dlt645/conversations/settlement.ts'
import { DIALECT_1997, DIALECT_2007 } from '../../../drivers/dlt645/dialect.ts'
import { driver1997, driver2007 } from '../../../drivers/dlt645/driver.ts'
import type { ReadResult } from '../../../src/driver-api/driver.ts'
import { callOf, type Holdings, talk } from './bench-meter.ts'

const FIRST = [{ day: 1, hour: 0 }]
const THREE = [
  { day: 1, hour: 0 },
  { day: 11, hour: 12 },
  { day: 21, hour: 0 },
]

describe('when a meter settled', () => {
  it.each([
    ['one day a month', '2026-11-21T10:00:00', FIRST, 1, '2026-11-01T00:00:00'],
    ['the second back is a month earlier', '2026-11-21T10:00:00', FIRST, 2, '2026-10-01T00:00:00'],
    ['over the new year', '2026-01-15T10:00:00', FIRST, 2, '2025-12-01T00:00:00'],
    ['twelve back', '2026-11-21T10:00:00', FIRST, 12, '2025-12-01T00:00:00'],
    ['three a month', '2026-11-21T10:00:00', THREE, 1, '2026-11-21T00:00:00'],
    ['three a month, the second back', '2026-11-21T10:00:00', THREE, 2, '2026-11-11T12:00:00'],
    ['three a month, the fourth back', '2026-11-21T10:00:00', THREE, 4, '2026-10-21T00:00:00'],
    ['an hour of the day', '2026-11-11T11:59:59', THREE, 1, '2026-11-01T00:00:00'],
    ['at that very moment', '2026-11-11T12:00:00', THREE, 1, '2026-11-11T12:00:00'],
    ['two days alike are one', '2026-11-21T10:00:00', [...FIRST, ...FIRST], 2, '2026-10-01T00:00:00'],
    ['a day February has not', '2026-03-15T00:00:00', [{ day: 30, hour: 0 }], 1, '2026-01-30T00:00:00'],
    ['only long months', '2026-11-21T00:00:00', [{ day: 31, hour: 0 }], 12, '2025-03-31T00:00:00'],
  ] as const)('%s', (_, now, days, nth, at) => expect(settledAt(now, days, nth)).toBe(at))

  it('is unknown without a day', () => expect(settledAt('2026-11-21T10:00:00', [], 1)).toBeNull())
})

/** Registers without the clock that is told beside them. */
const registersIn = ({ result }: ReturnType<typeof talk<ReadResult>>) =>
  result.reads.filter(({ point }) => point.obis !== '0-0:1.0.0')

describe('settled registers of 2007', () => {
  const { stamp, points } = driver2007.freezes!.get('settlement')!
  const total = points[0]!
  const CLOCK: Holdings = { '04000101': '06211126', '04000102': '000010' }
  const DAYS: Holdings = { '04000B01': '0001', '04000B02': '9999' }
  const read = (held: Holdings, nth = 1, wanted = [total], goneAt = '') =>
    talk(driver2007.readFreeze!(callOf(), { nth, stamp, points: wanted }), held, { goneAt })

  it('are days, clock, registers, clock, and carry the moment they were kept at', () => {
    const { result, asked } = read({ ...DAYS, ...CLOCK, '00010002': '78563412' }, 2)
    expect(asked).toEqual([
      '04000B01',
      '04000B02',
      '04000B03',
      '04000102',
      '04000101',
      '03300C01',
      '03300401',
      '00010002',
      '04000102',
      '04000101',
    ])
    expect(result.reads).toMatchObject([
      { point: { obis: '1-0:1.8.0' }, value: { digits: 12345678n }, stampedAt: '2026-10-01T00:00:00' },
      { point: { obis: '0-0:1.0.0' }, value: { time: '2026-11-21T10:00:00' } },
    ])
  })

  const OPERATOR = '00000000'
  const HELD = { ...DAYS, ...CLOCK, '00010001': '78563412', '00010002': '67452301' }
  it.each([
    // ss mm hh DD MM YY, operator, the three days as they were.
    ['days set yesterday', { '03300C01': `000010201126${OPERATOR}001599999999` }, 1, 'SETTLEMENT_IN_DOUBT'],
    ['days set before it', { '03300C01': `000010311026${OPERATOR}001599999999` }, 1, null],
    [
      'days set between it and the next',
      { '03300C01': `000010311026${OPERATOR}001599999999` },
      2,
      'SETTLEMENT_IN_DOUBT',
    ],
    ['days never set', { '03300C01': '00'.repeat(16) }, 1, null],
    ['days of which nothing is told', { '03300C01': null }, 1, null],
    // Operator, from, to.
    [
      'a clock set right by months',
      { '03300401': `${OPERATOR}000010050100000010201126` },
      1,
      'SETTLEMENT_IN_DOUBT',
    ],
    [
      'a clock put back by an hour',
      { '03300401': `${OPERATOR}000011201126000010201126` },
      1,
      'SETTLEMENT_IN_DOUBT',
    ],
    ['a clock set by a minute', { '03300401': `${OPERATOR}000010201126000110201126` }, 1, null],
    ['a clock set before it', { '03300401': `${OPERATOR}000010050100000010311026` }, 1, null],
  ] as const)(
    'V-T3 kept under %s are of that moment only if nothing has changed since',
    (_, told, nth, code) => {
      const { result, asked } = read({ ...HELD, ...told }, nth)
      expect(asked.some(item => item.startsWith('000100'))).toBe(code === null)
      expect(result.reads[0]).toMatchObject(
        code === null ? { stampedAt: '2026-11-01T00:00:00' } : { refused: { code } },
      )
    },
  )

  it('of a meter that settles meanwhile are refused as a whole', () => {
    const { result } = read({
      ...DAYS,
      '04000B02': '1021',
      '04000101': '06211126',
      '04000102': ['595909', '000010'],
      '00010001': '78563412',
    })
    expect(result.reads).toMatchObject([{ refused: { code: 'METER_BUSY' } }])
  })

  it.each([
    ['no day is set', { ...DAYS, '04000B01': '9999' }, 'METER_NO_DATA'],
    ['the days are refused', {}, 'METER_NO_DATA'],
    ['a day is no day', { ...DAYS, '04000B01': '0032' }, 'VALUE_OUT_OF_TYPE'],
    ['the second day is no day', { ...DAYS, '04000B02': '2501' }, 'VALUE_OUT_OF_TYPE'],
  ])('are refused when %s', (_, days, code) => {
    expect(read({ ...CLOCK, ...days, '00010001': '78563412' } as Holdings).result.reads).toMatchObject([
      { refused: { code } },
    ])
  })

  it('are nothing when the meter falls silent', () => {
    expect(read({ ...DAYS, ...CLOCK }, 1, [total], '00010001').result.reads).toEqual([])
    expect(read({ ...DAYS, ...CLOCK }, 1, [total], '04000B02').result.reads).toEqual([])
  })

  it('of a meter that is silent to one of them are the others', () => {
    const tariff = points[1]!
    const talked = read({ ...DAYS, ...CLOCK, '00010001': null, '00010101': '01000000' }, 1, [total, tariff])
    expect(registersIn(talked)).toMatchObject([
      { refused: { code: 'ITEM_UNANSWERED' } },
      { value: { digits: 1n }, stampedAt: '2026-11-01T00:00:00' },
    ])
  })

  it('of a meter that will not say one of its days are refused: which period they close is not known', () => {
    const { result, asked } = read({ ...DAYS, ...CLOCK, '04000B02': null, '00010001': '78563412' })
    expect(result.reads).toMatchObject([{ refused: { code: 'ITEM_UNANSWERED' } }])
    expect(asked).not.toContain('00010001')
  })

  // Days are the 1st at 00 h; the registers may be turned one after the other while the clock shows so.
  it.each([
    ['at the boundary', '000000', 'METER_BUSY'],
    ['59 s after it', '590000', 'METER_BUSY'],
    ['a minute after it', '000100', null],
  ])('V-T3 read %s, by the clock of the meter, are %s', (_, time, code) => {
    const talked = read({
      ...DAYS,
      '04000101': '00011126',
      '04000102': time,
      '00010001': '78563412',
    })
    expect(talked.asked.includes('00010001')).toBe(code === null)
    expect(registersIn(talked)).toMatchObject([
      code === null ? { stampedAt: '2026-11-01T00:00:00' } : { refused: { code } },
    ])
  })

  it('V-T3 of which every settlement moved less than a minute ago are refused, however far back', () => {
    const { result } = read(
      { ...DAYS, '04000101': '00011126', '04000102': '300000', '00010002': '78563412' },
      2,
    )
    expect(result.reads).toMatchObject([{ refused: { code: 'METER_BUSY' } }])
  })

  it.each([0, 13])('are kept for twelve settlements, not %i', nth => {
    const { result, asked } = read({ ...DAYS, ...CLOCK }, nth)
    expect(asked).toEqual([])
    expect(result.reads).toMatchObject([{ refused: { code: 'METER_NO_DATA' } }])
  })
})

describe('months of 1997', () => {
  const { stamp, points, depth } = driver1997.freezes!.get('settlement')!
  const CLOCK: Holdings = { C010: '06211126', C011: '000010' }
  const read = (held: Holdings, nth: number) =>
    talk(
      driver1997.readFreeze!(callOf({}, '123456789012'), { nth, stamp, points: points.slice(0, 2) }),
      held,
      { itemBytes: 2 },
    )

  it('are last month’s and the one before, told by DI1', () => {
    expect(depth).toBe(2)
    const last = read({ ...CLOCK, C117: '0001', '9410': '78563412', '9411': '01000000' }, 1)
    expect(registersIn(last)).toMatchObject([
      { value: { digits: 12345678n }, stampedAt: '2026-11-01T00:00:00' },
      { value: { digits: 1n }, stampedAt: '2026-11-01T00:00:00' },
    ])
    const before = read({ ...CLOCK, C117: '0001', '9810': '78563412' }, 2)
    expect(before.result.reads[0]).toMatchObject({ stampedAt: '2026-10-01T00:00:00' })
  })

  it.each([
    // mm hh DD MM, no year.
    ['yesterday', '00102011', 1, 'SETTLEMENT_IN_DOUBT'],
    ['before it', '00103110', 1, null],
    ['before it, and after the one before', '00103110', 2, 'SETTLEMENT_IN_DOUBT'],
    ['on a day that is yet to come this year', '00102212', 1, null],
    ['never', '00000000', 1, null],
  ] as const)('V-T3 of a meter programmed %s', (_, at, nth, code) => {
    const held = { ...CLOCK, C117: '0001', '9410': '78563412', '9810': '67452301', B210: at }
    const [first] = read(held, nth).result.reads
    expect(first).toMatchObject(code === null ? { stampedAt: '2026-11-01T00:00:00' } : { refused: { code } })
  })

  it('a daily freeze is none of this edition', () => {
    const freeze = { nth: 1, stamp: points[0]!, points }
    expect(driver1997.freezes!.has('daily')).toBe(false)
    for (const read of talk(driver1997.readFreeze!(callOf(), freeze), {}, { itemBytes: 2 }).result.reads)
      expect(read).toMatchObject({ refused: { code: 'PROFILE_INVALID' } })
  })
})

describe('kinds of freezes', () => {
  it.each([
    ['daily', '050600nn'],
    ['hourly', '050400nn'],
    ['monthly', '050000nn'],
  ])('%s has a stamp, and every register of it is read with it', (kind, item) => {
    const plan = driver2007.freezes!.get(kind)!
    expect(plan.stamp.item).toBe(item)
    expect(plan.points.map(({ obis }) => obis)).toContain('1-0:1.8.0')
    const held: Holdings = {
      [item.replace('nn', '01')]: '0013211126',
      [plan.points[0]!.item.replace('nn', '01')]: '78563412',
    }
    const { result } = talk(
      driver2007.readFreeze!(callOf(), { nth: 1, stamp: plan.stamp, points: plan.points.slice(0, 1) }),
      held,
    )
    expect(result.reads).toMatchObject([{ stampedAt: '2026-11-21T13:00:00' }])
  })

  it('tables name every stamp', () => {
    for (const [dialect, driver] of [
      [DIALECT_2007, driver2007],
      [DIALECT_1997, driver1997],
    ] as const)
      for (const plan of driver.freezes!.values()) expect(dialect.table.find(plan.stamp.item)).not.toBeNull()
  })
})
