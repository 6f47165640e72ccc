/**
 * `/v1/billing/…`: what may be billed of each meter at a boundary, and what is missing and why; the book of what was
 * released, in the order it was recorded.
 */

import { z } from 'zod'
import { Fault } from '../core/faults.ts'
import { metersSeen, visibleMeter } from './access.ts'
import type { App } from './app.ts'
import { billingPage, releasesPage } from './billing-shapes.ts'
import type { ApiParts } from './parts.ts'
import { boundaryAsked, nameAsked, onwards, paging, timeAsked } from './shapes.ts'
import { dateOf, parseBoundary, pastOf } from './times.ts'
import { sendWritten, written } from './written.ts'

export function billingRoutes(app: App, { pages, site, clock, meters }: ApiParts): void {
  const known = new Map(meters.map(one => [one.id, one]))
  app.get(
    '/v1/billing/reads',
    {
      config: { access: 'billing' },
      schema: {
        summary: 'Billing-ready reads of a boundary, one entry per meter',
        description:
          'Released where `state` is final; provisional where it is good and its time has not elapsed. Every meter is in `reads` or in `missing`, in order of meter id over the pages.',
        tags: ['billing'],
        querystring: z.strictObject({
          boundary: boundaryAsked,
          archiveAsOf: timeAsked.meta({
            description:
              'accounts and points as they were known at this time; without it as they are known now',
          }),
          meter: nameAsked.meta({ description: 'only of this one; counts too are of it alone' }),
          ...paging,
        }),
        response: { 200: written(billingPage) },
      },
    },
    async (request, reply) => {
      const { boundary: text, archiveAsOf, meter, ...page } = request.query
      const now = clock.now()
      const boundary = boundaryOf(text, now, site.offsetMinutes)
      const asOf = pastOf('archiveAsOf', archiveAsOf, now, site.offsetMinutes)
      const seen = meter === undefined ? metersSeen(request) : [visibleMeter(request, known, meter).id]
      return sendWritten(reply, await pages.billing({ boundary, now, asOf, seen, page }))
    },
  )
  bookRoutes(app, pages)
}

const RELEASES_PER_PAGE = 100

function bookRoutes(app: App, pages: ApiParts['pages']): void {
  app.get(
    '/v1/billing/releases',
    {
      config: { access: 'billing' },
      schema: {
        summary: 'The book: every release in the order it was recorded, superseded ones too',
        description:
          'Follow `next` as `after` until it stays the same; a page that was full is the same bytes for ever. Corrections come later, as versions of their own.',
        tags: ['billing'],
        querystring: z.strictObject(onwards),
        response: { 200: written(releasesPage) },
      },
    },
    async (request, reply) => {
      const { after = 0, limit = RELEASES_PER_PAGE } = request.query
      return sendWritten(reply, await pages.releases({ after, limit, seen: metersSeen(request) }))
    },
  )
}

/** Throws ASK_INVALID for what is no time, or none yet. */
export function boundaryOf(text: string, now: number, offsetMinutes: number): number {
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
