/** Every route × every kind of caller against one table (ST-10, PR-70 … PR-72). */

import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { FastifyInstance } from 'fastify'
import { describe, expect, test } from 'vitest'
import type { Access } from '../../src/api/access.ts'
import { SCOPES } from '../../src/api/key-file.ts'
import { MIDNIGHT, type TestApi, testApi } from '../support/api.ts'
import { stored } from '../support/memory-store.ts'

const ID = '0'.repeat(32)

/** What concerns orders is there for whoever has to do with them; here none are configured. */
const LOOKERS = ['billing', 'operate', 'approve', 'restore', 'audit'] as const

/** Every route, what it takes, where a request goes, and what a caller who may gets. */
const TABLE: Readonly<Record<string, { access: Access; url?: string; status?: number }>> = {
  'GET /healthz': { access: 'open' },
  'GET /readyz': { access: 'open' },
  'GET /metrics': { access: 'open' },
  'GET /': { access: 'open', status: 302 },
  'GET /openapi.json': { access: 'open' },
  'GET /docs': { access: 'open' },
  'GET /docs/json': { access: 'open' },
  'GET /docs/yaml': { access: 'open' },
  'GET /docs/static/index.html': { access: 'open', status: 302 },
  'GET /docs/static/swagger-initializer.js': { access: 'open' },
  'GET /docs/static/*': { access: 'open', url: '/docs/static/swagger-ui.css' },
  'GET /v1/meters': { access: 'read' },
  'GET /v1/meters/:id': { access: 'read', url: '/v1/meters/m1' },
  'GET /v1/meters/:id/readings': { access: 'read', url: '/v1/meters/m1/readings' },
  'GET /v1/meters/:id/intervals': { access: 'read', url: '/v1/meters/m1/intervals?obis=1-0:1.8.0' },
  'GET /v1/meters/:id/calendar': { access: 'read', url: '/v1/meters/m1/calendar' },
  'GET /v1/meters/:id/dossier': { access: 'billing', url: '/v1/meters/m1/dossier' },
  'POST /v1/meters/:id/read': { access: 'operate', url: '/v1/meters/m1/read' },
  'GET /v1/readings/:id/evidence': { access: 'read', url: `/v1/readings/${ID}/evidence` },
  'GET /v1/billing/reads': { access: 'billing', url: '/v1/billing/reads?boundary=2026-11-21' },
  'GET /v1/billing/completeness': { access: 'billing', url: '/v1/billing/completeness?boundary=2026-11-21' },
  'GET /v1/billing/releases': { access: 'billing', url: '/v1/billing/releases?after=3' },
  'GET /v1/billing/changes': { access: 'billing', url: '/v1/billing/changes?after=3' },
  'GET /v1/billing/periods': { access: 'billing', url: '/v1/billing/periods?from=2026-11-20' },
  'GET /v1/billing/batches': { access: 'billing' },
  'POST /v1/billing/batches/:id/ack': { access: 'billing', url: '/v1/billing/batches/1/ack', status: 400 },
  'GET /v1/billing/batches/:id': { access: 'billing', url: '/v1/billing/batches/1', status: 404 },
  'GET /v1/accounts': { access: 'billing' },
  'GET /v1/accounts/:id': { access: 'billing', url: '/v1/accounts/0001', status: 404 },
  'PUT /v1/accounts/:id': { access: 'admin', url: '/v1/accounts/0001', status: 400 },
  'GET /v1/accounts/:id/balance': { access: 'billing', url: '/v1/accounts/0001/balance', status: 404 },
  'GET /v1/accounts/:id/ledger': { access: 'billing', url: '/v1/accounts/0001/ledger', status: 404 },
  'POST /v1/accounts/:id/terms': { access: 'admin', url: '/v1/accounts/0001/terms', status: 400 },
  'POST /v1/accounts/:id/payments': { access: 'billing', url: '/v1/accounts/0001/payments', status: 400 },
  'POST /v1/accounts/:id/reversals': { access: 'billing', url: '/v1/accounts/0001/reversals', status: 400 },
  'PUT /v1/accounts/:id/balance': { access: 'billing', url: '/v1/accounts/0001/balance', status: 400 },
  'POST /v1/accounts/:id/thresholds': {
    access: 'operate',
    url: '/v1/accounts/0001/thresholds',
    status: 400,
  },
  'POST /v1/accounts/:id/thresholds/confirm': {
    access: 'approve',
    url: '/v1/accounts/0001/thresholds/confirm',
    status: 400,
  },
  'GET /v1/accounts/:id/safeguards': { access: 'billing', url: '/v1/accounts/0001/safeguards', status: 404 },
  'GET /v1/accounts/:id/facts': { access: 'billing', url: '/v1/accounts/0001/facts', status: 404 },
  'POST /v1/accounts/:id/notices': { access: 'billing', url: '/v1/accounts/0001/notices', status: 400 },
  'POST /v1/accounts/:id/visits': { access: 'billing', url: '/v1/accounts/0001/visits', status: 400 },
  'POST /v1/accounts/:id/protections': {
    access: 'billing',
    url: '/v1/accounts/0001/protections',
    status: 400,
  },
  'GET /v1/notices': { access: 'billing' },
  'POST /v1/notices/:id/receipts': { access: 'billing', url: '/v1/notices/N-1/receipts', status: 400 },
  'GET /v1/visits': { access: 'billing' },
  'POST /v1/protections/:id/changes': { access: 'admin', url: '/v1/protections/S-1/changes', status: 400 },
  'POST /v1/protections/:id/changes/confirm': {
    access: 'approve',
    url: '/v1/protections/S-1/changes/confirm',
    status: 400,
  },
  'POST /v1/protections/whole': { access: 'admin', status: 400 },
  'POST /v1/protections/whole/confirm': { access: 'approve', status: 400 },
  'GET /v1/orders': { access: LOOKERS, status: 404 },
  'GET /v1/supply/changes': { access: LOOKERS, status: 404 },
  'GET /v1/orders/:id': { access: LOOKERS, url: '/v1/orders/O-1', status: 404 },
  'GET /v1/supply/declared': { access: LOOKERS },
  'POST /v1/supply/declared': { access: 'billing', status: 400 },
  'GET /v1/supply': { access: LOOKERS, status: 404 },
  'POST /v1/orders': { access: 'operate', status: 404 },
  'POST /v1/orders/:id/approve': { access: 'approve', url: '/v1/orders/O-1/approve', status: 404 },
  'POST /v1/orders/:id/cancel': {
    access: ['operate', 'approve'],
    url: '/v1/orders/O-1/cancel',
    status: 404,
  },
  'POST /v1/orders/:id/release': { access: 'approve', url: '/v1/orders/O-1/release', status: 404 },
  'POST /v1/orders/:id/resolve': {
    access: ['approve', 'restore'],
    url: '/v1/orders/O-1/resolve',
    status: 404,
  },
  'POST /v1/restores': { access: 'restore', status: 404 },
  'POST /v1/supply/stop': { access: ['operate', 'approve', 'restore', 'admin'], status: 404 },
  'POST /v1/supply/resume': { access: 'approve', status: 404 },
  'POST /v1/supply/reset': { access: 'approve', status: 404 },
  'GET /v1/events': { access: 'billing' },
  'GET /v1/prices': { access: 'billing' },
  'POST /v1/prices/:id': { access: 'admin', url: '/v1/prices/homes', status: 400 },
  'GET /v1/archive/unpaired': { access: 'billing', url: '/v1/archive/unpaired?boundary=2026-11-21' },
  'POST /v1/imports': { access: 'admin', status: 400 },
  'GET /v1/billing/exports/:format': { access: 'billing', url: '/v1/billing/exports/ndjson' },
  'GET /v1/billing/exports/:format/manifest': {
    access: 'billing',
    url: '/v1/billing/exports/billing_reads_v1/manifest',
  },
  'GET /v1/lines': { access: 'read' },
  'GET /v1/expectations': { access: 'read' },
  'GET /v1/alarms': { access: 'read' },
  'GET /v1/indicators/voltage': { access: 'read' },
  'GET /v1/indicators/points': { access: 'read' },
  'GET /v1/indicators/clocks': { access: 'read' },
  'GET /v1/sinks': { access: 'admin' },
  'GET /v1/sinks/:name/parked': { access: 'admin', url: '/v1/sinks/none/parked', status: 404 },
  'GET /v1/clock': { access: 'admin', url: '/v1/clock', status: 200 },
  'POST /v1/clock/trust': { access: 'admin', url: '/v1/clock/trust', status: 200 },
  'POST /v1/sinks/:name/resend': { access: 'admin', url: '/v1/sinks/none/resend', status: 404 },
  'GET /v1/keys': { access: 'admin' },
  'GET /v1/audit': { access: 'audit' },
}

