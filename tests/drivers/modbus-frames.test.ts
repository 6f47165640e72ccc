import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { crc16, sealed } from '../../drivers/modbus/frame-rtu.ts'
import { rounds } from '../support/rounds.ts'
import {
  ascii,
  asciiFrame,
  bytesOf,
  crcBitwise,
  firstRequest,
  frameOf,
  inPieces,
  point,
  questionOf,
  rtu,
  rtuFrame,
  tcp,
  tcpFrame,
} from './modbus-support.ts'

const RUNS = rounds(20261121, 400)

const byte = fc.integer({ min: 0, max: 255 })
const register = fc.array(byte, { minLength: 2, maxLength: 2 })
const registers = fc.array(register, { minLength: 1, maxLength: 125 }).map(words => words.flat())

const rtuReply = fc
  .record({ unit: fc.integer({ min: 1, max: 247 }), code: fc.constantFrom(3, 4), data: registers })
  .map(({ unit, code, data }) => rtuFrame(unit, code, data.length, ...data))
const rtuRequest = fc
  .record({
    unit: fc.integer({ min: 1, max: 247 }),
    code: fc.constantFrom(1, 2, 3, 4),
    data: fc.tuple(byte, byte),
  })
  .map(({ unit, code, data }) => rtuFrame(unit, code, ...data, 0, 10))
const rtuWrite = fc
  .record({ unit: fc.integer({ min: 0, max: 247 }), data: registers.filter(data => data.length <= 246) })
  .map(({ unit, data }) => rtuFrame(unit, 0x10, 0, 0, 0, data.length / 2, data.length, ...data))
const rtuException = fc
  .record({ unit: fc.integer({ min: 1, max: 247 }), code: fc.constantFrom(0x83, 0x84), data: byte })
  .map(({ unit, code, data }) => rtuFrame(unit, code, data))
const anyRtu = fc
  .oneof(rtuReply, rtuRequest, rtuWrite, rtuException)
  // One request in 65,536 begins with the bytes of a whole reply: nothing in RTU tells which of the two was sent.
  .filter(frame => frame.length !== 8 || ![5, 6, 7].some(reply => crcBitwise(frame.slice(0, reply)) === 0))
const anyAscii = fc
  .record({
    unit: fc.integer({ min: 0, max: 247 }),
    pdu: fc.array(byte, { minLength: 1, maxLength: 253 }),
  })
  .map(({ unit, pdu }) => asciiFrame(unit, ...pdu))
const anyTcp = fc
  .record({
    transaction: fc.integer({ min: 0, max: 65535 }),
    unit: byte,
    pdu: fc.array(byte, { minLength: 1, maxLength: 253 }),
  })
  .map(({ transaction, unit, pdu }) => tcpFrame(transaction, unit, ...pdu))
const noise = fc.array(byte, { maxLength: 40 }).map(bytes => Uint8Array.from(bytes))

/** Cuts bytes at the given places of 10,000. */
function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const ends = [...places.map(place => Math.floor((place * bytes.length) / 10_000)), bytes.length]
  ends.sort((a, b) => a - b)
  return ends.map((end, index) => bytes.slice(index === 0 ? 0 : ends[index - 1], end))
}
const places = fc.array(fc.integer({ min: 0, max: 10_000 }), { maxLength: 8 })

describe('CRC-16', () => {
  test('by table equals bit by bit', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 256 }), bytes => {
        expect(crc16(bytes, 0, bytes.length)).toBe(crcBitwise(bytes))
      }),
      RUNS,
    )
  })

  test('of a published frame', () => {
    // 02 07 41 12: the example of Modbus over Serial Line V1.02, appendix B.
    expect([...sealed(Uint8Array.of(0x02, 0x07, 0, 0))]).toEqual([0x02, 0x07, 0x41, 0x12])
  })
})

