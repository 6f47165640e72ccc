/** Notices and protections as they are kept: journal beside them, once for each key, through damage and another life (P-04, P-10). */

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { DAY, HOUR, MINUTE } from '../../src/core/time.ts'
import { POLICY } from '../supply/policy/cases.ts'
import { bookIn, FIRST, LIMITS } from './book-files.ts'
import { newDirectory, readerIn } from './data-directory.ts'
import { backToSchema } from './earlier-schema.ts'
import {
  actionsIn,
  enter,
  factsIn,
  money,
  NOTICE,
  NOW,
  opened,
  PROTECTION,
  RECEIPT,
} from './safeguard-files.ts'

const RULES = { policyDigest: '', isRehearsal: false, billing: { way: 'ledger' }, meters: new Map() } as const
const WITH_HEAT = { ...LIMITS, orders: { ...RULES, policy: POLICY } }

test('C-01 P-04 PR-61 a notice, its receipt and the payment that clears it, each with its entry of the journal', () => {
  const directory = newDirectory()
  const calls = opened(directory)
  expect(factsIn(directory, calls.epoch())).toMatchObject({
    ...{ firstNotice: 'none', secondNotice: 'none', protections: null, customer: 'residents' },
    arrears: { amount: { digits: 50000n, scaler: -3 }, currency: 'CNY' },
    read: { at: FIRST + 19 * DAY, quality: 'actual' },
    meterClockErrorMs: null,
  })
  const first = enter(calls, NOTICE, { key: 'key-one' })
  expect(first).toMatchObject({ kind: 'notice', about: 'N-1', standing: 'required', by: 'office' })
  expect(enter(calls, NOTICE, { key: 'key-one', now: NOW + DAY })).toEqual(first)
  expect(enter(calls, { ...NOTICE, tries: 3 }, { key: 'key-one' })).toEqual({ reused: true })
  expect(enter(calls, NOTICE)).toMatchObject({ code: 'SAFEGUARD_REFUSED', text: /before/ })
  expect(enter(calls, { ...NOTICE, notice: 'N-9', account: '0009' })).toMatchObject({ code: 'ASK_UNKNOWN' })
  const page = calls.noticesAsked(0, NOW + HOUR)
  expect(page.notices.map(({ id }) => id)).toEqual(['N-1'])
  expect(enter(calls, RECEIPT)).toMatchObject({ code: 'SAFEGUARD_REFUSED', text: /future/ })
  expect(enter(calls, { ...RECEIPT, account: '0002' }, { now: NOW + HOUR })).toMatchObject({
    text: /not of account 0002/,
  })
  expect(enter(calls, RECEIPT, { now: NOW + HOUR })).toMatchObject({ standing: 'delivered' })
  expect(factsIn(directory, calls.epoch()).firstNotice).toBe(NOW + MINUTE)
  expect(calls.noticesAsked(0, NOW + HOUR)).toEqual({ ...page, notices: [] })
  expect(calls.noticesAsked(page.reached, NOW + HOUR)).toEqual({ ...page, notices: [] })
  // A part of the debt clears nothing; all of it does, in the transaction of the payment.
  const pay = (payment: string, amount: string) =>
    money(calls, { kind: 'payment', account: '0001', payment, amount, at: NOW })
  pay('P-1', '49.999')
  expect(factsIn(directory, calls.epoch()).firstNotice).toBe(NOW + MINUTE)
  pay('P-2', '0.001')
  expect(factsIn(directory, calls.epoch())).toMatchObject({
    firstNotice: 'none',
    arrears: { amount: { digits: 0n } },
  })
  expect(enter(calls, { ...NOTICE, notice: 'N-2' })).toMatchObject({ text: /owes nothing/ })
  // A later debt is another: what was told before is not of it.
  money(calls, { kind: 'reversal', account: '0001', payment: 'P-1', reason: 'returned', at: NOW })
  expect(factsIn(directory, calls.epoch()).firstNotice).toBe('none')
  expect(enter(calls, { ...NOTICE, notice: 'N-3', which: 'second' })).toMatchObject({
    text: /no first notice/,
  })
  expect(actionsIn(calls)).toEqual([
    ...['notice.entered office account 0001', 'notice.refused office account 0001'],
    ...['notice.refused office account 0001', 'notice.refused office account 0009'],
    ...['receipt.refused office account 0001', 'receipt.refused office account 0002'],
    ...['receipt.entered office account 0001', 'notice.cleared daemon account 0001'],
    ...['notice.refused office account 0001', 'notice.refused office account 0001'],
  ])
  calls.close()
})

