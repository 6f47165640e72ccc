/**
 * Seen: after a box had booted in 1970, a meter's history took half a minute of the store's thread for each page: every
 * hour between 1970 and today was looked through, register by register.
 */

import { expect, test } from 'vitest'
import { KEPT_FOR } from '../../../src/reading/worth.ts'
import { openStoreFile } from '../../../src/store/file.ts'
import type { Hours } from '../../../src/store/queries.ts'
import { close, newDirectory, openIn } from '../../store/data-directory.ts'
import { NOON, roundOf } from '../../store/rounds.ts'

test('PR-24 hours in which nothing was read cost nothing, however many', async () => {
  const directory = newDirectory()
  const store = await openIn(directory)
  for (const slot of [3_600_000, NOON, Date.UTC(2100, 0, 1)]) await store.accept(roundOf('m1', { slot }))
  await close(store)
  const file = openStoreFile(directory, { maxBytes: 1e9, keep: KEPT_FOR, offsetMinutes: 0 }, () => undefined)
  const asked = { meter: 'm1', from: 0, to: 9e15, limit: 1_000 }
  let parts = 0
  let found = 0
  for (let hours: Hours | null = file.hoursOf(asked); hours !== null; parts++) {
    const part = file.readingsIn(asked, hours)
    found += part.items.length
    hours = part.next
  }
  file.close()
  expect(found).toBe(3)
  expect(parts).toBe(3)
})
