/** Readings for rules, and what a rule makes of them. */

import { parseScaled, type Scaled } from '../../src/core/scaled.ts'
import { HOUR } from '../../src/core/time.ts'
import type { Reading } from '../../src/reading/reading.ts'
import type { Kept, Known } from '../../src/reading/rules/known.ts'
import { USUAL_LIMITS } from '../../src/reading/rules/parameters.ts'
import type { Checked, Given, ReadingRule, RoundRule } from '../../src/reading/rules/rule.ts'

/** 12:00 and 00:00 at +08:00. */
export const NOON = Date.UTC(2026, 10, 21, 4)
export const MIDNIGHT = Date.UTC(2026, 10, 20, 16)
export const SITE = 480

export function scaled(text: string): Scaled {
  const value = parseScaled(text)
  if (!value) throw new Error(text)
  return value
}

export function kept(value: string, readAt: number, factor?: string): Kept {
  return { value: scaled(value), readAt, ...(factor !== undefined && { factor: scaled(factor) }) }
}

/** 100 kWh an hour ago, one phase of 220 V and 60 A, a clock that is right; any of it otherwise by `change`. */
export function given(
  value: string,
  change: Partial<Reading> & { readonly known?: Partial<Known> } = {},
): Given {
  const { known, ...other } = change
  const readAt = other.readAt ?? NOON
  return {
    reading: {
      meter: 'm1',
      obis: '1-0:1.8.0',
      kind: 'poll',
      slot: readAt,
      value: scaled(value),
      unit: 'kWh',
      readAt,
      receivedAt: readAt,
      exchange: 0,
      ...other,
    },
    known: {
      kept: [kept('100.00', NOON - HOUR)],
      keptOther: [],
      nameplate: { phases: 1, volts: 220, amperes: 60 },
      capacity: scaled('1000000.00'),
      clockDeviationMs: 0,
      doubled: false,
      timeTrusted: true,
      now: NOON,
      offsetMinutes: SITE,
      limits: USUAL_LIMITS.dwelling,
      ...known,
    },
  }
}

/** What a rule says of a round: of one reading by itself, or of all together. */
export function saidBy(rule: ReadingRule | RoundRule, round: readonly Given[]): string {
  if (!('of' in rule)) return inAWord(rule.check(round)[0]?.checked)
  const [one] = round
  if (!one || !rule.of(one.reading.obis, one.reading.kind)) return 'not concerned'
  return inAWord(rule.check(one.reading, one.known))
}

function inAWord(checked: Checked | undefined): string {
  if (checked === undefined) return 'not concerned'
  return checked === null ? 'passes' : 'verdict' in checked ? checked.verdict : 'not evaluated'
}