test('C-09 a customer no channel reaches becomes a visit, and a visit with its photo is delivered', () => {
  const directory = newDirectory()
  const calls = opened(directory)
  enter(calls, NOTICE)
  const failed = (receipt: string) =>
    enter(calls, { ...RECEIPT, receipt, result: 'failed' }, { now: NOW + HOUR })
  expect(failed('r-1').standing).toBe('undelivered')
  expect(failed('r-2').standing).toBe('unreachable')
  expect(failed('r-3').standing).toBe('unreachable')
  const visit = {
    kind: 'visit',
    account: '0001',
    visit: 'V-1',
    notice: 'N-1',
    result: 'posted',
    at: NOW + HOUR,
    photo: 'p/1',
    who: 'Li',
  } as const
  expect(enter(calls, { ...visit, photo: null }, { now: NOW + HOUR })).toMatchObject({ text: /photo/ })
  expect(enter(calls, visit, { now: NOW + 2 * HOUR })).toMatchObject({ kind: 'visit', standing: 'delivered' })
  expect(enter(calls, visit, { now: NOW + 2 * HOUR })).toMatchObject({ text: /entered before/ })
  expect(factsIn(directory, calls.epoch(), NOW + 3 * HOUR).firstNotice).toBe(NOW + HOUR)
  expect(enter(calls, { ...NOTICE, account: '0002', notice: 'N-2', channels: [] })).toMatchObject({
    standing: 'unreachable',
  })
  const tasks = readerIn(directory).safeguards.after('unreachable', 0, 10).entries
  expect(tasks.map(({ account, about }) => [account, about])).toEqual([
    ['0001', 'N-1'],
    ['0002', 'N-2'],
  ])
  expect(actionsIn(calls).filter(action => action.startsWith('visit.required daemon'))).toHaveLength(2)
  calls.close()
})

test('P-10 C-04 PR-55 nobody is known not to be protected until two keys have said that the list is whole; less takes two', () => {
  const directory = newDirectory()
  const calls = opened(directory)
  const epoch = calls.epoch()
  const protections = (of = epoch) => factsIn(directory, of).protections
  expect(enter(calls, PROTECTION)).toMatchObject({ kind: 'protection', standing: null })
  expect(enter(calls, PROTECTION)).toMatchObject({ text: /entered before/ })
  expect(enter(calls, { ...PROTECTION, protection: 'S-2', to: '2026-02-30' })).toMatchObject({
    text: /no date/,
  })
  expect(enter(calls, { ...PROTECTION, protection: 'S-2', to: '2026-01-30' })).toMatchObject({
    text: /before it begins/,
  })
  expect(protections()).toBeNull()
  const { sequence } = enter(calls, { kind: 'list', source: 'register of 2026-11' })
  expect(enter(calls, { kind: 'listed', proposal: sequence })).toMatchObject({ text: /another key/ })
  expect(enter(calls, { kind: 'listed', proposal: 1 }, { by: 'chief' })).toMatchObject({
    code: 'ASK_UNKNOWN',
  })
  expect(protections()).toBeNull()
  enter(calls, { kind: 'listed', proposal: sequence }, { by: 'chief' })
  const held = {
    class: 'elderly_alone',
    from: '2026-11-01',
    to: null,
    authorityReference: null,
    visited: null,
  }
  expect(protections()).toEqual([held])
  // In another life of the store what was entered since the copy is not there.
  expect(protections(epoch + 1)).toBeNull()
  const change = { kind: 'change', protection: 'S-1', reason: 'moved away' } as const
  const asked = enter(calls, { ...change, to: '2026-11-10' })
  expect(asked).toMatchObject({ kind: 'change' })
  expect(protections()).toEqual([held])
  const confirm = { kind: 'changed', protection: 'S-1', proposal: asked.sequence } as const
  expect(enter(calls, confirm)).toMatchObject({ text: /another key/ })
  expect(enter(calls, { ...confirm, protection: 'S-9' }, { by: 'chief' })).toMatchObject({
    code: 'ASK_UNKNOWN',
  })
  expect(enter(calls, confirm, { by: 'chief' })).toMatchObject({ kind: 'changed' })
  expect(protections()).toEqual([{ ...held, to: '2026-11-10' }])
  expect(enter(calls, confirm, { by: 'chief' })).toMatchObject({ code: 'ASK_UNKNOWN' })
  // What was proposed of what is otherwise by now is no proposal any more.
  const stale = enter(calls, { ...change, to: '2026-11-02' })
  expect(enter(calls, { ...change, to: '2026-12-01' })).toMatchObject({ kind: 'changed' })
  expect(enter(calls, { ...confirm, proposal: stale.sequence }, { by: 'chief' })).toMatchObject({
    code: 'ASK_UNKNOWN',
  })
  expect(enter(calls, { ...change, to: '2026-12-01' })).toMatchObject({ text: /so already/ })
  enter(calls, {
    kind: 'visit',
    account: '0001',
    visit: 'V-1',
    notice: null,
    result: 'handed',
    at: NOW,
    photo: 'p/1',
    who: 'Li',
  })
  expect(protections()).toEqual([{ ...held, to: '2026-12-01', visited: NOW }])
  const entered = actionsIn(calls).filter(one => !one.includes('.refused'))
  expect(entered).toEqual([
    ...['protection.entered office account 0001', 'protections-whole.entered office protections'],
    ...['protections-whole-confirmation.entered chief protections'],
    ...['protection-change.entered office account 0001'],
    ...['protection-confirmation.entered chief account 0001'],
    ...['protection-change.entered office account 0001', 'protection-change.entered office account 0001'],
    ...['visit.entered office account 0001'],
  ])
  calls.close()
})

