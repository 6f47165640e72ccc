/**
 * What stands between a meter and its final release at a boundary: why it is not there, what happens by itself and when, and
 * what waits for a person. Says only what is known. Pure.
 */

import type { Doubt, DoubtCode } from './billing-read.ts'
import type { Settled } from './gate-facts.ts'

export interface AwaitedFacts {
  /** UTC ms. */
  readonly now: number
  readonly settlesAt: number
  /** As judged now. */
  readonly settled: Settled
  /** As it will be judged when its time is over, if nothing more comes; null where it is over. */
  readonly unless: Settled | null
  /** Whether a past period was given up; null where nothing was said of it. */
  readonly state: 'open' | 'missed' | 'rejected' | 'filled' | null
  /** The meter tells it no longer from then on; null where that is not known, or nothing is remembered. */
  readonly forgottenAt: number | null
  /** When it is due to be asked for; null where it is not, or nobody knows. */
  readonly askedNextAt: number | null
}

export interface Awaited {
  readonly status: 'provisional' | 'missing'
  /** The code that matters most. */
  readonly cause: string
  readonly waitsFor: WaitsFor
  readonly doubts: readonly Doubt[]
  /** What is next, the most urgent first. */
  readonly steps: readonly Step[]
  /** Until when something may still be done about it, UTC ms; null where there is no such time. */
  readonly deadline: number | null
}

/** In the order in which a person should look. `nobody`: nothing more happens by itself. */
export const WAITS_FOR = ['person', 'nobody', 'meter', 'time'] as const
export type WaitsFor = (typeof WAITS_FOR)[number]

export const STEPS = ['person', 'ask', 'wait', 'estimate', 'release', 'nothing'] as const

export interface Step {
  readonly does: (typeof STEPS)[number]
  /** Null where it is not known, or there is no such time. */
  readonly at: number | null
  readonly until: number | null
  readonly text: string
}

/** What only a person can do. */
const FOR_A_PERSON: Readonly<Partial<Record<DoubtCode, string>>> = {
  NOT_ACCEPTED: 'look at the meter with `meterd profile doctor`, then `meterd profile accept`',
  ANOTHER_METER:
    'write which meter hangs there (meterNumber or assetNumber) and when it was exchanged (exchanged) into the meter list',
  NOTHING_NEEDED: 'give the meter a profile or points that read its energy registers',
  TOTAL_NOT_PLANNED: 'read the total of each tariff too',
  MULTIPLIER_CHANGED: 'write the ratios of the transformers and until when the old ones were there (ratios)',
  NOT_CONTINUOUS: 'hold it against what was released before and after; one of them is wrong',
  WITNESS_AGAINST: 'look at the evidence of the readings: two answers contradict each other',
  CONFLICT: 'look at the evidence of the readings: two answers contradict each other',
  NOT_GOOD: 'look at the evidence of the readings and what rules say of them',
  IDENTITY_IN_DOUBT: 'look at the evidence of the readings: another meter may have answered',
  NEEDS_APPROVAL: 'decide whether it may take the place of what was released',
  RELEASED_STANDS: 'decide whether it may take the place of what was released',
  CLOCK_BROKEN: "set the meter's clock; this boundary cannot be read any more",
  NOT_STAMPED_AT_BOUNDARY: "look at the meter's clock: it froze at another time",
}

/** Asking again may mend it, while the meter remembers. */
const ASKED_FOR: readonly DoubtCode[] = ['NOT_READ', 'NOT_WITNESSED']
/** Known by the next audit, which comes by itself. */
const AUDITED: readonly DoubtCode[] = ['NOT_AUDITED']

export function awaited(facts: AwaitedFacts): Awaited {
  const { settled, unless, settlesAt, forgottenAt } = facts
  const status = settled.does !== 'hold' && settled.verdict.status !== 'missing' ? 'provisional' : 'missing'
  const doubts = doubtsOf(facts)
  const steps = [
    ...personSteps(doubts),
    ...askSteps(facts, doubts),
    ...waitSteps(doubts),
    ...endSteps(facts, status),
  ]
  const does = new Set(steps.map(one => one.does))
  const waitsFor: WaitsFor = does.has('person')
    ? 'person'
    : does.has('ask')
      ? 'meter'
      : does.has('release') || does.has('estimate') || does.has('wait')
        ? 'time'
        : 'nobody'
  const usual = unless === null ? 'NOT_YET_RELEASED' : 'NOT_SETTLED'
  const cause = causeOf(doubts, waitsFor) ?? (status === 'provisional' ? usual : 'UNKNOWN')
  const deadline = waitsFor === 'meter' ? forgottenAt : waitsFor === 'nobody' ? null : settlesAt
  return { status, cause, waitsFor, doubts, steps, deadline }
}

