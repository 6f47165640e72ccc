/** The transport a line URL asks for. */

import type { LineUrl } from '../core/line-url.ts'
import { createSerialTransport } from './serial.ts'
import { createSocketTransport } from './socket.ts'
import type { Transport } from './transport.ts'

export function transportFor(url: LineUrl): Transport {
  return url.kind === 'serial' ? createSerialTransport(url) : createSocketTransport(url)
}
