import { describe, expect, test } from 'vitest'
import { meaningOf, type Statement } from '../../src/store/versions.ts'

const NOON = Date.UTC(2026, 10, 21, 12)
const kept = (over: Partial<Statement> = {}): Statement => ({
  version: 1,
  value: { digits: 12_345n, scaler: -2 },
  unit: 'kWh',
  readAt: NOON,
  quality: 'good',
  findings: [],
  ...over,
})
const other = { value: { digits: 99_999n, scaler: -2 } }
const later = { readAt: NOON + 60_000 }

describe('V-F10 what a second answer for one slot means', () => {
  test.each(['freeze', 'poll'] as const)('%s: the same number is a duplicate, however it is scaled', kind => {
    const first = kept()
    expect(meaningOf(kind, kept({ value: { digits: 1_234_500n, scaler: -4 } }), [first])).toEqual({
      is: 'duplicate',
      of: first,
      isSame: true,
    })
  })

  test('the same digits in another unit are another value', () => {
    expect(meaningOf('freeze', kept({ unit: 'Wh' }), [kept()]).is).toBe('conflict')
  })

  test('another number for a freeze is a conflict, whenever it was read', () => {
    const first = kept()
    expect(meaningOf('freeze', kept({ ...other, ...later }), [first])).toEqual({
      is: 'conflict',
      doubted: [first],
    })
  })

  const accept = { rule: 'V-W1', verdict: 'accept', severity: 3, codes: [], evidence: 'said again' } as const
  const twice = { findings: [accept] }
  test('PR-41 V-W1 a freeze said twice corrects one said once, and never one said twice', () => {
    const first = kept()
    expect(meaningOf('freeze', kept({ ...other, ...twice }), [first])).toEqual({
      is: 'correction',
      doubted: [first],
    })
    expect(meaningOf('freeze', kept({ ...other, ...twice }), [kept(twice)]).is).toBe('conflict')
    expect(meaningOf('freeze', kept({ ...other, ...twice, quality: 'suspect' }), [first]).is).toBe('conflict')
  })

  test('another number for the same moment of a poll is a conflict', () => {
    expect(meaningOf('poll', kept(other), [kept()]).is).toBe('conflict')
  })

  test('a poll repeated later in its slot, the register having moved on, counts as the first', () => {
    const first = kept()
    expect(meaningOf('poll', kept({ ...other, ...later }), [first])).toEqual({
      is: 'duplicate',
      of: first,
      isSame: false,
    })
  })

  test('a good poll after only doubtful ones is kept beside them', () => {
    expect(meaningOf('poll', kept({ ...other, ...later }), [kept({ quality: 'suspect' })])).toEqual({
      is: 'next',
    })
    const doubtful = kept({ ...other, ...later, quality: 'suspect' })
    expect(meaningOf('poll', doubtful, [kept({ quality: 'suspect' })]).is).toBe('duplicate')
  })

  test('a third value equal to any kept one is a duplicate of that one', () => {
    const second = kept({ ...other, version: 2 })
    expect(meaningOf('freeze', kept(other), [kept(), second])).toEqual({
      is: 'duplicate',
      of: second,
      isSame: true,
    })
  })

  test('a quarantined reading contradicts nobody', () => {
    const apart = kept({ ...other, quality: 'quarantined' })
    expect(meaningOf('freeze', apart, [kept()])).toEqual({ is: 'next' })
    expect(meaningOf('freeze', kept(), [apart])).toEqual({ is: 'next' })
  })

  test('a sure reading is never lost as a duplicate of a quarantined one, the reverse is', () => {
    const apart = kept({ quality: 'quarantined' })
    expect(meaningOf('freeze', kept(), [apart])).toEqual({ is: 'next' })
    expect(meaningOf('freeze', apart, [kept()]).is).toBe('duplicate')
  })

  test('where damage has taken every version, the answer is kept', () => {
    expect(meaningOf('freeze', kept(), [])).toEqual({ is: 'next' })
  })
})
