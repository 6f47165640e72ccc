/** How many descriptors there are, and how many of them clients may hold (PR-25): lines and store come first. */

import { readFileSync } from 'node:fs'

/** More clients than this nobody has. */
const MOST_CLIENTS = 100
/** A box so poor in descriptors must still tell what is wrong. */
const LEAST_CLIENTS = 4
/** Node's own, the store with its copies and rescue, sinks, the control door: seen are 40. */
const OWN = 80
/** A line that is made anew may hold two for a moment. */
const PER_LINE = 2

/** What the system allows this process; null where it does not say. */
export function descriptorLimit(): number | null {
  try {
    return limitIn(readFileSync('/proc/self/limits', 'utf8'))
  } catch {
    return null
  }
}

function limitIn(limits: string): number | null {
  const found = /^Max open files\s+\d+\s+(\d+)/m.exec(limits)
  return found ? Number(found[1]) : null
}

/** How many connections boxes may hold that dial in, beside our own lines and the fewest clients. */
export function dialledAllowed(limit: number | null, lines: number): number {
  return limit === null
    ? Number.POSITIVE_INFINITY
    : Math.max(0, limit - OWN - PER_LINE * lines - 2 * LEAST_CLIENTS)
}

/** How many connections each of `doors` may take at once from outside. */
export function clientsAllowed(limit: number | null, lines: number, doors: number): number {
  if (limit === null) return MOST_CLIENTS
  const left = Math.floor((limit - OWN - PER_LINE * lines) / doors)
  return Math.min(MOST_CLIENTS, Math.max(LEAST_CLIENTS, left))
}
