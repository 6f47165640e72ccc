import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test } from 'vitest'
import { type Log, silentLog } from '../../src/core/log.ts'
import { seededRandom } from '../../src/core/random.ts'
import { readLog, writeLog } from '../../src/store/rescue/log-frames.ts'
import { readReport } from '../../src/store/rescue/rescue.ts'
import { isChange, type Store } from '../../src/store/store.ts'
import { close, newDirectory, openIn } from './data-directory.ts'
import { keptAt, NOON, QUARTER, roundOf } from './rounds.ts'

const READINGS = 60

/** A store of `READINGS` readings; with `killed` as a kill -9 leaves it, its newest half in the log alone. */
async function storeIn(directory: string, { killed = false } = {}): Promise<void> {
  const made = newDirectory()
  const store = await openIn(made)
  for (let index = 0; index < READINGS; index++)
    await store.accept(roundOf(`m${index % 3}`, { slot: NOON + index * QUARTER, digits: BigInt(index) }))
  await store.advance('mqtt', 40)
  if (!killed) await close(store)
  cpSync(made, directory, { recursive: true })
  rmSync(join(directory, 'meterd.lock'), { force: true })
  if (killed) await close(store)
}

async function changesOf(store: Store): Promise<readonly string[]> {
  return (await store.changesAfter(0, 5_000))
    .filter(isChange)
    .map(({ meter, slot, value }) => `${meter} ${slot} ${value.digits}`)
    .sort()
}

const ALL = Array.from(
  { length: READINGS },
  (_, index) => `m${index % 3} ${NOON + index * QUARTER} ${index}`,
).sort()

function damagedIn(directory: string): readonly string[] {
  const place = join(directory, 'damaged')
  return existsSync(place) ? readdirSync(place).map(name => join(place, name)) : []
}

function overwrite(path: string, at: number, bytes: Buffer): void {
  const whole = readFileSync(path)
  bytes.copy(whole, at)
  writeFileSync(path, whole)
}

interface Case {
  readonly what: string
  readonly killed?: boolean
  readonly damage: (file: string) => void
  /** Readings had back; all of them unless said. */
  readonly back?: number
}

const CASES: readonly Case[] = [
  { what: 'header destroyed', damage: file => overwrite(file, 0, Buffer.alloc(100, 0xa5)) },
  { what: 'first page destroyed', damage: file => overwrite(file, 0, Buffer.alloc(4_096, 0xa5)) },
  {
    what: 'header of the log destroyed',
    killed: true,
    damage: file => overwrite(`${file}-wal`, 0, Buffer.alloc(32, 0xa5)),
  },
  {
    what: 'a frame in the middle of the log destroyed',
    killed: true,
    damage: file => overwrite(`${file}-wal`, 32 + 20 * 4_120 + 24, Buffer.alloc(4_096)),
    back: -1,
  },
  { what: 'empty', damage: file => truncateSync(file, 0), back: 0 },
  { what: 'gone', damage: file => rmSync(file), back: 0 },
  { what: 'cut short', damage: file => truncateSync(file, 5 * 4_096), back: -1 },
  { what: 'rubbish', damage: file => writeFileSync(file, 'rubbish '.repeat(2_000)), back: 0 },
  {
    what: 'beside a foreign log',
    damage: file => writeFileSync(`${file}-wal`, writeLog([{ page: 3, content: Buffer.alloc(4_096) }], 20)),
  },
  {
    what: 'named as of another program',
    damage: file => overwrite(file, 68, Buffer.from([1])),
  },
  { what: 'named as of a newer version', damage: file => overwrite(file, 60, Buffer.from([0, 0, 0, 99])) },
]

