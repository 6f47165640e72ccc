/** Reading a freeze: the meter's own stamp before and after the values. */

import { describe, expect, it } from 'vitest'
import { driver2007 } from '../../../drivers/dlt645/driver.ts'
import type { FreezeAsked, Point } from '../../../src/driver-api/driver.ts'
import { callOf, talk } from './bench-meter.ts'

const point = (item: string, place: number): Point => ({ ...driver2007.describe(item)!, place })
const stamp = point('050600nn', 0)
const total = point('050601nn', 0)
const tariff = point('050601nn', 1)
const reverse = point('050602nn', 0)
const asked: FreezeAsked = { nth: 1, stamp, points: [total, tariff, reverse] }
const read = (freeze: FreezeAsked) => driver2007.readFreeze!(callOf(), freeze)

const MIDNIGHT = '0000211126'
const NEXT = '0000221126'
const held = { '05060101': '6745230111111100', '05060201': '00000000' }

describe('a freeze', () => {
  it('is stamp, values, stamp, and every value carries the stamp and both frames', () => {
    const { result, asked: items } = talk(read(asked), { '05060001': MIDNIGHT, ...held })
    expect(items).toEqual(['05060001', '05060101', '05060201', '05060001'])
    expect(result.reads).toMatchObject([
      { point: total, value: { digits: 1234567n, scaler: -2 }, stampedAt: '2026-11-21T00:00:00' },
      { point: tariff, value: { digits: 111111n, scaler: -2 }, stampedAt: '2026-11-21T00:00:00' },
      { point: reverse, value: { digits: 0n, scaler: -2 }, stampedAt: '2026-11-21T00:00:00' },
    ])
    expect(result.reads.map(each => each.frames.length)).toEqual([2, 2, 2])
  })

  it('counts back in hex', () => {
    const { asked: items } = talk(read({ ...asked, nth: 62, points: [total] }), { '0506003E': MIDNIGHT })
    expect(items[0]).toBe('0506003E')
  })

  it('V-T3 of which the stamp moved while it was read is refused as a whole', () => {
    const { result } = talk(read(asked), { '05060001': [MIDNIGHT, NEXT], ...held })
    expect(result.reads).toHaveLength(3)
    for (const each of result.reads) expect(each).toMatchObject({ refused: { code: 'METER_BUSY' } })
  })

  it.each([
    ['the meter does not keep so many', 'ERR 02', 'METER_NO_DATA'],
    ['no freeze was made yet', '0000000000', 'VALUE_NOT_HELD'],
    ['the stamp is no date', '0000321126', 'VALUE_OUT_OF_TYPE'],
    ['the stamp is too short', '000021', 'FRAME_LENGTH'],
  ])('is refused, and its values are not asked, when %s', (_, answer, code) => {
    const { result, asked: items } = talk(read(asked), { '05060001': answer, ...held })
    expect(items).toEqual(['05060001'])
    for (const each of result.reads) expect(each).toMatchObject({ refused: { code } })
  })

  it.each([
    ['before', { '05060001': null }],
    ['between', { '05060001': MIDNIGHT, '05060101': null }],
    ['after', { '05060001': [MIDNIGHT, null], ...held }],
  ])('without an answer %s its values proves nothing', (_, holdings) => {
    expect(talk(read(asked), holdings).result.reads).toEqual([])
  })

  it('V-F6 with one list refused keeps the other', () => {
    const { result } = talk(read(asked), { '05060001': MIDNIGHT, '05060101': '67452301' })
    expect(result.reads).toMatchObject([
      { value: { digits: 1234567n } },
      { refused: { code: 'METER_NO_DATA' } },
      { refused: { code: 'METER_NO_DATA' } },
    ])
  })

  it.each([0, 255, 1000])('%i back is asked of no meter', nth => {
    const { result, asked: items } = talk(read({ ...asked, nth }), {})
    expect(items).toEqual([])
    expect(result.reads).toMatchObject([{}, {}, {}].map(() => ({ refused: { code: 'METER_NO_DATA' } })))
  })
})

