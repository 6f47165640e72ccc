import { describe, expect, test } from 'vitest'
import { createLedger, RANK } from '../../src/acquire/ledger.ts'
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

test('a start after settlements were read wants no more midnights than the one before it', () => {
  const one = meter({ daily: true })
  const settling = {
    ...one,
    polls: [],
    settlement: [{ day: 1, hour: 0 }],
    profile: { ...one.profile, settlement: { stamp, points, depth: 12 } },
  }
  const now = MIDNIGHT + 10 * HOUR
  const first = Date.UTC(2026, 9, 31, 16)
  const days = [0, 1, 2].map(back => MIDNIGHT - back * DAY)
  // What the store holds of midnights is the same whichever of its freezes the meter was asked for.
  const again = createLedger(settling, 480, {
    freezesHeld: { daily: [first, ...days], settlement: [first] },
  })
  const due = again.due(now)?.job
  expect(due?.kind === 'freeze' && due.plan.name).toBe('settlement')
  expect(again.plans.map(plan => again.since(plan, now))).toEqual([
    MIDNIGHT - 2 * DAY,
    Date.UTC(2026, 7, 31, 16),
  ])
})

test('PR-05 a settlement goes before all else on its day, and weeks later like any day that was missed', () => {
  const one = meter({ daily: true })
  const settling = {
    ...one,
    settlement: [{ day: 1, hour: 0 }],
    profile: { ...one.profile, settlement: { stamp, points, depth: 2 } },
  }
  const rankOf = (config: MeterConfig, now: number, catchUp: boolean) => {
    const due = createLedger(config, 480).due(now, { catchUp, knowsDay: true })
    return [due?.job.kind === 'freeze' && due.job.plan.name, due?.rank]
  }
  const first = MIDNIGHT - 20 * DAY + 6 * MINUTE
  const weeksLater = MIDNIGHT + 6 * MINUTE
  const alone = { ...settling, daily: false, polls: [] }
  expect(rankOf(alone, first, false)).toEqual(['settlement', RANK.today])
  expect(rankOf(alone, weeksLater, true)).toEqual(['settlement', RANK.catchingUp])
  expect(rankOf(alone, weeksLater, false)).toEqual(['settlement', RANK.poll])
  expect(rankOf(settling, weeksLater, true)).toEqual(['daily', RANK.today])
})

describe('a ledger of polls', () => {
  test('is due once in each slot, aligned to the clock', () => {
    const ledger = createLedger(meter(), 480)
    const now = MIDNIGHT + 10 * HOUR + 7 * MINUTE
    const job = ledger.due(now)?.job ?? null
    expect(job).toMatchObject({ kind: 'poll', slot: MIDNIGHT + 10 * HOUR })
    if (job) ledger.ended(job, 'done', now)
    expect(ledger.due(now)?.job ?? null).toBeNull()
    expect(ledger.nextAt(now)).toBe(MIDNIGHT + 10 * HOUR + 15 * MINUTE)
    expect(ledger.due(MIDNIGHT + 10 * HOUR + 15 * MINUTE)?.job ?? null).toMatchObject({
      slot: MIDNIGHT + 10 * HOUR + 15 * MINUTE,
    })
  })

  test('PR-32 slots that were slept through are not made up in a burst', () => {
    const ledger = createLedger(meter({ everyMs: SECOND }), 480)
    const now = MIDNIGHT + HOUR
    const job = ledger.due(now)?.job ?? null
    if (job) ledger.ended(job, 'done', now)
    const late = ledger.due(now + 3_600 * SECOND)?.job ?? null
    if (late) ledger.ended(late, 'done', now + 3_600 * SECOND)
    expect(ledger.due(now + 3_600 * SECOND)?.job ?? null).toBeNull()
  })

  test('without an answer a slot stays due until it is over', () => {
    const ledger = createLedger(meter(), 480)
    const now = MIDNIGHT + HOUR
    const job = ledger.due(now)?.job ?? null
    if (job) ledger.ended(job, 'unanswered', now)
    expect(ledger.due(now + MINUTE)?.job ?? null).toMatchObject({ slot: now })
    if (job) ledger.ended(job, 'disturbed', now)
    expect(ledger.due(now + MINUTE)?.job ?? null).toMatchObject({ slot: now })
  })

  test('a wall clock that steps back does not stop polling', () => {
    const ledger = createLedger(meter(), 480)
    const job = ledger.due(MIDNIGHT + 10 * HOUR)?.job ?? null
    if (job) ledger.ended(job, 'done', MIDNIGHT + 10 * HOUR)
    expect(ledger.due(MIDNIGHT + 2 * HOUR)?.job ?? null).toMatchObject({ slot: MIDNIGHT + 2 * HOUR })
  })

  test('PR-31 what was asked by a clock that was ahead does not stand for the slot when it comes', () => {
    const ledger = createLedger(meter(), 480)
    const ahead = MIDNIGHT + 10 * HOUR
    const job = ledger.due(ahead)?.job ?? null
    // Set back while it was asked, and somebody looked meanwhile.
    ledger.nextAt(ahead - 2 * HOUR)
    if (job) ledger.ended(job, 'done', ahead - 2 * HOUR)
    expect(ledger.due(ahead - 2 * HOUR)?.job ?? null).toMatchObject({ slot: ahead - 2 * HOUR })
    expect(ledger.due(ahead)?.job ?? null).toMatchObject({ slot: ahead })
  })
})

