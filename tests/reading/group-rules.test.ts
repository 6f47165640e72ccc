/** Rules over many meters: crossed pairs, and what an area loses. */

import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../src/core/random.ts'
import { DAY } from '../../src/core/time.ts'
import { daysOf, type GroupMeter } from '../../src/reading/rules/group/days.ts'
import { judgeGroups } from '../../src/reading/rules/group/judge-groups.ts'
import { USUAL_LIMITS } from '../../src/reading/rules/parameters.ts'
import { SITE } from '../support/judged.ts'
import { BOUNDARY, type Column, REVERSE, released, times } from '../support/released-days.ts'

const WINDOW = 56

function meterOf(id: string, days: readonly (number | string)[], change: Partial<Column> = {}, line = 'a') {
  return meterWith(id, [{ days: days.map(kwh => Number(kwh).toFixed(2)), ...change }], line)
}

function meterWith(id: string, columns: readonly Column[], line = 'a'): GroupMeter {
  return {
    meter: id,
    line,
    releases: released(columns),
  }
}

const daysAll = (meters: readonly GroupMeter[]) => meters.map(one => daysOf(one, BOUNDARY))

const crossedIn = (...meters: readonly GroupMeter[]) =>
  judgeGroups(daysAll(meters), [], BOUNDARY, SITE).crossed.map(({ meters: both, since, finding }) => ({
    both: [...both].sort().join(' '),
    daysAgo: (BOUNDARY - since) / DAY,
    verdict: finding.verdict,
  }))

describe('V-I6', () => {
  /** Levels before and after; the day they changed counts some of each. */
  const pair = (a: [number, number], b: [number, number], after = 20, before = 30) =>
    [a, b].map(([from, to], nth) =>
      meterOf(`m${nth}`, [...times(before, from), (from + to) / 2, ...times(after, to)]),
    )

  test('fail: each goes on as the other did; both are suspect, from the right day', () => {
    expect(crossedIn(...pair([10, 20], [20, 10]))).toEqual([
      { both: 'm0 m1', daysAgo: 21, verdict: 'suspect' },
    ])
  })

  test('pass: nothing changes, both rise, or each becomes somebody else', () => {
    expect(crossedIn(...pair([10, 10], [20, 20]))).toEqual([])
    expect(crossedIn(...pair([10, 20], [20, 40]))).toEqual([])
    expect(crossedIn(...pair([10, 14], [20, 16]))).toEqual([])
  })

  test('threshold: exchanged they are off by half as much, and by less', () => {
    expect(crossedIn(...pair([10, 18], [20, 16]))).toEqual([])
    expect(crossedIn(...pair([10, 18.01], [20, 16]))).toHaveLength(1)
  })

  test('threshold, not evaluable: seven days on each side, and six', () => {
    expect(crossedIn(...pair([10, 20], [20, 10], 7))).toHaveLength(1)
    expect(crossedIn(...pair([10, 20], [20, 10], 6))).toEqual([])
    expect(crossedIn(...pair([10, 20], [20, 10], 20, 7))).toHaveLength(1)
    expect(crossedIn(...pair([10, 20], [20, 10], 20, 6))).toEqual([])
  })

  test('not evaluable: days that were estimated are no days', () => {
    const estimated = { estimated: Array.from({ length: 15 }, (_, nth) => nth) }
    const [a, b] = [
      [10, 20],
      [20, 10],
    ].map(([from, to], nth) => meterOf(`m${nth}`, [...times(30, from!), ...times(20, to!)], estimated))
    expect(crossedIn(a!, b!)).toEqual([])
  })

  test('pass: meters of two lines hang nowhere near each other', () => {
    const [a, b] = pair([10, 20], [20, 10])
    expect(crossedIn(a!, { ...b!, line: 'b' })).toEqual([])
  })

  test('pass: one comes home as the other leaves', () => {
    const home = meterOf('m0', [...times(8, 20), ...times(22, 2), 11, ...times(20, 20)])
    const leaves = meterOf('m1', [...times(30, 20), 11, ...times(20, 2)])
    expect(crossedIn(home, leaves)).toEqual([])
  })

  test('flag: a fifth of the line changes with them', () => {
    const others = Array.from({ length: 4 }, (_, nth) =>
      meterOf(`o${nth}`, [...times(30, 100), 90, ...times(20, 80 + nth)]),
    )
    const quiet = Array.from({ length: 20 }, (_, nth) => meterOf(`q${nth}`, times(51, 5 + nth)))
    const [a, b] = pair([10, 20], [20, 10])
    expect(crossedIn(a!, b!, ...others, ...quiet)).toEqual([{ both: 'm0 m1', daysAgo: 21, verdict: 'flag' }])
    expect(crossedIn(a!, b!, ...others.slice(2), ...quiet)[0]?.verdict).toBe('suspect')
  })

  test('A-02 of 500 honest meters none is accused, and of three pairs among them each is found with its day', () => {
    const days = Array.from({ length: 500 }, (_, nth) => customer(nth + 1))
    const swaps = [
      [3, 20, 25],
      [130, 134, 15],
      [400, 419, 35],
    ] as const
    const asMeters = (all: readonly number[][]) =>
      all.map((kwh, nth) => meterOf(`m${nth}`, kwh, {}, `line${Math.floor(nth / 25)}`))
    expect(crossedIn(...asMeters(days))).toEqual([])
    const swapped = days.map(own => [...own])
    for (const [a, b, ago] of swaps)
      for (let day = WINDOW - ago; day < WINDOW; day += 1)
        [swapped[a]![day], swapped[b]![day]] = [days[b]![day]!, days[a]![day]!]
    const found = crossedIn(...asMeters(swapped))
    expect(found.map(({ both, verdict }) => `${both} ${verdict}`)).toEqual(
      swaps.map(([a, b]) => `${[`m${a}`, `m${b}`].sort().join(' ')} suspect`),
    )
    for (const [nth, [, , ago]] of swaps.entries())
      expect(Math.abs(found[nth]!.daysAgo - ago)).toBeLessThanOrEqual(1)
  })
})

