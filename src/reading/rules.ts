/**
 * The validation rules as a table. Each is a pure function of one reading and what is known beside it; each keeps
 * the evidence for its verdict. Frame rules V-F1 … V-F9 act before a value exists: V-F1, V-F2 in `deframe`,
 * V-F3 … V-F6 and V-I1 in a request's `whyNot`, V-F7, V-F11 in the encodings, V-F8 in the line, V-F10 in the store.
 */

import { writeDays } from '../core/calendar.ts'
import { isBilled, isEnergyRegister, isPowerFactor, onlyGrows, tariffOf } from '../core/obis.ts'
import {
  approximate,
  compareScaled,
  formatScaled,
  multiplyScaled,
  parseScaled,
  type Scaled,
  subtractScaled,
} from '../core/scaled.ts'
import { civilOf, HOUR, isoWithOffset, MINUTE, NO_DATE_MS, SECOND } from '../core/time.ts'
import type { Nameplate } from '../driver-api/profile.ts'
import { type Periods, periodOf } from './freeze-period.ts'
import { isLoadRecord } from './from-memory.ts'
import { factorOf, judgeChange, judgeRatios, ONE, type Transformers } from './ratios.ts'
import type { Finding, Reading } from './reading.ts'

/** What a rule may look at beside the reading. */
export interface Known {
  /** The last good value of this register, same kind; null when there is none. */
  readonly last: {
    readonly value: Scaled
    readonly readAt: number
    /** What it had been multiplied with; absent is 1. */
    readonly factor?: Scaled
  } | null
  readonly nameplate: Nameplate
  /** Where the register rolls over, exclusive; null when unknown. */
  readonly capacity: Scaled | null
  /** Of a float: how far its neighbour lies, where that is beyond the resolution declared; as the meter sent it. */
  readonly floatStep?: Scaled | null
  /** In front of the meter; absent where nothing is known of any. */
  readonly transformers?: Transformers | null
  /** Why nobody vouches yet for what this register means; null or absent where that is settled. */
  readonly notAccepted?: string | null
  /** The meter's clock minus ours, ms, measured in this round; null when it was not. */
  readonly clockDeviationMs: number | null
  /** Two different answers came to the question this value answers. */
  readonly doubled: boolean
  /** Of a freeze: what divides those it was asked for as one of; absent is each midnight. */
  readonly periods?: Periods
  /** Our own clock may be believed (PR-31). */
  readonly timeTrusted: boolean
  readonly now: number
  readonly offsetMinutes: number
}

export interface Rule {
  readonly id: string
  readonly why: string
  /** Null when the rule accepts or has nothing to say. */
  readonly check: (reading: Reading, known: Known) => Finding | null
}

/** Above: said. Above the second: tariff registers are not to be trusted (event 3105 and ERC12 default). */
const CLOCK_FLAG_MS = 60 * SECOND
export const CLOCK_SUSPECT_MS = 5 * MINUTE
/** Above: "frozen at midnight" no longer says which midnight. */
export const CLOCK_BROKEN_MS = 15 * MINUTE
/** A measurement of a meter's clock tells nothing of a moment further away than this. */
export const CLOCK_COUNTS_WITHIN_MS = 48 * HOUR
const MIDNIGHTS: Periods = { every: 'day', at: 0 }
/** Steps of a float up to so many times the resolution declared still go on a bill. */
const FLOAT_BILLS_WITHIN = 10n
/** Meters stand some load above their nameplate current. */
const OVERLOAD = 1.2
/** A roll-over starts above and ends below these shares of the capacity. */
const ROLLOVER_FROM = 0.9
const ROLLOVER_TO = 0.1

