/**
 * How long an order waits for its line in the busiest minute: the daemon's own line and poller on a clock that moves when
 * told, over a wire in memory that takes each character's time. Nothing here waits in earnest, so there may be many.
 */

import { driver2007 } from '../drivers/dlt645/driver.ts'
import { sameBytes } from '../src/core/hex.ts'
import { seededRandom } from '../src/core/random.ts'
import { DAY, HOUR, SECOND, slotOf } from '../src/core/time.ts'
import type { Conversation, Request } from '../src/driver-api/driver.ts'
import type { RelayOrder } from '../src/driver-api/relay.ts'
import { type ConversationAsked, type Line, PRIORITY } from '../src/line/line.ts'
import { memoryLine } from '../tests/support/memory-line.ts'
import { virtualClock } from '../tests/support/virtual-clock.ts'
import { idOf, type NightMeter, nightMeters, nightPoller, OFFSET_MINUTES, SEED } from './night.ts'
import type { Benchmark, Result } from './run.ts'
import { type Health, healths, wireOf } from './sick-night.ts'

const BAUDS = [2_400, 9_600]
const ORDERS = 500
/** Between the end of an order and the next: any moment of a conversation is as likely as any other. */
const MOST_APART_MS = 10 * SECOND
/** Reads on demand that wait all the time. */
const READERS = 2
/** All meters are due again before the line has asked them all. */
const EVERY_MS = SECOND
const RETRIES = { silent: 1, silentOnceAnswered: 1, damaged: 2 }

export const orders: Benchmark = {
  about: `orders placed at any moment on a line polled without pause, ${READERS} reads on demand always waiting: until the first byte of each is on the wire, against the longest conversation of the line; virtual time, a minute`,
  async run(say) {
    const results: Result[] = []
    const meters = nightMeters()
    for (const baud of BAUDS) {
      results.push(...(await measure(`${baud} baud, all healthy`, meters, () => 'well', baud, say)))
      results.push(...(await measure(`${baud} baud, a quarter sick`, meters, healths(meters), baud, say)))
    }
    return results
  },
}

async function measure(
  name: string,
  meters: readonly NightMeter[],
  healthOf: (meter: NightMeter) => Health,
  baud: number,
  say: (text: string) => void,
): Promise<Result[]> {
  const { waits, longestMs, conversations, outcomes } = await busyLine(meters, healthOf, baud)
  const told = [...outcomes].map(([outcome, count]) => `${count} ${outcome}`).join(', ')
  say(`${name}: ${ORDERS} orders (${told}) among ${conversations} conversations`)
  const ordered = waits.toSorted((a, b) => a - b)
  const of = (share: number) => ordered[Math.min(ordered.length - 1, Math.ceil(share * ordered.length) - 1)]
  const row = (what: string, ms = Number.NaN): Result => ({
    what: `${name}: ${what}, placed until on the wire`,
    value: ms,
    unit: 'ms',
    better: 'lower',
    reference: longestMs,
    against: 'the longest conversation',
  })
  return [row('p50', of(0.5)), row('p99', of(0.99)), row('the longest wait', ordered.at(-1))]
}

interface Busy {
  /** Of each order, from placed to its first byte, ms. */
  readonly waits: readonly number[]
  /** Of those that are no orders, without the time that orders took within, ms. */
  readonly longestMs: number
  readonly conversations: number
  readonly outcomes: ReadonlyMap<string, number>
}

