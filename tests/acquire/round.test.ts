import { describe, expect, test } from 'vitest'
import type { Job } from '../../src/acquire/job.ts'
import { createLastGood } from '../../src/acquire/last-good.ts'
import { freezePlansOf } from '../../src/acquire/plans.ts'
import { outcomeOf, wasSent } from '../../src/acquire/round.ts'
import { CLOCK } from '../../src/core/obis.ts'
import { DAY, HOUR, NO_DATE_MS } from '../../src/core/time.ts'
import type { Frame, RawRead, Refusal } from '../../src/driver-api/driver.ts'
import type { Point } from '../../src/driver-api/profile.ts'
import { type Exchange, newExchange, stayedExchange } from '../../src/line/asker.ts'
import { toyMeter, toyPoint, toyRequest } from '../line/toy-driver.ts'

/** 00:00 at +08:00. */
const MIDNIGHT = Date.UTC(2026, 10, 20, 16)
const NOON = MIDNIGHT + 12 * HOUR
const points = [toyPoint(0), toyPoint(1)]
const clockPoint: Point = { ...toyPoint(9), obis: CLOCK, unit: '' }
const POLL: Job = { kind: 'poll', slot: NOON, poll: { everyMs: HOUR, points } }

const meter = toyMeter(points, { stamp: toyPoint(9), points, depth: 62 })
const [plan] = freezePlansOf(meter, 480)
const FREEZE: Job = { kind: 'freeze', plan: plan!, boundary: MIDNIGHT, nth: 1 }
const [, hours] = freezePlansOf(
  { ...meter, hourly: true, profile: { ...meter.profile, hourly: { ...meter.profile.daily!, depth: 254 } } },
  480,
)
const HOURLY: Job = { kind: 'freeze', plan: hours!, boundary: MIDNIGHT + HOUR, nth: 1 }

/** What a conversation at noon stands in. */
const AROUND = {
  line: 'l1',
  offsetMinutes: 480,
  lastGood: createLastGood([], 480),
  timeTrusted: true,
  contradicted: false,
  now: NOON + 100,
  lastClock: null,
}

function outcome(
  job: Job,
  said: readonly ((frame: Frame) => RawRead)[],
  change: {
    doubled?: boolean
    silent?: boolean
    lastClock?: { measuredAt: number; deviationMs: number }
  } = {},
) {
  const exchanges: Exchange[] = said.map((_, index) => ({
    request: toyRequest(1, index),
    frame: { bytes: Uint8Array.of(index) },
    sentAt: NOON,
    receivedAt: NOON + 50,
    outcome: 'answered',
    doubled: (change.doubled ?? false) && index === 0,
    others: [],
  }))
  const reads = said.map((make, index) => make(exchanges[index]?.frame ?? { bytes: new Uint8Array(0) }))
  const fault = change.silent ? { code: 'LINE_SILENT' as const, text: 'm1 did not answer' } : null
  return outcomeOf(
    meter,
    job,
    { result: { reads, refused: [] }, exchanges, fault },
    { ...AROUND, lastClock: change.lastClock ?? null },
  )
}

const value =
  (point: Point, stampedAt?: string) =>
  (frame: Frame): RawRead => ({
    point,
    frames: [frame],
    value: { digits: 100n, scaler: -2 },
    ...(stampedAt !== undefined && { stampedAt }),
  })
const refusal =
  (point: Point, code: Refusal['code'], rule?: Refusal['rule']) =>
  (frame: Frame): RawRead => ({
    point,
    frames: [frame],
    refused: { code, text: 'no', ...(rule && { rule }) },
  })
const [total = toyPoint(0), tariff = toyPoint(1)] = points
const STAMP = '2026-11-21T00:00:00'

