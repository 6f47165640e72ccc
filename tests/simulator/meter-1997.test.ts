import { describe, expect, it } from 'vitest'
import { formatScaled } from '../../src/core/scaled.ts'
import type { MeterOptions } from '../../src/simulator/meter.ts'
import { createMeter1997 } from '../../src/simulator/meter-1997.ts'
import { EACH_TARIFF, registerOf } from '../../src/simulator/registers.ts'
import { digits, meterOf, NOON, replyOf, request } from './master.ts'

const OWN = '000000009751'

function play(options: Partial<MeterOptions> = {}) {
  const meter = meterOf({ protocol: 'dlt645-1997', address: OWN, ...options })
  const slave = createMeter1997(meter)
  const send = (address: string, control: number, data: readonly number[] = []) =>
    replyOf(slave.answer(request(address, control, data), NOON))
  const item = (text: string) => [Number.parseInt(text.slice(2), 16), Number.parseInt(text.slice(0, 2), 16)]
  return {
    meter,
    send,
    raw: (bytes: Uint8Array) => slave.answer(bytes, NOON),
    read: (text: string, address = OWN) => send(address, 0x01, item(text)),
    value: (text: string) => send(OWN, 0x01, item(text))?.data.slice(6) ?? '',
    register(obis: string, instant = NOON) {
      const exact = registerOf(obis, meter.energyAt(instant), meter.nature.permille, -2, EACH_TARIFF)!
      return formatScaled(exact).replace('.', '').padStart(8, '0')
    },
  }
}

/** Meters of both kinds: some end a block with AAH. */
const meters = [...Array(8).keys()].map(seed => play({ seed }))
const ending = meters.find(({ meter }) => meter.nature.endsBlocks)!
const plain = meters.find(({ meter }) => !meter.nature.endsBlocks)!

describe('a 1997 meter is silent', () => {
  const good = request(OWN, 0x01, [0x10, 0x90])
  const silent: readonly (readonly [string, Uint8Array])[] = [
    ['to a wrong checksum', good.with(good.length - 2, (good.at(-2) ?? 0) ^ 1)],
    ['to another address', request('000000009752', 0x01, [0x10, 0x90])],
    ['to a reply (D7 = 1)', request(OWN, 0x81, [0x10, 0x90])],
    ['to a broadcast', request('999999999999', 0x01, [0x10, 0x90])],
    ['to a 2007 read', request(OWN, 0x11, [0, 0, 1, 0])],
    ['to a 2007 read-address', request('AAAAAAAAAAAA', 0x13)],
    ['to an address shortened to two bytes', request('AAAAAAAA9751', 0x01, [0x10, 0x90])],
  ]
  it.each(silent)('%s', (_, bytes) => {
    expect(plain.raw(bytes)).toBeNull()
  })
})

