import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test } from 'vitest'
import { Fault } from '../../src/core/faults.ts'
import { type Log, silentLog } from '../../src/core/log.ts'
import { seededRandom } from '../../src/core/random.ts'
import { DAY } from '../../src/core/time.ts'
import { KEPT_FOR } from '../../src/reading/worth.ts'
import { createPacker } from '../../src/store/batch.ts'
import { openStoreFile } from '../../src/store/file.ts'
import type { Calls } from '../../src/store/protocol.ts'
import { isChange } from '../../src/store/store.ts'
import { close, newDirectory, openIn } from './data-directory.ts'
import { keptAt, NOON, roundOf } from './rounds.ts'
import { fill, measurements, served } from './served.ts'

/** More by `METERD_FLIPS=10000`, others by `METERD_SEED`. */
const FLIPS = Number(process.env['METERD_FLIPS'] ?? 60)
const SEED = Number(process.env['METERD_SEED'] ?? 1)

const LIMITS = { maxBytes: 1e9, keep: KEPT_FOR, offsetMinutes: 0 }
const FILES = ['meterd.db', 'meterd.db-wal', 'meterd.witness']

function flipBit(file: string, bit: number): void {
  const bytes = readFileSync(file)
  bytes[bit >> 3]! ^= 1 << (bit & 7)
  writeFileSync(file, bytes)
}

interface Page {
  readonly table: string
  readonly isLeaf: boolean
  readonly rows: number
}

/** What each page of the file is; free pages and the like are none. */
function pagesOf(path: string): ReadonlyMap<number, Page> {
  const file = new DatabaseSync(`file:${path}?mode=ro`)
  const rows = file.prepare('SELECT pageno, name, pagetype, ncell FROM dbstat').all()
  file.close()
  return new Map(
    rows.map(({ pageno, name, pagetype, ncell }) => [
      Number(pageno),
      { table: String(name), isLeaf: pagetype === 'leaf', rows: Number(ncell) },
    ]),
  )
}

/** As the daemon does: what a damaged file refuses to answer condemns it, and it is opened again. */
function askAll(
  directory: string,
  ids: readonly string[],
  see: (name: string, value: string) => void,
): Calls {
  for (let life = 1; ; life++) {
    const calls = openStoreFile(directory, LIMITS, () => undefined)
    let refused: Error | null = null
    for (const [name, value] of served(calls, directory, ids, error => {
      refused ??= error
    }))
      see(name, value)
    if (refused === null) return calls
    expect([life, refused]).toEqual([1, refused])
    calls.condemn(String(refused))
    calls.close()
  }
}

/** What a sink is given from its position on, to the last number. */
function delivered(calls: Calls): ReadonlySet<string> {
  const ids = new Set<string>()
  for (let at = calls.cursor('mqtt').sequence; at < calls.lastSequence(); ) {
    const items = calls.changesAfter(at, 100)
    for (const item of items) if (isChange(item)) ids.add(item.id)
    expect(items.at(-1)?.sequence).toBeGreaterThan(at)
    at = items.at(-1)?.sequence ?? at
  }
  return ids
}

/** A write that meets the damage is refused; after the rescue it is taken. */
function expectToGoOn(directory: string, calls: Calls): void {
  try {
    expectAccepts(calls)
    calls.close()
  } catch (error) {
    if (!(error instanceof Fault && error.code === 'STORE_UNREADABLE')) throw error
    calls.condemn(error.text)
    calls.close()
    const again = openStoreFile(directory, LIMITS, () => undefined)
    expectAccepts(again)
    again.close()
  }
}

function expectAccepts(calls: Calls): void {
  const before = calls.lastSequence()
  const round = roundOf('meter 1', { slot: NOON + DAY, digits: 12n })
  const [accepted] = calls.accept(createPacker().pack([round], NOON + DAY))
  expect(accepted).toMatchObject({ stored: 1, conflicts: 0, lastSequence: before + 1 })
  expect(calls.changesAfter(before, 10)).toMatchObject([{ slot: NOON + DAY, value: { digits: 12n } }])
}

interface Whole {
  readonly directory: string
  readonly ids: readonly string[]
  readonly truth: ReadonlyMap<string, string>
  readonly clocks: ReadonlySet<string>
  /** Readings every sink has yet to be given. */
  readonly owed: ReadonlySet<string>
}

async function wholeStore(): Promise<Whole> {
  const directory = newDirectory()
  await fill(directory)
  const sound = openStoreFile(directory, LIMITS, () => undefined)
  const ids = sound
    .changesAfter(0, 10)
    .filter(isChange)
    .map(({ id }) => id)
  const truth = new Map(
    served(sound, directory, ids, error => {
      throw error
    }),
  )
  const clocks = new Set(measurements().map(clock => JSON.stringify(clock)))
  const owed = delivered(sound)
  expect(truth.size).toBeGreaterThan(300)
  sound.close()
  return { directory, ids, truth, clocks, owed }
}

