/** A meter model as data: what can be read from it and how. One YAML file each, with its own examples. */

import type { CreditThreshold } from '../core/credit.ts'
import type { LoadClass } from './memory.ts'

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
  /** Least silence of this device between an answer and the next request, ms, where it wants more than its protocol. */
  readonly gapMs?: number
  /** Most requests this device takes at once, on lines that number them; absent is one. */
  readonly inFlight?: number
  /** A read may not begin or end inside a value, nor run across registers the profile does not name. */
  readonly wholeValues?: boolean
  /** Values are register pairs: an odd start or count is refused. */
  readonly evenPairs?: boolean
  /** Items only readable by themselves. */
  readonly alone?: readonly string[]
  /** How this model's relay is ordered and seen; absent where it has none, or where nobody has said. */
  readonly relay?: RelayRegisters
  /** How this model departs from its standard, in the driver's words: `{ "block-marks": "none" }`. */
  readonly quirks?: Readonly<Record<string, string>>
  /** Items this model has otherwise than the table, or that only it has. */
  readonly items?: readonly OwnItem[]
}

/** What is read of a relay, and what is written to move it. */
export interface RelayRegisters {
  /** `open` and `closed` are values as the point gives them, in text; any other value is neither. */
  readonly state: { readonly point: Point; readonly open: string; readonly closed: string }
  /** Bytes to write, hex: 5 writes FF00 or 0000, 15 one coil (01, 00), 6 a register, 16 as many as there are. */
  readonly order: {
    readonly function: 5 | 6 | 15 | 16
    /** By the function that reads the same: `1:address` of a coil, `3:address` of registers. */
    readonly item: string
    readonly open: string
    readonly close: string
  }
  /** What shows the relay's real state; null where nothing does. */
  readonly load: Point | null
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
  /** It comes with its driver; absent where it was written for the site. */
  readonly isShipped?: true
  /** Document, edition and page the facts were taken from. */
  readonly source: string
  readonly vendor?: string
  readonly models?: readonly string[]
  /** How many independent sources agree on the main registers. */
  readonly confidence?: 'two-or-more-sources' | 'one-source'
  /** What sources disagree on, and what nobody has checked. */
  readonly doubts?: readonly string[]
  /** As delivered. */
  readonly serial?: SerialSettings
  /** What power above zero means as the meter sends it; `device` where the map leaves that to the device. */
  readonly sign?: 'import-positive' | 'export-positive' | 'unsigned' | 'device'
  /** What shows that a meter is of this model. */
  readonly ident?: Ident
  readonly serialNumber?: Point
  /** The transformer ratios the meter itself holds. */
  readonly ratios?: RatioRegisters
  readonly prepaid?: Readonly<Partial<Record<Credit, Point>>>
  readonly points: readonly Point[]
  readonly polls?: readonly PollAdvised[]
  /** Registers the meter freezes each midnight; absent where it freezes none. */
  readonly daily?: FreezePlan
  /** Registers it keeps at its settlement days, which are a setting of the meter; its `stamp` is where they stand. */
  readonly settlement?: FreezePlan
  /** Registers it freezes each full hour; all of them it freezes at midnight too, where it does that. */
  readonly hourly?: FreezePlan
  /** What the meter writes down by itself at its own intervals; absent where it does not, or nobody has said. */
  readonly loadRecords?: LoadRecordPlan
  readonly traits: Traits
  /** Nameplate, for the physical maximum (V-R3); a meter entry may override each. */
  readonly nameplate: Nameplate
  readonly examples: readonly Example[]
}

export interface SerialSettings {
  readonly baud: number
  /** Data bits, parity, stop bits: "8N1". */
  readonly framing: string
  readonly unit: number
}

export interface Ident {
  readonly point: Point
  /** Values in text, without blanks at their ends; null: any value that is one. */
  readonly is: readonly string[] | null
}

export interface RatioRegisters {
  readonly current?: Point
  readonly voltage?: Point
  /** The side of the transformers the points' values are of: `secondary` values still have to be multiplied. */
  readonly side: 'primary' | 'secondary'
}

/** What a prepaid meter tells of its money: what is left, what is owed, how often it was topped up, and where it acts. */
export type Credit = 'balance' | 'debt' | 'purchases' | CreditThreshold

/** How often the points of a model are best asked, where the meter list says nothing. */
export interface PollAdvised {
  /** As in the meter list: "24h". */
  readonly every: string
  /** OBIS codes; absent: all that no other names. */
  readonly points?: readonly string[]
}

export interface FreezePlan {
  readonly stamp: Point
  readonly points: readonly Point[]
  /** How many days back the meter remembers, or hours, or settlements. */
  readonly depth: number
}

/** How often it does so is a setting of the meter, and shows in the records. */
export interface LoadRecordPlan {
  readonly classes: readonly LoadClass[]
  /** How many days back the meter may remember; those it does not it says itself. */
  readonly days: number
}

export interface Nameplate {
  readonly phases: 1 | 3
  /** Nominal phase voltage, V. */
  readonly volts: number
  /** Largest current, A. */
  readonly amperes: number
}

/** A mistake in a profile that only its driver can see. */
export interface ProfileMistake {
  /** Where in the file: `['points', 3, 'encoding']`. */
  readonly path: readonly (string | number)[]
  readonly wrong: string
  readonly remedy: string
}

/** A published or constructed exchange that proves the profile. Bytes in hex. */
export interface Example {
  readonly source: string
  readonly address: string
  readonly obis: string
  readonly value: string
  /** What the meter had taught before, as in `Call.refusedBefore`: spans it refused, where a SunSpec model begins. */
  readonly remembered?: readonly string[]
  readonly send: string
  readonly reply: string
}
