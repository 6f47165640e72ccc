/** The ledger's house where account 0003 is prepaid in its meter m2, which says what is left in it each midnight. */

import { expect } from 'vitest'
import type { MeterConfig } from '../../src/config/config.ts'
import { CREDIT, CREDIT_THRESHOLDS } from '../../src/core/credit.ts'
import { parseScaled } from '../../src/core/scaled.ts'
import { SECOND } from '../../src/core/time.ts'
import type { OrderRules } from '../../src/store/order/rules.ts'
import { roundOf } from '../store/rounds.ts'
import { freezingMeter } from './api.ts'
import { frozen, midnight } from './billing-house.ts'
import { house, TABLES } from './ledger-house.ts'

export const IN_METER = {
  ...{ from: '2026-11-01', mode: 'prepaid-in-meter', agreement: 'A-7', balance: 'none' },
  ...{ currency: 'CNY', prices: 'homes' },
}

function prepaidMeter(id: string): MeterConfig {
  const meter = freezingMeter(id)
  const thresholds = CREDIT_THRESHOLDS.map((one, place) => [
    one,
    { obis: '', item: `0400100${place + 1}`, place: 0, encoding: 'XXXXXX.XX', unit: 'yuan', name: one },
  ])
  return { ...meter, profile: { ...meter.profile, prepaid: Object.fromEntries(thresholds) } }
}

/** What was read of a day: left, owed, how often it was topped up and by how much, and what the total counts. */
export interface Day {
  readonly remaining: string
  readonly overdraft?: string
  readonly purchases?: string
  readonly bought?: string
  /** Hundredths of a kWh. */
  readonly total: bigint
}

export async function creditHouse(terms: object = IN_METER, rules: OrderRules | null = null) {
  const api = await house(rules, ['m1', 'm2', 'm3'].map(prepaidMeter))
  const { post, store, json } = api
  expect((await post('prices/homes', TABLES, { by: 'admin' })).statusCode).toBe(200)
  const entered = await post('accounts/0003/terms', terms, { by: 'admin' })
  expect([entered.statusCode, entered.body]).toEqual([200, expect.anything()])

  const tell = async (day: number, { total, ...told }: Day) => {
    const slot = midnight(day)
    const readings = Object.entries(told).map(([of, text]) => {
      const { digits, scaler } = parseScaled(text) ?? { digits: 0n, scaler: 0 }
      const unit = of === 'purchases' ? '' : 'yuan'
      return {
        obis: CREDIT[of as keyof typeof CREDIT],
        slot,
        readAt: slot + 20 * SECOND,
        digits,
        scaler,
        unit,
      }
    })
    await store.accept(frozen('m2', day, total))
    await store.accept(roundOf('m2', ...readings))
  }
  const audit = (day: number, closesAbove: string) =>
    store.audit({
      ...{ meter: 'm2', at: midnight(day) + SECOND, found: 'same', evidence: 'as before' },
      facts: { '04001001': '20.00', '04001002': '10.00', '04001003': '0.00', '04001005': closesAbove },
    })
  const inMeter = async () => (await json('/v1/accounts/0003/balance')).inMeter
  return { ...api, tell, audit, inMeter }
}
