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

  it('B611 refuses the phases a single-phase meter has not', () => {
    const single = play({ phases: 1 })
    expect(single.read('B611')?.control).toBe('81')
    expect(single.read('B612')).toMatchObject({ control: 'C1', data: '02' })
  })
})
