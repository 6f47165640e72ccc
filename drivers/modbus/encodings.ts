/**
 * How registers become values. An encoding is written as words, the type first and the others in any order:
 *
 *     u32                        unsigned, value = what was sent
 *     u32 CDAB e-2               low register first, hundredths
 *     s16 e-1 invalid=8000       signed, tenths; 8000 hex is the meter's "no value"
 *     s32 CDAB invalid=7FFFxxxx  x is any hex digit
 *     f32 e-3                    float, rounded to thousandths
 *     f64 *e-3 e-3               float that counts thousandths of the unit (Wh for kWh), rounded to thousandths
 *     mod10k 3 e-2               three registers of 0 to 9999, four decimal digits each
 *     ascii 2                    text of two registers
 *     acc32 e-3 sf=54            SunSpec: thousandths, by the scale factor 54 registers behind the model's id
 *
 * type       u16 s16 u32 s32 u64 s64 · f32 f64 (IEEE 754) · bcd16 bcd32 bcd64 (four digits a register) · mod10k 1 to 4
 *            (registers) · ascii 1 to 60 (registers) · acc32 (as u32; SunSpec's name for a counter that wraps) · bit
 * order      of the bytes, A the highest: ABCD (the default), CDAB low register first, BADC bytes swapped in each
 *            register, DCBA both; of 64-bit values the four registers are turned round likewise
 * eN         integers: value = what was sent × 10^N. Floats: the resolution 10^N they are rounded to, halves away from
 *            zero; without it a float is given in the fewest decimals that name it, which suits eyes, not bills
 * *eN        floats only: what was sent counts units of 10^N
 * neg        the sign is turned: what this meter sends as positive is negative for us, and the other way round
 * sf=N       integers of SunSpec models: the register N behind the model's id holds a power of ten, added to eN
 * invalid=   hex of the bits, in the order A first, that mean "no value"; several with commas. NaN, infinities, BCD
 *            of all F and text of nothing but blanks always mean it
 */

import type { Refusal, Scaled, TextValue } from '../../src/driver-api/driver.ts'
import { doubleOf, roundedAt, shortest, singleOf, stepOf } from './floats.ts'

export interface Encoding {
  /** Registers of 16 bits the value fills; a bit fills one coil or input. */
  readonly registers: number
  readonly kind: Kind
  readonly lowRegisterFirst: boolean
  readonly bytesSwapped: boolean
  readonly scaler: number
  /** Floats: false when no resolution was declared. */
  readonly rounded: boolean
  /** Floats: the power of ten of the unit that is counted. */
  readonly shift: number
  /** The sign is turned. */
  readonly turned: boolean
  /** SunSpec: where the scale factor stands, in registers from the model's id; null when none does. */
  readonly factorAt: number | null
  readonly invalid: readonly Marker[]
}

type Kind = 'unsigned' | 'signed' | 'float' | 'bcd' | 'mod10k' | 'text' | 'bit'

/** Bits, as two halves of 32, that mean "no value"; clear bits of a mask match anything. */
export interface Marker {
  readonly high: number
  readonly highMask: number
  readonly low: number
  readonly lowMask: number
}

const TYPES: Readonly<Record<string, Pick<Encoding, 'registers' | 'kind'>>> = {
  u16: { registers: 1, kind: 'unsigned' },
  s16: { registers: 1, kind: 'signed' },
  u32: { registers: 2, kind: 'unsigned' },
  s32: { registers: 2, kind: 'signed' },
  u64: { registers: 4, kind: 'unsigned' },
  s64: { registers: 4, kind: 'signed' },
  f32: { registers: 2, kind: 'float' },
  f64: { registers: 4, kind: 'float' },
  bcd16: { registers: 1, kind: 'bcd' },
  bcd32: { registers: 2, kind: 'bcd' },
  bcd64: { registers: 4, kind: 'bcd' },
  acc32: { registers: 2, kind: 'unsigned' },
  bit: { registers: 1, kind: 'bit' },
}

/** Types of as many registers as their second word says. */
const COUNTED: Readonly<Record<string, { readonly kind: Kind; readonly most: number }>> = {
  mod10k: { kind: 'mod10k', most: 4 },
  ascii: { kind: 'text', most: 60 },
}
const TYPE_NAMES = [...Object.keys(TYPES), ...Object.keys(COUNTED).map(name => `${name} N`)]

