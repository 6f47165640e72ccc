/** Orders through everything there is: the store, the executor, the desk, the line, and a simulated meter that obeys (prepaid.md §6). */

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { createOrderDesk } from '../../src/acquire/order-desk.ts'
import { MINUTE } from '../../src/core/time.ts'
import { DATABASE_FILE } from '../../src/store/database.ts'
import { verifyIn } from '../../src/store/journal/verify.ts'
import type { OrderAct, OrderKept } from '../../src/store/order/asked.ts'
import { orderFields, SUPPLY_COLUMNS } from '../../src/store/order/entry.ts'
import type { OrderRules } from '../../src/store/order/rules.ts'
import type { Store } from '../../src/store/store.ts'
import { guardStore } from '../../src/supplying/guarded.ts'
import { STOP_FILE, startSupplying } from '../../src/supplying/started.ts'
import { FIRST, frozen, LIMITS } from '../store/book-files.ts'
import { newDirectory } from '../store/data-directory.ts'
import { versionsOf } from '../store/pairings.ts'
import { roundOf } from '../store/rounds.ts'
import { enter, NOTICE, opened, PROTECTION, RECEIPT } from '../store/safeguard-files.ts'
import { POLICY } from '../supply/policy/cases.ts'
import { recordingLog } from '../support/api.ts'
import { deskBench, isRelayFrame } from '../support/desk-bench.ts'
import { register, released } from '../support/released.ts'
import { writeBook } from '../support/written-book.ts'

const DAY = 24 * 60 * MINUTE
const ADDRESS = '000000001234'
const TOTAL = '1-0:1.8.0'
const at = (text: string) => Date.parse(`2026-11-${text}:00+08:00`)

