/** What a look at a meter tells, taken while nobody else has its line. Null where it does not say. */

import type { Scaled } from '../../core/scaled.ts'

export interface Look {
  /** When it was taken, by our clock, UTC ms. */
  readonly at: number
  /** The address that answered, and the number the meter tells of itself. */
  readonly address: string | null
  readonly number: string | null
  /** The register its bills are made of, read now; null where it was not read well. */
  readonly register: { readonly register: string; readonly value: Scaled } | null
  /** The meter's clock minus ours. */
  readonly clockErrorMs: number | null
  readonly isOpen: boolean | null
  /** What it was last told, where it tells the two apart. */
  readonly isOpenCommanded: boolean | null
  readonly isKeptPowered: boolean | null
  /** Whether current flows: seen where some does, and false only where all phases were read and none does. */
  readonly hasLoad: boolean | null
  readonly opened: Recorded | null
  readonly closed: Recorded | null
}

/** How often the meter recorded it, and of the last time when and by whom. */
export interface Recorded {
  readonly count: number | null
  /** By the meter's clock, UTC ms. */
  readonly at: number | null
  /** Eight hex digits. */
  readonly operator: string | null
}

/** What of the meter is held against what it tells afterwards. Null where it does not say. */
export interface RelayBefore {
  readonly isOpen: boolean | null
  readonly trips: number | null
  readonly closes: number | null
  /** Whether current flowed. */
  readonly hasLoad: boolean | null
}

/** What of it is kept beside a frame, to hold against what the meter tells afterwards. */
export function relayBefore({ isOpen, opened, closed, hasLoad }: Look): RelayBefore {
  return { isOpen, trips: opened?.count ?? null, closes: closed?.count ?? null, hasLoad }
}
