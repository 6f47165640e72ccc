/** Which tariff a meter counts in at which time of day, against its own table of before. */

import { once } from '../../../core/once.ts'
import { two } from '../../../core/time.ts'
import { againstTable, type OddSlot, type TariffSample, USUAL_AFTER_DAYS } from '../../seen/tariff-hours.ts'
import { sampleOf } from '../pair.ts'
import type { Checked, Given, RoundRule } from '../rule.ts'

export const TARIFF_HOUR_RULES: readonly RoundRule[] = [
  {
    id: 'V-R39',
    version: 1,
    says: 'the forward tariff register that advances within a half hour of the day is one that did so before, on working days and weekends apart; told where for `days` days in a row it was another in `slots` half hours and more, unless half of the meters of its line that are set alike went by another table on the first of them too',
    why: 'what is counted under the wrong tariff is billed at the wrong price, and total and sum of tariffs stay right (峰谷错位)',
    needs:
      'forward tariffs polled at least every quarter of an hour, two days on which each half hour counted, and a fortnight before it is satisfied; a table that all change together, and one that has been for a fortnight, is learnt anew',
    outcomes: [{ verdict: 'flag', severity: 2, codes: ['2.6.9'] }],
    check(round) {
      const [first, ...others] = tariffsIn(round)
      return first
        ? [{ of: [first, ...others].map(({ reading }) => reading), checked: otherTable(first) }]
        : []
    },
  },
]

/** 0 for what is none. */
const forwardTariff = once(obis => Number(/^1-\d+:1\.8\.([1-9]\d*)$/.exec(obis)?.[1] ?? 0))

function tariffsIn<One extends Pick<Given, 'reading'>>(round: readonly One[]): readonly One[] {
  return round.filter(({ reading }) => reading.kind === 'poll' && forwardTariff(reading.obis) > 0)
}

/** Null where no tariff was told, or they are of another moment. */
export function tariffSampleOf(round: readonly Pick<Given, 'reading'>[]): TariffSample | null {
  const found = tariffsIn(round).map(({ reading }) => reading)
  const [first] = found
  if (!first || found.some(({ readAt, receivedAt }) => readAt !== receivedAt)) return null
  const registers = new Map(found.map(({ obis, value }) => [forwardTariff(obis), value]))
  return { at: Math.max(...found.map(({ readAt }) => readAt)), registers }
}

function otherTable({ reading, known }: Given): Checked {
  const hours = known.seen?.hours
  if (!hours) return { lacks: 'the tariffs of an earlier round' }
  const { slots, days } = known.limits['V-R39']
  const { judged, odd } = againstTable(hours)
  const isOdd = odd.length >= slots
  const inARow = hours.oddDays + (isOdd ? 1 : 0)
  if (inARow >= days) {
    const shown = isOdd ? odd : hours.odd
    return {
      verdict: 'flag',
      evidence: `${inARow} days in a row another tariff counted than before at the same time of day: ${shown.slice(0, SHOWN).map(inWords).join(', ')}${shown.length > SHOWN ? ` and in ${shown.length - SHOWN} half hours more` : ''}`,
      samples: [sampleOf(reading)],
      limit: { value: String(slots), unit: 'half hours' },
    }
  }
  // After a restart a meter that has gone wrong before is still one.
  const isWatched = hours.day - hours.since >= USUAL_AFTER_DAYS
  return inARow > 0 || judged === 0 || !isWatched ? { lacks: 'days enough' } : null
}

const SHOWN = 4

function inWords({ slot, was, is }: OddSlot): string {
  const time = `${two(Math.floor(slot / 2))}:${slot % 2 === 0 ? '00' : '30'}`
  return `${time} in ${is.join(' and ')}, before in ${was.join(' or ')}`
}
