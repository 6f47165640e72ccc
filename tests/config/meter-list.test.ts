/** Meter lists: what spreadsheets save, read as text and refused where they mangled it. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Complaint } from '../../src/config/complaint.ts'
import { readCsv } from '../../src/config/csv-source.ts'
import { rounds } from '../support/rounds.ts'
import { GOOD, load } from './support.ts'

const LISTED = `${GOOD.replace(/^meters.*\n/m, '')}meterList: ./meters.csv\n`
const HEAD = 'id,line,address,profile'

async function loadList(list: string, more = '') {
  return load(LISTED + more, { 'meters.csv': list })
}

describe('a meter list as CSV', () => {
  test.each([
    ['comma', `${HEAD}\nm1,a,000000000161,dlt645-2007-single-phase\n`],
    [
      'semicolon, as saved where a comma is the decimal sign',
      `${HEAD}\nm1,a,000000000161,dlt645-2007-single-phase`.replaceAll(',', ';'),
    ],
    ['tab', `${HEAD}\nm1,a,000000000161,dlt645-2007-single-phase`.replaceAll(',', '\t')],
    [
      'Windows line ends and a byte order mark',
      `\uFEFF${HEAD}\r\nm1,a,000000000161,dlt645-2007-single-phase\r\n`,
    ],
    ['quoted cells', `"id","line","address","profile"\n"m1","a","000000000161","dlt645-2007-single-phase"\n`],
    [
      '="…", which keeps leading zeros in a spreadsheet',
      `${HEAD}\nm1,a,"=""000000000161""",dlt645-2007-single-phase\n`,
    ],
    ['leading zeros lost, still the same address', `${HEAD}\nm1,a,161,dlt645-2007-single-phase\n`],
    ['empty rows and columns', `${HEAD},amperes\n,,,,\nm1,a,161,dlt645-2007-single-phase,\n,,,,\n`],
  ])('%s', async (_, list) => {
    const { right, printed } = await loadList(list)
    expect(printed).toEqual([])
    expect(right?.config.meters).toMatchObject([{ id: 'm1', line: 'a', address: '000000000161' }])
  })

  test('all columns', async () => {
    const { right } = await loadList(
      'id,line,address,profile,every,daily,settlement,hourly,phases,volts,amperes\nm1,a,161,dlt645-2007-single-phase,1h,no,15T00 01T00,yes,3,57.7,5\n',
    )
    expect(right?.config.meters).toMatchObject([
      {
        daily: false,
        settlement: [
          { day: 1, hour: 0 },
          { day: 15, hour: 0 },
        ],
        hourly: true,
        nameplate: { phases: 3, volts: 57.7, amperes: 5 },
        polls: [{ everyMs: 3_600_000 }],
      },
    ])
  })

  test('the number of the meter that hangs there, and when it was exchanged', async () => {
    const { right, printed } = await loadList(
      `${HEAD},meterNumber,ASSETNUMBER,exchanged\nm1,a,161,dlt645-2007-single-phase,000000000162,A1,2026-11-20T10:30 2026-03-01T08:00+08:00\n`,
    )
    expect(printed).toEqual([])
    expect(right?.config.meters).toMatchObject([
      {
        meterNumber: '000000000162',
        assetNumber: 'A1',
        exchanged: [Date.UTC(2026, 2, 1), Date.UTC(2026, 10, 20, 2, 30)],
      },
    ])
    const wrong = await loadList(`${HEAD},exchanged\nm1,a,161,dlt645-2007-single-phase,20.11.2026\n`)
    expect(wrong.printed).toEqual([expect.stringMatching(/exchanged.*"20\.11\.2026" is not right/)])
  })

  test('settlement days of the defaults are for all but those that say no', async () => {
    const { right } = await loadList(
      'id,line,address,profile,settlement\nm1,a,161,dlt645-2007-single-phase,\nm2,a,162,dlt645-2007-single-phase,no\n',
      'defaults: { settlement: ["01T00"] }\n',
    )
    expect(right?.config.meters.map(({ settlement }) => settlement)).toEqual([
      [{ day: 1, hour: 0 }],
      undefined,
    ])
  })

  test.each([
    [
      'mangled address',
      `${HEAD}\nm0,a,1,x\nm1,a,1.23E+11,dlt645-2007-single-phase`,
      /^meters\.csv:3:6 \[1\]\.address: a spreadsheet made the number 1\.23E\+11/,
    ],
    [
      'mangled by a German one',
      `${HEAD}\nm1,a,"1,23E+11",dlt645-2007-single-phase`,
      /^meters\.csv:2:6 .*1,23E\+11/,
    ],
    [
      'unknown column',
      `${HEAD},adress\nm1,a,1,dlt645-2007-single-phase,2`,
      /^meters\.csv:1:25: unknown column "adress"; columns are id, line/,
    ],
    ['column twice', `${HEAD},id\nm1,a,1,dlt645-2007-single-phase,`, /column "id" is there twice/],
    ['missing cell', `${HEAD}\nm1,,1,dlt645-2007-single-phase`, /^meters\.csv:2:4 \[0\]\.line: is missing/],
    ['a comma too many', `${HEAD}\nm1,a,1,dlt645-2007-single-phase,,x`, /a cell beyond the last column/],
    [
      'never closed',
      `${HEAD}\nm1,"a,1,dlt645-2007-single-phase`,
      /^meters\.csv:2:4: a quoted cell is never closed/,
    ],
    ['nothing in it', '', /meters\.csv:1:1: the file is empty/],
    [
      'bad interval',
      `${HEAD},every\nm1,a,1,dlt645-2007-single-phase,7m`,
      /^meters\.csv:2:\d+ \[0\]\.polls\[0\]\.every: 7m does not divide the day/,
    ],
    [
      'bad number',
      `${HEAD},amperes\nm1,a,1,dlt645-2007-single-phase,lots`,
      /^meters\.csv:2:33 \[0\]\.nameplate\.amperes: "lots" is not right/,
    ],
    [
      'bad yes or no',
      `${HEAD},daily\nm1,a,1,dlt645-2007-single-phase,maybe`,
      /\[0\]\.daily: "maybe" is not right/,
    ],
    [
      'cell with a line break before it',
      `${HEAD},every\nm1,a,"1\n",dlt645-2007-single-phase,7m`,
      /^meters\.csv:3:28/,
    ],
  ])('%s', async (_, list, expected) => {
    const { printed } = await loadList(list)
    expect(printed).toContainEqual(expect.stringMatching(expected))
  })

  test('a meter listed here and in the file itself is one too many, both places told', async () => {
    const { printed } = await load(`${GOOD}meterList: ./meters.csv\n`, {
      'meters.csv': `${HEAD}\nm2,a,161,dlt645-2007-single-phase\n`,
    })
    expect(printed).toEqual([
      expect.stringMatching(
        /^meters\.csv:2:6 \[0\]\.address: the meter on \S*gateway\.yaml:6 has the address/,
      ),
    ])
  })

  test('the same as YAML', async () => {
    const { right } = await load(LISTED.replace('.csv', '.yaml'), {
      'meters.yaml': '- { id: m1, line: a, address: "161", profile: dlt645-2007-single-phase }\n',
    })
    expect(right?.config.meters).toHaveLength(1)
  })

  test('cells come back as written, wherever quotes, separators and line breaks are in them', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', '7', ',', '"', '\n', '\r', ' '), maxLength: 8 })
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1, maxLength: 5 }), addresses => {
        const written = addresses.map((text, index) => `m${index},"${text.replaceAll('"', '""')}"`)
        const complaints: Complaint[] = []
        const source = readCsv('m.csv', ['id,address', ...written].join('\r\n'), complaints)
        const read = ((source?.value ?? []) as { address?: string }[]).map(entry => entry.address ?? '')
        expect(complaints).toEqual([])
        expect(read).toEqual(addresses.map(text => text.trim()))
      }),
      rounds(1, 300),
    )
  })

  test('any bytes are read without a throw', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), text => {
        expect(() => readCsv('m.csv', text, [])).not.toThrow()
      }),
      rounds(2, 500),
    )
  })
})
