/** The reading conversation: what is asked, in what order, and what becomes of every kind of answer. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { driver1997, driver2007 } from '../../../drivers/dlt645/driver.ts'
import { formatScaled } from '../../../src/core/scaled.ts'
import type { Driver, Point, RawRead, Request } from '../../../src/driver-api/driver.ts'
import { rounds } from '../../support/rounds.ts'
import { callOf, frame, talk } from './bench-meter.ts'

const point = (item: string, driver: Driver = driver2007): Point => {
  const described = driver.describe(item)
  if (!described) throw new Error(`no row for ${item}`)
  return described
}
const points = (...items: string[]) => items.map(item => point(item))

/** "1.29", "2026-11-21T10:00:00", or the code and rule of the refusal. */
function said(read: RawRead): string {
  if ('refused' in read) return [read.refused.code, read.refused.rule].filter(Boolean).join(' ')
  if ('digits' in read.value) return formatScaled(read.value)
  if ('time' in read.value) return read.value.time
  return 'text' in read.value ? read.value.text : read.value.bits.toString(16)
}
const saidOf = (reads: readonly RawRead[]) =>
  Object.fromEntries(reads.map(read => [`${read.point.item}/${read.point.place}`, said(read)]))

const firstRequest = (driver: Driver, item: string, address?: string): Request => {
  const step = driver.read(callOf({}, address), [point(item, driver)]).next()
  if (step.done) throw new Error('nothing was asked')
  return step.value
}

describe('a request', () => {
  it('[2007 11] is the frame of the standard behind four FE', () => {
    expect(Buffer.from(firstRequest(driver2007, '00010000', '000000000161').bytes).toString('hex')).toBe(
      'fefefefe6861010000000068110433333433' + '1416',
    )
    expect(Buffer.from(firstRequest(driver1997, '9010', '010003635927').bytes).toString('hex')).toBe(
      'fefefefe682759630300016801' + '0243c3c016',
    )
  })

  it('may be repeated: reading changes nothing', () => {
    expect(firstRequest(driver2007, '00010000').safeToRepeat).toBe(true)
  })
})

describe('an answer to another question', () => {
  const asked = firstRequest(driver2007, '00010000')
  const mismatch = (address: string, control: number, data: string) =>
    asked.whyNot(frame(address, control, data))?.rule ?? null
  const good = '0000010078563412'

  it.each([
    ['V-F3 our own echo', '123456789012', 0x11, '00000100', 'V-F3'],
    ['V-F3 the answer to a relay order', '123456789012', 0x9c, '', 'V-F3'],
    ['V-F3 a follow-up nobody asked', '123456789012', 0x92, good, 'V-F3'],
    ['V-F3 refused and more at once', '123456789012', 0xf1, '02', 'V-F3'],
    ['V-F3 an answer of the other edition', '123456789012', 0x81, good, 'V-F3'],
    ['V-F4 another meter', '123456789013', 0x91, good, 'V-F4'],
    ['V-F4 the wildcard, though a full address was asked', 'AAAAAAAAAAAA', 0x91, good, 'V-F4'],
    ['V-F4 a refusal of another meter', '123456789013', 0xd1, '02', 'V-F4'],
    ['V-F5 another item', '123456789012', 0x91, '0000020078563412', 'V-F5'],
    ['V-F5 nothing at all', '123456789012', 0x91, '', 'V-F5'],
    ['V-F5 half an identifier', '123456789012', 0x91, '0000', 'V-F5'],
  ] as const)('%s', (_, address, control, data, rule) => {
    expect(mismatch(address, control, data)).toBe(rule)
  })

  it('is told from the answer, the refusal and the first of several frames', () => {
    expect(mismatch('123456789012', 0x91, good)).toBeNull()
    expect(mismatch('123456789012', 0xd1, '02')).toBeNull()
    expect(mismatch('123456789012', 0xd1, '')).toBeNull()
    expect(mismatch('123456789012', 0xb1, good)).toBeNull()
  })

  it('V-F4 under a wildcard is taken from whoever fits its real bytes', () => {
    const wild = firstRequest(driver2007, '00010000', 'AAAAAAAAAAAA')
    expect(wild.whyNot(frame('000000001234', 0x91, good))).toBeNull()
    expect(wild.whyNot(frame('AAAAAAAAAAAA', 0x91, good))).toBeNull()
    const short = firstRequest(driver2007, '00010000', 'AAAAAAAA1234')
    expect(short.whyNot(frame('000000001234', 0x91, good))).toBeNull()
    expect(short.whyNot(frame('000000001235', 0x91, good))?.rule).toBe('V-F4')
  })
})

