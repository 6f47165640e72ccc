/**
 * The daemon is killed at random moments, also while it starts, with both sinks live; and the store at each system call
 * of a commit. What anybody was told must be there afterwards, once, and be what the meters showed.
 */

import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import { seededRandom } from '../../src/core/random.ts'
import { close, newDirectory, openIn } from '../store/data-directory.ts'
import { type Acknowledged, acknowledgedIn, expectWhole, lostOf } from '../store/whole.ts'
import { testDaemon } from '../support/daemon.ts'
import { startInflux } from '../support/influx.ts'
import { HOUSES, PANEL, play, WORKSHOP } from '../support/meters.ts'
import { startMosquitto } from '../support/mosquitto.ts'
import { requireService } from '../support/services.ts'
import { startWitness } from '../support/witness.ts'
import {
  expectNothingDoubled,
  expectNothingLost,
  expectSameHeard,
  expectSamePoints,
  quiet,
  wrongIn,
} from './judge.ts'
import { report } from './report.ts'

/** Kills of the daemon; more by `METERD_CRASHES`. */
const CRASHES = Number(process.env['METERD_CRASHES'] ?? 6)
/** At so many of a store's first calls of each kind it is cut; all of them by `METERD_CALLS=200`. */
const CALLS = Number(process.env['METERD_CALLS'] ?? 2)
const SEED = Number(process.env['METERD_SEED'] ?? 1)
/** A share of the kills comes while the daemon is still starting. */
const STARTS_KILLED = 0.3
const LONGEST_LIFE_MS = 1_500
const LONGEST_START_MS = 700
const LONGEST_STANDSTILL_MS = 1_500

const mosquitto = requireService('mosquitto')
const influxd = requireService('influxd')
const strace = requireService('strace')

/** A line to each meter, so that each can be asked once a second. */
const BUSES = [HOUSES, WORKSHOP, PANEL].flatMap(bus =>
  bus.addresses.map(address => ({ ...bus, id: `${bus.id}${address}`, addresses: [address], every: '1s' })),
)
/** Calls of each kind in the first tenths of a second of a store's life, its opening among them. */
const FIRST_CALLS = { fsync: 40, pwrite64: 200 } as const

let undo: (() => unknown)[] = []
afterEach(async () => {
  for (const one of undo.reverse()) await one()
  undo = []
})

describe.skipIf(mosquitto.missing || influxd.missing)(`kill -9${mosquitto.note}${influxd.note}`, () => {
  test(`PR-01 PR-10 PR-11 PR-84 ${CRASHES} kills of a polling, publishing daemon lose and double nothing`, {
    timeout: 180_000 + CRASHES * 10_000,
  }, async () => {
    const played = await play(BUSES)
    const broker = await startMosquitto({ persistence: true })
    const influx = await startInflux()
    const witness = await startWitness(broker.url)
    const daemon = await testDaemon({
      lines: played.lines,
      meters: played.meters,
      mqtt: { url: broker.url },
      influx: { url: `http://${influx.host}:${influx.port}`, database: 'meterd' },
    })
    undo.push(
      () => played.simulator.stop(),
      () => broker.dispose(),
      () => influx.dispose(),
      () => witness.end(),
      () => daemon.dispose(),
    )
    const random = seededRandom(SEED)
    let whileStarting = 0
    let owing = 0
    let kills = 0
    while (kills < CRASHES) {
      if (random.fraction() < STARTS_KILLED) {
        const started = daemon.start().catch(() => undefined)
        await sleep(random.integer(LONGEST_START_MS))
        if (await daemon.kill()) whileStarting += 1
        await started
      } else {
        await daemon.start()
        await sleep(random.integer(LONGEST_LIFE_MS))
        // Now and then the broker is away or the database stands still, so that something is owed when the kill comes.
        const [away, still] = [random.integer(2) === 0, random.integer(2) === 0]
        if (away) await broker.stop()
        if (still) influx.pause()
        if (away || still) await sleep(random.integer(LONGEST_STANDSTILL_MS))
        expect(await daemon.kill(), daemon.output()).toBe(true)
        if (away) await broker.start()
        if (still) influx.resume()
        if (away || still) owing += 1
      }
      kills += 1
    }
    const heardBefore = witness.testify().seen
    expect(heardBefore.length).toBeGreaterThan(0)
    await daemon.start()
    await sleep(2_000)
    await played.simulator.stop()
    const meters = played.meters.map(({ id }) => id)
    const held = await quiet(daemon, meters)
    expectNothingLost(held, heardBefore)
    expectNothingDoubled(held)
    const testimony = await expectSameHeard(held, witness)
    await expectSamePoints(held, influx)
    expect(wrongIn(held.values(), played.simulator.truth, BUSES)).toEqual([])
    report('crash', {
      kills,
      seed: SEED,
      'of them while starting': whileStarting,
      'with a server away': owing,
      readings: held.size,
      'highest number': [...testimony.highest].map(([epoch, most]) => `${epoch}:${most}`).join(' '),
      'numbers heard again': testimony.repeated,
      'lost, doubled, wrong': 0,
    })
  })
})

interface Injected {
  readonly told: readonly Acknowledged[]
  /** strace's own record of what it did. */
  readonly record: string
}

/** A store whose thread is killed as it enters its `nth` call of this kind. */
async function liveUntilCall(directory: string, life: number, call: string, nth: number): Promise<Injected> {
  const folder = mkdtempSync(join(tmpdir(), 'meterd-strace-'))
  undo.push(() => rmSync(folder, { recursive: true, force: true }))
  const record = join(folder, 'record')
  const inject = [
    '-f',
    '-qq',
    '-o',
    record,
    '-e',
    `trace=${call}`,
    '-e',
    `inject=${call}:signal=KILL:when=${nth}`,
  ]
  const store = [join(import.meta.dirname, '..', 'store', 'accepting-child.ts'), directory, `${life}`]
  const child = spawn(strace.path, [...inject, process.execPath, ...store], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  undo.push(() => child.kill('SIGKILL'))
  let text = ''
  child.stdout.on('data', (part: Buffer) => (text += part.toString()))
  await new Promise(resolve => child.once('close', resolve))
  return { told: acknowledgedIn(text), record: readFileSync(record, 'utf8') }
}

describe.skipIf(strace.missing)(`kill at a system call${strace.note}`, () => {
  test(`PR-02 PR-03 PR-84 a store killed as it enters a sync or a write, ${CALLS} of each, keeps a commit whole or not at all`, {
    timeout: 60_000 + CALLS * 60_000,
  }, async () => {
    const directory = newDirectory()
    const told: Acknowledged[] = []
    let life = 0
    for (const [call, most] of Object.entries(FIRST_CALLS))
      for (let count = 1; count <= Math.min(CALLS, most); count++) {
        life += 1
        const nth = Math.ceil((count * most) / Math.min(CALLS, most))
        const { told: now, record } = await liveUntilCall(directory, life, call, nth)
        expect(record, `${call} ${nth}`).toContain('killed by SIGKILL')
        told.push(...now)
        const store = await openIn(directory)
        expect(await lostOf(store, now), `${call} ${nth}`).toEqual([])
        await close(store)
        expectWhole(directory)
      }
    const store = await openIn(directory)
    expect(await lostOf(store, told)).toEqual([])
    expect((await store.sizes()).damaged).toBe(0)
    await close(store)
    report('crash at a call', { cuts: life, 'rounds acknowledged': told.length, 'lost, doubled': 0 })
  })
})
