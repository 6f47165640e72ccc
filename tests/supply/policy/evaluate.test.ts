/** Only where every interlock passes may anybody be cut; each refusal has a reason of its own. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { DAY, HOUR, MINUTE } from '../../../src/core/time.ts'
import { evaluate } from '../../../src/supply/policy/evaluate.ts'
import type { Facts, Protected } from '../../../src/supply/policy/facts.ts'
import { NOTHING_KNOWN } from '../../../src/supply/policy/facts.ts'
import { REASONS } from '../../../src/supply/policy/interlock.ts'
import type { Policy, Protection } from '../../../src/supply/policy/policy.ts'
import { BEHAVIOURS, PROTECTIONS } from '../../../src/supply/policy/policy.ts'
import { FACTS, factsAt, NOW, POLICY, rule } from './cases.ts'

function codes(facts: Partial<Facts>, policy: Partial<Policy> = {}, now = NOW): readonly string[] {
  const { allowed, interlocks } = evaluate({ ...POLICY, ...policy }, { ...FACTS, ...facts }, now)
  const against = interlocks.filter(({ verdict }) => verdict !== 'pass').map(({ code }) => code)
  expect(allowed).toBe(against.length === 0)
  return against
}

const at = (text: string) => Date.parse(`${text}:00+08:00`)

/** Of each fact: one that passes, then those that fail or are unknown. */
const FACES: { readonly [Fact in keyof Facts]: readonly Facts[Fact][] } = {
  gatewayTime: ['trusted', 'doubted', null],
  declared: [new Map([['heat', false]]), new Map([['heat', true]]), new Map()],
  protections: [[], [protectedBy('life_support')], null],
  customer: ['residents', null],
  firstNotice: [FACTS.firstNotice, NOW - 7 * DAY, null],
  secondNotice: [FACTS.secondNotice, NOW - 29 * MINUTE, null],
  arrears: [FACTS.arrears, { amount: { digits: 999n, scaler: -2 }, currency: 'CNY' }, null],
  read: [FACTS.read, { at: NOW - 48 * HOUR - 1, quality: 'actual' }, null],
  meterClockErrorMs: [60_000, 60_001, null],
}

/** A time at which all passes, and one for each way in which a date or a time speaks against it. */
const TIMES: readonly (readonly [now: number, code: string | null])[] = [
  [NOW, null],
  [at('2026-11-24T15:00'), 'OUTSIDE_WINDOW'],
  [at('2026-11-27T10:00'), 'WEEKDAY_NEVER'],
  [at('2026-12-03T10:00'), 'HOLIDAY'],
  [at('2026-12-02T10:00'), 'DAY_BEFORE_HOLIDAY'],
  [at('2026-12-08T10:00'), 'NO_CUT_CALENDAR'],
  [at('2026-12-31T10:00'), 'CALENDAR_UNKNOWN'],
]

function protectedBy(one: Protection, more: Partial<Protected> = {}): Protected {
  return { class: one, from: '2026-01-01', to: null, authorityReference: null, visited: null, ...more }
}

function* rows(): Generator<Facts> {
  const names = Object.keys(FACES) as (keyof Facts)[]
  const sizes = names.map(name => FACES[name].length)
  const count = sizes.reduce((product, size) => product * size, 1)
  for (let row = 0; row < count; row++) {
    let rest = row
    const facts = names.map((name, nth) => {
      const face = FACES[name][rest % (sizes[nth] ?? 1)]
      rest = Math.floor(rest / (sizes[nth] ?? 1))
      return [name, face]
    })
    yield Object.fromEntries(facts) as unknown as Facts
  }
}