export const RULES: readonly Rule[] = [
  {
    id: 'V-F10',
    why: 'two different answers to one question: a collision, or two meters of one address',
    check: doubled,
  },
  { id: 'V-F11', why: 'a value its own type does not allow', check: rangeOfType },
  {
    id: 'V-F12',
    why: 'a float too large for the resolution its profile declares',
    check: stepOfFloat,
  },
  { id: 'V-C1', why: 'a meter nobody has accepted: its profile may be wrong', check: accepted },
  { id: 'V-T1', why: 'a clock of ours that is known to be wrong stamps nothing', check: ourClock },
  { id: 'V-T2', why: 'a meter whose clock is wrong counts energy under the wrong tariff', check: meterClock },
  { id: 'V-T3', why: 'a freeze not stamped at the boundary belongs to another period', check: freezeStamp },
  { id: 'V-T5', why: 'no meter can know a value of the future', check: futureStamp },
  {
    id: 'V-I7',
    why: 'another multiplier is another series',
    check: (reading, { last, transformers }) =>
      last && judgeChange(reading, last.factor ?? ONE, transformers ?? null),
  },
  { id: 'V-R1', why: 'a register that only grows has fallen', check: decrease },
  { id: 'V-R2', why: 'a register at its capacity starts again at zero', check: rollover },
  { id: 'V-R3', why: 'more energy than the connection can carry', check: physicalMaximum },
  {
    id: 'V-R18',
    why: 'values multiplied otherwise than the meter is set',
    check: ({ unit }, { transformers }) => judgeRatios(unit, transformers ?? null),
  },
]

function doubled(_reading: Reading, known: Known): Finding | null {
  if (!known.doubled) return null
  return {
    rule: 'V-F10',
    verdict: 'suspect',
    severity: 1,
    codes: ['2.5.258'],
    evidence: 'a second, different answer to the same question came; both are kept as evidence',
  }
}

/** Energy of one direction is never negative, no register shows its capacity, no power factor exceeds 1. */
function rangeOfType({ obis, value, unit }: Reading, { capacity }: Known): Finding | null {
  const wrong =
    onlyGrows(obis) && value.digits < 0n
      ? 'a register that only grows is below zero'
      : capacity && compareScaled(value, capacity) >= 0
        ? `the register rolls over at ${formatScaled(capacity)}`
        : isPowerFactor(obis) && Math.abs(approximate(value)) > 1
          ? 'a power factor lies between -1 and 1'
          : null
  if (wrong === null) return null
  const evidence = `${formatScaled(value)} ${unit}: ${wrong}`
  return { rule: 'V-F11', verdict: 'suspect', severity: 1, codes: ['2.5.256'], evidence }
}

/**
 * Between two floats that are neighbours nothing can be told. Where the last decimal declared is lost, that is said;
 * where the one before it is lost too, registers are no longer what the profile promises to bill by, until somebody
 * declares what is true.
 */
function stepOfFloat({ obis, value, unit }: Reading, { floatStep, transformers }: Known): Finding | null {
  if (!floatStep) return null
  const scaler = value.scaler - factorOf(unit, transformers ?? null).scaler
  const withheld = isBilled(obis) && compareScaled(floatStep, { digits: FLOAT_BILLS_WITHIN, scaler }) > 0
  return {
    rule: 'V-F12',
    verdict: withheld ? 'suspect' : 'flag',
    severity: withheld ? 1 : 3,
    codes: [withheld ? '2.5.258' : '2.10.0'],
    evidence: `at ${formatScaled(value)} ${unit} the meter's float steps by ${formatScaled(floatStep)}, its profile declares ${formatScaled({ digits: 1n, scaler })}; registers are withheld above ${FLOAT_BILLS_WITHIN} times that: declare a coarser resolution in a profile of your own`,
  }
}

/** A profile with a wrong order, address or scale gives numbers like any other. */
function accepted(_reading: Reading, { notAccepted }: Known): Finding | null {
  if (!notAccepted) return null
  return { rule: 'V-C1', verdict: 'quarantine', severity: 1, codes: ['2.5.258'], evidence: notAccepted }
}

function ourClock(_reading: Reading, { timeTrusted, now, offsetMinutes }: Known): Finding | null {
  if (timeTrusted) return null
  return {
    rule: 'V-T1',
    verdict: 'quarantine',
    severity: 1,
    codes: ['2.1.9'],
    evidence: `our clock said ${isoWithOffset(now, offsetMinutes)}: it was set while the meter was asked, or this is before what was recorded earlier, or before this version was made`,
  }
}

