/** The one way of a round into the store. */

import { isPassing } from '../core/faults.ts'
import type { Accepted, Store } from '../store/store.ts'
import type { AlarmDesk } from './alarm-desk.ts'
import type { LastGoodValues } from './last-good.ts'
import type { LoadsSeen } from './loads-seen.ts'
import type { Outcome } from './round.ts'
import type { RoundsSeen } from './rounds-seen.ts'
import type { StandingSeen } from './standing-seen.ts'

/** Rounds handed to the store and not yet durable; more and the line waits for the disk. */
const MOST_UNKEPT = 64

export interface Keeping {
  /** What is durable is the baseline of the next reading; sinks and alarms are told. Rejects as the store does. */
  accept(outcome: Pick<Outcome, 'round' | 'judged'>): Promise<Accepted>
  /** Resolves when there is room for one more. */
  room(): Promise<void>
  /** Resolves when nothing is on its way any more. */
  settled(): Promise<void>
}

export function createKeeping(parts: {
  readonly store: Pick<Store, 'accept'>
  readonly lastGood: LastGoodValues
  readonly loads: Pick<LoadsSeen, 'note'>
  readonly seen: Pick<RoundsSeen, 'note'>
  readonly standing: Pick<StandingSeen, 'note'>
  readonly alarms?: Pick<AlarmDesk, 'took'>
  readonly kept: (accepted: Accepted) => void
  readonly broken: (error: unknown) => void
}): Keeping {
  const unkept = new Set<Promise<unknown>>()

  function accept({ round, judged }: Pick<Outcome, 'round' | 'judged'>): Promise<Accepted> {
    const accepting = parts.store
      .accept(round)
      .then(accepted => {
        // Of a round kept in part nobody knows which.
        if (accepted.refused === 0) {
          for (const reading of round.readings) parts.lastGood.note(reading)
          parts.loads.note(round.meter, round.readings)
          parts.seen.note(round.meter, round.readings)
          parts.standing.note(round.meter, round.readings)
          parts.alarms?.took(round, judged)
        }
        parts.kept(accepted)
        return accepted
      })
      .catch(notKept)
      .finally(() => unkept.delete(accepting))
    unkept.add(accepting)
    return accepting
  }

  /** A full or busy store has kept nothing and says so itself; after any other failure nothing is known (PR-03). */
  function notKept(error: unknown): never {
    if (!isPassing(error)) parts.broken(error)
    throw error
  }

  return {
    accept,
    async room() {
      // One that failed has been told by whoever kept it.
      if (unkept.size >= MOST_UNKEPT) await Promise.race(unkept).catch(() => undefined)
    },
    async settled() {
      await Promise.allSettled(unkept)
    },
  }
}
