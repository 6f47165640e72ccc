/** Relay orders: looked at before, sent once whatever happens, read back; with scripted meters and the simulator's. */

import { describe, expect, it } from 'vitest'
import { drivers } from '../../../drivers/dlt645/index.ts'
import type { Driver, Frame, Request, Traits } from '../../../src/driver-api/driver.ts'
import type { RelayAction, RelayAnswer, RelayOrder } from '../../../src/driver-api/relay.ts'
import { createMeter } from '../../../src/simulator/meter.ts'
import { createMeter2007 } from '../../../src/simulator/meter-2007.ts'
import { callOf, frame } from './bench-meter.ts'
import { bytesOf, vectors } from './vectors.ts'

const [driver2007, driver1997] = drivers as [Driver, Driver]
const METER = '000000001234'
const ORDER: RelayOrder = {
  action: 'open',
  authority: { level: '02', password: '000000', operator: '87654321' },
  validForSeconds: 300,
  ageMs: () => 0,
}

const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex').toUpperCase()
const low = (item: string) => hexOf(bytesOf(item).toReversed())

/** What the meter answers by item, data in wire order; the order itself by `relay`. */
interface Script {
  readonly items: Readonly<Record<string, string | null | readonly (string | null)[]>>
  readonly relay: (request: Request) => Frame | null
}

const CLOSED = { '04000503': '0000' }
const CLOCK = { '04000102': '300510', '04000101': '00221126' }
const LOAD = { '02030000': '123400', '0202FF00': '785600000000000000' }
const COUNTS = {
  '1D000001': '020000',
  '1D00FF01': `001020211126${'21436587'}${'00'.repeat(24)}`,
  '1E000001': '010000',
}
const accepted = () => frame(METER, 0x9c, '')
const LATER: Traits = { quirks: { 'relay-state': 'later' } }

interface Told {
  readonly answer: RelayAnswer
  /** Control codes in the order of sending. */
  readonly sent: readonly Request[]
}

function give(
  order: Partial<RelayOrder>,
  script: Partial<Script>,
  traits: Traits = {},
  driver = driver2007,
): Told {
  const items: Script['items'] = script.items ?? { ...CLOSED, ...CLOCK, ...LOAD, ...COUNTS }
  const conversation = driver.orderRelay!(callOf(traits, METER), { ...ORDER, ...order })
  const sent: Request[] = []
  const turns = new Map<string, number>()
  let step = conversation.next()
  while (!step.done) {
    if (sent.length > 100) throw new Error('the conversation does not end')
    const request = step.value
    sent.push(request)
    const reply = replyTo(request)
    step = conversation.next(reply && request.whyNot(reply) === null ? reply : null)
  }
  return { answer: step.value, sent }

  function replyTo(request: Request): Frame | null {
    const bytes = request.bytes.subarray(request.bytes.indexOf(0x68))
    const control = bytes[8]!
    if (control !== 0x11 && control !== 0x01) return (script.relay ?? accepted)(request)
    const item = hexOf(
      bytes
        .slice(10, control === 0x11 ? 14 : 12)
        .map(byte => byte - 0x33)
        .reverse(),
    )
    const held = items[item]
    const turn = turns.get(item) ?? 0
    turns.set(item, turn + 1)
    const data = Array.isArray(held)
      ? held[Math.min(turn, held.length - 1)]
      : (held as string | null | undefined)
    if (data === null) return null
    return data === undefined
      ? frame(METER, control | 0xc0, '02')
      : frame(METER, control | 0x80, low(item) + data)
  }
}

const orders = ({ sent }: Told) =>
  sent.filter(({ bytes }) => ![0x11, 0x01].includes(bytes[bytes.indexOf(0x68) + 8]!))
const dataOf = ({ bytes }: Request) =>
  hexOf(bytes.subarray(bytes.indexOf(0x68) + 10, -2).map(byte => byte - 0x33))

