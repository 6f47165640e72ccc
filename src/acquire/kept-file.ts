/** A small file in the data directory that is written whole: whoever reads it finds the old one or the new one. */

import { open, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

export async function writeWhole(path: string, text: string): Promise<void> {
  await writeFile(`${path}.part`, text, { mode: 0o640 })
  await rename(`${path}.part`, path)
}

/** The same, and it survives a power cut once this has resolved. */
export async function writeWholeDurably(path: string, text: string): Promise<void> {
  await writeFile(`${path}.part`, text, { mode: 0o640, flush: true })
  await rename(`${path}.part`, path)
  const folder = await open(dirname(path), 'r')
  await folder.sync().finally(() => folder.close())
}
