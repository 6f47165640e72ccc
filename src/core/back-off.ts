/** How long to leave alone what did not take a connection, or what we had for it. */

import type { Random } from './random.ts'
import { SECOND } from './time.ts'

const STEPS = [1 * SECOND, 2 * SECOND, 5 * SECOND, 10 * SECOND, 30 * SECOND] as const

/**
 * The pause before try `attempt + 1`; the first try that failed is attempt 0. Longer or shorter by up to this share, so
 * that gateways that lost a server together do not come back together.
 */
export function backOffMs(attempt: number, random: Random, jitter: number): number {
  const step = STEPS[attempt] ?? 30 * SECOND
  return Math.round(step * (1 - jitter + 2 * jitter * random.fraction()))
}
