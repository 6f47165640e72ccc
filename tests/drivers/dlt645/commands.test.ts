/** Commands of both editions: the published frames byte for byte, and an answer believed only when it is one. */

import { describe, expect, it } from 'vitest'
import { drivers } from '../../../drivers/dlt645/index.ts'
import type { Command, Given, Obeyed } from '../../../src/driver-api/command.ts'
import type { Call, Conversation, Driver, Frame, Request } from '../../../src/driver-api/driver.ts'
import { callOf, frame } from './bench-meter.ts'
import { bytesOf, vectors } from './vectors.ts'

const [driver2007, driver1997] = drivers as [Driver, Driver]
const METER = '000000001234'
const METER_1997 = '000000009751'
const OPERATOR = '87654321'

const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex').toUpperCase()
const vectorHex = (id: string) =>
  hexOf(bytesOf(vectors.find(vector => vector.id === id)!.hex.replace(/^(FE\s*)+/i, '')))
const withoutPreamble = (bytes: Uint8Array) => hexOf(bytes).replace(/^(FE)+/, '')

function commandOf(driver: Driver, name: string): Command {
  const command = driver.commands?.get(name)
  if (!command) throw new Error(`no command ${name}`)
  return command
}

function start(driver: Driver, name: string, call: Call, given: Given): Conversation<Obeyed> {
  const conversation = commandOf(driver, name).run(call, given)
  if ('wrong' in conversation) throw new Error(conversation.wrong)
  return conversation
}

/** Everything asked, each answered by `answer`, and what came of it. */
function hold(
  conversation: Conversation<Obeyed>,
  answer: (request: Request, turn: number) => Frame | null,
): { readonly sent: readonly Request[]; readonly obeyed: Obeyed } {
  const sent: Request[] = []
  let step = conversation.next()
  while (!step.done) {
    const reply = answer(step.value, sent.length)
    sent.push(step.value)
    const isAnswer = reply && step.value.whyNot(reply) === null
    step = conversation.next(isAnswer ? reply : null)
  }
  return { sent, obeyed: step.value }
}

const password = '000000'
/** Name, what is given, the published request and answer. */
const PUBLISHED: readonly [Driver, string, string, Given, request: string, answer: string][] = [
  [
    driver2007,
    METER,
    'write',
    { item: '04000103', value: '15', password: '123456', level: '02', operator: OPERATOR },
    'CONS-P-w-req',
    'CONS-P-w-ack',
  ],
  [driver2007, METER, 'freeze', { when: 'daily:0000' }, 'CONS-P-frz-cmd1', 'CONS-P-frz-ack'],
  [
    driver2007,
    METER,
    'change-password',
    { class: '02', password: '123456', 'new-password': '654321' },
    'CONS-P-pw-req',
    'CONS-P-pw-ack',
  ],
  [driver2007, METER, 'change-speed', { speed: '9600' }, 'CONS-P-baud-req', 'CONS-P-baud-ack'],
  [driver2007, METER, 'clear-demand', { password, operator: OPERATOR }, 'CONS-P-dmd-req', 'CONS-P-dmd-ack'],
  [driver2007, METER, 'clear-meter', { password, operator: OPERATOR }, 'CONS-P-mtr-req', 'CONS-P-mtr-ack'],
  [
    driver2007,
    METER,
    'clear-events',
    { what: 'all', password, operator: OPERATOR },
    'CONS-P-evt-req',
    'CONS-P-evt-ack',
  ],
  [
    driver1997,
    METER_1997,
    'write',
    { item: 'C011', value: '15:20:30', password },
    'CONS-P-97-w-req',
    'CONS-P-97-w-ack',
  ],
  [
    driver1997,
    METER_1997,
    'change-password',
    { class: '00', password, 'new-password': '112233' },
    'CONS-P-97-pw-req',
    'CONS-P-97-pw-ack',
  ],
  [driver1997, METER_1997, 'change-speed', { speed: '1200' }, 'CONS-P-97-baud-req', 'CONS-P-97-baud-ack'],
  [driver1997, METER_1997, 'clear-demand', { password }, 'CONS-P-97-dmd-req', 'CONS-P-97-dmd-ack'],
]