describe('blocks', () => {
  const energies = ['00010000', '00010100', '00010200', '00010300', '00010400']
  const block = { blocks: ['0001FF00'] }

  it('answer many points with one request', () => {
    const { result, asked } = talk(driver2007.read(callOf(block), points(...energies, '02010100')), {
      '0001FF00': '2901000062000000600000000300000002000000',
      '02010100': '5622',
    })
    expect(asked).toEqual(['0001FF00', '02010100'])
    expect(saidOf(result.reads)).toEqual({
      '00010000/0': '1.29',
      '00010100/0': '0.62',
      '00010200/0': '0.60',
      '00010300/0': '0.03',
      '00010400/0': '0.02',
      '02010100/0': '225.6',
    })
    expect(result.refused).toEqual([])
  })

  it('are not asked for a single point', () => {
    const { asked } = talk(driver2007.read(callOf(block), points('00010000')), { '00010000': '29010000' })
    expect(asked).toEqual(['00010000'])
  })

  it('refused, give way to single items at once and are named for the next time', () => {
    const { result, asked } = talk(driver2007.read(callOf(block), points('00010000', '00010100')), {
      '0001FF00': 'ERR 02',
      '00010000': '29010000',
      '00010100': '62000000',
    })
    expect(asked).toEqual(['0001FF00', '00010000', '00010100'])
    expect(result.refused).toEqual(['0001FF00'])
    expect(Object.values(saidOf(result.reads))).toEqual(['1.29', '0.62'])
  })

  it('V-F6 are not asked for what the profile has in another length than the table', () => {
    const fine = { ...point('00010000'), encoding: 'XXXXXX.XXXX' }
    const others = points(...energies.slice(1))
    const { result, asked } = talk(driver2007.read(callOf(block), [fine, ...others]), {
      '0001FF00': '2901000062000000600000000300000002000000',
      '00010000': '5634120000',
    })
    expect(asked).toEqual(['0001FF00', '00010000'])
    expect(saidOf(result.reads)['00010000/0']).toBe('12.3456')
    expect(saidOf(result.reads)['00010100/0']).toBe('0.62')
    const [wholly] = others.map(each => ({ ...each, encoding: 'XXXXXX.XXXX' }))
    const none = talk(driver2007.read(callOf(block), [fine, wholly!]), {})
    expect(none.asked).toEqual(['00010000', '00010100'])
  })

  it('refused before are not asked again', () => {
    const call = callOf(block, '123456789012', ['0001FF00'])
    const { asked } = talk(driver2007.read(call, points('00010000', '00010100')), {
      '00010000': '29010000',
      '00010100': '62000000',
    })
    expect(asked).toEqual(['00010000', '00010100'])
  })

  it('that hold nothing count as refused', () => {
    const { result } = talk(driver2007.read(callOf(block), points('00010000', '00010100')), {
      '0001FF00': '',
      '00010000': '29010000',
    })
    expect(result.refused).toEqual(['0001FF00'])
    expect(saidOf(result.reads)).toEqual({ '00010000/0': '1.29', '00010100/0': 'METER_NO_DATA' })
  })

  it('that end early leave the rest without data', () => {
    const { result } = talk(driver2007.read(callOf(block), points(...energies)), {
      '0001FF00': '2901000062000000',
    })
    expect(Object.values(saidOf(result.reads))).toEqual([
      '1.29',
      '0.62',
      'METER_NO_DATA',
      'METER_NO_DATA',
      'METER_NO_DATA',
    ])
  })

  it('V-F6 of a length that fits nothing give no value at all', () => {
    const { result } = talk(driver2007.read(callOf(block), points('00010000', '00010100')), {
      '0001FF00': '29010000620000',
    })
    expect(Object.values(saidOf(result.reads))).toEqual(['FRAME_LENGTH V-F6', 'FRAME_LENGTH V-F6'])
  })

  it.each([
    ['none', '2901000062000000'],
    ['at the end', '2901000062000000AA'],
    ['after each', '29010000AA62000000AA'],
  ])('may carry AA marks: %s', (_, data) => {
    const { result } = talk(driver2007.read(callOf(block), points('00010000', '00010100')), {
      '0001FF00': data,
    })
    expect(Object.values(saidOf(result.reads))).toEqual(['1.29', '0.62'])
  })

  it('V-F7 with filler or letters in one place cost only that place', () => {
    const { result } = talk(
      driver2007.read(callOf({ blocks: ['0201FF00'] }), points('02010100', '02010200', '02010300')),
      { '0201FF00': '5622FFFF1A22' },
    )
    expect(saidOf(result.reads)).toEqual({
      '02010100/0': '225.6',
      '02010200/0': 'VALUE_NOT_HELD',
      '02010300/0': 'VALUE_NOT_DIGITS V-F7',
    })
  })

  it('of a meter that has gone, which two questions without an answer show, end with what is there', () => {
    const { result, asked } = talk(
      driver2007.read(
        callOf({ blocks: ['0001FF00', '0201FF00'] }),
        points('02010100', '02010200', '00010000', '00010100', '02800002'),
      ),
      { '0001FF00': '2901000062000000' },
      { goneAt: '0201FF00' },
    )
    expect(asked).toEqual(['0001FF00', '0201FF00', '0001FF00'])
    expect(Object.values(saidOf(result.reads))).toEqual(['1.29', '0.62'])
    expect(result.unanswered).toEqual([])
  })

  it('may be named by a point, with the place of its value', () => {
    const second = { ...point('0201FF00'), place: 1 }
    const { result } = talk(driver2007.read(callOf(), [second]), { '0201FF00': '562257225822' })
    expect(saidOf(result.reads)).toEqual({ '0201FF00/1': '225.7' })
  })
})

