/** Money that a meter keeps, at the door: what is left there, what was paid and is not there, and whom it holds in the dark (C-06, P-13, V-A9). */

import { expect, onTestFinished, test } from 'vitest'
import { openDoor } from '../../src/api/door.ts'
import { accountBalance } from '../../src/api/ledger-shapes.ts'
import { orderLooked } from '../../src/api/order-shapes.ts'
import { account } from '../../src/cli/account.ts'
import { orders } from '../../src/cli/orders.ts'
import { systemClock } from '../../src/core/clock.ts'
import { silentLog } from '../../src/core/log.ts'
import { DAY, HOUR } from '../../src/core/time.ts'
import type { Finding } from '../../src/reading/reading.ts'
import { createCreditWatch } from '../../src/releasing/credit-watch.ts'
import { MIDNIGHT, recordingLog } from '../support/api.ts'
import { creditHouse, IN_METER } from '../support/credit-house.ts'
import { PAYMENT, TERMS } from '../support/ledger-house.ts'
import { orderRules } from '../support/order-house.ts'

const PAID = { ...PAYMENT, at: '2026-11-21T09:00:00+08:00' }
const FIRST = { remaining: '50.00', overdraft: '0.00', purchases: '3', bought: '300.00', total: 1_000n }
const SECOND_DAY = { ...FIRST, remaining: '48.50', total: 1_300n }

async function told(directory: string, verb: typeof account, ...words: readonly string[]) {
  const out: string[] = []
  const io = { err: () => undefined, readAll: async () => '', signal: new AbortController().signal }
  await verb.run([...words, '--data', directory], { ...io, out: text => void out.push(text) })
  return out
}

test('C-06 P-12 what is paid for a meter is an entry that moves no balance; once, and taken back whole', async () => {
  const { post, json } = await creditHouse()
  const first = await post('accounts/0003/payments', PAID)
  expect(first.json()).toMatchObject({
    ...{ kind: 'top-up', about: 'P-1', amount: null, balance: null, facts: { amount: '100.00' } },
  })
  expect((await post('accounts/0003/payments', PAID)).json().code).toBe('LEDGER_REFUSED')
  const back = { payment: 'P-1', reason: 'returned by the bank', at: '2026-11-21' }
  expect((await post('accounts/0003/reversals', back)).json()).toMatchObject({
    kind: 'reversal',
    amount: null,
  })
  expect((await post('accounts/0003/reversals', back)).json().code).toBe('LEDGER_REFUSED')
  const page = await json('/v1/accounts/0003/balance')
  expect([page.balance, page.because]).toEqual([null, 'no balance of this account is kept here'])
  expect(page.inMeter.topUps).toEqual([])
})

test('C-06 terms of mode prepaid-in-meter have a price list with its currency, or neither', async () => {
  const { post } = await creditHouse({ ...IN_METER, prices: null, currency: null })
  const next = (change: object) =>
    post('accounts/0003/terms', { ...IN_METER, from: '2026-12-01', ...change }, { by: 'admin' })
  expect((await next({ currency: null })).json().detail).toContain('or neither')
  expect((await next({ currency: 'EUR' })).json().detail).toContain('is in CNY')
  expect((await next({})).statusCode).toBe(200)
})

