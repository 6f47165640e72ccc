/** How a verb asks the daemon that runs on the same data directory, through its control door. */

import { type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { doorOf, fitsSocket } from '../api/door-path.ts'
import type { Problem } from '../api/problems.ts'
import { FAULTS, Fault, type FaultCode } from '../core/faults.ts'

export interface Question {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** With its query, as over the network: `/v1/sinks`. */
  readonly path: string
  /** Sent as JSON. */
  readonly body?: unknown
  /** Sent as it is, in place of a body. */
  readonly csv?: Uint8Array
  /** Asked as its holder; without it as the user of this machine. */
  readonly key?: string | undefined
  /** Where it is done once only. */
  readonly idempotencyKey?: string
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
  return atDoor(dataDirectory, async path => answerOf(await reach(path, asked)))
}

/** The same of an answer that is taken as it comes: what is read of it fails where the daemon breaks off. */
export async function openAtDaemon(dataDirectory: string, path: string): Promise<IncomingMessage | null> {
  return atDoor(dataDirectory, async door => {
    const reply = await reach(door, { method: 'GET', path })
    if ((reply.statusCode ?? 0) >= 400) await answerOf(reply)
    return reply
  })
}

async function atDoor<Answer>(
  dataDirectory: string,
  ask: (path: string) => Promise<Answer>,
): Promise<Answer | null> {
  const path = doorOf(dataDirectory)
  if (!fitsSocket(path)) return null
  try {
    return await ask(path)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (NOBODY.includes(code)) return null
    if (code === 'EACCES')
      throw new Fault('STORE_OWNED', `the daemon at ${path} belongs to another user; run this as that user`)
    throw error instanceof Fault ? error : new Fault('ASK_FAILED', `the daemon broke off at ${path}`, error)
  }
}

/** Throws the fault a refusal names. */
async function answerOf(reply: IncomingMessage): Promise<DaemonAnswer> {
  const words = await text(reply)
  const isJson = /\bjson\b/.test(reply.headers['content-type'] ?? '')
  const answer = { status: reply.statusCode ?? 0, body: isJson ? JSON.parse(words) : words }
  if (answer.status >= 400) throw refusalOf(answer)
  return answer
}

function reach(
  socketPath: string,
  { method, path, body, csv, key, idempotencyKey }: Question,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const json = body === undefined ? undefined : JSON.stringify(body)
    const type = csv ? 'text/csv' : 'application/json'
    const content = csv ?? json
    const headers = {
      ...(content === undefined ? {} : { 'content-type': type }),
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
    }
    // A connection kept would find the next daemon's door shut.
    const asking = request({ socketPath, method, path, headers, agent: false }, resolve)
    asking.once('error', reject)
    asking.end(content)
  })
}

function refusalOf({ status, body }: DaemonAnswer): Fault {
  const { code, detail, ...why } = typeof body === 'object' && body !== null ? (body as Partial<Problem>) : {}
  return isFaultCode(code)
    ? new Fault(code, `${detail ?? ''}${whyNot(why)}`)
    : new Fault('ASK_FAILED', `the daemon answered with status ${status}`)
}

/** What stands against an order, with what to do about it. */
function whyNot({ reason, remedy, changes = [], interlocks = [] }: Partial<Problem>): string {
  if (reason === undefined) return ''
  const changed = changes.map(
    one => `\n  ${one.fact} was ${JSON.stringify(one.was)}, is ${JSON.stringify(one.is)}`,
  )
  const against = interlocks.map(one => `\n  ${one.name}  ${one.code}: ${one.text}; ${one.remedy}`)
  return [` (${reason}): ${remedy}`, ...changed, ...against, '\n'].join('')
}

function isFaultCode(code: string | undefined): code is FaultCode {
  return code !== undefined && Object.hasOwn(FAULTS, code)
}
