/** Days of intervals as formats are given them, made at random or by hand. */

import fc from 'fast-check'
import { DAY, MINUTE } from '../../src/core/time.ts'
import type {
  ExportAbout,
  ExportedInterval,
  ExportFormat,
  IntervalDay,
  Place,
} from '../../src/export/export-row.ts'

/** 2026-03-01T00:00:00+08:00. */
export const MARCH = Date.UTC(2026, 1, 28, 16)

export const NOWHERE: Place = { account: '', point: '', meterNumber: '', assetNumber: '' }

export const ABOUT: ExportAbout = {
  gateway: 'gateway-01',
  offsetMinutes: 480,
  asOf: Date.UTC(2026, 2, 2, 22, 15, 30),
  batchId: 'B000017-0a1b2c3d',
}

export const measured = (digits: bigint, scaler = -2): ExportedInterval => ({
  mark: 'measured',
  value: { digits, scaler },
  method: null,
})
export const estimated = (digits: bigint, method: 'linear' | 'like-days', scaler = -2): ExportedInterval => ({
  mark: 'estimated',
  value: { digits, scaler },
  method,
})
export const MISSING: ExportedInterval = { mark: 'missing', value: null, method: null }

/** A day of quarters of 0.01 kWh, 0.02 kWh … measured, unless other intervals are given. */
export function dayMade(
  other: Partial<IntervalDay> = {},
  at: Readonly<Record<number, ExportedInterval>> = {},
): IntervalDay {
  const everyMs = other.everyMs ?? 15 * MINUTE
  const intervals = Array.from(
    { length: DAY / everyMs },
    (_, place) => at[place] ?? measured(BigInt(place + 1)),
  )
  return {
    place: NOWHERE,
    meter: 'flat-01',
    obis: '1-0:1.8.0',
    unit: 'kWh',
    from: MARCH,
    everyMs,
    intervals,
    ...other,
  }
}

export function writeAll<Row>(
  format: ExportFormat<Row>,
  rows: readonly Row[],
  about: ExportAbout = ABOUT,
): string {
  const writer = format.begin(about)
  return [writer.head(), ...rows.map(row => writer.put(row)), writer.tail()].join('')
}

/** Steps of a register between the reads that intervals were made of: whole numbers of its smallest digit. */
const counted = fc.oneof(
  { weight: 8, arbitrary: fc.bigInt({ min: 0n, max: 99_999n }) },
  fc.bigInt({ min: 0n, max: 10n ** 9n }),
)

const runs = fc.array(
  fc.record({
    length: fc.integer({ min: 1, max: 120 }),
    kind: fc.constantFrom('measured', 'measured', 'linear', 'like-days', 'missing'),
  }),
  { minLength: 1, maxLength: 6 },
)

const registers = fc.uniqueArray(
  fc.constantFrom('1-0:1.8.0', '1-0:2.8.0', '1-0:5.8.0', '1-0:6.8.0', '1-0:7.8.0', '1-0:8.8.0'),
  { minLength: 1, maxLength: 3 },
)

/** Whole days of meters that follow each other, each of some registers, each register in order. */
export function daysMade({
  mostMeters = 3,
}: {
  readonly mostMeters?: number
} = {}): fc.Arbitrary<readonly IntervalDay[]> {
  const register = fc.record({
    everyMs: fc.constantFrom(5 * MINUTE, 15 * MINUTE, 30 * MINUTE),
    scaler: fc.integer({ min: -4, max: 0 }),
    days: fc.uniqueArray(fc.nat(40), { minLength: 1, maxLength: 2 }),
    runs,
    counts: fc.array(counted, { minLength: 7, maxLength: 7 }),
  })
  const meter = fc.record({
    point: fc.constantFrom('', 'some other point'),
    meterNumber: fc.constantFrom('', '000123456789', '1234567890123'),
    registers: registers.chain(all => fc.tuple(...all.map(obis => register.map(one => ({ obis, ...one }))))),
  })
  return fc.array(meter, { minLength: 1, maxLength: mostMeters }).map(meters =>
    meters.flatMap(({ point, meterNumber, registers }, number) =>
      registers.flatMap(({ obis, everyMs, scaler, days, runs, counts }) =>
        days
          .toSorted((a, b) => a - b)
          .map(
            (day): IntervalDay => ({
              place: { ...NOWHERE, point: point && `${point} ${number}`, meterNumber },
              meter: `meter-${number}`,
              obis,
              unit: /:[12]\./.test(obis) ? 'kWh' : 'kvarh',
              from: MARCH + day * DAY,
              everyMs,
              intervals: intervalsOf(runs, counts, scaler).slice(0, DAY / everyMs),
            }),
          ),
      ),
    ),
  )
}

function intervalsOf(
  runs: readonly { readonly length: number; readonly kind: string }[],
  counts: readonly bigint[],
  scaler: number,
): readonly ExportedInterval[] {
  const kinds = Array.from({ length: 288 }, () =>
    runs.flatMap(({ length, kind }) => Array<string>(length).fill(kind)),
  )
  return kinds
    .flat()
    .slice(0, 288)
    .map((kind, place) => {
      const digits = counts[place % counts.length] ?? 0n
      if (kind === 'missing') return MISSING
      return kind === 'measured' ? measured(digits, scaler) : estimated(digits, kind as 'linear', scaler)
    })
}