describe('a ledger of daily freezes', () => {
  const noon = MIDNIGHT + 12 * HOUR
  const freezesDue = (held: readonly number[], now = noon, depth = 62) => {
    const ledger = createLedger({ ...meter({ daily: true, depth }), polls: [] }, 480, {
      freezesHeld: { daily: held },
    })
    const asked: number[] = []
    for (
      let job = ledger.due(now)?.job ?? null;
      job?.kind === 'freeze' && asked.length < 100;
      job = ledger.due(now)?.job ?? null
    ) {
      asked.push(job.nth)
      ledger.ended(job, 'done', now)
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
    const ledger = createLedger({ ...meter({ daily: true }), polls: [] }, 480)
    expect(ledger.due(noon + 400 * DAY)?.job ?? null).toMatchObject({ kind: 'freeze' })
    expect(ledger.due(noon)?.job ?? null).toMatchObject({ kind: 'freeze', boundary: MIDNIGHT, nth: 1 })
  })

  test('no further back than the meter remembers', () =>
    expect(freezesDue([MIDNIGHT - 400 * DAY], noon, 62)).toHaveLength(62))

  test('a day the meter does not hold is asked again later, not at once', () => {
    const ledger = createLedger({ ...meter({ daily: true }), polls: [] }, 480, {
      freezesHeld: { daily: [MIDNIGHT - DAY, MIDNIGHT - 2 * DAY] },
    })
    const job = ledger.due(noon)?.job ?? null
    if (job) ledger.ended(job, 'nothing', noon)
    expect(ledger.due(noon)?.job ?? null).toBeNull()
    expect(ledger.nextAt(noon)).toBe(noon + 10 * MINUTE)
    expect(ledger.due(noon + 10 * MINUTE)?.job ?? null).toMatchObject({ nth: 1 })
    const next = [MIDNIGHT, MIDNIGHT - DAY, MIDNIGHT + HOUR].map(one => ledger.askedNextAt(one, noon))
    expect(next).toEqual([noon + 10 * MINUTE, null, null])
  })

  test('V-W1 what was read once is asked for again, and it is told when', () => {
    const ledger = createLedger({ ...meter({ daily: true }), polls: [] }, 480, {
      freezesHeld: { daily: [MIDNIGHT - DAY, MIDNIGHT - 2 * DAY] },
    })
    const job = ledger.due(noon)?.job ?? null
    expect(ledger.askedNextAt(MIDNIGHT, noon)).toBeLessThanOrEqual(noon)
    if (job) ledger.ended(job, 'done', noon, null, { lacksWitness: true })
    expect(ledger.askedNextAt(MIDNIGHT, noon)).toBe(noon + 10 * MINUTE)
  })

  test('a freeze that a line disturbed is asked again soon, and polls have their turn meanwhile', () => {
    const ledger = createLedger(meter({ daily: true }), 480, {
      freezesHeld: { daily: [MIDNIGHT - DAY, MIDNIGHT - 2 * DAY] },
    })
    for (let tries = 0, now = noon; tries < 5; tries += 1, now += 10 * MINUTE) {
      const job = ledger.due(now)?.job ?? null
      expect(job).toMatchObject({ kind: 'freeze' })
      if (job) ledger.ended(job, 'disturbed', now)
      expect(ledger.due(now)?.job ?? null).toMatchObject({ kind: 'poll' })
    }
  })

  test('a freeze the store had no room for is asked again', () => {
    const ledger = createLedger({ ...meter({ daily: true }), polls: [] }, 480, {
      freezesHeld: { daily: [MIDNIGHT - DAY, MIDNIGHT - 2 * DAY] },
    })
    const job = ledger.due(noon)?.job ?? null
    if (job) {
      ledger.ended(job, 'done', noon)
      ledger.lost(job, noon)
    }
    expect(ledger.due(noon + 10 * MINUTE)?.job ?? null).toMatchObject({ nth: 1, boundary: MIDNIGHT })
  })

  test('PR-05 days before today wait for polls once they have used their share of the line', () => {
    const ledger = createLedger(meter({ daily: true }), 480, {
      freezesHeld: { daily: [MIDNIGHT, MIDNIGHT - 2 * DAY] },
    })
    const may = { catchUp: false, knowsDay: true }
    expect(ledger.due(noon)).toMatchObject({ job: { nth: 2 }, rank: RANK.catchingUp })
    const poll = ledger.due(noon, may)
    expect(poll).toMatchObject({ job: { kind: 'poll' } })
    if (poll) ledger.ended(poll.job, 'done', noon)
    expect(ledger.due(noon, may)).toMatchObject({ job: { nth: 2 }, rank: RANK.quiet })
  })

  test("PR-05 today's freeze waits for nothing", () => {
    const ledger = createLedger(meter({ daily: true }), 480)
    const may = { catchUp: false, knowsDay: true }
    expect(ledger.due(noon, may)).toMatchObject({ job: { kind: 'freeze', nth: 1 }, rank: RANK.today })
  })

  test('PR-31 while nobody knows which day it is no day is asked for, and polls go on', () => {
    const ledger = createLedger(meter({ daily: true }), 480)
    const may = { catchUp: true, knowsDay: false }
    expect(ledger.due(noon, may)).toMatchObject({ job: { kind: 'poll' } })
  })

  test('after midnight the same boundary is one further back', () => {
    const ledger = createLedger({ ...meter({ daily: true }), polls: [] }, 480, {
      freezesHeld: { daily: [MIDNIGHT - 2 * DAY] },
    })
    expect(ledger.due(MIDNIGHT + MINUTE)?.job ?? null).toMatchObject({ boundary: MIDNIGHT - DAY, nth: 2 })
  })
})
