/**
 * Seen: a store of 600,513 readings with 10 MB of zeros in it. Plain SQLite still read 471,513 of them, the rescue
 * none: it counted a failure for each key of the hole, and after 50,000 took all that came later for lost.
 */

import { closeSync, openSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { type Log, silentLog } from '../../../src/core/log.ts'
import { readReport } from '../../../src/store/rescue/rescue.ts'
import { noteDamage } from '../../../src/store/rescue/set-aside.ts'
import { close, newDirectory, openIn } from '../../store/data-directory.ts'
import { NOON, QUARTER, roundOf } from '../../store/rounds.ts'

const METERS = 50
const REGISTERS = Array.from({ length: 40 }, (_, index) => `1-0:${index + 1}.8.0`)
const PER_QUARTER = METERS * REGISTERS.length
const BLOCK = 500

async function storeOf(readings: number): Promise<string> {
  const directory = newDirectory()
  const store = await openIn(directory, { batchRows: PER_QUARTER })
  for (let slot = NOON; slot < NOON + (readings / PER_QUARTER) * QUARTER; slot += QUARTER)
    await Promise.all(
      Array.from({ length: METERS }, (_, meter) => {
        const round = roundOf(`m${meter}`, ...REGISTERS.map(obis => ({ obis, slot })))
        const readings = round.readings.map(reading => ({ ...reading, exchange: 0 }))
        return store.accept({ ...round, readings, exchanges: round.exchanges.slice(0, 1) })
      }),
    )
  await close(store)
  return directory
}

/** Zeros, as of a part of the disk that is gone; places and sizes in parts of the file. */
function punch(directory: string, holes: readonly { readonly at: number; readonly size: number }[]): void {
  const path = join(directory, 'meterd.db')
  const { size: whole } = statSync(path)
  const file = openSync(path, 'r+')
  for (const { at, size } of holes)
    writeSync(file, Buffer.alloc(Math.floor(whole * size)), 0, undefined, Math.floor(whole * at))
  closeSync(file)
  noteDamage(directory, 'holes', { epoch: 1, now: NOON })
}

/** Ids plain SQLite reads, in blocks: one that cannot be read whole counts for nothing. */
function plainlyRead(directory: string, readings: number): readonly number[] {
  const file = new DatabaseSync(`file:${join(directory, 'meterd.db')}?mode=ro`)
  const block = file.prepare('SELECT id, checksum FROM reading WHERE id >= ? AND id < ?')
  const found: number[] = []
  for (let from = 1; from <= readings; from += BLOCK) {
    try {
      found.push(...block.all(from, from + BLOCK).map(({ id }) => Number(id)))
    } catch (error) {
      expect(error).toMatchObject({ code: 'ERR_SQLITE_ERROR' })
    }
  }
  file.close()
  return found
}

async function rescued(directory: string) {
  const errors: string[] = []
  const log: Log = { ...silentLog, error: ({ code }, text) => void errors.push(`${code} ${text}`) }
  const store = await openIn(directory, {}, log)
  const { readings } = await store.sizes()
  const [folder = ''] = store.alarms()
  await close(store)
  const file = new DatabaseSync(join(directory, 'meterd.db'))
  const ids = file
    .prepare('SELECT id FROM reading')
    .all()
    .map(({ id }) => Number(id))
  file.close()
  return { errors, readings, ids, rows: readReport(folder)?.rows ?? {} }
}

test('PR-07 whatever plain SQLite reads behind three holes is rescued, and what is lost is bounded', {
  timeout: 120_000,
}, async () => {
  // The holes hold more keys than the failures that were allowed.
  const all = 100_000
  const directory = await storeOf(all)
  punch(directory, [
    { at: 0.08, size: 0.15 },
    { at: 0.34, size: 0.14 },
    { at: 0.52, size: 0.12 },
  ])
  const plain = plainlyRead(directory, all)
  expect(plain.length).toBeGreaterThan(all / 4)
  expect(plain.at(-1)).toBe(all)
  const { errors, readings, ids, rows } = await rescued(directory)
  const back = new Set(ids)
  expect(plain.filter(id => !back.has(id))).toEqual([])
  expect(rows['reading']).toEqual({ rescued: ids.length, lostAtMost: all - ids.length })
  expect(readings).toBe(ids.length)
  for (const { rescued, lostAtMost } of Object.values(rows))
    expect(rescued + (lostAtMost ?? 0)).toBeLessThanOrEqual(all)
  expect(errors.map(text => text.split(' ')[0])).toEqual(['STORE_UNREADABLE', 'STORE_RESCUED'])
})

test('PR-07 with its end gone nobody can say how much is lost', { timeout: 120_000 }, async () => {
  const all = 10_000
  const directory = await storeOf(all)
  punch(directory, [{ at: 0.8, size: 0.2 }])
  const plain = plainlyRead(directory, all)
  expect(plain.length).toBeGreaterThan(all / 2)
  const { errors, readings, ids, rows } = await rescued(directory)
  const back = new Set(ids)
  expect(plain.filter(id => !back.has(id))).toEqual([])
  expect(rows['reading']).toEqual({ rescued: ids.length, lostAtMost: null })
  expect(readings).toBe(ids.length)
  expect(errors[1]).toContain(`${ids.length} reading (how many are lost is not known)`)
})
