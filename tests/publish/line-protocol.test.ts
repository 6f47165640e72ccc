import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { lineOf, type Point } from '../../src/publish/line-protocol.ts'
import { rounds } from '../support/rounds.ts'
import { readLine } from './line-reader.ts'

/** Strings that hurt: every character the protocol gives a meaning, and others that break readers. */
const rough = fc.string({
  unit: fc.constantFrom(
    'a',
    '7',
    '\\',
    ',',
    '=',
    ' ',
    '"',
    '#',
    '\n',
    '\r',
    '\t',
    '\u0000',
    'é',
    '电',
    '🔌',
    '\ud800',
  ),
  maxLength: 8,
})

const nasty = fc.oneof(
  { weight: 4, arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 }) },
  rough,
)

const value = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n) - 2n, max: 2n ** 63n + 2n }),
  fc.constantFrom(2n ** 63n - 1n, -(2n ** 63n), 9007199254740993n),
  fc.double(),
  fc.constantFrom(Number.NaN, -0, 5e-324, 1e21),
  nasty,
)

const point: fc.Arbitrary<Point> = fc.record({
  measurement: nasty,
  tags: fc.dictionary(nasty, nasty, { maxKeys: 3 }),
  fields: fc.dictionary(nasty, value, { minKeys: 1, maxKeys: 3 }),
  time: fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 0, max: 4e12 }) }, fc.double()),
})

describe('line protocol', () => {
  test('FZ-28: a line reads back as exactly the same one point, or is not written', () => {
    let writtenLines = 0
    const check = fc.property(point, asked => {
      const made = lineOf(asked)
      if ('wrong' in made) return
      writtenLines += 1
      const lines = readLine(made.line)
      expect(lines.rest).toBe('')
      expect(lines.point.measurement).toBe(asked.measurement)
      expect(lines.point.tags).toEqual(Object.entries(asked.tags))
      expect(lines.point.fields).toEqual(
        Object.entries(asked.fields).map(([key, one]) => [key, plusZero(one)]),
      )
      expect(lines.point.time).toBe(String(asked.time))
    })
    fc.assert(check, rounds(28, 4000))
    expect(writtenLines).toBeGreaterThan(100)
  })

  test('writes what contracts promise', () => {
    const made = lineOf({
      measurement: 'reading',
      tags: { meter: 'flat 12', obis: '1-0:1.8.0' },
      fields: { value: 12345.67, digits: 9007199254740993n, id: 'a"b' },
      time: 1_763_568_000_000,
    })
    expect(made).toEqual({
      line: 'reading,meter=flat\\ 12,obis=1-0:1.8.0 value=12345.67,digits=9007199254740993i,id="a\\"b" 1763568000000',
    })
  })

  const good: Point = { measurement: 'reading', tags: { meter: 'm' }, fields: { value: 1 }, time: 0 }
  test.each<[string, Partial<Point>]>([
    ['line break', { tags: { meter: 'a\nb' } }],
    ['backslash', { tags: { meter: 'a\\' } }],
    ['backslash', { tags: { meter: 'a\\,b' } }],
    ['empty', { tags: { meter: '' } }],
    ['NaN', { fields: { value: Number.NaN } }],
    ['Infinity', { fields: { value: Number.NEGATIVE_INFINITY } }],
    ['undefined', { fields: { value: undefined as unknown as number } }],
    ['64 bits', { fields: { digits: 2n ** 63n } }],
    ['without a field', { fields: {} }],
    ['comment', { measurement: '#reading' }],
    ['no time', { time: 1.5 }],
    ['no time', { time: Number.NaN }],
    ['longer than', { fields: { id: 'x'.repeat(65_536) } }],
  ])('FZ-28: refuses, naming "%s"', (words, over) => {
    expect(lineOf({ ...good, ...over })).toEqual({ wrong: expect.stringContaining(words) })
  })
})

function plusZero(one: unknown): unknown {
  return Object.is(one, -0) ? 0 : one
}
