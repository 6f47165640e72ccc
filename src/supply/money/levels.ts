/**
 * How low a balance is (P-01, P-02): each level is reached once, and again only after the balance has been clear above it. L3 says
 * that the balance alone would allow a cut; whether anything may be cut is not decided here. Pure.
 */

import { addScaled, compareScaled, type Scaled } from '../../core/scaled.ts'

/** Exact, in the currency of the account. */
export interface Thresholds {
  /** UTC ms; they hold until the next begin. */
  readonly from: number
  /** At or below it L1. */
  readonly alarm1: Scaled
  /** At or below it L2. */
  readonly alarm2: Scaled
  /** At or below its negative L3. */
  readonly overdraft: Scaled
}

/** 0 to 3. */
export type Level = 0 | 1 | 2 | 3

export interface LevelMoved {
  /** `reached`, or `left`: from now on it may be reached again. */
  readonly event: 'reached' | 'left'
  readonly level: Level
  readonly threshold: Scaled
}

/** Of the currency: what the balance has to be above a level, at least, for the level to be left. */
const LEAST_ABOVE: Scaled = { digits: 5n, scaler: 0 }

/** In the order they happened; `perDay` is what a day costs, null where that is not known. */
export function levelsMoved(
  before: Level,
  balance: Scaled,
  thresholds: Thresholds,
  perDay: Scaled | null,
): readonly LevelMoved[] {
  const ends = [thresholds.alarm1, thresholds.alarm2, negative(thresholds.overdraft)]
  const above = perDay && compareScaled(perDay, LEAST_ABOVE) > 0 ? perDay : LEAST_ABOVE
  const moved: LevelMoved[] = []
  for (const [place, threshold] of ends.entries())
    if (place >= before && compareScaled(balance, threshold) <= 0)
      moved.push({ event: 'reached', level: (place + 1) as Level, threshold })
  for (let level = before; level > 0; level -= 1) {
    const threshold = ends[level - 1] as Scaled
    if (compareScaled(balance, addScaled(threshold, above)) <= 0) break
    moved.push({ event: 'left', level, threshold })
  }
  return moved
}

/** Why these cannot be thresholds, in words; null where they can. */
export function thresholdsRefused({ alarm1, alarm2, overdraft }: Thresholds): string | null {
  if (overdraft.digits < 0n) return 'the overdraft is how far below nothing the balance may be: not negative'
  if (compareScaled(alarm1, alarm2) < 0) return 'alarm1 comes first: it is not below alarm2'
  if (compareScaled(alarm2, negative(overdraft)) < 0) return 'alarm2 comes before the overdraft is used up'
  return null
}

function negative({ digits, scaler }: Scaled): Scaled {
  return { digits: -digits, scaler }
}
