/** Billing over HTTP, a real server on loopback: whatever is not the plain answer to the very question is silence (P-07). */

import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { NO_FILES } from '../../src/config/tls.ts'
import { ANSWER_WITHIN_MS, billingOverHttp } from '../../src/supplying/billing-over-http.ts'
import { cutIn, NOW, SHOWN } from '../supply/order/cases.ts'
import { createCertificates } from '../support/certificates.ts'
import { requireService } from '../support/services.ts'
import { virtualClock } from '../support/virtual-clock.ts'

type Answering = (
  response: ServerResponse,
  asked: { readonly request: IncomingMessage; body: string },
) => void

const CUT = cutIn('armed')
const KEYS = { username: null, password: null, token: 'mk_secret' }

async function listening(answering: Answering, secure?: { readonly cert: string; readonly key: string }) {
  const handle = (request: IncomingMessage, response: ServerResponse) => {
    let body = ''
    request.on('data', part => {
      body += part
    })
    request.on('end', () => answering(response, { request, body }))
  }
  const server = secure
    ? createSecureServer({ cert: readFileSync(secure.cert), key: readFileSync(secure.key) }, handle)
    : createServer(handle)
  server.on('tlsClientError', () => undefined)
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

async function asked(answering: Answering) {
  const clock = virtualClock(NOW)
  const port = await listening(answering)
  const url = new URL(`http://127.0.0.1:${port}/unpaid`)
  return { clock, word: billingOverHttp({ url, ...KEYS, tls: NO_FILES }, clock, 480).ask(CUT), url }
}

const json =
  (text: string, status = 200): Answering =>
  response =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(text)

test('P-07 the question says what was approved, and by whose word; the answer is of it', async () => {
  const seen: unknown[] = []
  const { word, url } = await asked((response, { request, body }) => {
    seen.push(request.method, request.url, request.headers.authorization, JSON.parse(body))
    json(`{ "order": "o1", "unpaid": true }`)(response, { request, body })
  })
  expect(await word).toEqual({ says: 'unpaid', by: url.origin, at: NOW, text: 'unpaid' })
  const { amount, currency } = SHOWN.arrears
  const asOf = new Date((CUT.approved?.at ?? 0) + 480 * 60_000).toISOString().replace('.000Z', '+08:00')
  const owed = { amount, currency, asOf }
  const { id: order, account, meter, number, approved } = CUT
  expect(seen).toEqual([
    ...['POST', '/unpaid', 'Bearer mk_secret'],
    { order, account, meter, number, owed, digest: approved?.digest },
  ])
})

test('P-07 that it is paid is an answer too', async () => {
  const { word } = await asked(json('{"unpaid":false,"order":"o1"}'))
  expect(await word).toMatchObject({ says: 'paid' })
})

const RIGHT = '{"order":"o1","unpaid":true}'

const SILENT: readonly (readonly [string, Answering, RegExp])[] = [
  ['another order', json('{"order":"o2","unpaid":true}'), /another order/],
  ['no order', json('{"unpaid":true}'), /is not \{/],
  ['a word', json('{"order":"o1","unpaid":"true"}'), /is not \{/],
  ['null', json('{"order":"o1","unpaid":null}'), /is not \{/],
  ['a key more', json('{"order":"o1","unpaid":true,"paid":true}'), /is not \{/],
  ['both at once', json('{"order":"o1","unpaid":false,"unpaid":true}'), /is not \{/],
  ['a list', json(`[${RIGHT}]`), /is not \{/],
  ['nothing', json(''), /is not \{/],
  ['null alone', json('null'), /is not \{/],
  ['garbage', json('<html>unpaid</html>'), /is not \{/],
  ['half of it', json(RIGHT.slice(0, -1)), /is not \{/],
  ['201', json(RIGHT, 201), /answered 201/],
  ['404', json(RIGHT, 404), /answered 404/],
  ['503', json(RIGHT, 503), /answered 503/],
  [
    'another place',
    response => response.writeHead(302, { location: '/elsewhere' }).end(RIGHT),
    /answered 302/,
  ],
  [
    'another protocol',
    response => response.writeHead(101, { connection: 'upgrade', upgrade: 'other' }).end(RIGHT),
    /ended the connection without an answer/,
  ],
  ['a hang-up', response => response.destroy(), /ECONNRESET/],
  [
    'a hang-up within the answer',
    response => {
      response.writeHead(200, { 'content-length': 100 })
      response.write(RIGHT, () => response.destroy())
    },
    /ECONNRESET|aborted/,
  ],
  ['too much', json(RIGHT + ' '.repeat(5_000)), /too long/],
  [
    'no end',
    response => {
      const more = () => response.write(' '.repeat(1_000), error => !error && setImmediate(more))
      more()
    },
    /too long/,
  ],
]

test.each(SILENT)('P-07 %s is silence', async (_, answering, why) => {
  let times = 0
  const { word } = await asked((...given) => {
    times += 1
    answering(...given)
  })
  const { says, text } = await word
  expect([says, times]).toEqual([null, 1])
  expect(text).toMatch(why)
})

test.each([
  ['who never answers', () => undefined],
  ['who begins to', (response: ServerResponse) => response.writeHead(200).write('{"order":')],
])('P-07 %s is silent in the end', async (_, begin) => {
  let heard = () => {}
  const isHeard = new Promise<void>(resolve => {
    heard = resolve
  })
  const { word, clock } = await asked(response => {
    begin(response)
    heard()
  })
  await isHeard
  await clock.pass(ANSWER_WITHIN_MS)
  expect(await word).toMatchObject({ says: null, at: NOW, text: 'no answer within 5 s' })
})

test('P-07 who is not there is silent, and the secret is in no text', async () => {
  const url = new URL('http://127.0.0.1:9/unpaid')
  const { says, text } = await billingOverHttp({ url, ...KEYS, tls: NO_FILES }, virtualClock(NOW), 480).ask(
    CUT,
  )
  expect([says, text]).toEqual([null, 'ECONNREFUSED'])
})

const openssl = requireService('openssl')
const pki = openssl.missing ? null : createCertificates()
afterAll(() => pki?.dispose())

test.skipIf(openssl.missing)(
  'P-07 PR-75 an answer of somebody whose certificate does not pass is none',
  async () => {
    const [ours, others] = [pki?.authority('ours'), pki?.authority('others')]
    const leaf = ours?.issue('server')
    if (!ours || !others || !leaf) throw new Error('openssl makes no certificates')
    const port = await listening(json(RIGHT), leaf)
    const url = new URL(`https://127.0.0.1:${port}/unpaid`)
    const clock = virtualClock(NOW)
    const by = (ca: string) =>
      billingOverHttp({ url, ...KEYS, tls: { ...NO_FILES, ca } }, clock, 480).ask(CUT)
    expect(await by(ours.ca)).toMatchObject({ says: 'unpaid' })
    expect((await by(others.ca)).says).toBe(null)
    expect((await by('/nowhere')).text).toMatch(/^tls\.ca: /)
  },
)
