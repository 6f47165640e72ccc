/** What a configuration may say of simulated meters; shared by the rooms that read it and the one that plays them. */

import type { LineUrl } from './line-url.ts'

export interface SimulatorConfig {
  readonly seed: number
  readonly listeners: readonly SimulatedLine[]
}

/** One listening address and the meters behind it. */
export interface SimulatedLine {
  /** Port 0 takes any free one; null where all meters are behind DTUs that dial. */
  readonly url: LineUrl | null
  readonly meters: readonly SimulatedMeter[]
  /** Faults by seed, each a share of 1 of the exchanges. */
  readonly faults: SimulatedFaults
  /** From the end of a request to the start of its answer, ms; drawn from 20 to 40 unless written. */
  readonly turnAroundMs?: number
}

export interface SimulatedMeter {
  readonly protocol: string
  readonly address: string
  /** The profile of a Modbus meter; for DL/T 645 '' (three-phase) or 'single-phase'. */
  readonly profile: string
  /** What a Modbus meter is built of. */
  readonly model?: SimulatedModel
  /** How a meter departs from its standard. */
  readonly quirks?: SimulatedQuirks
  /** Its own time from the end of a request to the start of its answer, ms; that of its line unless written. */
  readonly turnAroundMs?: number
  /** The DTU it is behind, which dials in; meters of one registration share one. */
  readonly dial?: SimulatedDial
}

/** A DTU that dials a master. */
export interface SimulatedDial {
  readonly host: string
  readonly port: number
  /** Empty: it sends none. */
  readonly registration: Uint8Array
  /** Null: none. */
  readonly heartbeat: Uint8Array | null
  readonly everyMs: number
  readonly manners: readonly DialManner[]
}

/** What DTUs do that their masters had better live with. */
export const DIAL_MANNERS = [
  /** The first heartbeat comes in one piece with the registration. */
  'glued',
  /** The registration comes in two pieces. */
  'split',
  /** Its bytes stand before every piece of every answer, and answers come in two pieces. */
  'prefix',
  /** A heartbeat in the middle of every third answer. */
  'heartbeat-inside',
  /** Hangs up in the middle of every twentieth answer and dials again at once. */
  'redials',
  /** Two connections of one identity at once. */
  'twice',
] as const

export type DialManner = (typeof DIAL_MANNERS)[number]

/** A Modbus meter's model, as its profile has it. */
export interface SimulatedModel {
  readonly profile: string
  readonly vendor?: string
  readonly models?: readonly string[]
  readonly sign?: string
  readonly ident?: { readonly point: SimulatedPoint; readonly is: readonly string[] | null }
  readonly serialNumber?: SimulatedPoint
  readonly ratios?: {
    readonly current?: SimulatedPoint
    readonly voltage?: SimulatedPoint
    readonly side: 'primary' | 'secondary'
  }
  readonly prepaid?: Readonly<Partial<Record<string, SimulatedPoint>>>
  readonly points: readonly SimulatedPoint[]
  readonly traits: {
    readonly maxRegisters?: number
    readonly maxHole?: number
    readonly wholeValues?: boolean
    readonly evenPairs?: boolean
    readonly inFlight?: number
    readonly alone?: readonly string[]
    readonly relay?: SimulatedRelay
  }
  readonly nameplate: { readonly phases: 1 | 3 }
}

export interface SimulatedPoint {
  readonly obis: string
  readonly item: string
  readonly encoding: string
  readonly unit: string
  readonly name: string
  readonly capacity?: string
}

export interface SimulatedRelay {
  readonly state: { readonly point: SimulatedPoint; readonly open: string; readonly closed: string }
  readonly order: {
    readonly function: number
    readonly item: string
    readonly open: string
    readonly close: string
  }
}

/**
 * What real DL/T 645 meters do that the standard does not say, or leaves open; the first value is what is played
 * where nothing is written. Names that a driver's profiles know too mean the same there.
 */
