/**
 * The wall clock of a running daemon jumps. The meters and the judge keep the right time: what the daemon stamped with
 * a wrong one must not stand as good, nothing is lost or doubled, and polling goes on.
 */

import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import { seededRandom } from '../../src/core/random.ts'
import { DAY, HOUR, MINUTE, SECOND, slotOf } from '../../src/core/time.ts'
import { allReadings, type ShownReading } from '../support/all-readings.ts'
import { type TestDaemon, testDaemon, until } from '../support/daemon.ts'
import { type FakeTime, fakeTime } from '../support/fake-time.ts'
import { HOUSES, PANEL, type Played, play } from '../support/meters.ts'
import { startMosquitto } from '../support/mosquitto.ts'
import { requireService } from '../support/services.ts'
import { type Seen, startWitness, type Witness } from '../support/witness.ts'
import { expectNothingDoubled, expectNothingLost, expectSameHeard, quiet, wrongIn } from './judge.ts'
import { report } from './report.ts'

/** Random jumps besides the listed ones, and boots with more wrong clocks, by `METERD_JUMPS`. */
const JUMPS = Number(process.env['METERD_JUMPS'] ?? 0)
const SEED = Number(process.env['METERD_SEED'] ?? 1)
const PHASE_MS = JUMPS > 0 ? 2_500 : 1_200
/** A minute is what a clock may be set by without a word about readings, then from the meter's answer to the consumer. */
const HEARD_WITHIN_MS = 80 * SECOND

const TO_1970 = () => -(Date.now() - HOUR)
const TO_2100 = () => Date.UTC(2100, 0, 1) - Date.now()

const mosquitto = requireService('mosquitto')
const faketime = requireService('faketime')

const BUSES = [HOUSES, PANEL].flatMap(bus =>
  bus.addresses
    .slice(0, 2)
    .map(address => ({ ...bus, id: `${bus.id}${address}`, addresses: [address], every: '1s' })),
)

let undo: (() => unknown)[] = []
afterEach(async () => {
  for (const one of undo.reverse()) await one()
  undo = []
})

interface Scene {
  readonly played: Played
  readonly witness: Witness
  readonly daemon: TestDaemon
  readonly time: FakeTime
  readonly meters: readonly string[]
}

async function scene(): Promise<Scene> {
  const played = await play(BUSES)
  const broker = await startMosquitto({ persistence: true })
  const witness = await startWitness(broker.url)
  const time = fakeTime()
  const daemon = await testDaemon(
    { lines: played.lines, meters: played.meters, mqtt: { url: broker.url } },
    undefined,
    time.environment,
  )
  undo = [
    () => time.dispose(),
    () => played.simulator.stop(),
    () => broker.dispose(),
    () => witness.end(),
    () => daemon.dispose(),
  ]
  return { played, witness, daemon, time, meters: played.meters.map(({ id }) => id) }
}

/** The daemon's clock is moved and stays so for a while, in which every line goes on being read. */
async function jump({ daemon, time, meters }: Scene, offMs: number, holdMs: number): Promise<void> {
  const kept = async () => (await allReadings(daemon, meters)).size
  time.set(offMs)
  const before = await kept()
  await sleep(holdMs)
  await until(async () => (await kept()) > before + meters.length * 10)
  // The fault, seen from outside: its clock says what it was told to.
  const says = Date.parse((await fetch(`${daemon.api}/healthz`)).headers.get('date') ?? '')
  expect(Math.abs(says - (Date.now() + offMs))).toBeLessThan(5 * SECOND)
}

/** Readings that stand as good although they are stamped with another time than they were heard at. */
function stampedWrong(held: Iterable<ShownReading>, seen: readonly Seen[]): string[] {
  const first = new Map<string, number>()
  for (const { id, heardAt } of seen) if (!first.has(id)) first.set(id, heardAt)
  return [...held]
    .filter(({ kind, quality }) => kind === 'poll' && quality === 'good')
    .filter(({ id, readAt }) => Math.abs(Date.parse(readAt) - (first.get(id) ?? 0)) > HEARD_WITHIN_MS)
    .map(({ id, meter, obis, readAt, quality }) => `${id} ${meter} ${obis} ${readAt} ${quality}`)
}

/** The store and the consumer hold the same, and nothing once heard is gone. */
async function expectHeard({
  daemon,
  witness,
  played,
  meters,
}: Scene): Promise<ReadonlyMap<string, ShownReading>> {
  const heard = witness.testify().seen
  await played.simulator.stop()
  const held = await quiet(daemon, meters)
  expectNothingLost(held, heard)
  await expectSameHeard(held, witness)
  return held
}

/** After all jumps, at the right time again: what is held, laid beside what was heard and what the meters showed. */
async function expectRight(all: Scene): Promise<ReadonlyMap<string, ShownReading>> {
  const { witness, played } = all
  const held = await expectHeard(all)
  expectNothingDoubled(held)
  const { seen } = witness.testify()
  expect(stampedWrong(held.values(), seen).slice(0, 10)).toEqual([])
  const good = [...held.values()].filter(({ quality }) => quality === 'good')
  expect(wrongIn(good, played.simulator.truth, BUSES).slice(0, 10)).toEqual([])
  expect(good.length).toBeGreaterThan(0)
  return held
}