describe('[2007 1C] an order that is accepted', () => {
  it('leaves once, after state and clock were read, and is read back', () => {
    const load = {
      '02030000': ['123400', '000000'],
      '0202FF00': ['785600000000000000', '000000000000000000'],
    }
    const items = { ...CLOCK, ...COUNTS, ...load, '04000503': ['0000', '5000'] }
    const told = give({}, { items }, LATER)
    expect(told.answer).toMatchObject({
      outcome: 'done',
      why: null,
      before: { isOpen: false, isOpenCommanded: false },
      after: { isOpen: true, isOpenCommanded: true, isKeptPowered: false, isTripAnnounced: false },
    })
    expect(orders(told)).toHaveLength(1)
    expect(orders(told)[0]).toMatchObject({ safeToRepeat: false })
    // Deadline: the meter's own clock and 300 s, ss mm hh DD MM YY.
    expect(dataOf(orders(told)[0]!)).toBe('02000000214365871A00301010221126')
  })

  it('shows load and records: count, time, operator', () => {
    const { before } = give({}, {}).answer
    expect(before?.opened).toEqual({ count: 2, at: '2026-11-21T20:10:00', operator: '87654321' })
    expect(before?.closed).toEqual({ count: 1, at: null, operator: null })
    expect(before?.load.map(({ value }) => value)).toEqual(['0.3412', '5.678', '0.000', '0.000'])
  })

  it('takes the other form of the record too, and none', () => {
    const { '1D00FF01': record, ...rest } = COUNTS
    const other = give({}, { items: { ...CLOSED, ...CLOCK, ...LOAD, ...rest, '1D000101': record } })
    expect(other.answer.before?.opened?.at).toBe('2026-11-21T20:10:00')
    const none = give({}, { items: { ...CLOSED, ...CLOCK } })
    expect(none.answer).toMatchObject({
      outcome: 'accepted',
      before: { opened: null, closed: null, load: [] },
    })
  })

  it.each([
    ['open', '1A'],
    ['permit-close', '1B'],
    ['close', '1C'],
    ['alarm-on', '2A'],
    ['alarm-off', '2B'],
    ['keep-powered', '3A'],
    ['end-keep-powered', '3B'],
  ] as const)('%s is %s', (action, code) => {
    expect(dataOf(orders(give({ action }, {}))[0]!).slice(16, 18)).toBe(code)
  })

  it('a pre-trip carries its warning time', () => {
    expect(dataOf(orders(give({ action: 'warn-then-open', delayMinutes: 15 }, {}))[0]!).slice(16, 20)).toBe(
      '1D15',
    )
  })

  it('is built as published', () => {
    const published: readonly [string, RelayAction][] = [
      ['CONS-P-relay-trip', 'open'],
      ['CONS-P-relay-close-permit', 'permit-close'],
      ['CONS-P-relay-close-direct', 'close'],
      ['CONS-P-relay-alarm', 'alarm-on'],
      ['CONS-P-relay-alarm-off', 'alarm-off'],
      ['CONS-P-relay-keep', 'keep-powered'],
      ['CONS-P-relay-keep-off', 'end-keep-powered'],
    ]
    for (const [id, action] of published) {
      // Five minutes before the deadline of the vector, 2030-12-31 23:59:59.
      const items = { ...CLOSED, '04000102': '595423', '04000101': '02311230' }
      const [order] = orders(give({ action }, { items: { ...items, '04000102': ['595423', '595423'] } }))
      expect(hexOf(order!.bytes.subarray(4)), id).toBe(
        hexOf(bytesOf(vectors.find(one => one.id === id)!.hex)),
      )
    }
  })

  it('[quirk relay-level, quirk relay-parameter] follows the model: level 03, second byte 01', () => {
    const quirks = { 'relay-level': '03', 'relay-parameter': '01', preamble: '0' }
    expect(dataOf(orders(give({}, {}, { quirks }))[0]!)).toBe('03000000214365871A01301010221126')
  })

  it('hides its password', () => {
    const [order] = orders(give({ authority: { ...ORDER.authority, password: '123456' } }, {})) as [Request]
    const [from, to] = order.secretBytes!
    expect(hexOf(order.bytes.slice(from, to).map(byte => byte - 0x33))).toBe('563412')
    expect(driver2007.secretsIn!(order.bytes)).toContainEqual([
      order.bytes.length - 2,
      order.bytes.length - 1,
    ])
  })
})

