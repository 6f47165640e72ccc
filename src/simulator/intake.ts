/** What one master sends to a simulated bus, cut into requests. */

import type { Cancel, Clock } from '../core/clock.ts'
import type { Dialect } from './slave.ts'

export interface Asked {
  readonly dialect: Dialect
  readonly request: Uint8Array
}

export interface Intake {
  receive(bytes: Uint8Array): void
  close(): void
}

/** An unfinished request is given up after this silence (DL/T 645-2007 5.3.3). */
const GAP_MS = 500
/** Longer than any request; a line full of rubbish holds no more. */
const MOST_WAITING = 1_024

export function createIntake(
  dialects: readonly Dialect[],
  clock: Clock,
  handle: (asked: Asked) => void,
): Intake {
  let waiting = new Uint8Array()
  let giveUp: Cancel = () => undefined

  function end(): void {
    const { found } = deframe(waiting, dialects, 'ended')
    waiting = new Uint8Array()
    for (const asked of found) handle(asked)
  }

  return {
    receive(bytes) {
      giveUp()
      const { found, rest } = deframe(Uint8Array.from([...waiting, ...bytes]), dialects, 'open')
      waiting = rest
      if (rest.length > 0) giveUp = clock.after(GAP_MS, end)
      for (const asked of found) handle(asked)
    },
    close() {
      giveUp()
    },
  }
}

/**
 * Whole requests in these bytes. While the line is open a start that is unfinished holds back all behind it, which may
 * be its data and meant for another meter; once it has ended that start was noise.
 */
function deframe(bytes: Uint8Array, dialects: readonly Dialect[], line: 'open' | 'ended') {
  const found: Asked[] = []
  let at = 0
  while (at < bytes.length) {
    const lengths = dialects.map(dialect => dialect.requestAt(bytes, at))
    const speaks = lengths.findIndex(length => length > 0)
    const dialect = dialects[speaks]
    const length = lengths[speaks] ?? 1
    if (dialect !== undefined) found.push({ dialect, request: bytes.slice(at, at + length) })
    else if (line === 'open' && lengths.includes(-1)) break
    at += length
  }
  return { found, rest: bytes.slice(Math.max(at, bytes.length - MOST_WAITING)) }
}
