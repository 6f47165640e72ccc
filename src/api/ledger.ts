/** `/v1/accounts/{id}/…`, `/v1/prices`: the terms of accounts, their payments and charges, and what is left (P-03, C-06). */

import { z } from 'zod'
import type { LedgerAct } from '../store/ledger/asked.ts'
import { requireAllMeters } from './access.ts'
import type { App } from './app.ts'
import {
  accountBalance,
  accountOfMoney,
  balanceGiven,
  confirmGiven,
  eventsPage,
  ledgerEntry,
  ledgerPage,
  listNamed,
  onceHeaders,
  paymentGiven,
  priceLists,
  pricesGiven,
  reversalGiven,
  termsGiven,
  thresholdsGiven,
} from './ledger-shapes.ts'
import { createOnce, type Exchange, MAY_FAIL_ONCE } from './once.ts'
import type { ApiParts } from './parts.ts'
import { nothing, paging, wholeNumber } from './shapes.ts'
import { instantGiven } from './times.ts'
import { sendWritten, written } from './written.ts'

type LedgerParts = Pick<ApiParts, 'pages' | 'store' | 'site' | 'clock'>

const PER_PAGE = 100
const MAY_FAIL = { LEDGER_REFUSED: 'payment P-2026-0815 has been entered before', ...MAY_FAIL_ONCE }
const ONCE = 'Once for each `Idempotency-Key` of a caller: the same again is given the first answer again.'

type Enter = (act: LedgerAct, exchange: Exchange) => Promise<Uint8Array>

export function ledgerRoutes(app: App, parts: LedgerParts): void {
  const once = createOnce(parts)
  const enter: Enter = (act, exchange) => once(asked => parts.store.post({ ...asked, act }), exchange)
  readRoutes(app, parts)
  termsRoute(app, parts, enter)
  pricesRoute(app, parts, enter)
  moneyRoutes(app, parts, enter)
  thresholdRoutes(app, parts, enter)
}

function readRoutes(app: App, { pages, clock }: LedgerParts): void {
  const tags = ['accounts']
  app.get(
    '/v1/accounts/:id/balance',
    {
      config: { access: 'billing' },
      schema: {
        summary: 'Mode and balance of an account, how long it lasts, and what is not charged and why',
        tags,
        params: accountOfMoney,
        querystring: nothing,
        response: { 200: written(accountBalance) },
      },
    },
    async (request, reply) => {
      requireAllMeters(request)
      const page = await pages.balance({ account: request.params.id, now: clock.now() })
      return sendWritten(reply, page)
    },
  )
  app.get(
    '/v1/accounts/:id/ledger',
    {
      config: { access: 'billing' },
      schema: {
        summary: 'Everything entered of an account, in the order it was entered, with the balance after it',
        tags,
        params: accountOfMoney,
        querystring: z.strictObject({
          after: wholeNumber.optional().meta({ description: '`next` of the page before; without it all' }),
          limit: paging.limit,
        }),
        response: { 200: written(ledgerPage) },
      },
    },
    async (request, reply) => {
      requireAllMeters(request)
      const { after = 0, limit = PER_PAGE } = request.query
      return sendWritten(reply, await pages.ledger({ account: request.params.id, after, limit }))
    },
  )
  app.get(
    '/v1/events',
    {
      config: { access: 'billing' },
      schema: {
        summary: 'What became of accounts, in the order it did: levels reached and left',
        description: 'For services that notify people: keep `next` together with what you made of the page.',
        tags,
        querystring: z.strictObject({
          after: wholeNumber.optional().meta({ description: '`next` of the page before; without it all' }),
          limit: paging.limit,
        }),
        response: { 200: written(eventsPage) },
      },
    },
    async (request, reply) => {
      requireAllMeters(request)
      const { after = 0, limit = PER_PAGE } = request.query
      return sendWritten(reply, await pages.events({ after, limit }))
    },
  )
  app.get(
    '/v1/prices',
    {
      config: { access: 'billing' },
      schema: {
        summary: 'Price lists and their tables',
        tags,
        querystring: nothing,
        response: { 200: written(priceLists) },
      },
    },
    async (_request, reply) => sendWritten(reply, await pages.prices({})),
  )
}

