import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { fromHex, toHex } from '../../src/core/hex.ts'
import type { FaultCode } from '../../src/driver-api/driver.ts'
import { type Heard, hear, point, rtu, tcp } from './modbus-support.ts'

interface Answer {
  readonly id: string
  readonly hex: string
  readonly expect: string
  readonly why: string
}

const { frames } = JSON.parse(
  readFileSync(new URL('../golden/modbus/answers.json', import.meta.url), 'utf8'),
) as { frames: readonly Answer[] }

type Verdict =
  | { readonly value: string }
  | { readonly mismatch: 'V-F3' | 'V-F4' | 'V-F5' | 'V-F6' }
  | { readonly refused: FaultCode; readonly words: string }
  | { readonly broken: FaultCode; readonly words?: string }
  | { readonly answers: number }
  | { readonly waiting: true }

const VALUE: Verdict = { value: '12345678' }

/** What each answer must lead to; the words beside it in the file say the same for people. */
const VERDICTS: Readonly<Record<string, Verdict>> = {
  ok: VALUE,
  'crc-swapped': { broken: 'FRAME_CHECKSUM' },
  'crc-zero': { broken: 'FRAME_CHECKSUM' },
  'slave-2': { mismatch: 'V-F4' },
  'slave-0': { mismatch: 'V-F4' },
  'function-4': { mismatch: 'V-F3' },
  'count-2': { mismatch: 'V-F6' },
  'count-6': { mismatch: 'V-F6' },
  'count-odd': { mismatch: 'V-F6' },
  'count-lies': { waiting: true },
  'count-0': { mismatch: 'V-F6' },
  'exception-01': { refused: 'METER_NO_DATA', words: 'illegal function' },
  'exception-02': { refused: 'METER_NO_DATA', words: 'illegal data address' },
  'exception-03': { refused: 'METER_REFUSED', words: 'illegal data value' },
  'exception-04': { refused: 'METER_REFUSED', words: 'device failure' },
  'exception-05': { refused: 'METER_BUSY', words: 'acknowledge' },
  'exception-06': { refused: 'METER_BUSY', words: 'busy' },
  'exception-08': { refused: 'METER_REFUSED', words: 'memory parity' },
  'exception-0A': { refused: 'METER_BUSY', words: 'gateway path' },
  'exception-0B': { refused: 'LINE_SILENT', words: 'gateway target' },
  'exception-00': { refused: 'METER_REFUSED', words: 'exception 00: unknown code' },
  'exception-FF': { refused: 'METER_REFUSED', words: 'exception FF: unknown code' },
  'exception-other-fn': { mismatch: 'V-F3' },
  echo: { mismatch: 'V-F3' },
  'echo+answer': VALUE,
  glued: { answers: 2 },
  'noise-before': VALUE,
  'noise-after': VALUE,
  split: VALUE,
  // A perfect answer to another register: the frame shows nothing, so the line must keep it out.
  'late-same-shape': { value: '11111111' },
  'nan-float': { refused: 'VALUE_NOT_HELD', words: 'not a number' },
  'inf-float': { refused: 'VALUE_NOT_HELD', words: 'not finite' },
  'not-available-16': { refused: 'VALUE_NOT_HELD', words: 'no value' },
  'tcp-ok': VALUE,
  'tcp-other-tid': { mismatch: 'V-F5' },
  'tcp-protocol-1': { broken: 'FRAME_START', words: 'protocol identifier 1' },
  'tcp-length-0': { broken: 'FRAME_LENGTH', words: 'length is 0' },
  'tcp-length-65535': { broken: 'FRAME_LENGTH', words: 'length is 65535' },
  'tcp-unit-2': { mismatch: 'V-F4' },
  'tcp-two-in-one': VALUE,
  'tcp-half': { waiting: true },
  'tcp-is-http': { broken: 'FRAME_START', words: 'not a Modbus TCP server' },
  'tcp-is-rtu': { broken: 'FRAME_START', words: 'RTU over TCP' },
}