describe.each(PUBLISHED)('$0.protocol: $2', (driver, address, name, given, request, answer) => {
  const call = callOf({}, address)
  const reply: Frame = { bytes: bytesOf(vectors.find(({ id }) => id === answer)!.hex) }

  it(`is sent as ${request}, and done by ${answer}`, () => {
    const { sent, obeyed } = hold(start(driver, name, call, given), () => reply)
    expect(sent.map(({ bytes }) => withoutPreamble(bytes))).toEqual([vectorHex(request)])
    expect(obeyed.outcome).toBe('done')
  })

  it('is never safe to repeat, and silence leaves nobody knowing', () => {
    const { sent, obeyed } = hold(start(driver, name, call, given), () => null)
    expect(sent.map(({ safeToRepeat }) => safeToRepeat)).toEqual([false])
    expect(obeyed).toMatchObject({ outcome: 'unanswered', refused: null })
  })

  it('V-F3 V-F4 V-F6 is not answered by another code, meter, or more than yes', () => {
    const [{ whyNot, bytes }] = hold(start(driver, name, call, given), () => null).sent as [Request]
    const control = bytes[bytes.indexOf(0x68) + 8]!
    const data = reply.bytes.subarray(10, -2).map(byte => byte - 0x33)
    const hex = hexOf(data)
    expect(whyNot(frame(address, control | 0x80, hex))).toBeNull()
    expect(whyNot(frame('000000000099', control | 0x80, hex))?.rule).toBe('V-F4')
    expect(whyNot(frame('AAAAAAAAAAAA', control | 0x80, hex))?.rule).toBe('V-F4')
    expect(whyNot(frame(address, control, hex))?.rule).toBe('V-F3')
    expect(whyNot(frame(address, (control ^ 1) | 0x80, hex))?.rule).toBe('V-F3')
    expect(whyNot(frame(address, control | 0xa0, hex))?.rule).toBe('V-F3')
    expect(whyNot(frame(address, control | 0x80, `${hex}00`))?.rule).toMatch(/V-F[56]/)
  })

  it('a refusal is told bit by bit', () => {
    const [{ bytes }] = hold(start(driver, name, call, given), () => null).sent as [Request]
    const control = bytes[bytes.indexOf(0x68) + 8]!
    const refusal = frame(address, control | 0xc0, '05')
    const { obeyed } = hold(start(driver, name, call, given), () => refusal)
    expect(obeyed.outcome).toBe('refused')
    expect(obeyed.refused?.text).toMatch(/error.*;.*password|illegal data.*;.*password/)
  })

  it('goes to one meter by its full address only', () => {
    for (const wild of ['AAAAAAAAAAAA', 'AAAAAA001234'])
      expect(commandOf(driver, name).run(callOf({}, wild), given)).toHaveProperty('wrong')
  })

  it('holds no password in what is shown', () => {
    const { sent, obeyed } = hold(start(driver, name, call, given), () => reply)
    const [request] = sent as [Request]
    const shown = shownIn(request.bytes, driver, request)
    for (const secret of [given['password'], given['new-password']])
      if (secret !== undefined) expect(shown).not.toContain(wire(secret))
    if (given['new-password'] !== undefined) {
      expect(obeyed.frames).toEqual([])
      expect(shownIn(reply.bytes, driver)).not.toContain(wire(given['new-password']))
    }
  })
})

/** A password on the wire: low byte first, 33H added. */
function wire(digits: string): string {
  return hexOf(
    bytesOf(digits)
      .toReversed()
      .map(byte => byte + 0x33),
  )
}

function shownIn(bytes: Uint8Array, driver: Driver, request?: Request): string {
  const spans = [...(request?.secretBytes ? [request.secretBytes] : []), ...driver.secretsIn!(bytes)]
  return [...bytes]
    .map((byte, index) =>
      spans.some(([from, to]) => index >= from && index < to) ? '**' : hexOf(Uint8Array.of(byte)),
    )
    .join('')
}

