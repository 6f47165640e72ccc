/**
 * Requests of all sockets leave together, when everything that has come in is taken. Written one by one as each answer
 * is taken, every single one wakes who receives it: with 100 Modbus TCP links on one machine that cost a third of all
 * processor time (bench modbus).
 */

import type { Socket } from 'node:net'
import { atEndOfTurn } from '../core/clock.ts'

let outgoing: { readonly socket: Socket; readonly bytes: Buffer }[] = []

/** Leaves within this turn of the event loop, in the order of the calls; not at all if the socket is closed before. */
export function leaveTogether(socket: Socket, bytes: Uint8Array): void {
  if (outgoing.length === 0) atEndOfTurn(leave)
  // Copied into the pool of all small buffers: the socket wants memory of its own for each piece otherwise.
  outgoing.push({ socket, bytes: Buffer.from(bytes) })
}

function leave(): void {
  const leaving = outgoing
  outgoing = []
  for (const { socket, bytes } of leaving) socket.write(bytes)
}
