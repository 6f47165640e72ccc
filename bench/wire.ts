/** A pty with a real line's wire time between it and simulated meters: every byte takes its character's time. */

import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const BITS_PER_CHARACTER = 11

export interface Wire {
  readonly masterEnd: string
  stop(): Promise<void>
}

/** To meters that listen on a port of this machine. Needs python3 (Debian: apt-get install python3). */
export async function openWire(baud: number, port: number): Promise<Wire> {
  const folder = mkdtempSync(join(tmpdir(), 'meterd-wire-'))
  const masterEnd = join(folder, 'master')
  const script = join(import.meta.dirname, 'wire.py')
  const carrying = spawn('python3', [script, String(baud), masterEnd, String(port)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise<void>(resolve => carrying.once('exit', () => resolve()))
  await new Promise<void>((resolve, reject) => {
    carrying.once('error', () => reject(new Error('python3 is needed: apt-get install python3')))
    carrying.once('exit', code => reject(new Error(`wire.py ended with ${code}`)))
    carrying.stdout.once('data', () => resolve())
  })
  return {
    masterEnd,
    async stop() {
      carrying.kill()
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Goes before whatever else the machine does, where that is ours to say (root): a line's time is measured, not its neighbours'. */
export function hurry(pid: number | undefined): void {
  spawnSync('chrt', ['--all-tasks', '--fifo', '--pid', '5', String(pid)], { stdio: 'ignore' })
}
