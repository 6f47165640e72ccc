/** C-01: off the legal path every step is refused for its own reason, by what the store knows; on it a cut would be allowed. */

import { expect, test } from 'vitest'
import { DAY, HOUR, MINUTE } from '../../src/core/time.ts'
import type { SafeguardAct } from '../../src/store/safeguard/asked.ts'
import { evaluate } from '../../src/supply/policy/evaluate.ts'
import { POLICY, rule } from '../supply/policy/cases.ts'
import { register, released } from '../support/released.ts'
import { writeBook } from '../support/written-book.ts'
import { FIRST, frozen } from './book-files.ts'
import { newDirectory } from './data-directory.ts'
import { enter, factsIn, money, NOTICE, opened, PROTECTION, RECEIPT } from './safeguard-files.ts'

/** Nobody can declare anything here yet. */
const POLICY_HERE = { ...POLICY, declared: [] }
const at = (text: string) => Date.parse(`2026-11-${text}:00+08:00`)
const CUT = at('24T10:00')

test('C-01 C-04 P-04 P-05 P-13 each step off the legal path has its own reason, and a payment ends it', () => {
  const directory = newDirectory()
  const calls = opened(directory)
  const against = (now: number, policy = POLICY_HERE) =>
    evaluate(policy, factsIn(directory, calls.epoch(), now), now)
      .interlocks.filter(({ verdict }) => verdict !== 'pass')
      .map(({ code }) => code)
  // What the meter tells, up to the day before.
  const end = { ...released(FIRST + 22 * DAY, [register('1-0:1.8.0', '2000.00')]), meter: 'm0001' }
  writeBook(directory, [{ recordedAt: at('24T00:00'), releases: [end] }])
  calls.keep(frozen('m0001', 23))
  const NOTICES = ['FIRST_NOTICE_MISSING', 'SECOND_NOTICE_MISSING']
  expect(against(CUT)).toEqual(['PROTECTIONS_UNKNOWN', ...NOTICES])
  const { sequence } = enter(calls, { kind: 'list', source: 'register' })
  enter(calls, { kind: 'listed', proposal: sequence }, { by: 'chief' })
  expect(against(CUT)).toEqual(NOTICES)
  const notice = (id: string, which: 'first' | 'second', now: number) =>
    enter(calls, { ...NOTICE, notice: id, which }, { now })
  const receipt = (id: string, result: 'delivered' | 'failed' | 'unknown', now: number) =>
    enter(calls, { ...RECEIPT, notice: id, receipt: `${id}-${result}`, result, at: now - MINUTE }, { now })
  notice('N-1', 'first', at('16T11:00'))
  expect(against(CUT)).toEqual(['FIRST_NOTICE_NOT_DELIVERED', 'SECOND_NOTICE_MISSING'])
  receipt('N-1', 'unknown', at('16T11:02'))
  expect(against(CUT)).toEqual(['FIRST_NOTICE_NOT_DELIVERED', 'SECOND_NOTICE_MISSING'])
  receipt('N-1', 'delivered', at('16T11:10'))
  expect(against(at('23T10:00'))).toEqual(['FIRST_NOTICE_TOO_RECENT', 'SECOND_NOTICE_MISSING'])
  expect(against(CUT)).toEqual(['SECOND_NOTICE_MISSING'])
  notice('N-2', 'second', at('24T09:10'))
  expect(against(CUT)).toEqual(['SECOND_NOTICE_NOT_DELIVERED'])
  receipt('N-2', 'failed', at('24T09:12'))
  expect(against(CUT)).toEqual(['SECOND_NOTICE_NOT_DELIVERED'])
  receipt('N-2', 'delivered', at('24T09:21'))
  expect(against(at('24T09:49'))).toEqual(['SECOND_NOTICE_TOO_RECENT'])
  expect(against(CUT)).toEqual([])
  expect(against(at('24T10:21'))).toEqual(['SECOND_NOTICE_TOO_OLD'])
  // Whoever is protected is not cut, whatever they were told.
  const visited = { ...POLICY_HERE, protections: new Map([['elderly_alone', rule('manual_visit')]] as const) }
  enter(calls, PROTECTION, { now: at('24T09:55') })
  expect(against(CUT)).toEqual(['PROTECTED'])
  expect(against(CUT, visited)).toEqual(['VISIT_MISSING'])
  const visit: SafeguardAct = {
    ...{ kind: 'visit', account: '0001', visit: 'V-1', notice: null, result: 'handed' },
    ...{ at: at('20T15:00'), photo: 'p/1', who: 'Li' },
  }
  enter(calls, visit, { now: at('24T09:56') })
  expect(against(CUT, visited)).toEqual([])
  expect(against(CUT)).toEqual(['PROTECTED'])
  // Paid in the last minute: nothing is owed, and all that was told is of a debt that is no more.
  const pay = {
    kind: 'payment',
    account: '0001',
    payment: 'P-1',
    amount: '10000',
    at: at('24T09:58'),
  } as const
  money(calls, pay, at('24T09:59'))
  expect(against(CUT, visited)).toEqual(['VISIT_MISSING', ...NOTICES, 'ARREARS_TOO_SMALL'])
  calls.close()
}, 60_000)

test('P-04 a first notice lapses, and a clock nobody measured for two days is unknown', () => {
  const directory = newDirectory()
  const calls = opened(directory)
  enter(calls, NOTICE)
  enter(calls, { ...RECEIPT }, { now: RECEIPT.at })
  const now = RECEIPT.at + 60 * DAY + HOUR
  const codes = evaluate(POLICY_HERE, factsIn(directory, calls.epoch(), now), now).interlocks.map(
    ({ code }) => code,
  )
  expect(codes).toEqual(
    expect.arrayContaining(['FIRST_NOTICE_LAPSED', 'METER_CLOCK_UNKNOWN', 'READ_TOO_OLD']),
  )
  calls.close()
})
