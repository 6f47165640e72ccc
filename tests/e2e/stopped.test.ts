/** PR-34: a process that was stopped, as a hung disk or a hypervisor does it, has lost time and nothing else. */

import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import { seededRandom } from '../../src/core/random.ts'
import { type TestDaemon, testDaemon, until } from '../support/daemon.ts'
import { FEEDERS, HOUSES, PANEL, type Played, play } from '../support/meters.ts'

const STOPS = 4
const STOPPED_MS = 3_000
/** Three days' freezes of slow meters come before the first poll. */
const ALL_ANSWER_MS = 120_000

let undo: (() => unknown)[] = []
afterEach(async () => {
  for (const one of undo.reverse()) await one()
  undo = []
})

/** Slow meters, so that a question is nearly always under way. */
async function scene(): Promise<{ readonly played: Played; readonly daemon: TestDaemon }> {
  const faults = { late: 1, lateMs: 400 }
  const played = await play([HOUSES, PANEL, FEEDERS].map(bus => ({ ...bus, every: '5s', faults })))
  undo.push(() => played.simulator.stop())
  const daemon = await testDaemon({ lines: played.lines, meters: played.meters })
  undo.push(() => daemon.dispose())
  await daemon.start()
  return { played, daemon }
}

interface Status {
  readonly meters: readonly { readonly id: string; readonly lastAnswerAt: string | null }[]
}

describe('a daemon that is stopped and goes on', () => {
  test('PR-34 PR-40 takes no answer that came meanwhile, and no meter for dead', async () => {
    const { played, daemon } = await scene()
    const random = seededRandom(34)
    for (let stop = 0; stop < STOPS; stop++) {
      await sleep(1_000 + random.integer(1_500))
      daemon.tell('SIGSTOP')
      await sleep(STOPPED_MS)
      daemon.tell('SIGCONT')
    }
    const resumedAt = Date.now()
    await until(async () => {
      const { meters } = await daemon.json<Status>('/v1/meters')
      return (
        meters.length === played.meters.length &&
        meters.every(meter => Date.parse(meter.lastAnswerAt ?? '') > resumedAt)
      )
    }, ALL_ANSWER_MS)
    await daemon.stop()
    const database = new DatabaseSync(join(daemon.folder, 'data', 'meterd.db'), { readOnly: true })
    const answered = database
      .prepare("SELECT received_at - sent_at AS took FROM exchange WHERE outcome = 'answered'")
      .all()
      .map(({ took }) => Number(took))
    database.close()
    expect(answered.length).toBeGreaterThan(played.meters.length)
    expect(answered.filter(took => took >= STOPPED_MS)).toEqual([])
  }, 150_000)
})
