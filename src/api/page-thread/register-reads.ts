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

export interface KeptRead extends RegisterRead {
  /** When it was, or what is kept beside it for its slot, UTC ms. */
  readonly receivedAt: number
}

export interface RegisterReads {
  /** In order of time, no two of one moment. */
  readonly reads: readonly KeptRead[]
  /** Null where no value is known. */
  readonly unit: string | null
  /** When the newest was received of slots that have several values and none that counts, UTC ms; null where there are none. */
  readonly disputedAt: number | null
}

const ROWS_AT_ONCE = 5_000

/** Where the register was once counted in another unit, the last alone. */
export async function registerReads(
  parts: RegisterReadsParts,
  register: Register,
  from: number,
  to: number,
): Promise<RegisterReads> {
  const { good, disputedAt } = await goodIn(parts, register, from, to)
  good.sort((a, b) => a.at - b.at)
  const unit = good.at(-1)?.unit ?? null
  const reads = good
    .filter((one, place) => one.unit === unit && one.at !== good[place - 1]?.at)
    .map(({ unit: _, ...read }) => read)
  return { reads, unit, disputedAt }
}

interface GoodRead extends KeptRead {
  readonly unit: string
}

async function goodIn(
  { reader, turn }: RegisterReadsParts,
  { meter, obis }: Register,
  from: number,
  to: number,
): Promise<{ readonly good: GoodRead[]; readonly disputedAt: number | null }> {
  const question = { meter, obis, kind: 'poll', from: Math.max(0, from), to, limit: ROWS_AT_ONCE } as const
  const bySlot = new Map<number, StoredReading[]>()
  for (let hours = reader.hoursOf(question); hours !== null; await turn()) {
    const part = reader.readingsIn(question, hours)
    for (const one of part.items) {
      const versions = bySlot.get(one.slot)
      if (versions) versions.push(one)
      else bySlot.set(one.slot, [one])
    }
    hours = part.next
  }
  const good: GoodRead[] = []
  let disputedAt: number | null = null
  for (const versions of bySlot.values()) {
    const receivedAt = Math.max(...versions.map(one => one.receivedAt))
    const one = versions.slice(1).reduce(undisputed, versions[0] ?? null)
    if (one?.quality === 'good')
      good.push({
        ...{ at: one.readAt, value: one.value, unit: one.unit, stamped: isLoadRecord(one), receivedAt },
      })
    else if (versions.length > 1) disputedAt = Math.max(disputedAt ?? receivedAt, receivedAt)
  }
  return { good, disputedAt }
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
