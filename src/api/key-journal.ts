/**
 * Keys are made and revoked by a command that writes their file, whether or not a daemon runs, and anybody who may write
 * that file can change it by hand. So the daemon holds the file against what the journal last said of it, and writes down
 * what differs: at its start, whenever it finds the file changed, and when it stops.
 */

import { hash } from 'node:crypto'
import type { Clock } from '../core/clock.ts'
import { messageOf } from '../core/faults.ts'
import type { Log } from '../core/log.ts'
import { isoWithOffset } from '../core/time.ts'
import type { Deed, Facts, Store } from '../store/store.ts'
import type { KeyFile, RevokedKey, StoredKey } from './key-file.ts'

export interface KeyJournalParts {
  readonly file: Pick<KeyFile, 'list' | 'revoked'>
  readonly store: Pick<Store, 'journalAdd' | 'journalOfKeys'>
  readonly clock: Pick<Clock, 'now'>
  readonly log: Pick<Log, 'warn'>
}

/** By name, what tells one state of a key from another. */
type Held = Readonly<Record<string, string>>

const NOBODY = 'local:unknown'
const DIGITS = 16

/** The answer writes down what has changed since it was called last; it never rejects. */
export function createKeyJournal({ file, store, clock, log }: KeyJournalParts): () => Promise<void> {
  let last: Promise<void> = Promise.resolve()

  async function note(): Promise<void> {
    try {
      const [keys, revoked] = [await file.list(), await file.revoked()]
      const before = heldIn((await store.journalOfKeys())?.facts)
      for (const deed of changesOf(before, keys, revoked))
        await store.journalAdd({ ...deed, at: clock.now() })
    } catch (error) {
      log.warn(
        { code: 'STORE_FAILED' },
        `what changed of the API keys is not in the journal yet: ${messageOf(error)}`,
      )
    }
  }

  return () => {
    last = last.then(note)
    return last
  }
}

/** Each with what is held after it, which the next look begins with. */
function* changesOf(
  before: Held,
  keys: readonly StoredKey[],
  revoked: readonly RevokedKey[],
): Generator<Omit<Deed, 'at'>> {
  const held = new Map(Object.entries(before))
  const deed = (action: string, name: string, actor: string, facts: Facts) => ({
    ...{ actor, scope: 'none', address: 'local', action, subject: `key ${name}` },
    facts: { ...facts, held: Object.fromEntries(held) },
  })
  const now = new Map(keys.map(key => [key.name, digestOf(key)]))
  for (const [name] of Object.entries(before)) {
    if (now.has(name)) continue
    const said = revoked.findLast(one => one.name === name)
    held.delete(name)
    yield deed('key.revoked', name, said?.by ?? NOBODY, said ? { revokedAt: isoWithOffset(said.at, 0) } : {})
  }
  for (const key of keys) {
    const known = held.get(key.name)
    if (known === digestOf(key)) continue
    held.set(key.name, digestOf(key))
    const { name, ends, scopes, meters, by = NOBODY } = key
    const times = {
      createdAt: isoWithOffset(key.createdAt, 0),
      expiresAt: key.expiresAt === null ? null : isoWithOffset(key.expiresAt, 0),
    }
    const action = known === undefined ? 'key.added' : 'key.changed'
    yield deed(action, name, by, { ends, scopes, meters, ...times })
  }
}

function digestOf({ sha256, scopes, meters, createdAt, expiresAt }: StoredKey): string {
  return hash('sha256', JSON.stringify([sha256, scopes, meters, createdAt, expiresAt])).slice(0, DIGITS)
}

function heldIn(facts: string | undefined): Held {
  return facts === undefined ? {} : (JSON.parse(facts) as { readonly held: Held }).held
}
