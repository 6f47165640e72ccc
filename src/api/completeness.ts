/** `/v1/billing/completeness`: which meters have no final release at a boundary, why, and what is next. */

import { z } from 'zod'
import { holdingBack } from '../reading/alarm/alarm.ts'
import { metersSeen } from './access.ts'
import type { App } from './app.ts'
import { boundaryOf } from './billing.ts'
import { completenessPage } from './completeness-shapes.ts'
import type { MeterNow } from './page-thread/completeness-page.ts'
import type { ApiParts, DaemonStatus } from './parts.ts'
import { boundaryAsked, paging } from './shapes.ts'
import { sendWritten, written } from './written.ts'

export function completenessRoutes(app: App, parts: ApiParts): void {
  const { pages, site, clock } = parts
  const { offsetMinutes } = site
  app.get(
    '/v1/billing/completeness',
    {
      config: { access: 'billing' },
      schema: {
        summary: 'What is missing at a boundary: why, when it was last tried, what is done next and when',
        description:
          'Every meter without a final release there, who waits for a person first. What is not known is null.',
        tags: ['billing'],
        querystring: z.strictObject({
          boundary: boundaryAsked,
          ...paging,
        }),
        response: { 200: written(completenessPage) },
      },
    },
    async (request, reply) => {
      const { boundary: text, ...page } = request.query
      const now = clock.now()
      const boundary = boundaryOf(text, now, offsetMinutes)
      const asked = { boundary, now, seen: metersSeen(request), page }
      const status = parts.status()
      const live = { meters: metersNow(parts, status, boundary), heldBack: heldBackBy(parts, status) }
      return sendWritten(reply, await pages.completeness({ ...asked, ...live }))
    },
  )
}

function metersNow(
  { meters, askedNext }: ApiParts,
  status: DaemonStatus,
  boundary: number,
): ReadonlyMap<string, MeterNow> {
  const lines = new Map(meters.map(({ id, line }) => [id, line]))
  const next = askedNext?.(boundary)
  return new Map(
    status.meters.map(({ id, state, lastAskedAt, lastAnswerAt, fault }) => [
      id,
      {
        line: lines.get(id) ?? '',
        ...{ state, lastAskedAt, lastAnswerAt },
        fault: fault && { code: fault.code, text: fault.text },
        askedNextAt: next?.get(id) ?? null,
      },
    ]),
  )
}

function heldBackBy({ meters, site }: ApiParts, { alarms }: DaemonStatus): ReadonlyMap<string, string> {
  const lines = new Set(['', ...meters.map(({ line }) => line)])
  return new Map(
    [...lines].flatMap(line => {
      const why = holdingBack(alarms, line, site.offsetMinutes)
      return why === null ? [] : [[line, why] as const]
    }),
  )
}