interface BillingPage {
  readonly reads: readonly {
    readonly meter: string
    readonly status: string
    readonly registers: readonly { readonly obis: string; readonly value: string }[]
  }[]
}

/**
 * What would be billed for today is what the meters froze at midnight. It may be nothing: while our clock was wrong the
 * meters' clocks were measured by it, and a boundary is judged by the measurement nearest to it.
 */
async function wrongBills({ daemon, played }: Scene): Promise<string[]> {
  const today = new Date(slotOf(Date.now(), DAY, 480) + 480 * 60_000).toISOString().slice(0, 10)
  const { reads }: BillingPage = await daemon.json(`/v1/billing/reads?boundary=${today}`)
  const ready = reads.filter(({ status }) => status === 'ready')
  return wrongIn(
    ready.flatMap(({ meter, registers }) =>
      registers.map(({ obis, value }) => ({
        meter,
        obis,
        kind: 'freeze',
        value,
        readAt: `${today}T00:00:00`,
      })),
    ),
    played.simulator.truth,
    BUSES,
  )
}

describe.skipIf(mosquitto.missing || faketime.missing)(
  `the clock jumps${mosquitto.note}${faketime.note}`,
  () => {
    test('PR-30 PR-31 PR-32 an hour on, an hour back, to 1970 and to 2100: nothing wrong stands as good, and polling goes on', {
      timeout: 180_000 + JUMPS * 30_000,
    }, async () => {
      const all = await scene()
      const { daemon, witness, played } = all
      await daemon.start()
      await jump(all, 0, PHASE_MS)
      const random = seededRandom(SEED)
      const listed = [HOUR, -HOUR, TO_1970(), TO_2100()]
      const drawn = Array.from({ length: JUMPS }, () => {
        const magnitude = 3 * SECOND * 10 ** (random.fraction() * 6)
        return Math.round(random.integer(2) === 0 ? magnitude : -magnitude)
      })
      for (const off of [...listed, ...drawn]) {
        const said = daemon.output().length
        await jump(all, off, PHASE_MS)
        expect(daemon.output().slice(said)).toContain('our clock was set from')
        const why = await daemon.json<{ why: { part: string }[] }>('/readyz')
        expect(why.why.some(({ part }) => part === 'clock')).toBe(Math.abs(off) > MINUTE)
        await jump(all, 0, PHASE_MS)
      }
      expect(await wrongBills(all)).toEqual([])
      const held = await expectRight(all)
      const { seen } = witness.testify()
      const wrong = seen.filter(
        ({ kind, readAt, heardAt }) =>
          kind === 'poll' && Math.abs(Date.parse(readAt) - heardAt) > HEARD_WITHIN_MS,
      )
      // The judge has teeth: by the truth of the meters what was held apart is wrong, and would have been announced.
      const apart = [...held.values()].filter(({ quality }) => quality === 'quarantined')
      expect(wrongIn(apart, played.simulator.truth, BUSES).length).toBeGreaterThan(0)
      report('clock', {
        jumps: 2 * (listed.length + drawn.length),
        seed: SEED,
        readings: held.size,
        'held apart': apart.length,
        'heard with a wrong stamp': new Set(wrong.map(({ id }) => id)).size,
        'of them announced as good before they were doubted': wrong.filter(
          ({ quality }) => quality === 'good',
        ).length,
        'good and stamped wrong in the end': 0,
      })
    })

    test('PR-31 a box that boots with a wrong clock and is put right keeps nothing wrong as good', {
      timeout: 240_000,
    }, async () => {
      for (const off of JUMPS > 0 ? [TO_1970(), TO_2100()] : [TO_1970()]) {
        const all = await scene()
        all.time.set(off)
        await all.daemon.start()
        await jump(all, off, PHASE_MS)
        await jump(all, 0, 2 * PHASE_MS)
        await expectRight(all)
        for (const one of undo.splice(0).reverse()) await one()
      }
    })

    test.skipIf(JUMPS === 0)(
      'PR-31 killed in 2100 and started at the right time: held apart and told, nothing wrong is good (in npm run prove -- clock)',
      {
        timeout: 240_000,
      },
      async () => {
        const all = await scene()
        await all.daemon.start()
        await jump(all, 0, PHASE_MS)
        await jump(all, TO_2100(), PHASE_MS)
        expect(await all.daemon.kill()).toBe(true)
        all.time.set(0)
        await all.daemon.start()
        await jump(all, 0, PHASE_MS)
        const { why } = await all.daemon.json<{ why: { part: string }[] }>('/readyz')
        expect(why.map(({ part }) => part)).not.toContain('clock')
        const held = [...(await allReadings(all.daemon, all.meters)).values()]
        expect(held.filter(({ quality }) => quality === 'quarantined').length).toBeGreaterThan(0)
        expectNothingDoubled(await expectHeard(all))
      },
    )
  },
)
