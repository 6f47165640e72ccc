/** A gateway with one account that owes, all that has to do with its orders, and a simulated meter that obeys. */

import { expect } from 'vitest'
import { createOrderDesk } from '../../src/acquire/order-desk.ts'
import type { OrdersConfig } from '../../src/config/config.ts'
import { MINUTE } from '../../src/core/time.ts'
import type { OrderAct } from '../../src/store/order/asked.ts'
import type { CutRules, OrderRules } from '../../src/store/order/rules.ts'
import type { Store } from '../../src/store/store.ts'
import { guardStore } from '../../src/supplying/guarded.ts'
import type { Billing } from '../../src/supplying/ports.ts'
import { orderRulesOf } from '../../src/supplying/rules.ts'
import { startOrders, startSupplying } from '../../src/supplying/started.ts'
import { bookIn, FIRST, frozen, LIMITS } from '../store/book-files.ts'
import { newDirectory } from '../store/data-directory.ts'
import { roundOf } from '../store/rounds.ts'
import { enter, NOTICE, opened, RECEIPT } from '../store/safeguard-files.ts'
import { POLICY } from '../supply/policy/cases.ts'
import { recordingLog } from './api.ts'
import { type DeskBenchParts, deskBench, EVENING, isModbusWrite, isRelayFrame } from './desk-bench.ts'
import { register, released } from './released.ts'
import { virtualClock } from './virtual-clock.ts'
import { writeBook } from './written-book.ts'

const DAY = 24 * 60 * MINUTE
const TOTAL = '1-0:1.8.0'
export const at = (text: string) => Date.parse(`2026-11-${text}:00+08:00`)