/** One key proposes, another confirms (P-01). */
function thresholdRoutes(app: App, { site }: LedgerParts, enter: Enter): void {
  const usual = { tags: ['accounts'], params: accountOfMoney, querystring: nothing, headers: onceHeaders }
  app.post(
    '/v1/accounts/:id/thresholds',
    {
      config: { access: 'operate', mayFail: MAY_FAIL },
      schema: {
        ...usual,
        summary: 'Propose at which balance an account is warned, and when its overdraft is used up',
        description: `Nothing changes until another key has confirmed it. ${ONCE}`,
        body: thresholdsGiven,
        response: { 200: written(ledgerEntry) },
      },
    },
    async (request, reply) => {
      const from = instantGiven('from', request.body.from, site.offsetMinutes)
      const act = { ...request.body, kind: 'thresholds', account: request.params.id, from } as const
      return enter(act, { request, reply })
    },
  )
  app.post(
    '/v1/accounts/:id/thresholds/confirm',
    {
      config: { access: 'approve', mayFail: MAY_FAIL },
      schema: {
        ...usual,
        summary: 'Confirm thresholds another key has proposed',
        description: ONCE,
        body: confirmGiven,
        response: { 200: written(ledgerEntry) },
      },
    },
    async (request, reply) => {
      const { sequence: proposal } = request.body
      return enter({ kind: 'confirmed', account: request.params.id, proposal }, { request, reply })
    },
  )
}

function termsRoute(app: App, { site }: LedgerParts, enter: Enter): void {
  app.post(
    '/v1/accounts/:id/terms',
    {
      config: { access: 'admin', mayFail: MAY_FAIL },
      schema: {
        summary: 'Enter the mode of an account, its agreement, and how its balance is kept',
        description: `From a midnight on. The first terms may begin in the past, all others in the future. ${ONCE}`,
        tags: ['accounts'],
        params: accountOfMoney,
        querystring: nothing,
        headers: onceHeaders,
        body: termsGiven,
        response: { 200: written(ledgerEntry) },
      },
    },
    async (request, reply) => {
      const { from, currency = null, prices = null, ...given } = request.body
      const terms = { ...given, currency, prices, from: instantGiven('from', from, site.offsetMinutes) }
      return enter({ kind: 'terms', account: request.params.id, terms }, { request, reply })
    },
  )
}

function pricesRoute(app: App, { site }: LedgerParts, enter: Enter): void {
  app.post(
    '/v1/prices/:id',
    {
      config: { access: 'admin', mayFail: MAY_FAIL },
      schema: {
        summary: 'Add a table to a price list',
        description: `It holds until the next begins. One that is in force never changes; one of the future is replaced by another of the same \`from\`. ${ONCE}`,
        tags: ['accounts'],
        params: listNamed,
        querystring: nothing,
        headers: onceHeaders,
        body: pricesGiven,
        response: { 200: written(ledgerEntry) },
      },
    },
    async (request, reply) => {
      const { from, currency, registers } = request.body
      const at = instantGiven('from', from, site.offsetMinutes)
      const act = { kind: 'prices', list: request.params.id, from: at, currency, registers } as const
      return enter(act, { request, reply })
    },
  )
}

/** What billing enters of an account: where, what it is, and how its body becomes an act. */
function moneyRoutes(app: App, { site }: LedgerParts, enter: Enter): void {
  const add = <Body extends z.ZodType<{ readonly at: string }>>(
    method: 'POST' | 'PUT',
    path: string,
    { summary, body }: { readonly summary: string; readonly body: Body },
    actOf: (given: Omit<z.output<Body>, 'at'>, of: { account: string; at: number }) => LedgerAct,
  ) =>
    app.route({
      method,
      url: `/v1/accounts/:id/${path}`,
      config: { access: 'billing', mayFail: MAY_FAIL },
      schema: {
        summary,
        description: ONCE,
        tags: ['accounts'],
        params: accountOfMoney,
        querystring: nothing,
        headers: onceHeaders,
        body,
        response: { 200: written(ledgerEntry) },
      },
      async handler(request, reply) {
        const { at, ...given } = request.body as z.output<Body>
        const { id: account } = request.params as { readonly id: string }
        const act = actOf(given, { account, at: instantGiven('at', at, site.offsetMinutes) })
        return enter(act, { request, reply })
      },
    })
  const paid =
    'Enter a payment; of an account that is prepaid in the meter it is looked for there, and moves no balance'
  add('POST', 'payments', { summary: paid, body: paymentGiven }, (given, of) => ({
    ...{ kind: 'payment', ...given },
    ...of,
  }))
  const reversal = 'Take a payment back: an entry of its own over the whole of it'
  add('POST', 'reversals', { summary: reversal, body: reversalGiven }, (given, of) => ({
    ...{ kind: 'reversal', ...given },
    ...of,
  }))
  const stated = 'State the balance billing keeps itself, with the time it was so'
  add('PUT', 'balance', { summary: stated, body: balanceGiven }, (given, of) => ({
    ...{ kind: 'balance', ...given },
    ...of,
  }))
}
