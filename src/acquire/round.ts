/** What came of a conversation: readings judged, their evidence, and whether the job that asked for them is done. */

import type { MeterConfig } from '../config/config.ts'
import { isBoundary } from '../core/calendar.ts'
import type { Failure, FaultCode } from '../core/faults.ts'
import type { RawRefusal } from '../driver-api/driver.ts'
import type { Point } from '../driver-api/profile.ts'
import type { Conversed } from '../line/line.ts'
import type { Judged } from '../reading/alarm/in-round.ts'
import type { Cause } from '../reading/expectation.ts'
import { fromRaw, type Meaning } from '../reading/from-raw.ts'
import { factorOf, nameplateOnSide, type Transformers, transformersAt } from '../reading/ratios.ts'
import type { Reading, ValidatedReading } from '../reading/reading.ts'
import { capacityOf } from '../reading/rules/capacity.ts'
import type { Known } from '../reading/rules/known.ts'
import { USUAL_CLASS, USUAL_LIMITS } from '../reading/rules/parameters.ts'
import type { Given } from '../reading/rules/rule.ts'
import { validateRound } from '../reading/validate.ts'
import type { Round } from '../store/store.ts'
import { recordsOf } from './evidence.ts'
import type { FillTold, ReadOrFilled } from './fill-asked.ts'
import type { Frozen, Job, JobEnd } from './job.ts'
import { knownOfSeries, type LastGoodValues } from './last-good.ts'
import type { LoadsSeen } from './loads-seen.ts'
import { type FreezePlan, isItsOwn } from './plans.ts'
import type { RoundsSeen } from './rounds-seen.ts'
import { disturbance } from './silences.ts'
import type { StandingSeen } from './standing-seen.ts'

export interface Outcome {
  readonly round: Round
  readonly end: JobEnd
  /** What a freeze told under its own stamp; null where it told none, or more than one. */
  readonly frozen: Frozen | null
  /** Why the meter did not answer, or not to the end. */
  readonly fault: Failure | null
  /** Why it answered a poll, and told no value. */
  readonly valueless: Failure | null
  readonly refused: number
  /** Of load records that fill what was missed. */
  readonly told: FillTold | null
  /** Why there is no reading, or none that counts; null where there is one. */
  readonly cause: Cause | null
  /** How the readings came to their findings, for alarms. */
  readonly judged: Judged
  /** Something of it goes on bills and has been said once only (V-W1). */
  readonly lacksWitness?: boolean
  /** Came with a value that was none of the meter's: OBIS codes that are believed only if they are said again. */
  readonly saidOnce?: readonly string[]
}

export interface Surroundings {
  readonly line: string
  readonly offsetMinutes: number
  readonly lastGood: LastGoodValues
  /** Absent where nobody watches the power. */
  readonly loads?: Pick<LoadsSeen, 'of'>
  /** Absent where nobody watches what rounds show. */
  readonly seen?: Pick<RoundsSeen, 'of'>
  /** Absent where nobody watches what stands from round to round. */
  readonly standing?: Pick<StandingSeen, 'of'>
  readonly timeTrusted: boolean
  /** The meter's clock as measured not long ago, for rounds that do not read it. */
  readonly lastClock: Round['clock']
  /** Its clock as measured before the job; absent where nobody remembers. */
  readonly clockBefore?: Round['clock']
  /** Two different answers to one question were heard of this meter not long ago. */
  readonly contradicted: boolean
  readonly now: number
  /** In front of the meter; none where its profile says nothing of any. */
  readonly transformers?: Transformers | null
  /** Why it is another meter that answers here; null where it is not, absent where nothing tells. */
  readonly whyAnother?: string | null
  /** Since when the meter that is there surely is, UTC ms; absent where nobody asks. */
  readonly since?: number
  /** Why the meter's register is held apart; null, or absent, when it is not. */
  readonly whyHeld?: (obis: string) => string | null
}

