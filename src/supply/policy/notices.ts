/** Whether a customer was told, in time and not too long ago; only what was delivered counts (P-04, P-05). */

import { DAY, MINUTE } from '../../core/time.ts'
import type { Facts } from './facts.ts'
import { counted, type Interlock, pass, refuse, showTime } from './interlock.ts'
import type { Policy } from './policy.ts'
import { protectionsOn } from './protections.ts'
import { nextDay, zoneOf } from './zone.ts'

export function firstNotice(policy: Policy, facts: Facts, now: number): Interlock {
  const { source, days, lapsesAfterDays } = policy.firstNotice
  const no = refuse.bind(null, 'first_notice')
  const { firstNotice: notice, customer } = facts
  if (notice === null) return no('FIRST_NOTICE_UNKNOWN', source, 'nobody knows of a first notice')
  if (notice === 'none') return no('FIRST_NOTICE_MISSING', source, 'no first notice was given')
  if (notice === 'sent')
    return no('FIRST_NOTICE_NOT_DELIVERED', source, 'the first notice was sent, and no receipt came')
  const delivered = `delivered ${showTime(policy.zone, notice)}`
  if (notice > now) return no('FIRST_NOTICE_IN_FUTURE', source, `${delivered}, which is not yet`)
  if (customer === null)
    return no('CUSTOMER_CLASS_UNKNOWN', source, 'nobody knows whose notice takes how long')
  const extra = protectionsOn(policy, facts, now).reduce(
    (most, { rule }) => Math.max(most, rule?.extraDays ?? 0),
    0,
  )
  const full = days[customer] + extra
  const why = extra > 0 ? `, ${extra} of them for protection` : ''
  const text = `${delivered}; ${customer} have ${counted(full, 'full day')}${why}`
  const from = fullDaysAfter(policy.zone, notice, full)
  if (now < from) return no('FIRST_NOTICE_TOO_RECENT', source, text, from)
  if (now >= notice + lapsesAfterDays * DAY)
    return no(
      'FIRST_NOTICE_LAPSED',
      source,
      `${delivered}; it lapses after ${counted(lapsesAfterDays, 'day')}`,
    )
  return pass('first_notice', source, text)
}

/** After so many whole days of the calendar, none of them shorter than a day: the later of both. */
export function fullDaysAfter(zone: string, delivered: number, days: number): number {
  let from = delivered
  for (let passed = 0; passed <= days; passed++) from = nextDay(zoneOf(zone), from)
  return Math.max(from, delivered + days * DAY)
}

export function secondNotice(policy: Policy, { secondNotice: notice }: Facts, now: number): Interlock {
  const { source, leastMs, mostMs } = policy.secondNotice
  const no = refuse.bind(null, 'second_notice')
  if (notice === null) return no('SECOND_NOTICE_UNKNOWN', source, 'nobody knows of a second notice')
  if (notice === 'none') return no('SECOND_NOTICE_MISSING', source, 'no second notice was given')
  if (notice === 'sent')
    return no('SECOND_NOTICE_NOT_DELIVERED', source, 'the second notice was sent, and no receipt came')
  const delivered = `delivered ${showTime(policy.zone, notice)}`
  if (notice > now) return no('SECOND_NOTICE_IN_FUTURE', source, `${delivered}, which is not yet`)
  const text = `${delivered}; ${leastMs / MINUTE} to ${mostMs / MINUTE} minutes before the cut are asked for`
  if (now < notice + leastMs) return no('SECOND_NOTICE_TOO_RECENT', source, text, notice + leastMs)
  if (now > notice + mostMs) return no('SECOND_NOTICE_TOO_OLD', source, text)
  return pass('second_notice', source, text)
}
