/** Between the last audit of one meter and the first of the next: whose a read was, where its register shows it. Pure. */

import { onlyGrows } from '../../core/obis.ts'
import { compareScaled, type Scaled } from '../../core/scaled.ts'
import { DAY } from '../../core/time.ts'
import { factorIn, ONE } from '../ratios.ts'
import type { KeptReading } from './billing-read.ts'
import type { Stay } from './stays.ts'

/** A longer gap is left as it is. */
export const MOST_GAP_MS = 3 * DAY

/**
 * The two stays, brought together as far as registers show it: what stands above the next meter's first read is not the
 * next one's, what stands below the old meter's last is not the old one's. Unchanged where reads contradict each other.
 */
export function cutBetween(
  old: Stay,
  next: Stay,
  polls: readonly KeptReading[],
): readonly [old: Stay, next: Stay] {
  const reads = polls.filter(one => one.kind === 'poll' && onlyGrows(one.obis)).toSorted(byTime)
  const isOld = ({ readAt }: KeptReading) => readAt >= old.from && readAt <= old.to
  const last = (one: KeptReading) =>
    reads.findLast(other => isOld(other) && isLike(one, other) && isGood(other))
  const first = (one: KeptReading) => reads.find(other => other.readAt >= next.from && isLike(one, other))
  const between = reads.filter(({ readAt }) => readAt > old.to && readAt < next.from)
  const isOfOld = (one: KeptReading) => isGood(one) && isAbove(one.value, first(one)?.value)
  const isOfNext = (one: KeptReading) => isAnother(one) || isAbove(last(one)?.value, one.value)
  const to = between.findLast(isOfOld)?.readAt ?? old.to
  const from = between.find(isOfNext)?.readAt ?? next.from
  return to < from
    ? [
        { ...old, to },
        { ...next, from },
      ]
    : [old, next]
}

function isAbove(one: Scaled | undefined, other: Scaled | undefined): boolean {
  return one !== undefined && other !== undefined && compareScaled(one, other) > 0
}

function isLike(one: KeptReading, other: KeptReading): boolean {
  const factorOf = ({ findings }: KeptReading) => factorIn(findings) ?? ONE
  return (
    other.obis === one.obis && other.unit === one.unit && compareScaled(factorOf(one), factorOf(other)) === 0
  )
}

function isGood({ quality }: KeptReading): boolean {
  return quality === 'good'
}

/** Judged when the meter had just told another number. */
function isAnother({ findings }: KeptReading): boolean {
  return findings.some(({ rule, verdict }) => rule === 'V-I5' && verdict === 'quarantine')
}

function byTime(a: KeptReading, b: KeptReading): number {
  return a.readAt - b.readAt
}
