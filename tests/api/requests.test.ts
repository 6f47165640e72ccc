/** Odd and hostile requests (ST-20, ST-22, ST-23, PR-74): refused with a problem, never a 5xx, never a guess. */

import { connect } from 'node:net'
import { describe, expect, test } from 'vitest'
import { LIMITS } from '../../src/api/server.ts'
import { parseStrictJson } from '../../src/api/strict-json.ts'
import { Fault } from '../../src/core/faults.ts'
import { type TestApi, testApi } from '../support/api.ts'

const READ = '/v1/meters/m1/read'
const JSON_TYPE = 'application/json'

/** The body given twice below parses as JSON; what it means is another matter. */
const BODIES: readonly (readonly [name: string, body: string, type: string | undefined, status: number])[] = [
  ['ok, empty object', '{}', JSON_TYPE, 200],
  ['ok, nothing', '', undefined, 200],
  ['unknown field', '{"approvedBy":"me"}', JSON_TYPE, 400],
  ['duplicate key', '{"a":1,"a":1}', JSON_TYPE, 400],
  ['duplicate key, escaped', '{"a":1,"\\u0061":1}', JSON_TYPE, 400],
  ['duplicate key, nested', '{"a":[{"b":1,"b":2}]}', JSON_TYPE, 400],
  ['constructor', '{"constructor":{"prototype":{"x":1}}}', JSON_TYPE, 400],
  ['__proto__', '{"__proto__":{"x":1}}', JSON_TYPE, 400],
  ['__proto__, escaped', '{"\\u005f_proto__":{"x":1}}', JSON_TYPE, 400],
  ['trailing', '{} {}', JSON_TYPE, 400],
  ['NaN', '{"a":NaN}', JSON_TYPE, 400],
  ['array root', '[{}]', JSON_TYPE, 400],
  ['string root', '"read"', JSON_TYPE, 400],
  ['deep', `${'['.repeat(30_000)}${']'.repeat(30_000)}`, JSON_TYPE, 400],
  ['big', JSON.stringify({ a: 'x'.repeat(LIMITS.bodyBytes) }), JSON_TYPE, 413],
  ['text/plain', '{}', 'text/plain', 415],
  ['form', 'a=1', 'application/x-www-form-urlencoded', 415],
  ['no content type', '{}', undefined, 415],
]

const QUERIES: readonly (readonly [name: string, url: string, status: number])[] = [
  ['limit negative', '/v1/meters?limit=-1', 400],
  ['limit zero', '/v1/meters?limit=0', 400],
  ['limit float', '/v1/meters?limit=1.5', 400],
  ['limit exponent', '/v1/meters?limit=1e2', 400],
  ['limit hex', '/v1/meters?limit=0x10', 400],
  ['limit blank', '/v1/meters?limit=', 400],
  ['limit at most', '/v1/meters?limit=1000', 200],
  ['limit over', '/v1/meters?limit=1001', 400],
  ['limit twice', '/v1/meters?limit=1&limit=2', 400],
  ['limit as array', '/v1/meters?limit[]=1', 400],
  ['cursor forged', '/v1/meters?cursor=AAAA', 400],
  ['cursor no base64url', '/v1/meters?cursor=%00', 400],
  ['cursor of another list', `/v1/meters?cursor=${Buffer.from('["lines","a"]').toString('base64url')}`, 400],
  [
    'cursor with another ending',
    `/v1/meters?cursor=${Buffer.from('["meters", "a"]').toString('base64url')}`,
    400,
  ],
  ['unknown field', '/v1/meters?metre=1', 400],
  ['proto field', '/v1/meters?__proto__=1', 400],
  ['time that does not exist', '/v1/meters/m1/readings?from=2026-02-30T25:00:00Z', 400],
  ['date that does not exist', '/v1/meters/m1/readings?from=2026-02-30', 400],
  ['time without offset', '/v1/meters/m1/readings?from=2026-11-21T00:00:00', 400],
  ['time with offset', '/v1/meters/m1/readings?from=2026-11-21T00:00:00%2B08:00', 200],
  ['time, its plus not escaped', '/v1/meters/m1/readings?from=2026-11-21T00:00:00+08:00', 200],
  ['obis', '/v1/meters/m1/readings?obis=energy', 400],
  ['kind', '/v1/meters/m1/readings?kind=estimated', 400],
  ['path encoded', '/v1/meters/m%31', 200],
  ['path with a null', '/v1/meters/m1%00', 404],
  ['path badly encoded', '/v1/meters/%zz', 400],
  ['path too long', `/v1/meters/${'m'.repeat(LIMITS.pathPartCharacters + 1)}`, 414],
  ['path traversal', '/docs/static/..%2f..%2fpackage.json', 404],
  ['path case', '/V1/METERS', 404],
  ['path unknown', '/console/', 404],
  ['id like a meter of the prototype', '/v1/meters/constructor', 404],
  ['boundary missing', '/v1/billing/reads', 400],
  ['boundary of tomorrow', '/v1/billing/reads?boundary=2026-11-22', 400],
]