export const SIMULATED_QUIRKS = {
  /** AA after each item of a freeze block (2007), after a block (1997: some meters of a seed do). */
  'block-marks': ['by-seed', 'aa', 'none'],
  /** How much data goes into one frame before the rest is left to follow-up frames: 200 bytes, or 16. */
  'frame-data': ['standard', 'short'],
  /** Whether blocks (FF in an identifier, and 0400010C, date with time) are answered. */
  blocks: ['served', 'refused', 'silent'],
  /** What becomes of a read of an item the meter does not hold. */
  'unknown-item': ['refused', 'silent'],
  /** Daily freezes are of the later rules; meters of the text of 2007 have none. */
  'daily-freeze': ['kept', 'none'],
  /** Load records of one class: with the AA of all classes, or of that class alone. */
  'load-record': ['standard', 'asked-class-only'],
  'load-record-checksum': ['right', 'wrong'],
  /** Some blocks are marked bad, E0 E0. */
  'bad-load-records': ['none', 'some'],
  /** Whether the time to all must carry level and password. */
  'broadcast-time': ['plain', 'with-password'],
  /** Whether the time is taken when it is told to this meter alone, which the standard does not have. */
  'addressed-time': ['ignored', 'obeyed'],
  /** The only level relay orders may come from. */
  'relay-level': ['02', '03', '00'],
  /** The N2 relay orders must carry, but pre-trips. */
  'relay-parameter': ['any', '00', '01'],
  /** The warning minutes of a pre-trip, its N2: two digits, or a binary number. */
  'relay-delay': ['bcd', 'binary'],
  /** Bytes of the error word of a refused relay order. */
  'relay-error-word': ['one', 'two'],
  /**
   * Says yes and leaves the relay; or obeys and keeps its status word as it was; or leaves the relay, and its status word
   * tells what was ordered; or obeys and records it, and its contacts are welded: the load goes on.
   */
  'relay-lies': ['no', 'does-nothing', 'status-stays', 'mirrors-command', 'welded'],
  /** Obeys, and answers later than anybody waits, or never. */
  'relay-answer': ['at-once', 'late', 'lost'],
  /** Refuses every order as if the password were wrong. */
  'relay-refuses': ['no', 'misleading'],
  /** A direct close waits for the button as well; or a permit is an order nobody knows. */
  'relay-close': ['as-ordered', 'by-button', 'no-permit'],
  /** Keep-power is on from the beginning; trips are refused with the bit of a wrong password. */
  'keep-power': ['off', 'on'],
  'ignores-deadline': ['no', 'yes'],
  /** A relay behind a write to the maker's item 0700EFEE: 99 opens, 55 closes. */
  'relay-write': ['none', '0700EFEE'],
  /** Where a 1997 meter takes a new address. */
  'write-address': ['99', 'AA'],
  /** The address in answers to AA. */
  'wildcard-answer': ['own', 'aa'],
  /** FE bytes before a reply. */
  preamble: ['by-seed', '0', '1', '2', '3', '4'],
  /** Decimals of energies; four take five bytes. */
  'energy-decimals': ['2', '4'],
  /** A byte more behind an energy of two decimals. */
  'energy-extra-byte': ['no', 'yes'],
  /** The error word for what a meter does not hold. */
  'no-data-word': ['02', '03'],
  /** Event records that never came to be. */
  'empty-records': ['zeros', 'refused'],
  /** Frames nobody asked for, before every second answer: 9F, or a 91 with the report status word 04001501. */
  unsolicited: ['none', '9F', '04001501'],
  /** An adapter that hears itself: the request comes back before the answer. */
  echo: ['no', 'yes'],
  /** The key under the seal, without which nothing is written. */
  'programming-key': ['pressed', 'released'],
  /** Whether five wrong passwords in a row lock it for a day. */
  'password-lock': ['five-a-day', 'none'],
  /** Whether energy is paid for in advance: 0090xxxx and status word 3. */
  prepaid: ['none', 'money', 'energy'],
  /** What becomes of that money: twice as much is taken, it rises each second day unbought, left and owed at once, or never topped up. */
  credit: ['honest', 'leaks', 'rises', 'both', 'unfed'],
} as const satisfies Readonly<Record<string, readonly [string, ...string[]]>>

/** What real Modbus meters do, likewise; names of the list above mean the same there. */
export const SIMULATED_MODBUS_QUIRKS = {
  /** What becomes of a request for more registers than the meter allows. */
  'beyond-limit': ['refused', 'silent'],
  /** What becomes of requests on one connection beyond those its profile says it takes at once (`inFlight`). */
  'beyond-in-flight': ['busy', 'silent'],
  /** Whether another unit's requests are answered as well: devices with an address of their own on TCP. */
  'any-unit': ['no', 'yes'],
  /** Function 43/14: name of maker, product and revision. */
  'device-identification': ['none', 'basic'],
  /** The transformer ratio in the meter's registers: 40 is 200/5. */
  'current-ratio': ['1', '40'],
  /** Where a SunSpec device begins its chain of models. */
  'sunspec-base': ['40000', '50000', '0'],
  /** Whether an inverter's model comes before the meter's. */
  'sunspec-chain': ['meter', 'inverter-first'],
  /** As of DL/T 645; what stays or tells the order is the state register. */
  'relay-lies': ['no', 'does-nothing', 'status-stays', 'mirrors-command', 'welded'],
  'relay-answer': ['at-once', 'late', 'lost'],
  /** Refuses every order as if its register were not there. */
  'relay-refuses': ['no', 'misleading'],
} as const satisfies Readonly<Record<string, readonly [string, ...string[]]>>

export type SimulatedQuirk = keyof typeof SIMULATED_QUIRKS
export type SimulatedModbusQuirk = keyof typeof SIMULATED_MODBUS_QUIRKS

export type SimulatedQuirks = {
  readonly [Name in SimulatedQuirk]?: (typeof SIMULATED_QUIRKS)[Name][number] | undefined
} & {
  readonly [Name in SimulatedModbusQuirk]?: (typeof SIMULATED_MODBUS_QUIRKS)[Name][number] | undefined
}

export type FaultKind =
  | 'silence'
  | 'late'
  | 'noise'
  | 'bit-flip'
  | 'split'
  | 'merge'
  | 'echo'
  | 'wrong-address'
  | 'wrong-item'
  | 'wrong-length'
  | 'busy'
  | 'no-path'
  | 'unit-ff'

/** The share of exchanges each fault befalls, and how late a late answer is. */
export type SimulatedFaults = Readonly<Partial<Record<FaultKind, number>>> & { readonly lateMs?: number }
