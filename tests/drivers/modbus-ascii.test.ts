import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ascii as framing } from '../../drivers/modbus/frame-ascii.ts'
import { createMeterAscii, inAscii } from '../../src/simulator/modbus/ascii.ts'
import { meterOf } from '../simulator/master.ts'
import { modelOf } from '../simulator/models.ts'
import { rounds } from '../support/rounds.ts'
import { ascii, asciiFrame, bytesOf, firstRequest, inPieces, point, rtu } from './modbus-support.ts'

const RUNS = rounds(20261122, 400)
const at = (text: string) => Uint8Array.from(Buffer.from(text, 'latin1'))
const pduOf = (hex: string) => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'))

interface Golden {
  readonly id: string
  readonly text: string
  readonly unit: number
  readonly pdu: string
}
const { frames: GOLDEN } = JSON.parse(
  readFileSync(new URL('../golden/modbus/ascii.json', import.meta.url), 'utf8'),
) as { readonly frames: readonly Golden[] }

/** Bytes as they may be on such a line: mostly those that frames are made of. */
const babble = fc
  .array(fc.oneof(fc.constantFrom(...at(':0123456789ABCDEFabcdef\r\n')), fc.integer({ min: 0, max: 255 })), {
    maxLength: 80,
  })
  .map(bytes => Uint8Array.from(bytes))

describe('golden frames', () => {
  test.each(GOLDEN)('$id', ({ text, unit, pdu }) => {
    const bytes = at(`${text}\r\n`)
    expect(framing.wrap(unit, pduOf(pdu), () => 0)).toEqual(bytes)
    expect(framing.plain(bytes).subarray(0, -1)).toEqual(bytesOf([unit], pduOf(pdu)))
    expect(ascii.deframe(bytes, null)).toMatchObject({ frames: [{ bytes }], noise: at(''), rest: at('') })
    expect(inAscii([unit, ...pduOf(pdu)])).toEqual(bytes)
  })

  test('decoded, as meterd decode shows them', () => {
    const [, read] = GOLDEN
    const asked = { bytes: at(`${read!.text}\r\n`) }
    expect(ascii.decode(asked, {})).toMatchObject({ kind: 'request', address: '247', item: '3:5001' })
    const answer = { bytes: at(`${GOLDEN.find(({ id }) => id === 'exception')!.text}\r\n`) }
    expect(ascii.decode(answer, {})).toMatchObject({ kind: 'refusal', refused: [{ code: 'METER_NO_DATA' }] })
    expect(ascii.decode({ bytes: asciiFrame(0, 6, 0, 1, 0, 3) }, { direction: 'request' }).kind).toBe(
      'broadcast',
    )
  })
})

