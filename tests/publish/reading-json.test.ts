/** The JSON of a reading, against JSON.stringify of the plain object: the same bytes. */

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatScaled } from '../../src/core/scaled.ts'
import { isoWithOffset, isoWriter } from '../../src/core/time.ts'
import { createReadingJson } from '../../src/publish/reading-json.ts'
import { codesOf } from '../../src/reading/quality-codes.ts'
import type { Change } from '../../src/store/store.ts'
import { rounds } from '../support/rounds.ts'
import { changeOf } from './changes.ts'

function plain(change: Change, offsetMinutes: number, isHistorical: boolean): string {
  return JSON.stringify({
    id: change.id,
    sequence: change.sequence,
    obis: change.obis,
    value: formatScaled(change.value),
    unit: change.unit,
    readAt: isoWithOffset(change.readAt, offsetMinutes),
    receivedAt: isoWithOffset(change.receivedAt, offsetMinutes),
    kind: change.kind,
    quality: change.quality,
    codes: codesOf(change.quality, change.findings),
    version: change.version,
    ...(isHistorical ? { historical: true } : {}),
  })
}

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string(),
  fc.constantFrom('\ud800', '"', '\\', '\u2028', '</script>', '1-0:1.8.0', ''),
)
const instant = fc.oneof(
  fc.integer({ min: -1e12, max: 253_402_200_000_000 }),
  fc.integer({ min: 0, max: 120_000 }).map(ms => Date.UTC(2026, 10, 21) + ms),
  fc.constantFrom(0, -1, 59_999, 60_000),
)
const finding = fc.record({
  rule: fc.constant('V-R1'),
  verdict: fc.constant('suspect' as const),
  severity: fc.constant(2 as const),
  codes: fc.array(text, { maxLength: 3 }),
  evidence: text,
})
const change = fc
  .record({
    id: text,
    sequence: fc.maxSafeNat(),
    obis: text,
    unit: text,
    value: fc.record({ digits: fc.bigInt(), scaler: fc.integer({ min: -9, max: 9 }) }),
    readAt: instant,
    receivedAt: instant,
    kind: fc.constantFrom('poll' as const, 'freeze' as const),
    quality: fc.constantFrom('good' as const, 'suspect' as const),
    findings: fc.array(finding, { maxLength: 2 }),
    version: fc.nat(),
  })
  .map(over => changeOf(1, over))

test('is what JSON.stringify gives, byte for byte', () => {
  const check = fc.property(
    fc.array(fc.tuple(change, fc.boolean()), { maxLength: 20 }),
    fc.integer({ min: -14 * 60, max: 14 * 60 }),
    (changes, offset) => {
      const write = createReadingJson(offset)
      for (const [one, isHistorical] of changes)
        expect(write(one, isHistorical)).toBe(plain(one, offset, isHistorical))
    },
  )
  fc.assert(check, rounds(41, 2_000))
})

test('times are those of isoWithOffset, in any order', () => {
  const check = fc.property(
    fc.array(instant),
    fc.integer({ min: -14 * 60, max: 14 * 60 }),
    (instants, offset) => {
      const write = isoWriter(offset)
      for (const one of instants) expect(write(one)).toBe(isoWithOffset(one, offset))
    },
  )
  fc.assert(check, rounds(43, 2_000))
})
