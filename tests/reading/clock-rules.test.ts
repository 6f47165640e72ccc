/** When a clock may be set, in the meters' own rules, and how far it is off less what the line takes. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { civilOf, MINUTE } from '../../src/core/time.ts'
import { driftOf } from '../../src/reading/clock-drift.ts'
import { type ClockFacts, hourlyMoments, whyNotSet, whyNotSetAt } from '../../src/reading/clock-rules.ts'
import { rounds } from '../support/rounds.ts'

const facts = (changed: Partial<ClockFacts>): ClockFacts => ({
  shown: '2026-11-21T10:00:00',
  right: '2026-11-21T10:01:00',
  lastSet: null,
  moments: [],
  unknown: [],
  ...changed,
})
const kinds = (changed: Partial<ClockFacts>) => whyNotSet(facts(changed)).map(({ kind }) => kind)

describe('a clock', () => {
  test.each<[string, Partial<ClockFacts>, readonly string[]]>([
    ['a minute behind may be set', {}, []],
    ['right may be set', { right: '2026-11-21T10:00:00' }, []],
    ['five minutes off may be set', { right: '2026-11-21T10:05:00' }, []],
    ['five minutes ahead may be set', { right: '2026-11-21T09:55:00' }, []],
    ['a second more may not', { right: '2026-11-21T10:05:01' }, ['far']],
    ['a second more ahead may not', { right: '2026-11-21T09:54:59' }, ['far']],
    ['of another day may not', { right: '2026-11-22T10:00:00' }, ['far']],
    ['set today may not', { lastSet: '2026-11-21T00:30:00' }, ['again']],
    ['set yesterday may', { lastSet: '2026-11-20T23:30:00' }, []],
    ['at midnight may not', { shown: '2026-11-21T00:00:00', right: '2026-11-21T00:00:01' }, ['moment']],
    ['before midnight may not', { shown: '2026-11-21T23:55:00', right: '2026-11-21T23:54:00' }, ['moment']],
    ['six minutes before it may', { shown: '2026-11-21T23:54:00', right: '2026-11-21T23:53:00' }, []],
    [
      'whose time to be is near midnight may not',
      { shown: '2026-11-21T23:52:00', right: '2026-11-21T23:56:00' },
      ['moment'],
    ],
    ['near a daily freeze may not', { moments: ['1004'] }, ['moment']],
    ['away from it may', { moments: ['1007'] }, []],
    ['near what it did not tell may not', { unknown: ['04000B02'] }, ['unknown']],
    ['near settlement may not', { moments: ['211000'] }, ['moment']],
    ['near settlement of another day may', { moments: ['201000', '221000'] }, []],
    ['that shows nonsense may not', { shown: '2026-11-31T10:00:00' }, ['far']],
  ])('%s', (_, changed, expected) => {
    expect(kinds(changed)).toEqual(expected)
  })

  test.each<[string, number, Partial<ClockFacts>, readonly string[]]>([
    ['hours before midnight', 10 * 60, {}, []],
    ['six minutes before it', 23 * 60 + 53, {}, []],
    ['where its own time to come is near', 23 * 60 + 53.5, {}, ['moment']],
    ['where the right time is near', 23 * 60 + 55, {}, ['moment']],
    ['after it', 24 * 60 + 4, {}, ['moment']],
    ['clear of it', 24 * 60 + 6, {}, []],
    ['near a freeze', 12 * 60, { moments: ['1205'] }, ['moment']],
    ['on the day it was set', 10 * 60, { lastSet: '2026-11-21T01:00:00' }, ['again']],
    ['the day after', 34 * 60, { lastSet: '2026-11-21T01:00:00' }, []],
  ])('judged again later: %s', (_, minutes, changed, expected) => {
    const now = Date.UTC(2026, 10, 20, 16) + minutes * MINUTE
    const known = { ...facts(changed), aheadMs: 90_000 }
    expect(whyNotSetAt(known, now, 480).map(({ kind }) => kind)).toEqual(expected)
  })

  test.each<[string, string | null, number | null, number, readonly string[]]>([
    ['none where the meter has neither', null, null, 0, []],
    ['none where they never come', '2026-01-01T00:15', 0, 0, []],
    ['every hour from its start', '2026-01-01T13:15:00', 60, 24, ['0015', '0115']],
    ['every hour where no interval is told', '2026-01-01T00:15', null, 24, ['0015', '0115']],
    ['full hours where no start is told', null, 60, 24, ['0000', '0100']],
    ['every quarter of an hour', '2026-01-01T00:07', 15, 96, ['0007', '0022']],
    ['all that may be where days differ', '2026-01-01T00:05', 50, 144, ['0005', '0015']],
  ])('hourly freezes: %s', (_, start, everyMinutes, count, first) => {
    const moments = hourlyMoments(start, everyMinutes)
    expect(moments).toHaveLength(count)
    expect(moments.slice(0, 2)).toEqual(first)
  })

  test('near an hourly freeze may not be set', () => {
    const moments = hourlyMoments('2026-01-01T00:00:00', 60)
    const near = { shown: '2026-11-21T15:01:18', right: '2026-11-21T15:00:58', moments }
    expect(kinds(near)).toEqual(['moment'])
    expect(kinds({ ...near, shown: '2026-11-21T15:30:18', right: '2026-11-21T15:29:58' })).toEqual([])
  })

  test('says every reason', () => {
    const all = { shown: '2026-11-21T23:58:00', right: '2026-11-21T23:40:00', lastSet: '2026-11-21T01:00:00' }
    expect(whyNotSet(facts(all)).map(({ text }) => text)).toEqual([
      'the clock is 1080 s off; meters let it be set by 300 s at most',
      'the clock was set at 2026-11-21T01:00:00; meters let it be set once a day',
      '2026-11-21T23:58:00 is within 5 minutes of midnight',
    ])
  })

  test('is never set across midnight', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2 * 86_400 }),
        fc.integer({ min: -400, max: 400 }),
        (seconds, off) => {
          const start = Date.UTC(2026, 10, 20)
          const shown = civilOf(start + seconds * 1000, 0)
          const right = civilOf(start + (seconds + off) * 1000, 0)
          if (shown.slice(0, 10) !== right.slice(0, 10)) expect(kinds({ shown, right })).not.toEqual([])
        },
      ),
      rounds(6452, 500),
    )
  })
})

describe('drift', () => {
  const AT = Date.UTC(2026, 10, 21, 2, 0, 0)
  const seen = {
    requestBytes: 20,
    replyBytes: 19,
    characterMs: 0,
    offsetMinutes: 480,
    shown: '2026-11-21T10:00:00',
  }

  test('over a socket: half the round trip less the turn-around', () => {
    // Shown is 10:00:00.5 on the average; looked at when 200 ms of 420 were still to come.
    const drift = driftOf({ ...seen, sentAt: AT, receivedAt: AT + 420 })
    expect(drift).toEqual({ ms: 500 - 220, uncertainMs: 520, wayMs: 200 })
  })

  test('on a wire: what its bytes take', () => {
    const characterMs = 11_000 / 2_400
    const drift = driftOf({ ...seen, characterMs, sentAt: AT, receivedAt: AT + 300 })
    expect(drift?.wayMs).toBeCloseTo(20 * characterMs)
    expect(drift?.ms).toBe(Math.round(500 - (300 - 19 * characterMs)))
  })

  test('a clock of any drift is told within its uncertainty, whatever the line takes', () => {
    const ms = (most: number) => fc.integer({ min: 0, max: most })
    fc.assert(
      fc.property(
        fc.integer({ min: -900_000, max: 900_000 }),
        ms(2_000),
        ms(480),
        ms(2_000),
        ms(999),
        (off, there, turn, back, part) => {
          const sentAt = AT + part
          const looked = sentAt + there + 20 + turn
          const shown = civilOf(looked + off, 480)
          const drift = driftOf({ ...seen, shown, sentAt, receivedAt: looked + back })
          // Half of what goes and comes unevenly is beyond what can be known of a socket.
          const uneven = Math.abs(there + turn - back) / 2
          expect(Math.abs((drift?.ms ?? Number.NaN) - off)).toBeLessThanOrEqual(
            (drift?.uncertainMs ?? 0) + uneven + 20,
          )
        },
      ),
      rounds(6452, 500),
    )
  })

  test('a time no calendar has drifts by nothing', () => {
    expect(driftOf({ ...seen, shown: '2026-02-30T10:00:00', sentAt: AT, receivedAt: AT + MINUTE })).toBeNull()
  })
})
