/** The way to a broker, kept open: dials again after a loss, says "online" first on every connection, "offline" last. */

import type { TlsFiles } from '../config/tls.ts'
import { backOffMs } from '../core/back-off.ts'
import type { Clock } from '../core/clock.ts'
import type { Random } from '../core/random.ts'
import { SECOND } from '../core/time.ts'
import { type Connection, openConnection, placeOf } from './mqtt-connection.ts'
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
  readonly url: string
  readonly username: string | null
  readonly password: string | null
  readonly tls: TlsFiles | null
  /**
   * One gateway, one id: when it comes back, the broker ends what it still believes connected at once, so that the
   * old connection's will cannot arrive after the new one's birth.
   */
  readonly clientId: string
  /** Where "online" and "offline" are retained. */
  readonly statusTopic: string
  readonly clock: Clock
  readonly random: Random
}

const GREET_WITHIN_MS = 10 * SECOND
const FAREWELL_WITHIN_MS = SECOND

export function createLink(parts: LinkParts): Link {
  const { clock, random, statusTopic: topic } = parts
  const place = placeOf(parts.url)
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
        if (stopping.signal.aborted) await farewell(current)
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

  /** A connection that has acknowledged our birth; null, and why in `fault`, when there is none to be had. */
  async function dial(): Promise<Connection | null> {
    const opened = await openConnection({ ...parts, will: { topic, payload: 'offline' } }, stopping.signal)
    if ('code' in opened) {
      fault = opened
      return null
    }
    if (await say(opened, 'online', GREET_WITHIN_MS, stopping.signal)) return opened
    await farewell(opened)
    fault = { code: 'SINK_UNREACHABLE', text: `${place} accepted a connection but acknowledges nothing` }
    return null
  }

  /** A clean goodbye takes the will back, so the status is set by hand. */
  async function farewell(to: Connection): Promise<void> {
    await say(to, 'offline', FAREWELL_WITHIN_MS)
    await to.close()
  }

  /** Retains the status; true when the broker answered, even if only that we may not. */
  async function say(
    to: Connection,
    status: string,
    withinMs: number,
    unless?: AbortSignal,
  ): Promise<boolean> {
    if (unless?.aborted) return false
    const over = new AbortController()
    const end = () => over.abort()
    let answered = false
    to.publish(topic, status, 'status', outcome => {
      answered = outcome !== 'lost'
      end()
    })
    const cancel = to.whenEnded(end)
    unless?.addEventListener('abort', end)
    await clock.sleep(withinMs, over.signal)
    unless?.removeEventListener('abort', end)
    cancel()
    return answered
  }

  return {
    start(heard) {
      keeping = keep(heard)
    },
    connection: async () => current ?? dialling,
    fault: () => fault,
    async stop() {
      stopping.abort()
      if (current !== null) await farewell(current)
      await keeping
    },
  }
}
