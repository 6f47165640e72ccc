/** One question a policy asks before a cut: passed, failed or unknown, and why, and what to do about it (PR-53). */

import { isoWithOffset } from '../../core/time.ts'
import { zoneOf } from './zone.ts'

export type Verdict = 'pass' | 'fail' | 'unknown'

/** Every reason there is not to cut, with what it is and its remedy. The codes stay what they are. */
export const REASONS = {
  NOT_YET_ACCEPTED: ['fail', 'wait for the day from which the policy holds'],
  TIME_DOUBTED: ['unknown', "set the gateway's clock, then: meterd trust-clock"],
  TIME_TRUST_UNKNOWN: ['unknown', "find out whether the gateway's clock can be trusted"],
  CALENDAR_UNKNOWN: ['unknown', 'enter the holidays of that time into the policy and accept it again'],
  NO_WINDOW: ['fail', 'this policy cuts nobody; enter windows if it should'],
  OUTSIDE_WINDOW: ['fail', 'wait for the next window'],
  HOUR_COMES_TWICE: ['fail', 'wait until the clocks have been put back and the hour is over'],
  WINDOW_EDGE_UNCLEAR: ['fail', 'wait for a day on which the clocks are not changed within the window'],
  WEEKDAY_NEVER: ['fail', 'wait for another weekday'],
  HOLIDAY: ['fail', 'wait until the holiday is over'],
  DAY_BEFORE_HOLIDAY: ['fail', 'wait until the holiday is over'],
  NO_CUT_CALENDAR: ['fail', 'wait until these days are over'],
  DECLARED: ['fail', 'wait until whoever declared it ends it'],
  DECLARED_UNKNOWN: ['unknown', 'declare whether it is so, for 48 hours at most'],
  CUSTOMER_CLASS_UNKNOWN: ['unknown', 'enter whether the customer is a resident'],
  FIRST_NOTICE_UNKNOWN: ['unknown', 'find out about the first notice'],
  FIRST_NOTICE_MISSING: ['fail', 'give the first notice and wait for its receipt'],
  FIRST_NOTICE_NOT_DELIVERED: ['fail', 'wait for the receipt; without one, visit or post it'],
  FIRST_NOTICE_IN_FUTURE: ['unknown', 'find out which of the clocks is wrong'],
  FIRST_NOTICE_TOO_RECENT: ['fail', 'wait until the full days are over'],
  FIRST_NOTICE_LAPSED: ['fail', 'give the first notice again'],
  SECOND_NOTICE_UNKNOWN: ['unknown', 'find out about the second notice'],
  SECOND_NOTICE_MISSING: ['fail', 'give the second notice shortly before the cut'],
  SECOND_NOTICE_NOT_DELIVERED: ['fail', 'give up this attempt, and begin another with another second notice'],
  SECOND_NOTICE_IN_FUTURE: ['unknown', 'find out which of the clocks is wrong'],
  SECOND_NOTICE_TOO_RECENT: ['fail', 'wait'],
  SECOND_NOTICE_TOO_OLD: ['fail', 'give up this attempt, and begin another with another second notice'],
  PROTECTIONS_UNKNOWN: [
    'unknown',
    'have two keys say that all who are protected are entered, or mend what is damaged of it',
  ],
  PROTECTED: ['fail', 'do not cut this customer'],
  PROTECTION_NOT_IN_POLICY: ['unknown', 'enter into the policy what protects this class'],
  AUTHORITY_REFERENCE_MISSING: ['fail', "get the authority's approval and enter its reference"],
  VISIT_MISSING: ['fail', 'visit the customer after the first notice and record it'],
  VISIT_IN_FUTURE: ['unknown', 'find out which of the clocks is wrong'],
  ARREARS_UNKNOWN: ['unknown', 'ask billing what is owed, and enter it'],
  ARREARS_OTHER_CURRENCY: ['unknown', "state the arrears in the policy's currency"],
  ARREARS_TOO_SMALL: ['fail', 'do not cut for so little'],
  READ_UNKNOWN: ['unknown', 'read the meter; have a balance that billing states stated anew'],
  READ_IN_FUTURE: ['unknown', 'find out which of the clocks is wrong'],
  READ_NOT_ACTUAL: ['fail', 'read the meter; nobody is cut on what was not read'],
  READ_TOO_OLD: ['fail', 'read the meter; have a balance that billing states stated anew'],
  METER_CLOCK_UNKNOWN: ['unknown', "read the meter's clock"],
  METER_CLOCK_OFF: ['fail', "set the meter's clock"],
} as const satisfies Record<string, readonly [Exclude<Verdict, 'pass'>, string]>

export type Reason = keyof typeof REASONS

export type InterlockName =
  | 'accepted'
  | 'gateway_time'
  | 'calendar'
  | 'weekday'
  | 'holiday'
  | 'no_cut'
  | 'window'
  | 'declared'
  | 'protection'
  | 'first_notice'
  | 'second_notice'
  | 'arrears'
  | 'read'
  | 'meter_clock'

export interface Interlock {
  readonly name: InterlockName
  readonly verdict: Verdict
  readonly code: Reason | 'PASS'
  readonly text: string
  /** Null where it passes. */
  readonly remedy: string | null
  /** Of the rule, as the policy has it; null where no rule of the policy asks. */
  readonly source: string | null
  /** When time alone will have it pass, UTC ms; null where it passes, or where time alone does not help. */
  readonly earliest: number | null
}

export function pass(name: InterlockName, source: string | null, text: string): Interlock {
  return { name, verdict: 'pass', code: 'PASS', text, remedy: null, source, earliest: null }
}

export function refuse(
  name: InterlockName,
  code: Reason,
  source: string | null,
  text: string,
  earliest: number | null = null,
): Interlock {
  const [verdict, remedy] = REASONS[code]
  return { name, verdict, code, text, remedy, source, earliest }
}

/** ISO 8601 with the offset that holds there at that time. */
export function showTime(zone: string, instant: number): string {
  return isoWithOffset(instant, zoneOf(zone).offsetMinutesAt(instant))
}

/** "1 day", "7 days". */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
