/** What to look at where a meter says nothing, by the kind of line and of protocol. */

import type { LineUrl } from '../core/line-url.ts'
import type { Driver } from '../driver-api/driver.ts'

/** A remedy in words, for a terminal. */
export function whatToCheck({ kind }: LineUrl, { protocol }: Pick<Driver, 'protocol'>): string {
  const settings = 'baud rate and parity of the meter'
  const isOurs = kind === 'serial' || kind === 'rfc2217'
  if (!protocol.startsWith('modbus'))
    return `check the address, ${isOurs ? '' : 'and behind the port '}${settings}`
  if (kind === 'modbus-tcp')
    return 'check the unit, and whether this port speaks Modbus TCP; a transparent serial server wants tcp:// and modbus-rtu'
  if (isOurs) return `check the unit, ${settings}, and the wires A and B`
  return `check the unit, whether this port passes RTU on as it is (a Modbus TCP gateway wants modbus-tcp://), and behind it ${settings}`
}
