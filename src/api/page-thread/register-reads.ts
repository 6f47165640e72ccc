/** Good values of one register as they are kept, and the clock of its meter beside them. */

import { HOUR } from '../../core/time.ts'
import type { RegisterRead } from '../../reading/estimate/stretches.ts'
import { isLoadRecord } from '../../reading/from-memory.ts'
import { CLOCK_COUNTS_WITHIN_MS } from '../../reading/rules/clock-limits.ts'
import type { Reader } from '../../store/reader.ts'
import type { StoredReading } from '../../store/store.ts'

export interface RegisterReadsParts {
  readonly reader: Pick<Reader, 'hoursOf' | 'readingsIn' | 'clockNear'>
  readonly turn: () => Promise<void>
}

interface Register {
  readonly meter: string
  readonly obis: string
}

export interface RegisterReads {
  /** In order of time, no two of one moment. */
  readonly reads: readonly RegisterRead[]
  /** Null where no value is known. */
  readonly unit: string | null
  /** When the newest of all that was looked at was received, UTC ms; null where nothing was found. */
  readonly receivedAt: number | null
}

const ROWS_AT_ONCE = 5_000

/** Where the register was once counted in another unit, the last alone. */
export async function registerReads(
  parts: RegisterReadsParts,
  register: Register,
  from: number,
  to: number,
): Promise<RegisterReads> {
  const { good, receivedAt } = await goodIn(parts, register, from, to)
  good.sort((a, b) => a.readAt - b.readAt)
  const unit = good.at(-1)?.unit ?? null
  const reads = good
    .filter((one, place) => one.unit === unit && one.readAt !== good[place - 1]?.readAt)
    .map(one => ({ at: one.readAt, value: one.value, stamped: isLoadRecord(one) }))
  return { reads, unit, receivedAt }
}

async function goodIn(
  { reader, turn }: RegisterReadsParts,
  { meter, obis }: Register,
  from: number,
  to: number,
): Promise<{ readonly good: StoredReading[]; readonly receivedAt: number | null }> {
  const question = { meter, obis, kind: 'poll', from: Math.max(0, from), to, limit: ROWS_AT_ONCE } as const
  const bySlot = new Map<number, StoredReading | null>()
  let receivedAt: number | null = null
  for (let hours = reader.hoursOf(question); hours !== null; await turn()) {
    const part = reader.readingsIn(question, hours)
    for (const one of part.items) {
      receivedAt = Math.max(receivedAt ?? one.receivedAt, one.receivedAt)
      const other = bySlot.get(one.slot)
      bySlot.set(one.slot, other === undefined ? one : undisputed(other, one))
    }
    hours = part.next
  }
  const good = [...bySlot.values()].filter(one => one?.quality === 'good').filter(one => one !== null)
  return { good, receivedAt }
}

/** The later version of a slot counts, where it is not one of two good ones that differ: nobody has decided on those. */
function undisputed(one: StoredReading | null, other: StoredReading): StoredReading | null {
  if (one === null || (one.quality === 'good' && other.quality === 'good')) return null
  return one.version > other.version ? one : other
}

/** By how much the meter's clock was off; it is asked about once for every hour. */
export function deviationsOf(
  { reader }: RegisterReadsParts,
  meter: string,
): (instant: number) => number | null {
  const known = new Map<number, number | null>()
  return instant => {
    const hour = Math.floor(instant / HOUR)
    const before = known.get(hour)
    if (before !== undefined) return before
    const clock = reader.clockNear(meter, instant)
    const counts = clock !== null && Math.abs(clock.measuredAt - instant) <= CLOCK_COUNTS_WITHIN_MS
    const deviation = counts ? clock.deviationMs : null
    known.set(hour, deviation)
    return deviation
  }
}