describe.each([
  { driver: rtu, any: anyRtu },
  { driver: ascii, any: anyAscii },
  { driver: tcp, any: anyTcp },
])('$driver.protocol deframing', ({ driver, any }) => {
  test('finds every frame of an undamaged stream, however it is cut', () => {
    fc.assert(
      fc.property(fc.array(any, { minLength: 1, maxLength: 5 }), places, (frames, cuts) => {
        const { frames: found, noise, rest } = inPieces(driver, cut(bytesOf(...frames), cuts), null)
        expect(found.map(({ bytes }) => bytes)).toEqual(frames)
        expect(noise).toHaveLength(0)
        expect(rest).toHaveLength(0)
      }),
      RUNS,
    )
  })

  test('gives back every byte: frames, noise and rest together are the input', () => {
    const stream = fc.array(fc.oneof(any, noise), { maxLength: 6 })
    fc.assert(
      fc.property(stream, fc.boolean(), (parts, asks) => {
        const input = bytesOf(...parts)
        const awaited = asks ? firstRequest(driver, [point('3:0', 'u32')]) : null
        const { frames, noise, rest } = driver.deframe(input, awaited)
        expect(frames.reduce((sum, { bytes }) => sum + bytes.length, noise.length + rest.length)).toBe(
          input.length,
        )
        let at = 0
        const gaps: number[] = []
        for (const { bytes } of frames) {
          const start = indexOf(input, bytes, at)
          expect(start).toBeGreaterThanOrEqual(at)
          gaps.push(...input.slice(at, start))
          at = start + bytes.length
        }
        expect(bytesOf(gaps, input.slice(at))).toEqual(bytesOf(noise, rest))
        expect(rest.length).toBeLessThanOrEqual(driver.timing.longestFrame)
      }),
      RUNS,
    )
  })

  test('two steps give what one step gives', () => {
    const stream = fc.array(fc.oneof(any, noise), { maxLength: 6 })
    fc.assert(
      fc.property(stream, places, fc.boolean(), (parts, cuts, asks) => {
        const input = bytesOf(...parts)
        const awaited = asks ? firstRequest(driver, [point('3:0', 'u32')]) : null
        const whole = driver.deframe(input, awaited)
        const split = inPieces(driver, cut(input, cuts), awaited)
        expect(split.frames).toEqual(whole.frames)
        expect(split.noise).toEqual(whole.noise)
        expect(split.rest).toEqual(whole.rest)
      }),
      RUNS,
    )
  })

  test('the awaited answer is found behind any noise and any cut', () => {
    const asked = firstRequest(driver, [point('3:0', 'u64')])
    const answer = fc
      .array(byte, { minLength: 8, maxLength: 8 })
      .map(data => frameOf(driver, 7, 1, 3, 8, ...data))
    fc.assert(
      fc.property(noise, answer, places, (before, reply, cuts) => {
        const { frames } = inPieces(driver, cut(bytesOf(before, reply), cuts), asked)
        expect(frames.filter(frame => asked.whyNot(frame) === null).map(({ bytes }) => bytes)).toEqual([
          reply,
        ])
      }),
      RUNS,
    )
  })

  test('does not keep the buffer it was given', () => {
    const received = Buffer.from(frameOf(driver, 7, 1, 3, 2, 0, 9))
    const before = Uint8Array.from(received)
    const { frames } = driver.deframe(received, null)
    received.fill(0)
    expect(frames[0]?.bytes).toEqual(before)
  })
})

