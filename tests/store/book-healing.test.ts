/** Boundaries whose latest release is damaged, of whatever age: released anew where that is proven, else taken back (PR-06). */

import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test } from 'vitest'
import { Fault } from '../../src/core/faults.ts'
import { DAY } from '../../src/core/time.ts'
import { settle } from '../../src/reading/billing/gate.ts'
import { type ReleasePolicy, USUAL_POLICY } from '../../src/reading/billing/release.ts'
import type { Calls } from '../../src/store/protocol.ts'
import { type Given, writeBook } from '../support/written-book.ts'
import { billed, bookIn, FIRST, frozen, LATER, pair, REGISTERS, settleAll } from './book-files.ts'
import { newDirectory, readerIn } from './data-directory.ts'

const DAYS = [0, 1, 2, 3, 4, 5]
const EVER = { from: 0, to: LATER, through: 1_000 }
const midnight = (day: number) => FIRST + day * DAY

/** Six midnights of m1, numbers 1 to 6: all are far older than meters remember. */
function filled(directory = newDirectory()): string {
  const calls = bookIn(directory)
  for (const day of DAYS) calls.keep(frozen('m1', day))
  settleAll(
    calls,
    DAYS.map(day => pair('m1', day)),
  )
  calls.close()
  return directory
}

function change(directory: string, sql: string): void {
  const file = new DatabaseSync(join(directory, 'meterd.db'), { timeout: 5_000 })
  file.exec(sql)
  file.close()
}

function spoil(directory: string, sequence: number): void {
  change(directory, `UPDATE release SET checksum = checksum + 1 WHERE sequence = ${sequence}`)
}

/** As releasing does it: what is named is settled, as long as something is. Answers what became of each. */
function heal(calls: Calls, how: { readonly heldBack?: string; readonly notBilled?: string } = {}): string[] {
  const named = calls.boundariesWithheld()
  const pairs = named.map(({ meter, boundary }) => ({
    meter: billed(meter),
    boundary,
    anew: true,
    ...how,
  }))
  return settleAll(calls, pairs).map((does, place) => {
    const day = ((named[place]?.boundary ?? 0) - FIRST) / DAY
    return `${named[place]?.meter} ${day} ${does}`
  })
}

function exported(directory: string): string[] | string {
  try {
    return readerIn(directory)
      .bookAsOf.latestOf('m1', EVER)
      .map(({ boundary, version, standing }) => `${(boundary - FIRST) / DAY} v${version} ${standing}`)
  } catch (error) {
    if (error instanceof Fault && error.code === 'STORE_DAMAGED') return error.text
    throw error
  }
}

