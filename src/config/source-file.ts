/** Reads a file of settings, YAML or CSV, into data with places; whatever the file is, it never surprises. */

import { hash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { relative, resolve } from 'node:path'
import { aboutFile, type Complaint, type Source } from './complaint.ts'
import { readCsv } from './csv-source.ts'
import { readYaml } from './yaml-source.ts'

/** Larger than any list of meters; keeps a wrong file name from filling the memory. */
const MOST_BYTES = 32 * 2 ** 20

export interface SourceFile extends Source {
  /** SHA-256 of its bytes, hexadecimal. */
  readonly sha256: string
}

/** Null after complaining; `remedy` is for a file that is missing or empty. */
export async function readSource(
  path: string,
  remedy: string,
  into: Complaint[],
): Promise<SourceFile | null> {
  const file = shownAs(resolve(path))
  const text = await readText(path)
  if (typeof text !== 'string') {
    into.push(aboutFile(file, text.wrong, remedy))
    return null
  }
  const source = path.endsWith('.csv') ? readCsv(file, text, into) : readYaml(file, text, into)
  if (source && source.value !== null) return { ...source, sha256: hash('sha256', text) }
  if (source) into.push(aboutFile(file, 'the file is empty', remedy))
  return null
}

/** Paths as people would type them where they stand, unless the whole path is shorter. */
export function shownAs(path: string): string {
  const short = relative(process.cwd(), path)
  return short.startsWith('..') ? path : short
}

async function readText(path: string): Promise<string | { readonly wrong: string }> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => error)
  if (bytes instanceof Error)
    return {
      wrong: bytes.code === 'ENOENT' ? 'there is no such file' : `the file cannot be read (${bytes.code})`,
    }
  if (bytes.length > MOST_BYTES) return { wrong: `the file is larger than ${MOST_BYTES} bytes` }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return { wrong: 'the file is not UTF-8 text, as it would be when saved by any editor' }
  }
}
