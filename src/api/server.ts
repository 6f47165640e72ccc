/** The HTTP server: limits, checks and routes put together. It builds, it never listens; main.ts does. */

import type { Socket } from 'node:net'
import Fastify, { type ConnectionError, type FastifyReply, type FastifyRequest } from 'fastify'
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod'
import { assert } from '../core/faults.ts'
import { toHex } from '../core/hex.ts'
import type { Log } from '../core/log.ts'
import type { Random } from '../core/random.ts'
import { guard } from './access.ts'
import { alarmRoutes } from './alarms.ts'
import type { App } from './app.ts'
import { archiveRoutes } from './archive.ts'
import { auditRoutes } from './audit.ts'
import { batchRoutes } from './batches.ts'
import { billingRoutes } from './billing.ts'
import { calendarRoutes } from './calendar.ts'
import { changeRoutes } from './changes.ts'
import { clockRoutes } from './clock.ts'
import { clockRateRoutes } from './clock-rates.ts'
import { completenessRoutes } from './completeness.ts'
import { answerOneAtATime, cutOffStalled, isWithinAnswer } from './connections.ts'
import { docsRoutes } from './docs.ts'
import { dossierRoutes } from './dossier.ts'
import { expectationRoutes } from './expectations.ts'
import { exportRoutes } from './exports.ts'
import { healthRoutes } from './health.ts'
import { keyRoutes } from './held-keys.ts'
import { importRoutes, MOST_IMPORT_BYTES } from './imports.ts'
import { intervalRoutes } from './intervals.ts'
import { ledgerRoutes } from './ledger.ts'
import { createLimit } from './limit.ts'
import { lineRoutes } from './lines.ts'
import { meterRoutes } from './meters.ts'
import { methodsByPath } from './methods.ts'
import { metricsRoute } from './metrics.ts'
import { describeRoutes } from './openapi.ts'
import { orderChangesRoute } from './order-changes.ts'
import { orderRoutes } from './orders.ts'
import type { ApiParts } from './parts.ts'
import { pointRoutes } from './points.ts'
import { badRequest, PROBLEM_TYPE, type Problem, problemOf } from './problems.ts'
import { readingRoutes } from './readings.ts'
import { representAnswers } from './representation.ts'
import { safeguardRoutes } from './safeguards.ts'
import { sinkRoutes } from './sinks.ts'
import { parseStrictJson } from './strict-json.ts'
import { voltageRoutes } from './voltage.ts'

export const LIMITS = {
  bodyBytes: 64 * 1024,
  /** Of a CSV of pairings; read in the thread that makes pages, some rows at a time. */
  importBytes: MOST_IMPORT_BYTES,
  headerBytes: 16 * 1024,
  headers: 100,
  /** A request, headers and body, must have arrived within. */
  requestMs: 10_000,
  headersMs: 5_000,
  /** How often Node looks whose time is over; its own half minute would let the slow hold every place. */
  checkMs: 1_000,
  keepAliveMs: 30_000,
  requestsPerConnection: 1_000,
  pathPartCharacters: 100,
} as const

export async function buildServer(parts: ApiParts): Promise<App> {
  const { log, random } = parts
  const app: App = Fastify({
    bodyLimit: LIMITS.bodyBytes,
    requestTimeout: LIMITS.requestMs,
    keepAliveTimeout: LIMITS.keepAliveMs,
    maxRequestsPerSocket: LIMITS.requestsPerConnection,
    http: {
      maxHeaderSize: LIMITS.headerBytes,
      headersTimeout: LIMITS.headersMs,
      connectionsCheckingInterval: LIMITS.checkMs,
    },
    routerOptions: { maxParamLength: LIMITS.pathPartCharacters },
    forceCloseConnections: true,
    genReqId: () => requestId(random),
    frameworkErrors: (error, request, reply) => answerError(error, request, reply, log),
    clientErrorHandler: (error, socket) => answerBrokenRequest(error, socket, random),
  }).withTypeProvider<ZodTypeProvider>()
  app.server.maxConnections = parts.mostClients
  // Counted by us and refused with 431, where Node would drop the rest without a word.
  app.server.maxHeadersCount = 0
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  takeStrictJsonOnly(app)
  answerOneAtATime(app)
  hardenAnswers(app)
  representAnswers(app)
  app.addHook('onRequest', async (request, reply) => {
    if (request.raw.rawHeaders.length > 2 * LIMITS.headers)
      return sendProblem(reply, badRequest(431, request.id))
  })
  guard(app, parts.keys, createLimit(parts.rate, parts.clock))
  cutOffStalled(app)
  app.setErrorHandler((error, request, reply) => answerError(error, request, reply, log))
  answerUnknown(app)
  await addRoutes(app, parts)
  return app
}

