import type { IncomingHttpHeaders } from 'node:http'
import { describe, expect, test } from 'vitest'
import { serverOf } from '../../src/publish/influx-server.ts'
import { verdictOf } from '../../src/publish/influx-write.ts'
import { freePort } from '../support/services.ts'
import { arrayStore, changeOf, hastyClock, until } from './changes.ts'
import { influxAt, serverThat, sinkAt, write, writeTo } from './influx-support.ts'

const V1 = { 'x-influxdb-version': '1.6.7', 'x-influxdb-build': 'OSS' }
const V2 = { 'x-influxdb-version': 'v2.7.1', 'x-influxdb-build': 'OSS' }
const V3 = { 'x-influxdb-version': '3.2.0', 'x-influxdb-build': 'Core' }

describe('answers', () => {
  test.each<[status: number, headers: IncomingHttpHeaders, body: string, taken: object]>([
    [204, {}, '', { kind: 'written' }],
    [200, {}, '<html>Log in to the network</html>', { kind: 'wait', fault: { code: 'SINK_REFUSED' } }],
    [200, V1, '{"results":[]}', { kind: 'wait' }],
    [302, { location: 'https://elsewhere/' }, '', { kind: 'wait' }],
    [400, {}, '{"error":"partial write: x dropped=1"}', { kind: 'refused', guilt: 'likely' }],
    [400, V1, '{"error":"unable to par', { kind: 'refused', guilt: 'likely' }],
    [400, {}, 'Client sent an HTTP request to an HTTPS server.', { kind: 'wait' }],
    [
      400,
      V1,
      '{"error":"partial write: points beyond retention policy dropped=1"}',
      { kind: 'refused', guilt: 'certain' },
    ],
    [
      422,
      V2,
      '{"code":"unprocessable entity","message":"failure writing points to database: partial write: dropped 1 points outside retention policy"}',
      { kind: 'refused', guilt: 'certain' },
    ],
    [
      400,
      V3,
      '{"error":"partial write of line protocol occurred","data":[{"line_number":1,"error_message":"invalid column type"}]}',
      { kind: 'refused', reason: '400 partial write of line protocol occurred: invalid column type' },
    ],
    [413, V1, '{"error":"Request Entity Too Large"}', { kind: 'refused', guilt: 'likely' }],
    [413, {}, '<html>nginx</html>', { kind: 'refused', guilt: 'unsure' }],
    [404, V1, '{"error":"database not found: \\"x\\""}', { kind: 'no database' }],
    [
      404,
      V2,
      '{"code":"not found","message":"no dbrp mapping found"}',
      { kind: 'no database', reason: '404 no dbrp mapping found' },
    ],
    [404, {}, '<html>nginx</html>', { kind: 'wait' }],
    [401, {}, '{"error":"authorization failed"}', { kind: 'wait', fault: { code: 'SINK_REFUSED' } }],
    [500, V1, '{"error":"retention policy not found: y"}', { kind: 'wait', fault: { code: 'SINK_REFUSED' } }],
    [
      400,
      V1,
      '{"error":"partial write: max-values-per-tag limit exceeded (100000/100000) dropped=1"}',
      { kind: 'wait' },
    ],
    [429, { 'retry-after': '7' }, '{"error":"slow down"}', { kind: 'wait', retryAfterMs: 7000 }],
    [503, { 'retry-after': '999999' }, '', { kind: 'wait', retryAfterMs: 300_000 }],
    [503, { 'retry-after': 'Fri, 31 Dec 1999 23:59:59 GMT' }, '', { kind: 'wait', retryAfterMs: 0 }],
    [500, {}, '{"error":"timeout"}', { kind: 'wait', retryAfterMs: 0, fault: { code: 'SINK_UNREACHABLE' } }],
  ])('an answer %i %j %s is taken as %j', (status, headers, body, taken) => {
    expect(verdictOf({ status, headers, body }, influxAt(1))).toMatchObject(taken)
  })

  test.each<[IncomingHttpHeaders, ReturnType<typeof serverOf>]>([
    [V1, { name: 'InfluxDB 1.6.7 (OSS)', major: 1, keepsCopies: false }],
    [V2, { name: 'InfluxDB 2.7.1 (OSS)', major: 2, keepsCopies: false }],
    [V3, { name: 'InfluxDB 3.2.0 (Core)', major: 3, keepsCopies: false }],
    [{ 'x-influxdb-build': 'Cloud' }, { name: 'InfluxDB (Cloud)', major: null, keepsCopies: false }],
    [
      { 'x-influxdb-version': '1.8.0', 'x-server-hostname': 'vm' },
      { name: 'VictoriaMetrics', major: null, keepsCopies: true },
    ],
    [{ server: 'nginx' }, null],
  ])('the headers %j name the server', (headers, kind) => {
    expect(serverOf(headers)).toEqual(kind)
  })
})

