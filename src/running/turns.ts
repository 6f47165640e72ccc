/** The turns of many lines: what is due on thousands at one moment is asked one after another, a little apart. */

import type { MeterConfig } from '../config/config.ts'

/** What a conversation takes of the processor on a small board, ms. */
const APART_MS = 5
/** No more than this share of the shortest interval is given up for it. */
const MOST_SHARE = 0.25

/** How much later than the calendar says the line of this place in the list asks, ms. */
export function laterMs(place: number, meters: readonly Pick<MeterConfig, 'polls'>[]): number {
  const shortest = Math.min(...meters.flatMap(({ polls }) => polls.map(({ everyMs }) => everyMs)))
  return Number.isFinite(shortest) ? (place * APART_MS) % Math.max(1, shortest * MOST_SHARE) : 0
}