async function addRoutes(app: App, parts: ApiParts): Promise<void> {
  await describeRoutes(app, parts.version)
  await docsRoutes(app)
  app.addHook('onRoute', ({ url, config, schema }) => {
    assert(config?.access !== undefined, `route ${url} names its access`)
    assert(schema?.querystring !== undefined, `route ${url} says which query fields it takes`)
  })
  metricsRoute(app, parts)
  healthRoutes(app, parts)
  meterRoutes(app, parts)
  readingRoutes(app, parts)
  billingRoutes(app, parts)
  completenessRoutes(app, parts)
  exportRoutes(app, parts)
  changeRoutes(app, parts)
  batchRoutes(app, parts)
  archiveRoutes(app, parts)
  await importRoutes(app, parts)
  ledgerRoutes(app, parts)
  safeguardRoutes(app, parts)
  orderRoutes(app, parts)
  orderChangesRoute(app, parts)
  lineRoutes(app, parts)
  expectationRoutes(app, parts)
  intervalRoutes(app, parts)
  calendarRoutes(app, parts)
  dossierRoutes(app, parts)
  alarmRoutes(app, parts)
  voltageRoutes(app, parts)
  pointRoutes(app, parts)
  clockRateRoutes(app, parts)
  sinkRoutes(app, parts)
  clockRoutes(app, parts)
  keyRoutes(app, parts)
  auditRoutes(app, parts)
}

/** What no route takes: the address is unknown, or takes other methods. */
function answerUnknown(app: App): void {
  const methodsOf = methodsByPath(app)
  app.setNotFoundHandler((request, reply) => {
    const methods = methodsOf(request.url.replace(/\?.*/s, ''))
    const isKnown = methods.length > 0 && !methods.includes(request.method)
    if (isKnown) reply.header('allow', methods.toSorted().join(', '))
    return sendProblem(reply, badRequest(isKnown ? 405 : 404, request.id))
  })
}

function takeStrictJsonOnly(app: App): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'string' },
    async (_request: FastifyRequest, body: string) => (body === '' ? undefined : parseStrictJson(body)),
  )
}

/**
 * Nothing of ours is for frames, sniffing or scripts, and for caches only what may be asked about again (representation.ts);
 * /docs brings its own, wider policy.
 */
function hardenAnswers(app: App): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.headers({
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-request-id': request.id,
    })
  })
}

function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply, log: Log): FastifyReply {
  const problem = problemOf(error, request.id)
  if (problem.code === 'ASK_FAILED') {
    const stack = error instanceof Error ? error.stack : String(error)
    log.error({ code: problem.code }, `request ${request.id} to ${request.routeOptions.url}: ${stack}`)
  }
  return sendProblem(reply, problem)
}

function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  // Of a file that broke off before its first byte was sent.
  reply.removeHeader('content-encoding')
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer realm="meterd"')
  return reply.status(problem.status).type(PROBLEM_TYPE).send(JSON.stringify(problem))
}

/** Bytes that are no HTTP request have no reply object: the problem is written by hand and the connection closed. */
function answerBrokenRequest(error: ConnectionError, socket: Socket, random: Random): void {
  // Amid another answer it would be taken for a part of that.
  if (error.code === 'ECONNRESET' || !socket.writable || isWithinAnswer(socket)) return void socket.destroy()
  const problem = badRequest(STATUS_OF_BROKEN[error.code] ?? 400, requestId(random))
  const body = JSON.stringify(problem)
  const head = [
    `HTTP/1.1 ${problem.status} ${problem.title}`,
    `Content-Type: ${PROBLEM_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}

const STATUS_OF_BROKEN: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
}

function requestId(random: Random): string {
  return toHex(random.bytes(8), '').toLowerCase()
}