describe('servers that misbehave', () => {
  test('one that is not there is said once, in words with a remedy', async () => {
    const { dispatcher, log } = await writeTo(influxAt(await freePort()), arrayStore(5))
    expect(await until(() => dispatcher.status().state === 'failing')).toBe(true)
    await hastyClock(1).sleep(300)
    expect(log.lines).toHaveLength(1)
    expect(log.lines[0]?.text).toContain('start it there or correct influx.url')
  })

  test('FT-35 a page in place of an answer costs no reading, and is said with its status', async () => {
    const port = await serverThat((_request, response) => response.end('<html>Welcome</html>'))
    const { dispatcher, log } = await writeTo(influxAt(port), arrayStore(3))
    expect(await until(() => dispatcher.status().state === 'failing')).toBe(true)
    expect(dispatcher.status()).toMatchObject({ owed: 3, delivered: 0, rejected: 0 })
    expect(log.lines[0]?.text).toMatch(/does not answer like InfluxDB \(200 <html>.*correct influx.url/)
  })

  test.each([
    [
      V2,
      '{"code":"not found","message":"no dbrp mapping found"}',
      /create a bucket named "meters".*dbrp create/,
    ],
    [V3, '{"error":"database not found"}', /influxdb3 create database meters/],
  ])(
    'with a token, to %j, without a database: said with its remedy, and nothing is created',
    async (headers, body, remedy) => {
      const asked: string[] = []
      const port = await serverThat((request, response) => {
        asked.push(`${request.method} ${request.url} ${request.headers.authorization}`)
        request.resume()
        if (request.url === '/ping') return response.writeHead(204, headers).end()
        return response.writeHead(404, headers).end(body)
      })
      const { dispatcher, log, sinkLog } = await writeTo(influxAt(port, { token: 'sEcrEt' }), arrayStore(3))
      expect(await until(() => dispatcher.status().state === 'failing')).toBe(true)
      expect(dispatcher.status()).toMatchObject({ owed: 3, fault: { code: 'SINK_REFUSED' } })
      expect(log.lines[0]?.text).toMatch(remedy)
      expect(new Set(asked)).toEqual(
        new Set(['GET /ping Token sEcrEt', 'POST /write?db=meters&precision=ms Token sEcrEt']),
      )
      expect(JSON.stringify([log.lines, sinkLog.lines])).not.toContain('sEcrEt')
    },
  )

  test('FT-35 500, 429 and a server that hangs up: nothing lost, the wait it asks for is kept', async () => {
    const asked: number[] = []
    const clock = hastyClock(50)
    const port = await serverThat((request, response) => {
      request.resume()
      if (request.url === '/ping') return response.writeHead(204).end()
      asked.push(clock.monotonic())
      if (asked.length === 1) return response.writeHead(500).end('{"error":"no"}')
      if (asked.length === 2) return request.socket.destroy()
      if (asked.length === 3) return response.writeHead(429, { 'retry-after': '60' }).end()
      return response.writeHead(204).end()
    })
    const { dispatcher, log } = await writeTo(influxAt(port), arrayStore(3), clock)
    expect(await until(() => dispatcher.status().owed === 0, 20_000)).toBe(true)
    expect(asked).toHaveLength(4)
    expect((asked[3] ?? 0) - (asked[2] ?? 0)).toBeGreaterThanOrEqual(60_000)
    expect(log.lines.map(line => line.level)).toEqual(['warn', 'info'])
    expect(dispatcher.status()).toMatchObject({ delivered: 3, rejected: 0 })
  })

  test('FT-35 PR-11 one that stores and does not answer in time gets the same bytes again', async () => {
    const bodies: string[] = []
    const port = await serverThat((request, response) => {
      let body = ''
      request.setEncoding('utf8').on('data', (text: string) => (body += text))
      request.on('end', () => {
        if (request.method === 'POST') bodies.push(body)
        if (request.method === 'GET' || bodies.length > 1) response.writeHead(204).end()
      })
    })
    const { dispatcher } = await writeTo(influxAt(port), arrayStore(1), hastyClock(300), hastyClock(100))
    expect(await until(() => dispatcher.status().owed === 0, 20_000)).toBe(true)
    expect(bodies.length).toBeGreaterThan(1)
    expect(new Set(bodies).size).toBe(1)
  })

  test('FT-35 an answer of one byte at a time is taken as far as it came, poison still parked', async () => {
    const port = await serverThat((request, response) => {
      let body = ''
      request.setEncoding('utf8').on('data', (text: string) => (body += text))
      request.on('end', () => {
        if (!body.includes('id-2')) return response.writeHead(204).end()
        response.writeHead(400, V1)
        const drip = setInterval(() => response.write('x'), 20)
        response.on('close', () => clearInterval(drip))
        return response.write('{"error":"slow wor')
      })
    })
    const store = arrayStore(3)
    const { dispatcher } = await writeTo(influxAt(port), store, hastyClock(300), hastyClock(100))
    expect(await until(() => dispatcher.status().owed === 0, 20_000)).toBe(true)
    expect([...store.parked.keys()]).toEqual([2])
    expect(store.parked.get(2)).toContain('400 {"error":"slow wor')
  })

  test('FT-35 where a thousand at once take too long, fewer do not', async () => {
    const sizes: number[] = []
    const port = await serverThat((request, response) => {
      let lines = 1
      request.setEncoding('utf8').on('data', (text: string) => (lines += text.split('\n').length - 1))
      request.on('end', () => {
        if (request.method === 'GET') return response.writeHead(204).end()
        sizes.push(lines)
        return lines <= 100 ? response.writeHead(204).end() : null
      })
    })
    const { dispatcher } = await writeTo(influxAt(port), arrayStore(1000), hastyClock(300), hastyClock(100))
    expect(await until(() => dispatcher.status().owed === 0, 30_000)).toBe(true)
    expect(Math.max(...sizes.slice(0, 1))).toBeGreaterThan(900)
    expect(dispatcher.status()).toMatchObject({ delivered: 1000, rejected: 0 })
  }, 40_000)

  test('a batch is as large and as old as the settings say', async () => {
    const sizes: number[] = []
    const port = await serverThat((request, response) => {
      let body = ''
      request.setEncoding('utf8').on('data', (text: string) => (body += text))
      request.on('end', () => {
        if (request.method === 'POST') sizes.push(body.split('\n').length)
        response.writeHead(204).end()
      })
    })
    const config = influxAt(port, { batch: { lines: 9, ageMs: 40_000 } })
    expect(sinkAt(config).sink.batch).toEqual({ most: 9, lingerMs: 40_000 })
    const store = arrayStore(12)
    const { dispatcher } = await writeTo(config, store, hastyClock(100))
    expect(await until(() => sizes.length === 1)).toBe(true)
    await hastyClock(1).sleep(100)
    // The dispatcher cuts a full batch where a round ends.
    expect(sizes).toEqual([6])
    expect(await until(() => dispatcher.status().owed === 0)).toBe(true)
    expect(sizes).toEqual([6, 6])
  })

  test('several servers behind one address fill no log', async () => {
    let count = 0
    const port = await serverThat((request, response) => {
      count += 1
      request
        .resume()
        .on('end', () => response.writeHead(204, { 'x-influxdb-version': `1.8.${count % 2}` }).end())
    })
    const { sink, log } = sinkAt(influxAt(port))
    for (let sequence = 1; sequence <= 10; sequence += 1) await sink.deliver([changeOf(sequence)])
    expect(log.lines.map(line => line.text.slice(0, 24))).toEqual([
      'influx is InfluxDB 1.8.1',
      'influx is InfluxDB 1.8.0',
    ])
  })

  test('one that accepts and never answers is given up in time', async () => {
    const port = await serverThat(() => {})
    const verdict = await write(influxAt(port), ['x y=1'], hastyClock(300))
    expect(verdict).toMatchObject({
      kind: 'wait',
      late: true,
      fault: { text: expect.stringContaining('no answer within 30 s') },
    })
  })

  test('PR-23 an answer without end is not read to its end', async () => {
    const port = await serverThat((_request, response) => {
      response.writeHead(400)
      const pour = () => {
        while (response.write('x'.repeat(64 * 1024)));
      }
      response.on('drain', pour)
      pour()
    })
    expect(await write(influxAt(port), ['x y=1'])).toMatchObject({ kind: 'wait' })
  })

  test('a connection that went stale while nothing was owed costs no try', async () => {
    let port = 0
    const sockets: { destroy(): void }[] = []
    port = await serverThat((request, response) => {
      sockets.push(request.socket)
      request.resume().on('end', () => response.writeHead(204).end())
    })
    const { sink } = sinkAt(influxAt(port))
    for (const sequence of [1, 2, 3]) {
      const delivery = await sink.deliver([changeOf(sequence)])
      expect(delivery).toEqual({ accepted: [sequence], rejected: [] })
      sockets.at(-1)?.destroy()
    }
  })

  test('PR-83 a stop ends what is under way, and it stays owed', async () => {
    const port = await serverThat(() => {})
    const { sink } = sinkAt(influxAt(port))
    const delivery = sink.deliver([changeOf(1)])
    await hastyClock(1).sleep(50)
    await sink.stop()
    expect(await delivery).toMatchObject({ accepted: [], rejected: [], fault: { code: 'SINK_UNREACHABLE' } })
  })
})
