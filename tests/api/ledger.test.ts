/** Accounts' money at the door: terms, prices, payments once for each key, what is left, what is not charged (C-06, PR-61). */

import { hash } from 'node:crypto'
import { expect, test } from 'vitest'
import { accountBalance, eventsPage, ledgerPage, priceLists } from '../../src/api/ledger-shapes.ts'
import { DAY } from '../../src/core/time.ts'
import { startCharging } from '../../src/releasing/charging.ts'
import { MIDNIGHT } from '../support/api.ts'
import { frozen } from '../support/billing-house.ts'
import { agreed, house, PAYMENT, TABLES, TERMS } from '../support/ledger-house.ts'

test('PR-61 the same key and body is given the first answer byte for byte, another body 422, none 400', async () => {
  const { post, json, time } = await agreed()
  const path = 'accounts/0003/payments'
  const first = await post(path, PAYMENT, { key: 'payment-one' })
  expect(first.json()).toMatchObject({
    kind: 'payment',
    about: 'P-1',
    amount: '100.00',
    balance: '100.00',
    by: 'key-3',
  })
  time.now += 500 * DAY
  const again = await post(path, PAYMENT, { key: 'payment-one' })
  expect([again.statusCode, again.body]).toEqual([200, first.body])
  const reused = await post(path, { ...PAYMENT, amount: '1' }, { key: 'payment-one' })
  expect([reused.statusCode, reused.json().code]).toEqual([422, 'KEY_REUSED'])
  const elsewhere = await post('accounts/0002/payments', PAYMENT, { key: 'payment-one' })
  expect(elsewhere.statusCode).toBe(422)
  expect((await post(path, PAYMENT, { key: '' })).json().detail).toContain('Idempotency-Key is required')
  // Another key: the payment itself is known, and so is the refusal from then on.
  const twice = await post(path, PAYMENT, { key: 'payment-two' })
  expect([twice.statusCode, twice.json().code]).toEqual([409, 'LEDGER_REFUSED'])
  expect((await post(path, PAYMENT, { key: 'payment-two' })).body).toBe(twice.body)
  // A key is of its caller.
  const other = await post(path, { ...PAYMENT, payment: 'P-2' }, { key: 'payment-one', by: 'other' })
  expect(other.json().balance).toBe('200.00')
  const page = await json('/v1/accounts/0003/ledger')
  expect(ledgerPage.parse(page)).toEqual(page)
  expect(page.entries.map(({ kind }: { kind: string }) => kind)).toEqual(['terms', 'payment', 'payment'])
  const rest = await json(`/v1/accounts/0003/ledger?after=${page.entries[1].sequence}`)
  expect(rest.entries).toEqual([page.entries[2]])
})

test('PR-61 of many sent at once one is entered, and the others hear so', async () => {
  const { post, json } = await agreed()
  const all = await Promise.all(
    Array.from({ length: 20 }, () => post('accounts/0003/payments', PAYMENT, { key: 'payment-one' })),
  )
  const statuses = new Set(all.map(({ statusCode }) => statusCode))
  expect([...statuses].sort()).toEqual([200, 409])
  expect(all.filter(one => one.statusCode === 409).every(one => one.json().code === 'ASK_RUNNING')).toBe(true)
  expect((await json('/v1/accounts/0003/balance')).balance).toBe('100.00')
})

