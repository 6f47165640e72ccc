/**
 * Judges kept readings again, round by round in the order in which they came, each beside the good values as they stood when
 * it came. What the store does not keep is never made up: where it alone could explain a difference, the old finding stands.
 */

import { createLastGood, knownOfSeries } from '../acquire/last-good.ts'
import { createLoadsSeen, type LoadsSeen } from '../acquire/loads-seen.ts'
import { createRoundsSeen, type RoundsSeen } from '../acquire/rounds-seen.ts'
import type { MeterConfig } from '../config/config.ts'
import { ALWAYS, presentSince, type Stay } from '../reading/billing/stays.ts'
import { agreedTransformers } from '../reading/ratios.ts'
import type { Finding, Quality, ValidatedReading } from '../reading/reading.ts'
import { LOAD_RULES } from '../reading/rules/load.ts'
import type { Limits } from '../reading/rules/parameters.ts'
import { USUAL_CLASS, USUAL_LIMITS } from '../reading/rules/parameters.ts'
import type { Given } from '../reading/rules/rule.ts'
import { STANDING_RULES } from '../reading/rules/standing/standing-rules.ts'
import { isOfRounds, READING_RULES, ROUND_RULES, SEEN_RULES } from '../reading/rules/table.ts'
import { qualityBy, validateRound } from '../reading/validate.ts'
import type { MeterClock } from '../store/store.ts'
import {
  createPeriods,
  createRegisters,
  deviationsNear,
  deviationsSaid,
  floatStepIn,
  transformersThen,
} from './known-again.ts'

/** One reading of a round, as it is kept. */
export type KeptReading = ValidatedReading

export interface JudgedAgain {
  readonly reading: KeptReading
  readonly quality: Quality
  readonly findings: readonly Finding[]
  /** What each rule said that says something else now. */
  readonly changes: readonly RuleChange[]
  /** Rules that may have known what is not kept: their old findings stand. */
  readonly left: readonly string[]
}

export interface RuleChange {
  readonly rule: string
  readonly was: Finding | null
  readonly would: Finding | null
}

export interface JudgeParts {
  readonly meter: MeterConfig
  readonly offsetMinutes: number
  /** What to judge by; the meter's own where nothing is said. */
  readonly limits?: Limits
  /** Measurements of the meter's clock, the oldest first. */
  readonly clocks: readonly MeterClock[]
  /** Which meter hung there when: what one told is not held against another. Absent: always the same. */
  readonly stays?: readonly Stay[]
}

export interface Judge {
  /** A round that only others are held against. */
  note(round: readonly KeptReading[]): void
  /** The same, judged first. */
  judge(round: readonly KeptReading[]): readonly JudgedAgain[]
  /** A round with what is known beside it, as the likeliest way has it. */
  givenOf(round: readonly KeptReading[]): readonly Given[]
}

/**
 * What these rules go by is not kept: what else was on the line, our own clock, acceptances, the meter's own ratios, when a
 * demand was reached, what the meters beside this one did, and what stood from round to round.
 */
const LEFT: ReadonlySet<string> = new Set([
  ...['V-F10', 'V-T1', 'V-T8', 'V-C1', 'V-I5', 'V-R18', 'V-R23', 'V-R39', 'V-W1'],
  ...STANDING_RULES.map(({ id }) => id),
])
/** Accounts of rounds begin anew with the daemon, and nobody keeps when that was started. */
const OF_ACCOUNTS: ReadonlySet<string> = new Set([...LOAD_RULES, ...SEEN_RULES].map(({ id }) => id))
const JUDGED: ReadonlySet<string> = new Set(
  [...READING_RULES, ...ROUND_RULES].map(({ id }) => id).filter(id => !LEFT.has(id)),
)
const NOTHING: readonly Finding[] = []
const NONE: readonly number[] = []

/** Of a round what nobody knows for sure; the first of each is the likeliest. */
interface Guess {
  readonly clock: number
  readonly periods: number
  readonly withEarlier: boolean
}

const LIKELIEST: Guess = { clock: 0, periods: 0, withEarlier: false }
const OTHERS: readonly Guess[] = [
  { ...LIKELIEST, clock: 1 },
  { ...LIKELIEST, clock: 2 },
  { ...LIKELIEST, periods: 1 },
  { ...LIKELIEST, periods: 2 },
  { ...LIKELIEST, withEarlier: true },
  { ...LIKELIEST, withEarlier: true, clock: 1 },
]