async function busyLine(
  meters: readonly NightMeter[],
  healthOf: (meter: NightMeter) => Health,
  baud: number,
): Promise<Busy> {
  const clock = virtualClock(slotOf(Date.UTC(2026, 10, 21), DAY, OFFSET_MINUTES) + 12 * HOUR)
  const random = seededRandom(SEED)
  const wire = wireOf(meters, healthOf, baud, clock)
  const url = `serial:///dev/memory?baud=${baud}&parity=none&stop=2`
  let placed: { readonly at: number; readonly first: () => Request | null } | null = null
  const waits: number[] = []
  const { line, hear } = memoryLine(
    clock,
    bytes => {
      const first = placed?.first()
      if (placed && first && sameBytes(first.bytes, bytes)) {
        waits.push(clock.monotonic() - placed.at)
        placed = null
      }
      wire.ask(bytes, hear)
    },
    { url },
  )
  let longestMs = 0
  let conversations = 0
  let ordersTookMs = 0
  const watched: Line = Object.create(line, { converse: { value: converse } })

  async function converse<Result>(asked: ConversationAsked<Result>) {
    const begun = { at: 0, ordersTookMs: 0 }
    function* timed(): Conversation<Result> {
      begun.at = clock.monotonic()
      begun.ordersTookMs = ordersTookMs
      return yield* asked.conversation
    }
    const talked = await line.converse({ ...asked, conversation: timed() })
    const tookMs = clock.monotonic() - begun.at
    conversations += 1
    if (asked.priority === PRIORITY.order) ordersTookMs += tookMs
    else longestMs = Math.max(longestMs, tookMs - (ordersTookMs - begun.ordersTookMs))
    return talked
  }

  const { poller } = await nightPoller({ line: watched, meters, clock, everyMs: EVERY_MS, holdsToday: true })
  line.start()
  poller.start()
  const healthy = meters.filter(meter => healthOf(meter) === 'well')
  const outcomes = new Map<string, number>()
  let isOver = false

  async function giveOrders(): Promise<void> {
    for (let count = 0; count < ORDERS; count++) {
      await clock.sleep(random.integer(MOST_APART_MS))
      const meter = healthy[random.integer(healthy.length)]
      if (!meter) throw new Error('there is nobody to order')
      const { conversation, first } = noted(driver2007.orderRelay?.(callTo(meter), orderAt(clock, count)))
      placed = { at: clock.monotonic(), first }
      const asked = { driver: driver2007, priority: PRIORITY.order, meter: idOf(meter), retries: RETRIES }
      const { outcome } = (await watched.converse({ ...asked, conversation })).result
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
    }
    isOver = true
  }

  async function readOnDemand(): Promise<void> {
    while (!isOver) {
      const meter = meters[random.integer(meters.length)]
      // Of a sick one there is nothing to be had.
      if (meter) await poller.readNow(idOf(meter)).catch(() => undefined)
    }
  }

  const given = giveOrders()
  const read = Array.from({ length: READERS }, readOnDemand)
  while (!isOver) await clock.pass(10 * SECOND)
  await given
  const stopped = Promise.all([poller.stop(), ...read])
  await clock.pass(HOUR)
  await stopped
  return { waits, longestMs, conversations, outcomes }
}

/** The conversation, and its first question as soon as it has asked it. */
function noted<Result>(conversation: Conversation<Result> | undefined) {
  if (!conversation) throw new Error('the driver gives no orders')
  let asked: Request | null = null
  const given = conversation
  function* noting(): Conversation<Result> {
    const step = given.next()
    if (step.done) return step.value
    asked = step.value
    return yield* continued(given, step.value)
  }
  return { conversation: noting(), first: () => asked }
}

function* continued<Result>(given: Conversation<Result>, first: Request): Conversation<Result> {
  let step = given.next(yield first)
  while (!step.done) step = given.next(yield step.value)
  return step.value
}

function callTo({ address }: NightMeter) {
  return { address, sequence: () => 0, traits: {}, refusedBefore: new Set<string>() }
}

function orderAt(clock: { monotonic(): number }, count: number): RelayOrder {
  const madeAt = clock.monotonic()
  return {
    action: count % 2 === 0 ? 'open' : 'close',
    authority: { level: '02', password: '000000', operator: '87654321' },
    validForSeconds: 300,
    ageMs: () => clock.monotonic() - madeAt,
  }
}
