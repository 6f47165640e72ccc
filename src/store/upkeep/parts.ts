/** The kinds of house-keeping around one database. */

import type { DatabaseSync } from 'node:sqlite'
import type { BillingMoments, Worth } from '../../reading/worth.ts'
import type { Audits } from '../audits.ts'
import type { WithheldEntries } from '../book/withheld.ts'
import type { Damage } from '../damage.ts'
import type { Outbox } from '../outbox.ts'
import type { Rows } from '../rows.ts'
import type { Transaction } from '../statements.ts'
import { createAlarmThinning } from './alarm-thinning.ts'
import { createBookScrub } from './book-scrub.ts'
import { createChangeTrail } from './change-trail.ts'
import { createClockThinning } from './clock-thinning.ts'
import { createFrames } from './frames.ts'
import { createMissingThinning } from './missing-thinning.ts'
import type { Places } from './places.ts'
import { createScrub } from './scrub.ts'
import { createSweep } from './sweep.ts'
import type { KeepingParts } from './upkeep.ts'

export interface UpkeepParts {
  readonly database: DatabaseSync
  readonly rows: Rows
  readonly audits: Pick<Audits, 'check'>
  readonly places: Places
  readonly damage: Damage
  readonly withheld: Pick<WithheldEntries, 'fence'>
  readonly transaction: Transaction
  readonly moments: BillingMoments
  readonly outbox: Pick<Outbox, 'lastSequence' | 'announceAgain'>
}

export function createUpkeepParts(
  parts: UpkeepParts,
): Pick<
  KeepingParts,
  'frames' | 'sweeps' | 'scrub' | 'bookScrub' | 'clockThinning' | 'missingThinning' | 'alarmThinning'
> {
  const trail = createChangeTrail(parts.database, parts.outbox.lastSequence)
  const sweepOf = (worth: Worth) => createSweep(worth, { ...parts, trail })
  return {
    frames: createFrames(parts),
    sweeps: { billing: sweepOf('billing'), curve: sweepOf('curve'), instantaneous: sweepOf('instantaneous') },
    scrub: createScrub({ ...parts, announceAgain: parts.outbox.announceAgain }),
    bookScrub: createBookScrub(parts),
    clockThinning: createClockThinning({ ...parts, offsetMinutes: parts.moments.offsetMinutes }),
    missingThinning: createMissingThinning(parts.database),
    alarmThinning: createAlarmThinning(parts.database),
  }
}
