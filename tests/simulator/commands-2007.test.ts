/** Functions of DL/T 645-2007 that change something, by raw frames. */

import { describe, expect, it } from 'vitest'
import { di, NOON } from './master.ts'
import { ALL, bytesOf, numberOf, OPERATOR, OWN, play, timeBytes, WILD } from './slave-2007.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const OPERATOR_HEX = '21 43 65 87'

describe('14 writes', () => {
  it('are kept and read back, and leave a record with time, operator and identifier', () => {
    const { write, value } = play()
    expect(value('03300000')).toBe('00 00 00')
    expect(write('04000104', [0x05])).toEqual({ address: OWN, control: '94', data: '' })
    expect(value('04000104')).toBe('05')
    expect(value('03300000')).toBe('01 00 00')
    const record = bytesOf(value('03300001') ?? '')
    expect(record).toHaveLength(50)
    expect(record.slice(0, 6)).toEqual(timeBytes(NOON))
    expect(record.slice(6, 10)).toEqual(OPERATOR)
    expect(record.slice(10, 14)).toEqual(di('04000104'))
    expect(record.slice(14).every(byte => byte === 0xff)).toBe(true)
  })

  it.each([
    ['a wrong password', '04000104', [5], [0x04, 1, 0, 0], '04'],
    ['a level that may not write', '04000104', [5], [0x05, 0, 0, 0], '04'],
    ['a smart meter’s level with a MAC', '04000104', [5], [0x99, 0, 0, 0], '04'],
    ['an item that is only read', '04000409', [0, 0x32, 0], undefined, '04'],
    ['an item there is not', '04FE0104', [5], undefined, '02'],
    ['a wrong length', '04000104', [5, 0], undefined, '01'],
    ['digits that are none', '04000104', [0x0a], undefined, '01'],
    ['too many zones', '04000201', [0x15], undefined, '10'],
    ['too many day tables', '04000202', [0x09], undefined, '20'],
    ['too many periods', '04000203', [0x15], undefined, '20'],
    ['too many tariffs', '04000204', [0x05], undefined, '40'],
    ['a settlement on the 29th', '04000B01', [0, 0x29], undefined, '01'],
    ['a day that is none', '0400010C', [0, 0, 0x12, 1, 0x31, 0x02, 0x26], undefined, '01'],
    ['a period of a tariff there is not', '04010001', Array(14).fill([7, 0, 0]).flat(), undefined, '40'],
    ['a zone in a 13th month', '04010000', Array(14).fill([1, 1, 0x13]).flat(), undefined, '01'],
  ] as const)('refuses %s', (_, item, data, password, word) => {
    const { write, value } = play()
    const before = value(item)
    expect(write(item, data, password as number[] | undefined)).toMatchObject({ control: 'D4', data: word })
    expect(value(item)).toBe(before)
    expect(value('03300000')).toBe('00 00 00')
  })

  it('nothing without the key, and status word 3 says whether it is pressed', () => {
    const released = play({ 'programming-key': 'released' })
    expect(released.value('04000503')).toBe('00 00')
    expect(released.write('04000104', [5])).toMatchObject({ control: 'D4', data: '04' })
    expect(released.send(0x19, [4, 0, 0, 0, ...OPERATOR])).toMatchObject({ control: 'D9', data: '04' })
    expect(released.send(0x15, di('000000001234').slice(0, 6), { address: WILD })).toBeNull()
    released.meter.isProgrammable = true
    expect(released.value('04000503')).toBe('08 00')
    expect(released.write('04000104', [5])?.control).toBe('94')
  })

  it('a clock: date, time, both; the record has before and after', () => {
    const { write, value, meter } = play()
    const inAnHour = NOON + HOUR
    expect(write('0400010C', [...timeBytes(inAnHour).slice(0, 3), 6, 0x21, 0x11, 0x26])?.control).toBe('94')
    expect(meter.clock.shownAt(NOON) - NOON).toBe(9 * HOUR)
    const record = bytesOf(value('03300401') ?? '')
    expect(record).toEqual([...OPERATOR, ...timeBytes(NOON), ...timeBytes(inAnHour)])
    expect(write('04000102', timeBytes(NOON).slice(0, 3))?.control).toBe('94')
    expect(meter.clock.shownAt(NOON) - NOON).toBe(8 * HOUR)
    expect(write('04000101', [0, 0x22, 0x11, 0x26])?.control).toBe('94')
    expect(meter.clock.shownAt(NOON) - NOON).toBe(32 * HOUR)
    expect(value('03300400')).toBe('03 00 00')
  })

  it('a table leaves what it was before: periods in 682 bytes, zones in 94', () => {
    const { write, whole, value } = play()
    const before = value('04010001')
    const table = Array.from({ length: 14 }, () => [1, 0, 0]).flat()
    expect(write('04010001', table)?.control).toBe('94')
    expect(bytesOf(value('04010001') ?? '')).toEqual(table)
    const record = whole('03300501').split(' ')
    expect(record).toHaveLength(682)
    expect(record.slice(10, 52).join(' ')).toBe(before)
    write('04010000', Array.from({ length: 14 }, () => [1, 1, 1]).flat())
    expect(whole('03300601').split(' ')).toHaveLength(94)
    write('04030001', [1, 1, 1, 0x27])
    expect(whole('03300801').split(' ')).toHaveLength(1026)
  })

  it('04000401 changes the address it answers under', () => {
    const { write, send } = play()
    const address = di('000000000777'.slice(-12))
    expect(write('04000401', address)).toMatchObject({ address: '000000000777', control: '94' })
    expect(send(0x11, di('00010000'))).toBeNull()
    expect(send(0x11, di('00010000'), { address: '000000000777' })?.control).toBe('91')
  })
})