describe('a 1997 meter answers', () => {
  it('energies now and of the two last months', () => {
    expect(digits(plain.value('9010'))).toBe(plain.register('1-0:1.8.0'))
    expect(digits(plain.value('9012'))).toBe(plain.register('1-0:1.8.2'))
    expect(digits(plain.value('9020'))).toBe(plain.register('1-0:2.8.0'))
    expect(digits(plain.value('9110'))).toBe(plain.register('1-0:3.8.0'))
    expect(digits(plain.value('9410'))).toBe(plain.register('1-0:1.8.0', Date.UTC(2026, 10, 1, -8)))
    expect(digits(plain.value('9810'))).toBe(plain.register('1-0:1.8.0', Date.UTC(2026, 9, 1, -8)))
  })

  it('blocks, with AAH at the end on some meters and without on others', () => {
    expect(plain.value('901F').split(' ')).toHaveLength(20)
    expect(ending.value('901F').split(' ')).toHaveLength(21)
    expect(ending.value('901F').endsWith(' AA')).toBe(true)
    expect(ending.value('B61F').split(' ')).toHaveLength(7)
    expect(plain.value('C01F')).toBe('06 21 11 26 00 00 12')
  })

  it('present values in the formats of 1997', () => {
    const flow = plain.meter.flowAt(NOON)
    expect(Number(digits(plain.value('B611')))).toBe(Math.trunc((flow.decivolts[0] ?? 0) / 10))
    expect(Number(digits(plain.value('B622')))).toBe(Math.trunc(Math.abs(flow.milliamperes[1] ?? 0) / 10))
    expect(plain.value('B630').split(' ')).toHaveLength(3)
    expect(Number(digits(plain.value('B650')))).toBe(plain.meter.nature.permille)
  })

  it('clock, number and status', () => {
    expect(plain.value('C010')).toBe('06 21 11 26')
    expect(plain.value('C011')).toBe('00 00 12')
    expect(plain.value('C032')).toBe('51 97 00 00 00 00')
    expect(plain.value('C020')).toMatch(/^(00|30)$/)
    expect(plain.read('C032', 'AAAAAAAAAAAA')?.address).toBe(OWN)
    expect(plain.read('C032', 'AAAAAA009751')?.address).toBe(OWN)
  })

  it('error words: unknown identifier 02, illegal data 01, password 04', () => {
    expect(plain.read('9017')).toMatchObject({ control: 'C1', data: '02' })
    expect(plain.read('B600')).toMatchObject({ control: 'C1', data: '02' })
    expect(plain.read('9C10')).toMatchObject({ control: 'C1', data: '02' })
    expect(plain.send(OWN, 0x01, [0x10])).toMatchObject({ control: 'C1', data: '01' })
    expect(plain.send(OWN, 0x04, [0x11, 0xc0, 0, 1, 0, 0, 0x30, 0x20, 0x15])).toMatchObject({
      control: 'C4',
      data: '04',
    })
  })

  it('maximum demands and their times, now and of two months', () => {
    for (const [demand, time] of [
      ['A010', 'B010'],
      ['A410', 'B410'],
      ['A811', 'B811'],
      ['A110', 'B110'],
    ] as const) {
      expect(plain.value(demand).split(' ')).toHaveLength(3)
      expect(plain.value(time).split(' ')).toHaveLength(4)
      expect(Number(digits(plain.value(demand)))).toBeGreaterThan(0)
    }
    expect(digits(plain.value('B410')).slice(0, 2)).toBe('10')
    expect(digits(plain.value('B810')).slice(0, 2)).toBe('09')
    expect(plain.value('A01F').split(' ')).toHaveLength(15)
    expect(plain.value('A130')).toBe(plain.value('A110'))
    expect(plain.value('A140')).toBe('00 00 00')
  })

  it('tables: as many entries in a block as are in use', () => {
    expect(plain.value('C33F').split(' ')).toHaveLength(24)
    expect(plain.value('C338')).toBe(plain.value('C33E'))
    expect(plain.value('C3A1').split(' ')).toHaveLength(3)
    expect(plain.value('C321')).toBe('01 01 01')
    expect(plain.read('C41F')?.control).toBe('C1')
    expect(plain.value('C41E')).toBe('01')
  })

  it('B611 refuses the phases a single-phase meter has not', () => {
    const single = play({ phases: 1 })
    expect(single.read('B611')?.control).toBe('81')
    expect(single.read('B612')).toMatchObject({ control: 'C1', data: '02' })
  })
})

