/** What Modbus devices are told, and the relay a profile declares. */

import { describe, expect, test } from 'vitest'
import type { Given, Obeyed } from '../../src/driver-api/command.ts'
import type { Call, Conversation, Frame, Point, Request, Traits } from '../../src/driver-api/driver.ts'
import type { RelayAnswer, RelayOrder } from '../../src/driver-api/relay.ts'
import { bytesOf, call, point, rtu, rtuFrame, tcp, tcpFrame } from './modbus-support.ts'

const hex = (bytes: ArrayLike<number>) => Buffer.from(Array.from(bytes)).toString('hex')
const bytes = (text: string) => Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'))
const pduOf = ({ bytes: frame }: Request) => hex(frame.subarray(1, -2))

/** Carries a conversation with a device given as a function from PDU to PDU; null is silence. */
function talk<Result>(
  conversation: Conversation<Result>,
  device: (pdu: string) => string | null,
): { result: Result; asked: string[]; requests: Request[] } {
  const requests: Request[] = []
  let step = conversation.next()
  while (!step.done) {
    if (requests.length > 50) throw new Error('the conversation does not end')
    const request = step.value
    requests.push(request)
    const why = request.whyStay?.()
    if (why) request.stayed?.(why)
    const pdu = why ? null : device(pduOf(request))
    const reply = pdu === null ? null : rtuFrame(request.bytes[0]!, ...bytes(pdu))
    const frames: readonly Frame[] = reply ? rtu.deframe(reply, request).frames : []
    step = conversation.next(frames.find(frame => request.whyNot(frame) === null) ?? null)
  }
  return { result: step.value, asked: requests.map(pduOf), requests }
}

function told(name: string, given: Given, device: (pdu: string) => string | null, more: Partial<Call> = {}) {
  const conversation = rtu.commands!.get(name)!.run(call(more), given)
  if ('wrong' in conversation) throw new Error(conversation.wrong)
  // It lets nothing be read, and says so.
  const isRead = (pdu: string) => /^0[1-4]/.test(pdu)
  const all = talk<Obeyed>(conversation, pdu =>
    isRead(pdu) ? `${(Number(pdu.slice(0, 2)) | 0x80).toString(16)}02` : device(pdu),
  )
  return {
    result: all.result,
    asked: all.asked.filter(pdu => !isRead(pdu)),
    requests: all.requests.filter(request => !isRead(pduOf(request))),
  }
}

describe('PDUs as the Modbus Application Protocol V1.1b3 prints them', () => {
  test.each<[string, string, Given, string, string]>([
    ['6.5 write single coil', 'write', { item: '1:172', value: '1' }, '05 00 AC FF 00', '05 00 AC FF 00'],
    ['6.6 write single register', 'write', { item: '3:1', value: '3' }, '06 00 01 00 03', '06 00 01 00 03'],
    [
      '6.11 write multiple coils',
      'write-coils',
      { item: '1:0x13', values: '1,0,1,1,0,0,1,1,1,0' },
      '0F 00 13 00 0A 02 CD 01',
      '0F 00 13 00 0A',
    ],
    [
      '6.12 write multiple registers',
      'write-registers',
      { item: '3:1', values: '0x000A,258' },
      '10 00 01 00 02 04 00 0A 01 02',
      '10 00 01 00 02',
    ],
    [
      '6.17 read and write registers',
      'read-write-registers',
      { item: '3:14', values: '255,255,255', read: '3:3', count: '6' },
      '17 00 03 00 06 00 0E 00 03 06 00 FF 00 FF 00 FF',
      '17 0C 00 FE 0A CD 00 01 00 03 00 0D 00 FF',
    ],
  ])('%s', (_, name, given, sent, reply) => {
    const { result, asked, requests } = told(name, given, () => reply)
    expect(asked).toEqual([hex(bytes(sent))])
    expect(requests[0]!.safeToRepeat).toBe(false)
    expect(result.outcome).toBe('done')
    if (name.startsWith('read-write'))
      expect(result.says.map(({ item, value }) => `${item}=${value}`)).toEqual([
        '3:3=254',
        '3:4=2765',
        '3:5=1',
        '3:6=3',
        '3:7=13',
        '3:8=255',
      ])
  })

  test('6.21 device identification, one frame', () => {
    const reply = `2B 0E 01 01 00 00 03 00 16 ${hex(Buffer.from('Company identification'))} 01 0D ${hex(Buffer.from('Product code '))} 02 05 ${hex(Buffer.from('V2.11'))}`
    const { result, asked } = told('identify', {}, pdu => (pdu === '2b0e0100' ? reply : 'ab 03'))
    expect(asked).toEqual(['2b0e0300', '2b0e0100'])
    expect(result.says.map(({ name, value }) => [name, value])).toEqual([
      ['vendor name', 'Company identification'],
      ['product code', 'Product code'],
      ['revision', 'V2.11'],
    ])
  })

  test('more follows: the next object is asked for, and one that goes round is not heard out', () => {
    const objects = ['2B 0E 03 83 FF 01 01 00 01 41', '2B 0E 03 83 00 00 01 01 01 42']
    const { result, asked } = told('identify', {}, pdu => objects[pdu === '2b0e0300' ? 0 : 1]!)
    expect(asked).toEqual(['2b0e0300', '2b0e0301'])
    expect(result.says.map(({ item, value }) => `${item}=${value}`)).toEqual(['43:0=A', '43:1=B'])
    expect(told('identify', {}, () => 'ab 01')).toMatchObject({
      result: { outcome: 'refused' },
      asked: ['2b0e0300'],
    })
    const round = told('identify', {}, () => '2B 0E 03 83 FF 00 01 00 01 41')
    expect(round.asked).toHaveLength(1)
  })

  test('an identification in pieces is awaited to its end, and told offline', () => {
    const conversation = rtu.commands!.get('identify')!.run(call(), {}) as Conversation<Obeyed>
    const step = conversation.next()
    if (step.done) throw new Error('nothing was asked')
    const frame = rtuFrame(1, ...bytes('2B 0E 03 83 00 00 02 00 02 41 42 01 01 43'))
    for (let cut = 1; cut < frame.length; cut++) {
      const first = rtu.deframe(frame.subarray(0, cut), step.value)
      const second = rtu.deframe(bytesOf(first.rest, frame.subarray(cut)), step.value)
      expect([...first.frames, ...second.frames].map(each => hex(each.bytes))).toEqual([hex(frame)])
    }
    const decoded = rtu.decode({ bytes: frame }, { direction: 'reply' })
    expect(decoded.points.map(({ item, value }) => `${item}=${value}`)).toEqual(['43:0=AB', '43:1=C'])
  })
})

