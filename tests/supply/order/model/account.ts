/** An account of the world: what it owes, was told, is protected by; and how an approver is shown it. */

import type { Random } from '../../../../src/core/random.ts'
import { formatScaled } from '../../../../src/core/scaled.ts'
import { MINUTE } from '../../../../src/core/time.ts'
import type { FactsShown } from '../../../../src/supply/order/facts-shown.ts'

export interface Account {
  readonly id: string
  readonly meter: string
  readonly address: string
  readonly line: string
  /** Of the meter that the archive has. */
  number: string
  owedCents: number
  credits: number
  firstNotice: number | null
  secondNotice: number | 'sent' | null
  isProtected: boolean
  readAt: number
  billing: 'unpaid' | 'paid' | 'silent'
  isOutage: boolean
  isExchangeOpen: boolean
}

export function accountOf(place: number, random: Random, startsAt: number): Account {
  const day = 86_400_000
  return {
    ...{ id: `a${place}`, meter: `m${place}`, address: `00000000000${place}`, number: `10000${place}` },
    ...{ line: place < 2 ? 'l1' : 'l2', owedCents: random.integer(10) === 0 ? 500 : 12_840, credits: 1 },
    firstNotice: random.integer(8) === 0 ? null : startsAt - (random.integer(8) === 0 ? 3 : 20) * day,
    secondNotice: null,
    ...{ isProtected: false, readAt: startsAt - 10 * MINUTE, billing: 'unpaid' },
    ...{ isOutage: false, isExchangeOpen: false },
  }
}

export function shownOf({
  id: account,
  meter,
  address,
  number,
  owedCents,
  credits,
  ...rest
}: Account): FactsShown {
  const amount = formatScaled({ digits: BigInt(owedCents), scaler: -2 })
  return {
    ...{ meter, address, number, account, customer: 'residents', pairing: { from: 0, reference: number } },
    arrears: { amount, currency: 'CNY', credits },
    read: { at: rest.readAt, register: '1-0:1.8.0', value: '1000.00' },
    policy: { name: 'test', edition: '1', digest: 'd1' },
    ...{ protections: [], firstNotice: rest.firstNotice ?? 0 },
  }
}
