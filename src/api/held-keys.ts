/** `/v1/keys`: who holds keys, for the administrator. Keys are made and revoked on the box, never over the network. */

import { z } from 'zod'
import { isoWithOffset } from '../core/time.ts'
import type { App } from './app.ts'
import { SCOPES } from './key-file.ts'
import { pageById } from './pages.ts'
import type { ApiParts } from './parts.ts'
import { next, paging, time } from './shapes.ts'

const heldKey = z
  .object({
    name: z.string(),
    ends: z.string().meta({ description: 'last four characters of the key' }),
    scopes: z.array(z.enum(SCOPES)),
    meters: z.array(z.string()).nullable().meta({ description: 'the only meters it covers; null: all' }),
    createdAt: time,
    expiresAt: time.nullable(),
    lastUsedAt: time.nullable().meta({ description: 'null: not since the daemon started' }),
  })
  .meta({ id: 'HeldKey' })

export function keyRoutes(app: App, { keys, site }: ApiParts): void {
  const iso = (instant: number) => isoWithOffset(instant, site.offsetMinutes)
  app.get(
    '/v1/keys',
    {
      config: { access: 'admin' },
      schema: {
        summary: 'The API keys that exist, without the keys',
        tags: ['operations'],
        querystring: z.strictObject(paging),
        response: { 200: z.object({ keys: z.array(heldKey), next }) },
      },
    },
    async request => {
      const held = (await keys.list()).map(key => ({ ...key, id: key.name }))
      const page = pageById(held, request.query, 'keys')
      const shown = page.items.map(key => ({
        ...key,
        createdAt: iso(key.createdAt),
        expiresAt: key.expiresAt === null ? null : iso(key.expiresAt),
        lastUsedAt: key.lastUsedAt === null ? null : iso(key.lastUsedAt),
      }))
      return { keys: shown, next: page.next }
    },
  )
}
