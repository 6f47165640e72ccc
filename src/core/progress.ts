/**
 * Who advances (PR-82). Each part of the daemon says that it has, and by when it will again; who is overdue hangs. Parts
 * know how long they may legally wait: a bus for its slowest answer, a sink for its back-off.
 */

import type { Clock } from './clock.ts'

export type PartKind = 'scheduler' | 'line' | 'store' | 'sink' | 'book'

/** It advanced, and will again within `ms`; null while it has nothing to do until somebody comes. */
export type Beat = (withinMs: number | null) => void

export interface PartProgress {
  readonly part: PartKind
  readonly name: string
  /** Since it advanced last. */
  readonly ageMs: number
  readonly overdue: boolean
}

export interface Progress {
  /** A new sign of life. Several of one part and name are shown as one, as bad as the worst. */
  beatOf(part: PartKind, name: string): Beat
  parts(): readonly PartProgress[]
}

export const noBeat: Beat = () => undefined

interface Sign {
  readonly part: PartKind
  readonly name: string
  at: number
  dueBy: number
}

export function createProgress(clock: Clock): Progress {
  const signs: Sign[] = []
  return {
    beatOf(part, name) {
      const sign: Sign = { part, name, at: clock.monotonic(), dueBy: Number.POSITIVE_INFINITY }
      signs.push(sign)
      return withinMs => {
        sign.at = clock.monotonic()
        sign.dueBy = withinMs === null ? Number.POSITIVE_INFINITY : sign.at + withinMs
      }
    },
    parts() {
      const now = clock.monotonic()
      const each = Map.groupBy(signs, ({ part, name }) => `${part} ${name}`)
      return [...each.values()].map(of => worst(of, now))
    },
  }
}

function worst(signs: readonly Sign[], now: number): PartProgress {
  const [first] = signs.toSorted((a, b) => a.dueBy - b.dueBy || a.at - b.at)
  const { part, name, at, dueBy } = first as Sign
  return { part, name, ageMs: now - at, overdue: now > dueBy }
}
