/** What is done once for each Idempotency-Key of a caller: asked again it is given the first answer, byte for byte (PR-61). */

import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { assert, Fault } from '../core/faults.ts'
import type { PostAsked } from '../store/ledger/asked.ts'
import type { OrderPosted } from '../store/order/asked.ts'
import { requireAllMeters } from './access.ts'
import { callerOf } from './deed.ts'
import type { ApiParts } from './parts.ts'
import { PROBLEM_TYPE, problemKept } from './problems.ts'
import { JSON_TYPE } from './written.ts'

export interface Exchange {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
}

/** What is asked, but for what it is about. */
type Asking = Omit<PostAsked, 'act'>
export type DoOnce = (
  send: (asked: Asking) => Promise<OrderPosted>,
  exchange: Exchange,
) => Promise<Uint8Array>

/** What a route of these may fail with, beside what it refuses. */
export const MAY_FAIL_ONCE = {
  KEY_REUSED: 'this Idempotency-Key came with another request before',
  ASK_RUNNING: 'a request with this Idempotency-Key is being answered',
}

export function createOnce({ clock }: Pick<ApiParts, 'clock'>): DoOnce {
  const running = new Set<string>()
  return async (send, { request, reply }) => {
    const by = request.holder?.name
    assert(by !== undefined, 'whoever enters something has a name')
    requireAllMeters(request)
    const key = String(request.headers['idempotency-key'])
    const one = `${by}\n${key}`
    if (running.has(one)) throw new Fault('ASK_RUNNING', MAY_FAIL_ONCE.ASK_RUNNING)
    running.add(one)
    try {
      const once = { key, digest: digestOf(request), request: request.id }
      const posted = await send({ now: clock.now(), by, caller: callerOf(request), once })
      if ('reused' in posted) throw new Fault('KEY_REUSED', MAY_FAIL_ONCE.KEY_REUSED)
      if ('answer' in posted) {
        reply.type(JSON_TYPE)
        return Buffer.from(posted.answer)
      }
      const problem = problemKept(posted, posted.request)
      reply.status(problem.status).type(PROBLEM_TYPE)
      return Buffer.from(JSON.stringify(problem))
    } finally {
      running.delete(one)
    }
  }
}

function digestOf({ method, url, body }: FastifyRequest): string {
  return createHash('sha256')
    .update(`${method} ${url}\n${JSON.stringify(body)}`)
    .digest('hex')
}
