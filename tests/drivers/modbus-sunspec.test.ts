/** SunSpec devices: the chain walked, its place remembered and verified, scale factors read with the values. */

import { describe, expect, test } from 'vitest'
import { formatScaled } from '../../src/core/scaled.ts'
import type { RawRead } from '../../src/driver-api/driver.ts'
import { converse, point, type Registers, serve, tcp, tcpFrame } from './modbus-support.ts'

const TRAITS = { maxRegisters: 125 }
/** Model 203: power at 18 with its factor at 22, energy at 46 with its factor at 54. */
const POINTS = [point('sunspec:201-204:18', 's16 sf=22'), point('sunspec:201-204:46', 'acc32 sf=54 e-3')]

/** Registers of a device whose chain begins at `base` with a common model and, perhaps, others before the meter. */
function device(base: number, { between = [] as number[], id = 203, length = 105, powerFactor = -1 } = {}) {
  const words = new Map<number, number>()
  const put = (at: number, ...values: number[]) =>
    values.forEach((value, place) => void words.set(at + place, value))
  put(base, 0x5375, 0x6e53)
  let at = base + 2
  const model = (number: number, size: number) => {
    for (let place = 0; place < size; place++) words.set(at + 2 + place, 0)
    put(at, number, size)
    at += 2 + size
  }
  model(1, 66)
  for (const size of between) model(101, size)
  const start = at
  model(id, length)
  put(start + 18, 0xff85)
  put(start + 22, powerFactor & 0xffff)
  put(start + 46, 0x0001, 0xe240)
  put(start + 54, 2)
  put(at, 0xffff, 0)
  const registers: Registers = (code, address) => (code === 3 ? words.get(address) : undefined)
  return { registers, start }
}

function texts(reads: readonly RawRead[]): Record<string, string> {
  return Object.fromEntries(
    reads.map(read => [
      read.point.item,
      'refused' in read ? read.refused.code : 'digits' in read.value ? formatScaled(read.value) : '',
    ]),
  )
}

const wordAt = (bytes: Uint8Array, at: number) => (bytes[at]! << 8) | bytes[at + 1]!

const spans = (asked: readonly { address: number; quantity: number }[]) =>
  asked.map(({ address, quantity }) => `${address}+${quantity}`)

describe('SunSpec', () => {
  const RIGHT = { 'sunspec:201-204:18': '-12.3', 'sunspec:201-204:46': '12345.6' }

  test.each([40_000, 50_000, 0])('the chain is found at %i, and the model behind others', base => {
    const { registers, start } = device(base, { between: [50, 3] })
    const { reads, refused, asked } = converse(tcp, POINTS, serve(tcp, registers), { traits: TRAITS })
    expect(texts(reads)).toEqual(RIGHT)
    expect(refused).toEqual([`sunspec:203@${start}`])
    expect(spans(asked).at(-1)).toBe(`${start}+55`)
  })

  test('remembered, it is one request from the model’s own header on', () => {
    const { registers, start } = device(40_000)
    const { reads, refused, asked } = converse(tcp, POINTS, serve(tcp, registers), {
      traits: TRAITS,
      refusedBefore: new Set([`sunspec:203@${start}`]),
    })
    expect(spans(asked)).toEqual([`${start}+55`])
    expect(refused).toEqual([])
    expect(texts(reads)).toEqual(RIGHT)
    expect(new Set(reads.flatMap(({ frames }) => frames)).size).toBe(1)
  })

  test('a chain that has moved shows itself and is walked again', () => {
    const { start: before } = device(40_000)
    const { registers, start } = device(40_000, { between: [20] })
    const { reads, refused } = converse(tcp, POINTS, serve(tcp, registers), {
      traits: TRAITS,
      refusedBefore: new Set([`sunspec:203@${before}`]),
    })
    expect(texts(reads)).toEqual(RIGHT)
    expect(refused).toEqual([`sunspec:203@${start}`])
  })

  test('of two places remembered the one that still holds is read without a walk', () => {
    const { registers, start } = device(40_000)
    const { asked, reads } = converse(tcp, POINTS, serve(tcp, registers), {
      traits: TRAITS,
      refusedBefore: new Set([`sunspec:203@${start}`, 'sunspec:203@40100']),
    })
    expect(spans(asked).at(-1)).toBe(`${start}+55`)
    expect(asked.every(({ quantity }) => quantity !== 4)).toBe(true)
    expect(texts(reads)).toEqual(RIGHT)
  })

  test('a chain that moves at every look costs the same at every look', () => {
    const remembered = new Set<string>()
    const counts = Array.from({ length: 30 }, (_, poll) => {
      const { registers } = device(40_000, { between: [2 * poll] })
      const { asked, refused, reads } = converse(tcp, POINTS, serve(tcp, registers), {
        traits: TRAITS,
        refusedBefore: new Set(remembered),
      })
      for (const name of refused) remembered.add(name)
      expect(texts(reads)).toEqual(RIGHT)
      return asked.length
    })
    expect(Math.max(...counts.slice(3))).toBe(counts[3])
  })

  test('no mark, no model, a factor that is none, a model too short: no value', () => {
    const gone = { 'sunspec:201-204:18': 'METER_NO_DATA', 'sunspec:201-204:46': 'METER_NO_DATA' }
    const ask = (registers: Registers) =>
      texts(converse(tcp, POINTS, serve(tcp, registers), { traits: TRAITS }).reads)
    expect(ask(() => undefined)).toEqual(gone)
    expect(ask(device(40_000, { id: 211 }).registers)).toEqual(gone)
    expect(ask(device(40_000, { powerFactor: -0x8000 }).registers)).toMatchObject({
      'sunspec:201-204:18': 'VALUE_NOT_HELD',
    })
    expect(ask(device(40_000, { powerFactor: 77 }).registers)).toMatchObject({
      'sunspec:201-204:18': 'VALUE_OUT_OF_TYPE',
    })
    expect(ask(device(40_000, { length: 40 }).registers)).toMatchObject({
      'sunspec:201-204:46': 'METER_NO_DATA',
    })
  })

  test('silence in the middle of a walk ends the conversation; nothing is remembered', () => {
    const { registers } = device(40_000)
    const server = serve(tcp, registers)
    let count = 0
    const { reads, refused } = converse(tcp, POINTS, request => (count++ < 1 ? server(request) : null), {
      traits: TRAITS,
    })
    expect(reads).toEqual([])
    expect(refused).toEqual([])
  })

  test('a busy device has not said that it has no chain', () => {
    const { reads, refused, asked } = converse(
      tcp,
      POINTS,
      request => tcpFrame(wordAt(request.bytes, 0), 1, 0x83, 6),
      { traits: TRAITS },
    )
    expect([reads, refused]).toEqual([[], []])
    expect(asked).toHaveLength(3)
  })

  test('a chain that goes in circles ends', () => {
    const words: Registers = (_, address) =>
      address === 40_000 ? 0x5375 : address === 40_001 ? 0x6e53 : address % 2 === 0 ? 7 : 0
    const { reads, asked } = converse(tcp, POINTS, serve(tcp, words), { traits: TRAITS })
    expect(texts(reads)).toMatchObject({ 'sunspec:201-204:18': 'METER_NO_DATA' })
    expect(asked.length).toBeLessThanOrEqual(201)
  })
})
