/**
 * The disk of a polling, publishing daemon has no byte left: taken by somebody else, or by its own readings while the
 * servers are away. It neither ends nor forgets, says so, and goes on by itself when there is room.
 */

import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import { allReadings, type ShownReading } from '../support/all-readings.ts'
import { type TestDaemon, testDaemon, until } from '../support/daemon.ts'
import { HOUSES, PANEL, type Played, play } from '../support/meters.ts'
import { type Mosquitto, startMosquitto } from '../support/mosquitto.ts'
import { requireService } from '../support/services.ts'
import { type Seen, startWitness, type Witness } from '../support/witness.ts'
import { expectNothingDoubled, quiet, wrongIn } from './judge.ts'
import { whyNotMounted } from './mounts.ts'
import { report } from './report.ts'

/** How often the disk is filled and freed; more by `METERD_FILLS`. */
const FILLS = Number(process.env['METERD_FILLS'] ?? 1)
const DISK_MB = 64
/** A disk its own readings fill within minutes; without it that is left to `npm run prove -- disk`. */
const OWN_DISK_MB = process.env['METERD_OWN_DISK_MB']
const FULL_FOR_MS = 4_000
/** Stages in which readings nobody has had are given up, or not taken. */
const OWED_GIVEN = /^(shedding owed|billing only|closed)$/

const mosquitto = requireService('mosquitto')

const BUSES = [HOUSES, PANEL].flatMap(bus =>
  bus.addresses.map(address => ({ ...bus, id: `${bus.id}${address}`, addresses: [address], every: '1s' })),
)

const undo: (() => unknown)[] = []
afterEach(async () => {
  for (const one of undo.splice(0).reverse()) await one()
})

interface Scene {
  readonly played: Played
  readonly broker: Mosquitto
  readonly witness: Witness
  readonly daemon: TestDaemon
  readonly disk: string
  readonly meters: readonly string[]
}

const whyNot = whyNotMounted(['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs'])

