import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { civilOf, DAY, instantOf, isoWithOffset, parseOffset, slotOf } from '../../src/core/time.ts'

const offset = fc.integer({ min: -14 * 60, max: 14 * 60 })
const instant = fc
  .integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2099, 11, 31) })
  .map(ms => Math.floor(ms / 1000) * 1000)

describe('civil time', () => {
  test('what a clock shows is an instant again', () => {
    fc.assert(
      fc.property(instant, offset, (at, minutes) => {
        expect(instantOf(civilOf(at, minutes), minutes)).toBe(at)
      }),
      { seed: 3 },
    )
  })

  test.each([
    '2026-02-29T00:00:00',
    '2026-13-01T00:00:00',
    '2026-11-31T00:00:00',
    '2026-11-21T24:00:00',
    '2026-11-21 00:00:00',
  ])('%s does not exist', time => expect(instantOf(time, 0)).toBeNull())

  test('the offset is part of what is written', () => {
    expect(isoWithOffset(Date.UTC(2026, 10, 20, 16), 480)).toBe('2026-11-21T00:00:00+08:00')
    expect(isoWithOffset(Date.UTC(2026, 10, 20, 16, 0, 0, 5), -210)).toBe('2026-11-20T12:30:00.005-03:30')
  })

  test.each([
    ['+08:00', 480],
    ['-03:30', -210],
    ['+00:00', 0],
    ['8', null],
    ['+08:60', null],
    ['+15:00', null],
  ])('offset %s', (text, minutes) => expect(parseOffset(text)).toBe(minutes))

  test('PR-33 slots are aligned to the midnight of the fixed offset and hold their instant', () => {
    fc.assert(
      fc.property(
        instant,
        offset,
        fc.constantFrom(60_000, 900_000, 3_600_000, DAY),
        (at, minutes, length) => {
          const slot = slotOf(at, length, minutes)
          expect(slot <= at && at < slot + length).toBe(true)
          expect(DAY % length === 0 && (slot - slotOf(at, DAY, minutes)) % length).toBe(0)
        },
      ),
      { seed: 4 },
    )
  })
})
