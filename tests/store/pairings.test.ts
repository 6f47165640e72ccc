/** The archive as it is kept: whole or not at all, across deaths, copies and damage (PR-02, PR-06 … PR-08). */

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { seededRandom } from '../../src/core/random.ts'
import { DAY } from '../../src/core/time.ts'
import { backUpStore } from '../../src/store/copies/backup.ts'
import { restoreStore } from '../../src/store/copies/restore.ts'
import { bookIn, FIRST } from './book-files.ts'
import { newDirectory, openIn, readerIn } from './data-directory.ts'
import { saidUntilKilled } from './dying-child.ts'
import { backToSchema } from './earlier-schema.ts'
import { AT_ONCE, versionsOf } from './pairings.ts'

const KILLS = Number(process.env['METERD_KILLS'] ?? 4)
const SEED = Number(process.env['METERD_SEED'] ?? 1)
/** Seconds of house-keeping after which every row has been looked at. */
const SCRUBBED = 10
const NOW = FIRST + 30 * DAY

function within<Result>(directory: string, use: (file: DatabaseSync) => Result): Result {
  const file = new DatabaseSync(join(directory, 'meterd.db'))
  try {
    return use(file)
  } finally {
    file.close()
  }
}

/** One pairing, ended by a second version, and one of another meter. */
function fill(directory: string): void {
  const calls = bookIn(directory)
  const other = { meter: 'm2', point: 'p2' }
  expect(calls.pair({ now: NOW, by: 'office', after: 0, versions: versionsOf([{}, other]) })).toBe(1)
  const ended = versionsOf([{ pairing: 1, supersedes: 1, to: FIRST + 5 * DAY }])
  expect(calls.pair({ now: NOW, by: 'office', after: 2, versions: ended })).toBe(2)
  calls.close()
}

test('A-14 what was recorded is there after a restart, each revision later than the one before, whatever the clock says', async () => {
  const directory = newDirectory()
  const store = await openIn(directory)
  const reader = readerIn(directory)
  const say = (now: number, after: number, versions: Uint8Array<ArrayBuffer>) =>
    store.pair({ now, by: 'office', after, versions })
  expect(await say(NOW, 0, versionsOf([{ account: '000123' }]))).toBe(1)
  // Made beside what is known no longer: nothing of it is kept.
  expect(await say(NOW, 0, versionsOf([{ meter: 'm2', point: 'p2' }]))).toBeNull()
  expect(reader.placeOf('m2', NOW)).toBeNull()
  const ended = versionsOf([{ account: '000123', pairing: 1, supersedes: 1, to: NOW }])
  expect(await say(NOW - DAY, 1, ended)).toBe(2)
  expect(
    reader
      .archive()
      .versionsOf('000123')
      .map(({ recordedAt }) => recordedAt),
  ).toEqual([NOW, NOW + 1])
  await store.close()
  await openIn(directory)
  expect(readerIn(directory).archive().ofMeter('m1')).toMatchObject([
    { account: '000123', sequence: 2, to: NOW, by: 'office' },
  ])
})

test(`PR-01 PR-02 ${KILLS} lives cut short within imports: each is there whole or not at all`, {
  timeout: 60_000 + KILLS * 3_000,
}, async () => {
  const directory = newDirectory()
  const random = seededRandom(SEED)
  let told = 0
  for (let life = 1; life <= KILLS; life++) {
    const text = await saidUntilKilled('pairing-child.ts', directory, life, random.integer(150))
    const said = text.split('\n').slice(0, -1).map(Number)
    told = said.at(-1) ?? told
    bookIn(directory).close()
    const rows = within(directory, file =>
      file.prepare('SELECT count(*) AS rows, max(revision) AS last FROM pairing').get(),
    )
    const sizes = within(directory, file =>
      file.prepare('SELECT DISTINCT count(*) AS rows FROM pairing GROUP BY revision').all(),
    )
    expect(sizes.map(({ rows }) => rows)).toEqual([AT_ONCE])
    expect(Number(rows?.['last'])).toBeGreaterThanOrEqual(told)
    expect(Number(rows?.['rows'])).toBe(AT_ONCE * Number(rows?.['last']))
  }
  expect(told).toBeGreaterThan(KILLS)
})

test('PR-06 a damaged version is told, and what it superseded does not take its place', () => {
  const directory = newDirectory()
  fill(directory)
  within(directory, file =>
    file.exec('UPDATE pairing SET until = until + 1000 * 86400000 WHERE sequence = 3'),
  )
  const told: string[] = []
  const calls = bookIn(directory, undefined, text => void told.push(text))
  for (let step = 0; step < SCRUBBED; step += 1) calls.tend({ now: null, sinks: [] })
  expect(told).toEqual(['row 3 of pairing does not match its checksum and is withheld'])
  const reader = readerIn(directory)
  expect([reader.placeOf('m1', FIRST), reader.placeOf('m1', NOW)]).toEqual([null, null])
  expect(reader.placeOf('m2', NOW)?.point).toBe('p2')
  // Said once more it counts again.
  expect(calls.pair({ now: NOW, by: 'office', after: 3, versions: versionsOf([{ to: NOW - DAY }]) })).toBe(2)
  expect(reader.placeOf('m1', FIRST)?.account).toBe('0001')
  calls.close()
})

test.each([
  // The first is withheld, the third says how it ended; without the third nobody knows.
  [1, { account: '0001', to: FIRST + 5 * DAY }],
  [3, undefined],
])('PR-07 a rescue keeps what checks, and version %i, which does not, stays withheld', (damaged, left) => {
  const directory = newDirectory()
  fill(directory)
  within(directory, file => file.exec(`UPDATE pairing SET account = '0009' WHERE sequence = ${damaged}`))
  const path = join(directory, 'meterd.db')
  writeFileSync(path, readFileSync(path).fill(0xa5, 0, 100))
  const calls = bookIn(directory)
  const archive = readerIn(directory).archive()
  expect(archive.sequence).toBe(3)
  expect(archive.ofMeter('m1')[0]).toEqual(left && expect.objectContaining(left))
  expect(archive.placeOf('m2', NOW)?.account).toBe('0001')
  calls.close()
})

test('PR-08 PR-86 a copy brings the archive along; a store of before it gets an empty one', async () => {
  const [directory, copies] = [newDirectory(), newDirectory()]
  fill(directory)
  const copy = join(copies, 'copy.db')
  await backUpStore(directory, copy, { now: NOW, version: 'test' })
  within(directory, file => file.exec(backToSchema(8)))
  const calls = bookIn(directory)
  expect(readerIn(directory).archive().sequence).toBe(0)
  calls.close()
  await restoreStore(directory, copy, { now: NOW, by: 'local:test' })
  bookIn(directory).close()
  expect(readerIn(directory).archive()).toMatchObject({ sequence: 3, revision: 2 })
})
