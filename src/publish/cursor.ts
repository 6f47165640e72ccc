/** How far one sink has got: moves over what is settled without a gap, and is stored once in a while. */

import type { Cancel, Clock } from '../core/clock.ts'
import type { Log } from '../core/log.ts'
import { SECOND } from '../core/time.ts'
import type { Gap, Item, Store } from '../store/store.ts'
import type { Delivery, SinkStatus } from './sink.ts'

export interface Cursor {
  /** Reads where the sink was when the daemon ended. */
  load(): Promise<void>
  position(): number
  /** What the receivers of a new epoch must be told first: that these numbers of it will not come. */
  untold(): readonly Gap[]
  /** Moves over what of the batch is accepted or parked, up to the first that is owed; answers how many that are. */
  settle(batch: readonly Item[], delivery: Delivery): Promise<number>
  /** Back to this number; what comes after it is owed again. Never forwards. */
  rewind(sequence: number): Promise<void>
  storeIfDue(): Promise<void>
  store(): Promise<void>
  counts(): Pick<SinkStatus, 'delivered' | 'rejected' | 'lastAcceptedAt'>
}

export interface CursorParts {
  readonly sink: string
  readonly store: Pick<Store, 'epoch' | 'cursor' | 'advance' | 'rewind' | 'park'>
  readonly clock: Clock
  readonly log: Log
  /** Calls when it is time for `storeIfDue`. */
  readonly due: () => void
}

/** A crash re-sends at most what was delivered in this time, under the same ids (PR-11). */
const STORE_EVERY_MS = SECOND

export function createCursor({ sink, store, clock, log, due }: CursorParts): Cursor {
  let position = 0
  let stored = 0
  let untold: readonly Gap[] = []
  let isDue = false
  let cancelDue: Cancel | null = null
  let delivered = 0
  let rejected = 0
  let lastAcceptedAt: number | null = null

  async function storeNow(anyhow = false): Promise<void> {
    cancelDue?.()
    cancelDue = null
    isDue = false
    const reached = position
    if (reached === stored && !anyhow) return
    await store.advance(sink, reached)
    stored = reached
  }

  /** One timer while changes flow, not one per batch: timers cost more than readings do. */
  function storeSoon(): void {
    cancelDue ??= clock.after(STORE_EVERY_MS, () => {
      isDue = true
      due()
    })
  }

  /** Poison is set aside with the server's words, and does not hold up the rest (PR-14). */
  async function park(settled: readonly Item[], refused: ReadonlyMap<number, string>): Promise<number> {
    const parked = settled.filter(({ sequence }) => refused.has(sequence))
    for (const { sequence } of parked) await store.park(sink, sequence, refused.get(sequence) ?? '')
    const [first] = parked
    if (first === undefined) return 0
    const words = `${sink} refused reading ${first.sequence} for good: ${refused.get(first.sequence)}`
    const more = parked.length > 1 ? `; and ${parked.length - 1} more` : ''
    log.error({ sinkId: sink, code: 'SINK_REFUSED', count: parked.length }, words + more)
    return parked.length
  }

  return {
    async load() {
      const { sequence, epoch } = await store.cursor(sink)
      position = stored = sequence
      // They were delivered in an earlier life of the store, under its epoch.
      if (epoch !== store.epoch && sequence > 0) untold = [{ first: 1, sequence }]
    },
    position: () => position,
    untold: () => untold,
    async settle(batch, delivery) {
      const accepted = new Set(delivery.accepted)
      const refused = new Map(delivery.rejected.map(one => [one.sequence, one.reason]))
      const owed = batch.findIndex(({ sequence }) => !accepted.has(sequence) && !refused.has(sequence))
      const settled = owed === -1 ? batch : batch.slice(0, owed)
      const last = settled.at(-1)
      if (last === undefined) return 0
      const parked = await park(settled, refused)
      position = last.sequence
      const isTold = untold.length > 0
      untold = []
      delivered += settled.length - parked
      rejected += parked
      if (settled.length > parked) lastAcceptedAt = clock.now()
      if (parked > 0 || isTold) await storeNow(isTold)
      else storeSoon()
      return settled.length
    },
    async rewind(sequence) {
      if (sequence >= position) return
      // What was reached is stored first, else the store might have less to go back over than we have.
      await storeNow()
      await store.rewind(sink, sequence)
      position = stored = sequence
      if (untold.length > 0) untold = sequence > 0 ? [{ first: 1, sequence }] : []
    },
    async storeIfDue() {
      if (isDue) await storeNow()
    },
    store: () => storeNow(),
    counts: () => ({ delivered, rejected, lastAcceptedAt }),
  }
}