export function outcomeOf(
  config: MeterConfig,
  job: Job,
  talked: Conversed<ReadOrFilled>,
  around: Surroundings,
): Outcome {
  const { offsetMinutes } = around
  const slot = job.kind === 'freeze' ? job.boundary : job.slot
  // What never left is no evidence, and a reading's index counts what is kept.
  const exchanges = talked.exchanges.filter(({ stayed }) => stayed === undefined)
  const all = fromRaw(talked.result.reads, exchanges, {
    meter: config.id,
    kind: job.kind === 'freeze' ? 'freeze' : 'poll',
    slot,
    offsetMinutes,
    transformers: around.transformers ?? null,
  })
  const meaning = { ...all, readings: all.readings.filter(({ reading }) => isAskedFor(reading, job)) }
  const given = givenOf(meaning, config, job, around)
  const readings = validateRound(given)
  const { refusals, clock } = meaning
  const fault =
    talked.fault ?? disturbance(talked, config.id) ?? silenceBehindGateway(config.id, readings, refusals)
  const round = {
    meter: config.id,
    line: around.line,
    exchanges: recordsOf(exchanges, refusals, config.driver),
    readings,
    // A clock of ours that is not believed measures no other.
    clock: around.timeTrusted ? clock : null,
  }
  return {
    round,
    end: fault ? 'unanswered' : endOf(job, readings, refusals),
    frozen: fault || job.kind !== 'freeze' ? null : frozenIn(job.plan, readings, refusals),
    fault,
    valueless: job.kind === 'poll' ? valueless(config.id, readings, refusals) : null,
    refused: refusals.length,
    told: talked.result.told ?? null,
    cause:
      fault?.code ?? (settlesOtherwise(all, job) ? 'SETTLES_OTHERWISE' : causeOf(job, readings, refusals)),
    judged: { by: given, again: [], stale: staleIn(meaning, around) },
  }
}

/** The clock measured last is remembered for hours, and a second answer makes the meter doubted for one. */
function staleIn({ clock, doubled }: Meaning, { contradicted }: Surroundings): readonly string[] {
  return [...(clock === null ? ['V-T2'] : []), ...(contradicted && !doubled ? ['V-F10'] : [])]
}

/** At a moment that is configured too, but not the one that many settlements back by what is configured. */
function settlesOtherwise({ readings }: Meaning, job: Job): boolean {
  if (job.kind !== 'freeze' || job.plan.periods.every !== 'month' || readings.length === 0) return false
  const { calendar } = job.plan
  return readings.every(({ reading: { slot } }) => slot !== job.boundary && isBoundary(calendar, slot))
}

/** A poll that is held apart is a poll all the same; a freeze is asked for until there is one to bill by. */
function causeOf(
  job: Job,
  readings: readonly ValidatedReading[],
  refusals: readonly RawRefusal[],
): Cause | null {
  if (readings.length === 0) return refusals[0]?.refused.code ?? 'METER_NO_DATA'
  const isApart = readings.every(({ quality }) => quality === 'quarantined')
  return job.kind === 'freeze' && isApart ? 'HELD_APART' : null
}

/**
 * A boundary that is another plan's: an hour that turns out to be midnight would speak against the daily freeze. What is
 * none of the plan's boundaries is held apart (V-T3) and speaks against nothing.
 */
function isAskedFor({ slot }: Reading, job: Job): boolean {
  if (job.kind !== 'freeze' || slot === job.boundary) return true
  return isItsOwn(job.plan, slot) || !isBoundary(job.plan.calendar, slot)
}

function givenOf(meaning: Meaning, config: MeterConfig, job: Job, around: Surroundings): Given[] {
  const dated = around.transformers ?? null
  const common = knownOfAll(meaning, config, job, around)
  return meaning.readings.map(({ reading, point, floatStep, rounded, occurredAt }) => {
    const { kept, keptOther } = knownOfSeries(around.lastGood.knownOf(reading), reading, around)
    const { nameplate, capacity, transformers } = ofTransformers(config, reading, point, dated)
    const notAccepted = around.whyHeld?.(reading.obis) ?? null
    const known = { ...common, kept, keptOther, nameplate, capacity, transformers, floatStep, notAccepted }
    if (!rounded && occurredAt === undefined) return { reading, known }
    const more = { ...(rounded && { rounded }), ...(occurredAt !== undefined && { occurredAt }) }
    return { reading, known: { ...known, ...more } }
  })
}

