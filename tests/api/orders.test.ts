/** Orders at the door: two people for a cut, each refusal with its reason and its entry in the journal (PR-50 … PR-52, PR-61, PR-64, PR-66). */

import { expect, test } from 'vitest'
import type { z } from 'zod'
import {
  type orderChange,
  orderChangesPage,
  orderLooked,
  order as orderShape,
  ordersPage,
  supplyState,
  switched,
} from '../../src/api/order-shapes.ts'
import { DAY, HOUR, MINUTE, SECOND } from '../../src/core/time.ts'
import type { Look } from '../../src/supply/order/look.ts'
import { MIDNIGHT, testApi } from '../support/api.ts'
import { agreed, PAYMENT } from '../support/ledger-house.ts'
import { CUT, orderHouse, orderRules } from '../support/order-house.ts'

type OrderChange = z.infer<typeof orderChange>
type Answer = Awaited<ReturnType<Awaited<ReturnType<typeof orderHouse>>['send']>>

/** What stands against it: status, code and reason. */
const why = (answer: Answer) => {
  const { code, reason } = answer.json()
  return [answer.statusCode, code, reason]
}
const refused = (reason: string) => [409, 'ORDER_REFUSED', reason]

test('PR-50 without supply.orders there is no order: every body is answered how to enable them', async () => {
  const api = await testApi()
  const key = await api.key(['operate'])
  for (const payload of [CUT, {}, { cut: 'everybody' }]) {
    const headers = { authorization: `Bearer ${key}` }
    const answer = await api.app.inject({ method: 'POST', url: '/v1/orders', payload, headers })
    expect([answer.statusCode, answer.json().code]).toEqual([404, 'ORDERS_OFF'])
    expect(answer.json().hint).toContain('supply.orders')
  }
})

test('PR-50 PR-64 where supply.orders was taken away nobody is cut, and who was has every door to light', async () => {
  const { meters } = await orderRules()
  const { app, key, post } = await agreed({ policy: null, isRehearsal: false, meters })
  const [operate, approve, restore] = [await key(['operate']), await key(['approve']), await key(['restore'])]
  const given = { account: '0003', meter: 'm2', reason: 'seen dark' }
  const send = async (path: string, payload: object, by: string) => {
    const headers = { authorization: `Bearer ${by}`, 'idempotency-key': `without-${path}` }
    const answer = await app.inject({ method: 'POST', url: `/v1/${path}`, payload, headers })
    return [answer.statusCode, answer.json().code ?? answer.json().state]
  }
  const OFF = [404, 'ORDERS_OFF']
  expect(await send('orders', CUT, operate)).toEqual(OFF)
  expect(await send('orders/O-1/approve', { digest: '0'.repeat(64) }, approve)).toEqual(OFF)
  expect(await send('orders/O-1/release', {}, approve)).toEqual(OFF)
  expect(await send('supply/reset', { reason: 'all is well' }, approve)).toEqual(OFF)
  expect(await send('restores', given, restore)).toEqual([200, 'requested'])
  expect(await send('supply/stop', { reason: 'storm' }, operate)).toEqual([200, undefined])
  expect(await send('supply/resume', { reason: 'over' }, approve)).toEqual([200, undefined])
  expect((await post('accounts/0003/payments', PAYMENT)).statusCode).toBe(200)
  for (const path of ['orders', 'supply']) {
    const headers = { authorization: `Bearer ${restore}` }
    expect((await app.inject({ url: `/v1/${path}`, headers })).statusCode).toBe(200)
  }
})

