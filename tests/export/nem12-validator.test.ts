/** The NEM12 validator: every rule broken once, with line and field, and the examples of an independent reader. */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { NEM12_RULES } from '../../src/export/nem12-rules.ts'
import { checkNem12 } from '../../src/export/nem12-validator.ts'
import { isNem12 } from '../support/nem12-grammar.ts'
import { rounds } from '../support/rounds.ts'

const GOLDEN = join(import.meta.dirname, '..', 'golden', 'nem12')

const VALUES = Array.from({ length: 48 }, (_, place) =>
  place >= 40 && place < 42 ? '0' : `0.${100 + place}`,
)
const values = (other: Readonly<Record<number, string>> = {}) =>
  VALUES.map((value, place) => other[place + 1] ?? value).join(',')

/** Two registers of a point, and one of another; lines 1 to 15. */
const LINES = [
  '100,NEM12,202603020615,GATEWAY1,BILLING',
  '200,3600000001,E1B1,E1,E1,N1,000123456789,kWh,30,20260401',
  `300,20260301,${values()},V,,,20260302061000,20260303000000`,
  '400,1,40,A,,',
  '400,41,42,N,,',
  '400,43,45,S17,76,Comms equipment fault',
  '400,46,48,F14,0,Agreed by both',
  `300,20260302,${values({ 41: '1', 42: '.5' })},A,,,20260303061000,`,
  '400,1,47,A,,',
  '400,48,48,A,79,Power outage alarm',
  '500,O,S00010,20260302050505,00012345678',
  '200,3600000001,E1B1,B1,B1,N1,000123456789,kWh,30,',
  `300,20260301,${values({ 41: '1' })},E15,,,20260302061000,`,
  '200,NEM1201006,Q1,Q1,Q1,,,KVARH,30,',
  `300,20260301,${VALUES.map(() => '0').join(',')},N,,,,`,
  '900',
]

type Lines = readonly string[]
type Change = (lines: string[]) => Lines

/** Fields of a line, from 1, replaced. */
const put =
  (line: number, field: number, text: string): Change =>
  lines =>
    lines.with(
      line - 1,
      lines[line - 1]!.split(',')
        .with(field - 1, text)
        .join(','),
    )
/** A whole line replaced by others, or by none. */
const instead =
  (line: number, ...others: Lines): Change =>
  lines =>
    lines.toSpliced(line - 1, 1, ...others)
const quality = (line: number, text: string) => put(line, 51, text)

/** The last register of the first point behind the other point. */
function apart(lines: Lines): Lines {
  return [...lines.slice(0, 11), ...lines.slice(13, 15), ...lines.slice(11, 13), '900']
}

