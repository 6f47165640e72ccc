/** Who may ask what: each route names the one scope it takes, and no scope includes another (PR-72). */

import type { IncomingMessage } from 'node:http'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { MeterConfig } from '../config/config.ts'
import { assert, Fault } from '../core/faults.ts'
import { SCOPES, type Scope } from './key-file.ts'
import type { Holder, KeyRing } from './keys.ts'
import type { Limit } from './limit.ts'

/** `open`: no key is asked for, and nothing about meters is said. */
export type Access = 'open' | Scope

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access
  }
  interface FastifyRequest {
    holder: Holder | null
  }
}

/** Who comes through the control door (door.ts); the name is one no key can have. */
const AT_THE_BOX: Holder = { name: 'control door', scopes: [...SCOPES], meters: null }
const trusted = new WeakSet<IncomingMessage>()

/** This request needs no key: the operating system has checked who asks. */
export function trust(request: IncomingMessage): void {
  trusted.add(request)
}

export function isAtTheBox({ raw }: FastifyRequest): boolean {
  return trusted.has(raw)
}

const BEARER = /^Bearer ([^\s,]+)$/i

/**
 * Checks every request before its body is read, and that its caller does not ask too often: counted by the name of the
 * key, and by address where there is none that is known. A route that names no access stops the build of the server.
 */
export function guard(app: FastifyInstance, keys: KeyRing, limit: Limit): void {
  app.decorateRequest('holder', null)
  app.addHook('onRequest', async (request, reply) => {
    const access = request.is404 ? 'open' : request.routeOptions.config.access
    assert(access !== undefined, `route ${request.routeOptions.url} names its access`)
    if (trusted.has(request.raw)) request.holder = AT_THE_BOX
    else if (access === 'open') limit(request, reply, null)
    else request.holder = await identify(request, reply, { keys, limit })
    if (access !== 'open' && !request.holder?.scopes.includes(access))
      throw new Fault(
        'KEY_SCOPE',
        `this key holds ${request.holder?.scopes.join(', ')}; this needs ${access}`,
      )
  })
}

async function identify(
  request: FastifyRequest,
  reply: FastifyReply,
  { keys, limit }: { readonly keys: KeyRing; readonly limit: Limit },
): Promise<Holder> {
  const presented = BEARER.exec(request.headers.authorization ?? '')?.[1]
  const found = presented === undefined ? NO_KEY : await keys.find(presented)
  const holder = 'refused' in found ? null : found
  limit(request, reply, holder)
  if (holder === null) throw new Fault('KEY_MISSING', 'refused' in found ? found.refused : '')
  return holder
}

const NO_KEY = { refused: 'this needs an API key' }

/** True when the caller's key covers the meter. */
export function maySee(request: FastifyRequest, meter: string): boolean {
  const holder = request.holder
  return holder !== null && (holder.meters === null || holder.meters.includes(meter))
}

/** The meters the caller's key covers; null for all. */
export function metersSeen({ holder }: FastifyRequest): readonly string[] | null {
  return holder === null ? [] : holder.meters
}

/** Throws KEY_SCOPE: accounts are not of meters. */
export function requireAllMeters(request: FastifyRequest): void {
  if (metersSeen(request) !== null)
    throw new Fault('KEY_SCOPE', 'this key covers some meters only; this is of accounts')
}

/** The meter of this id. One that is not there and one the key does not cover get the same answer (ST-11). */
export function visibleMeter(
  request: FastifyRequest,
  meters: ReadonlyMap<string, MeterConfig>,
  id: string,
): MeterConfig {
  const meter = meters.get(id)
  if (meter === undefined || !maySee(request, id)) throw new Fault('ASK_UNKNOWN', 'there is no such meter')
  return meter
}
