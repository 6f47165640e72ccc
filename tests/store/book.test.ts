import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test } from 'vitest'
import { DAY } from '../../src/core/time.ts'
import { USUAL_POLICY as POLICY } from '../../src/reading/billing/release.ts'
import { MOST_JUDGED } from '../../src/store/book/settling.ts'
import type { Reader } from '../../src/store/reader.ts'
import { billed, bookIn, FIRST, frozen, LATER, pair, settleAll } from './book-files.ts'
import { newDirectory, readerIn } from './data-directory.ts'
import { roundOf } from './rounds.ts'

const METERS = ['m1', 'm2', 'm3']
const DAYS = [0, 1, 2, 3, 4]

function filled(directory: string) {
  const calls = bookIn(directory)
  for (const meter of METERS) for (const day of DAYS) calls.keep(frozen(meter, day))
  return calls
}

const PAIRS = DAYS.flatMap(day => METERS.map(meter => pair(meter, day)))

function textsOf(reader: Reader): string[] {
  return reader.book.releasesAfter(0, 5_000).entries.map(({ text }) => text)
}

test('what is released is found again, whole, by meter, in order and beside it', () => {
  const directory = newDirectory()
  const calls = filled(directory)
  expect(settleAll(calls, PAIRS)).toEqual(PAIRS.map(() => 'release'))
  const { book } = readerIn(directory)
  const { entries, reached } = book.releasesAfter(0, 5_000)
  expect(entries.map(({ sequence }) => sequence)).toEqual(PAIRS.map((_, index) => index + 1))
  expect(reached).toBe(PAIRS.length)
  expect(entries[4]).toMatchObject({
    meter: 'm2',
    boundary: FIRST + DAY,
    version: 1,
    standing: 'actual',
    recordedAt: LATER,
    by: 'rule',
    registers: [
      { obis: '1-0:1.8.0', value: { digits: 1007n, scaler: -2 }, unit: 'kWh', estimate: null },
      { obis: '1-0:2.8.0', value: { digits: 335n, scaler: -3 } },
    ],
  })
  expect(JSON.parse(entries[4]?.text ?? '')).toMatchObject({
    boundary: '2026-11-02T00:00:00+08:00',
    registers: [{ value: '10.07' }, { value: '0.335' }],
  })
  const days = book.releasesOf('m2', FIRST + DAY, FIRST + 3 * DAY).map(({ boundary }) => boundary)
  expect(days).toEqual([FIRST + DAY, FIRST + 2 * DAY])
  expect(book.latestOf('m3', FIRST + 2 * DAY)?.meter).toBe('m3')
  expect(book.before('m1', FIRST + 2 * DAY)?.boundary).toBe(FIRST + DAY)
  expect(book.firmAfter('m1', FIRST + 2 * DAY)?.boundary).toBe(FIRST + 3 * DAY)
  expect(book.before('m1', FIRST)).toBeNull()
  expect(book.historyOf('m1', FIRST + 4 * DAY, 3).map(({ boundary }) => (boundary - FIRST) / DAY)).toEqual([
    1, 2, 3,
  ])
  calls.close()
})

describe('settling', () => {
  test('again releases nothing twice, looked at anew or not', () => {
    const directory = newDirectory()
    const calls = filled(directory)
    settleAll(calls, PAIRS)
    expect(settleAll(calls, PAIRS)).toEqual(PAIRS.map(() => 'final'))
    const anew = PAIRS.map(one => ({ ...one, anew: true }))
    expect(settleAll(calls, anew)).toEqual(PAIRS.map(() => 'nothing'))
    expect(settleAll(calls, [pair('m1', 9), pair('nobody', 1)])).toEqual(['hold', 'hold'])
    expect(textsOf(readerIn(directory))).toHaveLength(PAIRS.length)
    calls.close()
  })

  test('the same boundary asked for twice at once is released once', () => {
    const directory = newDirectory()
    const calls = filled(directory)
    expect(settleAll(calls, [pair('m1', 1), pair('m1', 1), pair('m1', 1, true)])).toEqual([
      'release',
      'final',
      'nothing',
    ])
    calls.close()
  })

  test('what comes later gives the next version, and leaves the first as it was', () => {
    const directory = newDirectory()
    const calls = bookIn(directory)
    const needed = ['1-0:1.8.0', '1-0:1.8.1']
    const split = {
      ...pair('m1', 0),
      meter: { ...billed('m1'), usual: { origin: 'freeze', needed } as const },
    }
    const said = needed.map(obis => ({ kind: 'freeze', slot: FIRST, readAt: FIRST, obis }) as const)
    calls.keep(roundOf('m1', ...said))
    expect(settleAll(calls, [split])).toEqual(['release'])
    const { book } = readerIn(directory)
    const before = book.latestOf('m1', FIRST)
    expect(before).toMatchObject({ version: 1, standing: 'totals-only', withheld: ['1-0:1.8.1'] })
    expect(settleAll(calls, [split])).toEqual(['nothing'])
    // The clock is measured, and the split may be billed.
    calls.keep({ ...roundOf('m1', ...said), clock: { measuredAt: FIRST, deviationMs: 0 } })
    expect(settleAll(calls, [split, split])).toEqual(['release', 'final'])
    expect(book.releasesOf('m1', FIRST, FIRST + 1)).toEqual([before, book.latestOf('m1', FIRST)])
    expect(book.latestOf('m1', FIRST)).toMatchObject({ version: 2, standing: 'actual', withheld: [] })
    calls.close()
  })
})

