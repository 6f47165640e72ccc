/** What these tests deliver, and an array in place of the store: the dispatcher's contract with it, nothing more. */

import type { Clock } from '../../src/core/clock.ts'
import { systemClock } from '../../src/core/clock.ts'
import { type Log, type LogContext, silentLog } from '../../src/core/log.ts'
import type { DispatcherParts } from '../../src/publish/dispatcher.ts'
import type { Change } from '../../src/store/store.ts'

export const MIDNIGHT = Date.UTC(2026, 10, 20, 16)

/** Change `sequence`; three registers a round, ten meters in turn. */
export function changeOf(sequence: number, over: Partial<Change> = {}): Change {
  const round = Math.ceil(sequence / 3)
  return {
    id: `id-${sequence}`,
    sequence,
    round,
    meter: `m-${round % 10}`,
    obis: `1-0:1.8.${sequence % 3}`,
    kind: 'poll',
    slot: MIDNIGHT + round * 1000,
    version: 1,
    value: { digits: BigInt(1000 + sequence), scaler: -2 },
    unit: 'kWh',
    readAt: MIDNIGHT + round * 1000,
    receivedAt: MIDNIGHT + round * 1000 + 120,
    quality: 'good',
    findings: [],
    ...over,
  }
}

export type ArrayStore = DispatcherParts['store'] & {
  readonly changes: Change[]
  readonly cursors: Map<string, number>
  readonly parked: Map<number, string>
}

export function arrayStore(count = 0): ArrayStore {
  const changes = Array.from({ length: count }, (_, index) => changeOf(index + 1))
  const cursors = new Map<string, number>()
  const parked = new Map<number, string>()
  return {
    changes,
    cursors,
    parked,
    lastSequence: async () => changes.length,
    changesAfter: async (sequence, limit) => changes.slice(sequence, sequence + limit),
    epoch: 1,
    cursor: async sink => ({ sequence: cursors.get(sink) ?? 0, epoch: 1 }),
    async advance(sink, sequence) {
      cursors.set(sink, sequence)
    },
    async rewind(sink, sequence) {
      for (const one of parked.keys()) if (one > sequence) parked.delete(one)
      const reached = Math.min(sequence, cursors.get(sink) ?? 0)
      cursors.set(sink, reached)
      return reached
    },
    async unpark(_sink, sequences) {
      for (const one of sequences) parked.delete(one)
    },
    parkedAfter: async (_sink, after, limit) =>
      [...parked]
        .filter(([sequence]) => sequence > after)
        .sort(([a], [b]) => a - b)
        .slice(0, limit)
        .map(([sequence, reason]) => ({
          item: changes[sequence - 1] ?? { first: sequence, sequence },
          reason,
        })),
    async park(_sink, sequence, reason) {
      parked.set(sequence, reason)
    },
  }
}

/** The real clock, with timers that go `factor` times as fast. */
export function hastyClock(factor: number): Clock {
  return {
    ...systemClock,
    monotonic: () => systemClock.monotonic() * factor,
    after: (ms, call) => systemClock.after(ms / factor, call),
    sleep: (ms, signal) => systemClock.sleep(ms / factor, signal),
  }
}

export function listLog(): Log & { readonly lines: { level: string; text: string; context: LogContext }[] } {
  const lines: { level: string; text: string; context: LogContext }[] = []
  const at = (level: string) => (context: LogContext, text: string) =>
    void lines.push({ level, text, context })
  return { ...silentLog, lines, info: at('info'), warn: at('warn'), error: at('error') }
}

/** Until it holds, or for at most `withinMs`; the answer is whether it does. */
export async function until(holds: () => boolean, withinMs = 10_000): Promise<boolean> {
  const end = systemClock.monotonic() + withinMs
  while (!holds() && systemClock.monotonic() < end) await systemClock.sleep(5)
  return holds()
}
