/** Whose readings or clock may have changed: nobody is left out, and nobody is named for what changes no reading. */

import { expect, test } from 'vitest'
import { DAY, HOUR } from '../../src/core/time.ts'
import { newDirectory, openIn, readerIn } from './data-directory.ts'
import { NOON, QUARTER, roundOf } from './rounds.ts'

const KEEP = { frames: DAY, instantaneous: 2 * DAY, curve: 2 * DAY, billing: 100 * DAY }
const LIMITS = { maxBytes: 1e9, keep: KEEP, offsetMinutes: 0 }

async function opened() {
  const directory = newDirectory()
  const store = await openIn(directory, { limits: LIMITS, batchRows: 1 })
  const { touched } = readerIn(directory)
  expect(touched()).toBeNull()
  expect(touched()).toEqual([])
  return { store, touched: () => touched()?.toSorted() ?? null }
}

test('a meter is touched by what is kept of it, its clock alone too, and by a doubt raised later', async () => {
  const { store, touched } = await opened()
  await store.accept(roundOf('m1', { slot: NOON }))
  expect(new Set(touched())).toEqual(new Set(['m1']))
  await store.accept({ ...roundOf('m2'), clock: { measuredAt: NOON, deviationMs: 4 } })
  expect(touched()).toEqual(['m2'])
  const kept = await store.lastKept()
  await store.accept(roundOf('m3', { slot: NOON, quality: 'quarantined' }))
  await store.accept(roundOf('m4', { slot: NOON + QUARTER }))
  expect(new Set(touched())).toEqual(new Set(['m3', 'm4']))
  expect(await store.doubtPolls(kept?.reading ?? 0, NOON, 'our clock was set back')).toBe(1)
  expect(touched()).toEqual(['m4'])
  expect(touched()).toEqual([])
})

test('what sinks have come to and signs of life touch nobody', async () => {
  const { store, touched } = await opened()
  await store.accept(roundOf('m1', {}))
  touched()
  await store.advance('mqtt', 1)
  await store.touch()
  expect(touched()).toEqual([])
})

test('after removals, of readings or of measurements of clocks, it may be anybody', async () => {
  const { store, touched } = await opened()
  const old = Array.from({ length: 1_200 }, (_, count) => roundOf('m1', { slot: NOON + count * QUARTER }))
  await Promise.all(old.map(round => store.accept(round)))
  touched()
  const now = NOON + 1_200 * QUARTER + 2 * DAY
  /** A step does as much as its time allows. */
  const tendUntil = async (isSo: () => boolean) => {
    for (let steps = 0; !isSo(); steps += 1) {
      expect(steps).toBeLessThan(200)
      await store.tend({ now, sinks: [] })
    }
  }
  await tendUntil(() => touched() === null)
  await tendUntil(() => touched()?.length === 0)
  for (const hour of [1, 2, 3])
    await store.accept({ ...roundOf('m1'), clock: { measuredAt: NOON + hour * HOUR, deviationMs: 1 } })
  touched()
  await tendUntil(() => touched() === null)
  await tendUntil(() => touched()?.length === 0)
})

test('where very many were touched, it may be anybody', async () => {
  const { store, touched } = await opened()
  const many = Array.from({ length: 5_001 }, () => ({ ...roundOf('m1') }))
  await Promise.all(many.map(round => store.accept(round)))
  expect(touched()).toBeNull()
  await store.accept(roundOf('m2'))
  expect(touched()).toEqual(['m2'])
})
