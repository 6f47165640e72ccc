/**
 * Found while looking for the case beside this one: a round that waited for its batch when the clock was set was kept
 * after the others had been put in doubt, and stayed good.
 */

import { expect, test } from 'vitest'
import { isChange } from '../../../src/store/store.ts'
import { newDirectory, openIn } from '../../store/data-directory.ts'
import { NOON, roundOf } from '../../store/rounds.ts'

test('PR-31 what waits for its batch when the clock is set is put in doubt like what is kept', async () => {
  const store = await openIn(newDirectory(), { batchRows: 1_000, batchMs: 3_600_000 })
  const waiting = store.accept(roundOf('m1', {}))
  expect(await store.doubtPolls(0, NOON - 1, 'our clock was set back')).toBe(1)
  expect(await waiting).toMatchObject({ stored: 1 })
  const told = (await store.changesAfter(0, 10)).filter(isChange)
  expect(told.map(({ quality }) => quality)).toEqual(['good', 'suspect'])
})
