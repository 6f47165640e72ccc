/**
 * Asking too often is refused before any work is done for it, and every answer says how much is left, in the fields of
 * draft-ietf-httpapi-ratelimit-headers-10 (`RateLimit-Policy`, `RateLimit`; RFC 9651 lists) and `Retry-After` (RFC 9110).
 */

import type { FastifyReply, FastifyRequest } from 'fastify'
import type { RateConfig } from '../config/config.ts'
import type { Clock } from '../core/clock.ts'
import { Fault } from '../core/faults.ts'
import { addressOf } from './connections.ts'
import type { Holder } from './keys.ts'
import { createRates, networkOf } from './rates.ts'

/** Counts the request for its holder, or for its address where it has none. Throws ASK_TOO_OFTEN. */
export type Limit = (request: FastifyRequest, reply: FastifyReply, holder: Holder | null) => void

export function createLimit(rate: RateConfig, clock: Pick<Clock, 'monotonic'>): Limit {
  const rates = createRates(rate, clock)
  const policy = `q=${rate.burst};w=${Math.ceil(rate.burst / rate.perSecond)}`
  return (request, reply, holder) => {
    // Names of keys hold no space.
    const caller = holder === null ? `from ${networkOf(addressOf(request))}` : holder.name
    const { remaining, fullIn, wait } = rates.take(caller)
    const of = holder === null ? 'address' : 'key'
    reply.headers({
      'ratelimit-policy': `"${of}";${policy}`,
      ratelimit: `"${of}";r=${remaining};t=${fullIn}`,
    })
    if (wait === 0) return
    reply.header('retry-after', wait)
    const who = holder === null ? 'without a key, from this address' : 'with this key'
    throw new Fault(
      'ASK_TOO_OFTEN',
      `more than ${rate.perSecond} requests a second ${who}, and ${rate.burst} ahead of that; again in ${wait} s`,
    )
  }
}
