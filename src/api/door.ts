/**
 * The control door: a unix socket in the data directory where verbs on the same machine find the daemon. The same routes
 * as over the network, without a key: who may open the socket may read the data directory, and holds every right.
 */

import { rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { messageOf } from '../core/faults.ts'
import type { Log } from '../core/log.ts'
import { trust } from './access.ts'
import type { App } from './app.ts'
import { doorOf, fitsSocket, LONGEST_PATH } from './door-path.ts'
import { LIMITS } from './server.ts'

/** Verbs, one at a time mostly. */
const MOST_CALLERS = 10
/** Only the owner of the daemon, and root. */
const CLOSED_TO_OTHERS = 0o177

/**
 * To be called by the holder of the store's lock alone: a socket found there is a dead daemon's. Where none can be made
 * the daemon runs without a door. Answers how to close it.
 */
export async function openDoor(app: App, dataDirectory: string, log: Log): Promise<() => Promise<void>> {
  const path = doorOf(dataDirectory)
  const server = serverFor(app)
  try {
    if (!fitsSocket(path)) throw new Error(`a socket's path is at most ${LONGEST_PATH} bytes`)
    rmSync(path, { force: true })
    await listen(server, path)
  } catch (error) {
    const hint = 'choose a data directory with a short path, on a file system that holds sockets'
    log.warn({ hint }, `verbs cannot reach this daemon through ${path}: ${messageOf(error)}`)
    return async () => undefined
  }
  return () =>
    new Promise(resolve => {
      // Takes the file away too.
      server.close(() => resolve())
      server.closeAllConnections()
    })
}

function serverFor(app: App): Server {
  const server = createServer(
    {
      maxHeaderSize: LIMITS.headerBytes,
      headersTimeout: LIMITS.headersMs,
      requestTimeout: LIMITS.requestMs,
      keepAliveTimeout: LIMITS.keepAliveMs,
      connectionsCheckingInterval: LIMITS.checkMs,
    },
    (request, reply) => {
      trust(request)
      app.routing(request, reply)
    },
  )
  server.maxConnections = MOST_CALLERS
  return server
}

/** The socket is made while `listen` runs; set afterwards, its rights would come a moment too late. */
function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    const before = process.umask(CLOSED_TO_OTHERS)
    try {
      server.listen(path, resolve)
    } finally {
      process.umask(before)
    }
  })
}