test.each(BODIES)('ST-20 body: %s', async (_, payload, type, status) => {
  const api = await testApi()
  const key = await api.key(['operate'])
  const headers = { authorization: `Bearer ${key}`, ...(type === undefined ? {} : { 'content-type': type }) }
  const answer = await api.app.inject({ method: 'POST', url: READ, payload, headers })
  expect(answer.statusCode).toBe(status)
  if (status !== 200) expectProblem(answer, 'ASK_INVALID')
})

/** Who accepts is written into the log and into a file, for others to read. */
const ACCEPTED_BY: readonly (readonly [name: string, body: object, by: string | null, because?: string])[] = [
  ['in any script', { by: '李雷', because: 'Zähler geprüft, ✓' }, '李雷', 'Zähler geprüft, ✓'],
  ['spaces around', { by: '  J. Li\n', because: ' seen ' }, 'J. Li', 'seen'],
  ['nothing but spaces', { by: '   ' }, null],
  ['a line more', { by: 'J. Li\n2026-11-21T00:00:00Z m2: accepted by J. Li' }, null],
  ['a line more in because', { by: 'J. Li', because: 'x\r\ny' }, null],
  ['escapes', { by: '\u001b[31mJ. Li' }, null],
  ['C1 escapes', { by: 'J. Li', because: '\u009b2J' }, null],
  ['turned letters', { by: 'J. \u202eiL' }, null],
  ['a line separator', { by: 'J.\u2028Li' }, null],
  ['half a character', { by: 'J. Li\ud800' }, null],
]

test.each(ACCEPTED_BY)('ST-20 who accepts: %s', async (_, body, by, because = '') => {
  const given: string[][] = []
  const api = await testApi({ accept: async (...words) => void given.push(words) })
  const headers = { authorization: `Bearer ${await api.key(['admin'])}`, 'content-type': JSON_TYPE }
  const url = '/v1/meters/m1/acceptance'
  const answer = await api.app.inject({ method: 'POST', url, payload: JSON.stringify(body), headers })
  if (by === null) expectProblem(answer, 'ASK_INVALID')
  else expect(answer.statusCode).toBe(200)
  expect(given).toEqual(by === null ? [] : [['m1', by, because]])
})

test.each(QUERIES)('ST-20 query: %s', async (_, url, status) => {
  const api = await testApi()
  const answer = await api.get(url, await api.key(['read', 'billing']))
  expect(answer.statusCode).toBe(status)
  if (status !== 200) expectProblem(answer, status === 404 ? 'ASK_UNKNOWN' : 'ASK_INVALID')
})

/** The body is looked at before the query: it has to pass. */
const NEEDED_BODY: Readonly<Record<string, object>> = {
  '/v1/billing/batches/{id}/ack': { hash: 'f'.repeat(64), releases: 1 },
  '/v1/accounts/{id}/terms': { from: '2026-11-01', mode: 'post-paid', agreement: 'A', balance: 'none' },
  '/v1/accounts/{id}/payments': { payment: 'P', amount: '1', at: '2026-11-01' },
  '/v1/accounts/{id}/reversals': { payment: 'P', reason: 'returned', at: '2026-11-01' },
  '/v1/accounts/{id}/balance': { amount: '1', at: '2026-11-01' },
  '/v1/accounts/{id}/thresholds': { from: '2026-11-01', alarm1: '2', alarm2: '1', overdraft: '0' },
  '/v1/accounts/{id}/thresholds/confirm': { sequence: 1 },
  '/v1/accounts/{id}/notices': { notice: 'N', which: 'first', channels: [], template: 't' },
  '/v1/notices/{id}/receipts': {
    ...{ account: '1', receipt: 'R', channel: 'sms', result: 'failed', at: '2026-11-01' },
  },
  '/v1/accounts/{id}/visits': { visit: 'V', result: 'not-met', at: '2026-11-01', who: 'Li' },
  '/v1/accounts/{id}/protections': {
    ...{ protection: 'S', class: 'low_income', from: '2026-11-01', source: 'list' },
  },
  '/v1/protections/{id}/changes': { reason: 'moved' },
  '/v1/protections/{id}/changes/confirm': { sequence: 1 },
  '/v1/orders': { account: '1', meter: 'm1', reason: 'unpaid' },
  '/v1/orders/{id}/approve': { digest: '0'.repeat(64) },
  '/v1/orders/{id}/cancel': { reason: 'paid' },
  '/v1/orders/{id}/release': {},
  '/v1/orders/{id}/resolve': { as: 'executed', how: 'seen' },
  '/v1/restores': { account: '1', meter: 'm1', reason: 'paid' },
  '/v1/supply/declared': { name: 'heat', is: true, until: '2026-11-01' },
  '/v1/supply/stop': { reason: 'storm' },
  '/v1/supply/resume': { reason: 'over' },
  '/v1/supply/reset': { reason: 'looked at' },
  '/v1/protections/whole': { source: 'list' },
  '/v1/protections/whole/confirm': { sequence: 1 },
  '/v1/prices/{id}': { from: '2026-11-01', currency: 'CNY', registers: { '1-0:1.8.0': '0.5' } },
}

