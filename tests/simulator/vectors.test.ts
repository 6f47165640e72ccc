/** Public frames against the simulated slaves: requests whose answers the rules decide, to the byte. */

import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromHex, toHex } from '../../src/core/hex.ts'
import type { SimulatedQuirks } from '../../src/core/simulated.ts'
import { createMeter1997 } from '../../src/simulator/meter-1997.ts'
import { createMeter2007 } from '../../src/simulator/meter-2007.ts'
import type { Slave } from '../../src/simulator/slave.ts'
import { di, meterOf, NOON, request } from './master.ts'

interface Vector {
  readonly id: string
  readonly hex: string
  readonly kind: string
  readonly valid: boolean
  readonly control?: string
  readonly address?: string
}

const { vectors } = JSON.parse(
  readFileSync(new URL('../golden/dlt645/vectors.json', import.meta.url), 'utf8'),
) as { readonly vectors: readonly Vector[] }

function frame(id: string): Uint8Array {
  const bytes = fromHex(vectors.find(vector => vector.id === id)?.hex ?? '')
  if (bytes === null || bytes.length === 0) throw new Error(`no vector ${id}`)
  return bytes.subarray(bytes.indexOf(0x68))
}

function meter2007(address: string, quirks: SimulatedQuirks = {}) {
  return createMeter2007(meterOf({ address }), { preamble: '0', ...quirks })
}

function meter1997(address: string, quirks: SimulatedQuirks = {}) {
  const meter = meterOf({ protocol: 'dlt645-1997', address })
  return createMeter1997(meter, { preamble: '0', ...quirks })
}

const answered = (slave: Slave, id: string) => {
  const reply = slave.answer(frame(id), NOON)
  return reply === null ? null : toHex(reply)
}

/** Passwords of the constructed frames are those of meters in use. */
function withPassword(slave: Slave, level: number, password: readonly number[]): Slave {
  const item = di(`04000C0${(level + 1).toString(16)}`)
  const change = [...item, level, 0, 0, 0, level, ...password]
  expect(slave.answer(request('000000001234', 0x18, change), NOON)).not.toBeNull()
  return slave
}

