/**
 * How many are cut: by gateway, line, transformer, actor and batch, over ten minutes, an hour and a day; against the usual and against all
 * meters; and the first of a batch, and of a person’s day, before the rest (P-11, PR-57). Counted from the orders themselves, so that every door and every restart
 * meets the same. Pure; UTC ms.
 */

import { DAY, HOUR, MINUTE } from '../../core/time.ts'
import { FUSED, type Fused, type Fuses, type Limit } from '../policy/policy.ts'
import { type OrderInterlock, passes, refuses } from './interlock.ts'
import type { Wanted } from './order.ts'
import type { CutState } from './states.ts'

/** A cut of which a frame was written down as leaving. */
export interface PastCut extends Counted {
  /** Until when it may have left: frames are counted, and one may leave some seconds after it was written down. */
  readonly at: number
  readonly state: CutState
}

/** Whose it counts as. */
export type Counted = Pick<Wanted, 'line' | 'transformer' | 'requestedBy' | 'batch'>

/** What all counting goes on. */
export interface Counts {
  /** In the order of their times, of `USUAL_DAYS` and today at least. */
  readonly past: readonly PastCut[]
  /** How many meters there are. */
  readonly meters: number
  /** Since when the store knows of cuts. */
  readonly knownSince: number
}

/** Blown, until two people reset it. */
export interface FuseState {
  readonly blown: { readonly at: number; readonly text: string } | null
  /** Who asked for it to be reset. */
  readonly resetAskedBy: string | null
}

export const WHOLE: FuseState = { blown: null, resetAskedBy: null }

/** The usual is the mean of so many days before. */
export const USUAL_DAYS = 28

const WINDOWS: readonly (readonly [keyof Limit, number, string])[] = [
  ['tenMinutes', 10 * MINUTE, 'ten minutes'],
  ['hour', HOUR, 'an hour'],
  ['day', DAY, 'a day'],
]

/** Of one more cut. What it refuses by `FUSE_BLOWN`, `RATIO_USUAL` and `RATIO_METERS` blows the fuse. */
export function fuse(
  rules: Fuses,
  state: FuseState,
  cut: Counted,
  counts: Counts,
  at: number,
): OrderInterlock {
  if (state.blown !== null) return refuses('fuse', 'FUSE_BLOWN', state.blown.text)
  return (
    overLimit(rules, cut, counts, at) ??
    overRatio(rules, counts, at) ??
    canary(rules, cut, counts, at) ??
    passes('fuse', 'no limit is reached')
  )
}

function overLimit({ limits }: Fuses, cut: Counted, { past }: Counts, at: number): OrderInterlock | null {
  for (const fused of FUSED) {
    const limit = limits.get(fused)
    const key = keyOf(fused, cut)
    if (limit === undefined || key === null) continue
    for (const [name, long, words] of WINDOWS) {
      const count = past.filter(one => one.at > at - long && keyOf(fused, one) === key).length
      if (count >= limit[name])
        return refuses('fuse', 'FUSE_BLOWN', `${count} by ${fused} ${key} within ${words}`)
    }
  }
  return null
}

/** A batch of its own are all that one person asks for without one. */
function keyOf(fused: Fused, { line, transformer, requestedBy, batch }: Counted): string | null {
  const keys = { gateway: 'this', line, transformer, actor: requestedBy, batch: batch ?? `of ${requestedBy}` }
  return keys[fused]
}

function overRatio(
  { ratio: { times, percent }, canary }: Fuses,
  { past, meters, knownSince }: Counts,
  at: number,
): OrderInterlock | null {
  const today = past.filter(one => one.at > at - DAY).length
  const share = Math.max(1, Math.floor((meters * percent) / 100))
  if (today >= share)
    return refuses(
      'fuse',
      'RATIO_METERS',
      `${today} within a day, of ${meters} meters; ${share} are the most`,
    )
  const before = past.filter(one => one.at > at - (USUAL_DAYS + 1) * DAY).length - today
  const days = Math.min(USUAL_DAYS, Math.floor((at - DAY - knownSince) / DAY))
  if (days < 7 || before === 0) return null
  const most = Math.max(canary, Math.floor((times * before) / days))
  return today >= most
    ? refuses('fuse', 'RATIO_USUAL', `${today} within a day; ${most} are ${times} times the usual`)
    : null
}

/**
 * The first of a batch are verified before another leaves, and so are the first that one person asked for within a day, whatever
 * their batches are called; none of them may have failed. What was paid for meanwhile is neither.
 */
function canary({ canary: first }: Fuses, cut: Counted, { past }: Counts, at: number): OrderInterlock | null {
  const told = past.filter(({ state }) => state !== 'superseded' && state !== 'not-sent')
  const ofDay = told.filter(one => one.at > at - DAY)
  const ofBatch = (cut.batch === null ? ofDay : told).filter(
    one => keyOf('batch', one) === keyOf('batch', cut),
  )
  const ofActor = ofDay.filter(({ requestedBy }) => requestedBy === cut.requestedBy)
  const said = [
    verified(ofBatch, first, 'of the batch'),
    verified(ofActor, first, `that ${cut.requestedBy} asked for within a day`),
  ]
  return said.find(one => one?.code === 'CANARY_FAILED') ?? said.find(one => one !== null) ?? null
}

function verified(told: readonly PastCut[], first: number, whose: string): OrderInterlock | null {
  const firsts = told.slice(0, first)
  const failed = firsts.filter(({ state }) => FAILED.includes(state)).length
  if (failed > 0)
    return refuses('fuse', 'CANARY_FAILED', `${failed} of the first ${first} ${whose} could not be verified`)
  const count = firsts.filter(({ state }) => state === 'confirmed').length
  return told.length >= first && count < first
    ? refuses('fuse', 'CANARY_PENDING', `${count} of the first ${first} ${whose} are verified`)
    : null
}

const FAILED: readonly CutState[] = ['unconfirmed', 'manual', 'refused', 'not-executed']

/** What blows it stays blown until two people reset it. */
export function blownBy(state: FuseState, said: OrderInterlock, at: number): FuseState {
  const blows = said.code === 'FUSE_BLOWN' || said.code === 'RATIO_USUAL' || said.code === 'RATIO_METERS'
  return state.blown === null && blows
    ? { blown: { at, text: `${said.code}: ${said.text}` }, resetAskedBy: null }
    : state
}

/** The first person asks for it, another one does it: the fuse as it is then, or why not. */
export function reset(state: FuseState, by: string): FuseState | 'FUSE_WHOLE' | 'RESET_BY_ANOTHER' {
  if (state.blown === null) return 'FUSE_WHOLE'
  if (state.resetAskedBy === null) return { ...state, resetAskedBy: by }
  return state.resetAskedBy === by ? 'RESET_BY_ANOTHER' : WHOLE
}
