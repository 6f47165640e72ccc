/** `/v1/billing/reads`: what may be billed of each meter at a boundary, and what is missing and why. */

import { z } from 'zod'
import { Fault } from '../core/faults.ts'
import { metersSeen } from './access.ts'
import type { App } from './app.ts'
import { billingPage } from './billing-shapes.ts'
import type { ApiParts } from './parts.ts'
import { paging } from './shapes.ts'
import { dateOf, parseBoundary } from './times.ts'
import { sendWritten, written } from './written.ts'

export function billingRoutes(app: App, { pages, site, clock }: ApiParts): void {
  app.get(
    '/v1/billing/reads',
    {
      config: { access: 'billing' },
      schema: {
        summary: 'Billing-ready reads of a boundary, one entry per meter',
        description:
          'Conditions 1 to 5 of the billing-ready definition; hence provisional. Every meter is in `reads` or in `missing`, in order of meter id over the pages.',
        tags: ['billing'],
        querystring: z.strictObject({
          boundary: z
            .string({ error: 'required, once: YYYY-MM-DD or ISO 8601 time with offset' })
            .meta({ description: "YYYY-MM-DD (00:00 in the site's fixed offset) or ISO 8601 with offset" }),
          ...paging,
        }),
        response: { 200: written(billingPage) },
      },
    },
    async (request, reply) => {
      const { boundary: text, ...page } = request.query
      const boundary = boundaryOf(text, clock.now(), site.offsetMinutes)
      return sendWritten(reply, await pages.billing({ boundary, seen: metersSeen(request), page }))
    },
  )
}

function boundaryOf(text: string, now: number, offsetMinutes: number): number {
  const boundary = parseBoundary(text, offsetMinutes)
  if (boundary === null)
    throw new Fault(
      'ASK_INVALID',
      `query.boundary: a date such as ${dateOf(now, offsetMinutes)}, or an ISO 8601 time with offset`,
    )
  if (boundary > now)
    throw new Fault('ASK_INVALID', 'query.boundary: lies in the future; no meter can have a value of it')
  return boundary
}
