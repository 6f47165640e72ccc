/** `meterd export`: through the daemon and without one the same bytes; a file that is whole or not there. */

import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { Readable } from 'node:stream'
import { expect, onTestFinished, test } from 'vitest'
import type { ExportManifest } from '../../src/api/page-thread/export-begun.ts'
import { type ExportSource, writeExport } from '../../src/cli/export-file.ts'
import { DAY } from '../../src/core/time.ts'
import { openStoreFile } from '../../src/store/file.ts'
import { LIMITS } from '../store/book-files.ts'
import { MIDNIGHT } from '../support/api.ts'
import { runMeterd, testDaemon } from '../support/daemon.ts'
import { register, released } from '../support/released.ts'
import { freePort } from '../support/services.ts'
import { writeBook } from '../support/written-book.ts'

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'meterd-export-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

const CHILD = join(import.meta.dirname, 'exporting-child.ts')

async function exportUntil(file: string, moment: string): Promise<string | number | null> {
  const child = spawn(process.execPath, [CHILD, file, moment], { stdio: ['ignore', 'ignore', 'ignore'] })
  const [code, signal] = await once(child, 'exit')
  return signal ?? code
}

test('D-02 a kill at any moment of an export leaves no file of its name; the next one is whole', async () => {
  const folder = newFolder()
  const file = join(folder, 'bills.csv')
  for (const moment of ['0', '1', '2', 'manifest']) {
    expect(await exportUntil(file, moment)).toBe('SIGKILL')
    expect(readdirSync(folder).filter(name => !name.endsWith('.part'))).toEqual([])
  }
  for (const moment of ['refused', 'other']) {
    expect(await exportUntil(file, moment)).toBe(1)
    expect(readdirSync(folder).filter(name => !/\.\d+\.part$/.test(name))).toEqual([])
  }
  expect(await exportUntil(file, 'never')).toBe(0)
  expect(readFileSync(file, 'utf8')).toBe('meter,value\r\nm1,1.00\r\nm2,2.00\r\n')
  // A second one replaces nothing.
  expect(await exportUntil(file, 'never')).toBe(1)
})

/** An export that comes to `text`; while its manifest is asked for, `meanwhile` happens. */
function sourceOf(text: string, meanwhile: () => unknown): ExportSource {
  const bytes = Buffer.from(text)
  return {
    parts: Readable.from([bytes]),
    async manifest() {
      await meanwhile()
      return { sha256: createHash('sha256').update(bytes).digest('hex') } as ExportManifest
    },
  }
}

test('D-02 an export follows no link and replaces nothing, also what came while it was made', async () => {
  const folder = newFolder()
  const [file, precious] = [join(folder, 'nov.csv'), join(folder, 'precious')]
  const manifest = `${file}.manifest.json`
  const refusal = { code: 'EXPORT_TARGET', message: expect.stringContaining('replaces nothing') }
  writeFileSync(precious, 'kept')
  const links = [`${manifest}.part`, `${manifest}.${process.pid}.part`, `${file}.part`]
  for (const link of links) symlinkSync(precious, link)
  for (const taken of [file, manifest]) {
    const another = () => writeFileSync(taken, 'another was quicker')
    await expect(writeExport(file, sourceOf('x', another))).rejects.toMatchObject(refusal)
    await expect(writeExport(file, sourceOf('x', another))).rejects.toMatchObject(refusal)
    expect([taken, readFileSync(taken, 'utf8')]).toEqual([taken, 'another was quicker'])
    expect(readdirSync(folder).filter(name => /csv$|json$/.test(name))).toEqual([basename(taken)])
    rmSync(taken)
  }
  symlinkSync(join(folder, 'nowhere'), file)
  await expect(
    writeExport(
      file,
      sourceOf('x', () => undefined),
    ),
  ).rejects.toMatchObject(refusal)
  rmSync(file)
  // Of two that write the same one has both names.
  await expect(
    writeExport(
      file,
      sourceOf('x', () => exportUntil(file, 'never')),
    ),
  ).rejects.toMatchObject(refusal)
  const bytes = readFileSync(file)
  expect(JSON.parse(readFileSync(manifest, 'utf8')).sha256).toBe(
    createHash('sha256').update(bytes).digest('hex'),
  )
  expect(bytes.toString()).toContain('m1,1.00')
  expect(readFileSync(precious, 'utf8')).toBe('kept')
  expect(readdirSync(folder).filter(name => name.includes(String(process.pid)))).toEqual([])
  await expect(
    writeExport(
      join(folder, 'dec.csv'),
      sourceOf('x', () => undefined),
    ),
  ).resolves.toBeDefined()
})

test('through the daemon and without one: the same bytes, with the manifest beside them', async () => {
  const daemon = await testDaemon({
    lines: [{ id: 'off', url: `tcp://127.0.0.1:${await freePort()}` }],
    meters: [{ id: 'm1', line: 'off', address: '000000000001', profile: 'dlt645-2007-single-phase' }],
  })
  onTestFinished(() => daemon.dispose())
  const data = join(daemon.folder, 'data')
  openStoreFile(data, LIMITS, () => undefined).close()
  const releases = [0, 1, 2].map(day => ({
    ...released(MIDNIGHT + day * DAY, [register('1-0:1.8.0', `${100 + day}.50`)]),
    meter: 'm1',
  }))
  writeBook(data, [{ recordedAt: MIDNIGHT + 9 * DAY, releases }])
  const config = ['--config', join(daemon.folder, 'gateway.yaml')]
  const verb = (...args: string[]) =>
    runMeterd(['export', '--format', 'billing_reads_v1', ...args, ...config])
  const [alone, through] = [join(daemon.folder, 'alone.csv'), join(daemon.folder, 'through.csv')]

  const first = await verb('--out', alone, '--json')
  expect(first.code, first.err).toBe(0)
  await daemon.start()
  const second = await verb('--out', through)
  expect(second.code, second.err).toBe(0)
  expect(second.out).toContain('3 values of 3 entries, as of number 3 of the book')
  const bytes = readFileSync(alone)
  expect(readFileSync(through)).toEqual(bytes)
  const manifest = JSON.parse(readFileSync(`${through}.manifest.json`, 'utf8'))
  expect(JSON.parse(first.out)).toEqual({ file: alone, ...manifest })
  expect(manifest).toMatchObject({
    sha256: createHash('sha256').update(bytes).digest('hex'),
    totals: [{ obis: '1-0:1.8.0', unit: 'kWh', count: 3, sum: '304.50', quantity: '2.00' }],
  })
  const shown = await verb('--from', '2026-11-21', '--through', '3')
  expect([shown.code, shown.out.split('\r\n').length]).toEqual([0, 4])
  for (const [args, code, words] of [
    [['--out', through], 1, 'an export replaces nothing'],
    [['--out', join(daemon.folder, 'none', 'x.csv')], 1, 'EXPORT_TARGET'],
    [['--through', '4'], 1, 'the newest number of the book is 3'],
    [['--from', 'soon'], 1, 'query.from'],
    [['--json'], 2, 'give --out FILE'],
  ] as const) {
    const answer = await verb(...args)
    expect([answer.code, answer.err]).toEqual([code, expect.stringContaining(words)])
  }
  expect(await runMeterd(['export', '--format', 'xls', ...config])).toMatchObject({
    code: 2,
    err: expect.stringContaining('say which format'),
  })
  expect(readdirSync(daemon.folder).filter(name => name.endsWith('.part'))).toEqual([])
})
