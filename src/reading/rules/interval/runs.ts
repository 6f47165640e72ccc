/** Intervals in a row that are alike: nothing where there usually is something, and always the same. */

import { DAY, HOUR, isoWithOffset } from '../../../core/time.ts'
import { absentMs, isForwardTotal } from '../period/period.ts'
import { type Counted, countedIn, type IntervalDay, inUnit, leastSteps, sampleOf } from './interval-day.ts'
import { type DayChecked, EVERY_REGISTER, type IntervalRule } from './interval-rule.ts'

export const RUN_RULES: readonly IntervalRule[] = [
  {
    id: 'V-L5',
    version: 1,
    says: 'no intervals in a row over `over` count nothing where something was counted in the same hours on each of `days` before; not while the supply was off',
    why: 'a meter that stops for hours bills too little; who is away uses nothing either, so it only informs',
    needs: 'those hours read on the days before',
    outcomes: [{ verdict: 'flag', severity: 3, codes: ['2.6.1'] }],
    of: isForwardTotal,
    check: zeros,
  },
  {
    id: 'V-L6',
    version: 1,
    says: 'no `run` intervals in a row count the same where each is of `steps` of the register or more; suspect is a day of which half is read at least, and all of that is the same',
    why: 'hardly anything flows so evenly by day and night: somebody makes the values, or repeats one (stuck source); lamps that burn all night only inform',
    needs: 'so many intervals in a row, each read at both ends',
    outcomes: [
      { verdict: 'suspect', severity: 2, codes: ['2.5.258'] },
      { verdict: 'flag', severity: 3, codes: ['2.5.258'] },
    ],
    of: EVERY_REGISTER,
    check: same,
  },
]

type Run = readonly [Counted, ...Counted[]]

/** Of intervals that follow each other and are alike. */
function runsOf({ everyMs, ...day }: IntervalDay, isAlike: (one: Counted, other: Counted) => boolean): Run[] {
  const runs: [Counted, ...Counted[]][] = []
  for (const one of countedIn({ everyMs, ...day })) {
    const run = runs.at(-1)
    const last = run?.at(-1)
    if (run && last && last.from + everyMs === one.from && isAlike(last, one)) run.push(one)
    else runs.push([one])
  }
  return runs
}

function zeros(day: IntervalDay): DayChecked {
  const { over, days } = day.channel.limits['V-L5']
  const { everyMs, absences, offsetMinutes } = day
  const endOf = (run: Run) => (run.at(-1) ?? run[0]).from + everyMs
  const still = runsOf(day, (one, other) => one.steps === other.steps).filter(
    run => run[0].steps === 0n && endOf(run) - run[0].from >= over,
  )
  const judged = still.flatMap(run => {
    const before = Array.from({ length: days }, (_, back) => countedThen(run, back + 1, day))
    const isOff = absentMs(run[0].from, endOf(run), absences) > 0
    return isOff || before.includes(null) ? [] : [{ run, isUsual: !before.includes(0n) }]
  })
  if (judged.length < still.length && judged.every(({ isUsual }) => !isUsual))
    return { lacks: 'those hours on the days before' }
  return judged
    .filter(({ isUsual }) => isUsual)
    .map(({ run }) => ({
      intervals: run.map(({ from }) => from),
      said: {
        verdict: 'flag',
        evidence: `nothing from ${isoWithOffset(run[0].from, offsetMinutes)} to ${isoWithOffset(endOf(run), offsetMinutes)}, something in the same hours of each of ${days} days before`,
        samples: [sampleOf(day, 0n, endOf(run))],
        limit: { value: String(over / HOUR), unit: 'h' },
      },
    }))
}

/** What the same hours came to so many days before; null where not all of it was counted. */
function countedThen(run: Run, daysBefore: number, { counted }: IntervalDay): bigint | null {
  const then = run.map(({ from }) => counted.get(from - daysBefore * DAY)?.steps)
  return then.reduce<bigint | null>(
    (sum, steps) => (sum === null || steps === undefined ? null : sum + steps),
    0n,
  )
}

function same(day: IntervalDay): DayChecked {
  const { run: length, steps: least } = day.channel.limits['V-L6']
  const runs = runsOf(day, (one, other) => one.steps === other.steps)
  if (!runsOf(day, () => true).some(run => run.length >= length))
    return { lacks: `${length} intervals in a row` }
  const atLeast = least * leastSteps(day)
  const all = countedIn(day)
  const isAllDay = 2 * all.length >= day.grid.length && all.every(({ steps }) => steps === all[0]?.steps)
  return runs
    .filter(run => run.length >= length && Math.abs(Number(run[0].steps)) >= atLeast)
    .map(run => ({
      intervals: run.map(({ from }) => from),
      said: {
        verdict: isAllDay ? 'suspect' : 'flag',
        evidence: `${run.length} intervals in a row count ${inUnit(run[0].steps, day)} ${day.unit}, from ${isoWithOffset(run[0].from, day.offsetMinutes)}`,
        samples: [sampleOf(day, run[0].steps, run[0].from + day.everyMs)],
        limit: { value: String(length), unit: 'intervals' },
      },
    }))
}
