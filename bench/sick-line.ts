/** Sick meters on a shared line: the healthy ones' nightly round beside them, and what one dead of 20 leaves of the rate. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../tests/support/services.ts'
import { startDaemonChild, startMeters } from './daemon.ts'
import type { Benchmark, Result } from './run.ts'
import { sickNight } from './sick-night.ts'

const METERS = 20
const DEAD = 5
const MEASURE_MS = 30_000
const BAUDS = [2_400, 9_600]
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
    'a nightly round of healthy meters beside 10 % dead, 10 % slow and 5 % garbled ones, an hour after the start; readings of the 19 living of 20 with one dead',
  async run(say) {
    const results: Result[] = []
    say(
      'the night: daemon parts on a clock that moves when told, over a wire in memory; the hour before is simulated',
    )
    for (const baud of BAUDS) results.push(await nightBeside(baud, say))
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

async function nightBeside(baud: number, say: (text: string) => void): Promise<Result> {
  const { aloneMs, besideMs, timeouts } = await sickNight(baud)
  say(`${baud} baud: ${timeouts} time-outs in two hours`)
  return {
    what: `${baud} baud: nightly round of the healthy, 3 dead, 3 slow and 2 garbled meters of 32 beside them`,
    value: besideMs / 1_000,
    unit: 's',
    better: 'lower',
    reference: aloneMs / 1_000,
    against: 'without them',
  }
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
