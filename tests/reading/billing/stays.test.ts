/** Which meter hung in a place when: made of audits and of what people wrote, and nothing else. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Place,
  presentSince,
  segmentAt,
  stayAt,
  staysOf,
  type ToldAudit,
} from '../../../src/reading/billing/stays.ts'
import { rounds } from '../../support/rounds.ts'

const PLACE: Place = { knownBy: { number: 'number', asset: 'asset', made: 'build' }, exchanged: [] }
const [BEFORE, NOW] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]

/** "1A": at 1 meter A, as meant; "2B?": at 2 meter B, which nobody had named. */
function audits(text: string): readonly ToldAudit[] {
  return text
    .split(' ')
    .filter(one => one !== '')
    .map(one => {
      const [, at, number, other] = /^(\d+)([A-Z]+)(\?)?$/.exec(one) ?? []
      const found = other ? ('other' as const) : ('same' as const)
      return { meter: 'm1', at: Number(at), found, evidence: one, facts: { number: number ?? '', set: one } }
    })
}

const told = (text: string, exchanged: readonly number[] = [], knownBy = PLACE.knownBy) =>
  staysOf(audits(text), { knownBy, exchanged }).map(({ segment, from, to }) => [segment, from, to])

describe('V-I5 the meters of a place', () => {
  test.each<[string, string, readonly number[], readonly (readonly number[])[]]>([
    ['one that never told anything', '', [], [[1, BEFORE, NOW]]],
    ['one', '1A 2A 3A', [], [[1, BEFORE, NOW]]],
    [
      'another, named when it was asked first',
      '1A 2A 5B 6B',
      [],
      [
        [1, BEFORE, 2],
        [2, 5, NOW],
      ],
    ],
    [
      'another, named weeks later: it has been there since it was heard',
      '1A 2A 5B? 9B? 12B',
      [],
      [
        [1, BEFORE, 2],
        [2, 5, NOW],
      ],
    ],
    ['another that nobody has named', '1A 2A 5B? 6B?', [], [[1, BEFORE, 2]]],
    [
      'another that came and went',
      '1A 2A 5B? 8A',
      [],
      [
        [1, BEFORE, 2],
        [1, 8, NOW],
      ],
    ],
    [
      'a third that came and went before another is named',
      '1A 2A 4C? 6B? 7B',
      [],
      [
        [1, BEFORE, 2],
        [2, 6, NOW],
      ],
    ],
    ['one the list did not name yet', '1A? 2A? 3A', [], [[1, BEFORE, NOW]]],
    ['the list names another that does not hang there yet', '1A 2A 3A? 4A?', [], [[1, BEFORE, 2]]],
    ['and changes its mind', '1A 2A 3A? 4A', [], [[1, BEFORE, NOW]]],
    [
      'and then that one hangs there: the old one was itself all the time',
      '1A 2A 3A? 4A? 6B',
      [],
      [
        [1, BEFORE, 4],
        [2, 6, NOW],
      ],
    ],
    [
      'two exchanges, the second for the first meter',
      '1A 3B 4B 6A',
      [],
      [
        [1, BEFORE, 1],
        [2, 3, 4],
        [3, 6, NOW],
      ],
    ],
    ['nobody named yet', '1A? 2B?', [], []],
    [
      'a time that was written between the audits',
      '1A 2A 5B 6B',
      [4],
      [
        [1, BEFORE, 4],
        [2, 4, NOW],
      ],
    ],
    [
      'the moment of an audit itself',
      '1A 2A 5B 6B',
      [5],
      [
        [1, BEFORE, 5],
        [2, 5, NOW],
      ],
    ],
    ['a time among audits of one number opens nothing', '1A 2A 6A', [4], [[1, BEFORE, NOW]]],
    ['a time behind the last audit waits for the next', '1A 2A', [4], [[1, BEFORE, 4]]],
    [
      'a time of before the first audit',
      '5B 6B',
      [3],
      [
        [1, BEFORE, 3],
        [2, 3, NOW],
      ],
    ],
    [
      'a time is not believed where a third hung there',
      '1A 2A 4C? 6B',
      [3],
      [
        [1, BEFORE, 2],
        [2, 6, NOW],
      ],
    ],
    [
      'times alone, where the meter tells nothing',
      '',
      [3, 7],
      [
        [1, BEFORE, 3],
        [2, 3, 7],
        [3, 7, NOW],
      ],
    ],
    [
      'one time that was written and one that was found',
      '5B 6B 9C',
      [3],
      [
        [1, BEFORE, 3],
        [2, 3, 6],
        [3, 9, NOW],
      ],
    ],
  ])('%s', (_, text, exchanged, stays) => {
    expect(told(text, exchanged)).toEqual(stays)
  })

  test('what may be set anew makes no other meter; a date of making alone is no proof that it is the same', () => {
    expect(told('1A 2A')).toHaveLength(1)
    const made: ToldAudit[] = [1, 9].map(at => ({
      ...{ meter: 'm1', at, found: 'same', evidence: '', facts: { made: '2024' } },
    }))
    expect(staysOf(made, { ...PLACE, exchanged: [5] }).map(({ segment }) => segment)).toEqual([1, 2])
  })

  test('an audit without the items that were told before is of the meter it was found to be', () => {
    const bare = (found: ToldAudit['found']) => [...audits('1A'), { ...audits('3A')[0]!, found, facts: {} }]
    expect(staysOf(bare('same'), PLACE)).toHaveLength(1)
    expect(staysOf(bare('other'), PLACE)).toEqual([{ segment: 1, from: BEFORE, to: 1 }])
  })

  test('an instant is of the stay it lies in, and of none in a gap', () => {
    const stays = staysOf(audits('1A 2A 5B? 6B'), PLACE)
    expect([0, 2, 3, 5, 9].map(at => stayAt(stays, at)?.segment ?? null)).toEqual([1, 1, null, 2, 2])
    expect([0, 3, 5].map(at => segmentAt(stays, at))).toEqual([1, 1, 2])
    expect([4, 5, 9].map(at => presentSince(stays, at))).toEqual([BEFORE, 5, 5])
    expect(segmentAt([], 4)).toBe(1)
  })
})

