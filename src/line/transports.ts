/** The transport a line URL asks for; of a port several lines share it is their listener's (dial-in.ts). */

import type { LineUrl } from '../core/line-url.ts'
import { createOneDialled } from './one-dialled.ts'
import { createSerialTransport } from './serial.ts'
import { createSocketTransport } from './socket.ts'
import type { Transport } from './transport.ts'

export function transportFor(url: LineUrl): Transport {
  if (url.kind === 'tcp-listen') return createOneDialled(url)
  return url.kind === 'serial' ? createSerialTransport(url) : createSocketTransport(url)
}
