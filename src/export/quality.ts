/** Quality letters of AEMO's meter data files, which billing systems know: A, E, S, F, N (vee.md §9.2). */

import type { ReleasedRegister } from '../reading/billing/release.ts'
import type { ExportedInterval } from './export-row.ts'

/** A actual; E estimated forwards, from the last read; S substituted between two reads; F a person's, final; N no value. */
export type QualityLetter = 'A' | 'E' | 'S' | 'F' | 'N'

/** What is estimated forwards will be corrected by the next read; a substitute is exact at both its ends. */
export function qualityOf({
  estimate,
  reading,
}: Pick<ReleasedRegister, 'estimate' | 'reading'>): QualityLetter {
  if (estimate !== null) return estimate.method === 'like-days' ? 'E' : 'S'
  return reading === null ? 'F' : 'A'
}

const OF_INTERVALS = {
  measured: { letter: 'A', codes: '2.0.1' },
  estimated: { letter: 'S', codes: '2.8.0' },
  missing: { letter: 'N', codes: '2.5.259' },
} as const

/** With the codes of IEC 61968-9. What lies between two reads is a substitute. */
export function qualityOfInterval({ mark }: Pick<ExportedInterval, 'mark'>): {
  readonly letter: QualityLetter
  readonly codes: string
} {
  return OF_INTERVALS[mark]
}

/** Of what was not released: its split is in doubt, or it is missing. */
export const WITHHELD_CODES = { doubtful: '2.5.258', missing: '2.5.259' } as const
