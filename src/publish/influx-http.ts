/** HTTP to the one InfluxDB server: connections stay open, certificates are those of now, nothing waits for ever. */

import { Agent, type ClientRequest, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http'
import { Agent as SecureAgent, request as secureRequest } from 'node:https'
import type { InfluxConfig } from '../config/config.ts'
import { type Pems, STRICT } from '../config/tls.ts'
import type { Clock } from '../core/clock.ts'
import { Fault, messageOf } from '../core/faults.ts'
import { hostAndPort } from '../core/host.ts'
import { SECOND } from '../core/time.ts'
import type { SinkFault } from './sink.ts'
import { isSame, readPems } from './tls.ts'
import { type TlsDialled, tlsFault, untrusted } from './tls-words.ts'

export interface InfluxHttp {
  /** Never throws. A status that has come is an answer, also where the rest of it does not come in time. */
  ask(question: Question): Promise<Answer | NoAnswer>
  /** For the client library, so that it trusts whom we trust. Throws where a certificate file is no good. */
  agent(): Promise<Agent>
  close(): void
}

export interface Question {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer
  readonly withinMs: number
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface NoAnswer {
  readonly fault: SinkFault
  /** It was there and took its time: perhaps too much was asked at once. */
  readonly late: boolean
}

/** What an error says, no more than that: nothing may fill the memory. */
const MOST_WORDS = 64 * 1024

export function placeOfInflux({ protocol, host, port }: InfluxConfig): string {
  return `${protocol}://${hostAndPort(host, port)}`
}

export function createInfluxHttp(to: InfluxConfig, clock: Clock, signal: AbortSignal): InfluxHttp {
  const dialled = { place: placeOfInflux(to), section: 'influx' }
  const { host, port } = to
  const send = to.protocol === 'https' ? secureRequest : request
  let open: { readonly agent: Agent; readonly pems: Pems } | null = null

  /** Connections made under certificates that have been replaced are let go. */
  async function agent(): Promise<Agent> {
    const pems = to.protocol === 'https' ? await readPems(to.tls, dialled) : {}
    if ('code' in pems) throw new Fault(pems.code, pems.text)
    if (open && isSame(open.pems, pems)) return open.agent
    open?.agent.destroy()
    open = { agent: to.protocol === 'https' ? secureAgent(pems) : new Agent({ keepAlive: true }), pems }
    return open.agent
  }

  async function once({ method, path, headers, body, withinMs }: Question): Promise<Answer> {
    const through = await agent()
    if (signal.aborted) throw new Stopped()
    const sent = send({ agent: through, host, port, method, path, headers: headers ?? {} })
    const stop = () => sent.destroy(new Stopped())
    signal.addEventListener('abort', stop)
    try {
      return await answerTo(sent, body, call => clock.after(withinMs, call))
    } finally {
      signal.removeEventListener('abort', stop)
    }
  }

  return {
    async ask(question) {
      try {
        // A server that restarted while we were silent has closed the connection we would have used.
        return await once(question).catch((error: unknown) => {
          if (error instanceof Stale && !signal.aborted) return once(question)
          throw error
        })
      } catch (error) {
        return noAnswer(error, question, dialled)
      }
    },
    agent,
    close() {
      open?.agent.destroy()
      open = null
    },
  }
}

/** Connections that stay open; sessions are not resumed, which would not look at the certificate again. */
function secureAgent(pems: Pems): Agent {
  return new SecureAgent({ keepAlive: true, maxCachedSessions: 0, ...pems, ...STRICT })
}

class Late extends Error {}
class Stopped extends Error {}
class Stale extends Error {}

function answerTo(
  sent: ClientRequest,
  body: string | Buffer | undefined,
  late: (call: () => void) => () => void,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    let arrived: IncomingMessage | null = null
    let words = ''
    const finish = (error: Error | null) => {
      cancel()
      if (!arrived) return reject(error && isStale(sent, error) ? new Stale(messageOf(error)) : error)
      if (!arrived.complete) sent.destroy()
      resolve({ status: arrived.statusCode ?? 0, headers: arrived.headers, body: words })
    }
    const cancel = late(() => (arrived ? finish(null) : sent.destroy(new Late())))
    sent.on('error', finish)
    sent.on('response', response => {
      arrived = response
      response.setEncoding('utf8')
      response.on('data', (text: string) => {
        if (words.length <= MOST_WORDS) words += text
        else finish(null)
      })
      response.on('end', () => finish(null))
      response.on('error', finish)
    })
    sent.end(body)
  })
}

function isStale(sent: ClientRequest, error: Error): boolean {
  return sent.reusedSocket && 'code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE')
}

function noAnswer(error: unknown, { withinMs }: Question, dialled: TlsDialled): NoAnswer {
  const mistrust = error instanceof Fault ? untrusted(error.text) : tlsFault(error, dialled)
  if (mistrust) return { fault: mistrust, late: false }
  const { place } = dialled
  const late = error instanceof Late
  const why = late ? `no answer within ${withinMs / SECOND} s` : causeOf(error)
  // How some servers say that they want another certificate of ours, or one at all.
  const hungUp = place.startsWith('https') && why === 'ECONNRESET'
  const remedy = hungUp
    ? 'see its log, and check influx.tls.cert and key'
    : 'start it there or correct influx.url'
  const text = `no InfluxDB to be had at ${place} (${why}); ${remedy}`
  return { fault: { code: 'SINK_UNREACHABLE', text }, late }
}

function causeOf(error: unknown): string {
  if (error instanceof Stopped) return 'stopped'
  const code = error instanceof Error && 'code' in error ? error.code : null
  return typeof code === 'string' ? code : messageOf(error)
}