const GUESSES = [LIKELIEST, ...OTHERS]

export function createJudge({ meter, offsetMinutes, clocks, stays = ALWAYS, ...parts }: JudgeParts): Judge {
  const transformers = agreedTransformers(meter)
  const then = meter.limits ?? USUAL_LIMITS[USUAL_CLASS]
  const now = parts.limits ?? then
  const lastGood = createLastGood([], offsetMinutes)
  const accountsThen = createAccounts(meter, offsetMinutes)
  const accountsNow = now === then ? accountsThen : createAccounts({ ...meter, limits: now }, offsetMinutes)
  const ofRegister = createRegisters(meter)
  const periodsOf = createPeriods(meter, offsetMinutes)
  /** What was frozen at the boundary read last: a register that told the same again is kept once, with the first round. */
  let frozen: { slot: number; readings: readonly KeptReading[] } | null = null

  function given(
    round: readonly KeptReading[],
    limits: Limits,
    { loads, seen }: Accounts,
    guess: Guess,
  ): readonly Given[] {
    const until = round.reduce((latest, { receivedAt }) => Math.max(latest, receivedAt), 0)
    const told = deviationsTold(round)
    const deviations = told.length > 0 ? told : deviationsNear(clocks, until)
    const clockDeviationMs = deviations[Math.min(guess.clock, deviations.length - 1)] ?? null
    const load = loads.of(meter.id)
    const bounds = { since: presentSince(stays, until), transformers }
    return [...round, ...(guess.withEarlier ? earlierOf(round) : [])].map(reading => {
      const { findings, unit } = reading
      const register = ofRegister(reading)
      const periods = periodsOf(reading)
      const own = periods[Math.min(guess.periods, periods.length - 1)]
      return {
        reading,
        known: {
          nameplate: register.nameplate,
          capacity: register.capacity,
          ...(register.rounded && { rounded: register.rounded }),
          ...knownOfSeries(lastGood.knownOf(reading), reading, bounds),
          load,
          seen: seen.of(meter.id),
          floatStep: findings.length === 0 ? null : floatStepIn(findings),
          transformers: transformersThen(register.transformers ?? null, unit, findings),
          clockDeviationMs,
          doubled: false,
          timeTrusted: true,
          ...(own && { periods: own }),
          now: until,
          offsetMinutes,
          limits,
        },
      }
    })
  }

  function earlierOf(round: readonly KeptReading[]): readonly KeptReading[] {
    if (frozen === null || round[0]?.kind !== 'freeze' || round[0].slot !== frozen.slot) return []
    return frozen.readings.filter(one => !round.some(({ obis }) => obis === one.obis))
  }

  function judgeBy(round: readonly KeptReading[], limits: Limits, accounts: Accounts, guess: Guess) {
    return validateRound(given(round, limits, accounts, guess)).map(({ findings }) =>
      findings.length === 0 ? NOTHING : findings.filter(({ rule }) => JUDGED.has(rule)),
    )
  }

  function judge(round: readonly KeptReading[]): readonly JudgedAgain[] {
    const fresh = judgeBy(round, now, accountsNow, LIKELIEST)
    const wasAskedTwice = round.some(({ findings }) => findings.some(isOfSecondLook))
    const others = memory((guess: Guess) => judgeBy(round, now, accountsNow, guess))
    const asThen = memory((guess: Guess) => judgeBy(round, then, accountsThen, guess))
    return round.map((reading, place) => {
      const own = fresh[place] ?? NOTHING
      const differing = rulesThatDiffer(reading.findings, own)
      if (differing.length === 0) return unchanged(reading)
      const left = differing.filter(rule => !isSure(rule, reading, place))
      return outcome(reading, own, differing, left)
    })

    /**
     * A difference is one where nothing that is not kept could undo it. Where the limits of then explain what is kept, only
     * what explains it with them counts.
     */
    function isSure(rule: string, { findings }: KeptReading, place: number): boolean {
      const kept = said(findings, rule)
      const explains = (guess: Guess) => said(asThen(guess)[place] ?? NOTHING, rule) === kept
      const undoes = (guess: Guess) => said(others(guess)[place] ?? NOTHING, rule) === kept
      const explaining = now === then ? [] : GUESSES.filter(explains)
      if (explaining.length > 0) return !explaining.some(undoes)
      if (OF_ACCOUNTS.has(rule) || (wasAskedTwice && isOfRounds(rule))) return false
      return !OTHERS.some(undoes)
    }
  }

  function note(round: readonly KeptReading[]): void {
    const asJudged = round.map(reading =>
      reading.findings.length === 0
        ? reading
        : { ...reading, quality: qualityBy(asItCame(reading.findings)) },
    )
    for (const reading of asJudged) lastGood.note(reading)
    for (const { loads, seen } of new Set([accountsThen, accountsNow])) {
      loads.note(meter.id, asJudged)
      seen.note(meter.id, asJudged)
    }
    const [first] = round
    if (first?.kind !== 'freeze') return
    const before = frozen?.slot === first.slot ? frozen.readings : []
    frozen = { slot: first.slot, readings: [...before, ...round] }
  }

  return {
    note,
    judge(round) {
      const judged = judge(round)
      note(round)
      return judged
    },
    givenOf: round => given(round, now, accountsNow, LIKELIEST),
  }
}