/** What is known beside every reading of a round alike. */
function knownOfAll(meaning: Meaning, config: MeterConfig, job: Job, around: Surroundings) {
  const load = around.loads?.of(config.id)
  const seen = around.seen?.of(config.id)
  const standing = around.standing?.of(config.id)
  return {
    clockDeviationMs: (meaning.clock ?? around.lastClock)?.deviationMs ?? null,
    clockBeforeMs: meaning.clock === null ? null : (around.clockBefore?.deviationMs ?? null),
    doubled: meaning.doubled || around.contradicted,
    timeTrusted: around.timeTrusted,
    now: around.now,
    offsetMinutes: around.offsetMinutes,
    limits: config.limits ?? USUAL_LIMITS[USUAL_CLASS],
    ...(load !== undefined && { load }),
    ...(seen !== undefined && { seen }),
    ...(standing !== undefined && { standing }),
    ...(config.generation && { generation: config.generation }),
    ...(config.profile.sign === 'device' && { isSignUnsure: true as const }),
    ...(around.since !== undefined && { since: around.since }),
    ...(around.whyAnother !== undefined && { whyAnother: around.whyAnother }),
    ...(job.kind === 'freeze' && { periods: job.plan.periods }),
  }
}

/** As they are at the time the reading is true for. */
function ofTransformers(
  { nameplate }: MeterConfig,
  { unit, readAt }: Reading,
  { capacity }: Point,
  dated: Transformers | null,
): Pick<Known, 'nameplate' | 'capacity'> & { readonly transformers: Transformers | null } {
  const transformers = transformersAt(dated, readAt)
  return {
    nameplate: nameplateOnSide(nameplate, transformers),
    capacity: capacityOf(capacity, factorOf(unit, transformers)),
    transformers,
  }
}

/** A gateway that answers for a meter that does not (Modbus exceptions 0A, 0B) or is busy: the meter is what is silent. */
function silenceBehindGateway(
  meter: string,
  readings: readonly ValidatedReading[],
  refusals: readonly RawRefusal[],
): Outcome['fault'] {
  const silent = refusals.find(({ refused: { code } }) => code === 'LINE_SILENT' || code === 'METER_BUSY')
  return silent && readings.length === 0
    ? { code: silent.refused.code, text: `${meter}: ${silent.refused.text}` }
    : null
}

function valueless(
  meter: string,
  readings: readonly ValidatedReading[],
  refusals: readonly RawRefusal[],
): Failure | null {
  const [first] = refusals
  return first && readings.length === 0
    ? { code: first.refused.code, text: `${meter} told no value: ${first.refused.text}` }
    : null
}

/** What a meter that refuses so will not have an hour later either. */
export const LASTING: readonly FaultCode[] = [
  'METER_NO_DATA',
  'VALUE_NOT_HELD',
  'PROFILE_UNKNOWN_ITEM',
  'PROFILE_INVALID',
]

/** A freeze is done when every register of the boundary asked for is here for good, or the meter has none such. */
function endOf(job: Job, readings: readonly ValidatedReading[], refusals: readonly RawRefusal[]): JobEnd {
  if (job.kind !== 'freeze') return 'done'
  const frozen = frozenIn(job.plan, readings, refusals)
  return frozen?.slot === job.boundary && frozen.isWhole ? 'done' : 'nothing'
}

function frozenIn(
  { points }: FreezePlan,
  readings: readonly ValidatedReading[],
  refusals: readonly RawRefusal[],
): Frozen | null {
  const sure = readings.filter(({ quality }) => quality !== 'quarantined')
  const [slot, another] = new Set(sure.map(one => one.slot))
  if (slot === undefined || another !== undefined) return null
  const here = new Set(sure.map(({ obis }) => obis))
  const lacking = new Set(
    refusals.filter(({ refused }) => LASTING.includes(refused.code)).map(({ point }) => point.obis),
  )
  return { slot, isWhole: points.every(({ obis }) => here.has(obis) || lacking.has(obis)) }
}

/** Nothing is evidence of nothing: a round in which no byte left is not kept. */
export function wasSent({ exchanges }: Round): boolean {
  return exchanges.length > 0
}
