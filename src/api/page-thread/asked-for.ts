/** What is known of asking a meter for a boundary: what was tried and became of it, and until when it remembers. */

import { boundaryAfter, isBoundary, longestPeriod } from '../../core/calendar.ts'
import { FAULTS, type FaultCode } from '../../core/faults.ts'
import type { BilledMeter } from '../../reading/billing/billed-meter.ts'
import type { Cause, KeptPlan, Missing } from '../../reading/expectation.ts'
import type { Reader } from '../../store/reader.ts'

export interface AskedFor {
  /** Null where no plan holds the boundary. */
  readonly line: string | null
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

export function askedFor(
  { expected }: Pick<Reader, 'expected'>,
  { id, usual }: Pick<BilledMeter, 'id' | 'usual'>,
  boundary: number,
): AskedFor {
  const holds = (one: KeptPlan) =>
    one.since <= boundary &&
    boundary < (one.until ?? Number.POSITIVE_INFINITY) &&
    isBoundary(one.calendar, boundary)
  const plans = expected.plansOf(id).filter(holds)
  const bills = plans.find(({ plan }) => plan === 'daily' || plan === 'settlement')
  const polled = plans.find(
    one => one.kind === 'poll' && usual.needed.every(obis => one.registers.includes(obis)),
  )
  const plan = bills ?? polled
  if (!plan) return { line: null, gap: null, text: '', forgottenAt: null }
  const { missing } = expected.slots(plan.ref, boundary, boundary + 1)
  const gap = missing.find(({ first, last }) => first <= boundary && boundary <= last) ?? null
  return {
    line: plan.line,
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
