/**
 * The power goes under the whole daemon, polling and publishing. What a consumer had heard must be there when the disk
 * is mounted again and the daemon started: it opens its store by itself and goes on.
 *
 * On the disk that loses its cache: a file system shut down under an fsync may let it succeed (power/disks.ts), and here
 * somebody would have heard of it.
 */

import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import { seededRandom } from '../../src/core/random.ts'
import { testDaemon, until } from '../support/daemon.ts'
import { HOUSES, PANEL, play } from '../support/meters.ts'
import { startMosquitto } from '../support/mosquitto.ts'
import { requireService } from '../support/services.ts'
import { startWitness } from '../support/witness.ts'
import { expectNothingDoubled, expectNothingLost, expectSameHeard, quiet, wrongIn } from './judge.ts'
import { cutDisk, whyNot } from './power/disks.ts'
import { report } from './report.ts'

/** Cuts of each rig; more by `METERD_DAEMON_CUTS`. */
const CUTS = Number(process.env['METERD_DAEMON_CUTS'] ?? 1)
const SEED = Number(process.env['METERD_SEED'] ?? 1)
const mosquitto = requireService('mosquitto')

const BUSES = [HOUSES, PANEL].flatMap(bus =>
  bus.addresses.map(address => ({ ...bus, id: `${bus.id}${address}`, addresses: [address], every: '1s' })),
)

const undo: (() => unknown)[] = []
afterEach(async () => {
  for (const one of undo.splice(0).reverse()) await one()
})

const why = whyNot('volatile')
describe.skipIf(mosquitto.missing || why !== null)(
  `the daemon on a disk that loses power${mosquitto.note}${why === null ? '' : ` (${why})`}`,
  () => {
    test(`PR-01 PR-03 PR-10 PR-84 ${CUTS} cuts lose and double nothing that was heard of`, {
      timeout: 120_000 + CUTS * 60_000,
    }, async () => {
      const disk = await cutDisk('volatile', SEED)
      undo.push(() => disk.dispose())
      const played = await play(BUSES)
      undo.push(() => played.simulator.stop())
      const broker = await startMosquitto({ persistence: true })
      undo.push(() => broker.dispose())
      const witness = await startWitness(broker.url)
      undo.push(() => witness.end())
      const data = join(disk.directory, 'data')
      const mqtt = { url: broker.url }
      const daemon = await testDaemon({ lines: played.lines, meters: played.meters, data, mqtt })
      undo.push(() => daemon.dispose())
      const random = seededRandom(SEED)
      for (let cut = 1; cut <= CUTS; cut++) {
        const heard = witness.heard
        await daemon.start()
        await until(() => witness.heard > heard + 10)
        await sleep(random.integer(1_500))
        const { trace } = await disk.cut()
        expect(trace).toMatch(/"unflushed":[1-9]/)
        await sleep(50)
        // It may have noticed and ended by itself, which is as good.
        await daemon.kill()
        await disk.mountAgain()
      }
      const heard = witness.testify().seen
      await daemon.start()
      await sleep(1_500)
      await played.simulator.stop()
      const held = await quiet(
        daemon,
        played.meters.map(({ id }) => id),
      )
      expectNothingLost(held, heard)
      expectNothingDoubled(held)
      await expectSameHeard(held, witness)
      expect(wrongIn(held.values(), played.simulator.truth, BUSES)).toEqual([])
      report('power under the daemon', {
        cuts: CUTS,
        seed: SEED,
        readings: held.size,
        'lost, doubled, wrong': 0,
      })
    })
  },
)
