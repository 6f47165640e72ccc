/** Freezes against polls: one register, told at two times in two ways. */

import { onlyGrows } from '../../core/obis.ts'
import { approximate, formatScaled } from '../../core/scaled.ts'
import { HOUR, SECOND } from '../../core/time.ts'
import type { Reading } from '../reading.ts'
import type { Kept, Known } from './known.ts'
import { inWords, isComparable, mostEnergy, type Pair, pairOf, rolledOver, samplesOf } from './pair.ts'
import type { Checked, ReadingRule } from './rule.ts'

/** A clock shows whole seconds, and an answer takes its time. */
const CLOCKS_AGREE_MS = 2 * SECOND

const HOW =
  'two moments nearer to each other than the clocks agree (the deviation measured and 2 s, or V-T2 `suspectAbove`) have no order, and lie no further apart than the connection carries in that time'

export const FREEZE_RULES: readonly ReadingRule[] = [
  {
    id: 'V-R13',
    version: 1,
    says: `a polled register is not below the last freeze before it, nor above it by more than the connection carries; ${HOW}`,
    why: 'the freezes of a register and what it shows are one chain',
    needs: 'a good freeze of the register',
    outcomes: [{ verdict: 'suspect', severity: 1, codes: ['2.5.258'] }],
    of: (obis, kind) => kind === 'poll' && onlyGrows(obis),
    check: acrossKinds,
  },
  {
    id: 'V-R14',
    version: 1,
    says: `a freeze lies between the polls before and after its boundary, and from neither further than the connection carries; ${HOW}`,
    why: 'a freeze that does not fit what the register showed before and after is of another time or meter, or altered on its way',
    needs: 'a good poll of the register before or after the boundary',
    outcomes: [{ verdict: 'suspect', severity: 1, codes: ['2.5.256'] }],
    of: (obis, kind) => kind === 'freeze' && onlyGrows(obis),
    check: acrossKinds,
  },
]

const NOTHING_OF_THE_OTHER = { lacks: 'no good value of the other kind near enough' }

function acrossKinds(reading: Reading, known: Known): Checked {
  const apartMs = apartOf(known)
  const { readAt, kind } = reading
  const other = kind === 'freeze' ? 'poll' : 'freeze'
  const near = nextTo(known.keptOther, readAt, apartMs).filter(one => isComparable(one, reading, known))
  if (near.length === 0) return NOTHING_OF_THE_OTHER
  for (const one of near) {
    const pair = one.readAt <= readAt ? pairOf(one, other, reading, kind) : pairOf(reading, kind, one, other)
    const against = whyImpossible(pair, reading, known, apartMs)
    if (against) return against
  }
  return null
}

/** The last that is surely before, the first that is surely after, and what lies between. */
function nextTo(kept: readonly Kept[], instant: number, apartMs: number): readonly Kept[] {
  const from = kept.findLastIndex(one => one.readAt <= instant - apartMs)
  const to = kept.findIndex(one => one.readAt >= instant + apartMs)
  return kept.slice(Math.max(0, from), to < 0 ? kept.length : to + 1)
}

/** Nearer to each other two moments by two clocks cannot be put in order. */
function apartOf({ clockDeviationMs, limits }: Known): number {
  const off = clockDeviationMs === null ? limits['V-T2'].suspectAbove : Math.abs(clockDeviationMs)
  return off + CLOCKS_AGREE_MS
}

function whyImpossible(pair: Pair, reading: Reading, known: Known, apartMs: number): Checked {
  const { from, to, step, hours } = pair
  const { unit } = reading
  // One of the two may be told with fewer decimals.
  const coarser = 10 ** Math.max(from.value.scaler, to.value.scaler)
  // Words are made of what fails alone.
  const told = () => `${pair.kinds.join(' and ')}: ${inWords(pair, reading, known)}`
  const isInOrder = hours * HOUR >= apartMs
  if (rolledOver(pair, reading, known)) return null
  if (isInOrder && step.digits < 0n && -approximate(step) >= coarser) {
    const fall = formatScaled({ ...step, digits: -step.digits })
    const evidence = `${told()}: a fall of ${fall}, and no roll-over`
    return { verdict: 'suspect', evidence, samples: samplesOf(pair, reading), limit: { value: '0', unit } }
  }
  const most = mostEnergy(hours + apartMs / HOUR, reading, known)
  const size = isInOrder ? approximate(step) : Math.abs(approximate(step))
  if (most === null || size <= most + coarser) return null
  const limit = { value: most.toFixed(4), unit }
  const evidence = `${told()}: ${formatScaled(step)} ${unit} apart; the connection carries at most ${limit.value} meanwhile`
  return { verdict: 'suspect', evidence, samples: samplesOf(pair, reading), limit }
}
