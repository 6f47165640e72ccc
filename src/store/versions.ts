/** What a second answer for the same meter, register, kind and slot means (rule V-F10). Pure. */

import { compareScaled, formatScaled, type Scaled } from '../core/scaled.ts'
import type { Finding, Kind, Quality } from '../reading/reading.ts'
import { findingFor } from '../reading/rules/table.ts'
import { isWitnessed } from '../reading/rules/witness.ts'

/** One version as far as this question goes. */
export interface Statement {
  readonly version: number
  readonly value: Scaled
  readonly unit: string
  readonly readAt: number
  readonly quality: Quality
  readonly findings: readonly Finding[]
}

export type Meaning<Kept extends Statement> =
  /** The same fact again: counted on that version. */
  | { readonly is: 'duplicate'; readonly of: Kept; readonly isSame: boolean }
  /** Kept beside the others as the next version, contradicting none of them. */
  | { readonly is: 'next' }
  /** Kept as the next version and good, for it was said twice (V-W1); the versions named were not, and are in doubt. */
  | { readonly is: 'correction'; readonly doubted: readonly Kept[] }
  /** Kept as the next version; it and the versions named are in doubt. */
  | { readonly is: 'conflict'; readonly doubted: readonly Kept[] }

/**
 * `kept` holds at least one version, in order.
 *
 * - Equal number and unit: a duplicate of that version, whose verdict stands; judging it again with what is known by
 *   now (a later value, say) would doubt a good value for being older.
 * - Quarantined readings are held apart: whose or of when they are is unsure, so they contradict nobody, and a sure
 *   reading is never counted as a duplicate of one.
 * - A freeze is one stored number; another number is a conflict, unless it alone was said twice.
 * - A poll is true for its own moment. Another number read at another moment of the same slot (a repeat after a
 *   restart, the register having moved on) contradicts nothing: the slot keeps the first and counts the other, unless
 *   everything kept so far is in doubt and the new one is good. Another number for the very same moment is a conflict.
 */
export function meaningOf<Kept extends Statement>(
  kind: Kind,
  said: Omit<Statement, 'version'>,
  kept: readonly Kept[],
): Meaning<Kept> {
  const comparable =
    said.quality === 'quarantined' ? kept : kept.filter(({ quality }) => quality !== 'quarantined')
  const same = comparable.find(
    ({ value, unit }) => unit === said.unit && compareScaled(value, said.value) === 0,
  )
  if (same) return { is: 'duplicate', of: same, isSame: true }
  const [first] = comparable
  if (said.quality === 'quarantined' || first === undefined) return { is: 'next' }
  const otherMoment = comparable.every(({ readAt }) => readAt !== said.readAt)
  if (kind === 'freeze' && said.quality === 'good' && isWitnessed(said.findings))
    if (!comparable.some(({ findings }) => isWitnessed(findings)))
      return { is: 'correction', doubted: comparable }
  if (kind === 'freeze' || !otherMoment) return { is: 'conflict', doubted: comparable }
  if (said.quality === 'good' && comparable.every(({ quality }) => quality === 'suspect'))
    return { is: 'next' }
  return { is: 'duplicate', of: first, isSame: false }
}

/** The finding each side of a conflict carries, naming the other. */
export function conflictWith(
  other: Omit<Statement, 'version' | 'quality' | 'findings'> & { readonly version: number },
): Finding {
  return findingFor('V-F10', {
    verdict: 'suspect',
    evidence:
      `version ${other.version} of the same slot says ${formatScaled(other.value)} ${other.unit}, ` +
      `true for ${new Date(other.readAt).toISOString()}`,
  })
}
