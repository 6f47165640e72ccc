/** What of a round is a suspicion, what agrees with itself, and what passes. */

import { expect, test } from 'vitest'
import { HOUR, MINUTE } from '../../src/core/time.ts'
import { inRound, type Judged } from '../../src/reading/alarm/in-round.ts'
import type { Finding } from '../../src/reading/reading.ts'
import type { Given } from '../../src/reading/rules/rule.ts'
import { validateRound } from '../../src/reading/validate.ts'
import { given, kept, NOON } from '../support/judged.ts'

function told(round: readonly Given[], change: Partial<Judged> = {}, watched: readonly string[] = []) {
  const { fails, passes } = inRound(
    validateRound(round),
    { by: round, again: [], stale: [], ...change },
    watched.map(one => {
      const [rule = '', ...about] = one.split(' ')
      return { rule, about: about.join(' ') }
    }),
  )
  return {
    fails: fails.map(({ finding, about, again }) =>
      `${finding.rule} ${about}${again ? ' twice' : ''}`.trim(),
    ),
    passes: passes.map(({ rule, about }) => `${rule} ${about ?? ''}`.trim()),
  }
}

const TWO_BEFORE = { kept: [kept('99.00', NOON - 2 * HOUR), kept('100.00', NOON - HOUR)] }
const REGISTER = '1-0:1.8.0 poll'

test.each<[string, Given, readonly string[]]>([
  ['a fall below both values before', given('98.00', { known: TWO_BEFORE }), [`V-R1 ${REGISTER}`]],
  ['a fall below the newest alone, which may be the wrong one', given('99.50', { known: TWO_BEFORE }), []],
  ['a fall below the only one there is', given('99.50'), [`V-R1 ${REGISTER}`]],
  ['what passes', given('100.10', { known: TWO_BEFORE }), []],
  [
    'more than the connection carries since either',
    given('900.00', { known: TWO_BEFORE }),
    [`V-R3 ${REGISTER}`],
  ],
])('A-04 %s', (_, one, fails) => {
  expect(told([one]).fails).toEqual(fails)
})

test('A-04 of the meter as such one answer is one read, however many registers show it', () => {
  const known = { clockDeviationMs: 2 * MINUTE }
  const round = [
    given('100.10', { known }),
    given('5.00', { obis: '1-0:2.8.0', known: { ...known, kept: [] } }),
  ]
  expect(told(round).fails).toEqual(['V-T2'])
  expect(told(round, { stale: ['V-T2'] }).fails).toEqual([])
})

test('A-04 a clock measured earlier neither accuses again nor acquits', () => {
  const round = [given('100.10', { known: { clockDeviationMs: 0 } })]
  expect(told(round, {}, ['V-T2']).passes).toEqual(['V-T2'])
  expect(told(round, { stale: ['V-T2'] }, ['V-T2']).passes).toEqual([])
})

test('A-04 what was not evaluated has not passed, nor has what acts elsewhere or is not here', () => {
  const watched = [`V-R1 ${REGISTER}`, 'V-R1 1-0:2.8.0 poll', 'V-R10 poll', 'V-T2', 'V-A7']
  const unknown = given('100.10', { known: { kept: [], clockDeviationMs: null } })
  expect(told([unknown], {}, watched).passes).toEqual([])
  expect(told([given('100.10')], {}, watched).passes).toEqual([`V-R1 ${REGISTER}`, 'V-T2'])
})

test('A-04 registers held against each other pass together, or not at all', () => {
  const set = (total: string) => [
    given(total, { known: { kept: [] } }),
    ...['40.00', '60.00', '0.00', '0.00'].map((value, nth) =>
      given(value, { obis: `1-0:1.8.${nth + 1}`, known: { kept: [] } }),
    ),
  ]
  expect(told(set('100.02'), {}, ['V-R10 poll'])).toEqual({ fails: [], passes: ['V-R10 poll'] })
  expect(told(set('90.00'), {}, ['V-R10 poll'])).toEqual({ fails: ['V-R10 poll'], passes: [] })
  expect(told(set('100.02').slice(0, 1), {}, ['V-R10 poll']).passes).toEqual([])
})

test('A-04 a second answer agrees where it fails the same rule of the same register', () => {
  const finding: Finding = { rule: 'V-R1', verdict: 'suspect', severity: 1, codes: [], evidence: 'again' }
  const of = (obis: string, rule = 'V-R1') => [{ obis, kind: 'poll' as const, finding: { ...finding, rule } }]
  const round = [given('98.00', { known: TWO_BEFORE })]
  expect(told(round, { again: of('1-0:1.8.0') }).fails).toEqual([`V-R1 ${REGISTER} twice`])
  expect(told(round, { again: of('1-0:2.8.0') }).fails).toEqual([`V-R1 ${REGISTER}`])
  expect(told(round, { again: of('1-0:1.8.0', 'V-R3') }).fails).toEqual([`V-R1 ${REGISTER}`])
})
