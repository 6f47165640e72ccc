/** One conversation a meter is due for, and how it ended. */

import type { PollConfig } from '../config/config.ts'
import type { MeterTime } from '../core/time.ts'
import type { Point } from '../driver-api/profile.ts'
import type { FillAsked } from './fill-asked.ts'
import type { FreezePlan } from './plans.ts'

export type Job = FreezeJob | PollJob | FillJob

export interface FreezeJob {
  readonly kind: 'freeze'
  readonly plan: FreezePlan
  readonly boundary: number
  readonly nth: number
  /** It is kept, and was read once only (V-W1). */
  readonly isKept?: true
  /** The stamp it was read under just before. */
  readonly justRead?: MeterTime
}

export interface PollJob {
  readonly kind: 'poll'
  readonly poll: PollConfig
  readonly slot: number
  /** What was asked just before, these points among it. */
  readonly askedBefore?: readonly Point[]
}

/** Missed slots of a poll, from the meter's load records. */
export interface FillJob {
  readonly kind: 'fill'
  readonly poll: PollConfig
  /** The newest of them. */
  readonly slot: number
  readonly asked: FillAsked
  /** What is kept of them already (`heldKey`): it is neither asked for nor kept again. */
  readonly held?: ReadonlySet<string>
}

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
