/** D-01 CSV: what is written is what another's parser reads, exactly; a spreadsheet takes no text for anything else. */

import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addScaled, compareScaled, formatScaled, multiplyScaled, parseScaled } from '../../src/core/scaled.ts'
import { DAY, isoWithOffset } from '../../src/core/time.ts'
import { BILLING_READS_COLUMNS, billingReadsCsv } from '../../src/export/billing-reads-csv.ts'
import { csvText, MACHINE } from '../../src/export/csv.ts'
import type { IntervalDay, ReleasedRow } from '../../src/export/export-row.ts'
import { INTERVALS_COLUMNS, intervalsCsv } from '../../src/export/intervals-csv.ts'
import { ndjson } from '../../src/export/ndjson.ts'
import { beforeMultiplier } from '../../src/export/register-value.ts'
import { periodsOf } from '../../src/reading/billing/periods.ts'
import type { Release, ReleasedRegister } from '../../src/reading/billing/release.ts'
import { readId } from '../../src/reading/identity.ts'
import { readEntry, writeEntry } from '../../src/store/book/entry.ts'
import { writePeriod } from '../../src/store/book/period-entry.ts'
import { MIDNIGHT, NEEDED } from '../support/api.ts'

const OFFSET = 480
const ABOUT = { gateway: 'gw', offsetMinutes: OFFSET, asOf: MIDNIGHT + DAY, batchId: 'gw-1-7-0a' }
const PEOPLE = { bom: true, people: true }

const word = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.constantFrom(
    'a,b',
    '"',
    '""',
    ',',
    '\r\n',
    '\n',
    "'",
    '=1+1',
    '+86',
    '-1',
    '@SUM(A1)',
    '\t',
    '1E5',
    '000123456789',
  ),
)
const place = fc.record({ account: word, point: word, meterNumber: word, assetNumber: word })

const register = (obis: string): fc.Arbitrary<ReleasedRegister> =>
  fc
    .record({
      raw: fc.bigInt({ min: 0n, max: 10n ** 15n }),
      kind: fc.constantFrom('read', 'interpolated', 'like-days', 'person'),
      evidence: word,
    })
    .map(({ raw, kind, evidence }) => ({
      obis,
      value: { digits: raw, scaler: -2 },
      unit: 'kWh',
      reading:
        kind === 'read' ? readId({ meter: 'm1', obis, kind: 'freeze', slot: MIDNIGHT, version: 1 }) : null,
      codes: [kind === 'read' ? '2.0.1' : '2.8.0'],
      witnesses: [],
      estimate:
        kind === 'interpolated' || kind === 'like-days'
          ? { method: kind, evidence: `because ${evidence}` }
          : null,
    }))

const release = (boundary: number): fc.Arbitrary<Release> =>
  fc
    .record({
      registers: fc.tuple(...NEEDED.slice(0, 3).map(register)),
      multiplier: fc.constantFrom('1', '30', '1.5', '80.0', '1000'),
      version: fc.integer({ min: 1, max: 4 }),
      text: word,
      isSplitInDoubt: fc.boolean(),
    })
    .map(({ registers, multiplier, version, text, isSplitInDoubt }) => ({
      meter: 'm1',
      boundary,
      version,
      standing: isSplitInDoubt ? ('totals-only' as const) : ('actual' as const),
      registers: registers.map(one => ({
        ...one,
        value: multiplyScaled(one.value, parseScaled(multiplier)!),
      })),
      withheld: isSplitInDoubt ? NEEDED.slice(3) : [],
      multiplier,
      segment: 1,
      remarks:
        text === ''
          ? []
          : [{ condition: 'time', code: 'CLOCK_OFF', obis: null, text, blocks: 'tariffs' } as const],
      recordedAt: boundary + DAY,
      by: 'rule',
    }))

const rows: fc.Arbitrary<ReleasedRow[]> = fc
  .record({
    place,
    releases: fc.tuple(release(MIDNIGHT), release(MIDNIGHT + DAY), release(MIDNIGHT + 2 * DAY)),
  })
  .map(one => one.releases.map((each, nth) => rowOf(one.place, each, one.releases[nth - 1] ?? null, nth)))

