/** `/v1/notices`, `/v1/visits`, `/v1/protections` and what of them is of one account: entered once, and listed (P-04, P-10, C-09). */

import { z } from 'zod'
import type { SafeguardAct } from '../store/safeguard/asked.ts'
import { requireAllMeters } from './access.ts'
import type { App } from './app.ts'
import { createEntering, type Entering } from './entering.ts'
import { accountOfMoney } from './ledger-shapes.ts'
import { createOnce, MAY_FAIL_ONCE } from './once.ts'
import type { ApiParts } from './parts.ts'
import {
  accountSafeguards,
  changeGiven,
  confirmationGiven,
  cutFacts,
  declarationGiven,
  declarations,
  noticeGiven,
  noticeNamed,
  noticesPage,
  protectionGiven,
  protectionNamed,
  receiptGiven,
  safeguardEntry,
  visitGiven,
  visitsPage,
  wholeGiven,
} from './safeguard-shapes.ts'
import { nothing, onwards } from './shapes.ts'
import { instantGiven } from './times.ts'
import { sendWritten, written } from './written.ts'

type SafeguardParts = Pick<ApiParts, 'pages' | 'store' | 'site' | 'clock' | 'status'>

const PER_PAGE = 100
const MAY_FAIL = { SAFEGUARD_REFUSED: 'notice N-2026-0077 is not of account 0004712', ...MAY_FAIL_ONCE }

export function safeguardRoutes(app: App, parts: SafeguardParts): void {
  accountRoutes(app, parts)
  listRoutes(app, parts)
  const once = createOnce(parts)
  const enter = createEntering<SafeguardAct>(app, {
    ...{ tags: ['safeguards'], mayFail: MAY_FAIL, answers: safeguardEntry },
    send: (act, exchange) => once(asked => parts.store.safeguard({ ...asked, act }), exchange),
  })
  noticeRoutes(enter, parts)
  protectionRoutes(enter)
  declaredRoutes(app, enter, parts)
}

function accountRoutes(app: App, { pages, clock, status }: SafeguardParts): void {
  const usual = { tags: ['safeguards'], params: accountOfMoney, querystring: nothing }
  app.get(
    '/v1/accounts/:id/safeguards',
    {
      config: { access: 'billing' },
      schema: {
        ...usual,
        summary: 'Notices of an account and what came of them, visits, protections',
        response: { 200: written(accountSafeguards) },
      },
    },
    async (request, reply) => {
      requireAllMeters(request)
      return sendWritten(reply, await pages.safeguards({ account: request.params.id }))
    },
  )
  app.get(
    '/v1/accounts/:id/facts',
    {
      config: { access: 'billing' },
      schema: {
        ...usual,
        summary: 'What is known of an account when a cut is thought of',
        description:
          'As `meterd policy explain --facts` takes it: what is left out is unknown, and what is unknown never passes.',
        response: { 200: written(cutFacts) },
      },
    },
    async (request, reply) => {
      requireAllMeters(request)
      const gatewayTime = status().timeTrusted ? 'trusted' : 'doubted'
      const page = await pages.facts({ account: request.params.id, now: clock.now(), gatewayTime })
      return sendWritten(reply, page)
    },
  )
}

function listRoutes(app: App, { pages, clock }: SafeguardParts): void {
  const usual = {
    tags: ['safeguards'],
    querystring: z.strictObject(onwards),
  }
  app.get(
    '/v1/notices',
    {
      config: { access: 'billing' },
      schema: {
        ...usual,
        summary: 'Notices that were required, in that order, and how each stands',
        description:
          'For services that notify people and take no MQTT: keep `next` together with what you made of the page.',
        response: { 200: written(noticesPage) },
      },
    },
    async (request, reply) => {
      requireAllMeters(request)
      const { after = 0, limit = PER_PAGE } = request.query
      return sendWritten(reply, await pages.notices({ after, limit }))
    },
  )
  app.get(
    '/v1/visits',
    {
      config: { access: 'billing' },
      schema: {
        ...usual,
        summary: 'Customers whose notice no channel has delivered: somebody must go there',
        description: 'Whoever was visited, paid, or was told by another notice since is not among them.',
        response: { 200: written(visitsPage) },
      },
    },
    async (request, reply) => {
      requireAllMeters(request)
      const { after = 0, limit = PER_PAGE } = request.query
      return sendWritten(reply, await pages.visits({ after, limit, now: clock.now() }))
    },
  )
}

