/**
 * What stands of a meter from round to round: since when each thing a rule looks for has been so, when it was told, and what
 * the rule remembers of before. An account that rounds advance; pure.
 */

import type { Scaled } from '../../core/scaled.ts'
import { DAY } from '../../core/time.ts'

/** By rule; a rule with nothing to remember is not there. */
export type Standing = Readonly<Record<string, StandingOf>>

export interface StandingOf {
  readonly memory: Remembered | null
  /** By what it is about: a phase, a bit. */
  readonly stood: Readonly<Record<string, Stood>>
}

/** What a rule may remember: since when, what it has seen, and what registers were then. */
export interface Remembered {
  readonly since: number
  readonly seen: readonly string[]
  readonly registers: Readonly<Record<string, Scaled>>
}

export interface Stood {
  /** Null where it is over, and is only remembered to have been told. */
  readonly since: number | null
  /** Rounds that have shown it since. */
  readonly rounds: number
  readonly told: number
  readonly toldAt: number | null
  /** When a round showed it last. */
  readonly at: number
}

/** What a round shows of one thing: that it is so, or is not; null where it cannot be told. */
export interface Shown {
  readonly key: string
  readonly holds: boolean | null
}

/** How long something has to stand before it is told, and how often it is. */
export interface Patience {
  readonly over: number
  readonly rounds: number
}

/** Two reads make an alarm; what stands after that is told once a day, so that it costs no room with each reading. */
const READS_TO_ALARM = 2
const AGAIN_AFTER_MS = DAY
/** What nobody has seen for so long may have ended in between. */
const FORGOTTEN_MS = 7 * DAY

/** The account of one thing with a round that shows it added; null where it is over and forgotten. */
export function stoodAfter(
  before: Stood | undefined,
  { holds }: Pick<Shown, 'holds'>,
  at: number,
): Stood | null {
  const isTold = before?.toldAt != null && at - before.toldAt < AGAIN_AFTER_MS
  if (holds === null) return before ?? null
  if (!holds) return before && isTold ? { ...before, since: null, rounds: 0 } : null
  const goes = before?.since != null && at - before.at <= FORGOTTEN_MS
  return {
    since: goes ? before.since : at,
    rounds: goes ? before.rounds + 1 : 1,
    told: goes ? before.told : 0,
    toldAt: before?.toldAt ?? null,
    at,
  }
}

/** Whether it has stood long enough. */
export function hasLasted({ since, rounds }: Stood, at: number, patience: Patience): boolean {
  return since !== null && rounds >= patience.rounds && at - since >= patience.over
}

/** How often a rule tells what stands; what only informs is told daily, however often it comes and goes. */
export type Telling = 'always' | 'twice, then daily' | 'daily'

export function isToTell({ told, toldAt }: Stood, at: number, telling: Telling): boolean {
  const isLongAgo = toldAt === null || at - toldAt >= AGAIN_AFTER_MS
  return isLongAgo || telling === 'always' || (telling !== 'daily' && told < READS_TO_ALARM)
}

export function toldNow(stood: Stood, at: number): Stood {
  return { ...stood, told: stood.told + 1, toldAt: at }
}
