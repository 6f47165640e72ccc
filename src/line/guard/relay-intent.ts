/** Whether a frame is the very order meant: its meter, its action, its operator. By the bytes, not by who made them. */

import type { Traits } from '../../driver-api/profile.ts'
import type { RelayAction, RelayOrder } from '../../driver-api/relay.ts'
import { digitsOf } from './frames-645.ts'
import { givePass, type Pass } from './pass.ts'
import type { Told } from './told.ts'

export interface RelayIntent {
  /** Of the stored order. */
  readonly order: string
  /** Canonical by the driver. */
  readonly address: string
  readonly action: Extract<RelayAction, 'open' | 'permit-close' | 'close'>
  readonly operator: RelayOrder['authority']['operator']
  readonly traits: Traits
}

/** DL/T 645-2007, 1C: level, password, operator code C0…C3, N1, N2, deadline. */
const RELAY = 0x1c
const OPERATOR = [4, 8] as const
const N1_AT = 8
const N1: Readonly<Record<RelayIntent['action'], number>> = { open: 0x1a, 'permit-close': 0x1b, close: 0x1c }
/** Writing: 14 has level, password and operator behind the identifier, 04 of 1997 level and password. */
const WRITES: ReadonlyMap<number, { readonly itemBytes: number; readonly dataAt: number }> = new Map([
  [0x14, { itemBytes: 4, dataAt: 12 }],
  [0x04, { itemBytes: 2, dataAt: 6 }],
])

/** One frame, this one. */
export function relayPass(intent: RelayIntent): Pass {
  return givePass({ of: `order ${intent.order}`, frames: 1, whyNot: told => whyNotMeant(told, intent) })
}

function whyNotMeant(told: Told, intent: RelayIntent): string | null {
  if (told.address !== intent.address) return `it is for ${told.address}, ordered is ${intent.address}`
  return told.family === 'modbus' ? whyNotModbus(told, intent) : whyNot645(told, intent)
}

function whyNot645({ code, data }: Told, { action, operator, traits }: RelayIntent): string | null {
  const item = traits.quirks?.['relay-write']
  if (item !== undefined && item !== 'none') return whyNotWritten(code, data, action, item)
  if (code !== RELAY) return `function ${hex(code)} orders no relay`
  if (data[N1_AT] !== N1[action])
    return `it says ${hex(data[N1_AT] ?? 0)}, and ${action} is ${hex(N1[action])}`
  const by = digitsOf(data.subarray(...OPERATOR))
  return by === operator.toUpperCase() ? null : `its operator is ${by}, the order's ${operator}`
}

/** "0700EFEE open=99 close=55": the item of a maker, and what is written to it. */
function whyNotWritten(code: number, data: Uint8Array, action: string, written: string): string | null {
  const [item = '', ...actions] = written.trim().toUpperCase().split(/\s+/)
  const value = actions.find(one => one.startsWith(`${action.toUpperCase()}=`))?.slice(action.length + 1)
  const form = WRITES.get(code)
  if (!form) return `function ${hex(code)} writes nothing`
  if (digitsOf(data.subarray(0, form.itemBytes)) !== item) return `it is not written to ${item}`
  return value !== undefined && hexOf(data.subarray(form.dataAt)) === value
    ? null
    : `what it writes to ${item} is not what ${action} is`
}

/** Address, then a value (5, 6), or how many, how many bytes, and the values (15, 16). */
function whyNotModbus({ code, data }: Told, { action, traits: { relay } }: RelayIntent): string | null {
  if (!relay || action === 'permit-close') return `no relay of this model is told to ${action}`
  const { function: known, item, open, close } = relay.order
  const place = Number(/:(0x[0-9a-f]+|\d+)/i.exec(item)?.[1])
  if (code !== known) return `function ${code} is not the one its relay is ordered by, ${known}`
  if ((((data[0] ?? 0) << 8) | (data[1] ?? 0)) !== place) return `it is not written to ${item}`
  const value = hexOf(data.subarray(code === 5 || code === 6 ? 2 : 5))
  const meant = (action === 'open' ? open : close).replaceAll(/\s/g, '').toUpperCase()
  return value === meant ? null : `it writes ${value}, and ${action} is ${meant}`
}

function hex(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, '0')
}

function hexOf(bytes: Uint8Array): string {
  return [...bytes].map(hex).join('')
}