test('P-12 PR-61 whatever is entered of money, or refused, is in the journal with who, from where, what and a digest', async () => {
  const { app, post, store, key, json } = await agreed()
  const path = 'accounts/0003/payments'
  for (let times = 0; times < 2; times++) await post(path, PAYMENT, { key: 'payment-one' })
  await post(path, { ...PAYMENT, amount: '1' }, { key: 'payment-one' })
  for (let times = 0; times < 2; times++) await post(path, PAYMENT, { key: 'payment-two' })
  await post('accounts/0003/reversals', { payment: 'P-1', reason: 'returned', at: '2026-11-21' })
  await post('accounts/0003/balance', { amount: '5', at: '2026-11-21' }, { method: 'PUT' })
  await post('prices/homes', { ...TABLES, registers: { '1-0:1.8.0': '9' } }, { by: 'admin' })
  const operator = await key(['operate', 'approve'])
  const thresholds = { from: '2026-11-20', alarm1: '10', alarm2: '9.5', overdraft: '0' }
  for (const [where, payload] of [
    ['thresholds', thresholds],
    ['thresholds/confirm', { sequence: 5 }],
  ] as const)
    await app.inject({
      ...{ method: 'POST', url: `/v1/accounts/0003/${where}`, payload },
      headers: { authorization: `Bearer ${operator}`, 'idempotency-key': `thresholds-${where.length}` },
    })
  // What is no request is not judged, and not written down.
  await post(path, { ...PAYMENT, amount: 'much' })
  const { entries } = await store.journalAfter({ after: 0, limit: 99 })
  const told = entries.map(one => ({ ...one, facts: JSON.parse(one.facts) as Record<string, unknown> }))
  expect(
    told.map(({ actor, scope, action, subject, facts }) => [
      ...[actor, scope, action, subject],
      facts['entry'] ?? facts['code'],
    ]),
  ).toEqual([
    ['key-2', 'admin', 'archive.changed', 'archive', undefined],
    ['key-4', 'admin', 'prices.entered', 'prices homes', 1],
    ['key-4', 'admin', 'terms.entered', 'account 0003', 2],
    ['key-3', 'billing', 'payment.entered', 'account 0003', 3],
    ['key-3', 'billing', 'payment.refused', 'account 0003', 'KEY_REUSED'],
    ['key-3', 'billing', 'payment.refused', 'account 0003', 'LEDGER_REFUSED'],
    ['key-3', 'billing', 'reversal.entered', 'account 0003', 4],
    ['key-3', 'billing', 'balance.refused', 'account 0003', 'LEDGER_REFUSED'],
    ['key-4', 'admin', 'prices.refused', 'prices homes', 'LEDGER_REFUSED'],
    ['key-6', 'operate', 'thresholds.entered', 'account 0003', 5],
    ['key-6', 'approve', 'confirmation.refused', 'account 0003', 'LEDGER_REFUSED'],
  ])
  expect(told[5]?.facts['text']).toBe('payment P-1 has been entered before')
  // As anybody can make it of what was sent.
  const digest = hash('sha256', `POST /v1/${path}\n${JSON.stringify(PAYMENT)}`)
  expect(told[3]).toMatchObject({ address: '127.0.0.1', facts: { digest, idempotencyKey: 'payment-one' } })
  expect(told[5]?.facts['digest']).toBe(digest)
  expect(told[4]?.facts['digest']).not.toBe(digest)
  const ledger = await json('/v1/accounts/0003/ledger')
  expect(ledger.entries.map(({ sequence }: { sequence: number }) => sequence)).toEqual([2, 3, 4, 5])
})

test('P-15 who pays is not refused for a clock: it counts from now, and its own time stands beside it', async () => {
  const { post } = await agreed()
  const early = { ...PAYMENT, payment: 'P-3', at: '2027-01-01T00:00:00+08:00' }
  const entry = (await post('accounts/0003/payments', early)).json()
  expect(entry).toMatchObject({ amount: '100.00', facts: { stated: early.at } })
  expect(entry.from).toBe(entry.recordedAt)
})

