import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test } from 'vitest'
import { isSafeSqlite, openDatabase } from '../../src/store/database.ts'
import { readPragma } from '../../src/store/statements.ts'
import { close, newDirectory, openIn } from './data-directory.ts'
import { backToSchema } from './earlier-schema.ts'
import { keptAt, NOON, roundOf } from './rounds.ts'

function withFile(directory: string, change: (file: DatabaseSync) => void): void {
  const file = new DatabaseSync(join(directory, 'meterd.db'))
  change(file)
  file.close()
}

describe('opening', () => {
  test('PR-01 the settings that keep the promise are in force', () => {
    const { database, close: shut } = openDatabase(newDirectory())
    expect(readPragma(database, 'journal_mode')).toBe('wal')
    expect(readPragma(database, 'synchronous')).toBe(2)
    expect(readPragma(database, 'user_version')).toBe(12)
    expect(readPragma(database, 'application_id')).toBe(0x6d747264)
    shut()
  })

  test.each([
    ['3.51.3', true],
    ['3.53.0', true],
    ['4.0.0', true],
    ['3.51.2', false],
    ['3.40.1', false],
    ['', false],
  ])('PR-01 SQLite %j is safe: %s', (version, safe) => {
    expect(isSafeSqlite(version)).toBe(safe)
  })

  test('makes the directory, deep if need be', async () => {
    const store = await openIn(join(newDirectory(), 'a', 'b'))
    expect(await store.lastSequence()).toBe(0)
  })

  test('PR-01 a directory that cannot be written is refused by name', async () => {
    const file = join(newDirectory(), 'file')
    writeFileSync(file, '')
    for (const directory of [file, join(file, 'below'), '/proc/meterd']) {
      const refused = openIn(directory)
      await expect(refused).rejects.toMatchObject({ code: 'STORE_UNSAFE' })
      await expect(refused).rejects.toThrow(directory)
    }
  })

  test('PR-85 a second store on the directory is refused while the first is open, and that goes on', async () => {
    const directory = newDirectory()
    const first = await openIn(directory)
    const refused = openIn(directory)
    await expect(refused).rejects.toMatchObject({ code: 'STORE_OWNED' })
    await expect(refused).rejects.toThrow(`another meterd is using the data directory ${directory}`)
    expect(await first.accept(roundOf('m1', {}))).toMatchObject({ stored: 1 })
    await close(first)
    expect(await (await openIn(directory)).lastSequence()).toBe(1)
  })

  test('PR-85 a second process is refused; the lock of a killed one is gone', async () => {
    const directory = newDirectory()
    const child = spawn(process.execPath, [join(import.meta.dirname, 'accepting-child.ts'), directory, '1'])
    await new Promise(resolve => child.stdout.once('data', resolve))
    await expect(openIn(directory)).rejects.toMatchObject({ code: 'STORE_OWNED' })
    const gone = new Promise(resolve => child.once('exit', resolve))
    child.kill('SIGKILL')
    await gone
    expect(await (await openIn(directory)).lastSequence()).toBeGreaterThan(0)
  })

  test('PR-86 a newer schema is refused and left alone', async () => {
    const directory = newDirectory()
    await close(await openIn(directory))
    withFile(directory, file => file.exec('PRAGMA user_version = 99; CREATE TABLE later (a)'))
    const refused = openIn(directory)
    await expect(refused).rejects.toMatchObject({ code: 'STORE_NEWER' })
    await expect(refused).rejects.toThrow('schema 99')
    withFile(directory, file => expect(readPragma(file, 'user_version')).toBe(99))
  })

  test('V-C1 who was billed by before there was a gate is known from the upgrade on, until it has left, for good', async () => {
    const directory = newDirectory()
    const first = await openIn(directory)
    for (const meter of ['m1', 'm2']) await first.accept(roundOf(meter, {}))
    await first.accept(roundOf('m3', { quality: 'suspect' }))
    expect(await first.inService()).toEqual([])
    await close(first)
    withFile(directory, file => file.exec(backToSchema(2)))
    const upgraded = await openIn(directory)
    expect(await upgraded.inService()).toEqual(['m1', 'm2'])
    await upgraded.leaveService('m1')
    await upgraded.accept(roundOf('m4', {}))
    await close(upgraded)
    expect(await (await openIn(directory)).inService()).toEqual(['m2'])
  })

  test('PR-07 a schema changed by damage or by hand is not believed: the rows go on in a new store', async () => {
    const directory = newDirectory()
    const first = await openIn(directory)
    await first.accept(roundOf('m1', {}))
    await close(first)
    withFile(directory, file => file.exec('DROP INDEX reading_identity'))
    const store = await openIn(directory)
    expect(store.epoch).toBeGreaterThan(1)
    expect(await keptAt(store, NOON)).toHaveLength(1)
    expect(await store.accept(roundOf('m1', {}))).toMatchObject({ stored: 0, duplicates: 1 })
  })

  test("another program's database is refused", async () => {
    const directory = newDirectory()
    withFile(directory, file => file.exec('PRAGMA application_id = 7; CREATE TABLE other (a)'))
    await expect(openIn(directory)).rejects.toMatchObject({ code: 'STORE_UNSAFE' })
  })
})