test('C-06 the account shows what its meter keeps, with time and quality, the amounts it acts at, and what was set anew', async () => {
  const { app, directory, tell, audit, inMeter, json, time } = await creditHouse()
  await app.ready()
  onTestFinished(await openDoor(app, directory, recordingLog()))
  expect(await told(directory, account, '0003')).toContain(
    'm2 has told nothing of the money in it yet: it is read once a day, by a profile that reads it (docs/supply.md)',
  )
  await tell(0, FIRST)
  await audit(0, '5.00')
  await tell(1, SECOND_DAY)
  await audit(1, '48.50')
  time.now = MIDNIGHT + DAY + HOUR
  const page = await json('/v1/accounts/0003/balance')
  expect(accountBalance.parse(page)).toEqual(page)
  expect(await inMeter()).toEqual({
    topUps: [],
    meters: [
      {
        ...{ meter: 'm2', unit: 'yuan', remaining: '48.50', overdraft: '0.00', balance: '48.50' },
        ...{ at: '2026-11-22T00:00:20+08:00', quality: 'good', purchases: '3', bought: '300.00' },
        thresholds: {
          at: '2026-11-22T00:00:01+08:00',
          amounts: { alarm1: '20.00', alarm2: '10.00', overdraftLimit: '0.00', closesAbove: '48.50' },
        },
        // It closes above the amount, not at it.
        isHeldOpen: true,
        changes: [{ at: '2026-11-22T00:00:01+08:00', threshold: 'closesAbove', was: '5.00', is: '48.50' }],
        findings: [],
      },
    ],
  })
  expect((await told(directory, account, '0003')).slice(0, 5)).toEqual([
    'prepaid-in-meter since 2026-11-01T00:00:00+08:00, agreement A-7',
    'm2 has 48.50 yuan as of 2026-11-22T00:00:20+08:00, good, topped up 3 times, 300.00 in all',
    'm2 acts at alarm amount 1 20.00, alarm amount 2 10.00, overdraft limit 0.00, allow-close amount 48.50 (audit of 2026-11-22T00:00:01+08:00)',
    'm2 does not close its relay by the button: no more is left than its allow-close amount',
    'set anew  m2  allow-close amount was 5.00 and is 48.50, 2026-11-22T00:00:01+08:00',
  ])
})

test.each([
  // 3 kWh at 0.5 and a step of each.
  ['used up as the price list has it', { ...SECOND_DAY, remaining: '48.50' }, []],
  ['faster than it allows', { ...SECOND_DAY, remaining: '48.30' }, ['FELL']],
  ['more, and no purchase counted', { ...SECOND_DAY, remaining: '60.00' }, ['ROSE']],
  ['left and owed', { ...SECOND_DAY, remaining: '49.50', overdraft: '1.00' }, ['BOTH_HELD']],
  ['topped up', { ...SECOND_DAY, remaining: '148.50', purchases: '4', bought: '400.00' }, []],
])('V-A9 V-R36 %s', async (_, second, codes) => {
  const { tell, inMeter, time } = await creditHouse()
  await tell(0, FIRST)
  await tell(1, second)
  time.now = MIDNIGHT + DAY + HOUR
  const [{ findings }] = (await inMeter()).meters
  expect(findings.map(({ code }: { code: string }) => code)).toEqual(codes)
})

test('V-A9 paid, and not in the meter a day later, is an alarm of the meter until it is', async () => {
  const { post, tell, time, inMeter, app, directory, pages } = await creditHouse()
  await app.ready()
  onTestFinished(await openDoor(app, directory, recordingLog()))
  const saw: (readonly [string, string, readonly Finding[]])[] = []
  const look = async () => {
    const before = saw.length
    const watch = createCreditWatch({
      config: { meters: [{ id: 'm2', line: 'a' }] } as never,
      judgeCredit: pages.creditJudged,
      alarms: { saw: (meter, line, findings) => void saw.push([meter, line, findings]), standing: () => [] },
      timeTrust: { trusted: true },
      ...{ clock: { ...systemClock, now: () => time.now }, log: silentLog },
    })
    watch.start()
    while (saw.length === before) await systemClock.yield()
    await watch.stop()
    return saw
      .slice(before)
      .map(([meter, line, findings]) => [meter, line, ...findings.map(one => one.verdict)])
  }
  await tell(0, FIRST)
  await post('accounts/0003/payments', PAID)
  await tell(1, SECOND_DAY)
  time.now = MIDNIGHT + DAY + HOUR
  expect((await inMeter()).topUps).toEqual([
    { payment: 'P-1', amount: '100.00', at: PAID.at, standing: 'waiting', seenAt: null },
  ])
  expect(await look()).toEqual([['m2', 'a', 'accept']])
  time.now = Date.parse(PAID.at) + DAY
  expect((await inMeter()).topUps[0].standing).toBe('missing')
  expect(await told(directory, account, '0003')).toContain(
    'paid  P-1  100.00  2026-11-21T09:00:00+08:00  missing',
  )
  expect(await look()).toEqual([['m2', 'a', 'flag']])
  expect(saw.at(-1)?.[2][0]).toMatchObject({
    ...{ rule: 'V-A9', severity: 1 },
    evidence:
      'account 0003: payment P-1 of 100.00, 2026-11-21T09:00:00+08:00, is not in the meter, as it told 2026-11-22T00:00:20+08:00',
  })
  await tell(2, { ...SECOND_DAY, remaining: '147.00', purchases: '4', bought: '400.00', total: 1_600n })
  time.now = MIDNIGHT + 2 * DAY + HOUR
  expect((await inMeter()).topUps[0]).toMatchObject({
    standing: 'in-meter',
    seenAt: '2026-11-23T00:00:20+08:00',
  })
  expect(await look()).toEqual([['m2', 'a', 'accept']])
})

