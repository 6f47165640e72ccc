/** The generic Modbus slave: every encoding, writes and the relay, identification, SunSpec chains, quirks. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toHex } from '../../src/core/hex.ts'
import type { SimulatedModel, SimulatedPoint, SimulatedQuirks } from '../../src/core/simulated.ts'
import { createAnswer } from '../../src/simulator/modbus/answer.ts'
import { buildModel } from '../../src/simulator/modbus/model.ts'
import { registersOf, textRegisters } from '../../src/simulator/modbus/registers-of.ts'
import { formatOf } from '../../src/simulator/modbus/words.ts'
import { rounds } from '../support/rounds.ts'
import { meterOf, NOON } from './master.ts'
import { profileOf } from './models.ts'

const PLAIN = { unitPower: 0, factor: 0, rolls: false, capacity: null }

/** Registers as bytes in the order of the wire. */
function bytesOf(encoding: string, digits: number, scaler = 0, kept: Partial<typeof PLAIN> = {}): string {
  const words = registersOf(formatOf(encoding), { digits, scaler }, { ...PLAIN, ...kept })
  return toHex(Uint8Array.from(words.flatMap(word => [word >> 8, word & 0xff])))
}

describe('values into registers', () => {
  // 230.0 V as in the order test every engineer does: 43660000.
  it.each([
    ['f32', 230, 0, '43 66 00 00'],
    ['f32 CDAB', 230, 0, '00 00 43 66'],
    ['f32 BADC', 230, 0, '66 43 00 00'],
    ['f32 DCBA', 230, 0, '00 00 66 43'],
    ['f32 *e-1 e-1', 230, 0, '45 0F C0 00'],
    ['f32 *e3 e-1', 1500, 0, '3F C0 00 00'],
    ['f64 *e-3 e-3', 123_456_789, -3, '41 9D 6F 34 54 00 00 00'],
    ['u16 e-1', 2301, -1, '08 FD'],
    ['u16 BADC e-1', 2301, -1, 'FD 08'],
    ['s16', -5, 0, 'FF FB'],
    ['s16 neg', 5, 0, 'FF FB'],
    ['u32 e-2', 1_234_567, -2, '00 12 D6 87'],
    ['s32 CDAB e-1', -12345, -1, 'CF C7 FF FF'],
    ['u64 e-2', 123_456_789, -2, '00 00 00 00 07 5B CD 15'],
    ['u64 CDAB', 1, 0, '00 01 00 00 00 00 00 00'],
    ['u64 DCBA', 1, 0, '01 00 00 00 00 00 00 00'],
    ['s64', -2, 0, 'FF FF FF FF FF FF FF FE'],
    ['bcd16', 1234, 0, '12 34'],
    ['bcd32 e-2', 12_345_678, -2, '12 34 56 78'],
    ['bcd32 CDAB', 12_345_678, 0, '56 78 12 34'],
    ['bcd64', 12, 0, '00 00 00 00 00 00 00 12'],
    ['mod10k 2', 12_345_678, 0, '04 D2 16 2E'],
    ['mod10k 3 CDAB e-2', 1_234_567_890, -2, '1E D2 0D 80 00 0C'],
    ['acc32 e-3', 4_567, -3, '00 00 11 D7'],
  ])('%s of %i e%i is %s', (encoding, digits, scaler, hex) => {
    expect(bytesOf(encoding, digits, scaler)).toBe(hex)
  })

  it('cuts off towards zero what is finer than the register', () => {
    expect(bytesOf('s16', -19, -1)).toBe('FF FF')
    expect(bytesOf('u16 e1', 1999, 0)).toBe('00 C7')
  })

  it('adds the scale factor of a SunSpec model, and the power of ten of the unit', () => {
    expect(bytesOf('s16 sf=6', 2_345, -3, { factor: -2 })).toBe('00 EA')
    expect(bytesOf('u16 e-1', 1_500, 0, { unitPower: 3 })).toBe('00 0F')
  })

  it('rolls a counter over at its capacity, else at the end of its type, and holds what is no counter', () => {
    const at = (encoding: string, digits: number, capacity: number | null, rolls: boolean) => {
      const end = capacity === null ? null : { digits: capacity, scaler: 0 }
      return registersOf(formatOf(encoding), { digits, scaler: 0 }, { ...PLAIN, rolls, capacity: end })
    }
    expect(at('u32', 1_000_007, 1_000_000, true)).toEqual([0, 7])
    expect(at('u16', 65_537, null, true)).toEqual([1])
    expect(at('bcd16', 10_005, null, true)).toEqual([5])
    expect(at('u16', 70_000, null, false)).toEqual([65_534])
    expect(at('s16', -70_000, null, false)).toEqual([0x8002])
  })

  it('marks what it has no value for', () => {
    const none = (encoding: string) => registersOf(formatOf(encoding), null, PLAIN)
    expect(none('s32 CDAB invalid=7FFFxxxx')).toEqual([0, 0x7fff])
    expect(none('u16 invalid=FFFF,FFFE')).toEqual([0xffff])
    expect(none('f32')).toEqual([0x7fc0, 0])
    expect(none('bcd32')).toEqual([0xffff, 0xffff])
    expect(none('u16')).toEqual([0])
  })

  it('writes text from the left, blanks behind it', () => {
    expect(textRegisters(formatOf('ascii 3'), 'B23')).toEqual([0x4232, 0x3320, 0x2020])
  })

  it('every integer comes back by Buffer in every order', () => {
    const orders = ['ABCD', 'CDAB', 'BADC', 'DCBA']
    fc.assert(
      fc.property(
        fc.constantFrom('s32', 's64'),
        fc.constantFrom(...orders),
        fc.maxSafeInteger(),
        (type, order, n) => {
          const digits = type === 's32' ? n % 2 ** 31 : n
          const words = registersOf(formatOf(`${type} ${order}`), { digits, scaler: 0 }, PLAIN)
          const low = order === 'CDAB' || order === 'DCBA' ? words.toReversed() : words
          const bytes = Buffer.from(low.flatMap(word => [word >> 8, word & 0xff]))
          if (order === 'BADC' || order === 'DCBA') bytes.swap16()
          expect(type === 's32' ? BigInt(bytes.readInt32BE()) : bytes.readBigInt64BE()).toBe(BigInt(digits))
        },
      ),
      rounds(20261122, 200),
    )
  })

  it('refuses words nobody has defined', () => {
    expect(() => formatOf('u24')).toThrow('u24')
    expect(() => formatOf('float')).toThrow('float')
  })
})

