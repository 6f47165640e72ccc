/** `/v1/accounts/{id}/…`, `/v1/prices`: the terms of accounts, their payments and charges, and what is left (P-03, C-06). */

import { z } from 'zod'
import type { LedgerAct } from '../store/ledger/asked.ts'
import { requireAllMeters } from './access.ts'
import type { App } from './app.ts'
import { createEntering, type Entering } from './entering.ts'
import {
  accountBalance,
  accountOfMoney,
  balanceGiven,
  confirmGiven,
  eventsPage,
  ledgerEntry,
  ledgerPage,
  listNamed,
  paymentGiven,
  priceLists,
  pricesGiven,
  reversalGiven,
  termsGiven,
  thresholdsGiven,
} from './ledger-shapes.ts'
import { createOnce, MAY_FAIL_ONCE } from './once.ts'
import type { ApiParts } from './parts.ts'
import { nothing, onwards } from './shapes.ts'
import { instantGiven } from './times.ts'
import { sendWritten, written } from './written.ts'

type LedgerParts = Pick<ApiParts, 'pages' | 'store' | 'site' | 'clock'>

const PER_PAGE = 100
const MAY_FAIL = { LEDGER_REFUSED: 'payment P-2026-0815 has been entered before', ...MAY_FAIL_ONCE }

type Enter = Entering<LedgerAct>

export function ledgerRoutes(app: App, parts: LedgerParts): void {
  const once = createOnce(parts)
  const enter = createEntering<LedgerAct>(app, {
    ...{ tags: ['accounts'], mayFail: MAY_FAIL, answers: ledgerEntry },
    send: (act, exchange) => once(asked => parts.store.post({ ...asked, act }), exchange),
  })
  readRoutes(app, parts)
  termsRoutes(enter, parts)
  moneyRoutes(enter, parts)
  thresholdRoutes(enter, parts)
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
        querystring: z.strictObject(onwards),
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
        description:
          'For services that notify people: keep `next` together with what you made of the page. Of orders see `GET /v1/supply/changes`.',
        tags,
        querystring: z.strictObject(onwards),
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

function termsRoutes(enter: Enter, { site }: LedgerParts): void {
  const instant = (text: string) => instantGiven('from', text, site.offsetMinutes)
  enter(
    {
      ...{ path: '/v1/accounts/:id/terms', access: 'admin' },
      summary: 'Enter the mode of an account, its agreement, and how its balance is kept',
      description: 'From a midnight on. The first terms may begin in the past, all others in the future.',
      ...{ params: accountOfMoney, body: termsGiven },
    },
    ({ from, currency = null, prices = null, ...given }, { id: account }) => ({
      ...{ kind: 'terms', account },
      terms: { ...given, currency, prices, from: instant(from) },
    }),
  )
  enter(
    {
      ...{ path: '/v1/prices/:id', access: 'admin' },
      summary: 'Add a table to a price list',
      description:
        'It holds until the next begins. One that is in force never changes; one of the future is replaced by another of the same `from`.',
      ...{ params: listNamed, body: pricesGiven },
    },
    ({ from, currency, registers, ladder, standing }, { id: list }) => ({
      ...{ kind: 'prices', list, from: instant(from), currency, registers },
      ...(ladder && { ladder }),
      ...(standing && { standing: { due: null, ...standing } }),
    }),
  )
}

/** What billing enters of the money of an account. */
function moneyRoutes(enter: Enter, { site }: LedgerParts): void {
  const instant = (text: string) => instantGiven('at', text, site.offsetMinutes)
  const usual = { access: 'billing', params: accountOfMoney } as const
  enter(
    {
      ...{ ...usual, path: '/v1/accounts/:id/payments', body: paymentGiven },
      summary: 'Enter a payment; of an account that is prepaid in the meter it is looked for there',
    },
    ({ at, ...given }, { id: account }) => ({ kind: 'payment', ...given, account, at: instant(at) }),
  )
  enter(
    {
      ...{ ...usual, path: '/v1/accounts/:id/reversals', body: reversalGiven },
      summary: 'Take a payment back: an entry of its own over the whole of it',
    },
    ({ at, ...given }, { id: account }) => ({ kind: 'reversal', ...given, account, at: instant(at) }),
  )
  enter(
    {
      ...{ ...usual, method: 'PUT', path: '/v1/accounts/:id/balance', body: balanceGiven },
      summary: 'State the balance billing keeps itself, with the time it was so',
    },
    ({ at, ...given }, { id: account }) => ({ kind: 'balance', ...given, account, at: instant(at) }),
  )
}

/** One key proposes, another confirms (P-01). */
function thresholdRoutes(enter: Enter, { site }: LedgerParts): void {
  enter(
    {
      ...{ path: '/v1/accounts/:id/thresholds', access: 'operate' },
      summary: 'Propose at which balance an account is warned, and when its overdraft is used up',
      description: 'Nothing changes until another key has confirmed it.',
      ...{ params: accountOfMoney, body: thresholdsGiven },
    },
    ({ from, ...given }, { id: account }) => ({
      ...{ ...given, kind: 'thresholds', account },
      from: instantGiven('from', from, site.offsetMinutes),
    }),
  )
  enter(
    {
      ...{ path: '/v1/accounts/:id/thresholds/confirm', access: 'approve' },
      summary: 'Confirm thresholds another key has proposed',
      ...{ params: accountOfMoney, body: confirmGiven },
    },
    ({ sequence: proposal }, { id: account }) => ({ kind: 'confirmed', account, proposal }),
  )
}
