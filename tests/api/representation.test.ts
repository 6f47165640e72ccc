/** ETag, If-None-Match and Accept-Encoding: less is sent, and never anything else. */

import { Readable } from 'node:stream'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import Fastify from 'fastify'
import { expect, test } from 'vitest'
import { codingFor, REVALIDATED, representAnswers } from '../../src/api/representation.ts'
import { sendWritten } from '../../src/api/written.ts'
import { MIDNIGHT, testApi } from '../support/api.ts'
import { stored } from '../support/memory-store.ts'

const HISTORY = '/v1/meters/m1/readings?limit=1000'

/** A history of so many readings, a minute apart. */
async function history(count: number) {
  const api = await testApi()
  for (let minute = 0; minute < count; minute++) api.store.readings.push(readingAt(minute))
  const authorization = `Bearer ${await api.key(['read', 'billing'])}`
  const get = (headers: Record<string, string> = {}, url = HISTORY, method: 'GET' | 'HEAD' = 'GET') =>
    api.app.inject({ method, url, headers: { authorization, ...headers } })
  return { ...api, get }
}

function readingAt(minute: number) {
  const id = minute.toString(16).padStart(32, '0')
  return { ...stored({ slot: MIDNIGHT + minute * 60_000 }), id }
}

const DECODED: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  gzip: bytes => gunzipSync(bytes),
  br: bytes => brotliDecompressSync(bytes),
}

test('C-08 what is asked for again with its tag comes without a body, until something changed', async () => {
  const { get, store } = await history(3)
  const first = await get()
  expect(first.headers).toMatchObject({ 'cache-control': 'private, no-cache', vary: 'accept-encoding' })
  const tag = String(first.headers['etag'])
  expect(tag).toMatch(/^"[\w-]{22}"$/)
  for (const sent of [tag, `"other", W/${tag}`, '*', `${tag}, "x"`]) {
    const again = await get({ 'if-none-match': sent })
    expect([again.statusCode, again.body, again.headers['etag']]).toEqual([304, '', tag])
    expect(again.headers['content-type']).toBeUndefined()
  }
  expect((await get({ 'if-none-match': '"other"' })).statusCode).toBe(200)
  expect((await get({ 'if-none-match': tag.slice(1, -1) })).statusCode).toBe(200)
  store.readings.push(readingAt(3))
  const changed = await get({ 'if-none-match': tag })
  expect([changed.statusCode, changed.json().readings.length]).toEqual([200, 4])
  expect(changed.headers['etag']).not.toBe(tag)
})

test('C-08 the book, billing reads and the description can be asked for so; problems and what has an age cannot', async () => {
  const { get, log } = await history(1)
  for (const url of [
    '/v1/billing/releases',
    '/v1/billing/reads?boundary=2026-11-21',
    '/openapi.json',
    '/v1/indicators/clocks',
  ]) {
    const { headers } = await get({}, url)
    expect([url, headers['cache-control']]).toEqual([url, REVALIDATED])
    for (const method of ['GET', 'HEAD'] as const) {
      const again = await get({ 'if-none-match': String(headers['etag']) }, url, method)
      expect([url, method, again.statusCode, again.body]).toEqual([url, method, 304, ''])
      expect(again.headers).toMatchObject({ etag: headers['etag'] })
      for (const name of ['content-type', 'content-length']) expect(again.headers[name]).toBeUndefined()
    }
  }
  for (const url of ['/v1/meters', '/v1/lines', '/v1/meters/none/readings', '/healthz']) {
    const { headers } = await get({ 'if-none-match': '*' }, url)
    expect([url, headers['cache-control'], headers['etag']]).toEqual([url, 'no-store', undefined])
  }
  expect(log.lines).toEqual([])
})

test.each(['gzip', 'br'])('C-08 %s: the same answer in fewer bytes, under a tag of its own', async coding => {
  const { get } = await history(400)
  const plain = await get()
  const packed = await get({ 'accept-encoding': coding })
  expect(packed.headers).toMatchObject({ 'content-encoding': coding, vary: 'accept-encoding' })
  expect(packed.headers['content-length']).toBeUndefined()
  expect(packed.rawPayload.length).toBeLessThan(plain.rawPayload.length / 4)
  expect(DECODED[coding]?.(packed.rawPayload).equals(plain.rawPayload)).toBe(true)
  const tag = String(packed.headers['etag'])
  expect(tag).toBe(`W/${String(plain.headers['etag']).slice(0, -1)}-${coding}"`)
  const again = await get({ 'accept-encoding': coding, 'if-none-match': tag })
  expect([again.statusCode, again.headers['etag'], again.headers['content-encoding']]).toEqual([
    304,
    tag,
    undefined,
  ])
  // One who asks for other bytes has not these.
  expect((await get({ 'if-none-match': tag })).statusCode).toBe(200)
})

