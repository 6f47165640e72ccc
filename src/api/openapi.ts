/** The description of the API (OpenAPI 3.1), generated from the routes, with an example of each answer. */

import swagger from '@fastify/swagger'
import type { FastifyContextConfig } from 'fastify'
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { FAULTS, type FaultCode } from '../core/faults.ts'
import type { App } from './app.ts'
import { EXAMPLES } from './examples/examples.ts'
import { makeProblem, PROBLEM_TYPE, type Problem, problem } from './problems.ts'
import { isWritten } from './written.ts'

const ABOUT = `Reads of electricity meters, validated, with the evidence behind them.

Make a key on the box: \`meterd keys add NAME --scope read,billing\`, then send \`Authorization: Bearer KEY\`.
Billed numbers are decimal strings. Times carry the site's offset. Errors are RFC 9457 problems: branch on \`code\`.`

declare module 'fastify' {
  interface FastifyContextConfig {
    /** How a request may end with which nothing is wrong, besides what every route may answer; each with an example. */
    mayFail?: Readonly<Partial<Record<FaultCode, string>>>
  }
}

/** Must come before any route, so that it sees them all. */
export async function describeRoutes(app: App, version: string): Promise<void> {
  const told = new Map<string, readonly Problem[]>()
  app.addHook('onRoute', ({ method, url, schema, config }) => {
    if (!schema || schema.hide) return
    const scopes = [config?.access ?? 'open'].flat().filter(access => access !== 'open')
    const hasKey = scopes.length > 0
    if (hasKey) schema.security = scopes.map(scope => ({ key: [scope] }))
    const problems = problemsOf({ ...schema, hasKey, mayFail: config?.mayFail ?? {} })
    for (const one of [method].flat()) told.set(nameOf(one, url), problems)
    const statuses = [...new Set(problems.map(({ status }) => status)), 'default']
    const whenWrong = { description: PROBLEM, content: { [PROBLEM_TYPE]: { schema: problem } } }
    const right = (schema.response ?? {}) as Readonly<Record<string, unknown>>
    schema.response = {
      ...(isWritten(right['200']) && { 304: UNCHANGED }),
      ...Object.fromEntries(statuses.map(status => [status, whenWrong])),
      ...right,
    }
  })
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'meterd', version, description: ABOUT },
      components: { securitySchemes: { key: { type: 'http', scheme: 'bearer' } } },
    },
    transform: jsonSchemaTransform,
    transformObject: made => finished(jsonSchemaTransformObject(made) as OpenApi, told) as object,
  })
}

const PROBLEM = 'Problem (RFC 9457)'
const UNCHANGED = z
  .null()
  .meta({ description: 'The same as what the `ETag` in `If-None-Match` was of; no body' })

/** "GET /v1/meters/{id}" */
function nameOf(method: string, url: string): string {
  return `${method.toUpperCase()} ${url.replaceAll(/:(\w+)/g, '{$1}')}`
}

const REQUEST = '5f0c2f7a9d1e4b38'

function example(code: FaultCode, text: string, status: number = FAULTS[code].status): Problem {
  return makeProblem(code, text, REQUEST, status)
}

const OF_ALL = [
  example('ASK_INVALID', 'query: unknown here: "metre"'),
  example(
    'ASK_TOO_OFTEN',
    'more than 200 requests a second with this key, and 5000 ahead of that; again in 1 s',
  ),
]
const OF_KEYS = [
  example('KEY_MISSING', 'this needs an API key'),
  example('KEY_SCOPE', 'this key holds read; this needs billing'),
  example('STORE_UNREADABLE', 'the file of the store is damaged'),
]
const OF_PATHS = [example('ASK_UNKNOWN', 'there is no such meter')]
const OF_BODIES = [
  example('ASK_INVALID', 'the body is larger than 64 KiB', 413),
  example('ASK_INVALID', 'a body must be sent as Content-Type: application/json', 415),
]

function problemsOf(route: {
  readonly params?: unknown
  readonly body?: unknown
  readonly hasKey: boolean
  readonly mayFail: NonNullable<FastifyContextConfig['mayFail']>
}): readonly Problem[] {
  return [
    ...OF_ALL,
    ...(route.hasKey ? OF_KEYS : []),
    ...(route.params ? OF_PATHS : []),
    ...(route.body ? OF_BODIES : []),
    ...Object.entries(route.mayFail).map(([code, text]) => example(code as FaultCode, text)),
  ]
}

interface Operation {
  readonly summary?: string
  readonly requestBody?: { required: boolean; content: Record<string, { schema: { anyOf?: object[] } }> }
  readonly responses: Record<string, Answer>
}

interface Answer {
  description: string
  content?: Record<string, Media>
  headers?: Readonly<Record<string, object>>
}

interface Media {
  examples?: Readonly<Record<string, { readonly value: unknown }>>
}

interface OpenApi {
  readonly paths: Record<string, Record<string, Operation>>
  readonly components: { readonly schemas: Record<string, object> }
}

function finished(document: OpenApi, told: ReadonlyMap<string, readonly Problem[]>): OpenApi {
  for (const [path, operations] of Object.entries(document.paths))
    for (const [method, operation] of Object.entries(operations)) {
      const name = nameOf(method, path)
      finish(operation, EXAMPLES[name] ?? {}, told.get(name) ?? [])
    }
  const used = componentsUsed(document)
  const schemas = Object.entries(document.components.schemas).filter(([name]) => used.has(name))
  return { ...document, components: { ...document.components, schemas: Object.fromEntries(schemas) } }
}

const LEFT = {
  RateLimit: {
    description: 'requests left (`r`), and seconds until none is missing (`t`)',
    schema: { type: 'string', examples: ['"key";r=4987;t=1'] },
  },
}
const TAG = {
  ETag: {
    description: 'of these bytes; weak where they are compressed',
    schema: { type: 'string', examples: ['"mF1BnB5vnV1vhpu9wqB8Kg"'] },
  },
}
const RETRY_AFTER = { 'Retry-After': { description: 'seconds', schema: { type: 'integer', minimum: 1 } } }

function finish(
  { summary = '', responses, requestBody }: Operation,
  answers: Readonly<Record<string, unknown>>,
  problems: readonly Problem[],
): void {
  // The generator says that every body is required; some may be left out.
  for (const { schema } of Object.values(requestBody?.content ?? {}))
    if (requestBody && schema.anyOf?.some(one => 'type' in one && one.type === 'null'))
      requestBody.required = false
  for (const [status, answer] of Object.entries(responses)) {
    if (answer.description === 'Default Response') answer.description = summary
    answer.headers = {
      ...LEFT,
      ...(status === '200' && '304' in responses ? TAG : {}),
      ...(status === '429' ? RETRY_AFTER : {}),
    }
    const { [PROBLEM_TYPE]: wrong, ...right } = answer.content ?? {}
    for (const [type, media] of Object.entries(right)) {
      const value = answers[`${status} ${type}`] ?? answers[status]
      if (value !== undefined) media.examples = { usual: { value } }
    }
    const own = problems.filter(one => String(one.status) === status)
    if (wrong && own.length > 0)
      wrong.examples = Object.fromEntries(own.map(value => [value.code, { value }]))
  }
}

/** Names of the schemas that something is made of: the generator lists all there are, once for each direction. */
function componentsUsed({ paths, components }: OpenApi): ReadonlySet<string> {
  const used = new Set<string>()
  const visit = (part: unknown) => {
    for (const [, name = ''] of (JSON.stringify(part) ?? '').matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
      if (used.has(name)) continue
      used.add(name)
      visit(components.schemas[name])
    }
  }
  visit(paths)
  return used
}
