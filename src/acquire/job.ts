/** One conversation a meter is due for, and how it ended. */

import type { PollConfig } from '../config/config.ts'
import type { FreezePlan } from './plans.ts'

export type Job =
  | { readonly kind: 'freeze'; readonly plan: FreezePlan; readonly boundary: number; readonly nth: number }
  | { readonly kind: 'poll'; readonly poll: PollConfig; readonly slot: number }

/** What a freeze told, whichever was asked for: meters count back those they have made, and make none without power. */
export interface Frozen {
  /** Its own stamp. */
  readonly slot: number
  /** Every register is here. */
  readonly isWhole: boolean
}

/**
 * How a job ended, for what comes next. `nothing`: the meter answered but does not have it. `disturbed`: it answered, and
 * something of it was lost on the way.
 */
export type JobEnd = 'done' | 'nothing' | 'disturbed' | 'unanswered'
