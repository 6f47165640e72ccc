/** The book after damage of every kind: no corrupt release is served, none is doubled, what checks is kept (PR-06 … PR-08). */

import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../src/core/random.ts'
import { DAY } from '../../src/core/time.ts'
import { hashOf, NO_HASH } from '../../src/store/book/batch-entry.ts'
import { pack, unpack } from '../../src/store/book/packed.ts'
import { backUpStore } from '../../src/store/copies/backup.ts'
import { restoreStore } from '../../src/store/copies/restore.ts'
import { readReport } from '../../src/store/rescue/rescue.ts'
import { bookIn, FIRST, frozen, LATER, pair, settleAll } from './book-files.ts'
import { newDirectory, readerIn } from './data-directory.ts'
import { saidUntilKilled } from './dying-child.ts'

const SEED = Number(process.env['METERD_SEED'] ?? 1)
const FLIPS = Number(process.env['METERD_FLIPS'] ?? 15)
const KILLS = Number(process.env['METERD_KILLS'] ?? 4)

const METERS = Array.from({ length: 12 }, (_, index) => `m${index}`)
const DAYS = [0, 1, 2, 3, 4, 5]
const PAIRS = DAYS.flatMap(day => METERS.map(meter => pair(meter, day)))

/** All released, day after day, and closed. */
function fill(directory: string): void {
  const calls = bookIn(directory)
  for (const meter of METERS) for (const day of DAYS) calls.keep(frozen(meter, day))
  for (const day of DAYS)
    settleAll(
      calls,
      METERS.map(meter => pair(meter, day)),
    )
  calls.close()
}

function rowsOf(directory: string): Record<string, unknown>[] {
  const file = new DatabaseSync(join(directory, 'meterd.db'), { readOnly: true })
  try {
    return file
      .prepare('SELECT sequence, meter, boundary, version, entry FROM release ORDER BY sequence')
      .all()
      .map(row => ({ ...row, entry: unpack(row['entry'])?.toString() }))
  } finally {
    file.close()
  }
}

function batchesOf(directory: string): number {
  const file = new DatabaseSync(join(directory, 'meterd.db'), { readOnly: true })
  try {
    return Number(file.prepare('SELECT count(*) AS count FROM release_batch').get()?.['count'])
  } finally {
    file.close()
  }
}

function change(directory: string, sql: string): void {
  const file = new DatabaseSync(join(directory, 'meterd.db'))
  file.exec(sql)
  file.close()
}

/** One entry as somebody else would have it, under the checksum it had. */
function rewrite(directory: string, sequence: number, make: (text: string) => Uint8Array): void {
  const text = rowsOf(directory).find(row => row['sequence'] === sequence)?.['entry']
  const file = new DatabaseSync(join(directory, 'meterd.db'))
  file.prepare('UPDATE release SET entry = ? WHERE sequence = ?').run(make(String(text)), sequence)
  file.close()
}

/** Steps of the scrub that see a small store whole. */
const SCRUBBED = 40

