/** Two hundred cuts at once over eight lines: the executor, the desks and the lines, to simulated meters that are read all the time. */

import { expect, test } from 'vitest'
import { createOrderDesk } from '../../src/acquire/order-desk.ts'
import { MINUTE, SECOND } from '../../src/core/time.ts'
import type { Driver } from '../../src/driver-api/driver.ts'
import { PRIORITY } from '../../src/line/line.ts'
import { finalCheck } from '../../src/supply/order/final-check.ts'
import { next } from '../../src/supply/order/next.ts'
import type { Cut, Order } from '../../src/supply/order/order.ts'
import { isStanding } from '../../src/supply/order/request.ts'
import { wakesAt } from '../../src/supply/order/wakes.ts'
import { createSupplying } from '../../src/supplying/supplying.ts'
import { cutIn, NOW, POLICY, restoreIn, STANDING } from '../supply/order/cases.ts'
import { factsAt } from '../supply/policy/cases.ts'
import { deskBench, isRelayFrame } from '../support/desk-bench.ts'
import { virtualClock } from '../support/virtual-clock.ts'

const LINES = 8
/** The meters of one say yes and do nothing: each is looked at every five seconds, for minutes. */
const LIARS = 7
const METERS = 32
const CUTS = 25
/** Two meters of each line sit in the dark, and are to be restored while the cuts wait. */
const DARK = [30, 31]
/** Less than the cuts of one line take. */
const NOTICE_HOLDS_MS = 30 * SECOND

const addressOf = (line: number, meter: number) => `${100_000_000_000 + line * 1_000 + meter}`

test('P-05 P-15 200 cuts over eight lines: none after its notice, restores before those that wait, and every meter is read', async () => {
  const clock = virtualClock(NOW, 3)
  const lines = await Promise.all(
    Array.from({ length: LINES }, (_, line) =>
      deskBench({
        clock,
        quirks: line === LIARS ? { 'relay-lies': 'does-nothing' } : {},
        meters: Array.from({ length: METERS }, (_, meter) => addressOf(line, meter)),
      }),
    ),
  )
  const orders = new Map<string, Order>()
  for (let line = 0; line < LINES; line += 1)
    for (let meter = 0; meter < CUTS; meter += 1) {
      const address = addressOf(line, meter)
      const noticed = { deliveredAt: NOW - 30 * MINUTE, earliest: NOW, latest: NOW + NOTICE_HOLDS_MS }
      const id = `cut ${line}/${meter}`
      const of = { meter: `${line}/m${meter + 1}`, line: `l${line}`, address, number: address }
      orders.set(id, cutIn('armed', { id, ...of, noticed, dueAt: NOW }))
    }
  const step = (id: string, event: Parameters<typeof next>[1]) => {
    const stepped = next(orders.get(id) as Cut, event as never, clock.now())
    if ('order' in stepped) orders.set(id, stepped.order)
    return stepped
  }
  const wrong: string[] = []
  const supplying = createSupplying({
    store: {
      open: async () => [...orders.values()].filter(isStanding),
      due: async () => [...orders.values()].filter(one => (wakesAt(one) ?? Number.NaN) <= clock.now()),
      step: async (id, event) => step(id, event),
      async send(id, { look, deadline }) {
        const register = look?.register ? { value: look.register.value, at: clock.now() } : null
        const standing = { ...STANDING, facts: factsAt(clock.now()), register }
        const check = finalCheck(POLICY, orders.get(id) as Cut, standing, look, clock.now())
        return step(id, { type: 'send', check, deadline })
      },
    },
    desk: {
      held(meter, urgency, work) {
        const [line = 0, own = ''] = meter.split('/')
        const bench = lines[Number(line)]
        if (!bench) throw new Error(`no line of ${meter}`)
        const address = bench.configs.find(({ id }) => id === own)?.address ?? ''
        return createOrderDesk({ desk: bench.desk, addressOf: () => address }).held(own, urgency, work)
      },
    },
    clock,
    billing: null,
    isTimeTrusted: () => true,
    tell: (text, error) => wrong.push(`${text}: ${String(error)}`),
  })

  /** As the poller reads: one after another, whoever is due, forever. */
  const reads = lines.map((): number[] => [])
  let isOver = false
  const polls = lines.map(async ({ line, configs, driver }, place) => {
    while (!isOver)
      for (const { id, address, profile } of configs) {
        const call = { address, sequence: () => 0, traits: profile.traits, refusedBefore: new Set<string>() }
        const conversation = (driver as Driver).read(call, profile.points)
        const retries = { silent: 1, silentOnceAnswered: 1, damaged: 2 }
        const { exchanges } = await line.converse({
          driver,
          conversation,
          priority: PRIORITY.poll,
          meter: id,
          retries,
        })
        if (exchanges.some(({ outcome }) => outcome === 'answered')) reads[place]?.push(clock.now())
        await clock.sleep(SECOND)
        if (isOver) return
      }
  })
  await supplying.start()
  await clock.pass(10 * SECOND)
  for (const [line, { meters }] of lines.entries())
    for (const meter of DARK) {
      meters[meter]?.relay.trip(clock.now())
      const address = addressOf(line, meter)
      const of = { meter: `${line}/m${meter + 1}`, line: `l${line}`, address, number: address }
      const id = `restore ${line}/${meter}`
      orders.set(id, restoreIn('requested', { id, ...of, countsFrom: clock.now(), dueAt: clock.now() }))
    }
  const paidAt = clock.now()
  await clock.pass(50 * SECOND)

  expect(wrong).toEqual([])
  const cuts = [...orders.values()].filter(({ kind }) => kind === 'cut')
  const sent = cuts.flatMap(one => one.sent?.at ?? [])
  expect(sent.length).toBeGreaterThan(LINES)
  expect(Math.max(...sent)).toBeLessThanOrEqual(NOW + NOTICE_HOLDS_MS)
  const honest = cuts.filter(({ line }) => line !== `l${LIARS}`)
  const states = new Set(honest.map(({ state, sent }) => `${state} ${sent !== null}`))
  expect(states).toEqual(new Set(['confirmed true', 'expired false']))
  for (const [place, { sent: bytes }] of lines.entries()) {
    const frames = bytes.filter(one => isRelayFrame(one.bytes))
    const opens = frames.filter(one => actionOf(one.bytes) === 'open').map(({ at }) => at)
    expect(Math.max(...opens)).toBeLessThan(NOW + NOTICE_HOLDS_MS + 5 * SECOND)
    // The cut under way comes to its end; then nobody goes before who sits in the dark.
    const after = frames.filter(({ at }) => at > paidAt).map(one => actionOf(one.bytes))
    expect(after.slice(after[0] === 'open' ? 1 : 0).slice(0, DARK.length)).toEqual(DARK.map(() => 'permit'))
    const gaps = reads[place]?.map((at, nth, all) => at - (all[nth - 1] ?? NOW)) ?? []
    expect(gaps.length).toBeGreaterThan(METERS)
    expect(Math.max(...gaps)).toBeLessThan(10 * SECOND)
  }
  isOver = true
  const stopped = Promise.all([...polls, supplying.stop()])
  await clock.pass(MINUTE)
  await stopped
})

/** What a relay frame says, 33H taken off: N1 is the ninth byte of its data. */
function actionOf(bytes: Uint8Array): 'open' | 'permit' | null {
  const said = (bytes[bytes.indexOf(0x68) + 10 + 8] ?? 0) - 0x33
  return said === 0x1a ? 'open' : said === 0x1b ? 'permit' : null
}
