/** The identifier tables: what `describe` knows, and that identifier and OBIS code name each other. */

import { describe, expect, it } from 'vitest'
import { driver1997, driver2007 } from '../../../drivers/dlt645/driver.ts'
import { layOut, timeCellOf } from '../../../drivers/dlt645/items/answer.ts'
import { cellsOf } from '../../../drivers/dlt645/items/item-table.ts'
import { ITEMS_2007 } from '../../../drivers/dlt645/items/items-2007.ts'
import { isObis } from '../../../src/core/obis.ts'

const hex2 = (value: number) => value.toString(16).toUpperCase().padStart(2, '0')

describe('2007 items', () => {
  it.each([
    ['00010000', '1-0:1.8.0', 'XXXXXX.XX', 'kWh', 'forward active energy, total'],
    ['00020300', '1-0:2.8.3', 'XXXXXX.XX', 'kWh', 'reverse active energy, tariff 3'],
    ['00003F00', '1-0:16.8.63', '+-XXXXXX.XX', 'kWh', 'combined active energy, tariff 63'],
    ['00010001', '1-0:1.8.0*1', 'XXXXXX.XX', 'kWh', 'forward active energy, total, last settlement day'],
    [
      '0008040C',
      '1-0:8.8.4*12',
      'XXXXXX.XX',
      'kvarh',
      'quadrant 4 reactive energy, tariff 4, settlement day 12 back',
    ],
    ['00150000', '1-0:21.8.0', 'XXXXXX.XX', 'kWh', 'phase A forward active energy'],
    ['002A0000', '1-0:42.8.0', 'XXXXXX.XX', 'kWh', 'phase B reverse active energy'],
    ['00440000', '1-0:68.8.0', 'XXXXXX.XX', 'kvarh', 'phase C quadrant 4 reactive energy'],
    ['00800000', '', '+-XXXXXX.XX', 'kWh', 'associated energy, total'],
    ['00C20000', '', 'XXXXXX.XX', 'kWh', 'phase C iron loss compensation energy'],
    ['01010000', '1-0:1.6.0', 'XX.XXXX', 'kW', 'forward active maximum demand, total'],
    ['01030000', '1-0:3.6.0', '+-XX.XXXX', 'kvar', 'combined reactive 1 maximum demand, total'],
    ['02010200', '1-0:52.7.0', 'XXX.X', 'V', 'voltage B'],
    ['02020300', '1-0:71.7.0', '+-XXX.XXX', 'A', 'current C'],
    ['02030000', '1-0:1.7.0', '+-XX.XXXX', 'kW', 'active power total'],
    ['02060100', '1-0:33.7.0', '+-X.XXX<=1', '', 'power factor A'],
    ['020A0105', '', 'XX.XX', '%', 'harmonic content of voltage A, order 5'],
    ['02800001', '1-0:91.7.0', '+-XXX.XXX', 'A', 'neutral current'],
    ['02800002', '1-0:14.7.0', 'XX.XX', 'Hz', 'grid frequency'],
    ['04000402', '0-0:96.1.0', 'NNNNNNNNNNNN', '', 'meter number'],
    ['04000503', '0-0:96.5.3', 'bits16 status-3', '', 'run status word 3'],
    ['04000D0C', '', 'X.XXX', '', 'line constant X of phase C'],
    ['04020003', '', 'XX', '', 'second set, day table 3: tariff 1'],
    ['0405013F', '', 'XXXX.XXXX', 'yuan/kWh', 'first set, price of tariff 63'],
    ['050600nn', '', 'YYMMDDhhmm', '', 'daily freeze, time'],
    ['050601nn', '1-0:1.8.0', 'XXXXXX.XX', 'kWh', 'daily freeze, forward active energy, total'],
    ['0506013E', '1-0:1.8.0', 'XXXXXX.XX', 'kWh', 'daily freeze, forward active energy, total, 62 back'],
    ['00900200', '', 'XXXXXX.XX', 'yuan', 'remaining money'],
    ['1D000001', '', 'XXXXXX', 'times', 'trip count'],
    ['04000101+04000102', '0-0:1.0.0', 'YYMMDDWWhhmmss', '', 'clock'],
  ])('%s', (item, obis, encoding, unit, name) => {
    expect(driver2007.describe(item)).toMatchObject({ item, obis, encoding, unit, name, place: 0 })
  })

  it('know where registers roll over, and that a net energy does not', () => {
    expect(driver2007.describe('00010000')?.capacity).toBe('1000000.00')
    expect(driver2007.describe('050601nn')?.capacity).toBe('1000000.00')
    expect(driver2007.describe('00000000')).not.toHaveProperty('capacity')
    expect(driver2007.describe('02010100')).not.toHaveProperty('capacity')
  })

  it('a block has a name of its own, and neither code nor capacity of its first value', () => {
    const block = driver2007.describe('0001FF00')
    expect(block).toMatchObject({ name: 'forward active energy, block', obis: '' })
    expect(block).not.toHaveProperty('capacity')
    expect(driver2007.itemInFull!('031100FF')?.values).toHaveLength(20)
  })

  it('V-F6 a freeze of more groups than it has, or of no tariff at all, is none', () => {
    const hourly = ITEMS_2007.find('0504FF01')!
    const marked = (groups: number) =>
      Uint8Array.from([0, 0, 0x22, 0x11, 0x26, 0xaa, ...Array(groups).fill([1, 0, 0, 0, 0xaa]).flat()])
    expect(layOut(hourly, marked(2))).toHaveProperty('values')
    expect(layOut(hourly, marked(3))).toMatchObject({ code: 'FRAME_LENGTH', rule: 'V-F6' })
    // Time and variables, and nothing of any register between them.
    const daily = ITEMS_2007.find('0506FF01')!
    expect(layOut(daily, new Uint8Array(5 + 24))).toMatchObject({ code: 'FRAME_LENGTH', rule: 'V-F6' })
  })

  it('a maximum carries the code, its time none; one letter at a time may be all F', () => {
    expect(driver2007.describeAll!('01010000').map(({ obis }) => obis)).toEqual(['1-0:1.6.0', ''])
    for (const item of ['0001FFFF', '00FFFF00', '03FF00FF']) expect(ITEMS_2007.find(item)).toBeNull()
  })

  it('the report status word comes whole, each count behind it by itself', () => {
    const [entries = []] = ITEMS_2007.find('04001501')!.lists
    expect(entries.map(({ cells }) => cells.length)).toEqual([6, ...Array(96).fill(1)])
    expect(entries.flatMap(({ cells }) => cells.map(({ place }) => place))).toEqual([...Array(102).keys()])
  })

  it('a set of blocks ends where a run of neighbouring kinds does', () => {
    const values = (bytes: number, item = '00FF0000') => {
      const laid = layOut(ITEMS_2007.find(item)!, new Uint8Array(bytes))
      return 'code' in laid ? laid.code : laid.values.size
    }
    expect([44, 84, 124, 164, 192, 276].map(bytes => values(bytes))).toEqual([11, 21, 31, 41, 48, 69])
    for (const bytes of [4, 40, 48, 80, 272, 280]) expect(values(bytes)).toBe('FRAME_LENGTH')
    // Of maxima each has its own time.
    const demands = ITEMS_2007.find('01FF0000')!
    const times = cellsOf(demands).flatMap(cell => timeCellOf(cell, demands)?.item ?? [])
    expect(new Set(times).size).toBe(40)
  })

  it.each([
    '00FFFF00',
    '00FF00FF',
    '02FFFF00',
    '03FF0400',
    '06FF0000',
    '05FF0101',
    '00014000',
    '0001000D',
    '00150100',
    '00110000',
    '01000000',
    '02010400',
    '020A0116',
    '0001FFFF',
    '050601FF',
    '04010009',
    '040100FF',
    '040100nn',
    '05060100',
    '33343233',
    'FF010000',
    '9010',
    '0001000',
    '000100000',
    '1-0:1.8.64',
    '1-0:1.8.01',
    '1-0:1.8.0*13',
    '1-0:1.8.0*0',
    '1-0:99.8.0',
    'toString',
    '',
  ])('"%s" is none', item => {
    expect(driver2007.describe(item)).toBeNull()
  })

  it.each([
    ['03010000', 18],
    ['03010101', 131],
    ['03040302', 131],
    ['03050001', 15],
    ['0306000A', 12],
    ['03070001', 76],
    ['03090001', 78],
    ['030B0201', 115],
    ['030D0301', 115],
    ['030E0101', 76],
    ['030F0101', 76],
    ['03100000', 27],
    ['0310030C', 27],
    ['03110001', 12],
    ['03120000', 18],
    ['03120601', 20],
    ['03300001', 50],
    ['03300101', 106],
    ['03300201', 202],
    ['03300301', 14],
    ['03300401', 16],
    ['03300501', 682],
    ['03300601', 94],
    ['03300701', 11],
    ['03300801', 1026],
    ['03300901', 11],
    ['03300C01', 16],
    ['03300D01', 60],
    ['03300E01', 60],
    ['03330101', 5],
    ['03330301', 4],
    ['03350001', 28],
    ['1D00FF01', 34],
    ['1D000101', 34],
    ['1E00010A', 34],
    ['13012501', 6],
    ['01010000', 8],
    ['04000C01', 4],
    ['04010000', 42],
    ['04020008', 42],
    ['040300FE', 4],
    ['04800003', 32],
    ['05061001', 24],
  ])('%s has %i bytes', (item, bytes) => {
    expect(driver2007.itemInFull!(item)?.bytes).toBe(bytes)
  })

  it.each([
    '03300F01',
    '0330000B',
    '03360001',
    '03120701',
    '03050101',
    '0310000D',
    '1D000000',
    '04000C0B',
    '0600FF00',
  ])('%s is none', item => {
    expect(driver2007.describe(item)).toBeNull()
  })

  it('of load records are listed, though the table does not lay them out', () => {
    const listed = driver2007.items!().filter(({ item }) => item.startsWith('060'))
    expect(listed).toHaveLength(21)
    for (const { item, values, bytes } of listed) {
      expect([values, bytes]).toEqual([[], null])
      expect(driver2007.describe(item)).toBeNull()
    }
  })

  it('say no number of bytes where a meter sends as many values as it has', () => {
    const bytes = (item: string) => driver2007.items!().find(family => family.item === item)?.bytes
    expect(['050601nn', '0506FFnn', '040005FF', '04001501', '0001ttkk', '0101ttkk'].map(bytes)).toEqual([
      null,
      null,
      null,
      null,
      4,
      8,
    ])
  })

  it('say who may read and write them', () => {
    const access = (item: string) => driver2007.itemInFull!(item)?.access
    expect(['00010000', '04000102', '04000C05', '04000409', '04001501'].map(access)).toEqual([
      'R',
      'RW',
      'W',
      'R',
      'R',
    ])
  })

  it('are spoken of in Chinese as the standard does', () => {
    const nameZh = (item: string) => driver2007.itemInFull!(item)?.nameZh
    expect(
      ['00010000', '00010203', '0101FF00', '020A0305', '04010003', '03100002', '05060103', '03040201'].map(
        nameZh,
      ),
    ).toEqual([
      '正向有功总电能',
      '（上3结算日）正向有功费率2电能',
      '正向有功最大需量数据块',
      'C相电压5次谐波含量',
      '第一套第3日时段表数据',
      '（上2月）电压合格率统计数据',
      '（上3次）日冻结正向有功电能',
      '（上1次）B相断相记录',
    ])
  })

  it('take small letters', () => {
    expect(driver2007.describe('0001ff00')?.item).toBe('0001FF00')
    expect(driver2007.describe('050601NN')?.item).toBe('050601nn')
  })

  it('and their OBIS codes name each other', () => {
    let named = 0
    for (let di2 = 0; di2 < 256; di2 += 1)
      for (const di1 of [0, 1, 4, 63])
        for (const di0 of [0, 1, 12])
          for (const di3 of ['00', '01']) {
            const point = driver2007.describe(`${di3}${hex2(di2)}${hex2(di1)}${hex2(di0)}`)
            if (!point || point.obis === '') continue
            named += 1
            expect(isObis(point.obis)).toBe(true)
            expect(driver2007.describe(point.obis)?.item).toBe(point.item)
          }
    expect(named).toBeGreaterThan(400)
  })
})