describe('request and answer of 2007', () => {
  const pairs: readonly (readonly [string, string])[] = [
    ['CONS-P-baud-req', 'CONS-P-baud-ack'],
    ['CONS-P-dmd-req', 'CONS-P-dmd-ack'],
    ['CONS-P-mtr-req', 'CONS-P-mtr-ack'],
    ['CONS-P-evt-req', 'CONS-P-evt-ack'],
    ['CONS-P-frz-cmd1', 'CONS-P-frz-ack'],
    ['CONS-P-relay-trip', 'CONS-P-relay-ack'],
    ['CONS-P-relay-close-permit', 'CONS-P-relay-ack'],
    ['CONS-P-relay-close-direct', 'CONS-P-relay-ack'],
    ['CONS-P-relay-alarm', 'CONS-P-relay-ack'],
    ['CONS-P-relay-alarm-off', 'CONS-P-relay-ack'],
    ['CONS-P-relay-keep', 'CONS-P-relay-ack'],
    ['CONS-P-relay-keep-off', 'CONS-P-relay-ack'],
  ]
  it.each(pairs)('%s → %s', (asked, answer) => {
    expect(answered(meter2007('000000001234'), asked)).toBe(toHex(frame(answer)))
  })

  it('a write and a change of password, with a password in use', () => {
    const slave = withPassword(meter2007('000000001234'), 2, [0x56, 0x34, 0x12])
    expect(answered(slave, 'CONS-P-w-req')).toBe(toHex(frame('CONS-P-w-ack')))
    expect(answered(slave, 'CONS-P-pw-req')).toBe(toHex(frame('CONS-P-pw-ack')))
    expect(answered(slave, 'CONS-P-w-req')).toBe(toHex(frame('CONS-P-w-err')))
    expect(answered(slave, 'CONS-P-relay-trip')).toBe(toHex(frame('CONS-P-relay-denied')))
  })

  it('an address written to all is the one it answers under', () => {
    expect(answered(meter2007('000000000001'), 'CONS-P-wa-req')).toBe(toHex(frame('CONS-P-wa-ack')))
  })

  it('status word 3 of a relay open and closed, the key not pressed', () => {
    const slave = meter2007('000000001234', { 'programming-key': 'released' })
    const ask = request('000000001234', 0x11, di('04000503'))
    const word = () => toHex(slave.answer(ask, NOON) ?? new Uint8Array())
    expect(word()).toBe(toHex(frame('CONS-P-status3-closed')))
    slave.answer(frame('CONS-P-relay-trip'), NOON)
    expect(word()).toBe(toHex(frame('CONS-P-status3-open')))
  })

  it('no record is zeros; no such part is D2 02; no load record is the identifier alone', () => {
    const slave = meter2007('000000001234')
    slave.answer(frame('CONS-P-evt-req'), NOON)
    const ask = (control: number, data: readonly number[]) =>
      toHex(slave.answer(request('000000001234', control, data), NOON) ?? new Uint8Array())
    expect(ask(0x11, di('03110002'))).toBe(toHex(frame('CONS-P-rec-empty')))
    expect(ask(0x12, [...di('03300501'), 9])).toBe(toHex(frame('CONS-P-follow-none')))
    const tomorrow = [...di('06010001'), 1, 0, 0, 0x22, 0x11, 0x26]
    const alone = toHex(frame('CONS-P-load-none')).split(' ')
    expect(ask(0x11, tomorrow).split(' ').slice(8, 10)).toEqual(alone.slice(8, 10))
  })

  it('682 bytes of a period table go out in the very frames of the standard’s sizes', () => {
    const slave = meter2007('000000001234')
    const sizes = [0, 1, 2, 3].map(part => {
      const reply = slave.answer(frame(`CONS-P-follow-${part}-req`), NOON) ?? new Uint8Array()
      return [reply[8], reply[9]]
    })
    expect(sizes).toEqual([0, 1, 2, 3].map(part => [...frame(`CONS-P-follow-${part}`).subarray(8, 10)]))
  })

  it('orders captured from masters in the field', () => {
    const breaker = meter2007('260305510009')
    expect(answered(breaker, 'RELAY-A-trip')).toBe(toHex(frame('RELAY-A-ack')))
    expect(answered(breaker, 'RELAY-A-close-permit')).toBe(toHex(frame('RELAY-A-ack')))
    // Its deadline passed in 2018.
    expect(answered(meter2007('111111111111', { 'relay-level': '00' }), 'RELAY-C-trip')).toMatch(
      /68 DC 01 34 /,
    )
    const writing = { 'relay-write': '0700EFEE' } as const
    for (const id of ['RELAY-W-cut-off', 'RELAY-W-cut-on'])
      expect(answered(meter2007('012026002935', writing), id)).toMatch(/68 94 00 \w\w 16$/)
  })

  it.each(['CONS-P-frz-cmd', 'CONS-P-time-bcast', 'TIME-A-bcast', 'TIME-B-bcast-empty'])(
    '%s is obeyed or not, in silence',
    id => {
      expect(answered(meter2007('000000001234'), id)).toBeNull()
    },
  )
})

