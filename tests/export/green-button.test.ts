/** Green Button files: right by the schema, read back by libxml2 as the same integers, and silent about whose they are. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { XmlDocument, XsdValidator } from 'libxml2-wasm'
import { afterAll, describe, expect, test } from 'vitest'
import { digitsAt } from '../../src/core/scaled.ts'
import { DAY, MINUTE } from '../../src/core/time.ts'
import type { IntervalDay } from '../../src/export/export-row.ts'
import { GREEN_BUTTON } from '../../src/export/green-button.ts'
import { intervalReadingType } from '../../src/export/reading-type.ts'
import { uuidOf } from '../../src/export/uuid.ts'
import { type ReadInterval, readGreenButton } from '../support/export-readers.ts'
import {
  ABOUT,
  dayMade,
  daysMade,
  estimated,
  MARCH,
  MISSING,
  measured,
  writeAll,
} from '../support/exported-days.ts'
import { rounds } from '../support/rounds.ts'

const SCHEMA = join(import.meta.dirname, '..', 'golden', 'espi', 'espi-usage.xsd')
const schema = XmlDocument.fromString(readFileSync(SCHEMA, 'utf8'))
const validator = XsdValidator.fromDoc(schema)

afterAll(() => {
  validator.dispose()
  schema.dispose()
})

/** The schema has no part for Atom: each child of a content is a document of its own. */
function contentsOf(feed: string): readonly string[] {
  return [...feed.matchAll(/<content type="application\/xml">(.*?)<\/content>/gs)].map(
    ([, content = '']) => content,
  )
}

function faultsIn(content: string): string {
  using document = XmlDocument.fromString(content)
  try {
    validator.validate(document)
    return ''
  } catch (error) {
    return String(error)
  }
}

const write = (rows: readonly IntervalDay[], about = ABOUT) => writeAll(GREEN_BUTTON, rows, about)

function all(text: string, tag: string): readonly string[] {
  return [...text.matchAll(new RegExp(`<${tag}>([^<]*)</${tag}>`, 'g'))].map(([, content = '']) => content)
}

function told(rows: readonly IntervalDay[]): Map<string, ReadInterval[]> {
  const found = new Map<string, ReadInterval[]>()
  for (const { obis, unit, from, everyMs, intervals } of rows) {
    const fields = intervalReadingType(obis, unit, everyMs)!.split('.')
    const key = `${fields[4]} ${fields[16]} ${fields[14]} ${fields[11]}`
    const readings = intervals.flatMap(({ mark, value, method }, place) =>
      value
        ? [{ from: from + place * everyMs, everyMs, millionths: digitsAt(value, -6), mark: method ?? mark }]
        : [],
    )
    if (readings.length > 0) found.set(key, [...(found.get(key) ?? []), ...readings])
  }
  return found
}