function meterClock(reading: Reading, { clockDeviationMs }: Known): Finding | null {
  if (clockDeviationMs === null || Math.abs(clockDeviationMs) <= CLOCK_FLAG_MS) return null
  const { obis, kind } = reading
  const offMs = Math.abs(clockDeviationMs)
  const byTariff = isEnergyRegister(obis) && (tariffOf(obis) ?? 0) > 0
  // Of a load record the meter alone says which moment it is of.
  const suspect =
    ((byTariff || isLoadRecord(reading)) && offMs > CLOCK_SUSPECT_MS) ||
    (kind === 'freeze' && offMs > CLOCK_BROKEN_MS)
  return {
    rule: 'V-T2',
    verdict: suspect ? 'suspect' : 'flag',
    severity: 2,
    codes: ['1.1.9'],
    evidence: `${clockInWords(clockDeviationMs)}; flagged above ${CLOCK_FLAG_MS / SECOND} s, tariff registers and load records suspect above ${CLOCK_SUSPECT_MS / SECOND} s, freezes above ${CLOCK_BROKEN_MS / SECOND} s`,
  }
}

function freezeStamp(reading: Reading, { offsetMinutes, periods = MIDNIGHTS }: Known): Finding | null {
  if (reading.kind !== 'freeze') return null
  if (periodOf(civilOf(reading.slot, offsetMinutes), periods)?.lateMs === 0) return null
  const stamp = isoWithOffset(reading.slot, offsetMinutes)
  return {
    rule: 'V-T3',
    verdict: 'quarantine',
    severity: 1,
    codes: ['2.5.258'],
    evidence:
      periods.every === 'hour'
        ? `the hourly freeze is stamped ${stamp}, not on the hour`
        : periods.every === 'day'
          ? `the daily freeze is stamped ${stamp}, not 00:00`
          : `the meter settled at ${stamp}, which is none of the days configured: ${writeDays(periods.on)}`,
  }
}

function futureStamp(reading: Reading, { now, offsetMinutes }: Known): Finding | null {
  if (reading.readAt <= now + CLOCK_SUSPECT_MS) return null
  return {
    rule: 'V-T5',
    verdict: 'quarantine',
    severity: 1,
    codes: ['2.1.9'],
    evidence: `the value is stamped ${isoWithOffset(reading.readAt, offsetMinutes)}, our clock says ${isoWithOffset(now, offsetMinutes)}`,
  }
}

function decrease(reading: Reading, known: Known): Finding | null {
  const pair = pairOf(reading, known)
  if (!pair || pair.step.digits >= 0n || rolledOver(pair, reading.unit, known)) return null
  return {
    rule: 'V-R1',
    verdict: 'suspect',
    severity: 1,
    codes: ['2.5.256'],
    evidence: `${describe(pair, reading, known)}: a fall of ${formatScaled({ ...pair.step, digits: -pair.step.digits })}, and no roll-over`,
  }
}

function rollover(reading: Reading, known: Known): Finding | null {
  const pair = pairOf(reading, known)
  if (!pair || pair.step.digits >= 0n || !rolledOver(pair, reading.unit, known)) return null
  return {
    rule: 'V-R2',
    verdict: 'accept',
    severity: 3,
    codes: ['2.0.1'],
    evidence: `rollover: ${describe(pair, reading, known)}, capacity ${known.capacity ? formatScaled(known.capacity) : ''}`,
  }
}

function physicalMaximum(reading: Reading, known: Known): Finding | null {
  const pair = pairOf(reading, known)
  if (!pair || pair.step.digits < 0n) return null
  const most = mostEnergy(pair, reading.unit, known)
  if (most === null)
    return notEvaluated('V-R3', `the unit "${reading.unit}" is none of ${[...PER_KWH.keys()].join(', ')}`)
  if (approximate(pair.step) <= most) return null
  return {
    rule: 'V-R3',
    verdict: 'suspect',
    severity: 1,
    codes: ['2.6.3'],
    evidence: `${describe(pair, reading, known)}: ${formatScaled(pair.step)} ${reading.unit} in ${pair.hours.toFixed(4)} h; the connection carries at most ${most.toFixed(4)} (${known.nameplate.phases} × ${known.nameplate.volts} V × ${known.nameplate.amperes} A × ${OVERLOAD})`,
  }
}

