/** `/v1/lines`: the lines, whether they are open, and what was counted on them. */

import { z } from 'zod'
import type { LineCounters, LineStatus } from '../acquire/status.ts'
import type { App } from './app.ts'
import { pageById } from './pages.ts'
import type { ApiParts } from './parts.ts'
import { fault, next, paging } from './shapes.ts'
import { showFault } from './show.ts'

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
  resyncs: count,
  noiseBytes: count,
  reopened: count,
  doubled: count,
  bytesOut: count,
  bytesIn: count,
  busyMs: count,
} satisfies Record<keyof LineCounters, typeof count>)

export const responseMs = z.object({ p50: count, p90: count, p99: count }).nullable().meta({
  id: 'ResponseTimes',
  description: 'ms to the first byte of an answer: so many of a hundred took no longer',
})

const line = z
  .object({
    id: z.string(),
    url: z.string(),
    state: z.enum(['open', 'opening', 'waiting', 'resting', 'closed']).meta({
      description: 'resting: closed by the other side while it was idle, and opened when somebody asks',
    }),
    fault,
    counters: counters.meta({ description: 'since the start of the daemon' }),
    utilisation: z
      .number()
      .meta({ description: 'share of the last minutes in which a question or its answer was on the way' }),
    responseMs,
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
      return { lines: page.items.map(showLine), next: page.next }
    },
  )
}

function showLine({ responseTimes, fault: failed, utilisation, ...shown }: LineStatus): z.infer<typeof line> {
  return {
    ...shown,
    fault: showFault(failed),
    utilisation: Math.round(utilisation * 1_000) / 1_000,
    responseMs: responseTimes.quantiles(),
  }
}