test('PR-51 PR-61 a cut is asked for once, shows what an approver must see, and its digest is of just that', async () => {
  const { send, look, time, get, keys } = await orderHouse()
  const first = await send('orders', CUT, 'operator', 'cut-number-1')
  expect(first.json()).toMatchObject({
    ...{ kind: 'cut', intended: 'open', state: 'requested', account: '0003', meter: 'm2', ticket: 'T-1' },
    facts: { arrears: { amount: '4.500', currency: 'CNY' }, protections: [], customer: 'residents' },
    approved: null,
  })
  expect(orderShape.parse(first.json())).toEqual(first.json())
  time.now += 2 * SECOND
  expect((await send('orders', CUT, 'operator', 'cut-number-1')).body).toBe(first.body)
  expect(why(await send('orders', { ...CUT, reason: 'another' }, 'operator', 'cut-number-1'))).toEqual([
    ...[422, 'KEY_REUSED', undefined],
  ])
  expect(why(await send('orders', CUT, 'operator', ''))).toEqual([400, 'ASK_INVALID', undefined])
  expect(why(await send('orders', CUT))).toEqual(refused('ORDER_STANDS'))
  const { order, digest } = first.json()
  const looked = await look(order)
  expect(orderLooked.parse(looked)).toEqual(looked)
  expect(looked.now).toMatchObject({ digest, changes: [], facts: first.json().facts })
  const list = (await get('/v1/orders?open=true&account=0003', keys.operator)).json()
  expect(ordersPage.parse(list)).toEqual(list)
  expect(list.orders.map((one: { order: string }) => one.order)).toEqual([order])
  expect((await get('/v1/orders?kind=restore', keys.operator)).json().orders).toEqual([])
  // A look by somebody who may not approve is no showing.
  expect((await look(order, 'operator')).now).toBeNull()
  expect((await look('O-none')).code).toBe('ASK_UNKNOWN')
})

test('PR-61 while it is being answered, the same key is told to wait', async () => {
  const { app, store, keys } = await orderHouse()
  const headers = { authorization: `Bearer ${keys.operator}`, 'idempotency-key': 'both-at-once' }
  const send = () => app.inject({ method: 'POST', url: '/v1/orders', payload: CUT, headers })
  const answers = await Promise.all([send(), send()])
  const told = answers.map(({ statusCode }) => statusCode).toSorted()
  expect([200, 409]).toContain(told[1])
  expect(await store.orderPage({ after: 0, limit: 10 })).toMatchObject({ orders: [{ sequence: 1 }] })
})

test('PR-51 PR-52 who asked cannot approve, nor who holds both roles, nor who has not looked; digest and time are told', async () => {
  const { send, look, keyFile, key, post, time } = await orderHouse()
  await post('accounts/0003/payments', { ...PAYMENT, amount: '0.10' })
  const person = (scopes: readonly ('operate' | 'approve')[]) =>
    keyFile.add({ name: 'li', scopes, meters: null, createdAt: time.now, expiresAt: null })
  const asking = await person(['operate'])
  const asked = await send('orders', CUT, asking as `mk_${string}`)
  const { order, digest } = asked.json()
  const approve = (by: Parameters<typeof send>[2], of = digest) =>
    send(`orders/${order}/approve`, { digest: of }, by)
  await keyFile.revoke('li')
  expect(why(await approve((await person(['approve'])) as `mk_${string}`))).toEqual(
    refused('APPROVER_IS_REQUESTER'),
  )
  const both = (await key(['operate', 'approve'])) as `mk_${string}`
  expect(why(await approve(both))).toEqual(refused('ROLES_TOGETHER'))
  expect(why(await send('orders', CUT, both))).toEqual(refused('ROLES_TOGETHER'))
  expect((await approve('operator')).statusCode).toBe(403)
  expect(why(await approve('chief'))).toEqual(refused('NOT_SHOWN'))
  await look(order)
  expect(why(await approve('chief', '0'.repeat(64)))).toEqual(refused('DIGEST_DIFFERS'))
  expect(why(await approve('chief', 'abc'))).toEqual([400, 'ASK_INVALID', undefined])
  time.now += MINUTE + SECOND
  expect(why(await approve('chief'))).toEqual(refused('SHOWN_TOO_LONG_AGO'))
  await look(order)
  await post('accounts/0003/reversals', {
    payment: 'P-1',
    reason: 'no cover',
    at: '2026-11-22T09:00:00+08:00',
  })
  const changed = await approve('chief')
  expect(why(changed)).toEqual(refused('FACTS_CHANGED'))
  expect(changed.json()).toMatchObject({
    remedy: expect.stringContaining('look at the order again'),
    changes: [{ fact: 'arrears', was: { amount: '4.400' }, is: { amount: '4.500' } }],
  })
  const { now } = await look(order)
  expect(now.digest).not.toBe(digest)
  expect(why(await approve('chief'))).toEqual(refused('DIGEST_DIFFERS'))
  const approved = await approve('chief', now.digest)
  expect(orderShape.parse(approved.json())).toEqual(approved.json())
  expect(approved.json()).toMatchObject({ state: 'approved', digest: now.digest })
  expect(why(await approve('chief', now.digest))).toEqual(refused('APPROVED_ALREADY'))
})

