/** A line with real wire time, polled without pause, while billing pulls a million rows through the API of its daemon. */

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { loadavg, setPriority, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createKeyFile } from '../src/api/key-file.ts'
import { gatherLibrary } from '../src/config/library.ts'
import { systemClock } from '../src/core/clock.ts'
import { silentLog } from '../src/core/log.ts'
import { systemRandom } from '../src/core/random.ts'
import { DAY, isoWithOffset, MINUTE, slotOf } from '../src/core/time.ts'
import type { Round } from '../src/store/store.ts'
import { openStore } from '../src/store/thread.ts'
import { freePort } from '../tests/support/services.ts'
import { type Child, startDaemonChild, startMeters } from './daemon.ts'
import { idOf, nightMeters, OFFSET_MINUTES } from './night.ts'
import type { Benchmark, Result } from './run.ts'
import { hurry, openWire } from './wire.ts'

const ROWS = 1_000_000
/** Those of the line, and others whose box never dials in: their days are in the store, and nothing is asked of them. */
const METERS = 1_000
const BAUD = 9_600
const PROFILE = 'dlt645-2007-three-phase'
const BATCH_ROWS = 5_000
const UNDER_WAY = 1_250
/** All meters are due again before the line has asked the last of them; more often would be refused as too much for it. */
const EVERY = '48s'
const WARM_UP_MS = 20_000
/** More than one round of all meters of the line. */
const ALONE_MS = 60_000
const LOOKS_EACH_MS = 500
/** As examples/billing-pull.mjs asks, and the most of a page. */
const PER_PAGE = { billing: 500, history: 1_000 } as const

export const apiLoad: Benchmark = {
  about: `32 meters at ${BAUD} baud polled without pause, alone and while a million rows are pulled by /v1/billing/reads and by /v1/meters/{id}/readings; some eight minutes`,
  async run(say) {
    const folder = mkdtempSync(join(tmpdir(), 'meterd-bench-'))
    const data = join(folder, 'data')
    mkdirSync(data)
    const registers = await frozenRegisters()
    const days = ROWS / METERS / registers.length
    const today = slotOf(systemClock.now(), DAY, OFFSET_MINUTES)
    const boundaries = Array.from({ length: days }, (_, nth) => today - (days - 1 - nth) * DAY)
    say(`${ROWS} rows: ${days} daily freezes of ${registers.length} registers of ${METERS} meters`)
    await fill(data, registers, boundaries)
    const token = await createKeyFile(data, systemRandom).add({
      name: 'billing',
      scopes: ['read', 'billing'],
      meters: null,
      createdAt: systemClock.now(),
      expiresAt: null,
    })
    const wired = await startWired(folder, data)
    // Who pulls is another machine in earnest.
    setPriority(10)
    const ask: Ask = async path => {
      const headers = { authorization: `Bearer ${token}` }
      const answer = await fetch(`http://127.0.0.1:${wired.api}${path}`, { headers })
      if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`)
      return JSON.parse(await answer.text())
    }
    await sleep(WARM_UP_MS)
    const results: Result[] = []
    let before = await during(wired, alone)
    for (const [name, pull] of [
      ['billing pull', () => pullBilling(ask, boundaries)],
      ['history pull', () => pullHistory(ask)],
    ] as const) {
      say(`${name}, load average ${loadavg()[0]?.toFixed(1)}`)
      const loaded = await during(wired, pull)
      const after = await during(wired, alone)
      results.push(...rowsOf(name, loaded, [before, after]))
      before = after
    }
    await wired.stop()
    rmSync(folder, { recursive: true })
    return results
  },
}

async function frozenRegisters(): Promise<readonly string[]> {
  const { profiles } = await gatherLibrary({}, 'config', () => undefined, [])
  const daily = profiles.get(PROFILE)?.daily
  if (!daily) throw new Error(`the profile ${PROFILE} and its daily freeze are needed`)
  return daily.points.map(({ obis }) => obis)
}

async function fill(data: string, registers: readonly string[], boundaries: readonly number[]) {
  const store = await openStore(data, systemClock, silentLog, { batchRows: BATCH_ROWS })
  const underWay = new Set<Promise<void>>()
  for (const [nth, boundary] of boundaries.entries()) {
    for (let number = 1; number <= METERS; number++) {
      const keeping = store.accept(freezeOf(`m${number}`, registers, boundary, nth)).then(() => {
        underWay.delete(keeping)
      })
      underWay.add(keeping)
      if (underWay.size >= UNDER_WAY) await Promise.race(underWay)
    }
  }
  await Promise.all(underWay)
  await store.close()
}

/** Read ten minutes after the boundary, off a clock that is a second out. */
function freezeOf(meter: string, registers: readonly string[], boundary: number, nth: number): Round {
  const receivedAt = boundary + 10 * MINUTE
  const readings = registers.map((obis, place) => ({
    meter,
    obis,
    kind: 'freeze' as const,
    slot: boundary,
    value: { digits: BigInt(1_000 * nth + place), scaler: -2 },
    unit: 'kWh',
    readAt: boundary,
    receivedAt,
    exchange: 0,
    quality: 'good' as const,
    findings: [],
  }))
  const exchange = {
    request: new Uint8Array(16),
    reply: new Uint8Array(20 + 4 * registers.length),
    sentAt: receivedAt - 200,
    receivedAt,
    outcome: 'answered' as const,
  }
  const clock = { measuredAt: receivedAt, deviationMs: 1_000 }
  return { meter, line: 'wire', exchanges: [exchange], readings, clock }
}

interface Wired {
  readonly daemon: Child
  readonly api: number
  stop(): Promise<void>
}

async function startWired(folder: string, data: string): Promise<Wired> {
  const meters = nightMeters()
  const listener = { url: { kind: 'tcp', host: '127.0.0.1', port: 0 }, meters, faults: {} }
  const { child: slaves, ports } = await startMeters([listener])
  hurry(slaves.process.pid)
  const wire = await openWire(BAUD, ports[0] ?? 0)
  const [api, port] = [await freePort(), await freePort()]
  const daemon = await startDaemonChild(folder, {
    version: 1,
    gateway: 'bench',
    site: { offset: '+08:00', zone: 'Asia/Shanghai' },
    data,
    defaults: { profile: PROFILE, polls: [{ every: '24h', points: ['1-0:1.8.0'] }] },
    lines: [
      { id: 'wire', url: `serial://${wire.masterEnd}?baud=${BAUD}&parity=none&stop=2` },
      { id: 'away', url: `tcp-listen://127.0.0.1:${port}?dtu=away` },
    ],
    meters: Array.from({ length: METERS }, (_, index) => ({
      id: idOf({ address: String(index + 1) }),
      ...(index < meters.length ? { line: 'wire', polls: [{ every: EVERY }] } : { line: 'away' }),
      address: String(index + 1).padStart(12, '0'),
    })),
    api: { listen: `127.0.0.1:${api}` },
    log: { level: 'warn' },
  })
  return {
    daemon,
    api,
    async stop() {
      await daemon.stop()
      await wire.stop()
      await slaves.stop()
    },
  }
}

