/** Notices, visits and protections at the door: once for each key, two keys where somebody may be cut by it (C-01, C-04, C-05, C-09). */

import { expect, test } from 'vitest'
import {
  accountSafeguards,
  cutFacts,
  declarations,
  noticesPage,
  visitsPage,
} from '../../src/api/safeguard-shapes.ts'
import { factsIn } from '../../src/config/policy.ts'
import { DAY, HOUR, MINUTE } from '../../src/core/time.ts'
import { agreed, PAYMENT } from '../support/ledger-house.ts'
import { orderRules } from '../support/order-house.ts'

const NOTICE = { notice: 'N-1', which: 'first', channels: ['sms'], tries: 1, template: 't-1' }
const RECEIPT = { account: '0003', receipt: 'r-1', channel: 'sms', result: 'delivered' }
const PROTECTION = {
  protection: 'S-1',
  class: 'life_support',
  from: '2026-11-01',
  source: 'letter of a doctor',
}
const at = (instant: number) => new Date(instant).toISOString().replace('.000', '')

/** Account 0003 has used three units and paid nothing. */
async function owing() {
  const api = await agreed()
  await api.useThreeUnits()
  await api.charge()
  const chief = await api.key(['approve'])
  const audit = await api.key(['audit'])
  let last = 0
  const confirm = (path: string, sequence: number, by = chief) =>
    api.app.inject({
      ...{ method: 'POST', url: `/v1/protections/${path}/confirm`, payload: { sequence } },
      headers: {
        authorization: `Bearer ${by}`,
        'idempotency-key': `confirm-${String(last++).padStart(4, '0')}`,
      },
    })
  const journal = async () => (await api.json('/v1/audit?limit=1000', audit)).entries
  return { ...api, confirm, journal }
}

test('C-01 PR-61 a notice is required once, its receipt counts when it says delivered, and the facts say so', async () => {
  const { post, json, time, journal } = await owing()
  const first = await post('accounts/0003/notices', NOTICE, { key: 'notice-one' })
  expect(first.json()).toMatchObject({ kind: 'notice', about: 'N-1', standing: 'required', by: 'key-3' })
  time.now += HOUR
  expect((await post('accounts/0003/notices', NOTICE, { key: 'notice-one' })).body).toBe(first.body)
  const other = await post('accounts/0003/notices', { ...NOTICE, tries: 2 }, { key: 'notice-one' })
  expect([other.statusCode, other.json().code]).toEqual([422, 'KEY_REUSED'])
  const again = await post('accounts/0003/notices', NOTICE)
  expect([again.statusCode, again.json().code]).toEqual([409, 'SAFEGUARD_REFUSED'])
  const page = await json('/v1/notices')
  expect(noticesPage.parse(page)).toEqual(page)
  expect(page.notices).toMatchObject([
    { type: 'notice.required', notice: 'N-1', account: '0003', order: null },
  ])
  expect((await json(`/v1/notices?after=${page.next}`)).notices).toEqual([])
  const refused: readonly (readonly [object, number, RegExp])[] = [
    [{ ...RECEIPT, at: at(time.now + 1_000) }, 409, /in the future/],
    [{ ...RECEIPT, at: at(time.now - 2 * HOUR) }, 409, /before notice N-1 was required/],
    [{ ...RECEIPT, at: at(time.now), account: '0002' }, 409, /not of account 0002/],
    [{ ...RECEIPT, at: at(time.now), channel: 'app' }, 409, /not to go by app/],
    [{ ...RECEIPT, at: at(time.now), result: 'sent' }, 400, /result/],
    [{ ...RECEIPT, at: 'yesterday' }, 400, /at/],
  ]
  for (const [body, status, said] of refused) {
    const answer = await post('notices/N-1/receipts', body)
    expect([answer.statusCode, answer.json().detail]).toEqual([status, expect.stringMatching(said)])
  }
  expect((await post('notices/N-9/receipts', { ...RECEIPT, at: at(time.now) })).statusCode).toBe(404)
  const delivered = time.now - 30 * MINUTE
  const told = await post('notices/N-1/receipts', { ...RECEIPT, at: at(delivered) })
  expect(told.json()).toMatchObject({
    kind: 'receipt',
    standing: 'delivered',
    at: '2026-11-23T01:30:00+08:00',
  })
  const shown = await json('/v1/accounts/0003/safeguards')
  expect(accountSafeguards.parse(shown)).toEqual(shown)
  expect(shown.notices).toMatchObject([
    { standing: 'delivered', receipts: [{ receivedAt: '2026-11-23T02:00:00+08:00' }] },
  ])
  const facts = await json('/v1/accounts/0003/facts')
  expect(cutFacts.parse(facts)).toEqual(facts)
  expect(facts).toEqual({
    arrears: { amount: '1.500', currency: 'CNY' },
    read: { at: '2026-11-22T00:00:00+08:00', quality: 'actual' },
    gatewayTime: 'trusted',
    meterClock: { offBySeconds: 1 },
    firstNotice: { delivered: '2026-11-23T01:30:00+08:00' },
    secondNotice: 'none',
  })
  expect(factsIn(facts)).toMatchObject({ firstNotice: delivered, protections: null, customer: null })
  await post('accounts/0003/payments', PAYMENT)
  expect(await json('/v1/accounts/0003/facts')).toMatchObject({
    firstNotice: 'none',
    arrears: { amount: '0' },
  })
  const entries: readonly { action: string; subject: string; address: string }[] = await journal()
  const of = entries.filter(
    ({ subject, action }) => subject === 'account 0003' && /notice|receipt/.test(action),
  )
  expect(of.map(({ action }) => action)).toEqual([
    ...['notice.entered', 'notice.refused', 'notice.refused'],
    ...['receipt.refused', 'receipt.refused', 'receipt.refused', 'receipt.refused'],
    ...['receipt.entered', 'notice.cleared'],
  ])
})

