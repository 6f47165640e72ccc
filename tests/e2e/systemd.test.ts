/** The daemon under systemd: told when it is ready, that it lives while it does, and when it ends. */

import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import { type TestDaemon, testDaemon, until } from '../support/daemon.ts'
import { FEEDERS, play } from '../support/meters.ts'
import { requireService } from '../support/services.ts'

const systemd = requireService('systemd-notify')

let undo: (() => unknown)[] = []
afterEach(async () => {
  for (const one of undo.reverse()) await one()
  undo = []
})

interface Recorder {
  readonly environment: Readonly<Record<string, string>>
  /** Messages so far, in order. */
  heard(): readonly string[]
}

async function recorder(daemon: TestDaemon, watchdogSeconds: number): Promise<Recorder> {
  const path = join(daemon.folder, 'notify.sock')
  const script = join(import.meta.dirname, '..', 'support', 'notify-socket.py')
  const child: ChildProcess = spawn('/usr/bin/python3', [script, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  undo.push(() => child.kill())
  let output = ''
  child.stdout?.on('data', (text: Buffer) => (output += text.toString()))
  await until(() => output.startsWith('listening'))
  return {
    environment: { NOTIFY_SOCKET: path, WATCHDOG_USEC: String(watchdogSeconds * 1e6) },
    heard: () =>
      output
        .trim()
        .split('\n')
        .slice(1)
        .map(line => line.split(' ')[1] ?? '')
        .filter(message => message !== 'BARRIER=1'),
  }
}

const lives = ({ heard }: Recorder) => heard().filter(message => message === 'WATCHDOG=1').length

describe.skipIf(systemd.missing)(`under systemd${systemd.note}`, () => {
  test('PR-82 READY=1 when the API answers, WATCHDOG=1 while all advance and not while the store does not, STOPPING=1', async () => {
    const { simulator, lines, meters } = await play([{ ...FEEDERS, every: '1s' }])
    const daemon = await testDaemon({ lines, meters })
    undo = [() => simulator.stop(), () => daemon.dispose()]
    const notified = await recorder(daemon, 6)
    daemon.launch([], notified.environment)
    await until(() => notified.heard().includes('READY=1'))
    expect((await fetch(`${daemon.api}/healthz`)).status).toBe(200)
    await until(() => lives(notified) >= 3)
    expect(await daemon.json('/healthz')).toEqual({ status: 'alive' })

    // Another program in the middle of a write: commits wait, and are refused in the end.
    const other = new DatabaseSync(join(daemon.folder, 'data', 'meterd.db'), { timeout: 20_000 })
    undo.push(() => other.isOpen && other.close())
    other.exec('BEGIN IMMEDIATE')
    await until(() => daemon.output().includes('store does not advance'))
    const atStop = lives(notified)
    await sleep(6_000)
    expect(lives(notified)).toBe(atStop)
    expect((await fetch(`${daemon.api}/healthz`)).status).toBe(503)
    other.close()
    await until(() => lives(notified) > atStop)
    expect(daemon.output()).toContain('store advances again')

    expect((await daemon.stop()).code).toBe(0)
    await until(() => notified.heard().includes('STOPPING=1'))
    expect(notified.heard().filter(message => message === 'READY=1')).toHaveLength(1)
  })

  test('PR-82 a daemon that cannot start is never told ready', async () => {
    const { simulator, lines, meters } = await play([FEEDERS])
    const daemon = await testDaemon({ lines, meters })
    undo = [() => simulator.stop(), () => daemon.dispose()]
    const notified = await recorder(daemon, 60)
    const taken = new URL(daemon.api)
    const { createServer } = await import('node:net')
    const squatter = createServer()
    await new Promise<void>(resolve => squatter.listen(Number(taken.port), '127.0.0.1', resolve))
    undo.push(() => squatter.close())
    daemon.launch([], notified.environment)
    expect(await daemon.ended()).toBe(78)
    expect(notified.heard()).toEqual([])
  })
})
