/** What is written of notices and protections: entries are added, never changed. A correction is an entry of its own. */

import { type SafeguardFields, safeguardChecksum } from '../checksum.ts'
import { type Row, whole } from '../rows.ts'

/**
 * Of a notice: `notice` requires it, `receipt` is what a channel says, `visit` what somebody did there, `unreachable` asks for a
 * visit, `cleared` says that nothing is owed any more. Of a protection: `protection` enters it, `change` proposes, `changed` has it
 * otherwise. Of all of them, without an account: `list` says that it is whole, `listed` that another says so too. `declared`, without one
 * too, says whether there is a condition of the policy's.
 */
export const SAFEGUARD_KINDS = [
  'notice',
  'receipt',
  'visit',
  'unreachable',
  'cleared',
  'protection',
  'change',
  'changed',
  'list',
  'listed',
  'declared',
] as const
export type SafeguardKind = (typeof SAFEGUARD_KINDS)[number]

export interface SafeguardEntry {
  /** 1, 2, …, of all accounts. */
  readonly sequence: number
  /** Empty where it is of all. */
  readonly account: string
  readonly kind: SafeguardKind
  /** How the notice, protection or condition is called; of a visit for its own sake empty. */
  readonly about: string
  /** UTC ms: when it was so. */
  readonly at: number
  /** JSON, an object. */
  readonly facts: string
  /** UTC ms, by our own clock. */
  readonly recordedAt: number
  /** Name of a key, or "rule". */
  readonly by: string
}

export const SAFEGUARD_COLUMNS = [
  ...['sequence', 'account', 'kind', 'about', 'at', 'facts', 'recorded_at', 'recorded_by', 'checksum'],
]

/** In the order of the columns. */
export function safeguardFieldsOf({
  sequence,
  account,
  kind,
  about,
  at,
  facts,
  recordedAt,
  by,
}: SafeguardEntry): SafeguardFields {
  return { sequence, account, kind, about, at, facts, recordedAt, recordedBy: by }
}

/** Null where the row does not match its checksum. */
export function safeguardIn(row: Row): SafeguardEntry | null {
  const text = (column: string) => String(row[column])
  const entry: SafeguardEntry = {
    ...{ sequence: whole(row['sequence']), account: text('account'), kind: text('kind') as SafeguardKind },
    ...{ about: text('about'), at: whole(row['at']), facts: text('facts') },
    ...{ recordedAt: whole(row['recorded_at']), by: text('recorded_by') },
  }
  return safeguardChecksum(safeguardFieldsOf(entry)) === whole(row['checksum']) ? entry : null
}
