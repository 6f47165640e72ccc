/** A model's own items: read before the table's, alone, in blocks and in freezes. */

import { describe, expect, it } from 'vitest'
import { driver1997, driver2007 } from '../../../drivers/dlt645/driver.ts'
import { dataOf } from '../../../drivers/dlt645/wire/frame.ts'
import { toHex } from '../../../src/core/hex.ts'
import type { FreezeAsked, Point, Request } from '../../../src/driver-api/driver.ts'
import type { OwnItem, Traits } from '../../../src/driver-api/profile.ts'
import { callOf, talk } from './bench-meter.ts'

/** A model of four decimals, as the southern grid has them. */
const FINE: readonly OwnItem[] = [
  { item: '00010000', name: 'fine energy', values: [{ encoding: 'XXXX.XXXX', unit: 'kWh' }] },
  { item: '00010100', name: 'fine energy, tariff 1', values: [{ encoding: 'XXXX.XXXX', unit: 'kWh' }] },
  {
    item: '0001FE00',
    name: 'maker state',
    values: [
      { name: 'starts', encoding: 'XXXX', unit: 'times' },
      { name: 'since', encoding: 'YYMMDDhhmm' },
    ],
  },
  {
    item: '050601nn',
    name: 'fine freeze',
    values: [{ encoding: 'XXXXXX.XXXX' }, { encoding: 'XXXXXX.XXXX' }],
  },
]
const traits: Traits = { items: FINE }

const point = (item: string, place = 0): Point => driver2007.describeAll!(item, traits)[place]!
const values = (points: readonly Point[], holdings: Record<string, string>, given = traits) =>
  talk(driver2007.read(callOf(given), points), holdings).result.reads.map(read =>
    'value' in read ? read.value : read.refused.code,
  )

describe('an own item', () => {
  it('is described instead of the table’s, with its code and where it rolls over', () => {
    expect(driver2007.describe('00010000', traits)).toMatchObject({
      obis: '1-0:1.8.0',
      encoding: 'XXXX.XXXX',
      name: 'fine energy',
      capacity: '10000.0000',
    })
    expect(driver2007.describe('00010000')).toMatchObject({ encoding: 'XXXXXX.XX' })
    expect(driver2007.describe('0001FE00')).toBeNull()
  })

  it('rolls over only where the table’s register does, and where it has no sign', () => {
    const own = (item: string, encoding: string): Traits => ({
      items: [{ item, name: 'own', values: [{ encoding, unit: 'kWh' }] }],
    })
    const capacity = (item: string, encoding: string) =>
      driver2007.describe(item, own(item, encoding))?.capacity
    expect(capacity('00010000', 'XXXX.XXXX')).toBe('10000.0000')
    expect(capacity('00010000', '+-XXXX.XXXX')).toBeUndefined()
    expect(capacity('02010100', 'XXXX.XXXX')).toBeUndefined()
    expect(capacity('0001FE00', 'XXXX.XXXX')).toBeUndefined()
  })

  it('that is a block keeps the code of each place', () => {
    const encoding = 'XXXX.XXXX'
    const items = [{ item: '0001FF00', name: 'own', values: [{ encoding }, { encoding }, { encoding }] }]
    const codes = driver2007.describeAll!('0001FF00', { items }).map(({ obis }) => obis)
    expect(codes).toEqual(['1-0:1.8.0', '1-0:1.8.1', '1-0:1.8.2'])
  })

  it('is read with its own decimals', () => {
    const answer = { '00010000': '78563412' }
    expect(values([point('00010000')], answer)).toEqual([{ digits: 12345678n, scaler: -4 }])
    expect(values([driver2007.describe('00010000')!], answer, {})).toEqual([
      { digits: 12345678n, scaler: -2 },
    ])
  })

  it('is read inside a block of the table, beside items the table has', () => {
    const own: readonly OwnItem[] = [
      { item: '00010000', name: 'long energy', values: [{ encoding: 'XXXXXX.XXXX', unit: 'kWh' }] },
    ]
    const long = { items: own, blocks: ['0001FF00'] }
    const points = [driver2007.describe('00010000', long)!, driver2007.describe('00010100')!]
    const answer = { '0001FF00': '0105000000 02000000 03000000'.replaceAll(' ', '') }
    expect(values(points, answer, long)).toEqual([
      { digits: 501n, scaler: -4 },
      { digits: 2n, scaler: -2 },
    ])
  })

  it('only the model has is read, each of its values', () => {
    const points = [point('0001FE00'), point('0001FE00', 1)]
    expect(points.map(({ name }) => name)).toEqual(['maker state: starts', 'maker state: since'])
    expect(values(points, { '0001FE00': '07000000221126' })).toEqual([
      { digits: 7n, scaler: 0 },
      { time: '2026-11-22T00:00:00' },
    ])
    expect(values(points, { '0001FE00': '0700' })).toEqual(['FRAME_LENGTH', 'FRAME_LENGTH'])
  })

  it('that is a list in the table may end early too, in a freeze', () => {
    const stamp = driver2007.describe('050600nn')!
    const points = [0, 1].map(place => ({ ...driver2007.describe('050601nn', traits)!, place }))
    const asked: FreezeAsked = { nth: 1, stamp, points }
    const { result } = talk(driver2007.readFreeze!(callOf(traits), asked), {
      '05060001': '0000221126',
      '05060101': '9078563412',
    })
    expect(result.reads).toMatchObject([
      { value: { digits: 1234567890n, scaler: -4 } },
      { refused: { code: 'METER_NO_DATA' } },
    ])
  })

  it('is written in its own format, one only the maker has too', () => {
    const fine: Traits = {
      items: [
        { item: '04001003', name: 'fine overdraft limit', values: [{ encoding: 'XXXX.XXXX', unit: 'yuan' }] },
        { item: '04CC0001', name: 'factory command', values: [{ encoding: 'hex1' }] },
      ],
    }
    const data = (given: Traits, item: string, value: string) => {
      const conversation = driver2007.commands!.get('write')!.run(callOf(given), {
        item,
        value,
        password: '000000',
        operator: '00000000',
      })
      if ('wrong' in conversation) return conversation.wrong
      const request = conversation.next().value as Request
      return toHex(dataOf({ bytes: request.bytes.subarray(request.bytes.indexOf(0x68)) }).subarray(12), ' ')
    }
    expect(data({}, '04001003', '12.5')).toBe('50 12 00 00')
    expect(data(fine, '04001003', '12.5')).toBe('00 50 12 00')
    expect(data(fine, '04CC0001', '99')).toBe('99')
    expect(data({}, '04CC0001', '99')).toContain('not in the table')
  })

  it.each<readonly [string, OwnItem, RegExp]>([
    ['of the other edition', { item: '9010', name: 'x', values: [{ encoding: 'XX' }] }, /no identifier/],
    ['in small letters', { item: '0001ff00', name: 'x', values: [{ encoding: 'XX' }] }, /no identifier/],
    ['without values', { item: '00010000', name: 'x', values: [] }, /has no values/],
    ['of no encoding', { item: '00010000', name: 'x', values: [{ encoding: 'X' }] }, /"X" is no encoding/],
  ])('%s is none', (_, own, why) => {
    expect(driver2007.checkOwnItem!(own)).toMatch(why)
  })

  it('is right in its own edition', () => {
    for (const own of FINE) expect(driver2007.checkOwnItem!(own)).toBeNull()
    expect(driver1997.checkOwnItem!({ item: 'E323', name: 'x', values: [{ encoding: 'hex3' }] })).toBeNull()
  })
})