describe('12 follow-up', () => {
  it('by number, one after another; the last may be asked again, another read forgets', () => {
    const { send, read } = play()
    const next = (number: number, item = '03300501') => send(0x12, [...di(item), number])
    expect(read('03300501')?.control).toBe('B1')
    expect(next(2)).toMatchObject({ control: 'D2', data: '02' })
    const first = next(1)
    expect(first?.control).toBe('B2')
    expect(next(3)?.control).toBe('D2')
    expect(next(1)).toEqual(first)
    expect(next(2)?.control).toBe('B2')
    expect(next(1)?.control).toBe('D2')
    expect(next(3, '03300601')?.control).toBe('D2')
    expect(next(3)?.control).toBe('92')
    expect(next(4)?.control).toBe('D2')
    read('00010000')
    expect(next(3)?.control).toBe('D2')
  })
})

describe('wrong passwords', () => {
  const HOUR = 3_600_000
  const at = (instant: number) => ({ at: instant })
  const right = [4, 0, 0, 0]
  const wrong = [4, 1, 0, 0]

  it('five in a row lock the meter for a day: the right one is refused with the same bit', () => {
    const { write, relay, value } = play()
    for (let nth = 0; nth < 5; nth++) {
      expect(value('04000103')).toBe('15')
      expect(write('04000103', [0x30], wrong)).toMatchObject({ control: 'D4', data: '04' })
    }
    for (const now of [NOON, NOON + 23 * HOUR, NOON + 24 * HOUR - 1]) {
      expect(write('04000103', [0x30], right, at(now))).toMatchObject({ control: 'D4', data: '04' })
      expect(relay(0x1a, at(now))).toMatchObject({ control: 'DC', data: '04' })
    }
    // Reads need none.
    expect(value('04000103', at(NOON + HOUR))).toBe('15')
    expect(write('04000103', [0x30], right, at(NOON + 24 * HOUR))?.control).toBe('94')
  })

  it('a right one in between begins the count anew, of whatever function they are', () => {
    const { write, relay, send } = play()
    for (let nth = 0; nth < 2; nth++) {
      expect(relay(0x1a, { password: [2, 9, 9, 9] })?.control).toBe('DC')
      expect(send(0x19, [...wrong, 0, 0, 0, 0])?.control).toBe('D9')
    }
    expect(write('04000103', [0x30], right)?.control).toBe('94')
    for (let nth = 0; nth < 4; nth++) write('04000103', [0x30], wrong)
    expect(write('04000103', [0x30], right)?.control).toBe('94')
    for (let nth = 0; nth < 4; nth++) write('04000103', [0x30], wrong)
    expect(relay(0x1a, { password: [2, 9, 9, 9] })?.control).toBe('DC')
    expect(write('04000103', [0x30], right)?.control).toBe('D4')
  })

  it('a right one of too low a level is no wrong one', () => {
    const { write } = play()
    for (let nth = 0; nth < 9; nth++)
      expect(write('04000103', [0x30], [9, 0, 0, 0])).toMatchObject({ control: 'D4', data: '04' })
    expect(write('04000103', [0x30], right)?.control).toBe('94')
  })

  it('password-lock none: some meters count nothing', () => {
    const { write } = play({ 'password-lock': 'none' })
    for (let nth = 0; nth < 9; nth++) write('04000103', [0x30], wrong)
    expect(write('04000103', [0x30], right)?.control).toBe('94')
  })
})