/** On Tuesday at 9:05 account 0001 owes, has been told a week ago, and is protected by nothing. */
async function whole(change: Partial<OrderRules> = {}, whenSending: () => unknown = () => undefined) {
  const endings: (() => unknown)[] = []
  const directory = newDirectory()
  const bench = await deskBench({ config: { id: 'm0001', class: 'dwelling' } })
  const { clock, meter, sent } = bench
  clock.step(at('24T09:05') - clock.now())
  const rules: OrderRules = {
    policy: { ...POLICY, declared: [], arrears: { ...POLICY.arrears, least: { digits: 10n, scaler: 0 } } },
    policyDigest: 'a'.repeat(64),
    isRehearsal: false,
    meters: new Map([
      [
        'm0001',
        {
          ...{ address: ADDRESS, number: ADDRESS, line: 'l1', transformer: null, customer: 'residents' },
          ...{ link: 'direct', control: 'weak-accepted', register: TOTAL },
          mostPerHour: { digits: 15n, scaler: 0 },
        },
      ],
    ]),
    ...change,
  }
  const calls = opened(directory, { ...LIMITS, orders: rules })
  endings.push(() => calls.close())
  const end = { ...released(FIRST + 22 * DAY, [register(TOTAL, '2000.00')]), meter: 'm0001' }
  writeBook(directory, [{ recordedAt: at('24T00:00'), releases: [end] }])
  calls.keep(frozen('m0001', 23))
  const held = await bench.ended(bench.desk.held('m0001', 'cut', line => line.look()))
  const now = held.isHeld ? held.result.register?.value : undefined
  if (!now) throw new Error('the meter does not tell its register')
  calls.keep(
    roundOf('m0001', { digits: now.digits, scaler: now.scaler, slot: clock.now(), readAt: clock.now() }),
  )
  const { sequence } = enter(calls, { kind: 'list', source: 'register' })
  enter(calls, { kind: 'listed', proposal: sequence }, { by: 'chief' })
  enter(calls, { ...NOTICE }, { now: at('16T11:00') })
  enter(calls, { ...RECEIPT, at: at('16T11:10') }, { now: at('16T11:11') })

  const inner = {
    mood: { trouble: null, refused: 0 },
    orderAsk: async (...asked: Parameters<Store['orderAsk']>) => calls.orderAsk(...asked),
    orderShow: async (...asked: Parameters<Store['orderShow']>) => calls.orderShow(...asked),
    orderOne: async (id: string) => calls.orderOne(id),
    orderPage: async (...asked: Parameters<Store['orderPage']>) => calls.orderPage(...asked),
    supplyState: async () => calls.supplyState(),
    ordersOpen: async (now: number) => calls.ordersOpen(now),
    ordersDue: async (then: number) => calls.ordersDue(then),
    orderStep: async (...asked: Parameters<Store['orderStep']>) => calls.orderStep(...asked),
    async orderSend(...asked: Parameters<Store['orderSend']>) {
      const stepped = calls.orderSend(...asked)
      if (stepped && 'order' in stepped && stepped.order.state === 'sending') await whenSending()
      return stepped
    },
    post: async (...asked: Parameters<Store['post']>) => calls.post(...asked),
    safeguard: async (...asked: Parameters<Store['safeguard']>) => calls.safeguard(...asked),
    pair: async (...asked: Parameters<Store['pair']>) => calls.pair(...asked),
  } as unknown as Store
  const { store, guard } = guardStore(inner)
  const stops: (() => Promise<unknown>)[] = []
  const doors = await startSupplying({
    ...{ store, rules, clock, guard, stops, dataDirectory: directory, log: recordingLog() },
    desk: createOrderDesk({ desk: bench.desk, addressOf: () => ADDRESS }),
    isTimeTrusted: () => true,
    outages: () => [],
  })
  endings.push(() => Promise.all(stops.map(stop => bench.ended(stop()))))

  let keys = 0
  const once = () => ({ key: `order-${keys++}`, digest: `${keys}`, request: 'r1' })
  const ask = async (by: string, act: OrderAct) => {
    const caller = { actor: by, scope: 'operate', address: '192.0.2.9' }
    const posted = await doors.ask({ now: clock.now(), by, caller, once: once(), act })
    if ('answer' in posted) return JSON.parse(posted.answer)
    return 'refusal' in posted ? posted.refusal : posted
  }
  const pay = () =>
    store.post({
      ...{ now: clock.now(), by: 'office', once: once() },
      caller: { actor: 'office', scope: 'billing', address: '192.0.2.9' },
      act: { kind: 'payment', account: '0001', payment: 'P-1', amount: '10000', at: clock.now() },
    })
  const until = async (text: string) => clock.pass(at(text) - clock.now())
  const NEW = { account: '0001', meter: 'm0001', reason: 'two bills', ticket: 'T-1', batch: null }
  /** Asked for, shown, approved by another, and told a second time: it may leave from 9:51 on. */
  const armed = async () => {
    expect(await ask('li', { kind: 'cut', id: 'O-1', ...NEW })).toMatchObject({ state: 'requested' })
    const shown = await doors.show({
      ...{ order: 'O-1', now: clock.now(), to: 'chief' },
      caller: { actor: 'chief', scope: 'approve', address: '192.0.2.9' },
    })
    const digest = shown?.digest ?? ''
    expect(await ask('chief', { kind: 'approve', order: 'O-1', digest })).toMatchObject({ state: 'approved' })
    enter(calls, { ...NOTICE, notice: 'N-2', which: 'second', order: 'O-1' }, { now: at('24T09:10') })
    await until('24T09:21')
    enter(calls, { ...RECEIPT, notice: 'N-2', receipt: 'r-2', at: at('24T09:21') }, { now: clock.now() })
    expect(calls.orderOne('O-1')?.order.state).toBe('armed')
  }
  const close = async () => {
    for (const ending of endings.reverse()) await ending()
  }
  const orderOf = (id: string) => calls.orderOne(id)?.order
  const frames = () => sent.filter(({ bytes }) => isRelayFrame(bytes)).length
  const isOpen = () => meter.relay.isOpenAt(clock.now())
  const all = () => calls.orderPage({ after: 0, limit: 100 }).orders.map(({ order }) => order)
  /** As the next start has it where the configuration says so. */
  const rehearse = () => Object.assign(rules, { isRehearsal: true })
  return {
    ...{ store, once, rehearse },
    directory,
    clock,
    meter,
    calls,
    doors,
    ask,
    pay,
    until,
    armed,
    orderOf,
    frames,
    isOpen,
    all,
    NEW,
    close,
  }
}

type Bench = Awaited<ReturnType<typeof whole>>

