/** What lessens what is owed: an approval stands where a balance is stated anew by which no less is owed, and no longer where one is. */

import { expect, test } from 'vitest'
import { creditedBy } from '../../src/store/ledger/credits.ts'
import type { LedgerEntry } from '../../src/supply/money/entry.ts'

const entriesOf = (all: readonly (readonly [LedgerEntry['kind'], string | null])[]) =>
  all.map(([kind, amount], place) => ({ kind, amount, sequence: place + 1 }) as LedgerEntry)

test.each([
  ['nothing entered', [['terms', null]], undefined],
  [
    'a payment',
    [
      ['payment', '5'],
      ['charge', '-9'],
    ],
    1,
  ],
  [
    'a payment taken back',
    [
      ['payment', '5'],
      ['reversal', '-5'],
    ],
    2,
  ],
  [
    'stated, and stated again the same',
    [
      ['balance', '-5'],
      ['balance', '-5'],
    ],
    1,
  ],
  [
    'stated with more owed',
    [
      ['balance', '-5'],
      ['level', null],
      ['balance', '-7.5'],
    ],
    1,
  ],
  [
    'stated with less owed',
    [
      ['balance', '-5'],
      ['balance', '-4.99'],
      ['balance', '-6'],
    ],
    2,
  ],
  [
    'stated with nothing owed',
    [
      ['balance', '-5'],
      ['balance', '0'],
      ['balance', '-1'],
    ],
    2,
  ],
] as const)('PR-51 PR-63 %s', (_, entries, sequence) => {
  expect(creditedBy(entriesOf(entries))?.sequence).toBe(sequence)
})
