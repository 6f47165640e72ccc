/** What a store must be after whatever happened to it, asked of the file itself and of the store. */

import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect } from 'vitest'
import type { Store } from '../../src/store/store.ts'

/** A round of `accepting-child.ts` of which it was told that it is kept. */
export interface Acknowledged {
  readonly meter: string
  readonly slot: number
  readonly ledger: readonly (readonly [obis: string, digits: string, quality: string])[]
  /** When, by the monotonic clock of the machine, µs. */
  readonly at: number
}

/** Lines the child wrote whole. */
export function acknowledgedIn(text: string): Acknowledged[] {
  return text
    .split('\n')
    .slice(0, -1)
    .map(line => JSON.parse(line) as Acknowledged)
}

export function expectWhole(directory: string): void {
  // In a copy: whoever opens the file itself after a crash moves its log, and the store then begins a new epoch.
  const copy = mkdtempSync(join(tmpdir(), 'meterd-whole-'))
  for (const name of ['meterd.db', 'meterd.db-wal'])
    if (existsSync(join(directory, name))) copyFileSync(join(directory, name), join(copy, name))
  const file = new DatabaseSync(join(copy, 'meterd.db'))
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
  rmSync(copy, { recursive: true })
}

function numberOf(file: DatabaseSync, sql: string): number {
  return Number(Object.values(file.prepare(sql).get() ?? {})[0])
}

/** What of that the store no longer has, or has otherwise. */
export async function lostOf(store: Store, told: readonly Acknowledged[]): Promise<string[]> {
  const kept = new Map<string, string>()
  for (const meter of new Set(told.map(one => one.meter))) {
    let after: { slot: number; id: string } | undefined
    for (let page = 1; page > 0; ) {
      const asked = { meter, from: 0, to: 9e15, limit: 1_000, ...(after ? { after } : {}) }
      const found = await store.readingsOf(asked)
      for (const { obis, slot, value, quality, version } of found) {
        const known = `${meter} ${obis} ${slot}`
        expect([known, version, kept.has(known)]).toEqual([known, 1, false])
        kept.set(known, `${value.digits} ${quality}`)
      }
      after = found.at(-1)
      page = found.length
    }
  }
  return told.flatMap(({ meter, slot, ledger }) =>
    ledger
      .filter(([obis, digits, quality]) => kept.get(`${meter} ${obis} ${slot}`) !== `${digits} ${quality}`)
      .map(
        ([obis, digits]) =>
          `${meter} ${obis} ${slot} was ${digits}, is ${kept.get(`${meter} ${obis} ${slot}`)}`,
      ),
  )
}