test('C-08 HEAD tells of the answer as it is, and what is tiny is never compressed', async () => {
  const { get } = await history(400)
  const plain = await get()
  const head = await get({ 'accept-encoding': 'gzip' }, HISTORY, 'HEAD')
  expect(head.body).toBe('')
  for (const name of ['etag', 'content-length', 'content-type', 'content-encoding'])
    expect(head.headers[name]).toBe(plain.headers[name])
  const tiny = await get({ 'accept-encoding': 'gzip' }, '/v1/meters/none')
  expect([tiny.statusCode, tiny.headers['content-encoding']]).toEqual([404, undefined])
})

test.each([
  [undefined, 'identity'],
  ['', 'identity'],
  ['gzip', 'gzip'],
  ['x-gzip', 'gzip'],
  ['GZIP', 'gzip'],
  ['gzip, deflate, br', 'br'],
  ['gzip, deflate', 'gzip'],
  ['br;q=0.5, gzip;q=0.8', 'gzip'],
  ['br;q=0, gzip;q=0', 'identity'],
  ['gzip;q=0.2, identity', 'identity'],
  ['gzip;q=0, *', 'br'],
  ['*;q=0', 'identity'],
  ['identity;q=0, gzip;q=0.001', 'gzip'],
  ['zstd', 'identity'],
  ['gzip;q=2', 'identity'],
  ['gzip;q=NaN, br;q=', 'identity'],
  ['gzip ; q=0.3 ,br ;q=0.2', 'gzip'],
])('C-08 Accept-Encoding %s is answered in %s', (accepted, coding) => {
  expect(codingFor(accepted)).toBe(coding)
})

test('C-08 what comes in parts is compressed as it comes, and an error in it breaks the answer off', async () => {
  const app = Fastify({ forceCloseConnections: true })
  representAnswers(app)
  const rows = (count: number, fails: boolean) =>
    Readable.from(
      (function* () {
        for (let row = 0; row < count; row++) yield `{"row":${row}}\n`
        if (fails) throw new Error('the store is closed')
      })(),
    )
  app.get('/rows', async (_, reply) => reply.type('application/x-ndjson').send(rows(50_000, false)))
  app.get('/broken', async (_, reply) => reply.type('application/x-ndjson').send(rows(50_000, true)))
  const headers = { 'accept-encoding': 'gzip' }
  const [plain, packed] = [await app.inject('/rows'), await app.inject({ url: '/rows', headers })]
  expect(gunzipSync(packed.rawPayload).equals(plain.rawPayload)).toBe(true)
  expect([packed.headers['etag'], packed.headers['content-encoding']]).toEqual([undefined, 'gzip'])
  const origin = await app.listen({ host: '127.0.0.1', port: 0 })
  await expect(fetch(`${origin}/broken`, { headers }).then(answer => answer.text())).rejects.toThrow()
  expect((await fetch(`${origin}/rows`, { headers })).status).toBe(200)
  await app.close()
})

test.each(['identity', 'gzip', 'br', 'cut off', 'unchanged'])(
  'C-08 the memory of a long page is given back after it was sent: %s',
  async how => {
    const app = Fastify({ forceCloseConnections: true })
    representAnswers(app)
    const given: Uint8Array<ArrayBuffer>[] = []
    const closed = Promise.withResolvers<void>()
    app.get('/page', async (_, reply) => {
      const page = new Uint8Array(new ArrayBuffer(5_000_000)).fill(0x61)
      given.push(page)
      reply.raw.once('close', () => closed.resolve())
      return sendWritten(reply, page)
    })
    const origin = await app.listen({ host: '127.0.0.1', port: 0 })
    const headers = { 'accept-encoding': how, ...(how === 'unchanged' && { 'if-none-match': '*' }) }
    const stop = new AbortController()
    const answer = await fetch(`${origin}/page`, { headers, signal: stop.signal })
    if (how === 'cut off') stop.abort()
    else expect((await answer.text()).length).toBe(how === 'unchanged' ? 0 : 5_000_000)
    await closed.promise
    // Of one cut off something may still be read: its memory waits for the collector.
    if (how !== 'cut off') expect(given.map(({ byteLength }) => byteLength)).toEqual([0])
    expect((await fetch(`${origin}/page`, { headers })).status).toBe(how === 'unchanged' ? 304 : 200)
    await app.close()
  },
)
