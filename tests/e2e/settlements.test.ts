/** Registers that meters keep at their settlement days, read by a running daemon: at once, after months away, from other days. */

import { expect, test } from 'vitest'
import { systemClock } from '../../src/core/clock.ts'
import { silentLog } from '../../src/core/log.ts'
import { formatScaled } from '../../src/core/scaled.ts'
import { DAY, MINUTE, SECOND } from '../../src/core/time.ts'
import type { StoredReading } from '../../src/store/store.ts'
import { openStore } from '../../src/store/thread.ts'
import { cutLine } from '../support/cut-line.ts'
import { until } from '../support/daemon.ts'
import { leapingClock } from '../support/leaping-clock.ts'
import { HOUSES, play, WORKSHOP } from '../support/meters.ts'

/** 10:06 of 21 November at the site. */
const START = Date.UTC(2026, 10, 21, 2, 6)
/** The beginning of a month at the site. */
const first = (year: number, month: number) => Date.UTC(year, month - 1, 1) - 8 * 60 * MINUTE

interface Entry {
  readonly meter: string
  readonly plan: string
  readonly due: number
  readonly accepted: number
  readonly rejected: number
  readonly missed: number
  readonly open: number
  readonly gaps: readonly { readonly cause: string; readonly state: string; readonly first: string }[]
}

async function scene(bus: typeof HOUSES, settlement: readonly string[]) {
  const clock = leapingClock(START)
  const played = await play([{ ...bus, addresses: bus.addresses.slice(0, 2), every: '1h' }], 7, clock)
  const state = { dead: false }
  const line = await cutLine({
    played,
    clock,
    isDeaf: () => state.dead,
    settings: { defaults: { settlement } },
  })
  /** Settlements since the summer, by what became of them. */
  const sum = async (fate: 'due' | 'accepted' | 'rejected' | 'missed' | 'open') =>
    (await line.expectations<Entry>('2026-08-01'))
      .filter(({ plan }) => plan === 'settlement')
      .reduce((all, one) => all + one[fate], 0)
  const frozen = async () => {
    const store = await openStore(line.data, systemClock, silentLog)
    const readings = await Promise.all(
      played.meters.map(({ id: meter }) =>
        store.readingsOf({ meter, from: 0, to: 9e15, kind: 'freeze', limit: 5_000 }),
      ),
    )
    await store.close()
    return readings.flat()
  }
  /** Each good one is what the meter's register was at that very midnight. */
  const expectTruth = (readings: readonly StoredReading[]) => {
    const { truth } = played.simulator
    for (const { meter, slot, obis, value, quality, readAt } of readings) {
      const address = played.meters.find(({ id }) => id === meter)?.address ?? ''
      const shown = new Date(slot + 8 * 60 * MINUTE).toISOString().slice(0, 19)
      const instant = truth.freezeInstant(bus.protocol, address, shown)
      const register = truth.registerAt(bus.protocol, address, obis, instant)
      expect([readAt, quality, formatScaled(value)]).toEqual([
        slot,
        'good',
        register && formatScaled(register),
      ])
    }
  }
  /** Away from START until 10:06 of 10 February: a line nobody answers on. */
  const away = async (daemon: Awaited<ReturnType<typeof line.start>>) => {
    const quiet = () =>
      until(() => daemon.status().meters.every(({ nextAt }) => (nextAt ?? 0) > clock.now() + SECOND))
    await quiet()
    state.dead = true
    clock.leap(81 * DAY)
    const heard = line.heard.length
    await until(() => line.heard.length > heard)
    await quiet()
    state.dead = false
    clock.leap(20 * MINUTE)
  }
  return { clock, line, sum, frozen, expectTruth, away }
}

