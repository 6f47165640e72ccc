import { describe, expect, test } from 'vitest'
import { createAgenda } from '../../src/acquire/agenda.ts'
import type { MeterConfig } from '../../src/config/config.ts'
import { DAY, HOUR, MINUTE, SECOND } from '../../src/core/time.ts'
import { toyDriver, toyPoint } from '../line/toy-driver.ts'

/** 00:00 at +08:00. */
const MIDNIGHT = Date.UTC(2026, 10, 20, 16)
const points = [toyPoint(1)]
const stamp = toyPoint(9)

function meter(change: { everyMs?: number; daily?: boolean; depth?: number } = {}): MeterConfig {
  const nameplate = { phases: 1 as const, volts: 220, amperes: 60 }
  return {
    id: 'm1',
    line: 'l1',
    address: '1',
    driver: toyDriver(),
    nameplate,
    profile: {
      profile: 'toy',
      protocol: 'toy',
      source: '',
      points,
      traits: {},
      nameplate,
      examples: [],
      daily: { stamp, points, depth: change.depth ?? 62 },
    },
    polls: [{ everyMs: change.everyMs ?? 15 * MINUTE, points }],
    daily: change.daily ?? false,
  }
}

describe('an agenda of polls', () => {
  test('is due once in each slot, aligned to the clock', () => {
    const agenda = createAgenda(meter(), [], 480)
    const now = MIDNIGHT + 10 * HOUR + 7 * MINUTE
    const job = agenda.due(now)
    expect(job).toMatchObject({ kind: 'poll', slot: MIDNIGHT + 10 * HOUR })
    if (job) agenda.ended(job, 'done', now)
    expect(agenda.due(now)).toBeNull()
    expect(agenda.nextAt(now)).toBe(MIDNIGHT + 10 * HOUR + 15 * MINUTE)
    expect(agenda.due(MIDNIGHT + 10 * HOUR + 15 * MINUTE)).toMatchObject({
      slot: MIDNIGHT + 10 * HOUR + 15 * MINUTE,
    })
  })

  test('PR-32 slots that were slept through are not made up in a burst', () => {
    const agenda = createAgenda(meter({ everyMs: SECOND }), [], 480)
    const now = MIDNIGHT + HOUR
    const job = agenda.due(now)
    if (job) agenda.ended(job, 'done', now)
    const late = agenda.due(now + 3_600 * SECOND)
    if (late) agenda.ended(late, 'done', now + 3_600 * SECOND)
    expect(agenda.due(now + 3_600 * SECOND)).toBeNull()
  })

  test('without an answer a slot stays due until it is over', () => {
    const agenda = createAgenda(meter(), [], 480)
    const now = MIDNIGHT + HOUR
    const job = agenda.due(now)
    if (job) agenda.ended(job, 'unanswered', now)
    expect(agenda.due(now + MINUTE)).toMatchObject({ slot: now })
    if (job) agenda.ended(job, 'disturbed', now)
    expect(agenda.due(now + MINUTE)).toMatchObject({ slot: now })
  })

  test('a wall clock that steps back does not stop polling', () => {
    const agenda = createAgenda(meter(), [], 480)
    const job = agenda.due(MIDNIGHT + 10 * HOUR)
    if (job) agenda.ended(job, 'done', MIDNIGHT + 10 * HOUR)
    expect(agenda.due(MIDNIGHT + 2 * HOUR)).toMatchObject({ slot: MIDNIGHT + 2 * HOUR })
  })
})

describe('an agenda of daily freezes', () => {
  const noon = MIDNIGHT + 12 * HOUR
  const freezesDue = (held: readonly number[], now = noon, depth = 62) => {
    const agenda = createAgenda({ ...meter({ daily: true, depth }), polls: [] }, held, 480)
    const asked: number[] = []
    for (let job = agenda.due(now); job?.kind === 'freeze' && asked.length < 100; job = agenda.due(now)) {
      asked.push(job.nth)
      agenda.ended(job, 'done', now)
    }
    return asked
  }

  test('a new meter is asked for three days, today first', () => expect(freezesDue([])).toEqual([1, 2, 3]))

  test('nothing is due before 00:05, when meters have frozen', () => {
    expect(freezesDue([MIDNIGHT - DAY, MIDNIGHT - 2 * DAY], MIDNIGHT + 4 * MINUTE)).toEqual([])
    expect(freezesDue([MIDNIGHT - DAY, MIDNIGHT - 2 * DAY], MIDNIGHT + 5 * MINUTE)).toEqual([1])
  })

  test('PR-05 after days without power every day since the oldest held is fetched, newest first', () => {
    expect(freezesDue([MIDNIGHT - 9 * DAY])).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
  })

  test('PR-05 a restart in the middle of catching up goes on where it was', () => {
    expect(freezesDue([MIDNIGHT, MIDNIGHT - DAY, MIDNIGHT - 9 * DAY])).toEqual([3, 4, 5, 6, 7, 8, 9])
  })

  test('PR-31 a clock that was ahead and is put right costs no freeze', () => {
    const agenda = createAgenda({ ...meter({ daily: true }), polls: [] }, [], 480)
    expect(agenda.due(noon + 400 * DAY)).toMatchObject({ kind: 'freeze' })
    expect(agenda.due(noon)).toMatchObject({ kind: 'freeze', boundary: MIDNIGHT, nth: 1 })
  })

  test('no further back than the meter remembers', () =>
    expect(freezesDue([MIDNIGHT - 400 * DAY], noon, 62)).toHaveLength(62))

  test('a day the meter does not hold is asked again later, not at once', () => {
    const agenda = createAgenda(
      { ...meter({ daily: true }), polls: [] },
      [MIDNIGHT - DAY, MIDNIGHT - 2 * DAY],
      480,
    )
    const job = agenda.due(noon)
    if (job) agenda.ended(job, 'nothing', noon)
    expect(agenda.due(noon)).toBeNull()
    expect(agenda.nextAt(noon)).toBe(noon + 10 * MINUTE)
    expect(agenda.due(noon + 10 * MINUTE)).toMatchObject({ nth: 1 })
  })

  test('a freeze that a line disturbed is asked again soon, and polls have their turn meanwhile', () => {
    const agenda = createAgenda(meter({ daily: true }), [MIDNIGHT - DAY, MIDNIGHT - 2 * DAY], 480)
    for (let tries = 0, now = noon; tries < 5; tries += 1, now += 10 * MINUTE) {
      const job = agenda.due(now)
      expect(job).toMatchObject({ kind: 'freeze' })
      if (job) agenda.ended(job, 'disturbed', now)
      expect(agenda.due(now)).toMatchObject({ kind: 'poll' })
    }
  })

  test('a freeze the store had no room for is asked again', () => {
    const agenda = createAgenda(
      { ...meter({ daily: true }), polls: [] },
      [MIDNIGHT - DAY, MIDNIGHT - 2 * DAY],
      480,
    )
    const job = agenda.due(noon)
    if (job) {
      agenda.ended(job, 'done', noon)
      agenda.lost(job, noon)
    }
    expect(agenda.due(noon + 10 * MINUTE)).toMatchObject({ nth: 1, boundary: MIDNIGHT })
  })

  test('after midnight the same boundary is one further back', () => {
    const agenda = createAgenda({ ...meter({ daily: true }), polls: [] }, [MIDNIGHT - 2 * DAY], 480)
    expect(agenda.due(MIDNIGHT + MINUTE)).toMatchObject({ boundary: MIDNIGHT - DAY, nth: 2 })
  })
})
