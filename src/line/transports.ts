/** The transport a line URL asks for; of a port several lines share it is their listener's (dial-in.ts). */

import { type Clock, systemClock } from '../core/clock.ts'
import type { LineUrl } from '../core/line-url.ts'
import { createOneDialled } from './one-dialled.ts'
import { createRfc2217Transport } from './rfc2217.ts'
import { createSerialTransport } from './serial.ts'
import { createSocketTransport } from './socket.ts'
import type { Transport } from './transport.ts'

export function transportFor(url: LineUrl, clock: Clock = systemClock): Transport {
  if (url.kind === 'tcp-listen') return createOneDialled(url)
  if (url.kind === 'serial') return createSerialTransport(url, clock)
  const socket = createSocketTransport(url)
  return url.kind === 'rfc2217' ? createRfc2217Transport(url, socket, clock) : socket
}
