/** Load records: their bytes, strictly, and the conversations that fetch them. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  classBytes,
  decodeLoadRecords,
  encodeLoadRecord,
  type LoadLayout,
  type LoadRecordBytes,
  splitLoadRecord,
} from '../../../drivers/dlt645/conversations/load-record.ts'
import { DIALECT_2007 } from '../../../drivers/dlt645/dialect.ts'
import { driver2007 } from '../../../drivers/dlt645/driver.ts'
import { minuteBytes, minutesAfter } from '../../../drivers/dlt645/encodings/times.ts'
import type { LoadClass, LoadRecordsAsked, Traits } from '../../../src/driver-api/driver.ts'
import { callOf, type Holdings, talk } from './bench-meter.ts'
import { bytesOf, goodFrames } from './vectors.ts'

const { table } = DIALECT_2007
const STANDARD: LoadLayout = { class: 0, isClassOnly: false, isChecked: true }
const CLASSES: readonly LoadClass[] = [1, 2, 3, 4, 5, 6]
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex').toUpperCase()

/** Built by hand after A.7: 2026-11-21 12:15, class 1 and 4 recorded. */
const CLASS_1 = '0022 FFFF FFFF 001500 FFFFFF FFFFFF 0050'
const CLASS_4 = '78563412 00000000 01000080 00000000'
const body = (classes: readonly (string | null)[], stamp = '1512211126') =>
  `${stamp} ${classes.map(one => `${one ?? ''} AA`).join(' ')}`
function record(inside: string, { mark = 'A0', end = 'E5', sum = 0 } = {}): string {
  const inner = bytesOf(inside.replaceAll(' ', ''))
  const head = [Number.parseInt(mark, 16), Number.parseInt(mark, 16), inner.length, ...inner]
  const checksum = (head.reduce((all, byte) => all + byte, 0) + sum) & 0xff
  return hex(Uint8Array.from([...head, checksum, Number.parseInt(end, 16)]))
}
const decode = (text: string, layout = STANDARD) =>
  decodeLoadRecords(table, bytesOf(text.replaceAll(' ', '')), layout)
const WHOLE = record(body([CLASS_1, null, null, CLASS_4, null, null]))