function rowOf(of: ReleasedRow['place'], release: Release, before: Release | null, nth: number): ReleasedRow {
  const entry = (one: Release, sequence: number) =>
    readEntry(writeEntry(one, { sequence, batch: 1 }, OFFSET), {
      boundary: one.boundary,
      recordedAt: one.recordedAt,
    })
  const previous = before && entry(before, nth)
  const own = entry(release, nth + 1)
  return {
    place: of,
    release: own,
    previous,
    period: periodsOf(previous ? [previous, own] : [])[0] ?? null,
    past: [],
    held: [],
  }
}

function fileOf<Row>(
  format: { begin(about: typeof ABOUT): { head(): string; put(row: Row): string; tail(): string } },
  all: readonly Row[],
) {
  const writer = format.begin(ABOUT)
  return [writer.head(), ...all.map(row => writer.put(row)), writer.tail()].join('')
}

/** As RFC 4180 says and no more: CRLF alone ends a record, and a quote within an unquoted field is an error. */
function parsed(text: string): Record<string, string>[] {
  return parse(text, { columns: true, record_delimiter: '\r\n', bom: true })
}

const exactSum = (texts: readonly string[]) =>
  formatScaled(
    texts
      .filter(text => text !== '')
      .map(text => parseScaled(text)!)
      .reduce(addScaled, { digits: 0n, scaler: -9 }),
  )

/** What a spreadsheet makes of it: numbers, dates and times, truth values, formulas; in words and digits of others too. */
const MORE_THAN_TEXT = [
  ...['1E5', '1.5', '-7', '.5', '5%', '1.8.0', ' 12', '（5）', '１２３', '￥5', '€ 5', '1e+5', '1 1/2'],
  ...[
    '2026-03-01',
    '1/2',
    '12:30',
    'MAR1',
    'SEP-21',
    '1-NOV',
    '1NOV',
    'Sept 21',
    '1. Mai',
    '1 août 2026',
    'Mrz 1',
  ],
  ...[
    '12-DEZ',
    'мая 1',
    '3月1日',
    '2026年3月',
    '上午9:00',
    '2026年3月1日下午5时',
    '9 p',
    '9pm',
    '9:00 AM',
    '2026-03-01T00:00:00Z',
  ],
  ...['TRUE', 'false', 'Wahr', 'ИСТИНА', '=A1', '＝1+1', '＋1', '－1', '＠SUM', ' =1+1', '\t1'],
]
const JUST_TEXT = [
  ...[
    'flat-02',
    'A2019120001',
    '',
    'A',
    'MARKET-12',
    'MA1',
    'TRUENESS',
    '5号楼',
    '12b',
    'May',
    'e5',
    'T1',
    'Z-1',
  ],
  ...['0123e4567f', '2.0.1;2.8.0 x', '户号001', 'A+.T1', 'x=1', 'kWh', '12 apples', '三月一日', '1D5', 'PM5'],
]

