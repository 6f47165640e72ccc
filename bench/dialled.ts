/** A daemon whose lines are DTUs that dial in, a meter behind each, and what its store says of every period. */

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { DATABASE_FILE } from '../src/store/database.ts'
import { freePort } from '../tests/support/services.ts'
import { startChild, startDaemonChild } from './daemon.ts'

export const HEARTBEAT = 'ping'
export const HEARTBEAT_EVERY_MS = 60_000
const LOOKS_EACH_MS = 100
const POINTS = [
  '1-0:1.8.0',
  '1-0:1.8.1',
  '1-0:1.8.2',
  '1-0:1.8.3',
  '1-0:1.8.4',
  '1-0:2.8.0',
  '1-0:32.7.0',
  '1-0:31.7.0',
]

export function DTU(index: number): string {
  return String(861_000_000_000_000 + index)
}

/** `bench -- NAME [LINES] [MINUTES]`. */
export function asked(): { readonly lines: number | undefined; readonly minutes: number } {
  const [lines, minutes = 1] = process.argv
    .slice(2)
    .filter(word => /^\d+$/.test(word))
    .map(Number)
  return { lines, minutes }
}

export interface Fleet {
  readonly periodMs: number
  /** From the daemon's start until its API answered, ms. */
  readonly startedMs: number
  /** From the daemon's start until it held a connection for each line, ms; infinite where that takes longer. */
  allDialled(withinMs: number): Promise<number>
  /** All DTUs lose their connections and dial again at once. */
  hangUp(): void
  /** Of the daemon: so far, and the most so far. */
  processorMs(): number
  mostMb(): number
  residentMb(): number
  /** Stops everything and reads the store. */
  end(): Promise<Kept>
}

/** What the store holds of one meter and slot of its poll. */
export interface Poll {
  readonly meter: number
  readonly slot: number
  readonly items: number
  /** UTC ms, of the last of them. */
  readonly receivedAt: number
}

export interface Kept {
  readonly items: number
  readonly polls: readonly Poll[]
}

export async function startFleet(lines: number, minutes: number): Promise<Fleet> {
  const folder = mkdtempSync(join(tmpdir(), 'meterd-bench-'))
  const [port, api] = [await freePort(), await freePort()]
  const indexes = Array.from({ length: lines }, (_, index) => index)
  const daemon = await startDaemonChild(folder, {
    version: 1,
    gateway: 'bench',
    site: { offset: '+08:00', zone: 'Asia/Shanghai' },
    data: join(folder, 'data'),
    listeners: [
      {
        listen: `127.0.0.1:${port}`,
        registration: { packet: "'REG:' {dtu} ';'" },
        heartbeats: [{ packet: `'${HEARTBEAT}'`, every: `${HEARTBEAT_EVERY_MS}ms` }],
      },
    ],
    defaults: {
      profile: 'dlt645-2007-single-phase',
      polls: [{ every: `${minutes}m`, points: POINTS }],
      daily: false,
    },
    lines: indexes.map(index => ({
      id: `l${index}`,
      url: `tcp-listen://127.0.0.1:${port}?dtu=${DTU(index)}`,
    })),
    meters: indexes.map(index => ({
      id: `m${index}`,
      line: `l${index}`,
      address: String(index + 1).padStart(12, '0'),
    })),
    api: { listen: `127.0.0.1:${api}` },
    log: { level: 'warn' },
  })
  const startedAt = performance.now()
  while (!(await isUp(api))) await sleep(LOOKS_EACH_MS)
  const startedMs = performance.now() - startedAt
  const dtus = startChild([join('bench', 'dtus.ts'), String(port), String(lines)])
  return {
    periodMs: minutes * 60_000,
    startedMs,
    async allDialled(withinMs) {
      const until = performance.now() + withinMs
      while (readdirSync(`/proc/${daemon.process.pid}/fd`).length < lines) {
        if (performance.now() > until) return Number.POSITIVE_INFINITY
        await sleep(LOOKS_EACH_MS)
      }
      return performance.now() - startedAt
    },
    hangUp: () => dtus.process.send('hang up'),
    processorMs: daemon.processorMs,
    residentMb: daemon.residentMb,
    mostMb: () =>
      Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${daemon.process.pid}/status`, 'utf8'))?.[1]) /
      1_024,
    async end() {
      await dtus.stop()
      await daemon.stop()
      const polls = pollsIn(join(folder, 'data', DATABASE_FILE))
      rmSync(folder, { recursive: true })
      return { items: POINTS.length, polls }
    },
  }
}

async function isUp(api: number): Promise<boolean> {
  const answer = await fetch(`http://127.0.0.1:${api}/healthz`).catch(() => null)
  return answer?.ok ?? false
}

function pollsIn(file: string): readonly Poll[] {
  const store = new DatabaseSync(file, { readOnly: true })
  const rows = store
    .prepare(
      `SELECT series.meter AS meter, slot, count(*) AS items, max(received_at) AS receivedAt
       FROM reading JOIN series ON series.ref = reading.series WHERE kind = 'poll' GROUP BY series.meter, slot`,
    )
    .all()
  store.close()
  return rows.map(({ meter, slot, items, receivedAt }) => ({
    meter: Number(meter),
    slot: Number(slot),
    items: Number(items),
    receivedAt: Number(receivedAt),
  }))
}

export function sleep(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms))
}

/** How long after it began each period's last read came, ms; infinite where one is missing or is not whole. */
export function lastReads(
  { items, polls }: Kept,
  lines: number,
  slots: readonly number[],
): readonly number[] {
  return slots.map(slot => {
    const own = polls.filter(poll => poll.slot === slot && poll.items === items)
    return own.length < lines
      ? Number.POSITIVE_INFINITY
      : Math.max(...own.map(({ receivedAt }) => receivedAt - slot))
  })
}