describe('the bytes of a load record', () => {
  it('are values by class under the meter’s own time; FF is no value, an empty class is none', () => {
    const { records, refused } = decode(WHOLE)
    expect(refused).toBeNull()
    expect(records).toHaveLength(1)
    expect(records[0]).toMatchObject({ at: '2026-11-21T12:15:00', fault: null })
    expect(records[0]!.points.map(({ item, value }) => [item, value])).toEqual([
      ['02010100', '220.0'],
      ['02010200', null],
      ['02010300', null],
      ['02020100', '1.500'],
      ['02020200', null],
      ['02020300', null],
      ['02800002', '50.00'],
      ['00010000', '123456.78'],
      ['00020000', '0.00'],
      ['00030000', '-0.01'],
      ['00040000', '0.00'],
    ])
    expect(records[0]!.points[1]).toMatchObject({ fault: { code: 'VALUE_NOT_HELD' } })
    for (const { at } of records[0]!.points) expect(at).toBe('2026-11-21T12:15:00')
  })

  it('V-F7 that are no digits are no number', () => {
    const { records } = decode(record(body([null, null, null, CLASS_4.replace('78', '7A'), null, null])))
    expect(records[0]!.points[0]).toMatchObject({ value: null, fault: { code: 'VALUE_NOT_DIGITS' } })
    expect(records[0]!.points[1]).toMatchObject({ value: '0.00' })
  })

  it('of several records follow one another', () => {
    const { records } = decode(WHOLE + record(body([null, null, null, CLASS_4, null, null], '3012211126')))
    expect(records.map(({ at }) => at)).toEqual(['2026-11-21T12:15:00', '2026-11-21T12:30:00'])
  })

  it.each([
    [
      'the meter marks as bad',
      record(body([CLASS_1, null, null, null, null, null]), { mark: 'E0' }),
      'VALUE_NOT_HELD',
    ],
    [
      'have a wrong checksum',
      record(body([CLASS_1, null, null, null, null, null]), { sum: 1 }),
      'FRAME_CHECKSUM',
    ],
    ['lack an AA', record(body([CLASS_1, null, null, null, null])), 'FRAME_LENGTH'],
    ['have a byte too many', record(`${body([null, null, null, CLASS_4, null, null])} 00`), 'FRAME_LENGTH'],
    ['have a class of another length', record(body(['0022', null, null, null, null, null])), 'FRAME_LENGTH'],
    [
      'are of no day',
      record(body([CLASS_1, null, null, null, null, null], '1512321126')),
      'VALUE_OUT_OF_TYPE',
    ],
  ])('V-L9 that %s are a fault of that record, without values; the next one counts', (_, bad, code) => {
    const { records, refused } = decode(bad + WHOLE)
    expect(refused).toBeNull()
    expect(records[0]).toMatchObject({ points: [], fault: { code } })
    expect(records[1]).toMatchObject({ fault: null })
    expect(records[1]!.points).toHaveLength(11)
  })

  it.each([
    ['do not begin as one', `A0E0${WHOLE.slice(4)}`, 'FRAME_START'],
    ['are longer than what is left', `A0A0F0${WHOLE.slice(6)}`, 'FRAME_LENGTH'],
    ['end otherwise than E5', `${WHOLE.slice(0, -2)}EB`, 'FRAME_END'],
    ['have no room for a time', 'A0A00315122100E5', 'FRAME_LENGTH'],
  ])('that %s end the answer: nothing behind them can be believed', (_, bad, code) => {
    const { records, refused } = decode(WHOLE + bad + WHOLE)
    expect(records).toHaveLength(1)
    expect(refused).toMatchObject({ code })
  })

  it('[quirk load-record-checksum] with a wrong checksum count where the profile says that this model makes them so', () => {
    const bad = record(body([null, null, null, CLASS_4, null, null]), { sum: 7 })
    expect(decode(bad, { ...STANDARD, isChecked: false }).records[0]).toMatchObject({ fault: null })
  })

  it('[quirk load-record] about one class carry the AA of the others, or not, as the profile says', () => {
    const only = record(`1512211126 ${CLASS_4} AA`)
    const classOnly: LoadLayout = { class: 4, isClassOnly: true, isChecked: true }
    expect(decode(only, classOnly).records[0]!.points[0]).toMatchObject({
      item: '00010000',
      value: '123456.78',
    })
    // Class 5 is as long: nothing but what was asked can tell them apart.
    expect(decode(only, { ...classOnly, class: 5 }).records[0]!.points[0]).toMatchObject({ item: '00050000' })
    const strict = decode(only, { ...classOnly, isClassOnly: false }).records[0]
    expect(strict).toMatchObject({ points: [], fault: { code: 'FRAME_LENGTH' } })
    expect(strict!.fault!.text).toContain('asked-class-only')
  })

  const recordBytes = (layout: LoadLayout): fc.Arbitrary<LoadRecordBytes> =>
    fc.record({
      isBad: fc.boolean(),
      stamp: fc.uint8Array({ minLength: 5, maxLength: 5 }),
      classes: fc.record(
        Object.fromEntries(
          CLASSES.map(nth => [
            nth,
            layout.isClassOnly && layout.class !== nth
              ? fc.constant(null)
              : fc.option(
                  fc
                    .uint8Array({ minLength: classBytes(table, nth), maxLength: classBytes(table, nth) })
                    // AA in place of a first digit cannot be told from an empty class; it is no BCD.
                    .filter(bytes => bytes[0] !== 0xaa),
                ),
          ]),
        ) as Record<LoadClass, fc.Arbitrary<Uint8Array | null>>,
      ),
    })

  it.each([STANDARD, { class: 2, isClassOnly: true, isChecked: true } as const])(
    'decode and encode are each other’s inverse (%o)',
    layout => {
      fc.assert(
        fc.property(recordBytes(layout), parts => {
          const bytes = encodeLoadRecord(parts, layout)
          expect(splitLoadRecord(table, bytes, layout)).toEqual(parts)
        }),
        { seed: 645, numRuns: 500 },
      )
    },
  )

  it('never throw and never hide a byte, whatever they are', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }),
        (noise, changes) => {
          const bytes = bytesOf(WHOLE)
          for (const [at, byte] of changes) bytes[at % bytes.length] = byte
          for (const data of [noise, bytes]) {
            const { records, refused } = decodeLoadRecords(table, data, STANDARD)
            if (data.length > 0) expect(records.length > 0 || refused !== null).toBe(true)
          }
        },
      ),
      { seed: 645, numRuns: 2000 },
    )
  })
})

