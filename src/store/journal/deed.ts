/** What is written down in the journal, and how it is asked for. */

import { Fault } from '../../core/faults.ts'

/** Plain data without secrets: what is in the journal is read by others than those who did it. */
export type Facts = Readonly<Record<string, unknown>>

/** What is to be written down. */
export interface Deed {
  /** UTC ms. */
  readonly at: number
  /** The name of a key, `local:` and a user of this machine, or `daemon`. */
  readonly actor: string
  /** By what right: the scope that was asked for; `none` of the daemon itself. */
  readonly scope: string
  /** Where it came from: an address of the network, or `local`. */
  readonly address: string
  /** What was done, as in `batch.acknowledged`. */
  readonly action: string
  /** What it was done to, as in `meter m1`. */
  readonly subject: string
  readonly facts: Facts
}

/** Who does something, and by what right. */
export type Caller = Pick<Deed, 'actor' | 'scope' | 'address'>

/** Of what is done by rule, and nobody asked for. */
export const DAEMON: Caller = { actor: 'daemon', scope: 'none', address: 'local' }

const TOLD = ['actor', 'scope', 'address', 'action', 'subject'] as const

/**
 * To be asked before the write that a deed goes with is begun: what lacks something cannot be written down, so it is not to be
 * done, and amid a write it would stop the store. Throws ASK_FAILED: whoever made it is wrong, not the disk.
 */
export function requireWhole(deed: Deed): void {
  const lacking = TOLD.filter(field => typeof deed[field] !== 'string' || deed[field] === '')
  const isTimed = Number.isSafeInteger(deed.at) && deed.at >= 0
  const wrong = [...lacking, ...(isTimed ? [] : ['at']), ...(isJson(deed.facts) ? [] : ['facts'])]
  if (wrong.length > 0)
    throw new Fault('ASK_FAILED', `the journal is not told the ${wrong.join(', ')} of "${deed.action}"`)
}

function isJson(facts: unknown): boolean {
  try {
    return JSON.stringify(facts)?.startsWith('{') === true
  } catch {
    return false
  }
}

export interface JournalEntry extends Omit<Deed, 'facts'> {
  readonly sequence: number
  /** JSON, letter by letter as it is hashed. */
  readonly facts: string
  /** The hash of the entry before. */
  readonly before: string
}

export interface HashedEntry extends JournalEntry {
  /** Of the entry itself, which the next one names. */
  readonly hash: string
}

export interface JournalAsked {
  /** Only entries with a higher number. */
  readonly after: number
  /** Only entries with a lower number; all there are without it. */
  readonly before?: number
  readonly limit: number
  /** Only those not before this instant, UTC ms. */
  readonly since?: number | undefined
  readonly actor?: string | undefined
  readonly action?: string | undefined
}

export interface JournalPage {
  readonly entries: readonly HashedEntry[]
  /** All up to this number have been looked at; null where that is all there are. */
  readonly reached: number | null
}
