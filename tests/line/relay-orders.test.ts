/** Relay orders over the real line to the simulated meter, in time: what stays, what expires, what is seen afterwards. */

import { describe, expect, test } from 'vitest'
import { MINUTE, SECOND } from '../../src/core/time.ts'
import type { RelayAnswer } from '../../src/driver-api/relay.ts'
import { PRIORITY } from '../../src/line/line.ts'
import {
  METER,
  PASSWORD,
  PASSWORD_ON_WIRE,
  type RelayBench,
  type RelayBenchParts,
  relayBench,
} from '../support/relay-bench.ts'

type WayOf = NonNullable<RelayBenchParts['way']>

const LATER = { 'relay-state': 'later' }
const BY_WRITING = { 'relay-write': '0700EFEE open=99 close=55' }
const TIME = '04000102'
const DATE = '04000101'

const orders = ({ sent }: RelayBench) => sent.filter(({ isOrder }) => isOrder)
const dataOf = (frame: Uint8Array) => [...frame.slice(10, -2)].map(byte => (byte - 0x33) & 0xff)
const itemOf = (frame: Uint8Array) =>
  Buffer.from(dataOf(frame).slice(0, 4).reverse()).toString('hex').toUpperCase()

async function hold(parts: RelayBenchParts, given: Parameters<RelayBench['order']>[0] = {}) {
  const bench = await relayBench(parts)
  const order = bench.order(given)
  const { result, exchanges, fault } = await bench.ended(
    bench.converse(bench.driver.orderRelay!(bench.call(), order)),
  )
  return { bench, result, exchanges, fault }
}

describe('what has surely not left is not-sent, and only that', () => {
  /** Something befalls the line as soon as the clock's last answer is there, before the order can leave. */
  const afterTheClock = (befalls: (bench: RelayBench) => void): WayOf => {
    let dates = 0
    return (sent, answer, bench) => {
      if (itemOf(sent.frame) !== DATE || dates++ > 0) return null
      bench.clock.after(110, () => befalls(bench))
      return { isHeard: true, back: [[100, answer()!]] }
    }
  }

  test('a link lost while the order waits for silence', async () => {
    const { bench, result, exchanges } = await hold({ way: afterTheClock(({ drop }) => drop()) })
    expect(result).toMatchObject({ outcome: 'not-sent', why: { code: 'LINE_CLOSED' }, ordered: null })
    expect(orders(bench)).toEqual([])
    expect(exchanges.at(-1)).toMatchObject({ outcome: 'LINE_CLOSED', stayed: { code: 'LINE_CLOSED' } })
    expect(bench.meter.relay.trips).toBe(0)
  })

  test('a line that babbles', async () => {
    const babble = ({ clock, hear }: RelayBench) => {
      for (let ms = 0; ms < 4_000; ms += 10) clock.after(ms, () => hear(Uint8Array.of(0x55)))
    }
    const { bench, result } = await hold({ way: afterTheClock(babble) })
    expect(result).toMatchObject({ outcome: 'not-sent', why: { code: 'LINE_GARBLED' } })
    expect(orders(bench)).toEqual([])
  })

  test('a line that was stopped', async () => {
    const { bench, result } = await hold({ way: afterTheClock(({ line }) => void line.stop()) })
    expect(result).toMatchObject({ outcome: 'not-sent', why: { code: 'LINE_CLOSED' } })
    expect(orders(bench)).toEqual([])
  })

  test.each([
    ['before the meter heard it', false],
    ['after the meter heard it', true],
  ])('from the first byte on nobody knows: a link lost %s', async (_, isHeard) => {
    const { bench, result } = await hold({
      way: ({ isOrder }) => (isOrder ? { isHeard, back: [[1, 'closed']] } : null),
    })
    expect(orders(bench)).toHaveLength(1)
    expect(result).toMatchObject({ outcome: 'unconfirmed', ordered: { action: 'open' }, after: null })
    expect(bench.meter.relay.trips).toBe(isHeard ? 1 : 0)
  })

  test('a command that never left says so too, to one meter and to all', async () => {
    for (const to of ['one', 'all']) {
      const bench = await relayBench()
      bench.drop()
      await bench.clock.pass(0)
      const conversation = bench.driver.commands!.get('freeze')!.run(bench.call(), { when: 'now', to })
      if ('wrong' in conversation) throw new Error(conversation.wrong)
      const { result } = await bench.ended(bench.converse(conversation))
      expect(result).toMatchObject({ outcome: 'not-sent', refused: { code: 'LINE_CLOSED' } })
      expect(bench.sent).toEqual([])
    }
  })
})

