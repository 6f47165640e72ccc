import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeRegisters, type Encoding, parseEncoding } from '../../drivers/modbus/encodings.ts'
import { roundedAt, shortest } from '../../drivers/modbus/floats.ts'
import { fromHex } from '../../src/core/hex.ts'
import { formatScaled } from '../../src/core/scaled.ts'
import { rounds } from '../support/rounds.ts'

const RUNS = rounds(20261121, 2000)

function encodingOf(text: string): Encoding {
  const encoding = parseEncoding(text)
  if ('wrong' in encoding) throw new Error(encoding.wrong)
  return encoding
}

function decoded(text: string, hex: string): string {
  const value = decodeRegisters(encodingOf(text), fromHex(hex)!, 0)
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
          return 'code' in value ? value : value.digits
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
