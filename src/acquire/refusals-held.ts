/**
 * The blocks and spans each meter has refused, kept across restarts so that it is not asked for them again at once. A
 * firmware may learn to serve one, so a refusal counts for a week. Lost or damaged it costs a question each, no more;
 * therefore it is a file of its own and not in the store.
 */

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../core/clock.ts'
import { messageOf } from '../core/faults.ts'
import type { Log } from '../core/log.ts'
import { DAY } from '../core/time.ts'
import { writeWhole } from './kept-file.ts'

export interface RefusalsHeld {
  /** What this meter need not be asked; `since` is when it came to its place, where that is known. */
  of(meter: MeterNamed, since?: number): ReadonlySet<string>
  add(meter: MeterNamed, items: readonly string[]): void
  /** Another meter answers in its place. */
  forget(meter: MeterNamed): void
  /** Until what was added last is in the file, or could not be written. */
  written(): Promise<void>
}

/** Another meter in the same place has refused nothing yet. */
export interface MeterNamed {
  readonly id: string
  readonly address: string
}

const FILE = 'refused.json'
const COUNTS_FOR_MS = 7 * DAY

/** When each item was refused, by meter. */
type Refusals = Map<string, Map<string, number>>

export async function openRefusals(directory: string, clock: Clock, log: Log): Promise<RefusalsHeld> {
  const path = join(directory, FILE)
  const refusals = await readFile(path, 'utf8').then(refusalsIn, () => new Map() as Refusals)
  let writing: Promise<void> | null = null
  let isDirty = false
  let isWell = true

  async function write(): Promise<void> {
    while (isDirty) {
      isDirty = false
      try {
        await writeWhole(path, textOf(refusals))
        isWell = true
      } catch (error) {
        const hint =
          'see whether the data directory is full or read-only; meters are asked again after a restart'
        if (isWell) log.warn({ hint }, `what meters refuse cannot be kept: ${messageOf(error)}`)
        isWell = false
      }
    }
    writing = null
  }

  return {
    of(meter, since = Number.NEGATIVE_INFINITY) {
      const held = refusals.get(keyOf(meter))
      if (!held) return NOTHING
      const counting = Math.max(since, clock.now() - COUNTS_FOR_MS)
      for (const [item, refusedAt] of held) if (refusedAt < counting) held.delete(item)
      return new Set(held.keys())
    },
    add(meter, items) {
      if (items.length === 0) return
      const held = refusals.get(keyOf(meter)) ?? new Map<string, number>()
      refusals.set(keyOf(meter), held)
      for (const item of items) {
        for (const place of formerPlaces(item, held)) held.delete(place)
        held.set(item, clock.now())
      }
      isDirty = true
      writing ??= write()
    },
    forget(meter) {
      if (!refusals.delete(keyOf(meter))) return
      isDirty = true
      writing ??= write()
    },
    written: () => writing ?? Promise.resolve(),
  }
}

/** Of what is remembered by its place (`sunspec:203@40069`) the newest counts, and stands last. */
function formerPlaces(item: string, held: ReadonlyMap<string, number>): readonly string[] {
  const nameEnds = item.indexOf('@') + 1
  if (nameEnds === 0) return []
  return [...held.keys()].filter(other => other.startsWith(item.slice(0, nameEnds)))
}

const NOTHING: ReadonlySet<string> = new Set()

function keyOf({ id, address }: MeterNamed): string {
  return `${id} ${address}`
}

function textOf(refusals: Refusals): string {
  return JSON.stringify(
    Object.fromEntries([...refusals].map(([key, held]) => [key, Object.fromEntries(held)])),
  )
}

/** Whatever in the file is no refusal is left out. */
function refusalsIn(text: string): Refusals {
  const entries = (value: unknown) =>
    typeof value === 'object' && value !== null ? Object.entries(value) : []
  try {
    return new Map(
      entries(JSON.parse(text)).map(([key, held]) => [
        key,
        new Map(entries(held).filter((entry): entry is [string, number] => typeof entry[1] === 'number')),
      ]),
    )
  } catch {
    return new Map()
  }
}
