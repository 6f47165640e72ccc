/** Child processes a benchmark measures from outside: processor time and memory from /proc. */

import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { acceptAll } from '../tests/support/accepted.ts'

const ROOT = join(import.meta.dirname, '..')
/** Linux counts processor time in these. */
const TICK_MS = 10

export interface Child {
  readonly process: ChildProcess
  /** User and system time so far, all threads, ms. */
  processorMs(): number
  residentMb(): number
  stop(): Promise<void>
}

export function startChild(args: readonly string[]): Child {
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const proc = (name: string) => readFileSync(`/proc/${child.pid}/${name}`, 'utf8')
  return {
    process: child,
    processorMs() {
      const fields = proc('stat')
        .slice(proc('stat').lastIndexOf(')') + 2)
        .split(' ')
      return (Number(fields[11]) + Number(fields[12])) * TICK_MS
    },
    residentMb: () => Number(/VmRSS:\s+(\d+) kB/.exec(proc('status'))?.[1]) / 1_024,
    async stop() {
      const ended = new Promise(resolve => child.once('exit', resolve))
      child.kill('SIGTERM')
      await ended
    },
  }
}

/** The daemon as it is shipped, on a configuration; its Modbus meters are in service. */
export async function startDaemonChild(
  folder: string,
  config: { readonly data: string; readonly [key: string]: unknown },
  /** Options of Node itself. */
  options: readonly string[] = [],
): Promise<Child> {
  const file = join(folder, 'gateway.yaml')
  // JSON is YAML.
  await writeFile(file, JSON.stringify(config))
  await mkdir(config.data, { recursive: true })
  await acceptAll(file, process.env)
  return startChild([...options, join('dist', 'src', 'cli', 'meterd.js'), 'run', '--config', file])
}

/** Simulated meters in a process of their own, so that their work is not counted; resolves with the ports taken. */
export async function startMeters(
  listeners: readonly object[],
  aheadMs = 0,
): Promise<{ readonly child: Child; readonly ports: readonly number[] }> {
  const child = startChild([join('bench', 'meters.ts'), JSON.stringify(listeners), String(aheadMs)])
  const ports = await new Promise<readonly number[]>(resolve =>
    child.process.once('message', message => resolve(message as readonly number[])),
  )
  return { child, ports }
}
