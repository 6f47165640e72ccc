/** Registers against the power that was seen to flow: one that stands still, and one that counts something else. */

import { approximate, formatScaled } from '../../core/scaled.ts'
import { DAY, HOUR, isoWithOffset } from '../../core/time.ts'
import type { Nameplate } from '../../driver-api/profile.ts'
import { isOfNow } from '../from-memory.ts'
import type { Reading } from '../reading.ts'
import {
  type EnergySeen,
  type Flowed,
  flowedUntil,
  hasMoved,
  kwhBetween,
  type LoadSample,
  type LoadSeen,
} from '../seen/load-seen.ts'
import { mostWatts, sampleOf, stepOf, unitsPerKwh } from './pair.ts'
import type { Limits } from './parameters.ts'
import { TOTAL_POWER, wattsPer } from './power-units.ts'
import type { Checked, Given, NotEvaluated, RoundRule, Told } from './rule.ts'

export const LOAD_RULES: readonly RoundRule[] = [
  {
    id: 'V-R4',
    version: 2,
    says: '|ΔE| ≤ `times` · |∫P dt|, what V-R26 leaves open, and what the connection carries from one power to the next, over its window; ΔE is forward less reverse, or both together are within it of ∫|P| dt',
    why: 'a meter that counts much more than flows (超差) bills too much',
    needs:
      'total active power polled at least every hour, and the forward register; the reverse one where power is fed in',
    outcomes: [{ verdict: 'suspect', severity: 2, codes: ['2.6.3'] }],
    check: round => judge(round, tooMuchCounted),
  },
  {
    id: 'V-R5',
    version: 2,
    says: 'no register of active energy stands still, forward and reverse, while ∫|P| dt comes to `least` and ten steps, over `over` and `samples` powers of `fromWatts`, and a thousandth of k · Un · Imax, and more in the mean',
    why: 'a meter that has stopped counting (停走) bills nothing',
    needs: 'total active power polled at least every hour, and the forward register',
    outcomes: [{ verdict: 'suspect', severity: 1, codes: ['2.6.1'] }],
    check: round => judge(round, stopped),
  },
  {
    id: 'V-R26',
    version: 3,
    says: '|ΔE − ∫P dt| ≤ the larger of `percent` and `steps` of the register, and `spread` times what the powers leave open (T·s/√n, s of their differences one to the next), over `over` and with `samples` powers; and ≤ `weeksPercent` and as much of what is open over the last two to four weeks together',
    why: 'who alters the energies on their way forgets the power, or the other way round',
    needs:
      'total active power polled at least every hour, and the forward register; the reverse one where power is fed in',
    outcomes: [{ verdict: 'flag', severity: 2, codes: ['2.10.0'] }],
    check: round => judge(round, otherwise),
  },
  {
    id: 'V-R9',
    version: 1,
    says: 'over `over` in which every current told was below what a meter must start at (a thousandth of Imax), no more is counted than that current carries, unless in fewer than half of the rounds that would show it',
    why: 'a meter that counts while nothing flows bills what nobody used (潜动)',
    needs:
      'the current of every phase, polled at least every hour beside the power, and the forward register',
    outcomes: [{ verdict: 'flag', severity: 2, codes: ['2.6.2'] }],
    check: round => judge(round, creeping),
  },
]

const CURRENTS = [['1-0:31.7.0', '1-0:11.7.0'], ['1-0:51.7.0'], ['1-0:71.7.0']]
const FORWARD = '1-0:1.8.0'
const REVERSE = '1-0:2.8.0'

interface Seen {
  readonly forward: Given
  readonly reverse: Given | null
  readonly energy: EnergySeen
  readonly before: LoadSeen
  readonly flowed: LoadSeen
}

function judge(round: readonly Given[], check: (seen: Seen) => Checked): readonly Told[] {
  const found = lookedAt.get(round) ?? look(round)
  lookedAt.set(round, found)
  if (!found) return []
  const { of, seen } = found
  return [{ of, checked: seen ? check(seen) : { lacks: 'the power of the hour before' } }]
}

/** What the rules of this file go by, and which readings they speak of; seen is null where nothing was known before. */
interface Looked {
  readonly of: readonly Reading[]
  readonly seen: Seen | null
}

/** All of them look at the same of a round. */
const lookedAt = new WeakMap<readonly Given[], Looked | null>()

function look(round: readonly Given[]): Looked | null {
  const [forward, reverse] = [currentOf(round, [FORWARD]), currentOf(round, [REVERSE])]
  const before = forward?.known.load
  if (!forward || before === undefined) return null
  const of = [forward, reverse].flatMap(one => one?.reading ?? [])
  const sample = loadIn(round, forward.known.nameplate)
  const flowed = sample && flowedUntil(before, sample)
  if (!flowed || !before || !sample?.energy) return { of, seen: null }
  return { of, seen: { forward, reverse: reverse ?? null, energy: sample.energy, before, flowed } }
}