describe('modbus-rtu', () => {
  test('no single or double bit error makes another good answer', () => {
    const asked = firstRequest(rtu, [point('3:0', 'u32')])
    const good = rtuFrame(1, 3, 4, 0x00, 0xbc, 0x61, 0x4e)
    const bits = good.length * 8
    for (let first = 0; first < bits; first++)
      for (let second = first; second < bits; second++) {
        const bytes = Uint8Array.from(good)
        bytes[first >> 3]! ^= 1 << (first & 7)
        if (second !== first) bytes[second >> 3]! ^= 1 << (second & 7)
        const accepted = rtu.deframe(bytes, asked).frames.filter(frame => asked.whyNot(frame) === null)
        expect(accepted).toHaveLength(0)
      }
  })

  test('every false start there is, in front of the answer', () => {
    const asked = firstRequest(rtu, [point('3:0', 'u32')])
    const good = rtuFrame(1, 3, 4, 0x00, 0xbc, 0x61, 0x4e)
    for (let code = 0; code < 256; code++)
      for (const unit of [0, 1, 255]) {
        const { frames } = rtu.deframe(bytesOf([unit, code], good), asked)
        expect(
          frames.map(({ bytes }) => bytes),
          `${unit} ${code}`,
        ).toContainEqual(good)
      }
  })

  test('an answer that holds a whole frame inside is still one answer', () => {
    const inner = rtuFrame(9, 3, 2, 0, 5)
    const asked = firstRequest(rtu, [point('3:0', 'u64')])
    const good = rtuFrame(1, 3, 8, ...inner, 0)
    const bytewise = [...good].map(each => Uint8Array.of(each))
    expect(inPieces(rtu, bytewise, asked).frames.map(({ bytes }) => bytes)).toEqual([good])
  })

  test('names a damaged answer, and only that', () => {
    const asked = firstRequest(rtu, [point('3:0', 'u32')])
    const bad = rtuFrame(1, 3, 4, 0x00, 0xbc, 0x61, 0x4e)
    bad[5]! ^= 0x10
    const { broken, frames } = rtu.deframe(bytesOf([0xff, 0x00], bad), asked)
    expect(frames).toHaveLength(0)
    expect(broken).toEqual([{ bytes: bad, code: 'FRAME_CHECKSUM', text: expect.stringContaining('unit 1') }])
  })

  test('stays linear on a megabyte of false starts', () => {
    const asked = firstRequest(rtu, [point('3:0', 'u32')])
    const babble = Uint8Array.from({ length: 1 << 20 }, (_, at) => [1, 3, 4, 0x14][at & 3]!)
    const before = performance.now()
    const { frames, rest } = rtu.deframe(babble, asked)
    const took = performance.now() - before
    expect(frames.length).toBeLessThan(40)
    expect(rest.length).toBeLessThanOrEqual(256)
    // FUZZ: 5 ms per kB at most.
    expect(took).toBeLessThan(5 * 1024)
  })

  test('the quiet before a request: 3.5 characters, 1.75 ms at least, a fixed time behind a serial server', () => {
    expect(rtu.timing.quietMs(10_000 / 9600)).toBeCloseTo(3.65, 2)
    expect(rtu.timing.quietMs(10_000 / 115_200)).toBe(1.75)
    expect(rtu.timing.quietMs(0)).toBe(20)
    expect(tcp.timing.quietMs(0)).toBe(0)
  })
})

describe('modbus-tcp', () => {
  test('transaction ids are sixteen bits of the sequence', () => {
    const asked = firstRequest(tcp, [point('4:0x1234', 'u16')], { sequence: () => 0x7_89ab, address: '255' })
    expect([...asked.bytes]).toEqual([0x89, 0xab, 0, 0, 0, 6, 255, 4, 0x12, 0x34, 0, 1])
    expect(questionOf(tcp, asked.bytes)).toEqual({ code: 4, address: 0x1234, quantity: 1 })
    expect(asked.whyNot({ bytes: tcpFrame(0x89ab, 255, 4, 2, 0, 1) })).toBeNull()
    expect(asked.whyNot({ bytes: tcpFrame(0x89aa, 255, 4, 2, 0, 1) })?.rule).toBe('V-F5')
  })

  test('a reply whose count and length differ is no answer (V-F6)', () => {
    const asked = firstRequest(tcp, [point('3:0', 'u32')])
    expect(asked.whyNot({ bytes: tcpFrame(7, 1, 3, 4, 0, 1, 0, 2) })).toBeNull()
    expect(asked.whyNot({ bytes: tcpFrame(7, 1, 3, 4, 0, 1, 0) })?.rule).toBe('V-F6')
    expect(asked.whyNot({ bytes: tcpFrame(7, 1, 3, 2, 0, 1) })?.rule).toBe('V-F6')
    expect(asked.whyNot({ bytes: tcpFrame(7, 1, 0x83) })?.rule).toBe('V-F6')
  })

  test('a length field is never believed beyond 254', () => {
    fc.assert(
      fc.property(fc.integer({ min: 255, max: 65535 }), length => {
        const lie = Uint8Array.of(0, 7, 0, 0, length >> 8, length & 0xff, 1, 3)
        expect(tcp.deframe(lie, null).rest.length).toBeLessThan(8)
      }),
      RUNS,
    )
  })
})

function indexOf(bytes: Uint8Array, part: Uint8Array, from: number): number {
  return Buffer.from(bytes).indexOf(Buffer.from(part), from)
}