describe('whatever happens, no second order leaves', () => {
  const another = '000000009999'
  it.each<[string, Script['relay'], RelayAnswer['outcome']]>([
    ['silence', () => null, 'unconfirmed'],
    ['the answer of another meter', () => frame(another, 0x9c, ''), 'unconfirmed'],
    ['the wildcard’s answer', () => frame('AAAAAAAAAAAA', 0x9c, ''), 'unconfirmed'],
    ['an answer to a reading', () => frame(METER, 0x91, '03050004' + '0000'), 'unconfirmed'],
    ['an answer with bytes nobody asked for', () => frame(METER, 0x9c, '00'), 'unconfirmed'],
    ['our own echo', request => ({ bytes: request.bytes.subarray(4) }), 'unconfirmed'],
    ['a refusal', () => frame(METER, 0xdc, '04'), 'refused'],
    ['a refusal of two bytes', () => frame(METER, 0xdc, '2000'), 'refused'],
    ['a refusal without a reason', () => frame(METER, 0xdc, ''), 'refused'],
    ['a refusal of another meter', () => frame(another, 0xdc, '04'), 'unconfirmed'],
    ['yes', accepted, 'accepted'],
  ])('%s', (_, relay, outcome) => {
    const told = give({}, { relay })
    expect(told.answer.outcome).toBe(outcome)
    expect(orders(told)).toHaveLength(1)
    expect(orders(told)[0]?.safeToRepeat).toBe(false)
    // Read back all the same.
    expect(told.answer.after).toMatchObject({ isOpen: false })
  })

  it('words of two bytes are told bit by bit, of one byte by the standard', () => {
    const why = (data: string) => give({}, { relay: () => frame(METER, 0xdc, data) }).answer.why?.text
    expect(why('2000')).toBe('kept powered: trip refused (error word 0020)')
    expect(why('1001')).toBe(
      'deadline over (error word 0110); already tripped: pre-trip refused (error word 0110)',
    )
    expect(why('0080')).toBe('bit 15 (error word 8000)')
    expect(why('04')).toMatch(/^password wrong or not permitted \(error word 04\); or the meter is locked/)
    expect(why('0400')).toMatch(
      /^password wrong or not authorised \(error word 0004\); or the meter is locked/,
    )
    // Bits 4 to 7 of a single byte: no table is too long for a relay.
    expect(why('30')).toBe('deadline over (error word 30); kept powered: trip refused (error word 30)')
    expect(why('C1')).toBe(
      'other error (error word C1); kept powered: pre-trip refused (error word C1); pre-trip time invalid (error word C1)',
    )
  })

  it('silence of the meter after the order is no reason to send it again', () => {
    const held = { ...CLOCK, ...LOAD, ...COUNTS, ...CLOSED }
    const items = Object.fromEntries(Object.entries(held).map(([item, data]) => [item, [data, null]]))
    const told = give({}, { items, relay: () => null })
    expect(told.answer).toMatchObject({ outcome: 'unconfirmed', after: null })
    expect(orders(told)).toHaveLength(1)
  })
})

describe('a meter that is silent to a look', () => {
  const HELD = { ...CLOSED, ...CLOCK, ...LOAD, ...COUNTS, '1E00FF01': COUNTS['1D00FF01'] }
  it.each(
    Object.keys(HELD)
      .filter(item => !(item in CLOCK) && !(item in CLOSED))
      .flatMap(item => (['open', 'close'] as const).map(action => [item, action] as const)),
  )('[2007 1C] is ordered all the same: silent to %s, %s', (item, action) => {
    const told = give({ action }, { items: { ...HELD, [item]: null } })
    expect(told.answer.outcome).not.toBe('not-sent')
    expect(orders(told)).toHaveLength(1)
    expect(told.answer.before).toMatchObject({ isOpen: false, clock: '2026-11-22T10:05:30' })
  })

  it('[2007 1C] of records and load has its state and clock read, and is ordered', () => {
    const silent = Object.fromEntries(Object.keys({ ...LOAD, ...HELD }).map(item => [item, null]))
    const told = give({ action: 'close' }, { items: { ...silent, ...CLOSED, ...CLOCK } })
    expect(told.answer.before).toMatchObject({ opened: null, closed: null, load: [] })
    expect(orders(told)).toHaveLength(1)
  })

  it('[2007 1C] of its state is not ordered, unless its maker’s order needs none', () => {
    const items = { ...HELD, '04000503': null }
    expect(give({}, { items }).answer.why?.text).toContain('does not tell whether its relay is open')
    const quirks = { 'relay-write': '0700EFEE open=99 close=55' }
    const told = give({ action: 'close' }, { items, relay: () => frame(METER, 0x94, '') }, { quirks })
    expect(orders(told)).toHaveLength(1)
    expect(told.answer.before?.opened?.count).toBe(2)
  })

  it('[2007 1C] whose answer was lost once loses nothing', () => {
    const items = { ...HELD, '1D000001': [null, '020000'], '04000503': [null, '0000'] }
    expect(give({}, { items }).answer.before).toMatchObject({ isOpen: false, opened: { count: 2 } })
  })

  it('and then to everything is gone: nothing leaves, and it is not asked on and on', () => {
    const told = give({}, { items: new Proxy({}, { get: () => null }) })
    expect(told.answer).toMatchObject({ outcome: 'not-sent', why: { code: 'LINE_SILENT' } })
    expect(told.sent.length).toBeLessThan(3)
    const gone = Object.fromEntries(Object.keys(HELD).map(item => [item, null]))
    const later = give({}, { items: { ...gone, '04000503': ['0000', null] } })
    expect(later.answer.outcome).toBe('not-sent')
    expect(later.sent.length).toBeLessThan(5)
  })
})

