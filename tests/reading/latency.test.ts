/** V-A7: how long a meter takes to answer, and what of a change is a shift. */

import { expect, test } from 'vitest'
import { seededRandom } from '../../src/core/random.ts'
import { DAY, MINUTE } from '../../src/core/time.ts'
import { createLatency, kindOf, type Latency, type LatencyKept } from '../../src/reading/alarm/latency.ts'
import { NOON } from '../support/judged.ts'

const KIND = kindOf(16, 24)

/** Answers of about `ms`, one a minute, up to 4 ms off either way; what blocks of them came to, as words. */
function scene(before: LatencyKept | null = null, seed = 1) {
  let latency = createLatency(before)
  const random = seededRandom(seed)
  const time = { now: NOON }
  return {
    time,
    latency: (): Latency => latency,
    restart(): void {
      latency = createLatency(JSON.parse(JSON.stringify(latency.kept())))
    },
    answers(count: number, ms: number, kind = KIND, off = 9) {
      return Array.from({ length: count }, () => {
        time.now += MINUTE
        const judged = latency.answered(ms - 4 + random.integer(off), kind, time.now)
        return judged === null ? [] : [judged.says ?? 'as told']
      }).flat()
    },
  }
}

test('V-A7 nothing is said before 200 answers, then one word for 50', () => {
  const { answers, latency } = scene()
  expect(answers(199, 40)).toEqual([])
  expect(latency().kept()).toBeNull()
  expect(answers(1, 40)).toEqual([])
  expect(latency().kept()).toMatchObject({
    kind: KIND,
    reference: { medianMs: 40, spreadMs: 2 },
    before: null,
  })
  expect(answers(100, 40)).toEqual(['steady', 'steady'])
})

test.each([
  ['exactly 20 ms later, with a small spread', 60, 1, 'steady'],
  ['21 ms later', 61, 1, 'shifted'],
  ['19 ms sooner', 21, 1, 'steady'],
  ['21 ms sooner, as from who answers in its stead', 19, 1, 'shifted'],
])('V-A7 %s', (_, ms, off, says) => {
  const { answers } = scene()
  answers(200, 44, KIND, 1)
  expect(answers(50, ms + 4, KIND, off)).toEqual([says])
})

test('V-A7 what usually varies much must shift more: five times its spread', () => {
  const { answers } = scene()
  answers(200, 200, KIND, 81)
  expect(answers(50, 280, KIND, 81)).toEqual(['steady'])
  expect(answers(50, 340, KIND, 81)).toEqual(['shifted'])
})

test('V-A7 some slow answers among 50 are no shift, and a few fast ones no cure', () => {
  const { answers, latency, time } = scene()
  answers(200, 40)
  const mixed = (slow: number) => {
    const said = []
    for (let nth = 0; nth < 50; nth += 1)
      said.push(latency().answered(nth % 50 < slow ? 400 : 40, KIND, time.now)?.says ?? [])
    return said.flat()
  }
  expect(mixed(24)).toEqual(['steady'])
  expect(mixed(30)).toEqual(['shifted'])
})

test('V-A7 a shift is said until it is told, then it is the usual; with figures', () => {
  const { answers, latency, time } = scene()
  answers(200, 40)
  for (let nth = 0; nth < 50; nth += 1) {
    const finding = latency().answered(90, KIND, time.now)?.finding
    if (nth === 49)
      expect(finding).toMatchObject({
        rule: 'V-A7',
        verdict: 'flag',
        severity: 2,
        limit: { value: '20', unit: 'ms' },
        evidence: expect.stringMatching(
          /took 90 ms or more, 40 ms before: 50 ms slower, at most 20 ms is usual/,
        ),
      })
  }
  expect(answers(50, 90)).toEqual(['shifted'])
  latency().told(time.now)
  expect(answers(100, 90)).toEqual(['as told', 'as told'])
  expect(answers(50, 140)).toEqual(['shifted'])
})

test('V-A7 after it was told: as before passes, and after three blocks is the usual again; or it lasts 30 days', () => {
  const { answers, latency, time, restart } = scene()
  answers(200, 40)
  answers(50, 90)
  latency().told(time.now)
  restart()
  expect(answers(100, 40)).toEqual(['steady', 'steady'])
  expect(answers(50, 90)).toEqual(['as told'])
  expect(answers(150, 40)).toEqual(['steady', 'steady', 'steady'])
  expect(latency().kept()).toMatchObject({ reference: { medianMs: 40 }, before: null })
  expect(answers(50, 90)).toEqual(['shifted'])
  latency().told(time.now)
  time.now += 31 * DAY
  expect(answers(50, 90)).toEqual(['steady'])
})

test('V-A7 what was put in while nothing ran is seen against what was kept', () => {
  const { answers, restart } = scene()
  answers(200, 40)
  restart()
  expect(answers(50, 80)).toEqual(['shifted'])
})

test('V-A7 longer answers of another kind are no shift; where only those still come they are learnt', () => {
  const { answers, latency } = scene()
  answers(200, 40)
  expect(answers(400, 300, kindOf(16, 200))).toEqual([])
  expect(answers(50, 40)).toEqual(['steady'])
  expect(answers(499, 300, kindOf(16, 200))).toEqual([])
  expect(answers(200, 300, kindOf(16, 200))).toEqual([])
  expect(latency().kept()).toMatchObject({ kind: kindOf(16, 200), reference: { medianMs: 300 } })
})

test('V-A7 what comes once a day, as a freeze, is not what is watched, though it came first', () => {
  const { answers, latency } = scene()
  answers(3, 300, kindOf(16, 200))
  expect(answers(49 + 200, 40)).toEqual([])
  expect(latency().kept()?.kind).toBe(KIND)
})

test('V-A7 among 500 meters of all spreads none that has not shifted is told of in 2,000 answers', () => {
  const random = seededRandom(3)
  const shifted = Array.from({ length: 500 }, (_, nth) => {
    const { answers } = scene(null, nth)
    const spread = 1 + random.integer(300)
    return answers(2_000, 50 + random.integer(1_000), KIND, spread)
  })
  expect(shifted.flat().filter(says => says !== 'steady')).toEqual([])
})