describe('whatever is on the line', () => {
  const asked = firstRequest(ascii, [point('3:0', 'u32')])
  const good = asciiFrame(1, 3, 4, 0x00, 0xbc, 0x61, 0x4e)

  test('no bytes make it throw, and every byte is given back', () => {
    fc.assert(
      fc.property(babble, fc.boolean(), (bytes, asks) => {
        const { frames, noise, rest } = ascii.deframe(bytes, asks ? asked : null)
        const held = frames.reduce((sum, frame) => sum + frame.bytes.length, noise.length + rest.length)
        expect(held).toBe(bytes.length)
        for (const frame of frames) {
          expect(ascii.decode(frame, {}).control).toMatch(/^[0-9A-F]{2}$/)
          asked.whyNot(frame)
        }
      }),
      rounds(20261122, 2_000),
    )
  })

  test('what looks like a beginning never hides the answer behind it', () => {
    fc.assert(
      fc.property(babble, fc.boolean(), (before, asks) => {
        const { frames } = ascii.deframe(bytesOf(before, good), asks ? asked : null)
        expect(frames.at(-1)?.bytes).toEqual(good)
      }),
      rounds(20261122, 2_000),
    )
  })

  test('any PDU goes there and back, small letters too', () => {
    const pdu = fc.uint8Array({ minLength: 1, maxLength: 253 })
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 255 }), pdu, fc.boolean(), (unit, bytes, small) => {
        const frame = framing.wrap(unit, bytes, () => 0)
        const sent = small ? at(Buffer.from(frame).toString('latin1').toLowerCase()) : frame
        expect(ascii.deframe(sent, null).frames).toEqual([{ bytes: sent }])
        expect(framing.plain(sent).subarray(1, -1)).toEqual(bytes)
        expect(sent.length).toBeLessThanOrEqual(ascii.timing.longestFrame)
      }),
      RUNS,
    )
  })

  test('no single bit error makes another good answer', () => {
    for (let bit = 0; bit < good.length * 8; bit++) {
      const bytes = Uint8Array.from(good)
      bytes[bit >> 3]! ^= 1 << (bit & 7)
      const { frames } = ascii.deframe(bytes, asked)
      const accepted = frames.filter(frame => asked.whyNot(frame) === null)
      // A letter may become the small one of itself, which says the same.
      if (Buffer.from(bytes).toString('latin1').toUpperCase() !== Buffer.from(good).toString('latin1'))
        expect(accepted, `bit ${bit}`).toHaveLength(0)
    }
  })

  test('a damaged answer is named, and only that', () => {
    const bad = Uint8Array.from(good)
    bad[8] = 0x39
    const { broken, frames } = ascii.deframe(bytesOf(at('\r\nX:'), bad), asked)
    expect(frames).toHaveLength(0)
    expect(broken).toEqual([{ bytes: bad, code: 'FRAME_CHECKSUM', text: expect.stringContaining('unit 1') }])
  })

  test('one byte more than the longest frame is none', () => {
    const longest = asciiFrame(1, ...Array<number>(253).fill(3))
    expect(longest.length).toBe(ascii.timing.longestFrame)
    expect(ascii.deframe(longest, null).frames).toHaveLength(1)
    const longer = asciiFrame(1, ...Array<number>(254).fill(3))
    expect(ascii.deframe(longer, null)).toMatchObject({ frames: [], rest: at('') })
  })

  test('an answer that trickles is waited for: a second between two characters (clause 2.5.2.1)', () => {
    expect(ascii.timing.betweenBytesMs).toBe(1_000)
    const trickle = [...good].map(byte => Uint8Array.of(byte))
    for (let count = 3; count < good.length; count++)
      expect(inPieces(ascii, trickle.slice(0, count), asked).rest).toEqual(good.subarray(0, count))
    expect(inPieces(ascii, trickle, asked).frames).toEqual([{ bytes: good }])
  })

  test('a gateway’s exception under unit FF is heard, its data are not', () => {
    const busy = asciiFrame(0xff, 0x83, 6)
    expect(asked.whyNot({ bytes: ascii.deframe(busy, asked).frames[0]!.bytes })).toBeNull()
    expect(asked.whyNot({ bytes: asciiFrame(0xff, 3, 4, 0, 0, 0, 1) })?.rule).toBe('V-F4')
  })

  test('RTU and ASCII never take each other’s frames', () => {
    const spoken = firstRequest(rtu, [point('3:0', 'u32')]).bytes
    expect(ascii.deframe(spoken, null).frames).toHaveLength(0)
    expect(rtu.deframe(good, null).frames).toHaveLength(0)
  })
})

describe('the simulated slave', () => {
  const slave = createMeterAscii(meterOf({ protocol: 'modbus-ascii', address: '1' }), modelOf('abb-b23'))
  const ask = (bytes: Uint8Array) => slave.answer(bytes, Date.UTC(2026, 10, 22))

  test('answers what it is asked, refuses what it has not, and is silent to the rest', () => {
    const said = ask(asciiFrame(1, 3, 0x50, 0, 0, 4))!
    expect(Buffer.from(said).toString('latin1')).toMatch(/^:010308[0-9A-F]{16}[0-9A-F]{2}\r\n$/)
    expect(ask(asciiFrame(1, 3, 0, 0, 0, 1))).toEqual(asciiFrame(1, 0x83, 2))
    expect(ask(asciiFrame(2, 3, 0x50, 0, 0, 4))).toBeNull()
    expect(ask(asciiFrame(1, 0x83, 2))).toBeNull()
    expect(ask(at(':010350000004A5\r\n'))).toBeNull()
    expect(
      ask(
        at(
          Buffer.from(asciiFrame(1, 3, 0x50, 0, 0, 10))
            .toString('latin1')
            .toLowerCase(),
        ),
      ),
    ).toBeNull()
  })
})
