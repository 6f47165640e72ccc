/** The store alone: a million readings through `accept`, what they weigh, and what a start and a question cost then. */

import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../src/core/clock.ts'
import { silentLog } from '../src/core/log.ts'
import { DAY, MINUTE } from '../src/core/time.ts'
import { DATABASE_FILE } from '../src/store/database.ts'
import { openReader } from '../src/store/reader.ts'
import { isChange, type Round, type Store } from '../src/store/store.ts'
import { openStore } from '../src/store/thread.ts'
import type { Benchmark, Result } from './run.ts'

const METERS = 1_000
const REGISTERS = 8
const ROWS = 1_000_000
const START = Date.UTC(2026, 9, 1)
const UNDER_WAY = 64

export const store: Benchmark = {
  about: 'the store alone: a million readings accepted, their size, and start and questions after them',
  async run(say) {
    const folder = mkdtempSync(join(tmpdir(), 'meterd-bench-'))
    try {
      say(`accepting ${ROWS} readings of ${METERS} meters`)
      const first = await openStore(folder, systemClock, silentLog)
      const rates = await fill(first)
      await first.close()
      const figures = [...rates, sizeOf(folder), ...(await questions(folder))]
      say('destroying its first page, and opening it')
      return [...figures, await rescue(folder)]
    } finally {
      rmSync(folder, { recursive: true })
    }
  },
}

/** Rates of the first and of the last quarter: an index that scatters its inserts shows in the second. */
async function fill(into: Store): Promise<Result[]> {
  const marks = [performance.now()]
  const underWay = new Set<Promise<void>>()
  let rows = 0
  for (const round of rounds()) {
    const keeping = into.accept(round).then(() => void underWay.delete(keeping))
    underWay.add(keeping)
    if (underWay.size >= UNDER_WAY) await Promise.race(underWay)
    rows += REGISTERS
    if (rows % (ROWS / 4) === 0) marks.push(performance.now())
  }
  await Promise.all(underWay)
  const rate = (quarter: number) => (ROWS / 4 / ((marks[quarter + 1] ?? 0) - (marks[quarter] ?? 0))) * 1_000
  return [
    figure('accepted, first quarter', rate(0), 'readings/s', 'higher'),
    figure('accepted, last quarter', rate(3), 'readings/s', 'higher'),
  ]
}

function* rounds(): Generator<Round> {
  const request = new Uint8Array(16)
  const reply = new Uint8Array(20 + 4 * REGISTERS)
  for (let count = 0; count * REGISTERS < ROWS; count++) {
    const slot = START + Math.floor(count / METERS) * 15 * MINUTE
    const meter = `meter-${count % METERS}`
    const readAt = slot + (count % METERS)
    const readings = Array.from({ length: REGISTERS }, (_, index) => ({
      meter,
      obis: `1-0:1.8.${index}`,
      kind: 'poll' as const,
      slot,
      value: { digits: BigInt(count * 10 + index), scaler: -2 },
      unit: 'kWh',
      readAt,
      receivedAt: readAt,
      exchange: 0,
      quality: 'good' as const,
      findings: [],
    }))
    const exchange = { request, reply, sentAt: readAt - 50, receivedAt: readAt, outcome: 'answered' as const }
    yield { meter, line: 'bench', exchanges: [exchange], readings, clock: null }
  }
}

function sizeOf(folder: string): Result {
  return figure(
    'on disk, with evidence',
    statSync(join(folder, DATABASE_FILE)).size / ROWS,
    'B/reading',
    'lower',
  )
}

async function questions(folder: string): Promise<Result[]> {
  const timed = async (what: string, ask: () => Promise<unknown>) => {
    const startedAt = performance.now()
    await ask()
    return figure(what, performance.now() - startedAt, 'ms', 'lower')
  }
  let again: Store | undefined
  const opening = await timed('open', async () => {
    again = await openStore(folder, systemClock, silentLog)
  })
  if (again === undefined) throw new Error('the store did not open')
  const opened = again
  const history = { meter: 'meter-500', from: START, to: START + 30 * DAY, limit: 1_000 }
  const [some] = (await opened.changesAfter(ROWS / 2, 1)).filter(isChange)
  const figures = [
    opening,
    await timed('last good of every register', () => opened.lastGood()),
    await timed('1,000 changes', () => opened.changesAfter(ROWS / 2, 1_000)),
    await timed("1,000 readings of one meter's history", () => opened.readingsOf(history)),
    await timed(`a boundary of ${METERS * REGISTERS} readings`, async () => boundaryOf(folder, START + DAY)),
    await timed('evidence of one reading', () => opened.evidence(some?.id ?? '')),
  ]
  await opened.close()
  return figures
}

/** As the pages of the API ask, meter by meter. */
function boundaryOf(folder: string, slot: number): void {
  const reader = openReader(folder, () => undefined)
  for (let meter = 0; meter < METERS; meter++) reader.boundaryOf(`meter-${meter}`, slot)
  reader.close()
}

/** PR-07 allows 60 s for a file of 256 MB, twice this one, from start to first poll. */
async function rescue(folder: string): Promise<Result> {
  const file = openSync(join(folder, DATABASE_FILE), 'r+')
  writeSync(file, Buffer.alloc(4_096, 0xa5), 0, 4_096, 0)
  closeSync(file)
  const startedAt = performance.now()
  const rescued = await openStore(folder, systemClock, silentLog)
  const took = (performance.now() - startedAt) / 1_000
  const { readings } = await rescued.sizes()
  await rescued.close()
  if (readings !== ROWS) throw new Error(`${readings} of ${ROWS} readings were rescued`)
  return figure(`open, its first page destroyed: ${ROWS} readings rescued`, took, 's', 'lower')
}

function figure(what: string, value: number, unit: string, better: Result['better']): Result {
  return { what, value, unit, better, reference: null, against: '' }
}
