/** A DL/T 645 meter as both standards know it: its supply, and all that masters have left in it. */

import type { SimulatedQuirks } from '../../core/simulated.ts'
import type { Meter } from '../meter.ts'
import { createEventLog, type EventLog } from './event-log.ts'
import { wireAddress } from './frame.ts'
import { allQuirks, type Quirks } from './quirks.ts'

export interface Device {
  readonly meter: Meter
  readonly quirks: Quirks
  /** As on the wire; a master may change it. */
  address: Uint8Array
  /** By identifier, what was written over what the meter was delivered with. */
  readonly parameters: Map<string, readonly number[]>
  /** P0 P1 P2 by level, where it is no longer 000000. */
  readonly passwords: Map<number, readonly number[]>
  /** Wrong passwords in a row, and until which instant none is taken. */
  readonly guard: { wrong: number; lockedUntil: number }
  readonly events: EventLog
  /** Patterns of timed freezes, latest last. */
  readonly freezeOrders: FreezeOrder[]
  /** Times written for a change of tables, by parameter, latest last. */
  readonly switchOrders: Map<string, readonly SwitchOrder[]>
  /** The instant of the last demand clear. */
  demandClearedAt: number
  /** Until which instant a master's identity holds, or null. */
  authenticatedUntil: number | null
}

export interface FreezeOrder {
  /** mm hh DD MM, 99 standing for any. */
  readonly pattern: readonly number[]
  /** The instant of the order. */
  readonly from: number
}

export interface SwitchOrder {
  /** Civil, by the meter's clock. */
  readonly due: number
  /** The instant at which it was written. */
  readonly from: number
}

export function createDevice(meter: Meter, written: SimulatedQuirks): Device {
  const quirks = allQuirks(written)
  if (quirks['programming-key'] === 'released') meter.isProgrammable = false
  meter.relay.keepsPower = quirks['keep-power'] === 'on'
  meter.relay.isWelded = quirks['relay-lies'] === 'welded'
  return {
    meter,
    quirks,
    address: wireAddress(meter.address),
    parameters: new Map(),
    passwords: new Map(),
    guard: { wrong: 0, lockedUntil: Number.NEGATIVE_INFINITY },
    events: createEventLog(),
    freezeOrders: [],
    switchOrders: new Map(),
    demandClearedAt: Number.NEGATIVE_INFINITY,
    authenticatedUntil: null,
  }
}

/** AA after the items of a block. */
export function marksBlocks({ meter, quirks }: Device): boolean {
  if (quirks['block-marks'] !== 'by-seed') return quirks['block-marks'] === 'aa'
  return meter.protocol === 'dlt645-2007' || meter.nature.endsBlocks
}

export function preambleOf({ meter, quirks }: Device): number {
  return quirks.preamble === 'by-seed' ? meter.nature.preamble : Number(quirks.preamble)
}
