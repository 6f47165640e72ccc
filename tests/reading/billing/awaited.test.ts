/** What is waited for at a boundary: each cause with what is next, and nothing that is not known. */

import { describe, expect, test } from 'vitest'
import { DAY, HOUR } from '../../../src/core/time.ts'
import { type AwaitedFacts, awaited } from '../../../src/reading/billing/awaited.ts'
import type { DoubtCode } from '../../../src/reading/billing/billing-read.ts'
import type { Settled } from '../../../src/reading/billing/gate-facts.ts'

const NOW = Date.UTC(2026, 10, 21, 2)
const SETTLES = NOW + 22 * HOUR

const doubt = (code: DoubtCode, text = code.toLowerCase()) => ({
  ...{ condition: 'complete' as const, code, obis: null, text, blocks: 'all' as const },
})
const judged = { meter: 'm1', origin: 'freeze', conditions: [] } as const
const missing = (...codes: DoubtCode[]) => ({
  ...{ ...judged, status: 'missing' as const, known: [] },
  doubts: codes.map(code => doubt(code)),
})
const holds = (...codes: DoubtCode[]): Settled => ({
  ...{ does: 'hold', verdict: missing(...codes), doubts: codes.map(code => doubt(code)) },
})
const lacks = (...codes: DoubtCode[]): Settled => ({ does: 'nothing', verdict: missing(...codes) })
const released = (standing: 'estimated' | 'actual'): Settled =>
  ({ does: 'release', verdict: missing(), release: { standing } }) as unknown as Settled

function at(change: Partial<AwaitedFacts>) {
  const facts: AwaitedFacts = {
    ...{ now: NOW, settlesAt: SETTLES, settled: lacks('NOT_READ'), unless: released('estimated') },
    ...{ state: 'open', forgottenAt: NOW + 60 * DAY, askedNextAt: NOW + HOUR },
    ...change,
  }
  const { cause, waitsFor, steps } = awaited(facts)
  return [cause, waitsFor, ...steps.map(({ does }) => does)].join(' ')
}

describe('A-03 what is waited for', () => {
  test('not read: asked again while the meter remembers, estimated if nothing comes', () => {
    expect(at({})).toBe('NOT_READ meter ask estimate')
    // It is asked again by a ledger this page knows nothing of: when, is not made up.
    expect(at({ askedNextAt: null })).toBe('NOT_READ meter ask estimate')
    expect(at({ askedNextAt: null, state: 'missed' })).toBe('NOT_READ time nothing estimate')
    expect(at({ askedNextAt: null, state: null, forgottenAt: null })).toBe('NOT_READ time nothing estimate')
    const gone = holds('NOT_READ', 'NOT_ESTIMABLE')
    expect(at({ askedNextAt: null, forgottenAt: NOW - 1, unless: gone })).toBe(
      'NOT_READ nobody nothing nothing',
    )
    expect(at({ askedNextAt: null, forgottenAt: NOW - 1, unless: lacks('NOT_READ') })).toBe(
      'NOT_READ nobody nothing nothing',
    )
  })

  test('each doubt that only a person can settle says what to do, whatever else stands against it', () => {
    const codes: DoubtCode[] = [
      ...([
        'NOT_ACCEPTED',
        'ANOTHER_METER',
        'NOTHING_NEEDED',
        'TOTAL_NOT_PLANNED',
        'MULTIPLIER_CHANGED',
      ] as const),
      ...(['NOT_CONTINUOUS', 'WITNESS_AGAINST', 'CONFLICT', 'NOT_GOOD', 'IDENTITY_IN_DOUBT'] as const),
      ...(['NEEDS_APPROVAL', 'RELEASED_STANDS', 'CLOCK_BROKEN', 'NOT_STAMPED_AT_BOUNDARY'] as const),
    ]
    for (const code of codes) {
      const settled = holds('NOT_READ', code)
      expect(at({ settled, unless: null })).toBe(`${code} person person ask`)
    }
  })

  test('what many meters share, and who the meter is, waits for time', () => {
    expect(at({ settled: holds('HELD_BACK'), unless: null })).toBe('HELD_BACK time wait')
    expect(at({ settled: holds('NOT_AUDITED'), unless: null })).toBe('NOT_AUDITED time wait')
    expect(at({ settled: holds('NOT_WITNESSED'), unless: null })).toBe('NOT_WITNESSED meter ask')
  })

  test('PR-06 what is damaged and cannot be released anew is taken back at the next look', () => {
    const taken = { does: 'release', verdict: missing('DAMAGED'), release: { standing: 'withdrawn' } }
    expect(at({ settled: taken as unknown as Settled, unless: null })).toBe('DAMAGED time wait')
  })

  test('when its time is over and nothing holds it, it is released at the next look', () => {
    const verdict = {
      ...judged,
      status: 'ready',
      state: 'provisional',
      rounds: [],
      registers: [],
      withheld: [],
      doubts: [],
    }
    const ready = { does: 'release', verdict, release: { standing: 'actual' } } as unknown as Settled
    expect(at({ settled: ready, unless: null })).toBe('NOT_YET_RELEASED time release')
    expect(at({ settled: ready, unless: released('actual') })).toBe('NOT_SETTLED time release')
  })
})