/** Daily kWh of a level of its own, weekends, days that vary by a fifth; one in ten is away for a week or two. */
function customer(seed: number): number[] {
  const random = seededRandom(seed)
  const level = 3 + (seed % 7) * 4
  const weekend = 0.7 + 0.6 * random.fraction()
  const isEverAway = random.fraction() < 0.1
  const away = random.integer(WINDOW)
  const weeks = 1 + random.integer(2)
  return Array.from({ length: WINDOW }, (_, day) => {
    const isWeekend = [0, 6].includes((WINDOW - day) % 7)
    const isAway = isEverAway && day >= away && day < away + 7 * weeks
    const spread = Array.from({ length: 12 }, () => random.fraction()).reduce((sum, one) => sum + one, -6)
    return level * (isWeekend ? weekend : 1) * (isAway ? 0.1 : 1) * Math.exp(0.2 * spread)
  })
}

describe('V-A1', () => {
  const AREA = { id: 'T1', supply: ['s'], users: ['u0', 'u1', 'u2', 'u3'] }
  const lossIn = (meters: readonly GroupMeter[], area = AREA) =>
    judgeGroups(daysAll(meters), [area], BOUNDARY, SITE).areas[0] ?? null
  /** Users of 10, 20, 30 and 40 kWh that vary each by itself; the supply is theirs and `loss` percent of itself. */
  const usersOf = (count = WINDOW) => {
    const random = seededRandom(7)
    return [10, 20, 30, 40].map(level =>
      Array.from({ length: count }, () => Math.round(level * (50 + random.integer(100))) / 100),
    )
  }
  const sum = (users: readonly (readonly number[])[]) =>
    users[0]!.map((_, day) => users.reduce((all, one) => all + one[day]!, 0))
  const area = (supply: readonly number[], users: readonly (readonly number[])[]) => [
    meterOf('s', supply),
    ...users.map((kwh, nth) => meterOf(`u${nth}`, kwh)),
  ]
  const LOSS = (used: readonly number[]) => used.map(kwh => kwh / 0.96)

  test('pass: four percent, day after day', () => {
    const users = usersOf()
    expect(lossIn(area(LOSS(sum(users)), users))).toBeNull()
  })

  test('threshold: one percent more used than supplied, and a step', () => {
    const even = (last: number) => [[25], [25], [25], [last]]
    expect(lossIn(area([100], even(26)))).toBeNull()
    expect(lossIn(area([100], even(26.01)))?.finding).toMatchObject({ rule: 'V-A1', verdict: 'flag' })
  })

  test('threshold: a percentage point off what is usual in fourteen days, and more', () => {
    const days = (usual: number, last: number, before = 14) => {
      const same = times(before + 1, usual)
      return area(times(before + 1, 100), [same, same, same, [...times(before, usual), last]])
    }
    expect(lossIn(days(25, 24))).toBeNull()
    expect(lossIn(days(25, 23.99))?.finding.verdict).toBe('flag')
    expect(lossIn(days(25, 23.99, 13))).toBeNull()
    expect(lossIn(days(24, 25.01))?.finding.verdict).toBe('flag')
  })

  test('pass: an area whose losses vary is judged by how they do', () => {
    const before = Array.from({ length: 20 }, (_, day) => 23 + (day % 5) / 2)
    const days = (last: number) =>
      area(times(21, 100), [24, 24, 24].map(kwh => times(21, kwh)).concat([[...before, last]]))
    expect(lossIn(days(22))).toBeNull()
    expect(lossIn(days(20))?.finding.verdict).toBe('flag')
  })

  test('not evaluable: too few were read, the supply was not, or a meter is nowhere', () => {
    const users = (missing: number) =>
      Array.from({ length: 99 }, (_, nth) =>
        meterOf(`u${nth}`, [1.5], nth < missing ? { estimated: [0] } : {}),
      )
    const of99 = { ...AREA, users: Array.from({ length: 99 }, (_, nth) => `u${nth}`) }
    expect(lossIn([meterOf('s', [100]), ...users(2)], of99)?.finding.verdict).toBe('flag')
    expect(lossIn([meterOf('s', [100]), ...users(3)], of99)).toBeNull()
    expect(lossIn([meterOf('s', [100], { estimated: [0] }), ...users(0)], of99)).toBeNull()
    expect(lossIn(users(0), of99)).toBeNull()
  })

  test('pass: what customers feed in is supplied to the others', () => {
    const sunny = meterWith('u0', [{ days: ['5.00'] }, { obis: REVERSE, days: ['30.00'] }])
    const others = [1, 2, 3].map(nth => meterOf(`u${nth}`, [30]))
    expect(lossIn([meterOf('s', [65]), sunny, ...others])).toBeNull()
    expect(lossIn([meterOf('s', [60]), sunny, ...others])?.finding.verdict).toBe('flag')
  })

  test('threshold: fifteen percent lost from the first day, and more', () => {
    const even = (each: number) => [[each], [each], [each], [each]]
    expect(lossIn(area([100], even(21.25)))).toBeNull()
    expect(lossIn(area([100], even(21.24)))?.finding.verdict).toBe('flag')
  })

  test('names a meter to be told where it alone closes the difference, on three days, by far', () => {
    const users = usersOf()
    const named = (days: number, factor: number, ...who: readonly number[]) => {
      const wrong = users.map((own, at) =>
        own.map((kwh, day) =>
          (who.length === 0 ? [3] : who).includes(at) && day >= WINDOW - days ? kwh * factor : kwh,
        ),
      )
      return lossIn(area(LOSS(sum(users)), wrong))?.named
    }
    expect(named(3, 1 / 40)).toBe('u3')
    expect(named(2, 1 / 40)).toBeNull()
    // From the first day on.
    expect(named(WINDOW, 1 / 30)).toBe('u3')
    expect(named(WINDOW, 1.5)).toBe('u3')
    // Two alike, none of which closes it alone.
    expect(named(9, 1 / 40, 2, 3)).toBeNull()
  })

  const bestIn = (meters: readonly GroupMeter[]) => {
    const [best] = lossIn(meters)?.candidates ?? []
    return best && `${best.meter} ${best.change}`
  }

  test.each([
    [40, 1 / 40, 'times 40'],
    [30, 2, 'times 1/2'],
    [20, 10, 'times 1/10'],
  ])('names the meter whose multiplier is wrong (level %d counts × %d)', (level, factor, change) => {
    const users = usersOf()
    const nth = level / 10 - 1
    const wrong = users.map((own, at) =>
      own.map((kwh, day) => (at === nth && day >= WINDOW - 5 ? kwh * factor : kwh)),
    )
    expect(bestIn(area(LOSS(sum(users)), wrong))).toBe(`u${nth} ${change}`)
  })

  test('names the supply whose multiplier is wrong', () => {
    const users = usersOf()
    const supply = LOSS(sum(users)).map((kwh, day) => (day >= WINDOW - 5 ? kwh / 2 : kwh))
    expect(bestIn(area(supply, users))).toBe('s times 2')
  })

  test('names the customer of another area, on either side', () => {
    const users = usersOf()
    const moved = LOSS(sum(users).map((kwh, day) => kwh - (day >= WINDOW - 5 ? users[1]![day]! : 0)))
    expect(bestIn(area(moved, users))).toBe('u1 of another area')
    const stranger = usersOf(WINDOW).map(kwh => kwh.toReversed())[2]!
    const more = LOSS(sum(users).map((kwh, day) => kwh + (day >= WINDOW - 5 ? stranger[day]! : 0)))
    expect(bestIn([...area(more, users), meterOf('x', stranger)])).toBe('x of this area')
  })

  test('names the meter whose days are stamped a day off', () => {
    const users = usersOf().map((own, at) => (at === 3 ? own.map((_, day) => [20, 60, 35][day % 3]!) : own))
    const late = users.map((own, at) =>
      own.map((kwh, day) => (at === 3 && day >= WINDOW - 6 ? own[day - 1]! : kwh)),
    )
    expect(bestIn(area(LOSS(sum(users)), late))).toBe('u3 a day earlier')
  })
})

