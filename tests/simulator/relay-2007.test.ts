/** The relay of a simulated 2007 meter as a state machine, honest and lying, by raw frames. */

import { describe, expect, it } from 'vitest'
import { NOON, request } from './master.ts'
import { OPERATOR, OWN, play, timeBytes, WILD } from './slave-2007.ts'

const MINUTE = 60_000
const WORD = '04000503'
const at = (instant: number) => ({ at: instant })

describe('a relay', () => {
  it('opens after the delay of 04001401; until then a close takes the trip back', () => {
    const { relay, value, write } = play()
    write('04001401', [0x05, 0x00])
    expect(relay(0x1a)?.control).toBe('9C')
    expect(value(WORD)).toBe('C8 00')
    expect(value(WORD, at(NOON + 4 * MINUTE))).toBe('C8 00')
    expect(value('0202FF00', at(NOON + 4 * MINUTE))).not.toBe('00 00 00 00 00 00 00 00 00')
    expect(value(WORD, at(NOON + 5 * MINUTE))).toBe('58 00')
    expect(value('0202FF00', at(NOON + 5 * MINUTE))).toBe('00 00 00 00 00 00 00 00 00')

    const other = play()
    other.write('04001401', [0x05, 0x00])
    other.relay(0x1a)
    expect(other.relay(0x1c, at(NOON + MINUTE))?.control).toBe('9C')
    expect(other.value(WORD, at(NOON + 6 * MINUTE))).toBe('08 00')
    expect(other.value('1D000001', at(NOON + 6 * MINUTE))).toBe('00 00 00')
  })

  it('warns first: 1D opens after N2 minutes, bit 7 meanwhile', () => {
    const { relay, value } = play()
    expect(relay(0x1d, { n2: 0x10 })?.control).toBe('9C')
    expect(value(WORD)).toBe('C8 00')
    expect(value(WORD, at(NOON + 10 * MINUTE))).toBe('58 00')
    expect(relay(0x1d, { n2: 0x10, at: NOON + 11 * MINUTE })).toMatchObject({ control: 'DC', data: '01' })
    expect(play().relay(0x1d, { n2: 0 })).toMatchObject({ control: 'DC', data: '01' })
  })

  it.each([
    ['a close', 0x1c],
    ['a permit to close', 0x1b],
    ['keep-power', 0x3a],
  ])('%s takes back a trip that lies ahead', (_, order) => {
    const { relay, meter, value } = play()
    relay(0x1d, { n2: 0x10 })
    expect(relay(order, at(NOON + MINUTE))?.control).toBe('9C')
    expect(meter.relay.isOpenAt(NOON + 20 * MINUTE)).toBe(false)
    expect(value('1D000001', at(NOON + 20 * MINUTE))).toBe('00 00 00')
    expect(Number.parseInt((value(WORD, at(NOON + 20 * MINUTE)) ?? '').slice(0, 2), 16) & 0xd0).toBe(0)
  })

  it('a permitted close waits for the hand; another trip withdraws the permission', () => {
    const { relay, value, meter } = play()
    relay(0x1a)
    relay(0x1b, at(NOON + MINUTE))
    relay(0x1a, at(NOON + 2 * MINUTE))
    meter.relay.pressButton(NOON + 3 * MINUTE)
    expect(value(WORD, at(NOON + 4 * MINUTE))).toBe('58 00')
    relay(0x1b, at(NOON + 5 * MINUTE))
    meter.relay.pressButton(NOON + 6 * MINUTE)
    expect(value(WORD, at(NOON + 6 * MINUTE))).toBe('08 00')
    expect((value('1E00FF01', at(NOON + 7 * MINUTE)) ?? '').split(' ').slice(6, 10).join(' ')).toBe(
      '21 43 65 87',
    )
  })

  it('the deadline counts by the meter’s own clock', () => {
    const slow = play({}, { clockOffsetMs: -5 * MINUTE })
    const deadline = timeBytes(NOON - MINUTE)
    expect(slow.relay(0x1a, { deadline })?.control).toBe('9C')
    expect(play().relay(0x1a, { deadline })).toMatchObject({ control: 'DC', data: '01' })
    expect(play().relay(0x1a, { deadline: timeBytes(NOON) })?.control).toBe('9C')
    expect(play().relay(0x1a, { deadline: [0, 0, 0, 0x31, 0x02, 0x30] })).toMatchObject({ control: 'DC' })
  })

  it('is silent to an order for all, for the wildcard, for others', () => {
    const { slave, value } = play()
    const order = [0x02, 0, 0, 0, ...OPERATOR, 0x1a, 0, 0x59, 0x59, 0x23, 0x31, 0x12, 0x99]
    for (const address of [WILD, '999999999999', 'AAAAAAAA9012', '123456789013'])
      expect(slave.answer(request(address, 0x1c, order), NOON)).toBeNull()
    expect(value(WORD)).toBe('08 00')
    expect(slave.answer(request(OWN, 0x1c, order.slice(0, -1)), NOON)).not.toBeNull()
    expect(value(WORD)).toBe('08 00')
  })

  it('an enciphered order is refused: there is no key', () => {
    const { send } = play()
    expect(send(0x1c, [0x98, ...Array(27).fill(0)])).toMatchObject({ control: 'DC', data: '04' })
  })
})

