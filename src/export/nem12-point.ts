/** What NEM12 calls a point and its registers. Ours is NEM12-like: no point of ours is in the Australian market. */

import { createHash } from 'node:crypto'
import { Fault } from '../core/faults.ts'
import type { Place } from './export-row.ts'

/**
 * By OBIS code, totals only: a reader adds up the suffixes of a direction, and tariffs would be counted twice. E is what the
 * customer took from the market, B what the customer gave to it, Q and K reactive energy that goes with each; the quadrants
 * one and two are drawn, three and four given. Combined reactive energy is absent: what it sums depends on the meter.
 */
const SUFFIXES: ReadonlyMap<string, string> = new Map([
  ['1-0:1.8.0', 'E1'],
  ['1-0:2.8.0', 'B1'],
  ['1-0:5.8.0', 'Q1'],
  ['1-0:6.8.0', 'Q2'],
  ['1-0:7.8.0', 'K1'],
  ['1-0:8.8.0', 'K2'],
])

/** Null for registers that NEM12 has no suffix for. */
export function nem12Suffix(obis: string): string | null {
  return SUFFIXES.get(obis) ?? null
}

/** In the order in which the registers of a point are written. */
export const SUFFIX_ORDER: readonly string[] = [...SUFFIXES.values()]

/** Without I and O, as in the market. */
const DIGITS = '0123456789ABCDEFGHJKLMNPQRSTUVWXYZ'
const POINT = /^[0-9A-Z]{10}$/

/**
 * The point where it has ten characters, 0–9 and A–Z, as an NMI has. Else `X` and nine characters made of the SHA-256 of the
 * point, or of the meter where no point is known: the same at every time.
 */
export function nem12PointOf({ point }: Place, meter: string): string {
  if (POINT.test(point)) return point
  const hash = createHash('sha256')
    .update(point === '' ? `meter ${meter}` : `point ${point}`)
    .digest()
  let left = hash.readBigUInt64BE()
  let text = ''
  for (let place = 0; place < 9; place += 1) {
    text += DIGITS[Number(left % BigInt(DIGITS.length))]
    left /= BigInt(DIGITS.length)
  }
  return `X${text}`
}

/**
 * Notes which meter each point has on a day. Two on one are a Fault: their days would be taken for versions of each other. One
 * after the other is an exchange, and the first may come back.
 */
export function createPointOwners(): (nmi: string, meter: string, day: number) => void {
  const points = new Map<string, Map<number, string>>()
  return (nmi, meter, day) => {
    const days = points.get(nmi) ?? new Map<number, string>()
    points.set(nmi, days)
    const other = days.get(day) ?? meter
    if (other !== meter)
      throw new Fault(
        'ASK_INVALID',
        `NEM12: the meters ${other} and ${meter} are at point ${nmi} on the same days; give each a point of its own, or ask for them one at a time`,
      )
    days.set(day, meter)
  }
}
