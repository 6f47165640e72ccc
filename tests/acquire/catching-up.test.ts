/** Days that were missed are fetched beside today's polls, which may take a fifth longer for it and no more (PR-05). */

import { expect, test } from 'vitest'
import { createPoller } from '../../src/acquire/poller.ts'
import type { MeterConfig } from '../../src/config/config.ts'
import { civilOf, DAY, HOUR, MINUTE, SECOND } from '../../src/core/time.ts'
import type { Conversation, Driver, FreezeAsked, ReadResult } from '../../src/driver-api/driver.ts'
import type { Round } from '../../src/store/store.ts'
import { toyDriver, toyFrame, toyMeter, toyPoint, toyRequest } from '../line/toy-driver.ts'
import { MIDNIGHT } from '../support/api.ts'
import { memoryLine } from '../support/memory-line.ts'
import { quietParts, storeThat, takenAll } from '../support/poller-parts.ts'
import { virtualClock } from '../support/virtual-clock.ts'

const OFFSET = 480
const METERS = 40
const MISSED = 10
const DEPTH = 62
const ANSWERS_AFTER_MS = 400
/** One question and its answer, and the quiet before it. */
const QUESTION_MS = 430
const NOON = MIDNIGHT + 12 * HOUR
const points = [toyPoint(1)]
const frozen = [2, 3, 4].map(toyPoint)
const daily = { stamp: toyPoint(9), points: frozen, depth: DEPTH }
const hourly = { stamp: toyPoint(8), points: frozen.slice(0, 1), depth: 254 }

function freezingDriver(): Driver {
  function* readFreeze(
    { address }: { address: string },
    { nth, stamp, points }: FreezeAsked,
  ): Conversation<ReadResult> {
    const reads: ReadResult['reads'][number][] = []
    const boundary = stamp === daily.stamp ? MIDNIGHT - (nth - 1) * DAY : NOON - (nth - 1) * HOUR
    const stampedAt = civilOf(boundary, OFFSET)
    for (const point of points) {
      const frame = yield toyRequest(Number(address), Number(point.item))
      if (frame) reads.push({ point, frames: [frame], value: { digits: 7n, scaler: 0 }, stampedAt })
    }
    return { reads, refused: [] }
  }
  return { ...toyDriver(), readFreeze }
}

/** Half an hour at noon, of meters that hold so many midnights nobody has read, and as many hours. */
async function halfHour(
  missed: number,
  hoursMissed = 0,
  room: (slot: number, times: number) => boolean = () => true,
) {
  const clock = virtualClock(NOON)
  const { line, hear } = memoryLine(clock, bytes => {
    clock.after(ANSWERS_AFTER_MS, () => hear(toyFrame(bytes[1] ?? 0, bytes[2] ?? 0, 7)))
  })
  const driver = freezingDriver()
  const meters = Array.from(
    { length: METERS },
    (_, index): MeterConfig => ({
      ...toyMeter(points, daily),
      ...(hoursMissed > 0 && { hourly: true, profile: { ...toyMeter(points, daily).profile, hourly } }),
      id: `m${index + 1}`,
      address: `${index + 1}`,
      driver,
      polls: [{ everyMs: MINUTE, points }],
    }),
  )
  const held = Array.from({ length: DEPTH - missed }, (_, back) => MIDNIGHT - (back + missed) * DAY)
  const hoursHeld = [NOON - hoursMissed * HOUR]
  const freezes: number[] = []
  /** How long after its slot began the last poll of it was here. */
  const polls = new Map<number, { last: number; count: number }>()
  const accept = async ({ readings }: Round) => {
    const [one] = readings
    if (one?.kind === 'freeze') freezes.push(one.slot)
    if (one?.kind === 'poll')
      polls.set(one.slot, { last: clock.now() - one.slot, count: (polls.get(one.slot)?.count ?? 0) + 1 })
    if (one?.kind === 'freeze' && !room(one.slot, freezes.filter(slot => slot === one.slot).length))
      return { ...takenAll(0), refused: readings.length }
    return takenAll(readings.length)
  }
  const poller = createPoller({
    ...quietParts(),
    line,
    meters,
    store: storeThat(accept),
    freezesHeld: new Map(meters.map(({ id }) => [id, { daily: held, hourly: hoursHeld }])),
    clock,
  })
  line.start()
  poller.start()
  await clock.pass(30 * MINUTE)
  const ended = poller.stop()
  await clock.pass(MINUTE)
  await ended
  return { freezes, polls: [...polls.values()].slice(0, 29) }
}

test('PR-05 missed midnights are fetched, newest first, and no round of polls takes more than a fifth longer', async () => {
  const usual = await halfHour(0)
  const catchingUp = await halfHour(MISSED)
  const longest = Math.max(...usual.polls.map(({ last }) => last))
  expect(longest).toBeGreaterThan(METERS * ANSWERS_AFTER_MS)
  expect(usual.freezes).toEqual([])
  for (const { last, count } of catchingUp.polls.slice(1)) {
    expect(count).toBe(METERS)
    // One freeze may have been begun just before, and another the moment their share allowed it; each is asked for twice.
    expect(last).toBeLessThanOrEqual(longest * 1.2 + 2 * 2 * frozen.length * QUESTION_MS)
  }
  expect(new Set(catchingUp.freezes.slice(0, METERS))).toEqual(new Set([MIDNIGHT]))
  expect(catchingUp.freezes).toEqual([...catchingUp.freezes].sort((a, b) => b - a))
  expect(catchingUp.freezes).toHaveLength(MISSED * METERS)
  expect(longest).toBeLessThan(30 * SECOND)
}, 60_000)

test("PR-05 hours of four days hold up no poll by more, and no bill: this hour's with the polls, older ones after the midnights", async () => {
  const usual = await halfHour(0)
  const catchingUp = await halfHour(3, 96)
  const longest = Math.max(...usual.polls.map(({ last }) => last))
  for (const { last, count } of catchingUp.polls.slice(1)) {
    expect(count).toBe(METERS)
    expect(last).toBeLessThanOrEqual(longest * 1.2 + 2 * frozen.length * QUESTION_MS)
  }
  const { freezes } = catchingUp
  const older = freezes.filter(slot => slot !== NOON)
  const midnights = older.slice(0, 3 * METERS)
  const hours = older.slice(3 * METERS)
  expect(midnights.every(slot => (slot - MIDNIGHT) % DAY === 0)).toBe(true)
  expect(midnights).toEqual([...midnights].sort((a, b) => b - a))
  expect(hours.length).toBeGreaterThan(20 * METERS)
  expect(hours).toEqual([...hours].sort((a, b) => b - a))
  expect(hours).not.toContain(MIDNIGHT)
  expect(freezes.filter(slot => slot === NOON)).toHaveLength(METERS)
  expect(freezes.lastIndexOf(NOON)).toBeLessThan(6 * METERS)
}, 60_000)

test('PR-20 an hour a store without room did not take is asked for again while the meter remembers it', async () => {
  const { freezes } = await halfHour(0, 1, (slot, times) => slot !== NOON || times > METERS)
  expect(freezes.filter(slot => slot === NOON)).toHaveLength(2 * METERS)
  expect(freezes.filter(slot => slot === NOON - 2 * HOUR)).toHaveLength(METERS)
}, 60_000)
