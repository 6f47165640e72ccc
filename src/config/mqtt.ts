/** Settings of MQTT: the broker, how to reach it, and what is published there. */

import { hostAndPort } from '../core/host.ts'
import type { Complain } from './complaint.ts'
import type { ListenConfig, MqttConfig, SparkplugConfig } from './config.ts'
import type { WrittenConfig } from './schema.ts'
import { readCredentials, type Secrets } from './secrets.ts'
import { parseServer } from './services.ts'
import { NO_FILES, resolveTls } from './tls.ts'
import { checkTopic, type TopicUse, USUAL_TOPIC } from './topic.ts'

const USUAL_PREFIX = 'meterd/v1'
const USUAL_DISCOVERY = 'homeassistant'

const USUAL = {
  username: null,
  password: null,
  tls: NO_FILES,
  topicPrefix: USUAL_PREFIX,
  topic: USUAL_TOPIC,
  protocol: null,
  session: 'clean',
  watermark: false,
  homeAssistant: null,
} as const

/** What topics are made of beside the settings of MQTT. */
export interface Named {
  readonly gateway: string | undefined
  readonly meters: TopicUse['meters']
}

/** Where readings are published. With an embedded broker and nothing else said, there. */
export async function resolveMqtt(
  written: WrittenConfig['mqtt'],
  { gateway = '-', meters }: Named,
  broker: ListenConfig | null,
  secrets: Secrets,
  complain: Complain,
  warn: Complain,
): Promise<MqttConfig | null> {
  if (!written) return broker && { ...USUAL, url: urlOf(broker) }
  const path = ['mqtt']
  const credentials = await readCredentials(written, path, secrets, complain)
  const url = parseServer(written.url, path, complain)
  const tls = await resolveTls(written.tls, url, path, secrets.folder, complain)
  const { topicPrefix = USUAL_PREFIX, topic = USUAL_TOPIC, homeAssistant: ha } = written
  checkTopic(topic, { prefix: topicPrefix, gateway, meters }, [...path, 'topic'], complain, warn)
  if (!url) return null
  return {
    ...credentials,
    url: written.url ?? '',
    tls,
    topicPrefix,
    topic,
    protocol: written.version === undefined ? null : written.version === 5 ? 5 : 4,
    session: written.session ?? 'clean',
    watermark: written.watermark ?? false,
    homeAssistant: ha ? { prefix: ha.prefix ?? USUAL_DISCOVERY } : null,
  }
}

export async function resolveSparkplug(
  written: WrittenConfig['sparkplug'],
  secrets: Secrets,
  complain: Complain,
): Promise<SparkplugConfig | null> {
  if (!written) return null
  const path = ['sparkplug']
  const credentials = await readCredentials(written, path, secrets, complain)
  const url = parseServer(written.url, path, complain)
  const tls = await resolveTls(written.tls, url, path, secrets.folder, complain)
  if (!url || written.group === undefined) return null
  return { ...credentials, url: written.url ?? '', tls, group: written.group }
}

/** A broker that listens everywhere is reached on this machine. */
function urlOf({ host, port }: ListenConfig): string {
  const everywhere = host === '0.0.0.0' || host === '::'
  return `mqtt://${hostAndPort(everywhere ? '127.0.0.1' : host, port)}`
}
