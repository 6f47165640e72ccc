/** The archive under random imports, corrections and repetitions: nobody has a meter twice, and the past stays what it was. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Archive, type ArchiveView, createArchive } from '../../../src/reading/archive/archive.ts'
import { type ArchiveChange, changeOf } from '../../../src/reading/archive/change.ts'
import { knownOf } from '../../../src/reading/archive/known.ts'
import { holdsAt, meet, type Pairing, type PairingVersion } from '../../../src/reading/archive/pairing.ts'
import type { Stated } from '../../../src/reading/archive/stated.ts'

const [METERS, POINTS, ACCOUNTS] = [
  ['m1', 'm2', 'm3'],
  ['p1', 'p2', 'p3'],
  ['0001', '0002', '0003'],
]
const INSTANTS = Array.from({ length: 14 }, (_, instant) => instant)

function stated(line: number, row: Partial<Stated> = {}): Stated {
  const usual = { account: '0001', point: 'p1', meter: 'm1', from: 1, to: null, isWithdrawn: false }
  return { ...usual, ...row, place: { line, columns: { from: 7 } } }
}

function held(archive: Archive, rows: readonly Stated[], whole?: string): ArchiveChange {
  return changeOf({ archive, stated: rows, text: String, ...(whole !== undefined && { whole }) })
}

const recordedIn = ({ added, ended, changed, withdrawn }: ArchiveChange) => [
  ...added,
  ...ended,
  ...changed,
  ...withdrawn,
]

/** As the store keeps it. */
function keep(archive: Archive, change: ArchiveChange, recordedAt: number): void {
  const revision = archive.revision + 1
  for (const { now } of recordedIn(change)) {
    const sequence = archive.sequence + 1
    archive.add({ ...now, sequence, pairing: now.pairing ?? sequence, revision, recordedAt, by: 'test' })
  }
}

function say(archive: Archive, rows: readonly Stated[], recordedAt: number, whole?: string): ArchiveChange {
  const change = held(archive, rows, whole)
  if (change.refused.length === 0) keep(archive, change, recordedAt)
  return change
}

/** Whose each meter is at each instant, as text. */
function picture(view: ArchiveView): string {
  return METERS.map(meter =>
    INSTANTS.map(instant => {
      const place = view.placeOf(meter, instant)
      return place ? `${place.account}/${place.point}/${place.pairedAt}` : '-'
    }).join(' '),
  ).join('\n')
}

/** By brute force: an instant at which a meter belongs to two, or a point has two meters. */
function isDoubled(pairings: readonly Pairing[]): boolean {
  return INSTANTS.some(instant => {
    const now = pairings.filter(pairing => holdsAt(pairing, instant))
    return (['meter', 'point'] as const).some(
      side => new Set(now.map(pairing => pairing[side])).size < now.length,
    )
  })
}

const standing = (archive: Archive) => ACCOUNTS.flatMap(account => archive.ofAccount(account))

/** What stands after what a diff says has become of what stood before, told by the diff alone. */
function after(before: readonly PairingVersion[], change: ArchiveChange): Pairing[] {
  const gone = new Set(recordedIn(change).map(one => one.before?.sequence))
  const come = recordedIn(change).flatMap(({ now }) => (now.isWithdrawn ? [] : [now]))
  return [...before.filter(({ sequence }) => !gone.has(sequence)), ...come]
}

const plain = (pairings: readonly Pairing[]) =>
  pairings.map(({ account, point, meter, from, to }) => `${account} ${point} ${meter} ${from} ${to}`).sort()

const row = fc.record({
  account: fc.constantFrom(...ACCOUNTS),
  point: fc.constantFrom(...POINTS),
  meter: fc.constantFrom(...METERS),
  from: fc.integer({ min: 0, max: 9 }),
  length: fc.option(fc.integer({ min: 1, max: 4 })),
  isWithdrawn: fc.boolean(),
})
const file = fc.record({
  rows: fc.array(row, { maxLength: 5 }),
  /** Rows that say again, ended or not, or withdrawn, what stands. */
  again: fc.array(
    fc.record({ at: fc.nat(), ends: fc.option(fc.integer({ min: 1, max: 3 })), isWithdrawn: fc.boolean() }),
    {
      maxLength: 4,
    },
  ),
  whole: fc.option(fc.constantFrom(...ACCOUNTS)),
})