test('A-03 PR-05 what a 1997 meter kept at its settlements is read: both it remembers, and after months away the last two', async () => {
  const { line, sum, frozen, expectTruth, away, clock } = await scene(WORKSHOP, ['01T00'])
  const daemon = await line.start()
  await until(async () => (await sum('accepted')) === 4)
  await away(daemon)
  await until(async () => (await sum('accepted')) === 8, 60 * SECOND)
  clock.leap(2 * MINUTE)
  await until(async () => (await sum('open')) === 0)
  const gaps = (await line.expectations<Entry>('2026-08-01')).filter(
    ({ plan, missed }) => plan === 'settlement' && missed > 0,
  )
  expect(gaps.map(({ due, gaps: [gap] }) => [due, gap?.state, gap?.first.slice(0, 10)])).toEqual(
    Array(2).fill([1, 'missed', '2026-12-01']),
  )

  await line.stop()
  const readings = await frozen()
  expect([...new Set(readings.map(({ slot }) => slot))].sort()).toEqual([
    first(2026, 10),
    first(2026, 11),
    first(2027, 1),
    first(2027, 2),
  ])
  expect(new Set(readings.map(({ meter, slot, obis }) => `${meter} ${slot} ${obis}`)).size).toBe(
    readings.length,
  )
  expectTruth(readings)

  const heard = line.heard.length
  const again = await line.start()
  await until(() => again.status().meters.every(({ nextAt }) => (nextAt ?? 0) > clock.now() + SECOND))
  // DI1 bits 3-2 are 1 for the last settlement, 2 for the one before: 9410 and 9810.
  const settled = line.heard.slice(heard).filter(hex => /(43|73|53)(c7|cb)/i.test(hex))
  expect(settled).toEqual([])
  expect(line.broken).toEqual([])
}, 240_000)

test('A-03 PR-05 of a 2007 meter midnights are the daily freeze’s as long as it has them, and older ones the settlement’s', async () => {
  const { line, sum, frozen, expectTruth, away, clock } = await scene(HOUSES, ['01T00'])
  const daemon = await line.start()
  // September, October, November: before anything was read of a meter the last three count.
  await until(async () => (await sum('accepted')) === 6)
  await away(daemon)
  await until(async () => (await sum('accepted')) === 12, 60 * SECOND)
  clock.leap(2 * MINUTE)
  await until(async () => (await sum('open')) === 0 && (await sum('missed')) === 0)
  await line.stop()
  const readings = await frozen()
  const slots = new Set(readings.map(({ slot }) => slot))
  for (const [year, month] of [
    [2026, 9],
    [2026, 10],
    [2026, 11],
    [2026, 12],
    [2027, 1],
    [2027, 2],
  ] as const)
    expect(slots).toContain(first(year, month))
  // No midnight between the first of December, out of reach for the daily freeze, and the oldest that it still has.
  expect([...slots].filter(slot => slot > first(2026, 12) && slot < clock.now() - 63 * DAY)).toEqual([])
  expect(new Set(readings.map(({ meter, slot, obis }) => `${meter} ${slot} ${obis}`)).size).toBe(
    readings.length,
  )
  expect(readings.every(({ version }) => version === 1)).toBe(true)
  expectTruth(readings)
  expect(line.broken).toEqual([])
}, 240_000)

test('V-T3 a meter that settles on other days than configured is held apart, and that is said', async () => {
  const { line, frozen, clock } = await scene(HOUSES, ['15T00'])
  const daemon = await line.start()
  await until(() => daemon.status().meters.every(({ nextAt }) => (nextAt ?? 0) > clock.now() + SECOND))
  clock.leap(2 * MINUTE)
  await until(async () =>
    (await line.expectations<Entry>('2026-08-01')).some(({ plan, gaps }) =>
      gaps.some(({ cause }) => plan === 'settlement' && cause === 'HELD_APART'),
    ),
  )
  await line.stop()
  const apart = (await frozen()).filter(({ slot }) => slot <= first(2026, 11))
  expect(apart.length).toBeGreaterThan(0)
  for (const { quality, findings } of apart) {
    expect(quality).toBe('quarantined')
    expect(findings.map(({ evidence }) => evidence).join()).toMatch(
      /settled at 2026-\d\d-01T00:00:00\+08:00, which is none of the days configured: 15T00/,
    )
  }
}, 60_000)