describe('control totals', () => {
  test('PR-17 are the sums of what the batch released, and its hash goes on from the one before', () => {
    const directory = newDirectory()
    const calls = filled(directory)
    for (const day of DAYS)
      settleAll(
        calls,
        METERS.map(meter => pair(meter, day)),
      )
    const { book } = readerIn(directory)
    let hash = '0'.repeat(64)
    const lines = textsOf(readerIn(directory))
    let last = 0
    // A slice ends with its time, so how many batches there are is the machine's.
    for (let id = 1; last < PAIRS.length; id += 1) {
      const batch = JSON.parse(book.batch(id)?.text ?? '')
      const own = lines.filter(line => JSON.parse(line).batch === id)
      expect(batch.previous).toBe(hash)
      hash = createHash('sha256')
        .update([batch.previous, ...own, ''].join('\n'))
        .digest('hex')
      const count = own.length
      expect(batch).toMatchObject({ id, releases: count, standings: { actual: count }, hash })
      expect([batch.first, batch.last]).toEqual([last + 1, last + count])
      expect(batch.totals).toEqual(sums(own))
      last += count
    }
    expect(book.batch(PAIRS.length + 1)).toBeNull()
    calls.close()
  })

  /** By its own way: thousandths as whole numbers. */
  function sums(lines: readonly string[]) {
    const registers = lines.flatMap(line => JSON.parse(line).registers)
    return ['1-0:1.8.0', '1-0:2.8.0'].map(obis => {
      const values: string[] = registers
        .filter((one: { obis: string }) => one.obis === obis)
        .map((one: { value: string }) => one.value)
      const decimals = values[0]?.split('.')[1]?.length ?? 0
      const sum = values.reduce((total, value) => total + BigInt(value.replace('.', '')), 0n)
      const text = `${sum}`.padStart(decimals + 1, '0')
      return {
        obis,
        unit: 'kWh',
        count: values.length,
        sum: `${text.slice(0, -decimals)}.${text.slice(-decimals)}`,
      }
    })
  }
})

test('PR-17 pages of the book are the same bytes whenever they are asked for', () => {
  const directory = newDirectory()
  const calls = filled(directory)
  const pages: string[][] = []
  for (const day of DAYS) {
    settleAll(
      calls,
      METERS.map(meter => pair(meter, day)),
    )
    const { book } = readerIn(directory)
    const now: string[] = []
    for (let after = 0; ; ) {
      const { entries, reached } = book.releasesAfter(after, 2)
      if (entries.length < 2) break
      now.push(entries.map(({ text }) => text).join(','))
      after = reached
    }
    pages.push(now)
  }
  for (const page of pages) expect(pages.at(-1)?.slice(0, page.length)).toEqual(page)
  expect(pages.at(-1)?.length).toBe(7)
  calls.close()
})

test('10,000 meters are settled in slices, and readings are kept between two', () => {
  const directory = newDirectory()
  const calls = bookIn(directory)
  const meters = Array.from({ length: 10_000 }, (_, index) => `m${index}`)
  for (let from = 0; from < meters.length; from += 500)
    calls.keep(...meters.slice(from, from + 500).map(meter => frozen(meter, 1)))
  let rest = meters.map(meter => pair(meter, 1))
  let slices = 0
  while (rest.length > 0) {
    const { outcomes, batch } = calls.settle({ now: LATER, policy: POLICY, pairs: rest.slice(0, 500) })
    expect(outcomes.length).toBeGreaterThan(0)
    expect(outcomes.length).toBeLessThanOrEqual(MOST_JUDGED)
    expect(batch && batch.last - batch.first + 1).toBe(outcomes.length)
    rest = rest.slice(outcomes.length)
    calls.keep(frozen('another', 2 + slices))
    slices += 1
  }
  expect(slices).toBeGreaterThanOrEqual(meters.length / MOST_JUDGED)
  const file = new DatabaseSync(join(directory, 'meterd.db'), { readOnly: true })
  expect(
    file.prepare('SELECT count(*) AS n, count(DISTINCT meter) AS m, max(sequence) AS l FROM release').get(),
  ).toEqual({ n: 10_000, m: 10_000, l: 10_000 })
  file.close()
  expect(calls.lastSequence()).toBe(2 * (10_000 + slices))
  calls.close()
}, 120_000)
