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
/** What comes so soon after a start that came to nothing may belong to it: longer than a serial port keeps bytes back. */
const APART_MS = 50
/** Longer than any request; a line full of rubbish holds no more. */
const MOST_WAITING = 1_024

export function createIntake(
  dialects: readonly Dialect[],
  clock: Clock,
  handle: (asked: Asked) => void,
): Intake {
  let waiting = new Uint8Array()
  /** A start came to nothing that is no longer among what waits. */
  let isBehindRubbish = false
  let giveUp: Cancel = () => undefined
  const gapMs = Math.max(GAP_MS, ...dialects.map(({ betweenMs = 0 }) => betweenMs))

  function end(): void {
    const { found, doubtful } = requestsIn(waiting, dialects, 'silent', isBehindRubbish)
    waiting = new Uint8Array()
    isBehindRubbish = false
    for (const asked of [...found, ...doubtful.filter(onlyAsks)]) handle(asked)
  }

  return {
    receive(bytes) {
      giveUp()
      const heard = Uint8Array.from([...waiting, ...bytes])
      const { found, taken, isUnfinished } = requestsIn(heard, dialects, 'open', isBehindRubbish)
      isBehindRubbish ||= heard.length - taken > MOST_WAITING
      waiting = heard.slice(Math.max(taken, heard.length - MOST_WAITING))
      if (waiting.length > 0) giveUp = clock.after(isUnfinished ? gapMs : APART_MS, end)
      for (const asked of found) handle(asked)
    },
    close() {
      giveUp()
    },
  }
}

const onlyAsks = ({ dialect, request }: Asked): boolean => dialect.onlyAsks(request)

interface Heard {
  readonly found: readonly Asked[]
  /** Whole requests that may be the data of a frame: one damaged, or one that was not finished. */
  readonly doubtful: readonly Asked[]
  /** Bytes up to which all is decided. */
  readonly taken: number
  /** Something has begun and may be finished. */
  readonly isUnfinished: boolean
}

/**
 * A frame that is damaged is dropped whole (5.3.4), and nobody knows where it ends: its length may be what was
 * damaged. So all behind a start that came to nothing waits until the line is silent. Then what only asks is answered,
 * and what changes a meter is not obeyed: an order is no order inside another frame.
 */
function requestsIn(
  bytes: Uint8Array,
  dialects: readonly Dialect[],
  line: 'open' | 'silent',
  isBehindRubbish: boolean,
): Heard {
  const found: Asked[] = []
  const doubtful: Asked[] = []
  let taken: number | null = isBehindRubbish ? 0 : null
  let at = 0
  while (at < bytes.length) {
    const lengths = dialects.map(each => each.requestAt(bytes, at))
    const speaks = lengths.findIndex(length => length > 0)
    const dialect = dialects[speaks]
    const length = lengths[speaks] ?? 1
    if (dialect !== undefined) {
      const where = taken === null ? found : doubtful
      where.push({ dialect, request: bytes.slice(at, at + length) })
    } else if (line === 'open' && lengths.includes(-1)) {
      return { found, doubtful, taken: taken ?? at, isUnfinished: true }
    } else if (dialects.some(({ start }) => start === bytes[at])) taken ??= at
    at += length
  }
  return { found, doubtful, taken: taken ?? at, isUnfinished: false }
}
