/**
 * Seen: eight or more readings InfluxDB refuses, one after the other at the head of what is owed (all registers of one
 * meter, say), were taken for a server that refuses everything: nothing was set aside, and nothing ever written again.
 */

import { expect, test } from 'vitest'
import { deliverHalving } from '../../../src/publish/halving.ts'

test('PR-14 ten refused readings first: they are set aside, the others written', async () => {
  const owed = Array.from({ length: 30 }, (_, index) => ({ sequence: index + 1, line: '' }))
  const { accepted, rejected, fault } = await deliverHalving(owed, {
    unwritable: [],
    atOnce: () => 1000,
    write: async part =>
      part.some(({ sequence }) => sequence <= 10)
        ? { kind: 'refused', reason: '400 field type conflict', guilt: 'likely' }
        : { kind: 'written' },
  })
  expect(rejected.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  expect(accepted).toHaveLength(20)
  expect(fault).toBeUndefined()
})
