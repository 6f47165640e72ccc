/** A line's wire between a master and simulated meters: every byte takes its character's time at the given rate. */

import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const BITS_PER_CHARACTER = 11

export interface Wire {
  /** The name of a pty. */
  readonly masterEnd: string
  stop(): Promise<void>
}

export interface SocketWire {
  /** On this machine; takes one master. */
  readonly masterPort: number
  stop(): Promise<void>
}

/** To meters that listen on a port of this machine. Needs python3 (Debian: apt-get install python3). */
export async function openWire(baud: number, port: number): Promise<Wire> {
  const folder = mkdtempSync(join(tmpdir(), 'meterd-wire-'))
  const masterEnd = join(folder, 'master')
  const { stop } = await carry([String(baud), String(port), masterEnd])
  return { masterEnd, stop: () => stop().then(() => rmSync(folder, { recursive: true, force: true })) }
}

/** The same without a pty, whose bytes wait for a worker of the kernel among whatever else the machine does. */
export async function openSocketWire(baud: number, port: number): Promise<SocketWire> {
  const { said, stop } = await carry([String(baud), String(port)])
  return { masterPort: Number(said), stop }
}

async function carry(args: readonly string[]) {
  const script = join(import.meta.dirname, 'wire.py')
  const carrying = spawn('python3', [script, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise<void>(resolve => carrying.once('exit', () => resolve()))
  const said = await new Promise<string>((resolve, reject) => {
    carrying.once('error', () => reject(new Error('python3 is needed: apt-get install python3')))
    carrying.once('exit', code => reject(new Error(`wire.py ended with ${code}`)))
    carrying.stdout.once('data', text => resolve(String(text)))
  })
  return {
    said,
    stop() {
      carrying.kill()
      return ended
    },
  }
}

/** Goes before whatever else the machine does, where that is ours to say (root): a line's time is measured, not its neighbours'. */
export function hurry(pid: number | undefined): void {
  spawnSync('chrt', ['--all-tasks', '--fifo', '--pid', '5', String(pid)], { stdio: 'ignore' })
}
