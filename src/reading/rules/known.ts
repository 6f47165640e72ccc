/** What rules may look at beside the reading. */

import type { Scaled } from '../../core/scaled.ts'
import type { Nameplate } from '../../driver-api/profile.ts'
import type { Periods } from '../freeze-period.ts'
import type { Generation } from '../generation.ts'
import type { Transformers } from '../ratios.ts'
import type { Reading } from '../reading.ts'
import type { LoadSeen } from '../seen/load-seen.ts'
import type { Seen } from '../seen/seen.ts'
import type { Standing } from '../seen/stood.ts'
import type { Limits } from './parameters.ts'

/** A good value of the same register. */
export interface Kept {
  readonly value: Scaled
  readonly readAt: number
  /** What it had been multiplied with; absent is 1. */
  readonly factor?: Scaled
}

/** An earlier answer of one conversation or the one right before it. */
export type SaidBefore = Pick<Reading, 'value' | 'unit' | 'slot' | 'readAt'>

export interface Known {
  /** Good values of this register and kind, oldest first, by the time they are true for; as many as are remembered. */
  readonly kept: readonly Kept[]
  /** Likewise of the other kind: polls of a freeze's register, freezes of a poll's. */
  readonly keptOther: readonly Kept[]
  /** What the meter's power has come to; null before anything was seen, absent where nobody watches it. */
  readonly load?: LoadSeen | null
  /** What rounds before have shown of the meter; null before the first, absent where nobody watches. */
  readonly seen?: Seen | null
  /** Of a maximum demand: when it was reached by the meter's clock, UTC ms; absent where it did not say. */
  readonly occurredAt?: number
  /** What stands of the meter from round to round; null before anything was seen, absent where nobody watches it. */
  readonly standing?: Standing | null
  /** What may feed in behind the meter; absent is nothing. */
  readonly generation?: Generation
  /** What power below zero means is left to the device, and nobody knows. */
  readonly isSignUnsure?: true
  /** On the side of the transformers the values are of. */
  readonly nameplate: Nameplate
  /** Where the register rolls over, exclusive; null when unknown. */
  readonly capacity: Scaled | null
  /** Of a float: how far its neighbour lies, where that is beyond the resolution declared; as the meter sent it. */
  readonly floatStep?: Scaled | null
  /** The meter sends a float, which was rounded to the resolution declared; absent where digits are the meter's own. */
  readonly rounded?: true
  /** In front of the meter; absent where nothing is known of any. */
  readonly transformers?: Transformers | null
  /** Why nobody vouches yet for what this register means; null or absent where that is settled. */
  readonly notAccepted?: string | null
  /** Why it is another meter that answers here; null or absent where it is not, or nothing tells. */
  readonly whyAnother?: string | null
  /** Since when the meter that is there surely is, UTC ms; absent where nobody asks. */
  readonly since?: number
  /** The meter's clock minus ours, ms, measured in this round or not long ago; null when it was not. */
  readonly clockDeviationMs: number | null
  /** Likewise measured before this round, where this round tells it too; null or absent where one of the two is not. */
  readonly clockBeforeMs?: number | null
  /** What the meter said when it was asked the same just before; absent where it was not. */
  readonly saidBefore?: SaidBefore
  /** Two different answers came to the question this value answers. */
  readonly doubled: boolean
  /** Of a freeze: what divides those it was asked for as one of; absent is each midnight. */
  readonly periods?: Periods
  /** Our own clock may be believed (PR-31). */
  readonly timeTrusted: boolean
  readonly now: number
  readonly offsetMinutes: number
  /** The parameters in force for meters of this class. */
  readonly limits: Limits
}