describe('V-L12', () => {
  const pair = { main: 'm1', check: 'm2', limits: USUAL_LIMITS.dwelling }
  const checkedIn = (...meters: readonly GroupMeter[]) =>
    judgeGroups(daysAll(meters), [], BOUNDARY, SITE, [pair]).checked.map(({ meter, finding }) =>
      finding ? `${meter} ${finding.verdict}` : 'passes',
    )
  const both = (main: string, check: string) => [meterOf('m1', [main]), meterOf('m2', [check])] as const

  test('pass, fail: the one that is checked is told', () => {
    expect(checkedIn(...both('10.00', '10.10'))).toEqual(['passes'])
    expect(checkedIn(...both('10.00', '11.00'))).toEqual(['m1 suspect'])
    expect(checkedIn(...both('0.00', '5.00'))).toEqual(['m1 suspect'])
  })

  test('threshold: four per cent, and four steps of little', () => {
    expect(checkedIn(...both('10.00', '10.40'))).toEqual(['passes'])
    expect(checkedIn(...both('10.00', '10.41'))).toEqual(['m1 suspect'])
    expect(checkedIn(...both('0.10', '0.06'))).toEqual(['passes'])
    expect(checkedIn(...both('0.10', '0.05'))).toEqual(['m1 suspect'])
  })

  test('threshold: steps are of the meter, whatever they are multiplied with', () => {
    const [main, check] = both('1.00', '4.20')
    const multiplied = { ...check, releases: check.releases.map(one => ({ ...one, multiplier: '80' })) }
    expect(checkedIn(main, multiplied)).toEqual(['passes'])
    expect(checkedIn(...both('1.00', '4.20'))).toEqual(['m1 suspect'])
  })

  test('not evaluable: one of them is not there, or was estimated', () => {
    expect(checkedIn(meterOf('m1', [10]))).toEqual([])
    expect(checkedIn(meterOf('m1', [10]), meterOf('m2', [20], { estimated: [0] }))).toEqual([])
  })
})
