/**
 * Seen: `meterd decode - | slow reader` lost the end of its output. The process exited while what a full pipe had not
 * taken yet waited in memory.
 */

import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'

const FRAME = '68 61 01 00 00 00 00 68 11 04 33 33 34 33 AE 16'

test('a slow reader gets every line', async () => {
  const lines = 2_000
  const meterd = join(import.meta.dirname, '..', '..', '..', 'tools', 'meterd.mjs')
  const child = spawn(process.execPath, [meterd, 'decode', '--json', '-'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  child.stdin.end(Array.from({ length: lines }, () => FRAME).join('\n'))
  await sleep(1_500)
  let out = ''
  for await (const piece of child.stdout) {
    out += String(piece)
    await sleep(1)
  }
  expect(out.split('\n').filter(line => line !== '')).toHaveLength(lines)
})
