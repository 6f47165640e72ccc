/**
 * How an answer reaches its caller: not again where he has it (RFC 9110 §13.1.2), and compressed where he takes that (§12.5.3).
 * Compression is of no use to who listens (BREACH): that takes a browser that sends somebody's credentials along by itself,
 * and ours are keys in a header that no page of another origin can have sent.
 */

import { createHash, webcrypto } from 'node:crypto'
import { pipeline, Readable } from 'node:stream'
import { constants, createBrotliCompress, createGzip } from 'node:zlib'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

/** For answers that are the same bytes as long as nothing changed. */
export const REVALIDATED = 'private, no-cache'

/** What shrinks below this goes into one packet anyway. */
const LEAST_BYTES = 1_400
/** Hashed in passing; more than that in a thread of libuv. */
const HASHED_AT_ONCE = 64 * 1024
/** One job of a thread of libuv: about a millisecond, after which other work has its turn. */
const SLICE_BYTES = 64 * 1024

const SHRINKS =
  /^(application\/(problem\+)?json|application\/(x-ndjson|xml|atom\+xml)|text\/(plain|csv|xml|html))\b/

/** In the order of preference where the caller has none. */
const CODINGS = ['br', 'gzip', 'identity'] as const
export type Coding = (typeof CODINGS)[number]

export function representAnswers(app: FastifyInstance): void {
  app.addHook('onSend', async (request, reply, payload) => {
    // What has a tag of its own is somebody else's to change.
    if (!SHRINKS.test(String(reply.getHeader('content-type'))) || reply.hasHeader('etag')) return payload
    reply.header('vary', 'accept-encoding')
    const whole = wholeOf(payload)
    // HEAD tells of the answer as it is.
    const isPlain = request.method === 'HEAD' || (whole?.length ?? LEAST_BYTES) < LEAST_BYTES
    const coding = isPlain ? 'identity' : codingFor(request.headers['accept-encoding'])
    const isRead = request.method === 'GET' || request.method === 'HEAD'
    if (whole && isRead && reply.statusCode === 200 && reply.getHeader('cache-control') === REVALIDATED) {
      const tag = tagOf(await digestOf(whole), coding)
      reply.header('etag', tag)
      if (names(request.headers['if-none-match'], tag)) return unchanged(request, reply)
    }
    if (coding === 'identity') return payload
    reply.header('content-encoding', coding).removeHeader('content-length')
    return encoded(whole ? slicesOf(whole) : (payload as Readable), coding)
  })
}

/** The coding a caller likes best of those we have (RFC 9110 §12.5.3). */
export function codingFor(accepted: string | readonly string[] | undefined): Coding {
  const wishes = new Map<string, number>()
  for (const part of String(accepted ?? '').split(',')) {
    const [name = '', ...parameters] = part.split(';').map(word => word.trim().toLowerCase())
    const quality = parameters.find(word => word.startsWith('q='))?.slice(2) ?? '1'
    wishes.set(name.replace(/^x-/, ''), /^(0(\.\d{0,3})?|1(\.0{0,3})?)$/.test(quality) ? Number(quality) : 0)
  }
  // Nothing said of it, identity may come, after all that was named.
  const wished = (coding: Coding) => wishes.get(coding) ?? wishes.get('*') ?? 0
  const best = Math.max(...CODINGS.map(wished))
  return best === 0 ? 'identity' : (CODINGS.find(coding => wished(coding) === best) ?? 'identity')
}

/**
 * Other bytes have another tag (RFC 9110 §8.8.3.3). That of compressed ones is weak: another version of zlib may write them
 * otherwise.
 */
function tagOf(digest: string, coding: Coding): string {
  return coding === 'identity' ? `"${digest}"` : `W/"${digest}-${coding}"`
}

/** The first 128 bits of SHA-256. */
async function digestOf(bytes: Buffer): Promise<string> {
  const hash =
    bytes.length <= HASHED_AT_ONCE
      ? createHash('sha256').update(bytes).digest()
      : Buffer.from(await webcrypto.subtle.digest('SHA-256', bytes))
  return hash.subarray(0, 16).toString('base64url')
}

/** Compared weakly, as this field is: whether a tag is weak makes no difference. */
function names(ifNoneMatch: string | undefined, tag: string): boolean {
  if (ifNoneMatch === undefined) return false
  if (ifNoneMatch.trim() === '*') return true
  const opaque = tag.replace(/^W\//, '')
  return [...ifNoneMatch.matchAll(/"[\x21\x23-\x7e\x80-\xff]*"/g)].some(([one]) => one === opaque)
}

function unchanged({ method }: FastifyRequest, reply: FastifyReply): Readable | null {
  reply.code(304).removeHeader('content-type').removeHeader('content-length')
  // Fastify's own hook for HEAD, which comes after, looks into what it is given.
  return method === 'HEAD' ? Readable.from([]) : null
}

/** Null for what comes in parts. */
function wholeOf(payload: unknown): Buffer | null {
  if (typeof payload === 'string') return Buffer.from(payload)
  return Buffer.isBuffer(payload) ? payload : null
}

function slicesOf(bytes: Buffer): Readable {
  const count = Math.ceil(bytes.length / SLICE_BYTES)
  return Readable.from(
    Array.from({ length: count }, (_, nth) => bytes.subarray(nth * SLICE_BYTES, (nth + 1) * SLICE_BYTES)),
  )
}

/** Reads as text shrink to a tenth at any setting, so at one that costs little: the boxes we run on are small. */
const GZIP = { level: 3, chunkSize: SLICE_BYTES }
const BROTLI = {
  params: { [constants.BROTLI_PARAM_QUALITY]: 4, [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT },
  chunkSize: SLICE_BYTES,
}

function encoded(source: Readable, coding: Exclude<Coding, 'identity'>): Readable {
  const encoder = coding === 'gzip' ? createGzip(GZIP) : createBrotliCompress(BROTLI)
  // Who reads it is told of an error by its end.
  pipeline(source, encoder, () => undefined)
  return encoder
}