test('C-09 who cannot be reached is listed for a visit until somebody was there', async () => {
  const { post, json, time } = await owing()
  await post('accounts/0003/notices', NOTICE)
  await post('notices/N-1/receipts', { ...RECEIPT, result: 'failed', at: at(time.now) })
  const page = await json('/v1/visits')
  expect(visitsPage.parse(page)).toEqual(page)
  expect(page.visits).toMatchObject([
    { account: '0003', notice: 'N-1', points: ['P-2'], because: 'every channel was tried in vain, 1 time' },
  ])
  const visit = { visit: 'V-1', notice: 'N-1', result: 'posted', at: at(time.now), who: 'Li Wei' }
  expect((await post('accounts/0003/visits', visit)).json().detail).toContain('photo')
  expect((await post('accounts/0002/visits', { ...visit, photo: 'p/1' })).json().detail).toContain(
    'not of account',
  )
  expect((await post('accounts/0003/visits', { ...visit, photo: 'p/1' })).json().standing).toBe('delivered')
  expect((await json('/v1/visits')).visits).toEqual([])
  // Without any way to reach them at once; and who pays is left alone.
  time.now += DAY
  await post('accounts/0003/notices', { ...NOTICE, notice: 'N-2', channels: [] })
  expect((await json('/v1/visits')).visits).toMatchObject([{ notice: 'N-2', because: 'no channel is known' }])
  await post('accounts/0003/payments', PAYMENT)
  expect((await json('/v1/visits')).visits).toEqual([])
})

