/** `/v1/billing/exports/…`: what was released, and what flowed, as files of other people's formats. */

import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import { FORMATS } from '../export/formats.ts'
import { metersSeen } from './access.ts'
import type { App } from './app.ts'
import { exportAskedIn, exportQuery } from './export-asked.ts'
import { exportManifest } from './export-shapes.ts'
import { createExporter, type Exporting } from './exporting.ts'
import type { ExportHead } from './page-thread/export-begun.ts'
import type { ApiParts } from './parts.ts'

const params = z.strictObject({
  format: z.string().meta({ description: FORMATS.join(', '), examples: ['billing_reads_v1'] }),
})

/** Sent as it is made; OpenAPI is told that it is a file. */
const file = {
  description: 'The file; docs/exports.md has its columns',
  content: {
    'text/csv': { schema: z.unknown() },
    'application/x-ndjson': { schema: z.unknown() },
    'application/atom+xml': { schema: z.unknown() },
  },
}

export function exportRoutes(app: App, { pages, site, clock }: ApiParts): void {
  const exporter = createExporter(pages)
  const siteNow = () => ({ offsetMinutes: site.offsetMinutes, now: clock.now() })
  app.get(
    '/v1/billing/exports/:format',
    {
      config: { access: 'billing' },
      schema: {
        summary: 'A file of what was released, or of intervals, as a stream',
        description:
          'The latest versions of boundaries as the book stood at number `through`, which the header `meterd-through` tells: asked for with it again they are the same bytes. A connection that ends before the last chunk has not brought the whole.',
        tags: ['billing'],
        params,
        querystring: exportQuery,
        response: { 200: file },
      },
    },
    async (request, reply) => {
      const { format } = request.params
      const asked = exportAskedIn(format, request.query, siteNow(), metersSeen(request))
      // Nobody waits for what the answer to HEAD would be followed by.
      if (request.method === 'HEAD') return tell(reply, format, await exporter.head(asked)).send()
      const exporting = await exporter.start(asked, goneOf(reply))
      return tell(reply, format, exporting.head).send(Readable.from(takenBack(exporting, reply)))
    },
  )
  app.get(
    '/v1/billing/exports/:format/manifest',
    {
      config: { access: 'billing' },
      schema: {
        summary: 'Control totals of a file: asked for like the file, with its `through`',
        description:
          'Rows, exact sums of each register and unit, first and last time, SHA-256 of the bytes. Of a file that was sent lately it is at hand, else the file is made once more.',
        tags: ['billing'],
        params,
        querystring: exportQuery,
        response: { 200: exportManifest },
      },
    },
    async (request, reply) => {
      const asked = exportAskedIn(request.params.format, request.query, siteNow(), metersSeen(request))
      const manifest = await exporter.manifest(asked, goneOf(reply))
      if (manifest === null) return reply.hijack()
      return { ...manifest, totals: [...manifest.totals] }
    },
  )
}

/** Aborted when the connection is lost before the whole answer has left. */
function goneOf({ raw }: FastifyReply): AbortSignal {
  const gone = new AbortController()
  if (raw.destroyed) gone.abort()
  raw.once('close', () => {
    if (!raw.writableFinished) gone.abort()
  })
  return gone.signal
}

/** What is small is written without waiting, and left to V8. */
const MOST_HELD = 4

/**
 * Takes back the memory of parts that have left: V8 would go through all of the main thread's heap four times a second to find it
 * gone, and lines would wait for that (bench export). Where anything stands between, such as compression, it is left to V8.
 */
async function* takenBack({ parts, takeBack }: Exporting, { raw }: FastifyReply): AsyncGenerator<Uint8Array> {
  const handed: Uint8Array<ArrayBuffer>[] = []
  raw.on('drain', () => {
    if (raw.writableLength > 0 || raw.hasHeader('content-encoding')) return
    // The stream between may hold the last; all before it were written, and nothing written is left here.
    for (const part of handed.splice(0, handed.length - 1)) takeBack(part.buffer)
  })
  for await (const part of parts) {
    handed.push(part)
    if (handed.length > MOST_HELD) handed.shift()
    yield part
  }
}

function tell(reply: FastifyReply, format: string, head: ExportHead): FastifyReply {
  reply.type(head.mediaType)
  return reply.headers({
    'content-disposition': `attachment; filename="${head.fileName ?? fileNameOf(format, head)}"`,
    'meterd-batch': head.batchId,
    ...(head.through !== null && { 'meterd-through': head.through }),
    ...(head.archiveAsOf !== null && { 'meterd-archive-as-of': head.archiveAsOf }),
  })
}

function fileNameOf(
  format: string,
  { batchId, extension }: { readonly batchId: string; readonly extension: string },
): string {
  return `${format}-${batchId}.${extension}`.replaceAll(/[^\w.-]/g, '_')
}