describe('reading load records', () => {
  const at = (minute: number) => minutesAfter('2026-11-21T12:00:00', minute)
  const wire = (minute: number) => hex(minuteBytes(at(minute)))
  const made = (minute: number) => record(body([null, null, null, CLASS_4, null, null], wire(minute)))
  const selection = (item: string, count: number, minute: number | null) =>
    [
      item,
      `#${count}`,
      ...(minute === null ? [] : [...minuteBytes(at(minute))].map(byte => `#${byte}`)),
    ].join(' ')
  const asking = (asked: Partial<LoadRecordsAsked>, holdings: Holdings, traits: Traits = {}) =>
    talk(
      driver2007.readLoadRecords!(callOf(traits), { from: 'earliest', most: 1, class: 0, ...asked }),
      holdings,
    )
  const minutes = (records: readonly { at: string | null }[]) => records.map(one => one.at?.slice(11, 16))

  it('from the earliest goes on by time until there are enough', () => {
    const { result, asked } = asking(
      { most: 3 },
      {
        [selection('06000000', 3, null)]: made(0) + made(15),
        [selection('06000001', 2, 15)]: made(15) + made(30),
      },
    )
    expect(minutes(result.records)).toEqual(['12:00', '12:15', '12:30'])
    expect(result).toMatchObject({ refused: null, isWhole: true })
    expect(asked).toHaveLength(2)
  })

  it('ends where the meter has no more: the identifier alone, or "no requested data"', () => {
    for (const end of ['', 'ERR 02']) {
      const { result } = asking(
        { from: at(0), most: 9 },
        {
          [selection('06000001', 8, 0)]: made(0),
          [selection('06000001', 8, 1)]: end,
        },
      )
      expect(result).toMatchObject({ refused: null, isWhole: true })
      expect(result.records).toHaveLength(1)
    }
  })

  it('of a meter that keeps none is an empty list; of one that has no such thing a refusal', () => {
    expect(asking({}, { [selection('06000000', 1, null)]: '' }).result).toMatchObject({
      records: [],
      refused: null,
      isWhole: true,
    })
    expect(asking({}, {}).result).toMatchObject({ records: [], refused: { code: 'METER_NO_DATA' } })
  })

  it('joins a record that follow-up frames have cut', () => {
    const both = made(0) + made(15)
    // The number of records and the second sequence number are the same byte after the identifier.
    const { result } = asking(
      { most: 2 },
      {
        '06000000 #2': [`MORE ${both.slice(0, 50)}`, both.slice(90)],
        '06000000 #1': `MORE ${both.slice(50, 90)}`,
      },
    )
    expect(minutes(result.records)).toEqual(['12:00', '12:15'])
    expect(result.frames).toHaveLength(3)
  })

  it('a faulty record steers nothing: the next question begins at the newest good one', () => {
    const far = hex(minuteBytes('2098-01-01T00:00:00'))
    for (const bad of [
      record(body([null, null, null, CLASS_4, null, null], far), { sum: 1 }),
      record(body([null, null, null, CLASS_4, null, null], far), { mark: 'E0' }),
      record(body([null, null, null, CLASS_4, null], far)),
    ]) {
      const { result, asked } = asking(
        { most: 3 },
        {
          [selection('06000000', 3, null)]: made(0) + bad,
          [selection('06000001', 2, 0)]: made(0) + made(15),
        },
      )
      expect(asked).toHaveLength(2)
      expect(minutes(result.records.filter(({ fault }) => fault === null))).toEqual(['12:00', '12:15'])
    }
  })

  it('a wrong checksum leaves no time to be believed, unless the profile says that all are wrong', () => {
    const wrong = record(body([null, null, null, CLASS_4, null, null]), { sum: 1 })
    expect(decode(wrong).records[0]).toMatchObject({ at: null, fault: { code: 'FRAME_CHECKSUM' } })
    expect(decode(wrong, { ...STANDARD, isChecked: false }).records[0]).toMatchObject({
      at: '2026-11-21T12:15:00',
      fault: null,
    })
  })

  it('nothing but faulty records is no end of the memory', () => {
    const bad = record(body([null, null, null, CLASS_4, null, null]), { sum: 1 })
    for (const [from, item] of [
      ['earliest', '06000000'],
      ['latest', '06000002'],
    ] as const) {
      const { result } = asking({ from, most: 3 }, { [selection(item, 3, null)]: bad })
      expect(result).toMatchObject({ isWhole: false })
      expect(result.records).toHaveLength(1)
    }
  })

  it('a time that jumps forward and is followed by older ones leaves gaps nobody knows of', () => {
    const jumping = made(0) + made(600) + made(15) + made(30)
    const { result } = asking(
      { most: 9 },
      { [selection('06000000', 8, null)]: jumping, [selection('06000001', 6, 600)]: '' },
    )
    expect(result).toMatchObject({ refused: null, isWhole: false })
    expect(asking({ most: 4 }, { [selection('06000000', 4, null)]: jumping }).result.isWhole).toBe(false)
    expect(
      asking(
        { from: 'latest', most: 3 },
        { [selection('06000002', 3, null)]: made(0) + made(600) + made(15) },
      ).result.isWhole,
    ).toBe(false)
  })

  it('records the meter repeats count once', () => {
    const { result } = asking(
      { most: 4 },
      {
        [selection('06000000', 4, null)]: made(0) + made(0) + made(15),
        [selection('06000001', 3, 15)]: made(15) + made(30) + made(30) + made(45),
      },
    )
    expect(minutes(result.records)).toEqual(['12:00', '12:15', '12:30', '12:45'])
  })

  it('a meter that ignores the time asked for is not said to keep none', () => {
    const { result } = asking(
      { from: at(60), most: 2 },
      { [selection('06000001', 2, 60)]: made(0) + made(15) },
    )
    expect(result).toMatchObject({ records: [], isWhole: false, refused: { code: 'VALUE_OUT_OF_TYPE' } })
    expect(result.refused!.text).toContain('12:15')
  })

  it('does not go on for ever with a meter that always gives the same', () => {
    const { result, asked } = asking(
      { most: 50 },
      new Proxy({}, { get: () => made(0), has: () => true }) as Holdings,
    )
    expect(asked.length).toBeLessThanOrEqual(3)
    expect(new Set(minutes(result.records)).size).toBe(result.records.length)
  })

  it('keeps what it has when the meter falls silent', () => {
    const { result } = asking(
      { most: 5 },
      { [selection('06000000', 5, null)]: made(0), [selection('06000001', 5, 0)]: null },
    )
    expect(result).toMatchObject({ isWhole: false, refused: null })
    expect(result.records).toHaveLength(1)
  })

  it('the latest of a meter that gives one at a time are found by its own interval', () => {
    const { result, asked } = asking(
      { from: 'latest', most: 3, class: 4 },
      {
        [selection('06040002', 3, null)]: made(60),
        '04000A05': '1500',
        [selection('06040001', 8, 30)]: made(30) + made(45),
        [selection('06040001', 8, 45)]: made(45) + made(60),
      },
    )
    expect(minutes(result.records)).toEqual(['12:30', '12:45', '13:00'])
    expect(asked[1]).toBe('04000A05')
    expect(result.isWhole).toBe(true)
  })

  it('the latest at once need no interval', () => {
    const { result, asked } = asking(
      { from: 'latest', most: 2 },
      { [selection('06000002', 2, null)]: made(60) + made(45) },
    )
    expect(minutes(result.records)).toEqual(['12:45', '13:00'])
    expect(asked).toHaveLength(1)
  })

  it('takes the layout and the checksum as the profile has them', () => {
    const quirks = { 'load-record': 'asked-class-only', 'load-record-checksum': 'ignored' }
    const odd = record(`1512211126 ${CLASS_4} AA`, { sum: 3 })
    const held = { [selection('06040000', 1, null)]: odd }
    expect(asking({ class: 4 }, held, { quirks }).result.records[0]).toMatchObject({ fault: null })
    expect(asking({ class: 4 }, held).result.records[0]).toMatchObject({ points: [] })
  })
})

