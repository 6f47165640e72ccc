/** How much room the store may take, and how long it keeps what. */

import { DAY } from '../core/time.ts'
import { KEPT_FOR } from '../reading/worth.ts'
import type { Complain } from './complaint.ts'
import type { StoreConfig } from './config.ts'
import { parseDuration, parseSize } from './quantities.ts'
import type { WrittenConfig } from './schema.ts'

const USUAL_BYTES = 4e9

/** Log and ballast take 24 MB of it, and the rest has to hold a day of a small site. */
const LEAST_BYTES = 64e6
/** Delivered readings stay ready to be sent again for a week (PR-12). */
const LEAST_DAYS = 7
/** Three months of bills back are asked about every day; less makes no archive. */
const LEAST_BILLING_DAYS = 100

export function resolveStore(written: WrittenConfig['store'], complain: Complain): StoreConfig {
  const maxBytes = parseSize(written?.maxBytes ?? '') ?? USUAL_BYTES
  if (maxBytes < LEAST_BYTES)
    complain(
      ['store', 'maxBytes'],
      `${maxBytes / 1e6} MB cannot hold a day of readings`,
      'give it 64MB or more',
    )
  const lasting = (
    what: 'frames' | 'instantaneous' | 'curves' | 'billing',
    usual: number,
    leastDays: number,
  ) => {
    const given = written?.keep?.[what]
    const ms = parseDuration(given ?? '') ?? usual
    if (ms < leastDays * DAY)
      complain(
        ['store', 'keep', what],
        `${given} is shorter than ${leastDays} days`,
        `write ${leastDays}d or more`,
      )
    return ms
  }
  return {
    maxBytes,
    keep: {
      frames: lasting('frames', KEPT_FOR.frames, 1),
      instantaneous: lasting('instantaneous', KEPT_FOR.instantaneous, LEAST_DAYS),
      curve: lasting('curves', KEPT_FOR.curve, LEAST_DAYS),
      billing: lasting('billing', KEPT_FOR.billing, LEAST_BILLING_DAYS),
    },
  }
}