/** On Tuesday at 9:05 account 0001 owes, has been told a week ago, and is protected by nothing. */
export async function whole(
  change: Partial<CutRules> = {},
  whenSending: () => unknown = () => undefined,
  billing: Billing | null = null,
  { balance = 'here', ...gateway }: DeskBenchParts & { readonly balance?: 'here' | 'pushed' } = {},
) {
  const endings: (() => unknown)[] = []
  const directory = newDirectory()
  const bench = await deskBench({
    clock: virtualClock(EVENING, 3),
    ...gateway,
    config: { id: 'm0001', class: 'dwelling', ...gateway.config },
  })
  const { clock, meter, sent, driver } = bench
  clock.step(at('24T09:05') - clock.now())
  const policy = {
    ...{ ...POLICY, declared: [] },
    arrears: { ...POLICY.arrears, least: { digits: 10n, scaler: 0 } },
  }
  const orders: OrdersConfig = {
    ...{ policy, policyDigest: 'a'.repeat(64), isRehearsal: false, password: null },
    ...{ directLines: new Set(['l1']), acceptReplayable: true },
    billing: { way: 'ledger' },
  }
  const rules: CutRules = {
    ...(orderRulesOf({ ...bench.site, orders }) as CutRules),
    ...change,
  }
  let calls = opened(directory, { ...LIMITS, orders: rules }, balance)
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
    ordersDark: async () => calls.ordersDark(),
    darkSearch: async (...asked: Parameters<Store['darkSearch']>) => calls.darkSearch(...asked),
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
  /** Told of each step of an order right before it is written, and right after. */
  let doing: (what: string) => void = () => undefined
  let life = 0
  const never = () => new Promise<never>(() => undefined)
  /** As one process has it: whatever it asks once it was killed is not done, and it hears of nothing. */
  function livingStore() {
    life += 1
    const ours = life
    const get = (target: Store, name: keyof Store) => {
      const work = target[name] as unknown
      if (typeof work !== 'function') return work
      return async (...asked: unknown[]) => {
        const event = name === 'orderSend' ? 'send' : (asked[1] as { readonly type?: string })?.type
        const isStep = name === 'orderSend' || name === 'orderStep'
        if (isStep && ours === life) doing(`before ${event}`)
        if (ours !== life) return never()
        const done = await work(...asked)
        if (isStep && ours === life) doing(`after ${event}`)
        return ours === life ? done : never()
      }
    }
    return guardStore(new Proxy(inner, { get: (target, name) => get(target, name as keyof Store) }))
  }
  let { store, guard } = livingStore()
  const stops: (() => Promise<unknown>)[] = []
  const log = recordingLog()
  const parts = {
    ...{ store, clock, guard, stops, dataDirectory: directory, log },
    desk: createOrderDesk({ desk: bench.desk, addressOf: () => meter.address }),
    isTimeTrusted: () => true,
    outages: () => [],
  }
  let doors = await startSupplying({ ...parts, rules, billing })
  const stopped = () => Promise.all(stops.splice(0).map(stop => bench.ended(stop())))
  endings.push(stopped)
  /** The next start, by another configuration; what it logs. Without rules none is configured. */
  const restarted = async (
    next: Partial<OrderRules> = { policy: null },
    desk: Parameters<typeof bench.deskBy>[0] = {},
    whileDown: () => unknown = () => undefined,
  ) => {
    await stopped()
    calls.close()
    await whileDown()
    const own = { ...rules, ...next } as OrderRules
    calls = bookIn(directory, undefined, undefined, { ...LIMITS, orders: own })
    const ordered = createOrderDesk({ desk: bench.deskBy(desk), addressOf: () => meter.address })
    const config = { site: { offsetMinutes: 480, zone: 'Asia/Shanghai' } }
    const started = await startOrders({ ...parts, desk: ordered, rules: own, config })
    doors = started ?? doors
    return { isStarted: started !== undefined, takesCuts: started?.takesCuts, lines: log.lines.splice(0) }
  }

  /** Nothing of it is written or sent from now on. */
  const kill = () => {
    life += 1
    bench.kill()
  }
  const reborn = async () => {
    stops.splice(0)
    calls.close()
    calls = bookIn(directory, undefined, undefined, { ...LIMITS, orders: rules })
    ;({ store, guard } = livingStore())
    const desk = createOrderDesk({ desk: bench.reborn(), addressOf: () => meter.address })
    doors = await startSupplying({ ...parts, store, guard, desk, rules, billing })
  }
  const watch = (next: typeof doing) => {
    doing = next
  }

  let keys = 0
  const once = () => ({ key: `order-${keys++}`, digest: `${keys}`, request: 'r1' })
  const ask = async (by: string, act: OrderAct) => {
    const caller = { actor: by, scope: 'operate', address: '192.0.2.9' }
    const posted = await doors.ask({ now: clock.now(), by, caller, once: once(), act })
    if ('answer' in posted) return JSON.parse(posted.answer)
    return 'refusal' in posted ? posted.refusal : posted
  }
  const pay = (account = '0001', at = clock.now()) =>
    store.post({
      ...{ now: clock.now(), by: 'office', once: once() },
      caller: { actor: 'office', scope: 'billing', address: '192.0.2.9' },
      act: { kind: 'payment', account, payment: 'P-1', amount: '10000', at },
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
  const isOrder = (bytes: Uint8Array) =>
    driver.protocol.startsWith('modbus') ? isModbusWrite(bytes, driver) : isRelayFrame(bytes)
  const frames = () => sent.filter(({ bytes }) => isOrder(bytes)).length
  const isOpen = () => meter.relay.isOpenAt(bench.truth())
  const all = () => calls.orderPage({ after: 0, limit: 100 }).orders.map(({ order }) => order)
  /** As the next start has it where the configuration says so. */
  const rehearse = () => Object.assign(rules, { isRehearsal: true })
  return {
    ...{ once, rehearse, restarted, log, rules, sent, kill, reborn, watch },
    get store() {
      return store
    },
    directory,
    bench,
    clock,
    meter,
    get calls() {
      return calls
    },
    get doors() {
      return doors
    },
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

export type Bench = Awaited<ReturnType<typeof whole>>
