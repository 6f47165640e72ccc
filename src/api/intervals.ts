/** `/v1/meters/{id}/intervals`: what flowed in each interval, from a register, each marked by how it is known. */

import { z } from 'zod'
import { parseDuration } from '../config/quantities.ts'
import { Fault } from '../core/faults.ts'
import { isEnergyRegister } from '../core/obis.ts'
import { DAY, slotOf } from '../core/time.ts'
import { channelOf } from '../releasing/channels.ts'
import { visibleMeter } from './access.ts'
import type { App } from './app.ts'
import { readCursor } from './cursor.ts'
import { intervalsAnswer } from './interval-shapes.ts'
import { perPage } from './pages.ts'
import type { ApiParts } from './parts.ts'
import { every, obisAsked, ofMeter, paging, timeAsked } from './shapes.ts'
import { timeOf } from './times.ts'
import { sendWritten, written } from './written.ts'

const MOST_DAYS = 62

export function intervalRoutes(app: App, { pages, site, clock, ...parts }: ApiParts): void {
  const meters = new Map(parts.meters.map(one => [one.id, one]))
  const { offsetMinutes } = site
  app.get(
    '/v1/meters/:id/intervals',
    {
      config: { access: 'read' },
      schema: {
        summary: 'What flowed in each interval, measured, estimated or missing, oldest first',
        description:
          'Differences of a register that was polled or recorded. A gap is divided so that its parts are exactly what the register counted in it; what is longer than three days, or has no good value at an end, is missing. Rules judge each day as a whole; what they say stands beside the intervals they say it of.',
        tags: ['meters'],
        params: ofMeter,
        querystring: z.strictObject({
          obis: obisAsked.refine(isEnergyRegister, 'an energy register such as 1-0:1.8.0'),
          from: timeAsked.meta({ description: 'YYYY-MM-DD or ISO 8601 with offset; without it yesterday' }),
          to: timeAsked.meta({
            description: `before this, at most ${MOST_DAYS} days later; without it a day after \`from\``,
          }),
          every: every
            .optional()
            .meta({ description: 'length of an interval, counted from midnight; without it 15m' }),
          ...paging,
        }),
        response: { 200: written(intervalsAnswer) },
      },
    },
    async (request, reply) => {
      const meter = visibleMeter(request, meters, request.params.id)
      const { query } = request
      const now = clock.now()
      const from = timeOf('from', query.from, offsetMinutes) ?? slotOf(now, DAY, offsetMinutes) - DAY
      const to = timeOf('to', query.to, offsetMinutes) ?? from + DAY
      if (to <= from || to - from > MOST_DAYS * DAY)
        throw new Fault('ASK_INVALID', `query.to: after from, and at most ${MOST_DAYS} days`)
      const list = `intervals ${JSON.stringify([meter.id, query.obis, query.from, query.to, query.every])}`
      const page = await pages.intervals({
        meter: meter.id,
        channel: channelOf(meter, query.obis),
        from: query.cursor === undefined ? from : readCursor(query.cursor, list, ['number'])[0],
        to: Math.min(to, now),
        now,
        everyMs: parseDuration(query.every ?? '15m') ?? 0,
        limit: perPage(query),
        list,
      })
      return sendWritten(reply, page)
    },
  )
}
