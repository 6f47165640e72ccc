/** `meterd audit verify`: whether the journal is what it was. */

import type { KeyObject } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Fault } from '../core/faults.ts'
import { PUBLIC_KEY } from '../running/checkpoints.ts'
import { checkpointsIn, publicKeyIn, type SignedCheckpoint } from '../store/journal/checkpoint.ts'
import { type Finding, verifyJournal } from '../store/journal/verify.ts'
import { type Terminal, WrongUse } from './verb.ts'

/** What was typed. */
export interface AuditWords {
  readonly since?: string | undefined
  readonly actor?: string | undefined
  readonly action?: string | undefined
  readonly checkpoint?: readonly string[] | undefined
  readonly key?: string | undefined
  readonly from?: string | undefined
  readonly json: boolean
}

export interface AuditPlace {
  readonly directory: string
  /** Of checkpoints. */
  readonly folder: string
  /** The file of the policy as it is now; undefined where none is configured. */
  readonly policy?: { readonly name: string; readonly sha256: string } | undefined
}

export async function verify(
  asked: AuditWords,
  { directory, folder, policy }: AuditPlace,
  io: Terminal,
): Promise<number> {
  const checkpoints = [...checkpointsKept(folder), ...(asked.checkpoint ?? []).flatMap(checkpointsGiven)]
  const unsigned = unsignedOf(checkpoints, keyGiven(asked.key) ?? keyKept(folder))
  const from = numberOf(asked.from ?? '1')
  const verified = verifyJournal(directory, { checkpoints, from, policy })
  const { head, entries, more, turns } = verified
  const findings = [...unsigned, ...verified.findings]
  if (asked.json) io.out(JSON.stringify({ ...verified, findings, checkpoints: checkpoints.length }))
  else {
    for (const { sequence, action, at, facts } of turns)
      io.out(`entry ${sequence}, ${at}: ${action}  ${facts}`)
    for (const { text } of findings) io.out(text)
    if (more > 0) io.out(`and ${more} more`)
    const held = checkpoints.length === 1 ? '1 checkpoint' : `${checkpoints.length} checkpoints`
    const verdict = findings.length === 0 ? 'nothing was changed' : 'NOT what it was'
    io.out(`${entries} entries, held to ${held}: ${verdict}; the last is ${head.size}, ${head.hash}`)
    if (checkpoints.length === 0)
      io.err('without a checkpoint from before, nothing tells what was cut off from the end or written anew')
  }
  return findings.length === 0 ? 0 : 1
}

/** The public key that checkpoints are signed with. */
export async function showKey({ json }: AuditWords, { folder }: AuditPlace, io: Terminal): Promise<number> {
  const path = join(folder, PUBLIC_KEY)
  if (!existsSync(path))
    throw new Fault('STORE_UNSAFE', `there is no ${path}; a daemon makes it when it starts`)
  const key = readFileSync(path, 'utf8').trim()
  io.out(json ? JSON.stringify({ key }) : key)
  return 0
}

/** Each hash is held to the chain all the same: what is not signed may still be true. */
function unsignedOf(checkpoints: readonly SignedCheckpoint[], key: KeyObject | null): Finding[] {
  const unsigned = key === null ? [] : checkpoints.filter(one => !one.isSignedBy(key))
  return unsigned.map(({ size, time }) => ({
    ...{ sequence: size, kind: 'signature' },
    text: `the checkpoint of ${time}, of ${size} entries, is not signed by the key of this gateway`,
  }))
}

function keyGiven(text: string | undefined): KeyObject | null {
  if (text === undefined) return null
  const key = publicKeyIn(text)
  if (key === null) throw new WrongUse('--key is no public key as `meterd audit key` shows it')
  return key
}

function keyKept(folder: string): KeyObject | null {
  const path = join(folder, PUBLIC_KEY)
  return existsSync(path) ? publicKeyIn(readFileSync(path, 'utf8')) : null
}

function checkpointsKept(folder: string): SignedCheckpoint[] {
  if (!existsSync(folder)) return []
  const names = readdirSync(folder).filter(name => /^checkpoints-.*\.txt$/.test(name))
  return names.sort().flatMap(name => checkpointsIn(readFileSync(join(folder, name), 'utf8')))
}

/** A checkpoint has lines, and no file's name has. */
function checkpointsGiven(given: string): readonly SignedCheckpoint[] {
  const isFile = !given.includes('\n') && existsSync(given)
  const found = checkpointsIn(isFile ? readFileSync(given, 'utf8') : given)
  if (found.length === 0)
    throw new WrongUse(
      `--checkpoint ${isFile ? `${given}: there is none in it` : 'is neither a file nor a checkpoint'}`,
    )
  return found
}

function numberOf(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new WrongUse(`--from "${text}": the number of an entry`)
  return Number(text)
}
