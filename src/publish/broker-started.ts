/** The embedded broker, where one is configured, and how we publish to it. */

import type { Config, MqttConfig } from '../config/config.ts'
import { Fault } from '../core/faults.ts'
import type { Log } from '../core/log.ts'
import type { Random } from '../core/random.ts'

interface Parts {
  readonly config: Config
  readonly mostClients: number
  readonly random: Random
  readonly log: Log
  readonly stops: (() => Promise<unknown>)[]
}

/** Not loaded where nobody asks for it: it costs memory. A port that is taken costs the broker, not the readings. */
export async function startBroker({
  config,
  mostClients,
  random,
  log,
  stops,
}: Parts): Promise<MqttConfig | null> {
  if (!config.broker) return null
  const { createBroker } = await import('./broker.ts')
  const broker = createBroker({ ...config.broker, random, mostClients })
  try {
    await broker.start()
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    log.warn({ code: error.code, hint: error.hint }, error.text)
    return null
  }
  stops.push(() => broker.stop())
  log.info({}, `embedded MQTT broker on ${broker.url()}`)
  if (!config.mqtt || new URL(config.mqtt.url).host !== new URL(broker.url()).host) return null
  return { ...config.mqtt, ...broker.publisher }
}