/** What is done to the file, the rule, the line and field that are told; a second rule where one breach brings another. */
const BREACHES: readonly [Change, string, number, number, string?][] = [
  [() => [], 'empty', 1, 0],
  [put(6, 6, 'said "so"'), 'characters', 6, 0],
  [put(6, 6, 'fault\t'), 'characters', 6, 0],
  [put(6, 6, '停电'), 'characters', 6, 0],
  [put(1, 5, 'BILLING\r'), 'line-ends', 1, 0],
  [instead(8, LINES[7]!, ''), 'blank-line', 9, 0, 'part-outside'],
  [instead(11, '550,N,,A,'), 'unknown-record', 11, 1],
  [put(11, 1, '50'), 'unknown-record', 11, 1],
  [instead(1), 'header-first', 1, 1],
  [instead(2, LINES[0]!, LINES[1]!), 'header-once', 2, 1],
  [put(1, 5, 'BILLING,'), 'header-fields', 1, 7],
  [put(1, 2, 'NEM13'), 'header-version', 1, 2],
  [put(1, 3, '202602300615'), 'header-time', 1, 3],
  [put(1, 3, '20260302061500'), 'header-time', 1, 3],
  [put(1, 4, ''), 'participant', 1, 4],
  [put(1, 5, 'BILLING-NORTH'), 'participant', 1, 5],
  [instead(16), 'end-missing', 15, 0],
  [put(16, 1, '900,'), 'end-fields', 16, 2],
  [instead(16, '900', LINES[13]!), 'after-end', 17, 0],
  [lines => [lines[0]!, '900'], 'no-data', 2, 0],
  [put(2, 10, ','), 'details-fields', 2, 12],
  [instead(15), 'details-empty', 14, 0],
  [put(14, 2, 'NEM120100'), 'nmi', 14, 2],
  [put(14, 2, 'nem1201006'), 'nmi', 14, 2],
  [apart, 'nmi-together', 15, 2],
  [put(14, 3, 'Q1Q'), 'configuration', 14, 3],
  [put(14, 3, 'Q1Q1'), 'configuration', 14, 3],
  [put(14, 3, ''), 'configuration', 14, 3],
  [put(14, 3, 'Q2'), 'configuration-suffix', 14, 5],
  [put(12, 3, 'B1E1'), 'configuration-differs', 12, 3],
  [put(2, 4, 'REGISTER001'), 'register-id', 2, 4],
  [put(14, 5, 'QO'), 'suffix', 14, 5],
  [put(2, 6, 'N11'), 'data-stream', 2, 6],
  [put(2, 7, '0001234567890'), 'serial', 2, 7],
  [put(2, 8, 'kwhh'), 'unit', 2, 8],
  [put(2, 8, 'kVArh'), 'suffix-unit', 2, 8],
  [put(14, 8, 'kWh'), 'suffix-unit', 14, 8],
  [put(14, 9, '60'), 'interval-length', 14, 9],
  [put(2, 10, '20260431'), 'next-read-date', 2, 10],
  [instead(2), 'day-outside', 2, 0, 'read-outside'],
  [put(13, 2, '20260301,0'), 'day-fields', 13, 0],
  [put(14, 9, '15'), 'day-fields', 15, 0],
  [lines => lines.with(12, lines[12]!.replace('0.100,', '')), 'day-fields', 13, 0],
  [put(13, 2, '20260229'), 'day-date', 13, 2],
  [put(8, 2, '20260228'), 'day-order', 8, 2],
  [put(8, 2, '20260301'), 'day-twice', 8, 2],
  [put(12, 5, 'E1'), 'day-twice', 13, 2],
  [put(13, 7, '-0.1'), 'value-negative', 13, 7],
  [put(13, 7, '1e3'), 'value', 13, 7],
  [put(13, 7, ''), 'value', 13, 7],
  [put(13, 7, '1.'), 'value', 13, 7],
  [put(13, 7, ' 1'), 'value', 13, 7],
  [quality(13, 'X'), 'quality', 13, 51],
  [quality(13, 'a'), 'quality', 13, 51],
  [put(6, 4, ''), 'quality', 6, 4],
  [quality(13, 'E'), 'method-missing', 13, 51],
  [put(6, 4, 'S'), 'method-missing', 6, 4],
  [quality(8, 'A17'), 'method-unexpected', 8, 51],
  [quality(13, 'E16'), 'method-unknown', 13, 51],
  [put(6, 4, 'S99'), 'method-unknown', 6, 4],
  [put(6, 5, ''), 'reason-missing', 6, 5],
  [put(3, 52, '76'), 'reason-unexpected', 3, 52],
  [put(6, 5, '076'), 'reason-code', 6, 5],
  [put(6, 5, '100'), 'reason-code', 6, 5],
  [put(4, 5, '76'), 'reason-actual', 4, 5],
  [put(7, 6, ' '), 'reason-text', 7, 6],
  [put(7, 6, 'x'.repeat(241)), 'reason-long', 7, 6],
  [put(13, 54, ''), 'update-time', 13, 54],
  [put(13, 54, '20260302246000'), 'update-time', 13, 54],
  [put(13, 55, '20260302'), 'load-time', 13, 55],
  [put(3, 44, '0.001'), 'null-value', 3, 44],
  [put(15, 3, '0.1'), 'null-value', 15, 3],
  [instead(14, '400,1,48,A,,', LINES[13]!), 'parts-unexpected', 14, 0],
  [instead(12, '400,1,48,A,,', LINES[11]!), 'part-outside', 12, 0],
  [put(4, 6, ','), 'part-fields', 4, 8],
  [put(4, 2, '0'), 'part-bounds', 4, 2],
  [put(7, 3, '49'), 'part-bounds', 7, 3],
  [put(5, 3, '40'), 'part-bounds', 5, 3],
  [put(5, 2, '42'), 'part-gap', 5, 2],
  [put(5, 2, '40'), 'part-overlap', 5, 2, 'null-value'],
  [put(4, 4, 'V'), 'part-variable', 4, 4],
  [lines => lines.toSpliced(3, 4), 'parts-missing', 3, 51],
  [instead(7), 'parts-short', 3, 51],
  [quality(3, 'N'), 'parts-unexpected', 4, 0, 'null-value'],
  [put(10, 4, 'S17'), 'parts-actual', 10, 4],
  [instead(2, LINES[10]!, LINES[1]!), 'read-outside', 2, 0],
  [put(11, 5, '1,'), 'read-fields', 11, 7],
  [put(11, 2, 'X'), 'read-code', 11, 2],
  [put(11, 3, 'S000000000000010'), 'read-order', 11, 3],
  [put(11, 4, '20260302'), 'read-time', 11, 4],
  [put(11, 5, '-1'), 'read-index', 11, 5],
]

const write = (lines: Lines) => lines.map(line => `${line}\n`).join('')