test('C-06 a reversal is an entry of its own, once; what cannot be is refused in words', async () => {
  const { post, json } = await agreed()
  await post('accounts/0003/payments', PAYMENT)
  const reversal = { payment: 'P-1', reason: 'returned by the bank', at: '2026-11-21' }
  expect((await post('accounts/0003/reversals', reversal)).json()).toMatchObject({
    amount: '-100.00',
    balance: '0.00',
  })
  const refused: readonly (readonly [string, object, number, RegExp, ('admin' | 'billing')?, 'PUT'?])[] = [
    ['accounts/0003/reversals', reversal, 409, /reversed before/],
    ['accounts/0003/reversals', { ...reversal, payment: 'P-9' }, 404, /no payment P-9/],
    ['accounts/0002/payments', { ...PAYMENT, payment: 'P-3' }, 404, /0002 has no terms/],
    ['accounts/0003/payments', { ...PAYMENT, payment: 'P-3', amount: '0.00' }, 400, /more than nothing/],
    ['accounts/0003/payments', { ...PAYMENT, payment: 'P-3', amount: '-1' }, 400, /more than nothing/],
    ['accounts/0003/reversals', { ...reversal, at: '2027-01-01' }, 409, /in the future/],
    [
      'accounts/0003/balance',
      { amount: '5', at: '2026-11-20' },
      409,
      /kept here, not pushed/,
      'billing',
      'PUT',
    ],
    ['accounts/0099/terms', TERMS, 404, /no account 0099/, 'admin'],
    ['accounts/0003/terms', { ...TERMS, from: '2026-11-15' }, 409, /in the future/, 'admin'],
    [
      'accounts/0003/terms',
      { ...TERMS, from: '2026-12-01', balance: 'pushed', prices: null },
      409,
      /one of the two ways/,
      'admin',
    ],
    ['accounts/0002/terms', { ...TERMS, from: '2026-11-21T10:00:00+08:00' }, 409, /no midnight/, 'admin'],
    ['accounts/0002/terms', { ...TERMS, mode: 'prepaid-in-meter' }, 409, /has balance none/, 'admin'],
    ['accounts/0002/terms', { ...TERMS, prices: 'shops' }, 409, /no price list shops/, 'admin'],
    ['accounts/0002/terms', { ...TERMS, currency: 'EUR' }, 409, /is in CNY/, 'admin'],
    [
      'prices/homes',
      { ...TABLES, from: '2026-11-15', registers: { '1-0:1.8.0': '9' } },
      409,
      /never changes/,
      'admin',
    ],
    ['prices/homes', { ...TABLES, registers: { '1-0:1.8.0': '9' } }, 409, /never changes/, 'admin'],
    ['prices/homes', { ...TABLES, steps: [] }, 400, /steps/, 'admin'],
  ]
  for (const [path, body, status, said, by = 'billing', method = 'POST'] of refused) {
    const answer = await post(path, body, { by, method })
    expect([path, answer.statusCode]).toEqual([path, status])
    expect(answer.json().detail).toMatch(said)
  }
  expect((await json('/v1/accounts/0003/ledger')).entries).toHaveLength(3)
})

test('C-06 billing may keep the balance itself: the newest counts, an older one does not take its place', async () => {
  const { post, json } = await house()
  const cost = { ...TERMS, mode: 'cost-control', balance: 'pushed', prices: null }
  expect((await post('accounts/0003/terms', cost, { by: 'admin' })).statusCode).toBe(200)
  const push = (amount: string, at: string) =>
    post('accounts/0003/balance', { amount, at }, { method: 'PUT' })
  expect((await push('57.20', '2026-11-21')).json()).toMatchObject({ kind: 'balance', balance: '57.20' })
  expect((await push('80', '2026-11-20')).statusCode).toBe(409)
  expect((await push('-3.5', '2026-11-22')).json().balance).toBe('-3.5')
  const asNumber = await post('accounts/0003/payments', { ...PAYMENT, amount: 100 })
  expect(asNumber.json().detail).toBe('body.amount: text in quotes is needed')
  expect((await post('accounts/0003/payments', PAYMENT)).json().detail).toMatch(
    /kept pushed, not here.*PUT .*balance/,
  )
  expect(await json('/v1/accounts/0003/balance')).toMatchObject({
    balance: '-3.5',
    asOf: '2026-11-22T00:00:00+08:00',
    notCharged: [],
  })
})