describe('a write leaves once', () => {
  const write = { item: '3:1', value: '3' }

  test.each<[string, Given, string]>([
    ['a register', write, '0300010001'],
    ['a coil', { item: '1:7', value: '1' }, '0100070001'],
  ])(
    'V-F3 %s on a serial line: not to whom answers no read, for all that came back could be an echo',
    (_, given, read) => {
      const run = () => rtu.commands!.get('write')!.run(call(), given) as Conversation<Obeyed>
      const echo = talk(run(), pdu => pdu)
      expect(echo.asked).toEqual([read])
      expect(echo.result).toMatchObject({ outcome: 'not-sent', refused: { code: 'LINE_SILENT' } })
      // With 15 and 16 the answer is no echo.
      const many = { ...given, function: given['item'] === '1:7' ? '15' : '16' }
      const apart = rtu.commands!.get('write')!.run(call(), many) as Conversation<Obeyed>
      expect(talk(apart, () => null).asked.map(pdu => pdu.slice(0, 2))).toEqual([
        many.function === '15' ? '0f' : '10',
      ])
    },
  )

  test.each<[string, string | null, Obeyed['outcome'], string | undefined]>([
    ['silence', null, 'unanswered', undefined],
    ['an answer for another address', '06 00 02 00 03', 'unanswered', undefined],
    ['an answer with another value', '06 00 01 00 04', 'unanswered', undefined],
    ['exception 02', '86 02', 'refused', 'METER_NO_DATA'],
    ['exception 05, which may yet obey', '86 05', 'unanswered', 'METER_BUSY'],
    ['exception 06', '86 06', 'refused', 'METER_BUSY'],
    ['exception 0A', '86 0A', 'refused', 'METER_BUSY'],
    ['exception 0B, behind which it may have obeyed', '86 0B', 'unanswered', 'LINE_SILENT'],
  ])('%s', (_, reply, outcome, code) => {
    const { result, asked } = told('write', write, () => reply)
    expect(asked).toHaveLength(1)
    expect(result.outcome).toBe(outcome)
    expect(result.refused?.code).toBe(code)
  })

  test.each(['write', 'write-coils', 'write-registers', 'read-write-registers'])(
    '%s never goes to unit 0, which gateways send to all',
    name => {
      const given: Given = {
        item: name === 'write-coils' ? '1:1' : '3:1',
        value: '1',
        values: '1',
        read: '3:1',
        count: '1',
      }
      const known = tcp.commands!.get(name)!
      const fitting = Object.fromEntries(
        known.arguments
          .filter(({ isOptional }) => !isOptional)
          .map(each => [each.name, given[each.name] ?? '']),
      )
      expect(known.run(call({ address: '1' }), fitting)).not.toHaveProperty('wrong')
      expect(known.run(call({ address: '0' }), fitting)).toHaveProperty('wrong')
    },
  )

  test.each<[string, Given]>([
    ['write', { item: '4:1', value: '1' }],
    ['write', { item: '3:1', value: '65536' }],
    ['write', { item: '3:1', value: '1.5' }],
    ['write', { item: '1:1', value: '2' }],
    ['write', { item: '3:1' }],
    ['write', { item: '3:1', value: '1', word: '1' }],
    ['write-registers', { item: '3:1', values: Array(124).fill('1').join(',') }],
    ['write-coils', { item: '1:1', values: '1,2' }],
    ['read-write-registers', { item: '3:1', values: '1', read: '3:1', count: '126' }],
    ['identify', { item: '3:1' }],
  ])('%s refuses %o', (name, given) => {
    expect(rtu.commands!.get(name)!.run(call(), given)).toHaveProperty('wrong')
  })

  test('a value of two registers goes out in the meter’s order, in one request', () => {
    const { asked } = told('write', { item: '3:16:f32:CDAB:e-1', value: '230.5' }, () => '10 00 10 00 02')
    expect(asked).toEqual([hex(bytes('10 00 10 00 02 04 80 00 43 66'))])
  })

  test('on TCP its answer carries its number', () => {
    const conversation = tcp.commands!.get('write')!.run(call(), write) as Conversation<Obeyed>
    const step = conversation.next()
    if (step.done) throw new Error('nothing was asked')
    expect(step.value.whyNot({ bytes: tcpFrame(7, 1, ...bytes('06 00 01 00 03')) })).toBeNull()
    expect(step.value.whyNot({ bytes: tcpFrame(6, 1, ...bytes('06 00 01 00 03')) })?.rule).toBe('V-F5')
  })
})

