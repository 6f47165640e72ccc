/** What a meter's answer means, and what we think of it. */

import type { Scaled } from '../core/scaled.ts'

/**
 * A freeze is a register as the meter itself kept it at a boundary; a poll is a register as it stood when asked, or as the
 * meter wrote it down by itself when the slot began.
 */
export type Kind = 'freeze' | 'poll'

/** Good enough to use · kept, not used until resolved · held apart, identity or time unsure. Contracts §6. */
export type Quality = 'good' | 'suspect' | 'quarantined'

export interface Reading {
  readonly meter: string
  readonly obis: string
  readonly kind: Kind
  /** Start of the interval (poll) or the boundary (freeze), UTC ms, aligned in the site's fixed offset. */
  readonly slot: number
  readonly value: Scaled
  readonly unit: string
  /** The time the value is true for: the stamp of a freeze or load record, or when the answer came. UTC ms. */
  readonly readAt: number
  /** When the frame that carried it was complete, UTC ms. */
  readonly receivedAt: number
  /** Index into the round's exchanges of the frame that carried it. */
  readonly exchange: number
}

export interface ValidatedReading extends Reading {
  readonly quality: Quality
  /** What rules had to say, when not simply "accept"; the worst decides the quality. */
  readonly findings: readonly Finding[]
}

/** A rule's verdict. `reject` means the answer is evidence and no reading. */
export type Verdict = 'accept' | 'flag' | 'suspect' | 'quarantine' | 'reject' | 'not evaluated'

export interface Finding {
  /** V-R1 … of the rule table. */
  readonly rule: string
  readonly verdict: Verdict
  /** 1 blocks billing and needs a person; 2 blocks billing, heals by itself; 3 informs. */
  readonly severity: 1 | 2 | 3
  /** IEC 61968-9 quality codes, e.g. "2.5.258". */
  readonly codes: readonly string[]
  /** Values, times and threshold that led to the verdict, in words an engineer can check. */
  readonly evidence: string
  /** Of the rule. Absent, like what follows, in findings kept before rules had versions. */
  readonly version?: number
  /** What was held against each other, the older first; absent where the verdict rests on no values. */
  readonly samples?: readonly Sample[]
  /** What was exceeded, or would have to be. */
  readonly limit?: Limit
}

/** A value as evidence: JSON keeps it exactly. */
export interface Sample {
  readonly obis: string
  readonly kind: Kind
  /** An exact decimal. */
  readonly value: string
  readonly unit: string
  /** The time it is true for, UTC ms. */
  readonly at: number
}

export interface Limit {
  readonly value: string
  readonly unit: string
}