describe('PR-07 FT-51 a store file that is', () => {
  test.each(CASES)(
    '$what is put aside, what checks is rescued, and it goes on',
    async ({ killed = false, damage, back = READINGS }) => {
      const directory = newDirectory()
      await storeIn(directory, { killed })
      const path = join(directory, 'meterd.db')
      damage(path)
      const damaged = existsSync(path) ? readFileSync(path) : Buffer.alloc(0)
      const said: string[] = []
      const log: Log = { ...silentLog, error: ({ code }, text) => void said.push(`${String(code)} ${text}`) }
      const store = await openIn(directory, { batchRows: 1 }, log)
      const [folder = ''] = damagedIn(directory)
      expect(readFileSync(join(folder, 'meterd.db')).equals(damaged)).toBe(true)
      expect(store.epoch).toBeGreaterThan(1_700_000_000)
      expect(said.map(text => text.split(' ')[0])).toEqual(['STORE_UNREADABLE', 'STORE_RESCUED'])
      expect(said[1]?.includes(`is kept in ${folder}`)).toBe(damaged.length > 0 || killed)
      expect(readReport(folder)).toMatchObject({ epoch: store.epoch, tried: 'all' })
      const changes = await changesOf(store)
      if (back >= 0) expect(changes).toEqual(ALL.length === back ? ALL : [])
      for (const change of changes) expect(ALL).toContain(change)
      expect(await store.accept(roundOf('m9', { slot: NOON - QUARTER }))).toMatchObject({ stored: 1 })
      expect(store.alarms()).toEqual([folder])
      writeFileSync(join(folder, 'acknowledged'), '')
      expect(store.alarms()).toEqual([])
      const { epoch } = store
      await close(store)
      expect((await openIn(directory)).epoch).toBe(epoch)
      expect(damagedIn(directory)).toHaveLength(1)
    },
  )

  test('beside a rubbish -shm opens as if it were not there', async () => {
    const directory = newDirectory()
    await storeIn(directory, { killed: true })
    writeFileSync(join(directory, 'meterd.db-shm'), Buffer.alloc(32_768, 0xa5))
    const store = await openIn(directory)
    expect(store.epoch).toBe(1)
    expect(await changesOf(store)).toEqual(ALL)
  })

  test('without its log goes on in a new epoch: no number ever names two readings', async () => {
    const directory = newDirectory()
    await storeIn(directory, { killed: true })
    rmSync(join(directory, 'meterd.db-wal'))
    const store = await openIn(directory)
    expect(store.epoch).toBeGreaterThan(1_700_000_000)
    expect(damagedIn(directory)).toEqual([])
    expect(await store.accept(roundOf('m9', {}))).toMatchObject({ stored: 1 })
  })

  test('an older copy, which says another epoch, goes on in a new one', async () => {
    const directory = newDirectory()
    await storeIn(directory)
    const file = new DatabaseSync(join(directory, 'meterd.db'))
    file.exec('UPDATE life SET epoch = 7')
    file.close()
    expect((await openIn(directory)).epoch).toBeGreaterThan(1_700_000_000)
  })
})

describe('PR-07 damage met with while it runs', () => {
  test('is told once, nothing more is answered, and the next opening rescues it', async () => {
    const directory = newDirectory()
    await storeIn(directory)
    const told: string[] = []
    const broken = ({ code }: { readonly code: string }) => void told.push(code)
    const store = await openIn(directory, { batchRows: 1, broken })
    const path = join(directory, 'meterd.db')
    const pages = new DatabaseSync(`file:${path}?mode=ro`)
    const [{ pageno } = { pageno: 0 }] = pages
      .prepare("SELECT pageno FROM dbstat WHERE name = 'reading_identity'")
      .all()
    pages.close()
    overwrite(path, (Number(pageno) - 1) * 4_096, Buffer.alloc(4_096, 0xa5))
    const asked = store.readingsOf({ meter: 'm1', from: 0, to: 9e15, limit: 10 })
    await expect(asked).rejects.toMatchObject({ code: 'STORE_UNREADABLE' })
    await expect(store.accept(roundOf('m9', {}))).rejects.toMatchObject({ code: 'STORE_UNREADABLE' })
    expect(told).toEqual(['STORE_UNREADABLE'])
    const damaged = readFileSync(path)
    await close(store)
    const again = await openIn(directory)
    expect(readFileSync(join(damagedIn(directory)[0] ?? '', 'meterd.db')).equals(damaged)).toBe(true)
    expect(again.epoch).toBeGreaterThan(1)
    expect(new Set(await changesOf(again))).toEqual(new Set(ALL))
    const { sequence: position } = await again.cursor('mqtt')
    expect(await again.lastSequence()).toBeGreaterThan(position)
  })
})

const LAST_FRAMES = 6

