/** A store that is full takes what somebody has light by, and nothing else (P-13, P-15, PR-20). */

import { expect, test } from 'vitest'
import { HOUR } from '../../src/core/time.ts'
import type { OrderedMeter, RestoreRules } from '../../src/store/order/rules.ts'
import { type BookFile, frozen, LIMITS } from './book-files.ts'
import { newDirectory } from './data-directory.ts'
import { enter, NOTICE, NOW, opened, PROTECTION, RECEIPT } from './safeguard-files.ts'

const CALLER = { actor: 'office', scope: 'billing', address: '192.0.2.17' }
const METER: OrderedMeter = {
  ...{ address: '000000000001', number: '000000000001', line: 'l1', transformer: null, customer: null },
  ...{ link: null, control: 'weak', register: '1-0:1.8.0', mostPerHour: null },
}
const RULES: RestoreRules = { policy: null, isRehearsal: false, meters: new Map([['m0001', METER]]) }

/** Until it is refused. */
function fill(work: (place: number) => unknown): void {
  for (let place = 0; place < 50_000; place++)
    try {
      work(place)
    } catch (error) {
      expect(error).toMatchObject({ code: 'STORE_FULL' })
      return
    }
  throw new Error('it was never full')
}

let last = 0
const asked = { now: NOW + HOUR, by: 'office', caller: CALLER }

/** What is refused for want of room: the name of each. */
function refusedBy(calls: BookFile): readonly string[] {
  last += 1
  const tried: string[] = []
  const account = '0001'
  const at = NOW
  const prices = { from: NOW + 48 * HOUR, currency: 'CNY', registers: {} }
  const of = { account, meter: 'm0001', reason: 'seen dark', ticket: null, batch: null }
  const how = { intended: 'close-allowed', cause: 'asked', confirmation: null } as const
  const moment = { gatewayTime: 'trusted', outages: [], isStoreWell: true, hasStopFile: false } as const
  const key = () => ({ key: `key-${last}-${tried.length}` })
  const once = () => ({ ...key(), digest: '', request: 'r1' })
  const post = (act: Parameters<BookFile['post']>[0]['act']) => () =>
    calls.post({ ...asked, once: once(), act })
  const put = (act: Parameters<typeof enter>[1]) => () => enter(calls, act, key())
  const order = (act: Parameters<BookFile['orderAsk']>[0]['act']) => () =>
    calls.orderAsk({ ...asked, once: once(), moment, act })
  const protection = `S-${last}`
  const all: Readonly<Record<string, () => unknown>> = {
    prices: post({ kind: 'prices', list: `later-${last}`, ...prices }),
    reversal: post({ kind: 'reversal', account, payment: 'P-0', reason: 'no cover', at }),
    notice: put({ ...NOTICE, notice: `N-${last}` }),
    list: put({ kind: 'list', source: 'register' }),
    journal: () => calls.journalAdd({ ...CALLER, at, action: 'journal.read', subject: 'journal', facts: {} }),
    payment: post({ kind: 'payment', account, payment: `P-${last}`, amount: '1', at }),
    protection: put({ ...PROTECTION, protection: `${protection}-b` }),
    hold: put({ ...PROTECTION, protection, class: 'temporary_hold' }),
    change: put({ kind: 'change', protection, to: '2027-01-01', reason: 'it lasts' }),
    receipt: put({ ...RECEIPT, receipt: `r-${last}` }),
    restore: order({ kind: 'restore', id: `R-${last}`, ...of, ...how }),
    stop: order({ kind: 'stop', reason: 'storm' }),
    resume: order({ kind: 'resume', reason: 'over' }),
  }
  const refused: string[] = []
  for (const [name, work] of Object.entries(all)) {
    tried.push(name)
    try {
      expect([name, work()]).not.toMatchObject([name, { code: 'STORE_FULL' }])
    } catch (error) {
      expect([name, error]).toMatchObject([name, { code: 'STORE_FULL' }])
      refused.push(name)
    }
  }
  return refused
}

const WAIT = ['prices', 'reversal', 'notice', 'list', 'journal', 'resume']

test('P-13 P-15 PR-20 a full store takes payments, protections, holds, receipts and restores; all else waits', () => {
  const calls = opened(newDirectory(), { ...LIMITS, maxBytes: 3e6, orders: RULES })
  enter(calls, { ...NOTICE })
  expect(refusedBy(calls)).toEqual([])
  fill(place => calls.keep(frozen(`m${place % 400}`, 30 + place)))
  expect(calls.room()).toMatchObject({ stage: 'closed', starving: false })
  expect(refusedBy(calls)).toEqual(WAIT)
  // What else is written has used up the hundredth that is left.
  fill(place => calls.park('mqtt', place, 'x'.repeat(2_000)))
  for (let times = 0; times < 20; times++) expect(refusedBy(calls)).toEqual(WAIT)
  expect(calls.room().usedBytes).toBeGreaterThan(calls.room().maxBytes)
  const [standing] = calls.orderPage({ after: 0, limit: 1 }).orders
  expect(standing?.order).toMatchObject({ kind: 'restore', state: 'requested' })
  const stepped = calls.orderStep(standing?.order.id ?? '', { type: 'unreached', text: 'silent' }, NOW + HOUR)
  expect(stepped).toMatchObject({ order: { state: 'not-sent' } })
  // The budget is what it was for everybody else.
  fill(place => calls.park('influxdb', place, 'x'.repeat(2_000)))
  calls.close()
})
