/** Where money, pairings, rows and clocks meet orders: nobody is cut who must not be, and who paid has light. */

import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { DAY, MINUTE } from '../../src/core/time.ts'
import { DATABASE_FILE } from '../../src/store/database.ts'
import { verifyIn } from '../../src/store/journal/verify.ts'
import type { LedgerAct } from '../../src/store/ledger/asked.ts'
import type { OrderKept } from '../../src/store/order/asked.ts'
import {
  orderFields,
  type StateName,
  SUPPLY_COLUMNS,
  stateFields,
  stateIn,
} from '../../src/store/order/entry.ts'
import { ordersVerified } from '../../src/store/order/verify.ts'
import { FIRST } from '../store/book-files.ts'
import { versionsOf } from '../store/pairings.ts'
import { PROTECTION } from '../store/safeguard-files.ts'
import { at, type Bench, whole } from '../support/whole-order.ts'

test('P-13 PR-63 PR-66 whatever is answered after sending was written, and before the first byte, keeps the frame back', async () => {
  const safeguard = (bench: Bench) =>
    bench.store.safeguard({
      ...{ now: bench.clock.now(), by: 'office', once: bench.once(), act: { ...PROTECTION } },
      caller: { actor: 'office', scope: 'billing', address: '192.0.2.9' },
    })
  const restored = { kind: 'restore', id: 'R-1', intended: 'close-allowed', cause: 'asked' } as const
  const doors: readonly ((bench: Bench) => Promise<unknown>)[] = [
    bench => bench.pay(),
    safeguard,
    bench => bench.ask('li', { kind: 'stop', reason: 'a strike' }),
    bench => bench.ask('li', { ...restored, ...bench.NEW, confirmation: null }),
    bench => bench.store.pair({ now: bench.clock.now(), by: 'office', after: 2, versions: versionsOf([]) }),
  ]
  for (const [place, door] of doors.entries()) {
    let answered: unknown = null
    const bench: Bench = await whole({}, async () => {
      answered = await door(bench)
    })
    await bench.armed()
    await bench.until('24T09:53')
    expect([place, answered === null, bench.isOpen()]).toEqual([place, false, false])
    const cuts = bench.all().map(({ kind, state }) => `${kind} ${state}`)
    expect([place, ...cuts]).toContain('cut not-sent')
    await bench.close()
  }
}, 120_000)

test('P-13 thresholds that begin take no cut back by a payment of before it was asked for; a payment does', async () => {
  const { calls, clock, pay, once, armed, until, orderOf, close } = await whole()
  const post = (by: string, act: LedgerAct) => {
    const caller = { actor: by, scope: 'billing', address: '192.0.2.9' }
    const posted = calls.post({ now: clock.now(), by, caller, once: once(), act })
    return 'answer' in posted ? JSON.parse(posted.answer) : posted
  }
  const account = '0001'
  const levels = { alarm1: '50', alarm2: '20', overdraft: '0' }
  const { sequence } = post('office', { kind: 'thresholds', account, from: at('24T09:30'), ...levels })
  expect(post('chief', { kind: 'confirmed', account, proposal: sequence })).toMatchObject({ account })
  while (!calls.charge(clock.now()).isDone);
  post('office', { kind: 'payment', account, payment: 'P-0', amount: '1', at: clock.now() })
  await armed()
  await until('24T09:31')
  expect(calls.charge(clock.now())).toEqual({ entries: 0, isDone: true })
  const { entries } = calls.journalAfter({ after: 0, limit: 1_000 })
  expect([orderOf('O-1')?.state, entries.filter(({ action }) => action === 'order.payment')]).toEqual([
    'armed',
    [],
  ])
  await pay()
  expect(orderOf('O-1')).toMatchObject({ state: 'withdrawn', because: { code: 'PAID' } })
  await close()
}, 120_000)

function damageOrder(directory: string, sequence: number): void {
  const file = new DatabaseSync(join(directory, DATABASE_FILE))
  for (const [was, is] of [
    ['daemon', 'd?emon'],
    ['chief', 'ch?ef'],
  ] as const)
    file.prepare(`UPDATE supply SET body = replace(body, '${was}', '${is}') WHERE sequence = ?`).run(sequence)
  file.close()
}

