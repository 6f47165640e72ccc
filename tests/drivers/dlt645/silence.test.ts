/** Meters that are silent to what they do not know, instead of refusing it (7.1: D1). */

import { describe, expect, it } from 'vitest'
import { driver1997, driver2007 } from '../../../drivers/dlt645/driver.ts'
import { disturbance } from '../../../src/acquire/silences.ts'
import type { Conversation, Driver, Point, RawRead, ReadResult } from '../../../src/driver-api/driver.ts'
import type { Exchange } from '../../../src/line/asker.ts'
import { callOf, type Holdings, talk } from './bench-meter.ts'

const OWN = '123456789012'
const points = (...items: readonly string[]): Point[] => items.map(item => driver2007.describe(item)!)
const values = (reads: readonly RawRead[]) =>
  Object.fromEntries(
    reads.map(read => [
      read.point.item,
      'refused' in read ? read.refused.code : 'digits' in read.value ? Number(read.value.digits) : 'time',
    ]),
  )

const HELD: Holdings = {
  '00010000': '29010000',
  '00010100': '62000000',
  '00010200': '60000000',
  '02010100': '5622',
  '04000102': '000010',
  '04000101': '06211126',
}
const ENERGIES = ['00010000', '00010100', '00010200']
const GOOD = { '00010000': 129, '00010100': 62, '00010200': 60, '02010100': 2256 }
const BLOCK = { blocks: ['0001FF00'] }

describe('an item without an answer', () => {
  it('is asked twice, each time between others that are answered, and costs only itself', () => {
    const { result, asked } = talk(driver2007.read(callOf(), points('00010000', '02800002', '02010100')), {
      ...HELD,
      '02800002': null,
    })
    expect(asked).toEqual(['00010000', '02800002', '00010000', '02800002', '00010000', '02010100'])
    expect(values(result.reads)).toEqual({
      '00010000': 129,
      '02800002': 'ITEM_UNANSWERED',
      '02010100': 2256,
    })
    expect(result.unanswered).toMatchObject([{ name: '02800002', requests: [{}, {}] }])
    expect(result.refused).toEqual([])
  })

  it('that was only lost is answered the second time', () => {
    const { result } = talk(driver2007.read(callOf(), points('00010000', '02010100')), {
      ...HELD,
      '02010100': [null, '5622'],
    })
    expect(values(result.reads)).toEqual({ '00010000': 129, '02010100': 2256 })
    expect(result.unanswered).toEqual([])
  })

  it('as the last one is followed by one that is sure', () => {
    const { result, asked } = talk(driver2007.read(callOf(), points('00010000', '02800002')), {
      ...HELD,
      '02800002': null,
    })
    expect(asked.at(-1)).toBe('00010000')
    expect(values(result.reads)).toEqual({ '00010000': 129, '02800002': 'ITEM_UNANSWERED' })
  })

  it('is not asked again where it is known', () => {
    const call = callOf({}, OWN, ['02800002'])
    const { result, asked } = talk(driver2007.read(call, points('00010000', '02800002', '02010100')), HELD)
    expect(asked).toEqual(['00010000', '02010100'])
    expect(values(result.reads)['02800002']).toBe('ITEM_UNANSWERED')
  })

  it.each(['02800002', '02010100'])(
    'two without an answer, of which one is sure, end it: gone at %s',
    goneAt => {
      const { result, asked } = talk(
        driver2007.read(callOf(), points('00010000', '00010100', '02800002', '02010100')),
        { ...HELD, '02800002': '0050' },
        { goneAt },
      )
      expect(asked.slice(-2)).toEqual([goneAt, goneAt === '02800002' ? '00010000' : '02800002'])
      expect(result.reads).toHaveLength(goneAt === '02800002' ? 2 : 3)
      expect(result.unanswered).toEqual([])
    },
  )

  it('as the first one ends it: nobody knows whether there is a meter', () => {
    const { result, asked } = talk(driver2007.read(callOf(), points('02800002', '00010000')), {
      ...HELD,
      '02800002': null,
    })
    expect(asked).toEqual(['02800002'])
    expect(result.reads).toEqual([])
  })

  it('as the first one is found out the next time, which begins with what any meter answers', () => {
    const call = { ...callOf(), silentBefore: 1 }
    const { result, asked } = talk(driver2007.read(call, points('02800002', '00010000')), {
      ...HELD,
      '02800002': null,
    })
    expect(asked).toEqual(['04000102', '02800002', '04000102', '02800002', '04000102', '00010000'])
    expect(values(result.reads)).toEqual({ '02800002': 'ITEM_UNANSWERED', '00010000': 129 })
    const later = talk(driver2007.read({ ...call, silentBefore: 2 }, points('00010000')), HELD)
    expect(later.asked).toEqual(['00010000'])
  })

  it('that came in part is no silence, and not the meter’s', () => {
    const { result } = talk(driver2007.read(callOf(), points('00010000', '02010100')), {
      ...HELD,
      '02010100': 'MORE 56',
      '02010100 #1': null,
    })
    expect(values(result.reads)).toEqual({ '00010000': 129, '02010100': 'ITEM_UNANSWERED' })
    expect(result.unanswered).toMatchObject([{ requests: [] }])
  })

  it('is not repeated by the line once the meter has answered: the conversation does', () => {
    const conversation = driver2007.read(callOf(), points('00010000'))
    expect(conversation.next().value).toMatchObject({ safeToRepeat: true, askerRepeats: true })
  })
})

