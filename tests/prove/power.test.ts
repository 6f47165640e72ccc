/**
 * The power goes while the store is writing. What was acknowledged is written down outside the disk that loses power;
 * after the journal's replay the store must open by itself and hold all of it, once, with its values.
 */

import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import { seededRandom } from '../../src/core/random.ts'
import { close, openIn } from '../store/data-directory.ts'
import { type Acknowledged, acknowledgedIn, expectWhole, lostOf } from '../store/whole.ts'
import { until } from '../support/daemon.ts'
import { type CutDisk, cutDisk, type Rig, whyNot } from './power/disks.ts'
import { report } from './report.ts'

/** Cuts of each rig; more by `METERD_CUTS`. */
const CUTS = Number(process.env['METERD_CUTS'] ?? 2)
const SEED = Number(process.env['METERD_SEED'] ?? 1)
/** Rounds acknowledged before a cut. */
const LEAST = 20
/** A store that does not sync loses something in most cuts. */
const CUTS_UNTIL_LOSS = 12

const RIGS: readonly { readonly rig: Rig; readonly what: string; readonly shows: RegExp }[] = [
  { rig: 'ext4', what: 'an ext4 that forgets what was not synced', shows: /^EIO$/ },
  { rig: 'xfs', what: 'an xfs that forgets what was not synced', shows: /^EIO$/ },
  {
    rig: 'volatile',
    what: 'a disk that loses half of its cache, sector by sector',
    shows: /"unflushed":[1-9]/,
  },
]

let open: CutDisk[] = []
let writer: ChildProcess | null = null
afterEach(async () => {
  writer?.kill('SIGKILL')
  for (const disk of open) await disk.dispose()
  open = []
})

interface Life {
  /** Acknowledged before the power went. */
  readonly told: readonly Acknowledged[]
  /** Acknowledged while it went, to nobody who could have heard it. */
  readonly tooLate: number
  readonly trace: string
}

/** A store accepts rounds on the disk until the power goes, `afterMs` after its first acknowledgements. */
async function liveUntilCut(disk: CutDisk, life: number, afterMs: number, preload: string[]): Promise<Life> {
  const child = spawn(
    process.execPath,
    [...preload, join(import.meta.dirname, '..', 'store', 'accepting-child.ts'), disk.directory, `${life}`],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  )
  writer = child
  let text = ''
  child.stdout.on('data', (part: Buffer) => (text += part.toString()))
  const over = new Promise(resolve => child.once('close', resolve))
  await until(() => acknowledgedIn(text).length >= LEAST || child.exitCode !== null)
  await sleep(afterMs)
  expect(child.exitCode, 'the store must be writing when the power goes').toBeNull()
  const { trace, owesUntil } = await disk.cut()
  // No computer outlives its power for long.
  await sleep(50)
  child.kill('SIGKILL')
  await over
  await disk.mountAgain()
  const all = acknowledgedIn(text)
  const told = all.filter(({ at }) => at <= owesUntil)
  return { told, tooLate: all.length - told.length, trace }
}

/** Opens the store as a start does, and answers what it has lost of what it had acknowledged. */
async function lossOf(disk: CutDisk, told: readonly Acknowledged[]): Promise<readonly string[]> {
  const store = await openIn(disk.directory)
  const lost = await lostOf(store, told)
  expect((await store.sizes()).damaged).toBe(0)
  await close(store)
  expectWhole(disk.directory)
  return lost
}

for (const { rig, what, shows } of RIGS) {
  const why = whyNot(rig)
  describe.skipIf(why !== null)(`${what}${why === null ? '' : ` (${why})`}`, () => {
    test(`PR-01 PR-10 PR-84 ${CUTS} power cuts lose and double nothing that was acknowledged`, {
      timeout: 60_000 + CUTS * 30_000,
    }, async () => {
      const disk = await cutDisk(rig, SEED)
      open.push(disk)
      const random = seededRandom(SEED)
      const told: Acknowledged[] = []
      const traces: string[] = []
      let late = 0
      for (let life = 1; life <= CUTS; life++) {
        const { told: now, tooLate, trace } = await liveUntilCut(disk, life, 50 + random.integer(700), [])
        expect(trace).toMatch(shows)
        traces.push(trace)
        late += tooLate
        told.push(...now)
        expect(await lossOf(disk, now)).toEqual([])
      }
      expect(told.length).toBeGreaterThanOrEqual(CUTS * LEAST)
      expect(await lossOf(disk, told)).toEqual([])
      report(`power ${rig}`, {
        cuts: CUTS,
        seed: SEED,
        'rounds acknowledged': told.length,
        'while it went': late,
        'readings lost': 0,
        'last trace': traces.at(-1) ?? '',
      })
    })
  })
}

const why = whyNot('ext4')
describe.skipIf(why !== null)(`a store that does not sync${why === null ? '' : ` (${why})`}`, () => {
  test('PR-01 is caught by the same rig: it loses what it had acknowledged', {
    timeout: 60_000 + CUTS_UNTIL_LOSS * 10_000,
  }, async () => {
    const preload = ['--import', join(import.meta.dirname, 'power', 'normal-sync.ts')]
    const random = seededRandom(SEED)
    let lost = 0
    let cuts = 0
    while (lost === 0 && cuts < CUTS_UNTIL_LOSS) {
      const disk = await cutDisk('ext4', SEED)
      open.push(disk)
      cuts += 1
      const { told } = await liveUntilCut(disk, cuts, 50 + random.integer(700), preload)
      const store = await openIn(disk.directory)
      lost = (await lostOf(store, told)).length
      await close(store)
    }
    report('power without sync', { 'cuts until a loss': cuts, 'readings lost': lost })
    expect(lost).toBeGreaterThan(0)
  })
})
