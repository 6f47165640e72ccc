import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { beyond, encodeRegisters } from '../../drivers/modbus/encode.ts'
import {
  decodeRegisters,
  type Encoding,
  floatStepAt,
  parseEncoding,
  scaleFactorAt,
} from '../../drivers/modbus/encodings.ts'
import { roundedAt, shortest, stepOf } from '../../drivers/modbus/floats.ts'
import { fromHex } from '../../src/core/hex.ts'
import { formatScaled, parseScaled } from '../../src/core/scaled.ts'
import { rounds } from '../support/rounds.ts'

const RUNS = rounds(20261121, 2000)

function encodingOf(text: string): Encoding {
  const encoding = parseEncoding(text)
  if ('wrong' in encoding) throw new Error(encoding.wrong)
  return encoding
}

function decoded(text: string, hex: string): string {
  const value = decodeRegisters(encodingOf(text), fromHex(hex)!, 0)
  if ('text' in value && !('code' in value)) return value.text
  return 'code' in value ? value.code : formatScaled(value)
}

describe('encodings', () => {
  test.each([
    // 230.0 in the four orders.
    ['f32 e-1', '43 66 00 00', '230.0'],
    ['f32 CDAB e-1', '00 00 43 66', '230.0'],
    ['f32 BADC e-1', '66 43 00 00', '230.0'],
    ['f32 DCBA e-1', '00 00 66 43', '230.0'],
    ['u16', 'FF FE', '65534'],
    ['u16 e-1', '00 05', '0.5'],
    ['u16 BADC', '34 12', '4660'],
    ['s16 e-2', 'FF 9C', '-1.00'],
    ['s16', '80 00', '-32768'],
    ['u32', 'FF FF FF FF', '4294967295'],
    ['u32 e3', '00 00 00 0C', '12000'],
    ['s32 CDAB e-1', 'F6 3C FF FF', '-250.0'],
    ['s32', '80 00 00 00', '-2147483648'],
    ['u64 e-2', '00 00 00 00 07 5B CD 15', '1234567.89'],
    ['u64', 'FF FF FF FF FF FF FF FE', '18446744073709551614'],
    ['u64 CDAB', '00 04 00 03 00 02 00 01', '281483566841860'],
    ['u64 DCBA', '04 00 03 00 02 00 01 00', '281483566841860'],
    ['s64', 'FF FF FF FF FF FF FF FF', '-1'],
    ['s64', '80 00 00 00 00 00 00 00', '-9223372036854775808'],
    ['f64 *e-3 e-3', '41 9D 6F 34 54 66 66 66', '123456.789'],
    ['f64 e0', 'BF E0 00 00 00 00 00 00', '-1'],
    ['f32 *e3 e0', '3F 9E 04 19', '1235'],
    ['f32 e-2', '80 00 00 00', '0.00'],
    ['bcd16 e-1', '12 34', '123.4'],
    ['bcd32 CDAB e-2', '56 78 12 34', '123456.78'],
    ['bcd64', '00 00 99 99 99 99 99 99', '999999999999'],
    ['mod10k 1', '27 0F', '9999'],
    ['mod10k 2 e-2', '00 0C 0D 80', '1234.56'],
    ['mod10k 3 CDAB', '00 01 00 02 00 03', '300020001'],
    ['mod10k 4 e-3', '00 00 00 00 00 00 27 0F', '9.999'],
    ['mod10k 2 DCBA', '10 27 00 00', 'VALUE_NOT_DIGITS'],
    ['acc32 e-3', '00 BC 61 4E', '12345.678'],
    ['s16 neg e-1', 'FF FE', '0.2'],
    ['u32 neg', '00 00 00 05', '-5'],
    ['f32 neg e-1', '43 66 00 00', '-230.0'],
    ['f64 neg', '3F B9 99 99 99 99 99 9A', '-0.1'],
    ['bcd16 neg e-1', '12 34', '-123.4'],
    ['ascii 2', '42 32 33 20', 'B23'],
    ['ascii 2 BADC', '32 42 20 33', 'B23'],
    ['ascii 2 CDAB', '33 20 42 32', 'B23'],
    ['ascii 2 DCBA', '20 33 32 42', 'B23'],
    ['ascii 3', '41 20 42 00 00 00', 'A B'],
    // Without a resolution: the fewest digits that name the float.
    ['f32', '43 66 19 9A', '230.1'],
    ['f32', '00 00 00 01', `0.${'0'.repeat(44)}1`],
    ['f32 *e-3', '45 9A 52 2B', '4.938271'],
    ['f64', '3F B9 99 99 99 99 99 9A', '0.1'],
    ['f64', '44 B5 2D 02 C7 E1 4A F6', '100000000000000000000000'],
    ['f32', '00 00 00 00', '0'],
    ['f32', '80 00 00 00', '0'],
  ])('%s of %s is %s', (text, hex, value) => {
    expect(decoded(text, hex)).toBe(value)
  })

  test.each([
    ['u16 invalid=8000', '80 00', 'VALUE_NOT_HELD'],
    ['s16 invalid=7FFF,8000', '80 00', 'VALUE_NOT_HELD'],
    ['s16 invalid=7FFF,8000', '7F FF', 'VALUE_NOT_HELD'],
    ['s16 invalid=7FFF,8000', '7F FE', '32766'],
    ['u32 invalid=FFFFFFFF', 'FF FF FF FF', 'VALUE_NOT_HELD'],
    ['s32 CDAB invalid=7FFFxxxx', '12 34 7F FF', 'VALUE_NOT_HELD'],
    ['s32 CDAB invalid=7fffXXXX', '7F FF 12 34', '305430527'],
    ['u64 invalid=FFFFFFFFFFFFFFFF', 'FF FF FF FF FF FF FF FF', 'VALUE_NOT_HELD'],
    ['u64 e-2 invalid=FFFFFFFFxxxxxxxx', '00 00 00 00 FF FF FF FF', '42949672.95'],
    ['f32 e-3 invalid=FF7FFFFF', 'FF 7F FF FF', 'VALUE_NOT_HELD'],
    ['f32 e-3', '7F C0 00 00', 'VALUE_NOT_HELD'],
    ['f32', '7F 80 00 00', 'VALUE_NOT_HELD'],
    ['f32', 'FF 80 00 00', 'VALUE_NOT_HELD'],
    ['f64 e-3', '7F F8 00 00 00 00 00 00', 'VALUE_NOT_HELD'],
    ['f64 e-3', 'FF F0 00 00 00 00 00 00', 'VALUE_NOT_HELD'],
    ['f32 e-3', '7F 7F FF FF', 'VALUE_OUT_OF_TYPE'],
    ['f64 e-3', '7F EF FF FF FF FF FF FF', 'VALUE_OUT_OF_TYPE'],
    ['bcd32', 'FF FF FF FF', 'VALUE_NOT_HELD'],
    ['bcd32', '12 3A 00 00', 'VALUE_NOT_DIGITS'],
    ['bcd16', 'FF 12', 'VALUE_NOT_DIGITS'],
    ['mod10k 2', '00 00 27 10', 'VALUE_NOT_DIGITS'],
    ['mod10k 2 invalid=80008000', '80 00 80 00', 'VALUE_NOT_HELD'],
    ['acc32 invalid=00000000', '00 00 00 00', 'VALUE_NOT_HELD'],
    ['ascii 2', '00 00 00 00', 'VALUE_NOT_HELD'],
    ['ascii 2', '20 20 20 20', 'VALUE_NOT_HELD'],
    ['ascii 2', 'FF FF FF FF', 'VALUE_NOT_HELD'],
    ['ascii 2', '42 00 33 20', 'VALUE_OUT_OF_TYPE'],
    ['ascii 2', '42 C3 BC 20', 'VALUE_OUT_OF_TYPE'],
  ])('%s of %s gives %s, never a wrong number (V-F7, V-F11)', (text, hex, outcome) => {
    expect(decoded(text, hex)).toBe(outcome)
  })

  test.each([
    ['', '"" is no type'],
    ['float', '"float" is no type'],
    ['toString', '"toString" is no type'],
    ['u32 ACBD', '"ACBD" means nothing'],
    ['u32 constructor', '"constructor" means nothing'],
    ['u32 e', '"e" means nothing'],
    ['u32 e1.5', '"e1.5" means nothing'],
    ['u32 *e3', '"*e3" means nothing'],
    ['bit e3', '"e3" means nothing'],
    ['bit CDAB', '"CDAB" means nothing'],
    ['u16 invalid=80000', '"invalid=80000" means nothing'],
    ['u16 invalid=8000,', '"invalid=8000," means nothing'],
    ['u16 invalid=80g0', '"invalid=80g0" means nothing'],
    ['mod10k', 'needs its number of registers, 1 to 4'],
    ['mod10k 5', 'needs its number of registers, 1 to 4'],
    ['mod10k e-2', 'needs its number of registers'],
    ['ascii 0', 'needs its number of registers, 1 to 60'],
    ['ascii 61', 'needs its number of registers, 1 to 60'],
    ['ascii 2 e-1', '"e-1" means nothing'],
    ['ascii 2 neg', '"neg" means nothing'],
    ['ascii 2 invalid=00000000', '"invalid=00000000" means nothing'],
    ['bit neg', '"neg" means nothing'],
    ['f32 sf=4', '"sf=4" means nothing'],
    ['s16 sf=', '"sf=" means nothing'],
    ['s16 sf=4 sf=5', 'says its scale factor twice'],
    ['s16 neg neg', 'says its sign twice'],
    ['u32 ABCD CDAB', 'says its order twice'],
    ['f32 e-3 e-2', 'says its scale twice'],
  ])('"%s" is refused in words', (text, words) => {
    const encoding = parseEncoding(text)
    expect('wrong' in encoding ? encoding.wrong : 'accepted').toContain(words)
  })

  test('permuting the registers and declaring the permutation is the identity', () => {
    const types = fc.constantFrom('u16', 's16', 'u32', 's32', 'u64', 's64', 'f32 e-3', 'f64 e-3', 'bcd32')
    const orders = fc.constantFrom('ABCD', 'CDAB', 'BADC', 'DCBA')
    fc.assert(
      fc.property(types, orders, fc.uint8Array({ minLength: 8, maxLength: 8 }), (type, order, all) => {
        const [name = '', ...rest] = type.split(' ')
        const straight = encodingOf(type)
        const bytes = all.slice(0, straight.registers * 2)
        const turned = permuted(bytes, order)
        expect(decodeRegisters(encodingOf([name, order, ...rest].join(' ')), turned, 0)).toEqual(
          decodeRegisters(straight, bytes, 0),
        )
      }),
      RUNS,
    )
  })

  test('integers are what the wire holds, by a second way of reading', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 8, maxLength: 8 }), bytes => {
        const view = new DataView(bytes.buffer, bytes.byteOffset)
        const digits = (text: string) => {
          const value = decodeRegisters(encodingOf(text), bytes, 0)
          return 'digits' in value ? value.digits : value
        }
        expect(digits('u16')).toBe(BigInt(view.getUint16(0)))
        expect(digits('s16')).toBe(BigInt(view.getInt16(0)))
        expect(digits('u32')).toBe(BigInt(view.getUint32(0)))
        expect(digits('s32')).toBe(BigInt(view.getInt32(0)))
        expect(digits('u64')).toBe(view.getBigUint64(0))
        expect(digits('s64')).toBe(view.getBigInt64(0))
      }),
      RUNS,
    )
  })
})

