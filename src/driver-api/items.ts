/** A protocol's own table of items, for people who search it. */

/** One row: an item, or a family of items that differ in counted digits only. */
export interface ItemFamily {
  /** As the table writes it, with a run of one letter for counted digits: "0001ttkk". */
  readonly item: string
  /** What each letter counts, in words: "t tariff 0 to 63, k settlement day 0 to 12; FF all". "" without letters. */
  readonly letters: string
  /** With the same letters; null where no code exists. */
  readonly obis: string | null
  readonly name: string
  readonly nameZh: string
  readonly values: readonly ItemValue[]
  /** Data bytes of one item; null where a meter sends as many values as it has. */
  readonly bytes: number | null
  readonly access: Access
  /** Where the table has it from: a clause of the standard, or the later rules. */
  readonly clause: string
}

export type Access = 'R' | 'W' | 'RW'

export interface ItemValue {
  readonly name: string
  readonly nameZh: string
  /** How bytes become the value, in the driver's words. */
  readonly encoding: string
  readonly bytes: number
  readonly unit: string
  readonly signed: boolean
  /** Of a word of bits: what each says. */
  readonly bits?: readonly BitMeaning[]
}

/** Holds when the bits under `mask` read `when`. */
export interface BitMeaning {
  readonly mask: number
  readonly when: number
  readonly name: string
  readonly nameZh: string
}