const point = (item: string, encoding: string, more: Partial<SimulatedPoint> = {}): SimulatedPoint => ({
  obis: '',
  item,
  encoding,
  unit: '',
  name: item,
  ...more,
})

const bare = (more: Partial<SimulatedModel> = {}): SimulatedModel => ({
  profile: 'bench',
  points: [point('3:0x10', 'f32', { obis: '1-0:16.7.0', unit: 'W' })],
  traits: {},
  nameplate: { phases: 1 },
  ...more,
})

function play(model: SimulatedModel, quirks: SimulatedQuirks = {}) {
  const built = buildModel(model, quirks)
  const meter = meterOf({ protocol: 'modbus-rtu', address: '1', phases: built.phases })
  const answer = createAnswer(meter, built, quirks)
  return {
    meter,
    ask(...bytes: number[]) {
      const reply = answer(Uint8Array.from(bytes), NOON)
      return reply === null ? null : toHex(reply)
    },
    power() {
      const reply = answer(Uint8Array.of(3, 0, 0x10, 0, 2), NOON + 1)
      return reply === null ? null : new DataView(reply.buffer).getFloat32(2)
    },
  }
}

type Order = NonNullable<SimulatedModel['traits']['relay']>['order']

function withRelay(order: Order, state: string, words: readonly [open: string, closed: string]) {
  const relay = {
    state: { point: point(state, state.startsWith('1') ? 'bit' : 'u16'), open: words[0], closed: words[1] },
    order,
  }
  return bare({ traits: { relay } })
}

