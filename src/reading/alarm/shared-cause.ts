/** V-A2: where many meters fail one rule together it is not the meters. Counting, thresholds and words. Pure. */

export interface Onset {
  readonly meter: string
  /** Since when it fails, UTC ms. */
  readonly since: number
}

/** More of them than this share, and at least so many, and it is one cause; it is over at half of that or fewer. */
interface Threshold {
  readonly share: number
  readonly least: number
}

export const OF_A_LINE: Threshold = { share: 0.2, least: 3 }
export const OF_ALL: Threshold = { share: 0.05, least: 5 }
const OVER_AT = 0.5

export function isCommon(failing: number, all: number, { share, least }: Threshold): boolean {
  return failing >= least && failing > share * all
}

/** The threshold to end is another than to begin: a share that wavers around one would raise and clear for ever. */
export function isOver(failing: number, all: number, { share, least }: Threshold): boolean {
  return failing <= OVER_AT * Math.max(share * all, least)
}

/** The most different meters that began to fail within one cycle of each other. */
export function mostTogether(onsets: readonly Onset[], cycleMs: number): readonly string[] {
  const sorted = onsets.toSorted((a, b) => a.since - b.since || (a.meter < b.meter ? -1 : 1))
  const within = new Map<string, number>()
  let most = { size: 0, from: 0, to: 0 }
  let from = 0
  for (const [to, { meter, since }] of sorted.entries()) {
    within.set(meter, (within.get(meter) ?? 0) + 1)
    for (let first = sorted[from]; first && since - first.since > cycleMs; first = sorted[++from]) {
      const left = (within.get(first.meter) ?? 0) - 1
      if (left === 0) within.delete(first.meter)
      else within.set(first.meter, left)
    }
    if (within.size > most.size) most = { size: within.size, from, to }
  }
  return [...new Set(sorted.slice(most.from, most.to + 1).map(({ meter }) => meter))]
}

/** "5 of 12 meters of line a": for the alarm, and for why nothing is released. */
export function shareInWords(
  failing: number,
  all: number,
  where: { readonly scope: 'line' | 'gateway'; readonly of: string },
): string {
  return `${failing} of ${all} meters${where.scope === 'line' ? ` of line ${where.of}` : ''}`
}
