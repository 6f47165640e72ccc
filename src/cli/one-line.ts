/** A line for the length of one verb: opened at once or refused with the reason. */

import { systemClock } from '../core/clock.ts'
import { Fault } from '../core/faults.ts'
import { type LineUrl, lineKey } from '../core/line-url.ts'
import { silentLog } from '../core/log.ts'
import { systemRandom } from '../core/random.ts'
import { createLine, type Line } from '../line/line.ts'
import { claimLine } from '../line/lock.ts'
import { transportFor } from '../line/transports.ts'

/** Nobody else takes the line from one opening to the next; each of them says that it `isOurs`. Rejects with LINE_OWNED. */
export async function whileOurs<Result>(url: LineUrl, use: () => Promise<Result>): Promise<Result> {
  const release = await claimLine(lineKey(url))
  try {
    return await use()
  } finally {
    await release()
  }
}

/** Rejects with the line's fault where it cannot be opened, or is another meterd's. */
export async function openLine(
  url: LineUrl,
  replyWithinMs: number | null,
  { expectsSilence = false, isOurs = false } = {},
): Promise<Line> {
  const failed = Promise.withResolvers<never>()
  const line = createLine({
    id: lineKey(url),
    url,
    replyWithinMs,
    inFlight: 1,
    expectsSilence,
    clock: systemClock,
    random: systemRandom,
    transport: transportFor(url),
    claim: isOurs ? async () => async () => undefined : () => claimLine(lineKey(url)),
    // Whoever waits at a terminal wants the reason now, not the next attempt.
    log: {
      ...silentLog,
      warn: () =>
        failed.reject(new Fault(line.fault?.code ?? 'LINE_UNREACHABLE', line.fault?.text ?? lineKey(url))),
    },
  })
  line.start()
  try {
    await Promise.race([line.opened(), failed.promise])
  } catch (error) {
    await line.stop()
    throw error
  }
  failed.promise.catch(() => undefined)
  return line
}
