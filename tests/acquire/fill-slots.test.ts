/** What a poll has missed and the meter wrote down: asked for newest first, in short conversations, each slot once (PR-05). */

import { describe, expect, test } from 'vitest'
import { driver2007 } from '../../drivers/dlt645/driver.ts'
import { RECORDS_AT_ONCE } from '../../src/acquire/fill-slots.ts'
import type { SimulatedQuirks } from '../../src/core/simulated.ts'
import { civilOf, DAY, HOUR, MINUTE } from '../../src/core/time.ts'
import type { Driver, LoadRecordsRead } from '../../src/driver-api/driver.ts'
import { createMeter2007 } from '../../src/simulator/meter-2007.ts'
import { meterOf, NOON, OFFSET_MINUTES } from '../simulator/master.ts'
import { answersOf, hold, missing, OWN, polling } from './fill-bench.ts'

const VOLTAGE = '02010100'
const POWER = '02030000'
const IMPORT = '00010000'
const TARIFF_1 = '00010100'
const slaveOf = (quirks: SimulatedQuirks = {}) => createMeter2007(meterOf({ address: OWN }), quirks)
const QUARTER = 15 * MINUTE

/** Simulated meters write voltages and powers every quarter of an hour, energies every hour. */
describe('PR-05 missed slots come back from load records', () => {
  test.each([
    {
      what: 'one class, at its own interval',
      every: QUARTER,
      items: [VOLTAGE],
      days: 4,
      filledEvery: QUARTER,
    },
    { what: 'two classes', every: QUARTER, items: [VOLTAGE, POWER], days: 1, filledEvery: QUARTER },
    { what: 'records oftener than slots', every: HOUR, items: [VOLTAGE], days: 4, filledEvery: HOUR },
    { what: 'records rarer than slots', every: QUARTER, items: [IMPORT], days: 2, filledEvery: HOUR },
    { what: 'records rarer than minutes', every: MINUTE, items: [POWER], days: 1, filledEvery: QUARTER },
  ])('$what', ({ every, items, days, filledEvery }) => {
    const first = NOON - days * DAY
    const gap = { first, last: NOON - every, cause: 'LINE_SILENT' } as const
    const bench = missing(polling(every, items), gap, NOON)
    const count = (days * DAY) / every
    expect(bench.fates.size).toBe(count)
    expect(new Set([...bench.fates.values()].map(({ state }) => state))).toEqual(new Set(['open']))
    const slave = slaveOf()
    const conversations = bench.all(NOON, answersOf(slave, NOON))
    for (let slot = first; slot < NOON; slot += every)
      expect(bench.fateOf(slot), civilOf(slot, OFFSET_MINUTES)).toBe(
        slot % filledEvery === 0 ? 'filled' : 'missed METER_NO_DATA',
      )
    expect(bench.kept).toHaveLength(((days * DAY) / filledEvery) * items.length)
    expect(new Set(bench.kept.map(({ slot, obis }) => `${slot} ${obis}`)).size).toBe(bench.kept.length)
    for (const { questions } of bench.asked)
      expect(questions.reduce((sum, { most }) => sum + most, 0)).toBeLessThanOrEqual(RECORDS_AT_ONCE)
    expect(conversations).toBeLessThanOrEqual(
      Math.ceil((days * DAY) / filledEvery / (RECORDS_AT_ONCE - 2)) + 2,
    )
    // But for one look at where the memory begins.
    const newest = bench.asked.map(({ last }) => last).filter(last => last !== first)
    expect(newest).toEqual([...newest].sort((a, b) => b - a))
  })

  test('what is filled in is what the meter showed at that moment', () => {
    const gap = { first: NOON - DAY, last: NOON - HOUR, cause: 'OFF' } as const
    const bench = missing(polling(HOUR, [IMPORT, VOLTAGE]), gap, NOON)
    const slave = slaveOf()
    bench.all(NOON, answersOf(slave, NOON))
    expect(bench.kept).toHaveLength(48)
    for (const { obis, slot, digits } of bench.kept) {
      const point = [IMPORT, VOLTAGE].map(item => driver2007.describe(item)!).find(one => one.obis === obis)!
      const { result } = hold(
        driver2007.read({ address: OWN, sequence: () => 0, traits: {}, refusedBefore: new Set() }, [point]),
        answersOf(slave, slot - 100),
      )
      expect(result.reads[0], `${obis} ${slot}`).toMatchObject({ value: { digits } })
    }
  })

  test('what is kept already is neither asked for nor brought again', () => {
    const gap = { first: NOON - 4 * QUARTER, last: NOON - QUARTER, cause: 'OFF' } as const
    const bench = missing(polling(QUARTER, [VOLTAGE, POWER]), gap, NOON)
    const codes = [VOLTAGE, POWER].map(item => driver2007.describe(item)!.obis)
    for (const code of codes) for (const back of [1, 2, 3]) bench.held.add(`${NOON - back * QUARTER} ${code}`)
    bench.held.add(`${NOON - 4 * QUARTER} ${codes[0]}`)
    bench.all(NOON, answersOf(slaveOf(), NOON))
    expect(bench.kept.map(({ obis, slot }) => [obis, slot])).toEqual([[codes[1], NOON - 4 * QUARTER]])
    expect([...bench.fates.values()].map(({ state }) => state)).toEqual(Array(4).fill('filled'))

    const whole = missing(polling(QUARTER, [VOLTAGE]), { ...gap, last: gap.first }, NOON)
    whole.held.add(`${gap.first} ${codes[0]}`)
    whole.all(NOON, () => {
      throw new Error('it was asked')
    })
    expect(whole.fateOf(gap.first)).toBe('filled')
  })

  test('what no record holds is told, and what one holds is kept', () => {
    const gap = { first: NOON - DAY, last: NOON - HOUR, cause: 'LINE_SILENT' } as const
    const bench = missing(polling(QUARTER, [VOLTAGE, IMPORT]), gap, NOON)
    bench.all(NOON, answersOf(slaveOf(), NOON))
    expect(bench.fateOf(NOON - HOUR)).toBe('filled')
    expect(bench.fateOf(NOON - HOUR - QUARTER)).toBe('missed METER_NO_DATA')
    expect(bench.kept.filter(({ slot }) => slot === NOON - HOUR - QUARTER)).toHaveLength(1)
  })
})

