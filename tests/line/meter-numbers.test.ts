import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { driver2007 } from '../../drivers/dlt645/driver.ts'
import type { Driver } from '../../src/driver-api/driver.ts'
import { type Exchange, newExchange } from '../../src/line/asker.ts'
import { createMeterNumbers } from '../../src/line/meter-numbers.ts'
import { createResponseTimes, RESPONSE_BOUNDS_MS } from '../../src/line/response-times.ts'
import { rounds } from '../support/rounds.ts'
import { toyDriver, toyRequest } from './toy-driver.ts'

const USUAL_MS = 2_000
const STANDARD_MS = 500
const read = toyRequest(1, 1)
const answered = (tookMs: number): Exchange => ({ ...newExchange(read, 0), outcome: 'answered', tookMs })
const silent = newExchange(read, 0)

/** Numbers of a meter that took so long, answer by answer. */
function meterThatTook(...tookMs: number[]) {
  const numbers = createMeterNumbers()
  for (const ms of tookMs) numbers.noteExchange('m', answered(ms))
  const waits = (driver: Driver = driver2007, request = read) =>
    numbers.replyWithinMs('m', request, driver, USUAL_MS)
  return { numbers, waits }
}

const times = (count: number, ms: number) => Array<number>(count).fill(ms)

describe('how long a meter is waited for', () => {
  test('one that is not known has all the time of its driver or line', () => {
    expect(createMeterNumbers().replyWithinMs('m', read, driver2007, USUAL_MS)).toBe(USUAL_MS)
    expect(meterThatTook(...times(19, 30)).waits()).toBe(USUAL_MS)
  })

  test('a known one has the time of its standard on top of its own', () => {
    expect(meterThatTook(...times(20, 30)).waits()).toBe(STANDARD_MS + 30)
    expect(meterThatTook(...times(500, 25), ...times(20, 140)).waits()).toBe(STANDARD_MS + 150)
  })

  test('a slow one has three times what it takes, and no more than all', () => {
    expect(meterThatTook(...times(50, 400)).waits()).toBe(3 * 450)
    expect(meterThatTook(...times(50, 900)).waits()).toBe(USUAL_MS)
  })

  test('after a silence the next question has all the time again, every second time', () => {
    const { numbers, waits } = meterThatTook(...times(50, 30))
    const seen = Array.from({ length: 5 }, () => {
      numbers.noteExchange('m', silent)
      return waits()
    })
    expect(seen).toEqual([USUAL_MS, 530, USUAL_MS, 530, USUAL_MS])
  })

  test.each<[string, Driver, typeof read]>([
    ['what must not be repeated', driver2007, { ...read, safeToRepeat: false }],
    ['a protocol whose answers name no item', { ...driver2007, answerNamesItem: false }, read],
    ['a protocol without a time in its standard', toyDriver(), read],
  ])('V-F8 %s always has all the time', (_, driver, request) => {
    expect(meterThatTook(...times(500, 30)).waits(driver, request)).toBe(USUAL_MS)
  })

  test('V-F8 late answers widen the wait, a single one does not', () => {
    const { numbers, waits } = meterThatTook()
    numbers.noteLate('m', 2_400)
    expect(waits()).toBe(USUAL_MS)
    for (let late = 0; late < 3; late++) numbers.noteLate('m', 40_000)
    expect(waits()).toBe(120_000)
    expect(numbers.of('m')).toMatchObject({ lates: 4 })
  })

  test('no meter that keeps its standard is ever given less than the standard, whatever it did before', () => {
    const some = fc.array(fc.integer({ min: 1, max: STANDARD_MS }), { minLength: 20, maxLength: 60 })
    fc.assert(
      fc.property(some, seen => {
        expect(meterThatTook(...seen).waits()).toBeGreaterThan(Math.max(STANDARD_MS, ...seen))
      }),
      rounds(1, 300),
    )
  })
})

describe('numbers of a meter', () => {
  test('count questions by what came of them', () => {
    const { numbers } = meterThatTook(25, 25, 410)
    numbers.noteExchange('m', silent)
    numbers.noteExchange('m', { ...silent, outcome: 'LINE_GARBLED' })
    numbers.noteExchange('m', {
      ...silent,
      others: [{ request: read.bytes, reply: null, sentAt: 0, receivedAt: 0, outcome: 'V-F4' }],
    })
    numbers.noteExchange('m', { ...silent, stayed: { code: 'LINE_CLOSED', text: '' } })
    expect(numbers.of('m')).toEqual({
      requests: 6,
      timeouts: 2,
      damaged: 1,
      lates: 0,
      strays: 1,
      responseMs: { p50: 30, p90: 450, p99: 450 },
    })
  })

  test('fade, so that a meter that has become slow is known as slow', () => {
    const seen = createResponseTimes(true)
    for (let count = 0; count < 5_000; count++) seen.note(25)
    for (let count = 0; count < 1_500; count++) seen.note(410)
    expect(seen.quantile(0.5)).toBe(450)
    expect(seen.count).toBeLessThan(1_000)
  })

  test('of a line only grow, and what is beyond the last bound counts to it', () => {
    const seen = createResponseTimes(false)
    for (let count = 0; count < 2_000; count++) seen.note(25)
    seen.note(1e9)
    expect([seen.count, seen.sumMs, Array.from(seen.buckets).at(-1)]).toEqual([2_001, 50_000 + 1e9, 1])
    expect(seen.quantile(1)).toBe(RESPONSE_BOUNDS_MS.at(-1))
    expect(createResponseTimes(false).quantiles()).toBe(null)
  })
})
