/** One write to InfluxDB's HTTP interface, and what its answer means. Exact lines need a transport of their own. */

import type { InfluxConfig } from '../config/config.ts'
import type { Clock } from '../core/clock.ts'
import { hostAndPort } from '../core/host.ts'
import { SECOND } from '../core/time.ts'
import type { SinkFault } from './sink.ts'

/** `refused` is about the lines themselves: some of them are at fault, the others may have been stored. */
export type Verdict =
  | { readonly kind: 'written' }
  /** Not `forGood`: too large, perhaps only for a proxy. */
  | { readonly kind: 'refused'; readonly reason: string; readonly forGood: boolean }
  | { readonly kind: 'no database' }
  | { readonly kind: 'wait'; readonly fault: SinkFault; readonly retryAfterMs: number }

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: string
}

export const ANSWER_WITHIN_MS = 30 * SECOND

/** Longest wait we let a server ask for. */
const LONGEST_WAIT_SECONDS = 300
const WORDS_KEPT = 300
const MOST_WORDS = 64 * 1024
/** A limit of the server that a person can raise, not a fault of the reading (influxdb.conf: max-values-per-tag, max-series-per-database). */
const LIMIT_REACHED = /max-values-per-tag|max-series-per-database/

export function placeOfInflux({ protocol, host, port }: InfluxConfig): string {
  return `${protocol}://${hostAndPort(host, port)}`
}

export async function writeLines(
  to: InfluxConfig,
  lines: readonly string[],
  clock: Clock,
  signal: AbortSignal,
): Promise<Verdict> {
  const place = placeOfInflux(to)
  const ended = new AbortController()
  const end = () => ended.abort()
  const cancel = clock.after(ANSWER_WITHIN_MS, end)
  signal.addEventListener('abort', end)
  try {
    const response = await fetch(`${place}/write?db=${encodeURIComponent(to.database)}&precision=ms`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain; charset=utf-8', ...authorization(to) },
      body: lines.join('\n'),
      redirect: 'error',
      signal: ended.signal,
    })
    const body = await wordsOf(response)
    return verdictOf({ status: response.status, headers: response.headers, body }, to)
  } catch (error) {
    const why = ended.signal.aborted ? `no answer within ${ANSWER_WITHIN_MS / SECOND} s` : causeOf(error)
    const text = `no InfluxDB to be had at ${place} (${why}); start it there or correct influx.url`
    return { kind: 'wait', fault: { code: 'SINK_UNREACHABLE', text }, retryAfterMs: 0 }
  } finally {
    cancel()
    signal.removeEventListener('abort', end)
  }
}

/**
 * The counts in a "partial write" are not trusted: measured, the server says dropped=1 while it stored the others,
 * and dropped=0 for a line it could not parse. Only InfluxDB's own words set a reading aside: any other server that
 * happens to answer 400 must not cost us one. Too large (413) may be a proxy's word: smaller parts get through.
 */
export function verdictOf({ status, headers, body }: Answer, to: InfluxConfig): Verdict {
  if (status >= 200 && status < 300) return { kind: 'written' }
  const words = errorWords(body)
  const reason = `${status} ${words ?? body}`.slice(0, WORDS_KEPT).trim()
  const isInflux = words !== null || headers.has('x-influxdb-version')
  if (isInflux && status === 404) return { kind: 'no database' }
  if (isInflux && LIMIT_REACHED.test(reason))
    return { kind: 'wait', fault: faultOf(507, reason, to), retryAfterMs: 0 }
  if (status === 413) return { kind: 'refused', reason, forGood: false }
  if (isInflux && (status === 400 || status === 422)) return { kind: 'refused', reason, forGood: true }
  return { kind: 'wait', fault: faultOf(status, reason, to), retryAfterMs: retryAfterMs(headers) }
}

/** What an error says, no more than that: a success says nothing worth waiting for, and nothing may fill the memory. */
async function wordsOf(response: Response): Promise<string> {
  if (response.ok || response.body === null) {
    await response.body?.cancel()
    return ''
  }
  let words = ''
  const decoder = new TextDecoder()
  for await (const chunk of response.body) {
    words += decoder.decode(chunk, { stream: true })
    if (words.length > MOST_WORDS) break
  }
  return words
}

function faultOf(status: number, reason: string, to: InfluxConfig): SinkFault {
  const place = placeOfInflux(to)
  if (status === 401 || status === 403) {
    const text = `InfluxDB at ${place} refused these credentials (${reason}); correct influx.username and its password`
    return { code: 'SINK_REFUSED', text }
  }
  if (status === 429 || status >= 500)
    return {
      code: 'SINK_UNREACHABLE',
      text: `InfluxDB at ${place} cannot take readings now (${reason}); see its log`,
    }
  const text = `${place} does not answer like InfluxDB 1.x (${reason}); correct influx.url`
  return { code: 'SINK_REFUSED', text }
}

function authorization({ username, password }: InfluxConfig): Record<string, string> {
  if (username === null) return {}
  return { authorization: `Basic ${Buffer.from(`${username}:${password ?? ''}`).toString('base64')}` }
}

function retryAfterMs(headers: Headers): number {
  const seconds = Number(headers.get('retry-after') ?? 0)
  return seconds > 0 ? Math.min(seconds, LONGEST_WAIT_SECONDS) * SECOND : 0
}

function errorWords(body: string): string | null {
  try {
    const parsed: unknown = JSON.parse(body)
    if (typeof parsed !== 'object' || parsed === null || !('error' in parsed)) return null
    return typeof parsed.error === 'string' ? parsed.error : null
  } catch {
    return null
  }
}

/** fetch hides the socket's error one level down. */
function causeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  if (!(cause instanceof Error)) return String(cause)
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.message
}
