/** How often each caller may ask: a bucket of tokens for each, filled evenly, and a bounded number of callers remembered. */

import type { RateConfig } from '../config/config.ts'
import type { Clock } from '../core/clock.ts'
import { SECOND } from '../core/time.ts'

export interface Rates {
  /** Takes a request from what the caller has left. */
  take(caller: string): Allowance
}

export interface Allowance {
  /** Whole requests left. */
  readonly remaining: number
  /** Seconds until nothing is missing any more. */
  readonly fullIn: number
  /** Seconds until the next may come; 0 where this one may. */
  readonly wait: number
}

interface Bucket {
  tokens: number
  /** When so many were in it, by the monotonic clock. */
  at: number
}

/** Who has not asked for longest is forgotten first, and begins with a full bucket should he come again. */
const MOST_CALLERS = 4_096

export function createRates(
  { perSecond, burst }: RateConfig,
  clock: Pick<Clock, 'monotonic'>,
  most = MOST_CALLERS,
): Rates {
  const buckets = new Map<string, Bucket>()

  function filled(caller: string): Bucket {
    const now = clock.monotonic()
    const { tokens, at } = buckets.get(caller) ?? { tokens: burst, at: now }
    buckets.delete(caller)
    if (buckets.size >= most) buckets.delete(buckets.keys().next().value ?? '')
    const bucket = { tokens: Math.min(burst, tokens + ((now - at) / SECOND) * perSecond), at: now }
    buckets.set(caller, bucket)
    return bucket
  }

  return {
    take(caller) {
      const bucket = filled(caller)
      const mayAsk = bucket.tokens >= 1
      if (mayAsk) bucket.tokens -= 1
      return {
        remaining: Math.floor(bucket.tokens),
        fullIn: Math.ceil((burst - bucket.tokens) / perSecond),
        wait: mayAsk ? 0 : Math.max(1, Math.ceil((1 - bucket.tokens) / perSecond)),
      }
    },
  }
}

/** Whom an address belongs to: of IPv6 the network of 64 bits, of which everybody has more addresses than we remember. */
export function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '')
  if (!plain.includes(':')) return plain
  const [before = '', after = ''] = plain.split('::')
  const head = before.split(':').filter(part => part !== '')
  const tail = after.split(':').filter(part => part !== '')
  const missing = plain.includes('::') ? 8 - head.length - tail.length : 0
  const parts = [...head, ...Array<string>(Math.max(0, missing)).fill('0'), ...tail]
  return parts.slice(0, 4).join(':')
}