describe('there and back', () => {
  const plain = ['u16', 's16', 'u32', 's32', 'u64', 's64', 'acc32', 'bcd16', 'bcd32', 'bcd64'].concat([
    'mod10k 1',
    'mod10k 2',
    'mod10k 3',
    'mod10k 4',
    'f32',
    'f64',
    'f32 *e-3',
    'f64 *e3',
  ])
  const orders = ['ABCD', 'CDAB', 'BADC', 'DCBA']
  const encodings = fc
    .tuple(
      fc.constantFrom(...plain),
      fc.constantFrom(...orders),
      fc.constantFrom('', ' neg'),
      fc.constantFrom('', ' e-3', ' e-2', ' e0', ' e1'),
    )
    .map(([type, order, sign, scale]) => `${type} ${order}${sign}${scale}`)

  test('encode after decode gives the value back, over all types, orders, signs and scales', () => {
    let held = 0
    fc.assert(
      fc.property(encodings, registersOf(), (text, all) => {
        const encoding = encodingOf(text)
        const bytes = all.slice(0, 2 * encoding.registers)
        const value = decodeRegisters(encoding, bytes, 0)
        if ('code' in value) return
        held++
        const again = encodeRegisters(encoding, value)
        if ('wrong' in again) throw new Error(`${text} ${formatScaled(value as never)}: ${again.wrong}`)
        expect(decodeRegisters(encoding, again, 0)).toEqual(value)
        if (encoding.kind !== 'float') expect([...again]).toEqual([...bytes])
      }),
      RUNS,
    )
    expect(held).toBeGreaterThan(0)
  })

  test.each(orders)('text in the order %s comes back', order => {
    const letters = fc.string({
      unit: fc.integer({ min: 0x20, max: 0x7e }).map(code => String.fromCharCode(code)),
      minLength: 1,
      maxLength: 12,
    })
    fc.assert(
      fc.property(letters, fc.integer({ min: 6, max: 60 }), (text, registers) => {
        fc.pre(!text.endsWith(' '))
        const encoding = encodingOf(`ascii ${registers} ${order}`)
        const bytes = encodeRegisters(encoding, { text })
        if ('wrong' in bytes) throw new Error(bytes.wrong)
        expect(bytes).toHaveLength(2 * registers)
        expect(decodeRegisters(encoding, bytes, 0)).toEqual({ text })
      }),
      RUNS,
    )
  })

  test('what decode calls a marker, encode does not write', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffff }), fc.constantFrom('u16', 's16'), (word, type) => {
        const hex = word.toString(16).padStart(4, '0')
        const marked = encodingOf(`${type} invalid=${hex}`)
        const value = decodeRegisters(encodingOf(type), Uint8Array.of(word >> 8, word & 0xff), 0)
        if ('code' in value) throw new Error(value.text)
        expect(encodeRegisters(marked, value)).toHaveProperty('wrong')
      }),
      RUNS,
    )
  })

  test.each([
    ['u16', '65536', 'does not fit'],
    ['u16', '-1', 'does not fit'],
    ['s16', '32768', 'does not fit'],
    ['s16 e-1', '0.05', 'more decimals'],
    ['u16 e1', '15', 'more decimals'],
    ['u16 neg', '1', 'does not fit'],
    ['bcd16', '10000', 'does not fit'],
    ['mod10k 2', '100000000', 'does not fit'],
    ['mod10k 2', '-1', 'does not fit'],
    ['f32 e-2', '131072.01', 'no float'],
    ['f32', '0.10000000000000001', 'no float'],
    ['bit', '1', 'fills no register'],
    ['ascii 2', '1', 'numbers are for the others'],
  ])('%s cannot say %s: %s', (text, value, words) => {
    const made = encodeRegisters(encodingOf(text), parseScaled(value)!)
    expect('wrong' in made ? made.wrong : 'encoded').toContain(words)
  })

  test.each([
    ['u32', 'B23', 'text is for text'],
    ['ascii 1', 'B23', 'not 1 to 2 printable letters'],
    ['ascii 2', 'B2 ', 'not 1 to 4 printable letters'],
    ['ascii 2', 'B\u00fc', 'not 1 to 4 printable letters'],
    ['ascii 2', '', 'not 1 to 4 printable letters'],
  ])('%s cannot say "%s": %s', (text, value, words) => {
    const made = encodeRegisters(encodingOf(text), { text: value })
    expect('wrong' in made ? made.wrong : 'encoded').toContain(words)
  })

  test.each([
    ['u32 e-2', '42949672.96'],
    ['s32 e-1', '214748364.8'],
    ['mod10k 3 e-3', '1000000000.000'],
    ['bcd32 e-2', '1000000.00'],
  ])('%s holds what is below %s', (text, least) => {
    const bound = beyond(encodingOf(text))
    expect(bound && formatScaled(bound)).toBe(least)
    expect(beyond(encodingOf('f32'))).toBeNull()
  })
})

