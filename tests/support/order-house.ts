/** The ledger's house where account 0003 owes for three days and has been told: it may be cut, by whoever holds the keys for it. */

import { hash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { assert, expect } from 'vitest'
import { loadPolicy } from '../../src/config/policy.ts'
import { DAY, HOUR } from '../../src/core/time.ts'
import type { CutRules, OrderedMeter } from '../../src/store/order/rules.ts'
import { folderWith } from '../config/support.ts'
import { MIDNIGHT } from './api.ts'
import { frozen } from './billing-house.ts'
import { agreed } from './ledger-house.ts'

const PAPER = readFileSync(join(import.meta.dirname, '../../examples/policies/cn-paper-rules.yaml'), 'utf8')
/** Accepted, of a place without heat and cold, where a day's notice of a yuan is enough. */
export const POLICY = PAPER.replace('acceptedBy: ""', 'acceptedBy: A. Person')
  .replace('acceptedOn: ""', 'acceptedOn: 2026-11-01')
  .replace(/^declared:\n( .*\n)+/m, 'declared: []\n')
  .replace('residents: 7', 'residents: 1')
  .replace('least: "10.00"', 'least: "1.00"')
export const CUT = { account: '0003', meter: 'm2', reason: 'two bills unpaid', ticket: 'T-1' }

export async function orderRules(): Promise<CutRules> {
  const loaded = await loadPolicy(join(folderWith({ 'policy.yaml': POLICY }), 'policy.yaml'), MIDNIGHT)
  assert('policy' in loaded, 'complaints' in loaded ? JSON.stringify(loaded.complaints) : '')
  const meter: OrderedMeter = {
    ...{ address: '000000000002', number: '000000000002', line: 'a', transformer: null },
    ...{ customer: 'residents', link: 'direct', control: 'weak-accepted' },
    ...{ register: '1-0:1.8.0', mostPerHour: { digits: 10n, scaler: 0 } },
  }
  return {
    policy: loaded.policy,
    policyDigest: hash('sha256', POLICY),
    isRehearsal: false,
    billing: { way: 'ledger' },
    meters: new Map([['m2', meter]]),
  }
}

export async function orderHouse() {
  const api = await agreed(await orderRules())
  const { app, store, post, time, settle, useThreeUnits, charge } = api
  await useThreeUnits()
  const keys = {
    operator: await api.key(['operate']),
    chief: await api.key(['approve']),
    deputy: await api.key(['approve']),
    restorer: await api.key(['restore']),
    admin: await api.key(['admin']),
    audit: await api.key(['audit']),
  }
  let last = 0
  const send = (
    path: string,
    payload: object,
    by: keyof typeof keys | `mk_${string}` = 'operator',
    once = `order-${String(last++).padStart(6, '0')}`,
  ) =>
    app.inject({
      ...{ method: 'POST', url: `/v1/${path}`, payload },
      headers: {
        authorization: `Bearer ${by in keys ? keys[by as keyof typeof keys] : by}`,
        ...(once && { 'idempotency-key': once }),
      },
    })
  const look = async (order: string, by: keyof typeof keys = 'chief') =>
    (await api.get(`/v1/orders/${order}`, keys[by])).json()
  const journal = async () => (await api.json('/v1/audit?limit=1000', keys.audit)).entries

  const notice = { notice: 'N-1', which: 'first', channels: ['sms'], tries: 1, template: 't-1' }
  await post('accounts/0003/notices', notice)
  const receipt = { account: '0003', receipt: 'r-1', channel: 'sms', result: 'delivered' }
  const at = new Date(time.now).toISOString()
  expect((await post('notices/N-1/receipts', { ...receipt, at })).statusCode).toBe(200)
  const whole = (await send('protections/whole', { source: 'register' }, 'admin')).json()
  await send('protections/whole/confirm', { sequence: whole.sequence }, 'chief')
  for (const day of [2, 3]) await store.accept(frozen('m2', day, BigInt(1_000 + 300 * day)))
  time.now = MIDNIGHT + 4 * DAY + HOUR
  await settle([2, 3], time.now)
  await charge()
  return { ...api, keys, send, look, journal }
}
