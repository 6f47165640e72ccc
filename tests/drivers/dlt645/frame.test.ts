/** deframe: properties over any stream, and the limits that keep it quick. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dataOf, deframe, LONGEST_FRAME } from '../../../drivers/dlt645/wire/frame.ts'
import { toHex } from '../../../src/core/hex.ts'
import { rounds } from '../../support/rounds.ts'
import { frameBytes } from './bench-meter.ts'
import { areApart, type Candidate, candidatesIn, earliestOf } from './naive-reader.ts'
import { bytesOf, goodFrames } from './vectors.ts'

const RUNS = rounds(2007, 300)

const anyFrame = fc
  .record({
    address: fc.stringMatching(/^[0-9]{12}$/),
    control: fc.integer({ min: 0, max: 255 }),
    data: fc.uint8Array({ maxLength: 30 }),
  })
  .map(({ address, control, data }) => frameBytes(address, control, data))

/** Noise that looks like frames: starts, ends and small lengths more often than chance. */
const noise = fc.array(
  fc.oneof(fc.constantFrom(0x68, 0x16, 0xfe, 0x00, 0x04, 0xff), fc.integer({ min: 0, max: 255 })),
  { maxLength: 30 },
)

const damagedFrame = fc
  .tuple(anyFrame, fc.nat(), fc.integer({ min: 1, max: 255 }), fc.constantFrom('change', 'drop', 'double'))
  .map(([bytes, place, by, how]) => {
    const at = place % bytes.length
    if (how === 'change') return bytes.map((byte, index) => (index === at ? byte ^ by : byte))
    const kept = how === 'drop' ? [] : [bytes[at]!, bytes[at]!]
    return Uint8Array.of(...bytes.subarray(0, at), ...kept, ...bytes.subarray(at + 1))
  })

const stream = fc
  .array(fc.oneof(anyFrame, damagedFrame, noise), { maxLength: 6 })
  .map(parts => Uint8Array.from(parts.flatMap(part => [...part])))

/** A good frame with a good one in its data, somewhere. */
const nested = fc
  .tuple(anyFrame, fc.uint8Array({ maxLength: 20 }), fc.uint8Array({ maxLength: 20 }))
  .map(([inner, before, after]) =>
    frameBytes(
      '123456789012',
      0x91,
      Uint8Array.of(...before, ...inner, ...after).map(byte => byte - 0x33),
    ),
  )

/** A frame cut before its end: what came of it may promise more than will ever come. */
const begunFrame = fc
  .tuple(anyFrame, fc.integer({ min: 1, max: 41 }))
  .map(([bytes, length]) => [...bytes.subarray(0, Math.min(length, bytes.length - 1))])

const cuts = fc.array(fc.nat({ max: 300 }), { maxLength: 8 })

const framesIn = (bytes: Uint8Array, line: 'open' | 'silent') =>
  deframe(bytes, line).frames.map(frame => toHex(frame.bytes))
const hexOf = (bytes: Uint8Array, places: readonly Candidate[]) =>
  places.map(({ start, end }) => toHex(bytes.subarray(start, end)))

