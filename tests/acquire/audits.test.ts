/** A meter is asked who it is; another one in its place is held apart until it is known. Poller, line, driver and store. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { createAuditsHeld } from '../../src/acquire/audits-held.ts'
import type { MeterConfig } from '../../src/config/config.ts'
import { silentLog } from '../../src/core/log.ts'
import { DAY, HOUR, MINUTE } from '../../src/core/time.ts'
import { DATABASE_FILE } from '../../src/store/rescue/set-aside.ts'
import { openStore } from '../../src/store/thread.ts'
import { freezingMeter } from '../support/api.ts'
import { virtualClock } from '../support/virtual-clock.ts'
import { read } from '../support/wire-bench.ts'

const NOON = Date.UTC(2026, 10, 21, 4)
/** 04000402, the meter number, and 04001005, the allow-close amount, as they stand in a frame; and how long they are. */
const NUMBER = '35373337'
const CLOSES_ABOVE = '38433337'
const BYTES: Readonly<Record<string, number>> = { [NUMBER]: 6, [CLOSES_ABOVE]: 4 }

async function scene(item = NUMBER, profile = 'dlt645-2007-single-phase') {
  const directory = mkdtempSync(join(tmpdir(), 'meterd-audits-'))
  const clock = virtualClock(NOON)
  const store = await openStore(directory, clock, silentLog)
  let isOpen = true
  const close = async () => {
    if (isOpen) await store.close()
    isOpen = false
  }
  onTestFinished(async () => {
    await close()
    rmSync(directory, { recursive: true })
  })
  /** From this instant on another meter answers, which tells another number, or the amount is set anew. */
  const exchanged = { at: Number.POSITIVE_INFINITY, until: Number.POSITIVE_INFINITY, once: false }
  const way = (reply: Uint8Array, _: number, question: Uint8Array) => {
    const now = clock.now()
    const isAsked = Buffer.from(question).toString('hex').slice(20, 28) === item
    if (!isAsked || now < exchanged.at || now >= exchanged.until) return reply
    if (exchanged.once) exchanged.at = Number.POSITIVE_INFINITY
    const other = Uint8Array.from(reply)
    const place = other.length - 2 - (BYTES[item] ?? 0)
    other[place] = (other[place] ?? 0) + 1
    const begins = other.indexOf(0x68)
    other[other.length - 2] = other.subarray(begins, -2).reduce((sum, byte) => (sum + byte) & 0xff, 0)
    return other
  }
  const run = (forMs: number, change: (meter: MeterConfig) => Partial<MeterConfig> = () => ({})) =>
    read({
      profile,
      clock,
      store,
      forMs,
      way,
      config: meter => ({
        polls: [{ everyMs: 15 * MINUTE, points: meter.profile.points.slice(0, 1) }],
        daily: false,
        ...change(meter),
      }),
    })
  const qualities = async (from: number) => {
    const readings = await store.readingsOf({ meter: 'm1', from, to: 9e15, kind: 'poll', limit: 5_000 })
    return readings.map(({ quality, findings }) => `${quality} ${findings.map(({ rule }) => rule).join()}`)
  }
  const asked = (questions: readonly Uint8Array[]) =>
    questions.filter(one => Buffer.from(one).toString('hex').slice(20, 28) === NUMBER).length
  return { clock, store, exchanged, run, qualities, asked, directory, close }
}

test('V-I2 the first audit is believed and asked for twice, then it is once a day; each is kept', async () => {
  const { store, run, asked, clock } = await scene()
  const first = await run(1.1 * DAY)
  expect(first.broken).toEqual([])
  expect(asked(first.questions)).toBe(2 + 1)
  // A start asks at once.
  expect(asked((await run(HOUR)).questions)).toBe(1)
  const [last] = await store.audits()
  expect(last).toMatchObject({ meter: 'm1', found: 'same', evidence: 'as before' })
  expect(last?.same).toMatchObject({
    '04000402': '000000000161',
    '04000403': 'SIM000000000161',
    '04000409': '1600',
  })
  const near = await store.auditsNear('m1', NOON + 0.5 * DAY)
  expect(near.before?.at).toBeLessThan(NOON + HOUR)
  expect(near.after?.at).toBeGreaterThan(NOON + 0.9 * DAY)
  expect((await store.auditsNear('m1', NOON - DAY)).before).toBeNull()
  expect((await store.auditsNear('m1', clock.now())).after).toBeNull()
  expect(await store.auditsNear('nobody', NOON)).toEqual({ before: null, after: null })
}, 60_000)

