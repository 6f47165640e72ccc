/**
 * A million billing rows pulled from a daemon that polls meters, against a bare handler over the same table and against
 * InfluxDB with the same rows; one meter's billing read with ten million rows in the store. METERD_BENCH_ROWS asks for fewer.
 */

import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { get } from 'node:http'
import { loadavg, setPriority, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createKeyFile } from '../src/api/key-file.ts'
import { systemClock } from '../src/core/clock.ts'
import { systemRandom } from '../src/core/random.ts'
import { DAY, isoWithOffset } from '../src/core/time.ts'
import { freePort } from '../tests/support/services.ts'
import { type Child, startChild, startDaemonChild, startMeters } from './daemon.ts'
import { FIRST, fillBook, METERS, OFFSET_MINUTES, REGISTERS } from './export-book.ts'
import { influxUrl, influxWith } from './export-influx.ts'
import { idOf, nightMeters } from './night.ts'
import type { Benchmark, Result } from './run.ts'

const ROWS = Number(process.env['METERD_BENCH_ROWS'] ?? 1_000_000)
const DAYS = ROWS / METERS / REGISTERS.length
/** So many times as many rows are in the store for the reads of one meter. */
const DEEPER = 10
const PROFILE = 'dlt645-2007-three-phase'
const EVERY = '10s'
const ROUNDS = 3
const AS_PAGES = 10
const READS = 5_000
/** Before them, as for pulls: a daemon that was just started has everything to compile. */
const READS_TO_WARM_UP = 1_000
const LOOKS_EACH_MS = 50
const FORMATS = ['billing_reads_v1', 'ndjson'] as const

export const benchExport: Benchmark = {
  about: `${ROWS} billing rows as CSV and NDJSON from a daemon that polls, against a bare handler and InfluxDB; one meter's read with ${DEEPER} times as many`,
  async run(say) {
    const folder = mkdtempSync(join(tmpdir(), 'meterd-bench-'))
    const data = join(folder, 'data')
    mkdirSync(data)
    say(`a book of ${DAYS} boundaries of ${METERS} meters with ${REGISTERS.length} registers`)
    fillBook(data, 0, DAYS)
    const token = await createKeyFile(data, systemRandom).add({
      name: 'billing',
      scopes: ['billing'],
      meters: null,
      createdAt: systemClock.now(),
      expiresAt: null,
    })
    const headers = { authorization: `Bearer ${token}` }
    const pulls = await measurePulls(folder, data, headers, say)
    say(`filling up to ${DEEPER * ROWS} rows`)
    fillBook(data, DAYS, DEEPER * DAYS)
    const reads = await measureReads(folder, data, headers, say)
    rmSync(folder, { recursive: true })
    return [...pulls, ...reads]
  },
}

type Headers = Readonly<Record<string, string>>

interface Polled {
  readonly daemon: Child
  readonly api: number
  stop(): Promise<void>
}

/** Thirty-two meters are polled; the others' box never dials in. */
async function startPolled(folder: string, data: string): Promise<Polled> {
  const meters = nightMeters()
  const listener = { url: { kind: 'tcp', host: '127.0.0.1', port: 0 }, meters, faults: {} }
  const { child: slaves, ports } = await startMeters([listener])
  const [api, port] = [await freePort(), await freePort()]
  const preload = ['--import', join(import.meta.dirname, 'loop-watch.mjs')]
  const daemon = await startDaemonChild(
    folder,
    {
      version: 1,
      gateway: 'bench',
      site: { offset: '+08:00', zone: 'Asia/Shanghai' },
      data,
      defaults: { profile: PROFILE, polls: [{ every: EVERY, points: ['1-0:1.8.0'] }] },
      lines: [
        { id: 'wire', url: `tcp://127.0.0.1:${ports[0]}` },
        { id: 'away', url: `tcp-listen://127.0.0.1:${port}?dtu=away` },
      ],
      meters: Array.from({ length: METERS }, (_, index) => ({
        id: idOf({ address: String(index + 1) }),
        ...(index < meters.length
          ? { line: 'wire' }
          : { line: 'away', daily: false, polls: [{ every: '24h' }] }),
        address: String(index + 1).padStart(12, '0'),
      })),
      api: { listen: `127.0.0.1:${api}` },
      log: { level: 'warn' },
    },
    preload,
  )
  await answers(`http://127.0.0.1:${api}/healthz`)
  // It catches up on what was due while it was off.
  await sleep(20_000)
  return {
    daemon,
    api,
    async stop() {
      await daemon.stop()
      await slaves.stop()
    },
  }
}

