/** How simulated DL/T 645 meters depart from their standard when told to. */

import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { toHex } from '../../src/core/hex.ts'
import { SIMULATED_MODBUS_QUIRKS, SIMULATED_QUIRKS, type SimulatedQuirks } from '../../src/core/simulated.ts'
import { createMeter1997 } from '../../src/simulator/meter-1997.ts'
import { di, meterOf, NOON, replyOf, request } from './master.ts'
import { ALL, bytesOf, numberOf, OWN, play, timeBytes, WILD } from './slave-2007.ts'

const HOUR = 3_600_000

/** The control code of what a 1997 meter answers to a read; null for silence. */
function play1997(quirks: SimulatedQuirks) {
  const slave = createMeter1997(meterOf({ protocol: 'dlt645-1997', address: OWN }), quirks)
  return (item: string) => replyOf(slave.answer(request(OWN, 0x01, di(item)), NOON))?.control ?? null
}

it('docs/simulator.md tells every quirk with its values', () => {
  const page = readFileSync(new URL('../../docs/simulator.md', import.meta.url), 'utf8')
  const told = [...page.matchAll(/^\| `([a-z-]+)` \| ([^|]+) \|/gm)].map(([, name, values]) => [
    name,
    values?.split(', '),
  ])
  expect(Object.fromEntries(told)).toEqual({ ...SIMULATED_QUIRKS, ...SIMULATED_MODBUS_QUIRKS })
})

