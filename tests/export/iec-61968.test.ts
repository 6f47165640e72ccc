/** IEC 61968-9 messages: right by the schema of the profile, held by a validator that is not ours, and read back exactly. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { digitsAt, formatScaled, subtractScaled } from '../../src/core/scaled.ts'
import { DAY } from '../../src/core/time.ts'
import type { IntervalDay, Place, ReleasedRow } from '../../src/export/export-row.ts'
import { IEC_61968, IEC_61968_INTERVALS } from '../../src/export/iec-61968.ts'
import { periodsOf } from '../../src/reading/billing/periods.ts'
import type { Release } from '../../src/reading/billing/release.ts'
import { readEntry, writeEntry } from '../../src/store/book/entry.ts'
import { millionthsOf, type ReadInterval, readIec61968Intervals } from '../support/export-readers.ts'
import {
  ABOUT,
  dayMade,
  daysMade,
  estimated,
  MARCH,
  MISSING,
  NOWHERE,
  writeAll,
} from '../support/exported-days.ts'
import { register, released } from '../support/released.ts'
import { rounds } from '../support/rounds.ts'

const SCHEMA = join(import.meta.dirname, '..', '..', 'docs', 'meterd-61968-9-json-1.schema.json')
const isRight = new Ajv2020({ strict: true, strictRequired: false }).compile(
  JSON.parse(readFileSync(SCHEMA, 'utf8')),
)

/** Any message or part of one, to be looked at and spoilt. */
// biome-ignore lint/suspicious/noExplicitAny: what JSON.parse gives, of a shape the schema is here to prove
type Json = any

function messagesOf(text: string): Json[] {
  return text
    .split('\n')
    .filter(Boolean)
    .map(line => JSON.parse(line))
}

function rowOf(
  release: Partial<Release>,
  place: Place = NOWHERE,
  previous: ReleasedRow | null = null,
): ReleasedRow {
  const whole = {
    ...released(MARCH, [register('1-0:1.8.0', '12345.67')]),
    recordedAt: MARCH + 1_051_000,
    ...release,
  }
  const text = writeEntry(whole, { sequence: 7, batch: 3 }, 480)
  const entry = readEntry(text, whole)
  const period = previous ? (periodsOf([previous.release, entry])[0] ?? null) : null
  return { place, release: entry, previous: previous?.release ?? null, period, past: [], held: [] }
}

const FULL: Place = { account: '0007', point: '3600000001', meterNumber: '000123456789', assetNumber: 'A-1' }