async function measurePulls(
  folder: string,
  data: string,
  headers: Headers,
  say: (text: string) => void,
): Promise<Result[]> {
  say('filling InfluxDB')
  const influx = await influxWith(DAYS)
  const polled = await startPolled(folder, data)
  const barePort = await freePort()
  const bare = startChild([join('bench', 'export-bare.ts'), join(data, 'meterd.db'), String(barePort)])
  await new Promise(resolve => bare.process.once('message', resolve))
  // As the thread of pages, which lets lines and store go first.
  if (bare.process.pid !== undefined) setPriority(bare.process.pid, AS_PAGES)
  const span = { from: at(-1), to: at(DAYS) }
  const results: Result[] = []
  for (const format of FORMATS) {
    const own = `http://127.0.0.1:${polled.api}/v1/billing/exports/${format}?${new URLSearchParams(span)}`
    const { headers: told } = await fetch(own, { method: 'HEAD', headers })
    const batch = told.get('meterd-batch') ?? ''
    const handler = `http://127.0.0.1:${barePort}/${format}?${new URLSearchParams({ ...span, batch })}`
    if ((await hashOf(own, headers)) !== (await hashOf(handler, {})))
      throw new Error(`${format}: the bare handler gives other bytes`)
    const ways = {
      ours: () => pull(own, headers, polled.daemon),
      bare: () => pull(handler, {}, bare),
      influx: () => pull(influxUrl(influx), format === 'ndjson' ? {} : { accept: 'application/csv' }, null),
    }
    const spans: Record<keyof typeof ways, Pulled[]> = { ours: [], bare: [], influx: [] }
    const loops: Loops[] = []
    // Round 0 only warms up; the order turns, so that nobody always goes first.
    for (let round = 0; round <= ROUNDS; round++)
      for (const turn of [0, 1, 2]) {
        const way = (['ours', 'bare', 'influx'] as const)[(round + turn) % 3] ?? 'ours'
        await loopOf(polled.daemon)
        const pulled = await ways[way]()
        if (way === 'ours' && round > 0) loops.push(await loopsAround(polled.daemon, pulled.seconds))
        if (round > 0) spans[way].push(pulled)
        say(
          `${format} ${way}: ${pulled.seconds.toFixed(1)} s, ${(pulled.bytes / 1e6).toFixed(0)} MB, load average ${loadavg()[0]?.toFixed(1)}`,
        )
      }
    results.push(...rowsOf(format, spans, loops))
  }
  await influx.dispose()
  await bare.stop()
  await polled.stop()
  return results
}

async function hashOf(url: string, headers: Headers): Promise<string> {
  const { body } = await fetch(url, { headers })
  const digest = createHash('sha256')
  for await (const part of body ?? []) digest.update(part)
  return digest.digest('hex')
}

interface Pulled {
  readonly seconds: number
  readonly bytes: number
  /** Of who answers, all threads. */
  readonly processorMs: number
  /** Resident memory of who answers, at most. */
  readonly mostMb: number
}

function pull(url: string, headers: Headers, from: Child | null): Promise<Pulled> {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now()
    const processorMs = from?.processorMs() ?? 0
    let [bytes, mostMb] = [0, 0]
    const look = () => (mostMb = Math.max(mostMb, from?.residentMb() ?? 0))
    const timer = setInterval(look, LOOKS_EACH_MS)
    const asked = get(url, { headers, agent: false }, reply => {
      if (reply.statusCode !== 200) reject(new Error(`${url}: ${reply.statusCode}`))
      reply.on('data', (part: Buffer) => (bytes += part.length))
      reply.on('error', reject)
      reply.on('end', () => {
        look()
        clearInterval(timer)
        const spent = (from?.processorMs() ?? 0) - processorMs
        resolve({ seconds: (performance.now() - startedAt) / 1_000, bytes, mostMb, processorMs: spent })
      })
    })
    asked.on('error', reject)
  })
}

