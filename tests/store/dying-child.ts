/** A process of its own that writes to a store, and is killed in the middle. */

import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { expect } from 'vitest'

/** Starts a life of the store, kills it `afterMs` after its first word; what it had said by then, which may end within a line. */
export async function saidUntilKilled(
  script: string,
  directory: string,
  life: number,
  afterMs: number,
): Promise<string> {
  const child = spawn(process.execPath, [join(import.meta.dirname, script), directory, `${life}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let text = ''
  child.stdout.on('data', (part: Buffer) => {
    if (text === '') setTimeout(() => child.kill('SIGKILL'), afterMs)
    text += part.toString()
  })
  const signal = await new Promise(resolve => child.once('close', (_, by) => resolve(by)))
  expect(signal).toBe('SIGKILL')
  return text
}