describe('V-I5 whatever was told and written', () => {
  const letters = fc.constantFrom('A', 'B', 'C')
  const history = fc.array(fc.tuple(letters, fc.boolean()), { maxLength: 15 })
  const times = fc.array(fc.integer({ min: 0, max: 160 }), { maxLength: 4 })
  const textOf = (all: readonly (readonly [string, boolean])[]) =>
    all.map(([number, isNamed], place) => `${place * 10 + 10}${number}${isNamed ? '' : '?'}`).join(' ')

  test('stays never overlap, count up from one, and none holds an audit of another number', () => {
    fc.assert(
      fc.property(history, times, (all, written) => {
        const exchanged = [...new Set(written)].sort((a, b) => a - b)
        const told = audits(textOf(all))
        const stays = staysOf(told, { ...PLACE, exchanged })
        for (const [place, { segment, from, to }] of stays.entries()) {
          const before = stays[place - 1]
          expect(from).toBeLessThanOrEqual(to)
          if (before) expect(before.to).toBeLessThanOrEqual(from)
          expect(segment - (before?.segment ?? 0)).toBeLessThanOrEqual(1)
          expect(segment).toBeGreaterThanOrEqual(before?.segment ?? 1)
          // At the moment of an exchange that was written both sides end and begin.
          const inside = told.filter(({ at }) => at > from && at < to)
          expect(new Set(inside.map(({ facts }) => facts['number'])).size).toBeLessThanOrEqual(1)
        }
      }),
      rounds(1, 500),
    )
  })

  test('later audits of the same meter, as meant, change nothing of before', () => {
    fc.assert(
      fc.property(history, letters, (all, last) => {
        const once = staysOf(audits(textOf([...all, [last, true]])), PLACE)
        const again = staysOf(audits(textOf([...all, [last, true], [last, true], [last, true]])), PLACE)
        expect(again).toEqual(once)
      }),
      rounds(2, 300),
    )
  })
})
