/** The two walls between reading and telling (PR-67): what may leave, by which pass, and who can make what. */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readBytes } from '../../drivers/dlt645/wire/read-frame.ts'
import { requestFor } from '../../drivers/modbus/ask.ts'
import type { MeterConfig } from '../../src/config/config.ts'
import { Fault } from '../../src/core/faults.ts'
import type { Driver, Request, Traits } from '../../src/driver-api/driver.ts'
import { createPlace } from '../../src/line/dtu.ts'
import { createGuard } from '../../src/line/guard/guard.ts'
import { type Pass, terminalPass } from '../../src/line/guard/pass.ts'
import { type RelayIntent, relayPass } from '../../src/line/guard/relay-intent.ts'
import { frameBytes } from '../drivers/dlt645/bench-meter.ts'
import { ascii, asciiFrame, call, point, rtu, rtuFrame, tcp, tcpFrame } from '../drivers/modbus-support.ts'
import { deskBench } from '../support/desk-bench.ts'
import { virtualClock } from '../support/virtual-clock.ts'

const METER = '000000001234'
const bytesOf = (hex: string) => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'))

/** Null where it leaves, else the words in which it is held. */
function held(bytes: Uint8Array, protocol: string, pass?: Pass): string | null {
  const told: unknown[] = []
  const guard = createGuard('l1', error => told.push(error))
  const request: Request = { bytes, safeToRepeat: true, whyNot: () => null }
  guard.asks(request, { driver: { protocol }, pass })
  try {
    guard.mustMayLeave(bytes, request)
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'GUARD_HELD' || told[0] !== error) throw error
    return error.text
  }
  return null
}

describe('without a pass', () => {
  test.each([
    0x03, 0x04, 0x08, 0x0a, 0x0c, 0x0f, 0x10, 0x14, 0x15, 0x16, 0x17, 0x18, 0x19, 0x1a, 0x1b, 0x1c, 0x1d,
  ])('DL/T 645 function %i is held, on lines of any protocol', control => {
    const bytes = frameBytes(METER, control, new Uint8Array(16))
    for (const protocol of ['dlt645-2007', 'dlt645-1997', 'modbus-rtu', 'a-protocol-of-others'])
      expect(held(bytes, protocol)).toContain(`to ${METER}: there is no order of it`)
    expect(held(Uint8Array.from([0xfe, 0xfe, ...bytes]), 'dlt645-2007')).not.toBeNull()
  })

  test.each([[5], [6], [15], [16], [22], [23]])('Modbus function %i is held, in each framing', code => {
    const pdu: Record<number, number[]> = {
      5: [0, 1, 0xff, 0],
      6: [0, 1, 0, 1],
      15: [0, 1, 0, 1, 1, 1],
      16: [0, 1, 0, 1, 2, 0, 1],
      22: [0, 1, 0, 1, 0, 1],
      23: [0, 1, 0, 1, 0, 1, 0, 1, 2, 0, 1],
    }
    const body = [code, ...pdu[code]!]
    for (const protocol of ['modbus-rtu', 'modbus-ascii', 'modbus-tcp', 'dlt645-2007'])
      for (const bytes of [rtuFrame(1, ...body), asciiFrame(1, ...body), tcpFrame(7, 1, ...body)])
        expect(held(bytes, protocol)).toContain('there is no order of it')
  })

  test('what is no read of its protocol is held too: damaged, unfinished, with something beside it', () => {
    const read = frameBytes(METER, 0x11, bytesOf('00000100'))
    expect(held(read, 'dlt645-2007')).toBeNull()
    expect(held(read.with(10, 0x34), 'dlt645-2007')).toContain('no read of dlt645-2007')
    expect(held(read.subarray(0, -1), 'dlt645-2007')).not.toBeNull()
    expect(held(Uint8Array.from([...read, 0x16]), 'dlt645-2007')).not.toBeNull()
    expect(held(Uint8Array.from([...read, ...read]), 'dlt645-2007')).not.toBeNull()
    expect(held(rtuFrame(1, 7), 'modbus-rtu')).not.toBeNull()
    expect(held(new Uint8Array(0), 'modbus-tcp')).not.toBeNull()
  })

  test('its words show no password', () => {
    const order = frameBytes(METER, 0x1c, bytesOf('02 735190 00000000 1A 00 000000010127'))
    expect(held(order, 'dlt645-2007')).not.toMatch(/A6|84|C3/)
  })
})