describe('PR-53 unknown means no', () => {
  test('of all combinations of what is known exactly one row allows, and only at the one time', () => {
    let count = 0
    const allowed: Facts[] = []
    for (const facts of rows()) {
      count += 1
      if (evaluate(POLICY, facts, NOW).allowed) allowed.push(facts)
    }
    expect(count).toBe(2 * 3 ** 8)
    expect(allowed).toEqual([Object.fromEntries(Object.entries(FACES).map(([name, [good]]) => [name, good]))])
    for (const [now, code] of TIMES) {
      const found = evaluate(POLICY, factsAt(now), now)
      expect(found.allowed, code ?? 'good').toBe(code === null)
    }
  })

  test('what is not known at all passes nothing that hangs on it', () => {
    const { interlocks } = evaluate(POLICY, NOTHING_KNOWN, NOW)
    const passed = interlocks.filter(({ verdict }) => verdict === 'pass').map(({ name }) => name)
    expect(passed).toEqual(['accepted', 'calendar', 'weekday', 'holiday', 'no_cut', 'window'])
    expect(new Set(interlocks.map(({ verdict }) => verdict))).toEqual(new Set(['pass', 'unknown']))
  })

  test('every refusal names its rule or says there is none, has words and a remedy', () => {
    for (const { verdict, text, remedy } of evaluate(POLICY, NOTHING_KNOWN, NOW).interlocks) {
      expect(text).not.toBe('')
      expect(remedy === null).toBe(verdict === 'pass')
    }
    expect(new Set(Object.values(REASONS).map(([verdict]) => verdict))).toEqual(new Set(['fail', 'unknown']))
  })

  test('docs/supply.md names every reason, and none that is not there', () => {
    const page = readFileSync(join(import.meta.dirname, '../../../docs/supply.md'), 'utf8')
    const table = page.slice(page.indexOf('### Interlocks and reasons'), page.length).split('\n## ')[0] ?? ''
    const named = [...table.matchAll(/`([A-Z_]+)`/g)].map(([, code]) => code)
    expect(named.sort()).toEqual(Object.keys(REASONS).sort())
  })

  test("the gateway's own time must be trusted", () => {
    expect(codes({ gatewayTime: 'doubted' })).toEqual(['TIME_DOUBTED'])
    expect(codes({ gatewayTime: null })).toEqual(['TIME_TRUST_UNKNOWN'])
  })

  test('a condition nobody speaks of may be declared', () => {
    expect(codes({ declared: new Map() })).toEqual(['DECLARED_UNKNOWN'])
    expect(codes({ declared: new Map([['heat', true]]) })).toEqual(['DECLARED'])
    expect(codes({ declared: new Map([['heta', false]]) })).toEqual(['DECLARED_UNKNOWN'])
  })

  test('PR-54 a read that is old, not actual or of the time to come is none', () => {
    expect(codes({ read: { at: NOW - 48 * HOUR - 1, quality: 'actual' } })).toEqual(['READ_TOO_OLD'])
    expect(codes({ read: { at: NOW, quality: 'estimated' } })).toEqual(['READ_NOT_ACTUAL'])
    expect(codes({ read: { at: NOW, quality: 'suspect' } })).toEqual(['READ_NOT_ACTUAL'])
    expect(codes({ read: { at: NOW + 1, quality: 'actual' } })).toEqual(['READ_IN_FUTURE'])
    expect(codes({ meterClockErrorMs: -60_001 })).toEqual(['METER_CLOCK_OFF'])
    expect(codes({ meterClockErrorMs: Number.NaN })).toEqual(['METER_CLOCK_OFF'])
  })
})

describe('P-08 minimum arrears', () => {
  test.each([
    [1000n, -2, []],
    [9_999_999n, -6, ['ARREARS_TOO_SMALL']],
    [-5000n, -2, ['ARREARS_TOO_SMALL']],
    [10n, 0, []],
  ])('%s e%s', (digits, scaler, expected) => {
    expect(codes({ arrears: { amount: { digits, scaler }, currency: 'CNY' } })).toEqual(expected)
  })

  test('other money cannot be compared', () => {
    const arrears = { amount: { digits: 99n, scaler: 3 }, currency: 'USD' }
    expect(codes({ arrears })).toEqual(['ARREARS_OTHER_CURRENCY'])
  })
})