describe('an address', () => {
  const said = frame('000000005678', 0x93, '785600000000')

  it('[2007 15] is written under AA, and answered under the new address', () => {
    const given = { to: METER }
    const ack: Frame = { bytes: bytesOf(vectors.find(({ id }) => id === 'CONS-P-wa-ack')!.hex) }
    const conversation = () => start(driver2007, 'write-address', callOf({}, 'AAAAAAAAAAAA'), given)
    const { sent, obeyed } = hold(conversation(), (_, turn) => (turn === 0 ? said : ack))
    expect(sent.map(({ bytes }) => withoutPreamble(bytes))[1]).toBe(vectorHex('CONS-P-wa-req'))
    expect(sent.map(({ safeToRepeat }) => safeToRepeat)).toEqual([true, false])
    expect(obeyed.outcome).toBe('done')
    const old = hold(conversation(), (_, turn) => (turn === 0 ? said : frame('000000005678', 0x95, '')))
    expect(old.obeyed.outcome).toBe('unanswered')
  })

  it('is not written where nobody says who it is, or two do', () => {
    const call = callOf({}, 'AAAAAAAAAAAA')
    const nobody = hold(start(driver2007, 'write-address', call, { to: METER }), () => null)
    expect(nobody.sent).toHaveLength(1)
    expect(nobody.obeyed.outcome).toBe('not-sent')
    const lying = frame('000000005679', 0x93, '785600000000')
    expect(hold(start(driver2007, 'write-address', call, { to: METER }), () => lying).sent).toHaveLength(1)
  })

  it('is not written to a meter by name, nor is every address one', () => {
    const { run } = commandOf(driver2007, 'write-address')
    expect(run(callOf({}, METER), { to: METER_1997 })).toHaveProperty('wrong')
    for (const to of ['999999999999', 'AAAAAAAAAAAA', '1234', ''])
      expect(run(callOf({}, 'AAAAAAAAAAAA'), { to })).toHaveProperty('wrong')
  })

  it('[1997 0A, quirk write-address] of 1997 goes to 99 and is answered under the old address or the new', () => {
    const number = frame('000000005678', 0x81, '32C0785600000000')
    const call = callOf({}, 'AAAAAAAAAAAA')
    const answered = (address: string) =>
      hold(start(driver1997, 'write-address', call, { to: METER_1997 }), (_, turn) =>
        turn === 0 ? number : frame(address, 0x8a, ''),
      )
    expect(withoutPreamble(answered(METER_1997).sent[1]!.bytes)).toBe(vectorHex('CONS-P-97-addr-req'))
    expect(answered(METER_1997).obeyed.outcome).toBe('done')
    expect(answered('000000005678').obeyed.outcome).toBe('done')
    expect(answered('000000005679').obeyed.outcome).toBe('unanswered')
    const under = callOf({ quirks: { 'write-address': 'AA' } }, 'AAAAAAAAAAAA')
    const { sent } = hold(start(driver1997, 'write-address', under, { to: METER_1997 }), (_, turn) =>
      turn === 0 ? number : null,
    )
    expect(withoutPreamble(sent[1]!.bytes).slice(2, 14)).toBe('AAAAAAAAAAAA')
  })
})

describe('what is sent to all', () => {
  it.each([
    ['the time', 'set-time', { time: '2024-11-15T15:20:30' }, 'CONS-P-time-bcast'],
    ['a freeze', 'freeze', { when: 'now', to: 'all' }, 'CONS-P-frz-cmd'],
  ] as const)('%s has no answer', (_, name, given, id) => {
    const { sent, obeyed } = hold(start(driver2007, name, callOf({}, METER), given), () => null)
    expect(sent.map(({ bytes }) => withoutPreamble(bytes))).toEqual([vectorHex(id)])
    expect(sent[0]).toMatchObject({ isUnanswered: true, safeToRepeat: false })
    expect(sent[0]!.whyNot(frame(METER, 0x96, ''))?.rule).toBe('V-F3')
    expect(obeyed.outcome).toBe('sent')
  })

  it('the time to one meter has the form of the wild', () => {
    const given = { time: '2017-06-05T10:40:25', to: 'one' }
    const { sent } = hold(start(driver2007, 'set-time', callOf({}, '111111111111'), given), () => null)
    expect(withoutPreamble(sent[0]!.bytes)).toBe(vectorHex('TIME-A-unicast'))
  })

  it('[quirk broadcast-time] has the password in front where the model wants it', () => {
    const call = callOf({ quirks: { 'broadcast-time': 'with-password' } }, METER)
    const given = { time: '2024-11-15T15:20:30', password: '123456', level: '04' }
    const { sent } = hold(start(driver2007, 'set-time', call, given), () => null)
    const [request] = sent as [Request]
    const data = request.bytes.subarray(14, -2).map(byte => byte - 0x33)
    expect(hexOf(data)).toBe('04563412302015151124')
    expect(shownIn(request.bytes, driver2007, request)).not.toContain(wire('123456'))
    expect(commandOf(driver2007, 'set-time').run(call, { time: '2024-11-15T15:20:30' })).toHaveProperty(
      'wrong',
    )
  })
})

