/** What is heard on a line: frames in order, damage with its reason, gaps; however the bytes are cut. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { drivers as dlt645 } from '../../drivers/dlt645/index.ts'
import { requestBytes } from '../../drivers/dlt645/wire/frame.ts'
import { drivers as modbus } from '../../drivers/modbus/index.ts'
import { createListening, type Heard } from '../../src/cli/listening.ts'
import { fromHex, toHex } from '../../src/core/hex.ts'

const bytes = (hex: string) => fromHex(hex)!
const QUESTION = '6861010000000068110433333433 1416'
const ANSWER = '68610100000000689108333334335933333 38A16'
const RTU_QUESTION = '01 04 00 00 00 02 71 CB'
const all = [...dlt645, ...modbus].filter(({ concurrent }) => !concurrent)
const kinds = (heard: readonly Heard[]) =>
  heard.map(one => (one.kind === 'frame' ? `${one.decoded.kind} ${one.decoded.function}` : one.kind))

describe('listening', () => {
  test('tells requests and replies with their values, and the silence before each', () => {
    const listening = createListening(all)
    const asked = listening.heard(bytes(`FE FE FE FE ${QUESTION}`), 1_000)
    const answered = listening.heard(bytes(ANSWER), 1_120)
    expect(kinds([...asked, ...answered])).toEqual(['request read', 'reply read'])
    expect(asked[0]).toMatchObject({ gapMs: null, at: 1_000 })
    expect(answered[0]).toMatchObject({ gapMs: 120, decoded: { points: [{ value: '0.26' }] } })
    expect(listening.betweenBytesMs).toBeNull()
  })

  test('tells whose frames they are by the first good one', () => {
    const listening = createListening(all)
    const [heard] = listening.heard(bytes(RTU_QUESTION), 0)
    expect(heard).toMatchObject({ kind: 'frame', driver: { protocol: 'modbus-rtu' } })
  })

  test('Modbus ASCII by its first good frame, damage by its LRC', () => {
    const listening = createListening(all)
    const ascii = (text: string) => Uint8Array.from(Buffer.from(`${text}\r\n`))
    expect(listening.heard(ascii(':01040000000200'), 0)).toEqual([])
    const heard = [':010400000002F9', ':010404436600014D', ':010404436600015D'].map(ascii)
    expect(kinds(listening.heard(Buffer.concat(heard), 50))).toEqual([
      'damaged',
      'request read-input-registers',
      'reply read-input-registers',
      'damaged',
    ])
  })

  test('a damaged frame is told with its reason, what it looks like inside is not', () => {
    const listening = createListening(dlt645.slice(0, 1))
    const heard = listening.heard(bytes(QUESTION.replace('1416', '1516') + ANSWER), 0)
    expect(kinds(heard)).toEqual(['damaged', 'reply read'])
    expect(heard[0]).toMatchObject({ broken: { code: 'FRAME_CHECKSUM' } })
  })

  test('noise is counted, bytes that wake receivers are none', () => {
    const listening = createListening(dlt645.slice(0, 1))
    const heard = listening.heard(bytes(`00 11 22 FE FE ${QUESTION}`), 0)
    expect(heard[0]).toMatchObject({ kind: 'noise', count: 3 })
    expect(kinds(heard)).toEqual(['noise', 'request read'])
  })

  test('a frame that is not finished when the line falls silent is cut', () => {
    const listening = createListening(dlt645.slice(0, 1))
    expect(listening.heard(bytes(QUESTION).subarray(0, 9), 0)).toEqual([])
    expect(listening.betweenBytesMs).toBe(500)
    expect(listening.silent(600)).toMatchObject([{ kind: 'damaged', broken: { code: 'FRAME_TRUNCATED' } }])
    expect(kinds(listening.heard(bytes(QUESTION), 700))).toEqual(['request read'])
  })

  test('V-F1 a frame in the data of another is its data, cut wherever; behind a start of nothing it is told after a silence', () => {
    const inner = bytes(QUESTION)
    const data = Uint8Array.of(...inner, ...new Uint8Array(30)).map(byte => byte - 0x33)
    const outer = requestBytes('000000009999', 0x03, data, 0)
    for (let at = 1; at < outer.length; at += 1) {
      const listening = createListening(dlt645.slice(0, 1))
      const heard = [outer.subarray(0, at), outer.subarray(at)].flatMap(part => listening.heard(part, 0))
      expect(heard.flatMap(one => (one.kind === 'frame' ? [toHex(one.bytes)] : [one.kind]))).toEqual([
        toHex(outer),
      ])
    }
    const listening = createListening(all)
    const cut = Uint8Array.of(...outer.subarray(0, 14), ...bytes(QUESTION))
    expect(listening.heard(cut, 1_000)).toEqual([])
    const heard = listening.silent(1_500)
    expect(kinds(heard)).toEqual(['damaged', 'request read'])
    expect(heard[1]).toMatchObject({ at: 1_000 })
  })

  test('bytes of nobody are noise, and never held without a limit', () => {
    const listening = createListening(all)
    const heard = Array.from({ length: 10 }, (_, index) =>
      listening.heard(new Uint8Array(1_000).fill(0x55), index),
    ).flat()
    expect(heard.every(({ kind }) => kind === 'noise')).toBe(true)
    const counted = [...heard, ...listening.silent(99)].reduce(
      (sum, one) => sum + (one.kind === 'noise' ? one.count : 0),
      0,
    )
    expect(counted).toBe(10_000)
  })

  test('however bytes are cut, every frame is heard once and in order', () => {
    const stream = bytes(`FE FE ${QUESTION} ${ANSWER} 68 00 ${QUESTION} ${ANSWER} 16 68`)
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), cuts => {
        const listening = createListening(dlt645.slice(0, 1))
        const heard: Heard[] = []
        for (let from = 0, turn = 0; from < stream.length; turn += 1) {
          const to = from + (cuts[turn % cuts.length] ?? 1)
          heard.push(...listening.heard(stream.subarray(from, to), from))
          from = to
        }
        const frames = heard.flatMap(one => (one.kind === 'frame' ? [toHex(one.bytes)] : []))
        expect(frames).toEqual([QUESTION, ANSWER, QUESTION, ANSWER].map(hex => toHex(bytes(hex))))
      }),
      { seed: 645, numRuns: 200 },
    )
  })
})
