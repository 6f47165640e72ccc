/** Standard formats pulled over HTTP out of a real store: right by what is not ours, their sums what the meter counted. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { XmlDocument, XsdValidator } from 'libxml2-wasm'
import { expect, onTestFinished, test } from 'vitest'
import { createPageThread } from '../../src/api/page-thread/thread.ts'
import { digitsAt, parseScaled } from '../../src/core/scaled.ts'
import { DAY, MINUTE } from '../../src/core/time.ts'
import { checkNem12 } from '../../src/export/nem12-validator.ts'
import { USUAL_POLICY } from '../../src/reading/billing/release.ts'
import { newDirectory, openIn } from '../store/data-directory.ts'
import { roundOf } from '../store/rounds.ts'
import { MIDNIGHT, testApi, timedMeter } from '../support/api.ts'
import {
  type ReadIntervals,
  readGreenButton,
  readIec61968Intervals,
  readNem12,
} from '../support/export-readers.ts'
import { isNem12 } from '../support/nem12-grammar.ts'
import { released } from '../support/released.ts'
import { writeBook } from '../support/written-book.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const QUARTER = 15 * MINUTE
/** Hundredths of a kWh at the begin of each quarter, counted from midnight. */
const stood = (quarter: number): bigint => 100_000n + BigInt(7 * quarter + (quarter % 5))

/** A meter polled for two days each quarter, but for seven quarters in a row, and two boundaries released. */
async function house() {
  const directory = newDirectory()
  const store = await openIn(directory)
  const meters = [{ ...timedMeter('t1'), meterNumber: '000000000161' }, timedMeter('t2')]
  const config = { dataDirectory: directory, gateway: 'gw', site: { offsetMinutes: 480 }, meters }
  const pages = createPageThread({
    ...{ store, log: (await testApi()).log as never },
    config: { ...config, billing: USUAL_POLICY, areas: [] },
  })
  onTestFinished(() => pages.stop())
  for (let quarter = -4; quarter <= 2 * 96 + 4; quarter++) {
    if (quarter > 30 && quarter < 37) continue
    const slot = MIDNIGHT + quarter * QUARTER
    await store.accept(roundOf('t1', { slot, readAt: slot + 2_000, digits: stood(quarter) }))
  }
  const registers = (quarter: number) => [
    {
      ...{ obis: '1-0:1.8.0', unit: 'kWh', reading: 'r', codes: ['2.0.1'], witnesses: [], estimate: null },
      value: { digits: stood(quarter), scaler: -2 },
    },
  ]
  const releases = [0, 96].map(quarter => ({
    ...released(MIDNIGHT + quarter * QUARTER, registers(quarter)),
    meter: 't1',
  }))
  writeBook(directory, [{ recordedAt: MIDNIGHT + 3 * DAY, releases }])
  const served = await testApi({ store, pages, meters })
  served.time.now = MIDNIGHT + 60 * DAY
  const key = await served.key(['billing'])
  return { get: (url: string) => served.get(`/v1/billing/exports/${url}`, key) }
}

type House = Awaited<ReturnType<typeof house>>

const DAYS = 'from=2026-11-21&to=2026-11-23&meter=t1'
const COUNTED = (stood(192) - stood(0)) * 10_000n

function sumOf(read: ReadIntervals): bigint {
  return [...read.values()].flat().reduce((all, { millionths }) => all + (millionths ?? 0n), 0n)
}

/** As the manifest tells it, millionths. */
async function told(at: House, format: string, query: string): Promise<readonly (bigint | string)[]> {
  const { totals, values } = (await at.get(`${format}/manifest?${query}`)).json()
  return [values, ...totals.map(({ quantity }: { quantity: string }) => digitsAt(parseScaled(quantity)!, -6))]
}

function marks(read: ReadIntervals): readonly string[] {
  const all = Map.groupBy([...read.values()].flat(), ({ mark }) => mark)
  return [...all].map(([mark, intervals]) => `${mark} ${intervals.length}`).sort()
}

