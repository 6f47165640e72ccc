/** One page of clock rates: each meter's measurements read once, and how fast its clock runs away by them. */

import type { z } from 'zod'
import { isoWithOffset } from '../../core/time.ts'
import { clockRateOf } from '../../reading/supply/clock-rate.ts'
import type { Reader } from '../../store/reader.ts'
import type { clockRateEntry } from '../clock-rates-shapes.ts'
import { createText, inOnePiece } from './text.ts'

export interface ClockRatesAsked {
  /** What stands before the entries: the JSON of the answer's other keys but `next`. */
  readonly head: string
  readonly next: string | null
  /** Measurements from `from` to `to`, UTC ms. */
  readonly from: number
  readonly to: number
  readonly meters: readonly string[]
}

interface ClockRatesParts {
  readonly reader: Reader
  readonly offsetMinutes: number
  readonly turn: () => Promise<void>
}

export async function clockRatesPage(
  parts: ClockRatesParts,
  { head, next, from, to, meters }: ClockRatesAsked,
): Promise<Uint8Array<ArrayBuffer>> {
  const text = createText()
  let count = 0
  for (const meter of meters) {
    text.put(`${count > 0 ? ',' : ''}${JSON.stringify(entryOf(parts, meter, from, to))}`)
    count += 1
    await parts.turn()
  }
  return inOnePiece([`${head.slice(0, -1)},"entries":[`, text, `],"next":${JSON.stringify(next)}}`])
}

function entryOf(
  { reader, offsetMinutes }: ClockRatesParts,
  meter: string,
  from: number,
  to: number,
): z.infer<typeof clockRateEntry> {
  const measured = reader.clocksIn(meter, from, to)
  const rate = clockRateOf(measured)
  const at = (instant: number) => isoWithOffset(instant, offsetMinutes)
  return {
    meter,
    measurements: measured.length,
    rate: rate && {
      secondsADay: rate.secondsADay.toFixed(2),
      uncertain: rate.uncertain.toFixed(2),
      from: at(rate.from),
      to: at(rate.to),
      samples: rate.samples,
    },
  }
}
