/** Maximum demands by themselves: what the connection can carry in the mean, and when it was reached. */

import { boundaryAt } from '../../core/calendar.ts'

import { isDemandRegister } from '../../core/obis.ts'
import { approximate, formatScaled } from '../../core/scaled.ts'
import { isoWithOffset, MINUTE } from '../../core/time.ts'
import type { Reading } from '../reading.ts'
import type { Seen } from '../seen/seen.ts'
import { CLOCK_SUSPECT_MS } from './clock-limits.ts'
import type { Known } from './known.ts'
import { mostWatts, sampleOf, stepOf } from './pair.ts'
import { wattsPer } from './power-units.ts'
import type { Checked, ReadingRule } from './rule.ts'

export const DEMAND_RULES: readonly ReadingRule[] = [
  {
    id: 'V-R22',
    version: 1,
    says: 'a maximum demand is at most k · Un · Imax · `overload` of V-R3, and one step',
    why: 'a mean power no connection can carry is no demand to bill',
    needs: 'a unit of power',
    outcomes: [{ verdict: 'suspect', severity: 2, codes: ['2.6.3'] }],
    of: obis => isDemandRegister(obis),
    check: demandPossible,
  },
  {
    id: 'V-R23',
    version: 1,
    says: 'a maximum demand was reached no later than now, not before the oldest of the settlement days of the meter list of which it may be, not before its last reset that was seen, and, where it has risen, not before it was told last, each less `longest` of V-R40; and at a whole multiple of `slide` past the hour',
    why: 'a demand of another period is not billed in this one, and one that rises has a new time',
    needs:
      'a demand that comes with its time (DL/T 645-2007), polled, and a clock of the meter that is no more than 5 minutes off',
    outcomes: [{ verdict: 'suspect', severity: 2, codes: ['2.5.258'] }],
    of: (obis, kind) => kind === 'poll' && isDemandRegister(obis),
    check: reachedInTime,
  },
]

function demandPossible(reading: Reading, known: Known): Checked {
  const { unit, value } = reading
  const watts = wattsPer(unit)
  if (watts === null) return { lacks: `the unit "${unit}" is none of power` }
  const most = mostWatts(known) / watts + stepOf(value, unit, known)
  if (approximate(value) <= most) return null
  return {
    verdict: 'suspect',
    evidence: `${formatScaled(value)} ${unit} of demand; the connection carries at most ${most.toFixed(4)}`,
    samples: [sampleOf(reading)],
    limit: { value: most.toFixed(4), unit },
  }
}

function reachedInTime(reading: Reading, known: Known): Checked {
  const { occurredAt, clockDeviationMs, limits, now } = known
  if (occurredAt === undefined) return { lacks: 'the time at which it was reached' }
  if (clockDeviationMs === null || Math.abs(clockDeviationMs) > CLOCK_SUSPECT_MS)
    return { lacks: "the meter's clock" }
  const reachedAt = occurredAt - clockDeviationMs
  const { slide } = limits['V-R23']
  if ((occurredAt + known.offsetMinutes * MINUTE) % slide !== 0)
    return saying(reading, known, reachedAt, `not at a multiple of ${slide / MINUTE} min`)
  if (reachedAt > now + CLOCK_SUSPECT_MS) return saying(reading, known, reachedAt, 'later than now')
  const begins = beginOf(reading, known)
  return begins !== null && reachedAt < begins.at - limits['V-R40'].longest - CLOCK_SUSPECT_MS
    ? saying(reading, known, reachedAt, begins.why)
    : null
}

/** The latest moment before which it cannot have been reached; null where none is known. */
function beginOf({ obis, value, unit }: Reading, { seen, now, since = 0 }: Known) {
  const { top, fell } = seen?.demands.get(obis) ?? { top: null, fell: null }
  const watts = approximate(value) * (wattsPer(unit) ?? 1)
  const begins = [
    ...(seen?.settlement.length ? [{ at: oldestOf(seen, now), why: 'before the settlement day' }] : []),
    ...(fell && watts !== fell.from.watts ? [{ at: fell.from.at, why: 'before it was reset' }] : []),
    ...(top && watts > top.watts ? [{ at: top.at, why: 'before a lower one was told' }] : []),
  ]
  // What the meter that hung there before has told is nothing of this one.
  return begins.filter(({ at }) => at >= since).toSorted((a, b) => b.at - a.at)[0] ?? null
}

/** Meters of three settlement days clear their demand at all of them, or at one alone. */
function oldestOf({ settlement }: Seen, now: number): number {
  return Math.min(...settlement.map(day => boundaryAt(day, now - CLOCK_SUSPECT_MS)))
}

function saying(reading: Reading, known: Known, reachedAt: number, why: string): Checked {
  const { value, unit, readAt } = reading
  const at = (instant: number) => isoWithOffset(instant, known.offsetMinutes)
  return {
    verdict: 'suspect',
    evidence: `${formatScaled(value)} ${unit} of demand, told at ${at(readAt)}, is said to have been reached at ${at(reachedAt)}, ${why}`,
    samples: [sampleOf(reading)],
  }
}