describe('request and answer of 1997', () => {
  const pairs: readonly (readonly [string, string])[] = [
    ['CONS-P-97-w-req', 'CONS-P-97-w-ack'],
    ['CONS-P-97-pw-req', 'CONS-P-97-pw-ack'],
    ['CONS-P-97-addr-req', 'CONS-P-97-addr-ack'],
    ['CONS-P-97-baud-req', 'CONS-P-97-baud-ack'],
    ['CONS-P-97-dmd-req', 'CONS-P-97-dmd-ack'],
  ]
  it.each(pairs)('%s → %s', (asked, answer) => {
    expect(answered(meter1997('000000009751'), asked)).toBe(toHex(frame(answer)))
  })

  it('a wrong password is C4 04', () => {
    const slave = meter1997('000000009751')
    slave.answer(frame('CONS-P-97-pw-req'), NOON)
    expect(answered(slave, 'CONS-P-97-w-req')).toBe(toHex(frame('CONS-P-97-err04')))
  })

  it('short frames: A1, then 82 without a number, 83 the last part again', () => {
    const slave = meter1997('000000009751', { 'frame-data': 'short', 'block-marks': 'none' })
    const ask = (control: number) => {
      const reply = slave.answer(request('000000009751', control, [0x1f, 0x90]), NOON) ?? new Uint8Array()
      return [reply[8], reply[9]]
    }
    expect(ask(0x01)).toEqual([0xa1, 16])
    expect(ask(0x03)).toEqual([0xa3, 16])
    expect(ask(0x02)).toEqual([0x82, 2 + 20 - 14])
    expect(ask(0x03)).toEqual([0x83, 2 + 20 - 14])
    expect(ask(0x02)[0]).toBe(0xc2)
  })
})

describe('every public frame', () => {
  const silent = vectors.filter(({ kind, valid, control }) => {
    return kind === 'frame' && (!valid || Number.parseInt(control ?? '00', 16) & 0x80)
  })
  it('that is damaged or an answer itself is met with silence, whoever it names', () => {
    expect(silent.length).toBeGreaterThan(90)
    for (const { id, hex, address = '000000000001' } of silent) {
      const bytes = fromHex(hex) ?? new Uint8Array()
      const asked = bytes.subarray(Math.max(0, bytes.indexOf(0x68)))
      const named = /^\d{12}$/.test(address) ? address : '000000000001'
      expect(meter2007(named).answer(asked, NOON), id).toBeNull()
      expect(meter1997(named).answer(asked, NOON), id).toBeNull()
    }
  })

  it('of one of the standards is answered by that slave alone', () => {
    const requests = vectors.filter(({ control, kind, valid }) => {
      return kind === 'frame' && valid && !(Number.parseInt(control ?? 'FF', 16) & 0x80)
    })
    expect(requests.length).toBeGreaterThan(40)
    for (const { id, hex, address = '' } of requests) {
      const bytes = fromHex(hex) ?? new Uint8Array()
      const asked = bytes.subarray(bytes.indexOf(0x68))
      const named = /^\d{12}$/.test(address) ? address : '000000000001'
      const control = asked[8] ?? 0
      const by2007 = meter2007(named).answer(asked, NOON) !== null
      const by1997 = meter1997(named).answer(asked, NOON) !== null
      // 03 is a read again in one and security in the other.
      if (control !== 0x03) expect(by2007 && by1997, id).toBe(false)
    }
  })
})

it('no bytes make a slave throw, nor answer what is no whole good frame', () => {
  const bytes = fc.uint8Array({ maxLength: 60 })
  const control = fc.integer({ min: 0, max: 0x7f })
  const group = fc.constantFrom(0, 1, 2, 3, 4, 5, 6, 0x1d, 0x1e, 0x07, 0x90, 0xff)
  const byte = fc.oneof(fc.integer({ min: 0, max: 14 }), fc.constantFrom(0x30, 0x80, 0xff, 0x99))
  const item = fc.tuple(byte, byte, byte, group)
  const address = fc.constantFrom('123456789012', 'AAAAAAAAAAAA', '999999999999', 'AAAAAA789012')
  const slaves = [meter2007('123456789012'), meter1997('123456789012')]
  fc.assert(
    fc.property(address, control, item, bytes, (to, code, asked, rest) => {
      const sent = request(to, code, [...asked, ...rest])
      for (const slave of slaves) {
        const reply = slave.answer(sent, NOON)
        const length = reply?.[9] ?? 0
        expect(length).toBeLessThanOrEqual(200)
        if (reply !== null) expect(reply.length).toBe(12 + length)
        expect(slave.answer(sent.with(sent.length - 2, (sent.at(-2) ?? 0) ^ 1), NOON)).toBeNull()
      }
    }),
    { numRuns: 3_000, seed: 645 },
  )
})