test('P-13 PR-06 who paid has light though the row of the cut is damaged, and that of the restore after it', async () => {
  const { directory, calls, clock, pay, until, armed, frames, isOpen, all, close } = await whole()
  const damage = (sequence: number) => damageOrder(directory, sequence)
  await armed()
  await until('24T10:10')
  damage(1)
  expect([all(), frames(), isOpen()]).toEqual([[], 1, true])
  await pay()
  expect(all()).toMatchObject([
    { kind: 'restore', cause: 'payment', meter: 'm0001', countsFrom: clock.now() },
  ])
  damage(2)
  expect(all()).toEqual([])
  // As each start has it.
  for (const _ of [1, 2]) expect(calls.ordersOpen(clock.now())).toMatchObject([{ kind: 'restore' }])
  await clock.pass(MINUTE)
  expect(all()).toMatchObject([{ kind: 'restore', state: 'close-allowed' }])
  expect(frames()).toBe(2)
  await close()
}, 120_000)

test('P-15 PR-06 where the row of the cut is damaged, and the meter list has the meter no longer, a payment sends somebody there', async () => {
  const { directory, pay, until, armed, all, restarted, close } = await whole()
  await armed()
  await until('24T10:10')
  damageOrder(directory, 1)
  await restarted({ meters: new Map() }, { meters: [] })
  await pay()
  await until('24T10:41')
  expect(all()).toMatchObject([{ kind: 'restore', meter: 'm0001', fieldOrderAt: at('24T10:40') + 1_000 }])
  await close()
}, 120_000)

test('P-13 P-15 who moved in and pays has light, though another account was cut there; restored in whoever’s name is restored', async () => {
  const { calls, clock, pay, ask, until, armed, isOpen, all, NEW, meter, close } = await whole()
  await armed()
  await until('24T10:10')
  expect(isOpen()).toBe(true)
  const moved = { meter: 'm0001', point: 'p0001' }
  const before = { ...moved, account: '0001', from: FIRST - DAY, to: clock.now(), pairing: 1, supersedes: 1 }
  const versions = versionsOf([before, { ...moved, account: '0002', from: clock.now() }])
  expect(calls.pair({ now: clock.now(), by: 'office', after: 2, versions })).toBe(2)
  await pay('0002')
  expect(all().slice(1)).toMatchObject([{ kind: 'restore', cause: 'payment', meter: 'm0001' }])
  await clock.pass(MINUTE)
  meter.relay.pressButton(clock.now())
  await clock.pass(20 * MINUTE)
  expect([isOpen(), all().at(-1)?.state]).toEqual([false, 'restored'])
  const restored = { kind: 'restore', id: 'R-1', intended: 'close-allowed', cause: 'asked' } as const
  await ask('li', { ...restored, ...NEW, account: '0002', confirmation: null })
  await pay()
  expect(all().filter(({ kind }) => kind === 'restore').length).toBe(2)
  await close()
}, 120_000)

test('prepaid.md §11 audit edited, PR-65: an order that was changed, put back or taken away is found, and told where', async () => {
  const { calls, directory, armed, until, close } = await whole()
  await armed()
  const waiting = calls.orderOne('O-1')
  await until('24T09:55')
  // Who changes an order afterwards, its checksum and all, is found by what the journal says of it.
  const file = new DatabaseSync(join(directory, DATABASE_FILE))
  const verified = () => verifyIn(file, { checkpoints: [], from: 1 }).findings.map(({ text }) => text)
  expect(verified()).toEqual([])
  const kept = calls.orderOne('O-1')
  if (kept?.order.kind !== 'cut') throw new Error('there is no cut')
  const forged = { ...kept.order, requestedBy: 'somebody else' }
  const holes = SUPPLY_COLUMNS.map(() => '?')
  const put = (order: OrderKept) =>
    file
      .prepare(`REPLACE INTO supply (${SUPPLY_COLUMNS}) VALUES (${holes})`)
      .run(...orderFields({ sequence: 1, ...order }))
  put({ order: forged, steps: kept.steps })
  expect(verified()).toEqual([expect.stringContaining('order O-1 is not what entry')])
  if (waiting) put(waiting)
  expect(verified()).toEqual([expect.stringContaining('order O-1 is not what entry')])
  file.exec('DELETE FROM supply WHERE sequence = 1')
  expect(verified()).toEqual([
    expect.stringMatching(/^order O-1, of which entry \d+ is the first, is not there/),
  ])
  file.close()
  await close()
}, 120_000)

