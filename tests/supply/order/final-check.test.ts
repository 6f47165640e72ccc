/** Every question of the final check: passed, failed, unknown; only where all pass does a cut leave (FT-70). */

import { describe, expect, test } from 'vitest'
import { HOUR, MINUTE, SECOND } from '../../../src/core/time.ts'
import {
  consequenceOf,
  finalCheck,
  type Standing,
  selectCheck,
} from '../../../src/supply/order/final-check.ts'
import { CHECKS, passes, refuses } from '../../../src/supply/order/interlock.ts'
import type { Look } from '../../../src/supply/order/look.ts'
import { next } from '../../../src/supply/order/next.ts'
import { LATEST_ARRIVAL_MS } from '../../../src/supply/order/timing.ts'
import { interlocksAt } from '../../../src/supply/policy/evaluate.ts'
import { REASONS } from '../../../src/supply/policy/interlock.ts'
import { factsAt } from '../policy/cases.ts'
import { billed, cutIn, LOOK, NOW, POLICY, SHOWN, STANDING, stateAfter } from './cases.ts'

type Row = readonly [code: string, standing: Partial<Standing>, look: Partial<Look> | null, state: string]

const arrears = (amount: string, credits: number) => ({
  shown: { ...SHOWN, arrears: { ...SHOWN.arrears, amount, credits } },
})
const facts = (more: Partial<Standing['facts']>) => ({ facts: { ...STANDING.facts, ...more } })
const kWh = (value: number) => ({ register: '1-0:1.8.0', value: { digits: BigInt(value), scaler: 0 } })

const ROWS: readonly Row[] = [
  ['PAID', arrears('28.40', 13), {}, 'withdrawn'],
  ['PAID', arrears('128.40', 13), {}, 'withdrawn'],
  ['PAID', arrears('128.39', 12), {}, 'withdrawn'],
  ['PAYMENT_UNKNOWN', { shown: null }, {}, 'armed'],
  ['FACTS_UNKNOWN', { shown: null }, {}, 'armed'],
  ['FACTS_CHANGED', { shown: { ...SHOWN, policy: { ...SHOWN.policy, digest: 'd2' } } }, {}, 'withdrawn'],
  ['FACTS_CHANGED', { shown: { ...SHOWN, pairing: { from: 5, reference: 'archive 18' } } }, {}, 'withdrawn'],
  ['FACTS_CHANGED', { shown: { ...SHOWN, number: '100002' } }, {}, 'withdrawn'],
  [
    'FACTS_CHANGED',
    {
      shown: {
        ...SHOWN,
        protections: [
          { class: 'low_income', from: '2026-01-01', to: null, authorityReference: null, visited: null },
        ],
      },
    },
    {},
    'withdrawn',
  ],
  ['BILLING_SAYS_PAID', { billing: billed('paid') }, {}, 'withdrawn'],
  ['BILLING_SILENT', { billing: billed(null) }, {}, 'armed'],
  ['METER_KEEPS_POWER', {}, { isKeptPowered: true }, 'withdrawn'],
  ['KEEPS_POWER_UNKNOWN', {}, { isKeptPowered: null }, 'armed'],
  ['METER_SILENT', {}, null, 'armed'],
  ['OTHER_ADDRESS', {}, { address: '000000000002' }, 'withdrawn'],
  ['OTHER_METER', {}, { number: '100002' }, 'withdrawn'],
  ['NUMBER_UNKNOWN', {}, { number: null }, 'armed'],
  ['REGISTER_UNKNOWN', {}, { register: null }, 'armed'],
  ['NO_EARLIER_READ', { register: null }, {}, 'armed'],
  ['REGISTER_FELL', {}, { register: kWh(999) }, 'withdrawn'],
  ['REGISTER_LEAPT', {}, { register: kWh(1011) }, 'withdrawn'],
  ['PLAUSIBLE_UNKNOWN', { mostPerHour: null }, {}, 'armed'],
  ['RELAY_OPEN', {}, { isOpen: true }, 'withdrawn'],
  ['RELAY_UNKNOWN', {}, { isOpen: null }, 'armed'],
  ['OUTAGE', { isOutage: true }, {}, 'armed'],
  ['OUTAGE_UNKNOWN', { isOutage: null }, {}, 'armed'],
  ['EXCHANGE_OPEN', { isExchangeOpen: true }, {}, 'withdrawn'],
  ['EXCHANGE_UNKNOWN', { isExchangeOpen: null }, {}, 'armed'],
  ['JOURNAL_NOT_WRITABLE', { isJournalWritable: false }, {}, 'armed'],
  ['JOURNAL_UNKNOWN', { isJournalWritable: null }, {}, 'armed'],
  ['STORE_DEGRADED', { isStoreWell: false }, {}, 'armed'],
  ['STORE_UNKNOWN', { isStoreWell: null }, {}, 'armed'],
  ['STOPPED', { isStopped: true }, {}, 'quarantined'],
  ['STOP_UNKNOWN', { isStopped: null }, {}, 'armed'],
  ['FUSE_BLOWN', { fuse: refuses('fuse', 'FUSE_BLOWN', '') }, {}, 'quarantined'],
  ['RATIO_USUAL', { fuse: refuses('fuse', 'RATIO_USUAL', '') }, {}, 'quarantined'],
  ['RATIO_METERS', { fuse: refuses('fuse', 'RATIO_METERS', '') }, {}, 'quarantined'],
  ['CANARY_PENDING', { fuse: refuses('fuse', 'CANARY_PENDING', '') }, {}, 'armed'],
  ['CANARY_FAILED', { fuse: refuses('fuse', 'CANARY_FAILED', '') }, {}, 'quarantined'],
  ['FUSE_UNKNOWN', { fuse: null }, {}, 'armed'],
  ['LINE_INDIRECT', { line: 'indirect' }, {}, 'withdrawn'],
  ['LINE_UNKNOWN', { line: null }, {}, 'armed'],
  ['CONTROL_WEAK', { control: 'weak' }, {}, 'withdrawn'],
  ['CONTROL_UNKNOWN', { control: null }, {}, 'armed'],
  ['TIME_DOUBTED', facts({ gatewayTime: 'doubted' }), {}, 'armed'],
  ['DECLARED_UNKNOWN', { declaredLater: new Map() }, {}, 'armed'],
  ['DECLARED', facts({ declared: new Map([['heat', true]]) }), {}, 'armed'],
  ['PROTECTIONS_UNKNOWN', facts({ protections: null }), {}, 'armed'],
  ['SECOND_NOTICE_NOT_DELIVERED', facts({ secondNotice: 'sent' }), {}, 'armed'],
  [
    'ARREARS_TOO_SMALL',
    facts({ arrears: { amount: { digits: 1n, scaler: 0 }, currency: 'CNY' } }),
    {},
    'withdrawn',
  ],
  ['READ_TOO_OLD', facts({ read: { at: NOW - 49 * HOUR, quality: 'actual' } }), {}, 'armed'],
  ['READ_NOT_ACTUAL', facts({ read: { at: NOW, quality: 'estimated' } }), {}, 'armed'],
  ['METER_CLOCK_OFF', {}, { clockErrorMs: 61 * SECOND }, 'armed'],
  ['METER_CLOCK_UNKNOWN', {}, { clockErrorMs: null }, 'armed'],
]