test('PR-53 P-12 what stands against a cut is named, each question of its own, and the journal has every refusal', async () => {
  const { send, post, journal } = await orderHouse()
  expect((await send('orders', { ...CUT, meter: 'm1' })).statusCode).toBe(404)
  const other = await send('orders', { ...CUT, account: '0002' })
  expect(other.json().code).toBe('ORDER_REFUSED')
  expect(JSON.stringify(other.json().interlocks)).toContain('is not paired with account 0002')
  const dispute = { protection: 'S-1', class: 'billing_dispute', from: '2026-11-01', source: 'letter' }
  await post('accounts/0003/protections', dispute)
  const answer = await send('orders', CUT, 'operator', 'protected-customer')
  expect(why(answer)).toEqual(refused('PROTECTED'))
  const [interlock] = answer.json().interlocks
  expect(interlock).toMatchObject({ name: 'protection', verdict: 'fail', code: 'PROTECTED' })
  expect(answer.json().remedy).toBe(interlock.remedy)
  expect((await send('orders', CUT, 'operator', 'protected-customer')).body).toBe(answer.body)
  const entries: readonly { action: string; actor: string; facts: { code?: string } }[] = await journal()
  const rows = entries.filter(({ action }) => action === 'order-cut.refused')
  expect(rows.map(({ facts }) => facts.code)).toEqual(['ASK_UNKNOWN', other.json().reason, 'PROTECTED'])
  expect(new Set(rows.map(({ actor }) => actor)).size).toBe(1)
})

test('PR-63 PR-66 a cut is cancelled, paid, or stopped; each says why it is over and what is to be done', async () => {
  const { send, look, post, time, keyFile, get, keys } = await orderHouse()
  const cancelled = (await send('orders', CUT)).json().order
  const taken = await send(`orders/${cancelled}/cancel`, { reason: 'wrong house' }, 'chief')
  expect(taken.json()).toMatchObject({ state: 'withdrawn', because: { code: 'CANCELLED' } })
  const digest = '0'.repeat(64)
  expect(why(await send(`orders/${cancelled}/approve`, { digest }, 'chief'))).toEqual(
    refused('ORDER_WITHDRAWN'),
  )
  expect(why(await send(`orders/${cancelled}/release`, {}, 'chief'))).toEqual(refused('ORDER_WITHDRAWN'))
  const asking = await keyFile.add({
    ...{ name: 'li', scopes: ['operate'], meters: null, createdAt: time.now, expiresAt: null },
  })
  const { order } = (await send('orders', CUT, asking as `mk_${string}`)).json()
  expect(why(await send(`orders/${order}/release`, {}, 'chief'))).toEqual(refused('NOT_IN_QUARANTINE'))
  const stopped = await send('supply/stop', { reason: 'storm' }, 'restorer')
  expect(switched.parse(stopped.json())).toEqual(stopped.json())
  expect(stopped.json().stopped).toMatchObject({ reason: 'storm' })
  expect((await look(order)).state).toBe('quarantined')
  expect(why(await send(`orders/${order}/approve`, { digest }, 'chief'))).toEqual(refused('IN_QUARANTINE'))
  expect((await send('supply/resume', { reason: 'over' }, 'operator')).statusCode).toBe(403)
  expect((await send('supply/resume', { reason: 'over' }, 'chief')).json().stopped).toBeNull()
  expect(why(await send('supply/resume', { reason: 'over' }, 'chief'))).toEqual(refused('NOT_STOPPED'))
  expect(why(await send('supply/reset', { reason: 'why not' }, 'chief'))).toEqual(refused('FUSE_WHOLE'))
  await keyFile.revoke('li')
  const same = await keyFile.add({
    ...{ name: 'li', scopes: ['approve'], meters: null, createdAt: time.now, expiresAt: null },
  })
  expect(why(await send(`orders/${order}/release`, {}, same as `mk_${string}`))).toEqual(
    refused('RELEASER_IS_REQUESTER'),
  )
  expect((await send(`orders/${order}/release`, {}, 'deputy')).json()).toMatchObject({
    ...{ state: 'requested', because: { code: 'RELEASED' }, shown: null, digest: null },
  })
  const { now } = await look(order)
  expect((await send(`orders/${order}/approve`, { digest: now.digest }, 'chief')).json().state).toBe(
    'approved',
  )
  await post('accounts/0003/payments', PAYMENT)
  expect((await look(order)).because.code).toBe('PAID')
  expect(why(await send('orders', CUT))).toEqual(refused('FIRST_NOTICE_MISSING'))
  const state = (await get('/v1/supply', keys.chief)).json()
  expect(supplyState.parse(state)).toEqual(state)
  expect(state).toMatchObject({ stopped: null, stopFile: false, isRehearsal: false })
})

