/** A value no rule lets pass, from a line that garbles and from a meter that says it twice, under a running daemon. */

import { expect, test } from 'vitest'
import { askDaemon } from '../../src/cli/ask-daemon.ts'
import { systemClock } from '../../src/core/clock.ts'
import { silentLog } from '../../src/core/log.ts'
import { formatScaled } from '../../src/core/scaled.ts'
import { DAY, HOUR, MINUTE, SECOND } from '../../src/core/time.ts'
import type { StoredReading } from '../../src/store/store.ts'
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
function answer(question: string, data: string): Uint8Array {
  const [, address = '', item = ''] = /68(.{12})681104(.{8})/.exec(question) ?? []
  const length = (4 + data.length / 2).toString(16).padStart(2, '0')
  const frame = Buffer.from(`68${address}6891${length}${item}${data}`, 'hex')
  return Buffer.concat([
    frame,
    Buffer.of(
      frame.reduce((sum, byte) => (sum + byte) & 0xff, 0),
      0x16,
    ),
  ])
}

async function scene(ofMeters: object) {
  const clock = leapingClock(START)
  const played = await play([{ ...HOUSES, addresses: HOUSES.addresses.slice(0, 1) }], 7, clock)
  /** So many of the questions for this are answered wrong. */
  const lies = { item: ENERGY, left: 0, data: MISREAD }
  const line = await cutLine({
    played,
    clock,
    isDeaf(hex) {
      if (lies.left === 0 || !hex.includes(lies.item)) return false
      lies.left -= 1
      return answer(hex, lies.data)
    },
    ofMeters,
  })
  const daemon = await line.start()
  /** Until nothing is due any more at this moment. */
  const quiet = () =>
    until(() => daemon.status().meters.every(({ nextAt }) => (nextAt ?? 0) > clock.now() + SECOND))
  const asked = (item: string) => line.heard.filter(hex => hex.includes(item)).length
  /** What is durable: the next round is judged by it. */
  const stored = async () => {
    const path = `/v1/meters/${played.meters[0]?.id}/readings?from=2026-11-01&to=2026-12-31&limit=1000`
    const answer = await askDaemon(line.data, { method: 'GET', path })
    return (answer?.body as { readings: unknown[] } | undefined)?.readings.length ?? 0
  }
  const later = async (ms: number, item = ENERGY) => {
    await quiet()
    const [before, kept] = [asked(item), await stored()]
    clock.leap(ms)
    await until(() => asked(item) > before)
    await quiet()
    await until(async () => (await stored()) > kept)
    return asked(item) - before
  }
  const kept = async (kind: 'poll' | 'freeze') => {
    await line.stop()
    const store = await openStore(line.data, systemClock, silentLog)
    const meter = played.meters[0]?.id ?? ''
    const readings = await store.readingsOf({ meter, from: 0, to: 9e15, kind, limit: 5_000 })
    const evidence = (reading: StoredReading) => store.evidence(reading.id)
    return { readings, evidence, close: () => store.close() }
  }
  await until(() => line.heard.length > 0)
  await quiet()
  await until(async () => (await stored()) > 0)
  return { lies, later, kept, broken: line.broken }
}

const POLLED = { polls: [{ every: '5m', points: ['1-0:1.8.0'], fill: false }], daily: false }

test('PR-41 V-R3 what a line garbled is asked again at once, and the second answer is the reading', async () => {
  const { lies, later, kept, broken } = await scene(POLLED)
  lies.left = 1
  expect(await later(5 * MINUTE)).toBe(2)
  expect(await later(5 * MINUTE)).toBe(1)
  const { readings, evidence, close } = await kept('poll')
  expect(readings.map(({ quality, version }) => [quality, version])).toEqual(Array(3).fill(['good', 1]))
  const [, second] = readings
  expect(second?.findings).toMatchObject([
    {
      rule: 'V-R3',
      verdict: 'accept',
      evidence: expect.stringMatching(
        /^asked again at once, the meter said \d+\.\d\d kWh; the first answer was none of its: .*900000\.00/,
      ),
    },
  ])
  const found = second && (await evidence(second))
  const replies = found?.exchanges.map(({ reply, carried }) => [
    Buffer.from(reply ?? [])
      .toString('hex')
      .toUpperCase()
      .includes(MISREAD),
    carried,
  ])
  expect(replies).toEqual([
    [true, false],
    [false, true],
  ])
  await close()
  expect(broken).toEqual([])
}, 60_000)

test('V-R3 what a meter says twice is suspect and kept, and is not asked twice again within the hour', async () => {
  const { lies, later, kept } = await scene(POLLED)
  lies.left = 1_000
  expect(await later(5 * MINUTE)).toBe(2)
  expect(await later(5 * MINUTE)).toBe(1)
  expect(await later(HOUR)).toBe(2)
  const { readings, close } = await kept('poll')
  expect(readings.map(({ quality }) => quality)).toEqual(['good', ...Array(3).fill('suspect')])
  expect(readings.slice(1).map(({ findings }) => findings.map(({ evidence }) => evidence).join())).toEqual([
    expect.stringMatching(/; asked again at once, the meter said 900000\.00 kWh$/),
    expect.not.stringMatching(/asked again/),
    expect.stringMatching(/; asked again at once, the meter said 900000\.00 kWh$/),
  ])
  await close()
}, 60_000)

test('PR-41 V-R3 a freeze garbled once is no conflict: the bill has the meter’s own value, in one version', async () => {
  const { lies, later, kept, broken } = await scene({ polls: [{ every: '24h', points: ['1-0:32.7.0'] }] })
  lies.item = onTheWire('05060101')
  // A total of the first tariff alone.
  lies.data = MISREAD.repeat(2) + '33333333'.repeat(3)
  lies.left = 1
  // The third time because what bills is asked for twice (V-W1).
  expect(await later(DAY, lies.item)).toBe(3)
  const { readings, close } = await kept('freeze')
  const totals = readings.filter(({ obis }) => obis === '1-0:1.8.0')
  expect(totals.map(({ quality, version }) => [quality, version])).toEqual(Array(4).fill(['good', 1]))
  const values = totals.map(({ value }) => Number(formatScaled(value)))
  expect(values).toEqual(values.toSorted((a, b) => a - b))
  expect(totals.at(-1)?.findings).toMatchObject([
    { rule: 'V-R3', verdict: 'accept' },
    { rule: 'V-W1', verdict: 'accept' },
  ])
  await close()
  expect(broken).toEqual([])
}, 60_000)
