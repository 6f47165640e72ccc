/** A walk through the world by a seed: people who go on with their orders, and everything that comes between; then all is mended. */

import { type Random, seededRandom } from '../../../../src/core/random.ts'
import { DAY, HOUR, MINUTE, SECOND } from '../../../../src/core/time.ts'
import { restoring } from '../../../../src/supply/order/clearing.ts'
import type { ClearCause } from '../../../../src/supply/order/events.ts'
import { selectCheck } from '../../../../src/supply/order/final-check.ts'
import { reset } from '../../../../src/supply/order/fuses.ts'
import type { Cut, Order, Wanted } from '../../../../src/supply/order/order.ts'
import { requestCut } from '../../../../src/supply/order/request.ts'
import { type Account, shownOf } from './account.ts'
import type { Judge } from './judge.ts'
import { createMeter } from './meter.ts'
import { createWorld, WORLD_POLICY, type World } from './world.ts'

/** Tuesday, Monday, Thursday; a Friday and the day before a holiday, on which nobody is cut. */
const DAYS = ['2026-11-24', '2026-11-30', '2026-11-26', '2026-11-24', '2026-11-27', '2026-12-02']

/** With `tellers` people say of restores that they are done, right or wrong. */
export async function walk(seed: number, tellers = false): Promise<Judge> {
  const day = DAYS[seed % (seed % 10 === 0 ? 6 : 4)]
  const startsAt = Date.parse(`${day}T08:20:00+08:00`) + (seed % 13) * 25 * MINUTE
  const world = createWorld(seed, startsAt)
  const { random } = world
  const dice = seededRandom(seed)
  if (seed % 4 === 0) await crowd(world)
  const focus = pick(world.accounts, random)
  for (let left = 14 + random.integer(20); left > 0; left--) {
    const account = random.integer(3) > 0 ? focus : pick(world.accounts, random)
    if (random.integer(100) < 72) await goOn(world, account)
    else await disturb(world, account)
    if (tellers) tellRestored(world, dice)
    await world.advance(
      random.integer(5) === 0 ? random.integer(3 * MINUTE) : random.integer(10 * SECOND) + 1,
    )
  }
  await mend(world)
  return world.judge
}

/** All accounts are to be cut at the same time. */
async function crowd(world: World): Promise<void> {
  const { accounts, random } = world
  for (const account of accounts) {
    ask(world, account)
    await world.advance(random.integer(2 * SECOND) + 1)
    for (let tries = 0; tries < 4 && last(world, account)?.state === 'requested'; tries++)
      await goOn(world, account)
    await goOn(world, account)
    await world.advance(random.integer(3 * MINUTE) + 1)
  }
  await world.advance(30 * MINUTE + random.integer(20 * MINUTE))
}

/** What a person would do next about this account. */
async function goOn(world: World, account: Account): Promise<void> {
  const { random } = world
  const order = last(world, account)
  if (order === undefined || isDone(order)) return ask(world, account)
  if (order.kind === 'restore') return world.advance(random.integer(10 * MINUTE))
  switch (order.state) {
    case 'requested':
      return approve(world, account, order)
    case 'approved':
      return notice(world, account, order)
    case 'quarantined':
      mendFuse(world)
      world.step(order.id, { type: 'release', by: pick(['boss', 'clerk'], random) })
      return
    case 'armed':
      if (random.integer(6) === 0) return payDuring(world, account)
      return world.advance(Math.max(0, (order.dueAt ?? 0) - world.wall()) + random.integer(20 * SECOND))
    case 'checking':
      return world.advance(random.integer(5 * SECOND))
    default:
      return random.integer(3) > 0 ? world.advance(random.integer(6 * MINUTE)) : pay(world, account)
  }
}

function ask(world: World, account: Account): void {
  const { random, orders, judge } = world
  const requestedBy = pick(['clerk', 'clerk', 'teller', 'boss'], random)
  const wanted = wantedOf(world, account, requestedBy)
  const interlocks = selectCheck(WORLD_POLICY, world.standing(account, null), world.wall())
  const earlier = [...orders.values()].filter(({ meter }) => meter === account.meter)
  const made = requestCut({ wanted, facts: shownOf(account), interlocks, earlier })
  if ('refused' in made) return
  judge.asked(wanted.id, { ...wanted, batch: wanted.batch ?? `of ${requestedBy}` })
  world.change(made.order)
}