describe('IEC 61968-9', () => {
  test('D-01 a release is a Reading, with its value as a string, quality, version and both its times', () => {
    const [message, ...others] = messagesOf(writeAll(IEC_61968, [rowOf({}, FULL)]))
    expect(others).toEqual([])
    expect(isRight(message) || isRight.errors).toBe(true)
    expect(message).toEqual({
      profile: 'meterd-61968-9-json/1',
      Header: {
        ...{
          Verb: 'created',
          Noun: 'MeterReadings',
          Revision: '2.0',
          Timestamp: '2026-03-03T06:15:30+08:00',
        },
        ...{ Source: 'gateway-01', MessageID: expect.any(String), CorrelationID: expect.any(String) },
        'x-batch': 'B000017-0a1b2c3d',
      },
      Payload: { MeterReadings: { MeterReading: [expect.anything()] } },
    })
    expect(message.Payload.MeterReadings.MeterReading[0]).toEqual({
      valuesInterval: { start: '2026-03-01T00:00:00+08:00', end: '2026-03-01T00:00:00+08:00' },
      Meter: {
        ...{ mRID: '000000000001', serialNumber: '000123456789' },
        Names: [
          { name: '000123456789', NameType: 'MeterNo' },
          { name: 'A-1', NameType: 'AssetNo' },
        ],
      },
      UsagePoint: { mRID: '3600000001' },
      'x-account': '0007',
      Readings: [
        {
          ReadingTypeRef: '11.0.0.1.1.1.12.0.0.0.0.0.0.0.0.3.72.0',
          ...{ timeStamp: '2026-03-01T00:00:00+08:00', reportedDateTime: '2026-03-01T00:17:31+08:00' },
          ...{ reason: 'billing', source: 'gateway-01', value: '12345.67' },
          ReadingQualities: [
            { ReadingQualityTypeRef: '2.0.1', source: 'gateway-01', timeStamp: '2026-03-01T00:17:31+08:00' },
          ],
          ...{ 'x-obis': '1-0:1.8.0', 'x-state': 'final', 'x-version': 1, 'x-multiplier': '1' },
          ...{ 'x-segment': 1, 'x-batch': 3 },
        },
      ],
      IntervalBlocks: [],
    })
  })

  test('D-01 estimated, edited, corrected, withheld and withdrawn are each told in the words of the standard', () => {
    const start = rowOf({ registers: [register('1-0:1.8.0', '1.00'), register('1-0:1.8.1', '0.50')] })
    const estimate = { method: 'interpolated', evidence: 'between 1.00 and 3.00' } as const
    const one = { ...register('1-0:1.8.0', '2.00'), reading: null, codes: ['2.8.0'], estimate }
    const persons = { ...register('1-0:1.8.0', '2.50'), reading: null, codes: [] }
    const doubtful = { ...register('1-0:1.8.0', '2.60'), codes: ['2.10.1'] }
    const at = (release: Partial<Release>) => rowOf({ boundary: MARCH + DAY, ...release }, NOWHERE, start)
    const rows = [
      at({ standing: 'estimated', registers: [one] }),
      at({ standing: 'edited', registers: [persons], version: 2, by: 'wang' }),
      at({ standing: 'totals-only', registers: [doubtful], version: 3, withheld: ['1-0:1.8.1'] }),
      at({ standing: 'withdrawn', registers: [], version: 4, withheld: ['1-0:1.8.0', '1-0:99.8.0'] }),
    ]
    const text = writeAll(IEC_61968, rows)
    const [message] = messagesOf(text)
    expect(isRight(message) || isRight.errors).toBe(true)
    const [told] = message.Payload.MeterReadings.MeterReading
    expect(told.valuesInterval).toEqual({
      start: '2026-03-01T00:00:00+08:00',
      end: '2026-03-02T00:00:00+08:00',
    })
    const short = told.Readings.map((reading: Json) => [
      ...[
        reading['x-version'],
        reading['x-supersedes'],
        reading['x-state'],
        reading['x-obis'],
        reading.value,
      ],
      reading.ReadingQualities.map((one: Json) =>
        [one.ReadingQualityTypeRef, one.comment].filter(Boolean).join(' '),
      ).join(),
    ])
    expect(short).toEqual([
      [1, undefined, 'final', '1-0:1.8.0', '2.00', '2.8.0 interpolated: between 1.00 and 3.00'],
      [2, 1, 'final', '1-0:1.8.0', '2.50', '2.7.0 by wang'],
      [3, 2, 'final', '1-0:1.8.0', '2.60', '2.10.1'],
      [3, 2, 'final', '1-0:1.8.1', undefined, '2.5.258'],
      [4, 3, 'withdrawn', '1-0:1.8.0', undefined, '2.5.259'],
      [4, 3, 'withdrawn', '1-0:99.8.0', undefined, '2.5.259'],
    ])
    expect(told.Readings.at(-1).ReadingTypeRef).toBe('0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0')
    expect(told.Readings.at(-2).ReadingTypeRef).toBe('11.0.0.1.1.1.12.0.0.0.0.0.0.0.0.3.72.0')
  })

  test('D-02 intervals are stamped with their end, each with its quality', () => {
    const [message] = messagesOf(
      writeAll(IEC_61968_INTERVALS, [dayMade({}, { 0: MISSING, 95: estimated(7n, 'linear') })]),
    )
    expect(isRight(message) || isRight.errors).toBe(true)
    const [told] = message.Payload.MeterReadings.MeterReading
    const [block, ...others] = told.IntervalBlocks
    expect(others).toEqual([])
    expect(told.valuesInterval).toEqual({
      start: '2026-03-01T00:00:00+08:00',
      end: '2026-03-02T00:00:00+08:00',
    })
    expect(block.ReadingTypeRef).toBe('0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0')
    expect(block.IntervalReadings).toHaveLength(96)
    expect([block.IntervalReadings[0], block.IntervalReadings[1], block.IntervalReadings[95]]).toEqual([
      { timeStamp: '2026-03-01T00:15:00+08:00', ReadingQualities: [{ ReadingQualityTypeRef: '2.5.259' }] },
      {
        timeStamp: '2026-03-01T00:30:00+08:00',
        value: '0.02',
        ReadingQualities: [{ ReadingQualityTypeRef: '2.0.1' }],
      },
      {
        ...{ timeStamp: '2026-03-02T00:00:00+08:00', value: '0.07' },
        ReadingQualities: [{ ReadingQualityTypeRef: '2.8.0', comment: 'linear' }],
      },
    ])
  })

  test('D-02 random days read back as the same integers; messages are right, of at most 5,000, and sums are theirs', () => {
    fc.assert(
      fc.property(daysMade({ mostMeters: 6 }), rows => {
        const text = writeAll(IEC_61968_INTERVALS, rows)
        const messages = messagesOf(text)
        for (const message of messages) expect(isRight(message) || isRight.errors).toBe(true)
        const counts = messages.map(message =>
          message.Payload.MeterReadings.MeterReading.flatMap((one: Json) => one.IntervalBlocks)
            .map((block: Json) => block.IntervalReadings.length)
            .reduce((all: number, one: number) => all + one, 0),
        )
        expect(Math.max(...counts)).toBeLessThanOrEqual(5_000)
        expect(readIec61968Intervals(text)).toEqual(told(rows))
        expect(writeAll(IEC_61968_INTERVALS, rows)).toBe(text)
      }),
      rounds(831, 12),
    )
  })

  test('D-01 random registers read back as the same integers, leading zeros and all', () => {
    const values = fc.array(
      fc.record({ digits: fc.bigInt({ min: 0n, max: 10n ** 15n }), scaler: fc.integer({ min: -6, max: 3 }) }),
      {
        minLength: 1,
        maxLength: 4,
      },
    )
    fc.assert(
      fc.property(values, fc.stringMatching(/^0[0-9]{0,11}$/), (all, meterNumber) => {
        const registers = all.map((value, tariff) => ({ ...register(`1-0:1.8.${tariff}`, '0'), value }))
        const text = writeAll(IEC_61968, [rowOf({ registers }, { ...NOWHERE, meterNumber })])
        const [message] = messagesOf(text)
        expect(isRight(message) || isRight.errors).toBe(true)
        const [told] = message.Payload.MeterReadings.MeterReading
        expect(told.Meter.serialNumber).toBe(meterNumber)
        expect(told.Readings.map(({ value }: Json) => millionthsOf(value))).toEqual(
          all.map(value => digitsAt(value, -6)),
        )
      }),
      rounds(832, 100),
    )
  })

  test('D-02 what is more than 5,000 readings goes on in the next message, its meters each once', () => {
    const rows = Array.from({ length: 60 }, (_, day) =>
      dayMade({ from: MARCH + day * DAY, meter: `flat-${day % 2}` }),
    )
    const messages = messagesOf(writeAll(IEC_61968_INTERVALS, rows))
    const meters = messages.map(message =>
      message.Payload.MeterReadings.MeterReading.map((one: Json) => one.Meter.mRID),
    )
    // 52 days of 96 are 4,992.
    expect(meters).toEqual([
      ['flat-0', 'flat-1'],
      ['flat-0', 'flat-1'],
    ])
    const blocks = messages[0].Payload.MeterReadings.MeterReading.map(
      (one: Json) => one.IntervalBlocks[0].IntervalReadings,
    )
    expect(blocks.map((all: Json[]) => all.length)).toEqual([26 * 96, 26 * 96])
    const ids = messages.map(({ Header }) => Header.MessageID)
    expect(new Set(ids).size).toBe(2)
    expect(new Set(messages.map(({ Header }) => Header.CorrelationID)).size).toBe(1)
    const other = messagesOf(writeAll(IEC_61968_INTERVALS, rows, { ...ABOUT, batchId: 'B000018-ffffffff' }))
    expect(ids).not.toContain(other[0].Header.MessageID)
    expect(writeAll(IEC_61968_INTERVALS, [])).toBe('')
  })

  test('D-02 registers of boundaries that follow each other give the period’s quantity, and intervals of the day its sum', () => {
    const start = rowOf({ meter: 'flat-01', registers: [register('1-0:1.8.0', '1000.00')] })
    const end = rowOf(
      { meter: 'flat-01', boundary: MARCH + DAY, registers: [register('1-0:1.8.0', '1046.56')] },
      NOWHERE,
      start,
    )
    const writer = IEC_61968.begin(ABOUT)
    const text = [writer.put(start), writer.put(end), writer.tail()].join('')
    const [first, second] = messagesOf(text)[0].Payload.MeterReadings.MeterReading[0].Readings
    const [used] = end.period!.quantities
    const counted = readIec61968Intervals(writeAll(IEC_61968_INTERVALS, [dayMade()])).get(
      'flat-01 1-0:1.8.0',
    )!
    const sum = counted.reduce((all, { millionths }) => all + (millionths ?? 0n), 0n)
    expect(digitsAt(used!.value, -6)).toBe(sum)
    const between = subtractScaled(
      ...([second.value, first.value].map(value => ({
        digits: BigInt(value.replace('.', '')),
        scaler: -2,
      })) as [never, never]),
    )
    expect(formatScaled(between)).toBe(formatScaled(used!.value))
  })

  const BREACHES: readonly [string, (message: Json, reading: Json, interval: Json) => void][] = [
    ['another profile', message => (message.profile = 'smgw-61968-9-json/1')],
    ['no header', message => delete message.Header],
    ['another verb', message => (message.Header.Verb = 'get')],
    ['a field nobody knows', message => (message.Header.Nonce = '1')],
    ['an id that is no UUID', message => (message.Header.MessageID = '01J')],
    ['a time without offset', message => (message.Header.Timestamp = '2026-03-01T00:00:00')],
    ['no meters', message => (message.Payload.MeterReadings.MeterReading = [])],
    ['a value that is a number', (_, reading) => (reading.value = 12345.67)],
    ['a value with an exponent', (_, reading) => (reading.value = '1e3')],
    ['a value with a leading zero', (_, reading) => (reading.value = '012.5')],
    ['no value and no word why', (_, reading) => delete reading.value],
    ['no quality', (_, reading) => (reading.ReadingQualities = [])],
    ['a quality of two numbers', (_, reading) => (reading.ReadingQualities[0].ReadingQualityTypeRef = '2.0')],
    [
      'a reading type of seventeen fields',
      (_, reading) => (reading.ReadingTypeRef = '11.0.0.1.1.1.12.0.0.0.0.0.0.0.0.3.72'),
    ],
    ['no version', (_, reading) => delete reading['x-version']],
    ['version 0', (_, reading) => (reading['x-version'] = 0)],
    ['another reason', (_, reading) => (reading.reason = 'because')],
    ['a state that is none', (_, reading) => (reading['x-state'] = 'provisional')],
    ['a code that is no OBIS code', (_, reading) => (reading['x-obis'] = '1.8.0')],
    ['an interval without a quality', (_, __, interval) => delete interval.ReadingQualities],
    ['an interval that is missing without a word', (_, __, interval) => delete interval.value],
    ['an interval without its end', (_, __, interval) => delete interval.timeStamp],
    ['an interval with its begin', (_, __, interval) => (interval.start = '2026-03-01T00:00:00+08:00')],
  ]

  test.each(BREACHES)('D-02 the schema refuses %s', (_, spoil) => {
    const writer = IEC_61968.begin(ABOUT) as { put(row: ReleasedRow | IntervalDay): string; tail(): string }
    const text = [writer.put(rowOf({ meter: 'flat-01' })), writer.put(dayMade()), writer.tail()].join('')
    const [message] = messagesOf(text)
    expect(isRight(message) || isRight.errors).toBe(true)
    const [meter, ...others] = message.Payload.MeterReadings.MeterReading
    expect(others).toEqual([])
    spoil(message, meter.Readings[0], meter.IntervalBlocks[0].IntervalReadings[0])
    expect(isRight(message)).toBe(false)
  })
})

function told(rows: readonly IntervalDay[]): Map<string, ReadInterval[]> {
  const found = new Map<string, ReadInterval[]>()
  // Intervals of one length stand together.
  const blocks = Map.groupBy(rows, ({ meter, obis, everyMs }) => `${meter} ${obis} ${everyMs}`)
  for (const { meter, obis, from, everyMs, intervals } of [...blocks.values()].flat()) {
    const key = `${meter} ${obis}`
    const readings = intervals.map(({ mark, value, method }, place) => ({
      ...{ from: from + place * everyMs, everyMs, mark: method ?? mark },
      millionths: value && digitsAt(value, -6),
    }))
    found.set(key, [...(found.get(key) ?? []), ...readings])
  }
  return found
}