describe('is not sent', () => {
  it.each<[string, Script['items']]>([
    ['the meter is silent', { '04000503': null }],
    ['the relay’s state cannot be had', { ...CLOCK }],
    ['the relay’s state is filler', { ...CLOCK, '04000503': 'FFFF' }],
    ['the relay’s state is of another length', { ...CLOCK, '04000503': '00' }],
    ['the clock is silent', { ...CLOSED, '04000102': null }],
    ['the date is silent', { ...CLOSED, ...CLOCK, '04000101': null }],
    ['the clock is refused', { ...CLOSED }],
    ['the clock shows no time', { ...CLOSED, ...CLOCK, '04000102': '000061' }],
    ['the clock shows no digits', { ...CLOSED, ...CLOCK, '04000101': '00FF1126' }],
    [
      'the deadline would lie in another century',
      { ...CLOSED, '04000102': '305823', '04000101': '04311299' },
    ],
    ['the clock was never set', { ...CLOSED, '04000102': '000000', '04000101': '00000000' }],
  ])('where %s', (_, items) => {
    const told = give({}, { items })
    expect(told.answer.outcome).toBe('not-sent')
    expect(told.answer.why).not.toBeNull()
    expect(orders(told)).toEqual([])
  })

  it.each<[string, Partial<RelayOrder>]>([
    ['a bad password', { authority: { ...ORDER.authority, password: '12345' } }],
    ['a bad operator', { authority: { ...ORDER.authority, operator: '' } }],
    ['no validity', { validForSeconds: 0 }],
    ['a validity in which it cannot leave', { validForSeconds: 1 }],
    ['more than a day', { validForSeconds: 86_401 }],
    ['half a second', { validForSeconds: 0.5 }],
    ['a pre-trip without its time', { action: 'warn-then-open' }],
    ['a trip with a warning', { delayMinutes: 5 }],
  ])('with %s, and nothing is asked', (_, order) => {
    const { answer, sent } = give(order, {})
    expect(answer).toMatchObject({ outcome: 'not-sent', why: { code: 'ASK_INVALID' } })
    expect(sent).toEqual([])
    expect(JSON.stringify(answer)).not.toContain('12345')
  })

  it.each(['AAAAAAAAAAAA', 'AAAAAAAA1234'])('to %s', address => {
    const step = driver2007.orderRelay!(callOf({}, address), ORDER).next()
    expect(step).toMatchObject({ done: true, value: { outcome: 'not-sent' } })
  })

  it('to a meter of 1997 whose profile names no order', () => {
    const { answer, sent } = give({}, {}, {}, driver1997)
    expect(answer).toMatchObject({ outcome: 'not-sent', why: { code: 'PROFILE_INVALID' } })
    expect(sent).toEqual([])
  })
})

