/** Honest customers over a winter: what the rules of history say of them, and of the same with a step in their counting. */

import { expect, test } from 'vitest'
import { seededRandom } from '../../src/core/random.ts'
import { DAY } from '../../src/core/time.ts'
import { USUAL_LIMITS } from '../../src/reading/rules/parameters.ts'
import { judgePeriods } from '../../src/reading/rules/period/judge-periods.ts'
import { SITE } from '../support/judged.ts'
import { BOUNDARY, history, released } from '../support/released-days.ts'

const METERS = 60
const DAYS = 90
/** Boundaries before the last that are judged. */
const JUDGED = 40

/** Daily kWh: a level of its own, seasons, weekends, days that vary by `even`, and a week or two away. */
function customer(seed: number, even: number, isEverAway = even > 0.1): number[] {
  const random = seededRandom(seed)
  const level = 3 + 30 * random.fraction()
  const weekend = 0.6 + 0.8 * random.fraction()
  const away = Math.floor(20 + 60 * random.fraction())
  const weeks = Math.floor(3 * random.fraction())
  return Array.from({ length: DAYS }, (_, day) => {
    const isWeekend = [0, 6].includes((DAYS - day) % 7)
    const isAway = isEverAway && day >= away && day < away + 7 * weeks
    const normal = Array.from({ length: 12 }, () => random.fraction()).reduce((sum, one) => sum + one, -6)
    const season = 1 + (even > 0.1 ? 0.3 : 0.02) * Math.sin(day / 30)
    return level * season * (isWeekend ? weekend : 1) * (isAway ? 0.1 : 1) * Math.exp(even * normal)
  })
}

function saidOf(days: readonly number[], change = {}): string[] {
  const releases = released([{ days: days.map(kwh => kwh.toFixed(2)) }])
  return Array.from({ length: JUDGED }, (_, back) => BOUNDARY - back * DAY).flatMap(boundary =>
    judgePeriods(history(releases, change), boundary, SITE).map(
      ({ finding: { rule, verdict } }) => `${rule} ${verdict}`,
    ),
  )
}

test('V-R20 V-R38 no honest customer is suspect, at home or away', () => {
  const said = Array.from({ length: METERS }, (_, nth) => saidOf(customer(nth + 1, 0.35))).flat()
  expect(said.filter(one => one.includes('suspect'))).toEqual([])
  expect(said).toContain('V-R15 flag')
})

test('V-R15 of the days of customers at home less than one in a hundred is told of', () => {
  const said = Array.from({ length: METERS }, (_, nth) => saidOf(customer(nth + 1, 0.35, false))).flat()
  expect(said.length).toBeLessThan(METERS * JUDGED * 0.01)
})

test('V-R20 V-R38 a works of even days whose multiplier is wrong is found, one that is not is left alone', () => {
  const industry = { limits: USUAL_LIMITS.industry }
  for (let seed = 1; seed <= 30; seed += 1) {
    const days = customer(seed, 0.05)
    expect(
      saidOf(days, industry).filter(one => one.includes('suspect')),
      `${seed}`,
    ).toEqual([])
    for (const [factor, rule] of [
      [4, 'V-R38'],
      [1 / 20, 'V-R38'],
      [10, 'V-R20'],
      [1 / 100, 'V-R20'],
    ] as const) {
      const wrong = days.map((kwh, day) => 100 * (day >= DAYS - 15 ? factor * kwh : kwh))
      expect(saidOf(wrong, industry), `${seed} × ${factor}`).toContain(`${rule} suspect`)
    }
  }
})
