/** What is declared of conditions such as heat: entries of this life of the store, the last of each name. */

import { isoWithOffset } from '../../core/time.ts'
import {
  DECLARED_FOR_MS,
  type Declaration,
  declarationRefused,
  declaredAt,
} from '../../supply/policy/declaration.ts'
import type { SafeguardEntry } from './entry.ts'
import {
  type Act,
  type Acting,
  type Entered,
  type Refused,
  refused,
  type SafeguardingParts,
} from './refusing.ts'
import type { Safeguards } from './safeguards.ts'

interface Facts {
  readonly is: boolean
  /** ISO 8601. */
  readonly until: string
  readonly source: string | null
  /** A store that was restored or rescued lacks what was declared since: there it is to be declared anew. */
  readonly epoch: number
}

export function declaring(
  { conditions, offsetMinutes, epoch }: Pick<SafeguardingParts, 'conditions' | 'offsetMinutes' | 'epoch'>,
  { kind, name, is, until, source }: Act<'declared'>,
  { now }: Acting,
): Entered | Refused {
  const why = declarationRefused({ name, until }, conditions, now)
  if (why !== null) return refused(why)
  const facts: Facts = { is, until: isoWithOffset(until, offsetMinutes), source, epoch }
  return { kind, account: '', about: name, at: now, facts }
}

/** What is declared at that time; none where an entry is damaged, for that may have been another word. */
export function declarationsAt(
  safeguards: Pick<Safeguards, 'lastOf'>,
  epoch: number,
  now: number,
): readonly Declaration[] {
  const entries = safeguards.lastOf('declared', now - DECLARED_FOR_MS)
  if (entries === null) return []
  return declaredAt(entries.filter(entry => factsOf(entry).epoch === epoch).map(declarationIn), now)
}

function declarationIn(entry: SafeguardEntry): Declaration {
  const { is, until, source } = factsOf(entry)
  return { name: entry.about, is, at: entry.at, until: Date.parse(until), source, by: entry.by }
}

function factsOf({ facts }: SafeguardEntry): Facts {
  return JSON.parse(facts) as Facts
}