function wantedOf(
  world: World,
  { id: account, meter, address, number, line }: Account,
  requestedBy: string,
): Wanted {
  const { random, orders } = world
  return {
    ...{ id: `o${orders.size}`, account, meter, address, number, line, transformer: null, requestedBy },
    ...{ requestedAt: world.wall(), reason: 'bills', ticket: null, isRehearsal: false },
    batch: random.integer(2) === 0 ? null : `b${random.integer(2)}`,
  }
}

function approve(world: World, account: Account, order: Cut): void {
  const { random, judge } = world
  const by = pick(['boss', 'boss', 'boss', 'chief', 'clerk'], random)
  if (random.integer(10) > 0) world.step(order.id, { type: 'shown', to: by, facts: shownOf(account) })
  const fresh = world.orders.get(order.id) as Cut
  const interlocks = selectCheck(WORLD_POLICY, world.standing(account, order.id), world.wall())
  const digest = random.integer(20) === 0 ? 'another' : (fresh.shown?.digest ?? 'none')
  const stepped = world.step(order.id, {
    ...{ type: 'approve', by, digest, facts: shownOf(account), interlocks, selectForMs: MINUTE },
  })
  if ('order' in stepped) judge.approved(order.id, by)
}

function notice(world: World, account: Account, order: Cut): void {
  const { random } = world
  if (random.integer(8) === 0) {
    account.secondNotice = 'sent'
    world.tell(account)
    return
  }
  const deliveredAt = world.wall() - random.integer(2 * MINUTE) + (random.integer(20) === 0 ? HOUR : 0)
  const stepped = world.step(order.id, {
    ...{ type: 'noticed', deliveredAt, earliest: deliveredAt + 30 * MINUTE, latest: deliveredAt + HOUR },
  })
  if ('refused' in stepped) return
  account.secondNotice = deliveredAt
  world.tell(account)
}

type Disturbance = (world: World, account: Account) => void | Promise<void>

const CAUSES: readonly ClearCause[] = [
  'payment',
  'payment',
  'payment',
  'payment',
  'hold',
  'dispute',
  'wrongful',
]

const DISTURBANCES: readonly Disturbance[] = [
  pay,
  pay,
  pay,
  payDuring,
  payDuring,
  async (world, account) => {
    account.isProtected = !account.isProtected
    world.tell(account)
    if (account.isProtected) await world.clear(account, 'protection', world.truth())
  },
  world => void (world.isStopped ? resume(world) : world.stopAll()),
  resume,
  world =>
    world.stepClock(
      world.clockOff === 0 ? pick([-HOUR, HOUR, 3 * HOUR, -DAY], world.random) : -world.clockOff,
    ),
  world => world.stepClock(-world.clockOff),
  world => world.crash(world.random.integer(90 * SECOND)),
  world => world.crash(world.random.integer(5 * SECOND)),
  crashDuring,
  async (world, { meter }) => {
    const hangs = world.hanging.get(meter)
    if (!hangs) return
    hangs.isOnline = !hangs.isOnline
    if (hangs.isOnline) await world.reachable(meter)
  },
  ({ hanging }, { meter }) => hanging.get(meter)?.pressButton(0),
  pressNow,
  (world, { meter }) => {
    const hangs = world.hanging.get(meter)
    if (hangs && ['honest', 'mirrors', 'ignores-deadline'].includes(hangs.trait))
      hangs.wantsLoad = !hangs.wantsLoad
  },
  swap,
  leap,
  (world, account) => {
    account.billing = pick(['unpaid', 'unpaid', 'silent', 'paid'], world.random)
    world.tell(account)
  },
  (world, account) => {
    account.isOutage = world.random.integer(3) === 0
    account.isExchangeOpen = world.random.integer(3) === 0
    world.isJournalWritable = world.random.integer(4) > 0
    for (const one of world.accounts) world.tell(one)
  },
  (world, account) => {
    const order = last(world, account)
    if (order?.kind !== 'cut') return
    const stepped = world.step(order.id, { type: 'cancel', by: 'clerk', reason: 'mistake' })
    if ('order' in stepped) world.judge.cancelled(order.id, world.truth())
  },
  askRestore,
]

async function disturb(world: World, account: Account): Promise<void> {
  await pick(DISTURBANCES, world.random)(world, account)
}

async function pay(world: World, account: Account): Promise<void> {
  const { random } = world
  account.owedCents = pick([0, 4_000, 12_000, account.owedCents], random)
  await world.clear(account, pick(CAUSES, random), world.truth() - random.integer(20 * MINUTE))
  // A month later there is another bill.
  if (random.integer(2) === 0) account.owedCents = 12_840
  world.tell(account)
}

