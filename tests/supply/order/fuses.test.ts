/** How many may be cut: every count at its limit and one below, the usual, the share of all, the first of a batch (P-11, PR-57). */

import { describe, expect, test } from 'vitest'
import { DAY, HOUR, MINUTE } from '../../../src/core/time.ts'
import {
  blownBy,
  type Counted,
  type FuseState,
  fuse,
  type PastCut,
  reset,
  WHOLE,
} from '../../../src/supply/order/fuses.ts'
import { FUSED, type Fused, type Fuses } from '../../../src/supply/policy/policy.ts'
import { NOW, POLICY } from './cases.ts'

const LIMIT = { tenMinutes: 3, hour: 6, day: 10 }
const CUT: Counted = { line: 'l1', transformer: 't1', requestedBy: 'clerk', batch: 'b1' }
const OTHER: Counted = { line: 'l2', transformer: 't2', requestedBy: 'teller', batch: 'b2' }

function rules(limits: readonly Fused[], more: Partial<Fuses> = {}): Fuses {
  return {
    ...{ limits: new Map(limits.map(one => [one, LIMIT])), ratio: { times: 1000, percent: 100 }, canary: 0 },
    ...{ source: 'x', ...more },
  }
}

function past(
  count: number,
  ago: number,
  whose: Counted = CUT,
  state: PastCut['state'] = 'confirmed',
): PastCut[] {
  return Array.from({ length: count }, () => ({ ...whose, at: NOW - ago, state }))
}

function said(fuses: Fuses, before: readonly PastCut[], meters = 100_000, cut = CUT, knownSince = 0): string {
  return fuse(fuses, WHOLE, cut, { past: before, meters, knownSince }, NOW).code
}

