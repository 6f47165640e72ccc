#!/usr/bin/env node
// The `meterd` command: sets up what is missing in a checkout, then runs it under a Node that is new enough.

import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { nodePath, root, setUp } from './set-up.mjs'

setUp()
const node = nodePath()
const entry = join(root, 'dist', 'src', 'cli', 'meterd.js')

if (node === process.execPath) {
  await import(pathToFileURL(entry).href)
} else {
  // The channel is how the child learns that this process is gone, whatever ended it.
  const child = spawn(node, [entry, ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  })
  // Ctrl-C reaches the child by itself (same terminal); a signal sent to this process alone does not.
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'))
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 143)))
}
