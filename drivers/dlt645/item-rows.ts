/** The rows an identifier table is made of: data, expanded by rule. */

/**
 * A row of the table. In `item` a run of one lower-case letter stands for hex digits: t tariff, k settlement day or
 * month, h harmonic, i number of a table, n count back. All F in place of t, k or h asks for the block of them all.
 */
export type Row = ValuesRow | BlockRow | GroupsRow

interface Named {
  readonly item: string
  readonly name: string
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

export interface Part {
  readonly encoding: string
  readonly unit?: string
  /** What this part is, where the row has several. */
  readonly name?: string
  /** True on the part that is the time of the others. */
  readonly isTime?: true
  /** Its first byte, where it is not listed in wire order. */
  readonly from?: number
}

export type Letter = 't' | 'k' | 'h' | 'i' | 'n'
