/** Moving a sink back, and what it refused for good. */

import { expect, test } from 'vitest'
import type { Store } from '../../src/store/store.ts'
import { close, newDirectory, openIn } from './data-directory.ts'
import { NOON, QUARTER, roundOf } from './rounds.ts'

async function storeOf(count: number, directory = newDirectory()): Promise<Store> {
  const store = await openIn(directory)
  for (let slot = 0; slot < count; slot++) await store.accept(roundOf('m1', { slot: NOON + slot * QUARTER }))
  return store
}

const numbersOf = async (store: Store, after = 0, limit = 100) =>
  (await store.parkedAfter('mqtt', after, limit)).map(({ item }) => item.sequence)

test('PR-12 a sink moved back stands there after a restart too, is never moved on, and others stay where they are', async () => {
  const directory = newDirectory()
  const store = await storeOf(5, directory)
  await store.advance('mqtt', 4)
  await store.advance('influx', 5)
  expect(await store.rewind('mqtt', 5)).toBe(4)
  expect(await store.rewind('mqtt', 1)).toBe(1)
  expect(await store.rewind('nobody', 3)).toBe(0)
  await expect(store.rewind('influx', 6)).rejects.toMatchObject({ code: 'STORE_FAILED' })
  await close(store)
  const again = await openIn(directory)
  const places = [await again.cursor('mqtt'), await again.cursor('influx')]
  expect(places.map(({ sequence }) => sequence)).toEqual([1, 5])
})

test('PR-14 an item refused again is one item with the newer words; accepted it is gone', async () => {
  const store = await storeOf(4)
  await store.park('mqtt', 2, 'too large')
  await store.park('mqtt', 4, 'bad topic')
  await store.park('influx', 3, 'partial write')
  await store.park('mqtt', 2, 'still too large')
  const [first, second] = await store.changesAfter(1, 3)
  expect(await store.parkedAfter('mqtt', 0, 1)).toEqual([{ item: first, reason: 'still too large' }])
  expect(first?.sequence).toBe(2)
  expect(second?.sequence).toBe(3)
  expect(await numbersOf(store, 2)).toEqual([4])
  await store.unpark('mqtt', [2, 3])
  expect(await numbersOf(store)).toEqual([4])
  expect(await store.parkedAfter('influx', 0, 10)).toHaveLength(1)
})

test('PR-14 what a sink is moved back before is owed again and parked no more', async () => {
  const store = await storeOf(5)
  await store.advance('mqtt', 5)
  for (const sequence of [1, 3, 5]) await store.park('mqtt', sequence, 'no')
  await store.rewind('mqtt', 2)
  expect(await numbersOf(store)).toEqual([1])
})