describe('an order that is over', () => {
  test.each([
    ['of function 1C', {}, {}],
    ['by writing a maker’s item', { 'relay-write': '0700EFEE' }, BY_WRITING],
  ] as const)('%s is not sent when it has waited too long for the line', async (_, quirks, own) => {
    const bench = await relayBench({ quirks, traits: { quirks: own } })
    // Nothing but an order is heard to its end before another.
    const busy = bench.converse(bench.driver.readRelay!(bench.call()), PRIORITY.order)
    const order = bench.order({ validForSeconds: 2, action: 'open' })
    const ordered = bench.converse(bench.driver.orderRelay!(bench.call(), order))
    const asked = bench.sent.length
    await bench.ended(busy)
    const { result } = await bench.ended(ordered)
    expect(bench.sent.length).toBeGreaterThan(asked)
    expect(result).toMatchObject({ outcome: 'not-sent', why: { code: 'ORDER_EXPIRED' }, before: null })
    expect(orders(bench)).toEqual([])
    expect(JSON.stringify(result)).not.toContain(PASSWORD)
  })

  test.each([
    ['of function 1C', {}, {}],
    ['by writing a maker’s item', { 'relay-write': '0700EFEE' }, BY_WRITING],
  ] as const)('%s is not sent when the looking took too long', async (_, quirks, own) => {
    const { bench, result } = await hold(
      { quirks, traits: { quirks: own } },
      // Some ten answers of 130 ms each come before it.
      { validForSeconds: 2 },
    )
    expect(result).toMatchObject({ outcome: 'not-sent', why: { code: 'ORDER_EXPIRED' } })
    expect(result.before).toMatchObject({ isOpen: false, clock: expect.stringMatching(/^2026-11-21T12:30/) })
    expect(orders(bench)).toEqual([])
    expect(bench.meter.relay.trips).toBe(0)
  })

  test('is over as well where our clock says nothing', async () => {
    const { result } = await hold({}, { ageMs: () => Number.NaN })
    expect(result).toMatchObject({ outcome: 'not-sent', why: { code: 'ORDER_EXPIRED' } })
    let asked = 0
    const later = await hold({}, { ageMs: () => (asked++ === 0 ? 0 : Number.NaN) })
    expect(later.result).toMatchObject({ outcome: 'not-sent', why: { code: 'ORDER_EXPIRED' } })
    expect(later.result.why?.text).toContain('of no known age')
    expect(orders(later.bench)).toEqual([])
  })

  test('a maker’s item is written only after the meter’s clock was read', async () => {
    const traits = { quirks: BY_WRITING }
    const quirks = { 'relay-write': '0700EFEE' } as const
    const done = await hold({ quirks, traits })
    expect(done.result).toMatchObject({ outcome: 'done', ordered: { clock: expect.any(String) } })
    const items = done.bench.sent.map(({ frame }) => itemOf(frame))
    expect(items.indexOf(TIME)).toBeGreaterThan(-1)
    expect(items.indexOf(TIME)).toBeLessThan(items.indexOf('0700EFEE'))
    const silent = await hold({
      quirks,
      traits,
      way: ({ frame }) => (itemOf(frame) === TIME ? { isHeard: false, back: [] } : null),
    })
    expect(silent.result).toMatchObject({ outcome: 'not-sent', why: { code: 'METER_NO_DATA' } })
    expect(orders(silent.bench)).toEqual([])
  })

  test('the deadline is the end of its validity on the meter’s clock, less what the reading took', async () => {
    for (const offset of [0, -200 * SECOND, 3 * 3_600 * SECOND]) {
      const bench = await relayBench()
      const { clock: meters } = bench.meter
      meters.set(meters.shownAt(bench.clock.now()) + offset, bench.clock.now())
      // It has waited a minute before its turn comes.
      const order = bench.order({ validForSeconds: 200 })
      const endsAt = bench.clock.now() + 200 * SECOND
      await bench.clock.pass(MINUTE)
      const { result } = await bench.ended(bench.converse(bench.driver.orderRelay!(bench.call(), order)))
      expect(result.outcome).toBe('done')
      const [ss, mm, hh, DD, MM, YY] = dataOf(orders(bench)[0]!.frame)
        .slice(10)
        .map(byte => byte.toString(16).padStart(2, '0'))
      const deadline = Date.parse(`20${YY}-${MM}-${DD}T${hh}:${mm}:${ss}Z`)
      expect(deadline).toBeLessThanOrEqual(meters.shownAt(endsAt))
      expect(deadline).toBeGreaterThan(meters.shownAt(endsAt) - 4 * SECOND)
    }
  })
})

