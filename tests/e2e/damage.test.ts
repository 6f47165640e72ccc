/** A store that is damaged while nobody is there: put aside, rescued, and reading goes on in the same process. */

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, expect, test } from 'vitest'
import { allReadings } from '../support/all-readings.ts'
import { runMeterd, testDaemon, until } from '../support/daemon.ts'
import { FEEDERS, play } from '../support/meters.ts'

let undo: (() => unknown)[] = []
afterEach(async () => {
  for (const one of undo.reverse()) await one()
  undo = []
})

/** Destroys the pages of a table, which the daemon meets with only when it asks for a row of it. */
function destroy(file: string, table: string): void {
  const database = new DatabaseSync(file)
  const pages = database.prepare('SELECT pageno FROM dbstat WHERE name = ?').all(table)
  database.close()
  const bytes = readFileSync(file)
  for (const { pageno } of pages) bytes.fill(0xa5, (Number(pageno) - 1) * 4_096, Number(pageno) * 4_096)
  writeFileSync(file, bytes)
  expect(pages.length).toBeGreaterThan(0)
}

test('PR-07 damage met with after the opening is rescued without a new process; an alarm stands until acknowledged', {
  timeout: 120_000,
}, async () => {
  const { simulator, lines, meters } = await play([FEEDERS])
  const daemon = await testDaemon({ lines, meters })
  undo.push(
    () => simulator.stop(),
    () => daemon.dispose(),
  )
  await daemon.start()
  await until(async () => (await allReadings(daemon, ['feeders-1'])).size > 60)
  await daemon.stop()
  const data = join(daemon.folder, 'data')
  destroy(join(data, 'meterd.db'), 'latest')
  await daemon.start()
  expect(daemon.output()).toContain('meterd starts again')
  const [folder = ''] = readdirSync(join(data, 'damaged'))
  expect(existsSync(join(data, 'damaged', folder, 'report.json'))).toBe(true)
  expect((await allReadings(daemon, ['feeders-1'])).size).toBeGreaterThan(60)
  const readiness = () => daemon.json<{ status: string; why: { code: string }[] }>('/readyz')
  expect((await readiness()).why.map(({ code }) => code)).toContain('STORE_RESCUED')
  writeFileSync(join(data, 'damaged', folder, 'acknowledged'), '')
  expect((await readiness()).why.map(({ code }) => code)).not.toContain('STORE_RESCUED')
  expect((await daemon.stop()).code).toBe(0)
})

test('PR-08 FT-54 a backup of a running daemon is restored when it has stopped, and not before', {
  timeout: 120_000,
}, async () => {
  const { simulator, lines, meters } = await play([FEEDERS])
  const daemon = await testDaemon({ lines, meters })
  undo.push(
    () => simulator.stop(),
    () => daemon.dispose(),
  )
  await daemon.start()
  await until(async () => (await allReadings(daemon, ['feeders-1'])).size > 60)
  const before = [...(await allReadings(daemon, ['feeders-1'])).keys()]
  const [file, config] = [join(daemon.folder, 'copy.db'), join(daemon.folder, 'gateway.yaml')]
  expect(await runMeterd(['backup', file, '--config', config])).toMatchObject({ code: 0 })
  const refused = await runMeterd(['restore', file, '--config', config])
  expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('STORE_OWNED') })
  await daemon.stop()
  expect(await runMeterd(['restore', file, '--config', config])).toMatchObject({ code: 0 })
  await daemon.start()
  const after = await allReadings(daemon, ['feeders-1'])
  expect(before.filter(id => !after.has(id))).toEqual([])
})
