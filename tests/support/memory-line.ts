/** A line over a wire in memory: what is written is handed to the test, which says when what comes back. */

import type { Clock } from '../../src/core/clock.ts'
import { parseLineUrl } from '../../src/core/line-url.ts'
import { silentLog } from '../../src/core/log.ts'
import { seededRandom } from '../../src/core/random.ts'
import { createLine, type Line, type LineParts } from '../../src/line/line.ts'
import type { Transport, TransportEars } from '../../src/line/transport.ts'

/** How often somebody who should have dialled is looked for. */
const DIAL_MS = 100

export interface MemoryLine {
  readonly line: Line
  /** Bytes come in; nobody hears them while the link is down. */
  hear(bytes: Uint8Array): void
  /** The link is lost. */
  drop(why: string): void
}

export function memoryLine(
  clock: Clock,
  write: (bytes: Uint8Array) => void,
  change: Partial<Omit<LineParts, 'url' | 'clock' | 'transport'>> &
    Pick<Transport, 'set' | 'provesLife' | 'interjections' | 'awaited' | 'unsent' | 'drop'> & {
      readonly url?: string
    } = {},
): MemoryLine {
  const {
    url: written = 'tcp://127.0.0.1:1',
    set,
    provesLife = false,
    interjections,
    awaited,
    unsent,
    drop: dropped,
    ...rest
  } = change
  const url = parseLineUrl(written)
  if ('wrong' in url) throw new Error(url.wrong)
  let ears: TransportEars | null = null
  const line = createLine({
    id: 'l1',
    url,
    replyWithinMs: null,
    inFlight: 1,
    clock,
    random: seededRandom(1),
    log: silentLog,
    claim: async () => async () => undefined,
    ...rest,
    transport: {
      // Where the other side dials it is not there before it has.
      open: async given => {
        while (awaited?.()) await clock.sleep(DIAL_MS)
        ears = given
      },
      write,
      provesLife,
      ...(set && { set }),
      ...(interjections && { interjections }),
      ...(awaited && { awaited }),
      ...(unsent && { unsent }),
      ...(dropped && { drop: dropped }),
      close: async () => {
        ears = null
      },
    },
  })
  return { line, hear: bytes => ears?.bytes(bytes), drop: why => ears?.closed(why) }
}
