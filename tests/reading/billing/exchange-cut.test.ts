/** Between the last audit of one meter and the first of the next: whose a read was, where its register shows it. */

import { expect, test } from 'vitest'
import { cutBetween } from '../../../src/reading/billing/exchange-cut.ts'
import type { Finding } from '../../../src/reading/reading.ts'
import { D, poll } from '../../support/gated.ts'

const OLD = { segment: 1, from: Number.NEGATIVE_INFINITY, to: D }
const NEXT = { segment: 2, from: D + 100, to: Number.POSITIVE_INFINITY }
const HEARD: Finding = {
  ...{ rule: 'V-I5', version: 2, verdict: 'quarantine', severity: 1, codes: [], evidence: 'another number' },
}

/** "10:500": at 10 the register is 500; "10:500?" is suspect, "10:500!" was held apart as another meter's. */
function cut(text: string): readonly [number, number] {
  const polls = text.split(' ').map(one => {
    const [, at, digits, mark] = /^(-?\d+):(\d+)([?!])?$/.exec(one) ?? []
    const quality = mark === '?' ? 'suspect' : mark === '!' ? 'quarantined' : 'good'
    return poll(BigInt(digits ?? ''), D + Number(at), { quality, findings: mark === '!' ? [HEARD] : [] })
  })
  const [old, next] = cutBetween(OLD, NEXT, polls)
  return [old.to - D, next.from - D]
}

test.each<[string, string, readonly [number, number]]>([
  ['nothing was read between', '-5:500 105:20', [0, 100]],
  [
    'above the next one’s first is the old one’s, below the old one’s last the next one’s',
    '-5:500 30:510 60:10? 105:20',
    [30, 60],
  ],
  [
    'as high as the next one’s first, and as the old one’s last, is nobody’s',
    '-5:500 30:520 60:500 105:520',
    [0, 100],
  ],
  ['one step above and one below', '-5:500 30:521 60:499? 105:520', [30, 60]],
  ['what the next one can have counted too is unsure', '-5:500 30:510 60:700 105:900', [0, 100]],
  [
    'what was judged when another number was told is the next one’s',
    '-5:500 30:510 60:700! 105:900',
    [0, 60],
  ],
  ['a read of the old one vouches for all before it', '-5:500 10:501 30:990 105:900', [30, 100]],
  ['what is above the next one and suspect proves nothing', '-5:500 30:990? 105:900', [0, 100]],
  ['reads that contradict each other prove nothing', '-5:500 30:10? 60:510 105:20', [0, 100]],
  ['nothing is known of either', '30:510 60:10?', [0, 100]],
])('V-I5 %s', (_, text, ends) => {
  expect(cut(text)).toEqual(ends)
})

test('V-I5 other transformers, registers and units are not compared', () => {
  const other = { obis: '1-0:2.8.0' }
  for (const change of [other, { unit: 'Wh' }, { kind: 'freeze' as const }]) {
    const polls = [
      poll(500n, D - 5),
      poll(10n, D + 60, { quality: 'suspect', ...change }),
      poll(20n, D + 105),
    ]
    expect(cutBetween(OLD, NEXT, polls)).toEqual([OLD, NEXT])
  }
})
