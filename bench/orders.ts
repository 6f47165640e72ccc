/**
 * How long an order waits for its line in the busiest minute: the daemon's own line, poller and desk on a clock that moves
 * when told, over a wire in memory that takes each character's time. Nothing here waits in earnest, so there may be many.
 */

import { driver2007 } from '../drivers/dlt645/driver.ts'
import { createLastGood } from '../src/acquire/last-good.ts'
import { createRelayDesk, type RelayDesk } from '../src/acquire/relay-desk.ts'
import { releaseOf } from '../src/acquire/relay-release.ts'
import { seededRandom } from '../src/core/random.ts'
import { DAY, HOUR, SECOND, slotOf } from '../src/core/time.ts'
import type { Conversation } from '../src/driver-api/driver.ts'
import type { ConversationAsked, Line } from '../src/line/line.ts'
import { memoryLine } from '../tests/support/memory-line.ts'
import { memoryRefusals } from '../tests/support/memory-refusals.ts'
import { virtualClock } from '../tests/support/virtual-clock.ts'
import { configsOf, idOf, type NightMeter, nightMeters, nightPoller, OFFSET_MINUTES, SEED } from './night.ts'
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
/** DL/T 645-2007: orders to relays. */
const RELAY = 0x1c

export const orders: Benchmark = {
  about: `orders placed at any moment on a line polled without pause, ${READERS} reads on demand always waiting: until its first question is on the wire, until its frame is (after meter number, register, clock, relay and records were read), and until it was read back; every second one a restore, placed while a cut has the line; against the longest conversation of the line; virtual time, some minutes`,
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
  return Object.entries(waits).flatMap(([what, all]) => {
    const ordered = all.toSorted((a, b) => a - b)
    const of = (share: number) => ordered[Math.min(ordered.length - 1, Math.ceil(share * ordered.length) - 1)]
    const row = (which: string, ms = Number.NaN): Result => ({
      what: `${name}: ${what}, ${which}`,
      value: ms,
      unit: 'ms',
      better: 'lower',
      reference: longestMs,
      against: 'the longest conversation',
    })
    return [row('p50', of(0.5)), row('p95', of(0.95)), row('the longest', ordered.at(-1))]
  })
}

interface Busy {
  /** Of each order from when it was placed, ms, by what it was until. */
  readonly waits: Readonly<Record<string, readonly number[]>>
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
  /** Orders whose next bytes are awaited: the first byte of any, and their frames. */
  let firstByte: (() => void) | null = null
  let itsFrame: (() => void) | null = null
  const { line, hear } = memoryLine(
    clock,
    bytes => {
      firstByte?.()
      if (bytes[bytes.indexOf(0x68) + 8] === RELAY) itsFrame?.()
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
    longestMs = Math.max(longestMs, tookMs - (ordersTookMs - begun.ordersTookMs))
    return talked
  }

  const { poller } = await nightPoller({ line: watched, meters, clock, everyMs: EVERY_MS, holdsToday: true })
  line.start()
  poller.start()
  const healthy = meters.filter(meter => healthOf(meter) === 'well')
  const desk = await deskOf(meters, line, clock)
  const outcomes = new Map<string, number>()
  const waits: Record<string, number[]> = {}
  let isOver = false

  function noted(what: string, placedAt: number): void {
    const ms = clock.monotonic() - placedAt
    waits[what] = [...(waits[what] ?? []), ms]
  }

  /** Looked at, then ordered, as orders are. `began` is told when it has the line. */
  async function give(kind: 'cut' | 'restore', id: string, began: () => void): Promise<void> {
    const meter = healthy[random.integer(healthy.length)]
    if (!meter) throw new Error('there is nobody to order')
    const placedAt = clock.monotonic()
    let heldAt = placedAt
    const held = await desk.held(idOf(meter), kind, async own => {
      heldAt = clock.monotonic()
      began()
      firstByte = () => {
        firstByte = null
        noted(`${kind}, until its first question`, placedAt)
      }
      await own.look()
      itsFrame = () => {
        itsFrame = null
        noted(`${kind}, until its frame`, placedAt)
      }
      const deadline = clock.now() + desk.holdsMs(idOf(meter))
      const sending = {
        id,
        state: 'sending',
        attempts: 1,
        meter: idOf(meter),
        address: meter.address,
      } as const
      const intended = kind === 'cut' ? ('open' as const) : ('close-allowed' as const)
      const sent = { deadline, operator: '87654321' }
      return await own.order(releaseOf({ ...sending, intended, sent }, () => null))
    })
    ordersTookMs += clock.monotonic() - heldAt
    noted(`${kind}, until it was read back`, placedAt)
    const outcome = held.isHeld ? held.result.outcome : 'not held'
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
  }

  async function giveOrders(): Promise<void> {
    for (let count = 0; count < ORDERS; count += 2) {
      await clock.sleep(random.integer(MOST_APART_MS))
      const begun = Promise.withResolvers<void>()
      const cut = give('cut', `cut-${count}`, begun.resolve)
      await begun.promise
      await clock.sleep(random.integer(SECOND))
      await give('restore', `restore-${count}`, () => undefined)
      await cut
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

async function deskOf(
  meters: readonly NightMeter[],
  line: Line,
  clock: ReturnType<typeof virtualClock>,
): Promise<RelayDesk> {
  return createRelayDesk({
    ...{ meters: await configsOf(meters, DAY), clock, offsetMinutes: OFFSET_MINUTES },
    ...{ lastGood: createLastGood([], OFFSET_MINUTES), refusals: memoryRefusals() },
    lines: new Map([['wire', { line, replyWithinMs: null }]]),
    drivers: new Map([[driver2007.protocol, driver2007]]),
    audits: { sameOf: () => null, whyAnother: () => null },
    authorityOf: () => ({ level: '02', password: '000000' }),
  })
}
