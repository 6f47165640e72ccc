/** What is released → what flowed: versions, exchanges, roll-overs, and what is released later. */

import { describe, expect, test } from 'vitest'
import { formatScaled } from '../../src/core/scaled.ts'
import { DAY } from '../../src/core/time.ts'
import { judgePeriods } from '../../src/reading/rules/period/judge-periods.ts'
import { type Capacities, type Counted, seriesOf } from '../../src/reading/rules/period/series.ts'
import { SITE, scaled } from '../support/judged.ts'
import { BOUNDARY, FORWARD, history, released, times } from '../support/released-days.ts'

const CAPACITIES = { [FORWARD]: scaled('1000000.00') }
const DAYS = released([{ days: ['1.00', '2.00', '3.00', '4.00'] }])

function usedIn(
  releases: readonly Counted[],
  until = BOUNDARY,
  capacities: Capacities = CAPACITIES,
): string[] {
  const series = seriesOf(releases, until, capacities).get(FORWARD)
  return (series?.usages ?? []).map(({ used, from, to }) =>
    [(to.at - from.at) / DAY, formatScaled(used)].join(' d '),
  )
}

/** The one of so many days before the last, otherwise. */
function otherwise(daysBefore: number, change: Partial<Counted>): Counted[] {
  return DAYS.map(one => (one.boundary === BOUNDARY - daysBefore * DAY ? { ...one, ...change } : one))
}

describe('usage between released boundaries', () => {
  test('is what the registers differ by, exactly', () => {
    expect(usedIn(DAYS)).toEqual(['1 d 1.00', '1 d 2.00', '1 d 3.00', '1 d 4.00'])
    expect(usedIn(DAYS.toReversed())).toEqual(usedIn(DAYS))
  })

  test('is not made of what is released for later boundaries', () => {
    expect(usedIn(DAYS, BOUNDARY - 2 * DAY)).toEqual(['1 d 1.00', '1 d 2.00'])
  })

  test('spans a boundary that was never released, or taken back', () => {
    expect(usedIn(DAYS.toSpliced(3, 1))).toEqual(['1 d 1.00', '1 d 2.00', '2 d 7.00'])
    const taken = { ...DAYS[3]!, version: 2, standing: 'withdrawn' as const }
    expect(usedIn([taken, ...DAYS])).toEqual(['1 d 1.00', '1 d 2.00', '2 d 7.00'])
  })

  test('is of the latest version, in whatever order they come', () => {
    const [register] = DAYS[3]!.registers
    const later = { ...DAYS[3]!, version: 2, registers: [{ ...register!, value: scaled('1006.50') }] }
    const corrected = ['1 d 1.00', '1 d 2.00', '1 d 3.50', '1 d 3.50']
    expect(usedIn([later, ...DAYS])).toEqual(corrected)
    expect(usedIn([...DAYS, later])).toEqual(corrected)
  })

  test('does not reach across an exchange or another multiplier', () => {
    const since = (change: Partial<Counted>) =>
      DAYS.map(one => (one.boundary >= BOUNDARY - DAY ? { ...one, ...change } : one))
    expect(usedIn(since({ segment: 2 }))).toEqual(['1 d 1.00', '1 d 2.00', '1 d 4.00'])
    expect(usedIn(since({ multiplier: '30' }))).toEqual(['1 d 1.00', '1 d 2.00', '1 d 4.00'])
    const series = seriesOf(since({ segment: 2 }), BOUNDARY, CAPACITIES).get(FORWARD)
    expect(series?.stood.map(({ at }) => at)).toEqual([BOUNDARY - DAY, BOUNDARY])
  })

  test('goes on over a roll-over, and a fall that is none is no usage', () => {
    const over = released([{ days: [], values: ['999990.00', '4.50'] }])
    expect(usedIn(over)).toEqual(['1 d 14.50'])
    expect(usedIn(over, BOUNDARY, {})).toEqual([])
    expect(usedIn(released([{ days: [], values: ['800000.00', '4.50'] }]))).toEqual([])
    expect(usedIn(released([{ days: [], values: ['999990.00', '200000.00'] }]))).toEqual([])
  })

  test('skips a register that was withheld, and takes it up again', () => {
    expect(usedIn(otherwise(2, { registers: [] }))).toEqual(['1 d 1.00', '2 d 5.00', '1 d 4.00'])
  })

  test('is actual only where both ends are readings', () => {
    const estimated = released([{ days: times(4, '1.00'), estimated: [1] }])
    const series = seriesOf(estimated, BOUNDARY, CAPACITIES).get(FORWARD)
    expect(series?.usages.map(({ isActual }) => isActual)).toEqual([true, true, false, false])
  })
})

describe('a history with days that say nothing', () => {
  const said = (releases: readonly Counted[], change = {}) =>
    judgePeriods(history(releases, change), BOUNDARY, SITE).map(
      ({ finding }) => `${finding.rule} ${finding.codes}`,
    )

  test('V-R15 a week without supply is no history: what came back is as ever', () => {
    const off = { why: 'outage' as const, from: BOUNDARY - 31 * DAY, to: BOUNDARY - DAY }
    const days = [...times(24, '10.00'), ...times(30, '0.00'), '31.00']
    expect(said(released([{ days }]), { absences: [off] })).toEqual(['V-R15 2.6.5'])
    expect(said(released([{ days: [...days.slice(0, -1), '29.00'] }]), { absences: [off] })).toEqual([])
  })

  test('V-A3 a meter that is released monthly is told after two periods', () => {
    const monthly = released([{ days: times(3, '300.00'), estimated: [0, 1] }]).map((one, nth) => ({
      ...one,
      boundary: BOUNDARY - (3 - nth) * 30 * DAY,
    }))
    expect(said(monthly)).toEqual([])
    const longer = released([{ days: times(4, '300.00'), estimated: [0, 1, 2] }]).map((one, nth) => ({
      ...one,
      boundary: BOUNDARY - (4 - nth) * 30 * DAY,
    }))
    expect(said(longer)).toEqual(['V-A3 2.8.0'])
  })

  test('V-A3 speaks of a boundary at which nothing is released', () => {
    expect(said(released([{ days: times(9, '1.00') }], BOUNDARY - 4 * DAY))).toEqual(['V-A3 2.8.0'])
    expect(said(released([{ days: times(9, '1.00') }], BOUNDARY - 3 * DAY))).toEqual([])
  })
})
