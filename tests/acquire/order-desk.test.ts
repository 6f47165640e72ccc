/** The desk through the port of those who carry out orders (src/supply/order/desk.ts). */

import { expect, test } from 'vitest'
import { createOrderDesk } from '../../src/acquire/order-desk.ts'
import { frameNoted } from '../../src/acquire/order-desk-opened.ts'
import type { Told } from '../../src/acquire/relay-told.ts'
import { Fault } from '../../src/core/faults.ts'
import type { Desk, Released } from '../../src/supply/order/desk.ts'
import { frameBytes } from '../drivers/dlt645/bench-meter.ts'
import { recordingLog } from '../support/api.ts'
import { type DeskBenchParts, deskBench, EVENING, isRelayFrame, OPERATOR } from '../support/desk-bench.ts'
import { virtualClock } from '../support/virtual-clock.ts'

async function portBench(parts: DeskBenchParts = {}) {
  const bench = await deskBench(parts)
  const frames: { readonly of: object; readonly told: Told }[] = []
  const port: Desk = createOrderDesk({
    desk: bench.desk,
    addressOf: () => bench.meter.address,
    told: (of, told) => frames.push({ of, told }),
  })
  const released = (change: Partial<Released> = {}): Released => ({
    ...{ order: 'o1', attempt: 1, intended: 'open', operator: OPERATOR, mayLeave: () => true },
    deadline: bench.clock.now() + 30_000,
    ...change,
  })
  return { ...bench, port, released, frames }
}

test('a cut, and what a restore of the same order of things does after it', async () => {
  const { port, released, ended, frames, sent, meter, clock } = await portBench()
  const cut = await ended(
    port.held('m1', 'cut', async held => [await held.look(), await held.order(released())] as const),
  )
  expect(cut[0]).toEqual({
    ...{
      at: expect.any(Number),
      address: meter.address,
      number: meter.address,
      clockErrorMs: expect.any(Number),
    },
    register: { register: '1-0:1.8.0', value: expect.anything() },
    ...{ isOpen: false, isOpenCommanded: false, isKeptPowered: false, hasLoad: true },
    opened: { count: 0, at: null, operator: null },
    closed: { count: 0, at: null, operator: null },
  })
  expect(cut[1]).toMatchObject({ outcome: 'accepted', look: { isOpen: true, hasLoad: false } })
  const at = cut[1].look?.opened
  expect(at).toMatchObject({ count: 1, operator: OPERATOR })
  expect(Math.abs((at?.at ?? 0) - EVENING)).toBeLessThan(30_000)
  const second = { order: 'o2', intended: 'close-allowed' as const }
  for (const attempt of [1, 2]) {
    const told = await ended(port.held('m1', 'restore', held => held.order(released({ ...second, attempt }))))
    expect(told).toMatchObject({ outcome: 'accepted', look: { isOpen: true, isOpenCommanded: false } })
  }
  meter.relay.pressButton(clock.now())
  expect(await ended(port.held('m1', 'look', held => held.look()))).toMatchObject({ isOpen: false })
  expect(frames.map(({ of }) => of)).toEqual([
    { order: 'o1', attempt: 1, meter: 'm1' },
    { order: 'o2', attempt: 1, meter: 'm1' },
    { order: 'o2', attempt: 2, meter: 'm1' },
  ])
  expect(frames.every(({ told }) => told.frames.some(({ hex }) => hex.includes('** ** **')))).toBe(true)
  expect(sent.filter(({ bytes }) => isRelayFrame(bytes))).toHaveLength(3)
})

test('PR-63 what may not leave any more does not', async () => {
  const { port, released, ended, sent } = await portBench()
  const told = await ended(port.held('m1', 'cut', held => held.order(released({ mayLeave: () => false }))))
  expect(told).toMatchObject({ outcome: 'not-sent' })
  expect(sent.filter(({ bytes }) => isRelayFrame(bytes))).toHaveLength(0)
})

test('nothing is ordered by who only looks', async () => {
  const { port, released, ended } = await portBench()
  expect(await ended(port.held('m1', 'look', held => held.order(released())))).toMatchObject({
    outcome: 'not-sent',
  })
})

test('PR-59 no way to the meter is a fault, at once', async () => {
  const { port, drop, clock } = await portBench()
  drop('cut')
  await clock.pass(0)
  await expect(port.held('m1', 'cut', async () => 'held')).rejects.toThrow('LINE_CLOSED')
})

test('what it throws is thrown, and the line is free', async () => {
  const { port, ended } = await portBench()
  await expect(ended(port.held('m1', 'cut', () => Promise.reject(new Error('no room'))))).rejects.toThrow(
    'no room',
  )
  expect(await ended(port.held('m1', 'look', held => held.look()))).not.toBeNull()
})

test('PR-53 a meter that is silent is no look; of two under one address neither number nor register is believed', async () => {
  const silent = await portBench({ reaches: () => false })
  expect(await silent.ended(silent.port.held('m1', 'look', held => held.look()))).toBeNull()
  const other = frameBytes('000000001234', 0x91, Uint8Array.from([0x02, 0x04, 0x00, 0x04, 9, 9, 9, 9, 9, 9]))
  const two = await portBench({
    reaches(_, nth) {
      if (nth === 1) two.clock.after(45, () => two.hear(other))
      return true
    },
  })
  const look = await two.ended(two.port.held('m1', 'cut', held => held.look()))
  expect(look).toMatchObject({ number: null, register: null, isOpen: false })
})

test('P-15 before a restore, and after orders, only number and relay are looked at: others of the line wait in the dark', async () => {
  const { port, ended, sent, meter } = await portBench()
  const full = await ended(port.held('m1', 'cut', held => held.look()))
  const questions = sent.length
  for (const kind of ['restore', 'look'] as const) {
    const before = sent.length
    const look = await ended(port.held('m1', kind, held => held.look()))
    expect(look).toMatchObject({
      ...full,
      at: expect.any(Number),
      clockErrorMs: expect.any(Number),
      register: null,
    })
    expect(look?.number).toBe(meter.address)
    expect(sent.length - before).toBeLessThanOrEqual(questions - 4)
  }
})

test('P-15 who only looks waits for cuts, and cuts for restores', async () => {
  const { port, ended, line, clock } = await portBench()
  const order: string[] = []
  const note = (what: string) => async () => void order.push(what)
  const busy = line.hold(4, () => clock.sleep(100))
  const kinds = ['look', 'cut', 'restore'] as const
  await ended(Promise.all([busy, ...kinds.map(kind => port.held('m1', kind, note(kind)))]))
  expect(order).toEqual(['restore', 'cut', 'look'])
})

test('PR-20 PR-64 a frame that a full store does not note is told, and ends no daemon; a broken store does', async () => {
  const log = recordingLog()
  const broken: unknown[] = []
  const noted = async (fault: Fault) => {
    const store = { journalAdd: () => Promise.reject(fault) }
    const note = frameNoted({ store, log, clock: virtualClock(0, 0), broken: error => broken.push(error) })
    const told: Told = { outcome: 'silent', why: null, answer: null, after: null, frames: [], sentAt: 0 }
    note({ order: 'O-1', attempt: 1, meter: 'm1' }, told)
    await Promise.resolve()
    await Promise.resolve()
  }
  await noted(new Fault('STORE_FULL', 'there is no room for the journal'))
  expect([broken, log.lines]).toEqual([[], [expect.stringContaining('order O-1 is not in the journal')]])
  const failed = new Fault('STORE_FAILED', 'it cannot be written any more')
  await noted(failed)
  expect(broken).toEqual([failed])
})
