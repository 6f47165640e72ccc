/** One line's poller against simulated meters: what is read on demand is kept by the way polls are kept. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { Acceptance } from '../../src/acquire/gate/acceptances-held.ts'
import { type Commissioning, createCommissioning } from '../../src/acquire/gate/commissioning.ts'
import { givenFor } from '../../src/acquire/gate/given-for.ts'
import { createLastGood } from '../../src/acquire/last-good.ts'
import { createPoller, type PollerParts } from '../../src/acquire/poller.ts'
import type { MeterConfig } from '../../src/config/config.ts'
import { loadConfig } from '../../src/config/load.ts'
import { systemClock } from '../../src/core/clock.ts'
import { Fault } from '../../src/core/faults.ts'
import { silentLog } from '../../src/core/log.ts'
import { createProgress } from '../../src/core/progress.ts'
import { systemRandom } from '../../src/core/random.ts'
import { MINUTE } from '../../src/core/time.ts'
import { createLine } from '../../src/line/line.ts'
import { transportFor } from '../../src/line/transports.ts'
import type { Accepted, Round } from '../../src/store/store.ts'
import { type Bus, PANEL, play } from '../support/meters.ts'
import { quietParts, storeThat } from '../support/poller-parts.ts'

const METER = 'panel-1'

/** A poller of one simulated meter, started but never due by itself. */
async function scene(
  accept: PollerParts['store']['accept'],
  change: Partial<PollerParts> = {},
  bus: Partial<Bus> = {},
  entry: object = {},
  commissioningOf: (meters: readonly MeterConfig[]) => Commissioning | undefined = () => undefined,
) {
  const { simulator, lines, meters } = await play([{ ...PANEL, addresses: ['1'], ...bus }])
  const folder = mkdtempSync(join(tmpdir(), 'meterd-poller-'))
  const file = join(folder, 'gateway.yaml')
  const site = { offset: '+08:00', zone: 'Asia/Shanghai' }
  const unpolled = meters.map(meter => ({ ...meter, polls: [], ...entry }))
  writeFileSync(
    file,
    JSON.stringify({ version: 1, gateway: 'g', site, data: folder, lines, meters: unpolled }),
  )
  const loaded = await loadConfig(file, {})
  if ('complaints' in loaded) throw new Error(JSON.stringify(loaded.complaints))
  const { config } = loaded
  const [{ url, replyWithinMs, inFlight }] = config.lines as [(typeof config.lines)[0]]
  const machine = { clock: systemClock, log: silentLog }
  const transport = transportFor(url)
  const claim = async () => async () => undefined
  const random = systemRandom
  const line = createLine({ id: 'panel', url, replyWithinMs, inFlight, transport, claim, random, ...machine })
  const lastGood = createLastGood([], 480)
  const told: Accepted[] = []
  const broken: unknown[] = []
  const commissioning = commissioningOf(config.meters)
  const poller = createPoller({
    ...quietParts(),
    ...machine,
    ...(commissioning && { commissioning }),
    line,
    meters: config.meters,
    site: config.site,
    store: storeThat(accept),
    lastGood,
    kept: accepted => void told.push(accepted),
    broken: error => void broken.push(error),
    ...change,
  })
  line.start()
  poller.start()
  onTestFinished(async () => {
    await poller.stop()
    await simulator.stop()
    rmSync(folder, { recursive: true })
  })
  await line.opened()
  return { poller, lastGood, told, broken }
}

test('PR-82 a scheduler that does not wake for its next look is overdue, not while it sleeps', async () => {
  let ahead = 0
  const progress = createProgress({ ...systemClock, monotonic: () => systemClock.monotonic() + ahead })
  const sleep = (_ms: number, signal?: AbortSignal) =>
    new Promise<void>(resolve => signal?.addEventListener('abort', () => resolve()))
  const neverWakes = { ...systemClock, sleep }
  const newBeat = () => progress.beatOf('scheduler', 'panel')
  const { poller } = await scene(async () => KEPT, { clock: neverWakes, newBeat })
  await poller.readNow(METER)
  expect(progress.parts()).toMatchObject([{ part: 'scheduler', name: 'panel', overdue: false }])
  ahead = MINUTE
  expect(progress.parts()).toMatchObject([{ overdue: true }])
})