describe('18 passwords', () => {
  const change = (level: number, old: readonly number[], fresh: readonly number[]) => [
    ...di(`04000C0${(level + 1).toString(16)}`),
    ...old,
    ...fresh,
  ]

  it('are changed by as high a level; the answer holds the new one', () => {
    const { send, write } = play()
    expect(send(0x18, change(4, [2, 0, 0, 0], [4, 1, 2, 3]))).toMatchObject({
      control: '98',
      data: '04 01 02 03',
    })
    expect(write('04000104', [5])).toMatchObject({ control: 'D4', data: '04' })
    expect(write('04000104', [5], [4, 1, 2, 3])?.control).toBe('94')
    expect(write('04000104', [6], [2, 0, 0, 0])?.control).toBe('94')
  })

  it('are refused to a lower level, a wrong password, a level that does not fit', () => {
    const { send } = play()
    expect(send(0x18, change(2, [4, 0, 0, 0], [2, 1, 2, 3]))).toMatchObject({ control: 'D8', data: '04' })
    expect(send(0x18, change(4, [2, 9, 0, 0], [4, 1, 2, 3]))).toMatchObject({ control: 'D8', data: '04' })
    expect(send(0x18, change(4, [2, 0, 0, 0], [3, 1, 2, 3]))).toMatchObject({ control: 'D8', data: '01' })
    expect(send(0x18, [1])).toMatchObject({ control: 'D8', data: '01' })
  })
})

describe('15 address', () => {
  it('answers under the new one, and has it from then on', () => {
    const { send } = play()
    const fresh = di('000000001234'.slice(-12))
    expect(send(0x15, fresh)).toBeNull()
    expect(send(0x15, fresh, { address: WILD })).toEqual({ address: '000000001234', control: '95', data: '' })
    expect(send(0x13, [], { address: WILD })?.data).toBe('34 12 00 00 00 00')
    expect(send(0x11, di('04000401'), { address: 'AAAAAAAA1234' })?.address).toBe('000000001234')
  })
})