/** In the midst of whatever goes on, of the very account. */
async function payDuring(world: World, account: Account): Promise<void> {
  const busy = await untilBusy(world)
  await pay(world, world.accounts.find(({ id }) => id === busy?.account) ?? account)
}

async function crashDuring(world: World): Promise<void> {
  await untilBusy(world)
  await world.crash(world.random.integer(20 * SECOND))
}

async function untilBusy(world: World): Promise<Order | undefined> {
  const busy = () =>
    [...world.orders.values()].find(({ state }) => state === 'checking' || state === 'sending')
  for (let tries = 0; tries < 40 && !busy(); tries++) await world.advance(world.random.integer(MINUTE) + 1)
  await world.advance(world.random.integer(4 * SECOND) + 1)
  return busy()
}

function resume(world: World): void {
  world.isStopped = false
  world.judge.stopped(false)
}

function mendFuse(world: World): void {
  for (const by of ['boss', 'chief']) {
    const came = reset(world.fuse, by)
    if (typeof came !== 'string') world.fuse = came
  }
}

function pressNow(world: World, { meter }: Account): void {
  world.hanging.get(meter)?.pressButton(world.truth())
}

/** Somebody hangs another meter there; the archive learns it later, or never. It takes longer than a look and a frame. */
function swap({ hanging, random, orders }: World, { meter, number }: Account): void {
  const isBusy = [...orders.values()].some(
    order => order.meter === meter && (order.state === 'checking' || order.state === 'sending'),
  )
  if (random.integer(3) > 0 || isBusy) return
  const is = hanging.get(meter)
  if (is?.isSupplied() && is.number === number) hanging.set(meter, createMeter(`9${number}`, 'honest'))
}

function leap({ hanging, random }: World, { meter }: Account): void {
  const hangs = hanging.get(meter)
  if (!hangs) return
  hangs.register = pick([100_000, 100_100, 900_000, 99_000], random)
  hangs.clockErrorMs = pick([0, 0, 30 * SECOND, 2 * HOUR], random)
}

function askRestore(world: World, account: Account): void {
  const earlier = [...world.orders.values()].filter(({ meter }) => meter === account.meter)
  const isDirect = world.random.integer(2) === 0
  const confirmation = isDirect ? { by: 'clerk', how: 'telephone', at: world.wall() } : null
  const made = restoring({
    wanted: { ...wantedOf(world, account, 'clerk'), id: `r${world.orders.size}` },
    ...{
      intended: isDirect ? 'closed' : 'close-allowed',
      cause: 'asked',
      since: world.wall(),
      confirmation,
      earlier,
    },
  })
  if ('refused' in made) return
  for (const order of made) world.change(order)
  world.acknowledge(account, world.truth())
}

/** By word of mouth: whether there is light nobody has looked. */
function tellRestored(world: World, dice: Random): void {
  const by = pick(['fitter', 'clerk', 'boss'], dice)
  const standing = [...world.orders.values()].filter(order => order.kind === 'restore' && !isDone(order))
  const order = standing.at(-1)
  if (order === undefined || dice.integer(2) === 0) return
  world.step(order.id, { type: 'resolve', by, as: 'executed', how: 'the customer says so' })
}

/** All that was broken is mended, and customers press where they may; in two hours everything has ended as it must. */
async function mend(world: World): Promise<void> {
  world.isRough = false
  world.isJournalWritable = true
  world.stepClock(-world.clockOff)
  for (const [meter, hangs] of world.hanging) {
    if (!hangs.isOnline) {
      hangs.isOnline = true
      await world.reachable(meter)
    }
  }
  for (let minutes = 0; minutes < 110; minutes += 5) {
    await world.advance(5 * MINUTE)
    for (const account of world.accounts) pressNow(world, account)
  }
  world.judge.ended(meter => {
    const own = [...world.orders.values()].filter(order => order.meter === meter)
    const hasFieldOrder = own.some(order => order.kind === 'restore' && order.fieldOrderAt !== null)
    return { isSupplied: world.hanging.get(meter)?.isSupplied() ?? false, hasFieldOrder }
  })
}

function last({ orders }: World, { meter }: Account): Order | undefined {
  return [...orders.values()].findLast(order => order.meter === meter)
}

function isDone({ kind, state, dueAt }: Order): boolean {
  if (kind === 'restore') return state === 'restored' && dueAt === null
  return ['not-sent', 'refused', 'withdrawn', 'expired', 'not-executed', 'superseded'].includes(state)
}

function pick<Item>(items: readonly Item[], random: Random): Item {
  return items[random.integer(items.length)] as Item
}