test('PR-60 P-12 P-16 whoever follows orders hears each change once, in order, page by page, and how late a restore is', async () => {
  const { send, look, store, time, get, keys } = await orderHouse()
  const { order: cut } = (await send('orders', CUT)).json()
  await look(cut)
  const { order } = (await send('restores', CUT, 'restorer')).json()
  const asked = time.now
  for (const [after, lateness] of [
    [14 * MINUTE, 'on-time'],
    [15 * MINUTE, 'slow'],
    [30 * MINUTE, 'late'],
    [2 * HOUR, 'escalated'],
  ] as const) {
    time.now = asked + after
    await store.orderStep(order, { type: 'time' }, time.now)
    expect(await look(order)).toMatchObject({ lateness, waitedSeconds: after / SECOND })
  }
  const metrics = (await get('/metrics', keys.audit)).body
  expect(metrics).toContain('meterd_restores_open{lateness="escalated"} 1\n')
  expect(metrics).toContain('meterd_restore_oldest_seconds 7200\n')
  expect(metrics).toContain('meterd_field_orders_open 1\n')
  const found: unknown[] = []
  for (let after = 0, next = -1; next !== after; ) {
    after = Math.max(0, next)
    const page = (await get(`/v1/supply/changes?after=${after}&limit=2`, keys.restorer)).json()
    expect(orderChangesPage.parse(page)).toEqual(page)
    found.push(...page.changes)
    next = page.next
  }
  const inShort = (one: OrderChange) => [
    ...[one.order === cut ? 'cut' : 'restore', one.state, one.because?.code, one.takenFor],
    one.service && `${one.service.lateness}${one.service.fieldOrderAt ? ', somebody drives' : ''}`,
  ]
  expect((found as OrderChange[]).map(inShort)).toEqual([
    ['cut', 'requested', undefined, 'not-cut', null],
    ['cut', 'withdrawn', 'RESTORE_ASKED', 'not-cut', null],
    ['restore', 'requested', undefined, 'restoring', 'on-time'],
    ['restore', 'requested', undefined, 'restoring', 'slow'],
    ['restore', 'requested', undefined, 'restoring', 'late, somebody drives'],
    ['restore', 'requested', undefined, 'restoring', 'escalated, somebody drives'],
  ])
})

test('PR-66 stopped or not, nobody is cut while it is not told; an order whose time is over says so', async () => {
  const { send, store, time } = await orderHouse()
  const { order } = (await send('orders', CUT)).json()
  time.now += DAY
  await store.orderStep(order, { type: 'time' }, time.now)
  const late = await send(`orders/${order}/approve`, { digest: '0'.repeat(64) }, 'chief')
  expect(why(late)).toEqual(refused('ORDER_OVER'))
  await send('supply/stop', { reason: 'storm' })
  const during = await send('orders', CUT)
  expect(during.json().interlocks).toContainEqual(
    expect.objectContaining({ name: 'kill_switch', code: 'STOPPED', text: 'all cuts are stopped' }),
  )
})