const CALLERS = ['no key', 'garbage', 'expired', 'revoked', 'two keys', ...SCOPES] as const
type Caller = (typeof CALLERS)[number]

/** Routes about one meter: the answer for a meter the key does not cover must be that for one that is not there. */
const ABOUT_A_METER = [
  'GET /v1/meters/:id',
  'GET /v1/meters/:id/readings',
  'GET /v1/meters/:id/intervals?obis=1-0:1.8.0',
  'GET /v1/meters/:id/calendar',
  'GET /v1/meters/:id/dossier?format=json',
  'POST /v1/meters/:id/read',
] as const

test('ST-10 the table holds every registered route and no other', async () => {
  const routes: string[] = []
  const watch = (message: unknown) => {
    const { fastify } = message as { fastify: FastifyInstance }
    fastify.addHook('onRoute', ({ method, url }) => {
      for (const one of [method].flat()) routes.push(`${one} ${url}`)
    })
  }
  subscribe('fastify.initialization', watch)
  await testApi().finally(() => unsubscribe('fastify.initialization', watch))
  const get = new Set(routes.filter(route => !route.startsWith('HEAD ')))
  expect([...get].sort()).toEqual(Object.keys(TABLE).sort())
  for (const head of routes.filter(route => route.startsWith('HEAD ')))
    expect(get).toContain(
      head
        .replace('HEAD', 'GET')
        .replace(/(.)\/$/, '$1')
        .replace(/ $/, ' /'),
    )
})