describe('deframe', () => {
  it.each(['open', 'silent'] as const)('V-F1 the way bytes are cut into chunks changes nothing: %s', line => {
    fc.assert(
      fc.property(stream, cuts, (bytes, places) => {
        const whole = deframe(bytes, line)
        const edges = [0, ...places.map(place => place % (bytes.length + 1)), bytes.length].sort(
          (a, b) => a - b,
        )
        const frames: string[] = []
        const heard: number[] = []
        let rest: Uint8Array = new Uint8Array()
        for (let index = 1; index < edges.length; index += 1) {
          const step = deframe(
            Uint8Array.of(...rest, ...bytes.subarray(edges[index - 1], edges[index])),
            index === edges.length - 1 ? line : 'open',
          )
          frames.push(...step.frames.map(frame => toHex(frame.bytes)))
          heard.push(...step.noise)
          rest = step.rest
        }
        expect(frames).toEqual(whole.frames.map(frame => toHex(frame.bytes)))
        expect(heard).toEqual([...whole.noise])
        expect([...rest]).toEqual([...whole.rest])
      }),
      RUNS,
    )
  })

  it('loses no byte: noise, frames and rest are the input', () => {
    fc.assert(
      fc.property(stream, fc.constantFrom('open', 'silent'), (bytes, line) => {
        const { frames, noise: heard, rest } = deframe(bytes, line)
        const parts: number[] = []
        let from = 0
        let at = 0
        for (const frame of frames) {
          const start = indexOf(bytes, frame.bytes, at)
          expect(start).toBeGreaterThanOrEqual(at)
          parts.push(...heard.subarray(from, from + start - at), ...frame.bytes)
          from += start - at
          at = start + frame.bytes.length
        }
        expect([...parts, ...heard.subarray(from), ...rest]).toEqual([...bytes])
        expect(rest.length).toBeLessThan(LONGEST_FRAME)
      }),
      RUNS,
    )
  })

  it('V-F1 agrees with a reader that tries every offset and every length: the earliest start wins', () => {
    let apart = 0
    let shared = 0
    fc.assert(
      fc.property(fc.oneof(stream, nested), bytes => {
        const candidates = candidatesIn(bytes)
        expect(framesIn(bytes, 'silent')).toEqual(hexOf(bytes, earliestOf(candidates)))
        if (areApart(candidates)) apart += 1
        else shared += 1
      }),
      rounds(2007, 300),
    )
    expect(Math.min(apart, shared)).toBeGreaterThan(75)
  })

  it('V-F1 a good frame inside the data of another is its data, cut wherever', () => {
    fc.assert(
      fc.property(nested, fc.nat(), (bytes, cut) => {
        fc.pre(earliestOf(candidatesIn(bytes)).length === 1)
        const at = cut % bytes.length
        const first = deframe(bytes.subarray(0, at))
        const second = deframe(Uint8Array.of(...first.rest, ...bytes.subarray(at)))
        const found = [...first.frames, ...second.frames].map(frame => toHex(frame.bytes))
        expect(found).toEqual(hexOf(bytes, earliestOf(candidatesIn(bytes))))
      }),
      RUNS,
    )
  })

  it('V-F1 finds a frame behind any noise that holds no frame itself, at the latest when the line is silent', () => {
    fc.assert(
      fc.property(fc.oneof(noise, begunFrame), anyFrame, (before, bytes) => {
        const all = Uint8Array.of(...before, ...bytes)
        fc.pre(candidatesIn(all).length === 1)
        expect(framesIn(all, 'silent')).toEqual([toHex(bytes)])
        const open = deframe(all)
        expect(framesIn(all, 'open')).toEqual(open.rest.length === 0 ? [toHex(bytes)] : [])
      }),
      RUNS,
    )
  })

  it('is opened as often as you like: bytes of a port are buffers, and a slice of one is no copy', () => {
    const [found] = deframe(Buffer.from(frameBytes('123456789012', 0x91, Uint8Array.of(1, 2, 3)))).frames
    const before = toHex(found!.bytes)
    expect([...dataOf(found!)]).toEqual([1, 2, 3])
    expect([...dataOf(found!)]).toEqual([1, 2, 3])
    expect(toHex(found!.bytes)).toBe(before)
  })

  it('takes the longest answer of the standard, and no length above it', () => {
    const longest = frameBytes('123456789012', 0x91, new Uint8Array(200))
    expect(longest).toHaveLength(LONGEST_FRAME)
    expect(deframe(longest).frames).toHaveLength(1)
    const tooLong = frameBytes('123456789012', 0x91, new Uint8Array(201))
    expect(deframe(tooLong)).toMatchObject({ frames: [], broken: [{ code: 'FRAME_LENGTH' }] })
  })

  it('says what is wrong with a damaged frame', () => {
    const good = frameBytes('123456789012', 0x91, Uint8Array.of(0, 0, 1, 0, 1, 2, 3, 4))
    const changed = (at: number, byte: number) => good.map((old, index) => (index === at ? byte : old))
    const codeOf = (bytes: Uint8Array, line?: 'silent') => deframe(bytes, line).broken.map(({ code }) => code)
    expect(codeOf(changed(18, 0))).toEqual(['FRAME_CHECKSUM'])
    expect(codeOf(changed(19, 0x17))).toEqual(['FRAME_END'])
    expect(codeOf(changed(7, 0x69))).toEqual(['FRAME_START'])
    expect(codeOf(Uint8Array.of(...good.subarray(0, 15), ...good))).toEqual(['FRAME_TRUNCATED'])
    const long = frameBytes('123456789012', 0x91, new Uint8Array(60)).subarray(0, 15)
    expect(codeOf(Uint8Array.of(...long, ...good))).toEqual([])
    expect(codeOf(Uint8Array.of(...long, ...good), 'silent')).toEqual(['FRAME_TRUNCATED'])
    expect(codeOf(good)).toEqual([])
  })

  it('V-F1 of a megabyte of 68 keeps little and takes time in proportion', () => {
    const millisecondsFor = (length: number) => {
      const bytes = new Uint8Array(length).fill(0x68)
      const begin = performance.now()
      expect(deframe(bytes).rest.length).toBeLessThan(LONGEST_FRAME)
      return performance.now() - begin
    }
    millisecondsFor(100_000)
    expect(millisecondsFor(1_000_000)).toBeLessThan(1_000)
  })

  it('V-F2 two turned bits pass the sum now and then: it is never the only defence', () => {
    const bytes = bytesOf(goodFrames.find(vector => vector.id === 'BREAKER-b2')!.hex).subarray(4)
    let passed = 0
    let tried = 0
    for (let a = 0; a < bytes.length * 8; a += 1)
      for (let b = a + 1; b < bytes.length * 8; b += 1) {
        const turned = bytes.slice()
        turned[a >> 3]! ^= 1 << (a & 7)
        turned[b >> 3]! ^= 1 << (b & 7)
        tried += 1
        passed += deframe(turned).frames.length
      }
    const share = passed / tried
    expect(share).toBeGreaterThan(0.01)
    expect(share).toBeLessThan(0.08)
  })
})

function indexOf(bytes: Uint8Array, part: Uint8Array, from: number): number {
  for (let at = from; at + part.length <= bytes.length; at += 1)
    if (part.every((byte, index) => bytes[at + index] === byte)) return at
  return -1
}

describe('the data of a frame', () => {
  it('are bytes of their own: what a socket gave is read as often as asked and not changed', () => {
    // A Buffer's slice is a window on the same bytes, unlike that of a Uint8Array.
    const heard = Buffer.from(frameBytes('000000000161', 0x91, Uint8Array.of(0, 0, 1, 0, 0x26, 0, 0, 0)))
    const before = toHex(heard)
    const [frame] = deframe(heard).frames
    expect(toHex(dataOf(frame!))).toBe('00 00 01 00 26 00 00 00')
    expect(toHex(dataOf(frame!))).toBe('00 00 01 00 26 00 00 00')
    expect(toHex(frame!.bytes)).toBe(before)
    expect(toHex(heard)).toBe(before)
  })

  it('of less than a frame are none', () => {
    expect(dataOf({ bytes: Uint8Array.of(0x68, 0x16) })).toHaveLength(0)
  })
})
