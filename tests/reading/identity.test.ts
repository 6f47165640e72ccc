import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Identity, readId, secondOf } from '../../src/reading/identity.ts'
import { rounds } from '../support/rounds.ts'

const NOON = Date.UTC(2026, 10, 21, 12)

/** Written down once and never changed: billing systems keep these. */
const GOLDEN: readonly (readonly [Identity, string])[] = [
  [
    { meter: 'm1', obis: '1-0:1.8.0', kind: 'poll', slot: NOON, version: 1 },
    '006b0187c0be21a78e94831a32161f4e',
  ],
  [
    { meter: 'm1', obis: '1-0:1.8.0', kind: 'freeze', slot: NOON, version: 1 },
    '006b0187c0203d3476db9b33a9d7dfe4',
  ],
  [
    { meter: 'm1', obis: '1-0:1.8.0', kind: 'poll', slot: NOON, version: 2 },
    '006b0187c079bf8152abee8307f6061e',
  ],
  [
    { meter: '3号楼 电表', obis: '1-0:1.8.4*1', kind: 'freeze', slot: 0, version: 1 },
    '0000000000e4a9514aae0a3b1344160a',
  ],
  [
    { meter: 'm1', obis: '1-0:1.8.0', kind: 'poll', slot: NOON + 250, version: 1 },
    '006b0187c09eeb7da8774c54c4076bf5',
  ],
]

const identity = fc.record({
  meter: fc.string({ unit: 'grapheme', minLength: 1 }),
  obis: fc.constantFrom('1-0:1.8.0', '1-0:1.8.1', '1-0:2.8.0', '0-0:1.0.0'),
  kind: fc.constantFrom('freeze', 'poll'),
  slot: fc.integer({ min: 0, max: 4_000_000_000_000 }),
  version: fc.integer({ min: 1, max: 40 }),
})

describe('PR-11 one identity', () => {
  test.each(GOLDEN)('is for ever the same: %o', (known, id) => {
    expect(readId(known)).toBe(id)
  })

  test('two identities never share an id, whatever the meter is called', () => {
    fc.assert(
      fc.property(identity, identity, (a, b) => {
        const same = JSON.stringify(a) === JSON.stringify(b)
        expect(readId(a) === readId(b)).toBe(same)
      }),
      rounds(11, 2_000),
    )
  })

  test('a name that imitates other fields stays apart', () => {
    const plain = { meter: 'a', obis: '1-0:1.8.0', kind: 'poll', slot: NOON, version: 1 } as const
    expect(readId({ ...plain, meter: '1\na' })).not.toBe(readId(plain))
  })

  test('sorts by slot and leads back to its second', () => {
    fc.assert(
      fc.property(identity, identity, (a, b) => {
        expect(secondOf(readId(a))).toBe(Math.floor(a.slot / 1_000) * 1_000)
        if (Math.floor(a.slot / 1_000) < Math.floor(b.slot / 1_000)) expect(readId(a) < readId(b)).toBe(true)
      }),
      rounds(12, 500),
    )
  })

  test.each(['', 'x'.repeat(32), 'ab', `${readId(GOLDEN[0]![0])}0`, readId(GOLDEN[0]![0]).toUpperCase()])(
    'what is no id has no second: %j',
    text => {
      expect(secondOf(text)).toBeNull()
    },
  )

  test.each([-1, 0.5, Number.NaN, 2 ** 53])('a slot of %d is refused', slot => {
    expect(() => readId({ meter: 'm', obis: '1-0:1.8.0', kind: 'poll', slot, version: 1 })).toThrow(
      'broken promise',
    )
  })
})
