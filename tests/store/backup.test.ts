import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { backUpStore } from '../../src/store/copies/backup.ts'
import { restoreStore } from '../../src/store/copies/restore.ts'
import { BEFORE_UPGRADE, keepBeforeUpgrade } from '../../src/store/copies/upgrade.ts'
import { verifyStore } from '../../src/store/copies/verify.ts'
import { isChange, type Store } from '../../src/store/store.ts'
import { whyNotMounted } from '../prove/mounts.ts'
import { close, newDirectory, openIn } from './data-directory.ts'
import { NOON, QUARTER, roundOf } from './rounds.ts'

const BACKUP = { now: NOON, version: '9.9.9' }

async function accept(store: Store, from: number, to: number): Promise<void> {
  for (let index = from; index < to; index++)
    await store.accept(roundOf('m1', { slot: NOON + index * QUARTER, digits: BigInt(index) }))
}

async function digitsOf(store: Store): Promise<readonly bigint[]> {
  return (await store.changesAfter(0, 5_000)).filter(isChange).map(({ value }) => value.digits)
}

test('PR-08 FT-54 a backup taken while rounds are accepted is one moment of the store, verified', async () => {
  const directory = newDirectory()
  const file = join(newDirectory(), 'copy.db')
  const store = await openIn(directory)
  await accept(store, 0, 50)
  const going = accept(store, 50, 150)
  const manifest = await backUpStore(directory, file, BACKUP)
  await going
  expect(manifest.readings).toBeGreaterThanOrEqual(50)
  expect(manifest.lastSequence).toBe(manifest.readings)
  expect(manifest).toMatchObject({ epoch: 1, damaged: 0, version: '9.9.9', bytes: readFileSync(file).length })
  expect(JSON.parse(readFileSync(`${file}.json`, 'utf8'))).toEqual(manifest)
  expect(verifyStore(file)).toMatchObject({ readings: manifest.readings, faults: [] })
  expect(await digitsOf(store)).toHaveLength(150)
  await expect(backUpStore(directory, file, BACKUP)).rejects.toMatchObject({
    code: 'BACKUP_TARGET',
    text: `${file} exists already; a backup replaces nothing`,
  })
})

test('a folder for the copy that is missing, no folder or full is told as such, and nothing is left there', async context => {
  const directory = newDirectory()
  const store = await openIn(directory)
  await accept(store, 0, 20)
  await close(store)
  const folder = newDirectory()
  const refused = async (file: string, words: string) =>
    expect(backUpStore(directory, join(folder, file), BACKUP)).rejects.toMatchObject({
      code: 'BACKUP_TARGET',
      text: expect.stringContaining(words),
    })
  await refused('gone/copy.db', `${folder}/gone, does not exist`)
  writeFileSync(join(folder, 'file'), '')
  await refused('file/copy.db', `${folder}/file, is not a folder`)
  if (whyNotMounted(['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs']) !== null) context.skip()
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder])
  try {
    await refused('copy.db', `${folder}, has no room`)
    expect(readdirSync(folder)).toEqual([])
    writeFileSync(join(folder, 'copy.db.part'), '')
    execFileSync('mount', ['-o', 'remount,ro', folder])
    await refused('copy.db', `${folder}, is on a disk that can only be read`)
  } finally {
    execFileSync('umount', [folder])
  }
})

test('PR-08 FT-54 a restored store goes on in a new epoch, and the one that was there is kept', async () => {
  const directory = newDirectory()
  const file = join(newDirectory(), 'copy.db')
  const before = await openIn(directory)
  await accept(before, 0, 20)
  await before.advance('mqtt', 20)
  await backUpStore(directory, file, BACKUP)
  await accept(before, 20, 30)
  await expect(restoreStore(directory, file, { now: NOON, by: 'local:test' })).rejects.toMatchObject({
    code: 'STORE_OWNED',
  })
  await close(before)
  const restored = await restoreStore(directory, file, { now: NOON, by: 'local:test' })
  expect(restored).toMatchObject({ epoch: 1, nextEpoch: NOON / 1_000, readings: 20 })
  expect(verifyStore(join(restored.kept ?? '', 'meterd.db')).readings).toBe(30)
  const after = await openIn(directory)
  expect(after.epoch).toBe(NOON / 1_000)
  expect(after.alarms()).toEqual([])
  expect(await digitsOf(after)).toEqual(Array.from({ length: 20 }, (_, index) => BigInt(index)))
  expect(await after.accept(roundOf('m1', { slot: NOON + 99 * QUARTER }))).toMatchObject({ lastSequence: 21 })
  await close(after)
  // Two stores restored from one copy at one moment, one of them after the other, never share an epoch either.
  expect((await restoreStore(directory, file, { now: NOON, by: 'local:test' })).nextEpoch).toBe(
    NOON / 1_000 + 1,
  )
})

test('PR-08 a copy that was changed is refused, and nothing is touched', async () => {
  const directory = newDirectory()
  const file = join(newDirectory(), 'copy.db')
  const store = await openIn(directory)
  await accept(store, 0, 20)
  await backUpStore(directory, file, BACKUP)
  await close(store)
  const bytes = readFileSync(file)
  bytes[5_000]! ^= 4
  writeFileSync(file, bytes)
  await expect(restoreStore(directory, file, { now: NOON, by: 'local:test' })).rejects.toMatchObject({
    code: 'STORE_UNREADABLE',
  })
  expect(existsSync(join(directory, 'replaced'))).toBe(false)
  expect(await digitsOf(await openIn(directory))).toHaveLength(20)
})

test('PR-08 rows that do not check are counted in the manifest', async () => {
  const directory = newDirectory()
  const file = join(newDirectory(), 'copy.db')
  const store = await openIn(directory)
  await accept(store, 0, 20)
  await close(store)
  const damaged = new DatabaseSync(join(directory, 'meterd.db'))
  damaged.exec(
    'UPDATE reading SET digits = digits + 1 WHERE id <= 3; UPDATE exchange SET sent_at = 1 WHERE round = 9',
  )
  damaged.close()
  expect(await backUpStore(directory, file, BACKUP)).toMatchObject({ readings: 20, damaged: 4 })
})

test('PR-86 a store is kept, verified, before it is upgraded; a damaged one is not upgraded', async () => {
  const directory = newDirectory()
  const store = await openIn(directory)
  await accept(store, 0, 20)
  await close(store)
  const path = join(directory, 'meterd.db')
  const kept = join(directory, BEFORE_UPGRADE)
  keepBeforeUpgrade(path)
  expect(existsSync(kept)).toBe(false)
  keepBeforeUpgrade(path, 99)
  expect(readFileSync(kept).equals(readFileSync(path))).toBe(true)
  const bytes = readFileSync(path)
  bytes.fill(0xa5, bytes.length - 4_096)
  writeFileSync(path, bytes)
  expect(() => keepBeforeUpgrade(path, 99)).toThrow(/found before upgrading/)
})