describe('quirks', () => {
  it('[quirk block-marks] block-marks: AA after each item of a freeze block, or none', () => {
    const [aa, none] = (['aa', 'none'] as const).map(marks =>
      bytesOf(play({ 'block-marks': marks }).whole('0504FF01')),
    )
    expect(aa).toHaveLength(5 + 4 + 4 + 3)
    expect(none).toHaveLength(5 + 4 + 4)
    expect(aa?.filter((_, index) => ![5, 10, 15].includes(index))).toEqual(none)
    expect([5, 10, 15].map(index => aa?.[index])).toEqual([0xaa, 0xaa, 0xaa])
  })

  it('mode words: what is switched off is empty in the block and refused alone', () => {
    const { write, whole, read } = play({ 'block-marks': 'aa' })
    write('04000906', [0b0000_0001])
    const block = bytesOf(whole('0506FF01'))
    expect(block).toHaveLength(5 + 20 + 12)
    expect(block.slice(-10)).toEqual(Array(10).fill(0xaa))
    expect(read('05060201')).toMatchObject({ control: 'D1', data: '02' })
  })

  it('frame-data: short frames, the rest by number', () => {
    const { read, whole } = play({ 'frame-data': 'short' })
    expect(read('0001FF00')?.control).toBe('B1')
    expect(whole('0001FF00')).toBe(play().value('0001FF00'))
  })

  it('blocks: refused', () => {
    const { read } = play({ blocks: 'refused' })
    for (const item of ['0001FF00', '000100FF', '0201FF00', '040005FF', '0506FF01', '031100FF'])
      expect(read(item)).toMatchObject({ control: 'D1', data: '02' })
    expect(read('00010000')?.control).toBe('91')
    expect(read('1D00FF01')?.control).toBe('91')
  })

  it('blocks: silent; what else it does not hold is refused', () => {
    const { read } = play({ blocks: 'silent' })
    for (const item of ['0001FF00', '0400010C', '040005FF', '0506FF01']) expect(read(item)).toBeNull()
    expect(read('00010000')?.control).toBe('91')
    expect(read('00FE0000')?.control).toBe('D1')
  })

  it('unknown-item: silent', () => {
    const { read } = play({ 'unknown-item': 'silent' })
    expect(read('00FE0000')).toBeNull()
    expect(read('0001FF00')?.control).toBe('91')
    const old = play1997({ 'unknown-item': 'silent' })
    expect(old('E123')).toBeNull()
    expect(old('901F')).toBe('81')
    expect(play1997({ blocks: 'silent' })('901F')).toBeNull()
    expect(play1997({ blocks: 'silent' })('9010')).toBe('81')
  })

  it('daily-freeze: none', () => {
    const { read } = play({ 'daily-freeze': 'none' })
    expect(read('05060001')?.control).toBe('D1')
    expect(read('05040001')?.control).toBe('91')
  })

  it('no-data-word: 03', () => {
    const { read, send, write } = play({ 'no-data-word': '03' })
    expect(read('00FE0000')).toMatchObject({ control: 'D1', data: '03' })
    expect(send(0x12, [...di('00010000'), 1])).toMatchObject({ control: 'D2', data: '03' })
    expect(write('04FE0000', [1])).toMatchObject({ control: 'D4', data: '03' })
  })

  it('[quirk broadcast-time] broadcast-time: only behind level and password', () => {
    const { send, meter } = play({ 'broadcast-time': 'with-password' }, { clockOffsetMs: 9_000 })
    const off = () => meter.clock.shownAt(NOON) - NOON - 8 * HOUR
    send(0x08, timeBytes(NOON), { address: ALL })
    send(0x08, [4, 1, 0, 0, ...timeBytes(NOON)], { address: ALL })
    expect(off()).toBe(9_000)
    send(0x08, [4, 0, 0, 0, ...timeBytes(NOON)], { address: ALL })
    expect(off()).toBe(0)
    const plain = play({}, { clockOffsetMs: 9_000 })
    plain.send(0x08, [4, 0, 0, 0, ...timeBytes(NOON)], { address: ALL })
    expect(plain.meter.clock.shownAt(NOON) - NOON - 8 * HOUR).toBe(9_000)
  })

  it('[quirk wildcard-answer] wildcard-answer: under AA again', () => {
    const { read, send } = play({ 'wildcard-answer': 'aa' })
    expect(read('00010000', { address: WILD })?.address).toBe(WILD)
    expect(send(0x13, [], { address: WILD })?.data).toBe('12 90 78 56 34 12')
    expect(read('00010000', { address: 'AAAAAAAA9012' })?.address).toBe(OWN)
  })

  it.each(['0', '1', '2', '3', '4'] as const)('[quirk preamble] preamble: %s', count => {
    const { slave } = play({ preamble: count })
    const reply = slave.answer(request(OWN, 0x11, di('00010000')), NOON) ?? new Uint8Array()
    expect(reply.indexOf(0x68)).toBe(Number(count))
  })

  it('energy-decimals and energy-extra-byte', () => {
    const usual = numberOf(play().value('00010000') ?? '')
    const fine = play({ 'energy-decimals': '4' })
    expect(fine.value('00010000')?.split(' ')).toHaveLength(5)
    expect(Math.floor(numberOf(fine.value('00010000') ?? '') / 100)).toBe(usual)
    expect(fine.value('04000303')).toBe('04')
    expect(play({ 'energy-extra-byte': 'yes' }).value('00010000')).toBe(`${play().value('00010000')} 00`)
  })

  it.each([
    ['9F', /^68 12 90 78 56 34 12 68 9F 00 \w\w 16 /],
    ['04001501', /^68 12 90 78 56 34 12 68 91 10 34 48 33 37 (33 ){12}\w\w 16 /],
  ] as const)('unsolicited: %s before every second answer', (kind, frame) => {
    const { slave } = play({ unsolicited: kind, preamble: '0' })
    const answer = () => toHex(slave.answer(request(OWN, 0x11, di('00010000')), NOON) ?? new Uint8Array())
    const [first, second] = [answer(), answer()]
    expect(first).toMatch(frame)
    expect(first.endsWith(second)).toBe(true)
    expect(second).toMatch(/^68 12 90 78 56 34 12 68 91 08/)
  })

  it('echo: the request, then the answer', () => {
    const { slave } = play({ echo: 'yes', preamble: '0' })
    const asked = request(OWN, 0x11, di('00010000'))
    const heard = slave.answer(asked, NOON) ?? new Uint8Array()
    expect(heard.subarray(0, asked.length)).toEqual(asked)
    expect(replyOf(heard.subarray(asked.length))?.control).toBe('91')
  })
})
