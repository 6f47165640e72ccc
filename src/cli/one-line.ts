/** A line for the length of one verb: opened at once or refused with the reason, and a conversation on it. */

import { systemClock } from '../core/clock.ts'
import { Fault } from '../core/faults.ts'
import { type LineUrl, lineKey } from '../core/line-url.ts'
import { silentLog } from '../core/log.ts'
import { systemRandom } from '../core/random.ts'
import type { Call, Conversation, Driver } from '../driver-api/driver.ts'
import { type Conversed, createLine, type Line, PRIORITY } from '../line/line.ts'
import { claimLine } from '../line/lock.ts'
import { hexWithout, secretsOf } from '../line/secrets.ts'
import { transportFor } from '../line/transports.ts'
import type { PointsAsked } from './read-points.ts'
import type { Terminal } from './verb.ts'

/** Rejects with the line's fault where it cannot be opened, or is another meterd's. */
export async function openLine(
  url: LineUrl,
  replyWithinMs: number | null,
  { expectsSilence = false } = {},
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
    claim: () => claimLine(lineKey(url)),
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

/** One conversation on a line of its own. */
export async function converse<Result>(
  url: LineUrl,
  replyWithinMs: number | null,
  driver: Driver,
  asked: Pick<PointsAsked, 'address' | 'profile'>,
  conversation: (call: Call) => Conversation<Result>,
): Promise<Conversed<Result>> {
  const line = await openLine(url, replyWithinMs)
  try {
    const call = {
      address: asked.address,
      sequence: line.sequence,
      traits: asked.profile?.traits ?? {},
      refusedBefore: new Set<string>(),
    }
    return await line.converse({
      driver,
      conversation: conversation(call),
      priority: PRIORITY.onDemand,
      meter: asked.address,
      retries: { silent: 1, silentOnceAnswered: 1, damaged: 2 },
    })
  } finally {
    await line.stop()
  }
}

/** The frames of a conversation for people, passwords replaced. */
export function trace({ exchanges }: Conversed<unknown>, driver: Driver, io: Terminal): void {
  const shown = (bytes: Uint8Array) => hexWithout(bytes, secretsOf(bytes, driver))
  for (const { request, frame, others, sentAt, receivedAt, outcome } of exchanges) {
    io.err(`> ${hexWithout(request.bytes, secretsOf(request.bytes, driver, request))}`)
    for (const other of others) io.err(`  ${other.outcome}: ${other.reply ? shown(other.reply) : ''}`)
    if (outcome === 'sent') io.err('  to all; nobody answers')
    else
      io.err(
        frame
          ? `< ${shown(frame.bytes)}  (${(receivedAt ?? sentAt) - sentAt} ms)`
          : `  no answer (${outcome})`,
      )
  }
}
