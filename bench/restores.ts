/**
 * From a payment to light, on a line that is polled without pause: the daemon's own executor, desk, line and poller on a clock that moves
 * when told, over a wire in memory that takes each character's time. The simulated customer presses the button as soon as it may be.
 */

import { driver2007 } from '../drivers/dlt645/driver.ts'
import { createLastGood } from '../src/acquire/last-good.ts'
import { createOrderDesk } from '../src/acquire/order-desk.ts'
import { createRelayDesk } from '../src/acquire/relay-desk.ts'
import { seededRandom } from '../src/core/random.ts'
import { DAY, HOUR, MINUTE, SECOND, slotOf } from '../src/core/time.ts'
import type { Meter } from '../src/simulator/meter.ts'
import { next } from '../src/supply/order/next.ts'
import type { Order } from '../src/supply/order/order.ts'
import { requestRestore } from '../src/supply/order/request.ts'
import { wakesAt } from '../src/supply/order/wakes.ts'
import type { OrderStore } from '../src/supplying/ports.ts'
import { createSupplying } from '../src/supplying/supplying.ts'
import { memoryLine } from '../tests/support/memory-line.ts'
import { memoryRefusals } from '../tests/support/memory-refusals.ts'
import { type VirtualClock, virtualClock } from '../tests/support/virtual-clock.ts'
import { configsOf, idOf, type NightMeter, nightMeters, nightPoller, OFFSET_MINUTES, SEED } from './night.ts'
import type { Benchmark, Result } from './run.ts'
import { wireOf } from './sick-night.ts'

const BAUDS = [2_400]
/** How often every meter of the line was cut, and pays. */
const TIMES = 2
const MOST_APART_MS = 2 * MINUTE
/** All meters are due again before the line has asked them all. */
const EVERY_MS = SECOND
/** A finger on a button. */
const PRESS_MS = SECOND
const AIM_MS = MINUTE
/** As fine as the times are told. */
const LOOKS_EVERY_MS = 100

export const restores: Benchmark = {
  about:
    'from a payment until its meter allows to close, the customer having light, and meterd having seen it: 32 meters on a line polled without pause; payments one by one, and all in one moment; virtual time, a minute',
  async run(say) {
    const results: Result[] = []
    for (const baud of BAUDS) {
      results.push(...rowsOf(`${baud} baud, one by one`, await paid(baud, MOST_APART_MS, say)))
      results.push(...rowsOf(`${baud} baud, all 32 at once`, await paid(baud, 0, say)))
    }
    return results
  },
}

/** Of each restore, from its payment on, ms. */
interface Waits {
  readonly allowed: readonly number[]
  readonly light: readonly number[]
  readonly seen: readonly number[]
}

function rowsOf(name: string, waits: Waits): readonly Result[] {
  return Object.entries(waits).flatMap(([what, all]: [string, readonly number[]]) => {
    const ordered = all.toSorted((a, b) => a - b)
    const row = (which: string, share: number): Result => ({
      what: `${name}: paid until ${what}, ${which}`,
      value:
        (ordered[Math.min(ordered.length - 1, Math.ceil(share * ordered.length) - 1)] ?? Number.NaN) / SECOND,
      unit: 's',
      better: 'lower',
      reference: AIM_MS / SECOND,
      against: 'the aim',
    })
    return [row('p50', 0.5), row('p95', 0.95)]
  })
}

