/** The same again: batches cut otherwise, servers killed, what InfluxDB and VictoriaMetrics make of it. */

import { describe, expect, onTestFinished, test } from 'vitest'
import { seededRandom } from '../../src/core/random.ts'
import type { Change } from '../../src/store/store.ts'
import { requireService } from '../support/services.ts'
import { startVictoria } from '../support/victoria.ts'
import { arrayStore, changeOf, until } from './changes.ts'
import { influx, influxAt, sinkAt, write, writeTo } from './influx-support.ts'

const influxd = requireService('influxd')
const victoriaMetrics = requireService('victoria-metrics')

const COUNT = 3_000
const changes = Array.from({ length: COUNT }, (_, index) => changeOf(index + 1))
const FIELDS = ['value', 'digits', 'scaler', 'sequence', 'epoch', 'id', 'quality']

async function deliverIn(sizes: (from: number) => number, deliver: (part: Change[]) => Promise<unknown>) {
  for (let from = 0; from < COUNT; ) {
    const part = changes.slice(from, from + sizes(from))
    await deliver(part)
    from += part.length
  }
}

describe.skipIf(influxd.missing)(`the same again, to a real InfluxDB${influxd.note}`, () => {
  test('FT-36 PR-11 three times, cut otherwise each time, plain and compressed: points and fields are those of once', async () => {
    const server = await influx()
    const counts = FIELDS.map(field => `count(${field})`).join(', ')
    const look = async () => ({
      counts: await server.query('meters', `select ${counts} from reading`),
      rows: await server.query('meters', 'select * from reading'),
    })
    const plain = sinkAt(influxAt(server.port)).sink
    await deliverIn(
      () => 1000,
      part => plain.deliver(part),
    )
    const once = await look()
    expect(Object.values(once.counts[0] ?? {}).slice(1)).toEqual(FIELDS.map(() => COUNT))
    const zipped = sinkAt(influxAt(server.port, { gzip: true, batch: { lines: 7, ageMs: 0 } })).sink
    await deliverIn(
      () => 500,
      part => zipped.deliver(part),
    )
    const random = seededRandom(11)
    const mixed = sinkAt(influxAt(server.port, { gzip: true })).sink
    await deliverIn(
      () => 1 + Math.floor(random.fraction() * 700),
      part => mixed.deliver([...part].reverse()),
    )
    expect(await look()).toEqual(once)
  }, 60_000)

  test('PR-11 FT-35 killed again and again amid writes: what was acknowledged is there, each once', async () => {
    const server = await influx()
    const store = arrayStore(40_000)
    const { dispatcher } = await writeTo(influxAt(server.port, { batch: { lines: 200, ageMs: 0 } }), store)
    const random = seededRandom(3)
    for (let kill = 0; kill < 4; kill += 1) {
      const enough = 4_000 * kill + Math.floor(3_000 * random.fraction())
      expect(await until(() => dispatcher.status().cursor >= enough, 60_000)).toBe(true)
      expect(dispatcher.status().owed).toBeGreaterThan(0)
      await server.kill()
      const acknowledged = dispatcher.status().cursor
      await server.mendLog()
      await server.start()
      const rows = await server.query('meters', 'select sequence from reading')
      const held = new Set(rows.map(row => Number(row['sequence'])))
      const owed = store.changes.filter(({ sequence }) => sequence <= acknowledged && !held.has(sequence))
      expect(owed.map(({ sequence }) => sequence)).toEqual([])
    }
    expect(await until(() => dispatcher.status().owed === 0, 60_000)).toBe(true)
    const rows = await server.query('meters', 'select sequence, id from reading')
    expect(rows.map(row => Number(row['sequence'])).sort((a, b) => a - b)).toEqual(
      store.changes.map(change => change.sequence),
    )
    expect(dispatcher.status()).toMatchObject({ delivered: 40_000, rejected: 0 })
  }, 120_000)

  // No wish but a fact that docs/influxdb.md tells: should a later server keep them, that page has to change.
  test('a log cut short costs InfluxDB what it acknowledged after its start, at the next one', async () => {
    const server = await influx()
    await server.query('meters', 'create database meters')
    const config = influxAt(server.port)
    const counted = () => server.query('meters', 'select count(v) from torn')
    expect(await write(config, ['torn v=1i 1700000000001'])).toEqual({ kind: 'written' })
    await server.kill()
    server.tearLog()
    await server.start()
    expect(await write(config, ['torn v=2i 1700000000002'])).toEqual({ kind: 'written' })
    expect(await counted()).toMatchObject([{ count: 2 }])
    await server.stop()
    await server.start()
    expect(await counted()).toMatchObject([{ count: 1 }])
  }, 60_000)
})

describe.skipIf(victoriaMetrics.missing)(
  `the same again, to a real VictoriaMetrics${victoriaMetrics.note}`,
  () => {
    async function twice(options: readonly string[]) {
      const server = await startVictoria(options)
      onTestFinished(() => server.dispose())
      const { sink, log } = sinkAt(influxAt(server.port))
      await sink.start(() => {})
      const part = changes.slice(0, 300)
      for (const _ of [1, 2])
        expect(await sink.deliver(part)).toMatchObject({ accepted: part.map(one => one.sequence) })
      return { server, log }
    }

    test('keeps both copies of a reading sent again, which is said once with a remedy', async () => {
      const { server, log } = await twice([])
      for (const field of ['value', 'digits', 'sequence'])
        expect(await server.values(`reading_${field}`)).toHaveLength(600)
      expect(log.lines.map(line => line.text)).toEqual([
        expect.stringMatching(/^influx is VictoriaMetrics at /),
      ])
      expect(log.lines[0]).toMatchObject({ level: 'warn' })
      expect(log.lines[0]?.context.hint).toContain('-dedup.minScrapeInterval=1ms')
    })

    test('keeps one with deduplication, and no text in any case', async () => {
      const { server } = await twice(['-dedup.minScrapeInterval=1ms'])
      for (const field of ['value', 'digits', 'sequence'])
        expect(await server.values(`reading_${field}`)).toHaveLength(300)
      for (const field of ['id', 'quality'])
        expect(new Set(await server.values(`reading_${field}`))).toEqual(new Set([0]))
    })
  },
)