describe('PR-07 a damaged log', () => {
  test('FT-50 no single flipped bit of it loses a commit or changes a value', {
    timeout: 600_000,
  }, async () => {
    const whole = newDirectory()
    await storeIn(whole, { killed: true })
    const bytes = readFileSync(join(whole, 'meterd.db-wal'))
    const frames = readLog(bytes)?.frames.length ?? 0
    expect(frames).toBeGreaterThan(100)
    const random = seededRandom(Number(process.env['METERD_SEED'] ?? 1))
    for (let flip = 0; flip < Number(process.env['METERD_FLIPS'] ?? 60) / 5; flip++) {
      const directory = newDirectory()
      cpSync(whole, directory, { recursive: true })
      // Every other one in the last commits, which no later frame vouches for or writes over.
      const first = flip % 2 === 0 ? 0 : 32 + (frames - LAST_FRAMES) * 4_120
      const bit = first * 8 + random.integer((32 + frames * 4_120 - first) * 8)
      const flipped = Buffer.from(bytes)
      flipped[bit >> 3]! ^= 1 << (bit & 7)
      writeFileSync(join(directory, 'meterd.db-wal'), flipped)
      const store = await openIn(directory)
      const changes = await changesOf(store)
      for (const change of changes) expect([bit, ALL.includes(change)]).toEqual([bit, true])
      // The highest bits of a word cannot always be told from others: what the one page holds may be lost, nothing else.
      if (bit % 32 < 23) expect([bit, changes]).toEqual([bit, ALL])
      expect([bit, store.epoch > 1]).toEqual([bit, true])
      await close(store)
      rmSync(directory, { recursive: true })
    }
  })

  test('what a commit cut short left behind is no damage', async () => {
    const directory = newDirectory()
    await storeIn(directory, { killed: true })
    const path = join(directory, 'meterd.db-wal')
    const bytes = readFileSync(path)
    const frames = readLog(bytes)?.frames.length ?? 0
    // The last commit's page was not yet on disk when the power went.
    bytes.fill(0x5a, 32 + (frames - 1) * 4_120 + 24 + 100, 32 + frames * 4_120)
    writeFileSync(path, bytes)
    const store = await openIn(directory)
    expect(store.epoch).toBe(1)
    expect(await changesOf(store)).toEqual(ALL)
  })
})

describe('PR-07 FT-52', () => {
  test('an index that lacks an entry lets nothing be said twice after a rescue', async () => {
    const directory = newDirectory()
    await storeIn(directory)
    const file = new DatabaseSync(join(directory, 'meterd.db'), { defensive: false })
    // The index forgets all, as if its pages were another's; the same is then said again.
    const { sql } = file.prepare("SELECT sql FROM sqlite_schema WHERE name = 'reading_identity'").get() as {
      sql: string
    }
    file.exec('DROP INDEX reading_identity')
    file.exec('PRAGMA writable_schema = ON')
    file.exec(
      `INSERT INTO reading SELECT id + ${READINGS}, series, slot, version, digits, scaler, unit, read_at, received_at,
         quality, findings, round, exchange, duplicates, checksum FROM reading WHERE id <= 10`,
    )
    expect(sql).toContain('UNIQUE')
    file.close()
    const store = await openIn(directory)
    expect(store.epoch).toBeGreaterThan(1)
    expect(await changesOf(store)).toEqual(ALL)
    expect(await keptAt(store, NOON, 'm0')).toHaveLength(1)
  })
})

describe('PR-07 a kill in the middle of a rescue', () => {
  test.each(['noted', 'log moved', 'file moved', 'new file begun', 'new file named'])(
    'after "%s" is harmless',
    async at => {
      const directory = newDirectory()
      await storeIn(directory, { killed: true })
      const path = join(directory, 'meterd.db')
      overwrite(path, 0, Buffer.alloc(4_096, 0xa5))
      const folder = join(directory, 'damaged', 'epoch-1-20261121T120000Z')
      const note = {
        target: 'damaged/epoch-1-20261121T120000Z',
        why: 'test',
        epoch: 1,
        instead: 'rescue',
        tries: 0,
      }
      writeFileSync(join(directory, 'meterd.aside'), JSON.stringify(note))
      mkdirSync(folder, { recursive: true })
      const steps = ['noted', 'log moved', 'file moved', 'new file begun', 'new file named'].indexOf(at)
      if (steps >= 1) renameSync(`${path}-wal`, join(folder, 'meterd.db-wal'))
      if (steps >= 2) renameSync(path, join(folder, 'meterd.db'))
      if (steps >= 3) writeFileSync(join(directory, 'meterd.db.new'), 'half a store')
      if (steps >= 4) {
        // A whole run up to the last step, its note brought back.
        rmSync(join(directory, 'meterd.db.new'))
        await close(await openIn(directory))
        writeFileSync(join(directory, 'meterd.aside'), JSON.stringify(note))
      }
      const store = await openIn(directory)
      expect(await changesOf(store)).toEqual(ALL)
      expect(damagedIn(directory)).toEqual([folder])
      expect(existsSync(join(directory, 'meterd.aside'))).toBe(false)
      expect(existsSync(join(directory, 'meterd.db.new'))).toBe(false)
      expect(store.epoch).toBeGreaterThan(1)
    },
  )
})
