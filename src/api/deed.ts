/** What a caller does, as the journal names it. */

import type { FastifyRequest } from 'fastify'
import { assert } from '../core/faults.ts'
import { localUser } from '../running/local-user.ts'
import type { Caller, Deed } from '../store/store.ts'
import { isAtTheBox, isLocal, scopeUsed } from './access.ts'
import { addressOf } from './connections.ts'

export function deedOf(
  request: FastifyRequest,
  done: Pick<Deed, 'at' | 'action' | 'subject' | 'facts'>,
): Deed {
  return { ...done, ...callerOf(request) }
}

/**
 * Through the control door comes whoever may open it: the user the daemon runs as, or root; the system does not tell
 * which. So it goes by the daemon's own user.
 */
export function callerOf(request: FastifyRequest): Caller {
  const { holder } = request
  assert(holder !== null, 'whoever does something has a name')
  const { access = 'open' } = request.routeOptions.config
  const scope = access === 'open' ? access : (scopeUsed(request, access) ?? 'open')
  return isAtTheBox(request)
    ? { scope, actor: localUser(), address: 'local' }
    : { scope, actor: holder.name, address: isLocal(request) ? 'local' : addressOf(request) }
}