function noticeRoutes(enter: Entering<SafeguardAct>, { site }: SafeguardParts): void {
  const instant = (text: string) => instantGiven('at', text, site.offsetMinutes)
  enter(
    {
      ...{ path: '/v1/accounts/:id/notices', access: 'billing' },
      summary: 'Require a notice to the customer; whoever notifies people is asked for it',
      description: 'It is published as `notice.required`, again until something is heard of it.',
      ...{ params: accountOfMoney, body: noticeGiven },
    },
    ({ order = null, ...given }, { id: account }) => ({ kind: 'notice', account, ...given, order }),
  )
  enter(
    {
      ...{ path: '/v1/notices/:id/receipts', access: 'billing' },
      summary: 'Enter what a channel says of a notice',
      description: 'When every channel was tried in vain as often as it should be, a visit is required.',
      ...{ params: noticeNamed, body: receiptGiven },
    },
    ({ at, remark = null, ...given }, { id: notice }) => ({
      ...{ kind: 'receipt', notice, ...given, remark },
      at: instant(at),
    }),
  )
  enter(
    {
      ...{ path: '/v1/accounts/:id/visits', access: 'billing' },
      summary: 'Enter a visit',
      description: 'With a photo, handed or posted, it delivers the notice it names.',
      ...{ params: accountOfMoney, body: visitGiven },
    },
    ({ at, notice = null, photo = null, ...given }, { id: account }) => ({
      ...{ kind: 'visit', account, ...given, notice, photo },
      at: instant(at),
    }),
  )
}

/** One key protects; it takes another to protect less. */
function protectionRoutes(enter: Entering<SafeguardAct>): void {
  enter(
    {
      ...{ path: '/v1/accounts/:id/protections', access: 'billing' },
      summary: 'Protect a customer from being cut',
      ...{ params: accountOfMoney, body: protectionGiven },
    },
    ({ to = null, authorityReference = null, ...given }, { id: account }) => ({
      ...{ kind: 'protection', account, ...given, to, authorityReference },
    }),
  )
  enter(
    {
      ...{ path: '/v1/protections/:id/changes', access: 'admin' },
      summary: 'End a protection, prolong it, or enter the approval of an authority',
      description:
        'What protects longer holds at once (`changed`); what protects less is proposed (`change`), and another key confirms it.',
      ...{ params: protectionNamed, body: changeGiven },
    },
    ({ to, authorityReference, reason }, { id: protection }) => ({
      ...{ kind: 'change', protection, reason },
      ...(to === undefined ? {} : { to }),
      ...(authorityReference === undefined ? {} : { authorityReference }),
    }),
  )
  enter(
    {
      ...{ path: '/v1/protections/:id/changes/confirm', access: 'approve' },
      summary: 'Confirm a change of a protection another key has proposed',
      ...{ params: protectionNamed, body: confirmationGiven },
    },
    ({ sequence: proposal }, { id: protection }) => ({ kind: 'changed', protection, proposal }),
  )
  enter(
    {
      ...{ path: '/v1/protections/whole', access: 'admin' },
      summary: 'Say that all protected customers are entered',
      description:
        'Before that nobody is known not to be protected; it is to be said anew when a store was restored or rescued.',
      ...{ params: nothing, body: wholeGiven },
    },
    ({ source }) => ({ kind: 'list', source }),
  )
  enter(
    {
      ...{ path: '/v1/protections/whole/confirm', access: 'approve' },
      summary: 'Confirm that all protected customers are entered, as another key has said',
      ...{ params: nothing, body: confirmationGiven },
    },
    ({ sequence: proposal }) => ({ kind: 'listed', proposal }),
  )
}

const LOOKERS = ['billing', 'operate', 'approve', 'restore', 'audit'] as const

/** Conditions of the policy's in which nobody is cut, such as heat (P-09). */
function declaredRoutes(
  app: App,
  enter: Entering<SafeguardAct>,
  { pages, clock, site }: SafeguardParts,
): void {
  app.get(
    '/v1/supply/declared',
    {
      config: { access: LOOKERS },
      schema: {
        summary: 'Which conditions of the policy are declared, and until when',
        description: 'What is not among them is unknown, and what is unknown never passes.',
        ...{ tags: ['safeguards'], querystring: nothing, response: { 200: written(declarations) } },
      },
    },
    async (request, reply) => {
      requireAllMeters(request)
      return sendWritten(reply, await pages.declared({ now: clock.now() }))
    },
  )
  enter(
    {
      ...{ path: '/v1/supply/declared', access: 'billing', params: nothing, body: declarationGiven },
      summary: 'Declare that there is a condition of the policy, such as heat, or that there is none',
      description: 'The last word counts. While it is so no cut leaves, approved or not.',
    },
    ({ until, source = null, ...given }) => ({
      ...{ kind: 'declared', ...given, source },
      until: instantGiven('until', until, site.offsetMinutes),
    }),
  )
}
