/** A dead line under a running daemon, and a restart in the middle: what meters wrote down meanwhile is here once, the rest has a cause. */

import { expect, test } from 'vitest'
import { systemClock } from '../../src/core/clock.ts'
import { silentLog } from '../../src/core/log.ts'
import { formatScaled } from '../../src/core/scaled.ts'
import { civilOf, DAY, HOUR, MINUTE } from '../../src/core/time.ts'
import { openStore } from '../../src/store/thread.ts'
import { onTheWire } from '../support/between.ts'
import { cutLine } from '../support/cut-line.ts'
import { until } from '../support/daemon.ts'
import { leapingClock } from '../support/leaping-clock.ts'
import { HOUSES, play } from '../support/meters.ts'

/** 10:01 at the site. */
const START = Date.UTC(2026, 10, 21, 2, 1)
const OFFSET = 480
/** Identifiers of load records from a time on, of any class: 06xx0001. */
const FROM_A_TIME = new RegExp(`${onTheWire('0001')}..${onTheWire('06')}`)

interface Entry {
  readonly plan: string
  readonly due: number
  readonly accepted: number
  readonly suspect: number
  readonly missed: number
  readonly open: number
  readonly unexplained: number
  readonly gaps: readonly { readonly cause: string; readonly state: string; readonly count: number }[]
}

/** Meters of a line that can be dead, and a daemon that can be started anew; both live at one clock that leaps. */
async function site(addresses: readonly string[], polls: readonly object[]) {
  const clock = leapingClock(START)
  const played = await play([{ ...HOUSES, addresses }], 7, clock)
  const wire = { isDead: false, records: 0, mostRecords: Number.POSITIVE_INFINITY }
  const line = await cutLine({
    played,
    clock,
    isDeaf(hex) {
      if (FROM_A_TIME.test(hex)) wire.records += 1
      return wire.isDead || wire.records > wire.mostRecords
    },
    ofMeters: { polls, daily: false },
  })
  const expectations = () => line.expectations<Entry>('2026-11-01')

  return {
    ...line,
    clock,
    played,
    wire,
    expectations,
    /** Sums over meters, plans and days. */
    async count(of: 'due' | 'accepted' | 'missed' | 'open' | 'unexplained' | 'suspect'): Promise<number> {
      return (await expectations()).reduce((sum, one) => sum + one[of], 0)
    },
  }
}

test('A-03 PR-04 PR-05 PR-11 hours of a dead line come back from load records, each slot once with its own time, over a restart', async () => {
  const addresses = HOUSES.addresses.slice(0, 2)
  const quarters = { every: '15m', points: ['1-0:32.7.0', '1-0:1.7.0'] }
  const hours = { every: '1h', points: ['1-0:1.8.0', '1-0:2.8.0'] }
  const { clock, played, data, wire, broken, start, stop, count, expectations } = await site(addresses, [
    quarters,
    hours,
  ])
  await start()
  await until(async () => (await count('accepted')) === 4)
  wire.isDead = true
  for (let hour = 0; hour < 6; hour += 1) {
    const before = await count('due')
    clock.leap(HOUR)
    await until(async () => (await count('due')) > before)
    clock.leap(MINUTE)
  }
  await until(async () => (await count('open')) >= 2 * (6 * 5 - 2))
  expect(await count('missed')).toBe(0)

  // The line lives again; after two questions for records it dies with them, and the daemon goes down.
  wire.isDead = false
  wire.mostRecords = 2
  clock.leap(20 * MINUTE)
  await until(() => wire.records > 2)
  clock.leap(2 * MINUTE)
  await until(async () => (await count('open')) > 0)
  const before = await count('accepted')
  await stop()
  clock.leap(2 * HOUR)
  wire.mostRecords = Number.POSITIVE_INFINITY
  await start()
  const whole = async () => {
    clock.leap(20_000)
    return (await expectations()).every(({ due, accepted }) => accepted >= due - 1)
  }
  await until(whole, 90_000)
  await until(async () => {
    clock.leap(MINUTE)
    const told = await expectations()
    return told.every(({ due, accepted, gaps }) => accepted === due && gaps.length === 0)
  }, 60_000)
  const told = await expectations()
  expect(before).toBeLessThan(told.reduce((sum, { accepted }) => sum + accepted, 0))
  for (const one of told) expect(one).toMatchObject({ missed: 0, open: 0, unexplained: 0, suspect: 0 })
  const end = clock.now()
  await stop()
  expect(broken).toEqual([])

  const store = await openStore(data, systemClock, silentLog)
  let ofRecords = 0
  for (const { id, address } of played.meters)
    for (const { every, points } of [quarters, hours])
      for (const obis of points) {
        const everyMs = every === '1h' ? HOUR : 15 * MINUTE
        const readings = await store.readingsOf({ meter: id, from: 0, to: 9e15, obis, limit: 5_000 })
        const first = Math.floor(START / everyMs) * everyMs
        const due = Math.floor((end - first) / everyMs) + 1
        expect(readings.map(({ slot }) => slot)).toEqual(
          Array.from({ length: due }, (_, nth) => first + nth * everyMs),
        )
        for (const { slot, readAt, receivedAt, value, quality, version, id: read } of readings) {
          expect([quality, version]).toEqual(['good', 1])
          if (readAt === receivedAt) continue
          ofRecords += 1
          expect(readAt).toBe(slot)
          const evidence = await store.evidence(read)
          expect(evidence?.exchanges.find(({ carried }) => carried)?.reply).toBeTruthy()
          const { truth } = played.simulator
          const instant = truth.freezeInstant('dlt645-2007', address, civilOf(slot, OFFSET))
          const shown = truth.registerAt('dlt645-2007', address, obis, instant)
          if (shown !== null) expect(formatScaled(value)).toBe(formatScaled(shown))
        }
      }
  expect(ofRecords).toBeGreaterThan(2 * 2 * 5 * 7)
  await store.close()
}, 240_000)

test('PR-04 PR-05 what is older than a meter remembers is told with its cause, what it remembers comes back', async () => {
  const { clock, wire, broken, start, stop, count, expectations } = await site(HOUSES.addresses.slice(0, 1), [
    { every: '12h', points: ['1-0:32.7.0'] },
  ])
  await start()
  await until(async () => (await count('accepted')) === 1)
  wire.isDead = true
  clock.leap(45 * DAY)
  await until(async () => (await count('due')) === 91)
  clock.leap(2 * MINUTE)
  await until(async () => (await count('open')) > 75)
  wire.isDead = false
  clock.leap(20 * MINUTE)
  await until(async () => {
    clock.leap(MINUTE)
    return (await count('open')) === 0
  }, 90_000)
  const told = await expectations()
  await stop()
  expect(broken).toEqual([])
  const sum = (of: 'due' | 'accepted' | 'missed' | 'unexplained') =>
    told.reduce((all, one) => all + one[of], 0)
  expect(sum('unexplained')).toBe(0)
  expect(sum('accepted') + sum('missed')).toBe(sum('due'))
  // Forty days of two slots, the poll before and the one after.
  expect(sum('accepted')).toBeGreaterThanOrEqual(80)
  expect(sum('missed')).toBeGreaterThanOrEqual(8)
  const causes = told.flatMap(({ gaps }) => gaps.map(({ state, cause }) => `${state} ${cause}`))
  expect(causes.length).toBeGreaterThan(0)
  for (const cause of causes) expect(cause).toMatch(/^missed (LINE_|NOT_ASKED)/)
}, 240_000)
