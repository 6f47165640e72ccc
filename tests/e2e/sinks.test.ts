/** Broker, database and daemon die and come back; in the end all hold the same readings. */

import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import { allReadings, type ShownReading } from '../support/all-readings.ts'
import { type TestDaemon, testDaemon, until } from '../support/daemon.ts'
import { type Influx, startInflux } from '../support/influx.ts'
import { FEEDERS, HOUSES, PANEL, type Played, play } from '../support/meters.ts'
import { type Mosquitto, startMosquitto } from '../support/mosquitto.ts'
import { requireService } from '../support/services.ts'
import { type Subscriber, subscribe } from '../support/subscriber.ts'

const mosquitto = requireService('mosquitto')
const influxd = requireService('influxd')

const BUSES = [{ ...HOUSES, addresses: HOUSES.addresses.slice(0, 2) }, PANEL, FEEDERS]

let open: { dispose?(): Promise<void>; end?(): Promise<void>; stop?(): Promise<unknown> }[] = []

afterEach(async () => {
  for (const one of open.reverse()) await (one.end ?? one.dispose ?? one.stop)?.call(one)
  open = []
})

describe.skipIf(mosquitto.missing || influxd.missing)(`real servers${mosquitto.note}${influxd.note}`, () => {
  test('PR-11 PR-15 Mosquitto and InfluxDB, both stopped and started during the run, hold exactly what the store holds', async () => {
    const { played, broker, influx, subscriber, daemon, meters } = await scene()
    await until(async () => subscriber.byId.size > 100)
    await broker.stop()
    await sleep(1_500)
    await influx.stop()
    const before = (await allReadings(daemon, meters)).size
    await until(async () => (await allReadings(daemon, meters)).size > before + 100)
    await broker.start()
    await sleep(1_000)
    await influx.start()
    await until(async () => (await allReadings(daemon, meters)).size > before + 300)
    await played.simulator.stop()
    open = open.filter(one => one !== played.simulator)
    const held = await quiet(daemon, meters)
    await until(async () => subscriber.firstGap() > held.size)
    await until(async () => (await pointsIn(influx)).size >= held.size)
    expect(subscriber.contradictions).toEqual([])
    expect(shownBy(subscriber)).toEqual(shownIn(held))
    const points = await pointsIn(influx)
    expect([...points.keys()].sort()).toEqual([...held.keys()].sort())
    for (const [id, { value }] of held) expect(points.get(id)).toBe(value)
    expect(subscriber.status).toContain('online')
  })

  test('PR-01 PR-10 PR-84 kill -9, again and again: nothing is lost, nothing counted twice', async () => {
    const { broker, subscriber, daemon, meters, played } = await scene(false)
    void broker
    for (const aliveMs of [300, 1_700, 900, 2_600, 1_200]) {
      await sleep(aliveMs)
      await daemon.kill()
      await daemon.start()
    }
    const seenAtLastKill = new Set(subscriber.byId.keys())
    await until(async () => (await allReadings(daemon, meters)).size > seenAtLastKill.size)
    await played.simulator.stop()
    open = open.filter(one => one !== played.simulator)
    const held = await quiet(daemon, meters)
    await until(async () => subscriber.firstGap() > held.size)
    expect(subscriber.contradictions).toEqual([])
    expect(shownBy(subscriber)).toEqual(shownIn(held))
    for (const id of seenAtLastKill) expect(held.has(id)).toBe(true)
    const slots = new Set(
      [...held.values()].map(({ meter, obis, kind, slot, version }) =>
        [meter, obis, kind, slot, version].join(' '),
      ),
    )
    expect(slots.size).toBe(held.size)
  })

  test('PR-13 ten restarts of the broker do not change what is asked on the wire', async () => {
    const { broker, daemon, subscriber } = await scene(false, [{ ...FEEDERS, addresses: ['1'] }])
    await until(async () => subscriber.byId.size > 20)
    const calm = await requestsPerPoll(daemon)
    for (let restart = 0; restart < 10; restart++) {
      await broker.kill()
      await broker.start()
      await sleep(300)
    }
    await until(async () => (await daemon.json<Lines>('/v1/lines')).lines.length > 0)
    expect(await requestsPerPoll(daemon)).toBe(calm)
  })
})

