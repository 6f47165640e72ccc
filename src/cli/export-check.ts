/** `meterd export --check`: whether a file is NEM12, each breach with its place and what to do. */

import { readFile } from 'node:fs/promises'
import { messageOf } from '../core/faults.ts'
import { checkNem12, type Nem12Breach } from '../export/nem12-validator.ts'
import type { Terminal } from './verb.ts'

/** Of a file that is something else altogether the first tell enough. */
const MOST_TOLD = 100

/** Exit 0 where it is right, 1 where it is not or cannot be read; `-` is standard input. */
export async function checkExport(file: string, json: boolean, io: Terminal): Promise<number> {
  const text = await textOf(file, io)
  if (text === null) return 1
  const breaches = checkNem12(text)
  if (json) for (const breach of breaches) io.out(JSON.stringify(breach))
  else tell(file, breaches, io)
  return breaches.length === 0 ? 0 : 1
}

async function textOf(file: string, io: Terminal): Promise<string | null> {
  if (file === '-') return io.readAll()
  try {
    // Byte by byte: what is no ASCII is a breach, not a mistake of reading.
    return await readFile(file, 'latin1')
  } catch (error) {
    io.err(`${file} cannot be read: ${messageOf(error)}`)
    return null
  }
}

function tell(file: string, breaches: readonly Nem12Breach[], io: Terminal): void {
  for (const { line, field, rule, found, demand, remedy } of breaches.slice(0, MOST_TOLD)) {
    const where = field === 0 ? `${line}` : `${line}, field ${field}`
    io.out(`${file}:${where}: ${rule}: ${demand}; found ${JSON.stringify(found)}; ${remedy}`)
  }
  const more = breaches.length - MOST_TOLD
  if (more > 0) io.out(`and ${more} more`)
  if (breaches.length === 0) io.out(`${file} is NEM12`)
}