describe('NEM12', () => {
  test.each(['\n', '\r\n'])('D-02 a file that is right has nothing said of it, lines ended by %j', end => {
    expect(checkNem12(LINES.join(end))).toEqual([])
    expect(checkNem12(`${LINES.join(end)}${end}`)).toEqual([])
    expect(isNem12(LINES.join(end))).toBe(true)
  })

  test('D-02 a point may come again with other days, and with other registers then', () => {
    const later = put(15, 2, '20260303')([...apart(LINES)])
    const other = put(14, 3, 'B1')([...later])
    for (const lines of [later, other])
      expect([checkNem12(write(lines)), isNem12(write(lines))]).toEqual([[], true])
  })

  test.each(BREACHES)(
    'D-02 %#: each breach is told with its rule, line and field',
    (change, rule, line, field, brings) => {
      const text = write(change([...LINES]))
      const breaches = checkNem12(text)
      expect(breaches).toContainEqual(expect.objectContaining({ rule, line, field }))
      const others = new Set(breaches.map(breach => breach.rule))
      for (const expected of [rule, brings]) others.delete(expected as keyof typeof NEM12_RULES)
      expect([...others]).toEqual([])
      expect(isNem12(text)).toBe(false)
    },
  )

  test('every rule is broken at least once, and each has a remedy', () => {
    const broken = new Set(BREACHES.map(([, rule]) => rule))
    expect(Object.keys(NEM12_RULES).filter(rule => !broken.has(rule))).toEqual([])
    expect(
      Object.values(NEM12_RULES).every(({ demand, remedy }) => demand.length > 0 && remedy.length > 0),
    ).toBe(true)
  })

  test('D-02 examples of nem-reader that are right pass, those that are wrong do not', () => {
    const read = (folder: string) =>
      readdirSync(folder)
        .filter(name => /\.(csv|V01)$/.test(name))
        .map(name => [name, readFileSync(join(folder, name), 'latin1')] as const)
    for (const [name, text] of read(GOLDEN))
      expect([name, checkNem12(text), isNem12(text)]).toEqual([name, [], true])
    const wrong = read(join(GOLDEN, 'invalid'))
    expect(wrong).toHaveLength(7)
    for (const [name, text] of wrong) {
      expect([name, checkNem12(text).length > 0]).toEqual([name, true])
      expect([name, isNem12(text)]).toEqual([name, false])
    }
  })

  /** Valid or not is for the grammar to say: it shares nothing with the validator. */
  test('D-02 a file changed in one place is refused, unless the grammar takes it for another file that is right', () => {
    const seed = write(LINES)
    const at = (text: string, place: number) => Math.floor((place / 1_000_000) * text.length)
    const mutations: readonly ((place: number, other: number) => string)[] = [
      place => seed.slice(0, at(seed, place)) + seed.slice(at(seed, place) + 1),
      (place, other) =>
        seed.slice(0, at(seed, place)) + SIGNS[other % SIGNS.length] + seed.slice(at(seed, place)),
      (place, other) =>
        seed.slice(0, at(seed, place)) + SIGNS[other % SIGNS.length] + seed.slice(at(seed, place) + 1),
      place => write(LINES.toSpliced(place % LINES.length, 1)),
      (place, other) => write(LINES.toSpliced(place % LINES.length, 0, LINES[other % LINES.length]!)),
      (place, other) => write(swapped(LINES, place % LINES.length, other % LINES.length)),
      (place, other) => write(inFields(place, fields => fields.toSpliced(other % fields.length, 1))),
      (place, other) =>
        write(
          inFields(place, fields =>
            fields.toSpliced(other % fields.length, 0, fields[other % fields.length]!),
          ),
        ),
      (place, other) =>
        write(inFields(place, fields => swapped(fields, other % fields.length, (other + 1) % fields.length))),
      place => seed.slice(0, at(seed, place)),
    ]
    const number = fc.nat(999_999)
    let right = 0
    const times = rounds(811, 4_000)
    fc.assert(
      fc.property(fc.nat(mutations.length - 1), number, number, (kind, place, other) => {
        const text = mutations[kind]!(place, other)
        const isRight = checkNem12(text).length === 0
        right += isRight && text !== seed ? 1 : 0
        expect(isRight).toBe(isNem12(text))
      }),
      times,
    )
    // Another digit of a value is another file; far from every change is.
    expect(right / times.numRuns).toBeGreaterThan(0.02)
    expect(right / times.numRuns).toBeLessThan(0.3)
  })
})

const SIGNS = [...'0123456789,,,..AEFNSVQB -"\n\r\tez']

function swapped<T>(all: readonly T[], one: number, other: number): T[] {
  return all.with(one, all[other]!).with(other, all[one]!)
}

function inFields(line: number, change: (fields: string[]) => Lines): Lines {
  const place = line % LINES.length
  return LINES.with(place, change(LINES[place]!.split(',')).join(','))
}