describe.each(CALLERS)('ST-10 caller with %s', caller => {
  test('gets the status of the table from every route', async () => {
    const api = await apiWithReading()
    const authorization = await headerOf(api, caller)
    const headers = authorization === null ? {} : { authorization }
    for (const [route, { access, url, status = 200 }] of Object.entries(TABLE)) {
      const [method = '', path = ''] = route.split(' ')
      const expected = access === 'open' ? status : expectedOf(caller, access, status)
      for (const verb of method === 'GET'
        ? (['GET', 'HEAD'] as const)
        : ([method as 'POST' | 'PUT'] as const)) {
        const answer = await api.app.inject({ method: verb, url: url ?? path, headers })
        expect(`${verb} ${path}: ${answer.statusCode}`).toBe(`${verb} ${path}: ${expected}`)
        if (answer.statusCode === 401) expect(answer.headers['www-authenticate']).toMatch(/^Bearer/)
        if (answer.statusCode >= 400) expect(answer.body).not.toContain('m1')
      }
    }
  })
})

test.each(ABOUT_A_METER)('ST-11 %s answers the same for a foreign and an absent meter', async route => {
  const api = await apiWithReading()
  const key = await api.key(['read', 'billing', 'operate'], { meters: ['m2'] })
  const [method = '', path = ''] = route.split(' ')
  const ask = async (meter: string) => {
    const answer = await api.app.inject({
      method: method as 'GET',
      url: path.replace(':id', meter),
      headers: { authorization: `Bearer ${key}` },
    })
    return { status: answer.statusCode, body: { ...answer.json(), instance: '' } }
  }
  expect((await ask('m2')).status).toBe(200)
  expect(await ask('m1')).toEqual(await ask('nobody'))
  expect((await ask('m1')).status).toBe(404)
})

test('ST-11 lists, evidence and billing show a key only the meters it covers', async () => {
  const api = await apiWithReading()
  const key = await api.key(['read', 'billing'], { meters: ['m2'] })
  expect((await api.get('/v1/meters', key)).json().meters.map((one: { id: string }) => one.id)).toEqual([
    'm2',
  ])
  expect((await api.get(`/v1/readings/${ID}/evidence`, key)).statusCode).toBe(404)
  const page = (await api.get('/v1/billing/reads?boundary=2026-11-21', key)).json()
  expect(page.counts.meters).toBe(1)
  expect(JSON.stringify(page)).not.toContain('"m1"')
})

async function apiWithReading(): Promise<TestApi> {
  const api = await testApi()
  const reading = { ...stored({ slot: MIDNIGHT }), id: ID }
  api.store.readings.push(reading)
  api.store.evidences.set(ID, { reading, line: 'a', exchanges: [], versions: [], duplicates: 0 })
  return api
}

async function headerOf(api: TestApi, caller: Caller): Promise<string | null> {
  const all = [...SCOPES]
  if (caller === 'no key') return null
  if (caller === 'garbage') return `Bearer mk_${'0'.repeat(72)}`
  if (caller === 'expired') return `Bearer ${await api.key(all, { expiresAt: api.time.now })}`
  if (caller === 'two keys') return `Bearer ${await api.key(all)}, Bearer ${await api.key(all)}`
  if (caller !== 'revoked') return `Bearer ${await api.key([caller])}`
  const key = await api.key(all)
  await api.get('/v1/meters', key)
  await api.keyFile.revoke('key-1')
  return `Bearer ${key}`
}

function expectedOf(caller: Caller, access: Access, status: number): number {
  if ([access].flat().some(scope => scope === caller)) return status
  return (SCOPES as readonly string[]).includes(caller) ? 403 : 401
}
