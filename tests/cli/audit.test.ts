/** `meterd audit` at the terminal, on a data directory whose daemon runs, has stopped, or was tampered with. */

import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { openDoor } from '../../src/api/door.ts'
import { startJournal } from '../../src/api/journal-kept.ts'
import { createKeyFile } from '../../src/api/key-file.ts'
import { audit } from '../../src/cli/audit.ts'
import { loadConfig } from '../../src/config/load.ts'
import { systemClock } from '../../src/core/clock.ts'
import { silentLog } from '../../src/core/log.ts'
import { systemRandom } from '../../src/core/random.ts'
import { folderWith, GOOD } from '../config/support.ts'
import { close, newDirectory, openIn } from '../store/data-directory.ts'
import { recordingLog } from '../support/api.ts'
import { house, TABLE } from '../support/archive-house.ts'

async function run(directory: string, ...words: readonly string[]) {
  return runWith([...words, '--data', directory])
}

async function runWith(words: readonly string[]) {
  const [out, err]: [string[], string[]] = [[], []]
  const code = await audit.run([...words], {
    out: text => void out.push(text),
    err: text => void err.push(text),
    readAll: async () => '',
    signal: new AbortController().signal,
  })
  return { code, out, err, text: out.join('\n') }
}

/** A life of a daemon, as far as its journal goes. */
async function live(
  directory: string,
  during: () => Promise<unknown> = async () => undefined,
  readFrom = [{ name: 'gateway.yaml', sha256: '5f'.repeat(32) }],
) {
  const store = await openIn(directory)
  const config = {
    ...{ gateway: 'gw', dataDirectory: directory, audit: { checkpoints: join(directory, 'audit') } },
    readFrom,
  }
  const parts = { store, config, version: '1.2.3', clock: systemClock, random: systemRandom }
  const journal = await startJournal({ ...parts, log: silentLog })
  await during()
  await journal.stop()
  await close(store)
}

test('PR-65 FT-53 a journal is verified while the daemon runs and after it, and what is cut off is found by what it left behind', async () => {
  const directory = newDirectory()
  await live(directory, async () => {
    const { code, text } = await run(directory, 'verify')
    expect([code, text]).toEqual([
      0,
      expect.stringMatching(/^2 entries, held to 1 checkpoint: nothing was changed/),
    ])
  })
  const key = await createKeyFile(directory, systemRandom).add({
    ...{
      name: 'office',
      scopes: ['read'] as const,
      meters: null,
      createdAt: 0,
      expiresAt: null,
      by: 'local:li',
    },
  })
  await live(directory)
  expect((await run(directory, 'verify')).text).toMatch(
    /^7 entries, held to 4 checkpoints: nothing was changed/,
  )
  expect(statSync(join(directory, 'audit.key')).mode & 0o777).toBe(0o600)
  const folder = join(directory, 'audit')
  const [name = ''] = readdirSync(folder)
  const kept = readFileSync(join(folder, name), 'utf8')
  const publicKey = (await run(directory, 'key')).text
  expect(publicKey).toMatch(/^meterd\/gw\/audit\+[0-9a-f]{8}\+/)
  // No secret is in anything that leaves.
  const everything = [readFileSync(join(directory, 'meterd.db')).toString('latin1'), kept].join('')
  for (const secret of [key, readFileSync(join(directory, 'audit.key'), 'utf8').split('\n')[1] ?? ''])
    expect(everything.includes(secret)).toBe(false)

  const file = new DatabaseSync(join(directory, 'meterd.db'))
  const actions = file.prepare('SELECT action FROM journal ORDER BY sequence').all()
  expect(actions.map(({ action }) => action)).toEqual([
    ...['daemon.started', 'configuration.loaded', 'daemon.stopped'],
    ...['daemon.started', 'configuration.loaded', 'key.added', 'daemon.stopped'],
  ])
  file.exec('DELETE FROM journal WHERE sequence > 5')
  file.close()
  const cut = await run(directory, 'verify')
  expect(cut.code).toBe(1)
  expect(cut.text).toMatch(
    /the journal ends with entry 5; the checkpoint of \S+ \(epoch \d+\) is of 6: 1 are gone/,
  )
  // Whoever cuts takes the checkpoints here away too: one kept elsewhere is enough, as a file or as text.
  writeFileSync(join(folder, name), '')
  expect((await run(directory, 'verify')).code).toBe(0)
  expect((await run(directory, 'verify')).err.join()).toContain('without a checkpoint from before')
  const elsewhere = join(newDirectory(), 'kept.txt')
  writeFileSync(elsewhere, kept)
  for (const given of [elsewhere, kept]) {
    const found = await run(directory, 'verify', '--checkpoint', given, '--key', publicKey)
    expect([found.code, found.text]).toEqual([1, expect.stringContaining('are gone')])
  }
  // One made up to suit is not signed.
  const suited = kept.replaceAll(/^7$/gm, '5')
  const told = await run(directory, 'verify', '--checkpoint', suited, '--json')
  expect(JSON.parse(told.text).findings).toContainEqual(
    expect.objectContaining({ kind: 'signature', sequence: 5 }),
  )
  for (const words of [
    ['verify', '--checkpoint', 'no'],
    ['verify', '--from', '0'],
    ['verify', '--key', 'x'],
    ['no'],
  ])
    await expect(run(directory, ...words), words.join(' ')).rejects.toThrow(
      /checkpoint|--from|--key|say list/,
    )
  await expect(run(directory, 'list')).rejects.toThrow('no daemon runs')
  await expect(run(newDirectory(), 'key')).rejects.toThrow('a daemon makes it')
})

