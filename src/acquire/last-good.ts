/** The latest good values of every register, for pair checks; a bad value never becomes a baseline. */

import { onlyGrows } from '../core/obis.ts'
import { compareScaled, type Scaled } from '../core/scaled.ts'
import { DAY, slotOf } from '../core/time.ts'
import { factorIn, inForceSince, ONE, type Transformers } from '../reading/ratios.ts'
import type { Kind, ValidatedReading } from '../reading/reading.ts'
import { CLOCK_SUSPECT_MS } from '../reading/rules/clock-limits.ts'
import type { Kept, Known } from '../reading/rules/known.ts'
import type { LastGood } from '../store/store.ts'

type Register = { readonly meter: string; readonly obis: string; readonly kind: Kind }

/** Of a register that grows: around the last midnight and the newest, between which freezes and late values lie. */
const MOST_KEPT: Readonly<Record<Kind, number>> = { poll: 5, freeze: 4 }
/** The newest of them stay, whatever they lie next to. */
const NEWEST = 2

export interface LastGoodValues {
  /** The newest. */
  of(register: Register): Kept | null
  /** All that are remembered, of both kinds. */
  knownOf(register: Register): Pick<Known, 'kept' | 'keptOther'>
  /**
   * Takes note of a reading that has become durable. A good poll that two reads in a row lie below, both no less than the
   * poll before it, was none of the meter's: of a register that stands still it would speak against every later one.
   */
  note(reading: ValidatedReading): void
}

/** The rule of a register that has fallen. */
const FALL = 'V-R1'

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

  /** With one more, in its place by time; where there are too many, without the one nobody will ask for. */
  function added(all: readonly Kept[], one: Kept, most: number): readonly Kept[] {
    if (most === 1) return [(all[0]?.readAt ?? 0) > one.readAt ? (all[0] ?? one) : one]
    const place = all.findLastIndex(({ readAt }) => readAt < one.readAt) + 1
    const more = all.toSpliced(place, 0, one)
    if (more.length <= most) return more
    const last = more.length - 1
    const idle = more.findIndex((_, at) => at <= last - NEWEST && !isAtMidnight(more, at))
    // Days that were missed come newest first: what lies next to this one, the next will lie next to.
    const away = more.findIndex((_, at) => at < last && Math.abs(at - place) > 1)
    return more.toSpliced(Math.max(0, idle >= 0 ? idle : away), 1)
  }

  /** Registers are those of the configured meters; which of them grow is found out once. */
  const growing = new Map<string, boolean>()
  function mostOf(obis: string, kind: Kind): number {
    const grows = growing.get(obis) ?? onlyGrows(obis)
    growing.set(obis, grows)
    return grows ? MOST_KEPT[kind] : 1
  }

  /** What was said against the newest poll of a register, once; by register. */
  const against = new Map<string, { readonly newest: Kept; readonly said: Scaled }>()

  function speaksAgainst({ meter, obis, kind, value, readAt, findings }: ValidatedReading): void {
    const isFall = findings.every(({ rule, verdict }) => verdict !== 'suspect' || rule === FALL)
    const all = both({ meter, obis })[kind]
    const [before, newest] = all.slice(-2)
    if (kind !== 'poll' || !isFall || !before || !newest || newest.readAt >= readAt) return
    const isBetween = compareScaled(before.value, value) <= 0 && compareScaled(value, newest.value) < 0
    const isOneSeries = [before, newest].every(
      ({ factor }) => compareScaled(factor ?? ONE, factorIn(findings) ?? ONE) === 0,
    )
    if (!isBetween || !isOneSeries) return
    const key = `${meter} ${obis}`
    const earlier = against.get(key)
    if (earlier?.newest !== newest) against.set(key, { newest, said: value })
    else if (compareScaled(earlier.said, value) <= 0) {
      against.delete(key)
      keep({ meter, obis, kind }, all.slice(0, -1))
    }
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
      if (reading.quality === 'suspect') speaksAgainst(reading)
      if (reading.quality !== 'good') return
      const { obis, readAt, receivedAt } = reading
      const all = both(reading)[reading.kind]
      if (all.some(one => one.readAt === readAt)) return
      // What lies ahead of the moment this reading came was stamped by a clock that has been put right since.
      const until = receivedAt + CLOCK_SUSPECT_MS
      const sure = all.some(one => one.readAt > until) ? all.filter(one => one.readAt <= until) : all
      keep(reading, added(sure, baselineOf(reading, factorIn(reading.findings)), mostOf(obis, reading.kind)))
    },
  }
}

/**
 * Without what another meter said in its place, and what was multiplied otherwise than by what was in force then: where a
 * new multiplier has its date, nothing is held against values of before it.
 */
export function knownOfSeries(
  { kept, keptOther }: Pick<Known, 'kept' | 'keptOther'>,
  { readAt }: Pick<ValidatedReading, 'readAt'>,
  { since = Number.NEGATIVE_INFINITY, transformers }: SeriesBounds,
): Pick<Known, 'kept' | 'keptOther'> {
  const replaced = transformers?.replaced
  if (since === Number.NEGATIVE_INFINITY && !replaced) return { kept, keptOther }
  const bounds = { ...(replaced && { replaced }) }
  const inForce = inForceSince(bounds, readAt)
  const isOwn = (one: Kept) => one.readAt >= since && inForceSince(bounds, one.readAt) === inForce
  return { kept: kept.filter(isOwn), keptOther: keptOther.filter(isOwn) }
}

interface SeriesBounds {
  /** When the meter's stay began, UTC ms. */
  readonly since?: number
  readonly transformers?: Transformers | null
}

function baselineOf({ value, readAt }: { value: Scaled; readAt: number }, factor: Scaled | null): Kept {
  return factor ? { value, readAt, factor } : { value, readAt }
}