describe('a clock of two items without an answer', () => {
  const clock = driver2007.describe('0-0:1.0.0')!
  const freeze = {
    nth: 1,
    stamp: { ...driver2007.describe('05060001')!, item: '050600nn' },
    points: [{ ...driver2007.describe('05060101')!, item: '050601nn' }],
  }
  const FROZEN = { '05060001': '0000211126', '05060101': '62000000' }

  /** What was asked, as a line would have told it. */
  function* told(conversation: Conversation<ReadResult>, exchanges: Exchange[]): Conversation<ReadResult> {
    let step = conversation.next()
    while (!step.done) {
      const frame = yield step.value
      const outcome = frame ? ('answered' as const) : ('LINE_SILENT' as const)
      const times = { sentAt: 0, receivedAt: null, doubled: false, others: [] }
      exchanges.push({ request: step.value, frame, outcome, ...times })
      step = conversation.next(frame)
    }
    return step.value
  }

  it.each(['04000102', '04000101'])('is the meter’s silence like any other: %s', silent => {
    for (const conversation of [
      driver2007.read(callOf(), [...points('00010000'), clock, ...points('02010100')]),
      driver2007.readFreeze!(callOf(), freeze),
    ]) {
      const exchanges: Exchange[] = []
      const holdings = { ...HELD, ...FROZEN, [silent]: null }
      const { result } = talk(told(conversation, exchanges), holdings)
      expect(result.reads.some(read => 'value' in read)).toBe(true)
      expect(result.unanswered).toMatchObject([{ name: null, requests: [{}, {}] }])
      expect(disturbance({ result, exchanges }, 'm1')).toBeNull()
    }
  })
})

describe('the clock that a freeze is judged by', () => {
  const freeze = {
    nth: 1,
    stamp: { ...driver2007.describe('05060001')!, item: '050600nn' },
    points: [{ ...driver2007.describe('05060101')!, item: '050601nn' }],
  }
  const FROZEN = { '05060001': '0000211126', '05060101': '62000000' }
  const ask = (holdings: Holdings) =>
    talk(driver2007.readFreeze!(callOf({ blocks: ['0400010C'] }), freeze), {
      ...HELD,
      ...FROZEN,
      ...holdings,
    })

  it('is asked for in one answer where the model serves that', () => {
    const settled = ask({ '0400010C': '00001006211126' })
    expect(settled.asked).not.toContain('04000102')
    expect(settled.result.reads).toMatchObject([{ value: { digits: 62n } }])
    expect(ask({ '0400010C': '20000006211126' }).result.reads).toMatchObject([
      { refused: { code: 'METER_BUSY' } },
    ])
  })

  it('is asked for as the pair where that is refused, and the refusal is remembered', () => {
    const { asked, result } = ask({ '0400010C': 'ERR 02' })
    expect(asked.slice(-3)).toEqual(['0400010C', '04000102', '04000101'])
    expect(result.refused).toEqual(['0400010C'])
  })
})

describe('a block without an answer', () => {
  it.each([
    ['silent', null, 'unanswered'],
    ['refused', 'ERR 02', 'refused'],
  ] as const)('gives way to single items: %s', (_, answer, list) => {
    const read = (refusedBefore: string[] = []) =>
      talk(driver2007.read(callOf(BLOCK, OWN, refusedBefore), points('02010100', ...ENERGIES)), {
        ...HELD,
        '0001FF00': answer,
      })
    const first = talk(
      driver2007.read(
        { ...callOf(BLOCK), silentBefore: answer === null ? 1 : 0 },
        points('02010100', ...ENERGIES),
      ),
      { ...HELD, '0001FF00': answer },
    )
    expect(values(first.result.reads)).toEqual(GOOD)
    expect(first.result.refused).toEqual(list === 'refused' ? ['0001FF00'] : [])
    expect(first.result.unanswered).toMatchObject(list === 'unanswered' ? [{ name: '0001FF00' }] : [])
    const next = read(['0001FF00'])
    expect(next.asked).toEqual(['02010100', ...ENERGIES])
    expect(values(next.result.reads)).toEqual(GOOD)
  })

  it('that is the clock gives way to the pair', () => {
    const clock = driver2007.describe('0-0:1.0.0')!
    const call = { ...callOf({ blocks: ['0400010C'] }), silentBefore: 1 }
    const { result } = talk(driver2007.read(call, [clock]), { ...HELD, '0400010C': null })
    // What is sure is the time: the meter is there, and the pair is asked as ever.
    expect(values(result.reads)).toEqual({ [clock.item]: 'time' })
    expect(result.unanswered).toMatchObject([{ name: '0400010C' }])
  })
})

describe('a meter that is not there', () => {
  const asked = points('00010000', '00010100', '02010100')
  const reads = (driver: Driver, call = callOf(BLOCK), wanted = asked) => driver.read(call, wanted)

  it.each([0, 1, 2, 3])('has one question, whatever was before (%i)', silentBefore => {
    const none = new Proxy({}, { get: () => null, has: () => true }) as Holdings
    expect(talk(reads(driver2007, { ...callOf(BLOCK), silentBefore }), none).asked).toHaveLength(1)
    const old = [driver1997.describe('9010')!, driver1997.describe('9011')!]
    const call = { ...callOf(), silentBefore }
    expect(talk(reads(driver1997, call, old), none, { itemBytes: 2 }).asked).toHaveLength(1)
  })

  it.each([0, 1, 2, 3, 4])('has two after it has answered %i times and gone', answers => {
    const all = ['00010000', '00010100', '00010200', '02010100', '02800002']
    const { asked: items } = talk(
      driver2007.read(callOf(), points(...all)),
      { ...HELD, '02800002': '0050' },
      { goneAt: all[answers] ?? '' },
    )
    expect(items).toHaveLength(answers === 0 ? 1 : answers + 2)
  })
})
