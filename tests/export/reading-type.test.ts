/** Reading types and names of registers, against the table of the domain (vee.md §9.3). */

import { describe, expect, test } from 'vitest'
import { HOUR, MINUTE } from '../../src/core/time.ts'
import { intervalReadingType, registerReadingType } from '../../src/export/reading-type.ts'
import { registerName } from '../../src/export/register-name.ts'
import { MIDNIGHT } from '../support/api.ts'

const daily = (obis: string, unit = 'kWh') => registerReadingType(obis, unit, MIDNIGHT, 480)
const settled = (obis: string, unit = 'kWh') => registerReadingType(obis, unit, MIDNIGHT + HOUR, 480)

describe('D-01 reading types', () => {
  test.each([
    ['1-0:1.8.0', 'kWh', '11.0.0.1.1.1.12.0.0.0.0.0.0.0.0.3.72.0'],
    ['1-0:1.8.3', 'kWh', '11.0.0.1.1.1.12.0.0.0.0.3.0.0.0.3.72.0'],
    ['1-0:2.8.0', 'kWh', '11.0.0.1.19.1.12.0.0.0.0.0.0.0.0.3.72.0'],
    ['1-0:5.8.0', 'kvarh', '11.0.0.1.15.1.12.0.0.0.0.0.0.0.0.3.73.0'],
    ['1-0:8.8.0', 'kvarh', '11.0.0.1.18.1.12.0.0.0.0.0.0.0.0.3.73.0'],
    ['1-0:21.8.0', 'Wh', '11.0.0.1.1.1.12.0.0.0.0.0.0.0.128.0.72.0'],
    ['1-0:1.6.0', 'kW', '8.8.0.6.1.1.8.0.0.0.0.0.0.0.0.3.38.0'],
    ['1-1:1.8.0', 'kWh', null],
    ['1-0:12.8.0', 'kWh', null],
    ['1-0:99.8.0', 'kWh', null],
    ['1-0:1.8.0', 'm3', null],
  ])('%s in %s at a midnight', (obis, unit, type) => expect(daily(obis, unit)).toBe(type))

  test('a settlement within a day is of a billing period', () =>
    expect(settled('1-0:1.8.0')).toBe('8.0.0.1.1.1.12.0.0.0.0.0.0.0.0.3.72.0'))

  test('what was counted in a quarter of an hour is a delta', () => {
    const quarter = intervalReadingType('1-0:1.8.0', 'kWh', 15 * MINUTE)
    expect(quarter).toBe('0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0')
    expect(intervalReadingType('1-0:1.8.0', 'kWh', 7 * MINUTE)).toBeNull()
  })
})

test.each([
  ['1-0:1.8.0', 'A+.T0'],
  ['1-0:1.8.4', 'A+.T4'],
  ['1-0:2.8.0', 'A-'],
  ['1-0:2.8.1', 'A-.T1'],
  ['1-0:5.8.0', 'R.Q1'],
  ['1-0:8.8.2', 'R.Q4.T2'],
  ['1-0:1.6.0', 'MD+'],
  ['1-0:2.6.1', 'MD-.T1'],
  ['1-0:5.6.0', '1-0:5.6.0'],
  ['1-0:21.8.0', '1-0:21.8.0'],
  ['1-1:1.8.0', '1-1:1.8.0'],
])('%s is %s', (obis, name) => expect(registerName(obis)).toBe(name))