const KEPT: Accepted = { stored: 1, duplicates: 0, conflicts: 0, refused: 0, lastSequence: 1 }

test('a reading on demand is the baseline of the next poll, and sinks are told of it', async () => {
  const rounds: Round[] = []
  const { poller, lastGood, told, broken } = await scene(async round => {
    rounds.push(round)
    return KEPT
  })
  const { readings } = await poller.readNow(METER)
  expect(rounds).toHaveLength(1)
  expect(told).toEqual([KEPT])
  expect(broken).toEqual([])
  const [good] = readings.filter(({ quality }) => quality === 'good')
  expect(good && lastGood.of(good)).toEqual({ value: good?.value, readAt: good?.readAt })
})

test('PR-03 a store that fails while reading on demand ends the daemon, as it does while polling', async () => {
  const failed = new Fault('STORE_FAILED', 'the disk is gone')
  const { poller, lastGood, told, broken } = await scene(() => Promise.reject(failed))
  await expect(poller.readNow(METER)).rejects.toBe(failed)
  expect(broken).toEqual([failed])
  expect(told).toEqual([])
  expect(lastGood.of({ meter: METER, obis: '1-0:1.8.0', kind: 'poll' })).toBe(null)
})

test('a full store refuses a reading on demand and nothing ends', async () => {
  const full = new Fault('STORE_FULL', 'no space left')
  const { poller, broken } = await scene(() => Promise.reject(full))
  await expect(poller.readNow(METER)).rejects.toBe(full)
  expect(broken).toEqual([])
})

test.each([
  ['of another ratio is suspect', '150/5', 'suspect', /current ratio is 40, the archive 30/],
  ['of the ratio agreed on is multiplied', '200/5', 'good', /times 40, as agreed/],
])('V-R18 a meter %s', async (_, current, quality, evidence) => {
  const dtsu666 = {
    profile: 'chint-dtsu666',
    plays: 'chint-dtsu666',
    quirks: { 'current-ratio': '40' },
  } as const
  const { poller } = await scene(async () => KEPT, {}, dtsu666, { ratios: { current } })
  const { readings } = await poller.readNow(METER)
  const energy = readings.find(({ obis }) => obis === '1-0:1.8.0')
  const said = energy?.findings.find(({ rule }) => rule === 'V-R18')
  expect(energy).toMatchObject({ quality })
  expect(said?.evidence).toMatch(evidence)
  expect(readings.find(({ obis }) => obis === '1-0:14.7.0')).toMatchObject({ quality: 'good' })
})

test.each([
  ['says another number than it was accepted by', 'ident B23, serial number 1', 'quarantined'],
  ['has never said its number', 'ident B23', 'good'],
])('V-C1 a reading on demand, after a start: a meter that %s', async (_, identity, quality) => {
  const abb = { profile: 'abb-b23', plays: 'abb-b23' } as const
  const given: Acceptance[] = []
  const told: string[] = []
  const { poller } = await scene(
    async () => KEPT,
    {},
    abb,
    {},
    meters => {
      for (const meter of meters)
        given.push({
          ...{ meter: meter.id, ...givenFor(meter, 'here'), identity, serial: null, alike: [], at: 0 },
          ...{ by: 'J. Li', because: '', unproven: [], evidence: [] },
        })
      return createCommissioning({
        meters,
        lineKeyOf: () => 'here',
        held: {
          last: id => given.findLast(({ meter }) => meter === id) ?? null,
          wasInService: () => false,
          isVouchedFor: () => false,
          add: acceptance => void given.push(acceptance),
          written: async () => undefined,
        },
        judge: () => ({ fails: [], proven: new Set(), evidence: [] }),
        lastGood: createLastGood([], 480),
        clock: systemClock,
        log: { ...silentLog, warn: (_context, text) => void told.push(text) },
      })
    },
  )
  const { readings } = await poller.readNow(METER)
  expect(new Set(readings.map(one => one.quality))).toEqual(new Set([quality]))
  expect(told.join()).toMatch(quality === 'good' ? /^$/ : /another meter stands here/)
})
