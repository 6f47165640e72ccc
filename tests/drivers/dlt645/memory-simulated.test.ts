/** A meter's memory read from simulated meters, which share no code with the driver: truth on one side, values on the other. */

import { describe, expect, it } from 'vitest'
import { driver1997, driver2007 } from '../../../drivers/dlt645/driver.ts'
import { deframe } from '../../../drivers/dlt645/wire/frame.ts'
import type { SimulatedQuirks } from '../../../src/core/simulated.ts'
import { civilOf, DAY, HOUR, MINUTE } from '../../../src/core/time.ts'
import type { Conversation, Traits } from '../../../src/driver-api/driver.ts'
import { createMeter1997 } from '../../../src/simulator/meter-1997.ts'
import { createMeter2007 } from '../../../src/simulator/meter-2007.ts'
import type { Slave } from '../../../src/simulator/slave.ts'
import { meterOf, NOON, OFFSET_MINUTES } from '../../simulator/master.ts'
import { callOf } from './bench-meter.ts'

const OWN = '123456789012'

/** Holds a conversation with a slave, `at` it began; a frame takes a second. */
function talk<Result>(conversation: Conversation<Result>, slave: Slave, at = NOON): Result {
  let asked = 0
  let step = conversation.next()
  while (!step.done) {
    asked += 1
    if (asked > 500) throw new Error('the conversation does not end')
    const question = step.value.bytes.subarray(step.value.bytes.indexOf(0x68))
    const reply = slave.answer(question, at + asked * 1_000)
    const frame = reply && (deframe(reply).frames[0] ?? null)
    step = conversation.next(frame && step.value.whyNot(frame) === null ? frame : null)
  }
  return step.value
}

const slaveOf = (quirks: SimulatedQuirks = {}) => createMeter2007(meterOf({ address: OWN }), quirks)
const civil = (instant: number) => civilOf(instant, OFFSET_MINUTES)
const call = (traits: Traits = {}) => callOf(traits, OWN)

describe('load records of a simulated meter', () => {
  const read = (
    from: 'earliest' | 'latest' | string,
    most: number,
    nth: 0 | 1 | 2 | 3 | 4 | 5 | 6 = 0,
    quirks: SimulatedQuirks = {},
    traits: Traits = {},
  ) => talk(driver2007.readLoadRecords!(call(traits), { from, most, class: nth }), slaveOf(quirks))

  it.each([1, 2, 7, 30])('the latest %i end now and follow one another', most => {
    const { records, refused, isWhole } = read('latest', most)
    expect({ refused, isWhole, count: records.length }).toEqual({ refused: null, isWhole: true, count: most })
    for (const { fault } of records) expect(fault).toBeNull()
    const times = records.map(({ at }) => at!)
    expect(times).toEqual([...new Set(times)].sort())
    expect(times.at(-1)! <= civil(NOON + MINUTE)).toBe(true)
    expect(times.at(-1)! > civil(NOON - HOUR)).toBe(true)
  })

  it('from a time on are the same as seen from the end', () => {
    const latest = read('latest', 12).records
    const again = read(latest[0]!.at!, 12).records
    const told = (records: typeof latest) => records.map(({ frames: _, ...record }) => record)
    expect(told(again)).toEqual(told(latest))
    for (const { frames } of again) expect(frames?.length).toBeGreaterThan(0)
  })

  it('the earliest go on as far as asked, and what lies before any is not made up', () => {
    const earliest = read('earliest', 20)
    expect(earliest.records).toHaveLength(20)
    const before = read('2020-01-01T00:00:00', 20)
    expect(before.records.every(({ at }) => at! >= earliest.records[0]!.at!)).toBe(true)
  })

  it('end with the last there is', () => {
    const { records, isWhole, refused } = read(civil(NOON - 2 * HOUR), 1_000)
    expect({ isWhole, refused }).toEqual({ isWhole: true, refused: null })
    expect(records.length).toBeGreaterThan(2)
    expect(records.length).toBeLessThan(150)
  })

  it('hold the energies the meter showed at that moment', () => {
    const [record] = read('latest', 1, 4).records
    const at = new Date(`${record!.at}Z`).getTime() - OFFSET_MINUTES * MINUTE
    const energy = record!.points.find(({ item }) => item === '00010000')!
    const [shown] = talk(driver2007.read(call(), [driver2007.describe('00010000')!]), slaveOf(), at).reads
    const digits =
      shown && 'value' in shown && 'digits' in shown.value ? Number(shown.value.digits) : Number.NaN
    expect(Math.abs(Number(energy.value) * 100 - digits)).toBeLessThanOrEqual(1)
  })

  it.each([1, 2, 3, 4, 5, 6] as const)('of class %i alone, in the layout of either make', nth => {
    const standard = read('latest', 3, nth)
    expect(standard.refused).toBeNull()
    for (const { fault } of standard.records) expect(fault).toBeNull()
    const odd = read(
      'latest',
      3,
      nth,
      { 'load-record': 'asked-class-only' },
      { quirks: { 'load-record': 'asked-class-only' } },
    )
    expect(odd.records.map(({ points }) => points)).toEqual(standard.records.map(({ points }) => points))
  })
})