/** What a round told of power and registers, now; null where neither. */
export function loadIn(round: readonly Pick<Given, 'reading'>[], nameplate: Nameplate): LoadSample | null {
  const power = currentOf(round, TOTAL_POWER)?.reading
  const forward = currentOf(round, [FORWARD])?.reading
  const reverse = currentOf(round, [REVERSE])?.reading
  const per = power ? wattsPer(power.unit) : null
  const at = (power ?? forward)?.readAt
  if (at === undefined) return null
  return {
    at,
    watts: power && per !== null ? approximate(power.value) * per : null,
    energy: forward
      ? { forward: forward.value, reverse: reverse?.value ?? null, perKwh: perKwh(forward) }
      : null,
    idle: isIdle(round, nameplate),
  }
}

function isIdle(round: readonly Pick<Given, 'reading'>[], nameplate: Nameplate): boolean | null {
  const currents = CURRENTS.slice(0, nameplate.phases).map(codes => currentOf(round, codes)?.reading)
  if (currents.some(one => one?.unit !== 'A')) return null
  const starts = startingAmperes(nameplate)
  return currents.every(one => one && Math.abs(approximate(one.value)) < starts)
}

/** A load record is of another moment. */
function currentOf<One extends Pick<Given, 'reading'>>(
  round: readonly One[],
  codes: readonly string[],
): One | undefined {
  return round.find(({ reading }) => isOfNow(reading) && codes.includes(reading.obis))
}

function stopped({ forward, energy, before, flowed }: Seen): Checked {
  const { reading, known } = forward
  if (!before.energy) return { lacks: 'the registers of an earlier round' }
  if (hasMoved(before.energy, energy)) return null
  const { least, over, samples, fromWatts } = known.limits['V-R5']
  const countsFrom = Math.max(fromWatts, startingWatts(known))
  const { still, at } = flowed
  const mean = still.samples === 0 ? 0 : Math.abs(still.sum / still.samples)
  const enough = Math.max(least, (10 * stepOf(reading.value, reading.unit, known)) / perKwh(reading))
  // Where nothing of the other direction is read, what is fed in moves nothing here.
  const kwh = energy.reverse === null ? Math.max(0, still.net) : still.size
  if (at - still.since < over || still.samples < samples || mean < countsFrom || kwh < enough)
    return { lacks: 'as much power as would have to show' }
  const since = isoWithOffset(still.since, known.offsetMinutes)
  return {
    verdict: 'suspect',
    evidence: `${formatScaled(reading.value)} ${reading.unit} since ${since}, while ${still.samples} powers of ${mean.toFixed(0)} W in the mean came to ${kwh.toFixed(3)} kWh; ${enough.toFixed(3)} would have to show`,
    samples: [sampleOf(reading)],
    limit: { value: enough.toFixed(3), unit: 'kWh' },
  }
}

/** A meter starts to count at 0.4 % of its basic current, of which its largest is four times or more. */
export function startingAmperes({ amperes }: Nameplate): number {
  return amperes / 1_000
}

function startingWatts({ nameplate }: Given['known']): number {
  return nameplate.phases * nameplate.volts * startingAmperes(nameplate)
}

function creeping({ forward, energy, before, flowed }: Seen): Checked {
  const { reading, known } = forward
  const { quiet } = before
  const lasted = quiet ? flowed.at - quiet.since : 0
  if (!quiet || lasted < known.limits['V-R9'].over) return { lacks: 'a day without current' }
  const per = perKwh(reading)
  const counted = kwhBetween(quiet.from.forward, energy.forward, per, known.capacity)
  const step = stepOf(reading.value, reading.unit, known) / per
  const most = Math.max(2 * step, (startingWatts(known) * lasted) / HOUR / 1_000)
  // What was switched on for minutes between two rounds shows in one of them, a creeping disc in all that can show it.
  if (counted <= most || quiet.moved < Math.min(quiet.rounds, counted / step) / 2) return null
  const since = isoWithOffset(quiet.since, known.offsetMinutes)
  return {
    verdict: 'flag',
    evidence: `since ${since} no current above ${startingAmperes(known.nameplate)} A was told, and ${counted.toFixed(3)} kWh counted, in ${quiet.moved} of ${quiet.rounds} rounds; at most ${most.toFixed(3)} flows unseen: test it without load`,
    samples: [sampleOf(reading)],
    limit: { value: most.toFixed(3), unit: 'kWh' },
  }
}

/** What registers and powers came to over a window, kWh. */
interface Compared {
  readonly window: NonNullable<LoadSeen['window']>
  readonly took: number
  /** Null where the reverse register is not read, and nothing was fed in. */
  readonly gave: number | null
  /** One step of the register. */
  readonly step: number
  /** What the powers leave open. */
  readonly open: number
}