/** A memory in the order it was written, and a meter that gives so many of it at once. */
function meterOf(memory: readonly { readonly at: string; readonly energy: number }[], atOnce: number) {
  const bytesFor = ({ at, energy }: (typeof memory)[0]) => {
    const digits = hex(
      Uint8Array.from(String(energy).padStart(8, '0').match(/../g)!.reverse(), byte =>
        Number.parseInt(byte, 16),
      ),
    )
    const values = `${digits} 00000000 00000000 00000000`
    return record(body([null, null, null, values, null, null], hex(minuteBytes(at))))
  }
  const answer = (key: string): string | undefined => {
    const [item, ...selected] = key.split(' ')
    const [count = 0, ...time] = selected.map(each => Number(each.slice(1)))
    const bcd = (place: number) => time[place]!.toString(16).padStart(2, '0')
    const from = item === '06000001' ? `20${bcd(4)}-${bcd(3)}-${bcd(2)}T${bcd(1)}:${bcd(0)}:00` : ''
    if (item !== '06000001' && item !== '06000000') return undefined
    const first = memory.findIndex(({ at }) => at >= from)
    if (first === -1) return ''
    return memory
      .slice(first, first + Math.min(count, atOnce))
      .map(bytesFor)
      .join('')
  }
  return new Proxy({}, { get: (_, key) => answer(String(key)), has: () => true }) as Holdings
}

