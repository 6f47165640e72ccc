/** What a listener tells at the end: who answers and how fast, who is silent, what was damaged. */

import { describe, expect, test } from 'vitest'
import { drivers } from '../../drivers/dlt645/index.ts'
import { createListening } from '../../src/cli/listening.ts'
import { createSniffSummary } from '../../src/cli/sniff-summary.ts'
import { frameBytes } from '../drivers/dlt645/bench-meter.ts'

const data = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'))
const request = (address: string) => frameBytes(address, 0x11, data('00000100'))
const reply = (address: string) => frameBytes(address, 0x91, data('0000010078563412'))
const refusal = (address: string) => frameBytes(address, 0xd1, data('02'))

function summaryOf(said: readonly (readonly [at: number, bytes: Uint8Array])[]): readonly string[] {
  const listening = createListening(drivers)
  const summary = createSniffSummary()
  for (const [at, bytes] of said) for (const heard of listening.heard(bytes, at)) summary.note(heard)
  for (const heard of listening.silent(1e9)) summary.note(heard)
  return summary.lines()
}

describe('the summary of a line', () => {
  test('counts each meter with its answering times, and names who does not answer', () => {
    const lines = summaryOf([
      [1_000, request('000000000161')],
      [1_030, reply('000000000161')],
      [2_000, request('000000000161')],
      [2_090, refusal('000000000161')],
      [3_000, request('000000000161')],
      [4_000, request('000000000777')],
      [5_000, frameBytes('999999999999', 0x08, data('000000010126'))],
      [6_000, frameBytes('970000000001', 0x01, data('1090'))],
      [6_050, frameBytes('970000000001', 0x81, data('109078563412'))],
    ])
    expect(lines).toEqual([
      '9 frames, 0 damaged, 0 bytes of noise',
      '000000000161  dlt645-2007  asked 3, answered 2 (1 refused), silent to 1, after 30 to 90 ms, 60 in the mean',
      '000000000777  dlt645-2007  asked 1, answered 0: DOES NOT ANSWER',
      '970000000001  dlt645-1997  asked 1, answered 1, after 50 to 50 ms, 50 in the mean',
      'to all meters: 1, which nobody answers',
    ])
  })

  test('counts damage by its kind, noise, and answers nobody asked for', () => {
    const wrong = reply('000000000161')
    wrong[wrong.length - 2]! ^= 1
    const lines = summaryOf([
      [1_000, request('000000000161')],
      [1_030, reply('000000000161')],
      [1_100, reply('000000000161')],
      [2_000, wrong],
      [3_000, Uint8Array.of(0, 1, 2)],
    ])
    expect(lines[0]).toBe('3 frames, 1 damaged (FRAME_CHECKSUM 1), 3 bytes of noise')
    expect(lines.at(-1)).toBe('1 answers to no question that was heard')
  })

  test('a search through thousands of addresses is counted in bounded room', () => {
    const lines = summaryOf(
      Array.from({ length: 1_000 }, (_, nth) => [nth * 100, request(String(nth).padStart(12, '0'))] as const),
    )
    expect(lines.length).toBeLessThan(210)
    expect(lines.at(-1)).toMatch(/^others {2}asked 800, answered 0/)
  })
})
