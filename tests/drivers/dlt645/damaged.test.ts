/** Damaged, odd and hostile answers: each ends in the verdict written beside it. */

import { describe, expect, it } from 'vitest'
import { driver2007 } from '../../../drivers/dlt645/driver.ts'
import { formatScaled } from '../../../src/core/scaled.ts'
import type { Request } from '../../../src/driver-api/driver.ts'
import { callOf } from './bench-meter.ts'
import { bytesOf, damaged } from './vectors.ts'

/** What a line does with these bytes and a silence after asking 00010000 of meter 123456789012. */
function verdictOn(hex: string): { readonly said: string; readonly answers: number; readonly why: string[] } {
  const conversation = driver2007.read(callOf(), [driver2007.describe('00010000')!])
  const asked = conversation.next().value as Request
  const { frames, broken, rest } = driver2007.deframe(bytesOf(hex), asked, 'silent')
  const why = [
    ...broken.map(each => each.code as string),
    ...frames.flatMap(frame => asked.whyNot(frame)?.rule ?? []),
  ]
  if (rest.length > 0) why.push('unfinished')
  const answers = frames.filter(frame => asked.whyNot(frame) === null)
  const step = conversation.next(answers[0] ?? null)
  if (!step.done) throw new Error('the conversation asks on')
  const [read] = step.value.reads
  if (!read) return { said: 'nothing', answers: answers.length, why }
  if ('refused' in read)
    return { said: `${read.refused.code} ${read.refused.rule ?? ''}`.trim(), answers: answers.length, why }
  if (!('digits' in read.value)) throw new Error('an energy is a number')
  return { said: formatScaled(read.value), answers: answers.length, why }
}

/** What the verdict in words comes to: what the conversation says, and why frames were no answer. */
const EXPECTED: Readonly<Record<string, readonly [said: string, ...why: string[]]>> = {
  ok: ['123456.78'],
  'ok-fe20': ['123456.78'],
  'cs-as-crc': ['nothing', 'FRAME_CHECKSUM'],
  'second-68-missing': ['nothing', 'FRAME_START'],
  'len-0': ['nothing', 'FRAME_END'],
  'len-1': ['nothing', 'FRAME_END'],
  'cut-5': ['nothing', 'unfinished'],
  'cut-9': ['nothing', 'unfinished'],
  'cut-13': ['nothing', 'unfinished'],
  empty: ['nothing'],
  'swapped-address': ['nothing', 'V-F4'],
  'wildcard-address': ['nothing', 'V-F4'],
  'other-di': ['nothing', 'V-F5'],
  echo: ['nothing', 'V-F3'],
  'from-master-bit': ['nothing', 'V-F3'],
  'relay-answer': ['nothing', 'V-F3'],
  'error-password': ['METER_REFUSED'],
  'error-without-word': ['METER_REFUSED'],
  'unknown-control': ['nothing', 'V-F3'],
  'short-value': ['FRAME_LENGTH V-F6'],
  'di-only': ['FRAME_LENGTH V-F6'],
  'all-ff': ['VALUE_NOT_HELD'],
  'no-offset': ['nothing', 'V-F5'],
  'two-different': ['123456.78'],
  'late-other-di-then-good': ['123456.78', 'V-F5'],
  'noise-68-before': ['123456.78'],
  'noise-inside': ['nothing', 'FRAME_END'],
  'bit7-cleared': ['nothing'],
  inverted: ['nothing'],
  'sum-neutral-plus-minus': ['123455.79'],
  'value-zero': ['0.00'],
  'max-length': ['FRAME_LENGTH V-F6'],
  'stream-1MB-of-68': ['nothing', 'unfinished'],
}

describe('damaged answers', () => {
  it('are all here', () => {
    expect(damaged.map(({ id }) => id).sort()).toEqual(Object.keys(EXPECTED).sort())
  })

  it.each(damaged.map(each => [each.id, each.expect, each] as const))('%s: %s', (id, _, { hex }) => {
    const [said, ...why] = EXPECTED[id]!
    const verdict = verdictOn(hex)
    expect(verdict.said).toBe(said)
    expect([...new Set(verdict.why)]).toEqual(expect.arrayContaining(why))
  })

  it('two answers to one question are both shown to the line, which doubts them', () => {
    const { hex } = damaged.find(({ id }) => id === 'two-different')!
    expect(verdictOn(hex).answers).toBe(2)
  })

  it('7 data bits are named where the sum fits but for the top bits', () => {
    const { hex } = damaged.find(({ id }) => id === 'ok')!
    const sevenBits = bytesOf(hex).map(byte => byte & 0x7f)
    const { frames, broken } = driver2007.deframe(sevenBits, null)
    if (frames.length === 0) expect(broken[0]?.text).toContain('7 data bits')
    expect(frames.every(frame => (frame.bytes[8]! & 0x80) === 0)).toBe(true)
  })
})