describe('events of a simulated meter', () => {
  it('power has failed: count, times and ends, latest first', () => {
    const read = talk(driver2007.readEvents!(call(), { event: 'power-down', most: 10 }), slaveOf())
    expect(read).toMatchObject({ refused: null, isWhole: true })
    expect(read.count).toBeGreaterThan(10)
    expect(read.records).toHaveLength(10)
    const starts = read.records.map(({ startedAt }) => startedAt!)
    expect(starts).toEqual(starts.toSorted().reverse())
    for (const { startedAt, endedAt, fault } of read.records) {
      expect(fault).toBeNull()
      expect(endedAt! > startedAt!).toBe(true)
    }
  })

  it('every class can be asked, and none is garbled', () => {
    for (const event of driver2007.events!.keys()) {
      const read = talk(driver2007.readEvents!(call(), { event, most: 10 }), slaveOf())
      expect(read, event).toMatchObject({ refused: null, isWhole: true })
      for (const { fault, points } of read.records) {
        expect(fault, event).toBeNull()
        for (const point of points)
          expect(point.fault?.code ?? 'VALUE_NOT_HELD', `${event} ${point.name}`).toBe('VALUE_NOT_HELD')
      }
    }
  })
})

describe('freezes of a simulated meter', () => {
  const freeze = (kind: string, nth: number, at = NOON) => {
    const { stamp, points } = driver2007.freezes!.get(kind)!
    return talk(driver2007.readFreeze!(call(), { nth, stamp, points: points.slice(0, 1) }), slaveOf(), at)
      .reads[0]!
  }

  it.each([
    ['daily', 1, civil(NOON - 12 * HOUR)],
    ['daily', 5, civil(NOON - 12 * HOUR - 4 * DAY)],
    ['hourly', 1, civil(NOON)],
    ['hourly', 25, civil(NOON - DAY)],
  ])('%s, %i back', (kind, nth, at) => {
    expect(freeze(kind, nth, NOON + 5 * MINUTE)).toMatchObject({ stampedAt: at })
  })

  it('V-T3 within a minute of the hour, by its own clock, are asked again later', () => {
    expect(freeze('hourly', 1, NOON)).toMatchObject({ refused: { code: 'METER_BUSY' } })
    expect(freeze('daily', 1, NOON)).toMatchObject({ stampedAt: civil(NOON - 12 * HOUR) })
  })

  it('at settlement days are what the meter showed then', () => {
    const read = freeze('settlement', 1)
    expect(read).toMatchObject({ stampedAt: expect.stringMatching(/^2026-1[01]-\d\dT\d\d:00:00$/) })
    const at = new Date(`${'stampedAt' in read ? read.stampedAt : ''}Z`).getTime() - OFFSET_MINUTES * MINUTE
    const [shown] = talk(
      driver2007.read(call(), [driver2007.describe('00010000')!]),
      slaveOf(),
      at - 1_000,
    ).reads
    expect('value' in read && read.value).toEqual(shown && 'value' in shown && shown.value)
  })

  it('of months past in 1997', () => {
    const slave = createMeter1997(meterOf({ address: OWN, protocol: 'dlt645-1997' }))
    const { stamp, points } = driver1997.freezes!.get('settlement')!
    const last = talk(driver1997.readFreeze!(call(), { nth: 1, stamp, points }), slave).reads
    const before = talk(driver1997.readFreeze!(call(), { nth: 2, stamp, points }), slave).reads
    for (const reads of [last, before]) expect(reads[0]).toMatchObject({ stampedAt: expect.any(String) })
    const digits = ([read]: typeof last) =>
      read && 'value' in read && 'digits' in read.value ? read.value.digits : 0n
    expect(digits(last) > digits(before)).toBe(true)
  })
})

describe('what simulated meters serve', () => {
  it('2007', () => {
    const found = talk(driver2007.discovery!.capabilities!(call()), slaveOf())!
    expect(found.serves).toContain('05060001')
    expect(found.serves).toContain('06000002')
    expect(found.facts['04000402']).toMatch(/^\d{12}$/)
  })

  it('1997', () => {
    const slave = createMeter1997(meterOf({ address: OWN, protocol: 'dlt645-1997' }))
    const found = talk(driver1997.discovery!.capabilities!(call()), slave)!
    expect(found.serves).toContain('901F')
  })
})
