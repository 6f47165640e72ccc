/** A real VictoriaMetrics, single node, on a free loopback port. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, requireService, serverProcess } from './services.ts'

export interface Victoria {
  readonly port: number
  /** What a reader gets of all series of this name. */
  values(name: string): Promise<readonly number[]>
  dispose(): Promise<void>
}

export async function startVictoria(options: readonly string[] = []): Promise<Victoria> {
  const { path } = requireService('victoria-metrics')
  const port = await freePort()
  const directory = mkdtempSync(join(tmpdir(), 'meterd-victoria-'))
  const usual = [
    `-storageDataPath=${directory}`,
    `-httpListenAddr=127.0.0.1:${port}`,
    '-retentionPeriod=100y',
    '-search.latencyOffset=0',
  ]
  const server = serverProcess(path, [...usual, ...options], port)
  await server.start()
  const base = `http://127.0.0.1:${port}`
  return {
    port,
    async values(name) {
      await fetch(`${base}/internal/force_flush`)
      const text = await (await fetch(`${base}/api/v1/export?match[]=${name}`)).text()
      const rows = text.split('\n').filter(line => line !== '')
      return rows.flatMap(line => (JSON.parse(line) as { values: number[] }).values)
    },
    async dispose() {
      await server.kill()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
