/** What the gateway talks to and what listens on it: the embedded broker, InfluxDB, the API. MQTT: `mqtt.ts`. */

import { hostAndPort } from '../core/host.ts'
import { MINUTE } from '../core/time.ts'
import type { Complain, Path } from './complaint.ts'
import type { ApiConfig, InfluxConfig, ListenConfig, RateConfig } from './config.ts'
import { formatDuration, isLoopback, parseDuration, parseListen } from './quantities.ts'
import type { WrittenApi, WrittenConfig, WrittenDoor } from './schema.ts'
import { readCredentials, readToken, type Secrets } from './secrets.ts'
import { resolveTls } from './tls.ts'
import { holdsUserinfo } from './words.ts'

const USUAL_API = '127.0.0.1:8645'
export const USUAL_BROKER = '127.0.0.1:1883'
/** Most of what batching gains is gained here (measured). */
const USUAL_BATCH_LINES = 1000
/** Charts need not be younger, and a write costs the same for one line as for twenty. */
const USUAL_BATCH_AGE = '1s'
const LONGEST_BATCH_AGE_MS = MINUTE

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

/** What no honest puller meets: pages asked for one after the other as fast as they come. */
const USUAL_RATE: RateConfig = { perSecond: 200, burst: 5_000 }

export function resolveApi(written: WrittenApi | undefined, complain: Complain, warn: Complain): ApiConfig {
  const { perSecond = USUAL_RATE.perSecond, burst = USUAL_RATE.burst } = written?.rate ?? {}
  return { ...resolveDoor(written, USUAL_API, ['api'], complain, warn), rate: { perSecond, burst } }
}

export async function resolveInflux(
  written: WrittenConfig['influx'],
  secrets: Secrets,
  complain: Complain,
  warn: Complain,
): Promise<InfluxConfig | null> {
  if (!written) return null
  const path = ['influx']
  const credentials = await readCredentials(written, path, secrets, complain)
  const token = await readToken(written, path, secrets, complain)
  const ageMs = batchAge(written.batch?.age, [...path, 'batch', 'age'], complain)
  const url = parseServer(written.url, path, complain)
  const tls = await resolveTls(written.tls, url, path, secrets.folder, complain)
  if (!url || written.database === undefined) return null
  const protocol = url.protocol === 'https:' ? 'https' : 'http'
  const port = url.port === '' ? (protocol === 'https' ? 443 : 80) : Number(url.port)
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (protocol === 'http' && !isLoopback(host) && (credentials.username ?? token) !== null)
    warn(
      [...path, 'url'],
      'the password or token crosses the network for all to read',
      'use https:// and influx.tls',
    )
  return {
    host,
    port,
    protocol,
    database: written.database,
    retentionPolicy: written.retentionPolicy ?? null,
    ...credentials,
    token,
    tls,
    gzip: written.gzip ?? !isLoopback(host),
    batch: { lines: written.batch?.lines ?? USUAL_BATCH_LINES, ageMs },
  }
}

function batchAge(text: string | undefined, path: Path, complain: Complain): number {
  const ms = parseDuration(text ?? USUAL_BATCH_AGE) ?? 0
  if (ms > LONGEST_BATCH_AGE_MS)
    complain(path, `${text} is longer than ${formatDuration(LONGEST_BATCH_AGE_MS)}`, 'write 1m or less')
  return ms
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