test('ST-22 every route of ours refuses a query field it does not know', async () => {
  // Nothing bad comes so far that a door is asked.
  const api = await testApi({ orders: { apart: [], takesCuts: true } as never })
  const key = await api.key(['read', 'billing', 'operate', 'approve', 'restore', 'admin', 'audit'])
  const { paths } = (await api.get('/openapi.json')).json()
  expect(Object.keys(paths).length).toBeGreaterThan(8)
  for (const [path, operations] of Object.entries<object>(paths)) {
    for (const method of Object.keys(operations)) {
      const answer = await api.app.inject({
        method: method as 'get',
        url: `${path.replace('batches/{id}', 'batches/1').replace('{id}', 'm1')}?boundary=2026-11-21&metre=1`,
        headers: { authorization: `Bearer ${key}` },
        ...(method !== 'get' && NEEDED_BODY[path] && { payload: NEEDED_BODY[path] }),
      })
      expect(`${path} ${answer.statusCode}`).toBe(`${path} 400`)
      expect(answer.json().detail).toMatch(/metre/)
    }
  }
})

test('problems name every wrong field, the request and the remedy, and are of the right type', async () => {
  const api = await testApi()
  const answer = await api.get('/v1/meters?limit=x&metre=1', await api.key(['read']))
  const problem = expectProblem(answer, 'ASK_INVALID')
  expect(problem).toMatchObject({
    status: 400,
    title: 'Bad Request',
    hint: expect.stringContaining('correct'),
  })
  expect(problem.errors.map((one: { field: string }) => one.field)).toEqual(['query.limit', 'query'])
  expect(problem.instance).toBe(`urn:meterd:request:${answer.headers['x-request-id']}`)
})

test('PR-73 a defect answers 500 without its words; the log has them under the request id', async () => {
  const api = await testApi()
  const key = await api.key(['read'])
  api.store.broken = new Error('SQL of the third kind')
  const answer = await api.get('/v1/meters/m1', key)
  expect(answer.statusCode).toBe(500)
  expect(expectProblem(answer, 'ASK_FAILED').detail).not.toContain('third kind')
  expect(api.log.lines).toEqual([expect.stringContaining('SQL of the third kind')])
  expect(api.log.lines[0]).toContain(String(answer.headers['x-request-id']))
  expect(api.log.lines[0]).not.toContain(key)
})

test('a fault of the line is the caller’s answer, with its code and status', async () => {
  const readNow = () => Promise.reject(new Fault('LINE_SILENT', 'meter m1 on line a did not answer'))
  const api = await testApi({ readNow })
  const headers = { authorization: `Bearer ${await api.key(['operate'])}` }
  const answer = await api.app.inject({ method: 'POST', url: READ, headers })
  expect(answer.statusCode).toBe(504)
  expectProblem(answer, 'LINE_SILENT')
})

test('ST-30 answers forbid caching, framing, sniffing and foreign origins', async () => {
  const api = await testApi()
  const answer = await api.app.inject({ url: '/v1/meters', headers: { origin: 'https://evil.example' } })
  expect(answer.headers).toMatchObject({
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  })
  expect(Object.keys(answer.headers).filter(name => name.startsWith('access-control'))).toEqual([])
})