describe('by a pass', () => {
  const intent: RelayIntent = {
    order: 'o1',
    address: METER,
    action: 'open',
    operator: '1A2B3C4D',
    traits: {},
  }
  const order = (hex: string, address = METER) => frameBytes(address, 0x1c, bytesOf(hex))
  const TRIP = '02 000000 4D3C2B1A 1A 00 000000010127'

  test('an order leaves, once', () => {
    const pass = relayPass(intent)
    expect(held(order(TRIP), 'dlt645-2007', pass)).toBeNull()
    expect(held(order(TRIP), 'dlt645-2007', pass)).toContain('has been sent already')
  })

  test.each<[string, Uint8Array, string]>([
    ['of another meter', order(TRIP, '000000009999'), 'it is for 000000009999'],
    ['to all', order(TRIP, '999999999999'), 'it is for 999999999999'],
    ['that closes', order(TRIP.replace(' 1A 00', ' 1C 00')), 'it says 1C'],
    ['that warns and opens', order(TRIP.replace(' 1A 00', ' 1D 05')), 'it says 1D'],
    ['of another operator', order(TRIP.replace('4D', '4E')), 'its operator is 1A2B3C4E'],
    ['that writes', frameBytes(METER, 0x14, bytesOf('EE EF 00 07 04 000000 00000000 99')), 'orders no relay'],
    ['with another behind it', Uint8Array.from([...order(TRIP), ...order(TRIP)]), 'not all that would leave'],
  ])('none %s', (_, bytes, why) => {
    expect(held(bytes, 'dlt645-2007', relayPass(intent))).toContain(why)
  })

  test('a restore’s never cuts', () => {
    for (const action of ['close', 'permit-close'] as const)
      expect(held(order(TRIP), 'dlt645-2007', relayPass({ ...intent, action }))).toContain('it says 1A')
  })

  test('of a relay behind an item of its maker: that item, that value', () => {
    const traits: Traits = { quirks: { 'relay-write': '0700EFEE open=99 close=55' } }
    const write = (hex: string) => frameBytes(METER, 0x14, bytesOf(hex))
    const pass = () => relayPass({ ...intent, traits })
    expect(held(write('EEEF0007 04000000 4D3C2B1A 99'), 'dlt645-2007', pass())).toBeNull()
    expect(held(write('EEEF0007 04000000 4D3C2B1A 55'), 'dlt645-2007', pass())).toContain('not what open is')
    expect(held(write('EFEF0007 04000000 4D3C2B1A 99'), 'dlt645-2007', pass())).toContain('not written to')
    expect(held(order(TRIP), 'dlt645-2007', pass())).toContain('writes nothing')
  })

  test('of Modbus: that register, that value, whichever function its profile names', () => {
    const state = { point: point('3:0x21', 'u16'), open: '1', closed: '0' }
    const passOf = (known: 5 | 6 | 15 | 16, open: string, close: string) => {
      const relay = {
        state,
        order: { function: known, item: known % 5 ? '3:32' : '1:0x20', open, close },
        load: null,
      }
      return relayPass({ ...intent, address: '9', traits: { relay } })
    }
    expect(held(rtuFrame(9, 6, 0, 32, 0xaa, 0xaa), 'modbus-rtu', passOf(6, 'AAAA', '5555'))).toBeNull()
    expect(held(rtuFrame(9, 6, 0, 32, 0x55, 0x55), 'modbus-rtu', passOf(6, 'AAAA', '5555'))).toContain(
      'it writes 5555',
    )
    expect(held(rtuFrame(9, 6, 0, 33, 0xaa, 0xaa), 'modbus-rtu', passOf(6, 'AAAA', '5555'))).toContain(
      'not written to',
    )
    expect(held(rtuFrame(8, 6, 0, 32, 0xaa, 0xaa), 'modbus-rtu', passOf(6, 'AAAA', '5555'))).toContain(
      'it is for 8',
    )
    expect(held(asciiFrame(9, 5, 0, 32, 0xff, 0), 'modbus-ascii', passOf(5, 'FF00', '0000'))).toBeNull()
    expect(held(asciiFrame(9, 15, 0, 32, 0, 1, 1, 1), 'modbus-ascii', passOf(15, '01', '00'))).toBeNull()
    expect(
      held(tcpFrame(3, 9, 16, 0, 32, 0, 1, 2, 0, 1), 'modbus-tcp', passOf(16, '0001', '0000')),
    ).toBeNull()
    expect(held(tcpFrame(3, 9, 6, 0, 32, 0, 1), 'modbus-tcp', passOf(16, '0001', '0000'))).toContain(
      'function 6',
    )
  })

  test('a terminal’s writes as often as it was given out for, and orders no relay', () => {
    const write = frameBytes(METER, 0x14, bytesOf('03030004 04000000 00000000 02'))
    const pass = terminalPass('meterd clock', 2)
    expect([1, 2, 3].map(() => held(write, 'dlt645-2007', pass) === null)).toEqual([true, true, false])
    expect(held(order(TRIP), 'dlt645-2007', terminalPass('meterd command'))).toContain('relays are ordered')
  })

  test('one that nobody gave out opens nothing', () => {
    expect(held(order(TRIP), 'dlt645-2007', { of: 'order o1' })).toContain('nobody gave it out')
  })
})