describe('a relay', () => {
  const state: Point = point('1:8', 'bit')
  const load: Point = point('4:0', 'u16 e-1', { unit: 'W', name: 'power' })
  const relay = {
    state: { point: state, open: '0', closed: '1' },
    order: { function: 5 as const, item: '1:8', open: '0000', close: 'FF00' },
    load,
  }
  const order: RelayOrder = {
    action: 'open',
    authority: { level: '00', password: '', operator: '00000001' },
    validForSeconds: 60,
    ageMs: () => 0,
  }

  interface Device {
    readonly isClosed?: boolean
    /** What the load reads while the relay is closed, tenths of a watt. */
    readonly watts?: number
    readonly stays?: true
    readonly answers?: (reply: string) => string | null
    readonly traits?: Traits
    readonly order?: Partial<RelayOrder>
  }

  function ordered({ isClosed = true, watts = 23_000, stays, answers, traits, order: more }: Device) {
    let closed = isClosed
    const conversation = rtu.orderRelay!(call({ traits: traits ?? { relay } }), { ...order, ...more })
    const { result, asked, requests } = talk<RelayAnswer>(conversation, pdu => {
      if (pdu.startsWith('01')) return `01 01 0${closed ? 1 : 0}`
      if (pdu.startsWith('04')) return `04 02 ${(closed ? watts : 0).toString(16).padStart(4, '0')}`
      if (!stays) closed = pdu.includes('ff00')
      return answers ? answers(pdu) : pdu
    })
    return { result, orders: asked.filter(pdu => pdu.startsWith('05')), requests }
  }

  test('done: the state is read back, and the load is gone', () => {
    const { result, orders, requests } = ordered({})
    expect(orders).toEqual(['0500080000'])
    expect(result).toMatchObject({
      outcome: 'done',
      before: { isOpen: false },
      after: { isOpen: true },
      evidence: { verdict: 'as-ordered' },
    })
    expect(requests.filter(({ safeToRepeat }) => !safeToRepeat)).toHaveLength(1)
  })

  test('accepted, where nothing but the state shows it', () => {
    expect(ordered({ watts: 0 }).result).toMatchObject({ outcome: 'accepted', evidence: { verdict: 'open' } })
  })

  test('a relay that says yes and does nothing is not done', () => {
    expect(ordered({ stays: true }).result).toMatchObject({
      outcome: 'accepted',
      after: { isOpen: false },
      evidence: { verdict: 'open' },
    })
  })

  test('a welded contact: open by its state, and current flows', () => {
    const traits: Traits = { relay: { ...relay, state: { point: state, open: '1', closed: '0' } } }
    const { result } = ordered({ traits, isClosed: true, stays: true })
    expect(result.evidence.verdict).toBe('contradicts')
    expect(result.outcome).toBe('accepted')
  })

  test('silence to the order: sent once, read back, and the load tells', () => {
    const heard = ordered({ answers: () => null })
    expect(heard.orders).toHaveLength(1)
    expect(heard.result.outcome).toBe('done')
    const unseen = ordered({ answers: () => null, watts: 0 })
    expect(unseen.orders).toHaveLength(1)
    expect(unseen.result.outcome).toBe('unconfirmed')
  })

  test('refused: told, and read back all the same', () => {
    const { result, orders } = ordered({ answers: () => '85 04'.replace('04', '01'), stays: true })
    expect(orders).toHaveLength(1)
    expect(result).toMatchObject({
      outcome: 'refused',
      why: { code: 'METER_NO_DATA' },
      after: { isOpen: false },
    })
  })

  test.each<[string, Device, string]>([
    ['no relay in the profile', { traits: {} }, 'PROFILE_INVALID'],
    ['an action Modbus has no word for', { order: { action: 'permit-close' } }, 'ASK_INVALID'],
    ['an order that is over', { order: { ageMs: () => 60_000 } }, 'ORDER_EXPIRED'],
    [
      'a state that is neither',
      { traits: { relay: { ...relay, state: { point: state, open: '7', closed: '9' } } } },
      'METER_NO_DATA',
    ],
  ])('not sent: %s', (_, device, code) => {
    const { result, orders } = ordered(device)
    expect(orders).toEqual([])
    expect(result).toMatchObject({ outcome: 'not-sent', why: { code }, ordered: null })
  })

  test('not sent: it grows too old while the relay is read', () => {
    let age = 0
    const { result, orders } = ordered({ order: { ageMs: () => (age += 35_000) } })
    // The frame is made; the line is told that it must not leave.
    expect(orders.length).toBeLessThanOrEqual(1)
    expect(result).toMatchObject({ outcome: 'not-sent', why: { code: 'ORDER_EXPIRED' } })
  })

  test.each([
    [6, '3:16', '0001', '060010', '0600100001'],
    [16, '3:16', '00010002', '10', '1000100002040001' + '0002'],
    [15, '1:9', '01', '0f', '0f000900010101'],
  ] as const)('function %i', (code, item, open, head, sent) => {
    const written = { ...relay, order: { function: code, item, open, close: open.replaceAll('1', '0') } }
    const conversation = rtu.orderRelay!(call({ traits: { relay: { ...written, load: null } } }), order)
    const { asked } = talk<RelayAnswer>(conversation, pdu => (pdu.startsWith('01') ? '01 01 01' : null))
    expect(asked.filter(pdu => pdu.startsWith(head))).toEqual([sent])
  })

  const byCoil = { ...relay, order: { function: 5 as const, item: '1:8', open: '0000', close: 'FF00' } }
  const byRegisters = {
    ...relay,
    order: { function: 16 as const, item: '3:16', open: '00010002', close: '00010003' },
  }
  test.each<[string, Given, Traits]>([
    ['write', { item: '1:8', value: '0' }, { relay: byCoil }],
    ['write', { item: '1:0x0008', value: '0', function: '15' }, { relay: byCoil }],
    ['write-coils', { item: '1:5', values: '1,1,1,0' }, { relay: byCoil }],
    ['write', { item: '3:16:u32', value: '1' }, { relay: byRegisters }],
    ['write', { item: '3:17:u16', value: '2' }, { relay: byRegisters }],
    ['write-registers', { item: '3:14', values: '0,0,1' }, { relay: byRegisters }],
    [
      'read-write-registers',
      { item: '3:15', values: '0,1', read: '3:0', count: '1' },
      { relay: byRegisters },
    ],
  ])('is ordered and never written: %s %o', (name, given, traits) => {
    const made = rtu.commands!.get(name)!.run(call({ traits }), given)
    expect(made).toMatchObject({ wrong: expect.stringContaining('ordered, not written') })
  })

  test.each<[string, Given]>([
    ['write', { item: '3:8', value: '0' }],
    ['write', { item: '1:9', value: '1' }],
    ['write-coils', { item: '1:5', values: '1,1,1' }],
  ])('what is beside it is written: %s %o', (name, given) => {
    expect(told(name, given, () => null, { traits: { relay: byCoil } }).asked).toHaveLength(1)
  })
})