describe('P-11 PR-57 fuses', () => {
  test.each(FUSED)('by %s, within ten minutes, an hour, a day', fused => {
    for (const [most, ago] of [
      [3, 10 * MINUTE - 1],
      [6, HOUR - 1],
      [10, DAY - 1],
    ] as const) {
      expect(said(rules([fused]), past(most - 1, ago))).toBe('PASS')
      expect(said(rules([fused]), past(most, ago))).toBe('FUSE_BLOWN')
      expect(said(rules([fused]), past(most, ago, OTHER))).toBe(fused === 'gateway' ? 'FUSE_BLOWN' : 'PASS')
    }
    expect(said(rules([fused]), past(100, DAY))).toBe('PASS')
  })

  test('whoever asks for each alone is one batch', () => {
    const alone = { ...CUT, batch: null }
    expect(said(rules(['batch']), past(3, MINUTE, alone), 1e6, alone)).toBe('FUSE_BLOWN')
    expect(said(rules(['batch']), past(3, MINUTE, { ...alone, requestedBy: 'teller' }), 1e6, alone)).toBe(
      'PASS',
    )
  })

  test('the share of all meters, one at least', () => {
    const one = rules([], { ratio: { times: 1000, percent: 1 } })
    expect([said(one, past(9, HOUR), 1000), said(one, past(10, HOUR), 1000)]).toEqual([
      'PASS',
      'RATIO_METERS',
    ])
    expect([said(one, [], 20), said(one, past(1, HOUR), 20)]).toEqual(['PASS', 'RATIO_METERS'])
  })

  test('the usual, once there is one; the first few never', () => {
    const twice = rules([], { ratio: { times: 2, percent: 100 }, canary: 5 })
    const usual = past(4 * 28, 3 * DAY)
    expect(said(twice, [...usual, ...past(7, HOUR)])).toBe('PASS')
    expect(said(twice, [...usual, ...past(8, HOUR)])).toBe('RATIO_USUAL')
    expect(said(twice, [...past(1, 3 * DAY), ...past(4, HOUR)])).toBe('PASS')
    expect(said(twice, [...past(1, 3 * DAY), ...past(5, HOUR)])).toBe('RATIO_USUAL')
    expect(said(twice, [...usual, ...past(80, HOUR)], 1e6, CUT, NOW - 4 * DAY)).toBe('PASS')
  })

  test('the first of a batch are verified before the rest', () => {
    const two = rules([], { canary: 2 })
    expect(said(two, past(1, MINUTE, CUT, 'sending'))).toBe('PASS')
    expect(said(two, past(2, MINUTE, CUT, 'sending'))).toBe('CANARY_PENDING')
    expect(said(two, past(2, MINUTE))).toBe('PASS')
    expect(said(two, [...past(2, HOUR), ...past(9, MINUTE, CUT, 'unconfirmed')])).toBe('PASS')
    for (const state of ['unconfirmed', 'manual', 'refused', 'not-executed'] as const)
      expect(said(two, past(1, MINUTE, CUT, state))).toBe('CANARY_FAILED')
    // What was paid for meanwhile, and what never left, tells nothing.
    expect(said(two, [...past(2, MINUTE, CUT, 'superseded'), ...past(2, MINUTE, CUT, 'not-sent')])).toBe(
      'PASS',
    )
    expect(said(two, past(2, MINUTE, OTHER, 'sending'))).toBe('PASS')
  })

  test('prepaid.md §11 mass cut: the first of one person’s day are verified before the rest, though each has a batch of its own', () => {
    const two = rules([], { canary: 2 })
    let batch = 0
    const script = (count: number, ago: number, state: PastCut['state']) =>
      past(count, ago, CUT, state).map(one => {
        batch += 1
        return { ...one, batch: `script ${batch}` }
      })
    expect(said(two, script(1, MINUTE, 'sending'))).toBe('PASS')
    expect(said(two, script(2, MINUTE, 'sending'))).toBe('CANARY_PENDING')
    expect(said(two, [...script(1, HOUR, 'confirmed'), ...script(1, MINUTE, 'sending')])).toBe(
      'CANARY_PENDING',
    )
    expect(said(two, script(2, MINUTE, 'sending'), 9_000, { ...CUT, batch: null })).toBe('CANARY_PENDING')
    expect(said(two, script(1, MINUTE, 'unconfirmed'))).toBe('CANARY_FAILED')
    // Verified, the day goes on; another person's is another, and so is the day after.
    expect(said(two, [...script(2, HOUR, 'confirmed'), ...script(9, MINUTE, 'sending')])).toBe('PASS')
    expect(said(two, script(2, MINUTE, 'sending'), 9_000, OTHER)).toBe('PASS')
    expect(said(two, script(2, DAY, 'sending'))).toBe('PASS')
    expect(said(two, script(2, DAY - 1, 'sending'))).toBe('CANARY_PENDING')
    // A batch's own first are asked for all the same.
    const confirmed = script(2, HOUR, 'confirmed')
    expect(said(two, [...confirmed, ...past(2, MINUTE, CUT, 'sending')])).toBe('CANARY_PENDING')
    expect(said(two, [...confirmed, ...past(1, MINUTE, CUT, 'refused')])).toBe('CANARY_FAILED')
  })

  test('P-11 ten thousand orders, each in a batch of its own: no more leave than are verified', () => {
    const five = rules([], { canary: 5 })
    const cut: PastCut[] = []
    for (let row = 0; row < 10_000; row++) {
      const one = { ...CUT, batch: `script ${row}` }
      const { verdict } = fuse(five, WHOLE, one, { past: cut, meters: 1e6, knownSince: 0 }, NOW + row)
      if (verdict === 'pass') cut.push({ ...one, at: NOW + row, state: 'sending' })
    }
    expect(cut).toHaveLength(5)
  })

  test('blown stays blown until two people reset it', () => {
    const blow = fuse(rules(['gateway']), WHOLE, CUT, { past: past(3, 0), meters: 9, knownSince: 0 }, NOW)
    const blown = blownBy(WHOLE, blow, NOW)
    expect(blown.blown?.text).toContain('3 by gateway')
    const calm = { past: [], meters: 9, knownSince: 0 }
    expect(fuse(rules(['gateway']), blown, CUT, calm, NOW + DAY).code).toBe('FUSE_BLOWN')
    const asked = reset(blown, 'boss') as FuseState
    expect(fuse(rules(['gateway']), asked, CUT, calm, NOW).code).toBe('FUSE_BLOWN')
    expect([reset(asked, 'boss'), reset(asked, 'chief'), reset(WHOLE, 'boss')]).toEqual([
      ...['RESET_BY_ANOTHER', WHOLE, 'FUSE_WHOLE'],
    ])
    const waits = fuse(
      rules([], { canary: 1 }),
      WHOLE,
      CUT,
      { ...calm, past: past(1, 0, CUT, 'sending') },
      NOW,
    )
    expect(blownBy(WHOLE, waits, NOW)).toBe(WHOLE)
  })

  test('ten thousand asked for at once: no more than the limits leave', () => {
    const fuses: Fuses = {
      ...POLICY.fuses,
      limits: new Map([['gateway', LIMIT]]),
      ratio: { times: 2, percent: 1 },
    }
    let state = WHOLE
    const cut: PastCut[] = []
    for (let row = 0; row < 10_000; row++) {
      const at = NOW + row
      const code = fuse(fuses, state, CUT, { past: cut, meters: 10_000, knownSince: 0 }, at)
      state = blownBy(state, code, at)
      if (code.verdict === 'pass') cut.push({ ...CUT, at, state: 'confirmed' })
    }
    expect(cut.length).toBe(LIMIT.tenMinutes)
    expect(state.blown).not.toBeNull()
  })
})
