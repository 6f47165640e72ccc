/** Orders at the desk: looked at, released, sent once, through the real line, guard and drivers to simulated meters. */

import { describe, expect, test } from 'vitest'
import { releaseOf } from '../../src/acquire/relay-release.ts'
import type { Told } from '../../src/acquire/relay-told.ts'
import type { SimulatedQuirks } from '../../src/core/simulated.ts'
import type { Cut } from '../../src/supply/order/order.ts'
import { type Proof, proveCut } from '../../src/supply/order/proof.ts'
import { LATEST_ARRIVAL_MS } from '../../src/supply/order/timing.ts'
import { frameBytes } from '../drivers/dlt645/bench-meter.ts'
import { ascii, rtu, tcp } from '../drivers/modbus-support.ts'
import { deskBench, EVENING, isRelayFrame, OPERATOR, resultOf } from '../support/desk-bench.ts'
import { switchedModbus } from '../support/modbus-relay.ts'

const orders = ({ sent }: { readonly sent: readonly { readonly bytes: Uint8Array }[] }) =>
  sent.filter(({ bytes }) => isRelayFrame(bytes)).length

describe('a look', () => {
  test('P-07 tells who is there, its register, clock and relay, and changes nothing', async () => {
    const bench = await deskBench({ clockOffsetMs: -7_000 })
    bench.lastGood.note({
      ...{ meter: 'm1', obis: '1-0:1.8.0', kind: 'poll', slot: 0, readAt: EVENING - 3_600_000, unit: 'kWh' },
      ...{
        value: { digits: 0n, scaler: -2 },
        receivedAt: EVENING,
        exchange: 0,
        quality: 'good',
        findings: [],
      },
    } as never)
    const look = await bench.looked()
    expect(look).toMatchObject({
      ...{ address: '000000001234', number: '000000001234', fault: null },
      identity: { found: 'same' },
      register: { register: '1-0:1.8.0' },
      ...{ isOpen: false, isOpenCommanded: false, isKeptPowered: false, hasLoad: true },
      opened: { count: 0, at: null },
    })
    expect(look.register?.value.digits).toBeGreaterThan(0n)
    expect(look.clockErrorMs).toBeGreaterThan(-8_500)
    expect(look.clockErrorMs).toBeLessThan(-6_000)
    // From nothing to so much in an hour: more than a meter of 13 kW counts.
    expect(look.consistency.found).toBe('inconsistent')
    expect(orders(bench)).toBe(0)
  })

  test('P-07 of another meter under the address says so; one that tells no number is unknown', async () => {
    const crossed = await deskBench({ numberOf: () => '000000009999' })
    expect((await crossed.looked()).identity).toMatchObject({ found: 'other' })
    const nobodyNamed = await deskBench({ numberOf: () => undefined })
    expect((await nobodyNamed.looked()).identity).toMatchObject({ found: 'unknown' })
  })

  test('PR-44 where two answer under one address nobody is known, for an hour', async () => {
    const other = frameBytes(
      '000000001234',
      0x91,
      Uint8Array.from([0x02, 0x04, 0x00, 0x04, 9, 9, 9, 9, 9, 9]),
    )
    const bench = await deskBench({
      reaches(_, nth) {
        if (nth === 1) bench.clock.after(45, () => bench.hear(other))
        return true
      },
    })
    for (let times = 0; times < 2; times += 1) {
      const { identity } = await bench.looked()
      expect(identity).toMatchObject({ found: 'unknown', evidence: expect.stringContaining('two different') })
    }
    await bench.clock.pass(3_600_000)
    expect((await bench.looked()).identity.found).toBe('same')
  })

  test('PR-53 of a meter that does not answer knows nothing', async () => {
    const bench = await deskBench({ reaches: () => false })
    expect(await bench.looked()).toMatchObject({
      ...{ address: null, number: null, register: null, clockErrorMs: null, isOpen: null, hasLoad: null },
      identity: { found: 'unknown' },
      consistency: { found: 'unknown' },
      fault: { code: 'LINE_SILENT' },
    })
  })

  test('P-07 a register that fell speaks against it', async () => {
    const bench = await deskBench()
    bench.lastGood.note({
      ...{ meter: 'm1', obis: '1-0:1.8.0', kind: 'poll', slot: 0, readAt: EVENING - 60_000, unit: 'kWh' },
      value: { digits: 90_000_000n, scaler: -2 },
      ...{ receivedAt: EVENING, exchange: 0, quality: 'good', findings: [] },
    } as never)
    expect((await bench.looked()).consistency).toMatchObject({ found: 'inconsistent' })
  })
})

