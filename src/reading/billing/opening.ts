/** Where one series ends and the next begins: the final and the initial read, each confirmed as what is billed is. Pure. */

import { tariffOf } from '../../core/obis.ts'
import type { BillingFacts, KeptReading } from './billing-read.ts'
import type { Opening, SeriesEnd } from './release.ts'
import type { SeriesAt } from './series.ts'
import { hear, isEnough } from './witness.ts'

/** Of one of them what is kept near its end, as it is judged within its series. */
export interface Ending {
  readonly series: SeriesAt
  readonly kept: readonly KeptReading[]
}

/** Null where either lacks a total that is known to be right. */
export function openingOf(facts: BillingFacts, old: Ending, next: Ending): Opening | null {
  const final = endsOf(facts, old).at(-1)
  const initial = endsOf(facts, next)[0]
  return final && initial ? { final, initial } : null
}

/** All moments at which every total was read and confirmed, in order. */
function endsOf(facts: BillingFacts, { series, kept }: Ending): readonly SeriesEnd[] {
  const own = { ...facts, capacities: series.capacities }
  const totals = facts.needed.filter(obis => tariffOf(obis) === 0)
  const isNeeded = ({ obis, quality }: KeptReading) => quality === 'good' && facts.needed.includes(obis)
  const moments = Map.groupBy(kept.filter(isNeeded), ({ kind, slot }) => `${kind} ${slot}`)
  return [...moments.values()]
    .flatMap(read => {
      const sure = read.filter(one => {
        const heard = hear(one, read, kept, own)
        return heard.against.length === 0 && isEnough(heard.for)
      })
      if (!totals.every(total => sure.some(({ obis }) => obis === total))) return []
      return [endAt(series, sure)]
    })
    .sort((a, b) => a.at - b.at)
}

function endAt({ segment, multiplier }: SeriesAt, read: readonly KeptReading[]): SeriesEnd {
  const registers = read.map(({ obis, value, unit, id }) => ({ obis, value, unit, reading: id }))
  return {
    at: Math.max(...read.map(({ readAt }) => readAt)),
    segment,
    multiplier,
    registers: registers.sort((a, b) => (a.obis < b.obis ? -1 : 1)),
  }
}