describe('what came of a conversation', () => {
  test('a freeze is done when each of its registers is here', () => {
    expect(outcome(FREEZE, [value(total, STAMP), value(tariff, STAMP)]).end).toBe('done')
    expect(outcome(FREEZE, [value(total, STAMP)]).end).toBe('nothing')
  })

  test('or when the meter has none such for good; another refusal is asked again', () => {
    expect(outcome(FREEZE, [value(total, STAMP), refusal(tariff, 'METER_NO_DATA')]).end).toBe('done')
    expect(outcome(FREEZE, [value(total, STAMP), refusal(tariff, 'METER_REFUSED')]).end).toBe('nothing')
    expect(outcome(FREEZE, [refusal(total, 'METER_NO_DATA'), refusal(tariff, 'METER_NO_DATA')]).end).toBe(
      'nothing',
    )
  })

  test('a freeze of another day is kept as that day’s, and the day asked for is still wanted', () => {
    const { end, round } = outcome(FREEZE, [
      value(total, '2026-11-20T00:00:00'),
      value(tariff, '2026-11-20T00:00:00'),
    ])
    expect(end).toBe('nothing')
    expect(round.readings.map(({ slot, quality }) => [slot, quality])).toEqual([
      [MIDNIGHT - DAY, 'good'],
      [MIDNIGHT - DAY, 'good'],
    ])
  })

  test('V-T3 a freeze stamped otherwise than at midnight is held apart', () => {
    const { end, round } = outcome(FREEZE, [
      value(total, '2026-11-21T00:05:00'),
      value(tariff, '2026-11-21T00:05:00'),
    ])
    expect([end, round.readings[0]?.quality]).toEqual(['nothing', 'quarantined'])
  })

  test('V-T3 an hour is kept as that hour, and done', () => {
    const one = '2026-11-21T01:00:00'
    const { end, round } = outcome(HOURLY, [value(total, one), value(tariff, one)])
    expect([end, round.readings.map(({ slot, quality }) => [slot, quality])]).toEqual([
      'done',
      [
        [MIDNIGHT + HOUR, 'good'],
        [MIDNIGHT + HOUR, 'good'],
      ],
    ])
  })

  test.each([true, false])(
    'a meter that has some of the settlement days configured is found out, daily freezes read: %s',
    daily => {
      const settling = {
        ...meter,
        daily,
        settlement: [
          { day: 1, hour: 0 },
          { day: 15, hour: 0 },
        ],
        profile: { ...meter.profile, settlement: { ...meter.profile.daily!, depth: 12 } },
      }
      const months = freezePlansOf(settling, 480).find(({ name }) => name === 'settlement')
      // The 15th is asked for as the last one; it settled on the first.
      const job: Job = { kind: 'freeze', plan: months!, boundary: Date.UTC(2026, 10, 14, 16), nth: 1 }
      const at = (stamp: string) =>
        outcome(
          job,
          points.map(point => value(point, stamp)),
        )
      expect(at('2026-11-01T00:00:00')).toMatchObject({ end: 'nothing', cause: 'SETTLES_OTHERWISE' })
      expect(at('2026-11-15T00:00:00')).toMatchObject({ end: 'done', cause: null })
      expect(at('2026-11-03T00:00:00')).toMatchObject({ end: 'nothing', cause: 'HELD_APART' })
    },
  )

  test('V-F10 an hour that turns out to be midnight is no reading beside the daily freeze, which a bill rests on', () => {
    const { end, round, cause } = outcome(HOURLY, [value(total, STAMP), value(tariff, STAMP)])
    expect([end, round.readings, cause]).toEqual(['nothing', [], 'METER_NO_DATA'])
    expect(wasSent(round)).toBe(true)
  })

  test('a gateway that answers for a silent meter: the meter is what is silent', () => {
    const behind = outcome(POLL, [refusal(total, 'LINE_SILENT'), refusal(tariff, 'LINE_SILENT')])
    expect(behind).toMatchObject({ end: 'unanswered', fault: { code: 'LINE_SILENT' } })
    expect(outcome(POLL, [value(total), refusal(tariff, 'METER_BUSY')])).toMatchObject({
      end: 'done',
      fault: null,
    })
  })

  test('V-F10 two answers to one question put all of the conversation in doubt', () => {
    const { round } = outcome(POLL, [value(total), value(tariff)], { doubled: true })
    expect(round.readings.map(({ quality }) => quality)).toEqual(['suspect', 'suspect'])
  })

  test('V-F11 a clock that shows no date is a clock fault, not an unknown clock', () => {
    expect(outcome(POLL, [refusal(clockPoint, 'VALUE_OUT_OF_TYPE', 'V-F11')]).round.clock?.deviationMs).toBe(
      NO_DATE_MS,
    )
    expect(outcome(POLL, [refusal(clockPoint, 'METER_BUSY')]).round.clock).toBeNull()
  })

  test('V-T2 a round that did not read the clock is judged by the last measurement', () => {
    const { round } = outcome(FREEZE, [value(total, STAMP), value(tariff, STAMP)], {
      lastClock: { measuredAt: NOON - HOUR, deviationMs: 6 * 60_000 },
    })
    expect(round.readings.map(({ obis, quality }) => [obis, quality])).toEqual([
      ['1-0:1.8.0', 'good'],
      ['1-0:1.8.1', 'suspect'],
    ])
  })

  test('what a rule made no value of is evidence by that rule', () => {
    const { round } = outcome(POLL, [refusal(total, 'VALUE_NOT_DIGITS', 'V-F7')])
    expect(round.exchanges.map(exchange => exchange.outcome)).toEqual(['V-F7'])
  })

  test('a request that never left is no evidence, and a reading still finds its own frames', () => {
    const why = { code: 'LINE_GARBLED' as const, text: 'the line does not fall silent' }
    const stays = stayedExchange(toyRequest(1, 8), NOON, why)
    const frame = { bytes: Uint8Array.of(1) }
    const answered = { ...newExchange(toyRequest(1, 0), NOON), frame, receivedAt: NOON + 50 }
    const exchanges: Exchange[] = [stays, { ...answered, outcome: 'answered' }]
    const result = { reads: [value(total)(frame)], refused: [] }
    const { round } = outcomeOf(meter, POLL, { result, exchanges, fault: null }, AROUND)
    expect(round.exchanges).toMatchObject([{ outcome: 'answered', reply: frame.bytes }])
    expect(round.readings.map(({ exchange }) => exchange)).toEqual([0])
    expect(wasSent(round)).toBe(true)
    const nothing = { result: { reads: [], refused: [] }, exchanges: [stays, stays], fault: why }
    const silent = outcomeOf(meter, POLL, nothing, AROUND)
    expect(silent).toMatchObject({ end: 'unanswered', fault: { code: 'LINE_GARBLED' } })
    expect(wasSent(silent.round)).toBe(false)
  })

  test('what left before the link was lost is evidence', () => {
    const cut: Exchange = { ...newExchange(toyRequest(1, 0), NOON), outcome: 'LINE_CLOSED' }
    const talked = { result: { reads: [], refused: [] }, exchanges: [cut], fault: null }
    const { round } = outcomeOf(meter, POLL, talked, AROUND)
    expect(wasSent(round)).toBe(true)
  })
})

test('a poll of refusals alone says why; a freeze that is not held, and a poll with a value, do not', () => {
  const refusals = [refusal(points[0]!, 'METER_REFUSED'), refusal(points[1]!, 'METER_NO_DATA')]
  expect(outcome(POLL, refusals)).toMatchObject({ fault: null, valueless: { code: 'METER_REFUSED' } })
  expect(outcome(POLL, [value(points[0]!), refusals[1]!]).valueless).toBeNull()
  expect(outcome(FREEZE, refusals).valueless).toBeNull()
})