describe('an order', () => {
  test('P-17 cuts, is recorded by the meter under our operator code, and is closed again', async () => {
    const bench = await deskBench()
    const { look, told } = await bench.ordered()
    expect(look).toMatchObject({ isOpen: false, hasLoad: true })
    expect(told).toMatchObject({
      outcome: 'accepted',
      why: null,
      after: { isOpen: true, hasLoad: false, opened: { count: 1, operator: OPERATOR } },
      answer: { evidence: { verdict: 'as-ordered' } },
    })
    expect(orders(bench)).toBe(1)
    const restored = await bench.ordered('close-allowed', { id: 'order-2' })
    expect(restored.told).toMatchObject({
      outcome: 'accepted',
      after: { isOpen: true, isOpenCommanded: false },
    })
    bench.meter.relay.pressButton(bench.clock.now())
    expect(await bench.looked()).toMatchObject({
      isOpen: false,
      hasLoad: true,
      closed: { operator: OPERATOR },
    })
    expect(orders(bench)).toBe(2)
  })

  test('PR-59 its deadline is by the meter’s clock, and no longer than two waits and what the line takes', async () => {
    const bench = await deskBench({ clockOffsetMs: 40_000 })
    const { told } = await bench.ordered('open', {
      sent: { deadline: EVENING + 86_400_000, operator: OPERATOR },
    })
    expect(told.outcome).toBe('accepted')
    const order = bench.sent.find(({ bytes }) => isRelayFrame(bytes))!
    const data = order.bytes.subarray(order.bytes.indexOf(0x68) + 10).map(byte => byte - 0x33)
    const [ss, mm, hh, DD, MM, YY] = [...data.subarray(10, 16)].map(byte => (byte >> 4) * 10 + (byte & 15))
    const deadline = Date.UTC(2000 + YY!, MM! - 1, DD, hh! - 8, mm, ss)
    expect(deadline - 40_000 - order.at).toBeGreaterThan(4_000)
    expect(deadline - 40_000 - order.at).toBeLessThanOrEqual(bench.desk.holdsMs('m1'))
  })

  test('PR-58 leaves by a release, which opens nothing a second time; nor does another of the same frame', async () => {
    const bench = await deskBench()
    const release = releaseOf(bench.sending(), () => null)
    const told = resultOf(
      await bench.hold(async held => [
        await held.order(release),
        await held.order(release),
        await held.order(releaseOf(bench.sending(), () => null)),
        await held.order({ order: 'order-2', attempt: 1 }),
      ]),
    )
    expect(told.map(({ outcome, why }) => why?.code ?? outcome)).toEqual([
      'accepted',
      ...['ORDER_SPENT', 'ORDER_SPENT', 'ORDER_SPENT'],
    ])
    expect(orders(bench)).toBe(1)
  })

  test.each<[string, Parameters<Awaited<ReturnType<typeof deskBench>>['ordered']>, string]>([
    ['of another meter', ['open', { meter: 'm2' }], 'ASK_INVALID'],
    ['of another address', ['open', { address: '000000009999' }], 'ASK_INVALID'],
    ['over already', ['open', { sent: { deadline: EVENING - 1, operator: OPERATOR } }], 'ORDER_EXPIRED'],
    ['PR-63 paid meanwhile', ['open', {}, () => ({ code: 'ASK_STALE', text: 'paid' })], 'ASK_STALE'],
  ])('%s is not sent', async (_, given, code) => {
    const bench = await deskBench()
    const { told } = await bench.ordered(...given)
    expect(told).toMatchObject({ outcome: 'not-sent', why: { code }, sentAt: null })
    expect([orders(bench), bench.meter.relay.isOpenAt(bench.clock.now())]).toEqual([0, false])
  })

  test('PR-63 paid in the moment the frame would leave: asked last of all, and nothing leaves', async () => {
    const bench = await deskBench()
    const asked: number[] = []
    // Asked when the order is taken up, once more behind the clock, and a second time there as the frame would leave.
    const { told } = await bench.ordered('open', {}, () => {
      const isLast = asked.at(-1) === bench.sent.length
      asked.push(bench.sent.length)
      return isLast ? { code: 'ASK_STALE', text: 'paid' } : null
    })
    expect(told).toMatchObject({ outcome: 'not-sent', why: { code: 'ASK_STALE' } })
    expect(asked).toHaveLength(3)
    expect(orders(bench)).toBe(0)
  })

  test('P-12 shows every frame of it, without the password', async () => {
    const bench = await deskBench()
    const { told } = await bench.ordered()
    const shown = told.frames.find(({ hex }) => hex.includes(' 1C 10 '))
    expect(shown).toMatchObject({ way: 'sent', at: told.sentAt })
    expect(shown?.hex).toMatch(/1C 10 35 \*\* \*\* \*\* /)
    expect(told.frames.filter(({ way }) => way === 'received').length).toBeGreaterThan(5)
  })

  test('PR-59 on a line without a connection nobody waits: not held, at once, and nothing later', async () => {
    const bench = await deskBench()
    bench.drop('cut')
    await bench.clock.pass(0)
    const held = await bench.desk.held(
      'm1',
      'cut',
      async line => await line.order(releaseOf(bench.sending(), () => null)),
    )
    expect(held).toMatchObject({ isHeld: false, why: { code: 'LINE_CLOSED' } })
    await bench.clock.pass(120_000)
    expect(orders(bench)).toBe(0)
  })

  test('PR-58 a connection lost before the order leaves: not sent, then or later', async () => {
    const bench = await deskBench()
    const told = await bench.hold(async held => {
      await held.look()
      bench.drop('cut')
      return await held.order(releaseOf(bench.sending(), () => null))
    })
    expect(resultOf(told).outcome).toBe('not-sent')
    await bench.clock.pass(300_000)
    expect(orders(bench)).toBe(0)
  })

  test('PR-58 a connection lost with its first byte: nobody knows, and it is never sent again', async () => {
    let drop = () => {}
    const bench = await deskBench({
      reaches(bytes) {
        if (isRelayFrame(bytes)) drop()
        return !isRelayFrame(bytes)
      },
    })
    drop = () => bench.drop('cut')
    const { told } = await bench.ordered()
    expect(told).toMatchObject({ outcome: 'silent', why: { code: 'LINE_SILENT' } })
    await bench.clock.pass(300_000)
    expect(orders(bench)).toBe(1)
  })

  test('PR-59 where nobody has dialled in it is not held; one who hangs up before the frame is not waited for', async () => {
    let isHere = false
    let drop = () => {}
    let orderAsked = false
    const bench = await deskBench({
      line: { awaited: () => (isHere ? null : { code: 'DTU_AWAITED', text: 'waiting for a DTU' }) },
      reaches() {
        // The question for the clock, which comes right before the frame.
        if (orderAsked) bench.clock.after(80, drop)
        return true
      },
    })
    // Not even for the line, which somebody has.
    const busy = bench.line.hold(4, () => bench.clock.sleep(1_000))
    const nobody = await bench.desk.held('m1', 'restore', async () => 'held')
    await bench.ended(busy)
    expect(nobody).toMatchObject({ isHeld: false, why: { code: 'DTU_AWAITED' } })
    isHere = true
    await bench.clock.pass(200)
    drop = () => {
      isHere = false
      bench.drop('hung up')
      bench.clock.after(2_000, () => {
        isHere = true
      })
    }
    const told = await bench.hold(async held => {
      await held.look()
      orderAsked = true
      return await held.order(releaseOf(bench.sending(), () => null))
    })
    expect(resultOf(told)).toMatchObject({ outcome: 'not-sent' })
    await bench.clock.pass(60_000)
    expect(bench.line.state).toBe('open')
    expect(orders(bench)).toBe(0)
  })

  test('PR-59 is not sent behind bytes that the connection has not taken', async () => {
    const bench = await deskBench({ line: { unsent: () => 12 } })
    const { told } = await bench.ordered()
    expect(told).toMatchObject({ outcome: 'not-sent', why: { code: 'LINE_BUSY' } })
    expect(orders(bench)).toBe(0)
  })

  test.each([
    ['nothing after it is answered either: it may be in a buffer yet, which is thrown away', false, 1],
    ['what is asked after it is answered: it has gone before that', true, 0],
  ] as const)('PR-59 where it is not answered and %s', async (_, answersLater, times) => {
    let dropped = 0
    let isSent = false
    const bench = await deskBench({
      line: { drop: () => void dropped++ },
      reaches(bytes) {
        const isHeard = !isRelayFrame(bytes) && (answersLater || !isSent)
        isSent ||= isRelayFrame(bytes)
        return isHeard
      },
    })
    expect((await bench.ordered()).told.outcome).toBe('silent')
    expect(dropped).toBe(times)
  })

  test('a line is of no use to whom it was held for once that is over', async () => {
    const bench = await deskBench()
    const late = resultOf(await bench.hold(async held => ({ held })))
    await expect(late.held.look()).rejects.toThrow('broken promise')
  })

  test('what it lacks is told: a maker’s item carries no deadline', async () => {
    const breaker = await deskBench({ traits: { quirks: { 'relay-write': '0700EFEE open=99 close=55' } } })
    expect([breaker.desk.lacks('m1'), (await deskBench()).desk.lacks('m1')]).toEqual([['deadline'], []])
    expect(breaker.desk.whyNot('m1', 'close-allowed')).not.toBeNull()
    expect(breaker.desk.whyNot('m1', 'open')).toBeNull()
  })

  test('a restore’s release does not cut, nor a cut’s restore', async () => {
    const bench = await deskBench()
    const told = resultOf(
      await bench.hold(async held => await held.order(releaseOf(bench.sending('closed'), () => null))),
    )
    expect(told).toMatchObject({ outcome: 'not-sent', why: { code: 'ASK_INVALID' } })
  })
})

