/** `meterd audit verify`: whether the journal is what it was. */

import { existsSync, readFileSync } from 'node:fs'
import { checkpointsIn, type SignedCheckpoint } from '../store/journal/checkpoint.ts'
import { verifyJournal } from '../store/journal/verify.ts'
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

export async function verify(asked: AuditWords, directory: string, io: Terminal): Promise<number> {
  const checkpoints = (asked.checkpoint ?? []).flatMap(checkpointsGiven)
  const from = numberOf(asked.from ?? '1')
  const verified = verifyJournal(directory, { checkpoints, from })
  const { head, entries, findings, more, turns } = verified
  if (asked.json) io.out(JSON.stringify({ ...verified, checkpoints: checkpoints.length }))
  else {
    for (const { sequence, action, at } of turns)
      io.out(
        `entry ${sequence}: ${action} at ${at}; what was lost with the store before cannot be told from what was removed`,
      )
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
