/** Gathers rounds into batches, because a synced commit costs as much for a hundred readings as for one (PR-27). */

import type { Clock } from '../core/clock.ts'
import { Fault } from '../core/faults.ts'
import type { Accepted, Round } from './store.ts'

export interface Waiting {
  /** Resolves or rejects with the batch the round goes with. */
  add(round: Round): Promise<Accepted>
  /** Sends what waits now. */
  flush(): void
}

export interface WaitingLimits {
  readonly rows: number
  readonly ms: number
  /** Readings taken but not yet on disk, over all batches under way (PR-26). */
  readonly mostUnkept: number
}

interface Waiter {
  readonly round: Round
  readonly kept: (accepted: Accepted) => void
  readonly refused: (fault: unknown) => void
}

type Commit = (rounds: readonly Round[]) => Promise<readonly Accepted[]>

export function createWaiting(clock: Clock, limits: WaitingLimits, commit: Commit): Waiting {
  let waiters: Waiter[] = []
  let rows = 0
  let unkept = 0
  let cancel: (() => void) | null = null

  function flush(): void {
    cancel?.()
    cancel = null
    if (waiters.length === 0) return
    const batch = waiters
    const size = rows
    waiters = []
    rows = 0
    void settle(batch, commit).finally(() => {
      unkept -= size
    })
  }

  return {
    flush,
    add(round) {
      // A round without readings still is a row of evidence.
      const size = Math.max(1, round.readings.length)
      if (unkept + size > limits.mostUnkept)
        return Promise.reject(new Fault('STORE_BUSY', `${unkept} readings already wait for the disk`))
      unkept += size
      rows += size
      return new Promise((kept, refused) => {
        waiters.push({ round, kept, refused })
        if (rows >= limits.rows) flush()
        else cancel ??= clock.after(limits.ms, flush)
      })
    },
  }
}

async function settle(batch: readonly Waiter[], commit: Commit): Promise<void> {
  try {
    const answers = await commit(batch.map(({ round }) => round))
    for (const [index, { kept, refused }] of batch.entries()) {
      const accepted = answers[index]
      if (accepted === undefined) refused(new Error('broken promise: a batch is answered round by round'))
      else kept(accepted)
    }
  } catch (error) {
    for (const { refused } of batch) refused(error)
  }
}