test('prepaid.md §11 audit edited, PR-65 PR-66: a kill switch or fuse that was changed, put back, taken away or put in is found, by older entries too', async () => {
  const { directory, ask, calls, close } = await whole()
  const file = new DatabaseSync(join(directory, DATABASE_FILE))
  const verified = () => verifyIn(file, { checkpoints: [], from: 1 }).findings.map(({ text }) => text)
  const holes = SUPPLY_COLUMNS.map(() => '?')
  const put = (name: StateName, facts: unknown, epoch = calls.epoch()) =>
    file
      .prepare(`REPLACE INTO supply (${SUPPLY_COLUMNS}) VALUES (${holes})`)
      .run(...stateFields(name === 'stop' ? 901 : 902, name, { epoch, facts }))
  const kept = (name: StateName) => stateIn(file.prepare('SELECT * FROM supply WHERE id = ?').get(name) ?? {})
  put('stop', null)
  put('fuse', { blown: null, resetAskedBy: null })
  expect(verified()).toEqual([
    'the kill switch is of no entry: it was put in',
    'the fuse is of no entry: it was put in',
  ])
  // Of another life they count for nothing, and cuts are stopped anyhow.
  put('stop', null, calls.epoch() + 1)
  file.exec("DELETE FROM supply WHERE id = 'fuse'")
  expect(verified()).toEqual([])
  expect(await ask('li', { kind: 'resume', reason: 'known by now' })).toMatchObject({ stopped: null })
  expect(await ask('li', { kind: 'stop', reason: 'a strike' })).toMatchObject({ stopped: { by: 'li' } })
  expect(verified()).toEqual([])
  const stopped = kept('stop')?.facts
  for (const forged of [null, { ...(stopped as object), by: 'somebody else' }]) {
    put('stop', forged)
    expect(verified()).toEqual([expect.stringMatching(/^the kill switch is not what entry \d+ says/)])
  }
  file.exec("DELETE FROM supply WHERE id = 'stop'")
  expect(verified()).toEqual([
    expect.stringMatching(/^the kill switch is not there, though entry \d+ tells of it/),
  ])
  put('stop', stopped)
  file.exec("UPDATE supply SET body = replace(body, 'strike', 'storm') WHERE id = 'stop'")
  expect(verified()).toEqual([expect.stringContaining('the kill switch does not match its checksum')])
  // Entries of before they had a digest.
  file.exec("UPDATE journal SET facts = json_remove(facts, '$.digest') WHERE action LIKE 'supply.%'")
  put('stop', stopped)
  expect([...ordersVerified(file)]).toEqual([])
  put('stop', null)
  expect([...ordersVerified(file)]).toHaveLength(1)
  file.close()
  await close()
}, 120_000)

test('PR-62 PR-61 calls that were recorded send nothing when they are made again, now or a year later', async () => {
  const { doors, clock, armed, until, frames, orderOf, close } = await whole()
  await armed()
  await until('24T09:55')
  const order = orderOf('O-1')
  const digest = (order?.kind === 'cut' && order.approved?.digest) || ''
  const caller = { actor: 'chief', scope: 'approve', address: '192.0.2.9' }
  const approve = { kind: 'approve', order: 'O-1', digest } as const
  for (const now of [clock.now() + 1, clock.now() + 365 * DAY]) {
    const once = { key: `replayed ${now}`, digest: '', request: 'r2' }
    const posted = await doors.ask({ now, by: 'chief', caller, once, act: approve })
    expect(posted).toMatchObject({ code: 'ORDER_REFUSED', refusal: { code: 'ORDER_CONFIRMED' } })
  }
  await until('24T10:20')
  expect(frames()).toBe(1)
  await close()
}, 120_000)

test('PR-66 a stop that the store cannot write down any more holds back the frame that is about to leave all the same', async () => {
  let answered: unknown = null
  const bench: Bench = await whole({}, async () => {
    bench.calls.condemn('a page is damaged')
    answered = await bench.ask('li', { kind: 'stop', reason: 'a strike' }).catch((error: unknown) => error)
  })
  await bench.armed()
  await bench.until('24T09:53')
  expect(answered).toMatchObject({ code: 'STORE_UNREADABLE' })
  expect([bench.frames(), bench.isOpen()]).toEqual([0, false])
  await bench.close()
}, 120_000)
