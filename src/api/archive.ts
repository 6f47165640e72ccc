/** `/v1/accounts`, `/v1/archive/unpaired`: which account and supply point a meter's values belong to, and which have none. */

import { z } from 'zod'
import { metersSeen } from './access.ts'
import type { App } from './app.ts'
import { accountAnswer, accountsPage, unpairedPage } from './archive-shapes.ts'
import { boundaryOf } from './billing.ts'
import { inParts, textOf } from './page-parts.ts'
import type { ApiParts } from './parts.ts'
import { boundaryAsked, nameAsked, paging, timeAsked } from './shapes.ts'
import { pastOf } from './times.ts'
import { sendWritten, written } from './written.ts'

type ArchiveParts = Pick<ApiParts, 'pages' | 'site' | 'clock'>

const asOfField = timeAsked.meta({
  description: 'as it was known at this time, which lies in the past; without it as it is known now',
})

export const accountNamed = z.strictObject({
  id: z.string().meta({ description: 'of the account', examples: ['0004711'] }),
})

export function archiveRoutes(app: App, { pages, site, clock }: ArchiveParts): void {
  const past = (text: string | undefined) => pastOf('asOf', text, clock.now(), site.offsetMinutes)
  app.get(
    '/v1/accounts',
    {
      config: { access: 'billing' },
      schema: {
        summary: 'Accounts and the meters behind them, from when and until when',
        tags: ['archive'],
        querystring: z.strictObject({
          meter: nameAsked.meta({ description: 'pairings of this meter only' }),
          asOf: asOfField,
          ...paging,
        }),
        response: { 200: written(accountsPage) },
      },
    },
    async (request, reply) => {
      const { meter = null, asOf, ...page } = request.query
      const asked = { meter, asOf: past(asOf), seen: metersSeen(request), page }
      return sendWritten(reply, await pages.accounts(asked))
    },
  )
  app.get(
    '/v1/accounts/:id',
    {
      config: { access: 'billing' },
      schema: {
        summary: 'The pairings of one account, and everything that was ever recorded of them',
        tags: ['archive'],
        params: accountNamed,
        querystring: z.strictObject({ asOf: asOfField }),
        response: { 200: written(accountAnswer) },
      },
    },
    async (request, reply) => {
      const asOf = past(request.query.asOf)
      const page = await pages.account({ account: request.params.id, asOf, seen: metersSeen(request) })
      const { lines, answer } = inParts(page, 1)
      reply.header('etag', textOf(lines[0]))
      return sendWritten(reply, answer)
    },
  )
  app.get(
    '/v1/archive/unpaired',
    {
      config: { access: 'billing' },
      schema: {
        summary: 'Released meters that belong to no account at a boundary',
        description:
          'They are read and released all the same, and adopted once somebody says whose they are.',
        tags: ['archive'],
        querystring: z.strictObject({
          boundary: boundaryAsked,
          asOf: asOfField,
          ...paging,
        }),
        response: { 200: written(unpairedPage) },
      },
    },
    async (request, reply) => {
      const { boundary: text, asOf, ...page } = request.query
      const boundary = boundaryOf(text, clock.now(), site.offsetMinutes)
      const asked = { boundary, asOf: past(asOf), seen: metersSeen(request), page }
      return sendWritten(reply, await pages.unpaired(asked))
    },
  )
}
