/** V-L8: what was counted while the supply was off. */

import { isoWithOffset } from '../../../core/time.ts'
import { type IntervalDay, inUnit, leastSteps, sampleOf } from './interval-day.ts'
import { type DayChecked, EVERY_REGISTER, type IntervalRule } from './interval-rule.ts'

export const OUTAGE_RULES: readonly IntervalRule[] = [
  {
    id: 'V-L8',
    version: 1,
    says: 'an interval that lies within an outage counts no more than a step of the register; one that overlaps it is valid, whatever it counts',
    why: 'nothing flows without supply: little is right there, and something is of another time or meter',
    needs:
      'an outage that is known: power-offs of meters are not kept as events, so that nothing is excused or accused by one yet',
    outcomes: [
      { verdict: 'suspect', severity: 2, codes: ['2.5.258', '1.2.32'] },
      { verdict: 'flag', severity: 3, codes: ['1.2.32'] },
    ],
    of: EVERY_REGISTER,
    check: duringOutage,
  },
]

function duringOutage(day: IntervalDay): DayChecked {
  const { grid, counted, offsetMinutes } = day
  const off = day.absences
    .filter(({ why }) => why === 'outage')
    .map(one => ({ from: one.from, to: one.to ?? day.to }))
    .filter(one => one.to > day.from && one.from < day.to)
  if (off.length === 0) return { lacks: 'an outage that is known' }
  const at = (instant: number) => isoWithOffset(instant, offsetMinutes)
  return off.flatMap(outage => {
    const touched = grid.filter(one => one.to > outage.from && one.from < outage.to)
    const wrong = touched.filter(({ from, to }) => {
      const steps = counted.get(from)?.steps ?? 0n
      return from >= outage.from && to <= outage.to && Math.abs(Number(steps)) > leastSteps(day)
    })
    const steps = wrong.reduce((sum, { from }) => sum + (counted.get(from)?.steps ?? 0n), 0n)
    const supply = `the supply was off from ${at(outage.from)} to ${at(outage.to)}`
    const rest = touched.filter(one => !wrong.includes(one))
    return [
      ...(wrong.length === 0
        ? []
        : [
            {
              intervals: wrong.map(({ from }) => from),
              said: {
                verdict: 'suspect' as const,
                evidence: `${supply}, and ${inUnit(steps, day)} ${day.unit} were counted meanwhile`,
                samples: [sampleOf(day, steps, outage.to)],
              },
            },
          ]),
      ...(rest.length === 0
        ? []
        : [
            {
              intervals: rest.map(({ from }) => from),
              said: { verdict: 'flag' as const, evidence: supply },
            },
          ]),
    ]
  })
}
