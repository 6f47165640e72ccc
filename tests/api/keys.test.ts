/** Keys from being made to being revoked, in the file, in the ring and by the command (PR-71, ST-13, ST-14). */

import { execFileSync } from 'node:child_process'
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createKeyFile, type KeyAsked } from '../../src/api/key-file.ts'
import { isKeyText, newKey } from '../../src/api/key-text.ts'
import { createKeyRing } from '../../src/api/keys.ts'
import { keys as keysVerb } from '../../src/cli/keys.ts'
import { type Terminal, WrongUse } from '../../src/cli/verb.ts'
import { systemClock } from '../../src/core/clock.ts'
import { Fault } from '../../src/core/faults.ts'
import { seededRandom, systemRandom } from '../../src/core/random.ts'
import { whyNotMounted } from '../prove/mounts.ts'
import { recordingLog } from '../support/api.ts'

const ASKED: KeyAsked = { name: 'office', scopes: ['read'], meters: null, createdAt: 1_000, expiresAt: null }

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'meterd-keys-'))
  onTestFinished(() => rm(path, { recursive: true }))
  return path
}

async function ring() {
  const directory = await folder()
  const time = { now: 5_000 }
  const log = recordingLog()
  const file = createKeyFile(directory, systemRandom)
  const held = createKeyRing(file, { ...systemClock, now: () => time.now }, log)
  return { directory, file, time, log, held }
}

describe('ST-14 key material', () => {
  test('a key holds 256 random bits and its own checksum', () => {
    const key = newKey(seededRandom(1))
    expect(key).toMatch(/^mk_[0-9a-f]{72}$/)
    expect(isKeyText(key)).toBe(true)
    expect(newKey(seededRandom(2))).not.toBe(key)
  })

  test('any changed character breaks the checksum', () => {
    const key = newKey(seededRandom(3))
    for (let at = 3; at < key.length; at += 1) {
      const other = key[at] === 'a' ? 'b' : 'a'
      expect(isKeyText(key.slice(0, at) + other + key.slice(at + 1))).toBe(false)
    }
    for (const text of ['', 'mk_', ` ${key}`, `${key}\n`, key.toUpperCase()])
      expect(isKeyText(text)).toBe(false)
  })

  test('the file is 0600, holds the hash and not the key, and no draft stays behind', async () => {
    const { directory, file } = await ring()
    const key = await file.add(ASKED)
    expect((await stat(file.path)).mode & 0o777).toBe(0o600)
    const content = await readFile(file.path, 'utf8')
    expect(content).not.toContain(key.slice(3, 35))
    expect(JSON.parse(content).keys[0]).toMatchObject({ name: 'office', ends: key.slice(-4) })
    expect(await readdir(directory)).toEqual(['keys.json'])
  })
})

describe('ST-13 the ring follows the file', () => {
  test('a key is known as soon as it is made and unknown as soon as it is revoked', async () => {
    const { file, held } = await ring()
    const key = await file.add(ASKED)
    expect(await held.find(key)).toEqual({ name: 'office', scopes: ['read'], meters: null })
    await file.add({ ...ASKED, name: 'other' })
    expect(await held.find(key)).toMatchObject({ name: 'office' })
    expect(await file.revoke('office')).toBe(true)
    expect(await held.find(key)).toMatchObject({ refused: expect.stringContaining('revoked') })
    expect(await file.revoke('office')).toBe(false)
  })

  test('expiry is exact to the millisecond', async () => {
    const { file, held, time } = await ring()
    const key = await file.add({ ...ASKED, expiresAt: 9_000 })
    for (const [now, alive] of [
      [8_999, true],
      [9_000, false],
      [9_001, false],
    ] as const) {
      time.now = now
      expect('name' in (await held.find(key))).toBe(alive)
    }
  })

  test('the last use is remembered by key, not by name', async () => {
    const { file, held, time } = await ring()
    const key = await file.add(ASKED)
    expect((await held.list())[0]).toMatchObject({ name: 'office', lastUsedAt: null })
    await held.find(key)
    time.now += 1
    expect((await held.list())[0]).toMatchObject({ lastUsedAt: 5_000 })
    await file.revoke('office')
    await file.add(ASKED)
    expect((await held.list())[0]).toMatchObject({ lastUsedAt: null })
    expect(JSON.stringify(await held.list())).not.toContain('sha256')
  })

  test.each([
    ['is readable by others', async (path: string) => chmod(path, 0o640)],
    ['is no JSON', async (path: string) => writeFile(path, '{')],
    ['has a field too many', async (path: string) => writeFile(path, '{"version":1,"keys":[],"admin":true}')],
    ['is of another version', async (path: string) => writeFile(path, '{"version":2,"keys":[]}')],
  ])('no key holds while the file %s; the log says so once, the caller learns no path', async (_, spoil) => {
    const { file, held, log } = await ring()
    const key = await file.add(ASKED)
    await held.find(key)
    await spoil(file.path)
    for (const _ of [1, 2]) {
      const refusal = await held.find(key).catch((error: unknown) => error)
      expect(refusal).toBeInstanceOf(Fault)
      expect(refusal).toMatchObject({ code: 'STORE_UNSAFE' })
      expect((refusal as Fault).text).not.toContain(file.path)
    }
    expect(log.lines).toEqual([expect.stringContaining(file.path)])
  })

  test('no file is no key, and nothing to complain about', async () => {
    const { held, log } = await ring()
    expect(await held.find(newKey(systemRandom))).toHaveProperty('refused')
    expect(log.lines).toEqual([])
  })
})

