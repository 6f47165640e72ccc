/** `/openapi.json` and `/docs`: the description of the API, readable without internet. */

import swaggerUi from '@fastify/swagger-ui'
import type { App } from './app.ts'
import { REVALIDATED } from './representation.ts'
import { nothing } from './shapes.ts'

/** The page runs only what we serve: no other origin, no inline script. Its styles are partly inline. */
const DOCS_POLICY = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')

export async function docsRoutes(app: App): Promise<void> {
  app.get(
    '/openapi.json',
    { config: { access: 'open' }, schema: { hide: true, querystring: nothing } },
    async (_request, reply) => reply.header('cache-control', REVALIDATED).send(app.swagger()),
  )
  // Where a person looks first.
  app.get(
    '/',
    { config: { access: 'open' }, schema: { hide: true, querystring: nothing } },
    async (_request, reply) => reply.redirect('/docs'),
  )
  await app.register((docs, _options, done) => {
    docs.addHook('onRoute', route => {
      route.config = { ...route.config, access: 'open' }
    })
    void docs.register(swaggerUi, {
      routePrefix: '/docs',
      staticCSP: DOCS_POLICY,
      uiConfig: { validatorUrl: null, tryItOutEnabled: true, persistAuthorization: false },
    })
    done()
  })
}