describe('P-09 PR-56 windows, weekdays, holidays, calendars', () => {
  test.each(TIMES)('%s: %s', (now, code) => {
    const found = codes(factsAt(now), {}, now)
    if (code === null) expect(found).toEqual([])
    else expect(found).toContain(code)
  })

  test('the window has its first minute and not its last', () => {
    const over = (text: string) => codes(factsAt(at(text)), {}, at(text))
    expect(over('2026-11-24T08:59')).toEqual(['OUTSIDE_WINDOW'])
    expect(over('2026-11-24T09:00')).toEqual([])
    expect(over('2026-11-24T14:59')).toEqual([])
    expect(over('2026-11-24T15:00')).toEqual(['OUTSIDE_WINDOW'])
  })

  test('a policy without windows cuts nobody, and waiting is no use', () => {
    const policy = { ...POLICY, windows: { ...POLICY.windows, open: [] } }
    const { allowed, next, interlocks } = evaluate(policy, FACTS, NOW)
    expect([allowed, next]).toEqual([false, null])
    expect(interlocks.map(({ code }) => code)).toContain('NO_WINDOW')
  })

  test('before it was accepted a policy allows nothing', () => {
    const accepted = { by: 'A. Person', on: '2026-11-25' }
    expect(codes({}, { accepted })).toEqual(['NOT_YET_ACCEPTED'])
  })

  test('it says when it would pass, holidays and weekends and harvest passed over', () => {
    const thursday = at('2026-11-26T15:30')
    const { next } = evaluate(POLICY, factsAt(thursday), thursday)
    expect(next?.at).toBe(at('2026-11-30T09:00'))
    // The second notice and the reads are too old by then.
    expect(next?.missing.map(({ code }) => code)).toEqual(['SECOND_NOTICE_TOO_OLD', 'READ_TOO_OLD'])
    const wednesday = at('2026-12-02T10:00')
    expect(evaluate(POLICY, factsAt(wednesday), wednesday).next?.at).toBe(at('2026-12-14T09:00'))
    const last = at('2026-12-30T16:00')
    expect(evaluate(POLICY, factsAt(last), last).next).toBeNull()
  })
})

describe('P-04 C-01 first notice', () => {
  test.each([
    ['none', 'FIRST_NOTICE_MISSING'],
    ['sent', 'FIRST_NOTICE_NOT_DELIVERED'],
    [null, 'FIRST_NOTICE_UNKNOWN'],
    [at('2026-11-17T00:00'), 'FIRST_NOTICE_TOO_RECENT'],
    [NOW + 1, 'FIRST_NOTICE_IN_FUTURE'],
    [NOW - 60 * DAY, 'FIRST_NOTICE_LAPSED'],
    [NOW - 60 * DAY + 1, undefined],
    [at('2026-11-16T23:59'), undefined],
  ] as const)('%s: %s', (firstNotice, code) => {
    expect(codes({ firstNotice })).toEqual(code === undefined ? [] : [code])
  })

  test('others have their own days; of a customer of no class nothing is known', () => {
    const firstNotice = at('2026-11-20T23:59')
    expect(codes({ firstNotice, customer: 'others' })).toEqual([])
    expect(codes({ firstNotice: at('2026-11-21T00:00'), customer: 'others' })).toEqual([
      'FIRST_NOTICE_TOO_RECENT',
    ])
    expect(codes({ firstNotice, customer: null })).toEqual(['CUSTOMER_CLASS_UNKNOWN'])
  })

  test('it says when the full days are over', () => {
    const { interlocks } = evaluate(POLICY, { ...FACTS, firstNotice: at('2026-11-18T12:00') }, NOW)
    expect(interlocks.find(({ name }) => name === 'first_notice')).toMatchObject({
      verdict: 'fail',
      source: 'first',
      earliest: at('2026-11-26T00:00'),
    })
  })
})

