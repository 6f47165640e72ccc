/** A store that is damaged while nobody is there: put aside, rescued, and reading goes on in the same process. */

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, expect, test } from 'vitest'
import { systemClock } from '../../src/core/clock.ts'
import { silentLog } from '../../src/core/log.ts'
import { HOUR } from '../../src/core/time.ts'
import { openStore } from '../../src/store/thread.ts'
import { roundOf } from '../store/rounds.ts'
import { allReadings } from '../support/all-readings.ts'
import { runMeterd, testDaemon, until } from '../support/daemon.ts'
import { destroyPages } from '../support/destroyed-pages.ts'
import { FEEDERS, play } from '../support/meters.ts'

let undo: (() => unknown)[] = []
afterEach(async () => {
  for (const one of undo.reverse()) await one()
  undo = []
})

/** Of long ago, so that neither polls nor house-keeping come near its middle. */
async function fillHours(data: string, hours: number): Promise<void> {
  const store = await openStore(data, systemClock, silentLog)
  const from = Math.floor(Date.now() / HOUR) * HOUR - 2 * hours * HOUR
  const rounds = Array.from({ length: hours }, (_, hour) => roundOf('m1', { slot: from + hour * HOUR }))
  await Promise.all(rounds.map(round => store.accept(round)))
  await store.close()
}

/** One page of readings, from the middle of the table. */
function destroyMiddle(file: string): void {
  const database = new DatabaseSync(file)
  const leaves = database
    .prepare("SELECT pageno FROM dbstat WHERE name = 'reading' AND pagetype = 'leaf' ORDER BY path")
    .all()
  database.close()
  const bytes = readFileSync(file)
  const page = Number(leaves[leaves.length >> 1]?.['pageno'])
  writeFileSync(file, bytes.fill(0xa5, (page - 1) * 4_096, page * 4_096))
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
  destroyPages(join(data, 'meterd.db'), 'latest')
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

test('PR-07 damage that only a page of history meets with is rescued as well, and the page is made again', {
  timeout: 120_000,
}, async () => {
  const daemon = await testDaemon({
    lines: [{ id: 'nobody', url: 'tcp://127.0.0.1:1' }],
    meters: [{ id: 'm1', line: 'nobody', address: '000000000001', profile: 'dlt645-2007-single-phase' }],
  })
  undo.push(() => daemon.dispose())
  const data = join(daemon.folder, 'data')
  await fillHours(data, 6_000)
  destroyMiddle(join(data, 'meterd.db'))
  await daemon.start()
  expect(daemon.output()).not.toContain('starts again')
  const pages = () => allReadings(daemon, ['m1'])
  await expect(pages()).rejects.toThrow('STORE_UNREADABLE')
  await until(() => daemon.output().includes('meterd starts again'))
  await until(async () => (await pages().catch(() => new Map())).size > 5_900)
  expect(readdirSync(join(data, 'damaged'))).toHaveLength(1)
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
