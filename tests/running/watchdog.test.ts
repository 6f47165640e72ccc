/** PR-82, FT-62: whoever hangs is found, said once, and no longer hidden from systemd. Real parts, blocked for real. */

import { expect, onTestFinished, test } from 'vitest'
import { Fault } from '../../src/core/faults.ts'
import { createProgress, type PartKind } from '../../src/core/progress.ts'
import { seededRandom } from '../../src/core/random.ts'
import { MINUTE, SECOND } from '../../src/core/time.ts'
import { createLine } from '../../src/line/line.ts'
import type { Transport } from '../../src/line/transport.ts'
import { createDispatcher } from '../../src/publish/dispatcher.ts'
import type { Delivery, Sink } from '../../src/publish/sink.ts'
import type { Supervisor } from '../../src/running/systemd.ts'
import { createWatchdog } from '../../src/running/watchdog.ts'
import { toyDriver } from '../line/toy-driver.ts'
import { arrayStore, listLog } from '../publish/changes.ts'
import { type VirtualClock, virtualClock } from '../support/virtual-clock.ts'

interface Watched {
  readonly clock: VirtualClock
  readonly progress: ReturnType<typeof createProgress>
  readonly log: ReturnType<typeof listLog>
  readonly watchdog: ReturnType<typeof createWatchdog>
  readonly broken: readonly unknown[]
  /** WATCHDOG=1 told while this time passes. */
  toldIn(ms: number): Promise<number>
}

function watched(touch: () => Promise<void> = async () => undefined): Watched {
  const clock = virtualClock()
  const progress = createProgress(clock)
  const log = listLog()
  let told = 0
  const supervisor: Supervisor = {
    watchdogMs: 60 * SECOND,
    async tell() {
      told += 1
    },
  }
  const broken: unknown[] = []
  const parts = { progress, store: { touch }, supervisor, clock, log }
  const watchdog = createWatchdog({ ...parts, broken: error => void broken.push(error) })
  onTestFinished(() => watchdog.stop())
  return {
    clock,
    progress,
    log,
    watchdog,
    broken,
    async toldIn(ms) {
      const before = told
      for (let passed = 0; passed < ms; passed += 5 * SECOND) await clock.pass(5 * SECOND)
      return told - before
    },
  }
}

const stuckParts = ({ watchdog }: Watched) =>
  watchdog
    .parts()
    .filter(({ stuck }) => stuck)
    .map(({ part, name }) => `${part} ${name}`.trim())

function expectSaidOnce({ log }: Watched, part: PartKind): void {
  const said = log.lines.filter(({ level }) => level === 'error')
  expect(said).toHaveLength(1)
  expect(said[0]).toMatchObject({ context: { code: 'PART_STUCK', hint: expect.stringContaining('restart') } })
  expect(said[0]?.text).toMatch(new RegExp(`^${part}.* does not advance`))
}

test('while all advance, systemd is told three times in its interval, and the store writes where nothing else does', async () => {
  let touches = 0
  const scene = watched(async () => {
    touches += 1
  })
  scene.watchdog.start()
  expect(await scene.toldIn(10 * MINUTE)).toBe(30)
  expect(touches).toBe(31)
  for (let second = 0; second < 600; second++) {
    scene.watchdog.kept()
    await scene.clock.pass(SECOND)
  }
  expect(touches).toBe(31)
  expect(scene.log.lines).toEqual([])
})

test('PR-82 a store that takes no write is found within two intervals; its recovery is said', async () => {
  let release: (() => void) | null = () => undefined
  const scene = watched(() =>
    release === null ? Promise.resolve() : new Promise(resolve => (release = resolve)),
  )
  scene.watchdog.start()
  await scene.toldIn(2 * MINUTE)
  expect(await scene.toldIn(10 * MINUTE)).toBe(0)
  expect(stuckParts(scene)).toEqual(['store'])
  expectSaidOnce(scene, 'store')
  const letGo = release as () => void
  release = null
  letGo()
  expect(await scene.toldIn(10 * MINUTE)).toBeGreaterThan(25)
  expect(stuckParts(scene)).toEqual([])
  expect(scene.log.lines.at(-1)).toMatchObject({ level: 'info', text: 'store advances again' })
})

test('PR-82 a store held by another program is stuck, a full one is not: a restart would not empty it', async () => {
  const busy = watched(() => Promise.reject(new Fault('STORE_BUSY', 'held')))
  busy.watchdog.start()
  await busy.toldIn(2 * MINUTE)
  expect(await busy.toldIn(5 * MINUTE)).toBe(0)
  const full = watched(() => Promise.reject(new Fault('STORE_FULL', 'no room')))
  full.watchdog.start()
  await full.toldIn(2 * MINUTE)
  expect(await full.toldIn(5 * MINUTE)).toBe(15)
})

