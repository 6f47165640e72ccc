/** Which boundaries somebody bills by, as callers write it. */

import { z } from 'zod'
import { type MonthDay, parseMonthDay } from '../core/calendar.ts'
import type { ChosenDays } from '../reading/billing/chosen-days.ts'

const DAY_OF_MONTH = /^([1-9]|[12]\d|3[01])$/

/** Days of the month, each "1" or "01T08", or "all". */
const CHOSEN = /^(all|([1-9]|[12]\d|3[01]|\d{2}T\d{2})(,([1-9]|[12]\d|3[01]|\d{2}T\d{2})){0,61})$/
const CHOOSE = 'days of the month such as 1,11,21, or 01T08 for another hour, or all'

/** "1" or "01T08". */
function monthDayOf(text: string): MonthDay | null {
  return DAY_OF_MONTH.test(text) ? { day: Number(text), hour: 0 } : parseMonthDay(text)
}

export const chosen = z
  .string({ error: 'give it once' })
  .regex(CHOSEN, CHOOSE)
  .transform((text): ChosenDays | null => {
    if (text === 'all') return 'all'
    const days = text.split(',', 63).map(monthDayOf)
    return days.length <= 62 && days.every(day => day !== null) ? days : null
  })
  .refine(days => days !== null, CHOOSE)
  .optional()
  .meta({
    description:
      'boundaries you bill by: days of the month, such as 1,11,21, at 00:00 by the site or at another hour, such as 01T08; or all there are, which it is without it',
  })
