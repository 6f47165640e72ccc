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
/** Long after the meter froze. */
const clockShows = () => '2026-11-22T09:30:00'
const asked: FreezeAsked = { nth: 1, stamp, points: [total, tariff, reverse], clockShows }
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
    ['before its values', { '05060001': null }, ''],
    ['between them', { '05060001': MIDNIGHT }, '05060101'],
    ['at the last of them', { '05060001': MIDNIGHT, ...held }, '05060201'],
  ])('of a meter that falls silent %s is nothing', (_, holdings, goneAt) => {
    expect(talk(read(asked), holdings, { goneAt }).result.reads).toEqual([])
  })

  it('V-T3 without a second look at its stamp is no value', () => {
    const { result } = talk(read(asked), { '05060001': [MIDNIGHT, null], ...held })
    expect(result.reads).toHaveLength(3)
    for (const each of result.reads) expect(each).toMatchObject({ refused: { code: 'METER_BUSY' } })
  })

  it('of which the meter is silent to one list is the other', () => {
    const { result, asked: items } = talk(read(asked), {
      '05060001': MIDNIGHT,
      '05060101': '6745230111111100',
      '05060201': null,
    })
    const [list, again] = ['05060201', '05060001']
    expect(items).toEqual([again, '05060101', list, again, list, again, again])
    expect(result.reads).toMatchObject([{ stampedAt: '2026-11-21T00:00:00' }, {}, { point: reverse }])
    expect(result.reads[2]).toMatchObject({ refused: { code: 'ITEM_UNANSWERED' } })
    expect(result.unanswered).toMatchObject([{ name: '050602nn', requests: [{}, {}] }])
    const next = talk(driver2007.readFreeze!(callOf({}, '123456789012', ['050602nn']), asked), {
      '05060001': MIDNIGHT,
      ...held,
    })
    expect(next.asked).toEqual([again, '05060101', again])
    expect(next.result.reads[2]).toMatchObject({ refused: { code: 'ITEM_UNANSWERED' } })
  })

  it('further back than the last says nothing of what a meter is silent to: it may keep no more', () => {
    const { result } = talk(read({ ...asked, nth: 9 }), {
      '05060009': MIDNIGHT,
      '05060109': '6745230111111100',
      '05060209': null,
    })
    expect(result.unanswered).toMatchObject([{ name: null }])
  })

  it('of a meter known to be silent to the stamp is not asked', () => {
    const { result, asked: items } = talk(
      driver2007.readFreeze!(callOf({}, '123456789012', ['050600nn']), asked),
      {},
    )
    expect(items).toEqual([])
    for (const each of result.reads) expect(each).toMatchObject({ refused: { code: 'ITEM_UNANSWERED' } })
  })

  it('of a meter that is silent to its stamp begins, the next time, with what any meter answers', () => {
    const silent = { '05060001': null, '04000102': '000010' }
    const first = talk(read(asked), silent)
    expect(first.asked).toEqual(['05060001'])
    const second = talk(driver2007.readFreeze!({ ...callOf(), silentBefore: 1 }, asked), silent)
    expect(second.asked).toEqual(['04000102', '05060001', '04000102', '05060001', '04000102'])
    for (const each of second.result.reads)
      expect(each).toMatchObject({ refused: { code: 'ITEM_UNANSWERED' } })
    expect(second.result.unanswered).toMatchObject([{ name: '050600nn' }])
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
  const much: FreezeAsked = { nth: 1, stamp, points: lists, clockShows }
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

  it('V-F6 of four lists with a tariff each is as long, without marks, as one of eight without: nobody’s bytes', () => {
    const four = lists.slice(0, 4).map((_, index) => energy(index) + energy(9))
    const unmarked = [MIDNIGHT, ...four, '00'.repeat(16), '00'.repeat(24)].join('')
    const { result, asked: items } = talk(driver2007.readFreeze!(block, much), {
      '0506FF01': unmarked,
      '05060001': MIDNIGHT,
      ...alone,
    })
    expect(items[1]).toBe('05060001')
    expect(result.reads).toMatchObject(digits)
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

describe('V-T3 a meter that may still be freezing', () => {
  const clock = (date: string, time: string) => ({ '04000101': date, '04000102': time })
  const freezeOf = (kind: string, shows: FreezeAsked['clockShows'] | null = null): FreezeAsked => ({
    nth: 1,
    stamp: point(`05${kind}00nn`, 0),
    points: [point(`05${kind}01nn`, 0)],
    ...(shows ? { clockShows: shows } : {}),
  })
  const ask = (freeze: FreezeAsked, held: Parameters<typeof talk>[1]) =>
    talk(driver2007.readFreeze!(callOf(), freeze), held)
  const daily = { '05060001': MIDNIGHT, '05060101': '67452301' }
  const hourly = { '05040001': '0009211126', '05040101': '67452301' }
  const timed = { '05000001': '1509211126', '05000101': '67452301' }
  const atOnce = { '05010001': '1509211126', '05010101': '67452301' }
  const switched = { '05030001': '1509211126', '05030101': '67452301' }

  it.each([
    ['daily', '06', daily, '2026-11-21 00:00:00', true],
    ['daily', '06', daily, '2026-11-21 00:00:59', true],
    ['daily', '06', daily, '2026-11-21 00:01:00', false],
    ['daily, of which the stamp has not turned yet', '06', daily, '2026-11-22 00:00:05', true],
    ['daily, before the next', '06', daily, '2026-11-21 23:59:58', false],
    ['hourly', '04', hourly, '2026-11-21 09:00:20', true],
    ['hourly, of which the stamp has not turned yet', '04', hourly, '2026-11-21 12:00:20', true],
    ['hourly', '04', hourly, '2026-11-21 09:01:00', false],
    ['timed', '00', timed, '2026-11-22 09:15:59', true],
    ['timed', '00', timed, '2026-11-22 09:16:00', false],
    ['ordered at once, in a minute without seconds', '01', atOnce, '2026-11-21 09:16:59', true],
    ['ordered at once', '01', atOnce, '2026-11-21 09:17:00', false],
    ['of changed tables', '03', switched, '2026-11-21 09:15:59', true],
    ['of changed tables, a day later', '03', switched, '2026-11-22 09:15:30', false],
    ['of changed tables, stamped ahead of the clock', '03', switched, '2026-11-21 09:14:59', false],
  ] as const)('%s freeze (%s), clock at %s', (_, kind, held, shown, isBusy) => {
    const [, year, month, day, hour, minute, second] = /^20(..)-(..)-(..) (..):(..):(..)$/.exec(shown)!
    const { result } = ask(freezeOf(kind), {
      ...held,
      ...clock(`06${day}${month}${year}`, `${second}${minute}${hour}`),
    })
    expect(result.reads).toMatchObject([
      isBusy ? { refused: { code: 'METER_BUSY' } } : { stampedAt: expect.any(String) },
    ])
  })

  it.each([
    ['known and far from it', '2026-11-21T00:03:00', false],
    ['known, and within two minutes of what is believed', '2026-11-21T00:02:59', true],
    ['known and near the next', '2026-11-21T23:58:00', true],
    ['known and not so near the next', '2026-11-21T23:57:59', false],
    ['not known', null, true],
  ])('the clock is asked where it is %s', (_, shown, isAsked) => {
    const { asked: items, result } = ask(
      freezeOf('06', () => shown),
      { ...daily, ...clock('06211126', '000010') },
    )
    expect(items.includes('04000102')).toBe(isAsked)
    expect(result.reads).toMatchObject([{ stampedAt: '2026-11-21T00:00:00' }])
  })

  it('a clock that shows no time leaves it to the two stamps; one that is not answered to nothing', () => {
    const bad = ask(freezeOf('06'), { ...daily, ...clock('06321126', '000010') })
    expect(bad.result.reads).toMatchObject([{ stampedAt: '2026-11-21T00:00:00' }])
    const gone = talk(driver2007.readFreeze!(callOf(), freezeOf('06')), daily, { goneAt: '04000102' })
    expect(gone.result.reads).toEqual([])
  })

  describe('freezes at once', () => {
    const far = { ...freezeOf('01', () => '2026-11-22T09:00:00') }
    const stamps = (...minutes: string[]) =>
      Object.fromEntries(minutes.map((minute, index) => [`0501000${index + 1}`, `${minute}09211126`]))
    const values = { '05010101': '67452301', '05010102': '66452301', '05010103': '65452301' }

    it.each([
      ['of minutes of their own are told apart', ['17', '16', '15'], 2, null],
      ['of one minute are not: the later', ['15', '15', '14'], 1, 'FREEZE_AMBIGUOUS'],
      ['of one minute are not: the earlier', ['15', '15', '14'], 2, 'FREEZE_AMBIGUOUS'],
      ['beside two of one minute are', ['15', '15', '14'], 3, null],
      ['of which one only is kept are', ['15'], 1, null],
    ] as const)('%s', (_, minutes, nth, code) => {
      const { result } = ask({ ...far, nth }, { ...stamps(...minutes), ...values })
      expect(result.reads).toMatchObject([
        code === null ? { stampedAt: expect.any(String) } : { refused: { code } },
      ])
    })

    it('are nothing where the meter falls silent before it has told their neighbours', () => {
      const held = { ...stamps('17', '16'), ...values }
      const { result } = talk(driver2007.readFreeze!(callOf(), far), held, { goneAt: '05010002' })
      expect(result.reads).toEqual([])
    })
  })
})
