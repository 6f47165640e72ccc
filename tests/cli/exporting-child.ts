/** Writes an export to the file named, and is killed by itself at the moment named: a part's number, "manifest", or never. */

import { createHash } from 'node:crypto'
import { writeExport } from '../../src/cli/export-file.ts'

const [file = '', moment = ''] = process.argv.slice(2)
const TEXTS = ['meter,value\r\n', 'm1,1.00\r\n', 'm2,2.00\r\n']

function dieAt(now: string): void {
  if (now === moment) process.kill(process.pid, 'SIGKILL')
}

async function* parts() {
  for (const [nth, text] of TEXTS.entries()) {
    dieAt(String(nth))
    yield Buffer.from(text)
  }
}

const manifest = {
  ...{
    format: 'f',
    gateway: 'gw',
    epoch: 1,
    batchId: 'b',
    through: 1,
    asOf: null,
    archiveAsOf: null,
    first: null,
    last: null,
  },
  ...{ entries: 2, values: 2, totals: [], bytes: 0 },
  sha256: createHash('sha256')
    .update(moment === 'other' ? 'other bytes' : TEXTS.join(''))
    .digest('hex'),
}

await writeExport(file, {
  parts: parts(),
  async manifest() {
    dieAt('manifest')
    if (moment === 'refused') throw new Error('no manifest')
    return manifest
  },
})