interface Loop {
  readonly maxMs: number
}

/** While it was pulled from, and for as long afterwards while nobody did. */
interface Loops {
  readonly pulled: Loop
  readonly alone: Loop
}

async function loopsAround(daemon: Child, seconds: number): Promise<Loops> {
  const pulled = await loopOf(daemon)
  await sleep(1_000 * seconds)
  return { pulled, alone: await loopOf(daemon) }
}

/** Since the last time it was asked. */
function loopOf({ process: child }: Child): Promise<Loop> {
  return new Promise(resolve => {
    child.once('message', told => resolve(told as Loop))
    child.send('loop')
  })
}

function rowsOf(
  format: string,
  spans: Readonly<Record<'ours' | 'bare' | 'influx', readonly Pulled[]>>,
  loops: readonly Loops[],
): Result[] {
  const rate = (of: readonly Pulled[]) =>
    (ROWS * of.length) / of.reduce((sum, { seconds }) => sum + seconds, 0)
  const perRow = (of: readonly Pulled[]) =>
    (1_000 * of.reduce((sum, { processorMs }) => sum + processorMs, 0)) / (ROWS * of.length)
  const most = (of: readonly Pulled[]) => Math.max(...of.map(({ mostMb }) => mostMb))
  const row = (
    what: string,
    value: number,
    unit: string,
    better: Result['better'],
    reference: number | null,
    against: string,
  ) => ({
    ...{ what: `${format}: ${what}`, value, unit, better, reference, against },
  })
  return [
    row('pulled', rate(spans.ours), 'rows/s', 'higher', rate(spans.bare), 'bare handler'),
    row('pulled', rate(spans.ours), 'rows/s', 'higher', rate(spans.influx), 'InfluxDB'),
    row(
      'processor time, with the polling',
      perRow(spans.ours),
      'µs/row',
      'lower',
      perRow(spans.bare),
      'bare handler',
    ),
    row('resident memory at most', most(spans.ours), 'MB', 'lower', most(spans.bare), 'bare handler'),
    row(
      'longest block of the main thread',
      Math.max(...loops.map(({ pulled }) => pulled.maxMs)),
      'ms',
      'lower',
      Math.max(...loops.map(({ alone }) => alone.maxMs)),
      'without',
    ),
  ]
}

/** One meter and boundary at a time, while meters are polled. */
async function measureReads(
  folder: string,
  data: string,
  headers: Headers,
  say: (text: string) => void,
): Promise<Result[]> {
  const polled = await startPolled(folder, data)
  const took: number[] = []
  for (let nth = -READS_TO_WARM_UP; nth < READS; nth++) {
    const place = nth + READS_TO_WARM_UP
    const meter = 1 + ((place * 7_919) % METERS)
    const boundary = encodeURIComponent(at((place * 104_729) % (DEEPER * DAYS)))
    const url = `http://127.0.0.1:${polled.api}/v1/billing/reads?boundary=${boundary}&meter=m${meter}`
    const startedAt = performance.now()
    const answer = (await (await fetch(url, { headers })).json()) as { readonly reads: readonly unknown[] }
    if (nth >= 0) took.push(performance.now() - startedAt)
    if (answer.reads.length !== 1) throw new Error(`${url} gave ${JSON.stringify(answer)}`)
  }
  say(`load average ${loadavg()[0]?.toFixed(1)}`)
  await polled.stop()
  took.sort((a, b) => a - b)
  return [50, 99].map(percent => ({
    what: `one meter's billing read, ${DEEPER * ROWS} rows in the store, p${percent}`,
    value: took[Math.floor((took.length * percent) / 100)] ?? 0,
    unit: 'ms',
    better: 'lower',
    reference: null,
    against: '',
  }))
}

function at(day: number): string {
  return isoWithOffset(FIRST + day * DAY, OFFSET_MINUTES)
}

async function answers(url: string): Promise<void> {
  while (
    !(await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    ))
  )
    await sleep(200)
}

function sleep(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms))
}