describe('A-12 A-14 A-18 random imports, corrections and repetitions', () => {
  test('a meter has one account at an instant, the past never changes, a file said twice changes nothing', () => {
    let [kept, refusedOnes] = [0, 0]
    fc.assert(
      fc.property(fc.array(file, { minLength: 1, maxLength: 8 }), files => {
        const archive = createArchive()
        const told: { readonly at: number; readonly picture: string }[] = []
        for (const [index, { rows, again, whole }] of files.entries()) {
          const known = standing(archive)
          const written = [
            ...rows.map(({ from, length, ...rest }) => ({ ...rest, from, to: length && from + length })),
            ...again.flatMap(({ at, ends, isWithdrawn }) => {
              const one = known[at % known.length]
              return one ? [{ ...one, to: ends === null ? one.to : one.from + ends, isWithdrawn }] : []
            }),
          ].map((one, line) => stated(line + 1, whole === null ? one : { ...one, account: whole }))
          const change = held(archive, written, whole ?? undefined)
          const next = after(known, change)
          expect(isDoubled(next)).toBe(change.refused.some(({ field }) => field === 'from'))
          if (change.refused.length > 0) {
            refusedOnes += 1
            continue
          }
          kept += 1
          const recordedAt = 10 * (index + 1)
          keep(archive, change, recordedAt)
          expect(plain(standing(archive))).toEqual(plain(next))
          const repeated = held(archive, written, whole ?? undefined)
          expect(recordedIn(repeated)).toEqual([])
          expect(repeated.unchanged).toBe(written.length)
          expect(repeated.refused).toEqual([])
          told.push({ at: recordedAt, picture: picture(archive) })
          for (const earlier of told) expect(picture(archive.asOf(earlier.at + 3))).toBe(earlier.picture)
        }
      }),
      { numRuns: 400 },
    )
    // Neither side of the property is empty.
    expect(kept).toBeGreaterThan(200)
    expect(refusedOnes).toBeGreaterThan(200)
  })
})

