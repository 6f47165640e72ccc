/** Settings of MQTT: the broker, how to reach it, and what is published there. */

import { hostAndPort } from '../core/host.ts'
import type { Complain } from './complaint.ts'
import type { ListenConfig, MqttConfig } from './config.ts'
import type { WrittenConfig } from './schema.ts'
import { readCredentials, type Secrets } from './secrets.ts'
import { parseServer } from './services.ts'
import { resolveTls } from './tls.ts'

const USUAL_TOPIC = 'meterd/v1'

/** Where readings are published. With an embedded broker and nothing else said, there. */
export async function resolveMqtt(
  written: WrittenConfig['mqtt'],
  broker: ListenConfig | null,
  secrets: Secrets,
  complain: Complain,
): Promise<MqttConfig | null> {
  if (!written)
    return (
      broker && { url: urlOf(broker), username: null, password: null, tls: null, topicPrefix: USUAL_TOPIC }
    )
  const path = ['mqtt']
  const credentials = await readCredentials(written, path, secrets, complain)
  const url = parseServer(written.url, path, complain)
  const tls = await resolveTls(written.tls, url?.protocol !== 'mqtt:', path, secrets.folder, complain)
  if (!url) return null
  return { url: written.url ?? '', ...credentials, tls, topicPrefix: written.topicPrefix ?? USUAL_TOPIC }
}

/** A broker that listens everywhere is reached on this machine. */
function urlOf({ host, port }: ListenConfig): string {
  const everywhere = host === '0.0.0.0' || host === '::'
  return `mqtt://${hostAndPort(everywhere ? '127.0.0.1' : host, port)}`
}
