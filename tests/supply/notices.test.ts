/** Notices and protections, pure: what counts as told, what does not, and what takes two persons (P-04, P-05, P-10, C-01, C-09). */

import { describe, expect, test } from 'vitest'
import { MINUTE } from '../../src/core/time.ts'
import type { NoticeKnown, Receipt, Result, Visit } from '../../src/supply/notice/notice.ts'
import { noticeRefused, receiptRefused, visitRefused } from '../../src/supply/notice/refused.ts'
import {
  deliveredAt,
  isToBeAsked,
  isUnreachable,
  noticeFact,
  standingOf,
} from '../../src/supply/notice/standing.ts'
import {
  changed,
  changeRefused,
  loosens,
  type ProtectionHeld,
  protectionRefused,
} from '../../src/supply/protection/protection.ts'

const AT = Date.UTC(2026, 10, 16, 2)
const at = (minutes: number) => AT + minutes * MINUTE

function notice(change: Partial<NoticeKnown> = {}): NoticeKnown {
  return {
    ...{ id: 'N-1', account: '0003', which: 'first', channels: ['sms', 'app'], tries: 2, template: 't-3' },
    ...{ order: null, requiredAt: AT, receipts: [], visits: [], visitRequiredAt: null, clearedAt: null },
    ...change,
  }
}

let receipts = 0
function said(channel: string, result: Result, minutes: number, receivedAfter = minutes): Receipt {
  receipts += 1
  return { receipt: `r-${receipts}`, channel, result, at: at(minutes), receivedAt: at(receivedAfter) }
}

function went(result: Visit['result'], minutes: number, photo: string | null = 'photos/77.jpg'): Visit {
  return { visit: 'V-1', notice: 'N-1', result, at: at(minutes), photo, who: 'Li Wei' }
}

describe('C-01 C-09 only what was delivered counts', () => {
  test.each<[string, readonly Receipt[], readonly Visit[], number | null, string]>([
    ['none', [], [], null, 'required'],
    ['failed', [said('sms', 'failed', 1)], [], null, 'undelivered'],
    ['unknown', [said('sms', 'unknown', 1)], [], null, 'undelivered'],
    ['delivered', [said('sms', 'delivered', 5)], [], 5, 'delivered'],
    ['failed, then delivered', [said('sms', 'failed', 1), said('sms', 'delivered', 9)], [], 9, 'delivered'],
    [
      'delivered, taken back',
      [said('sms', 'delivered', 5), said('sms', 'failed', 9)],
      [],
      null,
      'undelivered',
    ],
    [
      'delivered; an older word of the channel comes later',
      [said('sms', 'delivered', 5, 6), said('sms', 'unknown', 2, 30)],
      [],
      5,
      'delivered',
    ],
    [
      'delivered, taken back, delivered again',
      [said('sms', 'delivered', 5), said('sms', 'failed', 9), said('sms', 'delivered', 20)],
      [],
      20,
      'delivered',
    ],
    [
      'by two channels: the first',
      [said('app', 'delivered', 8), said('sms', 'delivered', 5)],
      [],
      5,
      'delivered',
    ],
    [
      'one channel failed, the other did not',
      [said('app', 'failed', 8), said('sms', 'delivered', 9)],
      [],
      9,
      'delivered',
    ],
    ['a visit, handed', [], [went('handed', 60)], 60, 'delivered'],
    ['a visit, posted', [said('sms', 'failed', 3)], [went('posted', 61)], 61, 'delivered'],
    ['a visit without a photo', [], [went('posted', 61, null)], null, 'undelivered'],
    ['a visit that met nobody', [], [went('not-met', 61)], null, 'undelivered'],
  ])('%s', (_, receipts, visits, minutes, standing) => {
    const one = notice({ receipts, visits })
    expect(deliveredAt(one)).toBe(minutes === null ? null : at(minutes))
    expect(standingOf(one, [one])).toBe(standing)
    expect(noticeFact([one], 'first')).toBe(minutes === null ? 'sent' : at(minutes))
    expect(noticeFact([one], 'second')).toBe('none')
  })
})

test('P-04 P-05 the last of its kind counts alone, and none whose debt was paid', () => {
  const told = notice({ receipts: [said('sms', 'delivered', 5)] })
  const anew = notice({ id: 'N-2', requiredAt: at(100) })
  const second = notice({ id: 'N-3', which: 'second', receipts: [said('app', 'delivered', 200)] })
  const all = [told, anew, second]
  expect(all.map(one => standingOf(one, all))).toEqual(['replaced', 'required', 'delivered'])
  expect([noticeFact(all, 'first'), noticeFact(all, 'second')]).toEqual(['sent', at(200)])
  const paid = all.map(one => ({ ...one, clearedAt: at(300) }))
  expect(paid.map(one => standingOf(one, paid))).toEqual(['cleared', 'cleared', 'cleared'])
  expect([noticeFact(paid, 'first'), noticeFact(paid, 'second')]).toEqual(['none', 'none'])
  // What was told before the debt was paid does not come back by a later one that is not delivered.
  expect(noticeFact([{ ...told, clearedAt: at(50) }, anew], 'first')).toBe('sent')
})

