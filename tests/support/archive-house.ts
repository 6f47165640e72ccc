/** The billing house of three meters with an administrator who says whose they are. */

import type { MeterConfig } from '../../src/config/config.ts'
import { DAY, HOUR } from '../../src/core/time.ts'
import type { OrderRules } from '../../src/store/order/rules.ts'
import { freezingMeter, MIDNIGHT } from './api.ts'
import { billingHouse, frozen } from './billing-house.ts'

const METERS = ['m1', 'm2', 'm3'].map(freezingMeter)
const LATER = MIDNIGHT + DAY + HOUR
export const TABLE = `account,point,meter,from,to
0001,P-1,m1,2026-01-01,2026-11-21
0002,P-1,m1,2026-11-21,
0003,P-2,m2,2026-11-01,
`

export async function house(rules: OrderRules | null = null, meters: readonly MeterConfig[] = METERS) {
  const api = await billingHouse(meters, {}, rules)
  api.time.now = LATER
  const admin = await api.key(['admin'])
  const send = (
    method: 'POST' | 'PUT',
    url: string,
    payload: string | object,
    more: Record<string, string> = {},
  ) => {
    const type: Record<string, string> = typeof payload === 'string' ? { 'content-type': 'text/csv' } : {}
    const headers = { authorization: `Bearer ${admin}`, ...type, ...more }
    return api.app.inject({ method, url, payload, headers })
  }
  return {
    ...api,
    send,
    json: async (url: string, by?: string) => (await api.get(url, by)).json(),
    bring: (table: string, query = '') => send('POST', `/v1/imports${query}`, table),
  }
}

/** The midnight of day 0, of the meters named, an hour after the time to settle. */
export async function released(
  { store, settle }: Awaited<ReturnType<typeof house>>,
  ...meters: readonly string[]
): Promise<void> {
  for (const meter of meters) await store.accept(frozen(meter, 0, 1_000n))
  await settle([0], LATER)
}
