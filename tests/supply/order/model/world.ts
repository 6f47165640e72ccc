/**
 * A world around the executor, in virtual time: accounts and their money, meters that misbehave, lines that lose, delay and repeat frames,
 * people, crashes, a clock that is set. What is decided in it is the pure core's; what happened is told to the judge.
 */

import { type Random, seededRandom } from '../../../../src/core/random.ts'
import { MINUTE, SECOND } from '../../../../src/core/time.ts'
import { type BillingWord, billingWord } from '../../../../src/supply/order/billing.ts'
import { cleared, mayBeSetAside } from '../../../../src/supply/order/clearing.ts'
import type { ClearCause, OrderEvent } from '../../../../src/supply/order/events.ts'
import { finalCheck, type Standing } from '../../../../src/supply/order/final-check.ts'
import { blownBy, type FuseState, fuse, type PastCut, WHOLE } from '../../../../src/supply/order/fuses.ts'
import { next } from '../../../../src/supply/order/next.ts'
import type { Cut, Order } from '../../../../src/supply/order/order.ts'
import type { Stepped } from '../../../../src/supply/order/refusal.ts'
import { isStanding } from '../../../../src/supply/order/request.ts'
import { wakesAt } from '../../../../src/supply/order/wakes.ts'
import type { Policy } from '../../../../src/supply/policy/policy.ts'
import type { OrderStore } from '../../../../src/supplying/ports.ts'
import { createSupplying, type Supplying } from '../../../../src/supplying/supplying.ts'
import { virtualClock } from '../../../support/virtual-clock.ts'
import { POLICY } from '../../policy/cases.ts'
import { type Account, accountOf, shownOf } from './account.ts'
import { createJudge, type Judge } from './judge.ts'
import { createMeter, type Meter, TRAITS } from './meter.ts'
import { createWire, never } from './wire.ts'

export const LIMITS = { tenMinutes: 2, hour: 3, day: 4 }
export const LINE_LIMITS = { tenMinutes: 1, hour: 2, day: 3 }

export const WORLD_POLICY: Policy = {
  ...POLICY,
  fuses: {
    limits: new Map([
      ['gateway', LIMITS],
      ['line', LINE_LIMITS],
    ]),
    ratio: { times: 1000, percent: 100 },
    canary: 1,
    source: 'fuses',
  },
}

const ELSEWHERE = { balance: 'none', statedAt: null, owed: null } as const

export interface World {
  readonly random: Random
  readonly judge: Judge
  readonly orders: Map<string, Order>
  readonly accounts: readonly Account[]
  /** What hangs there in truth. */
  readonly hanging: Map<string, Meter>
  /** True time. */
  truth(): number
  wall(): number
  /** Faults happen; without, the world mends itself. */
  isRough: boolean
  isJournalWritable: boolean
  isStopped: boolean
  fuse: FuseState
  /** `answer` of billing, where it was asked. */
  standing(account: Account, id: string | null, answer?: BillingWord | null): Standing
  change(order: Order): void
  step(id: string, event: OrderEvent): Stepped
  clear(account: Account, cause: ClearCause, since: number): Promise<void>
  acknowledge(account: Account, since: number): void
  stopAll(): void
  tell(account: Account): void
  advance(ms: number): Promise<void>
  stepClock(ms: number): void
  readonly clockOff: number
  crash(downMs: number): Promise<void>
  reachable(meter: string): Promise<void>
}

