/** A meter model as data: what can be read from it and how. One YAML file each, with its own examples. */

/** One thing a profile can read: a register of the meter and what it means. */
export interface Point {
  /** What is measured, e.g. "1-0:1.8.0"; "" when no OBIS code exists. */
  readonly obis: string
  /** The protocol's name for it: data identifier, or `fc:address`. In freezes "nn" stands for the count back. */
  readonly item: string
  /** Which of the item's values, from 0, where one item carries several. */
  readonly place: number
  /** How bytes become a value, in the driver's words. */
  readonly encoding: string
  readonly unit: string
  /** The name in English. */
  readonly name: string
  /** Register capacity, exclusive, as a decimal string ("1000000.00"): where it rolls over. */
  readonly capacity?: string
}

/** What drivers need to know of a model beyond its points. */
export interface Traits {
  /** Items that answer several points at once and that this model serves, e.g. "0001FF00". */
  readonly blocks?: readonly string[]
  /** Most registers in one request. */
  readonly maxRegisters?: number
  /** Longest run of unneeded registers to read across; 0 = never across a hole. */
  readonly maxHole?: number
  /** How this model departs from its standard, in the driver's words: `{ "block-marks": "none" }`. */
  readonly quirks?: Readonly<Record<string, string>>
  /** Items this model has otherwise than the table, or that only it has. */
  readonly items?: readonly OwnItem[]
}

/** An item as one model has it. */
export interface OwnItem {
  readonly item: string
  readonly name: string
  /** In wire order. */
  readonly values: readonly { readonly name?: string; readonly encoding: string; readonly unit?: string }[]
}

export interface Profile {
  readonly profile: string
  readonly protocol: string
  /** Document, edition and page the facts were taken from. */
  readonly source: string
  readonly points: readonly Point[]
  /** Registers the meter freezes each midnight; absent where it freezes none. */
  readonly daily?: FreezePlan
  readonly traits: Traits
  /** Nameplate, for the physical maximum (V-R3); a meter entry may override each. */
  readonly nameplate: Nameplate
  readonly examples: readonly Example[]
}

export interface FreezePlan {
  readonly stamp: Point
  readonly points: readonly Point[]
  /** How many days back the meter remembers. */
  readonly depth: number
}

export interface Nameplate {
  readonly phases: 1 | 3
  /** Nominal phase voltage, V. */
  readonly volts: number
  /** Largest current, A. */
  readonly amperes: number
}

/** A published or constructed exchange that proves the profile. Bytes in hex. */
export interface Example {
  readonly source: string
  readonly address: string
  readonly obis: string
  readonly value: string
  readonly send: string
  readonly reply: string
}
