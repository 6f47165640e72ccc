/** The ports that boxes dial, within the descriptors there are. */

import type { Config, LineConfig } from '../config/config.ts'
import type { Clock } from '../core/clock.ts'
import type { Log } from '../core/log.ts'
import type { Random } from '../core/random.ts'
import { createDialIn, type DialIn } from '../line/dial-in.ts'
import { clientsAllowed, descriptorLimit, dialledAllowed } from './descriptors.ts'
import type { Stop } from './stops.ts'

interface ListenersParts {
  readonly config: Pick<Config, 'lines' | 'listeners'>
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
}

/** By port. One that is taken is tried again, and costs its lines only. */
export async function startListeners(
  { config, clock, random, log }: ListenersParts,
  stops: Stop[],
): Promise<ReadonlyMap<number, DialIn>> {
  const listeners = new Map<number, DialIn>()
  let room = dialledAllowed(descriptorLimit(), ownLines(config.lines))
  for (const settings of config.listeners) {
    const { port } = settings
    const connections = Math.min(settings.connections, room)
    if (connections < settings.connections)
      log.warn(
        { hint: 'raise LimitNOFILE of the service, or lower listeners[].connections' },
        `port ${port}: the open files allowed leave room for ${connections} connections, not for ${settings.connections}`,
      )
    room -= connections
    const dtus = config.lines.flatMap(({ url }) =>
      url.kind === 'tcp-listen' && url.port === port ? [url.dtu] : [],
    )
    const listener = createDialIn({ ...settings, connections, dtus, clock, random, log })
    stops.push(() => listener.stop())
    await listener.start()
    listeners.set(port, listener)
  }
  return listeners
}

/** Those that hold descriptors of their own. */
export function ownLines(lines: readonly LineConfig[]): number {
  return lines.filter(({ url }) => url.kind !== 'tcp-listen').length
}

/** For the API, and for the embedded broker where there is one. */
export function mostClients({ lines, listeners, broker }: Config): number {
  const dialled = listeners.reduce((sum, { connections }) => sum + connections, 0)
  return clientsAllowed(descriptorLimit(), ownLines(lines) + Math.ceil(dialled / 2), broker ? 2 : 1)
}
