/** `/v1/billing/batches`: what was released together, with control totals, and who has taken it in. */

import { z } from 'zod'
import { Fault } from '../core/faults.ts'
import { isoWithOffset } from '../core/time.ts'
import { metersSeen } from './access.ts'
import type { App } from './app.ts'
import { acknowledgement, batchesPage, releaseBatch, takenIn } from './batch-shapes.ts'
import { deedOf } from './deed.ts'
import type { ApiParts } from './parts.ts'
import { nothing, onwards, wholeNumber } from './shapes.ts'
import { sendWritten, written } from './written.ts'

const PER_PAGE = 100
const params = z.strictObject({ id: wholeNumber.meta({ description: 'of the batch' }) })

export function batchRoutes(app: App, { pages, store, site, clock }: ApiParts): void {
  app.get(
    '/v1/billing/batches',
    {
      config: { access: 'billing' },
      schema: {
        summary: 'Batches in order, each with who has acknowledged it',
        description: 'Of all meters, so only for keys that cover all.',
        tags: ['billing'],
        querystring: z.strictObject(onwards),
        response: { 200: written(batchesPage) },
      },
    },
    async (request, reply) => {
      const { after = 0, limit = PER_PAGE } = request.query
      return sendWritten(reply, await pages.batches({ after, limit, seen: metersSeen(request) }))
    },
  )
  app.get(
    '/v1/billing/batches/:id',
    {
      config: { access: 'billing' },
      schema: {
        summary: 'What was released together, with its control totals',
        description: 'Of all meters, so only for keys that cover all.',
        tags: ['billing'],
        params,
        querystring: nothing,
        response: { 200: written(releaseBatch) },
      },
    },
    async (request, reply) =>
      sendWritten(reply, await pages.batch({ id: request.params.id, seen: metersSeen(request) })),
  )
  app.post(
    '/v1/billing/batches/:id/ack',
    {
      config: {
        access: 'billing',
        mayFail: { BATCH_DIFFERS: 'releases: 119 were taken in, 120 were released' },
      },
      schema: {
        summary: 'Says that a batch has been taken in whole',
        description:
          'With what you counted yourself. Where that is not what was released nothing is noted, and 409 says what differs. Said again by the same key it is what was noted first.',
        tags: ['billing'],
        params,
        querystring: nothing,
        body: takenIn,
        response: { 200: acknowledgement },
      },
    },
    async request => {
      if (metersSeen(request) !== null)
        throw new Fault('KEY_SCOPE', 'a batch is of all meters; this key covers some')
      const by = request.holder?.name ?? ''
      const { hash, releases, totals } = request.body
      const taken = { hash, releases, ...(totals && { totals }) }
      const batch = request.params.id
      const at = clock.now()
      const told = { at, action: 'batch.acknowledged', subject: `batch ${batch}`, facts: { hash, releases } }
      const noted = await store.acknowledge({ batch, by, at, taken, deed: deedOf(request, told) })
      if ('unknown' in noted)
        throw new Fault('ASK_UNKNOWN', 'there is no such batch, or it is damaged and withheld')
      if ('differs' in noted) throw new Fault('BATCH_DIFFERS', noted.differs)
      return { by, at: isoWithOffset(noted.at, site.offsetMinutes) }
    },
  )
}
