/** What a dossier looks at: quiet windows, hours of the day, and what is advised of them. */

import { describe, expect, test } from 'vitest'
import { formatScaled, type Scaled } from '../../../src/core/scaled.ts'
import { DAY, HOUR } from '../../../src/core/time.ts'
import { adviceOn } from '../../../src/reading/dossier/advice.ts'
import { appliancesIn, countedByHour, type HourCounted } from '../../../src/reading/dossier/appliances.ts'
import { creepLook, type MeterRound } from '../../../src/reading/dossier/creep.ts'

const START = Date.UTC(2026, 10, 1)
const NAMEPLATE = { phases: 1, volts: 220, amperes: 60 } as const
const of = (digits: number, scaler = -2): Scaled => ({ digits: BigInt(digits), scaler })

/** A round an hour: what the register then shows, and the current in milliamperes. */
function look(hours: readonly (readonly [shown: number, milliamperes: number])[]) {
  const rounds = hours.map(
    ([shown, milliamperes], nth): MeterRound => ({
      ...{ at: START + nth * HOUR, forward: of(shown), amperes: [of(milliamperes, -3)] },
      ...{ watts: null, readings: [`r${nth}`] },
    }),
  )
  return creepLook({ rounds, nameplate: NAMEPLATE, overMs: DAY, perKwh: 1 })
}

const quiet = (count: number, perHour: number, from = 1_000) =>
  Array.from({ length: count }, (_, nth) => [from + nth * perHour, 0] as const)

describe('潜动否 A-18 V-R9 creep', () => {
  test('a register that moves for a day without current creeps; for less it is suspected', () => {
    expect(look(quiet(25, 4)).verdict).toBe('creeps')
    expect(look(quiet(20, 4)).verdict).toBe('suspected')
    const [window] = look(quiet(25, 4)).windows
    expect(window).toMatchObject({ from: START, to: START + DAY, rounds: 25, moved: 24, isOver: true })
    expect(formatScaled(window?.counted ?? of(0))).toBe('0.96')
    expect(window?.readings).toEqual(['r0', 'r24'])
  })

  test('what stands still does not, nor what counts no more than flows unseen', () => {
    expect(look(quiet(25, 0)).verdict).toBe('none')
    // 13.2 W may flow below the starting current of 60 mA: a hundredth of a kWh an hour.
    expect(look(quiet(25, 1)).verdict).toBe('none')
  })

  test('something switched on between two rounds is no creep: it moves in few of them', () => {
    const hours = quiet(25, 0).map(([shown], nth) => [nth < 12 ? shown : shown + 200, 0] as const)
    expect(look(hours).verdict).toBe('none')
  })

  test('without hours of quiet nothing is shown; a current ends a window, and so does a register that fell', () => {
    expect(look(quiet(25, 4).map(([shown]) => [shown, 500] as const)).verdict).toBe('not-shown')
    const interrupted = quiet(24, 0).map(([shown], nth) => [shown, nth % 4 === 3 ? 900 : 0] as const)
    expect(look(interrupted).verdict).toBe('none')
    expect(look(interrupted).windows).toHaveLength(5)
    expect(look([...quiet(3, 0), ...quiet(3, 0, 10)]).verdict).toBe('not-shown')
  })
})

/** Whole days of an hour's usual count, with more in some hours from a day on. */
function hoursOf(days: number, more: { from: number; hours: readonly number[]; by: number }): HourCounted[] {
  return Array.from({ length: days * 24 }, (_, nth) => {
    const isMore = nth >= more.from * 24 && more.hours.includes(nth % 24)
    return { from: START + nth * HOUR, value: of(50 + (isMore ? more.by : 0)) }
  })
}