describe('what is stated', () => {
  test('A-12 it is of the pairing that begins with it, else of the first not taken yet that it meets', () => {
    const span = fc.record({ from: fc.nat(30), length: fc.integer({ min: 1, max: 8 }) })
    const one = fc.record({ span, account: fc.constantFrom('0001', '0002'), isWithdrawn: fc.boolean() })
    // Nobody states one twice.
    const selector = ({ span: { from }, account }: { span: { from: number }; account: string }) =>
      `${account} ${from}`
    const list = fc.uniqueArray(one, { maxLength: 12, selector })
    let found = 0
    fc.assert(
      fc.property(list, list, (first, then) => {
        const rowOf = ({ span: { from, length }, ...rest }: (typeof first)[number], line: number) =>
          stated(line + 1, { ...rest, from, to: from + length })
        const archive = createArchive()
        for (const [line, row] of first.entries())
          say(archive, [rowOf({ ...row, isWithdrawn: false }, line)], line + 1)
        const rows = then.map(rowOf)
        const known = knownOf(archive, rows)
        const taken = new Map<Stated, PairingVersion | undefined>()
        const free = (row: Stated) =>
          archive
            .ofMeter(row.meter)
            .filter(version => version.account === row.account && ![...taken.values()].includes(version))
        for (const row of rows) {
          const same = free(row).find(({ from }) => from === row.from)
          if (same) taken.set(row, same)
        }
        for (const row of rows)
          if (!taken.has(row) && !row.isWithdrawn) {
            const met = free(row).find(version => meet(version, row))
            if (met) taken.set(row, met)
          }
        found += taken.size
        expect(known).toEqual(taken)
      }),
      { numRuns: 300 },
    )
    expect(found).toBeGreaterThan(100)
  })

  test('A-12 ten times the rows of one meter are looked at little more than ten times as often', () => {
    let looked = 0
    const counting = <One extends object>(one: One) =>
      new Proxy(one, {
        get: (of, name) => {
          looked += 1
          return Reflect.get(of, name)
        },
      })
    const looksOf = (count: number): number => {
      const archive = createArchive()
      const rows = Array.from({ length: count }, (_, nth) => nth)
      const at = (nth: number) => ({ from: 10 * nth, to: 10 * nth + 5 })
      const said = rows.map(nth => ({ ...stated(nth), ...at(nth), account: `${nth % 7}` }))
      for (const { now } of recordedIn(held(archive, said))) {
        const sequence = archive.sequence + 1
        archive.add(counting({ ...now, sequence, pairing: sequence, revision: 1, recordedAt: 1, by: 'test' }))
      }
      // Said again, each a little later, all of them meeting one, and withdrawn.
      const again = said.flatMap(one => [
        one,
        { ...one, from: one.from + 1, to: one.to - 1 },
        { ...one, from: one.from + 2, to: 10 * count },
        { ...one, from: one.from + 3, isWithdrawn: true },
      ])
      looked = 0
      held(archive, again.map(counting))
      return looked
    }
    expect(looksOf(2_000) / looksOf(200)).toBeLessThan(15)
  })

  test('A-12 an overlap is refused and names both, of known and of two lines', () => {
    const archive = createArchive()
    say(archive, [stated(1)], 1)
    const { refused } = held(archive, [stated(2, { account: '0002', from: 5 })])
    expect(refused).toMatchObject([{ line: 2, column: 7, field: 'from' }])
    expect(refused[0]?.text).toBe(
      'account 0002, point p1, meter m1 from 5: it is known that meter m1 belongs to account 0001 at point p1 from 1 on, without an end',
    )
    const both = held(createArchive(), [stated(2), stated(3, { meter: 'm2', from: 4, to: 6 })])
    expect(both.refused[0]?.text).toContain(
      'line 2 states that point p1 of account 0001 is billed by meter m1',
    )
    expect(both.refused).toHaveLength(1)
    expect(held(createArchive(), [stated(2), stated(3, { to: 4 })]).refused).toMatchObject([
      { line: 3, text: 'line 2 states the same account, point, meter and from' },
    ])
  })

  test('A-18 a change of occupant is one file: who leaves ends, who comes begins, and each instant has one of them', () => {
    const archive = createArchive()
    say(archive, [stated(1)], 1)
    const change = say(archive, [stated(1, { to: 5 }), stated(2, { account: '0002', from: 5 })], 2)
    expect([change.ended.length, change.added.length]).toEqual([1, 1])
    expect(picture(archive).split('\n')[0]).toBe(
      `- ${'0001/p1/1 '.repeat(4)}${'0002/p1/2 '.repeat(9)}`.trim(),
    )
    expect(archive.asOf(1).placeOf('m1', 9)).toEqual({ account: '0001', point: 'p1', pairedAt: 1 })
  })

  test('A-20 a vacant home is a gap: the meter is nobody’s until somebody moves in', () => {
    const archive = createArchive()
    say(archive, [stated(1, { to: 4 }), stated(2, { account: '0002', from: 8 })], 1)
    expect(archive.pairingAt('m1', 4)).toBeNull()
    expect(archive.pairingsIn('m1', 0, 14).map(({ from, to }) => [from, to])).toEqual([
      [1, 4],
      [8, null],
    ])
    expect(archive.pairingsIn('m1', 4, 8)).toEqual([])
  })

  test('A-12 a wrong beginning is corrected, a wrong account taken back and given to another in one file', () => {
    const archive = createArchive()
    say(archive, [stated(1, { from: 3 })], 1)
    expect(say(archive, [stated(1, { from: 2 })], 2).changed).toHaveLength(1)
    expect(archive.placeOf('m1', 2)).toMatchObject({ account: '0001', pairedAt: 2 })
    expect(archive.placeOf('m1', 3)).toMatchObject({ account: '0001', pairedAt: 1 })
    const moved = [stated(1, { from: 2, to: 9, isWithdrawn: true }), stated(2, { account: '0002', from: 2 })]
    expect(say(archive, moved, 3).withdrawn).toHaveLength(1)
    expect(archive.accounts()).toEqual(['0002'])
    expect(archive.versionsOf('0001').map(({ isWithdrawn, to }) => [isWithdrawn, to])).toEqual([
      [false, null],
      [false, null],
      [true, null],
    ])
    expect(held(archive, [stated(1, { account: '0003', isWithdrawn: true })]).refused).toMatchObject([
      { line: 1, field: 'withdrawn' },
    ])
  })

  test('a whole account leaves out what never was', () => {
    const archive = createArchive()
    say(archive, [stated(1), stated(2, { meter: 'm2', point: 'p2' })], 1)
    expect(say(archive, [stated(1)], 2, '0001')).toMatchObject({
      unchanged: 1,
      withdrawn: [{ stated: null }],
    })
    expect(archive.ofAccount('0001').map(({ meter }) => meter)).toEqual(['m1'])
  })
})

test('PR-06 where a version is damaged the one before it is not believed; what is said later is', () => {
  const archive = createArchive()
  say(archive, [stated(1), stated(2, { meter: 'm2', point: 'p2' })], 1)
  archive.withhold({ sequence: 3, pairing: 1, meter: 'm?' })
  expect(archive.pairingAt('m1', 5)).toBeNull()
  expect(archive.pairingAt('m2', 5)).not.toBeNull()
  say(archive, [stated(1, { to: 4 })], 2)
  expect([archive.pairingAt('m1', 3)?.to, archive.pairingAt('m1', 5)]).toEqual([4, null])
})