function compared({ forward, reverse, energy, flowed }: Seen): Compared | NotEvaluated {
  const { reading, known } = forward
  const { window, at } = flowed
  if (!window || !isDone(window, at, known.limits)) return { lacks: 'powers enough' }
  const per = perKwh(reading)
  const took = kwhBetween(window.from.forward, energy.forward, per, known.capacity)
  const gave =
    energy.reverse && window.from.reverse
      ? kwhBetween(window.from.reverse, energy.reverse, per, reverse?.known.capacity ?? null)
      : null
  if (gave === null && window.net < window.size) return { lacks: 'the reverse register' }
  const step = stepOf(reading.value, reading.unit, known) / per
  return { window, took, gave, step, open: known.limits['V-R26'].spread * openOf(window, at - window.since) }
}

function tooMuchCounted(seen: Seen): Checked {
  const found = compared(seen)
  if ('lacks' in found) return found
  const { window, took, gave, step, open } = found
  const { times } = seen.forward.known.limits['V-R4']
  // What runs for minutes no power may show, and then s knows nothing of it either.
  const betweenHours = (seen.flowed.at - window.since) / window.samples / HOUR
  const unseen = (mostWatts(seen.forward.known) / 1_000) * betweenHours
  const mostOf = (flowed: number) => times * flowed + open + unseen + step
  const most = mostOf(Math.abs(window.net))
  const counted = Math.abs(took - (gave ?? 0))
  // Some meters count what is fed in forward as well.
  if (counted <= most || took + (gave ?? 0) <= mostOf(window.size)) return null
  return saying('suspect', seen, found, `${counted.toFixed(3)} kWh`, most)
}

function otherwise(seen: Seen): Checked {
  const found = compared(seen)
  if ('lacks' in found) return found
  const { window, took, gave, step, open } = found
  const { percent, steps } = seen.forward.known.limits['V-R26']
  const most = Math.max((percent / 100) * window.size, steps * step) + open
  // Some meters tell power without its sign.
  const off = Math.min(
    Math.abs(Math.abs(took - (gave ?? 0)) - Math.abs(window.net)),
    Math.abs(took + (gave ?? 0) - window.size),
  )
  return off <= most ? overWeeks(seen) : saying('flag', seen, found, `${off.toFixed(3)} apart`, most)
}

/** Many days leave less open than one: what is off by as little every day shows. */
function overWeeks({ forward, flowed: { weeks } }: Seen): Checked {
  const { weeksPercent, spread } = forward.known.limits['V-R26']
  if (!weeks || weeks.lasted < LEAST_WEEKS_MS) return null
  const { lasted, samples, net, size, counted, countedBoth } = weeks
  const most = (weeksPercent / 100) * size + spread * openOf(weeks, lasted)
  const off = Math.min(Math.abs(Math.abs(counted) - Math.abs(net)), Math.abs(countedBoth - size))
  if (off <= most) return null
  return {
    verdict: 'flag',
    evidence: `over ${(lasted / DAY).toFixed(1)} days of late the registers counted ${counted.toFixed(2)} kWh, ${Math.round(samples)} powers come to ${net.toFixed(2)} kWh: ${off.toFixed(2)} apart, at most ${most.toFixed(2)} is possible`,
    samples: [sampleOf(forward.reading)],
    limit: { value: most.toFixed(2), unit: 'kWh' },
  }
}

const LEAST_WEEKS_MS = 14 * DAY

function saying(
  verdict: 'suspect' | 'flag',
  { forward, reverse }: Seen,
  { window, took, gave }: Compared,
  what: string,
  most: number,
): Checked {
  const since = isoWithOffset(window.since, forward.known.offsetMinutes)
  return {
    verdict,
    evidence: `since ${since} the registers counted ${took.toFixed(3)} kWh${gave === null ? '' : ` and ${gave.toFixed(3)} back`}, ${window.samples} powers come to ${window.net.toFixed(3)} kWh: ${what}, at most ${most.toFixed(3)} is possible`,
    samples: [forward, ...(reverse ? [reverse] : [])].map(one => sampleOf(one.reading)),
    limit: { value: most.toFixed(3), unit: 'kWh' },
  }
}

/** Whether powers enough have been seen to hold registers against. */
export function isDone({ since, samples }: Flowed, until: number, limits: Limits): boolean {
  const { over, samples: least } = limits['V-R26']
  return until - since >= over && samples >= least
}

/**
 * By how much the integral of so many powers may be off, kWh: T · s / √n, with s of the differences from one to the next,
 * s² = Σd² / 2n: what rises and falls with the sun is followed, what switches is not.
 */
function openOf({ samples, jumps }: Pick<Flowed, 'samples' | 'jumps'>, lasted: number): number {
  const deviation = Math.sqrt(jumps / (2 * samples))
  return (lasted / HOUR) * (deviation / 1_000 / Math.sqrt(samples))
}

function perKwh({ unit }: Reading): number {
  return unitsPerKwh(unit) ?? 1
}
