/**
 * One owner per physical line on this machine (PR-85): two masters on a bus spoil each other's answers.
 * The lock is a listening socket in Linux's abstract namespace: no file to leave behind, gone with the process.
 */

import { createHash } from 'node:crypto'
import { createServer, type Server } from 'node:net'
import { Fault } from '../core/faults.ts'

/** Claims a line by its key; the answer releases it. Rejects with LINE_OWNED when another process has it. */
export function claimLine(key: string): Promise<() => Promise<void>> {
  const name = `\0meterd-line-${createHash('sha256').update(key).digest('hex').slice(0, 32)}`
  return new Promise((resolve, reject) => {
    const server: Server = createServer(socket => socket.destroy())
    server.once('error', error => reject(ownedOr(key, error)))
    server.listen(name, () => {
      server.unref()
      resolve(() => new Promise(released => server.close(() => released())))
    })
  })
}

function ownedOr(key: string, error: Error): Error {
  return 'code' in error && error.code === 'EADDRINUSE'
    ? new Fault('LINE_OWNED', `line ${key} is in use by another meterd on this machine`, error)
    : error
}
