/** Encodings: exact values or refusals, never anything else. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isRefusal } from '../../../drivers/dlt645/encodings/decoding.ts'
import { parseEncoding, textOf } from '../../../drivers/dlt645/encodings/encodings.ts'
import { valueFromText } from '../../../drivers/dlt645/items/encode.ts'
import { wireOf, writtenOf } from '../../../drivers/dlt645/wire/bytes.ts'
import { toHex } from '../../../src/core/hex.ts'
import { formatScaled } from '../../../src/core/scaled.ts'
import { rounds } from '../../support/rounds.ts'
import { bytesOf } from './vectors.ts'

const RUNS = rounds(1997, 500)

function decode(encoding: string, wire: Uint8Array) {
  return parseEncoding(encoding)!.decode(wire)
}

/** The value as text, or the code and rule it is refused with. */
function read(encoding: string, wire: string): string {
  const result = decode(encoding, bytesOf(wire))
  return isRefusal(result) ? [result.code, result.rule].filter(Boolean).join(' ') : textOf(result)
}

describe('numbers', () => {
  it.each([
    ['XXXXXX.XX', 0n, 99_999_999n, -2],
    ['+-XXXXXX.XX', -79_999_999n, 79_999_999n, -2],
    ['+-XXX.XXX', -799_999n, 799_999n, -3],
    ['XXX.X', 0n, 9_999n, -1],
    ['XXXXXX', 0n, 999_999n, 0],
    ['XXXXXXXXXXXXXX', 0n, 10n ** 14n - 1n, 0],
    ['+-XXXXXXXXXXXXXXXX', -8n * 10n ** 15n + 1n, 8n * 10n ** 15n - 1n, 0],
    ['X'.repeat(40), 0n, 10n ** 40n - 1n, 0],
  ])('%s: what is written is read back exactly', (encoding, least, most, scaler) => {
    fc.assert(
      fc.property(fc.bigInt({ min: least, max: most }), digits => {
        const { bytes } = parseEncoding(encoding)!
        const size = (digits < 0n ? -digits : digits).toString().padStart(bytes * 2, '0')
        const top = Number(size.charAt(0)) + (digits < 0n ? 8 : 0)
        const value = decode(encoding, wireOf(top.toString(16) + size.slice(1)))
        expect(value).toEqual({ digits, scaler })
        expect(isRefusal(value) ? '' : textOf(value)).toBe(formatScaled({ digits, scaler }))
      }),
      RUNS,
    )
  })

  it('V-F7 any four bytes are digits or refused, and a sign only where the format has one', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 4, maxLength: 4 }), fc.boolean(), (wire, signed) => {
        const written = writtenOf(wire)
        const top = Number.parseInt(written.charAt(0), 16)
        const negative = signed && top >= 8
        const digits = negative ? `${(top - 8).toString(16)}${written.slice(1)}` : written
        const result = decode(signed ? '+-XXXXXX.XX' : 'XXXXXX.XX', wire)
        if (/^(F{8}|E{8})$/.test(written)) expect(result).toMatchObject({ code: 'VALUE_NOT_HELD' })
        else if (/[^0-9]/.test(digits))
          expect(result).toMatchObject({ code: 'VALUE_NOT_DIGITS', rule: 'V-F7' })
        else expect(result).toEqual({ digits: negative ? -BigInt(digits) : BigInt(digits), scaler: -2 })
      }),
      RUNS,
    )
  })

  it('sixteen digits are exact', () => {
    expect(read('XXXXXXXXXXXXXX.XX', '99 99 99 99 99 99 99 99')).toBe('99999999999999.99')
  })
})