test('C-06 the amounts at which a meter acts by itself are kept, and one that is set anew is told', async () => {
  const { clock, store, exchanged, run } = await scene(CLOSES_ABOVE, 'dlt645-2007-prepaid-single-phase')
  expect((await run(2 * HOUR)).said).toEqual([])
  exchanged.at = clock.now()
  const { said } = await run(HOUR)
  expect(said).toEqual(['the meter was set anew: allow-close amount was 0.00 and is 0.01'])
  const [last] = await store.audits()
  expect(last).toMatchObject({ found: 'same', evidence: expect.stringMatching(/^set anew: allow-close/) })
  expect(last?.same).toMatchObject({ '04001001': '20.00', '04001002': '10.00', '04001005': '0.01' })
})

test('V-I5 another meter at the address is held apart, over a restart, until the old one is back', async () => {
  const { clock, store, exchanged, run, qualities } = await scene()
  await run(2 * HOUR)
  exchanged.at = clock.now()
  const before = clock.now()
  const { said } = await run(3 * HOUR)
  expect(said).toEqual([
    expect.stringMatching(/^another meter answers here: meter number was 000000000161 and is/),
  ])
  expect(new Set(await qualities(before))).toEqual(new Set(['quarantined V-I5']))
  expect((await store.audits())[0]).toMatchObject({ found: 'other', same: { '04000402': '000000000161' } })
  // It is known before anything is asked, and the old reference counts.
  const later = clock.now()
  await run(1.1 * DAY)
  expect(new Set(await qualities(later))).toEqual(new Set(['quarantined V-I5']))
  exchanged.until = clock.now()
  const back = clock.now()
  await run(2 * HOUR)
  expect(new Set(await qualities(back))).toEqual(new Set(['good ']))
}, 120_000)

test('V-I5 the meter list lifts it where it names the new one, and holds apart what it does not name', async () => {
  const { clock, exchanged, run, qualities } = await scene()
  await run(HOUR)
  exchanged.at = clock.now()
  await run(HOUR)
  const named = clock.now()
  const { said } = await run(2 * HOUR, () => ({ meterNumber: '000000000162' }))
  expect(said).toEqual([])
  expect((await qualities(named)).every(one => !one.includes('V-I5'))).toBe(true)
  const wrong = clock.now()
  await run(2 * HOUR, () => ({ meterNumber: '000000009999' }))
  expect(new Set(await qualities(wrong))).toEqual(new Set(['quarantined V-I5']))
}, 60_000)

test('V-I5 a time of exchange that the meter denies is told once, and opens nothing', async () => {
  const { run, clock, store } = await scene()
  await run(1.1 * DAY)
  const exchanged = [clock.now() - HOUR]
  const { said } = await run(1.1 * DAY, () => ({ exchanged }))
  expect(said).toEqual([
    expect.stringMatching(/^it was not exchanged at 2026-11-22T\S+ \(exchanged\): it told the same/),
  ])
  const [last] = await store.audits()
  // Of many that say the same the first and the last are enough.
  expect(last?.turns.at(-1)?.at).toBe(last?.at)
  expect(last?.turns.length).toBeLessThan(4)
}, 60_000)

test('PR-41 V-I2 a number garbled once is no other meter', async () => {
  const { clock, exchanged, run, qualities, store } = await scene()
  await run(HOUR)
  const before = clock.now()
  Object.assign(exchanged, { at: clock.now(), once: true })
  await run(2 * HOUR)
  expect(new Set(await qualities(before))).toEqual(new Set(['good ']))
  expect((await store.audits())[0]).toMatchObject({ found: 'same' })
}, 60_000)

test('PR-06 an audit that was altered in the file is no audit', async () => {
  const { run, directory, close } = await scene()
  await run(HOUR)
  await close()
  const database = new DatabaseSync(join(directory, DATABASE_FILE))
  expect(database.prepare("UPDATE audit SET evidence = 'x'").run().changes).toBe(1)
  database.close()
  const store = await openStore(directory, virtualClock(NOON), silentLog)
  expect(await store.audits()).toEqual([])
  expect((await store.sizes()).damaged).toBe(1)
  await store.close()
}, 60_000)

test('V-I2 a constant the meter list names otherwise is told to the alarms, and holds nothing apart', () => {
  const said: string[] = []
  const audits = createAuditsHeld({
    kept: [],
    store: { audit: async () => undefined },
    clock: virtualClock(NOON),
    log: silentLog,
    alarms: {
      saw: (meter, line, findings, _at, agreed) =>
        void said.push(
          ...findings.map(({ rule, verdict }) => `${line} ${meter} ${rule} ${verdict} ${agreed}`),
        ),
    },
    broken: error => expect(error).toBeUndefined(),
  })
  const meter = (constant?: number) => ({
    ...freezingMeter('m1'),
    ...(constant !== undefined && { constant }),
  })
  const told = { item: '04000409', name: 'active constant', tells: 'constant', is: '1600' } as const
  for (const constant of [undefined, 1600, 1200]) audits.took(meter(constant), [told])
  expect(said).toEqual(['a m1 V-I2 accept true', 'a m1 V-I2 flag true'])
  expect(audits.whyAnother('m1')).toBeNull()
})