describe('Green Button', () => {
  test('D-02 a day of quarters is five entries, each right by the schema, its values whole Wh', () => {
    const at = { 1: MISSING, 2: estimated(7n, 'linear'), 3: estimated(8n, 'like-days') }
    const text = write([dayMade({}, at)])
    const contents = contentsOf(text)
    expect(contents.map(content => /^<(\w+)/.exec(content)?.[1])).toEqual([
      'UsagePoint',
      'LocalTimeParameters',
      'MeterReading',
      'ReadingType',
      'IntervalBlock',
    ])
    expect(contents.map(faultsIn)).toEqual(['', '', '', '', ''])
    const [usage, local, , type, block] = contents
    expect(usage).toContain('<ServiceCategory><kind>0</kind></ServiceCategory><status>1</status>')
    expect(local).toContain('<dstEndRule>FFFFFFFF</dstEndRule><dstOffset>0</dstOffset>')
    expect(local).toContain('<tzOffset>28800</tzOffset>')
    expect(type).toMatch(
      /<accumulationBehaviour>4<.*<commodity>1<.*<dataQualifier>12<.*<defaultQuality>17<.*<flowDirection>1<.*<intervalLength>900<.*<kind>12<.*<phase>0<.*<powerOfTenMultiplier>0<.*<timeAttribute>0<.*<uom>72<.*<measuringPeriod>2</,
    )
    expect(block).toContain('<interval><duration>86400</duration><start>1772294400</start></interval>')
    expect(block).toContain(
      '<IntervalReading><timePeriod><duration>900</duration><start>1772294400</start></timePeriod><value>10</value></IntervalReading>' +
        '<IntervalReading><ReadingQuality><quality>9</quality></ReadingQuality><timePeriod><duration>900</duration><start>1772296200</start></timePeriod><value>70</value></IntervalReading>' +
        '<IntervalReading><ReadingQuality><quality>8</quality></ReadingQuality>',
    )
    expect(all(text, 'value')).toHaveLength(95)
  })

  test('D-02 random days of a meter are right by the schema and read back as the same integers; sums are theirs', () => {
    fc.assert(
      fc.property(daysMade({ mostMeters: 1 }), rows => {
        const text = write(rows)
        expect(contentsOf(text).map(faultsIn).join('')).toBe('')
        const read = readGreenButton(text)
        expect(read).toEqual(told(rows))
        const sum = (intervals: Iterable<ReadInterval>) =>
          [...intervals].reduce((all, one) => all + (one.millionths ?? 0n), 0n)
        expect(sum([...read.values()].flat())).toBe(
          rows
            .flatMap(row => row.intervals)
            .reduce((all, { value }) => all + (value ? digitsAt(value, -6) : 0n), 0n),
        )
        expect(write(rows)).toBe(text)
      }),
      rounds(821, 12),
    )
  })

  test('D-02 names stay from one download to the next; what is exported later is updated later', () => {
    const rows = [dayMade(), dayMade({ from: MARCH + DAY }), dayMade({ obis: '1-0:2.8.0' })]
    const [first, second] = [
      write(rows),
      write(rows, { ...ABOUT, asOf: ABOUT.asOf + DAY, batchId: 'B000018-ffffffff' }),
    ]
    const ids = all(first, 'id')
    expect(new Set(ids).size).toBe(ids.length)
    // The feed is of one batch; what is in it is not.
    expect(all(second, 'id').slice(1)).toEqual(ids.slice(1))
    expect(ids[0]).not.toBe(all(second, 'id')[0])
    for (const text of [first, second]) {
      const [, ...updated] = all(text, 'updated').map(Date.parse)
      for (const [place, published] of all(text, 'published').map(Date.parse).entries())
        expect(published).toBeLessThanOrEqual(updated[place]!)
    }
    expect(all(first, 'updated')[0]).toBe('2026-03-02T22:15:30Z')
    expect(all(second, 'updated')[0]).toBe('2026-03-03T22:15:30Z')
    expect(first.match(/<ReadingType /g)).toHaveLength(2)
    // Nothing is published before it is over, though it be exported sooner.
    const early = write([dayMade()], { ...ABOUT, asOf: MARCH })
    expect([all(early, 'published').at(-1), all(early, 'updated').at(-1)]).toEqual(
      Array(2).fill('2026-03-01T16:00:00Z'),
    )
  })

  test('A-10 nothing in it says whose it is', () => {
    const place = {
      account: 'ACCOUNT-1',
      point: 'POINT-1',
      meterNumber: '000123456789',
      assetNumber: 'ASSET-1',
    }
    const text = write([dayMade({ place, meter: 'miller-kitchen' })])
    for (const word of [...Object.values(place), 'miller', ABOUT.gateway]) expect(text).not.toContain(word)
  })

  test('D-02 every part of an entry links to where it belongs', () => {
    using feed = XmlDocument.fromString(write([dayMade()]))
    const names = { atom: 'http://www.w3.org/2005/Atom' }
    const links = feed.find('//atom:link', names).map(link => {
      const [rel, href] = ['rel', 'href'].map(name => link.get(`@${name}`)?.content ?? '')
      return `${rel} ${href?.replaceAll(/[0-9a-f]{8}-[-0-9a-f]{27}/g, 'ID').replace('/espi/1_1/resource/', '')}`
    })
    expect(links).toEqual([
      ...[
        'self UsagePoint/ID',
        'up UsagePoint',
        'related UsagePoint/ID/MeterReading',
        'related LocalTimeParameters/ID',
      ],
      ...['self LocalTimeParameters/ID', 'up LocalTimeParameters'],
      ...['self UsagePoint/ID/MeterReading/ID', 'up UsagePoint/ID/MeterReading'],
      ...['related UsagePoint/ID/MeterReading/ID/IntervalBlock', 'related ReadingType/ID'],
      ...['self ReadingType/ID', 'up ReadingType'],
      ...[
        'self UsagePoint/ID/MeterReading/ID/IntervalBlock/ID',
        'up UsagePoint/ID/MeterReading/ID/IntervalBlock',
      ],
    ])
  })

  test('D-02 finer than a Wh is told in thousandths, coarser in Wh, never as a fraction', () => {
    const values = (one: IntervalDay) => [
      all(write([one]), 'powerOfTenMultiplier')[0],
      all(write([one]), 'value')[0],
    ]
    expect(values(dayMade({}, { 0: measured(12345n, -4) }))).toEqual(['-3', '1234500'])
    expect(values(dayMade({ unit: 'Wh' }, { 0: measured(5n, 0) }))).toEqual(['-3', '5000'])
    expect(values(dayMade({ unit: 'MWh', intervals: [measured(2n, 0)] }))).toEqual(['0', '2000000'])
    expect(values(dayMade({ intervals: [MISSING] }))).toEqual(['0', undefined])
  })

  test.each([
    ['a second meter', [dayMade(), dayMade({ meter: 'flat-02' })], /ask for flat-02 by itself/],
    ['what has no reading type', [dayMade({ unit: 'V' })], /no reading type stands for V each 900 s/],
    ['a length without a code', [dayMade({ everyMs: 45 * MINUTE })], /each 2700 s/],
    ['more than 48 bits', [dayMade({}, { 0: measured(10n ** 15n, 0) })], /more digits than 48 bits hold/],
  ])('D-02 refuses %s, by name', (_, rows, why) => {
    expect(() => write(rows)).toThrow(why)
  })

  test.each([
    [
      'ReadingType within MeterReading',
      2,
      /<MeterReading xmlns="([^"]*)">/,
      '<MeterReading xmlns="$1"><ReadingType/>',
    ],
    ['the start before the duration', 4, /(<duration>\d+<\/duration>)(<start>\d+<\/start>)/, '$2$1'],
    ['a value that is not whole', 4, /<value>10</, '<value>10.5<'],
    ['a value before its time', 4, /(<timePeriod>.*?<\/timePeriod>)(<value>\d+<\/value>)/, '$2$1'],
    ['a quality that is none', 4, /<quality>9</, '<quality>20<'],
    ['a unit as text', 3, /<uom>72</, '<uom>kWh<'],
    ['parts in another order', 3, /(<kind>12<\/kind>)(<phase>0<\/phase>)/, '$2$1'],
    ['a rule of daylight saving that is too short', 1, /FFFFFFFF/, 'FFFF'],
    ['no offset of time', 1, /<tzOffset>\d+<\/tzOffset>/, ''],
    ['a status that is none', 0, /<status>1</, '<status>2<'],
    ['another namespace', 0, /naesb.org\/espi/, 'naesb.org/espi/customer'],
  ])('D-02 the schema refuses %s', (_, place, what, by) => {
    const right = contentsOf(write([dayMade({}, { 1: estimated(7n, 'linear') })]))[place]!
    const wrong = right.replace(what, by)
    expect(wrong).not.toBe(right)
    expect(faultsIn(wrong)).not.toBe('')
  })

  test('names are UUIDs of version 5 in the namespace of URLs', () => {
    // As uuid5 of Python makes it.
    expect(uuidOf('/espi/1_1/resource/UsagePoint')).toBe('523f16c7-381a-5237-ae67-9710b64afbb3')
  })
})