const ORDERS: Readonly<Record<string, Pick<Encoding, 'lowRegisterFirst' | 'bytesSwapped'>>> = {
  ABCD: { lowRegisterFirst: false, bytesSwapped: false },
  CDAB: { lowRegisterFirst: true, bytesSwapped: false },
  BADC: { lowRegisterFirst: false, bytesSwapped: true },
  DCBA: { lowRegisterFirst: true, bytesSwapped: true },
}

/** No meter counts in larger or smaller steps than this power of ten of its unit. */
const MOST_SCALE = 12
const BEYOND = 'beyond'
/** Registers a SunSpec model may have behind its id. */
const FACTOR = /^sf=(\d{1,4})$/
const SCALE = /^(\*?)e([+-]?\d{1,2})$/
/** A float beyond this many units of its resolution is no measurement; mostly its word order is another. */
const FLOAT_LIMIT = 2n ** 63n

export function parseEncoding(text: string): Encoding | { readonly wrong: string } {
  const [name = '', ...rest] = text.trim().split(/\s+/)
  const counted = Object.hasOwn(COUNTED, name) ? COUNTED[name] : undefined
  const type = counted ? countedType(counted, rest[0]) : Object.hasOwn(TYPES, name) ? TYPES[name] : undefined
  if (type === undefined && counted)
    return { wrong: `"${name}" needs its number of registers, 1 to ${counted.most}: "${name} 2"` }
  if (type === undefined) return { wrong: noType(text) }
  const words = counted ? rest.slice(1) : rest
  let encoding: Encoding = {
    ...type,
    lowRegisterFirst: false,
    bytesSwapped: false,
    scaler: 0,
    rounded: false,
    shift: 0,
    turned: false,
    factorAt: null,
    invalid: [],
  }
  const seen = new Set<string>()
  for (const word of words) {
    const read = parseWord(word, encoding)
    if (read === null)
      return {
        wrong: `"${word}" means nothing in the encoding "${text}"; behind ${name} ${wordsBehind(type)}`,
      }
    if (read === BEYOND)
      return { wrong: `"${word}" is no scale of a meter: write one from e-${MOST_SCALE} to e${MOST_SCALE}` }
    if (seen.has(read.what)) return { wrong: `the encoding "${text}" says its ${read.what} twice` }
    seen.add(read.what)
    encoding = { ...encoding, ...read.adds }
  }
  return encoding
}

/** What was meant by an encoding whose words run together or are written large: "u32cdab e-2", "ascii8"; null for no idea. */
export function meantBy(text: string): string | null {
  const [first = '', ...rest] = text.trim().split(/\s+/)
  const name = [...Object.keys(COUNTED), ...Object.keys(TYPES)].find(type =>
    first.toLowerCase().startsWith(type),
  )
  if (name === undefined) return null
  const tail = first.slice(name.length).replace(/^[:_-]/, '')
  const words = [name, ...(tail === '' ? [] : [tail]), ...rest].map(word =>
    Object.hasOwn(ORDERS, word.toUpperCase()) ? word.toUpperCase() : word,
  )
  const meant = words.join(' ')
  return meant !== text && !('wrong' in parseEncoding(meant)) ? meant : null
}

function noType(text: string): string {
  const meant = meantBy(text)
  return `"${text.trim().split(/\s+/)[0]}" is no type; ${meant === null ? '' : `did you mean "${meant}"? `}types are ${TYPE_NAMES.join(', ')}`
}

/** The words a type may have behind it. */
function wordsBehind({ kind, registers }: Pick<Encoding, 'kind' | 'registers'>): string {
  if (kind === 'bit') return 'comes nothing'
  const orders = Object.keys(ORDERS).join(' ')
  if (kind === 'text') return `comes one of ${orders}`
  const own = kind === 'float' ? 'a unit (*e3)' : 'sf=N (SunSpec)'
  return `come one of ${orders}, a scale (e-2), ${own}, neg, invalid= and ${registers * 4} hex digits`
}

function countedType({ kind, most }: { kind: Kind; most: number }, count = '') {
  const registers = /^\d{1,2}$/.test(count) ? Number(count) : 0
  return registers >= 1 && registers <= most ? { registers, kind } : undefined
}

