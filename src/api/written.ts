/** Answers that come as bytes, already written in the form their schema says. */

import type { FastifyReply } from 'fastify'
import type { z } from 'zod'
import { giveBack } from './page-thread/text.ts'
import { REVALIDATED } from './representation.ts'

export const JSON_TYPE = 'application/json; charset=utf-8'

/**
 * The schema of an answer for OpenAPI, which is given as bytes and checked by nobody: no second look at each of a million
 * rows on the thread that times the lines. tests/api/page-thread.test.ts holds pages against their schemas.
 */
export function written<Schema extends z.ZodType>(schema: Schema): z.ZodType<Uint8Array> {
  all.add(schema)
  return schema as unknown as z.ZodType<Uint8Array>
}

const all = new WeakSet<object>()

/** Of an answer as a route declares it: a schema, or one for each media type. */
export function isWritten(answer: unknown): boolean {
  const { content = {} } = Object(answer) as { content?: Record<string, { schema?: unknown }> }
  return [answer, ...Object.values(content).map(({ schema }) => schema)].some(
    schema => typeof schema === 'object' && schema !== null && all.has(schema),
  )
}

/** What a handler returns for them; as long as nothing changes they are the same bytes. Once they are sent their memory is given back, which waits for no collector. */
export function sendWritten(
  reply: Pick<FastifyReply, 'type' | 'header' | 'raw'>,
  bytes: Uint8Array<ArrayBuffer>,
): Uint8Array {
  reply.type(JSON_TYPE).header('cache-control', REVALIDATED)
  // Not where the connection is lost before: then something may still be reading them.
  reply.raw.once('finish', () => giveBack(bytes.buffer))
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
}