describe('billing_reads_v1', () => {
  test('what was written is what is read: words, values, times, and the columns in their order', () => {
    fc.assert(
      fc.property(rows, all => {
        const file = fileOf(billingReadsCsv(MACHINE), all)
        expect(file.slice(0, file.indexOf('\r\n'))).toBe(BILLING_READS_COLUMNS.join(','))
        const told = parsed(file)
        const expected = all.flatMap(({ release }) => [
          ...release.registers.map(({ obis }) => obis),
          ...release.withheld,
        ])
        expect(told.length).toBe(expected.length)
        let at = 0
        for (const { place, release, previous, period } of all) {
          for (const one of release.registers) {
            const row = told[at++]!
            const used = period?.quantities.find(({ obis }) => obis === one.obis)
            expect(row).toMatchObject({
              schema: 'billing_reads/1',
              batch_id: ABOUT.batchId,
              account_no: place.account,
              point_id: place.point,
              meter_no: place.meterNumber === '' ? 'm1' : place.meterNumber,
              asset_no: place.assetNumber,
              boundary_time: isoWithOffset(release.boundary, OFFSET),
              unit: 'kWh',
              multiplier: release.multiplier,
              quantity_since_prev: used ? formatScaled(used.value) : '',
              prev_boundary_time: previous ? isoWithOffset(previous.boundary, OFFSET) : '',
              version: String(release.version),
              supersedes_version: release.version > 1 ? String(release.version - 1) : '',
              release_state: 'final',
              evidence_ref: one.reading ?? '',
              iec_quality: one.codes.join(';'),
            })
            const times = multiplyScaled(
              parseScaled(row['register_value']!)!,
              parseScaled(release.multiplier)!,
            )
            expect(compareScaled(times, one.value)).toBe(0)
            const letter = one.estimate
              ? one.estimate.method === 'like-days'
                ? 'E'
                : 'S'
              : one.reading
                ? 'A'
                : 'F'
            expect([row['quality'], row['method']]).toEqual([
              letter,
              one.estimate?.method ?? (one.reading ? '' : 'manual'),
            ])
            if (one.estimate) expect(row['reason_text']).toContain(one.estimate.evidence)
            for (const { text, code } of release.remarks) {
              expect(row['reason_text']).toContain(text)
              expect(row['reason_code']).toBe(code)
            }
          }
          for (const _ of release.withheld)
            expect(told[at++]).toMatchObject({
              quality: 'N',
              iec_quality: '2.5.258',
              register_value: '',
              quantity_since_prev: '',
            })
        }
      }),
      { numRuns: 150 },
    )
  })

  test('the quantities of a column add up to the periods, those that are estimated among them', () => {
    fc.assert(
      fc.property(rows, all => {
        const told = parsed(fileOf(billingReadsCsv(MACHINE), all))
        for (const [nth, obis] of NEEDED.slice(0, 3).entries()) {
          const own = told.filter(row => row['register'] === ['A+.T0', 'A+.T1', 'A+.T2'][nth])
          const quantities = all
            .flatMap(({ period }) => period?.quantities ?? [])
            .filter(one => one.obis === obis)
          expect(exactSum(own.map(row => row['quantity_since_prev']!))).toBe(
            exactSum(quantities.map(({ value }) => formatScaled(value))),
          )
          const estimated = all.map(({ release }) => release.registers[nth]?.estimate !== null)
          const expected = own.map((row, at) =>
            estimated[at] || estimated[at - 1] ? exactSum([row['quantity_since_prev']!]) : exactSum(['0']),
          )
          expect(own.slice(1).map(row => exactSum([row['estimated_kwh']!]))).toEqual(expected.slice(1))
        }
      }),
      { numRuns: 100 },
    )
  })

  test('for people no cell of words is a formula, a number or a date to a spreadsheet; for machines none is touched', () => {
    const words = ['account_no', 'point_id', 'meter_no', 'asset_no', 'register', 'reason_text'] as const
    fc.assert(
      fc.property(rows, all => {
        const file = fileOf(billingReadsCsv(PEOPLE), all)
        expect(file.startsWith('\uFEFFschema,')).toBe(true)
        const shown = parsed(file)
        const plain = parsed(fileOf(billingReadsCsv(MACHINE), all))
        for (const [nth, row] of shown.entries())
          for (const column of words) {
            const cell = row[column]!
            expect(cell).not.toMatch(/^[=+\-@\t\r]/)
            expect(cell === '' || cell.trim() === '' || Number.isNaN(Number(cell))).toBe(true)
            expect([cell, cell.slice(1)]).toContain(plain[nth]![column])
          }
      }),
      { numRuns: 100 },
    )
  })

  test("a meter's number keeps its zeros, and is text where a spreadsheet opens it", () => {
    const cell = (variant = MACHINE) => csvText(variant).text('000123456789')
    expect([cell(), cell(PEOPLE)]).toEqual(['000123456789', "'000123456789"])
    for (const text of MORE_THAN_TEXT) expect(csvText(PEOPLE).text(text)).toBe(`'${text}`)
    for (const text of JUST_TEXT) expect([text, `"${text}"`]).toContain(csvText(PEOPLE).text(text))
    for (const text of MORE_THAN_TEXT) expect(csvText(MACHINE).text(text)).toBe(text)
  })
})