function parseWord(word: string, { kind, registers }: Encoding) {
  if (kind === 'bit') return null
  const order = Object.hasOwn(ORDERS, word) ? ORDERS[word] : undefined
  if (order !== undefined) return { what: 'order', adds: order }
  if (kind === 'text') return null
  if (word === 'neg') return { what: 'sign', adds: { turned: true } }
  const factor = FACTOR.exec(word)
  if (factor !== null)
    return kind === 'unsigned' || kind === 'signed'
      ? { what: 'scale factor', adds: { factorAt: Number(factor[1]) } }
      : null
  const scale = SCALE.exec(word)
  if (scale !== null && Math.abs(Number(scale[2])) > MOST_SCALE) return BEYOND
  if (scale?.[1] === '*') return kind === 'float' ? { what: 'unit', adds: { shift: Number(scale[2]) } } : null
  if (scale !== null) return { what: 'scale', adds: { scaler: Number(scale[2]), rounded: true } }
  if (!word.startsWith('invalid=')) return null
  const invalid = word
    .slice('invalid='.length)
    .split(',')
    .map(hex => parseMarker(hex, registers))
  return invalid.every(marker => marker !== null) ? { what: 'invalid', adds: { invalid } } : null
}

function parseMarker(hex: string, registers: number): Marker | null {
  if (hex.length !== registers * 4 || !/^[0-9a-fx]+$/i.test(hex)) return null
  const bits = hex.replaceAll(/x/gi, '0').padStart(16, '0')
  const mask = hex.replaceAll(/[^x]/gi, 'F').replaceAll(/x/gi, '0').padStart(16, '0')
  return {
    high: Number.parseInt(bits.slice(0, 8), 16),
    highMask: Number.parseInt(mask.slice(0, 8), 16),
    low: Number.parseInt(bits.slice(8), 16),
    lowMask: Number.parseInt(mask.slice(8), 16),
  }
}

/** The value of the registers that begin at byte `at`; `factor` is what stands in the scale factor's register. */
export function decodeRegisters(
  encoding: Encoding,
  bytes: Uint8Array,
  at: number,
  factor = 0,
): Scaled | TextValue | Refusal {
  if (encoding.kind === 'text') return decodeText(encoding, bytes, at)
  const { high, low } = halvesOf(encoding, bytes, at)
  if (isMarker(encoding, high, low))
    return notHeld(`${hexOf(high, low, encoding.registers)} is this meter's marker for "no value"`)
  const value = decodeHalves(encoding, high, low)
  if ('code' in value || (!encoding.turned && factor === 0)) return value
  return {
    digits: encoding.turned ? -value.digits : value.digits,
    scaler: value.scaler + factor,
  }
}

/** How far the next float lies from the one at byte `at`, where that is more than its resolution; else null. */
export function floatStepAt(encoding: Encoding, bytes: Uint8Array, at: number): Scaled | null {
  if (encoding.kind !== 'float' || !encoding.rounded) return null
  const { high, low } = halvesOf(encoding, bytes, at)
  const { registers, shift, scaler } = encoding
  const step = stepOf(registers === 2 ? singleOf(low) : doubleOf(high, low), registers === 2)
  if (step * 10 ** (shift - scaler) <= 1) return null
  const exact = shortest(step, registers === 2)
  return { digits: exact.digits, scaler: exact.scaler + shift }
}

