/** A plain DL/T 645 master's end, for tests: builds requests and takes replies apart, byte by byte. */

import { toHex } from '../../src/core/hex.ts'
import { createMeter, type MeterOptions } from '../../src/simulator/meter.ts'

export const OFFSET_MINUTES = 480

/** 12:00:00 on 21 November 2026 at +08:00. */
export const NOON = Date.UTC(2026, 10, 21, 4)

/** A meter whose clock is right, so that tests can name times. */
export function meterOf(options: Partial<MeterOptions> = {}) {
  return createMeter({
    seed: 1,
    protocol: 'dlt645-2007',
    address: '123456789012',
    phases: 3,
    offsetMinutes: OFFSET_MINUTES,
    clockOffsetMs: 0,
    ...options,
  })
}

/** `data` as written in the standard's tables: low byte first, without 33H. */
export function request(address: string, control: number, data: readonly number[] = []): Uint8Array {
  const digits = [...address.matchAll(/../g)].map(([two]) => Number.parseInt(two, 16)).reverse()
  const body = [0x68, ...digits, 0x68, control, data.length, ...data.map(byte => (byte + 0x33) & 0xff)]
  return Uint8Array.from([...body, body.reduce((sum, byte) => sum + byte, 0) & 0xff, 0x16])
}

/** An eight-digit identifier as on the wire. */
export function di(text: string): number[] {
  return [...text.matchAll(/../g)].map(([two]) => Number.parseInt(two, 16)).reverse()
}

export interface Reply {
  readonly address: string
  readonly control: string
  /** Hex without 33H. */
  readonly data: string
}

/** Null for silence; throws when the bytes are not one whole good frame behind FE. */
export function replyOf(bytes: Uint8Array | null): Reply | null {
  if (bytes === null) return null
  const frame = bytes.subarray(bytes.findIndex(byte => byte !== 0xfe))
  const length = frame[9] ?? 0
  const end = 10 + length
  const sum = frame.subarray(0, end).reduce((all, byte) => all + byte, 0) & 0xff
  const whole = frame[0] === 0x68 && frame[7] === 0x68 && frame.length === end + 2
  if (!whole || frame[end] !== sum || frame[end + 1] !== 0x16) throw new Error(`no frame: ${toHex(bytes)}`)
  return {
    address: toHex(frame.slice(1, 7).reverse(), ''),
    control: toHex(frame.subarray(8, 9)),
    data: toHex(frame.slice(10, end).map(byte => byte - 0x33)),
  }
}

/** Decimal digits of BCD hex "47 36 04 08", low byte first: "08043647". */
export function digits(hex: string): string {
  return hex.split(' ').reverse().join('')
}