const told = (records: readonly { at: string | null; points: readonly { value: string | null }[] }[]) =>
  records.map(({ at, points }) => `${at} ${points[0]?.value}`)
const written = (memory: readonly { at: string; energy: number }[]) =>
  memory.map(({ at, energy }) => `${at} ${(energy / 100).toFixed(2)}`)

describe('load records in however many answers', () => {
  const STEP = 15
  /** Steps from one record to the next: 1, or more where the power was gone. */
  const steps = fc.array(
    fc.oneof({ weight: 4, arbitrary: fc.constant(1) }, fc.integer({ min: 2, max: 200 })),
    {
      minLength: 1,
      maxLength: 30,
    },
  )
  const memoryOf = (gaps: readonly number[], from = '2026-11-21T12:00:00') => {
    let at = from
    return gaps.map((gap, index) => {
      at = minutesAfter(at, gap * STEP)
      return { at, energy: 1_000 + index }
    })
  }
  const read = (holdings: Holdings, from: LoadRecordsAsked['from'], most: number) =>
    talk(driver2007.readLoadRecords!(callOf(), { from, most, class: 0 }), holdings).result

  it('each comes once, in order, at its own time, and none for the hours without power', () => {
    fc.assert(
      fc.property(
        steps,
        fc.integer({ min: 1, max: 12 }),
        fc.nat(40),
        fc.nat(29),
        (gaps, atOnce, more, place) => {
          const memory = memoryOf(gaps)
          const begin = place % memory.length
          const most = 1 + (more % memory.length)
          const meter = meterOf(memory, atOnce)
          const expected = memory.slice(begin, begin + most)
          const byTime = read(meter, memory[begin]!.at, most)
          expect(told(byTime.records)).toEqual(written(expected))
          expect(byTime).toMatchObject({ isWhole: true, refused: null })
          const whole = read(meter, 'earliest', memory.length + 1)
          expect(told(whole.records)).toEqual(written(memory))
          expect(whole).toMatchObject({ isWhole: true, refused: null })
        },
      ),
      { seed: 6450, numRuns: 300 },
    )
  })

  it('of a clock that was set back in between each is told apart, and that the times do not say all', () => {
    fc.assert(
      fc.property(
        steps,
        steps,
        fc.integer({ min: 0, max: 400 }),
        fc.integer({ min: 2, max: 12 }),
        (before, after, back, atOnce) => {
          const first = memoryOf(before)
          const setTo = minutesAfter(first.at(-1)!.at, -back * STEP)
          const second = memoryOf(after, setTo).map(one => ({ ...one, energy: one.energy + 1_000 }))
          const memory = [...first, ...second]
          const { records, isWhole } = read(meterOf(memory, atOnce), 'earliest', memory.length + 1)
          const all = written(memory)
          const places = told(records).map(one => all.indexOf(one))
          expect(places).not.toContain(-1)
          expect(places).toEqual([...new Set(places)].toSorted((a, b) => a - b))
          if (isWhole) expect(told(records)).toEqual(all)
          else expect(second[0]!.at < first.at(-1)!.at).toBe(true)
        },
      ),
      { seed: 6451, numRuns: 400 },
    )
  })

  it('set back by an hour at the very seam of two answers, nothing behind it is lost', () => {
    const first = memoryOf([1, 1, 1, 1])
    const second = memoryOf([1, 1, 1, 1, 1], first[0]!.at).map(one => ({
      ...one,
      energy: one.energy + 1_000,
    }))
    const { records, isWhole } = read(meterOf([...first, ...second], 4), 'earliest', 8)
    expect(told(records)).toEqual(written([...first, ...second].slice(0, told(records).length)))
    expect(records.length).toBeGreaterThanOrEqual(7)
    expect(isWhole).toBe(false)
  })
})