describe('PR-06 a damaged release', () => {
  test('is withheld, found by the scrub, and released anew as the next version', () => {
    const directory = newDirectory()
    fill(directory)
    rewrite(directory, 40, text => pack(text.replace('30.07', '31.07')))
    const told: string[] = []
    const calls = bookIn(directory, undefined, text => told.push(text))
    const { book } = readerIn(directory)
    expect(book.latestOf('m3', FIRST + 3 * DAY)).toBeNull()
    expect(book.before('m3', FIRST + 4 * DAY)?.boundary).toBe(FIRST + 2 * DAY)
    const page = book.releasesAfter(0, 1_000)
    expect(page.entries.map(({ sequence }) => sequence)).not.toContain(40)
    expect(page.reached).toBe(72)
    // Until the scrub has come by, indices take it for final.
    expect(settleAll(calls, [pair('m3', 3)])).toEqual(['final'])
    for (let step = 0; step < SCRUBBED; step += 1) calls.tend({ now: null, sinks: [] })
    expect(told).toContain('row 40 of release does not match its checksum and is withheld')
    expect(settleAll(calls, PAIRS).filter(does => does === 'release')).toHaveLength(1)
    expect(book.latestOf('m3', FIRST + 3 * DAY)).toMatchObject({ version: 2, sequence: 73 })
    expect(settleAll(calls, PAIRS)).toEqual(PAIRS.map(() => 'final'))
    calls.close()
  })

  test('of which no text can be made is withheld too', () => {
    const directory = newDirectory()
    fill(directory)
    rewrite(directory, 40, text => pack(text).subarray(0, 50))
    const bomb = pack(' '.repeat(8 * 1024 * 1024))
    rewrite(directory, 41, () => bomb)
    const calls = bookIn(directory)
    const { entries, reached } = readerIn(directory).book.releasesAfter(0, 1_000)
    expect([entries.length, reached]).toEqual([70, 72])
    calls.close()
  })

  test('of a batch is withheld too', () => {
    const directory = newDirectory()
    fill(directory)
    change(
      directory,
      'UPDATE release_batch SET entry = replace(entry, \'"releases":\', \'"releases":1\') WHERE id = 2',
    )
    const told: string[] = []
    const calls = bookIn(directory, undefined, text => told.push(text))
    expect(readerIn(directory).book.batch(2)).toBeNull()
    for (let step = 0; step < SCRUBBED; step += 1) calls.tend({ now: null, sinks: [] })
    expect(told).toContain('row 2 of release_batch does not match its checksum and is withheld')
    calls.close()
  })

  test(`${FLIPS} flipped bits: no corrupt release reaches anybody, and none is doubled`, {
    timeout: 60_000 + FLIPS * 500,
  }, () => {
    const origin = newDirectory()
    fill(origin)
    const sound = new Map(rowsOf(origin).map(row => [`${row['meter']} ${row['boundary']}`, row]))
    const pages = bookPages(origin)
    const random = seededRandom(SEED)
    let withheld = 0
    for (let flip = 0; flip < FLIPS; flip += 1) {
      const directory = newDirectory()
      cpSync(origin, directory, { recursive: true })
      flipBit(join(directory, 'meterd.db'), pages, random.integer)
      const calls = openAsDaemon(directory)
      settleAll(
        calls,
        PAIRS.map(one => ({ ...one, anew: true })),
      )
      expect(calls.boundariesWithheld()).toEqual([])
      const { entries } = readerIn(directory).book.releasesAfter(0, 5_000)
      const seen = new Set<string>()
      for (const { sequence, meter, boundary, version, text } of entries) {
        const key = `${meter} ${boundary}`
        const was = sound.get(key)
        expect(was).toBeDefined()
        if (sequence <= PAIRS.length) expect(text).toBe(was?.['entry'])
        else expect(JSON.parse(text).registers).toEqual(JSON.parse(String(was?.['entry'])).registers)
        expect(seen.has(`${key} ${version}`)).toBe(false)
        seen.add(`${key} ${version}`)
      }
      if (entries.some(({ sequence }) => sequence > PAIRS.length)) withheld += 1
      calls.close()
      rmSync(directory, { recursive: true, force: true })
    }
    // What hit nothing would prove nothing.
    expect(withheld).toBeGreaterThan(FLIPS / 20)
  })
})

/** Pages of the tables and indices of the book, the schema's left out. */
function bookPages(directory: string): number[] {
  const file = new DatabaseSync(join(directory, 'meterd.db'), { readOnly: true })
  const pages = file.prepare("SELECT pageno FROM dbstat WHERE name LIKE 'release%'").all()
  file.close()
  return pages.map(({ pageno }) => Number(pageno))
}

function flipBit(path: string, pages: readonly number[], integer: (below: number) => number): void {
  const bytes = readFileSync(path)
  const page = pages[integer(pages.length)] ?? 1
  const at = (page - 1) * 4_096 + integer(4_096)
  bytes[at] = (bytes[at] ?? 0) ^ (1 << integer(8))
  writeFileSync(path, bytes)
}

/** What a damaged file refuses condemns it, and it is opened again, which rescues it. */
function openAsDaemon(directory: string) {
  for (;;) {
    const calls = bookIn(directory)
    try {
      settleAll(
        calls,
        PAIRS.map(one => ({ ...one, anew: true })),
      )
      for (let step = 0; step < SCRUBBED; step += 1) calls.tend({ now: null, sinks: [] })
      readerIn(directory).book.releasesAfter(0, 5_000)
      return calls
    } catch (error) {
      calls.condemn(String(error))
      calls.close()
    }
  }
}

