/** Whether a cut may leave now: every question passes, on a look at the meter of the last minute (P-07, PR-53, PR-54). Pure; UTC ms. */

import type { FactsShown } from './facts-shown.ts'
import type { OrderInterlock } from './interlock.ts'
import type { Look } from './look.ts'

/** Older is as good as none. */
export const CHECK_HOLDS_MS = 60_000

export interface FinalCheck {
  /** When its look was taken, or the check where there was none. */
  readonly at: number
  /** As they are now; null where they could not be had. */
  readonly facts: FactsShown | null
  readonly look: Look | null
  readonly interlocks: readonly OrderInterlock[]
}