describe('PR-06 a damaged release of a boundary nobody looks at any more', () => {
  test('is named from the moment it is met, and released anew from its readings', () => {
    const directory = filled()
    spoil(directory, 3)
    const calls = bookIn(directory)
    expect(calls.boundariesWithheld()).toEqual([])
    expect(exported(directory)).toContain(
      'number 3 of the book (meter m1, boundary 2026-11-02T16:00:00+00:00)',
    )
    expect(exported(directory)).toContain('within minutes')
    calls.report({ table: 'release', key: 3 })
    expect(calls.boundariesWithheld()).toEqual([{ meter: 'm1', boundary: midnight(2) }])
    expect(heal(calls)).toEqual(['m1 2 release'])
    expect(heal(calls)).toEqual([])
    const entry = readerIn(directory).book.latestOf('m1', midnight(2))
    expect(entry).toMatchObject({ sequence: 7, version: 2, standing: 'actual' })
    expect(entry?.remarks.map(({ code, text }) => [code, text])).toEqual([
      ['DAMAGED', 'number 3 of the book is damaged and withheld; this is released in its place'],
    ])
    expect(exported(directory)).toHaveLength(6)
    // As of a number at which it was damaged there is nothing in its place: the remedy is another number.
    expect(() => readerIn(directory).bookAsOf.latestOf('m1', { ...EVER, through: 6 })).toThrow('through=7')
    calls.close()
  })

  test('is found by the scrub, and named by the next life too', () => {
    const directory = filled()
    spoil(directory, 3)
    const first = bookIn(directory)
    for (let step = 0; step < 40; step += 1) first.tend({ now: null, sinks: [] })
    first.close()
    const next = bookIn(directory)
    expect(heal(next)).toEqual(['m1 2 release'])
    next.close()
    const last = bookIn(directory)
    expect(last.boundariesWithheld()).toEqual([])
    last.close()
  })

  test('a release that is sound, or superseded, is not named though somebody said so', () => {
    const directory = filled()
    const calls = bookIn(directory)
    calls.report({ table: 'release', key: 2 })
    calls.report({ table: 'release', key: 1_000 })
    expect(calls.boundariesWithheld()).toEqual([])
    writeBook(directory, [{ recordedAt: LATER, releases: [made(2, 'actual')] }])
    spoil(directory, 3)
    calls.report({ table: 'release', key: 3 })
    expect(calls.boundariesWithheld()).toEqual([])
    expect(exported(directory)).toHaveLength(6)
    calls.close()
  })

  test('where nothing proves its value any more it is taken back, and told; what it superseded does not come back', () => {
    const directory = filled()
    writeBook(directory, [{ recordedAt: LATER, releases: [made(0, 'actual')] }])
    spoil(directory, 7)
    // By the gate itself these readings lack a second witness.
    const calls = bookIn(directory, settle)
    calls.report({ table: 'release', key: 7 })
    expect(heal(calls)).toEqual(['m1 0 release'])
    const taken = readerIn(directory).book.latestOf('m1', midnight(0))
    expect(taken).toMatchObject({
      sequence: 8,
      version: 3,
      standing: 'withdrawn',
      registers: [],
      withheld: REGISTERS,
    })
    expect(taken?.remarks.map(({ code }) => code)).toEqual(['DAMAGED', 'NOT_WITNESSED', 'NOT_WITNESSED'])
    expect(exported(directory)).toEqual(['0 v3 withdrawn', ...DAYS.slice(1).map(day => `${day} v1 actual`)])
    expect([heal(calls), settleAll(calls, [pair('m1', 0, true)])]).toEqual([[], ['hold']])
    // Who comes with better data later is not kept out by it.
    calls.close()
    const better = bookIn(directory)
    expect(settleAll(better, [pair('m1', 0, true)])).toEqual(['release'])
    better.close()
  })

  test('of which the readings are gone is estimated between its neighbours, or taken back where it has none', () => {
    const directory = newDirectory()
    bookIn(directory).close()
    writeBook(directory, [{ recordedAt: LATER, releases: DAYS.map(day => made(day, 'actual')) }])
    for (const sequence of [1, 3]) spoil(directory, sequence)
    const calls = bookIn(directory, settle)
    for (const key of [1, 3]) calls.report({ table: 'release', key })
    expect(heal(calls)).toEqual(['m1 0 release', 'm1 2 release'])
    expect(exported(directory)).toEqual([
      ...['0 v2 withdrawn', '1 v1 actual', '2 v2 estimated'],
      ...DAYS.slice(3).map(day => `${day} v1 actual`),
    ])
    const { book } = readerIn(directory)
    expect(book.latestOf('m1', midnight(2))?.remarks.map(({ code }) => code)).toEqual([
      'DAMAGED',
      'NOT_READ',
      'NOT_READ',
    ])
    calls.close()
  })

  test('of a meter nobody bills any more is taken back whatever its readings say', () => {
    const directory = filled()
    spoil(directory, 3)
    const calls = bookIn(directory)
    calls.report({ table: 'release', key: 3 })
    expect(heal(calls, { notBilled: 'the meter is configured no more' })).toEqual(['m1 2 release'])
    const taken = readerIn(directory).book.latestOf('m1', midnight(2))
    expect(taken).toMatchObject({ standing: 'withdrawn', version: 2, withheld: REGISTERS })
    expect(taken?.remarks.map(({ code }) => code)).toEqual(['DAMAGED', 'NOT_BILLED'])
    expect(exported(directory)).toHaveLength(6)
    calls.close()
  })

  test('waits while nothing of its meter is released, and until its time has come', () => {
    const directory = filled()
    spoil(directory, 3)
    const calls = bookIn(directory, settle)
    calls.report({ table: 'release', key: 3 })
    expect(heal(calls, { heldBack: 'V-A2: many meters say the same' })).toEqual(['m1 2 hold'])
    const policy: ReleasePolicy = { ...USUAL_POLICY, settleMs: LATER }
    const pairs = [pair('m1', 2, true)]
    expect(calls.settle({ now: LATER, policy, pairs }).outcomes).toEqual(['nothing'])
    expect(calls.boundariesWithheld()).toHaveLength(1)
    calls.close()
  })

  test('that no longer says its own boundary is told by the index, and exports go on when it is settled', () => {
    const directory = filled()
    unindexed(directory, `UPDATE release SET boundary = boundary + ${DAY / 2} WHERE sequence = 3`)
    const calls = bookIn(directory)
    expect(exported(directory)).toContain('number 3 of the book')
    calls.report({ table: 'release', key: 3 })
    expect(heal(calls)).toEqual(['m1 2 release'])
    expect(exported(directory)).toEqual(DAYS.map(day => `${day} v${day === 2 ? 2 : 1} actual`))
    calls.close()
  })
})

/** Of the first meter, with the values its freezes have. */
function made(day: number, standing: Given['standing']): Given {
  const digits = BigInt(1_000 * day + 7)
  const values = [
    { digits, scaler: -2 },
    { digits: digits / 3n, scaler: -3 },
  ]
  return {
    meter: 'm1',
    boundary: midnight(day),
    standing,
    registers: REGISTERS.map((obis, place) => ({
      obis,
      value: values[place] ?? { digits: 0n, scaler: 0 },
      unit: 'kWh',
      reading: null,
      codes: ['2.0.1'],
      witnesses: [],
      estimate: null,
    })),
    withheld: [],
    multiplier: '1',
    segment: 1,
    remarks: [],
    by: 'rule',
  }
}

/** A change of the table that its index does not follow, as damage is. */
function unindexed(directory: string, sql: string): void {
  const schema = (edit: (file: DatabaseSync) => unknown) => {
    const file = new DatabaseSync(join(directory, 'meterd.db'), { defensive: false })
    file.enableDefensive?.(false)
    file.exec('PRAGMA writable_schema = ON')
    const told = edit(file)
    file.close()
    return told
  }
  const where = "WHERE name = 'release_identity'"
  const row = schema(file => {
    const found = file.prepare(`SELECT rootpage, sql FROM sqlite_schema ${where}`).get()
    file.exec(`DELETE FROM sqlite_schema ${where}`)
    return found
  }) as { rootpage: number; sql: string }
  change(directory, sql)
  const insert = "INSERT INTO sqlite_schema VALUES ('index', 'release_identity', 'release', ?, ?)"
  schema(file => file.prepare(insert).run(row.rootpage, row.sql))
}