describe('1997 items', () => {
  it.each([
    ['9010', '1-0:1.8.0', 'XXXXXX.XX', 'kWh', 'forward active energy, total'],
    ['901E', '1-0:1.8.14', 'XXXXXX.XX', 'kWh', 'forward active energy, tariff 14'],
    ['9410', '1-0:1.8.0*1', 'XXXXXX.XX', 'kWh', 'forward active energy of last month, total'],
    ['9822', '1-0:2.8.2*2', 'XXXXXX.XX', 'kWh', 'reverse active energy of the month before last, tariff 2'],
    ['9140', '1-0:8.8.0', 'XXXXXX.XX', 'kvarh', 'quadrant 4 reactive energy, total'],
    ['9150', '1-0:6.8.0', 'XXXXXX.XX', 'kvarh', 'quadrant 2 reactive energy, total'],
    ['A010', '1-0:1.6.0', 'XX.XXXX', 'kW', 'forward active maximum demand, total'],
    ['B010', '', 'MMDDhhmm', '', 'time of forward active maximum demand, total'],
    ['B611', '1-0:32.7.0', 'XXXX', 'V', 'voltage A'],
    ['B630', '1-0:1.7.0', 'XX.XXXX', 'kW', 'active power total'],
    ['C032', '0-0:96.1.0', 'NNNNNNNNNNNN', '', 'meter number'],
    ['C010+C011', '0-0:1.0.0', 'YYMMDDWWhhmmss', '', 'clock'],
  ])('%s', (item, obis, encoding, unit, name) => {
    expect(driver1997.describe(item)).toMatchObject({ item, obis, encoding, unit, name, place: 0 })
  })

  it.each(['00010000', '9070', '92 10', 'B614', 'E323', '1-0:1.8.15', '1-0:1.8.0*3'])(
    '"%s" is none',
    item => {
      expect(driver1997.describe(item)).toBeNull()
    },
  )

  it('and their OBIS codes name each other', () => {
    for (let di1 = 0x90; di1 < 0xd0; di1 += 1)
      for (let di0 = 0; di0 < 256; di0 += 1) {
        const point = driver1997.describe(`${hex2(di1)}${hex2(di0)}`)
        if (point && point.obis !== '') expect(driver1997.describe(point.obis)?.item).toBe(point.item)
      }
  })
})