test('PR-03 a store that fails while nothing is read ends the daemon all the same', async () => {
  const failed = new Fault('STORE_FAILED', 'the disk is gone')
  const scene = watched(() => Promise.reject(failed))
  scene.watchdog.start()
  await scene.toldIn(5 * SECOND)
  expect(scene.broken).toEqual([failed])
})

function lineOver(scene: Watched, change: Partial<Transport>) {
  const transport = {
    open: async () => undefined,
    write: () => undefined,
    close: async () => undefined,
    ...change,
  }
  return createLine({
    id: 'l1',
    url: { kind: 'tcp', host: '127.0.0.1', port: 1 },
    transport,
    claim: async () => async () => undefined,
    replyWithinMs: SECOND,
    inFlight: 1,
    clock: scene.clock,
    random: seededRandom(1),
    log: scene.log,
    newBeat: () => scene.progress.beatOf('line', 'l1'),
  })
}

test('PR-82 a link whose port never opens, or never closes, hangs; one that is refused for hours does not', async () => {
  for (const hanging of [
    { open: () => new Promise<void>(() => undefined) },
    { open: () => Promise.reject(new Error('gone')), close: () => new Promise<void>(() => undefined) },
  ]) {
    const scene = watched()
    lineOver(scene, hanging).start()
    scene.watchdog.start()
    await scene.toldIn(3 * MINUTE)
    expect(await scene.toldIn(5 * MINUTE)).toBe(0)
    expect(stuckParts(scene)).toEqual(['line l1'])
  }
  const refused = watched()
  lineOver(refused, { open: () => Promise.reject(new Fault('LINE_UNREACHABLE', 'nothing listens')) }).start()
  refused.watchdog.start()
  expect(await refused.toldIn(60 * MINUTE)).toBe(180)
  expect(stuckParts(refused)).toEqual([])
})

test('PR-82 a line without work and one with silent meters advance; one whose conversation never ends does not', async () => {
  const scene = watched()
  const line = lineOver(scene, {})
  line.start()
  scene.watchdog.start()
  expect(await scene.toldIn(60 * MINUTE)).toBe(180)
  const retries = { silent: 0, silentOnceAnswered: 0, damaged: 0 }
  const driver = toyDriver()
  const ask = (times: number) => {
    function* conversation() {
      for (let asked = 0; asked < times; asked++)
        yield { bytes: Uint8Array.of(1), safeToRepeat: true, whyNot: () => null }
      return { reads: [], refusals: [], refused: [] }
    }
    return line.converse({ driver, conversation: conversation() as never, priority: 3, meter: 'm1', retries })
  }
  const silent = ask(50)
  expect(await scene.toldIn(10 * MINUTE)).toBe(30)
  await silent
  // The quarantine after a silence never ends: as if its timer were lost.
  const { sleep } = scene.clock
  scene.clock.sleep = () => new Promise(() => undefined)
  void ask(1)
  await scene.toldIn(6 * MINUTE)
  scene.clock.sleep = sleep
  expect(await scene.toldIn(5 * MINUTE)).toBe(0)
  expect(stuckParts(scene)).toEqual(['line l1'])
  expectSaidOnce(scene, 'line')
})

test('PR-82 a sink that waits for news or for its server advances; one whose delivery hangs does not', async () => {
  const scene = watched()
  const store = arrayStore(0)
  let answer: () => Promise<Delivery> = async () => ({
    accepted: [],
    rejected: [],
    fault: { code: 'SINK_UNREACHABLE', text: 'down' },
  })
  const sink: Sink = {
    name: 'mqtt',
    batch: { most: 100, lingerMs: 0 },
    start: async () => undefined,
    deliver: () => answer(),
    stop: async () => undefined,
  }
  const { clock, log, progress } = scene
  const beat = progress.beatOf('sink', 'mqtt')
  const dispatcher = createDispatcher({ sink, store, clock, random: seededRandom(1), log, beat })
  await dispatcher.start()
  scene.watchdog.start()
  expect(await scene.toldIn(30 * MINUTE)).toBe(90)
  store.changes.push(...arrayStore(5).changes)
  dispatcher.wake(5)
  expect(await scene.toldIn(30 * MINUTE)).toBe(90)
  answer = () => new Promise(() => undefined)
  await scene.toldIn(25 * MINUTE)
  expect(await scene.toldIn(5 * MINUTE)).toBe(0)
  expect(stuckParts(scene)).toEqual(['sink mqtt'])
  expectSaidOnce(scene, 'sink')
})

test('a machine that was asleep makes everybody late once, and nobody stuck', async () => {
  const scene = watched()
  const beat = scene.progress.beatOf('scheduler', 'l1')
  scene.watchdog.start()
  beat(10 * SECOND)
  await scene.clock.pass(25 * SECOND)
  beat(10 * MINUTE)
  await scene.clock.pass(60 * SECOND)
  expect(scene.log.lines).toEqual([])
})
