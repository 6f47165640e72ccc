import { createServer } from 'node:http'
import { afterEach, describe, expect, test } from 'vitest'
import { systemClock } from '../../src/core/clock.ts'
import { seededRandom } from '../../src/core/random.ts'
import { createDispatcher } from '../../src/publish/dispatcher.ts'
import { createInfluxSink, deliverHalving } from '../../src/publish/influx.ts'
import { type Verdict, verdictOf, writeLines } from '../../src/publish/influx-write.ts'
import { lineOf } from '../../src/publish/line-protocol.ts'
import { type Influx, startInflux } from '../support/influx.ts'
import { freePort, requireService } from '../support/services.ts'
import { type ArrayStore, arrayStore, changeOf, hastyClock, listLog, MIDNIGHT, until } from './changes.ts'

const influxd = requireService('influxd')
const endings: (() => Promise<unknown>)[] = []
const clock = hastyClock(20)

afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end()
})

function addressOf(port: number, over: object = {}) {
  const login = { username: null, password: null }
  return { host: '127.0.0.1', port, protocol: 'http' as const, database: 'meters', ...login, ...over }
}

async function writeTo(port: number, store: ArrayStore, over: object = {}) {
  const log = listLog()
  const sink = createInfluxSink({ ...addressOf(port, over), gateway: 'gw', epoch: 2, clock })
  const dispatcher = createDispatcher({ sink, store, clock, random: seededRandom(5), log })
  endings.push(() => dispatcher.stop())
  await dispatcher.start()
  return { dispatcher, log }
}

async function influx(asked: Parameters<typeof startInflux>[0] = {}): Promise<Influx> {
  const started = await startInflux(asked)
  endings.push(() => started.dispose())
  return started
}