describe('quirks of a relay', () => {
  it.each(['02', '03', '00'] as const)('level %s alone may order', level => {
    for (const given of [0, 2, 3, 4]) {
      const reply = play({ 'relay-level': level }).relay(0x1a, { password: [given, 0, 0, 0] })
      expect(reply?.control).toBe(given === Number(level) ? '9C' : 'DC')
    }
  })

  it('N2 as the maker wants it', () => {
    expect(play({ 'relay-parameter': '01' }).relay(0x1a)).toMatchObject({ control: 'DC', data: '01' })
    expect(play({ 'relay-parameter': '01' }).relay(0x1a, { n2: 1 })?.control).toBe('9C')
    expect(play({ 'relay-parameter': '00' }).relay(0x1a, { n2: 1 })?.control).toBe('DC')
  })

  it.each([
    ['bcd', 0x20, 20],
    ['binary', 0x20, 32],
    ['binary', 20, 20],
    ['bcd', 20, 14],
  ] as const)('relay-delay %s: N2 %i are %i minutes', (delay, n2, minutes) => {
    const { relay, meter } = play({ 'relay-delay': delay })
    expect(relay(0x1d, { n2 })?.control).toBe('9C')
    expect(meter.relay.openings.map(({ from }) => from - NOON)).toEqual([minutes * MINUTE])
  })

  it('relay-delay bcd: what are no two digits is no time', () => {
    const { relay, meter } = play({ 'relay-error-word': 'two' })
    expect(relay(0x1d, { n2: 0x1e })).toMatchObject({ control: 'DC', data: '80 00' })
    expect(meter.relay.openings).toEqual([])
  })

  it('error words of two bytes say why', () => {
    const { relay } = play({ 'relay-error-word': 'two' })
    expect(relay(0x1a, { password: [2, 1, 0, 0] })).toMatchObject({ control: 'DC', data: '04 00' })
    expect(relay(0x1a, { deadline: timeBytes(NOON - MINUTE) })).toMatchObject({ data: '10 00' })
    relay(0x3a)
    expect(relay(0x1a)).toMatchObject({ data: '20 00' })
    expect(relay(0x1d, { n2: 5 })).toMatchObject({ data: '40 00' })
    relay(0x3b)
    expect(relay(0x1d)).toMatchObject({ data: '80 00' })
    relay(0x1a)
    expect(relay(0x1d, { n2: 5 })).toMatchObject({ data: '00 01' })
  })

  it('one that lies says 9C and does nothing', () => {
    const { relay, value, meter } = play({ 'relay-lies': 'does-nothing' })
    expect(relay(0x1a)?.control).toBe('9C')
    expect(value(WORD)).toBe('08 00')
    expect(meter.relay.isOpenAt(NOON + 1)).toBe(false)
    expect(value('1D000001', at(NOON + 1))).toBe('00 00 00')
  })

  it('one whose status word stays opens all the same', () => {
    const { relay, value, meter } = play({ 'relay-lies': 'status-stays' })
    expect(relay(0x1a)?.control).toBe('9C')
    expect(value(WORD)).toBe('08 00')
    expect(meter.relay.isOpenAt(NOON + 1)).toBe(true)
    expect(value('1D000001', at(NOON + 1))).toBe('01 00 00')
  })

  it('one that ignores deadlines obeys an order that is over', () => {
    const deadline = timeBytes(NOON - MINUTE)
    expect(play({ 'ignores-deadline': 'yes' }).relay(0x1a, { deadline })?.control).toBe('9C')
  })

  it('one behind a write: 99 opens, 55 closes', () => {
    const { write, value } = play({ 'relay-write': '0700EFEE' })
    expect(write('0700EFEE', [0x99], [2, 0, 0, 0])?.control).toBe('94')
    expect(value(WORD, at(NOON + 1))).toBe('58 00')
    expect(write('0700EFEE', [0x55], [2, 0, 0, 0], at(NOON + MINUTE))?.control).toBe('94')
    expect(value(WORD, at(NOON + 2 * MINUTE))).toBe('08 00')
    expect(write('0700EFEE', [0x11])).toMatchObject({ control: 'D4', data: '01' })
    expect(write('0700EFEE', [0x99], [2, 1, 0, 0])).toMatchObject({ control: 'D4', data: '04' })
    expect(play().write('0700EFEE', [0x99])).toMatchObject({ control: 'D4', data: '02' })
  })
})
