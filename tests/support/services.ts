/** Finds the real servers tests run against; a missing one is a skip with the command that installs it. */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { connect, createServer } from 'node:net'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

export interface Service {
  /** The program; '' when it is not on this machine. */
  readonly path: string
  /** For `describe.skipIf`. */
  readonly missing: boolean
  /** To append to a title, so that a skipped test says what it lacks. */
  readonly note: string
}

const DEBIAN_PACKAGES = {
  mosquitto: 'mosquitto',
  influxd: 'influxdb',
  socat: 'socat',
  ser2net: 'ser2net',
  stty: 'coreutils',
  mbpoll: 'mbpoll',
  chromium: 'chromium',
  openssl: 'openssl',
  'victoria-metrics': 'victoria-metrics',
  'systemd-notify': 'systemd',
  'systemd-analyze': 'systemd',
  'mkfs.ext4': 'e2fsprogs',
  'mkfs.xfs': 'xfsprogs',
  xfs_io: 'xfsprogs',
  nbdkit: 'nbdkit',
  'nbdkit-plugin-python': 'nbdkit-plugin-python',
  nbdfuse: 'libnbd-bin',
  fusermount3: 'fuse3',
  strace: 'strace',
  faketime: 'faketime',
  curl: 'curl',
  jq: 'jq',
  python3: 'python3',
} as const

export type ServiceName = keyof typeof DEBIAN_PACKAGES

/** Throws where METERD_REQUIRE_SERVICES=1 says that nothing may be skipped. */
export function requireService(name: ServiceName): Service {
  const install = `apt-get install ${DEBIAN_PACKAGES[name]}`
  const path = find(name)
  if (path === '' && process.env['METERD_REQUIRE_SERVICES'] === '1')
    throw new Error(`${name} is not on this machine: ${install}`)
  return { path, missing: path === '', note: path === '' ? ` (needs ${name}: ${install})` : '' }
}

/** A server process that can be stopped and started again with the same port and data. */
export interface ServerProcess {
  start(): Promise<void>
  /** SIGTERM, and until it has ended. */
  stop(): Promise<void>
  /** SIGKILL. */
  kill(): Promise<void>
  /** SIGSTOP: it keeps its connections and answers nothing, until it is resumed. */
  pause(): void
  resume(): void
}

export function serverProcess(path: string, args: readonly string[], port: number): ServerProcess {
  let child: ChildProcess | null = null
  let output = ''
  const end = async (signal: NodeJS.Signals) => {
    const running = child
    child = null
    if (running === null || running.exitCode !== null || running.signalCode !== null) return
    const ended = new Promise(resolve => running.once('exit', resolve))
    running.kill(signal)
    await ended
  }
  return {
    async start() {
      const started = spawn(path, args, { stdio: ['ignore', 'pipe', 'pipe'] })
      child = started
      for (const stream of [started.stdout, started.stderr])
        stream.on('data', (text: Buffer) => {
          output = (output + text.toString()).slice(-4000)
        })
      for (let tries = 0; tries < 400; tries += 1) {
        if (started.exitCode !== null) throw new Error(`${path} ended: ${output}`)
        if (await answers(port)) return
        await sleep(25)
      }
      throw new Error(`${path} does not listen on ${port}: ${output}`)
    },
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    pause: () => void child?.kill('SIGSTOP'),
    resume: () => void child?.kill('SIGCONT'),
  }
}

const FIRST_PORT = 20_000
/** From here on the system hands ports out by itself: the next connection of anybody could take one that was free a moment ago. */
const FIRST_HANDED_OUT = 32_768

/** A port that was free a moment ago; for servers that cannot be told to choose one. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST_PORT + Math.floor(Math.random() * (FIRST_HANDED_OUT - FIRST_PORT))
    if (await isFree(port)) return port
  }
}

function isFree(port: number): Promise<boolean> {
  const server = createServer()
  return new Promise(resolve => {
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}

function answers(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true))
    socket.once('error', () => resolve(false))
    socket.once('close', () => socket.destroy())
    socket.once('connect', () => socket.destroy())
  })
}

function find(name: ServiceName): string {
  if (name === 'nbdkit-plugin-python')
    return spawnSync('nbdkit', ['--dump-plugin', 'python']).status === 0 ? 'nbdkit' : ''
  const directories = [
    ...(process.env['PATH'] ?? '').split(delimiter),
    '/usr/sbin',
    '/usr/bin',
    '/usr/local/sbin',
  ]
  for (const directory of directories) {
    const path = join(directory, name)
    try {
      accessSync(path, constants.X_OK)
      return path
    } catch {}
  }
  return ''
}

/** Debian's Python with a package of its own; another Python earlier in PATH does not see Debian's packages. */
export function requirePython(module: string): Service {
  const path = '/usr/bin/python3'
  const install = `apt-get install python3 python3-${module} python3-serial-asyncio`
  const missing = spawnSync(path, ['-c', `import ${module}`]).status !== 0
  if (missing && process.env['METERD_REQUIRE_SERVICES'] === '1')
    throw new Error(`${module} is not on this machine: ${install}`)
  return { path, missing, note: missing ? ` (needs ${module}: ${install})` : '' }
}

/** Runs LIBMODBUS_SERVER: libmodbus as Debian ships it (mbpoll brings it along), through Python. */
export function requireLibmodbus(): Service {
  const path = '/usr/bin/python3'
  const install = 'apt-get install python3 libmodbus5'
  const missing = spawnSync(path, ['-c', 'import ctypes; ctypes.CDLL("libmodbus.so.5")']).status !== 0
  if (missing && process.env['METERD_REQUIRE_SERVICES'] === '1')
    throw new Error(`libmodbus is not on this machine: ${install}`)
  return { path, missing, note: missing ? ` (needs libmodbus: ${install})` : '' }
}
export const LIBMODBUS_SERVER = join(import.meta.dirname, 'libmodbus_server.py')
