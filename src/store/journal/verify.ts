/** Whether a journal is what it was: the whole chain, and every checkpoint it has left behind (PR-65). Reads only. */

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Fault } from '../../core/faults.ts'
import { type Breach, type Head, walkChain } from '../../core/hash-chain.ts'
import { isoWithOffset } from '../../core/time.ts'
import { objectIn, ordersVerified } from '../order/verify.ts'
import { DATABASE_FILE } from '../rescue/set-aside.ts'
import { faultOf } from '../sqlite-fault.ts'
import { readOnlyUri } from '../statements.ts'
import type { Checkpoint } from './checkpoint.ts'
import { entryIn, JOURNAL_COLUMNS, linkOf, saidIn } from './entry.ts'

export interface Finding {
  /** The first entry it is about; of entries that are gone, the first of them. */
  readonly sequence: number
  readonly kind: Breach['kind'] | 'checksum' | 'no-journal' | 'signature' | 'order' | 'policy'
  readonly text: string
}

/** Where the store was not simply opened again: what was lost with it explains findings, and cannot be told from what was removed. */
export interface Turn {
  readonly sequence: number
  readonly action: string
  readonly at: string
  /** JSON; of the journal it says what was had back. */
  readonly facts: string
}

export interface JournalVerified {
  readonly head: Head
  /** Rows that were looked at. */
  readonly entries: number
  readonly findings: readonly Finding[]
  /** How many there are beside those told. */
  readonly more: number
  readonly turns: readonly Turn[]
}

const MOST_TOLD = 100
const SHOWN_DIGITS = 16

export interface VerifyAsked {
  readonly checkpoints: readonly Checkpoint[]
  /** A number at which an auditor knows that the chain begins anew; 1 for all of it. */
  readonly from: number
  /** The file of the policy that is gone by, as it is now: its name, and SHA-256 in hexadecimal. */
  readonly policy?: ReadFile | undefined
}

interface ReadFile {
  readonly name: string
  readonly sha256: string
}

/** Of the store of a data directory, whether or not a daemon runs on it. Throws STORE_UNSAFE, STORE_FAILED or STORE_UNREADABLE. */
export function verifyJournal(directory: string, asked: VerifyAsked): JournalVerified {
  const path = join(directory, DATABASE_FILE)
  if (!existsSync(path)) throw new Fault('STORE_UNSAFE', `there is no store in ${directory}`)
  try {
    const file = new DatabaseSync(readOnlyUri(path), { timeout: 5_000 })
    try {
      return verifyIn(file, asked)
    } finally {
      file.close()
    }
  } catch (error) {
    throw faultOf(error, `verifying the journal in ${directory}`)
  }
}

export function verifyIn(file: DatabaseSync, { checkpoints, from, policy }: VerifyAsked): JournalVerified {
  const findings: Finding[] = []
  let count = 0
  const find = (finding: Finding) => {
    count += 1
    if (findings.length < MOST_TOLD) findings.push(finding)
  }
  const walk = walkChain(checkpoints, from)
  const turns: Turn[] = []
  let entries = 0
  let loaded: ReturnType<typeof saidIn> | null = null
  for (const row of rowsOf(file, find)) {
    const said = saidIn(row)
    entries += 1
    if (said.sequence >= from && entryIn(row) === null) find(checksumFinding(said.sequence))
    for (const breach of walk.take(linkOf(said))) find(findingOf(breach, checkpoints))
    if (said.action === LOADED) loaded = said
    if (said.action.startsWith('store.'))
      turns.push({ sequence: said.sequence, action: said.action, at: timeOf(said.at), facts: said.facts })
  }
  const { head, breaches } = walk.end()
  for (const breach of breaches) find(findingOf(breach, checkpoints))
  if (entries > 0) for (const finding of ordersVerified(file)) find(finding)
  const changed = policy && loaded && policyFinding(policy, loaded)
  if (changed) find(changed)
  return { head, entries, findings, more: count - findings.length, turns }
}

const LOADED = 'configuration.loaded'

/** Null where it is the one that the daemon was started with last, or it was started with none of that name. */
function policyFinding(
  { name, sha256 }: ReadFile,
  { sequence, at, facts }: { readonly sequence: number; readonly at: number; readonly facts: string },
): Finding | null {
  const { readFrom = [] } = objectIn(facts) as { readonly readFrom?: readonly ReadFile[] }
  const read = readFrom.find(one => one.name === name)
  if (read === undefined || read.sha256 === sha256) return null
  const text = `the policy ${name} is not the one of entry ${sequence}, by which the daemon was started at ${timeOf(at)}: it was changed since`
  return { sequence, kind: 'policy', text }
}

function rowsOf(file: DatabaseSync, find: (finding: Finding) => void) {
  const isThere = file.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'journal'").get()
  if (isThere === undefined) {
    find({
      sequence: 1,
      kind: 'no-journal',
      text: 'the store has no journal: it is of an earlier version, or it was taken out',
    })
    return []
  }
  return file.prepare(`SELECT ${JOURNAL_COLUMNS} FROM journal ORDER BY sequence`).iterate()
}

function checksumFinding(sequence: number): Finding {
  const text = `entry ${sequence} does not match its checksum: it is damaged, or was changed by a hand that did not know of it`
  return { sequence, kind: 'checksum', text }
}

function findingOf(breach: Breach, checkpoints: readonly Checkpoint[]): Finding {
  const { kind, sequence } = breach
  return { kind, sequence: kind === 'short' ? sequence + 1 : sequence, text: wordsFor(breach, checkpoints) }
}

function wordsFor(breach: Breach, checkpoints: readonly Checkpoint[]): string {
  const { sequence } = breach
  const checkpointOf = (at: number, was?: string) => {
    const one = checkpoints.find(({ size, hash }) => size === at && (was === undefined || hash === was))
    return `the checkpoint of ${one?.time} (epoch ${one?.epoch})`
  }
  switch (breach.kind) {
    case 'missing':
      return breach.last === sequence
        ? `entry ${sequence} is missing`
        : `entries ${sequence} to ${breach.last} are missing`
    case 'inserted':
      return `entry ${sequence} was put in: entries are numbered from 1 on`
    case 'rootless':
      return `entry ${sequence} is the first, and names one before it`
    case 'changed':
      return `entry ${sequence} is not the one that entry ${sequence + 1} was added to: its hash is ${short(breach.is)}, entry ${sequence + 1} names ${short(breach.was)}`
    case 'other':
      return `entry ${sequence} is not the one of ${checkpointOf(sequence, breach.was)}: its hash is ${short(breach.is)}, the checkpoint says ${short(breach.was)}; it or one before it was changed`
    case 'short':
      return `the journal ends with entry ${sequence}; ${checkpointOf(breach.size)} is of ${breach.size}: ${breach.size - sequence} are gone`
  }
}

function short(hash: string): string {
  return hash.length > SHOWN_DIGITS ? `${hash.slice(0, SHOWN_DIGITS)}…` : `"${hash}"`
}

/** What stands in a changed row may be no time at all. */
function timeOf(at: number): string {
  return Math.abs(at) <= 8.64e15 ? isoWithOffset(at, 0) : String(at)
}