async function paid(baud: number, mostApartMs: number, say: (text: string) => void): Promise<Waits> {
  const clock = virtualClock(slotOf(Date.UTC(2026, 10, 21), DAY, OFFSET_MINUTES) + 12 * HOUR)
  const random = seededRandom(SEED)
  const meters = nightMeters()
  const wire = wireOf(meters, () => 'well', baud, clock)
  const url = `serial:///dev/memory?baud=${baud}&parity=none&stop=2`
  const { line, hear } = memoryLine(clock, bytes => wire.ask(bytes, hear), { url })
  const { poller } = await nightPoller({ line, meters, clock, everyMs: EVERY_MS, holdsToday: true })
  const kept = new Map<string, Order>()
  const supplying = createSupplying({
    ...{ store: storeOf(kept, clock), desk: await deskOf(meters, line, clock), clock, billing: null },
    isTimeTrusted: () => true,
    tell: (text, error) => {
      throw new Error(text, { cause: error })
    },
  })
  line.start()
  poller.start()
  await supplying.start()
  const waits = { allowed: [] as number[], light: [] as number[], seen: [] as number[] }

  async function pay(meter: NightMeter, played: Meter, nth: number): Promise<void> {
    played.relay.trip(clock.now())
    const paidAt = clock.now()
    const id = `${idOf(meter)}-${nth}`
    const { address } = meter
    kept.set(id, restoreOf(id, idOf(meter), address, paidAt))
    while (!played.relay.waitsForButton) await clock.sleep(LOOKS_EVERY_MS)
    waits.allowed.push(clock.now() - paidAt)
    await clock.sleep(PRESS_MS)
    played.relay.pressButton(clock.now())
    waits.light.push(clock.now() - paidAt)
    while (kept.get(id)?.state !== 'restored') await clock.sleep(LOOKS_EVERY_MS)
    waits.seen.push(clock.now() - paidAt)
    kept.delete(id)
  }

  async function payAll(): Promise<void> {
    for (let nth = 0; nth < TIMES; nth += 1) {
      const paying: Promise<void>[] = []
      for (const [index, meter] of meters.entries()) {
        const played = wire.meters[index]
        if (!played) throw new Error('a meter for each')
        if (mostApartMs > 0) await clock.sleep(random.integer(mostApartMs))
        paying.push(pay(meter, played, nth))
      }
      await Promise.all(paying)
    }
  }

  const over = ended(payAll())
  while (!over.is) await clock.pass(10 * SECOND)
  await over.done
  const stopped = Promise.all([poller.stop(), supplying.stop()])
  await clock.pass(HOUR)
  await stopped
  const questions = line.counters.requests
  say(`${baud} baud, ${waits.seen.length} restored among ${questions} questions on the wire`)
  return waits
}

function ended(done: Promise<void>) {
  const over = { is: false, done }
  const end = () => {
    over.is = true
  }
  void done.then(end, end)
  return over
}

/** Nothing is cut here, and what is written takes no time. */
function storeOf(kept: Map<string, Order>, clock: VirtualClock): OrderStore {
  const open = async () => [...kept.values()]
  return {
    open,
    due: async () =>
      (await open()).filter(order => (wakesAt(order) ?? Number.POSITIVE_INFINITY) <= clock.now()),
    async step(id, event) {
      const order = kept.get(id)
      if (!order) throw new Error(`there is no order ${id}`)
      const stepped = next(order, event, clock.now())
      if ('order' in stepped) kept.set(id, stepped.order)
      return stepped
    },
    send: () => Promise.reject(new Error('nobody is cut here')),
  }
}

function restoreOf(id: string, meter: string, address: string, paidAt: number): Order {
  const nobody = { transformer: null, ticket: null, batch: null, isRehearsal: false }
  const wanted = {
    ...{ id, account: meter, meter, address, number: address, line: 'wire', ...nobody },
    ...{ requestedBy: 'daemon', requestedAt: paidAt, reason: 'paid' },
  }
  const asked = { wanted, intended: 'close-allowed', cause: 'payment', since: paidAt } as const
  const made = requestRestore({ ...asked, confirmation: null, earlier: [] })
  if ('refused' in made) throw new Error(made.refused.text)
  return made.order
}

async function deskOf(
  meters: readonly NightMeter[],
  line: ReturnType<typeof memoryLine>['line'],
  clock: VirtualClock,
) {
  const configs = (await configsOf(meters, DAY)).map(config => {
    const { profile } = config
    // Bits 6, 7 and 12 of status word 3 mean what the later rules say.
    const traits = { ...profile.traits, quirks: { ...profile.traits.quirks, 'relay-state': 'later' } }
    return { ...config, profile: { ...profile, traits } }
  })
  const desk = createRelayDesk({
    ...{ meters: configs, clock, offsetMinutes: OFFSET_MINUTES },
    ...{ lastGood: createLastGood([], OFFSET_MINUTES), refusals: memoryRefusals() },
    lines: new Map([['wire', { line, replyWithinMs: null }]]),
    drivers: new Map([[driver2007.protocol, driver2007]]),
    audits: { sameOf: () => null, whyAnother: () => null },
    authorityOf: () => ({ level: '02', password: '000000' }),
  })
  const addresses = new Map(configs.map(({ id, address }) => [id, address]))
  return createOrderDesk({ desk, addressOf: meter => addresses.get(meter) ?? '' })
}