describe('SunSpec scale factors', () => {
  test.each([
    ['00 00', 0],
    ['FF FD', -3],
    ['00 0A', 10],
    ['FF F6', -10],
  ])('%s is %i', (hex, factor) => {
    expect(scaleFactorAt(fromHex(hex)!, 0)).toBe(factor)
  })

  test.each([
    ['80 00', 'VALUE_NOT_HELD'],
    ['00 0B', 'VALUE_OUT_OF_TYPE'],
    ['FF F5', 'VALUE_OUT_OF_TYPE'],
  ])('%s is none: %s (V-F11)', (hex, code) => {
    expect(scaleFactorAt(fromHex(hex)!, 0)).toMatchObject({ code })
  })

  test('are added to the scale of the profile', () => {
    const watts = decodeRegisters(encodingOf('s16 sf=22'), fromHex('00 7B')!, 0, 1)
    expect(watts).toEqual({ digits: 123n, scaler: 1 })
    const energy = decodeRegisters(encodingOf('acc32 e-3 sf=54'), fromHex('00 00 00 7B')!, 0, -1)
    expect(energy).toEqual({ digits: 123n, scaler: -4 })
    expect(encodingOf('acc32 e-3 sf=54').factorAt).toBe(54)
  })
})

describe('V-F12 the step of a float', () => {
  const step = (text: string, value: number) => {
    const bytes = new Uint8Array(8)
    const view = new DataView(bytes.buffer)
    if (text.startsWith('f32')) view.setFloat32(0, value)
    else view.setFloat64(0, value)
    const found = floatStepAt(encodingOf(text), bytes, 0)
    return found && formatScaled(found)
  }

  test.each([
    // Wh in a single: every Wh up to 16.8 MWh, every second from there on.
    ['f32 *e-3 e-3', 16_777_215, null],
    ['f32 *e-3 e-3', 16_777_216, '0.002'],
    ['f32 *e-3 e-3', 134_217_728, '0.016'],
    // kWh in a single: hundredths up to 131072 kWh.
    ['f32 e-2', 131_071.99, null],
    ['f32 e-2', 131_072, '0.015625'],
    ['f32 e-3', 16_383, null],
    ['f32 e-3', 16_384, '0.001953125'],
    ['f32 e-3', -16_384, '0.001953125'],
    ['f32 e-3', 0, null],
    ['f64 *e-3 e-3', 1e12, null],
    ['f64 *e-3 e-3', 2 ** 53, '0.002'],
    // Who declares none is shown what the float says.
    ['f32', 1e9, null],
    ['u32 e-3', 1e9, null],
  ])('%s of %d is coarser than declared by %s', (text, value, coarse) => {
    expect(step(text, value)).toBe(coarse)
  })

  test('is the way to the next float, by a second way of counting', () => {
    const magnitude = fc.float({ noNaN: true, noDefaultInfinity: true, min: 0 })
    fc.assert(
      fc.property(magnitude, value => {
        fc.pre(value < 2 ** 127)
        const least = 2 ** -149
        const exponent = value < 2 ** -126 ? -149 : Math.floor(Math.log2(value)) - 23
        const guess = Math.max(2 ** exponent, least)
        // log2 may round up to a power of two that is not reached yet.
        const right = 2 ** (exponent + 23) > value && value >= 2 ** -126 ? guess / 2 : guess
        expect(stepOf(value, true)).toBe(right)
        expect(stepOf(-value, true)).toBe(right)
      }),
      RUNS,
    )
    expect(stepOf(3.4028234663852886e38, true)).toBe(2 ** 104)
    expect(stepOf(Number.MAX_VALUE, false)).toBe(2 ** 971)
    expect(stepOf(1, false)).toBe(Number.EPSILON)
  })
})

