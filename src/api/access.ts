/** Who may ask what: each route names the one scope it takes, and no scope includes another (PR-72). */

import type { IncomingMessage } from 'node:http'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { MeterConfig } from '../config/config.ts'
import { assert, Fault } from '../core/faults.ts'
import { SCOPES, type Scope } from './key-file.ts'
import type { Holder, KeyRing } from './keys.ts'

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

const BEARER = /^Bearer ([^\s,]+)$/i

/** Checks every request before its body is read. A route that names no access stops the build of the server. */
export function guard(app: FastifyInstance, keys: KeyRing): void {
  app.decorateRequest('holder', null)
  app.addHook('onRequest', async request => {
    if (request.is404) return
    const access = request.routeOptions.config.access
    if (access === 'open') return
    assert(access !== undefined, `route ${request.routeOptions.url} names its access`)
    request.holder = await identify(request, keys)
    if (!request.holder.scopes.includes(access))
      throw new Fault('KEY_SCOPE', `this key holds ${request.holder.scopes.join(', ')}; this needs ${access}`)
  })
}

async function identify(request: FastifyRequest, keys: KeyRing): Promise<Holder> {
  if (trusted.has(request.raw)) return AT_THE_BOX
  const presented = BEARER.exec(request.headers.authorization ?? '')?.[1]
  if (presented === undefined) throw new Fault('KEY_MISSING', 'this needs an API key')
  const found = await keys.find(presented)
  if ('refused' in found) throw new Fault('KEY_MISSING', found.refused)
  return found
}

/** True when the caller's key covers the meter. */
export function maySee(request: FastifyRequest, meter: string): boolean {
  const holder = request.holder
  return holder !== null && (holder.meters === null || holder.meters.includes(meter))
}

/** The meters the caller's key covers; null for all. */
export function metersSeen({ holder }: FastifyRequest): readonly string[] | null {
  return holder === null ? [] : holder.meters
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
