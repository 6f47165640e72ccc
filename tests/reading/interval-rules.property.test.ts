/** What rules of intervals say of honest registers, however they are read, and of freezes that were altered. */

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DAY, HOUR, MINUTE } from '../../src/core/time.ts'
import type { RegisterRead } from '../../src/reading/estimate/stretches.ts'
import { intervalDayOf } from '../../src/reading/rules/interval/interval-day.ts'
import { judgeIntervals } from '../../src/reading/rules/interval/judge-intervals.ts'
import type { Usage } from '../../src/reading/rules/period/series.ts'
import { CHANNEL, FRIDAY, QUARTER } from '../support/interval-days.ts'
import { SITE } from '../support/judged.ts'
import { rounds } from '../support/rounds.ts'

/** From an hour before the day until an hour after: steps of 0.01 kWh at the end of each minute; 60 A carry 26 and a half. */
const days = fc.record({
  loads: fc.array(fc.nat(24), { minLength: 24, maxLength: 24 }),
  late: fc.array(fc.nat(4 * 60), { minLength: 7, maxLength: 7 }),
  lost: fc.array(fc.record({ at: fc.nat(104), count: fc.nat(30) }), { maxLength: 4 }),
  start: fc.constantFrom(5_000, 99_999_000),
})

type Day = typeof days extends fc.Arbitrary<infer One> ? One : never

const FULL = 100_000_000
const value = (steps: number) => ({ digits: BigInt(steps % FULL), scaler: -2 })

function judged({ loads, late, lost, start }: Day, frozen: (used: number) => number) {
  const begin = FRIDAY - HOUR
  const counted: number[] = [start]
  for (let minute = 0; minute < 27 * 60; minute += 1)
    counted.push((counted[minute] ?? start) + (loads[Math.floor(minute / 60) % 24] ?? 0))
  const shown = (at: number) => counted[Math.floor((at - begin) / MINUTE)] ?? start
  const reads: RegisterRead[] = []
  for (let place = 0; place <= 104; place += 1) {
    if (lost.some(run => place >= run.at && place < run.at + run.count)) continue
    const at = begin + place * QUARTER + (late[place % late.length] ?? 0) * 1_000
    reads.push({ at, value: value(shown(at)), stamped: false })
  }
  const used = shown(FRIDAY + DAY) - shown(FRIDAY)
  const end = (at: number) => ({ at, value: value(shown(at)), isActual: true })
  const released: Usage = {
    ...{ from: end(FRIDAY), to: end(FRIDAY + DAY), isActual: true },
    used: { digits: BigInt(frozen(used)), scaler: -2 },
  }
  const known = { channel: CHANNEL, unit: 'kWh', reads, siblingAt: null, absences: [], released }
  const day = intervalDayOf(
    { ...known, deviationAt: () => null },
    { from: FRIDAY, now: FRIDAY + DAY + HOUR, everyMs: QUARTER, offsetMinutes: SITE },
  )
  return { used, found: judgeIntervals(day).map(({ finding }) => finding) }
}

test('V-L4 V-L7 V-R12 nothing honest is suspect, whatever is missing, late or rolled over', () => {
  fc.assert(
    fc.property(days, day => {
      const { found } = judged(day, used => used)
      // A load that is the same in every hour is what V-L6 looks for.
      const suspect = found.filter(({ verdict, rule }) => verdict === 'suspect' && rule !== 'V-L6')
      expect(suspect).toEqual([])
    }),
    rounds(41, 80),
  )
})

test('V-R12 freezes that count a fifth less are found where polls were read near both midnights', () => {
  fc.assert(
    fc.property(days, day => {
      const whole = { ...day, lost: [], loads: [2, 2, ...day.loads.slice(2, 22), 2, 2] }
      const { used, found } = judged(whole, all => Math.floor(all * 0.8))
      // A fifth, against what flows in the half hour beside the two midnights.
      if (used > 1_000) expect(found.map(({ rule }) => rule)).toContain('V-R12')
    }),
    rounds(43, 60),
  )
})
