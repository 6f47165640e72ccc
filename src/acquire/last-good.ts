/** The latest good values of every register, for pair checks; a bad value never becomes a baseline. */

import { onlyGrows } from '../core/obis.ts'
import type { Scaled } from '../core/scaled.ts'
import { DAY, slotOf } from '../core/time.ts'
import { factorIn } from '../reading/ratios.ts'
import type { Kind, ValidatedReading } from '../reading/reading.ts'
import { CLOCK_SUSPECT_MS } from '../reading/rules/clock-limits.ts'
import type { Kept, Known } from '../reading/rules/known.ts'
import type { LastGood } from '../store/store.ts'

type Register = { readonly meter: string; readonly obis: string; readonly kind: Kind }

/** Of a register that grows: around the last midnight and the newest, between which freezes and late values lie. */
const MOST_KEPT = 5
/** The newest of them stay, whatever they lie next to. */
const NEWEST = 2

export interface LastGoodValues {
  /** The newest. */
  of(register: Register): Kept | null
  /** All that are remembered, of both kinds. */
  knownOf(register: Register): Pick<Known, 'kept' | 'keptOther'>
  /** Takes note of a reading that has become durable. */
  note(reading: ValidatedReading): void
}

const NONE: readonly Kept[] = []
const NONE_OF_EITHER: Readonly<Record<Kind, readonly Kept[]>> = { freeze: NONE, poll: NONE }

export function createLastGood(kept: readonly LastGood[], offsetMinutes: number): LastGoodValues {
  /** By meter, then by register: a name made of both would cost more than the look-up. */
  const values = new Map<string, Map<string, Record<Kind, readonly Kept[]>>>()
  for (const good of kept) keep(good, [baselineOf(good, good.factor ?? null)])

  function both({ meter, obis }: Omit<Register, 'kind'>): Readonly<Record<Kind, readonly Kept[]>> {
    return values.get(meter)?.get(obis) ?? NONE_OF_EITHER
  }

  function keep({ meter, obis, kind }: Register, all: readonly Kept[]): void {
    const ofMeter = values.get(meter) ?? new Map<string, Record<Kind, readonly Kept[]>>()
    values.set(meter, ofMeter)
    const before = ofMeter.get(obis)
    if (before) before[kind] = all
    else ofMeter.set(obis, { ...NONE_OF_EITHER, [kind]: all })
  }

  const dayOf = ({ readAt }: Kept) => slotOf(readAt, DAY, offsetMinutes)

  /** The last of a day and the first of the next: a freeze lies between them. */
  function isAtMidnight(all: readonly Kept[], place: number): boolean {
    const own = all[place]
    return [all[place - 1], all[place + 1]].some(other => own && other && dayOf(own) !== dayOf(other))
  }

  function trimmed(all: readonly Kept[], most: number): readonly Kept[] {
    if (all.length <= most) return all
    if (most === 1) return all.slice(-1)
    const spare = all.findIndex((_, place) => place < all.length - NEWEST && !isAtMidnight(all, place))
    return all.toSpliced(Math.max(0, spare), 1)
  }

  return {
    of: register => both(register)[register.kind].at(-1) ?? null,
    knownOf(register) {
      const { freeze, poll } = both(register)
      return register.kind === 'freeze'
        ? { kept: freeze, keptOther: poll }
        : { kept: poll, keptOther: freeze }
    },
    note(reading) {
      if (reading.quality !== 'good') return
      const { readAt, receivedAt } = reading
      // What lies ahead of the moment this reading came was stamped by a clock that has been put right since.
      const sure = both(reading)[reading.kind].filter(one => one.readAt <= receivedAt + CLOCK_SUSPECT_MS)
      if (sure.some(one => one.readAt === readAt)) return
      const place = sure.findLastIndex(one => one.readAt < readAt) + 1
      const all = sure.toSpliced(place, 0, baselineOf(reading, factorIn(reading.findings)))
      keep(reading, trimmed(all, onlyGrows(reading.obis) ? MOST_KEPT : 1))
    },
  }
}

function baselineOf({ value, readAt }: { value: Scaled; readAt: number }, factor: Scaled | null): Kept {
  return factor ? { value, readAt, factor } : { value, readAt }
}
