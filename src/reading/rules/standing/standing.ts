/**
 * Rules of what stands from round to round: a phase without voltage, a relay that is open. Each says what a round shows and
 * remembers; that it has stood long enough, and is told at most twice and then once a day, is the same for all.
 */

import { approximate, type Scaled } from '../../../core/scaled.ts'
import { isoWithOffset } from '../../../core/time.ts'
import type { Nameplate } from '../../../driver-api/profile.ts'
import { isOfNow } from '../../from-memory.ts'
import type { Transformers } from '../../ratios.ts'
import type { Reading, ValidatedReading } from '../../reading.ts'
import { kwhBetween } from '../../seen/load-seen.ts'
import {
  hasLasted,
  isToTell,
  type Patience,
  type Remembered,
  type Shown,
  type Standing,
  type StandingOf,
  type Stood,
  stoodAfter,
  type Telling,
  toldNow,
} from '../../seen/stood.ts'
import type { Known } from '../known.ts'
import { sampleOf, stepOf, unitsPerKwh } from '../pair.ts'
import type { Limits } from '../parameters.ts'
import type { Checked, Given, RoundRule, RuleFacts, Said, Told } from '../rule.ts'

/** What a round told of now, by OBIS code, and what holds of its meter. */
export interface Seen {
  readonly at: number
  readonly readings: ReadonlyMap<string, Reading>
  readonly of: MeterOf
}

/** What of a meter does not change from round to round. */
export interface MeterOf
  extends Pick<Known, 'nameplate' | 'limits' | 'offsetMinutes' | 'generation' | 'isSignUnsure'> {
  readonly transformers?: Transformers | null
}

/** One thing a round shows. */
export interface Look extends Shown {
  /** What the finding stands with. */
  readonly with: Reading
  /** Asked where it holds, which is nearly never. */
  readonly tell: () => Tell
}

/** What is said of it where it has stood long enough. */
export interface Tell {
  readonly patience: Patience
  readonly words: string
  readonly codes: readonly string[]
  readonly samples?: readonly Reading[]
  readonly limit?: Said['limit']
}

export interface Looked {
  /** Nothing, where the round lacks it. */
  readonly looks: readonly Look[]
  readonly lacks?: string
  readonly memory?: Remembered | null
}

export interface StandingRule extends RuleFacts {
  /** Null where the rule has nothing to say of such a meter or round. */
  look(seen: Seen, memory: Remembered | null): Looked | null
}

/** Two rounds that agree, and more where a parameter says so. */
export function lasting(over: number): Patience {
  return { over, rounds: 2 }
}
/** What a window of its own has shown, or a change, needs no second round. */
export const AT_ONCE: Patience = { over: 0, rounds: 1 }

const EMPTY: StandingOf = { memory: null, stood: {} }

export function asRoundRule(rule: StandingRule): RoundRule {
  const { look: _, ...facts } = rule
  return { ...facts, check: round => check(rule, round) }
}

function check(rule: StandingRule, round: readonly Given[]): readonly Told[] {
  const seen = seenIn(round)
  const standing = round[0]?.known.standing
  if (!seen || standing === undefined) return []
  const before = standing?.[rule.id] ?? EMPTY
  const looked = rule.look(seen, before.memory)
  if (!looked) return []
  const due = looked.looks.filter(look => isDue(rule, before, look, seen.at))
  const [first] = due
  if (first) return [{ of: [first.with], checked: saying(rule, before, due, seen) }]
  const undecided = looked.lacks ?? whyUndecided(looked.looks, before)
  const of = looked.looks.slice(0, 1).map(one => one.with)
  return [{ of, checked: undecided === null ? null : { lacks: undecided } }]
}

/** What stood and does not show itself now is not over. */
function whyUndecided(looks: readonly Look[], { stood }: StandingOf): string | null {
  if (looks.some(({ holds }) => holds)) return 'rounds enough, or it was told within the day'
  const isHidden = looks.some(({ holds, key }) => holds === null && stood[key] && stood[key].since !== null)
  return !isHidden && looks.some(({ holds }) => holds === false) ? null : 'what would show it'
}

function isDue(rule: StandingRule, before: StandingOf, look: Look, at: number): boolean {
  if (look.holds !== true) return false
  const stood = stoodAfter(before.stood[look.key], look, at)
  return stood !== null && hasLasted(stood, at, look.tell().patience) && isToTell(stood, at, toldOf(rule))
}

/** What is withheld is so each time; severity 3 is told once a day, and nobody waits for a second read of it. */
function toldOf({ outcomes }: RuleFacts): Telling {
  if (outcomes.some(one => one.verdict === 'suspect')) return 'always'
  return outcomes.every(({ severity }) => severity === 3) ? 'daily' : 'twice, then daily'
}