/** A SunSpec scale factor: a power of ten from -10 to 10; 8000 hex says that there is none (SunSpec Information Model). */
export function scaleFactorAt(bytes: Uint8Array, at: number): number | Refusal {
  const factor = (((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16)) >> 16
  if (factor === -0x8000) return notHeld('the scale factor is 8000, which says that there is none')
  if (Math.abs(factor) <= 10) return factor
  return { code: 'VALUE_OUT_OF_TYPE', rule: 'V-F11', text: `${factor} is no scale factor from -10 to 10` }
}

export function isMarker({ invalid }: Encoding, high: number, low: number): boolean {
  return invalid.some(
    marker => (high & marker.highMask) >>> 0 === marker.high && (low & marker.lowMask) >>> 0 === marker.low,
  )
}

/** The bits of up to four registers, highest first, as two halves of 32. */
function halvesOf({ registers, lowRegisterFirst, bytesSwapped }: Encoding, bytes: Uint8Array, at: number) {
  let high = 0
  let low = 0
  for (let place = 0; place < registers; place++) {
    const register = lowRegisterFirst ? registers - 1 - place : place
    const first = bytes[at + 2 * register] ?? 0
    const second = bytes[at + 2 * register + 1] ?? 0
    high = ((high << 16) | (low >>> 16)) >>> 0
    low = ((low << 16) | (bytesSwapped ? (second << 8) | first : (first << 8) | second)) >>> 0
  }
  return { high, low }
}

function decodeHalves(encoding: Encoding, high: number, low: number): Scaled | Refusal {
  const { kind, scaler, registers } = encoding
  if (kind === 'float') return decodeFloat(encoding, high, low)
  if (kind === 'bcd') return decodeDigits(scaler, high, low, registers)
  if (kind === 'mod10k') return decodeFours(scaler, high, low, registers)
  return { digits: wholeNumber(encoding, high, low), scaler }
}

/** One coil or discrete input of those that begin at byte `at`; the lowest bit of a byte is the first (clause 6.1). */
export function bitAt(bytes: Uint8Array, at: number, place: number): number {
  return ((bytes[at + (place >> 3)] ?? 0) >> (place & 7)) & 1
}

function wholeNumber({ kind, registers }: Encoding, high: number, low: number): bigint {
  const signed = kind === 'signed'
  if (registers === 1) return BigInt(signed ? (low << 16) >> 16 : low)
  if (registers === 2) return BigInt(signed ? low | 0 : low)
  return (BigInt(signed ? high | 0 : high) << 32n) | BigInt(low)
}

function decodeFloat(encoding: Encoding, high: number, low: number): Scaled | Refusal {
  const single = encoding.registers === 2
  const value = single ? singleOf(low) : doubleOf(high, low)
  if (Number.isNaN(value)) return notHeld('the float is not a number (NaN)')
  if (!Number.isFinite(value)) return notHeld('the float is not finite')
  const { scaler, shift } = encoding
  if (!encoding.rounded) {
    const exact = shortest(value, single)
    return { digits: exact.digits, scaler: exact.digits === 0n ? 0 : exact.scaler + shift }
  }
  const digits = roundedAt(value, shift - scaler, single)
  if (digits < FLOAT_LIMIT && digits > -FLOAT_LIMIT) return { digits, scaler }
  return {
    code: 'VALUE_OUT_OF_TYPE',
    rule: 'V-F11',
    text: `${value} is no measurement; does this meter send its words in another order?`,
  }
}

function decodeDigits(scaler: number, high: number, low: number, registers: number): Scaled | Refusal {
  const text = hexOf(high, low, registers)
  if (/^F+$/.test(text)) return notHeld('all digits are F: filler for "no value"')
  if (/^\d+$/.test(text)) return { digits: BigInt(text), scaler }
  return { code: 'VALUE_NOT_DIGITS', rule: 'V-F7', text: `${text} is not made of decimal digits` }
}

function decodeFours(scaler: number, high: number, low: number, registers: number): Scaled | Refusal {
  let digits = 0n
  for (const register of [high >>> 16, high & 0xffff, low >>> 16, low & 0xffff].slice(-registers)) {
    if (register > 9999)
      return { code: 'VALUE_NOT_DIGITS', rule: 'V-F7', text: `${register} is not four decimal digits` }
    digits = digits * 10_000n + BigInt(register)
  }
  return { digits, scaler }
}

/** Printable ASCII; blanks and zero bytes at the end only fill up. */
function decodeText(encoding: Encoding, bytes: Uint8Array, at: number): TextValue | Refusal {
  const { registers, lowRegisterFirst, bytesSwapped } = encoding
  let text = ''
  for (let place = 0; place < registers; place++) {
    const register = at + 2 * (lowRegisterFirst ? registers - 1 - place : place)
    const [first = 0, second = 0] = bytes.subarray(register, register + 2)
    text += bytesSwapped ? String.fromCharCode(second, first) : String.fromCharCode(first, second)
  }
  const trimmed = text.replace(/[ \0]+$/, '')
  if (trimmed === '') return notHeld('the text is empty')
  if (/^\xff+$/.test(trimmed)) return notHeld('the text is nothing but FF: filler for "no value"')
  if (/^[\x20-\x7e]+$/.test(trimmed)) return { text: trimmed }
  const hex = [...trimmed].map(letter => letter.charCodeAt(0).toString(16).padStart(2, '0')).join(' ')
  return { code: 'VALUE_OUT_OF_TYPE', rule: 'V-F11', text: `${hex.toUpperCase()} is no printable text` }
}

function hexOf(high: number, low: number, registers: number): string {
  const text = high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0')
  return text.slice(-4 * registers).toUpperCase()
}

function notHeld(text: string): Refusal {
  return { code: 'VALUE_NOT_HELD', text }
}