describe('the value before the multiplier', () => {
  const scaled = fc.record({
    digits: fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }),
    scaler: fc.integer({ min: -6, max: 2 }),
  })
  const factor = fc.record({
    digits: fc.bigInt({ min: 1n, max: 10n ** 6n }),
    scaler: fc.integer({ min: -3, max: 0 }),
  })

  test('is, digit for digit, what the meter showed', () => {
    fc.assert(
      fc.property(scaled, factor, (raw, by) => {
        expect(beforeMultiplier(multiplyScaled(raw, by), formatScaled(by))).toEqual(raw)
      }),
    )
  })

  test('is exact or is not there', () => {
    fc.assert(
      fc.property(scaled, factor, (value, by) => {
        const own = beforeMultiplier(value, formatScaled(by))
        if (own) expect(compareScaled(multiplyScaled(own, by), value)).toBe(0)
        // A quotient that ends does so within as many decimals as the divisor has bits.
        else expect((value.digits * 10n ** 64n) % by.digits).not.toBe(0n)
      }),
    )
    expect(beforeMultiplier({ digits: 10_001n, scaler: -2 }, '30')).toBeNull()
    expect(beforeMultiplier({ digits: 10_001n, scaler: -2 }, '8')).toEqual({
      digits: 1_250_125n,
      scaler: -5,
    })
  })
})

test('intervals_v1 is start-stamped, and what is missing has no value', () => {
  const day: IntervalDay = {
    place: { account: '', point: '', meterNumber: '000000000161', assetNumber: '' },
    meter: 'm1',
    obis: '1-0:1.8.0',
    unit: 'kWh',
    from: MIDNIGHT,
    everyMs: DAY / 3,
    intervals: [
      { mark: 'measured', value: { digits: 120n, scaler: -3 }, method: null },
      { mark: 'estimated', value: { digits: 7n, scaler: -3 }, method: 'linear' },
      { mark: 'missing', value: null, method: null },
    ],
  }
  const file = fileOf(intervalsCsv(MACHINE), [day])
  expect(file.slice(0, file.indexOf('\r\n'))).toBe(INTERVALS_COLUMNS.join(','))
  const told = parsed(file)
  expect(
    told.map(row => [
      row['interval_start'],
      row['interval_seconds'],
      row['value'],
      row['quality'],
      row['method'],
    ]),
  ).toEqual([
    ['2026-11-21T00:00:00+08:00', '28800', '0.120', 'A', ''],
    ['2026-11-21T08:00:00+08:00', '28800', '0.007', 'S', 'linear'],
    ['2026-11-21T16:00:00+08:00', '28800', '', 'N', ''],
  ])
  expect(told[0]).toMatchObject({
    point_id: '',
    meter_no: '000000000161',
    version: String((MIDNIGHT + DAY) / 1_000),
  })
})

test('NDJSON: a line is the release as it is kept, its place and its period', () => {
  fc.assert(
    fc.property(rows, all => {
      const lines = fileOf(ndjson, all).split('\n')
      expect(lines.pop()).toBe('')
      for (const [nth, line] of lines.entries()) {
        const { release, place, period } = all[nth]!
        const { place: told, period: ends, past, held, ...kept } = JSON.parse(line)
        expect(JSON.stringify(kept)).toBe(release.text)
        expect([told, past, held]).toEqual([place, [], []])
        expect(ends).toEqual(period && writePeriod(period, OFFSET))
        expect(ends?.to ?? null).toBe(period && isoWithOffset(release.boundary, OFFSET))
      }
    }),
    { numRuns: 50 },
  )
})
