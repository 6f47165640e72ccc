/** Rules that act before there is a reading: passing, failing, not evaluable, and exactly at the threshold. */

import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { driver2007 } from '../../../drivers/dlt645/driver.ts'
import { formatScaled } from '../../../src/core/scaled.ts'
import { RULES_ELSEWHERE } from '../../../src/reading/rules/elsewhere.ts'
import { callOf, frameBytes } from './bench-meter.ts'
import { bytesOf } from './vectors.ts'

const METER = '123456789012'
const OTHER = '123456789011'
/** 123456.78 kWh of 00010000, in wire order. */
const VALUE = '0000010078563412'

const good = frameBytes(METER, 0x91, bytesOf(VALUE))
const told = (data: string, control = 0x91, meter = METER) => frameBytes(meter, control, bytesOf(data))

/** The sum made good again, as damage that the sum lets through leaves it. */
function withSum(bytes: Uint8Array): Uint8Array {
  const sum = bytes.subarray(0, -2).reduce((all, byte) => all + byte, 0) & 0xff
  return Uint8Array.from([...bytes.subarray(0, -2), sum, 0x16])
}

function changed(bytes: Uint8Array, ...at: readonly (readonly [place: number, by: number])[]): Uint8Array {
  const copy = bytes.slice()
  for (const [place, by] of at) copy[place] = ((copy[place] ?? 0) + by) & 0xff
  return copy
}

const RULE_OF: Readonly<Record<string, string>> = {
  FRAME_CHECKSUM: 'V-F2',
  FRAME_START: 'V-F1',
  FRAME_END: 'V-F1',
}

/** What comes of these answers, one to each question: a value, or the rule that keeps it out. */
function heard(...answers: readonly Uint8Array[]): string {
  const conversation = driver2007.read(callOf(), [driver2007.describe('00010000')!])
  let step = conversation.next()
  for (const bytes of answers) {
    if (step.done) throw new Error('nothing more is asked')
    const request = step.value
    const { frames, broken } = driver2007.deframe(bytes, request, 'silent')
    const [frame] = frames
    if (!frame) return broken[0] ? (RULE_OF[broken[0].code] ?? broken[0].code) : 'nothing'
    const mismatch = request.whyNot(frame)
    if (mismatch) return mismatch.rule
    step = conversation.next(frame)
  }
  if (!step.done) return 'asks on'
  const [read] = step.value.reads
  if (!read) return 'nothing'
  if ('refused' in read) return read.refused.rule ?? read.refused.code
  return 'digits' in read.value ? formatScaled(read.value) : 'no number'
}

type Case = 'pass' | 'fail' | 'not evaluable' | 'threshold'
const CASES: readonly Case[] = ['pass', 'fail', 'not evaluable', 'threshold']
const SAME = '123456.78'
const fe = Uint8Array.from([0xfe, 0xfe, 0xfe, 0xfe, ...good])

