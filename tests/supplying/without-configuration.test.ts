/** The configuration of orders, the meter list or a profile are changed while people are cut: who pays has light, or somebody on the way. */

import { expect, test } from 'vitest'
import { driver2007 } from '../../drivers/dlt645/driver.ts'
import { MINUTE, SECOND } from '../../src/core/time.ts'
import { NO_METERS } from '../../src/store/order/rules.ts'
import { bookIn, LIMITS } from '../store/book-files.ts'
import { at, type Bench, whole } from '../support/whole-order.ts'

const NO_RELAY = new Map([['dlt645-2007', { ...driver2007, relayActions: () => new Set<never>() }]])

/** Confirmed at ten past ten. */
async function cut(): Promise<Bench> {
  const bench = await whole()
  await bench.armed()
  await bench.until('24T10:10')
  expect([bench.orderOf('O-1')?.state, bench.isOpen()]).toEqual(['confirmed', true])
  return bench
}

test('PR-50 where none is configured and none ever was nothing is started', async () => {
  const bench = await whole()
  expect(await bench.restarted()).toEqual({ isStarted: false, takesCuts: undefined, lines: [] })
  await bench.close()
})

test('P-15 PR-50 PR-64 without supply.orders who was cut is named at the start, pays and has light; cuts are neither asked for nor looked at', async () => {
  const bench = await cut()
  const { ask, pay, clock, meter, frames, isOpen, all, NEW, close } = bench
  const { lines, ...told } = await bench.restarted()
  expect(told).toEqual({ isStarted: true, takesCuts: false })
  expect(lines).toEqual([
    expect.stringMatching(/supply\.orders is not configured.*meter m0001 of account 0001 by O-1/),
  ])
  expect(await ask('li', { kind: 'cut', id: 'O-2', ...NEW })).toMatchObject({ code: 'ASK_UNKNOWN' })
  await pay()
  await clock.pass(MINUTE)
  expect(all().at(-1)).toMatchObject({ kind: 'restore', state: 'close-allowed', isRehearsal: false })
  meter.relay.pressButton(clock.now())
  await clock.pass(20 * MINUTE)
  expect([all().at(-1)?.state, isOpen(), frames()]).toEqual(['restored', false, 2])
  expect((await bench.restarted()).lines).toEqual([])
  await close()
}, 120_000)

test('PR-50 a cut that is approved and armed is taken back by a start without supply.orders, and stays so with it', async () => {
  const bench = await whole()
  await bench.armed()
  const { lines } = await bench.restarted()
  expect(lines).toEqual([expect.stringContaining('taken back: cut O-1 of m0001')])
  expect(bench.orderOf('O-1')).toMatchObject({ state: 'withdrawn', because: { code: 'POLICY_CHANGED' } })
  await bench.until('24T10:10')
  expect((await bench.restarted({})).takesCuts).toBe(true)
  await bench.until('24T10:20')
  expect([bench.frames(), bench.isOpen()]).toEqual([0, false])
  await bench.close()
}, 120_000)

test('PR-50 where none is configured a cut comes no further by whatever is asked of the store, and is taken back', async () => {
  for (const event of ['send', 'check', 'time'] as const) {
    const bench = await whole()
    await bench.armed()
    await bench.until('24T09:50')
    const [now, look] = [bench.clock.now(), null]
    await bench.close()
    const calls = bookIn(bench.directory, undefined, undefined, { ...LIMITS, orders: NO_METERS })
    const moment = { gatewayTime: 'trusted', outages: [], isStoreWell: true, hasStopFile: false } as const
    const stepped =
      event === 'send'
        ? calls.orderSend({ id: 'O-1', look, billing: null, deadline: now + MINUTE, at: now, moment })
        : calls.orderStep('O-1', { type: event }, now)
    expect(stepped).toMatchObject({ order: { state: 'withdrawn', sent: null } })
    calls.close()
  }
}, 120_000)

test('P-15 a restore that cannot be authorised, or whose meter is gone from the configuration, is a field order 30 minutes after the payment; where its relay is, at once', async () => {
  const gone = [
    { next: { policy: null }, desk: { authorityOf: () => null }, told: /password of relays/ },
    { next: { meters: new Map() }, desk: { drivers: NO_RELAY }, told: /or its profile has no relay/ },
    { next: { meters: new Map() }, desk: { meters: [] }, told: /no frame can be made for meter m0001/ },
  ] as const
  for (const { next, desk, told } of gone) {
    const bench = await cut()
    const { lines } = await bench.restarted(next, desk)
    expect(lines).toEqual([expect.stringMatching(told)])
    await bench.pay()
    await bench.until('24T10:39')
    const isUntold = 'drivers' in desk
    const at39 = { kind: 'restore', fieldOrderAt: isUntold ? expect.any(Number) : null }
    expect(bench.all().at(-1)).toMatchObject(at39)
    await bench.until('24T10:41')
    const raised = bench.all().at(-1)
    const raisedAt = raised?.kind === 'restore' ? (raised.fieldOrderAt ?? 0) : 0
    if (isUntold) expect(raisedAt).toBeLessThan(at('24T10:10') + 10 * SECOND)
    else expect(raisedAt).toBe(at('24T10:40') + SECOND)
    expect(
      bench.log.lines.filter(line => line.includes('somebody has to drive to meter m0001')),
    ).toHaveLength(1)
    expect(bench.frames()).toBe(1)
    await bench.close()
  }
}, 120_000)

test('P-15 a person restores who was cut though the meter list has the meter no longer; it waits for its field order', async () => {
  const bench = await cut()
  await bench.restarted({ policy: null, meters: new Map() }, { meters: [] })
  const restore = { kind: 'restore', id: 'R-1', intended: 'close-allowed', cause: 'asked' } as const
  const asked = await bench.ask('li', { ...restore, ...bench.NEW, confirmation: null })
  expect(asked).toMatchObject({ kind: 'restore', meter: 'm0001', address: '000000001234' })
  await bench.until('24T10:41')
  expect(bench.orderOf('R-1')).toMatchObject({ fieldOrderAt: at('24T10:40') + SECOND })
  await bench.close()
}, 120_000)

test('P-15 a person restores who was cut though the meter list tells the number of the meter no longer', async () => {
  const bench = await cut()
  const meters = new Map([...bench.rules.meters].map(([id, meter]) => [id, { ...meter, number: null }]))
  await bench.restarted({ policy: null, meters })
  const restore = { kind: 'restore', id: 'R-1', intended: 'close-allowed', cause: 'asked' } as const
  await bench.ask('li', { ...restore, ...bench.NEW, confirmation: null })
  await bench.clock.pass(MINUTE)
  expect(bench.orderOf('R-1')).toMatchObject({ state: 'close-allowed', because: { code: 'PERMITTED' } })
  await bench.close()
}, 120_000)