test('C-09 every channel tried in vain so often is a visit; so is a customer without any', () => {
  const [failed, unknown] = [said('sms', 'failed', 1), said('sms', 'unknown', 2)]
  const app = [said('app', 'failed', 3), said('app', 'failed', 4)]
  expect(isUnreachable(notice({ channels: [] }))).toBe(true)
  expect(isUnreachable(notice({ receipts: [failed, unknown] }))).toBe(false)
  expect(isUnreachable(notice({ receipts: [failed, unknown, app[0] as Receipt] }))).toBe(false)
  const vain = notice({ receipts: [failed, unknown, ...app] })
  expect(standingOf(vain, [vain])).toBe('unreachable')
  const reached = notice({ receipts: [failed, unknown, ...app, said('app', 'delivered', 9)] })
  expect(standingOf(reached, [reached])).toBe('delivered')
  const visited = { ...vain, visits: [went('handed', 500)] }
  expect(standingOf(visited, [visited])).toBe('delivered')
})

test('whoever delivers is asked while nothing was heard, and not when it is too late to tell', () => {
  const second = notice({ which: 'second' })
  expect(isToBeAsked(second, [second], at(29))).toBe(true)
  expect(isToBeAsked(second, [second], at(30))).toBe(false)
  const first = notice()
  expect(isToBeAsked(first, [first], at(30))).toBe(true)
  expect(isToBeAsked(first, [first], at(3 * 24 * 60))).toBe(false)
  for (const heard of [
    notice({ receipts: [said('sms', 'unknown', 1)] }),
    notice({ clearedAt: at(1) }),
    notice({ channels: [] }),
  ])
    expect(isToBeAsked(heard, [heard], at(5))).toBe(false)
  expect(isToBeAsked(first, [first, notice({ id: 'N-2' })], at(5))).toBe(false)
})

test('C-01 what a notice, a receipt, a visit cannot be is said in words', () => {
  const told = notice({ receipts: [said('sms', 'delivered', 5)] })
  const owing = { owesNothing: false }
  expect(noticeRefused({ account: '0003', which: 'first' }, { owesNothing: true, all: [] })).toMatch(
    'owes nothing',
  )
  expect(noticeRefused({ account: '0003', which: 'first' }, { ...owing, all: [] })).toBeNull()
  const second = { account: '0003', which: 'second' } as const
  expect(noticeRefused(second, { ...owing, all: [] })).toMatch('no first notice')
  expect(noticeRefused(second, { ...owing, all: [{ ...told, clearedAt: at(9) }] })).toMatch('no first notice')
  expect(noticeRefused(second, { ...owing, all: [notice()] })).toMatch('N-1, is not delivered')
  expect(noticeRefused(second, { ...owing, all: [told] })).toBeNull()
  const given = { account: '0003', now: at(60) }
  const receipt = { receipt: 'new', channel: 'sms', at: at(10) }
  expect(receiptRefused(told, receipt, given)).toBeNull()
  expect(receiptRefused(told, receipt, { ...given, account: '0004' })).toBe(
    'notice N-1 is not of account 0004',
  )
  expect(receiptRefused(told, { ...receipt, channel: 'fax' }, given)).toMatch('not to go by fax')
  expect(receiptRefused(told, { ...receipt, at: at(61) }, given)).toMatch('in the future')
  expect(receiptRefused(told, { ...receipt, at: at(60) }, given)).toBeNull()
  expect(receiptRefused(told, { ...receipt, at: at(-1) }, given)).toMatch('before notice N-1 was required')
  const known = told.receipts[0]?.receipt ?? ''
  expect(receiptRefused(told, { ...receipt, receipt: known }, given)).toMatch('entered before')
  const visit = { result: 'posted', photo: 'p', at: at(20) } as const
  expect(visitRefused(told, visit, given)).toBeNull()
  expect(visitRefused(null, { ...visit, at: at(-9) }, given)).toBeNull()
  expect(visitRefused(null, { ...visit, at: at(61) }, given)).toMatch('in the future')
  expect(visitRefused(told, { ...visit, at: at(-9) }, given)).toMatch('of another')
  expect(visitRefused(told, { ...visit, photo: null }, given)).toMatch('photo')
  expect(visitRefused(told, { ...visit, photo: null, result: 'not-met' }, given)).toBeNull()
  expect(visitRefused(told, visit, { ...given, account: '0004' })).toMatch('not of account')
})

test('P-10 C-05 PR-55 what protects less takes two persons, what protects more takes one', () => {
  const held: ProtectionHeld = {
    ...{ id: 'S-1', account: '0003', class: 'important_user', from: '2026-01-01', to: '2026-12-31' },
    ...{ source: 'list 4', authorityReference: null },
  }
  const endless = { ...held, to: null }
  expect([
    loosens(held, { to: '2026-12-30' }),
    loosens(held, { to: '2027-01-01' }),
    loosens(held, { to: null }),
    loosens(endless, { to: '2099-12-31' }),
    loosens(held, { authorityReference: '2026/14' }),
    loosens(held, { to: null, authorityReference: '2026/14' }),
  ]).toEqual([true, false, false, true, true, true])
  expect(changed(held, { to: null })).toEqual(endless)
  expect(changeRefused(held, { to: '2026-12-31' })).toMatch('so already')
  expect(changeRefused(held, { to: '2026-11-01' })).toBeNull()
  expect(protectionRefused({ from: '2026-02-01', to: '2026-01-31' })).toMatch('before it begins')
  expect(protectionRefused(held)).toBeNull()
})