test.each([
  ['DELETE', '/v1/meters', 'GET, HEAD'],
  ['POST', '/v1/meters/m1?metre=1', 'GET, HEAD'],
  ['GET', '/v1/meters/m1/read', 'POST'],
  ['HEAD', '/v1/meters/m1/read', 'POST'],
  ['PATCH', '/v1/accounts/0001', 'GET, HEAD, PUT'],
  ['OPTIONS', '/openapi.json', 'GET, HEAD'],
  ['GET', '/openapi_json', null],
  ['DELETE', '/v1/meters/m1/none', null],
  ['DELETE', '/v1/meters/m1/read/', null],
  ['GET', '/docs/static/none', null],
] as const)('C-08 %s %s: an address that takes other methods says which', async (method, url, allow) => {
  const api = await testApi()
  const answer = await api.app.inject({ method, url })
  expect([answer.statusCode, answer.headers['allow'] ?? null]).toEqual([allow ? 405 : 404, allow])
  if (method !== 'HEAD') expectProblem(answer, allow ? 'ASK_INVALID' : 'ASK_UNKNOWN')
})

describe('ST-20 on the wire', () => {
  const RAW: readonly (readonly [name: string, request: string, status: number])[] = [
    [
      'both lengths',
      `POST ${READ} HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}`,
      400,
    ],
    [
      'two lengths',
      `POST ${READ} HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}`,
      400,
    ],
    [
      'bad chunk',
      `POST ${READ} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n`,
      400,
    ],
    ['1,000 headers', `GET /healthz HTTP/1.1\r\nHost: x\r\n${'a: b\r\n'.repeat(1000)}\r\n`, 431],
    ['101 headers', `GET /healthz HTTP/1.1\r\nHost: x\r\n${'a: b\r\n'.repeat(100)}\r\n`, 431],
    [
      '100 headers',
      `GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${'a: b\r\n'.repeat(98)}\r\n`,
      200,
    ],
    ['70 kB header', `GET /healthz HTTP/1.1\r\nHost: x\r\na: ${'b'.repeat(70_000)}\r\n\r\n`, 431],
    ['TLS hello', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400],
    ['TRACE', 'TRACE / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 405],
    ['no host', 'GET /healthz HTTP/1.1\r\n\r\n', 400],
  ]

  test.each(RAW)('%s', async (_, request, status) => {
    const api = await testApi()
    const port = await listen(api)
    const answer = await exchange(port, request)
    expect(answer.split('\r\n')[0]).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    if (status !== 200 && answer.includes('{'))
      expect(answer.toLowerCase()).toContain('application/problem+json')
  })

  test('100 pipelined requests are all answered', async () => {
    const api = await testApi()
    const port = await listen(api)
    const one = 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n'
    const answer = await exchange(
      port,
      `${one.repeat(99)}${one.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n')}`,
    )
    expect(answer.match(/HTTP\/1\.1 200/g)?.length).toBe(100)
  })

  test('ST-23 the limits are those of the server that listens', async () => {
    const { app } = await testApi()
    expect(app.server).toMatchObject({
      requestTimeout: 10_000,
      headersTimeout: 5_000,
      keepAliveTimeout: 30_000,
      maxConnections: 100,
      maxRequestsPerSocket: 1_000,
    })
  })
})

test('strict JSON finds a second meaning anywhere and touches nothing else', () => {
  expect(parseStrictJson('{"a":{"b":1},"b":[{"b":2},{"b":3}],"c":"{\\"b\\":1,\\"b\\":2}"}')).toEqual({
    a: { b: 1 },
    b: [{ b: 2 }, { b: 3 }],
    c: '{"b":1,"b":2}',
  })
  expect(() => parseStrictJson('{"a":{"x":1},"b":{"y":1,"y":2}}')).toThrow('"y" twice')
})

function expectProblem(answer: Awaited<ReturnType<TestApi['get']>>, code: string) {
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/)
  const problem = answer.json()
  expect(problem).toMatchObject({ code, status: answer.statusCode, type: `urn:meterd:fault:${code}` })
  for (const field of ['title', 'detail', 'hint', 'instance']) expect(problem[field]).not.toBe('')
  return problem
}

async function listen({ app }: TestApi): Promise<number> {
  await app.listen({ host: '127.0.0.1', port: 0 })
  const address = app.server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

/** Sends bytes and gives back all that comes until the server closes or is quiet. */
function exchange(port: number, request: string): Promise<string> {
  return new Promise(resolve => {
    let answer = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(Buffer.from(request, 'latin1')))
    const done = () => {
      socket.destroy()
      resolve(answer)
    }
    socket.setTimeout(700, done)
    socket.on('data', bytes => {
      answer += bytes.toString('latin1')
    })
    socket.on('close', done)
    socket.on('error', done)
  })
}