async function scene(diskMb: number): Promise<Scene> {
  const disk = mkdtempSync(join(tmpdir(), 'meterd-disk-'))
  undo.push(() => rmSync(disk, { recursive: true, force: true }))
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${diskMb}m`, 'tmpfs', disk])
  undo.push(() => execFileSync('umount', ['-l', disk]))
  const data = join(disk, 'data')
  mkdirSync(data, { mode: 0o700 })
  const played = await play(BUSES)
  undo.push(() => played.simulator.stop())
  // Of a backlog sent at once Mosquitto would keep a thousand messages for a slow consumer, and drop the rest.
  const broker = await startMosquitto({ persistence: true, settings: ['max_queued_messages 0'] })
  undo.push(() => broker.dispose())
  const witness = await startWitness(broker.url)
  undo.push(() => witness.end())
  const daemon = await testDaemon({
    lines: played.lines,
    meters: played.meters,
    data,
    mqtt: { url: broker.url },
  })
  undo.push(() => daemon.dispose())
  return { played, broker, witness, daemon, disk, meters: played.meters.map(({ id }) => id) }
}

/** Takes all room there is. */
function fill(disk: string, name: string): void {
  const count = Math.ceil(freeKb(disk) / 4) + 64
  spawnSync('dd', ['if=/dev/zero', `of=${join(disk, name)}`, 'bs=4k', `count=${count}`], { stdio: 'ignore' })
}

function freeKb(disk: string): number {
  const { bavail, bsize } = statfsSync(disk)
  return (bavail * bsize) / 1_024
}

interface Readiness {
  readonly status: string
  readonly why: readonly {
    readonly part: string
    readonly name: string | null
    readonly code: string
    readonly hint: string
  }[]
}

const storeTrouble = async ({ api }: TestDaemon) => {
  const { why } = (await (await fetch(`${api}/readyz`)).json()) as Readiness
  return why.find(({ part }) => part === 'store') ?? null
}

describe.skipIf(mosquitto.missing || whyNot !== null)(
  `a disk without room${mosquitto.note}${whyNot === null ? '' : ` (${whyNot})`}`,
  () => {
    test(`PR-01 PR-20 filled by another ${FILLS} times: the daemon lives, tells, loses nothing and goes on by itself`, {
      timeout: 120_000 + FILLS * 60_000,
    }, async () => {
      const { daemon, disk, meters, played, witness } = await scene(DISK_MB)
      await daemon.start()
      for (let round = 0; round < FILLS; round++) {
        const kept = (await allReadings(daemon, meters)).size
        await until(async () => (await allReadings(daemon, meters)).size > kept + 100)
        fill(disk, 'filler')
        await until(async () => (await storeTrouble(daemon)) !== null)
        // What the store had kept back for this is free again, and is taken as well.
        fill(disk, 'filler of the ballast')
        expect(freeKb(disk)).toBeLessThan(64)
        // Told of a write refused until one is kept, and of the room once a second: in between there may be neither.
        let trouble: Awaited<ReturnType<typeof storeTrouble>> = null
        await until(async () => {
          trouble = await storeTrouble(daemon)
          return trouble !== null
        })
        expect(trouble).toMatchObject({
          code: expect.stringMatching(/^STORE_F(ULL|ILLING)$/),
          hint: expect.stringMatching(/./),
        })
        const before = await allReadings(daemon, meters)
        await sleep(FULL_FOR_MS)
        expect((await fetch(`${daemon.api}/healthz`)).ok).toBe(true)
        expectStillThere(before, await allReadings(daemon, meters))
        rmSync(join(disk, 'filler'))
        rmSync(join(disk, 'filler of the ballast'))
        await until(async () => (await allReadings(daemon, meters)).size > before.size + 100)
        await until(async () => (await storeTrouble(daemon)) === null)
      }
      await played.simulator.stop()
      const held = await quiet(daemon, meters)
      const heard = await heardAll(held, witness)
      const given = heard.filter(({ id }) => !held.has(id))
      expect(given.filter(({ kind }) => kind === 'freeze')).toEqual([])
      expect(given.length).toBeLessThanOrEqual(await givenUp(daemon))
      expectOldestGone(held, given)
      expectNothingDoubled(held)
      expect(wrongIn(held.values(), played.simulator.truth, BUSES)).toEqual([])
      report('disk filled by another', {
        fills: FILLS,
        readings: heard.length,
        'given up once delivered': given.length,
        'lost, doubled, wrong': 0,
      })
      expect((await daemon.stop()).code).toBe(0)
    })

    test.skipIf(OWN_DISK_MB === undefined)(
      'PR-01 PR-10 PR-20 filled by its own readings while the servers are away: it goes on once they are back (in npm run prove -- disk)',
      { timeout: 1_200_000 },
      async () => {
        const { daemon, meters, played, witness, broker } = await scene(Number(OWN_DISK_MB))
        await daemon.start()
        await until(async () => (await allReadings(daemon, meters)).size > 200)
        await broker.stop()
        const seen = new Map<string, ShownReading>()
        const look = async () => {
          for (const [id, reading] of await allReadings(daemon, meters)) seen.set(id, reading)
        }
        await until(async () => {
          await look()
          return daemon.output().includes('before they are delivered')
        }, 900_000)
        await sleep(FULL_FOR_MS)
        await look()
        expect((await fetch(`${daemon.api}/healthz`)).ok).toBe(true)
        await broker.start()
        const before = seen.size
        await until(async () => {
          await look()
          return seen.size > before + 100
        }, 60_000)
        // Its own readings keep it from being ample; nothing that is owed is given up any more.
        await until(async () => {
          const trouble = await storeTrouble(daemon)
          return (
            trouble === null || (trouble.code === 'STORE_FILLING' && !OWED_GIVEN.test(trouble.name ?? ''))
          )
        }, 120_000)
        await played.simulator.stop()
        const held = await quiet(daemon, meters)
        await until(() => witness.testify().holes.length === 0)
        const { byId, contradictions, shed } = witness.testify()
        expect(contradictions).toEqual([])
        const lost = [...seen.values()].filter(
          ({ id, quality }) => quality !== 'quarantined' && !byId.has(id),
        )
        report('disk filled by its own readings', { readings: seen.size, shed, 'not announced': lost.length })
        expect(lost.length).toBeLessThanOrEqual(shed)
        expect(lost.filter(({ kind }) => kind === 'freeze')).toEqual([])
        expect(wrongIn(held.values(), played.simulator.truth, BUSES)).toEqual([])
        expectNothingDoubled(held)
      },
    )
  },
)

/** What the consumer heard: every number, no two of one, and all that is held, as it is held. */
async function heardAll(held: ReadonlyMap<string, ShownReading>, witness: Witness): Promise<readonly Seen[]> {
  const announced = [...held.values()].filter(({ quality }) => quality !== 'quarantined')
  await until(() => announced.every(({ id }) => witness.testify().byId.has(id)))
  const { byId, contradictions, holes } = witness.testify()
  expect({ contradictions, holes }).toEqual({ contradictions: [], holes: [] })
  expect(announced.filter(({ id, value }) => byId.get(id)?.value !== value)).toEqual([])
  return [...byId.values()]
}

/** By the daemon's own count. */
async function givenUp(daemon: TestDaemon): Promise<number> {
  const metrics = await (await daemon.get('/metrics')).text()
  return [...metrics.matchAll(/^meterd_store_shed_total\{[^}]*\} (\d+)$/gm)].reduce(
    (sum, [, count]) => sum + Number(count),
    0,
  )
}

/** Of each register what is held is newer than what was given up. */
function expectOldestGone(held: ReadonlyMap<string, ShownReading>, given: readonly Seen[]): void {
  const register = ({ meter, obis, kind }: Pick<Seen, 'meter' | 'obis' | 'kind'>) =>
    `${meter} ${obis} ${kind}`
  const newest = new Map<string, number>()
  for (const seen of given)
    newest.set(register(seen), Math.max(newest.get(register(seen)) ?? 0, Date.parse(seen.readAt)))
  const older = [...held.values()].filter(
    reading => Date.parse(reading.readAt) < (newest.get(register(reading)) ?? 0),
  )
  expect(older).toEqual([])
}

function expectStillThere(
  before: ReadonlyMap<string, ShownReading>,
  now: ReadonlyMap<string, ShownReading>,
): void {
  expect([...before.values()].filter(({ id, value }) => now.get(id)?.value !== value)).toEqual([])
}
