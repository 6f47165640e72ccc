/** NEM12-like files: what is written is right by the validator and by the grammar, and reads back as the same integers. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { digitsAt } from '../../src/core/scaled.ts'
import { DAY, MINUTE } from '../../src/core/time.ts'
import type { IntervalDay } from '../../src/export/export-row.ts'
import { NEM12 } from '../../src/export/nem12.ts'
import { createPointOwners, nem12PointOf, nem12Suffix } from '../../src/export/nem12-point.ts'
import { checkNem12 } from '../../src/export/nem12-validator.ts'
import { type ReadInterval, readNem12 } from '../support/export-readers.ts'
import {
  ABOUT,
  dayMade,
  daysMade,
  estimated,
  MARCH,
  MISSING,
  measured,
  NOWHERE,
  writeAll,
} from '../support/exported-days.ts'
import { isNem12 } from '../support/nem12-grammar.ts'
import { rounds } from '../support/rounds.ts'

const place = (point: string, meterNumber = '') => ({ ...NOWHERE, point, meterNumber })
const lines = (rows: readonly IntervalDay[]) => writeAll(NEM12, rows).split('\r\n')
const count = (values: readonly string[]) => values.length

/** What a reader has to find. */
function told(rows: readonly IntervalDay[]): Map<string, ReadInterval[]> {
  const all = rows.map(row => {
    const unit = row.unit === 'kWh' ? 'kWh' : 'kVArh'
    const key = `${nem12PointOf(row.place, row.meter)} ${nem12Suffix(row.obis)} ${unit}`
    const intervals = row.intervals.map(({ mark, value, method }, at) => ({
      from: row.from + at * row.everyMs,
      everyMs: row.everyMs,
      millionths: value && digitsAt(value, -6),
      mark: method ?? mark,
    }))
    return { key, intervals }
  })
  return new Map(
    [...Map.groupBy(all, ({ key }) => key)].map(([key, of]) => [key, of.flatMap(one => one.intervals)]),
  )
}

