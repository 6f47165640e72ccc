/** The book as it was when a release had just been recorded: what stood around it then, and nothing that came later. */

import type { DatabaseSync } from 'node:sqlite'
import { isThere, type Known, type Surrounded } from '../../reading/billing/period-changes.ts'
import { MOST_PAST } from '../../reading/billing/periods.ts'
import { type Row, whole } from '../rows.ts'
import type { Entry } from './entry.ts'

/** A boundary, and the number of the book at which it is looked at. */
type At = Pick<Entry, 'meter' | 'boundary' | 'sequence'>
type IsChosen = (boundary: number) => boolean

export interface Around {
  /**
   * As far as the next chosen boundary on either side that stands, and on to those that tell what it tells (at most `MOST_PAST`);
   * none before where none comes after, unless it is chosen itself.
   */
  around(of: Entry, isChosen: IsChosen): Surrounded
  /** What is before, as far as the last chosen boundary that stands, and on to those that tell these registers. In order. */
  knownBefore(of: At, isChosen: IsChosen, registers: ReadonlySet<string>): readonly Known[]
  /** The latest version of each boundary from `from` on, up to `to`, as of a number of the book; withdrawn ones too. In order. */
  knownIn(meter: string, from: number, to: number, asOf: number): readonly Known[]
}

/** `verified` reads a row; null where it is damaged. */
export function createAround(database: DatabaseSync, verified: (row: Row) => Entry | null): Around {
  const ask = statementsFor(database)

  function* newestIn(rows: Iterable<Row>): Generator<Known> {
    let boundary: number | null = null
    for (const row of rows) {
      if (whole(row['boundary']) === boundary) continue
      boundary = whole(row['boundary'])
      yield { boundary, release: verified(row) }
    }
  }

  /** As the rows come, away from where they begin. */
  function reached(
    rows: Iterable<Row>,
    { boundary }: At,
    isChosen: IsChosen,
    registers: ReadonlySet<string>,
  ): Known[] {
    const found: Known[] = []
    let isReached = false
    let wanted = [...registers]
    for (const one of newestIn(rows)) {
      if (isReached && Math.abs(one.boundary - boundary) > MOST_PAST) break
      found.push(one)
      if (!standsChosen(one, isChosen)) continue
      isReached = true
      const told = registersOf([one])
      wanted = wanted.filter(obis => !told.has(obis))
      if (wanted.length === 0) break
    }
    return found
  }

  const before = (of: At, isChosen: IsChosen, registers: ReadonlySet<string>) =>
    reached(ask.before.iterate(of.meter, of.boundary, of.sequence), of, isChosen, registers).reverse()
  const after = (of: At, isChosen: IsChosen, registers: ReadonlySet<string>) =>
    reached(ask.after.iterate(of.meter, of.boundary, of.sequence), of, isChosen, registers)

  return {
    around(of, isChosen) {
      const { meter, boundary, sequence } = of
      const row = ask.superseded.get(meter, boundary, sequence)
      const superseded = row === undefined ? null : { boundary, release: verified(row) }
      const own = [{ boundary, release: of }, ...(superseded ? [superseded] : [])]
      // Where it is not known what it told, or another series begins, it may matter to all there is.
      const isUnclear = own.some(({ release }) => release === null || release.opening)
      const near = isUnclear ? [...before(of, isChosen, NONE), ...after(of, isChosen, NONE)] : []
      const told = new Set([...registersOf([...own, ...near]), ...own.flatMap(toldOpening)])
      const later = after(of, isChosen, told)
      const isWithin = isChosen(boundary) || later.some(one => isChosen(one.boundary))
      const toldLater = registersOf(later.filter(one => standsChosen(one, isChosen)))
      const wanted = isChosen(boundary) ? told : new Set([...told].filter(obis => toldLater.has(obis)))
      return { before: isWithin ? before(of, isChosen, wanted) : [], superseded, after: later }
    },
    knownBefore: before,
    knownIn: (meter, from, to, asOf) => [...newestIn(ask.within.iterate(meter, from, to, asOf))],
  }
}

const NONE: ReadonlySet<string> = new Set()

/** What is damaged stands nowhere. */
export function standsChosen(one: Known, isChosen: IsChosen): boolean {
  return isChosen(one.boundary) && one.release !== null && isThere(one)
}

/** OBIS codes. */
export function registersOf(known: readonly Known[]): ReadonlySet<string> {
  return new Set(known.flatMap(({ release }) => release?.registers.map(({ obis }) => obis) ?? []))
}

/** Where another series begins. */
function toldOpening({ release }: Known): readonly string[] {
  return release?.opening?.initial.registers.map(({ obis }) => obis) ?? []
}

function statementsFor(database: DatabaseSync) {
  const of = 'SELECT * FROM release WHERE meter = ?1 AND boundary'
  return {
    before: database.prepare(`${of} < ?2 AND sequence <= ?3 ORDER BY boundary DESC, version DESC`),
    after: database.prepare(`${of} > ?2 AND sequence <= ?3 ORDER BY boundary, version DESC`),
    superseded: database.prepare(`${of} = ?2 AND sequence < ?3 ORDER BY version DESC LIMIT 1`),
    within: database.prepare(
      `${of} >= ?2 AND boundary <= ?3 AND sequence <= ?4 ORDER BY boundary, version DESC`,
    ),
  }
}