/** What stands against it now, and what will when its time is over. */
function doubtsOf({ settled, unless }: AwaitedFacts): readonly Doubt[] {
  const now = settled.does === 'hold' ? settled.doubts : settled.verdict.doubts
  const then = unless?.does === 'hold' ? unless.doubts : []
  const isSaid = (one: Doubt) =>
    now.some(({ code, obis, text }) => code === one.code && obis === one.obis && text === one.text)
  return [...now, ...then.filter(one => !isSaid(one))]
}

function causeOf(doubts: readonly Doubt[], waitsFor: WaitsFor): string | null {
  const blocking = doubts.filter(({ blocks }) => blocks === 'all')
  const personal = waitsFor === 'person' ? blocking.find(({ code }) => FOR_A_PERSON[code]) : undefined
  return (personal ?? blocking[0])?.code ?? null
}

function personSteps(doubts: readonly Doubt[]): readonly Step[] {
  const texts = new Set(doubts.flatMap(({ code, blocks }) => (blocks === 'all' && FOR_A_PERSON[code]) || []))
  return [...texts].map(text => ({ does: 'person', at: null, until: null, text }))
}

function askSteps(
  { now, state, forgottenAt, askedNextAt }: AwaitedFacts,
  doubts: readonly Doubt[],
): readonly Step[] {
  const again = doubts.find(({ code }) => ASKED_FOR.includes(code))
  if (!again) return []
  const what = again.code === 'NOT_READ' ? 'it is asked for' : 'it is asked for a second time'
  const until = forgottenAt
  if (askedNextAt !== null) {
    const isDue = askedNextAt <= now
    const when = isDue ? 'now, in its turn on the line' : 'again'
    return [{ does: 'ask', at: Math.max(askedNextAt, now), until, text: `${what} ${when}` }]
  }
  if (state === 'open' && forgottenAt !== null && now < forgottenAt)
    return [{ does: 'ask', at: null, until, text: `${what} again; when is not known here` }]
  const isGone = state === 'missed' || (forgottenAt !== null && forgottenAt <= now)
  if (isGone)
    return [
      {
        does: 'nothing',
        at: null,
        until: null,
        text: 'it is asked for no more: the meter cannot tell it any longer',
      },
    ]
  if (forgottenAt === null)
    return [
      {
        does: 'nothing',
        at: null,
        until: null,
        text: 'it is not asked for: it is of before such boundaries were asked for here, or meters remember no such moment',
      },
    ]
  return [{ does: 'nothing', at: null, until, text: 'whether and when it is asked for again is not known' }]
}

function waitSteps(doubts: readonly Doubt[]): readonly Step[] {
  const wait = (text: string): Step => ({ does: 'wait', at: null, until: null, text })
  const held = doubts.find(({ code }) => code === 'HELD_BACK')
  const unasked = doubts.find(({ code }) => AUDITED.includes(code))
  return [
    ...(held
      ? [wait('bills wait until what many meters share is over, three days at most; see /v1/alarms')]
      : []),
    ...(unasked ? [wait('the meter is asked who it is when it answers again')] : []),
  ]
}

/** What becomes of it when its time is over, as far as nothing else comes. */
function endSteps({ settled, unless, settlesAt }: AwaitedFacts, status: Awaited['status']): readonly Step[] {
  const end = unless ?? settled
  const at = unless === null ? null : settlesAt
  const step = (does: Step['does'], text: string): Step => ({ does, at, until: null, text })
  const nothing = (text: string): Step => ({ does: 'nothing', at: null, until: null, text })
  if (end.does === 'release') {
    const isEstimate = end.release.standing === 'estimated'
    if (isEstimate) return [step('estimate', 'it is estimated if nothing comes')]
    const isDamaged = end.verdict.doubts.some(({ code }) => code === 'DAMAGED')
    if (end.release.standing === 'withdrawn')
      return isDamaged ? [step('wait', 'it is taken back at the next look, with the reason')] : []
    return [step('release', unless === null ? 'it is released at the next look' : 'it is released')]
  }
  if (end.does === 'nothing' && status === 'missing')
    return [nothing('nothing is estimated before the first release of a meter')]
  const cannot = end.does === 'hold' ? end.doubts.find(({ code }) => code === 'NOT_ESTIMABLE') : undefined
  return cannot ? [nothing(`it is not estimated: ${cannot.text}`)] : []
}
