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
  return {
    receive(bytes) {
      giveUp()
      const { found, rest } = deframe(Uint8Array.from([...waiting, ...bytes]), dialects)
      waiting = rest
      for (const asked of found) handle(asked)
      if (rest.length > 0)
        giveUp = clock.after(GAP_MS, () => {
          waiting = new Uint8Array()
        })
    },
    close() {
      giveUp()
    },
  }
}

/** Whole requests in these bytes; a start that stays unfinished does not hold back one behind it. */
function deframe(bytes: Uint8Array, dialects: readonly Dialect[]) {
  const found: Asked[] = []
  let unfinished = -1
  for (let at = 0; at < bytes.length; ) {
    const lengths = dialects.map(dialect => dialect.requestAt(bytes, at))
    const speaks = lengths.findIndex(length => length > 0)
    const dialect = dialects[speaks]
    const length = lengths[speaks] ?? 1
    if (dialect !== undefined) {
      found.push({ dialect, request: bytes.slice(at, at + length) })
      unfinished = -1
    } else if (unfinished < 0 && lengths.includes(-1)) unfinished = at
    at += length
  }
  const from = unfinished < 0 ? bytes.length : Math.max(unfinished, bytes.length - MOST_WAITING)
  return { found, rest: Uint8Array.from(bytes.subarray(from)) }
}