describe('single items', () => {
  it.each([
    ['ERR 02', 'METER_NO_DATA', 'no requested data (error word 02)'],
    ['ERR 04', 'METER_REFUSED', 'password wrong or not permitted (error word 04)'],
    ['ERR 06', 'METER_REFUSED', 'no requested data (error word 06); password wrong or not permitted'],
    ['ERR 00', 'METER_REFUSED', 'refused without a reason (error word 00)'],
    ['ERR ', 'METER_REFUSED', 'the error word is missing'],
  ])('refused with %s say so in words', (answer, code, words) => {
    const { result } = talk(driver2007.read(callOf(), points('00010000')), { '00010000': answer })
    expect(result.reads).toMatchObject([{ refused: { code, text: expect.stringContaining(words) } }])
  })

  it.each([
    ['V-F6 too short', '00010000', '785634', 'FRAME_LENGTH V-F6'],
    ['V-F6 too long', '00010000', '7856341200', 'FRAME_LENGTH V-F6'],
    ['V-F6 empty', '00010000', '', 'FRAME_LENGTH V-F6'],
    ['V-F7 a letter', '00010000', '78563A12', 'VALUE_NOT_DIGITS V-F7'],
    ['V-F7 all FF', '00010000', 'FFFFFFFF', 'VALUE_NOT_HELD'],
    ['V-F7 all EE', '00010000', 'EEEEEEEE', 'VALUE_NOT_HELD'],
    ['V-F7 FF and digits', '00010000', 'FFFF3412', 'VALUE_NOT_DIGITS V-F7'],
    ['V-F11 month 13', '0400010C', '00001203011326', 'VALUE_OUT_OF_TYPE V-F11'],
    ['V-F11 29 February of no leap year', '0400010C', '00001203290226', 'VALUE_OUT_OF_TYPE V-F11'],
    ['V-F11 power factor above one', '02060000', '0110', 'VALUE_OUT_OF_TYPE V-F11'],
    ['V-F11 hour 24', '04000102', '000024', 'VALUE_OUT_OF_TYPE V-F11'],
    ['a positive maximum is no sign', '00010000', '99999999', '999999.99'],
    ['a negative net energy', '00000000', '56341280', '-1234.56'],
    ['minus zero is zero', '02030000', '000080', '0.0000'],
    ['power factor minus one', '02060000', '0090', '-1.000'],
  ])('%s', (_, item, data, expected) => {
    const { result } = talk(driver2007.read(callOf(), points(item)), { [item]: data })
    expect(said(result.reads[0]!)).toBe(expected)
  })

  it('carry their frames as evidence', () => {
    const { result } = talk(driver2007.read(callOf(), points('00010000')), { '00010000': '78563412' })
    expect(result.reads[0]?.frames).toEqual([frame('123456789012', 0x91, '0000010078563412')])
  })

  it('refused cost the other points nothing', () => {
    const { result } = talk(driver2007.read(callOf(), points('00010000', '02010100')), { '02010100': '5622' })
    expect(saidOf(result.reads)).toEqual({ '00010000/0': 'METER_NO_DATA', '02010100/0': '225.6' })
  })

  it('carry several values by place', () => {
    const demand = point('01010000')
    const time = { ...demand, place: 1, encoding: 'YYMMDDhhmm' }
    const { result, asked } = talk(driver2007.read(callOf(), [demand, time]), {
      '01010000': '6745030807060524',
    })
    expect(asked).toEqual(['01010000'])
    expect(saidOf(result.reads)).toEqual({ '01010000/0': '3.4567', '01010000/1': '2024-05-06T07:08:00' })
  })

  it('with a longer format in the profile are read by the profile', () => {
    const fine = { ...point('00010000'), encoding: 'XXXXXX.XXXX' }
    const { result } = talk(driver2007.read(callOf(), [fine]), { '00010000': '3726000001' })
    expect(said(result.reads[0]!)).toBe('10000.2637')
  })

  it("of the maker's own are read by the profile", () => {
    const own: Point = { obis: '', item: '02FE0101', place: 0, encoding: 'XXX.X', unit: 'V', name: 'own' }
    const { result } = talk(driver2007.read(callOf(), [own]), { '02FE0101': '0138' })
    expect(said(result.reads[0]!)).toBe('380.1')
  })

  it.each([
    ['an item of the other edition', '9010', 'XXXXXX.XX', 'PROFILE_UNKNOWN_ITEM'],
    ['no item at all', 'energy', 'XXXXXX.XX', 'PROFILE_UNKNOWN_ITEM'],
    ['an encoding nobody knows', '00010000', 'float32', 'PROFILE_INVALID'],
  ])('that the profile got wrong are refused: %s', (_, item, encoding, code) => {
    const wrong: Point = { obis: '', item, place: 0, encoding, unit: '', name: '' }
    const { result } = talk(driver2007.read(callOf(), [wrong]), { '00010000': '78563412' })
    expect(result.reads).toMatchObject([{ refused: { code } }])
  })
})

