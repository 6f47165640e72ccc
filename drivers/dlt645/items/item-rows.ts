/** The rows an identifier table is made of: data, expanded by rule. */

import type { Access } from '../../../src/driver-api/items.ts'

/**
 * A row of the table. In `item` a run of one lower-case letter stands for hex digits: t tariff, k settlement day,
 * m month, h harmonic, i number of a table, n count back. All F in place of t, k or h asks for the block of them all, and so does it of a few n.
 */
export type Row = ValuesRow | BlockRow | GroupsRow | AcrossRow | RecordsRow

interface Named {
  readonly item: string
  readonly name: string
  /** "{t}", "{h}" and "{i}" stand where their number is spoken: "正向有功{t}电能". */
  readonly nameZh: string
  readonly access: Access
  /** Clause of the standard, or "later rules" for what nearly every meter made since 2010 has. */
  readonly clause: string
  /** Where i and n end in this row, or another letter before the table's own limit. */
  readonly most?: Partial<Record<Letter, number>>
}

/** What one identifier carries. */
export interface ValuesRow extends Named {
  readonly values: readonly Part[]
  /** With the same letters as `item`, "*k" left out for k = 0. */
  readonly obis?: string
  /** The values repeat for every tariff: total, tariff 1, tariff 2 … as far as the meter has them. */
  readonly perTariff?: true
  /** The answer may end after so many values, or after any later one. */
  readonly mayEnd?: number
  /** A register that counts up and rolls over. */
  readonly register?: true
}

/** Other identifiers' values, one after the other; the answer may end after any of them. */
export interface BlockRow extends Named {
  readonly members: readonly string[]
}

/** Other identifiers' values, all of them, with AA after each on most meters; the first is the time of the rest. */
export interface GroupsRow extends Named {
  readonly groups: readonly string[]
}

/**
 * A set of blocks, FF in DI2 (6.2): every item of appendix A that differs from this one in DI2 only, in its order.
 * Neighbours come together: the answer may end where a run of DI2 does, and nowhere else.
 */
export interface AcrossRow extends Named {
  readonly across: true
}

/** Records with a frame of their own inside the data, which this table does not lay out. */
export interface RecordsRow extends Named {
  readonly records: true
}

export interface Part {
  readonly encoding: string
  readonly unit?: string
  /** What this part is, where the row has several. */
  readonly name?: string
  readonly nameZh?: string
  /** True on the part that is the time of the others. */
  readonly isTime?: true
  /** Its first byte, where it is not listed in wire order. */
  readonly from?: number
}

export type Letter = 't' | 'k' | 'm' | 'h' | 'i' | 'n'

type Shared = 'access' | 'clause'
type Unstated<R> = R extends Row ? Omit<R, Shared> & Partial<Pick<R, Shared>> : never
/** A row that leaves what its whole group has in common to the group. */
export type Draft = Unstated<Row>

/** Access and clause of a group of rows; a row's own win. */
export function stated(access: Access, clause: string, drafts: readonly Draft[]): Row[] {
  return drafts.map(draft => ({ access, clause, ...draft }))
}

/** A row of one value. */
export function one(
  item: string,
  name: string,
  nameZh: string,
  encoding: string,
  unit = '',
  more: Partial<Omit<ValuesRow, 'item' | 'name' | 'nameZh' | 'values'>> = {},
): Unstated<ValuesRow> {
  return { item, name, nameZh, values: [{ encoding, unit }], ...more }
}
