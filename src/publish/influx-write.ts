/** One write to InfluxDB's HTTP interface, and what its answer means. Exact lines need a transport of their own. */

import type { IncomingHttpHeaders } from 'node:http'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { InfluxConfig } from '../config/config.ts'
import { SECOND } from '../core/time.ts'
import { type Answer, type InfluxHttp, placeOfInflux } from './influx-http.ts'
import type { SinkFault } from './sink.ts'

/** `refused` is about the lines themselves: some of them are at fault, the others may have been stored. */
export type Verdict =
  | { readonly kind: 'written' }
  | { readonly kind: 'refused'; readonly reason: string; readonly guilt: Guilt }
  | { readonly kind: 'no database'; readonly reason: string }
  | Wait

export interface Wait {
  readonly kind: 'wait'
  readonly fault: SinkFault
  readonly retryAfterMs: number
  /** No answer came in time: perhaps it was too much at once for this server or the way to it. */
  readonly late: boolean
}

/**
 * What a refusal of one line alone says of it. `certain`: this line, whatever becomes of others. `likely`: this line,
 * where others are taken. `unsure`: perhaps only something between us and the server, such as a proxy.
 */
export type Guilt = 'certain' | 'likely' | 'unsure'

export const ANSWER_WITHIN_MS = 30 * SECOND

/** Longest wait we let a server ask for. */
const LONGEST_WAIT_SECONDS = 300
const WORDS_KEPT = 300
/** A limit of the server that a person can raise, not a fault of the reading (influxdb.conf: max-values-per-tag, max-series-per-database). */
const LIMIT_REACHED = /max-values-per-tag|max-series-per-database/
/** Too old for the server to keep: no later try and no setting of ours changes that. */
const TOO_OLD = /(beyond|outside) retention/
const NO_POLICY = /retention policy not found/
/** Below this a write fits a packet as it is. */
const LEAST_COMPRESSED_BYTES = 1_400

const compress = promisify(gzip)

export async function writeLines(
  http: InfluxHttp,
  to: InfluxConfig,
  lines: readonly string[],
  heard: (headers: IncomingHttpHeaders) => void = () => {},
): Promise<Verdict> {
  const text = lines.join('\n')
  const zipped = to.gzip && text.length >= LEAST_COMPRESSED_BYTES
  const answer = await http.ask({
    method: 'POST',
    path: writePath(to),
    headers: {
      'content-type': 'text/plain; charset=utf-8',
      ...(zipped && { 'content-encoding': 'gzip' }),
      ...authorization(to),
    },
    // Level 1: a fifth of the bytes; higher levels cost more than they save (measured).
    body: zipped ? await compress(text, { level: 1 }) : text,
    withinMs: ANSWER_WITHIN_MS,
  })
  if ('fault' in answer) return { kind: 'wait', retryAfterMs: 0, ...answer }
  heard(answer.headers)
  return verdictOf(answer, to)
}

export function authorization({ username, password, token }: InfluxConfig): Record<string, string> {
  if (token !== null) return { authorization: `Token ${token}` }
  if (username === null) return {}
  return { authorization: `Basic ${Buffer.from(`${username}:${password ?? ''}`).toString('base64')}` }
}

function writePath({ database, retentionPolicy }: InfluxConfig): string {
  const policy = retentionPolicy === null ? '' : `&rp=${encodeURIComponent(retentionPolicy)}`
  return `/write?db=${encodeURIComponent(database)}${policy}&precision=ms`
}

/**
 * The counts in a "partial write" are not trusted: measured, the server says dropped=1 while it stored the others,
 * and dropped=0 for a line it could not parse. Only InfluxDB's own words set a reading aside: any other server that
 * happens to answer 400 must not cost us one, and none that answers 200 with a page has stored anything: every
 * version says 204. Too large (413) may be a proxy's word: smaller parts get through.
 */
export function verdictOf({ status, headers, body }: Answer, to: InfluxConfig): Verdict {
  if (status === 204) return { kind: 'written' }
  const words = errorWords(body) ?? wordOf(headers['x-influxdb-error'])
  const reason = `${status} ${words ?? body}`.slice(0, WORDS_KEPT).trim()
  const isInflux = words !== null || headers['x-influxdb-version'] !== undefined
  const wait = (fault: SinkFault, retryAfterMs = 0): Verdict => ({
    kind: 'wait',
    fault,
    retryAfterMs,
    late: false,
  })
  if (isInflux && NO_POLICY.test(reason)) return wait(policyFault(reason, to))
  if (isInflux && status === 404) return { kind: 'no database', reason }
  if (isInflux && LIMIT_REACHED.test(reason)) return wait(faultOf(507, reason, to))
  if (status === 413) return { kind: 'refused', reason, guilt: isInflux ? 'likely' : 'unsure' }
  if (isInflux && (status === 400 || status === 422))
    return { kind: 'refused', reason, guilt: TOO_OLD.test(reason) ? 'certain' : 'likely' }
  return wait(faultOf(status, reason, to), retryAfterMs(headers))
}

export function faultOf(status: number, reason: string, to: InfluxConfig): SinkFault {
  const place = placeOfInflux(to)
  if (status === 401 || status === 403) {
    const remedy =
      to.token === null
        ? 'correct influx.username and its password'
        : 'correct the token, or what it may write'
    return {
      code: 'SINK_REFUSED',
      text: `InfluxDB at ${place} refused these credentials (${reason}); ${remedy}`,
    }
  }
  if (status === 429 || status >= 500)
    return {
      code: 'SINK_UNREACHABLE',
      text: `InfluxDB at ${place} cannot take readings now (${reason}); see its log`,
    }
  const text = `${place} does not answer like InfluxDB (${reason}); correct influx.url`
  return { code: 'SINK_REFUSED', text }
}

function policyFault(reason: string, to: InfluxConfig): SinkFault {
  const text = `InfluxDB at ${placeOfInflux(to)} refused the retention policy (${reason})`
  return { code: 'SINK_REFUSED', text: `${text}; create it there, or correct influx.retentionPolicy` }
}

function retryAfterMs(headers: IncomingHttpHeaders): number {
  const seconds = Number(headers['retry-after'] ?? 0)
  return seconds > 0 ? Math.min(seconds, LONGEST_WAIT_SECONDS) * SECOND : 0
}

/** 1.x says `error`; 2.x `code` and `message`; 3 `error`, and of the lines `data[].error_message`. */
function errorWords(body: string): string | null {
  const said = parsed(body)
  const first = Array.isArray(said?.['data']) ? said['data'][0] : said?.['data']
  const more = wordOf(isRecord(first) ? first['error_message'] : undefined)
  const words = wordOf(said?.['error']) ?? (said?.['code'] === undefined ? null : wordOf(said['message']))
  return words !== null && more !== null ? `${words}: ${more}` : words
}

function parsed(body: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(body)
    return isRecord(value) ? value : null
  } catch {
    return null
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function wordOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