describe('floats become exact decimals', () => {
  const powers = fc.integer({ min: -20, max: 20 })

  test('rounded as a rational number is, double precision', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), powers, (value, power) => {
        expect(roundedAt(value, power, false)).toBe(rationallyRounded(value, power))
      }),
      RUNS,
    )
  })

  test('rounded as a rational number is, single precision, on the fast way too', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), powers, (value, power) => {
        expect(roundedAt(value, power, true)).toBe(rationallyRounded(value, power))
      }),
      RUNS,
    )
  })

  test('values that adding one half would spoil', () => {
    expect(roundedAt(0.49999999999999994, 0, false)).toBe(0n)
    expect(roundedAt(Math.fround(0.49999997), 0, true)).toBe(0n)
    expect(roundedAt(9007199254740991, 0, false)).toBe(9007199254740991n)
    expect(roundedAt(-0.5, 0, true)).toBe(-1n)
    expect(roundedAt(1.005, 2, false)).toBe(100n)
    expect(roundedAt(8.5, -1, false)).toBe(1n)
    expect(roundedAt(5e-324, 20, false)).toBe(0n)
  })

  test('a register kept to the hundredth comes back to the hundredth as long as a float can hold it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 13_107_199 }), hundredths => {
        expect(roundedAt(Math.fround(hundredths / 100), 2, true)).toBe(BigInt(hundredths))
      }),
      RUNS,
    )
  })

  test('the shortest decimals name the same float', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), value => {
        expect(Math.fround(Number(formatScaled(shortest(value, true))))).toBe(value === 0 ? 0 : value)
      }),
      RUNS,
    )
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), value => {
        expect(Number(formatScaled(shortest(value, false)))).toBe(value === 0 ? 0 : value)
      }),
      RUNS,
    )
  })
})

