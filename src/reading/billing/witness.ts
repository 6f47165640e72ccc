/**
 * What else says so (PR-41): the redundancies that agree with a value of a boundary, and those that speak against it. A
 * checksum lets 4 % of two-bit errors pass, so a value is billed by only where something independent of its frame agrees.
 */

import { onlyGrows, tariffOf, totalOf } from '../../core/obis.ts'
import { addScaled, compareScaled, formatScaled, type Scaled, subtractScaled } from '../../core/scaled.ts'
import { HOUR, MINUTE } from '../../core/time.ts'
import { factorIn, ONE } from '../ratios.ts'
import { CLOCK_COUNTS_WITHIN_MS, CLOCK_SUSPECT_MS } from '../rules/clock-limits.ts'
import type { BillingFacts, KeptReading } from './billing-read.ts'
import { capacityBetween, hasRolledOver } from './continuity.ts'
import type { Witness, WitnessKind } from './release.ts'

export interface Heard {
  readonly for: readonly Witness[]
  /** In words; a value that anything speaks against is no bill. */
  readonly against: readonly string[]
}

/** A running register is a witness this near to the boundary: an hourly poll that came late still is. */
const REGISTER_WITHIN_MS = HOUR + 5 * MINUTE
/** Polls take their time to come, and the clock is known to a second. */
const CLOCK_SURE_MS = 2_000

const ENOUGH: readonly WitnessKind[] = ['second-read', 'register-around']

export function isEnough(witnesses: readonly Witness[]): boolean {
  return witnesses.some(({ by }) => ENOUGH.includes(by))
}

/** `chosen` are all registers of the boundary, `one` is one of them; `beside` what is kept around it. */
export function hear(
  one: KeptReading,
  chosen: readonly KeptReading[],
  beside: readonly KeptReading[],
  facts: BillingFacts,
): Heard {
  const around = onlyGrows(one.obis)
    ? [registerAround(one, beside, facts), freezesAround(one, beside, facts)]
    : []
  const heard = [secondRead(one), ...around, tariffsOf(one, chosen)].filter(said => said !== null)
  return {
    for: heard.filter(said => typeof said !== 'string'),
    against: heard.filter(said => typeof said === 'string'),
  }
}

/** A witness, what speaks against the value, or nothing. */
type Said = Witness | string | null

function secondRead({ findings }: KeptReading): Said {
  const said = findings.find(({ rule, verdict }) => rule === 'V-W1' && verdict === 'accept')
  return said ? { by: 'second-read', evidence: said.evidence } : null
}

function registerAround(one: KeptReading, beside: readonly KeptReading[], facts: BillingFacts): Said {
  const slackMs = one.kind === 'poll' ? 0 : slackOf(one, facts)
  const others = comparable(one, beside, 'poll').filter(
    ({ readAt }) => Math.abs(readAt - one.readAt) <= REGISTER_WITHIN_MS + slackMs,
  )
  return between(one, others, slackMs, facts, 'register-around')
}

/** The moment a freeze is true for is the meter's; how far its clock was off is allowed for on either side. */
function slackOf({ slot }: KeptReading, { clock }: BillingFacts): number {
  if (clock === null) return CLOCK_SUSPECT_MS
  const known = Math.abs(clock.deviationMs) + CLOCK_SURE_MS
  const counts = Math.abs(clock.measuredAt - slot) <= CLOCK_COUNTS_WITHIN_MS
  return counts ? known : Math.max(known, CLOCK_SUSPECT_MS)
}

function freezesAround(one: KeptReading, beside: readonly KeptReading[], facts: BillingFacts): Said {
  return one.kind === 'freeze'
    ? between(one, comparable(one, beside, 'freeze'), 0, facts, 'freezes-around')
    : null
}

function comparable(one: KeptReading, beside: readonly KeptReading[], kind: KeptReading['kind']) {
  return beside.filter(
    other =>
      other.obis === one.obis &&
      other.kind === kind &&
      other.quality === 'good' &&
      other.unit === one.unit &&
      other.id !== one.id &&
      compareScaled(timesOf(other), timesOf(one)) === 0,
  )
}

function timesOf({ findings }: KeptReading): Scaled {
  return factorIn(findings) ?? ONE
}

function between(
  one: KeptReading,
  others: readonly KeptReading[],
  slackMs: number,
  { capacities }: BillingFacts,
  by: WitnessKind,
): Said {
  const earlier = others
    .filter(({ readAt }) => readAt < one.readAt - slackMs)
    .toSorted(byTime)
    .at(-1)
  const [later] = others.filter(({ readAt }) => readAt > one.readAt + slackMs).toSorted(byTime)
  const capacity = capacityBetween(earlier?.value, later?.value, capacities?.[one.obis] ?? null)
  if (earlier && isBelow(one.value, earlier.value, capacity)) return `${inWords(earlier)}, before it`
  if (later && isBelow(later.value, one.value, capacity)) return `${inWords(later)}, after it`
  return earlier && later ? { by, evidence: `between ${inWords(earlier)} and ${inWords(later)}` } : null
}

/** By a step at least: one of the two may be told with fewer decimals (V-R14). */
function isBelow(later: Scaled, earlier: Scaled, capacity: Scaled | null): boolean {
  const step = { digits: 1n, scaler: Math.max(later.scaler, earlier.scaler) }
  return compareScaled(subtractScaled(earlier, later), step) >= 0 && !hasRolledOver(earlier, later, capacity)
}

/** Counted alike and truncated apart: the total is from 0 to n−1 steps above the sum (V-R10). */
function tariffsOf(one: KeptReading, chosen: readonly KeptReading[]): Said {
  const total = chosen.find(({ obis }) => obis === totalOf(one.obis))
  const tariffs = chosen.filter(({ obis }) => totalOf(obis) === total?.obis && tariffOf(obis) !== 0)
  if (!total || tariffs.length < 2 || tariffs.some(({ unit }) => unit !== total.unit)) return null
  const sum = tariffs.map(({ value }) => value).reduce(addScaled)
  const over = subtractScaled(total.value, sum)
  const most = {
    digits: BigInt(tariffs.length - 1),
    scaler: Math.max(...tariffs.map(({ value }) => value.scaler)),
  }
  if (over.digits < 0n || compareScaled(over, most) > 0) return null
  return {
    by: 'tariffs',
    evidence: `total ${formatScaled(total.value)} ${total.unit}, ${tariffs.length} tariffs sum to ${formatScaled(sum)}`,
  }
}

function byTime(a: KeptReading, b: KeptReading): number {
  return a.readAt - b.readAt
}

function inWords({ kind, value, unit, readAt }: KeptReading): string {
  return `${kind === 'poll' ? 'the register was' : 'it froze'} ${formatScaled(value)} ${unit} at ${new Date(readAt).toISOString()}`
}