describe('both tables', () => {
  it('hold so many identifiers', () => {
    const span = (low: string, high: string) => Number.parseInt(high, 16) - Number.parseInt(low, 16) + 1
    const identifiersOf = (letters: string) => {
      const each = [...letters.matchAll(/ ([0-9A-F]+) to ([0-9A-F]+)(, F+ all)?/g)].map(
        ([, low, high, all]) => ({
          span: span(low!, high!),
          blocks: all ? 1 : 0,
        }),
      )
      const all = each.reduce((product, letter) => product * letter.span, 1)
      // One letter at a time may be all F.
      return each.reduce((sum, letter) => sum + (letter.blocks * all) / letter.span, all)
    }
    const count = ({ items }: typeof driver2007) => [
      items!().length,
      items!().reduce((sum, { letters }) => sum + identifiersOf(letters), 0),
    ]
    expect(count(driver2007)).toEqual([591, 55_557])
    expect(count(driver1997)).toEqual([319, 1_399])
  })
})

describe('addresses', () => {
  it.each([
    ['161', '000000000161'],
    ['000000000161', '000000000161'],
    [' 123456789012 ', '123456789012'],
    ['aaaaaaaaaaaa', 'AAAAAAAAAAAA'],
    ['AAAAAAAA1234', 'AAAAAAAA1234'],
  ])('%s is %s', (written, address) => {
    expect(driver2007.checkAddress(written)).toEqual({ address })
  })

  it.each([
    '',
    '1234567890123',
    '12345678901O',
    '1.23E+11',
    '１２３',
    '-1',
    '12 34',
    'AAAA1234',
    '1234AAAAAAAA',
    '999999999999',
  ])('PR-45 "%s" is none', written => {
    expect(driver2007.checkAddress(written)).toHaveProperty('wrong')
  })
})