function saying({ outcomes }: RuleFacts, before: StandingOf, due: readonly Look[], seen: Seen): Checked {
  const verdict = outcomes[0]?.verdict
  if (verdict === undefined || verdict === 'not evaluated')
    throw new Error('broken promise: what stands has an outcome')
  const told = due.map(look => ({ look, ...look.tell() }))
  const words = told.map(({ look, words: text }) => {
    const stood = stoodAfter(before.stood[look.key], look, seen.at)
    const isNew = !stood || stood.rounds < 2 || stood.since === null
    return isNew ? text : `${text}, since ${isoWithOffset(stood.since, seen.of.offsetMinutes)}`
  })
  const limit = told[0]?.limit
  return {
    verdict,
    evidence: words.join('; '),
    codes: [...new Set(told.flatMap(({ codes }) => codes))],
    samples: [...new Set(told.flatMap(({ look, samples }) => samples ?? [look.with]))].map(sampleOf),
    ...(limit && { limit }),
  }
}

/** Rules of a round ask one after the other. */
const views = new WeakMap<readonly Given[], Seen | null>()

function seenIn(round: readonly Given[]): Seen | null {
  const before = views.get(round)
  if (before !== undefined) return before
  const known = round[0]?.known
  const seen = known
    ? seenOf(
        round.map(({ reading }) => reading),
        known,
      )
    : null
  views.set(round, seen)
  return seen
}

/** Null where it told nothing of now: a load record is of another moment. */
function seenOf(readings: readonly Reading[], of: MeterOf): Seen | null {
  const own = readings.filter(isOfNow)
  const [first] = own
  if (!first) return null
  const at = own.reduce((latest, { readAt }) => Math.max(latest, readAt), first.readAt)
  return { at, readings: new Map(own.map(reading => [reading.obis, reading])), of }
}

/** The accounts after a round that has become durable; of what other rules doubt nothing is remembered. */
export function standingAfter(
  rules: readonly StandingRule[],
  before: Standing | null,
  readings: readonly ValidatedReading[],
  of: MeterOf,
): Standing | null {
  const own = new Set(rules.map(({ id }) => id))
  const sure = readings.filter(({ quality, findings }) =>
    quality === 'good' ? true : findings.every(one => one.verdict !== 'suspect' || own.has(one.rule)),
  )
  const seen = seenOf(sure, of)
  if (!seen) return before
  const told = new Set<string>()
  for (const { findings } of readings) for (const { rule } of findings) told.add(rule)
  const after: Record<string, StandingOf> = {}
  for (const rule of rules) {
    const account = standingOfRule(rule, before?.[rule.id] ?? EMPTY, seen, told.has(rule.id))
    if (account) after[rule.id] = account
  }
  return after
}

function standingOfRule(
  rule: StandingRule,
  before: StandingOf,
  seen: Seen,
  wasTold: boolean,
): StandingOf | null {
  const looked = rule.look(seen, before.memory)
  if (!looked) return before === EMPTY ? null : before
  const memory = looked.memory === undefined ? before.memory : looked.memory
  const stood = stoodOfLooks(rule, before, looked.looks, seen.at, wasTold)
  if (memory === before.memory && stood === before.stood) return before === EMPTY ? null : before
  return memory === null && Object.keys(stood).length === 0 ? null : { memory, stood }
}

/** The same where nothing stands, which is nearly always. */
function stoodOfLooks(
  rule: StandingRule,
  before: StandingOf,
  looks: readonly Look[],
  at: number,
  wasTold: boolean,
): StandingOf['stood'] {
  if (!looks.some(({ key, holds }) => holds === true || before.stood[key])) return before.stood
  const stood: Record<string, Stood> = { ...before.stood }
  for (const look of looks) {
    const own = stoodAfter(before.stood[look.key], look, at)
    if (own) stood[look.key] = wasTold && isDue(rule, before, look, at) ? toldNow(own, at) : own
    else delete stood[look.key]
  }
  return stood
}

/** Of now, in this unit; null where it was not told so. */
export function valueIn({ readings }: Seen, codes: readonly string[], unit: string): number | null {
  const reading = codes.map(code => readings.get(code)).find(one => one !== undefined)
  return reading?.unit === unit ? approximate(reading.value) : null
}

export function readingIn({ readings }: Seen, codes: readonly string[]): Reading | undefined {
  return codes.map(code => readings.get(code)).find(one => one !== undefined)
}

/** What is remembered of now. */
export function registersAt(
  since: number,
  seen: readonly string[],
  registers: readonly Reading[],
): Remembered {
  return { since, seen, registers: Object.fromEntries(registers.map(({ obis, value }) => [obis, value])) }
}

/** How much a register has grown since then, kWh or kvarh; null where either is not known. */
export function grownBy(reading: Reading | undefined, from: Scaled | undefined): number | null {
  const per = reading && unitsPerKwh(reading.unit)
  return reading && from && per ? kwhBetween(from, reading.value, per) : null
}

/** One step of a register, kWh or kvarh. */
export function stepIn({ value, unit }: Reading, { transformers }: MeterOf): number {
  return stepOf(value, unit, { transformers: transformers ?? null }) / (unitsPerKwh(unit) ?? 1)
}

/** From which current on a phase carries something: a share of the largest. */
export function amperesOf({ nameplate }: { readonly nameplate: Nameplate }, percent: number): number {
  return (nameplate.amperes * percent) / 100
}

/** The parameters of a rule in force. */
export function limitsIn<Id extends keyof Limits>({ of }: Seen, id: Id): Limits[Id] {
  return of.limits[id]
}
