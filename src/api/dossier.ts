/** `/v1/meters/{id}/dossier`: what can be shown where a customer disputes a quantity, as a page to print or as JSON. */

import { z } from 'zod'
import type { MeterConfig } from '../config/config.ts'
import { agreedTransformers, nameplateOnSide, transformersAt } from '../reading/ratios.ts'
import { USUAL_CLASS, USUAL_LIMITS } from '../reading/rules/parameters.ts'
import { metersSeen, visibleMeter } from './access.ts'
import type { App } from './app.ts'
import { daysAsked } from './calendar.ts'
import { dossierAnswer } from './dossier-shapes.ts'
import { DOSSIER_POLICY } from './page-thread/dossier-style.ts'
import type { ApiParts } from './parts.ts'
import { ofMeter, timeAsked } from './shapes.ts'
import { sendWritten, written } from './written.ts'

export function dossierRoutes(app: App, { pages, site, clock, ...parts }: ApiParts): void {
  const meters = new Map(parts.meters.map(one => [one.id, one]))
  app.get(
    '/v1/meters/:id/dossier',
    {
      config: { access: 'billing' },
      schema: {
        summary:
          'The dossier of a dispute: quantity, meter, creep, appliances, whether to test, whose it was',
        description:
          'One page that needs nothing else and prints on A4 (`format=html`, which it is unless asked otherwise), or the same as JSON. Each figure names its readings, and the raw frames of each are in it.',
        tags: ['billing'],
        params: ofMeter,
        querystring: z.strictObject({
          from: timeAsked.meta({
            description: 'the first day, YYYY-MM-DD; without it the last 31 days that are over',
          }),
          to: timeAsked.meta({
            description: 'before this day, at most 62 later; without it 31 days after `from`',
          }),
          format: z.enum(['html', 'json']).optional().meta({ description: 'without it html' }),
        }),
        response: {
          200: {
            description: 'The dossier',
            content: {
              'application/json': { schema: written(dossierAnswer) },
              'text/html': { schema: z.string() },
            },
          },
        },
      },
    },
    async (request, reply) => {
      const meter = visibleMeter(request, meters, request.params.id)
      const { format = 'html', from, to } = request.query
      const now = clock.now()
      const range = daysAsked({ from, to }, now, site.offsetMinutes)
      const page = await pages.dossier({
        meter: meter.id,
        seen: metersSeen(request),
        ...range,
        now,
        format,
        ...checksOf(meter, range.from),
      })
      const bytes = sendWritten(reply, page)
      if (format === 'json') return bytes
      reply.header('content-security-policy', `${DOSSIER_POLICY}; frame-ancestors 'none'`)
      return reply.type('text/html; charset=utf-8').send(bytes)
    },
  )
}

/** By what the meter is looked at. */
function checksOf(meter: MeterConfig, at: number) {
  const transformers = transformersAt(agreedTransformers(meter), at)
  const limits = meter.limits ?? USUAL_LIMITS[USUAL_CLASS]
  return { nameplate: nameplateOnSide(meter.nameplate, transformers), creepOverMs: limits['V-R9'].over }
}