/** Two readings of one register in order of time: the neighbour may lie after this one when old freezes are fetched. */
interface Pair {
  readonly from: { readonly value: Scaled; readonly readAt: number }
  readonly to: { readonly value: Scaled; readonly readAt: number }
  readonly step: Scaled
  readonly hours: number
}

function pairOf(reading: Reading, { last, now, transformers }: Known): Pair | null {
  if (!last || !onlyGrows(reading.obis) || reading.readAt === last.readAt) return null
  // What was multiplied otherwise cannot be compared (V-I7).
  if (compareScaled(last.factor ?? ONE, factorOf(reading.unit, transformers ?? null)) !== 0) return null
  // A baseline of the future was stamped by a clock that has been put right since; it says nothing about order.
  if (last.readAt > now + CLOCK_SUSPECT_MS) return null
  const [from, to] = last.readAt < reading.readAt ? [last, reading] : [reading, last]
  return { from, to, step: subtractScaled(to.value, from.value), hours: (to.readAt - from.readAt) / HOUR }
}

function rolledOver(pair: Pair, unit: string, known: Known): boolean {
  const { capacity } = known
  const { from, to } = pair
  if (!capacity) return false
  const full = approximate(capacity)
  if (approximate(from.value) < ROLLOVER_FROM * full || approximate(to.value) > ROLLOVER_TO * full)
    return false
  const most = mostEnergy(pair, unit, known)
  return most !== null && full + approximate(pair.step) <= most
}

/** Register units per kWh, kvarh or kVAh. */
const PER_KWH: ReadonlyMap<string, number> = new Map(
  ['Wh', 'varh', 'VAh'].flatMap(
    unit =>
      [
        [unit, 1_000],
        [`k${unit}`, 1],
        [`M${unit}`, 0.001],
      ] as const,
  ),
)

/**
 * Emax(Δt) = k · Un · Imax · overload · Δt / 1000 in kWh, in the register's unit (phases as separate circuits of the
 * phase voltage), plus one step of the register: a count may fall just inside the interval. Null for other units.
 */
function mostEnergy({ to, hours }: Pair, unit: string, known: Known): number | null {
  const perKwh = PER_KWH.get(unit)
  const { phases, volts, amperes } = known.nameplate
  return perKwh === undefined
    ? null
    : ((phases * volts * amperes * OVERLOAD * hours) / 1_000) * perKwh + stepOf(to.value, unit, known)
}

function notEvaluated(rule: string, why: string): Finding {
  return { rule, verdict: 'not evaluated', severity: 3, codes: [], evidence: why }
}

/** The least by which the register can grow. */
function stepOf({ scaler }: Scaled, unit: string, { floatStep, transformers }: Known): number {
  const factor = factorOf(unit, transformers ?? null)
  const own = floatStep ? approximate(floatStep) : 10 ** (scaler - factor.scaler)
  return own * approximate(factor)
}

function describe({ from, to }: Pair, reading: Reading, { offsetMinutes }: Known): string {
  const at = (instant: number) => isoWithOffset(instant, offsetMinutes)
  return `${formatScaled(from.value)} ${reading.unit} at ${at(from.readAt)}, ${formatScaled(to.value)} at ${at(to.readAt)}`
}

/** The register's capacity from its profile, multiplied as its values are; null when the profile does not know it. */
export function capacityOf(text: string | undefined, factor: Scaled = ONE): Scaled | null {
  const capacity = text === undefined ? null : parseScaled(text)
  return capacity && multiplyScaled(capacity, factor)
}

/** A meter clock's deviation for people; a clock that shows no date that exists deviates by more than any limit. */
export function clockInWords(deviationMs: number): string {
  return Math.abs(deviationMs) >= NO_DATE_MS
    ? "the meter's clock shows a date that does not exist"
    : `the meter's clock is ${Math.round(deviationMs / SECOND)} s off`
}
