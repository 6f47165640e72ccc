import { describe, expect, test } from 'vitest'
import type { Job } from '../../src/acquire/job.ts'
import { isBefore, RANK } from '../../src/acquire/ledger.ts'
import { freezePlansOf } from '../../src/acquire/plans.ts'
import { placeOf, type Waiting } from '../../src/acquire/turn.ts'
import { DAY, MINUTE } from '../../src/core/time.ts'
import { freezingMeter } from '../support/api.ts'

const NOW = Date.UTC(2026, 10, 21, 16, 6)
const MONOTONIC = 10 * DAY
const EVERY_MS = 5 * MINUTE
const SLOT = NOW - MINUTE
const poll: Job = { kind: 'poll', poll: { everyMs: EVERY_MS, points: [] }, slot: SLOT }
const everyMinute: Job = { kind: 'poll', poll: { everyMs: MINUTE, points: [] }, slot: SLOT }
const [plan] = freezePlansOf(freezingMeter('m1'), 480)
const freeze = { kind: 'freeze', plan: plan!, boundary: NOW - 6 * MINUTE, nth: 1 } as const
const oldFreeze: Job = { ...freeze, boundary: freeze.boundary - DAY, nth: 2 }

interface Change {
  readonly job?: Job
  readonly rank?: Waiting['rank']
  readonly order?: number
  readonly typicalMs?: number
  readonly silentFor?: number
  readonly askedBefore?: number
  readonly goesOn?: boolean
  readonly isInstantaneous?: boolean
}

function waiting(change: Change): Waiting {
  const { job = poll, typicalMs = 30, silentFor, askedBefore = EVERY_MS, goesOn = false } = change
  const isSilent = silentFor !== undefined
  const notBefore = isSilent ? MONOTONIC - silentFor : Number.NEGATIVE_INFINITY
  const everyMs = job.kind === 'poll' ? job.poll.everyMs : DAY
  const missedSince = job.kind === 'poll' && NOW - askedBefore < SLOT - everyMs ? NOW - askedBefore : null
  const rank = change.rank ?? (job.kind === 'freeze' && job.nth === 1 ? RANK.today : RANK.poll)
  return {
    job,
    rank,
    order: change.order ?? 0,
    missedSince,
    typicalMs,
    goesOn,
    isInstantaneous: change.isInstantaneous ?? false,
    patience: { isSilent, notBefore, lastAskedAt: NOW - askedBefore },
  }
}

function comesFirst(first: Change, second: Change): void {
  const [a, b] = [first, second].map(one => placeOf(waiting(one), { now: NOW, monotonic: MONOTONIC }))
  expect(isBefore(a ?? [], b ?? [])).toBe(true)
  expect(isBefore(b ?? [], a ?? [])).toBe(false)
}

describe('whose turn it is', () => {
  test.each<[string, Change, Change]>([
    ['today’s freeze before a poll', { job: freeze }, { askedBefore: 7 * MINUTE }],
    [
      'PR-05 a freeze of before while it may',
      { job: oldFreeze, rank: RANK.catchingUp },
      { askedBefore: 7 * MINUTE },
    ],
    ['PR-05 a poll before a freeze that may not', {}, { job: oldFreeze, rank: RANK.quiet, askedBefore: DAY }],
    ['registers before what is true for a moment', { order: 2 }, { isInstantaneous: true, order: 1 }],
    [
      'what is true for a moment, once it missed a turn',
      { isInstantaneous: true, askedBefore: 12 * MINUTE },
      { askedBefore: 11 * MINUTE },
    ],
    ['the earlier deadline', { order: 1 }, { order: 2, askedBefore: 6 * MINUTE }],
    ['whom the port is set for', { goesOn: true, askedBefore: 4 * MINUTE }, { askedBefore: 5 * MINUTE }],
    ['who has waited longest', { askedBefore: 5 * MINUTE }, { askedBefore: 4 * MINUTE }],
    ['PR-42 the healthy before the silent', { askedBefore: 0 }, { silentFor: 0, job: freeze }],
    ['PR-42 who was silent, once it gave way for long', { silentFor: 15 * MINUTE, askedBefore: DAY }, {}],
    [
      'PR-42 who was silent and is polled every minute, once it gave way for one',
      { job: everyMinute, silentFor: MINUTE, askedBefore: DAY },
      { job: everyMinute },
    ],
    [
      'PR-42 the healthy until then',
      { job: everyMinute },
      { job: everyMinute, silentFor: MINUTE - 1, askedBefore: DAY },
    ],
    ['quick ones before slow ones', {}, { typicalMs: 450, job: freeze }],
    [
      'a slow one that missed a turn before a quick one that did not',
      { typicalMs: 450, askedBefore: 12 * MINUTE },
      {},
    ],
  ])('%s', (_, first, second) => comesFirst(first, second))

  test('a slow one gives way for a quarter of an hour and no longer', () => {
    const late: Job = { ...freeze, boundary: NOW - 15 * MINUTE }
    comesFirst({ typicalMs: 450, job: late }, {})
  })
})
