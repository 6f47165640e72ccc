/** What bytes on their way out are, whoever made them: a read, or something told to a meter. No code of the drivers is used. */

import { isRead645, toldIn645 } from './frames-645.ts'
import { isReadModbus, type ModbusFraming, toldInModbus } from './frames-modbus.ts'
import type { Told } from './told.ts'

const MODBUS: Readonly<Record<string, ModbusFraming>> = {
  'modbus-rtu': 'rtu',
  'modbus-ascii': 'ascii',
  'modbus-tcp': 'tcp',
}

/** Whether all of these bytes are one read of this protocol and nothing else; null where the protocol is not known here. */
export function isRead(bytes: Uint8Array, protocol: string): boolean | null {
  if (protocol === 'dlt645-2007' || protocol === 'dlt645-1997') return isRead645(bytes)
  const framing = MODBUS[protocol]
  return framing === undefined ? null : isReadModbus(bytes, framing)
}

/** Every whole frame in them that would tell a meter something, by any protocol known here, wherever it stands. */
export function toldIn(bytes: Uint8Array): readonly Told[] {
  return [...toldIn645(bytes), ...toldInModbus(bytes)]
}