describe('NEM12', () => {
  test('D-02 one register measured all day is one 300 record of quality A', () => {
    const [header, details, day, end, rest] = lines([dayMade({ place: place('3600000001', '000123456789') })])
    expect(header).toBe('100,NEM12,202603030615,GATEWAY01,BILLING')
    expect(details).toBe('200,3600000001,E1,E1,E1,N1,000123456789,kWh,15,')
    expect(day).toMatch(/^300,20260301,0\.01,0\.02,0\.03,.*,0\.95,0\.96,A,,,20260303061530,$/)
    expect(count(day!.split(','))).toBe(103)
    expect([end, rest]).toEqual(['900', ''])
  })

  test('D-02 what is missing, and what is estimated and how, is told of each interval', () => {
    const at = { 0: MISSING, 1: MISSING, 40: estimated(7n, 'linear'), 95: estimated(8n, 'like-days') }
    const [, , day, ...parts] = lines([dayMade({}, at)])
    expect(day).toMatch(/^300,20260301,0,0,0\.03,.*,0\.07,.*,0\.08,V,,,20260303061530,$/)
    expect(parts).toEqual([
      '400,1,2,N,,',
      '400,3,40,A,,',
      '400,41,41,S17,0,Not read: what the register counted is divided evenly',
      '400,42,95,A,,',
      '400,96,96,S15,0,Not read: what the register counted is divided as on like days',
      '900',
      '',
    ])
  })

  test('D-02 a day of one quality has no 400 records, whatever the quality', () => {
    const all = (one: Parameters<typeof dayMade>[1]) =>
      Object.fromEntries(Array.from({ length: 96 }, (_, at) => [at, one![0]!]))
    expect(lines([dayMade({}, all({ 0: MISSING }))])[2]).toMatch(/^300,20260301(,0){96},N,,,20260303061530,$/)
    const linear = lines([dayMade({}, all({ 0: estimated(5n, 'linear') }))])
    expect(linear[2]).toMatch(/,S17,0,Not read: [^,]+,20260303061530,$/)
    expect(linear[3]).toBe('900')
  })

  test('D-02 registers of a point name each other, directions are the market’s, reactive energy has its unit', () => {
    const at = place('3600000001')
    const rows = [
      dayMade({ place: at, obis: '1-0:5.8.0', unit: 'kvarh' }),
      dayMade({ place: at, obis: '1-0:2.8.0', unit: 'MWh' }),
      dayMade({ place: at, from: MARCH + DAY }),
      dayMade({ place: at, unit: 'Wh' }),
    ]
    const heads = lines(rows).map(line => line.split(',').slice(0, 3).join())
    expect(lines(rows).filter(line => line.startsWith('200'))).toEqual([
      '200,3600000001,E1B1Q1,E1,E1,N1,,kWh,15,',
      '200,3600000001,E1B1Q1,B1,B1,N1,,kWh,15,',
      '200,3600000001,E1B1Q1,Q1,Q1,,,kVArh,15,',
    ])
    expect(heads).toEqual([
      '100,NEM12,202603030615',
      '200,3600000001,E1B1Q1',
      // 0.01 Wh, and 0.01 MWh below.
      '300,20260301,0.00001',
      '300,20260302,0.01',
      '200,3600000001,E1B1Q1',
      '300,20260301,10',
      '200,3600000001,E1B1Q1',
      '300,20260301,0.01',
      '900',
      '',
    ])
  })

  test.each([5, 15, 30])('D-02 intervals of %i minutes, each with as many values as a day has', minutes => {
    const text = writeAll(NEM12, [dayMade({ everyMs: minutes * MINUTE })])
    expect(checkNem12(text)).toEqual([])
    expect(count(text.split('\r\n')[2]!.split(','))).toBe(1440 / minutes + 7)
  })

  test('D-02 random days read back as the same integers with the same marks, and sums are theirs', () => {
    fc.assert(
      fc.property(daysMade(), rows => {
        const text = writeAll(NEM12, rows)
        expect(checkNem12(text)).toEqual([])
        expect(isNem12(text)).toBe(true)
        const read = readNem12(text, ABOUT.offsetMinutes)
        expect(read).toEqual(told(rows))
        const sums = (all: ReturnType<typeof readNem12>) =>
          new Map(
            [...all].map(([key, of]) => [key, of.reduce((sum, one) => sum + (one.millionths ?? 0n), 0n)]),
          )
        expect(sums(read)).toEqual(sums(told(rows)))
        expect(writeAll(NEM12, rows)).toBe(text)
      }),
      rounds(812, 60),
    )
  })

  test('D-02 its version is the time of its data, and nothing else moves with it', () => {
    const later = writeAll(NEM12, [dayMade()], { ...ABOUT, asOf: ABOUT.asOf + DAY })
    expect(later).toBe(writeAll(NEM12, [dayMade()]).replaceAll('20260303', '20260304'))
    expect(NEM12.fileName?.(ABOUT)).toBe('NEM12#B0000170a1b2c3d#GATEWAY01#BILLING.csv')
    expect(NEM12.fileName?.({ ...ABOUT, gateway: '站' })).toBe('NEM12#B0000170a1b2c3d#METERD#BILLING.csv')
  })

  test.each([
    ['an hour', [dayMade({ everyMs: 60 * MINUTE })], /5, 15 or 30 minutes/],
    ['a day that is not over', [dayMade({ intervals: [measured(1n)] })], /only whole days/],
    ['a tariff', [dayMade({ obis: '1-0:1.8.1' })], /no suffix stands for this register/],
    ['combined reactive energy', [dayMade({ obis: '1-0:3.8.0' })], /no suffix stands/],
    ['a power', [dayMade({ unit: 'kW' }), dayMade({ meter: 'flat-02' })], /no unit of energy: kW/],
    [
      'what flows backwards',
      [dayMade({}, { 3: measured(-1n) }), dayMade({ meter: 'flat-02' })],
      /below zero/,
    ],
    ['the same day twice', [dayMade(), dayMade()], /the same day twice/],
    [
      'a meter that comes again',
      [dayMade(), dayMade({ meter: 'flat-02' }), dayMade({ from: MARCH + DAY })],
      /one after the other/,
    ],
    [
      'two meters at one point',
      [dayMade({ place: place('3600000001') }), dayMade({ place: place('3600000001'), meter: 'flat-02' })],
      /flat-01 and flat-02 are at point 3600000001 on the same days/,
    ],
  ])('D-02 refuses %s, by name', (_, rows, why) => {
    const writer = NEM12.begin(ABOUT)
    expect(() => [...rows.map(row => writer.put(row)), writer.tail()]).toThrow(why)
  })

  test('a point keeps its name where it has ten characters, else is given one that stays', () => {
    expect(nem12PointOf(place('3600000001'), 'flat-01')).toBe('3600000001')
    expect(nem12PointOf(place(''), 'flat-01')).toBe('XYUCV6NETF')
    expect(nem12PointOf(place('P-7'), 'flat-01')).toBe(nem12PointOf(place('P-7'), 'flat-02'))
    const made = ['', 'P-7', '36000000011', '360000000l', 'flat-01'].map(point =>
      nem12PointOf(place(point), 'flat-01'),
    )
    expect(new Set(made).size).toBe(5)
    for (const nmi of made) expect(nmi).toMatch(/^X[0-9A-HJ-NP-Z]{9}$/)
  })

  test('D-02 a meter that hangs where another hung before tells its days under the same point', () => {
    const at = place('3600000001')
    const text = writeAll(NEM12, [
      dayMade({ place: at }),
      dayMade({ meter: 'elsewhere' }),
      dayMade({ place: at, meter: 'flat-02', from: MARCH + DAY }),
    ])
    expect([checkNem12(text), isNem12(text)]).toEqual([[], true])
    expect(text.match(/^200,3600000001,/gm)).toHaveLength(2)
  })

  test('D-02 a meter that comes back to its point after another tells its days there; on a day of the other it is refused', () => {
    const at = (nth: number, meter: string) =>
      dayMade({ place: place('3600000001'), meter, from: MARCH + nth * DAY })
    const text = writeAll(NEM12, [at(0, 'flat-01'), at(3, 'flat-01'), at(1, 'flat-02'), at(2, 'flat-02')])
    expect([checkNem12(text), isNem12(text)]).toEqual([[], true])
    expect(text.match(/(?<=^300,)\d{8}/gm)).toEqual(['20260301', '20260304', '20260302', '20260303'])
    expect(() => writeAll(NEM12, [at(0, 'flat-01'), at(3, 'flat-01'), at(3, 'flat-02')])).toThrow(
      /flat-01 and flat-02 are at point 3600000001 on the same days/,
    )
  })

  test('a made name that is another meter’s point is refused', () => {
    const own = createPointOwners()
    own(nem12PointOf(place(''), 'flat-01'), 'flat-01', MARCH)
    own(nem12PointOf(place(''), 'flat-01'), 'flat-01', MARCH + DAY)
    expect(() => own(nem12PointOf(place('XYUCV6NETF'), 'flat-02'), 'flat-02', MARCH)).toThrow(
      /flat-01 and flat-02/,
    )
  })
})