async function alone(): Promise<number> {
  await sleep(ALONE_MS)
  return 0
}

type Ask = <Page>(path: string) => Promise<Page>

/** Every boundary, page by page; the registers of all meters. */
async function pullBilling(ask: Ask, boundaries: readonly number[]): Promise<number> {
  let rows = 0
  for (const boundary of boundaries) {
    const at = encodeURIComponent(isoWithOffset(boundary, OFFSET_MINUTES))
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: BillingPage = await ask(
        `/v1/billing/reads?boundary=${at}&limit=${PER_PAGE.billing}${behind(cursor)}`,
      )
      rows += page.reads.reduce((sum, { registers }) => sum + registers.length, 0)
      cursor = page.next
    }
  }
  return rows
}

interface BillingPage {
  readonly reads: readonly { readonly registers: readonly unknown[] }[]
  readonly next: string | null
}

/** Every meter's daily freezes, page by page. */
async function pullHistory(ask: Ask): Promise<number> {
  let rows = 0
  for (let number = 1; number <= METERS; number++) {
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: HistoryPage = await ask(
        `/v1/meters/m${number}/readings?kind=freeze&limit=${PER_PAGE.history}${behind(cursor)}`,
      )
      rows += page.readings.length
      cursor = page.next
    }
  }
  return rows
}

interface HistoryPage {
  readonly readings: readonly unknown[]
  readonly next: string | null
}

function behind(cursor: string): string {
  return cursor === '' ? '' : `&cursor=${cursor}`
}

/** What the line and the daemon did meanwhile. */
interface Span {
  readonly seconds: number
  readonly answersPerMinute: number
  /** Of the line's time in which a byte was on the wire. */
  readonly utilisation: number
  readonly processor: number
  readonly mostMb: number
  readonly pulled: number
}

async function during({ api, daemon }: Wired, run: () => Promise<number>): Promise<Span> {
  const looking = { most: daemon.residentMb() }
  const timer = setInterval(() => {
    looking.most = Math.max(looking.most, daemon.residentMb())
  }, LOOKS_EACH_MS)
  const from = { at: performance.now(), line: await lineOf(api), processorMs: daemon.processorMs() }
  const pulled = await run()
  const line = await lineOf(api)
  const ms = performance.now() - from.at
  clearInterval(timer)
  return {
    seconds: ms / 1_000,
    answersPerMinute: ((line.answers - from.line.answers) * MINUTE) / ms,
    utilisation: ((line.bytes - from.line.bytes) * 11_000) / BAUD / ms,
    processor: (100 * (daemon.processorMs() - from.processorMs)) / ms,
    mostMb: looking.most,
    pulled,
  }
}

async function lineOf(api: number) {
  const text = await (await fetch(`http://127.0.0.1:${api}/metrics`)).text()
  const count = (name: string) => {
    const found = new RegExp(`^meterd_line_${name}_total\\{[^}]*"wire"[^}]*\\} (\\d+)`, 'm').exec(text)?.[1]
    if (found === undefined) throw new Error(`the metrics tell no ${name} of the line`)
    return Number(found)
  }
  return { answers: count('answers'), bytes: count('sent_bytes') + count('received_bytes') }
}

function rowsOf(name: string, loaded: Span, without: readonly Span[]): Result[] {
  const mean = (of: (span: Span) => number) =>
    without.reduce((sum, span) => sum + of(span), 0) / without.length
  const row = (
    what: string,
    unit: string,
    better: Result['better'],
    of: (span: Span) => number,
    scale = 1,
  ): Result => ({
    what: `${name}: ${what}`,
    value: scale * of(loaded),
    unit,
    better,
    reference: scale * mean(of),
    against: 'without',
  })
  return [
    row('time with a byte on the wire', '%', 'higher', span => span.utilisation, 100),
    row('answers', 'a minute', 'higher', span => span.answersPerMinute),
    row('processor time of the daemon', '% of one core', 'lower', span => span.processor),
    row('resident memory at most', 'MB', 'lower', span => span.mostMb),
    {
      what: `${name}: ${loaded.pulled} rows in ${loaded.seconds.toFixed(0)} s`,
      value: loaded.pulled / loaded.seconds,
      unit: 'rows/s',
      better: 'higher',
      reference: null,
      against: '',
    },
  ]
}

function sleep(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms))
}