describe('a freeze of which the model serves the whole as a block', () => {
  const lists = ['01', '02', '03', '04', '05', '06', '07', '08'].map(list => point(`0506${list}nn`, 0))
  const much: FreezeAsked = { nth: 1, stamp, points: lists }
  const block = callOf({ blocks: ['0506FFnn'] })
  const energy = (nth: number) => `${nth}0000000`
  const marked = (parts: readonly string[]) => parts.map(part => `${part}AA`).join('')
  const whole = (time: string) =>
    marked([time, ...lists.map((_, index) => energy(index)), '', '', '00'.repeat(24)])
  const alone = Object.fromEntries(
    lists.map(({ item }, index) => [item.replace('nn', '01'), energy(index)] as const),
  )
  const digits = lists.map((_, index) => ({
    value: { digits: BigInt(index * 10) },
    stampedAt: '2026-11-21T00:00:00',
  }))

  it('is one question: stamp and values of one frame belong together', () => {
    const { result, asked: items } = talk(driver2007.readFreeze!(block, much), {
      '0506FF01': whole(MIDNIGHT),
    })
    expect(items).toEqual(['0506FF01'])
    expect(result.reads).toMatchObject(digits)
    expect(result.reads.map(each => each.point)).toEqual(lists)
  })

  it('is asked item by item where that is less to send', () => {
    const { asked: items } = talk(driver2007.readFreeze!(block, asked), { '05060001': MIDNIGHT, ...held })
    expect(items).toEqual(['05060001', '05060101', '05060201', '05060001'])
  })

  it('V-T3 in several frames is followed by the stamp, and refused when it has moved', () => {
    const split = (time: string) => ({
      '0506FF01': `MORE ${whole(time).slice(0, 40)}`,
      '0506FF01 #1': whole(time).slice(40),
    })
    const same = talk(driver2007.readFreeze!(block, much), { ...split(MIDNIGHT), '05060001': MIDNIGHT })
    expect(same.asked).toEqual(['0506FF01', '0506FF01 #1', '05060001'])
    expect(same.result.reads).toMatchObject(digits)
    const moved = talk(driver2007.readFreeze!(block, much), { ...split(MIDNIGHT), '05060001': NEXT })
    expect(moved.result.reads).toHaveLength(lists.length)
    for (const each of moved.result.reads) expect(each).toMatchObject({ refused: { code: 'METER_BUSY' } })
  })

  it.each([
    ['refused', 'ERR 02'],
    ['empty', ''],
    ['without a mark, so that no length proves whose bytes are whose', whole(MIDNIGHT).replaceAll('AA', '')],
    ['short of a list', marked([MIDNIGHT, energy(1)])],
  ])('%s gives way to single items and is named for the next time', (_, answer) => {
    const { result, asked: items } = talk(driver2007.readFreeze!(block, much), {
      '0506FF01': answer,
      '05060001': MIDNIGHT,
      ...alone,
    })
    expect(items).toEqual(['0506FF01', '05060001', ...Object.keys(alone), '05060001'])
    expect(result.reads).toMatchObject(digits)
    expect(result.refused).toEqual(['0506FFnn'])
    const next = talk(
      driver2007.readFreeze!(callOf({ blocks: ['0506FFnn'] }, '123456789012', [...result.refused]), much),
      { '05060001': MIDNIGHT, ...alone },
    )
    expect(next.asked[0]).toBe('05060001')
  })

  it('V-T3 that leaves an item out is asked for it alone, between two stamps', () => {
    const parts = [
      MIDNIGHT,
      '',
      ...lists.slice(1).map((_, index) => energy(index + 1)),
      '',
      '',
      '00'.repeat(24),
    ]
    const { result, asked: items } = talk(driver2007.readFreeze!(block, much), {
      '0506FF01': marked(parts),
      '05060001': MIDNIGHT,
      ...alone,
    })
    expect(items).toEqual(['0506FF01', '05060101', '05060001'])
    expect(result.reads).toHaveLength(lists.length)
    for (const each of result.reads) expect(each).toHaveProperty('value')
  })
})