function checked(standing: Partial<Standing>, look: Partial<Look> | null, at = NOW) {
  const seen = look && { ...LOOK, ...look }
  return finalCheck(POLICY, cutIn('checking'), { ...STANDING, ...standing }, seen, at)
}

const failing = (check: ReturnType<typeof checked>) =>
  check.interlocks.filter(({ verdict }) => verdict !== 'pass').map(({ code }) => code)

const sentBy = (check: ReturnType<typeof checked>, at = NOW) =>
  stateAfter(cutIn('checking'), { type: 'send', check, deadline: at + 30 * SECOND }, at)

describe('P-07 PR-53 PR-54 the final check', () => {
  test('passes where all is well, and the frame leaves', () => {
    expect(failing(checked({}, {}))).toEqual([])
    expect(sentBy(checked({}, {}))).toBe('sending')
    expect(sentBy(checked({ control: 'weak-accepted' }, {}))).toBe('sending')
  })

  test.each(ROWS)('%s', (code, standing, look, state) => {
    const check = checked(standing, look)
    expect(failing(check)).toContain(code)
    expect(sentBy(check)).toBe(state)
    const interlock = check.interlocks.find(one => one.code === code)
    expect(interlock?.remedy).not.toBe('')
    expect(consequenceOf(interlock?.code ?? 'PASS')).toBe(
      state === 'withdrawn' ? 'withdraw' : state === 'quarantined' ? 'quarantine' : 'wait',
    )
  })

  test('P-05 P-09 what would be over before the last meter obeys is over: a window that closes behind the frame is none', () => {
    const minutes = Array.from({ length: 8 * 60 }, (_, minute) => NOW + minute * MINUTE)
    const isShut = (check: readonly { name: string; verdict: string }[]) =>
      check.some(({ name, verdict }) => name === 'window' && verdict !== 'pass')
    const shutAt = minutes.find(at => isShut(interlocksAt(POLICY, STANDING.facts, at))) ?? 0
    const stays = minutes.findLast(at => at < shutAt && !isShut(checked({}, {}, at).interlocks)) ?? 0
    expect(stays).toBe(shutAt - LATEST_ARRIVAL_MS - MINUTE)
    expect(failing(checked({}, {}, shutAt - MINUTE))).toContain('OUTSIDE_WINDOW')
  })

  test('P-07 where billing does not say that it is unpaid the meter need not be asked, and what was said is kept', () => {
    for (const [says, code, state] of [
      ['paid', 'BILLING_SAYS_PAID', 'withdrawn'],
      [null, 'BILLING_SILENT', 'armed'],
    ] as const) {
      const billing = billed(says)
      const check = checked({ billing }, null)
      expect(failing(check)).toEqual([code])
      const stepped = next(cutIn('checking'), { type: 'send', check, deadline: NOW + 30 * SECOND }, NOW)
      expect(stepped).toMatchObject({ order: { state, billing, sent: null } })
    }
    expect(failing(checked({}, null))).toContain('METER_SILENT')
  })

  test('every reason of the moment has a row', () => {
    const rows = new Set(ROWS.map(([code]) => code))
    expect(Object.keys(CHECKS).filter(code => !rows.has(code))).toEqual([])
    expect(Object.keys(CHECKS).filter(code => code in REASONS)).toEqual([])
  })

  test('any two failures together: what is over is over, what somebody decides waits for nobody else', () => {
    for (const [, standing, look, one] of ROWS)
      for (const [, others, seen, other] of ROWS) {
        const both = checked({ ...standing, ...others }, look && seen && { ...look, ...seen })
        if (failing(both).length < 2) continue
        const worst = ['withdrawn', 'quarantined', 'armed'].find(state => [one, other].includes(state))
        const came = sentBy(both)
        expect(came).not.toBe('sending')
        // One may hide the other, as where the meter does not answer at all.
        if (look && seen && !hides(standing, others) && !hides(look, seen)) expect(came).toBe(worst)
      }
  })

  test('more that is owed, by what was used since, is no other fact; nor is a newer read', () => {
    const read = { ...SHOWN.read, at: NOW, value: '1001.00' }
    const { shown } = arrears('131.20', 12)
    expect(failing(checked({ shown: { ...shown, read } }, {}))).toEqual([])
  })

  test('holds for a minute, and not before its own time', () => {
    const check = checked({}, {})
    expect(sentBy(check, NOW + 60 * SECOND)).toBe('sending')
    expect(sentBy(check, NOW + 60 * SECOND + 1)).toBe('armed')
    expect(sentBy(check, NOW - 1)).toBe('armed')
  })

  test('PR-59 a deadline that is over, or hours off, does not leave', () => {
    const at = (deadline: number) =>
      stateAfter(cutIn('checking'), { type: 'send', check: checked({}, {}), deadline }, NOW)
    expect([at(NOW), at(NOW + 6 * MINUTE), at(NOW + 5 * MINUTE)]).toEqual(['armed', 'armed', 'sending'])
  })

  test('a protocol without keep-power and deadlines is not asked for them, and what is told counts', () => {
    const lacks = ['keep-power', 'deadline'] as const
    const none = { isKeptPowered: null, clockErrorMs: null }
    expect(sentBy(checked({ lacks }, none))).toBe('sending')
    expect(sentBy(checked({ lacks: [] }, none))).toBe('armed')
    expect(failing(checked({ lacks }, { isKeptPowered: true, clockErrorMs: 61 * SECOND }))).toEqual([
      ...['METER_CLOCK_OFF', 'METER_KEEPS_POWER'],
    ])
  })

  test('PR-50 a rehearsal goes through everything but the frame', () => {
    const cut = cutIn('checking', { isRehearsal: true })
    const check = checked({}, {})
    expect(stateAfter(cut, { type: 'send', check, deadline: NOW + SECOND }, NOW)).toBe('rehearsed')
  })

  test('before it is approved all is asked that can be', () => {
    const at = NOW - 8 * HOUR
    const early = { ...STANDING, facts: { ...factsAt(at), secondNotice: 'none' as const } }
    const against = (standing: Standing) =>
      selectCheck(POLICY, standing, at)
        .filter(({ verdict }) => verdict !== 'pass')
        .map(({ code }) => code)
    expect(against(early)).toEqual([])
    expect(against({ ...early, fuse: refuses('fuse', 'CANARY_PENDING', '') })).toEqual([])
    expect(against({ ...early, billing: billed(null) })).toEqual([])
    expect(against({ ...early, isStopped: true, fuse: null })).toEqual(['STOPPED', 'FUSE_UNKNOWN'])
    expect(against({ ...early, fuse: passes('fuse', ''), billing: billed('paid') })).toEqual([
      'BILLING_SAYS_PAID',
    ])
    const { facts: known } = early
    expect(against({ ...early, facts: { ...known, protections: null } })).toEqual(['PROTECTIONS_UNKNOWN'])
    const firstNotice = at - HOUR
    const recent = selectCheck(POLICY, { ...early, facts: { ...known, firstNotice } }, at)
    expect(recent.find(({ code }) => code === 'FIRST_NOTICE_TOO_RECENT')?.remedy).toMatch(
      /full days are over; passes from 20\d\d-.* on$/,
    )
    expect(selectCheck(POLICY, { ...early, isStopped: null }, at)).toContainEqual(
      expect.objectContaining({ code: 'STOP_UNKNOWN', text: 'nobody knows whether all cuts are stopped' }),
    )
  })
})

function hides(one: object, other: object): boolean {
  return Object.keys(one).some(key => key in other)
}