describe('16 freezes', () => {
  const at = (instant: number) => ({ at: instant })
  const stamp = (civil: number) => {
    const text = new Date(civil).toISOString()
    return [14, 11, 8, 5, 2].map(from => text.slice(from, from + 2)).join(' ')
  }

  it('at once: three are kept', () => {
    const { send, value } = play()
    for (const nth of [0, 1, 2, 3])
      expect(send(0x16, [0x99, 0x99, 0x99, 0x99], at(NOON + nth * HOUR))?.control).toBe('96')
    expect(value('05010001')).toBe('00 15 21 11 26')
    expect(value('05010003')).toBe('00 13 21 11 26')
    expect(value('05010004')).toBeNull()
  })

  it.each([
    ['hourly', [0x30, 0x99, 0x99, 0x99], HOUR, Date.UTC(2026, 10, 21, 12, 30)],
    ['daily', [0x15, 0x13, 0x99, 0x99], DAY, Date.UTC(2026, 10, 21, 13, 15)],
  ] as const)('%s ones are kept by rule, twelve deep', (_, pattern, every, first) => {
    const { send, value } = play()
    expect(send(0x16, pattern)?.control).toBe('96')
    const later = NOON + 20 * every
    expect(value('05000001')).toBeNull()
    expect(value('05000001', at(later))).toBe(stamp(first + 19 * every))
    expect(value('0500000C', at(later))).toBe(stamp(first + 8 * every))
    expect(value('0500000D', at(later))).toBeNull()
    expect(value('05000001', at(NOON + 2 * every))).toBe(stamp(first + every))
    expect(value('05000003', at(NOON + 2 * every))).toBeNull()
  })

  it('monthly ones come on their day; broadcasts are obeyed in silence', () => {
    const { send, value } = play()
    expect(send(0x16, [0x00, 0x06, 0x28, 0x99], { address: ALL })).toBeNull()
    expect(value('05000001', at(NOON + 40 * DAY))).toBe('00 06 28 12 26')
    expect(value('05000002', at(NOON + 40 * DAY))).toBe('00 06 28 11 26')
    expect(value('05000003', at(NOON + 40 * DAY))).toBeNull()
  })

  it.each([
    [[0x00, 0x00, 0x29, 0x99]],
    [[0x60, 0x99, 0x99, 0x99]],
    [[0x99, 0x12, 0x99, 0x99]],
    [[0x00, 0x24, 0x99, 0x99]],
    [[0x00, 0x00, 0x01, 0x01]],
    [[0x00, 0x99, 0x99]],
  ])('refuses %j', pattern => {
    expect(play().send(0x16, pattern)).toMatchObject({ control: 'D6', data: '01' })
  })

  it('a change of tables freezes when its time comes, and turns the bit of status word 3', () => {
    const { write, value } = play()
    expect(write('04000107', [0x00, 0x13, 0x21, 0x11, 0x26])?.control).toBe('94')
    expect(value('05030001')).toBeNull()
    const later = at(NOON + 2 * HOUR)
    expect(value('05030001', later)).toBe('00 13 21 11 26')
    expect(value('04000503', later)).toBe('09 00')
    write('04000106', [0x00, 0x11, 0x21, 0x11, 0x26])
    expect(value('05020001', later)).toBeNull()
  })
})

describe('17 speed, 1D output, 08 time', () => {
  it.each([0x02, 0x04, 0x08, 0x10, 0x20, 0x40])('echoes the speed %i', speed => {
    expect(play().send(0x17, [speed])).toMatchObject({
      control: '97',
      data: speed.toString(16).padStart(2, '0'),
    })
  })
  it.each([[[0x0c]], [[0x01]], [[0]], [[]], [[2, 4]]])('refuses the speed %j', data => {
    expect(play().send(0x17, data)).toMatchObject({ control: 'D7', data: '08' })
  })
  it('is silent to a speed for the wildcard', () => {
    expect(play().send(0x17, [8], { address: WILD })).toBeNull()
  })
  it('echoes outputs 0 to 2, refuses others', () => {
    expect(play().send(0x1d, [2])).toMatchObject({ control: '9D', data: '02' })
    expect(play().send(0x1d, [3])).toMatchObject({ control: 'DD', data: '01' })
  })
  it('a broadcast time leaves no record of programming or of a set clock', () => {
    const { send, value, meter } = play({}, { clockOffsetMs: 9_000 })
    send(0x08, timeBytes(NOON), { address: ALL })
    expect(meter.clock.shownAt(NOON) - NOON).toBe(8 * HOUR)
    expect(value('03300000')).toBe('00 00 00')
    expect(value('03300400')).toBe('00 00 00')
  })
})

