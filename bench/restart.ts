/** From kill -9 to the first poll, with ten million readings kept and the log of the last commits not yet moved (PR-84). */

import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DATABASE_FILE } from '../src/store/database.ts'
import { freePort } from '../tests/support/services.ts'
import { startChild, startDaemonChild } from './daemon.ts'
import { METERS } from './fill.ts'
import type { Benchmark, Result } from './run.ts'

/** Fewer make a quick look; figures are quoted with all of them. */
const ROWS = Number(process.env['METERD_PREFILL'] ?? 10_000_000)
const LINES = 20
const STARTS = 5
/** The promise. */
const PROMISED_MS = 5_000

export const restart: Benchmark = {
  about: 'time from kill -9 to the first poll with 10 M readings of 1,000 meters in the store',
  async run(say) {
    const folder = mkdtempSync(join(tmpdir(), 'meterd-bench-'))
    try {
      const data = join(folder, 'data')
      say(`accepting ${ROWS} readings of ${METERS} meters`)
      await fillAndKill(data)
      const file = join(data, DATABASE_FILE)
      const size = (path: string) => statSync(path).size / 2 ** 20
      const walMb = size(`${file}-wal`)
      const starts: Start[] = []
      for (let count = 0; count < STARTS; count++) {
        const start = await startAndKill(folder, data)
        say(`start ${count + 1}: ${Math.round(start.ms)} ms, ${start.processorMs} ms of processor time`)
        starts.push(start)
      }
      const median = (of: (start: Start) => number) => starts.map(of).sort((a, b) => a - b)[STARTS >> 1]
      return [
        figure('database', size(file), 'MiB'),
        figure('log left by the kill', walMb, 'MiB'),
        promised('kill -9 in the middle of writing to first poll', starts[0]?.ms),
        promised(
          `kill -9 to first poll, median of ${STARTS}`,
          median(({ ms }) => ms),
        ),
        figure('processor time of a start, median', median(({ processorMs }) => processorMs) ?? 0, 'ms'),
      ]
    } finally {
      rmSync(folder, { recursive: true })
    }
  },
}

interface Start {
  readonly ms: number
  /** On a machine that does other things too, the figure to compare. */
  readonly processorMs: number
}

async function fillAndKill(data: string): Promise<void> {
  const filler = startChild([join('bench', 'fill.ts'), data, String(ROWS)])
  await new Promise<void>((resolve, reject) => {
    filler.process.once('message', () => resolve())
    filler.process.once('exit', code => reject(new Error(`the filler ended with ${code}`)))
  })
  await kill(filler.process)
}

/** How long after its predecessor's end the first byte of a question is on a wire; then it is killed in its turn. */
async function startAndKill(folder: string, data: string): Promise<Start> {
  const asked = Promise.withResolvers<void>()
  const wire: Server = createServer(socket => {
    socket.on('error', () => undefined)
    socket.once('data', () => asked.resolve())
  })
  await new Promise<void>(resolve => wire.listen(0, '127.0.0.1', resolve))
  const address = wire.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  // Behind one port, and still a line each: the host is another one of the loopback net.
  const hosts = Array.from({ length: LINES }, (_, line) => `127.0.1.${line + 1}`)
  const wires = await Promise.all(hosts.map(host => relisten(wire, host, address.port)))
  const config = {
    version: 1,
    gateway: 'bench',
    site: { offset: '+08:00', zone: 'Asia/Shanghai' },
    data,
    defaults: { profile: 'dlt645-2007-single-phase', polls: [{ every: '15m' }] },
    lines: hosts.map((host, line) => ({ id: `l${line}`, url: `tcp://${host}:${address.port}` })),
    meters: Array.from({ length: METERS }, (_, meter) => ({
      id: `meter-${meter}`,
      line: `l${meter % LINES}`,
      address: String(meter + 1).padStart(12, '0'),
    })),
    api: { listen: `127.0.0.1:${await freePort()}` },
    log: { level: 'warn' },
  }
  const startedAt = performance.now()
  const daemon = await startDaemonChild(folder, config)
  await asked.promise
  const start = { ms: performance.now() - startedAt, processorMs: daemon.processorMs() }
  await kill(daemon.process)
  for (const one of [wire, ...wires]) one.close()
  return start
}

function relisten(first: Server, host: string, port: number): Promise<Server> {
  const server = createServer(socket => first.emit('connection', socket))
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => resolve(server))
  })
}

async function kill(child: ReturnType<typeof startChild>['process']): Promise<void> {
  child.removeAllListeners('exit')
  const ended = new Promise(resolve => child.once('exit', resolve))
  child.kill('SIGKILL')
  await ended
}

function figure(what: string, value: number, unit: string): Result {
  return { what, value, unit, better: 'lower', reference: null, against: '' }
}

function promised(what: string, value = Number.NaN): Result {
  return { what, value, unit: 'ms', better: 'lower', reference: PROMISED_MS, against: 'promised' }
}