test('P-03 C-06 days are charged as they are released, and a quarantined misread of 900 000 kWh moves nothing', async () => {
  const { post, store, settle, useThreeUnits, json, charge, time } = await agreed()
  await post('accounts/0003/payments', PAYMENT)
  await useThreeUnits()
  await charge()
  const before = await json('/v1/accounts/0003/balance')
  expect(accountBalance.parse(before)).toEqual(before)
  expect(before).toMatchObject({
    ...{ balance: '98.500', chargedTo: '2026-11-22T00:00:00+08:00' },
    daysLeft: { days: '65', perDay: '1.500', over: 1 },
  })
  expect(before.notCharged.at(-1)).toMatchObject({
    meter: 'm2',
    code: 'NOT_RELEASED',
    to: '2026-11-23T00:00:00+08:00',
  })
  const [charged] = (await json('/v1/accounts/0003/ledger')).entries.slice(-1)
  expect(charged).toMatchObject({ kind: 'charge', about: 'm2', amount: '-1.500', by: 'rule' })
  expect(charged.facts).toEqual({
    obis: '1-0:1.8.0',
    quantity: '3.00',
    price: '0.5',
    releases: expect.any(Array),
  })
  const misread = { quality: 'quarantined' as const }
  await store.accept(frozen('m2', 2, 90_000_000n, misread))
  time.now = MIDNIGHT + 4 * DAY
  await settle([0, 1, 2], time.now)
  await charge()
  const after = await json('/v1/accounts/0003/balance')
  expect(after.balance).toBe('98.500')
  expect(after.notCharged.at(-1)).toMatchObject({ code: 'NOT_RELEASED', from: '2026-11-22T00:00:00+08:00' })
})

test('P-03 the daemon charges by itself when something is released', async () => {
  const { post, store, useThreeUnits, json, time } = await agreed()
  await post('accounts/0003/payments', PAYMENT)
  await useThreeUnits()
  const clock = { now: () => time.now, sleep: async () => undefined } as never
  const charged = Promise.withResolvers<void>()
  const released = {
    strokes: 0,
    wait: async (_: number, __: number, signal: AbortSignal) => {
      charged.resolve()
      await new Promise(resolve => signal.addEventListener('abort', resolve))
    },
  }
  const stop = startCharging({ store, clock, released, broken: charged.reject })
  await charged.promise
  await stop()
  expect((await json('/v1/accounts/0003/balance')).balance).toBe('98.500')
})

test('price lists tell their tables; a key of some meters sees no money', async () => {
  const { json, key, get, post } = await agreed()
  await post('prices/homes', { ...TABLES, from: '2027-01-01' }, { by: 'admin' })
  await post(
    'prices/homes',
    { ...TABLES, from: '2027-01-01', registers: { '1-0:1.8.0': '0.6' } },
    { by: 'admin' },
  )
  const lists = await json('/v1/prices')
  expect(priceLists.parse(lists)).toEqual(lists)
  expect(lists.lists[0].tables.map(({ registers }: { registers: object }) => registers)).toEqual([
    { '1-0:1.8.0': '0.5' },
    { '1-0:1.8.0': '0.6' },
  ])
  const some = await key(['billing'], { meters: ['m2'] })
  for (const path of ['balance', 'ledger'])
    expect((await get(`/v1/accounts/0003/${path}`, some)).statusCode).toBe(403)
})

test('C-07 P-01 P-02 thresholds hold once another key has confirmed them, and each level is told once, by number', async () => {
  const { post, useThreeUnits, json, charge, time, app, key } = await agreed()
  const first = await key(['operate', 'approve', 'billing'])
  const second = await key(['approve'])
  let last = 0
  const act = (by: string, path: string, payload: object) =>
    app.inject({
      ...{ method: 'POST', url: `/v1/accounts/0003/${path}`, payload },
      headers: { authorization: `Bearer ${by}`, 'idempotency-key': `act-${last++}-of-levels` },
    })
  await post('accounts/0003/payments', { ...PAYMENT, amount: '11.00' })
  const thresholds = { from: '2026-11-20', alarm1: '10', alarm2: '9.5', overdraft: '0' }
  expect((await act(first, 'thresholds', { ...thresholds, alarm2: '11' })).statusCode).toBe(409)
  const { sequence } = (await act(first, 'thresholds', thresholds)).json()
  expect(await json('/v1/accounts/0003/balance')).toMatchObject({
    ...{ level: null, thresholds: null },
    proposed: [{ sequence, by: expect.any(String), alarm1: '10' }],
  })
  const alone = await act(first, 'thresholds/confirm', { sequence })
  expect([alone.statusCode, alone.json().detail]).toEqual([
    409,
    expect.stringContaining('another key confirms it'),
  ])
  expect((await act(second, 'thresholds/confirm', { sequence: 1 })).statusCode).toBe(404)
  expect((await act(second, 'thresholds/confirm', { sequence })).statusCode).toBe(200)
  expect((await act(second, 'thresholds/confirm', { sequence })).statusCode).toBe(409)
  expect(await json('/v1/accounts/0003/balance')).toMatchObject({ level: 'L0', proposed: [] })
  await useThreeUnits()
  await charge()
  const page = await json('/v1/events')
  expect(eventsPage.parse(page)).toEqual(page)
  const told = ({ level, event, balance }: { level: string; event: string; balance: string }) => [
    level,
    event,
    balance,
  ]
  expect(page.events.map(told)).toEqual([
    ['L1', 'reached', '9.500'],
    ['L2', 'reached', '9.500'],
  ])
  await charge()
  await post('accounts/0003/payments', { ...PAYMENT, payment: 'P-2', amount: '5.01' })
  const next = await json(`/v1/events?after=${page.next}`)
  expect(next.events.map(told)).toEqual([['L2', 'left', '14.510']])
  expect(await json(`/v1/events?after=${next.next}`)).toMatchObject({ events: [], next: next.next })
  expect((await json('/v1/accounts/0003/balance')).level).toBe('L1')
  // Those of a date begin by themselves.
  const later = (
    await act(first, 'thresholds', { ...thresholds, from: '2026-11-25', alarm1: '20', alarm2: '16' })
  ).json()
  await act(second, 'thresholds/confirm', { sequence: later.sequence })
  await charge()
  expect((await json(`/v1/events?after=${next.next}`)).events).toEqual([])
  time.now = MIDNIGHT + 5 * DAY
  await charge()
  expect((await json(`/v1/events?after=${next.next}`)).events.map(told)).toEqual([
    ['L2', 'reached', '14.510'],
  ])
})