describe.skipIf(influxd.missing)(`InfluxDB, a real one${influxd.note}`, () => {
  test('creates its database; a point has the promised tags and fields, integers exact', async () => {
    const server = await influx()
    const store = arrayStore()
    store.changes.push(
      changeOf(1, {
        id: 'a1',
        meter: 'flat 12',
        kind: 'freeze',
        value: { digits: 9_007_199_254_740_993n, scaler: -2 },
        readAt: MIDNIGHT,
        version: 2,
        quality: 'suspect',
      }),
    )
    const { dispatcher } = await writeTo(server.port, store)
    expect(await until(() => dispatcher.status().owed === 0)).toBe(true)
    expect(await server.query('meters', 'select * from reading')).toEqual([
      {
        time: MIDNIGHT,
        gateway: 'gw',
        meter: 'flat 12',
        obis: '1-0:1.8.1',
        kind: 'freeze',
        version: '2',
        value: Number('90071992547409.93'),
        digits: 9_007_199_254_740_993n,
        scaler: -2,
        sequence: 1,
        epoch: 2,
        id: 'a1',
        quality: 'suspect',
      },
    ])
  })

  test('PR-11: a reading announced again overwrites its own point; a new version is another point', async () => {
    const server = await influx()
    const store = arrayStore()
    const first = changeOf(1)
    store.changes.push(
      first,
      { ...first, sequence: 2, quality: 'suspect' },
      { ...first, sequence: 3, id: 'other', version: 2, quality: 'suspect' },
    )
    const { dispatcher } = await writeTo(server.port, store)
    expect(await until(() => dispatcher.status().owed === 0)).toBe(true)
    const rows = await server.query('meters', 'select sequence, quality, version from reading')
    expect(rows).toEqual([
      { time: first.readAt, sequence: 2, quality: 'suspect', version: '1' },
      { time: first.readAt, sequence: 3, quality: 'suspect', version: '2' },
    ])
  })

  test('stopped and started while changes flow: holds each exactly once; said once', async () => {
    const server = await influx()
    const store = arrayStore(300)
    const { dispatcher, log } = await writeTo(server.port, store)
    expect(await until(() => dispatcher.status().owed === 0)).toBe(true)
    await server.stop()
    for (let sequence = 301; sequence <= 1500; sequence += 1) store.changes.push(changeOf(sequence))
    dispatcher.wake(1500)
    expect(await until(() => dispatcher.status().state === 'failing')).toBe(true)
    await server.start()
    expect(await until(() => dispatcher.status().owed === 0, 20_000)).toBe(true)
    const rows = await server.query('meters', 'select id, sequence from reading')
    expect(rows.map(row => row['sequence']).sort((a, b) => Number(a) - Number(b))).toEqual(
      store.changes.map(change => change.sequence),
    )
    expect(log.lines.map(line => line.level)).toEqual(['warn', 'info'])
    expect(log.lines[0]?.text).toContain('correct influx.url')
  }, 40_000)

  test('PR-14: points the server refuses are found by halving and set aside with its words', async () => {
    const server = await influx()
    await server.query('', 'create database meters')
    // Somebody made "digits" of one series a float; the type clash is per field and shard.
    const clash = 'reading digits=1.5'
    const address = addressOf(server.port)
    const aDayLater = MIDNIGHT + 8 * 86_400_000
    await writeLines(address, [`${clash} ${aDayLater}`], clock, new AbortController().signal)
    const store = arrayStore(200)
    for (const sequence of [37, 38, 150])
      store.changes[sequence - 1] = changeOf(sequence, { readAt: aDayLater + sequence })
    const { dispatcher } = await writeTo(server.port, store)
    expect(await until(() => dispatcher.status().owed === 0)).toBe(true)
    expect([...store.parked.keys()]).toEqual([37, 38, 150])
    expect(store.parked.get(37)).toMatch(/400 .*field type conflict/)
    const [row] = await server.query('meters', 'select count(id) from reading')
    expect(row).toMatchObject({ count: 197 })
  })

  test('FZ-28: the real server stores what the writer writes, and nothing else', async () => {
    const server = await influx()
    await server.query('', 'create database meters')
    const names = [
      'a b',
      'a,b',
      'a=b',
      'a"b',
      '电表',
      '"',
      "it's",
      'a\\b',
      '=',
      ',',
      ' ',
      '{}',
      '#x',
      'C:\\x',
    ]
    const texts = [...names, 'a\nb', 'a\\', '\\"', '', 'a\\\\"b', '\r\n', 'i', '1i', 't']
    let time = MIDNIGHT
    const points = names.flatMap(tag =>
      texts.map(text => {
        time += 1
        return { measurement: 'm', tags: { tag }, fields: { text, number: BigInt(time), float: 0.1 }, time }
      }),
    )
    const lines = points.map(lineOf)
    expect(lines.every(one => 'line' in one)).toBe(true)
    const verdict = await writeLines(
      addressOf(server.port),
      lines.flatMap(one => ('line' in one ? [one.line] : [])),
      clock,
      new AbortController().signal,
    )
    expect(verdict).toEqual({ kind: 'written' })
    const rows = await server.query('meters', 'select * from m')
    expect(rows).toEqual(
      points.map(one => ({
        time: one.time,
        tag: one.tags.tag,
        text: one.fields.text,
        number: one.time,
        float: 0.1,
      })),
    )
  })

  test('credentials it refuses are said with their remedy, and cost no reading', async () => {
    const server = await influx({ auth: true })
    await server.query('', "create user admin with password 'right' with all privileges")
    const store = arrayStore(3)
    const { dispatcher, log } = await writeTo(server.port, store, { username: 'admin', password: 'wrong' })
    expect(await until(() => dispatcher.status().state === 'failing')).toBe(true)
    expect(dispatcher.status()).toMatchObject({ owed: 3, rejected: 0, fault: { code: 'SINK_REFUSED' } })
    expect(log.lines[0]?.text).toContain('correct influx.username')
    expect(JSON.stringify(log.lines)).not.toContain('wrong')
    const right = await writeTo(server.port, store, { username: 'admin', password: 'right' })
    expect(await until(() => right.dispatcher.status().owed === 0)).toBe(true)
  })
})