describe('[quirk relay-write] a maker’s order by writing', () => {
  it('is the write the profile names, action by action', () => {
    const quirks = { 'relay-write': '0700EFEE open=99 close=55' }
    const authority = { level: '02', password: '000000', operator: '30303030' }
    const relay = () => frame(METER, 0x94, '')
    const told = give({ authority }, { relay }, { quirks })
    expect(told.answer.outcome).toBe('accepted')
    expect(orders(told).map(dataOf)).toEqual(['EEEF00070200000030303030' + '99'])
    expect(give({ authority, action: 'close' }, { relay }, { quirks }).answer).toMatchObject({
      outcome: 'done',
      evidence: { texts: ['the relay was closed, and current flows'] },
    })
    const none = give({ authority, action: 'permit-close' }, { relay }, { quirks })
    expect(none.answer.outcome).toBe('not-sent')
    expect(orders(none)).toEqual([])
  })

  it('serves 1997 too, whose meters tell no state', () => {
    const quirks = { 'relay-write': 'E323 close=111111' }
    const items = { B630: '123400', C011: '300510', C010: '00221126' }
    const told = give(
      { action: 'close' },
      { items, relay: () => frame(METER, 0x84, '') },
      { quirks },
      driver1997,
    )
    expect(told.answer).toMatchObject({
      outcome: 'accepted',
      before: { isOpen: null },
      after: { isOpen: null },
    })
    expect(told.answer.before?.load.map(({ value }) => value)).toEqual(['0.3412'])
    expect(orders(told).map(dataOf)).toEqual(['23E302000000111111'])
  })
})

describe('reserved bits', () => {
  it('[quirk relay-state] say nothing of a meter of the plain 2007 text', () => {
    const items = { ...CLOCK, '04000503': '5010' }
    const { before } = give({}, { items }, { quirks: { 'relay-state': 'base' } }).answer
    expect(before).toMatchObject({
      isOpen: true,
      isOpenCommanded: null,
      isKeptPowered: null,
      isTripAnnounced: null,
    })
    expect(give({}, { items }).answer.before).toEqual(before)
    expect(give({}, { items }, LATER).answer.before).toMatchObject({
      isOpenCommanded: true,
      isKeptPowered: true,
      isTripAnnounced: false,
    })
    const keeping = { quirks: { 'relay-state': 'keep-power' } }
    expect(give({}, { items }, keeping).answer.before).toMatchObject({
      isOpenCommanded: null,
      isKeptPowered: true,
      isTripAnnounced: null,
    })
  })

  it.each([
    ['1000', { isOpen: true, isOpenCommanded: false, isTripAnnounced: false, isKeptPowered: false }],
    ['4000', { isOpen: false, isOpenCommanded: true, isTripAnnounced: false, isKeptPowered: false }],
    ['8000', { isOpen: false, isOpenCommanded: false, isTripAnnounced: true, isKeptPowered: false }],
    ['0010', { isOpen: false, isOpenCommanded: false, isTripAnnounced: false, isKeptPowered: true }],
    ['2F2F', { isOpen: false, isOpenCommanded: false, isTripAnnounced: false, isKeptPowered: false }],
    ['AFFF', { isOpen: false, isOpenCommanded: false, isTripAnnounced: true, isKeptPowered: true }],
  ])('each bit of the later rules is its own: word %s', (word, state) => {
    const items = { ...CLOCK, '04000503': word }
    expect(give({}, { items }, LATER).answer.before).toMatchObject(state)
  })
})

describe('the simulated meter', () => {
  const NOW = Date.UTC(2026, 10, 21, 4, 30, 15)
  const meter = () =>
    createMeter({ seed: 7, protocol: 'dlt645-2007', address: METER, phases: 1, offsetMinutes: 480 })

  it('opens, tells it, and closes', () => {
    const simulated = meter()
    const slave = createMeter2007(simulated)
    const told: number[] = []
    const hold = (order: RelayOrder) => {
      const conversation = driver2007.orderRelay!(callOf(LATER, METER), order)
      let step = conversation.next()
      while (!step.done) {
        const [asked] = driver2007.deframe(step.value.bytes, null).frames
        told.push(asked!.bytes[8]!)
        const reply = slave.answer(asked!.bytes, NOW)
        const [answer] = reply ? driver2007.deframe(reply, step.value).frames : []
        step = conversation.next(answer ?? null)
      }
      return step.value
    }
    expect(hold(ORDER)).toMatchObject({
      outcome: 'done',
      before: { isOpen: false },
      after: { isOpen: true },
    })
    expect(simulated.relay.trips).toBe(1)
    expect(hold({ ...ORDER, action: 'keep-powered' }).after).toMatchObject({ isKeptPowered: true })
    expect(hold({ ...ORDER, action: 'close' })).toMatchObject({ after: { isOpen: false } })
    expect(hold(ORDER)).toMatchObject({ outcome: 'refused', after: { isOpen: false } })
    expect(told.filter(control => control === 0x1c)).toHaveLength(4)
  })
})
