/** Maximum demands from one round to the next: what lets them fall, and what the energy beside them lets them be. */

import { boundaryAt } from '../../../core/calendar.ts'
import { once } from '../../../core/once.ts'
import { approximate, formatScaled } from '../../../core/scaled.ts'
import { HOUR, isoWithOffset } from '../../../core/time.ts'
import { isOfNow } from '../../from-memory.ts'
import {
  boundsAt,
  type DemandSample,
  type DemandSeen,
  FALL_TOLD_MS,
  isOtherRegister,
  periodsBetween,
  type Top,
} from '../../seen/demand-seen.ts'
import type { Seen } from '../../seen/seen.ts'
import { CLOCK_SUSPECT_MS } from '../clock-limits.ts'
import type { Known } from '../known.ts'
import { mostWatts, sampleOf, stepOf, unitsPerKwh } from '../pair.ts'
import type { Limits } from '../parameters.ts'
import { wattsPer } from '../power-units.ts'
import type { Checked, Given, RoundRule, Told } from '../rule.ts'

export const DEMAND_ROUND_RULES: readonly RoundRule[] = [
  {
    id: 'V-R24',
    version: 1,
    says: 'a maximum demand falls only where a settlement day of the meter list, or the beginning of a month, lies between the two rounds, or before the second that tells it; told for a day after the fall was told twice',
    why: 'a demand that was cleared out of turn, or falls by itself, bills less than was drawn; whoever cleared it on purpose knows',
    needs: 'the total maximum demand, polled, told twice before',
    outcomes: [{ verdict: 'flag', severity: 2, codes: ['1.4.8'] }],
    check: round => judge(round, fallen),
  },
  {
    id: 'V-R40',
    version: 1,
    says: 'a maximum demand rises no higher than what flowed, both ways, in the rounds around any demand period of `shortest` to `longest` that ended since it was told last, and, where what flowed since its last reset, divided by the demand periods that touches, has said so once, lies no lower than what flowed later (the means of intervals of V-R21); `percent` more or less, and what their last digits leave open',
    why: 'demand and energy are of the same pulses: where they contradict each other one of them is wrong, or was altered',
    needs:
      'the total maximum demand and its energy register in one round, polled for longer than `longest`, a demand that has risen or was reset since then, and no fall of it in this round',
    outcomes: [{ verdict: 'suspect', severity: 2, codes: ['2.5.258'] }],
    check: round => judge(round, otherThanEnergy),
  },
]

/** Active, over all tariffs. */
export const isTotalDemand = once(obis => /^1-\d+:[12]\.6\.0$/.test(obis))

interface Judged {
  readonly demand: Given
  readonly seen: Seen
  readonly before: DemandSeen
  readonly top: Top
  readonly sample: DemandSample
  readonly watts: number
}

function judge(round: readonly Given[], check: (judged: Judged) => Checked): readonly Told[] {
  return round.flatMap(demand => {
    const { reading, known } = demand
    if (!isTotalDemand(reading.obis) || !isOfNow(reading) || known.seen === undefined) return []
    const told = (checked: Checked) => [{ of: [reading], checked }]
    const before = known.seen?.demands.get(reading.obis)
    const sample = demandIn(round, reading.obis)
    if (!known.seen || !before?.top || sample?.watts === undefined || sample.watts === null)
      return told({ lacks: 'the demand of an earlier round' })
    if (isOtherRegister(before, sample.energy)) return told({ lacks: 'an energy register that grows' })
    if (before.top.at < (known.since ?? 0)) return told({ lacks: 'a demand of the meter that is there now' })
    const { watts } = sample
    return told(check({ demand, seen: known.seen, before, top: before.top, sample, watts }))
  })
}

/** What a round told of a demand and of its register; null where neither. */
export function demandIn(
  round: readonly (Pick<Given, 'reading'> & { readonly known: Pick<Known, 'transformers' | 'floatStep'> })[],
  obis: string,
): DemandSample | null {
  const find = (code: string) => round.find(({ reading }) => reading.obis === code && isOfNow(reading))
  const demand = find(obis)
  const own = find(obis.replace('.6.0', '.8.0'))
  const other = find(obis.replace(/[12]\.6\.0$/, found => `${found.startsWith('1') ? 2 : 1}.8.0`))
  const at = (demand ?? own)?.reading.readAt
  if (at === undefined) return null
  const per = own && unitsPerKwh(own.reading.unit)
  const kwh = (one: typeof own) =>
    one && per && one.reading.unit === own?.reading.unit ? approximate(one.reading.value) / per : null
  const size = kwh(own)
  const step = own && per && stepOf(own.reading.value, own.reading.unit, own.known) / per
  return {
    at,
    watts: demand ? wattsOf(demand) : null,
    energy:
      own && size !== null && step ? { at: own.reading.readAt, kwh: size, other: kwh(other), step } : null,
  }
}