describe('PR-05 what load records do not give has a cause', () => {
  const hours = (count: number) =>
    ({ first: NOON - count * HOUR, last: NOON - HOUR, cause: 'LINE_SILENT' }) as const

  test('of a meter that writes none all is known after two conversations', () => {
    const driver = saying({ records: [], refused: { code: 'METER_NO_DATA', text: 'none' }, isWhole: true })
    const bench = missing(polling(HOUR, [VOLTAGE], driver), hours(900), NOON)
    expect(bench.all(NOON, () => null)).toBe(2)
    expect(new Set([...bench.fates.values()].map(({ state, cause }) => `${state} ${cause}`))).toEqual(
      new Set(['missed METER_NO_DATA']),
    )
  })

  test('older than its memory is known at once', () => {
    const slave = slaveOf()
    const from = NOON - 10 * HOUR
    const answers = answersOf(slave, NOON)
    const forgetful: Driver = {
      ...driver2007,
      *readLoadRecords(call, asked) {
        const start = Date.parse(`${asked.from}Z`) - OFFSET_MINUTES * MINUTE
        const begins = civilOf(Math.max(start, from), OFFSET_MINUTES)
        return yield* driver2007.readLoadRecords!(call, { ...asked, from: begins })
      },
    }
    const bench = missing(polling(HOUR, [VOLTAGE], forgetful), hours(960), NOON)
    expect(bench.all(NOON, answers)).toBeLessThanOrEqual(6)
    expect(bench.kept).toHaveLength(10)
    expect(bench.fateOf(from)).toBe('filled')
    expect(bench.fateOf(from - HOUR)).toBe('missed METER_NO_DATA')
    expect(bench.fateOf(NOON - 960 * HOUR)).toBe('missed METER_NO_DATA')
  })

  test('older than anybody asks for keeps the cause it had', () => {
    const midnight = NOON - 12 * HOUR
    const gap = { first: midnight - 41 * DAY, last: midnight - DAY, cause: 'OFF' } as const
    const bench = missing(polling(DAY, [VOLTAGE]), gap, NOON)
    expect(bench.fateOf(midnight - 41 * DAY)).toBe('missed OFF')
    expect(bench.fateOf(midnight - 39 * DAY)).toBe('open OFF')
    bench.tell(bench.slots.account(NOON + 2 * DAY, []))
    expect(bench.fateOf(midnight - 39 * DAY)).toBe('missed OFF')
    expect(bench.fateOf(midnight - DAY)).toBe('open OFF')
  })

  test('records the meter itself calls bad are no values', () => {
    const bench = missing(polling(QUARTER, [VOLTAGE]), hours(24), NOON)
    bench.all(NOON, answersOf(slaveOf({ 'bad-load-records': 'some' }), NOON))
    const fates = new Set([...bench.fates.keys()].map(bench.fateOf))
    expect(fates).toEqual(new Set(['filled', 'missed VALUE_NOT_HELD']))
  })

  test('V-F7 records with a wrong sum are asked for again, and then told; none is guessed at', () => {
    const traits = { quirks: { 'load-record-checksum': 'checked' } }
    const bench = missing(polling(QUARTER, [VOLTAGE]), { ...hours(1), last: NOON - HOUR }, NOON, traits)
    const answers = answersOf(slaveOf({ 'load-record-checksum': 'wrong' }), NOON)
    let tries = 0
    for (let now = NOON; now < NOON + DAY; now += MINUTE) tries += Math.min(1, bench.once(now, answers))
    expect([tries, bench.kept.length]).toEqual([5, 0])
    expect(bench.fateOf(NOON - HOUR)).toBe('missed FRAME_CHECKSUM')
    expect(bench.fates.get(NOON - HOUR)).toMatchObject({ tries: 5 })
  })

  test('V-T7 records of two values for one minute stand for none', () => {
    const at = civilOf(NOON - HOUR, OFFSET_MINUTES)
    const point = { ...driver2007.describe(VOLTAGE)!, at }
    const records = ['220.1', '220.2'].map(value => ({ at, points: [{ ...point, value }], fault: null }))
    const bench = missing(
      polling(HOUR, [VOLTAGE], saying({ records, refused: null, isWhole: true })),
      hours(1),
      NOON,
    )
    bench.all(NOON, () => null)
    expect([bench.kept.length, bench.fateOf(NOON - HOUR)]).toEqual([0, 'missed VALUE_OUT_OF_TYPE'])
  })

  test.each([
    ['another register', { item: IMPORT, obis: '1-0:1.8.0' }],
    ['another unit', { unit: 'kV' }],
    ['no value', { value: null }],
  ])('%s in its place is no value', (_what, change) => {
    const at = civilOf(NOON - HOUR, OFFSET_MINUTES)
    const point = { ...driver2007.describe(VOLTAGE)!, at, value: '220.1', ...change }
    const records = [{ at, points: [point], fault: null }]
    const bench = missing(
      polling(HOUR, [VOLTAGE], saying({ records, refused: null, isWhole: true })),
      hours(1),
      NOON,
    )
    bench.all(NOON, () => null)
    expect([bench.kept.length, bench.fateOf(NOON - HOUR)]).toEqual([0, 'missed METER_NO_DATA'])
  })

  test('records out of order show nothing of those between them', () => {
    const point = driver2007.describe(VOLTAGE)!
    const records = [3, 1].map(back => {
      const at = civilOf(NOON - back * HOUR, OFFSET_MINUTES)
      return { at, points: [{ ...point, at, value: '220.1' }], fault: null }
    })
    const driver = saying({ records: records.toReversed(), refused: null, isWhole: false })
    const bench = missing(polling(HOUR, [VOLTAGE], driver), hours(3), NOON)
    bench.once(NOON, () => null)
    expect(bench.fateOf(NOON - 2 * HOUR)).toBe('open VALUE_OUT_OF_TYPE')
    expect(bench.kept).toHaveLength(2)
  })

  test('records of other minutes show that there is none of a slot, and of no more than that', () => {
    const point = driver2007.describe(VOLTAGE)!
    const kept = Array.from({ length: 96 }, (_, nth) => NOON - DAY + nth * QUARTER).filter(
      at => at % HOUR !== 0,
    )
    kept.push(NOON - 20 * HOUR)
    const odd: Driver = {
      ...driver2007,
      *readLoadRecords(_call, { from, most }) {
        const start = Date.parse(`${from}Z`) - OFFSET_MINUTES * MINUTE
        const found = kept.toSorted((a, b) => a - b).filter(at => at >= start)
        const records = found.slice(0, most).map(instant => {
          const at = civilOf(instant, OFFSET_MINUTES)
          return { at, points: [{ ...point, at, value: '220.1' }], fault: null }
        })
        return { records, refused: null, isWhole: true, frames: [] }
      },
    }
    const bench = missing(polling(HOUR, [VOLTAGE], odd), hours(24), NOON)
    bench.all(NOON, () => null)
    expect(bench.fates.size).toBe(24)
    for (const slot of bench.fates.keys())
      expect(bench.fateOf(slot)).toBe(slot === NOON - 20 * HOUR ? 'filled' : 'missed METER_NO_DATA')
  })

  test('silence leaves it open, however often', () => {
    const bench = missing(polling(HOUR, [VOLTAGE]), hours(8), NOON)
    let now = NOON
    for (; now < NOON + 3 * DAY; now += MINUTE) bench.once(now, () => null)
    expect(bench.fateOf(NOON - HOUR)).toBe('open LINE_SILENT')
    // After 10 and 30 minutes, one hour, and then every six.
    expect(bench.fates.get(NOON - HOUR)).toMatchObject({ tries: 15 })
    expect(bench.slots.due(now)).toBeNull()
    now = bench.slots.nextAt(now)
    bench.all(now, answersOf(slaveOf(), now))
    expect(new Set([...bench.fates.keys()].map(bench.fateOf))).toEqual(new Set(['filled']))
  })

  test('what could not be kept is asked for again; what is held apart is told so', () => {
    const answers = answersOf(slaveOf(), NOON)
    const bench = missing(polling(HOUR, [VOLTAGE]), hours(1), NOON)
    bench.keepsNothing(true)
    bench.once(NOON, answers)
    // Not before it is durable.
    expect(bench.fateOf(NOON - HOUR)).toBe('open LINE_SILENT')
    bench.held.clear()
    bench.slots.lost(bench.asked[0]!, NOON, 'STORE_FULL')
    bench.tell(bench.slots.account(NOON, []))
    expect(bench.fateOf(NOON - HOUR)).toBe('open STORE_FULL')
    expect(bench.once(NOON, answers)).toBe(0)
    expect(bench.slots.nextAt(NOON)).toBe(NOON + 10 * MINUTE)
    bench.once(NOON + 10 * MINUTE, answers)
    bench.slots.lost(bench.asked.at(-1)!, NOON, 'HELD_APART')
    bench.tell(bench.slots.account(NOON, []))
    expect(bench.fateOf(NOON - HOUR)).toBe('missed HELD_APART')
  })

  test('PR-31 a clock set back forgets what is not yet', () => {
    const bench = missing(polling(HOUR, [VOLTAGE]), hours(8), NOON)
    const now = NOON - 4 * HOUR
    bench.slots.account(now, [])
    bench.all(now, answersOf(slaveOf(), now))
    expect(Math.max(...bench.kept.map(({ slot }) => slot))).toBe(NOON - 5 * HOUR)
  })

  test('of a register that is in no record nothing is promised', () => {
    const { fill } = polling(HOUR, [VOLTAGE, TARIFF_1])
    expect(fill.points.map(({ item }) => item)).toEqual([VOLTAGE])
  })
})

/** A meter that gives one answer to whatever is asked. */
function saying(answer: Omit<LoadRecordsRead, 'frames'>): Driver {
  return {
    ...driver2007,
    // biome-ignore lint/correctness/useYield: it has its answer at once
    *readLoadRecords() {
      return { ...answer, frames: [] }
    },
  }
}