describe('[2007 16] freezes', () => {
  it.each([
    ['now', '99999999'],
    ['hourly:30', '30999999'],
    ['daily:0105', '05019999'],
    ['monthly:010000', '00000199'],
  ])('%s is %s on the wire', (when, data) => {
    const { sent } = hold(start(driver2007, 'freeze', callOf({}, METER), { when }), () => null)
    expect(hexOf(sent[0]!.bytes.subarray(14, -2).map(byte => byte - 0x33))).toBe(data)
  })

  it.each([
    'hourly:60',
    'daily:2400',
    'monthly:290000',
    'monthly:000000',
    'daily:9900',
    'hourly:99',
    '',
    'once',
  ])('"%s" is none', when => {
    expect(commandOf(driver2007, 'freeze').run(callOf({}, METER), { when })).toHaveProperty('wrong')
  })
})

describe('[2007 03] authentication is passed through', () => {
  const given = { item: '070000FF', data: '0102030405060708', operator: OPERATOR }

  it('with its data hidden, and the answer of the module shown', () => {
    const reply = frame(METER, 0x83, 'FF000007AABBCCDD1122334455667788')
    const { sent, obeyed } = hold(start(driver2007, 'authenticate', callOf({}, METER), given), () => reply)
    const [request] = sent as [Request]
    expect(hexOf(request.bytes.subarray(14, -2).map(byte => byte - 0x33))).toBe(
      'FF000007214365870102030405060708',
    )
    expect(shownIn(request.bytes, driver2007, request)).toMatch(/(\*\*){9}16$/)
    expect(obeyed.says).toMatchObject([{ item: '070000FF', value: 'AABBCCDD1122334455667788' }])
    expect(request.whyNot(frame(METER, 0x83, 'FE000007'))?.rule).toBe('V-F5')
  })

  it('and refused with the two bytes of the security module, bit by bit', () => {
    const refusal = frame(METER, 0xc3, '0A00')
    const { obeyed } = hold(start(driver2007, 'authenticate', callOf({}, METER), given), () => refusal)
    expect(obeyed.refused?.text).toBe(
      'repeated recharge (error word 000A); authentication failed (error word 000A)',
    )
    expect(driver2007.decode(refusal, {}).refused.map(({ text }) => text.split(' (')[0])).toEqual([
      'repeated recharge',
      'authentication failed',
    ])
  })
})

describe('what cannot be sent is refused before anything is', () => {
  it.each([
    ['write', {}],
    ['write', { item: '04000103', value: '15' }],
    ['write', { item: '04000103', value: '15', password: '12345' }],
    ['write', { item: '04000103', value: 'x', password }],
    ['write', { item: '040001', value: '15', password }],
    ['write', { item: '04000103', value: '15', password, level: 'zz' }],
    ['write', { item: '04000103', value: '15', password, operator: '1' }],
    ['write', { item: '04000103', value: '15', password, colour: 'red' }],
    ['write', { item: '0700EFEE', value: '99', password }],
    ['write', { item: '0700EFEE', value: 'hex:9', password }],
    ['change-speed', { speed: '300' }],
    ['change-password', { class: '10', password, 'new-password': password }],
    ['clear-events', { what: '03010000', password }],
    ['multi-function-output', { output: 'light' }],
    ['authenticate', { item: '00010000', data: '00' }],
    ['set-time', { time: '2026-02-30T00:00:00' }],
  ] as const)('%s %o', (name, given) => {
    const wrong = commandOf(driver2007, name).run(callOf({}, METER), given)
    expect(wrong).toHaveProperty('wrong')
    expect(JSON.stringify(wrong)).not.toMatch(/12345/)
  })
})

