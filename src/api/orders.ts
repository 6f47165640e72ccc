/** `/v1/orders`, `/v1/restores`, `/v1/supply`: cuts that two people must want, restores, the kill switch (PR-50 … PR-52, PR-64, PR-66). */

import type { FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { Fault } from '../core/faults.ts'
import { toHex } from '../core/hex.ts'
import type { OrderAct } from '../store/order/asked.ts'
import { tellHeldOpen, tellNow, tellOrder, tellSearch, tellStep, tellSupply } from '../store/order/told.ts'
import { refuse } from '../supply/order/refusal.ts'
import type { OrderDoors } from '../supplying/doors.ts'
import { isAtTheBox, requireAllMeters, scopeUsed } from './access.ts'
import type { App } from './app.ts'
import { callerOf, deedOf } from './deed.ts'
import { createEntering, type Entering, type Family } from './entering.ts'
import { createOnce, type Exchange, MAY_FAIL_ONCE } from './once.ts'
import {
  approvalGiven,
  cutGiven,
  order,
  orderLooked,
  orderNamed,
  ordersAsked,
  ordersPage,
  reasonGiven,
  resolutionGiven,
  restoreGiven,
  supplyState,
  switched,
} from './order-shapes.ts'
import { cutsInForce, inForce, LOOKERS, OFF } from './orders-in-force.ts'
import type { ApiParts } from './parts.ts'
import { PROBLEM_TYPE, problemKept } from './problems.ts'
import { nothing } from './shapes.ts'
import { instantGiven } from './times.ts'
import { JSON_TYPE, written } from './written.ts'

type OrderParts = Pick<ApiParts, 'orders' | 'store' | 'site' | 'clock' | 'random'>

const PER_PAGE = 100
const MOST_PER_PAGE = 500
const MAY_FAIL = { ...OFF, ORDER_REFUSED: 'operator-1 asked for it', ...MAY_FAIL_ONCE }
const tags = ['orders']

export function orderRoutes(app: App, parts: OrderParts): void {
  lookRoutes(app, parts)
  const once = createOnce(parts)
  const family: Family<OrderAct> = {
    ...{ tags, mayFail: MAY_FAIL, answers: order, inForce: () => inForce(parts) },
    async send(act, exchange) {
      const orders = inForce(parts)
      const refused = await refusedAtTheDoor(act, exchange, parts)
      return refused ?? once(asked => orders.ask({ ...asked, act }), exchange)
    },
  }
  const enter = createEntering(app, family)
  const enterCut = createEntering(app, { ...family, inForce: () => cutsInForce(parts) })
  cutRoutes(enterCut, parts)
  tellingRoutes(enter)
  restoreRoute(enter, parts)
  switchRoutes(enter, enterCut)
}

function lookRoutes(app: App, parts: OrderParts): void {
  const { site, clock } = parts
  const config = { access: LOOKERS, mayFail: OFF }
  const preValidation = async () => void inForce(parts)
  app.get(
    '/v1/orders',
    {
      config,
      preValidation,
      schema: {
        summary: 'Cuts and restores, in the order they were asked for',
        tags,
        querystring: ordersAsked,
        response: { 200: written(ordersPage) },
      },
    },
    async (request, reply) => {
      requireAllMeters(request)
      const { after = 0, limit = PER_PAGE, open, ...narrow } = request.query
      const isOpen = open === undefined ? undefined : open === 'true'
      const asked = { after, limit: Math.min(limit, MOST_PER_PAGE), ...narrow, isOpen }
      const { orders, reached } = await inForce(parts).list(asked)
      const told = orders.map(one => ({
        sequence: one.sequence,
        ...tellOrder(one.order, site.offsetMinutes, clock.now()),
      }))
      reply.type(JSON_TYPE)
      return bytesOf<typeof ordersPage>({ orders: told, next: reached })
    },
  )
  app.get(
    '/v1/orders/:id',
    {
      config,
      preValidation,
      schema: {
        summary: 'An order, what became of it, and to who may approve: what is so now, with its digest',
        description:
          'To a key of `approve` it says in `now` what may be approved; that it was shown is written down, and it may be approved by that key for as long as `approval.selectFor` of the policy has it (PR-51).',
        tags,
        params: orderNamed,
        querystring: nothing,
        response: { 200: written(orderLooked) },
      },
    },
    async (request, reply) => {
      requireAllMeters(request)
      const { id } = request.params
      const orders = inForce(parts)
      const to = approverAsking(request)
      const shown =
        to === null ? null : await orders.show({ order: id, to, caller: callerOf(request), now: clock.now() })
      const kept = await orders.one(id)
      if (kept === null) throw new Fault('ASK_UNKNOWN', `there is no order ${id}`)
      reply.type(JSON_TYPE)
      return bytesOf<typeof orderLooked>({
        ...tellOrder(kept.order, site.offsetMinutes, clock.now()),
        now: shown && tellNow(shown, site.offsetMinutes),
        heldOpen: kept.heldOpen && tellHeldOpen(kept.heldOpen, site.offsetMinutes),
        steps: kept.steps.map(step => tellStep(step, site.offsetMinutes)),
      })
    },
  )
  app.get(
    '/v1/supply',
    {
      config,
      preValidation,
      schema: {
        summary: 'What stands against all cuts at once: the kill switch, its file, the fuse',
        tags,
        querystring: nothing,
        response: { 200: supplyState },
      },
    },
    async request => {
      requireAllMeters(request)
      const orders = inForce(parts)
      const state = await orders.state()
      return {
        ...tellSupply(state, site.offsetMinutes),
        stopFile: state.hasStopFile,
        search: state.search && tellSearch(state.search, site.offsetMinutes),
        isRehearsal: orders.isRehearsal,
      }
    },
  )
}

/** By name; null where who asks may not approve, or only asks whether there is something to be seen. */
function approverAsking(request: FastifyRequest): string | null {
  const { method, holder } = request
  if (method !== 'GET' || holder === null || isAtTheBox(request)) return null
  return holder.scopes.includes('approve') ? holder.name : null
}

type Told<Schema extends z.ZodType> = DeepReadonly<z.output<Schema>>
type DeepReadonly<Value> = Value extends object
  ? { readonly [Field in keyof Value]: DeepReadonly<Value[Field]> }
  : Value

/** Not looked at again by the serialiser, on the thread that times the lines; tests hold them against their schemas. */
function bytesOf<Schema extends z.ZodType>(told: Told<Schema>): Uint8Array {
  return Buffer.from(JSON.stringify(told))
}

/** What stops cuts, takes them back or undoes them is open to whoever holds the scope, at the box too (PR-64, PR-66). */
const ON_THE_SAFE_SIDE: readonly OrderAct['kind'][] = ['cancel', 'restore', 'stop']

/** All else is done by a person, with a key of one role (P-06, PR-52). Null where nothing is against it. */
async function refusedAtTheDoor(
  act: OrderAct,
  { request, reply }: Exchange,
  { orders, store, clock }: OrderParts,
): Promise<Uint8Array | null> {
  if (orders === undefined || ON_THE_SAFE_SIDE.includes(act.kind)) return null
  const held = isAtTheBox(request)
    ? refuse('KEY_NEEDED', 'who comes through the control door has no name of their own')
    : rolesTogether(request, orders)
  if (held === null) return null
  const { refused: refusal } = held
  const { code, text } = refusal
  const subject = 'order' in act ? `order ${act.order}` : 'meter' in act ? `meter ${act.meter}` : 'supply'
  const action = `order-${act.kind}.refused`
  await store.journalAdd(deedOf(request, { at: clock.now(), action, subject, facts: { code, text } }))
  const problem = problemKept({ code: 'ORDER_REFUSED', text, refusal }, request.id)
  reply.status(problem.status).type(PROBLEM_TYPE)
  return Buffer.from(JSON.stringify(problem))
}

function rolesTogether(request: FastifyRequest, { apart }: OrderDoors) {
  const { holder } = request
  const { access = 'open' } = request.routeOptions.config
  const used = access === 'open' ? undefined : scopeUsed(request, access)
  const both = apart.find(
    pair => pair.some(scope => scope === used) && pair.every(scope => holder?.scopes.includes(scope)),
  )
  return both ? refuse('ROLES_TOGETHER', `this key holds both ${both.join(' and ')}`) : null
}

function cutRoutes(enterCut: Entering<OrderAct>, { random }: OrderParts): void {
  const ofOrder = { params: orderNamed }
  enterCut(
    {
      ...{ path: '/v1/orders', access: 'operate', params: nothing, body: cutGiven },
      summary: 'Ask for a cut: what an approver must see of it, and the digest of that',
      description:
        'Nothing is sent by it. Refused where anything stands against the cut but the time of day.',
    },
    ({ ticket = null, batch = null, ...given }) => ({
      ...{ kind: 'cut', id: newId(random), ...given, ticket, batch },
    }),
  )
  enterCut(
    {
      ...{ path: '/v1/orders/:id/approve', access: 'approve', ...ofOrder, body: approvalGiven },
      summary: 'Approve a cut another key has asked for, by the digest of what you have seen of it',
      description: 'Look at it first (`GET /v1/orders/{id}`) with the same key.',
    },
    ({ digest }, { id }) => ({ kind: 'approve', order: id, digest }),
  )
  enterCut(
    {
      ...{ path: '/v1/orders/:id/release', access: 'approve', ...ofOrder, body: nothing },
      summary: 'Let a cut out of quarantine: it is to be looked at and approved anew',
    },
    (_, { id }) => ({ kind: 'release', order: id }),
  )
}

/** What takes a cut back, or tells what became of it, is there without a configuration of orders too. */
function tellingRoutes(enter: Entering<OrderAct>): void {
  const ofOrder = { params: orderNamed }
  enter(
    {
      ...{ path: '/v1/orders/:id/cancel', access: ['operate', 'approve'], ...ofOrder, body: reasonGiven },
      summary: 'Take a cut back that has not left',
    },
    ({ reason }, { id }) => ({ kind: 'cancel', order: id, reason }),
  )
  enter(
    {
      ...{
        path: '/v1/orders/:id/resolve',
        access: ['approve', 'restore'],
        ...ofOrder,
        body: resolutionGiven,
      },
      summary: 'Say what became of an order where the meter does not tell',
      description:
        'Of a restore only that it is done (`executed`); the meter is looked at all the same. One that was not asked for by a person needs the word of two keys, or a look, unless the meter waits for its button (P-18).',
    },
    ({ as, how }, { id }) => ({ kind: 'resolve', order: id, as, how }),
  )
}

function restoreRoute(enter: Entering<OrderAct>, { random, site }: OrderParts): void {
  enter(
    {
      ...{ path: '/v1/restores', access: 'restore', params: nothing, body: restoreGiven },
      summary: 'Restore a meter',
      description:
        'Nobody needs to approve it, and no window, fuse or kill switch stops it. All cuts of the meter that have not left are taken back. Payments ask for it by themselves.',
    },
    ({ ticket = null, batch = null, confirmation = null, ...given }) => ({
      ...{ kind: 'restore', id: newId(random), ...given, ticket, batch },
      confirmation: confirmation && {
        ...confirmation,
        at: instantGiven('confirmation.at', confirmation.at, site.offsetMinutes),
      },
    }),
  )
}

function switchRoutes(enter: Entering<OrderAct>, enterCut: Entering<OrderAct>): void {
  const usual = { params: nothing, body: reasonGiven, answers: switched }
  enter(
    {
      ...{ path: '/v1/supply/stop', access: ['operate', 'approve', 'restore', 'admin'], ...usual },
      summary: 'Stop all cuts at once; restores go on',
      description: 'What has not left is put in quarantine, and stays there when cuts are allowed again.',
    },
    ({ reason }) => ({ kind: 'stop', reason }),
  )
  enter(
    { ...{ path: '/v1/supply/resume', access: 'approve', ...usual }, summary: 'Allow cuts again' },
    ({ reason }) => ({ kind: 'resume', reason }),
  )
  enterCut(
    {
      ...{ path: '/v1/supply/reset', access: 'approve', ...usual },
      summary: 'Reset a blown fuse: the first asks for it, another does it',
    },
    ({ reason }) => ({ kind: 'reset', reason }),
  )
}

function newId(random: OrderParts['random']): string {
  return `O-${toHex(random.bytes(16), '').toLowerCase()}`
}
