/** One dead meter on a shared line of 20: what is left of the other 19's rate. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../tests/support/services.ts'
import { startDaemonChild, startMeters } from './daemon.ts'
import type { Benchmark, Result } from './run.ts'

const METERS = 20
const DEAD = 5
const MEASURE_MS = 60_000
const WARM_UP_MS = 5_000

interface Sort {
  readonly name: string
  readonly protocol: string
  readonly profile: string
  readonly simulated: string
  readonly address: (index: number) => string
  readonly every: string
  readonly points: readonly string[]
}

const SORTS: readonly Sort[] = [
  {
    name: 'Modbus RTU over TCP',
    protocol: 'modbus-rtu',
    profile: 'eastron-sdm630',
    simulated: 'eastron-sdm630',
    address: String,
    every: '2s',
    points: ['1-0:1.8.0'],
  },
  {
    name: 'DL/T 645-2007 over TCP',
    protocol: 'dlt645-2007',
    profile: 'dlt645-2007-single-phase',
    simulated: 'single-phase',
    address: index => String(index).padStart(12, '0'),
    every: '5s',
    points: ['1-0:1.8.0'],
  },
]

export const sickLine: Benchmark = {
  about:
    'readings of the 19 living meters of a line of 20 with one dead, against the same line with all alive',
  async run(say) {
    const results: Result[] = []
    for (const sort of SORTS) {
      say(`${sort.name}: all alive`)
      const healthy = await rateOfLiving(sort, false)
      say(`${sort.name}: meter ${DEAD} dead`)
      const sick = await rateOfLiving(sort, true)
      results.push({
        what: `${sort.name}: readings of the other ${METERS - 1}`,
        value: sick,
        unit: 'readings/s',
        better: 'higher',
        reference: healthy,
        against: 'all alive',
      })
    }
    return results
  },
}

/** Readings per second of the nineteen: with all alive, their share of what twenty gave. */
async function rateOfLiving(sort: Sort, dead: boolean): Promise<number> {
  const addresses = Array.from({ length: METERS }, (_, index) => sort.address(index + 1))
  const alive = dead ? addresses.filter((_, index) => index + 1 !== DEAD) : addresses
  const listener = {
    url: { kind: 'tcp', host: '127.0.0.1', port: 0 },
    meters: alive.map(address => ({ protocol: sort.protocol, address, profile: sort.simulated })),
    faults: {},
  }
  const { child: meters, ports } = await startMeters([listener])
  const folder = mkdtempSync(join(tmpdir(), 'meterd-bench-'))
  const api = await freePort()
  const daemon = await startDaemonChild(folder, {
    version: 1,
    gateway: 'bench',
    site: { offset: '+08:00', zone: 'Asia/Shanghai' },
    data: join(folder, 'data'),
    lines: [{ id: 'line', url: `tcp://127.0.0.1:${ports[0]}`, replyWithin: '1s' }],
    meters: addresses.map((address, index) => ({
      id: `m${index + 1}`,
      line: 'line',
      address,
      profile: sort.profile,
      daily: false,
      polls: [{ every: sort.every, points: sort.points }],
    })),
    api: { listen: `127.0.0.1:${api}` },
    log: { level: 'warn' },
  })
  await sleep(WARM_UP_MS)
  const before = await answers(api)
  const startedAt = performance.now()
  await sleep(MEASURE_MS)
  const given = (await answers(api)) - before
  const seconds = (performance.now() - startedAt) / 1_000
  await daemon.stop()
  await meters.stop()
  rmSync(folder, { recursive: true })
  return (given / seconds) * (dead ? 1 : (METERS - 1) / METERS)
}

async function answers(api: number): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${api}/metrics`)).text()
  const count = /^meterd_line_answers_total\{[^}]*\} (\d+)/m.exec(text)?.[1]
  if (count === undefined) throw new Error('the metrics tell no answers of the line')
  return Number(count)
}

function sleep(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms))
}