interface Accounts {
  readonly loads: LoadsSeen
  readonly seen: RoundsSeen
}

function createAccounts(meter: MeterConfig, offsetMinutes: number): Accounts {
  return { loads: createLoadsSeen([meter]), seen: createRoundsSeen([meter], offsetMinutes) }
}

/** Nearly always nothing is said, and nothing is made for that. */
function deviationsTold(round: readonly KeptReading[]): readonly number[] {
  for (const { findings } of round) {
    const told = findings.length === 0 ? NONE : deviationsSaid(findings)
    if (told.length > 0) return told
  }
  return NONE
}

/** Without what the store found out later: another value for the same moment, and a clock of ours that was wrong. */
function asItCame(findings: readonly Finding[]): readonly Finding[] {
  return findings.filter(
    ({ rule, verdict, evidence }) =>
      !(rule === 'V-F10' && /^version \d+ of the same slot says /.test(evidence)) &&
      !(rule === 'V-T1' && verdict === 'suspect'),
  )
}

function isOfSecondLook({ evidence }: Finding): boolean {
  return evidence.includes('asked again at once, the meter said')
}

/** Of an answer that was not kept, found by rules that let the second one pass. */
function isOfAnother({ verdict, evidence }: Finding): boolean {
  return verdict === 'accept' && evidence.startsWith('asked again at once, the meter said')
}

function isJudged(finding: Finding): boolean {
  return JUDGED.has(finding.rule) && !isOfAnother(finding)
}

/** The verdicts of a rule; "" for none. */
function said(findings: readonly Finding[], rule: string): string {
  return findings
    .filter(finding => finding.rule === rule && !isOfAnother(finding))
    .map(({ verdict }) => verdict)
    .sort()
    .join()
}

function rulesThatDiffer(kept: readonly Finding[], own: readonly Finding[]): readonly string[] {
  if (kept.length === 0 && own.length === 0) return []
  const rules = new Set([...kept.filter(isJudged), ...own].map(({ rule }) => rule))
  return [...rules].filter(rule => said(kept, rule) !== said(own, rule))
}

function unchanged(reading: KeptReading): JudgedAgain {
  const { quality, findings } = reading
  return { reading, quality, findings, changes: [], left: [] }
}

function outcome(
  reading: KeptReading,
  own: readonly Finding[],
  differing: readonly string[],
  left: readonly string[],
): JudgedAgain {
  const changed = differing.filter(rule => !left.includes(rule))
  if (changed.length === 0) return { ...unchanged(reading), left }
  const stands = ({ rule }: Finding) => !changed.includes(rule)
  const findings = [
    ...reading.findings.filter(one => stands(one) || isOfAnother(one)),
    ...own.filter(one => !stands(one)),
  ]
  const changes = changed.map(rule => ({
    rule,
    was: reading.findings.find(one => one.rule === rule && !isOfAnother(one)) ?? null,
    would: own.find(one => one.rule === rule) ?? null,
  }))
  return { reading, quality: qualityBy(findings), findings, changes, left }
}

/** Each guess is gone through once, and only where somebody asks. */
function memory<Result>(make: (guess: Guess) => Result): (guess: Guess) => Result {
  const made = new Map<Guess, Result>()
  return guess => {
    const before = made.get(guess)
    if (before !== undefined) return before
    const result = make(guess)
    made.set(guess, result)
    return result
  }
}