test('PR-64 P-14 a restore needs one key and no approval; a direct close needs to be confirmed', async () => {
  const { send, look, journal } = await orderHouse()
  const { order: cut } = (await send('orders', CUT)).json()
  await send('supply/stop', { reason: 'storm' })
  const closed = { ...CUT, intended: 'closed' }
  const confirmation = { how: 'by telephone', at: '2026-11-25T00:30:00+08:00' }
  const cases: readonly (readonly [object, string])[] = [
    [closed, 'CONFIRMATION_MISSING'],
    [{ ...CUT, confirmation }, 'NOTHING_CONFIRMED'],
    [{ ...closed, confirmation: { ...confirmation, at: '2026-12-25' } }, 'CONFIRMATION_IN_FUTURE'],
  ]
  for (const [body, reason] of cases)
    expect(why(await send('restores', body, 'restorer'))).toEqual(refused(reason))
  expect((await send('restores', CUT, 'chief')).statusCode).toBe(403)
  const answer = await send('restores', CUT, 'restorer')
  expect(orderShape.parse(answer.json())).toEqual(answer.json())
  expect(answer.json()).toMatchObject({ kind: 'restore', intended: 'close-allowed', cause: 'asked' })
  const { order } = answer.json()
  expect((await send('restores', CUT, 'restorer')).json().order).toBe(order)
  expect((await look(cut)).because.code).toBe('RESTORE_ASKED')
  expect(why(await send('orders', CUT))).toEqual(refused('RESTORE_STANDS'))
  expect(why(await send(`orders/${order}/approve`, { digest: '0'.repeat(64) }, 'chief'))).toEqual(
    refused('RESTORE_GOES_ON'),
  )
  expect(why(await send(`orders/${order}/cancel`, { reason: 'no' }, 'chief'))).toEqual(
    refused('RESTORE_STAYS'),
  )
  const direct = (await send('restores', { ...closed, confirmation }, 'restorer')).json()
  expect(direct).toMatchObject({ intended: 'closed', confirmation: { how: 'by telephone' } })
  expect((await look(order)).supersededBy).toBe(direct.order)
  const entries: readonly { action: string; facts: { code?: string } }[] = await journal()
  const codes = entries
    .filter(({ action }) => action === 'order-restore.refused')
    .map(({ facts }) => facts.code)
  expect(codes).toEqual(cases.map(([, reason]) => reason))
})

test('PR-57 PR-66 more than the policy allows are refused by the fuse, and the file of the kill switch outlasts the API', async () => {
  const { send, look, post, store, time } = await orderHouse()
  const moment = { gatewayTime: 'trusted', outages: [], isStoreWell: true, hasStopFile: true } as const
  const caller = { actor: 'chief', scope: 'approve', address: 'local' }
  const resume = await store.orderAsk({
    ...{ now: time.now, by: 'chief', caller, moment, act: { kind: 'resume', reason: 'over' } },
    once: { key: 'resume-now', digest: 'a', request: 'r' },
  })
  expect(resume).toMatchObject({ code: 'ORDER_REFUSED', refusal: { code: 'STOP_FILE_THERE' } })
  time.now = MIDNIGHT + 4 * DAY + 10 * HOUR
  const { order } = (await send('orders', CUT)).json()
  await send(`orders/${order}/approve`, { digest: (await look(order)).now.digest }, 'chief')
  const second = { notice: 'N-2', which: 'second', channels: ['sms'], tries: 1, template: 't', order }
  expect((await post('accounts/0003/notices', second)).statusCode).toBe(200)
  const receipt = { account: '0003', receipt: 'r-2', channel: 'sms', result: 'delivered' }
  await post('notices/N-2/receipts', { ...receipt, at: new Date(time.now).toISOString() })
  expect((await look(order)).state).toBe('armed')
  time.now += 31 * MINUTE
  await store.orderStep(order, { type: 'check' }, time.now)
  const seen: Look = {
    ...{ at: time.now, address: '000000000002', number: '000000000002', clockErrorMs: 0 },
    register: { register: '1-0:1.8.0', value: { digits: 2_000n, scaler: -2 } },
    ...{ isOpen: false, isOpenCommanded: false, isKeptPowered: false, hasLoad: true },
    ...{ opened: null, closed: null },
  }
  const sending = await store.orderSend({
    ...{ id: order, look: seen, billing: null, deadline: time.now + 10 * SECOND, at: time.now },
    moment: { ...moment, hasStopFile: false },
  })
  expect(sending).toMatchObject({ order: { state: 'sending', sent: { attempt: 1 } } })
  expect(why(await send(`orders/${order}/cancel`, { reason: 'late' }))).toEqual(refused('SENT_ALREADY'))
  expect((await look(order)).sent).toMatchObject({ before: { isOpen: false }, answer: null })
  const answered = { type: 'answered', outcome: 'refused', text: 'not now', look: seen } as const
  await store.orderStep(order, answered, time.now)
  const another = await send('orders', CUT)
  expect(why(another)).toEqual(refused('RATIO_METERS'))
  expect(another.json().remedy).toContain('two people reset the fuse')
})