test('P-18 PR-58 PR-60 PR-63 PR-64 PR-66 a cut is verified by the meter’s own record; paid, it is restored though all cuts are stopped', async () => {
  const { ask, pay, until, armed, orderOf, frames, isOpen, all, clock, meter, calls, directory, close } =
    await whole()
  await armed()
  const waiting = calls.orderOne('O-1')
  await until('24T09:50')
  expect([frames(), isOpen()]).toEqual([0, false])
  await until('24T10:10')
  expect(orderOf('O-1')).toMatchObject({
    state: 'confirmed',
    attempts: 1,
    because: { code: 'PROVED_BY_RECORD' },
  })
  expect(frames()).toBe(1)
  expect(isOpen()).toBe(true)
  expect(await ask('li', { kind: 'stop', reason: 'a strike' })).toMatchObject({ stopped: { by: 'li' } })
  await pay()
  const [, made] = all()
  expect(made).toMatchObject({
    kind: 'restore',
    intended: 'close-allowed',
    cause: 'payment',
    requestedBy: 'daemon',
  })
  await clock.pass(MINUTE)
  expect(orderOf(made?.id ?? '')?.state).toBe('close-allowed')
  expect(frames()).toBe(2)
  meter.relay.pressButton(clock.now())
  await clock.pass(20 * MINUTE)
  expect(orderOf(made?.id ?? '')?.state).toBe('restored')
  expect([frames(), isOpen()]).toEqual([2, false])
  // Each step of both is in the journal, with the digest of what it left.
  const { entries } = calls.journalAfter({ after: 0, limit: 1_000 })
  for (const { id } of all()) {
    const steps = calls.orderOne(id)?.steps ?? []
    expect(steps.length).toBeGreaterThan(2)
    for (const { journal, digest, event } of steps) {
      const entry = entries.find(({ sequence }) => sequence === journal)
      expect(entry?.action).toBe(`order.${event}`)
      expect(JSON.parse(entry?.facts ?? '{}')).toMatchObject({ digest })
    }
  }
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

test('PR-66 the kill switch holds every cut back, by its door and by its file, and what it held begins anew', async () => {
  const { ask, until, armed, orderOf, frames, directory, close } = await whole()
  await armed()
  writeFileSync(join(directory, STOP_FILE), '')
  await until('24T09:55')
  expect(orderOf('O-1')).toMatchObject({ attempts: 0 })
  expect(orderOf('O-1')?.because?.text).toContain('STOPPED')
  expect(await ask('li', { kind: 'resume', reason: 'over' })).toMatchObject({ code: 'STOP_FILE_THERE' })
  await ask('li', { kind: 'stop', reason: 'a strike' })
  expect(orderOf('O-1')?.state).toBe('quarantined')
  await until('24T10:30')
  expect(frames()).toBe(0)
  await close()
}, 120_000)

test('PR-50 a rehearsal goes through everything but the frame', async () => {
  const { until, armed, orderOf, frames, close } = await whole({ isRehearsal: true })
  await armed()
  await until('24T10:00')
  expect([orderOf('O-1')?.state, frames()]).toEqual(['rehearsed', 0])
  await close()
}, 120_000)

test('PR-50 where it is rehearsed by now nobody is cut by what was approved before, and who was cut has light all the same', async () => {
  const before = await whole()
  await before.armed()
  before.rehearse()
  await before.until('24T10:00')
  expect([before.orderOf('O-1')?.state, before.frames()]).toEqual(['rehearsed', 0])
  await before.close()

  const { ask, until, armed, orderOf, frames, rehearse, NEW, close } = await whole()
  await armed()
  await until('24T10:10')
  expect(orderOf('O-1')?.state).toBe('confirmed')
  rehearse()
  const restore = { kind: 'restore', id: 'R-1', intended: 'close-allowed', cause: 'asked' } as const
  await ask('li', { ...restore, ...NEW, confirmation: null })
  await until('24T10:12')
  expect([orderOf('R-1')?.state, frames()]).toEqual(['close-allowed', 2])
  await close()
}, 120_000)

test('PR-63 a payment before the frame takes the cut back in its own transaction, and nothing is to be restored', async () => {
  const { pay, until, armed, orderOf, frames, all, close } = await whole()
  await armed()
  await until('24T09:49')
  await pay()
  expect(orderOf('O-1')).toMatchObject({ state: 'withdrawn', because: { code: 'PAID' } })
  await until('24T10:30')
  expect([all().length, frames()]).toEqual([1, 0])
  await close()
}, 120_000)

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

test('P-13 PR-06 who paid has light though the row of the cut is damaged, and that of the restore after it', async () => {
  const { directory, calls, clock, pay, until, armed, frames, isOpen, all, close } = await whole()
  const damage = (sequence: number) => {
    const file = new DatabaseSync(join(directory, DATABASE_FILE))
    file
      .prepare("UPDATE supply SET body = replace(body, 'daemon', 'd?emon') WHERE sequence = ?")
      .run(sequence)
    file.prepare("UPDATE supply SET body = replace(body, 'chief', 'ch?ef') WHERE sequence = ?").run(sequence)
    file.close()
  }
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

test('PR-57 whose identity, register or line is not known is not cut, and told why', async () => {
  const { ask, NEW, close } = await whole({ meters: new Map() })
  expect(await ask('li', { kind: 'cut', id: 'O-1', ...NEW })).toMatchObject({ code: 'ASK_UNKNOWN' })
  await close()
})