test('C-06 ladders and standing charges are entered, told, charged and refused in words', async () => {
  const { post, json, useThreeUnits, charge } = await house()
  const ladder = {
    ...{ register: '1-0:1.8.0', every: 'month', begins: '21' },
    steps: [
      { above: '0', price: '0.5' },
      { above: '2', price: '0.75' },
    ],
  }
  const standing = { every: 'day', amount: '0.35' }
  const refused = async (change: object) =>
    (await post('prices/homes', { ...TABLES, ladder, standing, ...change }, { by: 'admin' })).json().detail
  expect(await refused({ ladder: { ...ladder, begins: '29' } })).toContain('no later than the 28th')
  expect(await refused({ registers: {}, ladder: undefined, standing: undefined })).toContain(
    'a price of a register',
  )
  expect(await refused({ standing: { every: 'month', amount: '1' } })).toContain('standing')
  const table = { ...TABLES, registers: {}, ladder, standing }
  expect((await post('prices/homes', table, { by: 'admin' })).statusCode).toBe(200)
  const lists = await json('/v1/prices')
  expect(priceLists.parse(lists)).toEqual(lists)
  expect(lists.lists[0].tables).toEqual([
    { from: '2026-11-01T00:00:00+08:00', registers: {}, ladder, standing: { ...standing, due: null } },
  ])
  await post('accounts/0003/terms', TERMS, { by: 'admin' })
  await useThreeUnits()
  await charge()
  const { notCharged } = await json('/v1/accounts/0003/balance')
  expect(notCharged.map(({ obis, code }: { obis: string; code: string }) => [obis, code])).toEqual([
    ['1-0:1.8.0', 'NOT_RELEASED'],
  ])
  const { entries } = await json('/v1/accounts/0003/ledger')
  expect(
    entries
      .filter(({ kind }: { kind: string }) => kind === 'charge')
      .map(({ from, amount, facts }: { from: string; amount: string; facts: object }) => [
        from,
        amount,
        facts,
      ]),
  ).toEqual([
    [
      '2026-11-21T00:00:00+08:00',
      '-1.7500',
      {
        ...{ obis: '1-0:1.8.0', quantity: '3.00', price: '0', used: '0', releases: [1, 2] },
        steps: [
          { price: '0.5', quantity: '2' },
          { price: '0.75', quantity: '1.00' },
        ],
      },
    ],
    ['2026-11-20T00:00:00+08:00', '-0.35', { obis: 'standing', every: 'day', releases: [1] }],
    ['2026-11-21T00:00:00+08:00', '-0.35', { obis: 'standing', every: 'day', releases: [2] }],
  ])
})
