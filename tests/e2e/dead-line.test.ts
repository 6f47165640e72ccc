/** A line on which nobody answers for four days, under a running daemon: then what meters remember is here, the rest has a cause. */

import { expect, test } from 'vitest'
import type { MeterConfig } from '../../src/config/config.ts'
import { systemClock } from '../../src/core/clock.ts'
import { silentLog } from '../../src/core/log.ts'
import { formatScaled } from '../../src/core/scaled.ts'
import { DAY, HOUR, MINUTE, SECOND, slotOf } from '../../src/core/time.ts'
import { openStore } from '../../src/store/thread.ts'
import { cutLine } from '../support/cut-line.ts'
import { until } from '../support/daemon.ts'
import { leapingClock } from '../support/leaping-clock.ts'
import { HOUSES, play } from '../support/meters.ts'

/** 10:06 at the site: meters have frozen. */
const START = Date.UTC(2026, 10, 21, 2, 6)
const MIDNIGHT = Date.UTC(2026, 10, 20, 16)
const DAYS = 4
/** Hours the meters are taken to remember: fewer than they were silent for. */
const HOURS = 36
const ADDRESSES = HOUSES.addresses.slice(0, 2)

function rememberingLess(meter: MeterConfig): MeterConfig {
  const { profile } = meter
  return { ...meter, profile: { ...profile, hourly: { ...profile.hourly!, depth: HOURS } } }
}

interface Entry {
  readonly meter: string
  readonly plan: string
  readonly day: string
  readonly due: number
  readonly accepted: number
  readonly missed: number
  readonly open: number
  readonly unexplained: number
  readonly gaps: readonly { readonly cause: string; readonly state: string }[]
}

test(`A-03 PR-04 PR-05 after ${DAYS} days without an answer every midnight and every hour the meters hold is here once, and the rest has a cause`, async () => {
  const clock = leapingClock(START)
  const played = await play([{ ...HOUSES, addresses: ADDRESSES, every: '5m' }], 7, clock)
  let isDead = false
  const { data, broken, start, ...line } = await cutLine({
    played,
    clock,
    isDeaf: () => isDead,
    settings: { defaults: { hourly: true } },
    known: rememberingLess,
  })
  const daemon = await start()
  const expectations = () => line.expectations<Entry>('2026-11-19')
  /** Nobody is being asked, nor will be within the next second. */
  const quiet = () =>
    until(() => daemon.status().meters.every(({ nextAt }) => (nextAt ?? 0) > clock.now() + SECOND))

  const of = async (name: string) => (await expectations()).filter(({ plan }) => plan === name)
  const daily = () => of('daily')
  const sum = (entries: readonly Entry[], fate: 'due' | 'accepted' | 'missed' | 'open') =>
    entries.reduce((all, one) => all + one[fate], 0)

  await until(async () => sum(await daily(), 'accepted') === 6 && sum(await of('hourly'), 'accepted') === 6)
  isDead = true
  for (let day = 1; day <= DAYS; day += 1) {
    // A conversation that lasts a day would be charged to the silent.
    await quiet()
    const heard = line.heard.length
    clock.leap(DAY)
    await until(() => line.heard.length > heard)
    await quiet()
    // A minute later this day's accounts are kept.
    clock.leap(MINUTE)
    await until(async () => (await daily()).length === 2 * (3 + day))
  }
  expect((await daily()).filter(({ open }) => open === 1)).toHaveLength(2 * DAYS)
  const openNow = () => daemon.status().expectations.find(({ plan }) => plan === 'daily')?.open
  expect(openNow()).toBe(2 * DAYS)
  await quiet()
  isDead = false
  clock.leap(20 * MINUTE)
  await until(async () => (await daily()).every(({ accepted }) => accepted === 1), 60 * SECOND)
  clock.leap(2 * MINUTE)
  await until(async () => (await daily()).every(({ gaps }) => gaps.length === 0))
  await until(async () => sum(await of('hourly'), 'open') === 0, 60 * SECOND)
  expect(openNow()).toBe(0)

  const told = await expectations()
  await daemon.stop()
  expect(broken).toEqual([])
  for (const { due, accepted, missed, open, unexplained } of told) {
    expect(unexplained).toBe(0)
    expect(accepted + missed + open).toBe(due)
  }
  const polls = told.filter(({ plan }) => plan === 'poll-5m')
  const causes = new Set(polls.flatMap(({ gaps }) => gaps.map(({ state, cause }) => `${state} ${cause}`)))
  expect(causes).toContain('missed LINE_SILENT')
  expect(polls.reduce((sum, { missed }) => sum + missed, 0)).toBeGreaterThan(2 * DAYS * 288 - 20)

  const hours = told.filter(({ plan }) => plan === 'hourly')
  expect(hours.flatMap(({ gaps }) => gaps).map(({ state, cause }) => `${state} ${cause}`)).toContain(
    'missed LINE_SILENT',
  )
  const newest = slotOf(clock.now(), HOUR, 480)
  const oldest = slotOf(START, HOUR, 480) - 2 * HOUR
  const all = Array.from({ length: (newest - oldest) / HOUR + 1 }, (_, index) => oldest + index * HOUR)
  const held = all.filter(
    slot => slot < START || slot > newest - HOURS * HOUR || (slot - MIDNIGHT) % DAY === 0,
  )
  expect(sum(hours, 'due')).toBe(2 * all.length)
  expect(sum(hours, 'accepted')).toBe(2 * held.length)

  const store = await openStore(data, systemClock, silentLog)
  for (const { id, address } of played.meters) {
    const readings = await store.readingsOf({ meter: id, from: 0, to: 9e15, kind: 'freeze', limit: 5_000 })
    const slots = [...new Set(readings.map(({ slot }) => slot))]
    const midnights = Array.from({ length: 3 + DAYS }, (_, day) => MIDNIGHT + (day - 2) * DAY)
    expect(slots).toEqual([...new Set([...midnights, ...held])].sort((a, b) => a - b))
    expect(new Set(readings.map(({ slot, obis }) => `${slot} ${obis}`)).size).toBe(readings.length)
    for (const { slot, obis, value, readAt, quality } of readings) {
      expect(readAt).toBe(slot)
      const shown = new Date(slot + 8 * HOUR).toISOString().slice(0, 19)
      const { truth } = played.simulator
      const instant = truth.freezeInstant('dlt645-2007', address, shown)
      const true_ = truth.registerAt('dlt645-2007', address, obis, instant)
      if (true_ !== null) expect([quality, formatScaled(value)]).toEqual(['good', formatScaled(true_)])
    }
  }
  await store.close()
}, 240_000)