const ENCODINGS: Readonly<Record<string, string>> = {
  'nan-float': 'f32 e-3',
  'inf-float': 'f32 e-3',
  'not-available-16': 'u32 invalid=FFFFFFFF',
}

function heardOf({ id, hex }: Answer, cutAt?: readonly number[]): Heard {
  const bytes = fromHex(hex)!
  const cuts = [0, ...(cutAt ?? []), bytes.length]
  const pieces = cuts.slice(1).map((end, place) => bytes.slice(cuts[place], end))
  const asked = id === 'late-same-shape' ? '3:256' : '3:0'
  return hear(id.startsWith('tcp-') ? tcp : rtu, point(asked, ENCODINGS[id] ?? 'u32'), pieces)
}

function verdictOf({ reads, accepted, mismatches, deframed }: Heard, expected: Verdict): unknown {
  const [read] = reads
  if ('value' in expected)
    return { value: read && 'value' in read && 'digits' in read.value ? read.value.digits.toString() : null }
  if ('mismatch' in expected)
    return accepted.length === 0 && reads.length === 0 ? { mismatch: mismatches[0]?.rule } : accepted
  if ('refused' in expected && read && 'refused' in read)
    return {
      refused: read.refused.code,
      words: read.refused.text.includes(expected.words) ? expected.words : read,
    }
  if ('broken' in expected && accepted.length === 0 && reads.length === 0) {
    const { code, text } = deframed.broken[0] ?? {}
    if (expected.words === undefined) return { broken: code }
    return { broken: code, words: text?.includes(expected.words) ? expected.words : text }
  }
  if ('answers' in expected) return { answers: accepted.length }
  return { waiting: accepted.length === 0 && deframed.frames.length === 0 && deframed.rest.length > 0 }
}

describe('every answer of the golden file', () => {
  test('has a verdict here', () => {
    expect(Object.keys(VERDICTS).sort()).toEqual(frames.map(({ id }) => id).sort())
  })

  test.each(frames)('$id: $expect', answer => {
    const expected = VERDICTS[answer.id]!
    const heard = heardOf(answer)
    expect(verdictOf(heard, expected)).toEqual(expected)
    if ('answers' in expected) {
      const [first, second] = heard.accepted
      expect(toHex(first!.bytes)).not.toBe(toHex(second!.bytes))
    }
  })

  test.each(frames)('$id: the same however it is cut in two (V-F1)', answer => {
    const whole = heardOf(answer)
    for (let cut = 1; cut < fromHex(answer.hex)!.length; cut++) {
      const split = heardOf(answer, [cut])
      expect(split.deframed.frames, `cut at ${cut}`).toEqual(whole.deframed.frames)
      expect(split.reads.map(read => ({ ...read }))).toEqual(whole.reads.map(read => ({ ...read })))
    }
  })

  test.each(frames)('$id: the same byte by byte (V-F1)', answer => {
    const length = fromHex(answer.hex)!.length
    const whole = heardOf(answer)
    const bytewise = heardOf(
      answer,
      Array.from({ length: length - 1 }, (_, place) => place + 1),
    )
    expect(bytewise.deframed.frames).toEqual(whole.deframed.frames)
    expect(bytewise.deframed.rest).toEqual(whole.deframed.rest)
    expect(bytewise.deframed.noise).toEqual(whole.deframed.noise)
  })

  const controls = frames.filter(({ id }) => VERDICTS[id] === VALUE)
  const NOISES = [
    'FF',
    '00',
    'FF 00',
    '00 00 00',
    '01',
    '01 03',
    '01 03 04',
    '01 83',
    '01 03 04 00',
    '68 FE FE',
  ]
  test.each(controls)('$id: behind noise', answer => {
    for (const noise of NOISES) {
      const { reads } = heardOf({ ...answer, hex: `${noise} ${answer.hex}` })
      expect(verdictOf({ ...heardOf(answer), reads }, VALUE), noise).toEqual(VALUE)
    }
  })
})