test('PR-06 PR-07 what is damaged makes an account unknown, is told, and stays so through a rescue', () => {
  const directory = newDirectory()
  let calls = opened(directory)
  enter(calls, NOTICE)
  enter(calls, PROTECTION)
  enter(calls, { ...NOTICE, account: '0002', notice: 'N-2' })
  const { sequence } = enter(calls, { kind: 'list', source: 'register' })
  enter(calls, { kind: 'listed', proposal: sequence }, { by: 'chief' })
  // The very last, too: without it nobody would know that there was one.
  enter(calls, { ...PROTECTION, protection: 'S-2', account: '0002' })
  expect(factsIn(directory, calls.epoch()).protections).toHaveLength(1)
  calls.close()
  const path = join(directory, 'meterd.db')
  const file = new DatabaseSync(path)
  file.exec(
    "UPDATE safeguard SET facts = replace(facts, 'elderly_alone', 'low_income') WHERE kind = 'protection'",
  )
  file.close()
  const told: string[] = []
  calls = bookIn(directory, undefined, text => void told.push(text))
  for (let step = 0; step < 10; step += 1) calls.tend({ now: null, sinks: [] })
  expect(told.filter(text => text.includes('of safeguard'))).toHaveLength(2)
  const unknown = { firstNotice: null, secondNotice: null, protections: null }
  expect(factsIn(directory, calls.epoch())).toMatchObject(unknown)
  calls.close()
  writeFileSync(path, readFileSync(path).fill(0xa5, 0, 100))
  calls = bookIn(directory)
  expect(factsIn(directory, calls.epoch())).toMatchObject(unknown)
  const { safeguards } = readerIn(directory)
  expect([safeguards.of('0001').isWhole, safeguards.of('0002').isWhole]).toEqual([false, false])
  expect(enter(calls, PROTECTION)).toMatchObject({ text: /entered before/ })
  expect(enter(calls, { ...NOTICE, notice: 'N-3' })).toHaveProperty('sequence')
  calls.close()
})

test('PR-65 what the journal cannot take is not entered, and what a rule would add to a payment takes the payment back', () => {
  const directory = newDirectory()
  let calls = opened(directory)
  enter(calls, NOTICE)
  const pay = { kind: 'payment', account: '0001', payment: 'P-1', amount: '50', at: NOW } as const
  const change = (sql: string) => {
    const file = new DatabaseSync(join(directory, 'meterd.db'))
    file.exec(sql)
    file.close()
  }
  const failing = (action: string, act: () => unknown) => {
    change(`CREATE TRIGGER full BEFORE INSERT ON journal WHEN new.action = '${action}'
      BEGIN SELECT RAISE(ABORT, 'no room'); END`)
    expect(act).toThrow('no room')
    // After a write that failed nothing more is written.
    calls.close()
    change('DROP TRIGGER full')
    calls = bookIn(directory)
  }
  failing('protection.entered', () => enter(calls, PROTECTION))
  failing('notice.cleared', () => money(calls, pay))
  const { safeguards, ledger } = readerIn(directory)
  expect(safeguards.of('0001')).toMatchObject({ protections: [], notices: [{ clearedAt: null }] })
  expect(ledger.isThere('payment', 'P-1')).toBe(false)
  money(calls, pay)
  expect(safeguards.of('0001').notices).toMatchObject([{ clearedAt: NOW }])
  calls.close()
})