test('P-12 what people did is listed at the box, and that it was', async () => {
  const { app, directory, bring } = await house()
  await app.ready()
  onTestFinished(await openDoor(app, directory, recordingLog()))
  await bring(TABLE)
  const listed = await run(directory, 'list')
  expect(listed.out).toHaveLength(1)
  expect(listed.text).toMatch(
    /^ {5}1 {2}\S+ {2}key-2 \(127\.0\.0\.1\) {2}archive\.changed {2}archive {2}\{"revision":1/,
  )
  const reads = await run(directory, 'list', '--action', 'journal.read', '--since', '2026-01-01', '--json')
  expect(reads.out.map(line => JSON.parse(line))).toMatchObject([
    { sequence: 2, actor: expect.stringMatching(/^local:/), scope: 'audit', address: 'local' },
  ])
  expect((await run(directory, 'list', '--actor', 'nobody')).out).toEqual([])
})

test('PR-65 a policy that was changed since the daemon was started with it is found, and by which entry', async () => {
  const paper = readFileSync(join(import.meta.dirname, '../../examples/policies/cn-paper-rules.yaml'), 'utf8')
  const policy = paper
    .replace('acceptedBy: ""', 'acceptedBy: A. Person')
    .replace('acceptedOn: ""', 'acceptedOn: 2026-11-01')
  const orders = 'supply: { orders: { policy: policy.yaml, dryRun: true, billing: ledger } }'
  const folder = folderWith({ 'gateway.yaml': `${GOOD}${orders}\n`, 'policy.yaml': policy })
  const config = join(folder, 'gateway.yaml')
  const data = join(folder, 'data')
  mkdirSync(data)
  const loaded = await loadConfig(config, {})
  if ('complaints' in loaded) throw new Error('the configuration is right')
  await live(data, undefined, [...loaded.config.readFrom])
  expect((await runWith(['verify', '--config', config])).code).toBe(0)
  writeFileSync(join(folder, 'policy.yaml'), policy.replace('mostAge: 48h', 'mostAge: 47h'))
  const { code, out } = await runWith(['verify', '--config', config])
  expect([code, out[0]]).toEqual([
    1,
    expect.stringMatching(/policy\.yaml is not the one of entry 2, by which/),
  ])
  // Of a policy no start has read yet nothing was changed.
  await live(data)
  expect((await runWith(['verify', '--config', config])).code).toBe(0)
})
