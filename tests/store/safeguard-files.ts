/** Store files with two accounts, of which one owes 50 CNY, and what is entered of notices and protections. */

import { expect } from 'vitest'
import { DAY, HOUR, MINUTE } from '../../src/core/time.ts'
import { openReader } from '../../src/store/reader.ts'
import type { SafeguardAct } from '../../src/store/safeguard/asked.ts'
import { cutFactsOf, type KnownBeside } from '../../src/store/safeguard/cut-facts.ts'
import type { Limits } from '../../src/store/store.ts'
import { register, released } from '../support/released.ts'
import { writeBook } from '../support/written-book.ts'
import { type BookFile, bookIn, FIRST } from './book-files.ts'
import { versionsOf } from './pairings.ts'

export const NOW = FIRST + 20 * DAY + 10 * HOUR
const PRICES = { from: FIRST, currency: 'CNY', registers: { '1-0:1.8.0': '0.5' } }
const TERMS = {
  from: FIRST,
  mode: 'prepaid-here',
  agreement: 'A-1',
  balance: 'here',
  currency: 'CNY',
  prices: 'homes',
} as const
export const NOTICE = {
  kind: 'notice',
  account: '0001',
  notice: 'N-1',
  which: 'first',
  channels: ['sms'],
  tries: 2,
  template: 't-1',
  order: null,
} as const
export const RECEIPT = {
  kind: 'receipt',
  account: '0001',
  notice: 'N-1',
  receipt: 'r-1',
  channel: 'sms',
  result: 'delivered',
  at: NOW + MINUTE,
  remark: null,
} as const
export const PROTECTION = {
  kind: 'protection',
  account: '0001',
  protection: 'S-1',
  class: 'elderly_alone',
  from: '2026-11-01',
  to: null,
  source: 'list 7',
  authorityReference: null,
} as const

const CALLER = { actor: 'office', scope: 'billing', address: '192.0.2.9' }

let keys = 0
/** What was answered, or why not. */
export function enter(
  calls: BookFile,
  act: SafeguardAct,
  { now = NOW, by = 'office', key = `key-${keys++}` } = {},
) {
  const once = { key, digest: JSON.stringify(act), request: 'r1' }
  const posted = calls.safeguard({ now, by, caller: { ...CALLER, actor: by }, once, act })
  if ('reused' in posted) return posted
  return 'answer' in posted ? JSON.parse(posted.answer) : posted
}

export function money(calls: BookFile, act: Parameters<BookFile['post']>[0]['act'], now = NOW) {
  const key = `key-${keys++}`
  expect(
    calls.post({ now, by: 'office', caller: CALLER, once: { key, digest: key, request: 'r1' }, act }),
  ).toHaveProperty('answer')
}

const STATED = { ...TERMS, mode: 'cost-control', balance: 'pushed', prices: null } as const

export function opened(directory: string, limits?: Limits, balance: 'here' | 'pushed' = 'here'): BookFile {
  const calls = bookIn(directory, undefined, undefined, limits)
  const versions = versionsOf(
    ['0001', '0002'].map(account => ({
      account,
      meter: `m${account}`,
      point: `p${account}`,
      from: FIRST - DAY,
    })),
  )
  calls.pair({ now: FIRST, by: 'office', after: 0, versions })
  money(calls, { kind: 'prices', list: 'homes', ...PRICES }, FIRST)
  const terms = balance === 'here' ? TERMS : STATED
  for (const account of ['0001', '0002']) money(calls, { kind: 'terms', account, terms }, FIRST)
  const end = (day: number) => ({
    ...released(FIRST + day * DAY, [register('1-0:1.8.0', `${100 * day}.00`)]),
    meter: 'm0001',
  })
  writeBook(directory, [{ recordedAt: FIRST + 20 * DAY, releases: [end(18), end(19)] }])
  while (!calls.charge(NOW).isDone);
  return calls
}

/** A reader left open would keep the file from being closed. */
export function factsIn(directory: string, epoch: number, now = NOW + HOUR) {
  const reader = openReader(directory, () => undefined)
  try {
    const beside: KnownBeside = { gatewayTime: 'trusted', customerOf: () => 'residents' }
    return cutFactsOf({ ...reader, epoch }, '0001', now, beside)
  } finally {
    reader.close()
  }
}

/** Of what concerns notices and protections. */
export function actionsIn(calls: BookFile): readonly string[] {
  return calls
    .journalAfter({ after: 0, limit: 100 })
    .entries.filter(({ action }) => /^(notice|receipt|visit|protection)/.test(action))
    .map(({ action, actor, subject }) => `${action} ${actor} ${subject}`)
}
