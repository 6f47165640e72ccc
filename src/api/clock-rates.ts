/** `/v1/indicators/clocks`: how fast each meter's clock runs away, by what was measured of it (B-04). */

import { z } from 'zod'
import { Fault } from '../core/faults.ts'
import { DAY, isoWithOffset } from '../core/time.ts'
import { maySee } from './access.ts'
import type { App } from './app.ts'
import { clockRatesAnswer } from './clock-rates-shapes.ts'
import { pageById } from './pages.ts'
import type { ApiParts } from './parts.ts'
import { nameAsked, paging, timeAsked } from './shapes.ts'
import { timeOf } from './times.ts'
import { sendWritten, written } from './written.ts'

const USUAL_DAYS = 14
const MOST_DAYS = 62

export function clockRateRoutes(app: App, { pages, gateway, site, clock, meters }: ApiParts): void {
  const { offsetMinutes } = site
  app.get(
    '/v1/indicators/clocks',
    {
      config: { access: 'read' },
      schema: {
        summary: "How fast each meter's clock runs away",
        description: 'By hourly measurements since the clock was last set; no figure where they are too few.',
        tags: ['meters'],
        querystring: z.strictObject({
          meter: nameAsked.meta({ description: 'this meter only' }),
          from: timeAsked.meta({
            description: `YYYY-MM-DD or ISO 8601 with offset; without it ${USUAL_DAYS} days before \`to\``,
          }),
          to: timeAsked.meta({ description: `at most ${MOST_DAYS} days later; without it now` }),
          ...paging,
        }),
        response: { 200: written(clockRatesAnswer) },
      },
    },
    async (request, reply) => {
      const { query } = request
      const to = timeOf('to', query.to, offsetMinutes) ?? clock.now()
      const from = timeOf('from', query.from, offsetMinutes) ?? to - USUAL_DAYS * DAY
      if (to <= from || to - from > MOST_DAYS * DAY)
        throw new Fault('ASK_INVALID', `query.to: after from, and at most ${MOST_DAYS} days`)
      const asked = meters.filter(({ id }) => maySee(request, id) && (query.meter ?? id) === id)
      const page = pageById(asked, query, `clocks ${JSON.stringify([query.meter, query.from, query.to])}`)
      const at = (instant: number) => isoWithOffset(instant, offsetMinutes)
      return sendWritten(
        reply,
        await pages.clockRates({
          head: JSON.stringify({ gateway, from: at(from), to: at(to) }),
          next: page.next,
          from,
          to,
          meters: page.items.map(({ id }) => id),
        }),
      )
    },
  )
}
