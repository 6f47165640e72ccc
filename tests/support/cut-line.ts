/** Meters behind a line that can be cut, and a daemon in this process that can be started anew; all live at one clock. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { askDaemon } from '../../src/cli/ask-daemon.ts'
import type { MeterConfig } from '../../src/config/config.ts'
import { loadConfig } from '../../src/config/load.ts'
import type { Clock } from '../../src/core/clock.ts'
import { silentLog } from '../../src/core/log.ts'
import { systemRandom } from '../../src/core/random.ts'
import { type Daemon, startDaemon } from '../../src/main.ts'
import { type Between, between } from './between.ts'
import type { Played } from './meters.ts'

export interface CutLine {
  /** The daemon's data directory. */
  readonly data: string
  /** Requests of the daemon, also those that never came to the meters. */
  readonly heard: Between['heard']
  /** What has broken the daemon. */
  readonly broken: readonly unknown[]
  start(): Promise<Daemon>
  stop(): Promise<void>
  /** What `/v1/expectations` tells since this day. */
  expectations<Entry>(from: string): Promise<readonly Entry[]>
}

export async function cutLine(parts: {
  readonly played: Played
  readonly clock: Clock
  /** Whether this request never comes to the meters, or what is heard in their place. */
  readonly isDeaf: Parameters<typeof between>[1]
  /** Of the configuration file, beside lines and meters. */
  readonly settings?: object
  /** Of each meter in it. */
  readonly ofMeters?: object
  /** What is known of a meter once the file is read. */
  readonly known?: (meter: MeterConfig) => MeterConfig
}): Promise<CutLine> {
  const { played, clock, isDeaf, settings = {}, ofMeters = {}, known = meter => meter } = parts
  const line = await between(played.lines[0]?.url ?? '', isDeaf)
  const folder = mkdtempSync(join(tmpdir(), 'meterd-cut-'))
  const data = join(folder, 'data')
  const file = join(folder, 'gateway.yaml')
  const written = {
    version: 1,
    gateway: 'cut',
    site: { offset: '+08:00', zone: 'Asia/Shanghai' },
    data,
    api: { listen: '127.0.0.1:0' },
    lines: played.lines.map(one => ({ ...one, url: line.url, replyWithin: '100ms' })),
    meters: played.meters.map(one => ({ ...one, ...ofMeters })),
    ...settings,
  }
  writeFileSync(file, JSON.stringify(written))
  const loaded = await loadConfig(file, {})
  if ('complaints' in loaded) throw new Error(JSON.stringify(loaded.complaints))
  const { config } = loaded
  const broken: unknown[] = []
  let daemon: Daemon | null = null
  const stop = async () => {
    await daemon?.stop()
    daemon = null
  }
  onTestFinished(async () => {
    await stop()
    await line.stop()
    await played.simulator.stop()
    rmSync(folder, { recursive: true })
  })
  return {
    data,
    heard: line.heard,
    broken,
    stop,
    async start() {
      daemon = await startDaemon({
        config: { ...config, meters: config.meters.map(known) },
        clock,
        random: systemRandom,
        log: silentLog,
        version: '0.0.0-test',
        broken: error => void broken.push(error),
      })
      return daemon
    },
    async expectations<Entry>(from: string) {
      const answer = await askDaemon(data, {
        method: 'GET',
        path: `/v1/expectations?from=${from}&limit=1000`,
      })
      if (answer === null) throw new Error('no daemon runs')
      return (answer.body as { expectations: Entry[] }).expectations
    },
  }
}