describe.each([
  { driver: driver2007, items: ['00010000', '04000409', '04000503'] },
  { driver: driver1997, items: ['9010', 'C030', 'C020'] },
])('what can only be read is not written', ({ driver, items }) => {
  it.each(items.flatMap(item => [`${item}=1`, `${item}=hex:01`]))('%s', text => {
    const [item = '', value = ''] = text.split('=')
    const wrong = commandOf(driver, 'write').run(callOf({}, METER), { item, value, password })
    expect(wrong).toMatchObject({ wrong: expect.stringContaining(`${item} (`) })
    expect(wrong).toMatchObject({ wrong: expect.stringContaining('can only be read; meterd items') })
  })

  it('nor through a profile that has it otherwise', () => {
    const traits = { items: [{ item: items[0]!, name: 'own', values: [{ encoding: 'XX' }] }] }
    const given = { item: items[0]!, value: '1', password }
    expect(commandOf(driver, 'write').run(callOf(traits, METER), given)).toHaveProperty('wrong')
  })
})

describe('what switches a relay is ordered and never written', () => {
  const order = '0123EFEE open=99 close=55'
  it.each([
    [driver2007, '0700EFEE', {}],
    [driver2007, '0700EFEE', { items: [{ item: '0700EFEE', name: 'own', values: [{ encoding: 'hex1' }] }] }],
    [driver2007, '0123efee', { quirks: { 'relay-write': order } }],
    [
      driver2007,
      '0123EFEE',
      {
        quirks: { 'relay-write': order },
        items: [{ item: '0123EFEE', name: 'own', values: [{ encoding: 'hex1' }] }],
      },
    ],
    [driver1997, 'E323', { quirks: { 'relay-write': 'E323 open=99 close=55' } }],
  ] as const)('$0.protocol $1 $2', (driver, item, traits) => {
    for (const value of ['99', 'hex:99'])
      expect(commandOf(driver, 'write').run(callOf(traits, METER), { item, value, password })).toMatchObject({
        wrong: expect.stringContaining('ordered, not written'),
      })
  })

  it.each([
    [driver2007, '04CC0001'],
    [driver1997, 'E323'],
  ] as const)('nor bytes to an item nobody has described: $0.protocol $1', (driver, item) => {
    const given = { item, value: 'hex:99', password }
    expect(commandOf(driver, 'write').run(callOf({}, METER), given)).toMatchObject({
      wrong: expect.stringContaining('not in the table'),
    })
  })
})

it('[2007 14] a maker’s item is written as bytes where the profile has it', () => {
  const traits = { items: [{ item: '04CC0001', name: 'own', values: [{ encoding: 'hex1' }] }] }
  const given = { item: '04CC0001', value: 'hex:99', password, level: '02', operator: '30303030' }
  const { sent } = hold(start(driver2007, 'write', callOf(traits, METER), given), () => null)
  const data = hexOf(sent[0]!.bytes.subarray(14, -2).map(byte => byte - 0x33))
  expect(data).toMatch(/^0100CC0402.{6}3030303099$/)
})

it('a period table repeats its last entry where fewer are given', () => {
  const given = { item: '04010001', value: '1,00:00,2,06:30', password }
  const { sent } = hold(start(driver2007, 'write', callOf({}, METER), given), () => null)
  const data = hexOf(sent[0]!.bytes.subarray(14 + 12, -2).map(byte => byte - 0x33))
  expect(data).toBe(`010000${'023006'.repeat(13)}`)
  const { run } = commandOf(driver2007, 'write')
  for (const value of ['1,00:00,2', '1', Array(15).fill('1,00:00').join(',')])
    expect(run(callOf({}, METER), { ...given, value })).toHaveProperty('wrong')
})

it('a reply to a command that was changed into a password shows none in decode', () => {
  for (const id of ['CONS-P-pw-req', 'CONS-P-pw-ack', 'CONS-P-97-pw-req', 'CONS-P-97-pw-ack']) {
    const vector = vectors.find(one => one.id === id)!
    const decoded = JSON.stringify(driver2007.decode({ bytes: bytesOf(vector.hex) }, {}))
    expect(decoded).not.toMatch(/123456|654321|112233|563412|214365|332211/)
    expect(decoded).toContain('level')
  }
})