describe('P-05 C-01 second notice', () => {
  test.each([
    ['none', 'SECOND_NOTICE_MISSING'],
    ['sent', 'SECOND_NOTICE_NOT_DELIVERED'],
    [null, 'SECOND_NOTICE_UNKNOWN'],
    [NOW + 1, 'SECOND_NOTICE_IN_FUTURE'],
    [NOW - 30 * MINUTE + 1, 'SECOND_NOTICE_TOO_RECENT'],
    [NOW - 30 * MINUTE, undefined],
    [NOW - 60 * MINUTE, undefined],
    [NOW - 60 * MINUTE - 1, 'SECOND_NOTICE_TOO_OLD'],
  ] as const)('%s: %s', (secondNotice, code) => {
    expect(codes({ secondNotice })).toEqual(code === undefined ? [] : [code])
  })
})

describe('P-10 PR-55 C-04 C-05 protections', () => {
  const REFUSED = {
    block: 'PROTECTED',
    needs_authority_ref: 'AUTHORITY_REFERENCE_MISSING',
    extra_notice: 'FIRST_NOTICE_TOO_RECENT',
    manual_visit: 'VISIT_MISSING',
  } as const

  test('each class with each behaviour: refused where nothing more is known', () => {
    for (const one of PROTECTIONS)
      for (const behaviour of BEHAVIOURS) {
        const days = behaviour === 'extra_notice' ? 1 : 0
        const protections = new Map([[one, rule(behaviour, days)]])
        expect(codes({ protections: [protectedBy(one)] }, { protections })).toEqual([REFUSED[behaviour]])
        // Before it began and after it ended it protects nobody.
        for (const [from, to] of [
          ['2026-11-25', null],
          ['2026-01-01', '2026-11-23'],
        ] as const)
          expect(codes({ protections: [protectedBy(one, { from, to })] }, { protections })).toEqual([])
        for (const [from, to] of [
          ['2026-11-24', '2026-11-24'],
          ['2026-11-24', null],
        ] as const)
          expect(codes({ protections: [protectedBy(one, { from, to })] }, { protections })).toHaveLength(1)
      }
  })

  test('with what its behaviour asks for a cut is allowed, except where it blocks', () => {
    const protections = new Map([['important_user', rule('needs_authority_ref')] as const])
    const of = (more: Partial<Protected>) => ({ protections: [protectedBy('important_user', more)] })
    expect(codes(of({ authorityReference: '2026/14' }), { protections })).toEqual([])
    const visit = { protections: new Map([['important_user', rule('manual_visit')] as const]) }
    expect(codes(of({ visited: Number(FACTS.firstNotice) }), visit)).toEqual([])
    expect(codes(of({ visited: Number(FACTS.firstNotice) - 1 }), visit)).toEqual(['VISIT_MISSING'])
    expect(codes(of({ visited: NOW + 1 }), visit)).toEqual(['VISIT_IN_FUTURE'])
    const longer = { protections: new Map([['important_user', rule('extra_notice', 3)] as const]) }
    expect(codes({ ...of({}), firstNotice: at('2026-11-13T12:00') }, longer)).toEqual([])
    expect(codes({ ...of({}), firstNotice: at('2026-11-14T00:00') }, longer)).toEqual([
      'FIRST_NOTICE_TOO_RECENT',
    ])
    const block = { authorityReference: '2026/14', visited: NOW - HOUR }
    expect(codes({ protections: [protectedBy('life_support', block)] })).toEqual(['PROTECTED'])
  })

  test('a class of which the policy says nothing is unknown, and an unreadable list as well', () => {
    expect(codes({ protections: [protectedBy('low_income')] }, { protections: new Map() })).toEqual([
      'PROTECTION_NOT_IN_POLICY',
    ])
    expect(codes({ protections: null })).toEqual(['PROTECTIONS_UNKNOWN'])
  })

  test('of two protections each is told, and none makes up for the other', () => {
    const protections = [protectedBy('life_support'), protectedBy('low_income', { to: '2026-12-31' })]
    expect(codes({ protections })).toEqual(['PROTECTED', 'PROTECTED'])
    expect(evaluate(POLICY, { ...FACTS, protections }, NOW).next).toBeNull()
  })
})
