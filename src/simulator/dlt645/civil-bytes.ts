/** Civil times of meters as DL/T 645 sends them: BCD, smallest unit first. Times are ms as if in UTC. */

import { civilOf } from '../../core/time.ts'
import { bcd, fromBcd } from './frame.ts'

/** WW DD MM YY; Sunday is 0. */
export function dateBytes(civil: number): readonly number[] {
  const [year = 0, month = 0, day = 0] = calendar(civil)
  return [...bcd(new Date(civil).getUTCDay(), 1), ...bcd(year * 10_000 + month * 100 + day, 3)]
}

/** ss mm hh. */
export function timeBytes(civil: number): readonly number[] {
  const [, , , hour = 0, minute = 0, second = 0] = calendar(civil)
  return bcd(hour * 10_000 + minute * 100 + second, 3)
}

/** mm hh DD MM YY. */
export function stampBytes(civil: number): readonly number[] {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = calendar(civil)
  return bcd(((year * 100 + month) * 100 + day) * 10_000 + hour * 100 + minute, 5)
}

/** ss mm hh DD MM YY. */
export function momentBytes(civil: number): readonly number[] {
  return [...timeBytes(civil), ...dateBytes(civil).slice(1)]
}

/** mm hh DD MM, as 1997 has it, and 2007 in places. */
export function yearlyBytes(civil: number): readonly number[] {
  return stampBytes(civil).slice(0, 4)
}

/** Civil milliseconds of mm hh DD MM YY. */
export function civilOfStamp(bytes: readonly number[]): number | null {
  return civilOfBytes(Uint8Array.from([0, ...bytes]))
}

/** Year in its century, month, day, hour, minute, second. */
function calendar(civil: number): number[] {
  return civilOf(civil, 0).slice(2).split(/[-T:]/).map(Number)
}

/** Civil milliseconds of ss mm hh DD MM YY; null for digits or dates that do not exist. */
export function civilOfBytes(bytes: Uint8Array): number | null {
  const [second, minute, hour, day, month, year] = Array.from(bytes, (_, at) =>
    fromBcd(bytes.subarray(at, at + 1)),
  )
  if (second == null || minute == null || hour == null || day == null || month == null || year == null)
    return null
  const civil = Date.UTC(2000 + year, month - 1, day, hour, minute, second)
  const exists = bcd(new Date(civil).getUTCDate(), 1)[0] === bytes[3] && month >= 1 && month <= 12
  return exists && hour < 24 && minute < 60 && second < 60 ? civil : null
}
