/** `/v1/supply/changes`: what became of orders, for billing and for whoever notifies customers (PR-60, P-12). */

import { z } from 'zod'
import { requireAllMeters } from './access.ts'
import type { App } from './app.ts'
import { orderChangesPage } from './order-shapes.ts'
import { inForce, LOOKERS, OFF } from './orders-in-force.ts'
import type { ApiParts } from './parts.ts'
import { onwards } from './shapes.ts'
import { sendWritten, written } from './written.ts'

const PER_PAGE = 100

export function orderChangesRoute(app: App, parts: Pick<ApiParts, 'orders' | 'pages'>): void {
  app.get(
    '/v1/supply/changes',
    {
      config: { access: LOOKERS, mayFail: OFF },
      preValidation: async () => void inForce(parts),
      schema: {
        summary: 'What became of orders, in the order it did',
        description:
          'Every change that matters to others, and what billing is to take the order for. Keep `next` together with what you made of the page, and you miss none.',
        tags: ['orders'],
        querystring: z.strictObject(onwards),
        response: { 200: written(orderChangesPage) },
      },
    },
    async (request, reply) => {
      requireAllMeters(request)
      const { after = 0, limit = PER_PAGE } = request.query
      return sendWritten(reply, await parts.pages.orderChanges({ after, limit }))
    },
  )
}
