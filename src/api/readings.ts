/** A meter's readings in order of time, one reading's evidence, and reading a meter now. */

import { z } from 'zod'
import { Fault } from '../core/faults.ts'
import { toHex } from '../core/hex.ts'
import { isoWithOffset } from '../core/time.ts'
import { secondOf } from '../reading/identity.ts'
import type { Evidence, ReadingsAsked } from '../store/store.ts'
import { maySee, visibleMeter } from './access.ts'
import type { App } from './app.ts'
import { readCursor } from './cursor.ts'
import { perPage } from './pages.ts'
import type { ApiParts } from './parts.ts'
import {
  evidenceReleases,
  freshReading,
  kind,
  next,
  nothing,
  obisAsked,
  ofMeter,
  paging,
  reading,
  time,
  timeAsked,
} from './shapes.ts'
import { showMeasured, showReading } from './show.ts'
import { LAST_INSTANT, timeOf } from './times.ts'
import { sendWritten, written } from './written.ts'

const instant = timeAsked.meta({ description: 'YYYY-MM-DD or ISO 8601 with offset' })

const historyAsked = z.strictObject({
  from: instant,
  to: instant,
  obis: obisAsked.optional(),
  kind: kind.optional(),
  ...paging,
})

export const historyPage = z.object({ meter: z.string(), readings: z.array(reading), next })

const evidence = z
  .object({
    reading,
    line: z.string(),
    duplicates: z.int().meta({ description: 'how often the very same value came again' }),
    versions: z
      .array(reading)
      .meta({ description: 'other values kept for the same register, kind and slot' }),
    exchanges: z.array(
      z.object({
        request: z.string().meta({ description: 'bytes sent, hex' }),
        reply: z.string().nullable().meta({ description: 'bytes received, hex' }),
        sentAt: time,
        receivedAt: time.nullable(),
        outcome: z.string(),
        carried: z.boolean().meta({ description: 'this reply holds the value' }),
      }),
    ),
    releases: evidenceReleases,
  })
  .meta({ id: 'Evidence' })

export function readingRoutes(app: App, parts: ApiParts): void {
  historyRoute(app, parts)
  evidenceRoute(app, parts)
  if (parts.readNow) readNowRoute(app, parts, parts.readNow)
}

function historyRoute(app: App, { pages, site, ...parts }: ApiParts): void {
  const meters = new Map(parts.meters.map(one => [one.id, one]))
  app.get(
    '/v1/meters/:id/readings',
    {
      config: { access: 'read' },
      schema: {
        summary: "A meter's readings of all qualities, oldest slot first",
        description: '`from` is included, `to` is not; both mean slots.',
        tags: ['meters'],
        params: ofMeter,
        querystring: historyAsked,
        response: { 200: written(historyPage) },
      },
    },
    async (request, reply) => {
      const meter = visibleMeter(request, meters, request.params.id).id
      const query = request.query
      const list = `readings ${JSON.stringify([meter, query.from, query.to, query.obis, query.kind])}`
      const readings: ReadingsAsked = {
        meter,
        from: timeOf('from', query.from, site.offsetMinutes) ?? 0,
        to: timeOf('to', query.to, site.offsetMinutes) ?? LAST_INSTANT,
        ...(query.obis === undefined ? {} : { obis: query.obis }),
        ...(query.kind === undefined ? {} : { kind: query.kind }),
        ...(query.cursor === undefined ? {} : { after: placeOf(query.cursor, list) }),
        limit: perPage(query),
      }
      return sendWritten(reply, await pages.history({ readings, list }))
    },
  )
}

function evidenceRoute(app: App, { store, pages, site }: ApiParts): void {
  app.get(
    '/v1/readings/:id/evidence',
    {
      config: { access: 'read' },
      schema: {
        summary: 'The frames, times, versions and releases behind one reading',
        tags: ['meters'],
        params: z.strictObject({
          id: z
            .string()
            .meta({ description: 'of the reading', examples: ['006b006e801d7e4f5a90b2c3d4e5f6a7'] }),
        }),
        querystring: nothing,
        response: { 200: evidence },
      },
    },
    async request => {
      const { id } = request.params
      const found = secondOf(id) === null ? null : await store.evidence(id)
      if (found === null || !maySee(request, found.reading.meter))
        throw new Fault('ASK_UNKNOWN', 'there is no such reading')
      const { meter, slot } = found.reading
      const releases = Buffer.from(await pages.releasedAs({ id, meter, slot })).toString()
      return { ...showEvidence(found, site.offsetMinutes), releases: JSON.parse(releases) }
    },
  )
}

function readNowRoute(
  app: App,
  { clock, site, ...parts }: ApiParts,
  readNow: NonNullable<ApiParts['readNow']>,
): void {
  const meters = new Map(parts.meters.map(one => [one.id, one]))
  app.post(
    '/v1/meters/:id/read',
    {
      config: {
        access: 'operate',
        mayFail: {
          LINE_SILENT: 'meter m1 on line a did not answer',
          LINE_BUSY: 'the queue of line a is full',
          METER_REFUSED: 'meter m1 answered with error word 02',
        },
      },
      schema: {
        summary: 'Read a meter now',
        description: 'Goes ahead of the polls. What comes is validated and kept like any other reading.',
        tags: ['meters'],
        params: ofMeter,
        querystring: nothing,
        body: nothing.nullish(),
        response: {
          200: z.object({
            meter: z.string(),
            askedAt: time,
            readings: z.array(freshReading),
            stored: z.int(),
            duplicates: z.int(),
            conflicts: z.int(),
          }),
        },
      },
    },
    async request => {
      const meter = visibleMeter(request, meters, request.params.id).id
      const askedAt = isoWithOffset(clock.now(), site.offsetMinutes)
      const { readings, accepted } = await readNow(meter)
      const { stored, duplicates, conflicts } = accepted
      const shown = readings.map(one => showMeasured(one, site.offsetMinutes))
      return { meter, askedAt, readings: shown, stored, duplicates, conflicts }
    },
  )
}

function placeOf(cursor: string, list: string): { readonly slot: number; readonly id: string } {
  const [slot, id] = readCursor(cursor, list, ['number', 'string'])
  return { slot, id }
}

function showEvidence(found: Evidence, offsetMinutes: number): Omit<z.infer<typeof evidence>, 'releases'> {
  return {
    reading: showReading(found.reading, offsetMinutes),
    line: found.line,
    duplicates: found.duplicates,
    versions: found.versions.map(one => showReading(one, offsetMinutes)),
    exchanges: found.exchanges.map(exchange => ({
      request: toHex(exchange.request),
      reply: exchange.reply && toHex(exchange.reply),
      sentAt: isoWithOffset(exchange.sentAt, offsetMinutes),
      receivedAt: exchange.receivedAt === null ? null : isoWithOffset(exchange.receivedAt, offsetMinutes),
      outcome: exchange.outcome,
      carried: exchange.carried,
    })),
  }
}
