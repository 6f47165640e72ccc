/** An alarm under a running daemon: raised by what a meter says twice, there after a restart, ended by its cure. */

import { expect, test } from 'vitest'
import { systemClock } from '../../src/core/clock.ts'
import { silentLog } from '../../src/core/log.ts'
import { MINUTE, SECOND } from '../../src/core/time.ts'
import { openStore } from '../../src/store/thread.ts'
import { onTheWire } from '../support/between.ts'
import { cutLine } from '../support/cut-line.ts'
import { until } from '../support/daemon.ts'
import { leapingClock } from '../support/leaping-clock.ts'
import { HOUSES, play } from '../support/meters.ts'

/** 10:06 at the site. */
const START = Date.UTC(2026, 10, 21, 2, 6)
const ENERGY = onTheWire('00010000')
/** 900000.00 kWh, as it stands in a frame. */
const MISREAD = '333333C3'

/** A good frame that answers this question with these bytes. */
function answer(question: string): Uint8Array {
  const [, address = '', item = ''] = /68(.{12})681104(.{8})/.exec(question) ?? []
  const frame = Buffer.from(`68${address}689108${item}${MISREAD}`, 'hex')
  const sum = frame.reduce((all, byte) => (all + byte) & 0xff, 0)
  return Buffer.concat([frame, Buffer.of(sum, 0x16)])
}

test('A-04 V-R3 what a meter says twice is an alarm in the store, which outlives the daemon and ends by its cure', async () => {
  const clock = leapingClock(START)
  const played = await play([{ ...HOUSES, addresses: HOUSES.addresses.slice(0, 1) }], 7, clock)
  let lies = false
  const line = await cutLine({
    played,
    clock,
    isDeaf: hex => lies && hex.includes(ENERGY) && answer(hex),
    ofMeters: { polls: [{ every: '5m', points: ['1-0:1.8.0'], fill: false }], daily: false },
  })
  let daemon = await line.start()
  const asked = () => line.heard.filter(hex => hex.includes(ENERGY)).length
  const quiet = () =>
    until(() => daemon.status().meters.every(({ nextAt }) => (nextAt ?? 0) > clock.now() + SECOND))
  /** Minutes go by, each with a turn of the alarms, and every fifth with a poll. */
  const later = (isSo: () => boolean) =>
    until(async () => {
      clock.leap(MINUTE)
      await quiet()
      return isSo()
    })
  const standing = () => daemon.status().alarms.map(({ rule, about }) => `${rule} ${about}`)
  await until(() => asked() > 0)
  await quiet()
  await later(() => asked() > 2)
  lies = true
  await later(() => standing().length > 0)
  expect(standing()).toEqual(['V-R3 1-0:1.8.0 poll'])
  await line.stop()
  daemon = await line.start()
  expect(standing()).toEqual(['V-R3 1-0:1.8.0 poll'])
  lies = false
  await later(() => standing().length === 0)
  await line.stop()
  const store = await openStore(line.data, systemClock, silentLog)
  const events = await store.alarmsAfter(0, 100)
  expect(events.map(({ sequence, event }) => [sequence, event])).toEqual([
    [1, 'raised'],
    [2, 'cleared'],
  ])
  expect(events[0]?.evidence.reads.map(({ finding }) => finding.samples?.at(-1)?.value)).toEqual([
    '900000.00',
    '900000.00',
  ])
  await store.close()
  expect(line.broken).toEqual([])
}, 60_000)
