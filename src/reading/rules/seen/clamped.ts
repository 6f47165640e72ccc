/** Voltages that pile up at the limit of what is compliant: somebody holds them there on their way. */

import { once } from '../../../core/once.ts'
import { civilOf, DAY } from '../../../core/time.ts'
import { type AtLimit, compliantOf, pileIn } from '../../seen/voltage-days.ts'
import { sampleOf, stepOf } from '../pair.ts'
import type { Checked, Given, RoundRule } from '../rule.ts'

export const CLAMPED_RULES: readonly RoundRule[] = [
  {
    id: 'V-A8',
    version: 1,
    says: 'of the voltages of a phase in a day, `samples` of them at least, fewer lie exactly at 90 or 107 % of Un than three times what lies on each value within 0.5 % inside of it, or fewer than `percent` of all, or some lie beyond; told where two days say otherwise with none between that leads up to a limit or passes it',
    why: 'who rewrites voltages on their way to what is compliant leaves none beyond the limit, and too many at it',
    needs:
      'voltages polled every half hour, told in digits fine enough that ten of them and more lie within 0.5 % of Un and one at the limit',
    outcomes: [{ verdict: 'flag', severity: 2, codes: ['2.5.258'] }],
    check: round => voltagesIn(round).map(given => ({ of: [given.reading], checked: piledUp(given) })),
  },
]

const isVoltage = once(obis => /^1-\d+:(12|32|52|72)\.7\.0$/.test(obis))
const DAYS = 2
/** Digits within the volts just inside a limit. */
const DIGITS = 10

/** Polls of now: a load record is of another moment. */
export function voltagesIn<One extends Pick<Given, 'reading'>>(round: readonly One[]): readonly One[] {
  return round.filter(
    ({ reading: { obis, kind, unit, readAt, receivedAt } }) =>
      kind === 'poll' && unit === 'V' && readAt === receivedAt && isVoltage(obis),
  )
}

function piledUp({ reading, known }: Given): Checked {
  const days = known.seen?.voltages.get(reading.obis)
  const compliant = compliantOf(known.nameplate.volts)
  if (stepOf(reading.value, reading.unit, known) * DIGITS > compliant.near)
    return { lacks: 'digits fine enough' }
  if (!days?.isJudged) return { lacks: 'voltages enough of a day' }
  const { pile, piled } = days
  if (pile === null) return null
  if (piled < DAYS) return { lacks: 'a second day' }
  const which = pileIn(pile, known.limits['V-A8'].percent) ?? 'low'
  const [limit, found] = [compliant[which], pile[which]]
  return {
    verdict: 'flag',
    evidence: `on ${civilOf(pile.day * DAY, 0).slice(0, 10)} ${inWords(found, limit, compliant.near)}, of ${pile.samples} voltages; ${piled} days so`,
    samples: [sampleOf(reading)],
    limit: { value: limit.toFixed(1), unit: 'V' },
  }
}

function inWords({ at, inside }: AtLimit, limit: number, near: number): string {
  return `${at} were exactly ${limit.toFixed(1)} V, ${inside} within ${near.toFixed(1)} V inside of it and none beyond`
}
