/** How long to leave a server alone that did not take what we had. */

import type { Random } from '../core/random.ts'
import { SECOND } from '../core/time.ts'

const STEPS = [1 * SECOND, 2 * SECOND, 5 * SECOND, 10 * SECOND, 30 * SECOND] as const

/** A quarter more or less, so that gateways that lost a broker together do not come back together. */
const JITTER = 0.25

/** The pause before try `attempt + 1`; the first try that failed is attempt 0. */
export function backOffMs(attempt: number, random: Random): number {
  const step = STEPS[attempt] ?? 30 * SECOND
  return Math.round(step * (1 - JITTER + 2 * JITTER * random.fraction()))
}