describe('a 1997 meter obeys', () => {
  const password = [0, 0, 0, 0]
  const write = (meter: ReturnType<typeof play>, item: string, data: readonly number[], given = password) =>
    meter.send(OWN, 0x04, [
      Number.parseInt(item.slice(2), 16),
      Number.parseInt(item.slice(0, 2), 16),
      ...given,
      ...data,
    ])

  it('writes, which are kept and counted', () => {
    const meter = play()
    expect(write(meter, 'C111', [0x30])).toEqual({ address: OWN, control: '84', data: '' })
    expect(meter.value('C111')).toBe('30')
    expect(meter.value('B212')).toBe('01 00')
    expect(meter.value('B210')).toBe('00 12 21 11')
    expect(write(meter, 'C117', [0x00, 0x20])?.control).toBe('84')
    expect(digits(meter.value('9410'))).toBe(meter.register('1-0:1.8.0', Date.UTC(2026, 10, 20, -8)))
    expect(write(meter, 'C011', [0, 0, 0x13])?.control).toBe('84')
    expect(meter.value('C011')).toBe('00 00 13')
    expect(write(meter, 'C010', [0, 0x22, 0x11, 0x26])?.control).toBe('84')
    expect(meter.value('C010')).toBe('00 22 11 26')
  })

  it.each([
    ['C111', [0x3a], undefined, '01'],
    ['C111', [0x30, 0], undefined, '01'],
    ['C030', [0, 0x32, 0], undefined, '01'],
    ['C0FE', [0], undefined, '02'],
    ['C111', [0x30], [3, 0, 0, 0], '04'],
    ['C111', [0x30], [0, 1, 0, 0], '04'],
    ['C010', [0, 0x31, 0x02, 0x26], undefined, '01'],
  ] as const)('refuses %s = %j by %j with %s', (item, data, given, word) => {
    const meter = play()
    expect(write(meter, item, data, given as number[] | undefined)).toMatchObject({
      control: 'C4',
      data: word,
    })
    expect(meter.value('B212')).toBe('00 00')
  })

  it('0F and C212: a new password counts from then on', () => {
    const meter = play()
    expect(meter.send(OWN, 0x0f, [0, 0, 0, 0, 1, 7, 8, 9])).toMatchObject({
      control: '8F',
      data: '01 07 08 09',
    })
    expect(write(meter, 'C111', [0x30], [1, 0, 0, 0])).toMatchObject({ control: 'C4', data: '04' })
    expect(write(meter, 'C111', [0x30], [1, 7, 8, 9])?.control).toBe('84')
    expect(meter.send(OWN, 0x0f, [2, 0, 0, 0, 1, 1, 1, 1])).toMatchObject({ control: 'CF', data: '04' })
    expect(write(meter, 'C212', [2, 5, 5, 5])?.control).toBe('84')
    expect(write(meter, 'C111', [0x15], [2, 0, 0, 0])?.control).toBe('C4')
    expect(meter.read('C212')?.control).toBe('C1')
  })

  it('five wrong passwords lock it for a day', () => {
    const meter = play()
    for (let nth = 0; nth < 5; nth++) write(meter, 'C111', [0x30], [1, 9, 9, 9])
    expect(write(meter, 'C111', [0x30], password)).toMatchObject({ control: 'C4', data: '04' })
    expect(meter.send(OWN, 0x10, password)).toMatchObject({ control: 'D0', data: '04' })
  })

  it('takes no time told to all about its settlement of C117', () => {
    const meter = play()
    const shown = () => meter.meter.clock.shownAt(NOON)
    const before = shown()
    expect(write(meter, 'C117', [0x12, 0x21])?.control).toBe('84')
    meter.send('999999999999', 0x08, [0x10, 0x00, 0x12, 0x21, 0x11, 0x26])
    expect(shown()).toBe(before)
    expect(write(meter, 'C117', [0x13, 0x21])?.control).toBe('84')
    meter.send('999999999999', 0x08, [0x10, 0x00, 0x12, 0x21, 0x11, 0x26])
    expect(shown()).toBe(before + 10_000)
  })

  it('10: demands begin anew, counted with their time', () => {
    const meter = play()
    expect(meter.send(OWN, 0x10, [0, 1, 0, 0])).toMatchObject({ control: 'D0', data: '04' })
    expect(meter.send(OWN, 0x10, password)).toEqual({ address: OWN, control: '90', data: '' })
    expect(meter.value('A010')).toBe('00 00 00')
    expect(meter.value('B010')).toBe('00 00 00 00')
    expect(meter.value('B213')).toBe('01 00')
    expect(meter.value('B211')).toBe('00 12 21 11')
    expect(Number(digits(meter.value('A410')))).toBeGreaterThan(0)
  })

  it('0A told to all, answered under the old address; some take it under AA', () => {
    const meter = play()
    const fresh = [0x78, 0x56, 0x34, 0x12, 0, 0]
    expect(meter.send(OWN, 0x0a, fresh)).toBeNull()
    expect(meter.send('999999999999', 0x0a, fresh)).toEqual({ address: OWN, control: '8A', data: '' })
    expect(meter.read('9010')).toBeNull()
    expect(meter.read('9010', '000012345678')?.control).toBe('81')
    const slave = createMeter1997(meterOf({ protocol: 'dlt645-1997', address: OWN }), {
      'write-address': 'AA',
    })
    expect(slave.answer(request('999999999999', 0x0a, fresh), NOON)).toBeNull()
    expect(replyOf(slave.answer(request('AAAAAAAAAAAA', 0x0a, fresh), NOON))?.control).toBe('8A')
  })

  it('0C echoes speeds of one bit, refuses others', () => {
    expect(play().send(OWN, 0x0c, [0x20])).toMatchObject({ control: '8C', data: '20' })
    expect(play().send(OWN, 0x0c, [0x30])).toMatchObject({ control: 'CC', data: '01' })
  })

  it('nothing without the key', () => {
    const meter = play()
    meter.meter.isProgrammable = false
    expect(write(meter, 'C111', [0x30])).toMatchObject({ control: 'C4', data: '04' })
    expect(meter.send(OWN, 0x10, password)).toMatchObject({ control: 'D0', data: '04' })
    expect(meter.send('999999999999', 0x0a, [1, 0, 0, 0, 0, 0])).toBeNull()
  })
})