test('two commands at once: one changes the file, the other is told to wait, nothing is lost', async () => {
  const { file } = await ring()
  const results = await Promise.allSettled(
    Array.from({ length: 8 }, (_, index) => file.add({ ...ASKED, name: `key-${index}` })),
  )
  const made = results.filter(result => result.status === 'fulfilled').length
  expect(made).toBeGreaterThan(0)
  expect((await file.list()).length).toBe(made)
  for (const result of results)
    if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'STORE_OWNED' })
})

test('a full disk is told as such, and the keys are as they were', async context => {
  if (whyNotMounted(['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs']) !== null) context.skip()
  const directory = await folder()
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', directory])
  try {
    const file = createKeyFile(directory, systemRandom)
    await file.add(ASKED)
    const filling = join(directory, 'filling')
    await expect(writeFile(filling, Buffer.alloc(100_000))).rejects.toThrow('ENOSPC')
    const other = { ...ASKED, name: 'other' }
    await expect(file.add(other)).rejects.toMatchObject({
      code: 'STORE_FULL',
      text: expect.stringContaining(directory),
    })
    expect((await readdir(directory)).sort()).toEqual(['filling', 'keys.json'])
    await rm(filling)
    await file.add(other)
    expect((await file.list()).map(({ name }) => name)).toEqual(['office', 'other'])
  } finally {
    execFileSync('umount', [directory])
  }
})

test('a name is given once', async () => {
  const { file } = await ring()
  await file.add(ASKED)
  await expect(file.add(ASKED)).rejects.toMatchObject({ code: 'ASK_INVALID' })
  expect((await file.list()).length).toBe(1)
})

describe('meterd keys', () => {
  async function run(...argv: string[]) {
    const out: string[] = []
    const err: string[] = []
    const io: Terminal = {
      out: text => out.push(text),
      err: text => err.push(text),
      readAll: async () => '',
      signal: new AbortController().signal,
    }
    return { code: await keysVerb.run(argv, io), out: out.join('\n'), err: err.join('\n') }
  }

  test('add shows the key once on stdout, list shows its end, revoke ends it', async () => {
    const data = await folder()
    const added = await run('add', 'office', '--scope', 'billing,read', '--expires', '90d', '--data', data)
    expect(added).toMatchObject({ code: 0, out: expect.stringMatching(/^mk_[0-9a-f]{72}$/) })
    const listed = await run('list', '--data', data)
    expect(listed.out).toMatch(
      new RegExp(`^office {2}…${added.out.slice(-4)} {2}read,billing {2}all meters {2}expires `),
    )
    expect(listed.out + listed.err + added.err).not.toContain(added.out)
    expect(await run('revoke', 'office', '--data', data)).toMatchObject({ code: 0 })
    expect(await run('revoke', 'office', '--data', data)).toMatchObject({ code: 1 })
    expect(await run('list', '--data', data)).toMatchObject({ code: 0, out: '' })
  })

  test('--json gives one object a line', async () => {
    const data = await folder()
    const added = JSON.parse(
      (await run('add', 'office', '--scope', 'read', '--meters', 'm1,m2', '--data', data, '--json')).out,
    )
    expect(added).toMatchObject({ name: 'office', scopes: ['read'], meters: ['m1', 'm2'], expiresAt: null })
    const listed = JSON.parse((await run('list', '--data', data, '--json')).out)
    expect(listed).toMatchObject({ name: 'office', ends: added.key.slice(-4), meters: ['m1', 'm2'] })
    expect(listed).not.toHaveProperty('sha256')
  })

  test.each([
    [[]],
    [['add']],
    [['add', 'office', '--scope', 'read']],
    [['add', 'office', '--data', '/nowhere']],
    [['add', 'office', '--scope', 'everything', '--data', '/nowhere']],
    [['add', 'Office!', '--scope', 'read', '--data', '/nowhere']],
    [['add', 'office', '--scope', 'read', '--expires', 'soon', '--data', '/nowhere']],
    [['add', 'office', '--scope', 'read', '--expires', '0d', '--data', '/nowhere']],
    [['add', 'office', 'two', '--scope', 'read', '--data', '/nowhere']],
    [['list', '--data', '/nowhere', '--config', 'x.yaml']],
    [['constructor', 'office', '--data', '/nowhere']],
    [['remove', 'office', '--data', '/nowhere']],
    [['revoke', '--data', '/nowhere']],
  ])('used wrongly: %j', async argv => {
    await expect(run(...argv)).rejects.toBeInstanceOf(WrongUse)
  })

  test('a data directory that is not there is said in words', async () => {
    const missing = join(await folder(), 'none')
    await expect(run('add', 'office', '--scope', 'read', '--data', missing)).rejects.toMatchObject({
      code: 'STORE_UNSAFE',
      text: expect.stringContaining('does the data directory exist?'),
    })
  })
})