/** Null for what is no power. */
function wattsOf({ reading: { value, unit } }: Pick<Given, 'reading'>): number | null {
  const per = wattsPer(unit)
  return per === null ? null : approximate(value) * per
}

const periods = new WeakMap<Limits, readonly number[]>()

/** Demand periods a meter of these limits may go by. Limits are few and asked about again and again. */
export function demandPeriods(limits: Limits): readonly number[] {
  const { shortest, longest } = limits['V-R40']
  const found = periods.get(limits) ?? periodsBetween(shortest, longest)
  periods.set(limits, found)
  return found
}

function fallen({ demand: { reading, known }, seen, before, top, watts }: Judged): Checked {
  const at = (instant: number) => isoWithOffset(instant, known.offsetMinutes)
  const isFall = watts < top.watts
  if (isFall && top.times === 1) return { lacks: 'a demand that was told twice' }
  const now = { from: top, to: before.low ?? { watts, at: reading.readAt }, saidAgainAt: reading.readAt }
  const fall = isFall ? now : before.fell
  if (!fall || fall.to.at <= reading.readAt - FALL_TOLD_MS || fall.from.at < (known.since ?? 0)) return null
  // What was said low first may have been another meter's, and what was said low again of a month that had begun.
  if (isReset(seen, fall.from.at, fall.saidAgainAt)) return null
  return {
    verdict: 'flag',
    evidence: `${fall.from.watts.toFixed(1)} W of demand at ${at(fall.from.at)}, ${fall.to.watts.toFixed(1)} at ${at(fall.to.at)}, and no settlement day or month's end between`,
    samples: [sampleOf(reading)],
    limit: { value: fall.from.watts.toFixed(1), unit: 'W' },
  }
}

/** A meter settles by its own clock. */
function isReset({ settles }: Seen, from: number, to: number): boolean {
  return boundaryAt(settles, to + CLOCK_SUSPECT_MS) > from - CLOCK_SUSPECT_MS
}

function otherThanEnergy(judged: Judged): Checked {
  const { demand, before, top, sample, watts } = judged
  const { reading, known } = demand
  if (watts < top.watts) return { lacks: 'a demand that was not reset meanwhile' }
  const { most, least, again } = boundsAt(before, sample, demandPeriods(known.limits))
  const per = wattsPer(reading.unit) ?? 1
  const step = stepOf(reading.value, reading.unit, known) * per
  const share = known.limits['V-R40'].percent / 100
  const lowest = again * (1 - share) - step
  if (watts < lowest) return saying(judged, lowest, 'what flowed since makes at least')
  if (watts < least * (1 - share) - step) return { lacks: 'means of later that say so too' }
  // Who is back at what it fell from has not risen: the fall was none.
  if (watts === before.fell?.from.watts) return null
  if (watts === top.watts) return top.isProven ? null : { lacks: 'a rise that was watched' }
  if (!sample.energy || !Number.isFinite(most)) return { lacks: 'the energy of the demand periods before' }
  // A period may end between the two answers of a round.
  const { shortest } = known.limits['V-R40']
  const between = Math.max(0, sample.at - sample.energy.at)
  const highest = Math.max(top.watts, most * (1 + share) + (mostWatts(known) * between) / shortest) + step
  return watts <= highest ? null : saying(judged, highest, 'what flowed since then allows at most')
}

function saying({ demand, top, watts, before }: Judged, limit: number, why: string): Checked {
  const { reading, known } = demand
  const at = (instant: number) => isoWithOffset(instant, known.offsetMinutes)
  const hours = ((reading.readAt - before.since) / HOUR).toFixed(1)
  return {
    verdict: 'suspect',
    evidence: `${formatScaled(reading.value)} ${reading.unit} of demand, ${watts.toFixed(1)} W, ${top.watts.toFixed(1)} at ${at(top.at)}, watched for ${hours} hours; ${why} ${limit.toFixed(1)} W`,
    samples: [sampleOf(reading)],
    limit: { value: limit.toFixed(1), unit: 'W' },
  }
}