describe('who goes first', () => {
  test('P-15 restores before cuts, both before reads, whoever came first', async () => {
    const bench = await deskBench()
    const said: string[] = []
    const note = (what: string) => async () => {
      said.push(what)
    }
    const all = [
      bench.line.hold(4, note('poll')),
      bench.desk.held('m1', 'cut', note('cut')),
      bench.desk.held('m1', 'cut', note('cut')),
      bench.desk.held('m1', 'restore', note('restore')),
    ]
    await bench.ended(Promise.all(all))
    expect(said).toEqual(['poll', 'restore', 'cut', 'cut'])
  })
})

/** What prepaid.md §9 asks of each: done only by the meter's own record, or by state and load together. */
interface Verdict {
  readonly outcome: Told['outcome']
  readonly evidence: 'as-ordered' | 'open' | 'contradicts'
  /** What the look afterwards says. */
  readonly isOpen: boolean | null
  readonly hasLoad: boolean
  /** Of the ladder, right after it, and when no frame can arrive any more. */
  readonly proof: readonly [Proof['verdict'], Proof['verdict']]
}

/** What becomes of a cut, through the desk and up the ladder. */
async function verdictOf(bench: Awaited<ReturnType<typeof deskBench>>): Promise<Verdict> {
  const { look, told } = await bench.ordered()
  const before = {
    ...{ isOpen: look.isOpen, hasLoad: look.hasLoad },
    ...{ trips: look.opened?.count ?? null, closes: look.closed?.count ?? null },
  }
  const sent = { at: told.sentAt, deadline: bench.clock.now(), operator: OPERATOR, before }
  const cut = { address: look.address, number: look.number, sent } as Cut
  expect(look.number).not.toBeNull()
  const soon = told.after && proveCut(cut, told.after)
  await bench.clock.pass(LATEST_ARRIVAL_MS)
  const after = await bench.looked()
  return {
    outcome: told.outcome,
    evidence: told.answer?.evidence.verdict ?? 'open',
    ...{ isOpen: after.isOpen, hasLoad: after.hasLoad ?? false },
    proof: [soon?.verdict ?? 'unknown', proveCut(cut, after).verdict],
  }
}

