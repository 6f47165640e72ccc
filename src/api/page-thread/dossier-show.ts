/** Looks of a dossier as its JSON has them. */

import { formatScaled, type Scaled } from '../../core/scaled.ts'
import { HOUR, isoWithOffset } from '../../core/time.ts'
import type { RuleSaid } from '../../reading/dossier/advice.ts'
import type { Appliances } from '../../reading/dossier/appliances.ts'
import type { CreepLook } from '../../reading/dossier/creep.ts'
import type { Dossier } from '../dossier-shapes.ts'

export function showCreep({ verdict, windows, quietMs }: CreepLook, offsetMinutes: number): Dossier['creep'] {
  const at = (instant: number) => isoWithOffset(instant, offsetMinutes)
  return {
    verdict,
    quietHours: Math.floor((10 * quietMs) / HOUR) / 10,
    windows: windows.map(one => ({
      ...{ from: at(one.from), to: at(one.to), rounds: one.rounds, moved: one.moved },
      ...{ start: formatScaled(one.start), end: formatScaled(one.end), counted: formatScaled(one.counted) },
      mostKwh: one.most.toFixed(3),
      largestCurrent: formatScaled(one.largestAmperes),
      largestPower: one.largestWatts && formatScaled(one.largestWatts),
      over: one.isOver,
      readings: [...one.readings],
    })),
  }
}

export function showAppliances(one: Appliances, offsetMinutes: number): Dossier['appliances'] {
  const { hours, days, standing, steps, rise } = one
  const at = (instant: number) => isoWithOffset(instant, offsetMinutes)
  const dayOf = (instant: number) => at(instant).slice(0, 10)
  return {
    hours: hours.map(({ hour, days: count, sum, most }) => ({
      ...{ hour, days: count, sum: formatScaled(sum), mean: meanOf(sum, count), most: formatScaled(most) },
    })),
    days: days.map(({ from, value }) => ({ day: dayOf(from), quantity: formatScaled(value) })),
    standing: standing && formatScaled(standing),
    steps: steps.map(({ from, before, after }) => ({
      ...{ from: at(from), before: formatScaled(before), after: formatScaled(after) },
    })),
    rise: rise && {
      ...{ since: dayOf(rise.since), before: rise.before.toFixed(2), after: rise.after.toFixed(2) },
      hours: rise.run && {
        ...{ from: rise.run.from, to: rise.run.to, more: rise.run.more.toFixed(2) },
        percent: Math.round(100 * rise.run.share),
      },
    },
  }
}

/** A digit finer than the sum, rounded down. */
function meanOf({ digits, scaler }: Scaled, count: number): string {
  return formatScaled({ digits: (10n * digits) / BigInt(count), scaler: scaler - 1 })
}

export function showRules(said: readonly RuleSaid[], offsetMinutes: number): Dossier['test']['rules'] {
  return said.map(({ rule, verdict, times, first, last, evidence, reading }) => ({
    ...{ rule, verdict, times, evidence, reading },
    ...{ first: isoWithOffset(first, offsetMinutes), last: isoWithOffset(last, offsetMinutes) },
  }))
}
