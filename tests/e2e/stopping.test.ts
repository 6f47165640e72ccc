/** PR-83: told to end, the daemon ends within ten seconds with 0, whatever it was doing and whoever hangs. */

import { existsSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import { seededRandom } from '../../src/core/random.ts'
import { allReadings } from '../support/all-readings.ts'
import { type TestDaemon, testDaemon, until } from '../support/daemon.ts'
import { FEEDERS, HOUSES, PANEL, type Played, play } from '../support/meters.ts'
import { type Mosquitto, startMosquitto } from '../support/mosquitto.ts'
import { requireService } from '../support/services.ts'
import { type Subscriber, subscribe } from '../support/subscriber.ts'

const mosquitto = requireService('mosquitto')
const PROMISED_MS = 10_000

let undo: (() => unknown)[] = []
afterEach(async () => {
  for (const one of undo.reverse()) await one()
  undo = []
})

interface Scene {
  readonly played: Played
  readonly broker: Mosquitto
  readonly daemon: TestDaemon
  readonly subscriber: Subscriber
  readonly database: string
}

async function scene(): Promise<Scene> {
  const buses = [{ ...HOUSES, addresses: HOUSES.addresses.slice(0, 2) }, PANEL, FEEDERS]
  const played = await play(buses.map(bus => ({ ...bus, every: '2s' })))
  const broker = await startMosquitto({ persistence: true })
  const daemon = await testDaemon({ lines: played.lines, meters: played.meters, mqtt: { url: broker.url } })
  const subscriber = await subscribe(broker.url)
  undo = [
    () => played.simulator.stop(),
    () => broker.dispose(),
    () => daemon.dispose(),
    () => subscriber.end(),
  ]
  return { played, broker, daemon, subscriber, database: join(daemon.folder, 'data', 'meterd.db') }
}

async function stopsInTime(daemon: TestDaemon): Promise<void> {
  const { code, ms } = await daemon.stop()
  expect(code, daemon.output()).toBe(0)
  expect(ms).toBeLessThan(PROMISED_MS)
}

/** Another program in the middle of a write: every commit waits for it, as on a disk that hangs. */
function holdStore(database: string): () => void {
  const other = new DatabaseSync(database, { timeout: 20_000 })
  other.exec('BEGIN IMMEDIATE')
  return () => {
    if (other.isOpen) other.close()
  }
}

describe.skipIf(mosquitto.missing)(`told to end${mosquitto.note}`, () => {
  test('PR-83 at any moment: 0 and "offline" each time, and in the end nothing is lost or doubled', async () => {
    const { daemon, subscriber, played } = await scene()
    const random = seededRandom(11)
    for (let time = 0; time < 6; time++) {
      await daemon.start()
      await sleep(random.integer(1_500))
      await stopsInTime(daemon)
      await until(() => subscriber.status.at(-1) === 'offline')
    }
    await daemon.start()
    const meters = played.meters.map(({ id }) => id)
    const held = await allReadings(daemon, meters)
    await until(() => subscriber.firstGap() > held.size)
    for (const { id, quality } of held.values())
      if (quality !== 'quarantined') expect(subscriber.byId.has(id)).toBe(true)
    expect(subscriber.contradictions).toEqual([])
  })

  test('PR-83 while it still starts', async () => {
    const { daemon, database } = await scene()
    for (const sight of [join(daemon.folder, 'data', 'meterd.lock'), `${database}-wal`]) {
      daemon.launch()
      await until(() => existsSync(sight))
      await stopsInTime(daemon)
    }
  })

  test('PR-83 with a broker that takes everything and answers nothing', async () => {
    const { daemon, broker, subscriber } = await scene()
    await daemon.start()
    await until(() => subscriber.byId.size > 20)
    broker.pause()
    await until(
      async () =>
        (await daemon.get('/metrics').then(answer => answer.text())).match(/owed\{.*\} [1-9]/) !== null,
    )
    await stopsInTime(daemon)
    broker.resume()
    await until(() => subscriber.status.at(-1) === 'offline')
  })

  test('PR-83 with a disk that hangs: "offline" is said, and the store is whole at the next start', async () => {
    const { daemon, database, subscriber } = await scene()
    await daemon.start()
    await until(() => subscriber.byId.size > 20)
    const release = holdStore(database)
    undo.push(release)
    await sleep(1_500)
    await stopsInTime(daemon)
    await until(() => subscriber.status.at(-1) === 'offline')
    release()
    const known = subscriber.firstGap()
    await daemon.start()
    await until(() => subscriber.firstGap() > known + 20)
    expect(subscriber.contradictions).toEqual([])
  })

  test('PR-83 twice: the second signal ends it at once, whatever hangs', async () => {
    const { daemon, database, subscriber } = await scene()
    await daemon.start()
    await until(() => subscriber.byId.size > 20)
    undo.push(holdStore(database))
    await sleep(1_500)
    daemon.tell('SIGTERM')
    await sleep(500)
    const at = performance.now()
    daemon.tell('SIGTERM')
    expect(await daemon.ended()).toBe(130)
    // Far from the nine seconds the first signal alone would take, and from the five a commit waits.
    expect(performance.now() - at).toBeLessThan(3_500)
  })

  test('PR-83 with clients that begin a request, or do not take the answer', async () => {
    const { daemon, subscriber } = await scene()
    await daemon.start()
    await until(() => subscriber.byId.size > 20)
    const port = Number(new URL(daemon.api).port)
    const dawdler = connect(port, '127.0.0.1', () => dawdler.write('GET /v1/meters HTTP/1.1\r\nHost: a\r\n'))
    const deaf = connect(port, '127.0.0.1', () => {
      deaf.pause()
      for (let asked = 0; asked < 200; asked++) deaf.write('GET /openapi.json HTTP/1.1\r\nHost: a\r\n\r\n')
    })
    for (const socket of [dawdler, deaf]) socket.on('error', () => undefined)
    await sleep(500)
    await stopsInTime(daemon)
    dawdler.destroy()
    deaf.destroy()
  })
})