describe('meters that misbehave', () => {
  test.each<[string, SimulatedQuirks, Verdict]>([
    [
      'says yes and does nothing',
      { 'relay-lies': 'does-nothing' },
      {
        outcome: 'accepted',
        evidence: 'open',
        isOpen: false,
        hasLoad: true,
        proof: ['unknown', 'not-executed'],
      },
    ],
    [
      'shows the command in its relay bit',
      { 'relay-lies': 'mirrors-command' },
      {
        outcome: 'accepted',
        evidence: 'contradicts',
        isOpen: true,
        hasLoad: true,
        proof: ['unknown', 'unknown'],
      },
    ],
    [
      'keeps its status word as it was',
      { 'relay-lies': 'status-stays' },
      {
        outcome: 'accepted',
        evidence: 'contradicts',
        isOpen: false,
        hasLoad: false,
        proof: ['unknown', 'unknown'],
      },
    ],
    [
      'has welded contacts',
      { 'relay-lies': 'welded' },
      {
        outcome: 'accepted',
        evidence: 'contradicts',
        isOpen: true,
        hasLoad: true,
        proof: ['unknown', 'unknown'],
      },
    ],
    [
      'keeps power',
      { 'keep-power': 'on' },
      {
        outcome: 'refused',
        evidence: 'open',
        isOpen: false,
        hasLoad: true,
        proof: ['unknown', 'not-executed'],
      },
    ],
    [
      'refuses for a reason that is none',
      { 'relay-refuses': 'misleading' },
      {
        outcome: 'refused',
        evidence: 'open',
        isOpen: false,
        hasLoad: true,
        proof: ['unknown', 'not-executed'],
      },
    ],
    [
      'answers late',
      { 'relay-answer': 'late' },
      {
        outcome: 'silent',
        evidence: 'as-ordered',
        isOpen: true,
        hasLoad: false,
        proof: ['executed', 'executed'],
      },
    ],
    [
      'loses its answer',
      { 'relay-answer': 'lost' },
      {
        outcome: 'silent',
        evidence: 'as-ordered',
        isOpen: true,
        hasLoad: false,
        proof: ['executed', 'executed'],
      },
    ],
    [
      'ignores deadlines',
      { 'ignores-deadline': 'yes' },
      {
        outcome: 'accepted',
        evidence: 'as-ordered',
        isOpen: true,
        hasLoad: false,
        proof: ['executed', 'executed'],
      },
    ],
  ])('PR-60 a cut of one that %s ends as §9 has it, with one frame', async (_, quirks, verdict) => {
    const bench = await deskBench({ quirks })
    expect(await verdictOf(bench)).toEqual(verdict)
    expect(orders(bench)).toBe(1)
  })

  test('P-17 refused by one that keeps power: its status word is read before its error word is believed', async () => {
    const bench = await deskBench({ quirks: { 'keep-power': 'on' } })
    expect((await bench.ordered()).told.why).toMatchObject({ code: 'METER_REFUSED' })
    const locked = await deskBench({ quirks: { 'relay-refuses': 'misleading' } })
    expect((await locked.ordered()).told.why).toMatchObject({ code: 'METER_NOT_AUTHORISED' })
  })

  test('PR-59 a frame that is delayed past its deadline is refused; by a meter that ignores deadlines it is obeyed', async () => {
    for (const ignores of ['no', 'yes'] as const) {
      let kept: Uint8Array | null = null
      const bench = await deskBench({
        quirks: { 'ignores-deadline': ignores },
        reaches(bytes) {
          if (!isRelayFrame(bytes)) return true
          kept = bytes
          return false
        },
      })
      expect((await bench.ordered()).told).toMatchObject({ outcome: 'silent', after: { isOpen: false } })
      await bench.clock.pass(60_000)
      bench.bus.connect(() => undefined).receive(kept!)
      await bench.clock.pass(1_000)
      expect((await bench.looked()).isOpen).toBe(ignores === 'yes')
    }
  })

  test('P-14 of one that closes only by its button a direct close is not done until somebody presses', async () => {
    const bench = await deskBench({ quirks: { 'relay-close': 'by-button' } })
    await bench.ordered()
    const { told } = await bench.ordered('closed', { id: 'order-2' })
    expect(told).toMatchObject({
      outcome: 'accepted',
      after: { isOpen: true },
      answer: { evidence: { verdict: 'open' } },
    })
    bench.meter.relay.pressButton(bench.clock.now())
    expect(await bench.looked()).toMatchObject({
      isOpen: false,
      hasLoad: true,
      closed: { operator: OPERATOR },
    })
  })

  test('one that knows no permit refuses it and stays open', async () => {
    const bench = await deskBench({ quirks: { 'relay-close': 'no-permit' } })
    await bench.ordered()
    const { told } = await bench.ordered('close-allowed', { id: 'order-2' })
    expect(told).toMatchObject({ outcome: 'refused', after: { isOpen: true } })
  })
})