describe('follow-up frames', () => {
  it('[2007 12] V-F9 are joined by their numbers', () => {
    const { result, asked } = talk(
      driver2007.read(callOf({ blocks: ['0001FF00'] }), points('00010000', '00010400')),
      {
        '0001FF00': 'MORE 290100006200',
        '0001FF00 #1': 'MORE 00006000',
        '0001FF00 #2': '00000300000002000000',
      },
    )
    expect(asked).toEqual(['0001FF00', '0001FF00 #1', '0001FF00 #2'])
    expect(saidOf(result.reads)).toEqual({ '00010000/0': '1.29', '00010400/0': '0.02' })
    expect(result.reads[0]?.frames).toHaveLength(3)
  })

  it('V-F9 with another number or without one are no answer', () => {
    const conversation = driver2007.read(callOf(), points('00010000'))
    conversation.next()
    const step = conversation.next(frame('123456789012', 0xb1, '000001007856'))
    const follow = step.value as Request
    expect(follow.goesOn, 'an order in between would cost the rest').toBe(true)
    expect(follow.whyNot(frame('123456789012', 0x92, '00000100341202'))?.rule).toBe('V-F5')
    expect(follow.whyNot(frame('123456789012', 0x92, '00000100'))?.rule).toBe('V-F5')
    expect(follow.whyNot(frame('123456789012', 0x91, '00000100341201'))?.rule).toBe('V-F3')
    expect(follow.whyNot(frame('123456789012', 0x92, '00000100341201'))).toBeNull()
  })

  it('V-F9 refused or lost in the middle give no value', () => {
    const refused = talk(driver2007.read(callOf(), points('00010000')), {
      '00010000': 'MORE 7856',
      '00010000 #1': 'ERR 02',
    })
    expect(said(refused.result.reads[0]!)).toBe('METER_NO_DATA V-F9')
    const lost = talk(driver2007.read(callOf(), points('00010000')), {
      '00010000': 'MORE 7856',
      '00010000 #1': null,
    })
    expect(lost.result.reads).toEqual([])
  })

  it('V-F9 without end are given up', () => {
    const endless = Object.fromEntries(
      Array.from({ length: 255 }, (_, index) => [`00010000 #${index + 1}`, 'MORE 00']),
    )
    const { result, asked } = talk(driver2007.read(callOf(), points('00010000')), {
      '00010000': 'MORE 00',
      ...endless,
    })
    expect(asked).toHaveLength(17)
    expect(said(result.reads[0]!)).toBe('FRAME_LENGTH V-F9')
  })

  it('V-F9 refused for having lost count, all is asked again, once', () => {
    const again = talk(driver2007.read(callOf(), points('00010000')), {
      '00010000': ['MORE 7856', 'MORE 7856'],
      '00010000 #1': ['ERR 02', '3412'],
    })
    expect(again.asked).toEqual(['00010000', '00010000 #1', '00010000', '00010000 #1'])
    expect(said(again.result.reads[0]!)).toBe('123456.78')
    const whole = talk(driver2007.read(callOf(), points('00010000')), {
      '00010000': ['MORE 7856', '99563412'],
      '00010000 #1': [null],
    })
    expect(whole.asked).toEqual(['00010000', '00010000 #1', '00010000'])
    expect(said(whole.result.reads[0]!)).toBe('123456.99')
    const never = talk(driver2007.read(callOf(), points('00010000')), {
      '00010000': 'MORE 7856',
      '00010000 #1': 'ERR 02',
    })
    expect(never.asked).toHaveLength(4)
    expect(never.result.reads[0]?.frames).toHaveLength(2)
  })

  it('V-F9 parts of two askings are never joined', () => {
    const { result } = talk(driver2007.read(callOf(), points('00010000')), {
      '00010000': ['MORE 7856', 'MORE 0000'],
      '00010000 #1': ['ERR 02', '0001'],
    })
    expect(said(result.reads[0]!)).toBe('10000.00')
  })

  it('a part may be asked for again under its number: the line does when it is lost', () => {
    const conversation = driver2007.read(callOf(), points('00010000'))
    conversation.next()
    const step = conversation.next(frame('123456789012', 0xb1, '000001007856'))
    expect((step.value as Request).safeToRepeat).toBe(true)
  })

  it('goes on to number 255 for what has no known length', () => {
    const point: Point = { obis: '', item: '0F000000', place: 0, encoding: 'hex99', unit: '', name: 'own' }
    const parts = Object.fromEntries(
      Array.from({ length: 254 }, (_, index) => [`0F000000 #${index + 1}`, index === 253 ? '' : 'MORE ']),
    )
    const { asked } = talk(driver2007.read(callOf(), [point]), { '0F000000': 'MORE 00', ...parts })
    expect(asked).toHaveLength(255)
  })

  describe('[1997 02] of 1997, without numbers', () => {
    const own: Point = { obis: '', item: 'D101', place: 0, encoding: 'hex4', unit: '', name: 'own' }
    /** The frames of the answers in order of asking; a null is silence. */
    const parts = (...answers: (readonly [control: number, data: string] | null)[]) => {
      const asked: Request[] = []
      const conversation = driver1997.read(callOf(), [own])
      let step = conversation.next()
      while (!step.done) {
        const answer = answers[asked.length]
        asked.push(step.value)
        step = conversation.next(answer ? frame('123456789012', answer[0], `01D1${answer[1]}`) : null)
      }
      return { reads: step.value.reads, asked }
    }
    const controls = (asked: readonly Request[]) => asked.map(({ bytes }) => bytes[bytes.indexOf(0x68) + 8])

    it('V-F9 what comes twice alike is believed, and no part is asked for again by itself', () => {
      const { reads, asked } = parts([0xa1, '1122'], [0x82, '3344'], [0xa1, '1122'], [0x82, '3344'])
      expect(reads.map(said)).toEqual(['44332211'])
      expect(controls(asked)).toEqual([1, 2, 1, 2])
      expect(asked.map(({ safeToRepeat }) => safeToRepeat)).toEqual([true, false, true, false])
    })

    it('V-F9 what comes differently is not', () => {
      const different = [
        [0xa1, '1122'],
        [0x82, '3344'],
        [0xa1, '1122'],
        [0x82, '3355'],
      ] as const
      const { reads } = parts(...different, ...different)
      expect(reads.map(said)).toEqual(['METER_BUSY V-F9'])
      const cutAnew = [
        [0xa1, '1122'],
        [0x82, '3344'],
        [0xa1, '112233'],
        [0x82, '44'],
      ] as const
      expect(parts(...cutAnew, ...cutAnew).reads.map(said)).toEqual(['METER_BUSY V-F9'])
    })

    it('V-F9 a lost part has the whole asked for again', () => {
      const good = [
        [0xa1, '1122'],
        [0x82, '3344'],
        [0xa1, '1122'],
        [0x82, '3344'],
      ] as const
      const { reads, asked } = parts([0xa1, '1122'], null, ...good)
      expect(reads.map(said)).toEqual(['44332211'])
      expect(controls(asked)).toEqual([1, 2, 1, 2, 1, 2])
      expect(parts([0xa1, '1122'], null, [0xa1, '1122'], null).reads).toEqual([])
    })
  })

  it('V-F9 of 1997 carry no number: a block gives way to single items, an item is refused', () => {
    const call = callOf({ blocks: ['901F'] })
    const { result } = talk(
      driver1997.read(call, [point('9010', driver1997), point('9011', driver1997)]),
      { '901F': 'MORE 29010000', '9010': '29010000', '9011': 'MORE 6200' },
      { itemBytes: 2 },
    )
    expect(result.refused).toEqual(['901F'])
    expect(saidOf(result.reads)).toEqual({ '9010/0': '1.29', '9011/0': 'FRAME_LENGTH V-F9' })
  })
})