/** Opens a damaged store as the daemon would and holds it to the whole promise; answers whether it was rescued. */
function judge(damaged: string, { ids, truth, clocks, owed }: Whole, page: Page, where: string): boolean {
  const before = readFileSync(join(damaged, 'meterd.db'))
  const goods = goodNames(truth)
  const seen = new Set<string>()
  const calls = askAll(damaged, ids, (name, value) => {
    // With a damaged key a measurement is not found; one before it is as true, and says when it was made.
    if (name.startsWith('clock ')) expect(clocks).toContain(value)
    // Where the last good reading is lost, the one before it is.
    else if (name.startsWith('good ') && !truth.has(name))
      expect([where, name, goods.has(name)]).toEqual([where, name, true])
    else if (!name.startsWith('change ')) expect([where, name, value]).toEqual([where, name, truth.get(name)])
    seen.add(name)
  })
  const [folder] = existsSync(join(damaged, 'damaged')) ? readdirSync(join(damaged, 'damaged')) : []
  if (folder !== undefined) expect(calls.epoch()).toBeGreaterThan(1)
  const missing = [...truth.keys()].filter(name => name.startsWith('meter ') && !seen.has(name))
  const told = delivered(calls)
  const untold = [...owed].filter(id => !told.has(id))
  // A page of an inner level takes what hangs below it along, and one of names every row that goes by them.
  const most = lossOf(page)
  // An announcement withheld is told as a gap; only a rescue announces its reading anew.
  const untoldMost = page.table === 'change' && folder === undefined ? page.rows : most
  expect([where, page, missing.length]).toEqual([
    where,
    page,
    most === null ? missing.length : Math.min(most, missing.length),
  ])
  expect([where, page, untold.length]).toEqual([
    where,
    page,
    untoldMost === null ? untold.length : Math.min(untoldMost, untold.length),
  ])
  expectToGoOn(damaged, calls)
  if (folder !== undefined)
    expect(readFileSync(join(damaged, 'damaged', folder, 'meterd.db')).equals(before)).toBe(true)
  return folder !== undefined
}

/** Every good reading, named as the last good one is. */
function goodNames(truth: ReadonlyMap<string, string>): ReadonlySet<string> {
  const readings = [...truth]
    .filter(([name]) => name.startsWith('meter '))
    .map(([, value]) => JSON.parse(value))
  return new Set(
    readings
      .filter(({ quality }) => quality === 'good')
      .map(({ meter, obis, kind, readAt }) => `good ${meter} ${obis} ${kind} ${readAt}`),
  )
}

/** How many readings a damaged page may cost; null where that is open. */
function lossOf({ table, isLeaf, rows }: Page): number | null {
  if (['meter', 'unit', 'series'].includes(table)) return null
  if (table === 'reading') return isLeaf ? rows : null
  if (table === 'change' || table === 'latest') return 0
  return table.startsWith('reading_') || !isLeaf ? null : 0
}

describe('PR-06 PR-07 damage', () => {
  test(`FT-50 none of ${FLIPS} flipped bits changes what is served, loses what lies elsewhere, or stops it`, {
    timeout: 60_000 + FLIPS * 1_000,
  }, async () => {
    const whole = await wholeStore()
    const pages = pagesOf(join(whole.directory, 'meterd.db'))
    const random = seededRandom(SEED)
    const bits = readFileSync(join(whole.directory, 'meterd.db')).length * 8
    let rescued = 0
    for (let flip = 0; flip < FLIPS; flip++) {
      const damaged = newDirectory()
      for (const name of FILES)
        if (existsSync(join(whole.directory, name)))
          copyFileSync(join(whole.directory, name), join(damaged, name))
      const bit = random.integer(bits)
      flipBit(join(damaged, 'meterd.db'), bit)
      const page = pages.get(Math.floor(bit / 8 / 4_096) + 1) ?? { table: 'schema', isLeaf: true, rows: 0 }
      if (judge(damaged, whole, page, `bit ${bit}`)) rescued++
      rmSync(damaged, { recursive: true })
    }
    // The fault did happen: some flips make the file unreadable to SQLite.
    expect(rescued).toBeGreaterThan(FLIPS / 100)
  })

  test('a damaged row is withheld, counted and reported once; pages go on behind it', async () => {
    const directory = newDirectory()
    await fill(directory)
    const file = new DatabaseSync(join(directory, 'meterd.db'))
    file.exec('UPDATE reading SET digits = digits + 1 WHERE id BETWEEN 5 AND 14')
    file.close()
    const said: string[] = []
    const log: Log = { ...silentLog, warn: (_, text) => void said.push(text) }
    const store = await openIn(directory, { batchRows: 1 }, log)
    const items = await store.changesAfter(0, 10)
    expect(items.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 14, 15, 16, 17, 18, 19, 20])
    expect(items[4]).toEqual({ first: 5, sequence: 14 })
    await store.changesAfter(0, 10)
    expect((await store.sizes()).damaged).toBe(10)
    expect(said).toHaveLength(10)
    expect(said[0]).toBe('row 5 of reading does not match its checksum and is withheld')
  })

  test('read again from the meter, a damaged reading is replaced by the next version', async () => {
    const directory = newDirectory()
    const first = await openIn(directory)
    await first.accept(roundOf('m1', { kind: 'freeze' }))
    await close(first)
    const file = new DatabaseSync(join(directory, 'meterd.db'))
    file.exec('UPDATE reading SET digits = 1')
    file.close()
    const store = await openIn(directory)
    expect(await keptAt(store, NOON)).toEqual([])
    expect(await store.accept(roundOf('m1', { kind: 'freeze' }))).toMatchObject({ stored: 1, conflicts: 0 })
    expect(await keptAt(store, NOON)).toMatchObject([{ version: 2, quality: 'good' }])
    expect(await store.lastGood()).toHaveLength(1)
  })
})