test('D-02 nem12: right by the validator and by the grammar, named as the market names files', async () => {
  const at = await house()
  const answer = await at.get(`nem12?${DAYS}`)
  expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, 'text/csv; charset=us-ascii'])
  expect(answer.headers['content-disposition']).toMatch(
    /^attachment; filename="NEM12#gw[0-9a-f]{16}#GW#BILLING\.csv"$/,
  )
  expect(checkNem12(answer.body)).toEqual([])
  expect(isNem12(answer.body)).toBe(true)
  const read = readNem12(answer.body, 480)
  expect(marks(read)).toEqual(['linear 7', 'measured 185'])
  expect([sumOf(read), await told(at, 'nem12', DAYS)]).toEqual([COUNTED, [192, COUNTED]])
  expect((await at.get(`nem12?${DAYS}`)).body).toBe(answer.body)
  const halves = (await at.get(`nem12?${DAYS}&every=30m`)).body
  expect([checkNem12(halves), sumOf(readNem12(halves, 480))]).toEqual([[], COUNTED])
})

test('D-02 green_button: right by the schema, of one meter', async () => {
  const at = await house()
  const answer = await at.get(`green_button?${DAYS}`)
  expect([answer.statusCode, answer.headers['content-type']]).toEqual([
    200,
    'application/atom+xml; charset=utf-8',
  ])
  expect(answer.headers['content-disposition']).toMatch(/filename="green_button-gw-[0-9a-f]{16}\.xml"$/)
  using schema = XmlDocument.fromString(readFileSync(join(ROOT, 'tests/golden/espi/espi-usage.xsd'), 'utf8'))
  using validator = XsdValidator.fromDoc(schema)
  const contents = [...answer.body.matchAll(/<content type="application\/xml">(.*?)<\/content>/gs)]
  expect(contents).toHaveLength(6)
  for (const [, content = ''] of contents) {
    using document = XmlDocument.fromString(content)
    validator.validate(document)
  }
  const read = readGreenButton(answer.body)
  expect(marks(read)).toEqual(['linear 7', 'measured 185'])
  expect([sumOf(read), await told(at, 'green_button', DAYS)]).toEqual([COUNTED, [192, COUNTED]])
})

test('D-02 iec_61968 and iec_61968_intervals: right by the schema of the profile, the difference of two reads the sum of the day', async () => {
  const at = await house()
  const schema = readFileSync(join(ROOT, 'docs/meterd-61968-9-json-1.schema.json'), 'utf8')
  const isRight = new Ajv2020({ strict: true, strictRequired: false }).compile(JSON.parse(schema))
  const [reads, intervals] = [await at.get('iec_61968'), await at.get(`iec_61968_intervals?${DAYS}`)]
  for (const { headers, body } of [reads, intervals]) {
    expect(headers['content-type']).toBe('application/x-ndjson; charset=utf-8')
    const lines = body.trimEnd().split('\n')
    expect(lines).toHaveLength(1)
    expect(isRight(JSON.parse(lines[0]!)) || isRight.errors).toBe(true)
  }
  const [meter] = JSON.parse(reads.body).Payload.MeterReadings.MeterReading
  const [from, to] = meter.Readings.map(({ value }: { value: string }) => digitsAt(parseScaled(value)!, -6))
  expect(to - from).toBe((stood(96) - stood(0)) * 10_000n)
  expect(meter.Meter).toEqual({
    ...{ mRID: 't1', serialNumber: '000000000161' },
    Names: [{ name: '000000000161', NameType: 'MeterNo' }],
  })
  const read = readIec61968Intervals(intervals.body)
  expect(marks(read)).toEqual(['linear 7', 'measured 185'])
  expect([sumOf(read), await told(at, 'iec_61968_intervals', DAYS)]).toEqual([COUNTED, [192, COUNTED]])
})

test.each([
  [`nem12?${DAYS}&every=1h`, 'query.every: in this format one of 5m, 15m, 30m'],
  [`iec_61968_intervals?${DAYS}&every=45m`, 'query.every: in this format one of 1m, 2m, 5m'],
  [
    'green_button?from=2026-11-21&to=2026-11-23',
    'query.meter: a file of this format is of one meter: name it',
  ],
  ['iec_61968?every=15m', 'query.every: only for intervals'],
  [`nem12?${DAYS}&bom=1`, 'query.bom'],
])('D-02 %s is refused, and why', async (url, why) => {
  const api = await testApi()
  api.time.now = MIDNIGHT + 60 * DAY
  const answer = await api.get(`/v1/billing/exports/${url}`, await api.key(['billing']))
  expect([answer.statusCode, answer.json().detail]).toEqual([400, expect.stringContaining(why)])
})