describe('what meters send unasked', () => {
  const asked = firstRequest(driver2007, '00010000')

  it.each([
    ['V-F3 a pushed frame', 0x9f, '01131100000000'],
    ['V-F5 the report word as an answer', 0x91, `01150004${'00'.repeat(12)}`],
    ['V-F5 an answer without anything', 0x91, ''],
  ] as const)('%s is skipped', (_, control, data) => {
    expect(asked.whyNot(frame('123456789012', control, data))?.rule).toBe(_.slice(0, 4))
  })

  it('V-F6 the report word behind an answer is no part of its value', () => {
    const { result } = talk(driver2007.read(callOf(), points('00010000')), {
      '00010000': '785634120115000400',
    })
    expect(said(result.reads[0]!)).toBe('FRAME_LENGTH V-F6')
  })

  it('V-F6 an answer of the identifier alone holds no value', () => {
    const { result } = talk(driver2007.read(callOf(), points('00010000')), { '00010000': '' })
    expect(said(result.reads[0]!)).toBe('FRAME_LENGTH V-F6')
  })
})

describe('a model of its own ways', () => {
  const wild = (quirks: Record<string, string>, address: string) => {
    const step = driver2007.read(callOf({ quirks }, 'AAAAAAAAAAAA'), points('00010000')).next()
    return (step.value as Request).whyNot(frame(address, 0x91, '0000010078563412'))
  }

  it('[quirk wildcard-answer] V-F4 AA under AA is taken, or not where the model is known to answer by its own name', () => {
    expect(wild({}, 'AAAAAAAAAAAA')).toBeNull()
    expect(wild({ 'wildcard-answer': 'own' }, 'AAAAAAAAAAAA')?.rule).toBe('V-F4')
    expect(wild({ 'wildcard-answer': 'own' }, '000000001234')).toBeNull()
  })

  it('[quirk preamble] is woken by as many FE as it needs', () => {
    const bytes = (preamble: string) =>
      (driver2007.read(callOf({ quirks: { preamble } }), points('00010000')).next().value as Request).bytes
    expect(bytes('0')[0]).toBe(0x68)
    expect([...bytes('2').subarray(0, 3)]).toEqual([0xfe, 0xfe, 0x68])
  })

  it.each([
    ['either', '78563412AA79563412AA', ['123456.78', '123456.79']],
    ['either', '7856341279563412', ['123456.78', '123456.79']],
    ['aa', '78563412AA79563412AA', ['123456.78', '123456.79']],
    ['aa', '7856341279563412', null],
    ['none', '7856341279563412', ['123456.78', '123456.79']],
    ['none', '78563412AA79563412AA', null],
  ] as const)('[quirk block-marks] marks blocks %s: %s', (marks, data, values) => {
    const call = callOf({ blocks: ['0001FF00'], quirks: { 'block-marks': marks } })
    const { result } = talk(driver2007.read(call, points('00010000', '00010100')), { '0001FF00': data })
    expect(result.reads.map(said)).toEqual(values ?? ['FRAME_LENGTH V-F6', 'FRAME_LENGTH V-F6'])
  })
})

