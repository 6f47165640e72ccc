/** How fast the InfluxDB sink drains, plain and compressed, against the client library's own writer in the same run. */

import { FieldType, InfluxDB, type IPoint } from 'influx'
import { systemClock } from '../src/core/clock.ts'
import { silentLog } from '../src/core/log.ts'
import { approximate } from '../src/core/scaled.ts'
import { createInfluxSink } from '../src/publish/influx.ts'
import type { Change } from '../src/store/store.ts'
import { changeOf } from '../tests/publish/changes.ts'
import { startInflux } from '../tests/support/influx.ts'
import type { Result } from './run.ts'

const BATCH = 1_000
const BATCHES = 20
const ROUNDS = 6

interface Drain {
  readonly name: 'library' | 'plain' | 'gzip'
  write(changes: readonly Change[]): Promise<void>
}

interface Spent {
  ms: number
  microseconds: number
}

export async function influxDrain(say: (text: string) => void): Promise<readonly Result[]> {
  const server = await startInflux()
  const drains = [libraryDrain(server.port), sinkDrain(server.port, false), sinkDrain(server.port, true)]
  for (const { name } of drains) await server.query('', `create database ${name}`)
  const spent = { library: zero(), plain: zero(), gzip: zero() }
  // Round 0 only warms up; the order turns, so that nobody always goes first.
  for (let round = 0; round <= ROUNDS; round += 1) {
    say(round === 0 ? 'InfluxDB: warming up' : `InfluxDB: round ${round} of ${ROUNDS}`)
    for (let turn = 0; turn < drains.length; turn += 1) {
      const drain = drains[(round + turn) % drains.length]
      if (!drain) continue
      const used = await drainOnce(drain, round)
      if (round > 0) add(spent[drain.name], used)
    }
  }
  await server.dispose()
  const points = ROUNDS * BATCHES * BATCH
  const rate = ({ ms }: Spent) => (points * 1_000) / ms
  const cost = ({ microseconds }: Spent) => microseconds / points
  const row = (what: string, value: number, reference: number, against: string): Result => ({
    what,
    value,
    unit: 'points/s',
    better: 'higher',
    reference,
    against,
  })
  const costRow = (what: string, value: number, reference: number, against: string): Result => ({
    what,
    value,
    unit: 'µs',
    better: 'lower',
    reference,
    against,
  })
  const { library, plain, gzip } = spent
  const writer = "the library's writePoints"
  return [
    row('points drained to InfluxDB', rate(plain), rate(library), writer),
    row('points drained to InfluxDB, gzip', rate(gzip), rate(plain), 'plain'),
    costRow('processor time per point to InfluxDB', cost(plain), cost(library), writer),
    costRow('processor time per point to InfluxDB, gzip', cost(gzip), cost(plain), 'plain'),
  ]
}

async function drainOnce({ write }: Drain, round: number): Promise<Spent> {
  const batches = Array.from({ length: BATCHES }, (_, batch) => changesOf(round * BATCHES + batch))
  const from = { ms: performance.now(), cpu: process.cpuUsage() }
  for (const batch of batches) await write(batch)
  const { user, system } = process.cpuUsage(from.cpu)
  return { ms: performance.now() - from.ms, microseconds: user + system }
}

function changesOf(batch: number): readonly Change[] {
  return Array.from({ length: BATCH }, (_, index) => {
    const sequence = batch * BATCH + index + 1
    return changeOf(sequence, { id: `${sequence}`.padStart(26, '0') })
  })
}

function sinkDrain(port: number, gzip: boolean): Drain {
  const name = gzip ? 'gzip' : 'plain'
  const sink = createInfluxSink({
    host: '127.0.0.1',
    port,
    protocol: 'http',
    database: name,
    retentionPolicy: null,
    username: null,
    password: null,
    token: null,
    tls: { ca: null, cert: null, key: null },
    gzip,
    batch: { lines: BATCH, ageMs: 0 },
    gateway: 'bench',
    epoch: 1,
    clock: systemClock,
    log: silentLog,
  })
  return {
    name,
    async write(changes) {
      const { accepted } = await sink.deliver(changes)
      if (accepted.length !== changes.length) throw new Error('not all points were taken')
    },
  }
}

/** The same points, with the same types. */
function libraryDrain(port: number): Drain {
  const { STRING, INTEGER, FLOAT } = FieldType
  const client = new InfluxDB({
    host: '127.0.0.1',
    port,
    database: 'library',
    schema: [
      {
        measurement: 'reading',
        tags: ['gateway', 'kind', 'meter', 'obis', 'version'],
        fields: {
          value: FLOAT,
          digits: INTEGER,
          scaler: INTEGER,
          sequence: INTEGER,
          epoch: INTEGER,
          id: STRING,
          quality: STRING,
        },
      },
    ],
  })
  return {
    name: 'library',
    write: changes => client.writePoints(changes.map(pointOf), { precision: 'ms' }),
  }
}

function pointOf(change: Change): IPoint {
  const { meter, obis, kind, version, value, sequence, id, quality, readAt } = change
  return {
    measurement: 'reading',
    tags: { gateway: 'bench', kind, meter, obis, version: String(version) },
    fields: {
      value: approximate(value),
      digits: Number(value.digits),
      scaler: value.scaler,
      sequence,
      epoch: 1,
      id,
      quality,
    },
    timestamp: readAt,
  }
}

function zero(): Spent {
  return { ms: 0, microseconds: 0 }
}

function add(to: Spent, { ms, microseconds }: Spent): void {
  to.ms += ms
  to.microseconds += microseconds
}