test('C-06 PR-53 an account prepaid in the meter is never cut by us: nobody here knows what is owed, whatever it owed before', async () => {
  const pushed = { ...TERMS, mode: 'cost-control', balance: 'pushed', prices: null }
  const { post, app, key, json, time } = await creditHouse(pushed, await orderRules())
  await post('accounts/0003/balance', { amount: '-50', at: '2026-11-20' }, { method: 'PUT' })
  const next = { ...IN_METER, from: '2026-11-23' }
  expect((await post('accounts/0003/terms', next, { by: 'admin' })).statusCode).toBe(200)
  expect((await json('/v1/accounts/0003/facts')).arrears).toEqual({ amount: '50', currency: 'CNY' })
  time.now = MIDNIGHT + 3 * DAY
  expect((await json('/v1/accounts/0003/facts')).arrears).toBeUndefined()
  const headers = {
    authorization: `Bearer ${await key(['operate'])}`,
    'idempotency-key': 'cut-in-meter',
  }
  const cut = { account: '0003', meter: 'm2', reason: 'unpaid' }
  const answer = await app.inject({ method: 'POST', url: '/v1/orders', payload: cut, headers })
  expect(answer.json().code).toBe('ORDER_REFUSED')
  expect(answer.json().interlocks.map(({ code }: { code: string }) => code)).toContain('ARREARS_UNKNOWN')
})

test('P-13 P-15 a restore says that the button will not close it where no more is left than the allow-close amount', async () => {
  const rules = await orderRules()
  const meter = rules.meters.get('m2')
  if (!meter) throw new Error('m2 has a relay')
  const meters = new Map([['m2', { ...meter, closesAbove: '04001005' }]])
  const { app, directory, key, get, tell, audit, time } = await creditHouse(IN_METER, { ...rules, meters })
  await app.ready()
  onTestFinished(await openDoor(app, directory, recordingLog()))
  await tell(0, FIRST)
  await tell(1, { ...SECOND_DAY, remaining: '3.20' })
  time.now = MIDNIGHT + DAY + HOUR
  const restorer = await key(['restore'])
  const payload = { account: '0003', meter: 'm2', reason: 'asked at the counter' }
  const headers = { authorization: `Bearer ${restorer}`, 'idempotency-key': 'restore-in-meter' }
  const { order } = (await app.inject({ method: 'POST', url: '/v1/restores', payload, headers })).json()
  const looked = async () => (await get(`/v1/orders/${order}`, restorer)).json()
  // Nobody knows what it closes above.
  expect((await looked()).heldOpen).toBeNull()
  await audit(1, '3.20')
  const page = await looked()
  expect(orderLooked.parse(page)).toEqual(page)
  expect(page.heldOpen).toEqual({
    ...{ remaining: '3.20', closesAbove: '3.20', unit: 'yuan', readAt: '2026-11-22T00:00:20+08:00' },
    auditedAt: '2026-11-22T00:00:01+08:00',
    text: 'its button will not close it: 3.20 yuan were left in the meter at 2026-11-22T00:00:20+08:00, and it closes above 3.20 only (allow-close amount); it has to be topped up first',
  })
  expect(await told(directory, orders, 'show', order)).toContain(page.heldOpen.text)
  await tell(2, { ...SECOND_DAY, remaining: '3.21', total: 1_300n })
  expect((await looked()).heldOpen).toBeNull()
})
