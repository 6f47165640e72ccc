/** What a second look costs: the first answer is kept whatever becomes of it, and neither meter nor line goes short for it. */

import { expect, test } from 'vitest'
import { createLastGood } from '../../src/acquire/last-good.ts'
import { createPoller } from '../../src/acquire/poller.ts'
import { HOUR, MINUTE, SECOND } from '../../src/core/time.ts'
import type { Round } from '../../src/store/store.ts'
import { toyFrame, toyMeter, toyPoint } from '../line/toy-driver.ts'
import { memoryLine } from '../support/memory-line.ts'
import { memoryRefusals } from '../support/memory-refusals.ts'
import { quietParts, storeThat, takenAll } from '../support/poller-parts.ts'
import { virtualClock } from '../support/virtual-clock.ts'

const POINT = toyPoint(1)

/** Meters whose register shows 5 kWh; that of the first was at 50 an hour ago. */
function scene(count: number, everyMs: number | null, answers: (address: number, ms: number) => boolean) {
  const clock = virtualClock()
  const asked: number[] = []
  const rounds: Round[] = []
  const { line, hear } = memoryLine(clock, ([, address = 0, item = 0]) => {
    asked.push(clock.monotonic())
    if (answers(address, clock.monotonic())) clock.after(30, () => hear(toyFrame(address, item, 5)))
  })
  const toy = toyMeter([POINT], { stamp: POINT, points: [POINT], depth: 1 })
  const refusals = memoryRefusals()
  /** Called when a conversation is over, before anything is made of it. */
  const after = { first: () => {} }
  const { obis } = POINT
  const readAt = clock.now() - HOUR
  const poller = createPoller({
    ...quietParts(),
    line,
    refusals: {
      ...refusals,
      add(meter, items) {
        after.first()
        refusals.add(meter, items)
      },
    },
    lastGood: createLastGood(
      [{ meter: 'm1', obis, kind: 'poll', value: { digits: 50n, scaler: 0 }, readAt }],
      480,
    ),
    meters: Array.from({ length: count }, (_, index) => ({
      ...toy,
      id: `m${index + 1}`,
      address: String(index + 1),
      daily: false,
      polls: everyMs === null ? [] : [{ everyMs, points: [POINT] }],
    })),
    store: storeThat(async round => {
      rounds.push(round)
      return takenAll(1)
    }),
    clock,
  })
  line.start()
  poller.start()
  return { clock, asked, rounds, poller, after }
}

test('PR-41 a line too busy for a second look loses nothing of the first answer', async () => {
  const { clock, rounds, poller, after } = scene(22, null, () => true)
  await clock.pass(SECOND)
  const reads = Array.from({ length: 21 }, (_, index) => poller.readNow(`m${index + 1}`))
  after.first = () => {
    after.first = () => {}
    // Of those who wait one has gone: the place is taken before the second look can have it.
    reads.push(poller.readNow('m22'))
  }
  const read = Promise.allSettled(reads)
  await clock.pass(MINUTE)
  expect((await read).map(({ status }) => status)).toEqual(Array(21).fill('fulfilled'))
  const [first] = rounds
  expect(first?.meter).toBe('m1')
  expect(first?.exchanges).toHaveLength(1)
  expect(first?.readings).toMatchObject([{ quality: 'suspect', findings: [{ rule: 'V-R1' }] }])
})

test('PR-41 a meter that is silent to second looks alone is polled in time, and seldom looked at twice', async () => {
  let answeredAt = Number.NEGATIVE_INFINITY
  const { clock, asked, rounds, poller } = scene(1, MINUTE, (_address, ms) => {
    if (ms - answeredAt < 20 * SECOND) return false
    answeredAt = ms
    return true
  })
  await clock.pass(HOUR)
  expect(new Set(rounds.flatMap(({ readings }) => readings.map(({ slot }) => slot))).size).toBe(60)
  expect(poller.statusOf('m1')).toMatchObject({ state: 'ok', unanswered: 0 })
  // Each of six looks twice at most.
  expect(asked.length).toBeLessThanOrEqual(60 + 6 * 2)
})
