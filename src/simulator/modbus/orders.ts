/** What is written to a simulated Modbus meter: its relay, where the profile declares one, and nothing else. */

import type { SimulatedQuirks } from '../../core/simulated.ts'
import type { Meter } from '../meter.ts'
import type { ModbusModel } from './model.ts'
import { placeOf } from './words.ts'

export interface Written {
  /** The function that writes. */
  readonly code: number
  /** The function that reads the same. */
  readonly space: number
  readonly at: number
  readonly count: number
  readonly bytes: Uint8Array
}

export interface Orders {
  /** Functions that write; 23, which may also read, is known to every meter that has registers. */
  readonly functions: ReadonlySet<number>
  /** What was written last to registers, by address. */
  readonly kept: ReadonlyMap<number, number>
  /** The exception it is refused with, null when it was obeyed. */
  write(written: Written, now: number): number | null
}

const ILLEGAL_FUNCTION = 1
const ILLEGAL_ADDRESS = 2
const ILLEGAL_VALUE = 3
const READ_HOLDING = 3
const READ_AND_WRITE = 23

export function createOrders(meter: Meter, model: ModbusModel, quirks: SimulatedQuirks): Orders {
  const kept = new Map<number, number>()
  const { relay } = model
  if (relay === null)
    return {
      functions: new Set([READ_AND_WRITE]),
      kept,
      write: ({ code }) => (code === READ_AND_WRITE ? ILLEGAL_ADDRESS : ILLEGAL_FUNCTION),
    }
  const { order } = relay
  meter.relay.isWelded = quirks['relay-lies'] === 'welded'
  const place = placeOf(order.item)
  const functions = [order.function, READ_AND_WRITE]
  return {
    functions: new Set(functions),
    kept,
    write({ code, space, at, bytes }, now) {
      if (code !== order.function && code !== READ_AND_WRITE) return ILLEGAL_FUNCTION
      if (!('code' in place) || place.code !== space || place.address !== at) return ILLEGAL_ADDRESS
      const hex = [...bytes].map(byte => byte.toString(16).padStart(2, '0')).join('')
      if (quirks['relay-refuses'] === 'misleading') return ILLEGAL_ADDRESS
      const isOpen = hex === order.open.toLowerCase()
      if (!isOpen && hex !== order.close.toLowerCase()) return ILLEGAL_VALUE
      if (space === READ_HOLDING)
        for (let word = 0; word < bytes.length / 2; word++)
          kept.set(at + word, ((bytes[2 * word] ?? 0) << 8) | (bytes[2 * word + 1] ?? 0))
      if (quirks['relay-lies'] === 'does-nothing') return null
      if (quirks['relay-lies'] === 'mirrors-command') meter.relay.onlyNotes(isOpen)
      else if (isOpen) meter.relay.trip(now)
      else meter.relay.close(now)
      return null
    },
  }
}