describe('InfluxDB', () => {
  test('a server that is not there is said once, in words with a remedy', async () => {
    const { dispatcher, log } = await writeTo(await freePort(), arrayStore(5))
    expect(await until(() => dispatcher.status().state === 'failing')).toBe(true)
    await hastyClock(1).sleep(300)
    expect(log.lines).toHaveLength(1)
    expect(log.lines[0]?.text).toContain('start it there or correct influx.url')
  })

  test('PR-14: halving sets aside exactly the guilty, in order, whatever the server says it dropped', async () => {
    const guilty = new Set([3, 4, 700, 1999])
    const owed = Array.from({ length: 2500 }, (_, index) => ({ sequence: index + 1, line: 'x' }))
    let writes = 0
    const { accepted, rejected, fault } = await deliverHalving(owed, [], async part => {
      writes += 1
      expect(part.length).toBeLessThanOrEqual(1000)
      return part.some(one => guilty.has(one.sequence))
        ? { kind: 'refused', reason: 'partial write: dropped=0', forGood: true }
        : { kind: 'written' }
    })
    expect(rejected.map(one => one.sequence)).toEqual([...guilty])
    expect(accepted).toHaveLength(2496)
    expect(accepted).toEqual([...accepted].sort((a, b) => a - b))
    expect(fault).toBeUndefined()
    expect(writes).toBeLessThan(80)
  })

  test.each([true, false])(
    'a server that refuses all alike costs no reading and few writes (for good: %s)',
    async forGood => {
      const owed = Array.from({ length: 1_000 }, (_, index) => ({ sequence: index + 1, line: 'x' }))
      let writes = 0
      const delivery = await deliverHalving(owed, [], async () => {
        writes += 1
        return { kind: 'refused', reason: '400 no', forGood }
      })
      expect(delivery.rejected).toEqual([])
      expect(delivery.accepted).toEqual([])
      expect(delivery.fault?.code).toBe('SINK_REFUSED')
      expect(writes).toBeLessThan(40)
    },
  )

  test('PR-23 an answer without end is not read to its end', async () => {
    const server = createServer((_request, response) => {
      response.writeHead(400)
      const pour = () => {
        while (response.write('x'.repeat(64 * 1024)));
      }
      response.on('drain', pour)
      pour()
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    endings.push(async () => {
      server.closeAllConnections()
      server.close()
    })
    const address = server.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const verdict = await writeLines(addressOf(port), ['x y=1'], systemClock, new AbortController().signal)
    expect(verdict.kind).toBe('wait')
  })

  test('an outage amid halving leaves the rest owed, in order', async () => {
    const owed = [1, 2, 3, 4].map(sequence => ({ sequence, line: 'x' }))
    const wait: Verdict = { kind: 'wait', fault: { code: 'SINK_UNREACHABLE', text: '' }, retryAfterMs: 5 }
    const refused: Verdict = { kind: 'refused', reason: '', forGood: true }
    const verdicts: Verdict[] = [refused, { kind: 'written' }, wait]
    const delivery = await deliverHalving(owed, [], async () => verdicts.shift() ?? wait)
    expect(delivery).toMatchObject({ accepted: [1, 2], rejected: [], retryAfterMs: 5 })
  })

  test.each<[number, Record<string, string>, string, string]>([
    [204, {}, '', 'written'],
    [400, {}, '{"error":"partial write: x dropped=1"}', 'refused'],
    [413, {}, '{"error":"Request Entity Too Large"}', 'refused'],
    [413, {}, '<html>nginx</html>', 'refused'],
    [404, {}, '{"error":"database not found: \\"x\\""}', 'no database'],
    [404, {}, '<html>nginx</html>', 'wait'],
    [400, {}, 'Client sent an HTTP request to an HTTPS server.', 'wait'],
    [401, {}, '{"error":"authorization failed"}', 'wait'],
    [
      400,
      {},
      '{"error":"partial write: max-values-per-tag limit exceeded (100000/100000) dropped=1"}',
      'wait',
    ],
    [429, { 'retry-after': '7' }, '{"error":"slow down"}', 'wait'],
    [500, {}, '{"error":"timeout"}', 'wait'],
    [503, {}, '', 'wait'],
  ])('an answer %i %j %s is taken as "%s"', (status, headers, body, kind) => {
    const verdict = verdictOf({ status, headers: new Headers(headers), body }, addressOf(1))
    expect(verdict.kind).toBe(kind)
    if (verdict.kind === 'wait') expect(verdict.retryAfterMs).toBe(status === 429 ? 7000 : 0)
  })

  test('a server that accepts and never answers is given up in time', async () => {
    const server = createServer(() => {})
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    endings.push(async () => {
      server.closeAllConnections()
      server.close()
    })
    const address = server.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const fast = hastyClock(300)
    const verdict = await writeLines(addressOf(port), ['x y=1'], fast, new AbortController().signal)
    expect(verdict).toMatchObject({
      kind: 'wait',
      fault: { text: expect.stringContaining('no answer within 30 s') },
    })
  })
})
