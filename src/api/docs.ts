/** `/openapi.json` and `/docs`: the description of the API, generated from the routes, readable without internet. */

import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod'
import type { App } from './app.ts'
import { PROBLEM_TYPE, problem } from './problems.ts'
import { nothing } from './shapes.ts'

const ABOUT = `Reads of electricity meters, validated, with the evidence behind them.

Make a key on the box: \`meterd keys add NAME --scope read,billing\`, then send \`Authorization: Bearer KEY\`.
Billed numbers are decimal strings. Times carry the site's offset. Errors are RFC 9457 problems: branch on \`code\`.`

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

/** Must come before any route, so that it sees them all. */
export async function describeRoutes(app: App, version: string): Promise<void> {
  app.addHook('onRoute', route => {
    const { schema, config } = route
    if (!schema || schema.hide) return
    if (config?.access !== undefined && config.access !== 'open') schema.security = [{ key: [config.access] }]
    const whenWrong = { description: 'Problem (RFC 9457)', content: { [PROBLEM_TYPE]: { schema: problem } } }
    schema.response = { ...(schema.response ?? {}), default: whenWrong }
  })
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'meterd', version, description: ABOUT },
      components: { securitySchemes: { key: { type: 'http', scheme: 'bearer' } } },
    },
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject,
  })
}

export async function docsRoutes(app: App): Promise<void> {
  app.get(
    '/openapi.json',
    { config: { access: 'open' }, schema: { hide: true, querystring: nothing } },
    async () => app.swagger(),
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
