/** A line that has more to do than time for it: who goes short, and who does not. */

import { expect, test } from 'vitest'
import { createPoller } from '../../src/acquire/poller.ts'
import { HOUR, MINUTE } from '../../src/core/time.ts'
import { toyFrame, toyMeter, toyPoint } from '../line/toy-driver.ts'
import { memoryLine } from '../support/memory-line.ts'
import { quietParts, storeThat, takenAll } from '../support/poller-parts.ts'
import { virtualClock } from '../support/virtual-clock.ts'

const METERS = 40
const [MOMENT, CURVE] = [toyPoint(1), toyPoint(2)]
const RUNS_MS = 4 * HOUR

/** Questions of each meter and item, when each takes so long. */
async function askedWithin(questionMs: number): Promise<ReadonlyMap<string, number>> {
  const clock = virtualClock()
  const asked = new Map<string, number>()
  const { line, hear } = memoryLine(
    clock,
    ([, address = 0, item = 0]) => {
      const key = `${address} ${item}`
      asked.set(key, (asked.get(key) ?? 0) + 1)
      clock.after(questionMs, () => hear(toyFrame(address, item, 5)))
    },
    { replyWithinMs: 5_000 },
  )
  const toy = toyMeter([MOMENT, CURVE], { stamp: MOMENT, points: [MOMENT], depth: 1 })
  const poller = createPoller({
    ...quietParts(),
    line,
    meters: Array.from({ length: METERS }, (_, index) => ({
      ...toy,
      id: `m${index + 1}`,
      address: String(index + 1),
      daily: false,
      polls: [
        { everyMs: MINUTE, points: [MOMENT] },
        { everyMs: 15 * MINUTE, points: [CURVE] },
      ],
    })),
    store: storeThat(async () => takenAll(1)),
    clock,
  })
  line.start()
  poller.start()
  await clock.pass(RUNS_MS)
  return asked
}

test.each([
  // What the poll of every minute alone asks of the line.
  [133, 2],
  [200, 3],
])(
  'a poll of every minute that asks for %i %% of the line leaves every other quarter of an hour its turn',
  async (_, seconds) => {
    const asked = await askedWithin(seconds * 1_000 - 200)
    const counts = (item: number) =>
      Array.from({ length: METERS }, (_, index) => asked.get(`${index + 1} ${item}`) ?? 0)
    const quarters = RUNS_MS / (15 * MINUTE)
    expect(Math.min(...counts(2))).toBeGreaterThanOrEqual(quarters / 2 - 1)
    // And nobody goes much shorter than another.
    expect(Math.max(...counts(1)) - Math.min(...counts(1))).toBeLessThanOrEqual(quarters)
  },
)
