/** What a meter is silent to, told from what a line has lost. */

import { describe, expect, test } from 'vitest'
import { createLastGood } from '../../src/acquire/last-good.ts'
import { disturbance, silentTo } from '../../src/acquire/silences.ts'
import type { Exchange } from '../../src/line/asker.ts'
import { toyMeter, toyPoint, toyRequest } from '../line/toy-driver.ts'

const [total, tariff, stamp] = [toyPoint(0), toyPoint(1), { ...toyPoint(9), obis: '' }] as const
const meter = toyMeter([total], { stamp, points: [{ ...tariff, item: 'frozen' }], depth: 62 })

type Outcome = Exchange['outcome']
const NOTHING_KEPT = createLastGood([], 480)

/** One conversation by the outcomes of its exchanges; what was asked at `at` had no answer. */
function talked(outcomes: readonly Outcome[], at: readonly number[], name: string | null = 'FF') {
  const requests = outcomes.map((_, index) => toyRequest(1, index))
  const exchanges = outcomes.map(
    (outcome, index): Exchange => ({
      request: requests[index]!,
      frame: null,
      sentAt: 0,
      receivedAt: null,
      outcome,
      doubled: false,
      others: [],
    }),
  )
  const unanswered = [{ name, requests: at.map(place => requests[place]!) }]
  return { result: { reads: [], refused: [], unanswered }, exchanges }
}

const [yes, no, bad, closed] = ['answered', 'LINE_SILENT', 'LINE_GARBLED', 'LINE_CLOSED'] as const

describe('silence', () => {
  test('is a meter’s where it answered directly before and after, each of both times', () => {
    const one = talked([yes, no, yes, no, yes], [1, 3])
    expect(silentTo(one, meter, NOTHING_KEPT)).toEqual(['FF'])
    expect(disturbance(one, 'm1')).toBeNull()
  })

  test.each([
    ['something damaged came once', [yes, bad, yes, no, yes], [1, 3]],
    ['something damaged came the second time', [yes, no, yes, bad, yes], [1, 3]],
    ['a damaged answer was repeated and then was none', [yes, bad, no, yes, no, yes], [1, 4]],
    ['nothing was answered before', [no, yes, no, yes], [0, 2]],
    ['what came before had no answer either', [yes, no, no, yes, no, yes], [2, 4]],
    ['nothing was answered after', [yes, no, yes, no], [1, 3]],
    ['what came after had no answer either', [yes, no, yes, no, no, yes], [1, 3]],
    ['the link was down', [yes, closed, yes, no, yes], [1, 3]],
    ['it was asked once', [yes, no, yes], [1]],
    ['it was answered in part', [yes, yes, no, yes], []],
  ] as const)('is the line’s where %s: not remembered, and the round is not done', (_, outcomes, at) => {
    const one = talked(outcomes, at)
    expect(silentTo(one, meter, NOTHING_KEPT)).toEqual([])
    expect(disturbance(one, 'm1')).toMatchObject({ code: 'LINE_GARBLED' })
  })

  test('is not remembered where something else was lost in the same conversation', () => {
    const one = talked([yes, no, yes, no, yes, no, yes], [1, 3])
    expect(silentTo(one, meter, NOTHING_KEPT)).toEqual([])
    expect(disturbance(one, 'm1')).toBeNull()
  })

  test('to what is not to be remembered is not, and the round is done', () => {
    const one = talked([yes, no, yes, no, yes], [1, 3], null)
    expect(silentTo(one, meter, NOTHING_KEPT)).toEqual([])
    expect(disturbance(one, 'm1')).toBeNull()
  })

  test.each([
    ['an item', total.item, total.obis, 'poll'],
    ['an item of a freeze', 'frozen', tariff.obis, 'freeze'],
    ['the stamp of a freeze', stamp.item, tariff.obis, 'freeze'],
  ] as const)('to %s that had a value before is not remembered', (_, name, obis, kind) => {
    const one = talked([yes, no, yes, no, yes], [1, 3], name)
    const good = { meter: 'm1', obis, kind, value: { digits: 1n, scaler: 0 }, readAt: 0 }
    expect(silentTo(one, meter, createLastGood([good], 480))).toEqual([])
    expect(silentTo(one, meter, createLastGood([{ ...good, meter: 'm2' }], 480))).toEqual([name])
  })

  test('there is none where a driver names none', () => {
    const one = { result: { reads: [], refused: [] }, exchanges: [] }
    expect(silentTo(one, meter, NOTHING_KEPT)).toEqual([])
    expect(disturbance(one, 'm1')).toBeNull()
  })
})
