/** Memory with 1,000 meters, and how long a cold start takes until the first request is on a wire. */

import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../tests/support/services.ts'
import { startDaemonChild, startMeters } from './daemon.ts'
import type { Benchmark, Result } from './run.ts'

const LINES = 20
const METERS_PER_LINE = 50
const SETTLE_MS = 60_000

export const memory: Benchmark = {
  about:
    'resident memory of the daemon with 1,000 simulated meters, and time from cold start to the first poll',
  async run(say) {
    say(`${LINES * METERS_PER_LINE} meters for ${SETTLE_MS / 1_000} s`)
    const resident = await residentWithMeters()
    say('cold starts')
    const starts: number[] = []
    for (let count = 0; count < 5; count++) starts.push(await coldStart())
    starts.sort((a, b) => a - b)
    return [
      ...resident,
      {
        what: 'cold start to first poll (median of 5)',
        value: starts[2] ?? Number.NaN,
        unit: 'ms',
        better: 'lower',
        reference: null,
        against: '',
      },
    ]
  },
}

async function residentWithMeters(): Promise<Result[]> {
  const addresses = Array.from({ length: METERS_PER_LINE }, (_, index) => String(index + 1).padStart(12, '0'))
  const listener = {
    url: { kind: 'tcp', host: '127.0.0.1', port: 0 },
    meters: addresses.map(address => ({ protocol: 'dlt645-2007', address, profile: 'single-phase' })),
    faults: {},
  }
  const { child: meters, ports } = await startMeters(Array.from({ length: LINES }, () => listener))
  const folder = mkdtempSync(join(tmpdir(), 'meterd-bench-'))
  const daemon = await startDaemonChild(folder, {
    version: 1,
    gateway: 'bench',
    site: { offset: '+08:00', zone: 'Asia/Shanghai' },
    data: join(folder, 'data'),
    defaults: { profile: 'dlt645-2007-single-phase', polls: [{ every: '15m' }] },
    lines: ports.map((port, index) => ({ id: `l${index + 1}`, url: `tcp://127.0.0.1:${port}` })),
    meters: ports.flatMap((_, line) =>
      addresses.map((address, index) => ({ id: `m${line + 1}-${index + 1}`, line: `l${line + 1}`, address })),
    ),
    broker: { listen: `127.0.0.1:${await freePort()}` },
    api: { listen: `127.0.0.1:${await freePort()}` },
    log: { level: 'warn' },
  })
  let most = 0
  for (let passed = 0; passed < SETTLE_MS; passed += 1_000) {
    await new Promise(resolve => setTimeout(resolve, 1_000))
    most = Math.max(most, daemon.residentMb())
  }
  const settled = daemon.residentMb()
  await daemon.stop()
  await meters.stop()
  rmSync(folder, { recursive: true })
  return [
    {
      what: 'resident memory, first round of 1,000 meters (most)',
      value: most,
      unit: 'MB',
      better: 'lower',
      reference: null,
      against: '',
    },
    {
      what: `resident memory after ${SETTLE_MS / 1_000} s`,
      value: settled,
      unit: 'MB',
      better: 'lower',
      reference: null,
      against: '',
    },
  ]
}

/** From the start of the process to the first byte of a request, an empty store included. */
async function coldStart(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'meterd-bench-'))
  const asked = Promise.withResolvers<number>()
  const server = createServer(socket => socket.once('data', () => asked.resolve(performance.now())))
  const port = await new Promise<number>(resolve => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address ? address.port : 0)
    })
  })
  const startedAt = performance.now()
  const daemon = await startDaemonChild(folder, {
    version: 1,
    gateway: 'bench',
    site: { offset: '+08:00', zone: 'Asia/Shanghai' },
    data: join(folder, 'data'),
    lines: [{ id: 'line', url: `tcp://127.0.0.1:${port}` }],
    meters: [
      {
        id: 'm1',
        line: 'line',
        address: '000000000001',
        profile: 'dlt645-2007-single-phase',
        polls: [{ every: '15m' }],
      },
    ],
    api: { listen: `127.0.0.1:${await freePort()}` },
    log: { level: 'warn' },
  })
  const ms = (await asked.promise) - startedAt
  await daemon.stop()
  server.close()
  rmSync(folder, { recursive: true })
  return ms
}