const EXAMPLES: readonly (readonly [
  rule: string,
  is: Case,
  name: string,
  answers: readonly Uint8Array[],
  comes: string,
])[] = [
  ['V-F1', 'pass', 'a whole frame', [good], SAME],
  ['V-F1', 'fail', 'no second 68', [changed(good, [7, 1])], 'V-F1'],
  ['V-F1', 'fail', 'the end is not where the length says', [withSum(changed(good, [9, -1]))], 'V-F1'],
  ['V-F1', 'threshold', 'four FE before it', [fe], SAME],
  ['V-F1', 'not evaluable', 'nothing came', [new Uint8Array(0)], 'nothing'],
  ['V-F2', 'pass', 'the sum is right', [good], SAME],
  ['V-F2', 'fail', 'one bit', [changed(good, [14, 1])], 'V-F2'],
  [
    'V-F2',
    'threshold',
    'two that cancel out: what a sum cannot tell',
    [changed(good, [14, 1], [15, -1])],
    '123455.79',
  ],
  ['V-F2', 'not evaluable', 'cut off before the sum', [good.subarray(0, -2)], 'nothing'],
  ['V-F3', 'pass', 'an answer', [good], SAME],
  ['V-F3', 'fail', 'our own question, echoed', [told('00000100', 0x11)], 'V-F3'],
  ['V-F3', 'threshold', 'the bit of a refusal', [told('02', 0xd1)], 'METER_NO_DATA'],
  ['V-F3', 'not evaluable', 'noise', [Uint8Array.of(1, 2, 3)], 'nothing'],
  ['V-F4', 'pass', 'the meter asked', [good], SAME],
  ['V-F4', 'fail', 'its neighbour', [told(VALUE, 0x91, OTHER)], 'V-F4'],
  ['V-F4', 'threshold', 'the first digit of twelve', [told(VALUE, 0x91, '023456789012')], 'V-F4'],
  ['V-F4', 'not evaluable', 'nothing came', [new Uint8Array(0)], 'nothing'],
  ['V-I1', 'pass', 'the meter asked', [good], SAME],
  ['V-I1', 'fail', 'to a wildcard', [told(VALUE, 0x91, 'AAAAAAAAAAAA')], 'V-F4'],
  ['V-I1', 'threshold', 'one byte of a wildcard', [told(VALUE, 0x91, 'AA3456789012')], 'V-F4'],
  ['V-I1', 'not evaluable', 'nothing came', [new Uint8Array(0)], 'nothing'],
  ['V-F5', 'pass', 'the item asked', [good], SAME],
  ['V-F5', 'fail', 'reverse for forward', [told('0000020078563412')], 'V-F5'],
  ['V-F5', 'threshold', 'the settlement before', [told('0100010078563412')], 'V-F5'],
  ['V-F5', 'not evaluable', 'an answer without an item', [told('')], 'V-F5'],
  ['V-F6', 'pass', 'four bytes', [good], SAME],
  ['V-F6', 'fail', 'three', [told('00000100785634')], 'V-F6'],
  ['V-F6', 'threshold', 'five', [told('000001007856341200')], 'V-F6'],
  ['V-F6', 'not evaluable', 'nothing came', [new Uint8Array(0)], 'nothing'],
  ['V-F7', 'pass', 'digits', [good], SAME],
  ['V-F7', 'fail', 'an A among them', [told('0000010078563A12')], 'V-F7'],
  ['V-F7', 'threshold', 'nines', [told('0000010099999999')], '999999.99'],
  ['V-F7', 'not evaluable', 'FF, which is no value', [told('00000100FFFFFFFF')], 'VALUE_NOT_HELD'],
  ['V-F9', 'pass', 'two parts in order', [told('000001007856', 0xb1), told('00000100341201', 0x92)], SAME],
  [
    'V-F9',
    'fail',
    'the second part is another one',
    [told('000001007856', 0xb1), told('00000100341202', 0x92)],
    'V-F5',
  ],
  [
    'V-F9',
    'threshold',
    'a refused second part',
    [told('000001007856', 0xb1), told('02', 0xd2), told('000001007856', 0xb1), told('02', 0xd2)],
    'V-F9',
  ],
  ['V-F9', 'not evaluable', 'one part', [good], SAME],
]

/** Kept by others than a driver, and proven with them. */
const PROVEN_ELSEWHERE: Readonly<Record<string, readonly [file: string, by: string]>> = {
  'V-F8': ['tests/line/waits.test.ts', 'V-F8'],
  'V-L1': ['tests/acquire/ledger-identity.test.ts', 'PR-04'],
  'V-I2': ['tests/acquire/audits.test.ts', 'V-I2'],
  'V-T7': ['tests/acquire/fill-slots.test.ts', 'V-T7'],
  'V-I4': ['tests/line/dial-in.test.ts', 'V-I4'],
  'V-T2a': ['tests/drivers/dlt645/read.test.ts', 'V-T2a'],
  'V-T4': ['tests/reading/billing/periods.test.ts', 'V-T4'],
  'V-L9': ['tests/drivers/dlt645/load-record.test.ts', 'V-L9'],
  'V-A4': ['tests/reading/billing/gate.test.ts', 'V-A4'],
  'V-A2': ['tests/reading/alarms.test.ts', 'V-A2'],
  'V-A7': ['tests/reading/latency.test.ts', 'V-A7'],
  'V-A9': ['tests/api/credit.test.ts', 'V-A9'],
}

describe.each(EXAMPLES)('%s %s: %s', (_rule, _is, _name, answers, comes) => {
  test(`comes to ${comes}`, () => {
    expect(heard(...answers)).toBe(comes)
  })
})

describe('every rule before a reading', () => {
  test.each(RULES_ELSEWHERE.map(({ id }) => id))('%s has its cases', id => {
    const proven = PROVEN_ELSEWHERE[id]
    if (proven === undefined) {
      for (const is of CASES)
        expect(EXAMPLES.filter(one => one[0] === id && one[1] === is).length, is).toBeGreaterThan(0)
      return
    }
    const [file, by] = proven
    const text = readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8')
    expect(text).toMatch(new RegExp(`(test|describe|it|\\]\\))\\(\\s*['"\`][^\n]*${by}`))
  })
})
