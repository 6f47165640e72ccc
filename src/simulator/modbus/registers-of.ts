/** Values into registers: integers, floats, digits and text, in every order of words and bytes. */

import type { Measured } from '../quantities.ts'
import type { Format } from './words.ts'

export interface Kept {
  /** The power of ten of the profile's unit in the unit measured: 3 for kW of W. */
  readonly unitPower: number
  /** What the SunSpec scale factor's register holds. */
  readonly factor: number
  /** Rolls over where its type or its capacity ends; what is no counter stays at its type's end. */
  readonly rolls: boolean
  /** Exclusive, in the profile's unit; null: as far as the type goes. */
  readonly capacity: Measured | null
}

/** Contents of the value's registers, in the order of their addresses; null is what the meter has no value for. */
export function registersOf(format: Format, value: Measured | null, kept: Kept): readonly number[] {
  if (value === null) return arranged(format, nothing(format))
  const turned = format.isTurned ? { ...value, digits: -value.digits } : value
  const power = kept.unitPower + format.power + kept.factor
  if (format.kind === 'float') return arranged(format, floatBytes(format, turned, power))
  const raw = whole(turned, power)
  const end = kept.capacity === null ? null : whole(kept.capacity, format.power + kept.factor)
  const limited = kept.rolls ? rolled(format, raw, end) : held(format, raw)
  if (format.kind === 'bcd') return arranged(format, hexBytes(limited.toString(), format))
  if (format.kind === 'mod10k') return arranged(format, groups(limited, format))
  return arranged(format, hexBytes(BigInt.asUintN(16 * format.registers, limited).toString(16), format))
}

/** Text from the left, blanks behind it. */
export function textRegisters(format: Format, text: string): readonly number[] {
  const bytes = Array.from({ length: 2 * format.registers }, (_, at) => text.charCodeAt(at) || 0x20)
  return arranged(format, bytes)
}

/** Cut off towards zero, as a register's display does. */
function whole({ digits, scaler }: Measured, power: number): bigint {
  const shift = scaler - power
  return shift >= 0 ? BigInt(digits) * 10n ** BigInt(shift) : BigInt(digits) / 10n ** BigInt(-shift)
}

/** How many different values the format has room for on the side of zero that counts. */
function room({ kind, registers }: Format): bigint {
  if (kind === 'bcd' || kind === 'mod10k') return 10n ** BigInt(4 * registers)
  return 1n << BigInt(16 * registers - (kind === 'signed' ? 1 : 0))
}

function rolled(format: Format, raw: bigint, end: bigint | null): bigint {
  const ends = end !== null && end > 0n && end < room(format) ? end : room(format)
  const kept = format.kind === 'signed' || raw >= 0n ? raw : -raw
  return kept % ends
}

/** The type's last value is mostly its marker for "no value". */
function held(format: Format, raw: bigint): bigint {
  const most = room(format) - 2n
  const kept = format.kind === 'signed' || raw >= 0n ? raw : -raw
  return kept > most ? most : kept < -most ? -most : kept
}

function floatBytes({ registers }: Format, { digits, scaler }: Measured, power: number): number[] {
  const view = new DataView(new ArrayBuffer(2 * registers))
  // A decimal text is read to the nearest double; multiplying by a power of ten would round twice.
  const value = Number(`${digits}e${scaler - power}`)
  if (registers === 2) view.setFloat32(0, value)
  else view.setFloat64(0, value)
  return [...new Uint8Array(view.buffer)]
}

function hexBytes(hex: string, { registers }: Format): number[] {
  const padded = hex.padStart(4 * registers, '0')
  return [...padded.matchAll(/../g)].map(([byte]) => Number.parseInt(byte, 16))
}

/** Four decimal digits a register. */
function groups(value: bigint, { registers }: Format): number[] {
  const digits = value.toString().padStart(4 * registers, '0')
  const words = [...digits.matchAll(/\d{4}/g)].map(([group]) => Number(group))
  return words.flatMap(word => [word >> 8, word & 0xff])
}

function nothing(format: Format): number[] {
  const { kind, registers, marker } = format
  if (kind === 'text') return Array<number>(2 * registers).fill(0x20)
  if (marker !== null) return hexBytes(marker, format)
  if (kind === 'float') return floatBytes(format, { digits: Number.NaN, scaler: 0 }, 0)
  return Array<number>(2 * registers).fill(kind === 'bcd' ? 0xff : 0)
}

/** Bytes, highest first, into registers as the meter lays them out. */
function arranged({ registers, lowRegisterFirst, bytesSwapped }: Format, bytes: readonly number[]): number[] {
  const words = Array.from({ length: registers }, (_, at) => {
    const [high = 0, low = 0] = bytes.slice(2 * at, 2 * at + 2)
    return bytesSwapped ? (low << 8) | high : (high << 8) | low
  })
  return lowRegisterFirst ? words.reverse() : words
}