describe('the clock of two items', () => {
  const clock = point('0-0:1.0.0')

  it('is one question where the model answers date and time together', () => {
    const call = callOf({ blocks: ['0400010C'] })
    const { result, asked } = talk(driver2007.read(call, [clock]), { '0400010C': '55532101110116' })
    expect(asked).toEqual(['0400010C'])
    expect(said(result.reads[0]!)).toBe('2016-01-11T21:53:55')
    const without = talk(driver2007.read(call, [clock]), { '04000101': '01110116', '04000102': '555321' })
    expect(without.asked).toEqual(['0400010C', '04000102', '04000101'])
    expect(without.result.refused).toEqual(['0400010C'])
    expect(said(without.result.reads[0]!)).toBe('2016-01-11T21:53:55')
  })

  it('is asked time first and read as one time', () => {
    const { result, asked } = talk(driver2007.read(callOf(), [clock]), {
      '04000101': '01110116',
      '04000102': '555321',
    })
    expect(asked).toEqual(['04000102', '04000101'])
    expect(said(result.reads[0]!)).toBe('2016-01-11T21:53:55')
    expect(result.reads[0]?.frames).toHaveLength(2)
  })

  it.each([
    ['still before it', ['595923', '595923'], ['01110116'], '2016-01-11T23:59:59'],
    ['it came before the date', ['595923', '000000'], ['02120116', '02120116'], '2016-01-12T00:00:00'],
    ['it came after the date', ['585923', '010000'], ['01110116', '02120116'], '2016-01-12T00:00:01'],
    ['long before it', ['594923'], ['01110116'], '2016-01-11T23:49:59'],
  ] as const)(
    'V-T2a near midnight is asked until date and time are of one day: %s',
    (_, times, dates, time) => {
      const { result, asked } = talk(driver2007.read(callOf(), [clock]), {
        '04000101': [...dates],
        '04000102': [...times],
      })
      expect(result.reads.map(said)).toEqual([time])
      expect(asked.filter(item => item === '04000102')).toHaveLength(times.length)
      expect(asked.filter(item => item === '04000101')).toHaveLength(dates.length)
      // The time of the value is that of its first frame.
      expect(said(result.reads[0]!).slice(11)).toBe(
        driver2007.decode(result.reads[0]!.frames[0]!, {}).points[0]?.value?.slice(-8),
      )
    },
  )

  it('V-T2a is one moment: nothing is asked between time and date', () => {
    const conversation = driver2007.read(callOf(), [clock])
    const time = conversation.next().value as Request
    const date = conversation.next(frame('123456789012', 0x91, '02010004595923')).value as Request
    const again = conversation.next(frame('123456789012', 0x91, '0101000401110116')).value as Request
    expect([time, date, again].map(({ goesOn }) => goesOn)).toEqual([undefined, true, true])
  })

  it('V-T2a silence before the pair is sure gives no clock', () => {
    const { result } = talk(driver2007.read(callOf(), [clock]), {
      '04000101': '01110116',
      '04000102': ['595923', null],
    })
    expect(result.reads).toEqual([])
  })

  it('at midnight sharp is good: the date was asked after it', () => {
    const { result } = talk(driver2007.read(callOf(), [clock]), {
      '04000101': '01110116',
      '04000102': '000000',
    })
    expect(said(result.reads[0]!)).toBe('2016-01-11T00:00:00')
  })

  it('V-F11 that shows no time is refused', () => {
    const { result } = talk(driver2007.read(callOf(), [clock]), {
      '04000101': '00000000',
      '04000102': '612500',
    })
    expect(said(result.reads[0]!)).toBe('VALUE_OUT_OF_TYPE V-F11')
  })

  it('of 1997 is the pair C010 and C011', () => {
    const { result, asked } = talk(
      driver1997.read(callOf(), [point('0-0:1.0.0', driver1997)]),
      { C010: '03211126', C011: '302015' },
      { itemBytes: 2 },
    )
    expect(asked).toEqual(['C011', 'C010'])
    expect(said(result.reads[0]!)).toBe('2026-11-21T15:20:30')
  })
})

