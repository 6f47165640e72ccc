/** The archive's house with somebody in the billing office: account 0003 of meter m2 is paid beforehand, at 0.5 for each kWh. */

import { expect } from 'vitest'
import type { MeterConfig } from '../../src/config/config.ts'
import { DAY, HOUR } from '../../src/core/time.ts'
import type { OrderRules } from '../../src/store/order/rules.ts'
import { MIDNIGHT } from './api.ts'
import { house as archiveHouse, TABLE } from './archive-house.ts'
import { frozen } from './billing-house.ts'

export const PAYMENT = { payment: 'P-1', amount: '100.00', at: '2026-11-20T09:00:00+08:00' }
export const TERMS = {
  ...{ from: '2026-11-01', mode: 'prepaid-here', agreement: 'A-113' },
  ...{ balance: 'here', currency: 'CNY', prices: 'homes' },
}
export const TABLES = { from: '2026-11-01', currency: 'CNY', registers: { '1-0:1.8.0': '0.5' } }

export async function house(rules: OrderRules | null = null, meters?: readonly MeterConfig[]) {
  const api = await archiveHouse(rules, meters)
  const keys = {
    billing: await api.key(['billing']),
    admin: await api.key(['admin']),
    other: await api.key(['billing']),
  }
  let last = 0
  const post = (
    path: string,
    payload: object,
    {
      by = 'billing',
      key = `key-${String(last++).padStart(6, '0')}`,
      method = 'POST',
    }: Partial<{ by: keyof typeof keys; key: string; method: 'POST' | 'PUT' }> = {},
  ) =>
    api.app.inject({
      method,
      url: `/v1/${path}`,
      payload,
      headers: { authorization: `Bearer ${keys[by]}`, ...(key && { 'idempotency-key': key }) },
    })
  const charge = async () => {
    while (!(await api.store.charge(api.time.now)).isDone);
  }
  /** On the twenty-first of November; it is an hour past the time to settle the midnight after it. */
  const useThreeUnits = async () => {
    for (const day of [0, 1]) await api.store.accept(frozen('m2', day, BigInt(1_000 + 300 * day)))
    api.time.now = MIDNIGHT + 2 * DAY + HOUR
    await api.settle([0, 1], api.time.now)
  }
  await api.bring(TABLE)
  return { ...api, post, charge, useThreeUnits }
}

export async function agreed(rules: OrderRules | null = null) {
  const api = await house(rules)
  expect((await api.post('prices/homes', TABLES, { by: 'admin' })).statusCode).toBe(200)
  expect((await api.post('accounts/0003/terms', TERMS, { by: 'admin' })).statusCode).toBe(200)
  return api
}
