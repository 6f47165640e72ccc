/** A simulated 2007 meter and a master's hand on it, for tests: frames are built byte by byte. */

import type { SimulatedQuirks } from '../../src/core/simulated.ts'
import type { MeterOptions } from '../../src/simulator/meter.ts'
import { createMeter2007 } from '../../src/simulator/meter-2007.ts'
import { di, meterOf, NOON, type Reply, replyOf, request } from './master.ts'

export const OWN = '123456789012'
export const WILD = 'AAAAAAAAAAAA'
export const ALL = '999999999999'

/** C0 C1 C2 C3. */
export const OPERATOR = [0x21, 0x43, 0x65, 0x87]

export interface Asking {
  /** When the frame comes. */
  readonly at?: number
  readonly address?: string
}

export function play(quirks: SimulatedQuirks = {}, options: Partial<MeterOptions> = {}) {
  const meter = meterOf(options)
  const slave = createMeter2007(meter, quirks)
  const send = (control: number, data: readonly number[] = [], { at = NOON, address = OWN }: Asking = {}) =>
    replyOf(slave.answer(request(address, control, data), at))
  const read = (item: string, asking?: Asking) => send(0x11, di(item), asking)
  return {
    meter,
    slave,
    send,
    read,
    /** The data behind the identifier; null for a refusal or silence. */
    value: (item: string, asking?: Asking) => dataOf(read(item, asking)),
    write: (item: string, data: readonly number[], password = [0x04, 0, 0, 0], asking?: Asking) =>
      send(0x14, [...di(item), ...password, ...OPERATOR, ...data], asking),
    relay: (n1: number, { n2 = 0, password = [0x02, 0, 0, 0], deadline = FAR, ...asking }: Order = {}) =>
      send(0x1c, [...password, ...OPERATOR, n1, n2, ...deadline], asking),
    /** All parts of a long answer. */
    whole: (item: string, extra: readonly number[] = []): string => {
      const first = send(0x11, [...di(item), ...extra])
      const parts = [dataOf(first) ?? '']
      for (let reply: Reply | null = first, number = 1; moreFollows(reply); number++) {
        reply = send(0x12, [...di(item), number])
        parts.push((dataOf(reply) ?? '').split(' ').slice(0, -1).join(' '))
      }
      return parts.filter(part => part !== '').join(' ')
    },
  }
}

export interface Order extends Asking {
  readonly n2?: number
  readonly password?: readonly number[]
  readonly deadline?: readonly number[]
}

const FAR = [0x59, 0x59, 0x23, 0x31, 0x12, 0x99]

export function dataOf(reply: Reply | null): string | null {
  return reply === null || Number.parseInt(reply.control, 16) & 0x40 ? null : reply.data.slice(12)
}

function moreFollows(reply: Reply | null): boolean {
  return reply !== null && (Number.parseInt(reply.control, 16) & 0x20) !== 0
}

export function bytesOf(hex: string): number[] {
  return hex === '' ? [] : hex.split(' ').map(two => Number.parseInt(two, 16))
}

/** Number of BCD bytes, low byte first. */
export function numberOf(hex: string): number {
  return Number(hex.split(' ').reverse().join(''))
}

/** ss mm hh DD MM YY of an instant on a clock of +08:00. */
export function timeBytes(instant: number): number[] {
  const text = new Date(instant + 8 * 3_600_000).toISOString()
  return [17, 14, 11, 8, 5, 2].map(at => Number.parseInt(text.slice(at, at + 2), 16))
}