describe('19, 1A, 1B clear', () => {
  const authority = (level: number) => [level, 0, 0, 0, ...OPERATOR]

  it('19: demands begin anew; 202 bytes of record hold what they were', () => {
    const { send, value, whole } = play()
    const before = value('01010000')
    expect(numberOf((before ?? '').slice(0, 8))).toBeGreaterThan(0)
    expect(send(0x19, authority(0x05))).toMatchObject({ control: 'D9', data: '04' })
    expect(send(0x19, authority(0x04))).toEqual({ address: OWN, control: '99', data: '' })
    expect(value('01010000')).toBe('00 00 00 00 00 00 00 00')
    expect(value('03300200')).toBe('01 00 00')
    const record = whole('03300201').split(' ')
    expect(record).toHaveLength(202)
    expect(record.slice(6, 10).join(' ')).toBe(OPERATOR_HEX)
    expect(record.slice(10, 18).join(' ')).toBe(before)
    const nextDay = { at: NOON + DAY }
    expect(numberOf((value('01010000', nextDay) ?? '').slice(0, 8))).toBeGreaterThan(0)
  })

  it('1A: registers and freezes begin anew; the record is 106 bytes and survives', () => {
    const { send, value, meter } = play()
    const before = value('00010000')
    send(0x16, [0x99, 0x99, 0x99, 0x99], { at: NOON - HOUR })
    expect(send(0x1a, authority(0x04))).toMatchObject({ control: 'DA', data: '04' })
    expect(send(0x1a, authority(0x02))).toEqual({ address: OWN, control: '9A', data: '' })
    expect(value('00010000')).toBe('00 00 00 00')
    expect(value('00010001')).toBe('00 00 00 00')
    expect(value('05010001')).toBeNull()
    expect(value('05060101')).toBeNull()
    const record = (value('03300101') ?? '').split(' ')
    expect(record).toHaveLength(106)
    expect(record.slice(10, 14).join(' ')).toBe(before)
    const later = NOON + 10 * HOUR
    const passed = meter.energyAt(later).forward.reduce((sum, each) => sum + each, 0)
    expect(numberOf(value('00010000', { at: later }) ?? '')).toBe(Math.floor(passed / 3_600_000))
    expect(value('03300100')).toBe('01 00 00')
  })

  it('1B: all events, or one class; that they were cleared remains', () => {
    const { send, value, write } = play()
    write('04000104', [5])
    send(0x19, authority(0x04))
    expect(numberOf(value('03110000') ?? '')).toBeGreaterThan(10)
    expect(send(0x1b, [...authority(0x02), 0xff, 0x00, 0x30, 0x03])).toMatchObject({ control: '9B' })
    expect(value('03300000')).toBe('00 00 00')
    expect(value('03300200')).toBe('01 00 00')
    expect((value('03300301') ?? '').split(' ').slice(10).join(' ')).toBe('FF 00 30 03')
    expect(send(0x1b, [...authority(0x02), 0xff, 0xff, 0xff, 0xff])).toMatchObject({ control: '9B' })
    expect(value('03300200')).toBe('00 00 00')
    expect(value('03110000')).toBe('00 00 00')
    expect(value('03300300')).toBe('02 00 00')
    expect(send(0x1b, [...authority(0x04), 0xff, 0xff, 0xff, 0xff])).toMatchObject({
      control: 'DB',
      data: '04',
    })
    expect(send(0x1b, [...authority(0x02), 0x01, 0x00, 0x30, 0x03])).toMatchObject({
      control: 'DB',
      data: '02',
    })
  })
})

describe('03 security', () => {
  const item = (di1: number, di2 = 0) => [0xff, di1, di2, 0x07, ...OPERATOR]

  it('takes an identity as proved for five minutes, and refuses what needs a key with two bytes', () => {
    const { send, value } = play()
    expect(send(0x03, [...item(2, 1), 0, 0, 0, 0])).toMatchObject({ control: 'C3', data: '08 00' })
    const proved = send(0x03, [...item(0), ...Array(24).fill(7)])
    expect(proved?.control).toBe('83')
    expect(proved?.data.split(' ')).toHaveLength(4 + 4 + 8)
    expect(value('04000503')).toBe('08 20')
    expect(value('04000503', { at: NOON + 6 * MINUTE })).toBe('08 00')
    expect(send(0x03, [...item(2, 1), 0, 0, 0, 0])).toMatchObject({ control: 'C3', data: '04 00' })
  })
})
