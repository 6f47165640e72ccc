/** What is known of asking a meter for a boundary: what was tried and became of it, and until when it remembers. */

import { boundaryAfter, isBoundary, longestPeriod } from '../../core/calendar.ts'
import { FAULTS, type FaultCode } from '../../core/faults.ts'
import type { BilledMeter } from '../../reading/billing/billed-meter.ts'
import type { Cause, KeptPlan, Missing } from '../../reading/expectation.ts'
import type { Reader } from '../../store/reader.ts'

export interface AskedFor {
  /** Null where no plan holds the boundary. */
  readonly line: string | null
  /** From when on such boundaries are asked for, where this one lies before; else null. */
  readonly since: number | null
  /** What was said of it; null where nothing was, or it is here. */
  readonly gap: Missing | null
  /** What the cause of the gap means. */
  readonly text: string
  /** UTC ms; null where nothing is remembered, or that is not known. */
  readonly forgottenAt: number | null
}

const NOT_FAULTS: Readonly<Record<Exclude<Cause, FaultCode>, string>> = {
  OFF: 'no daemon was running',
  CLOCK: 'our own clock was not to be believed',
  NOT_ASKED: 'not asked yet, or the line was busy until the period was over',
  HELD_APART: 'answered, and all of it is held apart',
  NOT_WANTED: 'the configuration stopped asking before it came',
}

const UNASKED: AskedFor = { line: null, since: null, gap: null, text: '', forgottenAt: null }

export function askedFor(
  { expected }: Pick<Reader, 'expected'>,
  { id, usual }: Pick<BilledMeter, 'id' | 'usual'>,
  boundary: number,
): AskedFor {
  const isPolled = ({ kind, registers }: KeptPlan) =>
    kind === 'poll' && usual.needed.every(obis => registers.includes(obis))
  const plans = expected
    .plansOf(id)
    .filter(one => isBoundary(one.calendar, boundary))
    .filter(one => one.plan === 'daily' || one.plan === 'settlement' || isPolled(one))
  const holds = ({ since, until }: KeptPlan) =>
    since <= boundary && boundary < (until ?? Number.POSITIVE_INFINITY)
  const held = plans.filter(holds)
  const plan = held.find(({ kind }) => kind === 'freeze') ?? held[0]
  if (!plan) {
    const since = Math.min(...plans.map(one => one.since).filter(one => one > boundary))
    return { ...UNASKED, since: Number.isFinite(since) ? since : null }
  }
  const { missing } = expected.slots(plan.ref, boundary, boundary + 1)
  const gap = missing.find(({ first, last }) => first <= boundary && boundary <= last) ?? null
  return {
    line: plan.line,
    since: null,
    gap,
    text: gap ? meaningOf(gap.cause) : '',
    forgottenAt: forgottenAt(plan, boundary),
  }
}

function meaningOf(cause: Cause): string {
  return cause in NOT_FAULTS ? NOT_FAULTS[cause as keyof typeof NOT_FAULTS] : FAULTS[cause as FaultCode].hint
}

/** As many of its periods later as it keeps. A poll that no memory fills is a moment. */
function forgottenAt({ kind, calendar, keptForMs }: KeptPlan, boundary: number): number | null {
  const period = longestPeriod(calendar)
  if (kind === 'poll') return keptForMs > period ? boundary + keptForMs : null
  let at = boundary
  for (let kept = Math.round(keptForMs / period); kept > 0; kept -= 1) at = boundaryAfter(calendar, at)
  return at
}