describe('PR-07 a book in a store that is rescued', () => {
  test('keeps every entry that checks, with its number and version, and goes on above them', () => {
    const directory = newDirectory()
    fill(directory)
    rewrite(directory, 42, text => pack(text.replace('m5', 'm6')))
    const before = rowsOf(directory)
    const batches = batchesOf(directory)
    const file = join(directory, 'meterd.db')
    const bytes = readFileSync(file)
    writeFileSync(file, bytes.fill(0xa5, 0, 100))
    const calls = bookIn(directory)
    expect(rowsOf(directory)).toEqual(before)
    const [folder = ''] = readdir(join(directory, 'damaged'))
    expect(readReport(folder)?.rows['release']).toMatchObject({ rescued: 71 })
    expect(readReport(folder)?.rows['release_batch']).toMatchObject({
      rescued: batches,
      lostAtMost: 0,
    })
    expect(
      settleAll(
        calls,
        PAIRS.map(one => ({ ...one, anew: true })),
      ).filter(does => does === 'release'),
    ).toHaveLength(1)
    const { book } = readerIn(directory)
    expect(book.latestOf('m5', FIRST + 3 * DAY)).toMatchObject({
      version: 2,
      sequence: 73,
      batch: batches + 1,
    })
    expect(JSON.parse(book.batch(batches + 1)?.text ?? '').previous).toBe(book.batch(batches)?.hash)
    calls.close()
  })

  test('numbers go on above those of entries that are gone', () => {
    const directory = newDirectory()
    fill(directory)
    change(directory, 'DELETE FROM release WHERE sequence > 50')
    const calls = bookIn(directory)
    settleAll(calls, PAIRS)
    const { entries } = readerIn(directory).book.releasesAfter(50, 100)
    expect(entries.map(({ sequence }) => sequence)).toEqual(
      Array.from({ length: 22 }, (_, index) => 73 + index),
    )
    calls.close()
  })
})

test('PR-08 a backup holds the book, and its restored copy goes on with it', async () => {
  const directory = newDirectory()
  fill(directory)
  const copy = join(newDirectory(), 'copy.db')
  await backUpStore(directory, copy, { now: LATER, version: 'test' })
  const other = newDirectory()
  const { epoch, nextEpoch } = await restoreStore(other, copy, { now: LATER, by: 'local:test' })
  expect(nextEpoch).toBeGreaterThan(epoch)
  const calls = bookIn(other)
  expect(rowsOf(other)).toEqual(rowsOf(directory))
  expect(settleAll(calls, PAIRS)).toEqual(PAIRS.map(() => 'final'))
  calls.close()
})

test(`PR-01 PR-02 ${KILLS} kills between: nothing is settled twice, and no batch is there in part`, {
  timeout: 60_000 + KILLS * 5_000,
}, async () => {
  const directory = newDirectory()
  const random = seededRandom(SEED)
  const told: string[] = []
  for (let life = 1; life <= KILLS; life += 1) {
    told.push(...(await settleAndDie(directory, life, random.integer(150))))
    const calls = bookIn(directory)
    const { book } = readerIn(directory)
    const { entries } = book.releasesAfter(0, 1_000_000)
    expect(entries.map(({ sequence }) => sequence)).toEqual(entries.map((_, index) => index + 1))
    const identities = new Set(
      entries.map(({ meter, boundary, version }) => `${meter} ${boundary} ${version}`),
    )
    expect(identities.size).toBe(entries.length)
    let hash = NO_HASH
    for (const [id, own] of Map.groupBy(entries, ({ batch }) => batch)) {
      const batch = book.batch(id)
      expect([batch?.first, batch?.last]).toEqual([own[0]?.sequence, own.at(-1)?.sequence])
      hash = hashOf(hash, own)
      expect(batch?.hash).toBe(hash)
    }
    const kept = new Set(entries.map(({ sequence, meter, boundary }) => `${sequence} ${meter} ${boundary}`))
    expect(told.filter(one => !kept.has(one))).toEqual([])
    expect(entries.every(({ version }) => version === 1)).toBe(true)
    calls.close()
  }
  expect(told.length).toBeGreaterThan(KILLS)
})

/** Answers what the child was told is released before it was killed. */
async function settleAndDie(directory: string, life: number, afterMs: number): Promise<string[]> {
  const text = await saidUntilKilled('settling-child.ts', directory, life, afterMs)
  return text.split('\n').slice(0, -1)
}

function readdir(place: string): string[] {
  if (!existsSync(place)) return []
  return readdirSync(place).map(name => join(place, name))
}