describe('the warning time of a pre-trip', () => {
  type Delay = 'bcd' | 'binary'
  /** The order, then the relay as it is read minute by minute until well after it should have opened. */
  async function preTrip(master: Delay, slave: Delay, delayMinutes: number) {
    const traits = { quirks: { 'relay-delay': master, ...LATER } }
    const { bench, result } = await hold(
      { traits, quirks: { 'relay-delay': slave } },
      { action: 'warn-then-open', delayMinutes },
    )
    const orderedAt = orders(bench)[0]!.at
    const verdicts: string[] = []
    let openedAfterMinutes: number | null = null
    for (let minutes = 0; minutes < 2 * delayMinutes; minutes++) {
      await bench.clock.pass(orderedAt + (minutes + 1) * MINUTE - bench.clock.now())
      const { result: seen } = await bench.ended(bench.converse(bench.driver.readRelay!(bench.call())))
      if (seen?.isOpen) openedAfterMinutes ??= minutes + 1
      verdicts.push(bench.driver.judgeRelay!(result.ordered!, result.before!, seen!).verdict)
    }
    const trippedAfter = bench.meter.relay.openings.map(({ from }) => (from - orderedAt) / MINUTE)
    return { bench, result, verdicts, openedAfterMinutes, trippedAfter }
  }

  test.each(['bcd', 'binary'] as const)('20 minutes are 20 minutes where both have it as %s', async delay => {
    const { result, trippedAfter, openedAfterMinutes, verdicts } = await preTrip(delay, delay, 20)
    expect(result).toMatchObject({
      outcome: 'accepted',
      evidence: { verdict: 'open' },
      after: { isOpen: false, isOpenCommanded: true, isTripAnnounced: true },
    })
    expect(trippedAfter).toEqual([20])
    expect(openedAfterMinutes).toBe(20)
    expect(verdicts.slice(0, 19)).toEqual(Array(19).fill('open'))
    expect(new Set(verdicts.slice(19))).toEqual(new Set(['as-ordered']))
  })

  test('digits for a meter that takes a number: late, and told', async () => {
    const { result, trippedAfter, verdicts } = await preTrip('bcd', 'binary', 20)
    expect(result.outcome).toBe('accepted')
    expect(trippedAfter).toEqual([32])
    expect(verdicts.slice(22)).not.toContain('open')
    expect(verdicts).not.toContain('as-ordered')
  })

  test('a number for a meter that takes digits: too early, and told as soon as it is read', async () => {
    const { result, trippedAfter, verdicts, bench } = await preTrip('binary', 'bcd', 20)
    expect(result.outcome).toBe('accepted')
    expect(trippedAfter).toEqual([14])
    expect(verdicts.slice(0, 13)).toEqual(Array(13).fill('open'))
    expect(new Set(verdicts.slice(13))).toEqual(new Set(['contradicts']))
    const { result: seen } = await bench.ended(bench.converse(bench.driver.readRelay!(bench.call())))
    const evidence = bench.driver.judgeRelay!(result.ordered!, result.before!, seen!)
    expect(evidence.texts.join()).toMatch(
      /^opened at 2026-11-21T12:44:\d\d, ordered was not before .*relay-delay/,
    )
  })

  test('a number that is no digits is refused by a meter that takes digits', async () => {
    const { result, bench } = await hold(
      { traits: { quirks: { 'relay-delay': 'binary' } } },
      { action: 'warn-then-open', delayMinutes: 30 },
    )
    expect(result.outcome).toBe('refused')
    expect(bench.meter.relay.openings).toEqual([])
  })
})

describe('what is seen afterwards', () => {
  const answerOf = async (parts: RelayBenchParts, given = {}): Promise<RelayAnswer> =>
    (await hold(parts, given)).result

  test('an order without an answer is done where the meter’s own record shows it', async () => {
    const lost: WayOf = ({ isOrder }) => (isOrder ? { isHeard: true, back: [] } : null)
    expect(await answerOf({ way: lost })).toMatchObject({
      outcome: 'done',
      evidence: { verdict: 'as-ordered' },
    })
    const deaf: WayOf = ({ isOrder }) => (isOrder ? { isHeard: false, back: [] } : null)
    expect(await answerOf({ way: deaf })).toMatchObject({
      outcome: 'unconfirmed',
      evidence: { verdict: 'open' },
    })
  })

  test('a meter that says yes and does nothing is never done', async () => {
    const quirks = { 'relay-lies': 'does-nothing' } as const
    expect(await answerOf({ quirks })).toMatchObject({ outcome: 'accepted', evidence: { verdict: 'open' } })
  })

  test('a meter whose status word stays contradicts itself', async () => {
    const quirks = { 'relay-lies': 'status-stays' } as const
    expect(await answerOf({ quirks })).toMatchObject({
      outcome: 'accepted',
      evidence: { verdict: 'contradicts' },
    })
  })

  test('keep-power is seen by bit 12, where the model has it', async () => {
    const later = { traits: { quirks: LATER } }
    expect((await answerOf(later, { action: 'keep-powered' })).outcome).toBe('done')
    expect((await answerOf(later, { action: 'end-keep-powered' })).outcome).toBe('done')
    expect((await answerOf({}, { action: 'keep-powered' })).outcome).toBe('accepted')
    expect((await answerOf({}, { action: 'end-keep-powered' })).outcome).toBe('accepted')
    expect((await answerOf(later, { action: 'alarm-on' })).outcome).toBe('accepted')
  })

  test('no password is in what is logged or given back', async () => {
    const { bench, result } = await hold({})
    const text = `${bench.logged.join('\n')}${JSON.stringify(result)}`.replaceAll(' ', '')
    expect(text).toContain('sent')
    expect(text).not.toContain(PASSWORD)
    expect(text).not.toContain(PASSWORD_ON_WIRE)
    expect(result.ordered).toMatchObject({ operator: '87654321' })
    expect(METER).toHaveLength(12)
  })
})
