import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { lineOf } from '../../src/publish/line-protocol.ts'
import { requireService } from '../support/services.ts'
import { arrayStore, changeOf, MIDNIGHT, until } from './changes.ts'
import { influx, influxAt, write, writeTo } from './influx-support.ts'

const influxd = requireService('influxd')

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
    const { dispatcher } = await writeTo(influxAt(server.port), store)
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
    const { dispatcher } = await writeTo(influxAt(server.port), store)
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
    const { dispatcher, log } = await writeTo(influxAt(server.port), store)
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
    const aDayLater = MIDNIGHT + 8 * 86_400_000
    await write(influxAt(server.port), [`${clash} ${aDayLater}`])
    const store = arrayStore(200)
    for (const sequence of [37, 38, 150])
      store.changes[sequence - 1] = changeOf(sequence, { readAt: aDayLater + sequence })
    const { dispatcher } = await writeTo(influxAt(server.port), store)
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
    const verdict = await write(
      influxAt(server.port),
      lines.flatMap(one => ('line' in one ? [one.line] : [])),
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
    const { dispatcher, log } = await writeTo(
      influxAt(server.port, { username: 'admin', password: 'wrong' }),
      store,
    )
    expect(await until(() => dispatcher.status().state === 'failing')).toBe(true)
    expect(dispatcher.status()).toMatchObject({ owed: 3, rejected: 0, fault: { code: 'SINK_REFUSED' } })
    expect(log.lines[0]?.text).toContain('correct influx.username')
    expect(JSON.stringify(log.lines)).not.toContain('wrong')
    const right = await writeTo(influxAt(server.port, { username: 'admin', password: 'right' }), store)
    expect(await until(() => right.dispatcher.status().owed === 0)).toBe(true)
  })

  test('FT-36 too large: only the guilty is set aside, with the server’s words', async () => {
    const server = await influx({ maxBodyBytes: 3000 })
    const store = arrayStore(60)
    store.changes[20] = changeOf(21, { meter: 'x'.repeat(3500) })
    const { dispatcher } = await writeTo(influxAt(server.port), store)
    expect(await until(() => dispatcher.status().owed === 0)).toBe(true)
    expect([...store.parked]).toEqual([[21, expect.stringMatching(/^413 Request Entity Too Large/i)]])
    expect(await server.query('meters', 'select count(id) from reading')).toMatchObject([{ count: 59 }])
  })

  test('FT-36 unparsable lines, alone and among others, are refused with the server’s words', async () => {
    const server = await influx()
    await server.query('', 'create database meters')
    for (const line of ['reading value=', 'reading', 'reading value=1i2 5', 'reading,meter value=1 5']) {
      const verdict = await write(influxAt(server.port), ['reading value=1 5', line])
      expect(verdict).toMatchObject({ kind: 'refused', reason: expect.stringContaining('unable to parse') })
    }
  })

  test('FT-36 a backlog older than the server keeps is set aside, and does not hold up what is newer', async () => {
    const server = await influx()
    await server.query('', 'create database meters with duration 1h')
    const store = arrayStore(40)
    const now = Date.now()
    for (let sequence = 31; sequence <= 40; sequence += 1)
      store.changes[sequence - 1] = changeOf(sequence, { readAt: now + sequence })
    const ancient = Array.from({ length: 30 }, (_, index) => index + 1)
    for (const sequence of ancient)
      store.changes[sequence - 1] = changeOf(sequence, { readAt: now - 86_400_000 + sequence })
    const { dispatcher } = await writeTo(influxAt(server.port, { batch: { lines: 20, ageMs: 0 } }), store)
    expect(await until(() => dispatcher.status().owed === 0)).toBe(true)
    expect([...store.parked.keys()]).toEqual(ancient)
    expect(store.parked.get(1)).toContain('beyond retention policy')
    expect(await server.query('meters', 'select count(id) from reading')).toMatchObject([{ count: 10 }])
  })

  test('a retention policy of its own; one that is not there is said with its remedy', async () => {
    const server = await influx()
    const { dispatcher, log } = await writeTo(
      influxAt(server.port, { retentionPolicy: 'long' }),
      arrayStore(3),
    )
    expect(await until(() => dispatcher.status().state === 'failing')).toBe(true)
    expect(log.lines[0]).toMatchObject({ context: { code: 'SINK_REFUSED' } })
    expect(log.lines[0]?.text).toMatch(/retention policy not found: long.*correct influx.retentionPolicy/)
    await server.query('meters', 'create retention policy long on meters duration inf replication 1')
    expect(await until(() => dispatcher.status().owed === 0)).toBe(true)
    expect(await server.query('meters', 'select count(id) from long.reading')).toMatchObject([{ count: 3 }])
  })

  test('compressed arrives as plain does; which server it is stands in the log once', async () => {
    const server = await influx()
    const { dispatcher, sinkLog } = await writeTo(influxAt(server.port, { gzip: true }), arrayStore(500))
    expect(await until(() => dispatcher.status().owed === 0)).toBe(true)
    expect(await server.query('meters', 'select count(id) from reading')).toMatchObject([{ count: 500 }])
    expect(sinkLog.lines.map(line => line.text)).toEqual([
      expect.stringMatching(/^influx is InfluxDB 1\.\d+\.\d+.* \(OSS\) at http:/),
    ])
  })

  test('docs/influxdb.md: its query gives the latest version of each reading', async () => {
    const page = readFileSync('docs/influxdb.md', 'utf8')
    const [, queryText = ''] = /```sql\n([^`]*?)```/.exec(page) ?? []
    const server = await influx()
    const store = arrayStore(1)
    const first = changeOf(1)
    store.changes.push(
      changeOf(2, { slot: MIDNIGHT, readAt: first.readAt, obis: '1-0:2.8.0' }),
      { ...first, sequence: 3, id: 'other', version: 2, value: { digits: 77n, scaler: 0 } },
      { ...first, sequence: 4, id: 'third', version: 10, value: { digits: 88n, scaler: 0 } },
    )
    const { dispatcher } = await writeTo(influxAt(server.port, { database: 'meterd' }), store)
    expect(await until(() => dispatcher.status().owed === 0)).toBe(true)
    const rows = await server.query('meterd', queryText)
    expect(rows.map(row => row['digits']).sort()).toEqual([1002, 88])
  })
})
