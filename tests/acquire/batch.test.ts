/** Meters of one line that are set differently: the port is set anew rarely, and nobody waits long for it. */

import { describe, expect, onTestFinished, test } from 'vitest'
import { createBatch } from '../../src/acquire/batch.ts'
import { createPoller } from '../../src/acquire/poller.ts'
import type { MeterConfig } from '../../src/config/config.ts'
import type { SerialSettings } from '../../src/core/line-url.ts'
import { MINUTE, SECOND } from '../../src/core/time.ts'
import { toyFrame, toyMeter, toyPoint } from '../line/toy-driver.ts'
import { memoryLine } from '../support/memory-line.ts'
import { quietParts, storeThat, takenAll } from '../support/poller-parts.ts'
import { virtualClock } from '../support/virtual-clock.ts'

const SLOW: SerialSettings = { baud: 1200, parity: 'even', dataBits: 8, stopBits: 1 }
const POINT = toyPoint(1)
const { serial: _, ...TOY } = toyMeter([POINT], { stamp: POINT, points: [POINT], depth: 1 })

/** Meters 1, 2, … with these settings, polled every `everyMs`. */
const meters = (all: readonly (SerialSettings | undefined)[], everyMs: number): readonly MeterConfig[] =>
  all.map((serial, index) => ({
    ...TOY,
    id: `m${index + 1}`,
    address: String(index + 1),
    daily: false,
    polls: [{ everyMs, points: [POINT] }],
    ...(serial && { serial }),
  }))

/** Addresses in the order they were asked, and how often the port was set. */
async function polled(configs: readonly MeterConfig[], forMs: number) {
  const clock = virtualClock()
  const asked: number[] = []
  let sets = 0
  const { line, hear } = memoryLine(
    clock,
    ([, address = 0, item = 0]) => {
      asked.push(address)
      clock.after(100, () => hear(toyFrame(address, item, 1)))
    },
    {
      url: 'serial:///dev/ttyS9?baud=2400',
      async set() {
        sets += 1
        await clock.sleep(100)
      },
    },
  )
  const poller = createPoller({
    ...quietParts(),
    line,
    clock,
    meters: configs,
    store: storeThat(async () => takenAll(1)),
  })
  line.start()
  poller.start()
  onTestFinished(async () => {
    const stopped = poller.stop()
    await clock.pass(MINUTE)
    await stopped
  })
  await clock.pass(forMs)
  return { asked, sets }
}

describe('meters of mixed settings', () => {
  test('are asked in batches: all of a kind, then all of the other, and the last kind begins the next round', async () => {
    const alternating = Array.from({ length: 10 }, (_one, index) => (index % 2 === 0 ? undefined : SLOW))
    const { asked, sets } = await polled(meters(alternating, MINUTE), 10 * MINUTE - SECOND)
    expect(asked).toHaveLength(100)
    for (let round = 0; round < 10; round++)
      expect(new Set(asked.slice(round * 10, round * 10 + 10)).size).toBe(10)
    expect(sets).toBe(10)
  })

  test('PR-42 one meter among many of another kind has its turn in each round, on a line that never rests', async () => {
    const many = [...Array.from({ length: 20 }, () => SLOW), undefined]
    const { asked } = await polled(meters(many, SECOND), 2 * MINUTE)
    const turns = asked.flatMap((address, index) => (address === 21 ? [index] : []))
    expect(turns.length).toBeGreaterThan(10)
    const gaps = turns.slice(1).map((turn, index) => turn - (turns[index] ?? 0))
    expect(Math.max(...gaps)).toBeLessThanOrEqual(21)
  })

  test('one kind alone is asked in the order of waiting, as if there were no batches', () => {
    const batch = createBatch([1, 2, 3], () => '')
    batch.chose(1)
    expect([1, 2, 3].map(batch.goesOn)).toEqual([false, false, false])
  })
})
