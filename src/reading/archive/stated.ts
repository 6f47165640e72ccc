/** What somebody states of pairings, with the places it stands at, and what is to be said of it. */

import type { NewVersion, Pairing, PairingVersion } from './pairing.ts'

export type PairingField = 'account' | 'point' | 'meter' | 'from' | 'to' | 'withdrawn'

/** Where something stands: a line of a file, or an entry of a list counted from 1. */
export interface StatedPlace {
  readonly line: number
  /** Where the cell of each field begins, from 1 on; empty for what came in no columns. */
  readonly columns: Partial<Readonly<Record<PairingField, number>>>
}

export interface Stated extends Pairing {
  readonly isWithdrawn: boolean
  readonly place: StatedPlace
}

/** Something that cannot be as it is stated, or that a person should look at. */
export interface Remark {
  readonly line: number
  readonly column: number | null
  readonly field: PairingField | null
  readonly text: string
  readonly remedy: string
}

/** One pairing that is recorded anew. */
export interface Recorded {
  /** Null for one that the statement of a whole account leaves out. */
  readonly stated: Stated | null
  /** Null for what is added. */
  readonly before: PairingVersion | null
  readonly now: NewVersion
}

export function remarkAt(
  { line, columns }: StatedPlace,
  field: PairingField,
  text: string,
  remedy: string,
): Remark {
  return { line, column: columns[field] ?? null, field, text, remedy }
}