test('C-04 C-05 P-10 PR-55 one key protects, two end it, and nobody is unprotected before two say that all are entered', async () => {
  const { post, json, confirm, key, get } = await owing()
  const protections = async () => (await json('/v1/accounts/0003/facts')).protections
  expect((await post('accounts/0003/protections', PROTECTION)).statusCode).toBe(200)
  expect((await post('accounts/0009/protections', { ...PROTECTION, protection: 'S-2' })).statusCode).toBe(404)
  expect(await protections()).toBeUndefined()
  const said = (await post('protections/whole', { source: 'register' }, { by: 'admin' })).json()
  expect((await confirm('whole', said.sequence)).json()).toMatchObject({ kind: 'listed', standing: null })
  expect(await protections()).toEqual([{ class: 'life_support', from: '2026-11-01' }])
  const change = (body: object) =>
    post('protections/S-1/changes', { reason: 'got well', ...body }, { by: 'admin' })
  expect((await change({})).json().detail).toContain('is so already')
  const proposed = (await change({ to: '2026-11-20' })).json()
  expect(proposed.kind).toBe('change')
  expect(await json('/v1/accounts/0003/safeguards')).toMatchObject({
    protections: [{ protection: 'S-1', to: null }],
    proposed: [{ sequence: proposed.sequence, to: '2026-11-20', reason: 'got well' }],
  })
  const both = await key(['admin', 'approve'])
  const alone = await confirm('S-1/changes', said.sequence, both)
  expect(alone.statusCode).toBe(404)
  expect((await confirm('S-1/changes', proposed.sequence)).json().kind).toBe('changed')
  expect(await protections()).toEqual([{ class: 'life_support', from: '2026-11-01', to: '2026-11-20' }])
  expect((await change({ to: null })).json().kind).toBe('changed')
  expect(await protections()).toEqual([{ class: 'life_support', from: '2026-11-01' }])
  const some = await key(['billing'], { meters: ['m2'] })
  for (const path of ['accounts/0003/safeguards', 'accounts/0003/facts', 'notices', 'visits'])
    expect((await get(`/v1/${path}`, some)).statusCode).toBe(403)
})

test('PR-55 who proposes cannot confirm, with whatever scopes the key has', async () => {
  const { post, confirm, key, app } = await owing()
  await post('accounts/0003/protections', PROTECTION)
  const both = await key(['admin', 'approve'])
  const asked = await app.inject({
    ...{ method: 'POST', url: '/v1/protections/S-1/changes', payload: { to: '2026-11-20', reason: 'r' } },
    headers: { authorization: `Bearer ${both}`, 'idempotency-key': 'propose-it' },
  })
  const alone = await confirm('S-1/changes', asked.json().sequence, both)
  expect([alone.statusCode, alone.json().detail]).toEqual([
    409,
    expect.stringContaining('another key confirms it'),
  ])
  expect((await confirm('S-1/changes', asked.json().sequence)).statusCode).toBe(200)
})

test('P-09 a condition of the policy is declared once for each key, is told with its end, and is one of the facts', async () => {
  const rules = await orderRules()
  const { post, json, time } = await agreed({
    ...rules,
    policy: { ...rules.policy, declared: [{ name: 'heat', source: 'heat' }] },
  })
  const until = at(time.now + 2 * DAY)
  const said = await post('supply/declared', { name: 'heat', is: true, until }, { key: 'heat-one' })
  expect(said.json()).toMatchObject({ kind: 'declared', about: 'heat', account: '', facts: { is: true } })
  const again = await post('supply/declared', { name: 'heat', is: true, until }, { key: 'heat-one' })
  expect(again.body).toBe(said.body)
  const page = await json('/v1/supply/declared')
  expect(declarations.parse(page)).toEqual(page)
  expect(page.declared).toMatchObject([{ name: 'heat', is: true, source: null, by: expect.any(String) }])
  expect(Date.parse(page.declared[0].until)).toBe(time.now + 2 * DAY)
  const facts = await json('/v1/accounts/0003/facts')
  expect(cutFacts.parse(facts)).toEqual(facts)
  expect(facts.declared).toEqual({ heat: true })
  expect(factsIn(facts).declared).toEqual(new Map([['heat', true]]))
  for (const [given, status] of [
    [{ name: 'cold', is: true, until }, 409],
    [{ name: 'heat', is: true, until: at(time.now + 2 * DAY + HOUR) }, 409],
    [{ name: 'heat', is: 'yes', until }, 400],
    [{ name: 'heat', is: true }, 400],
  ] as const)
    expect((await post('supply/declared', given)).statusCode).toBe(status)
  time.now += 2 * DAY
  expect(await json('/v1/supply/declared')).toEqual({ declared: [] })
  expect((await json('/v1/accounts/0003/facts')).declared).toBeUndefined()
})