describe.each([
  ['RTU', rtu],
  ['ASCII', ascii],
  ['TCP', tcp],
])('a Modbus meter over %s', (_, driver) => {
  const bench = (quirks: SimulatedQuirks = {}) => deskBench({ ...switchedModbus(driver), quirks })
  const writes = ({ sent }: Awaited<ReturnType<typeof bench>>) =>
    sent.filter(({ bytes }) =>
      driver.deframe(bytes, null).frames.some(frame => driver.decode(frame, {}).control === '06'),
    ).length

  test.each<[string, SimulatedQuirks, Verdict]>([
    [
      'obeys',
      {},
      {
        outcome: 'accepted',
        evidence: 'as-ordered',
        isOpen: true,
        hasLoad: false,
        proof: ['executed', 'executed'],
      },
    ],
    [
      'says yes and does nothing',
      { 'relay-lies': 'does-nothing' },
      {
        outcome: 'accepted',
        evidence: 'open',
        isOpen: false,
        hasLoad: true,
        proof: ['unknown', 'not-executed'],
      },
    ],
    [
      'shows the command as its state',
      { 'relay-lies': 'mirrors-command' },
      {
        outcome: 'accepted',
        evidence: 'contradicts',
        isOpen: true,
        hasLoad: true,
        proof: ['unknown', 'unknown'],
      },
    ],
    [
      'keeps its state as it was',
      { 'relay-lies': 'status-stays' },
      { outcome: 'accepted', evidence: 'open', isOpen: false, hasLoad: false, proof: ['unknown', 'unknown'] },
    ],
    [
      'has welded contacts',
      { 'relay-lies': 'welded' },
      {
        outcome: 'accepted',
        evidence: 'contradicts',
        isOpen: true,
        hasLoad: true,
        proof: ['unknown', 'unknown'],
      },
    ],
    [
      'refuses for a reason that is none',
      { 'relay-refuses': 'misleading' },
      {
        outcome: 'refused',
        evidence: 'open',
        isOpen: false,
        hasLoad: true,
        proof: ['unknown', 'not-executed'],
      },
    ],
    [
      'answers late',
      { 'relay-answer': 'late' },
      {
        outcome: 'silent',
        evidence: 'as-ordered',
        isOpen: true,
        hasLoad: false,
        proof: ['executed', 'executed'],
      },
    ],
    [
      'loses its answer',
      { 'relay-answer': 'lost' },
      {
        outcome: 'silent',
        evidence: 'as-ordered',
        isOpen: true,
        hasLoad: false,
        proof: ['executed', 'executed'],
      },
    ],
  ])('PR-60 that %s ends as §9 has it, with one frame', async (_, quirks, verdict) => {
    const made = await bench(quirks)
    expect(await verdictOf(made)).toEqual(verdict)
    expect(writes(made)).toBe(1)
  })

  test('closes directly only: a permit is not sent, and said so before', async () => {
    const made = await bench()
    await made.ordered()
    expect(made.desk.whyNot('m1', 'close-allowed')).toMatchObject({ code: 'PROFILE_INVALID' })
    expect(made.desk.lacks('m1')).toEqual(['keep-power', 'deadline'])
    expect((await made.ordered('close-allowed', { id: 'order-2' })).told.outcome).toBe('not-sent')
    expect((await made.ordered('closed', { id: 'order-3' })).told).toMatchObject({
      outcome: 'accepted',
      after: { isOpen: false, hasLoad: true },
    })
    expect(writes(made)).toBe(2)
  })
})