describe('a relay', () => {
  it('behind a coil (5): opens, shows it, and the load goes to nothing', () => {
    const order = { function: 5, item: '1:3', open: '0000', close: 'FF00' }
    const { ask, power } = play(withRelay(order, '1:3', ['0', '1']))
    expect(ask(1, 0, 3, 0, 1)).toBe('01 01 01')
    expect(power()).not.toBe(0)
    expect(ask(5, 0, 3, 0, 0)).toBe('05 00 03 00 00')
    expect(ask(1, 0, 3, 0, 1)).toBe('01 01 00')
    expect(power()).toBe(0)
    expect(ask(5, 0, 3, 0xff, 0)).toBe('05 00 03 FF 00')
    expect(power()).not.toBe(0)
  })

  it('behind coils (15): one bit, its count and its bytes checked', () => {
    const order = { function: 15, item: '1:3', open: '00', close: '01' }
    const { ask, power } = play(withRelay(order, '1:3', ['0', '1']))
    expect(ask(15, 0, 3, 0, 1, 1, 0)).toBe('0F 00 03 00 01')
    expect(power()).toBe(0)
    expect(ask(15, 0, 3, 0, 1, 2, 0)).toBe('8F 03')
    expect(ask(5, 0, 3, 0, 0)).toBe('85 01')
  })

  it('behind a register (6), with a state register of its own', () => {
    const order = { function: 6, item: '3:0x20', open: 'AAAA', close: '5555' }
    const { ask, power } = play(withRelay(order, '3:0x21', ['1', '0']))
    expect(ask(6, 0, 0x20, 0xaa, 0xaa)).toBe('06 00 20 AA AA')
    expect(ask(3, 0, 0x21, 0, 1)).toBe('03 02 00 01')
    expect(power()).toBe(0)
    expect(ask(6, 0, 0x20, 0, 1)).toBe('86 03')
    expect(ask(6, 0, 0x22, 0xaa, 0xaa)).toBe('86 02')
  })

  it('behind registers (16), and 23 writes before it reads', () => {
    const order = { function: 16, item: '3:0x20', open: '00010002', close: '00010001' }
    const { ask, power } = play(withRelay(order, '3:0x22', ['1', '0']))
    expect(ask(23, 0, 0x22, 0, 1, 0, 0x20, 0, 2, 4, 0, 1, 0, 2)).toBe('17 02 00 01')
    expect(power()).toBe(0)
    expect(ask(16, 0, 0x20, 0, 2, 4, 0, 1, 0, 1)).toBe('10 00 20 00 02')
    expect(ask(3, 0, 0x22, 0, 1)).toBe('03 02 00 00')
    expect(ask(23, 0, 0x22, 0, 1, 0, 0x20, 0, 2, 4, 0, 1, 0, 9)).toBe('97 03')
  })

  it('that lies: does nothing, or keeps its state register', () => {
    const model = withRelay({ function: 5, item: '1:3', open: '0000', close: 'FF00' }, '1:3', ['0', '1'])
    const idle = play(model, { 'relay-lies': 'does-nothing' })
    expect(idle.ask(5, 0, 3, 0, 0)).toBe('05 00 03 00 00')
    expect(idle.power()).not.toBe(0)
    const mute = play(model, { 'relay-lies': 'status-stays' })
    mute.ask(5, 0, 3, 0, 0)
    expect(mute.power()).toBe(0)
    expect(mute.ask(1, 0, 3, 0, 1)).toBe('01 01 01')
  })

  it('that is not declared is not there', () => {
    for (const code of [5, 6, 15, 16]) expect(play(bare()).ask(code, 0, 0, 0, 0)).toMatch(/ 01$/)
  })

  it('23 is known wherever there are holding registers, and writes nothing but the order', () => {
    expect(play(bare()).ask(23, 0, 0, 0, 1, 0, 0x20, 0, 1, 2, 0, 1)).toBe('97 02')
    const order = { function: 6, item: '3:0x20', open: 'AAAA', close: '5555' }
    const { ask, power } = play(withRelay(order, '3:0x21', ['1', '0']))
    expect(ask(23, 0, 0x21, 0, 1, 0, 0x22, 0, 1, 2, 0xaa, 0xaa)).toBe('97 02')
    expect(ask(23, 0, 0x21, 0, 1, 0, 0x20, 0, 1, 2, 0, 1)).toBe('97 03')
    expect(power()).not.toBe(0)
    expect(ask(23, 0, 0x21, 0, 1, 0, 0x20, 0, 1, 2, 0xaa, 0xaa)).toBe('17 02 00 01')
    expect(power()).toBe(0)
    expect(ask(23, 0, 0x21, 0, 1, 0, 0x20, 0, 1, 3, 0xaa, 0xaa)).toBe('97 03')
  })
})

