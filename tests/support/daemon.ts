/** The real daemon in a process of its own, as shipped, on a configuration written for the test. */

import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { acceptAll } from './accepted.ts'
import { freePort } from './services.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const METERD = join(ROOT, 'dist', 'src', 'cli', 'meterd.js')

export interface TestDaemon {
  readonly folder: string
  readonly api: string
  /** A key of the scopes asked for. */
  readonly key: string
  start(options?: readonly string[], environment?: Readonly<Record<string, string>>): Promise<void>
  /** Starts it and waits for nothing. */
  launch(options?: readonly string[], environment?: Readonly<Record<string, string>>): void
  /** Sends a signal and waits for nothing. */
  tell(signal: NodeJS.Signals): void
  /** Until it has ended by itself, with its exit code. */
  ended(): Promise<number | null>
  /** SIGTERM; answers exit code and how long it took, ms. */
  stop(): Promise<{ readonly code: number | null; readonly ms: number }>
  /** SIGKILL; false when it had ended by itself before. */
  kill(): Promise<boolean>
  pid(): number | undefined
  /** Everything it has written since the first start. */
  output(): string
  /** The part of it that went to stdout. */
  stdout(): string
  get(path: string): Promise<Response>
  json<T>(path: string): Promise<T>
  /** Stops it if it runs, and removes its folder. */
  dispose(): Promise<void>
}

/** `config` lacks only gateway, site, data and api. */
export async function testDaemon(
  config: object,
  scopes = 'read,billing,operate',
  /** Added to the daemon's environment. */
  environment: Readonly<Record<string, string>> = {},
  /** A program that starts the daemon in its own way: "prlimit", "--nofile=128". */
  starter: readonly string[] = [],
): Promise<TestDaemon> {
  const folder = mkdtempSync(join(tmpdir(), 'meterd-e2e-'))
  const file = join(folder, 'gateway.yaml')
  const data = join(folder, 'data')
  const port = await freePort()
  const whole = {
    version: 1,
    gateway: 'e2e',
    site: { offset: '+08:00', zone: 'Asia/Shanghai' },
    data,
    api: { listen: `127.0.0.1:${port}` },
    ...config,
  }
  // JSON is YAML.
  writeFileSync(file, JSON.stringify(whole, null, 1))
  const key =
    meterd(['keys', 'add', 'test', '--scope', scopes, '--config', file]).trim().split(/\s+/).at(-1) ?? ''
  await acceptAll(file, { ...process.env, ...environment })
  const api = `http://127.0.0.1:${port}`
  let child: ChildProcess | null = null
  let output = ''
  let stdout = ''

  const get = (path: string) => fetch(`${api}${path}`, { headers: { authorization: `Bearer ${key}` } })
  const end = async (signal: NodeJS.Signals) => {
    const running = child
    child = null
    if (!running || running.exitCode !== null || running.signalCode !== null)
      return { code: running?.exitCode ?? null, ms: 0 }
    const startedAt = performance.now()
    const ended = new Promise<number | null>(resolve => running.once('exit', code => resolve(code)))
    running.kill(signal)
    return { code: await ended, ms: performance.now() - startedAt }
  }
  const launch = (options: readonly string[] = [], more = {}) => {
    const [program = '', ...words] = [
      ...starter,
      process.execPath,
      METERD,
      'run',
      '--config',
      file,
      ...options,
    ]
    const started = spawn(program, words, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...environment, ...more },
    })
    child = started
    for (const stream of [started.stdout, started.stderr])
      stream.on('data', (text: Buffer) => (output += text.toString()))
    started.stdout.on('data', (text: Buffer) => (stdout += text.toString()))
    return started
  }
  return {
    folder,
    api,
    key,
    launch: (options, environment) => void launch(options, environment),
    tell: signal => void child?.kill(signal),
    async ended() {
      const running = child
      if (running === null || running.exitCode !== null || running.signalCode !== null)
        return running?.exitCode ?? null
      return new Promise(resolve => running.once('exit', resolve))
    },
    async start(options, environment) {
      const started = launch(options, environment)
      await until(async () => {
        if (started.exitCode !== null || started.signalCode !== null)
          throw new Error(`the daemon ended: ${output}`)
        return (await fetch(`${api}/healthz`).catch(() => null))?.ok === true
      })
    },
    stop: () => end('SIGTERM'),
    async kill() {
      const running = child
      await end('SIGKILL')
      return running?.signalCode === 'SIGKILL'
    },
    pid: () => child?.pid,
    output: () => output,
    stdout: () => stdout,
    get,
    async json<T>(path: string) {
      const response = await get(path)
      if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
      return (await response.json()) as T
    },
    async dispose() {
      await end('SIGKILL')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Runs a verb to its end; throws with what it said when it fails. */
export function meterd(args: readonly string[]): string {
  return execFileSync(process.execPath, [METERD, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: ROOT,
  })
}

export interface Ran {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** Starts a verb whose words nobody reads. */
export function spawnMeterd(args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [METERD, ...args], { cwd: ROOT, stdio: 'ignore' })
}

/** Runs a verb to its end, whatever the end. */
export function runMeterd(args: readonly string[], stdin = ''): Promise<Ran> {
  return new Promise(resolve => {
    const child = spawn(process.execPath, [METERD, ...args], { cwd: ROOT, stdio: ['pipe', 'pipe', 'pipe'] })
    let out = ''
    let err = ''
    child.stdout.on('data', (text: Buffer) => (out += text.toString()))
    child.stderr.on('data', (text: Buffer) => (err += text.toString()))
    child.stdin.end(stdin)
    child.on('exit', code => resolve({ code, out, err }))
  })
}

/** Asks until it holds; the bound keeps a broken promise from hanging the suite. */
export async function until(holds: () => Promise<boolean> | boolean, withinMs = 45_000): Promise<void> {
  const giveUpAt = performance.now() + withinMs
  while (!(await holds())) {
    if (performance.now() > giveUpAt) throw new Error(`not within ${withinMs} ms: ${holds}`)
    await sleep(50)
  }
}
