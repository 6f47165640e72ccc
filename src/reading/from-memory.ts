/** Which readings a meter had written down by itself before anybody asked: they carry its time, not ours. */

import { MINUTE } from '../core/time.ts'
import type { Reading } from './reading.ts'

/** A load record is asked for when its period is over, and no period is shorter; a poll is read as it comes. */
export function isLoadRecord({ kind, readAt, receivedAt }: Timed): boolean {
  return kind === 'poll' && receivedAt - readAt >= MINUTE
}

/** What the meter showed as it was asked: neither a freeze nor a load record is of that moment. */
export function isOfNow(reading: Timed): boolean {
  return reading.kind === 'poll' && !isLoadRecord(reading)
}

type Timed = Pick<Reading, 'kind' | 'readAt' | 'receivedAt'>
