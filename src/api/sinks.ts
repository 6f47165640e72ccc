/** `/v1/sinks`: how far MQTT and InfluxDB have come, what they refused for good, and sending it again. */

import { z } from 'zod'
import { Fault } from '../core/faults.ts'
import { isoWithOffset } from '../core/time.ts'
import type { ResendAsked, SinkStatus } from '../publish/sink.ts'
import { isGap, type Parked } from '../store/store.ts'
import { maySee } from './access.ts'
import type { App } from './app.ts'
import { readCursor, writeCursor } from './cursor.ts'
import { pageById, pageOfFetched, perPage } from './pages.ts'
import type { ApiParts } from './parts.ts'
import { fault, next, nothing, paging, time } from './shapes.ts'
import { showFault } from './show.ts'

const sequence = z.int().min(1)

const sink = z
  .object({
    name: z.string(),
    state: z.enum(['idle', 'delivering', 'failing']),
    cursor: z.int().meta({ description: 'everything up to this sequence number is accepted or parked' }),
    owed: z.int(),
    delivered: z.int().meta({ description: 'since the start of the daemon, like `rejected`' }),
    rejected: z.int(),
    lastAcceptedAt: time.nullable(),
    fault,
  })
  .meta({ id: 'Sink' })

const parkedItem = z
  .object({
    sequence,
    reading: z.string().nullable().meta({ description: 'id of the reading; null when it is gone' }),
    meter: z.string().nullable(),
    reason: z.string().meta({ description: "the sink's own words" }),
  })
  .meta({ id: 'ParkedItem' })

const resendAsked = z
  .strictObject({ from: sequence.optional(), parked: z.literal(true).optional() })
  .meta({ description: '`from`: everything from this number on; `parked`: only what was refused for good' })

const resent = z.object({
  sink: z.string(),
  cursor: z.int(),
  owed: z.int(),
  parked: z
    .object({ accepted: z.int(), refused: z.int(), fault })
    .nullable()
    .meta({ description: 'what became of the parked items; `fault`: why the rest could not be sent' }),
})

const named = z.strictObject({ name: z.string().meta({ description: 'of the sink', examples: ['mqtt'] }) })

export function sinkRoutes(app: App, parts: ApiParts): void {
  listRoute(app, parts)
  parkedRoute(app, parts)
  if (parts.resend) resendRoute(app, parts, parts.resend)
}

function listRoute(app: App, { status, site }: ApiParts): void {
  app.get(
    '/v1/sinks',
    {
      config: { access: 'admin' },
      schema: {
        summary: 'Every sink, how far it has come and what it is owed',
        tags: ['operations'],
        querystring: z.strictObject(paging),
        response: { 200: z.object({ sinks: z.array(sink), next }) },
      },
    },
    async request => {
      const all = status().sinks.map(one => ({ ...one, id: one.name }))
      const page = pageById(all, request.query, 'sinks')
      return { sinks: page.items.map(one => showSink(one, site.offsetMinutes)), next: page.next }
    },
  )
}

function parkedRoute(app: App, { status, store }: ApiParts): void {
  app.get(
    '/v1/sinks/:name/parked',
    {
      config: { access: 'admin' },
      schema: {
        summary: 'What this sink refused for good, by sequence number',
        tags: ['operations'],
        params: named,
        querystring: z.strictObject(paging),
        response: { 200: z.object({ sink: z.string(), parked: z.array(parkedItem), next }) },
      },
    },
    async request => {
      const { name } = knownSink(status().sinks, request.params.name)
      const { cursor } = request.query
      const limit = perPage(request.query)
      const list = `parked of ${name}`
      const after = cursor === undefined ? 0 : readCursor(cursor, list, ['number'])[0]
      const page = pageOfFetched(await store.parkedAfter(name, after, limit + 1), limit, last =>
        writeCursor([list, last.item.sequence]),
      )
      const visible = page.items.filter(({ item }) => isGap(item) || maySee(request, item.meter))
      return { sink: name, parked: visible.map(showParked), next: page.next }
    },
  )
}

function resendRoute(app: App, { status }: ApiParts, resend: NonNullable<ApiParts['resend']>): void {
  app.post(
    '/v1/sinks/:name/resend',
    {
      config: { access: 'admin' },
      schema: {
        summary: 'Send again, under the same ids',
        description:
          'Answers when the sink stands where it starts again, or when the parked items are through.',
        tags: ['operations'],
        params: named,
        querystring: nothing,
        body: resendAsked.nullish(),
        response: { 200: resent },
      },
    },
    async request => {
      const { name } = knownSink(status().sinks, request.params.name)
      const { cursor, owed, parked } = await resend(name, oneOf(request.body ?? {}))
      return { sink: name, cursor, owed, parked: parked && { ...parked, fault: showFault(parked.fault) } }
    },
  )
}

function oneOf({ from, parked }: z.infer<typeof resendAsked>): ResendAsked {
  if (from !== undefined && parked === undefined) return { from }
  if (parked !== undefined && from === undefined) return { parked }
  throw new Fault('ASK_INVALID', 'body: give either {"from": N} or {"parked": true}')
}

function knownSink(sinks: readonly SinkStatus[], name: string): SinkStatus {
  const found = sinks.find(one => one.name === name)
  if (found === undefined) throw new Fault('ASK_UNKNOWN', 'there is no such sink')
  return found
}

function showSink(one: SinkStatus, offsetMinutes: number): z.infer<typeof sink> {
  const { lastAcceptedAt } = one
  return {
    ...one,
    lastAcceptedAt: lastAcceptedAt === null ? null : isoWithOffset(lastAcceptedAt, offsetMinutes),
    fault: showFault(one.fault),
  }
}

function showParked({ item, reason }: Parked): z.infer<typeof parkedItem> {
  const { sequence } = item
  return isGap(item)
    ? { sequence, reading: null, meter: null, reason }
    : { sequence, reading: item.id, meter: item.meter, reason }
}
