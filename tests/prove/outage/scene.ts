/** Gateway, consumer and servers of an outage: processes started, heard and ended together. */

import { type ChildProcess, fork } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Influx, startInflux } from '../../support/influx.ts'
import { type Mosquitto, startMosquitto } from '../../support/mosquitto.ts'
import type { Tally } from './consumer.ts'
import type { GatewayNews, GatewayOrder } from './gateway.ts'
import {
  CURVES,
  digitsAt,
  FREEZES,
  LIVE_METERS,
  type Load,
  meterName,
  QUARTER,
  SLOTS_PER_DAY,
  START,
} from './load.ts'

type News<Is extends GatewayNews['is']> = Extract<GatewayNews, { is: Is }>

export interface Gateway {
  readonly pulses: readonly News<'pulse'>[]
  /** Resolves with the news when it comes; rejects when the process ends without it. */
  news<Is extends GatewayNews['is']>(is: Is): Promise<News<Is>>
  drain(): void
}

export interface Scene {
  readonly directory: string
  readonly broker: Mosquitto
  readonly influx: Influx
  startGateway(order: Pick<GatewayOrder, 'liveRoundsPerSecond' | 'inStep'>): Gateway
  startConsumer(): Promise<() => Promise<Tally>>
  dispose(): Promise<void>
}

/** Slots the consumer has room for beyond the load's. */
const LIVE_SLOTS = 20_000

/** Both servers run; what is needed of disk is taken below `METERD_PROVE_DIRECTORY`, else the temporary folder. */
export async function outageScene(load: Load): Promise<Scene> {
  const directory = mkdtempSync(join(process.env['METERD_PROVE_DIRECTORY'] ?? tmpdir(), 'meterd-outage-'))
  const broker = await startMosquitto({
    persistence: true,
    settings: ['max_queued_messages 0', 'max_inflight_messages 0', 'autosave_interval 0'],
  })
  const influx = await startInflux()
  const children: ChildProcess[] = []
  const start = (file: string, order: object) => {
    const child = fork(join(import.meta.dirname, file), [JSON.stringify(order)], { execArgv: [] })
    children.push(child)
    return child
  }
  return {
    directory,
    broker,
    influx,
    startGateway: how =>
      gatewayOf(
        start('gateway.ts', { directory, load, mqttUrl: broker.url, influxPort: influx.port, ...how }),
      ),
    async startConsumer() {
      const child = start('consumer.ts', { url: broker.url, load, liveSlots: LIVE_SLOTS })
      const said = () =>
        new Promise<Tally>(resolve => child.once('message', tally => resolve(tally as Tally)))
      await said()
      return () => {
        const answer = said()
        child.send('tally')
        return answer
      }
    },
    async dispose() {
      for (const child of children) child.kill('SIGKILL')
      await broker.dispose()
      await influx.dispose()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

function gatewayOf(child: ChildProcess): Gateway {
  const pulses: News<'pulse'>[] = []
  const kept = new Map<string, GatewayNews>()
  const waiting = new Map<string, (news: GatewayNews) => void>()
  child.on('message', message => {
    const news = message as GatewayNews
    if (news.is === 'pulse') pulses.push(news)
    kept.set(news.is, news)
    waiting.get(news.is)?.(news)
  })
  return {
    pulses,
    news<Is extends GatewayNews['is']>(is: Is) {
      return new Promise<News<Is>>((resolve, reject) => {
        const here = kept.get(is)
        if (here) return resolve(here as News<Is>)
        waiting.set(is, news => resolve(news as News<Is>))
        child.once('exit', code => reject(new Error(`the gateway ended (${code}) before "${is}"`)))
      })
    },
    drain: () => void child.send('drain'),
  }
}

/** What InfluxDB must answer per series: how many points, and the sum of their digits. */
export function expectedSeries(load: Load, liveRounds: number): Map<string, string> {
  const expected = new Map<string, string>()
  const put = (meter: number, kind: 'freeze' | 'poll', at: number, slots: readonly number[]) => {
    const { obis = '' } = (kind === 'freeze' ? FREEZES : CURVES)[at] ?? {}
    const sum = slots.reduce((total, slot) => total + digitsAt(meter, kind, at, slot), 0)
    if (slots.length > 0) expected.set(`${meterName(meter)} ${kind} ${obis}`, `${slots.length} ${sum}`)
  }
  const all = Array.from({ length: load.days * SLOTS_PER_DAY }, (_, index) => START + index * QUARTER)
  const midnights = all.filter((_, index) => index % SLOTS_PER_DAY === 0)
  for (let meter = 0; meter < load.meters; meter++) {
    for (const at of FREEZES.keys()) put(meter, 'freeze', at, midnights)
    for (const at of CURVES.keys()) put(meter, 'poll', at, all)
  }
  const end = START + all.length * QUARTER
  for (let live = 0; live < LIVE_METERS; live++) {
    const count = Math.ceil((liveRounds - live) / LIVE_METERS)
    const slots = Array.from({ length: Math.max(0, count) }, (_, index) => end + index * QUARTER)
    for (const at of CURVES.keys()) put(load.meters + live, 'poll', at, slots)
  }
  return expected
}

/** What it does answer. */
export async function heldSeries(influx: Influx): Promise<Map<string, string>> {
  const rows = await influx.series(
    'meterd',
    'SELECT count(digits), sum(digits) FROM reading GROUP BY meter, kind, obis',
  )
  return new Map(
    rows.map(({ tags, values: [row] }) => [
      `${tags['meter']} ${tags['kind']} ${tags['obis']}`,
      `${row?.['count']} ${row?.['sum']}`,
    ]),
  )
}