interface Lines {
  readonly lines: readonly { readonly counters: { readonly requests: number } }[]
}

/** Requests on the wire per slot that was polled, over five slots. */
async function requestsPerPoll(daemon: TestDaemon): Promise<number> {
  const look = async () => ({
    requests: (await daemon.json<Lines>('/v1/lines')).lines[0]?.counters.requests ?? 0,
    slots: new Set(
      [...(await allReadings(daemon, ['feeders-1'])).values()]
        .filter(({ kind }) => kind === 'poll')
        .map(({ slot }) => slot),
    ).size,
  })
  // Counted between polls, so that none is half done.
  const settled = async () => {
    for (;;) {
      const first = await look()
      await sleep(150)
      const second = await look()
      if (first.requests === second.requests && first.slots === second.slots) return second
    }
  }
  const from = await settled()
  await until(async () => (await look()).slots >= from.slots + 5)
  const to = await settled()
  return (to.requests - from.requests) / (to.slots - from.slots)
}

interface Scene {
  readonly played: Played
  readonly broker: Mosquitto
  readonly influx: Influx
  readonly subscriber: Subscriber
  readonly daemon: TestDaemon
  readonly meters: readonly string[]
}

async function scene(withInflux = true, buses = BUSES): Promise<Scene> {
  const played = await play(buses)
  const broker = await startMosquitto({ persistence: true })
  const influx = withInflux ? await startInflux() : null
  const subscriber = await subscribe(broker.url)
  const daemon = await testDaemon({
    lines: played.lines,
    meters: played.meters,
    mqtt: { url: broker.url },
    ...(influx && { influx: { url: `http://${influx.host}:${influx.port}`, database: 'meterd' } }),
  })
  open = [played.simulator, broker, ...(influx ? [influx] : []), subscriber, daemon]
  await daemon.start()
  return {
    played,
    broker,
    influx: influx as Influx,
    subscriber,
    daemon,
    meters: played.meters.map(({ id }) => id),
  }
}

/** The store's readings once no more come. */
async function quiet(daemon: TestDaemon, meters: readonly string[]): Promise<Map<string, ShownReading>> {
  for (;;) {
    const before = await allReadings(daemon, meters)
    await sleep(1_500)
    const after = await allReadings(daemon, meters)
    if (before.size === after.size) return after
  }
}

async function pointsIn(influx: Influx): Promise<Map<string, string>> {
  const rows = await influx
    .query('meterd', 'SELECT digits, scaler, id FROM reading GROUP BY *')
    .catch(() => [])
  return new Map(
    rows.map(row => [String(row['id']), decimal(BigInt(String(row['digits'])), Number(row['scaler']))]),
  )
}

function decimal(digits: bigint, scaler: number): string {
  const text = (digits < 0n ? -digits : digits).toString().padStart(1 - scaler, '0')
  const magnitude = scaler === 0 ? text : `${text.slice(0, scaler)}.${text.slice(scaler)}`
  return `${digits < 0n ? '-' : ''}${magnitude}`
}

const line = ({
  id,
  meter,
  obis,
  value,
  quality,
}: Pick<ShownReading, 'id' | 'meter' | 'obis' | 'value' | 'quality'>) =>
  [id, meter, obis, value, quality].join(' ')

function shownBy({ byId }: Subscriber): string[] {
  return [...byId.values()].map(line).sort()
}

function shownIn(held: ReadonlyMap<string, ShownReading>): string[] {
  return [...held.values()]
    .filter(({ quality }) => quality !== 'quarantined')
    .map(line)
    .sort()
}
