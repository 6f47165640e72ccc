/** A real Mosquitto on a free loopback port. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, requireService, type ServerProcess, serverProcess } from './services.ts'

export interface Mosquitto extends ServerProcess {
  readonly port: number
  readonly url: string
  /** Ends it and removes its data. */
  dispose(): Promise<void>
}

export interface MosquittoAsked {
  readonly port?: number
  /** Keeps retained messages and sessions across a stop; off by default, as delivered. */
  readonly persistence?: boolean
  /** Lines of an access control list, for anonymous clients. */
  readonly acl?: readonly string[]
  /** More lines of mosquitto.conf. */
  readonly settings?: readonly string[]
}

/** Started. `stop()` or `kill()`, then `start()` again: same port, same data directory. */
export async function startMosquitto(asked: MosquittoAsked = {}): Promise<Mosquitto> {
  const { path } = requireService('mosquitto')
  const port = asked.port ?? (await freePort())
  const directory = mkdtempSync(join(tmpdir(), 'meterd-mosquitto-'))
  const acl = join(directory, 'acl')
  const config = join(directory, 'mosquitto.conf')
  if (asked.acl) writeFileSync(acl, `${asked.acl.join('\n')}\n`, { mode: 0o600 })
  const lines = [
    `listener ${port} 127.0.0.1`,
    'allow_anonymous true',
    'user root',
    'log_type error',
    `persistence ${asked.persistence === true}`,
    `persistence_location ${directory}/`,
    ...(asked.acl ? [`acl_file ${acl}`] : []),
    ...(asked.settings ?? []),
  ]
  writeFileSync(config, `${lines.join('\n')}\n`)
  const server = serverProcess(path, ['-c', config], port)
  await server.start()
  return {
    ...server,
    port,
    url: `mqtt://127.0.0.1:${port}`,
    async dispose() {
      await server.kill()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
