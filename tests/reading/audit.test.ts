/** What a meter tells of itself, against what it told and what the meter list names. */

import { expect, test } from 'vitest'
import { compareAudit, type Named, type SaidOfItself, saidOfAudit } from '../../src/reading/audit.ts'

const NUMBER: SaidOfItself = { item: '04000402', name: 'meter number', tells: 'number', is: '000000000161' }
const ASSET: SaidOfItself = { item: '04000403', name: 'asset code', tells: 'asset', is: 'A161' }
const CONSTANT: SaidOfItself = { item: '04000409', name: 'active constant', tells: 'constant', is: '1600' }
const RATIO: SaidOfItself = { item: '04000306', name: 'current ratio', tells: 'setting', is: '1' }
const ALL = [NUMBER, ASSET, CONSTANT, RATIO]
const facts = (said: readonly SaidOfItself[]) => Object.fromEntries(said.map(({ item, is }) => [item, is]))
const but = (one: SaidOfItself, is: string) => ALL.map(other => (other === one ? { ...one, is } : other))

test.each<[string, readonly SaidOfItself[], readonly SaidOfItself[] | null, Named, string, RegExp]>([
  [
    'the first is believed',
    ALL,
    null,
    {},
    'same',
    /^first audit: meter number 000000000161, asset code A161/,
  ],
  ['as before', ALL, ALL, {}, 'same', /^as before$/],
  ['what is not told again speaks against nothing', [NUMBER], ALL, {}, 'same', /^as before$/],
  ['another number', but(NUMBER, '7'), ALL, {}, 'other', /^meter number was 000000000161 and is 7$/],
  ['another asset code', but(ASSET, 'B'), ALL, {}, 'other', /asset code was A161 and is B/],
  ['another constant', but(CONSTANT, '1200'), ALL, {}, 'other', /active constant was 1600 and is 1200/],
  [
    'another ratio is set anew',
    but(RATIO, '40'),
    ALL,
    {},
    'same',
    /^set anew: current ratio was 1 and is 40$/,
  ],
  ['the list, zeros or not', ALL, null, { number: '161' }, 'same', /^first audit/],
  ['the list against it', ALL, ALL, { number: '162' }, 'other', /is 000000000161, the meter list says 162$/],
  [
    'the list against the first',
    ALL,
    null,
    { asset: 'B' },
    'other',
    /asset code is A161, the meter list says B/,
  ],
  [
    'the list names the new one',
    but(NUMBER, '7'),
    ALL,
    { number: '7' },
    'same',
    /^the meter list names this one/,
  ],
])('V-I2 V-I5 %s', (_, said, before, named, found, evidence) => {
  const compared = compareAudit(said, before && facts(before), named)
  expect(compared.found).toBe(found)
  expect(compared.evidence).toMatch(evidence)
})

test('V-I5 only another meter that the list names takes the place of the one before', () => {
  const replaces = (said: readonly SaidOfItself[], named: Named) =>
    compareAudit(said, facts(ALL), named).replaces ?? false
  expect(replaces(but(NUMBER, '7'), { number: '7' })).toBe(true)
  expect(replaces(but(NUMBER, '7'), {})).toBe(false)
  expect(replaces(but(NUMBER, '7'), { number: '8' })).toBe(false)
  expect(replaces(ALL, { number: '161' })).toBe(false)
  expect(replaces(but(RATIO, '40'), { number: '161' })).toBe(false)
})

test('V-I7 what was set anew is flagged, and nothing else', () => {
  expect(compareAudit(but(RATIO, '40'), facts(ALL), {}).changed).toEqual(['current ratio was 1 and is 40'])
  expect(compareAudit(ALL, facts(ALL), {}).changed).toEqual([])
})

test('V-I2 a constant that the list names otherwise is flagged, and the meter is the same', () => {
  const said = (constant?: number) =>
    saidOfAudit(compareAudit(ALL, facts(ALL), constant === undefined ? {} : { constant }))
  expect(said()).toEqual([])
  expect(said(1600)).toMatchObject([{ rule: 'V-I2', verdict: 'accept' }])
  expect(said(1601)).toMatchObject([
    {
      verdict: 'flag',
      severity: 2,
      codes: ['2.4.6'],
      evidence: 'the active constant is 1600, the meter list says 1601',
    },
  ])
  expect(compareAudit(ALL, facts(ALL), { constant: 1200 }).found).toBe('same')
  expect(compareAudit([NUMBER], null, { constant: 1200 }).otherwise).toBeNull()
})
