/** What the gateway talks to and what listens on it: the embedded broker, InfluxDB, the API. MQTT: `mqtt.ts`. */

import { hostAndPort } from '../core/host.ts'
import type { Complain, Path } from './complaint.ts'
import type { InfluxConfig, ListenConfig } from './config.ts'
import { isLoopback, parseListen } from './quantities.ts'
import type { WrittenConfig, WrittenDoor } from './schema.ts'
import { readCredentials, type Secrets } from './secrets.ts'
import { holdsUserinfo } from './words.ts'

export const USUAL_API = '127.0.0.1:8645'
export const USUAL_BROKER = '127.0.0.1:1883'

/**
 * A place to listen on. Beyond this machine traffic would go unencrypted (PR-70), so it takes `insecure: true`,
 * which is passed on as a warning.
 */
export function resolveDoor(
  written: WrittenDoor | undefined,
  usual: string,
  path: Path,
  complain: Complain,
  warn: Complain,
): ListenConfig {
  const listen = parseListen(written?.listen ?? usual) ?? { host: '127.0.0.1', port: 0 }
  if (isLoopback(listen.host)) return listen
  const text = `${hostAndPort(listen.host, listen.port)} can be reached from other machines, without encryption`
  const at = [...path, 'listen']
  if (written?.insecure === true) warn(at, text, 'put a TLS proxy in front and listen on 127.0.0.1')
  else complain(at, text, 'listen on 127.0.0.1 behind a TLS proxy; or accept the risk with insecure: true')
  return listen
}

export async function resolveInflux(
  written: WrittenConfig['influx'],
  secrets: Secrets,
  complain: Complain,
): Promise<InfluxConfig | null> {
  if (!written) return null
  const path = ['influx']
  const credentials = await readCredentials(written, path, secrets, complain)
  const url = parseServer(written.url, path, complain)
  if (!url || written.database === undefined) return null
  const protocol = url.protocol === 'https:' ? 'https' : 'http'
  const port = url.port === '' ? (protocol === 'https' ? 443 : 80) : Number(url.port)
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port,
    protocol,
    database: written.database,
    ...credentials,
  }
}

/** An address without user, password, path or query; one with a password in it is not shown. */
export function parseServer(text: string | undefined, path: Path, complain: Complain): URL | null {
  if (text === undefined) return null
  const at = [...path, 'url']
  if (holdsUserinfo(text)) {
    complain(
      at,
      'there is a user name or password in this URL',
      'use username and passwordFile or passwordEnv',
    )
    return null
  }
  const url = URL.canParse(text) ? new URL(text) : null
  if (url && url.hostname !== '' && /^\/?$/.test(url.pathname) && url.search === '' && url.hash === '')
    return url
  complain(at, `${JSON.stringify(text)} is not scheme://host:port`, 'write the host, a colon and the port')
  return null
}