describe('identification (43/14)', () => {
  const model = bare({ vendor: 'Acme', models: ['M1'] })
  it('tells maker, product and revision as a stream or one by one', () => {
    const { ask } = play(model, { 'device-identification': 'basic' })
    expect(ask(0x2b, 0x0e, 1, 0)).toBe(
      '2B 0E 01 81 00 00 03 00 04 41 63 6D 65 01 02 4D 31 02 09 73 69 6D 75 6C 61 74 65 64',
    )
    expect(ask(0x2b, 0x0e, 4, 1)).toBe('2B 0E 04 81 00 00 01 01 02 4D 31')
    expect(ask(0x2b, 0x0e, 4, 9)).toBe('AB 02')
    expect(ask(0x2b, 0x0e, 3, 0)).toBe('AB 03')
    expect(ask(0x2b, 0x0d, 1, 0)).toBe('AB 01')
  })
  it('is not there unless asked for', () => {
    expect(play(model).ask(0x2b, 0x0e, 1, 0)).toBe('AB 01')
  })
})

describe('quirks', () => {
  it('beyond-limit: silent beyond the registers the meter allows', () => {
    const model = bare({ traits: { maxRegisters: 2 } })
    expect(play(model).ask(3, 0, 0x10, 0, 3)).toBe('83 03')
    expect(play(model, { 'beyond-limit': 'silent' }).ask(3, 0, 0x10, 0, 3)).toBeNull()
  })

  it('current-ratio: in its register, and out of the values of the secondary side', () => {
    const model = bare({ ratios: { current: point('3:0x30', 'u16'), side: 'secondary' } })
    const [plain, ratio] = [play(model), play(model, { 'current-ratio': '40' })]
    expect([plain.ask(3, 0, 0x30, 0, 1), ratio.ask(3, 0, 0x30, 0, 1)]).toEqual(['03 02 00 01', '03 02 00 28'])
    expect((plain.power() ?? 0) / (ratio.power() ?? 1)).toBeCloseTo(40, 1)
  })

  it.each([
    ['40000', 'meter', 40_000],
    ['50000', 'meter', 50_000],
    ['0', 'inverter-first', 0],
  ] as const)('sunspec-base %s, %s first', (base, chain, from) => {
    const { ask } = play(profileOf('sunspec-201-204'), { 'sunspec-base': base, 'sunspec-chain': chain })
    const words = (address: number, count: number) =>
      ask(3, address >> 8, address & 0xff, 0, count)
        ?.split(' ')
        .slice(2)
        .join('')
    const number = (address: number) => Number.parseInt(words(address, 1) ?? '', 16)
    expect(words(from, 2)).toBe('53756E53')
    const walked: number[] = []
    for (let at = from + 2; number(at) !== 0xffff; at += 2 + number(at + 1)) walked.push(number(at))
    expect(walked).toEqual(chain === 'meter' ? [1, 203] : [1, 103, 203])
  })
})
