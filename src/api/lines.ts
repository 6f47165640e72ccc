/** `/v1/lines`: the lines, whether they are open, and what was counted on them. */

import { z } from 'zod'
import type { LineCounters } from '../acquire/status.ts'
import type { App } from './app.ts'
import { pageById } from './pages.ts'
import type { ApiParts } from './parts.ts'
import { fault, next, paging, showFault } from './shapes.ts'

const count = z.number()

const counters = z.object({
  requests: count,
  answers: count,
  timeouts: count,
  retries: count,
  strays: count,
  lates: count,
  echoes: count,
  broken: count,
  noiseBytes: count,
  reopened: count,
  doubled: count,
  bytesOut: count,
  bytesIn: count,
  busyMs: count,
} satisfies Record<keyof LineCounters, typeof count>)

const line = z
  .object({
    id: z.string(),
    url: z.string(),
    state: z.enum(['open', 'opening', 'waiting', 'resting', 'closed']).meta({
      description: 'resting: closed by the other side while it was idle, and opened when somebody asks',
    }),
    fault,
    counters: counters.meta({ description: 'since the start of the daemon' }),
  })
  .meta({ id: 'Line' })

export function lineRoutes(app: App, parts: ApiParts): void {
  app.get(
    '/v1/lines',
    {
      config: { access: 'read' },
      schema: {
        summary: 'Every line, its state and its counters',
        tags: ['lines'],
        querystring: z.strictObject(paging),
        response: { 200: z.object({ lines: z.array(line), next }) },
      },
    },
    async request => {
      const page = pageById(parts.status().lines, request.query, 'lines')
      return { lines: page.items.map(one => ({ ...one, fault: showFault(one.fault) })), next: page.next }
    },
  )
}