export function createWorld(seed: number, startsAt: number): World {
  const random = seededRandom(seed)
  const chance = (percent: number) => random.integer(100) < percent
  const clock = virtualClock(startsAt, 1)
  const judge = createJudge(LIMITS, LINE_LIMITS)
  const orders = new Map<string, Order>()
  const hanging = new Map<string, Meter>()
  const truth = () => startsAt + clock.monotonic()
  const accounts = Array.from({ length: 4 }, (_, place) => accountOf(place, random, startsAt))
  for (const { meter, number } of accounts) {
    const trait = chance(40) ? 'honest' : TRAITS[random.integer(TRAITS.length)]
    hanging.set(meter, createMeter(number, trait ?? 'honest'))
  }
  const meterOf = (meter: string): Meter => {
    const found = hanging.get(meter)
    if (!found) throw new Error(`no meter ${meter}`)
    return found
  }
  const wire = createWire({
    ...{ clock, random, judge, accounts, meterOf, truth, tell },
    ...{ clockOff: () => clockOff, isRough: () => world.isRough },
  })
  let generation = 0
  let supplying: Supplying
  let clockOff = 0

  const world: World = {
    ...{ random, judge, orders, accounts, hanging, truth, wall: () => clock.now(), standing, change },
    ...{ isRough: true, isJournalWritable: true, isStopped: false, fuse: WHOLE },
    ...{ step, clear, acknowledge, tell, advance, stepClock, crash },
    stopAll() {
      world.isStopped = true
      for (const { id } of [...orders.values()].filter(mayBeSetAside))
        step(id, { type: 'stopped', by: 'boss' })
      supplying.forbid(() => true)
      judge.stopped(true)
    },
    get clockOff() {
      return clockOff
    },
    async reachable(meter) {
      void supplying.reachable(meter)
      await clock.pass(SECOND)
    },
  }

  function standing(account: Account, id: string | null, answer: BillingWord | null = null): Standing {
    const { owedCents, firstNotice, secondNotice, isProtected, readAt } = account
    const order = id === null ? undefined : orders.get(id)
    const said = fuse(WORLD_POLICY.fuses, world.fuse, countedOf(account, order), counts(), clock.now())
    return {
      facts: {
        ...{
          customer: 'residents',
          arrears: { amount: { digits: BigInt(owedCents), scaler: -2 }, currency: 'CNY' },
        },
        ...{ read: { at: readAt, quality: 'actual' }, meterClockErrorMs: 0 },
        gatewayTime: clockOff === 0 ? 'trusted' : 'doubted',
        ...{ firstNotice: firstNotice ?? 'none', secondNotice: secondNotice ?? 'none' },
        protections: isProtected
          ? [{ class: 'life_support', from: '2026-01-01', to: null, authorityReference: null, visited: null }]
          : [],
        declared: new Map([['heat', false]]),
      },
      shown: shownOf(account),
      billing: billingWord({ way: 'asked' }, { answer, ...ELSEWHERE }, clock.now()),
      ...{ isOutage: account.isOutage, isExchangeOpen: account.isExchangeOpen },
      ...{ isJournalWritable: world.isJournalWritable, isStoreWell: true, isStopped: world.isStopped },
      ...{ fuse: said, line: 'direct', control: 'strong' },
      register: { value: { digits: 100_000n, scaler: -2 }, at: startsAt - MINUTE },
      mostPerHour: { digits: 10n, scaler: 0 },
    }
  }

  function countedOf({ line }: Account, order: Order | undefined) {
    const { requestedBy = 'clerk', batch = null, transformer = null } = order ?? {}
    return { line, requestedBy, batch, transformer }
  }

  function counts() {
    const isSent = (order: Order): order is Cut => order.kind === 'cut' && order.sent !== null
    const past = [...orders.values()].filter(isSent).map(cut => ({ ...cut, at: cut.sent?.deadline ?? 0 }))
    return { past: past satisfies PastCut[], meters: accounts.length, knownSince: startsAt }
  }

  function change(order: Order): void {
    const before = orders.get(order.id)
    orders.set(order.id, order)
    const isAnew = before?.state !== order.state || (before.dueAt !== null && order.dueAt === null)
    if (isAnew) judge.claimed(order, meterOf(order.meter).isSupplied())
  }

  function step(id: string, event: OrderEvent): Stepped {
    const order = orders.get(id)
    if (!order) throw new Error(`no order ${id}`)
    const stepped = next(order, event, clock.now())
    if ('order' in stepped) change(stepped.order)
    else if (stepped.refused.code === undefined) judge.wrong.push(`refused without a reason: ${event.type}`)
    return stepped
  }

  /** The transaction of a payment, then its acknowledgement. */
  async function clear(account: Account, cause: ClearCause, since: number): Promise<void> {
    const own = [...orders.values()].filter(order => order.account === account.id)
    const happenedAt = since + clockOff
    const asked = { cause, reference: 'P', happenedAt, at: clock.now() }
    if (cause === 'payment') account.credits += 1
    for (const order of cleared(own, asked, () => `r${orders.size}`)) change(order)
    tell(account)
    if (chance(30)) await clock.pass(random.integer(300))
    acknowledge(account, since)
  }

  /** Nothing that was ordered before leaves from here on. */
  function acknowledge(account: Account, since: number): void {
    supplying.forbid(order => order.account === account.id)
    judge.cleared(account.id, [account.meter], since, truth())
  }

  function tell(account: Account): void {
    const { id, number, secondNotice, ...rest } = account
    const { isJournalWritable } = world
    judge.told(
      {
        ...{ ...rest, account: id, number, isJournalWritable, isTimeTrusted: clockOff === 0 },
        secondNotice: typeof secondNotice === 'number' ? secondNotice : null,
      },
      truth(),
    )
  }

  function run(): void {
    generation += 1
    const own = generation
    supplying = createSupplying({
      store: storeOf(() => own === generation),
      desk: wire(() => own === generation),
      billing: { ask },
      clock: { ...clock, after: () => () => undefined },
      isTimeTrusted: () => clockOff === 0,
      tell: (text, error) => judge.wrong.push(`${text}: ${String(error)}`),
    })
  }

  /** Late, out of order, or not at all; what it says is so when it is asked. */
  async function ask(cut: Cut): Promise<BillingWord> {
    const said = { by: 'billing', at: clock.now(), text: '' }
    const { billing } = accountFor(cut)
    if (chance(40)) await clock.sleep(random.integer(chance(10) ? 90 * SECOND : 6 * SECOND))
    if (world.isRough && chance(3)) throw new Error('it hung up')
    return { ...said, says: billing === 'silent' ? null : billing }
  }

  const delay = async (most: number) => {
    if (chance(25)) await clock.sleep(random.integer(most))
  }

  function storeOf(lives: () => boolean): OrderStore {
    return {
      open: async () => (lives() ? [...orders.values()].filter(isStanding) : never()),
      due: async () => {
        const isDue = (order: Order) => (wakesAt(order) ?? Number.POSITIVE_INFINITY) <= clock.now()
        return lives() ? [...orders.values()].filter(isDue) : never()
      },
      async step(id, event) {
        await delay(100)
        if (!lives()) return never()
        return step(id, event)
      },
      async send(id, { look, billing, deadline }) {
        await delay(3 * SECOND)
        if (!lives()) return never()
        const order = orders.get(id) as Cut
        const account = accountFor(order)
        const known = standing(account, id, billing)
        const check = finalCheck(WORLD_POLICY, order, known, look, clock.now())
        if (known.fuse) world.fuse = blownBy(world.fuse, known.fuse, clock.now())
        const stepped = step(id, { type: 'send', check, deadline })
        await delay(2 * SECOND)
        return lives() ? stepped : never()
      },
    }
  }

  function accountFor({ account }: Order): Account {
    const found = accounts.find(({ id }) => id === account)
    if (!found) throw new Error(`no account ${account}`)
    return found
  }

  async function advance(ms: number): Promise<void> {
    const until = clock.monotonic() + ms
    while (clock.monotonic() < until) {
      const due = [...orders.values()].flatMap(({ dueAt }) => dueAt ?? [])
      const soon = Math.min(MINUTE, ...due.map(at => Math.max(SECOND, at - clock.now())))
      await clock.pass(Math.min(soon, until - clock.monotonic()))
      for (const account of accounts) tell(account)
      void supplying.tick()
      await clock.pass(0)
      judge.passed(truth(), truthOf)
    }
  }

  function truthOf(meter: string) {
    const hasFieldOrder = [...orders.values()].some(
      order => order.meter === meter && order.kind === 'restore' && order.fieldOrderAt !== null,
    )
    return { isSupplied: meterOf(meter).isSupplied(), hasFieldOrder }
  }

  function stepClock(ms: number): void {
    clock.step(ms)
    clockOff += ms
    for (const account of accounts) tell(account)
  }

  async function crash(downMs: number): Promise<void> {
    generation += 1
    await clock.pass(downMs)
    run()
    await start()
  }

  async function start(): Promise<void> {
    void supplying.start()
    await clock.pass(SECOND)
  }

  for (const account of accounts) tell(account)
  run()
  judge.passed(truth(), truthOf)
  return world
}
