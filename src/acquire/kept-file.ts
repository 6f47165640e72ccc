/** A small file in the data directory that is written whole: whoever reads it finds the old one or the new one. */

import { rename, writeFile } from 'node:fs/promises'

export async function writeWhole(path: string, text: string): Promise<void> {
  await writeFile(`${path}.part`, text, { mode: 0o640 })
  await rename(`${path}.part`, path)
}
