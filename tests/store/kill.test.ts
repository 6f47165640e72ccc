import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../src/core/random.ts'
import { close, newDirectory, openIn } from './data-directory.ts'

/** More by `METERD_KILLS=200`, other moments by `METERD_SEED`. */
const KILLS = Number(process.env['METERD_KILLS'] ?? 20)
const SEED = Number(process.env['METERD_SEED'] ?? 1)

interface Acknowledged {
  readonly meter: string
  readonly slot: number
  readonly ledger: readonly (readonly [obis: string, digits: string, quality: string])[]
}

/** Starts a life, kills it `afterMs` after its first acknowledgement, answers what it had been told is kept. */
async function liveAndDie(directory: string, life: number, afterMs: number): Promise<Acknowledged[]> {
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, 'accepting-child.ts'), directory, `${life}`],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  let text = ''
  child.stdout.on('data', (part: Buffer) => {
    if (text === '') setTimeout(() => child.kill('SIGKILL'), afterMs)
    text += part.toString()
  })
  const signal = await new Promise(resolve => child.once('close', (_, by) => resolve(by)))
  expect(signal).toBe('SIGKILL')
  const lines = text.split('\n').slice(0, -1)
  return lines.map(line => JSON.parse(line) as Acknowledged)
}

function numberOf(file: DatabaseSync, sql: string): number {
  return Number(Object.values(file.prepare(sql).get() ?? {})[0])
}

function expectWhole(directory: string): void {
  const file = new DatabaseSync(join(directory, 'meterd.db'))
  expect(file.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }])
  const announced =
    'SELECT count(*) FROM reading WHERE quality <> 2 AND id NOT IN (SELECT reading FROM change)'
  const orphans = 'SELECT count(*) FROM change WHERE reading NOT IN (SELECT id FROM reading)'
  const noEvidence = `SELECT count(*) FROM reading r WHERE NOT EXISTS
    (SELECT 1 FROM exchange e JOIN round o ON o.ref = e.round WHERE e.round = r.round AND e.position = r.exchange)`
  const doubled = 'SELECT count(*) - count(DISTINCT series || slot || version) FROM reading'
  const holes = 'SELECT count(*) - max(sequence) FROM change'
  const nameless =
    'SELECT count(*) FROM reading WHERE series NOT IN (SELECT series FROM latest) AND quality <> 2'
  for (const sql of [announced, orphans, noEvidence, doubled, holes, nameless])
    expect([sql, numberOf(file, sql)]).toEqual([sql, 0])
  file.close()
}

describe('kill -9', () => {
  test(`PR-01 PR-02 PR-10 ${KILLS} lives cut short lose and double nothing`, {
    timeout: 60_000 + KILLS * 3_000,
  }, async () => {
    const directory = newDirectory()
    const random = seededRandom(SEED)
    const told: Acknowledged[] = []
    for (let life = 1; life <= KILLS; life++) {
      told.push(...(await liveAndDie(directory, life, random.integer(200))))
      expectWhole(directory)
    }
    expect(told.length).toBeGreaterThan(KILLS)
    const store = await openIn(directory)
    const kept = new Map<string, string>()
    for (const meter of ['m1', 'm2', 'm3', 'm4']) {
      let after: { slot: number; id: string } | undefined
      for (let page = 1; page > 0; ) {
        const found = await store.readingsOf({
          meter,
          from: 0,
          to: 9e15,
          limit: 1_000,
          ...(after ? { after } : {}),
        })
        for (const { obis, slot, value, quality } of found)
          kept.set(`${meter} ${obis} ${slot}`, `${value.digits} ${quality}`)
        after = found.at(-1)
        page = found.length
      }
    }
    for (const { meter, slot, ledger } of told)
      for (const [obis, digits, quality] of ledger)
        expect([meter, obis, slot, kept.get(`${meter} ${obis} ${slot}`)]).toEqual([
          meter,
          obis,
          slot,
          `${digits} ${quality}`,
        ])
    expect((await store.sizes()).damaged).toBe(0)
    await close(store)
  })
})