test('PR-86 a store of the schema before takes notices, and its money stays', () => {
  const directory = newDirectory()
  opened(directory).close()
  const file = new DatabaseSync(join(directory, 'meterd.db'))
  file.exec(backToSchema(11))
  file.close()
  const calls = bookIn(directory)
  expect(enter(calls, NOTICE)).toMatchObject({ standing: 'required' })
  expect(factsIn(directory, calls.epoch())).toMatchObject({ arrears: { amount: { digits: 50000n } } })
  calls.close()
})

test('PR-06 an entry its index does not lead to would be overlooked: the store is unreadable', () => {
  const directory = newDirectory()
  let calls = opened(directory)
  enter(calls, PROTECTION)
  calls.close()
  const file = new DatabaseSync(join(directory, 'meterd.db'))
  const sql = file.prepare("SELECT sql FROM sqlite_schema WHERE name = 'safeguard_of'").get()?.['sql']
  file.exec(`DROP INDEX safeguard_of; ${String(sql)} WHERE account = ''`)
  file.enableDefensive?.(false)
  file.exec('PRAGMA writable_schema = ON')
  file.prepare("UPDATE sqlite_schema SET sql = ? WHERE name = 'safeguard_of'").run(String(sql))
  file.close()
  calls = bookIn(directory)
  const tend = () => {
    for (let step = 0; step < 10; step += 1) calls.tend({ now: null, sinks: [] })
  }
  expect(tend).toThrow('missing from the index of accounts')
  calls.close()
})

test('P-09 PR-53 heat is declared by name, for two days at most; the last word counts, and what is over is unknown', () => {
  const directory = newDirectory()
  const calls = opened(directory, WITH_HEAT)
  const heat = {
    kind: 'declared',
    name: 'heat',
    is: false,
    until: NOW + 48 * HOUR,
    source: 'bulletin 1',
  } as const
  const known = (now: number, epoch = calls.epoch()) => [...factsIn(directory, epoch, now).declared]
  expect(known(NOW)).toEqual([])
  for (const [change, why] of [
    [{ name: 'cold' }, /no condition cold; it has heat/],
    [{ until: NOW }, /over already/],
    [{ until: NOW + 48 * HOUR + 1 }, /longer than 48 hours/],
  ] as const)
    expect(enter(calls, { ...heat, ...change })).toMatchObject({ code: 'SAFEGUARD_REFUSED', text: why })
  const entered = enter(calls, heat, { key: 'key-heat' })
  expect(entered).toMatchObject({
    kind: 'declared',
    account: '',
    about: 'heat',
    standing: null,
    by: 'office',
  })
  expect(enter(calls, heat, { key: 'key-heat', now: NOW + DAY })).toEqual(entered)
  expect(known(NOW - 1)).toEqual([])
  expect(known(NOW)).toEqual([['heat', false]])
  expect(known(NOW + 48 * HOUR - 1)).toEqual([['heat', false]])
  expect(known(NOW + 48 * HOUR)).toEqual([])
  // What was declared before comes back with no word that is over.
  const hour = { ...heat, is: true, until: NOW + 2 * HOUR }
  enter(calls, hour, { now: NOW + HOUR })
  expect(known(NOW + HOUR)).toEqual([['heat', true]])
  expect(known(NOW + 2 * HOUR)).toEqual([])
  // Another life of the store may lack what was declared since.
  expect(known(NOW + HOUR, calls.epoch() + 1)).toEqual([])
  const { entries } = calls.journalAfter({ after: 0, limit: 100 })
  const told = entries.filter(({ subject }) => subject === 'condition heat').map(({ action }) => action)
  expect(told.filter(action => action === 'declaration.entered').length).toBe(2)
  expect(told.length).toBe(4)
  calls.close()
})

test('P-09 PR-06 where a declaration is damaged nothing is known to be declared; without a policy nothing can be', () => {
  const directory = newDirectory()
  const calls = opened(directory, WITH_HEAT)
  const heat = { kind: 'declared', name: 'heat', until: NOW + DAY, source: null } as const
  enter(calls, { ...heat, is: false })
  const { sequence } = enter(calls, { ...heat, is: true })
  expect([...factsIn(directory, calls.epoch(), NOW).declared]).toEqual([['heat', true]])
  const epoch = calls.epoch()
  calls.close()
  const file = new DatabaseSync(join(directory, 'meterd.db'))
  file.prepare('UPDATE safeguard SET facts = ? WHERE sequence = ?').run('{}', sequence)
  file.close()
  expect([...factsIn(directory, epoch, NOW).declared]).toEqual([])
  const without = opened(newDirectory())
  expect(enter(without, { ...heat, is: true })).toMatchObject({ text: /no policy is in force/ })
  without.close()
})
