/**
 * How long each meter's answers take, kept across restarts (V-A7): what is put into a line while the power is off would
 * else be there before anybody measured. Lost or damaged it costs some hundred answers to learn anew; therefore it is a
 * file of its own and not in the store.
 */

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { messageOf } from '../core/faults.ts'
import type { Log } from '../core/log.ts'
import type { LatencyKept } from '../reading/alarm/latency.ts'
import { writeWhole } from './kept-file.ts'

export interface LatenciesHeld {
  /** As they were kept last, by meter. */
  readonly before: ReadonlyMap<string, LatencyKept>
  /** Never rejects: what could not be written is told. */
  write(kept: ReadonlyMap<string, LatencyKept>): Promise<void>
}

const FILE = 'latencies.json'

const ms = z.number().nonnegative()
const reference = { medianMs: ms, spreadMs: ms }
const KEPT = z.record(
  z.string(),
  z.strictObject({
    kind: z.int(),
    reference: z.strictObject(reference),
    before: z.strictObject({ ...reference, toldAt: z.number() }).nullable(),
  }),
)

export async function openLatencies(directory: string, log: Log): Promise<LatenciesHeld> {
  const path = join(directory, FILE)
  const before = await readFile(path, 'utf8').then(latenciesIn, () => new Map<string, LatencyKept>())
  return {
    before,
    async write(kept) {
      try {
        await writeWhole(path, JSON.stringify(Object.fromEntries(kept)))
      } catch (error) {
        const hint =
          'see whether the data directory is full or read-only; they are learnt anew after a restart'
        log.warn({ hint }, `how long meters take to answer cannot be kept: ${messageOf(error)}`)
      }
    },
  }
}

function latenciesIn(text: string): ReadonlyMap<string, LatencyKept> {
  try {
    return new Map(Object.entries(KEPT.parse(JSON.parse(text))))
  } catch {
    return new Map()
  }
}
