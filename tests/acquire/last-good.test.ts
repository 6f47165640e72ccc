/** Which good values are remembered of a register, for rules that look at both sides of a reading. */

import { describe, expect, test } from 'vitest'
import { createLastGood } from '../../src/acquire/last-good.ts'
import { formatScaled } from '../../src/core/scaled.ts'
import { DAY, HOUR, MINUTE } from '../../src/core/time.ts'
import type { Kind, Quality } from '../../src/reading/reading.ts'
import { given, kept, MIDNIGHT, scaled } from '../support/judged.ts'

const QUARTER = 15 * MINUTE
const REGISTER = { meter: 'm1', obis: '1-0:1.8.0' }

function memory() {
  const lastGood = createLastGood([], 480)
  const note = (
    value: string,
    readAt: number,
    change: { kind?: Kind; quality?: Quality; receivedAt?: number; obis?: string } = {},
  ) =>
    lastGood.note({
      ...given(value, { readAt, kind: change.kind ?? 'poll', obis: change.obis ?? REGISTER.obis }).reading,
      receivedAt: change.receivedAt ?? readAt,
      quality: change.quality ?? 'good',
      findings: [],
    })
  const times = (kind: Kind, obis = REGISTER.obis) =>
    lastGood.knownOf({ ...REGISTER, obis, kind }).kept.map(({ readAt }) => (readAt - MIDNIGHT) / MINUTE)
  return { lastGood, note, times }
}

describe('the latest good values', () => {
  test('of a day of polls are those around midnight and the two newest', () => {
    const { note, times } = memory()
    for (let at = -DAY; at <= 8 * HOUR; at += QUARTER) note(String(1_000 + at / QUARTER), MIDNIGHT + at)
    expect(times('poll')).toEqual(expect.arrayContaining([-15, 0, 465, 480]))
    expect(times('poll').length).toBeLessThanOrEqual(5)
    expect(times('poll').toSorted((a, b) => a - b)).toEqual(times('poll'))
  })

  test('are in order of their time, whenever they came', () => {
    const { lastGood, note, times } = memory()
    for (const day of [0, -1, -3, -2])
      note(`${100 + day}.00`, MIDNIGHT + day * DAY, { kind: 'freeze', receivedAt: MIDNIGHT + HOUR })
    expect(times('freeze')).toEqual([-3 * 1440, -2 * 1440, -1440, 0])
    expect(lastGood.of({ ...REGISTER, kind: 'freeze' })).toEqual(kept('100.00', MIDNIGHT))
  })

  test('of days fetched newest first keep the one before them all, so that each has both neighbours', () => {
    const { note, times } = memory()
    note('1.00', MIDNIGHT - 20 * DAY, { kind: 'freeze' })
    for (const day of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]) {
      note(`${100 - day}.00`, MIDNIGHT - day * DAY, { kind: 'freeze', receivedAt: MIDNIGHT + HOUR })
      expect(times('freeze').slice(0, 2)).toEqual([-20 * 1440, 0 - day * 1440])
      expect(times('freeze').at(-1)).toBe(0)
    }
    note('101.00', MIDNIGHT + DAY, { kind: 'freeze' })
    expect(times('freeze').slice(-2)).toEqual([0, 1440])
  })

  test('are those of the other kind to a rule that asks for both', () => {
    const { lastGood, note } = memory()
    note('1.00', MIDNIGHT, { kind: 'freeze' })
    note('2.00', MIDNIGHT + HOUR)
    const values = ({ kept: own, keptOther }: ReturnType<typeof lastGood.knownOf>) =>
      [own, keptOther].map(some => some.map(({ value }) => formatScaled(value)))
    expect(values(lastGood.knownOf({ ...REGISTER, kind: 'poll' }))).toEqual([['2.00'], ['1.00']])
    expect(values(lastGood.knownOf({ ...REGISTER, kind: 'freeze' }))).toEqual([['1.00'], ['2.00']])
  })

  test('a value too high that two reads in a row lie below is forgotten, where they fit the one before it', () => {
    const doubted =
      (lastGood: ReturnType<typeof createLastGood>, rule: string) => (value: string, readAt: number) => {
        const { reading } = given(value, { readAt, kind: 'poll', obis: REGISTER.obis })
        const finding = {
          rule,
          version: 1,
          verdict: 'suspect',
          severity: 1,
          codes: [],
          evidence: '',
        } as const
        lastGood.note({ ...reading, receivedAt: readAt, quality: 'suspect', findings: [finding] })
      }
    const keptAfter = (rule: string, ...values: readonly string[]) => {
      const { lastGood, note } = memory()
      note('10.00', MIDNIGHT)
      note('10.01', MIDNIGHT + QUARTER)
      const say = doubted(lastGood, rule)
      values.forEach((value, nth) => {
        say(value, MIDNIGHT + (nth + 2) * QUARTER)
      })
      return lastGood.knownOf({ ...REGISTER, kind: 'poll' }).kept.map(({ value }) => formatScaled(value))
    }
    const both = ['10.00', '10.01']
    expect(keptAfter('V-R1', '10.00')).toEqual(both)
    expect(keptAfter('V-R1', '10.00', '10.00')).toEqual(['10.00'])
    // What lies below the one before it too has fallen; sums are another matter.
    expect(keptAfter('V-R1', '9.99', '9.99')).toEqual(both)
    expect(keptAfter('V-R10', '10.00', '10.00')).toEqual(both)
    expect(keptAfter('V-R1', '10.01', '10.01')).toEqual(both)
  })

  test('are never doubtful ones, and lose those a clock had stamped ahead', () => {
    const { note, times } = memory()
    note('1.00', MIDNIGHT)
    note('9.00', MIDNIGHT + MINUTE, { quality: 'suspect' })
    note('2.00', MIDNIGHT + DAY)
    expect(times('poll')).toEqual([0, 1440])
    note('3.00', MIDNIGHT + HOUR)
    expect(times('poll')).toEqual([0, 60])
  })

  test('are one of what may fall', () => {
    const { note, times } = memory()
    for (const minute of [0, 15, 30]) note('230.0', MIDNIGHT + minute * MINUTE, { obis: '1-0:32.7.0' })
    expect(times('poll', '1-0:32.7.0')).toEqual([30])
  })

  test('begin with what the store held', () => {
    const lastGood = createLastGood(
      [{ ...REGISTER, kind: 'poll', value: scaled('5.00'), readAt: MIDNIGHT, factor: scaled('40') }],
      480,
    )
    expect(lastGood.knownOf({ ...REGISTER, kind: 'poll' }).kept).toEqual([kept('5.00', MIDNIGHT, '40')])
  })
})