describe('问电器 A-18 appliances', () => {
  test('a rise is told with its day and hours, across midnight too', () => {
    const { rise, standing, steps, days } = appliancesIn(
      hoursOf(6, { from: 3, hours: [22, 23, 0, 1], by: 200 }),
      [],
      0,
    )
    expect(rise).toMatchObject({ since: START + 3 * DAY, before: 12, run: { from: 22, to: 2, more: 2 } })
    expect(rise?.run?.share).toBeCloseTo(1)
    expect([formatScaled(standing ?? of(0)), days.length]).toEqual(['0.50', 6])
    expect(steps.map(({ from }) => (from - START) % DAY)).toEqual([0, 22 * HOUR, 22 * HOUR])
  })

  test('days alike have no rise, and too few days tell none', () => {
    expect(appliancesIn(hoursOf(6, { from: 9, hours: [], by: 0 }), [], 0).rise).toBeNull()
    expect(appliancesIn(hoursOf(3, { from: 1, hours: [1], by: 900 }), [], 0).rise).toBeNull()
    const before = hoursOf(4, { from: 9, hours: [], by: 0 }).map(one => ({
      ...one,
      from: one.from - 4 * DAY,
    }))
    const held = appliancesIn(hoursOf(2, { from: 0, hours: [18, 19], by: 400 }), before, 0)
    expect(held.rise).toMatchObject({ since: START, run: { from: 18, to: 20 } })
  })

  test('an hour is known where both its ends were read, over a roll-over too', () => {
    const reads = [
      [0, 99_990],
      [1, 99_995],
      [3, 5],
      [4, 15],
    ].map(([hour = 0, digits = 0]) => ({
      ...{ at: START + hour * HOUR, value: of(digits), reading: `r${hour}` },
    }))
    const counted = countedByHour(reads, of(100_000))
    expect(counted.map(({ from, value }) => [(from - START) / HOUR, formatScaled(value)])).toEqual([
      [0, '0.05'],
      [3, '0.10'],
    ])
    const over = countedByHour([reads[1]!, { ...reads[2]!, at: START + 2 * HOUR }], of(100_000))
    expect(over.map(({ value }) => formatScaled(value))).toEqual(['0.10'])
  })
})

describe('拆验表 A-18 advice', () => {
  const facts = {
    ...{ creep: look(quiet(25, 0)), said: [], faults: [], clockOffMs: 1_000, clocksBeside: [], rise: null },
    ...{ dayOf: () => '2026-11-04', unit: 'kWh' },
  }
  const said = { verdict: 'flag', severity: 2, times: 3, first: 0, last: 0, evidence: 'why', reading: 'r' }

  test('nothing failed: none, and what was looked at', () => {
    const { isTestAdvised, reasons, explained } = adviceOn(facts)
    expect(isTestAdvised).toBe(false)
    expect(reasons[0]).toContain('it stands still while no current flows')
    expect(explained).toContain('nothing rose')
    expect(adviceOn({ ...facts, creep: look([]), clockOffMs: null }).reasons[0]).toMatch(
      /not shown.*never measured/,
    )
    const clocksBeside = [
      { measuredAt: START, deviationMs: -1_500 },
      { measuredAt: START + DAY, deviationMs: 0 },
    ]
    expect(adviceOn({ ...facts, clockOffMs: null, clocksBeside }).reasons[0]).toContain(
      'its clock was not measured in these days, only before or after them: on 2026-11-04 1.5 s slow, on 2026-11-04 right',
    )
  })

  test('each thing that failed is a reason of its own; a rule on something else is none', () => {
    const failing = {
      ...facts,
      said: [
        { ...said, rule: 'V-R10' },
        { ...said, rule: 'V-R15' },
      ],
      ...{ faults: ['memory fault (status word 1)'], clockOffMs: -400_000, creep: look(quiet(25, 4)) },
    }
    const { isTestAdvised, reasons } = adviceOn(failing)
    expect(isTestAdvised).toBe(true)
    expect(reasons).toHaveLength(4)
    expect(reasons.join()).not.toContain('V-R15')
  })

  test('a rise is explained where most of it lies in hours in a row', () => {
    const run = { from: 18, to: 22, more: 2, share: 0.95 }
    const rise = { since: START, before: 10, after: 18, run }
    expect(adviceOn({ ...facts, rise }).explained).toContain('a load that runs from 18:00 to 22:00')
    expect(adviceOn({ ...facts, rise: { ...rise, run: { ...run, share: 0.4 } } }).explained).toContain(
      'spread over the day',
    )
  })
})