describe('times', () => {
  it('V-F11 every day from 2000 to 2099 is read, every other date refused', () => {
    for (let year = 0; year < 100; year += 1)
      for (let month = 0; month <= 13; month += 1)
        for (let day = 0; day <= 32; day += 1) {
          const digits = [year, month, day].map(part => part.toString().padStart(2, '0')).join('')
          const exists =
            new Date(Date.UTC(2000 + year, month - 1, day)).toISOString().slice(2, 10).replaceAll('-', '') ===
            digits
          const result = decode('YYMMDD', wireOf(digits))
          if (exists) expect(result).toEqual({ text: `20${digits.replace(/(..)(..)(..)/, '$1-$2-$3')}` })
          else expect(isRefusal(result)).toBe(true)
        }
  })

  it.each([
    ['YYMMDDhhmm', '00 00 09 10 15', '2015-10-09T00:00:00'],
    ['YYMMDDhhmmss', '45 15 09 01 11 24', '2024-11-01T09:15:45'],
    ['YYMMDDWWhhmmss', '00 30 12 06 21 11 26', '2026-11-21T12:30:00'],
    ['hhmmss', '55 53 21', '21:53:55'],
    ['hhmmss', '00 00 00', '00:00:00'],
    ['hhmm', '30 00', '00:30'],
    ['MMDDhhmm', '08 07 06 05', '05-06T07:08'],
    ['DDhh', '00 01', '01T00'],
    ['WW', '00', '0'],
    ['DDhh', '99 99', 'VALUE_NOT_HELD'],
    ['YYMMDDhhmm', '00 00 00 00 00', 'VALUE_NOT_HELD'],
    ['YYMMDDhhmm', 'FF FF FF FF FF', 'VALUE_NOT_HELD'],
    ['YYMMDDhhmm', '00 24 09 10 15', 'VALUE_OUT_OF_TYPE V-F11'],
    ['YYMMDDhhmm', '60 00 09 10 15', 'VALUE_OUT_OF_TYPE V-F11'],
    ['YYMMDDhhmm', '00 00 31 04 15', 'VALUE_OUT_OF_TYPE V-F11'],
    ['YYMMDDhhmm', '00 00 0A 10 15', 'VALUE_NOT_DIGITS V-F7'],
    ['WW', '08', 'VALUE_OUT_OF_TYPE V-F11'],
  ])('%s of %s is %s', (encoding, wire, expected) => {
    expect(read(encoding, wire)).toBe(expected)
  })
})

describe('texts and words', () => {
  it.each([
    ['ascii6', '56 30 2E 30 32 32', '220.0V'],
    ['ascii6', '00 00 00 56 32 32', '22V'],
    ['ascii6', '00 00 00 00 00 00', 'VALUE_NOT_HELD'],
    ['ascii6', 'FF FF FF FF FF FF', 'VALUE_NOT_HELD'],
    ['ascii4', '1B 5B 32 4A', 'VALUE_OUT_OF_TYPE V-F11'],
    ['NNNNNNNNNNNN', '12 00 00 00 10 20', '201000000012'],
    ['NNNNNNNNNNNN', '12 00 00 00 10 2A', 'VALUE_NOT_DIGITS V-F7'],
    ['hex4', '78 56 34 12', '12345678'],
    ['bits16 status-3', '50 00', '0050 (relay open, relay command open)'],
    ['bits16 status-3', '06 00', '0006'],
    ['bits16 status-3', '04 02', '0204 (supplied by battery, prepaid by money)'],
    ['bits16 status-3', 'FF FF', 'VALUE_NOT_HELD'],
    ['bits8 weekdays', '41', '41 (Sunday, Saturday)'],
    ['bits8 weekdays', 'FF', 'FF (Sunday, Monday, Tuesday, Wednesday, Thursday, Friday, Saturday)'],
    ['bits32', '01 00 00 80', '80000001'],
  ])('%s of %s is %s', (encoding, wire, expected) => {
    expect(read(encoding, wire)).toBe(expected)
  })
})

/** What is typed as the bytes it is sent as, or the reason it is not. */
function sent(encoding: string, typed: string): string {
  const value = valueFromText(encoding, typed)
  const wire = isRefusal(value) ? value : parseEncoding(encoding)!.encode(value)
  return isRefusal(wire) ? wire.text : toHex(wire, ' ')
}