describe('load records of the published vectors', () => {
  const payloadOf = (id: string) =>
    bytesOf(goodFrames.find(vector => vector.id === id)!.payload!.replaceAll(' ', '')).subarray(4)

  it('CONS-P-load-full holds all six classes, and encodes to the same bytes', () => {
    const data = payloadOf('CONS-P-load-full')
    const { records, refused } = decodeLoadRecords(table, data, STANDARD)
    expect(refused).toBeNull()
    expect(records).toMatchObject([{ at: '2024-11-15T00:00:00', fault: null }])
    expect(records[0]!.points).toHaveLength(7 + 8 + 4 + 4 + 4 + 2)
    expect(records[0]!.points.map(({ value }) => value)).not.toContain(null)
    const parts = splitLoadRecord(table, data, STANDARD)
    if ('code' in parts) throw new Error(parts.text)
    expect(hex(encodeLoadRecord(parts, STANDARD))).toBe(hex(data))
  })

  it('CONS-P-load-two keeps six AA about one class: values of the first, a gap where the meter marks the second', () => {
    const data = payloadOf('CONS-P-load-two')
    for (const nth of [0, 1] as const) {
      const { records, refused } = decodeLoadRecords(table, data, { ...STANDARD, class: nth })
      expect(refused).toBeNull()
      expect(records).toMatchObject([
        { at: '2024-11-15T00:00:00', fault: null },
        { at: '2024-11-15T00:15:00', fault: { code: 'VALUE_NOT_HELD' }, points: [] },
      ])
      expect(records[0]!.points.map(({ item }) => item)).toEqual(
        ['020101', '020102', '020103', '020201', '020202', '020203', '028000'].map(
          (item, index) => `${item}${index === 6 ? '02' : '00'}`,
        ),
      )
    }
    const first = data.subarray(0, 33)
    const parts = splitLoadRecord(table, first, STANDARD)
    if ('code' in parts) throw new Error(parts.text)
    expect(hex(encodeLoadRecord(parts, STANDARD))).toBe(hex(first))
    // The other make's layout of the same class has one AA, and takes none of these bytes for a value.
    const odd = decodeLoadRecords(table, data, { ...STANDARD, class: 1, isClassOnly: true })
    expect(odd.records.map(({ points }) => points)).toEqual([[], []])
    const bare = encodeLoadRecord(parts, { class: 1, isClassOnly: true })
    expect(bare.length).toBe(first.length - 5)
    expect(
      decodeLoadRecords(table, bare, { ...STANDARD, class: 1, isClassOnly: true }).records[0]!.points,
    ).toEqual(decodeLoadRecords(table, first, STANDARD).records[0]!.points)
  })

  it('CONS-P-load-none is no record and no fault', () => {
    expect(decodeLoadRecords(table, payloadOf('CONS-P-load-none'), STANDARD)).toEqual({
      records: [],
      refused: null,
    })
  })
})