/** Moves bytes from the order ABCD to another. */
function permuted(bytes: Uint8Array, order: string): Uint8Array {
  let words = Array.from({ length: bytes.length / 2 }, (_, place) => [
    bytes[2 * place]!,
    bytes[2 * place + 1]!,
  ])
  if (order === 'CDAB' || order === 'DCBA') words = words.reverse()
  if (order === 'BADC' || order === 'DCBA') words = words.map(([high, low]) => [low!, high!])
  return Uint8Array.from(words.flat())
}

/** `value × 10^power` as a fraction, taken from the digits of its exact binary expansion, then rounded. */
function rationallyRounded(value: number, power: number): bigint {
  let over = Math.abs(value)
  let doublings = 0
  while (!Number.isInteger(over)) {
    over *= 2
    doublings++
  }
  let top = BigInt(over)
  let bottom = 2n ** BigInt(doublings)
  if (power >= 0) top *= 10n ** BigInt(power)
  else bottom *= 10n ** BigInt(-power)
  const whole = top / bottom
  const rounded = 2n * (top - whole * bottom) >= bottom ? whole + 1n : whole
  return value < 0 ? -rounded : rounded
}

/** Bytes of four registers; small ones, decimal ones and round floats among them, which chance alone never makes. */
function registersOf(): fc.Arbitrary<Uint8Array> {
  const any = fc.uint8Array({ minLength: 8, maxLength: 8 })
  const decimal = fc.array(fc.constantFrom(0x00, 0x12, 0x99, 0x05, 0x27, 0x0f), {
    minLength: 8,
    maxLength: 8,
  })
  const floats = fc
    .tuple(fc.double({ min: -1e9, max: 1e9, noNaN: true }), fc.boolean())
    .map(([value, single]) => {
      const view = new DataView(new ArrayBuffer(8))
      if (single) view.setFloat32(0, value)
      else view.setFloat64(0, value)
      return new Uint8Array(view.buffer)
    })
  return fc.oneof(
    any,
    decimal.map(bytes => Uint8Array.from(bytes)),
    floats,
  )
}