describe('on a line', () => {
  test('a driver that orders without a pass is held: nothing leaves but its reads, and the daemon is told', async () => {
    const broken: unknown[] = []
    const bench = await deskBench({ line: { broken: error => broken.push(error) } })
    const [config] = bench.configs
    const driver = config?.driver as Driver
    const conversation = driver.orderRelay!(
      { address: config!.address, sequence: () => 0, traits: {}, refusedBefore: new Set() },
      {
        action: 'open',
        authority: { level: '02', password: '000000', operator: '00000000' },
        validForSeconds: 60,
        ageMs: () => 0,
      },
    )
    const retries = { silent: 0, silentOnceAnswered: 0, damaged: 0 }
    const talked = bench.line.converse({ driver, conversation, priority: 1, meter: 'm1', retries })
    await expect(bench.ended(talked)).rejects.toThrow('GUARD_HELD')
    expect(broken).toMatchObject([{ code: 'GUARD_HELD' }])
    expect(bench.sent.every(({ bytes }) => bytes[bytes.indexOf(0x68) + 8] === 0x11)).toBe(true)
    expect(bench.meter.relay.trips).toBe(0)
    // The line is nobody's any more.
    expect((await bench.looked()).isOpen).toBe(false)
  })
})

describe('the first wall, by type', () => {
  const ROOT = join(import.meta.dirname, '..', '..')
  const sources = ['src', 'drivers'].flatMap(folder =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter(file => file.endsWith('.ts'))
      .map(file => ({ file: join(folder, file), text: readFileSync(join(ROOT, folder, file), 'utf8') })),
  )
  const whoSays = (pattern: RegExp) =>
    sources
      .filter(({ text }) => pattern.test(text))
      .map(({ file }) => file)
      .sort()

  test('readers are given drivers that cannot tell, and builders that take reads only', () => {
    const never = (meter: MeterConfig) => {
      // @ts-expect-error: what meters are polled with orders no relay
      void meter.driver.orderRelay
      // @ts-expect-error: nor does it write
      void meter.driver.commands
      // @ts-expect-error: nor does it set clocks
      void meter.driver.setClock
      // @ts-expect-error: 1C is no read
      void readBytes(METER, 0x1c, new Uint8Array(0))
      // @ts-expect-error: nor is a PDU nobody has made for reading
      void requestFor({} as never, call(), { pdu: Uint8Array.of(6, 0, 1, 0, 1), awaited: {} as never })
    }
    expect(never).toBeTypeOf('function')
  })

  test('frames of any function are built where meters are told something, and nowhere else', () => {
    expect(whoSays(/import \{[^}]*\brequestBytes\b/)).toEqual([
      'drivers/dlt645/commands/obey.ts',
      'drivers/dlt645/wire/read-frame.ts',
    ])
    expect(whoSays(/\.wrap\(/)).toEqual(['drivers/modbus/ask.ts', 'drivers/modbus/writes.ts'])
    expect(whoSays(/from '\.\/writes\.ts'/)).toEqual([
      'drivers/modbus/commands.ts',
      'drivers/modbus/relay.ts',
    ])
  })

  test('passes are given out by the desk for orders, and by the verbs that tell', () => {
    expect(whoSays(/import \{[^}]*\brelayPass\b/)).toEqual(['src/acquire/relay-desk.ts'])
    expect(whoSays(/import \{[^}]*\bterminalPass\b/)).toEqual([
      'src/cli/clock.ts',
      'src/cli/command.ts',
      'src/cli/write.ts',
    ])
    expect(whoSays(/\bgivePass\(/)).toEqual(['src/line/guard/pass.ts', 'src/line/guard/relay-intent.ts'])
  })

  test('every byte of a line goes past the guard', () => {
    expect(whoSays(/\blink\.write\(/)).toEqual(['src/line/line.ts'])
    expect(whoSays(/\btransport\.write\(/)).toEqual(['src/line/link.ts'])
  })
})

test('a listener whose answer to a DTU would tell meters something does not start', () => {
  const parts = { dtu: null, port: 9600, provesLife: false, clock: virtualClock(), closed: () => null }
  const order = frameBytes(METER, 0x1c, new Uint8Array(16))
  expect(() => createPlace({ ...parts, heartbeats: [], answer: order })).toThrow('CONFIG_INVALID')
  const heartbeat = { bytes: Uint8Array.of(1), answer: order }
  expect(() => createPlace({ ...parts, heartbeats: [heartbeat], answer: null })).toThrow('CONFIG_INVALID')
  createPlace({ ...parts, heartbeats: [], answer: Uint8Array.of(0x4f, 0x4b) })
})

test('drivers known to the guard are those that come along', () => {
  expect([rtu, ascii, tcp].map(({ protocol }) => held(new Uint8Array(3), protocol))).not.toContain(null)
})
