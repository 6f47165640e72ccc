/** How a verb asks the daemon that runs on the same data directory, through its control door. */

import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import { doorOf, fitsSocket } from '../api/door-path.ts'
import { FAULTS, Fault, type FaultCode } from '../core/faults.ts'

export interface Question {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** With its query, as over the network: `/v1/sinks`. */
  readonly path: string
  /** Sent as JSON. */
  readonly body?: unknown
  /** Sent as it is, in place of a body. */
  readonly csv?: Uint8Array
}

export interface DaemonAnswer {
  readonly status: number
  /** JSON as a value, everything else as text. */
  readonly body: unknown
}

/** Nobody listens: no daemon has run here, the last one ended, or it was killed. */
const NOBODY = ['ENOENT', 'ECONNREFUSED']

/**
 * Null when no daemon runs on this data directory; who then opens the store finds one without a door all the same
 * (STORE_OWNED). A refusal of the daemon is thrown as the fault it names.
 */
export async function askDaemon(dataDirectory: string, asked: Question): Promise<DaemonAnswer | null> {
  const path = doorOf(dataDirectory)
  if (!fitsSocket(path)) return null
  try {
    const { status, type, body } = await talk(path, asked)
    const answer = { status, body: /\bjson\b/.test(type) ? JSON.parse(body) : body }
    if (status >= 400) throw refusalOf(answer)
    return answer
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (NOBODY.includes(code)) return null
    if (code === 'EACCES')
      throw new Fault('STORE_OWNED', `the daemon at ${path} belongs to another user; run this as that user`)
    throw error instanceof Fault ? error : new Fault('ASK_FAILED', `the daemon broke off at ${path}`, error)
  }
}

interface Reply {
  readonly status: number
  readonly type: string
  readonly body: string
}

function talk(socketPath: string, { method, path, body, csv }: Question): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const json = body === undefined ? undefined : JSON.stringify(body)
    const type = csv ? 'text/csv' : 'application/json'
    const content = csv ?? json
    const headers = content === undefined ? {} : { 'content-type': type }
    // A connection kept would find the next daemon's door shut.
    const asking = request({ socketPath, method, path, headers, agent: false }, reply => {
      text(reply).then(
        words =>
          resolve({
            status: reply.statusCode ?? 0,
            type: reply.headers['content-type'] ?? '',
            body: words,
          }),
        reject,
      )
    })
    asking.once('error', reject)
    asking.end(content)
  })
}

function refusalOf({ status, body }: DaemonAnswer): Fault {
  const { code, detail } = typeof body === 'object' && body !== null ? (body as Partial<Problem>) : {}
  return isFaultCode(code)
    ? new Fault(code, detail ?? '')
    : new Fault('ASK_FAILED', `the daemon answered with status ${status}`)
}

interface Problem {
  readonly code: string
  readonly detail: string
}

function isFaultCode(code: string | undefined): code is FaultCode {
  return code !== undefined && Object.hasOwn(FAULTS, code)
}
