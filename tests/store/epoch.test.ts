/** What a new epoch means for what may have been lost with the old one. */

import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { isChange } from '../../src/store/store.ts'
import { close, newDirectory, openIn } from './data-directory.ts'
import { QUARTER, roundOf } from './rounds.ts'

/** The end of the last life is lost: what was kept of one slot, and which epoch it was. */
function loseTail(directory: string, from: number): void {
  const file = new DatabaseSync(join(directory, 'meterd.db'))
  file.exec(`DELETE FROM reading WHERE slot >= ${from}; DELETE FROM change; UPDATE life SET epoch = 5`)
  file.close()
}

test('PR-11 another value of a slot that was kept, sent and lost comes under another id; a freeze under its own', async () => {
  const directory = newDirectory()
  const slot = Math.floor(Date.now() / QUARTER) * QUARTER
  const freeze = { kind: 'freeze' as const, slot: slot - QUARTER, digits: 9n }
  const first = await openIn(directory)
  await first.accept(roundOf('m1', { slot, digits: 1n }, freeze))
  const sent = (await first.changesAfter(0, 10)).filter(isChange)
  await close(first)
  loseTail(directory, slot - QUARTER)
  const again = await openIn(directory)
  expect(again.epoch).toBeGreaterThan(1)
  await again.accept(roundOf('m1', { slot, digits: 2n }, freeze, { slot: slot + 90 * QUARTER, digits: 3n }))
  const told = (await again.changesAfter(0, 10)).filter(isChange)
  expect(told.map(({ version }) => version)).toEqual([2, 1, 1])
  expect(told[0]?.id).not.toBe(sent[0]?.id)
  expect(told[1]?.id).toBe(sent[1]?.id)
  expect(await again.accept(roundOf('m1', { slot, digits: 2n }))).toMatchObject({ duplicates: 1 })
})