describe('1997', () => {
  it('[1997 01] blocks may end with AA', () => {
    const call = callOf({ blocks: ['B61F'] })
    const { result } = talk(
      driver1997.read(
        call,
        ['B611', 'B612', 'B613'].map(item => point(item, driver1997)),
      ),
      { B61F: '200221021902AA' },
      { itemBytes: 2 },
    )
    expect(saidOf(result.reads)).toEqual({ 'B611/0': '220', 'B612/0': '221', 'B613/0': '219' })
  })

  it('refusals use the words of that edition', () => {
    const { result } = talk(
      driver1997.read(callOf(), [point('9010', driver1997)]),
      { '9010': 'ERR 02' },
      { itemBytes: 2 },
    )
    expect(result.reads).toMatchObject([
      {
        refused: { code: 'METER_NO_DATA', text: expect.stringContaining('unknown data identifier') },
      },
    ])
  })
})

describe('whatever a meter answers', () => {
  it('a conversation ends, and every value is of a point asked', () => {
    const asked = points('00010000', '00010100', '0-0:1.0.0', '04000503', '040005FF', '0506FF01', '01010000')
    const answer = fc.oneof(
      fc.constant(null),
      fc.record({
        more: fc.boolean(),
        refuse: fc.boolean(),
        data: fc.uint8Array({ maxLength: 60 }),
        keepTail: fc.boolean(),
      }),
    )
    fc.assert(
      fc.property(fc.array(answer, { maxLength: 12 }), answers => {
        const conversation = driver2007.read(callOf({ blocks: ['0001FF00'] }), asked)
        let step = conversation.next()
        for (let index = 0; !step.done; index += 1) {
          expect(index).toBeLessThan(20)
          const given = answers[index] ?? null
          const request = step.value.bytes.slice(step.value.bytes.indexOf(0x68))
          const question = request.slice(10, -2).map(byte => byte - 0x33)
          const head = question.slice(0, 4)
          const control = request[8]! | (given?.refuse ? 0xc0 : given?.more ? 0xa0 : 0x80)
          const data = given?.refuse
            ? given.data
            : Uint8Array.of(...head, ...(given?.data ?? []), ...question.slice(4))
          const hex = Buffer.from(data).toString('hex')
          const reply = given && frame('123456789012', control, hex)
          if (reply) expect(step.value.whyNot(reply)).toBeNull()
          step = conversation.next(reply)
        }
        for (const read of step.value.reads) expect(asked).toContain(read.point)
        expect(new Set(step.value.reads.map(read => read.point)).size).toBe(step.value.reads.length)
      }),
      rounds(645, 500),
    )
  })
})

describe('a record that never was', () => {
  const trip = driver2007.describeAll!('1D00FF01')
  const read = (data: string) => talk(driver2007.read(callOf({}), trip), { '1D00FF01': data }).result.reads

  it('has no values under its time of zeros', () => {
    expect(new Set(read('00'.repeat(34)).map(said))).toEqual(new Set(['VALUE_NOT_HELD']))
  })

  it('is shown where anything of it is not zero', () => {
    const reads = read(`${'00'.repeat(33)}12`)
    expect(reads.filter(one => 'value' in one).length).toBe(reads.length - 1)
  })
})
