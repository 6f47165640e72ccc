/** The way to a broker, kept open: dials again after a loss, greets on every connection, says goodbye on the last. */

import { backOffMs } from '../core/back-off.ts'
import type { Clock } from '../core/clock.ts'
import type { Random } from '../core/random.ts'
import { SECOND } from '../core/time.ts'
import type { Connection, Outcome } from './mqtt-connection.ts'
import { JITTER, type SinkFault } from './sink.ts'

export interface Link {
  /** `heard` is told of each connection (null) and of why there is none. */
  start(heard: (fault: SinkFault | null) => void): void
  /** The connection, waited for while it is being dialled; null between two tries. */
  connection(): Promise<Connection | null>
  /** Why there was no connection last. */
  fault(): SinkFault
  stop(): Promise<void>
}

export interface LinkParts {
  /** Where to, for people. */
  readonly place: string
  /**
   * Dials. One gateway, one client id: when it comes back, the broker ends what it still believes connected at once,
   * so that the old connection's will cannot arrive after the new one's birth.
   */
  open(signal: AbortSignal): Promise<Connection | SinkFault>
  /** What is said first; false when the broker does not answer it. */
  greet(to: Connection, signal: AbortSignal): Promise<boolean>
  /** A clean goodbye takes the will back, so what it says is said by hand. */
  farewell(to: Connection): Promise<unknown>
  readonly clock: Clock
  readonly random: Random
}

export const GREET_WITHIN_MS = 10 * SECOND
export const FAREWELL_WITHIN_MS = SECOND

export function createLink({ place, open, greet, farewell, clock, random }: LinkParts): Link {
  const stopping = new AbortController()
  let keeping: Promise<void> = Promise.resolve()
  let current: Connection | null = null
  let dialling: Promise<Connection | null> | null = null
  let fault: SinkFault = { code: 'SINK_UNREACHABLE', text: `no connection to ${place} yet` }

  async function keep(heard: (fault: SinkFault | null) => void): Promise<void> {
    let attempt = 0
    while (!stopping.signal.aborted) {
      dialling = dial()
      current = await dialling
      dialling = null
      if (current !== null) {
        if (stopping.signal.aborted) await leave(current)
        attempt = 0
        heard(null)
        fault = await current.ended
        current = null
      }
      if (stopping.signal.aborted) break
      heard(fault)
      await clock.sleep(backOffMs(attempt, random, JITTER), stopping.signal)
      attempt += 1
    }
  }

  /** A connection that has answered our greeting; null, and why in `fault`, when there is none to be had. */
  async function dial(): Promise<Connection | null> {
    const opened = await open(stopping.signal)
    if ('code' in opened) {
      fault = opened
      return null
    }
    if (await greet(opened, stopping.signal)) return opened
    await leave(opened)
    fault = { code: 'SINK_UNREACHABLE', text: `${place} accepted a connection but acknowledges nothing` }
    return null
  }

  async function leave(connection: Connection): Promise<void> {
    await farewell(connection)
    await connection.close()
  }

  return {
    start(heard) {
      keeping = keep(heard)
    },
    connection: async () => current ?? dialling,
    fault: () => fault,
    async stop() {
      stopping.abort()
      if (current !== null) await leave(current)
      await keeping
    },
  }
}

/** Asks and waits; what the answer was, 'lost' when none came in time, before the end or until `unless`. */
export async function answerTo(
  connection: Connection,
  clock: Clock,
  withinMs: number,
  ask: (done: (outcome: Outcome) => void) => void,
  unless?: AbortSignal,
): Promise<Outcome> {
  let answer: Outcome = 'lost'
  if (unless?.aborted) return answer
  const over = new AbortController()
  const end = () => over.abort()
  ask(outcome => {
    answer = outcome
    end()
  })
  const cancel = connection.whenEnded(end)
  unless?.addEventListener('abort', end)
  await clock.sleep(withinMs, over.signal)
  unless?.removeEventListener('abort', end)
  cancel()
  return answer
}
