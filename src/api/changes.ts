/** `/v1/billing/changes` and `/v1/billing/periods`: what was released since, and what each meter used between chosen boundaries. */

import { hash } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { z } from 'zod'
import { Fault } from '../core/faults.ts'
import { DAY } from '../core/time.ts'
import { maySee, metersSeen } from './access.ts'
import type { App } from './app.ts'
import { changesPage, periodsPage } from './change-shapes.ts'
import { chosen } from './chosen.ts'
import type { ApiParts } from './parts.ts'
import { nameAsked, onwards, paging, timeAsked, timeNeeded, wholeNumber } from './shapes.ts'
import { timeOf } from './times.ts'
import { sendWritten, written } from './written.ts'

const PER_PAGE = 100
const LONGEST_WAIT_S = 60
/** A period for each midnight of a meter is some kilobytes; of chosen days a year is little. */
const MOST_DAYS_OF_ALL = 62
const MOST_DAYS = 400
const MOST_METERS = 100

export function changeRoutes(app: App, parts: ApiParts): void {
  const { pages, released, clock, store } = parts
  const closing = new AbortController()
  app.addHook('preClose', async () => closing.abort())

  /** Until there is a release after this number, the time is over, or nobody waits for it any more. */
  async function somethingAfter(after: number, ms: number, reply: ServerResponse): Promise<void> {
    const end = clock.monotonic() + ms
    const gone = new AbortController()
    reply.once('close', () => gone.abort())
    const over = AbortSignal.any([gone.signal, closing.signal])
    for (;;) {
      const { strokes } = released
      if ((await store.lastRelease()) > after) return
      const left = end - clock.monotonic()
      if (left <= 0 || over.aborted) return
      await released.wait(strokes, left, over)
    }
  }

  app.get(
    '/v1/billing/changes',
    {
      config: { access: 'billing' },
      schema: {
        summary:
          'What was released since, in the order it was recorded, with the periods each release gives anew',
        description:
          'Follow `next` as `after`: corrections are never missed, whatever boundary they are of. Put each of `periods` in the place of what you have of the same meter, `from` and `to`; take out what `ended`. The same numbers are the same bytes for ever.',
        tags: ['billing'],
        querystring: z.strictObject({
          ...onwards,
          at: chosen,
          wait: wholeNumber
            .refine(seconds => seconds <= LONGEST_WAIT_S, `at most ${LONGEST_WAIT_S}`)
            .optional()
            .meta({
              description: `where there is nothing yet, wait so many seconds, at most ${LONGEST_WAIT_S}`,
            }),
        }),
        response: { 200: written(changesPage) },
      },
    },
    async (request, reply) => {
      const { after = 0, limit = PER_PAGE, at = 'all', wait = 0 } = request.query
      if (wait > 0) await somethingAfter(after, wait * 1000, reply.raw)
      return sendWritten(reply, await pages.changes({ after, limit, at, seen: metersSeen(request) }))
    },
  )
  periodsRoute(app, parts)
}

function periodsRoute(app: App, { pages, site, clock }: ApiParts): void {
  app.get(
    '/v1/billing/periods',
    {
      config: { access: 'billing' },
      schema: {
        summary: 'What each meter used between the boundaries you bill by, and what is missing',
        description:
          'Periods that end after `from` and not after `to`, of released values alone. Each begins where the one before it ends, with the same version; those of a register, the ones with `past` among them, add up to its last value less its first, whichever days are chosen.',
        tags: ['billing'],
        querystring: z.strictObject({
          from: timeNeeded,
          to: timeAsked.meta({
            description: `likewise; without it now. At most ${MOST_DAYS_OF_ALL} days later, ${MOST_DAYS} for chosen days`,
          }),
          at: chosen,
          meter: nameAsked,
          asOf: wholeNumber
            .optional()
            .meta({ description: 'as the book was at this number; without it as it is' }),
          ...paging,
        }),
        response: { 200: written(periodsPage) },
      },
    },
    async (request, reply) => {
      const { query } = request
      const now = clock.now()
      const from = timeOf('from', query.from, site.offsetMinutes) ?? now
      const to = Math.min(timeOf('to', query.to, site.offsetMinutes) ?? now, now)
      const at = query.at ?? 'all'
      const most = at === 'all' ? MOST_DAYS_OF_ALL : MOST_DAYS
      if (to < from || to - from > most * DAY)
        throw new Fault('ASK_INVALID', `query.to: not before from, and at most ${most} days after it`)
      const { meter = null } = query
      if (meter !== null && !maySee(request, meter)) throw new Fault('ASK_UNKNOWN', 'there is no such meter')
      const page = { cursor: query.cursor, limit: Math.min(query.limit ?? MOST_METERS, MOST_METERS) }
      const { asOf = null } = query
      // By what was asked: where that has no end, now is another instant on the next page.
      const words = JSON.stringify([query.from, query.to ?? null, at, asOf, meter])
      const list = `periods ${hash('sha256', words).slice(0, 16)}`
      const asked = { from, to, at, asOf, now, seen: metersSeen(request), meter, page, list }
      return sendWritten(reply, await pages.periods(asked))
    },
  )
}
