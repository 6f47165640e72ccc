/** `/v1/meters/{id}/calendar`: what a meter used on each day, as it was billed (D-01). */

import { z } from 'zod'
import { Fault } from '../core/faults.ts'
import { DAY, MINUTE, slotOf } from '../core/time.ts'
import { visibleMeter } from './access.ts'
import type { App } from './app.ts'
import { calendarAnswer } from './calendar-shapes.ts'
import type { ApiParts } from './parts.ts'
import { ofMeter, timeAsked } from './shapes.ts'
import { dateOf, timeOf } from './times.ts'
import { sendWritten, written } from './written.ts'

const MOST_DAYS = 62
const MONTH = /^[12]\d{3}-(0[1-9]|1[0-2])$/

const asked = z.strictObject({
  month: z
    .string({ error: 'give it once' })
    .regex(MONTH, 'YYYY-MM')
    .optional()
    .meta({ description: "YYYY-MM, in the site's fixed offset; without it and `from` this month" }),
  from: timeAsked.meta({ description: 'the first day, YYYY-MM-DD; not together with `month`' }),
  to: timeAsked.meta({
    description: `before this day, at most ${MOST_DAYS} later; without it 31 days after \`from\``,
  }),
})

const USUAL_DAYS = 31

export function calendarRoutes(app: App, { pages, site, clock, ...parts }: ApiParts): void {
  const meters = new Map(parts.meters.map(one => [one.id, one]))
  const { offsetMinutes } = site
  app.get(
    '/v1/meters/:id/calendar',
    {
      config: { access: 'read' },
      schema: {
        summary: 'The usage calendar: what was used on each day, as it was billed, and how it is known',
        description:
          'Between the releases of two midnights. Days without a release are missing, and the span they are part of is beside them: `days` and the `spans` that are `inTotal` add up to `total`. What is not released yet stands apart in `provisional`.',
        tags: ['meters'],
        params: ofMeter,
        querystring: asked,
        response: { 200: written(calendarAnswer) },
      },
    },
    async (request, reply) => {
      const { id } = visibleMeter(request, meters, request.params.id)
      const now = clock.now()
      const range = rangeOf(request.query, now, offsetMinutes)
      return sendWritten(reply, await pages.calendar({ meter: id, ...range, now }))
    },
  )
}

function rangeOf(
  { month, from: first, to: end }: z.infer<typeof asked>,
  now: number,
  offsetMinutes: number,
): { readonly from: number; readonly to: number } {
  if (first !== undefined && month !== undefined)
    throw new Fault('ASK_INVALID', 'query.month: give a month, or from and to; not both')
  if (first === undefined && end === undefined)
    return monthOf(month ?? dateOf(now, offsetMinutes).slice(0, 7), offsetMinutes)
  return daysAsked({ from: first, to: end }, now, offsetMinutes)
}

/** Whole days, at most `MOST_DAYS`; without a first one the last `USUAL_DAYS` that are over. Throws ASK_INVALID. */
export function daysAsked(
  { from: first, to: end }: { readonly from: string | undefined; readonly to: string | undefined },
  now: number,
  offsetMinutes: number,
): { readonly from: number; readonly to: number } {
  const today = slotOf(now, DAY, offsetMinutes)
  if (first === undefined && end === undefined) return { from: today - USUAL_DAYS * DAY, to: today }
  if (first === undefined) throw new Fault('ASK_INVALID', 'query.from: missing; `to` goes with it')
  const from = midnightOf('from', first, offsetMinutes)
  const to = end === undefined ? from + USUAL_DAYS * DAY : midnightOf('to', end, offsetMinutes)
  if (to <= from || to - from > MOST_DAYS * DAY)
    throw new Fault('ASK_INVALID', `query.to: after from, and at most ${MOST_DAYS} days`)
  return { from, to }
}

function monthOf(month: string, offsetMinutes: number): { readonly from: number; readonly to: number } {
  const [year = 0, number = 1] = month.split('-').map(Number)
  const first = (which: number) => Date.UTC(year, which, 1) - offsetMinutes * MINUTE
  return { from: first(number - 1), to: first(number) }
}

function midnightOf(name: string, text: string, offsetMinutes: number): number {
  const instant = timeOf(name, text, offsetMinutes) ?? Number.NaN
  if (slotOf(instant, DAY, offsetMinutes) !== instant)
    throw new Fault('ASK_INVALID', `query.${name}: a calendar is of whole days; give a date, YYYY-MM-DD`)
  return instant
}
