/** A box that was off for weeks asks its meters for every midnight they still remember, and its sinks follow in order. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { askDaemon } from '../../src/cli/ask-daemon.ts'
import { loadConfig } from '../../src/config/load.ts'
import { type Clock, systemClock } from '../../src/core/clock.ts'
import { silentLog } from '../../src/core/log.ts'
import { systemRandom } from '../../src/core/random.ts'
import { formatScaled } from '../../src/core/scaled.ts'
import { DAY } from '../../src/core/time.ts'
import { startDaemon } from '../../src/main.ts'
import type { SinkStatus } from '../../src/publish/sink.ts'
import { type Change, isChange } from '../../src/store/store.ts'
import { openStore } from '../../src/store/thread.ts'
import { until } from '../support/daemon.ts'
import { HOUSES, type Played, play } from '../support/meters.ts'
import { startMosquitto } from '../support/mosquitto.ts'
import { freePort, requireService } from '../support/services.ts'
import { subscribe } from '../support/subscriber.ts'

const mosquitto = requireService('mosquitto')

/** Noon of the day it comes back, at the site. */
const BACK = Date.UTC(2026, 10, 21, 4)
const MIDNIGHT = BACK - DAY / 2
const REMEMBERED = 62
const ADDRESSES = HOUSES.addresses.slice(0, 2)

let undo: (() => unknown)[] = []
afterEach(async () => {
  for (const one of undo.reverse()) await one()
  undo = []
})

function clockAt(instant: number): Clock {
  const ahead = instant - systemClock.now()
  return { ...systemClock, now: () => systemClock.now() + ahead }
}

/** Runs a daemon and its meters at a time until it keeps as many freezes of each meter as are wanted; answers all changes. */
async function runAt(instant: number, folder: string, brokerUrl: string, boundaries: number) {
  const clock = clockAt(instant)
  const played = await play([{ ...HOUSES, addresses: ADDRESSES, every: '5m' }], 7, clock)
  const file = join(folder, 'gateway.yaml')
  const data = join(folder, 'data')
  const config = {
    version: 1,
    gateway: 'away',
    site: { offset: '+08:00', zone: 'Asia/Shanghai' },
    data,
    api: { listen: `127.0.0.1:${await freePort()}` },
    mqtt: { url: brokerUrl },
    lines: played.lines,
    meters: played.meters,
  }
  writeFileSync(file, JSON.stringify(config))
  const loaded = await loadConfig(file, {})
  if ('complaints' in loaded) throw new Error(JSON.stringify(loaded.complaints))
  const parts = { clock, random: systemRandom, log: silentLog, version: '0.0.0-test' }
  const broken: unknown[] = []
  const daemon = await startDaemon({
    ...parts,
    config: loaded.config,
    broken: error => void broken.push(error),
  })
  // A meter that did not answer in time on a busy machine is asked again after its pause.
  await until(async () => {
    const held = await Promise.all(played.meters.map(({ id }) => midnightsOf(data, id)))
    return held.every(one => one >= boundaries) && daemon.status().sinks.every(({ owed }) => owed === 0)
  }, 180_000)
  const [{ name: sink }] = daemon.status().sinks as [SinkStatus]
  await daemon.stop()
  await played.simulator.stop()
  expect(broken).toEqual([])
  const store = await openStore(data, systemClock, silentLog)
  // What came in while it stopped is owed, and is sent after the next start.
  const { sequence: delivered } = await store.cursor(sink)
  const changes = (await store.changesAfter(0, 5_000))
    .filter(isChange)
    .filter(one => one.sequence <= delivered)
  const held = await Promise.all(played.meters.map(({ id }) => store.freezesHeld(id, 0)))
  await store.close()
  expect(held.map(one => one.length)).toEqual(ADDRESSES.map(() => boundaries))
  return { played, changes, held: held.map(one => one.map(({ slot }) => slot)) }
}

/** Boundaries the running daemon holds of a meter. */
async function midnightsOf(data: string, meter: string): Promise<number> {
  const path = `/v1/meters/${meter}/readings?kind=freeze&limit=1000`
  const answer = await askDaemon(data, { method: 'GET', path })
  if (answer === null) throw new Error('no daemon runs')
  const { readings } = answer.body as { readings: { slot: string }[] }
  return new Set(readings.map(({ slot }) => slot)).size
}

function truthOf(played: Played, { meter, obis, slot }: Change): string | null {
  const address = meter.slice('houses-'.length)
  const midnight = new Date(slot + 8 * 3_600_000).toISOString().slice(0, 19) as `${string}T00:00:00`
  const instant = played.simulator.truth.freezeInstant('dlt645-2007', address, midnight)
  const value = played.simulator.truth.registerAt('dlt645-2007', address, obis, instant)
  return value && formatScaled(value)
}

describe.skipIf(mosquitto.missing)(`off for a long time${mosquitto.note}`, () => {
  test.each([
    { days: 30, remembered: 30 },
    { days: 70, remembered: REMEMBERED },
  ])(
    'PR-84 after $days days it fetches the $remembered midnights that are left, the newest first, and publishes in order',
    async ({ days, remembered }) => {
      const folder = mkdtempSync(join(tmpdir(), 'meterd-away-'))
      // As delivered it drops what a busy subscriber has not taken after a thousand.
      const broker = await startMosquitto({ settings: ['max_queued_messages 0'] })
      const subscriber = await subscribe(broker.url)
      undo = [() => rmSync(folder, { recursive: true }), () => broker.dispose(), () => subscriber.end()]
      const before = await runAt(BACK - days * DAY, folder, broker.url, 3)
      const known = before.changes.length
      const after = await runAt(BACK, folder, broker.url, 3 + remembered)
      for (const slots of after.held) {
        const missed = slots.filter(slot => slot > MIDNIGHT - days * DAY)
        expect(missed).toEqual(
          Array.from({ length: remembered }, (_, back) => MIDNIGHT - back * DAY).reverse(),
        )
      }
      const freezes = after.changes.slice(known).filter(({ kind }) => kind === 'freeze')
      for (const { id } of after.played.meters) {
        const slots = [...new Set(freezes.filter(({ meter }) => meter === id).map(({ slot }) => slot))]
        expect(slots, id).toEqual([...slots].sort((a, b) => b - a))
      }
      for (const change of freezes) {
        const value = truthOf(after.played, change)
        if (value !== null) expect(formatScaled(change.value), `${change.meter} ${change.obis}`).toBe(value)
      }
      expect(freezes.every(({ quality }) => quality === 'good')).toBe(true)
      await until(() => subscriber.firstGap() > after.changes.length)
      const arrived = [...subscriber.sequences].slice(0, after.changes.length)
      expect(arrived).toEqual(after.changes.map(({ sequence, id }) => [sequence, id]))
    },
    240_000,
  )
})
