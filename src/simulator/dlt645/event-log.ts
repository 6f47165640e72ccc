/** What happened to a meter, by class of event: the last ten of each in full, all of them counted. */

/** Six hex digits: DI3, DI2 and DI1 of the class's identifiers. */
export type EventClass = string

export interface Occurrence {
  readonly at: number
  /** The record as the meter sends it. */
  readonly record: () => readonly number[]
}

export interface EventLog {
  add(kind: EventClass, at: number, record: readonly number[]): void
  count(kind: EventClass): number
  /** Latest first. */
  latest(kind: EventClass): readonly Occurrence[]
  /** The instant before which nothing of a class is remembered. */
  clearedAt(kind: EventClass): number
  /** One class, or all but those that must survive. */
  clear(kind: EventClass | null, at: number): void
}

/** Event records cleared, meter cleared: what was wiped may not be wiped (7.11, 7.12). */
export const SURVIVING: readonly EventClass[] = ['033001', '033003']

const KEPT = 10

export function createEventLog(): EventLog {
  const counts = new Map<EventClass, number>()
  const records = new Map<EventClass, Occurrence[]>()
  const cleared = new Map<EventClass, number>()
  let allCleared = Number.NEGATIVE_INFINITY
  return {
    add(kind, at, record) {
      counts.set(kind, (counts.get(kind) ?? 0) + 1)
      const kept = [{ at, record: () => record }, ...(records.get(kind) ?? [])]
      records.set(kind, kept.slice(0, KEPT))
    },
    count: kind => counts.get(kind) ?? 0,
    latest: kind => records.get(kind) ?? [],
    clearedAt: kind =>
      SURVIVING.includes(kind)
        ? Number.NEGATIVE_INFINITY
        : Math.max(allCleared, cleared.get(kind) ?? Number.NEGATIVE_INFINITY),
    clear(kind, at) {
      if (kind === null) allCleared = at
      else cleared.set(kind, at)
      for (const each of kind === null ? [...counts.keys()] : [kind]) {
        if (SURVIVING.includes(each)) continue
        counts.delete(each)
        records.delete(each)
      }
    },
  }
}