describe('what people type', () => {
  it.each([
    ['XXXXXX.XX', '123456.78', '78 56 34 12'],
    ['XXXXXX.XX', '1', '00 01 00 00'],
    ['XXXXXX.XX', '+1.5', '50 01 00 00'],
    ['XXXXXX.XX', '1.500', '50 01 00 00'],
    ['+-XX.XXXX', '-1.2345', '45 23 81'],
    ['+-XX.XXXX', '-0', '00 00 00'],
    ['NNNNNNNNNNNN', '161', '61 01 00 00 00 00'],
    ['ascii6', '220.0V', '56 30 2E 30 32 32'],
    ['ascii6', '22V', '00 00 00 56 32 32'],
    ['hex4', '0x12345678', '78 56 34 12'],
    ['YYMMDDhhmm', '2026-11-22T00:00:00', '00 00 22 11 26'],
    ['YYMMDDhhmm', '2026-11-22 00:00', '00 00 22 11 26'],
    ['YYMMDDhhmm', '2611220000', '00 00 22 11 26'],
    ['YYMMDDhhmm', '0000000000', '00 00 00 00 00'],
    ['YYMMDDhhmmss', '2026-11-22T01:02', '00 02 01 22 11 26'],
    ['YYMMDDWWhhmmss', '2026-11-22T12:30:00', '00 30 12 00 22 11 26'],
    ['YYMMDDWWhhmmss', '2026-11-21T12:30:00', '00 30 12 06 21 11 26'],
    ['YYMMDDWWhhmmss', '26112200123000', '00 30 12 00 22 11 26'],
    ['YYMMDD', '2024-02-29', '29 02 24'],
    ['MMDDhhmm', '05-06T07:08', '08 07 06 05'],
    ['DDhh', '01T00', '00 01'],
    ['DDhh', '9999', '99 99'],
    ['hhmm', '00:30', '30 00'],
    ['hhmmss', '21:53', '00 53 21'],
    ['WW', '6', '06'],
    ['bits16 status-3', '0x50', '50 00'],
    ['bits16 status-3', 'relay open, 继电器命令状态断', '50 00'],
    ['bits16 status-3', 'none', '00 00'],
    ['bits8 speeds', '2400', '08'],
    ['bits8 freeze-mode', '0xFF', 'FF'],
    ['password', '02 123456', '02 56 34 12'],
  ])('%s of "%s" is sent as %s', (encoding, typed, wire) => {
    expect(sent(encoding, typed)).toBe(wire)
  })

  it.each([
    ['XXXXXX.XX', '1.234', /decimals/],
    ['XXXXXX.XX', '1000000', /too large/],
    ['XXXXXX.XX', '-1', /negative/],
    ['+-XX.XXXX', '80', /too large/],
    ['+-X.XXX<=1', '1.001', /too large/],
    ['XX', 'ten', /no decimal number/],
    ['XX', '1e1', /no decimal number/],
    ['NNNNNNNNNNNN', '1234567890123', /12 digits/],
    ['ascii6', '220.00V', /more than 6/],
    ['ascii6', '二百', /not ASCII/],
    ['hex4', '123456', /8 hex digits/],
    ['hex4', 'FFFFFFFF', /read as no value/],
    ['YYMMDD', '2026-02-29', /DD is 29/],
    ['YYMMDD', '1999-12-31', /2000 to 2099/],
    ['YYMMDDhhmm', '2026-11-22T00:00:30', /does not fit/],
    ['YYMMDDhhmm', '2026-11-22', /does not fit/],
    ['YYMMDDWWhhmmss', '26112203123000', /that date is a 0/],
    ['hhmmss', '24:00:00', /hh is 24/],
    ['bits16 status-3', '0x10000', /more than 16 bits/],
    ['bits16 status-3', 'relay', /no bit of this word/],
    ['password', '123456', /two digits of class/],
    ['float32', '1', /no encoding/],
  ])('%s of "%s" is refused', (encoding, typed, why) => {
    expect(sent(encoding, typed)).toMatch(why)
  })

  it('a password that is read shows none of its digits', () => {
    expect(read('password', '02 56 34 12')).toBe('02 ******')
  })
})

describe('an encoding', () => {
  it.each([
    '',
    'X',
    'XXX',
    'X.XX.X',
    '-XX',
    'XX.',
    'N',
    'NNN',
    'YYYY',
    'YYYYMM',
    'mmm',
    'ascii0',
    'ascii100',
    'bits7',
    'bits16 nothing',
    'bits16 constructor',
    'float32',
    'xx',
  ])('"%s" is none', text => {
    expect(parseEncoding(text)).toBeNull()
  })
})
