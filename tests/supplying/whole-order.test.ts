/** Orders through everything there is: the store, the executor, the desk, the line, and a simulated meter that obeys (prepaid.md §6). */

import { symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { MINUTE } from '../../src/core/time.ts'
import { tellOrder } from '../../src/store/order/told.ts'
import type { BillingWord } from '../../src/supply/order/billing.ts'
import type { Order } from '../../src/supply/order/order.ts'
import type { Billing } from '../../src/supplying/ports.ts'
import { STOP_FILE } from '../../src/supplying/started.ts'
import { enter, money } from '../store/safeguard-files.ts'
import { POLICY } from '../supply/policy/cases.ts'
import { at, whole } from '../support/whole-order.ts'

test('P-18 PR-58 PR-60 PR-63 PR-64 PR-66 a cut is verified by the meter’s own record; paid, it is restored though all cuts are stopped', async () => {
  const { ask, pay, until, armed, orderOf, frames, isOpen, all, clock, meter, calls, close } = await whole()
  await armed()
  await until('24T09:50')
  expect([frames(), isOpen()]).toEqual([0, false])
  await until('24T10:10')
  expect(orderOf('O-1')).toMatchObject({
    state: 'confirmed',
    attempts: 1,
    because: { code: 'PROVED_BY_RECORD' },
  })
  expect(frames()).toBe(1)
  expect(isOpen()).toBe(true)
  expect(await ask('li', { kind: 'stop', reason: 'a strike' })).toMatchObject({ stopped: { by: 'li' } })
  await pay()
  const [, made] = all()
  expect(made).toMatchObject({
    kind: 'restore',
    intended: 'close-allowed',
    cause: 'payment',
    requestedBy: 'daemon',
  })
  await clock.pass(MINUTE)
  expect(orderOf(made?.id ?? '')?.state).toBe('close-allowed')
  expect(frames()).toBe(2)
  meter.relay.pressButton(clock.now())
  await clock.pass(20 * MINUTE)
  expect(orderOf(made?.id ?? '')?.state).toBe('restored')
  expect([frames(), isOpen()]).toEqual([2, false])
  // Each step of both is in the journal, with the digest of what it left.
  const { entries } = calls.journalAfter({ after: 0, limit: 1_000 })
  for (const { id } of all()) {
    const steps = calls.orderOne(id)?.steps ?? []
    expect(steps.length).toBeGreaterThan(2)
    for (const { journal, digest, event } of steps) {
      const entry = entries.find(({ sequence }) => sequence === journal)
      expect(entry?.action).toBe(`order.${event}`)
      expect(JSON.parse(entry?.facts ?? '{}')).toMatchObject({ digest })
    }
  }
  // And whoever follows orders was told each of them that is of others' concern, once.
  const { changes } = calls.orderChanges(0, 1_000)
  expect(changes.map(({ kind, state, takenFor }) => [kind, state, takenFor])).toEqual([
    ['cut', 'requested', 'not-cut'],
    ['cut', 'sending', 'unknown'],
    ['cut', 'confirmed', 'cut'],
    ['restore', 'requested', 'restoring'],
    ['restore', 'sending', 'restoring'],
    ['restore', 'close-allowed', 'restoring'],
    ['restore', 'restored', 'restored'],
  ])
  expect(changes.at(-1)?.service).toMatchObject({ cause: 'payment', lateness: 'on-time' })
  let paged = calls.orderChanges(0, 3)
  const again = [...paged.changes]
  while (paged.hasMore) {
    paged = calls.orderChanges(paged.reached, 3)
    again.push(...paged.changes)
  }
  expect(again).toEqual(changes)
  calls.changesTell('mqtt', changes[3]?.sequence ?? 0)
  expect(calls.orderChanges(calls.changesTold('mqtt'), 100).changes).toEqual(changes.slice(4))
  await close()
}, 120_000)

test('PR-66 the kill switch holds every cut back, by its door and by its file, and what it held begins anew', async () => {
  const { ask, until, armed, orderOf, frames, directory, close } = await whole()
  await armed()
  writeFileSync(join(directory, STOP_FILE), '')
  await until('24T09:55')
  expect(orderOf('O-1')).toMatchObject({ attempts: 0 })
  expect(orderOf('O-1')?.because?.text).toContain('STOPPED')
  expect(await ask('li', { kind: 'resume', reason: 'over' })).toMatchObject({ code: 'STOP_FILE_THERE' })
  await ask('li', { kind: 'stop', reason: 'a strike' })
  expect(orderOf('O-1')?.state).toBe('quarantined')
  await until('24T10:30')
  expect(frames()).toBe(0)
  await close()
}, 120_000)

test('P-07 billing is asked right before the frame, waits while it is silent, and what it said is told', async () => {
  let says: BillingWord['says'] = null
  const questions: string[] = []
  const billing: Billing = {
    async ask({ id, approved }) {
      questions.push(`${id} ${approved?.facts.arrears.amount}`)
      return { says, by: 'https://billing.example', at: clock.now(), text: says ?? 'answered 503' }
    },
  }
  const { armed, until, orderOf, frames, calls, clock, log, close } = await whole(
    { billing: { way: 'asked' } },
    undefined,
    billing,
  )
  await armed()
  await until('24T09:55')
  const silences = log.lines.filter(text => text.startsWith('billing does not say'))
  expect(silences).toEqual([expect.stringContaining('https://billing.example: answered 503')])
  expect(questions.length).toBeGreaterThan(2)
  expect([orderOf('O-1')?.state, orderOf('O-1')?.because?.text, frames()]).toEqual([
    ...['armed', 'BILLING_SILENT: https://billing.example: answered 503', 0],
  ])
  says = 'unpaid'
  await until('24T10:10')
  expect([orderOf('O-1')?.state, frames()]).toEqual(['confirmed', 1])
  const last = { says: 'unpaid', by: 'https://billing.example', text: 'unpaid', at: expect.any(Number) }
  const order = orderOf('O-1')
  expect(order).toMatchObject({ billing: last })
  expect(tellOrder(order as Order, 480, clock.now()).billing).toMatchObject({
    at: expect.stringMatching(/\+08:00$/),
  })
  const { entries } = calls.journalAfter({ after: 0, limit: 1_000 })
  const sent = entries.filter(({ action }) => action === 'order.send').map(({ facts }) => JSON.parse(facts))
  expect(sent.at(-1)).toMatchObject({ state: 'sending', billing: last })
  expect(sent.at(0)).toMatchObject({ state: 'armed', billing: { says: null } })
  await close()
}, 120_000)

test('P-07 billing says paid: the order is over, and nobody looked at the meter for it', async () => {
  const billing: Billing = {
    ask: async () => ({ says: 'paid', by: 'https://billing.example', at: clock.now(), text: 'paid' }),
  }
  const { armed, until, orderOf, frames, clock, close } = await whole(
    { billing: { way: 'asked' } },
    undefined,
    billing,
  )
  await armed()
  await until('24T10:10')
  expect(orderOf('O-1')).toMatchObject({ state: 'withdrawn', because: { code: 'CHECK_FAILED' } })
  expect([orderOf('O-1')?.because?.text, frames()]).toEqual([
    ...['BILLING_SAYS_PAID: https://billing.example: paid', 0],
  ])
  await close()
}, 120_000)

test('P-07 PR-51 a balance stated again keeps an approval where no less is owed; where it is too old the cut waits', async () => {
  const rules = { billing: { way: 'pushed', mostAgeMs: 15 * MINUTE } } as const
  const { armed, until, orderOf, frames, calls, clock, close } = await whole(rules, undefined, null, {
    balance: 'pushed',
  })
  const state = (amount: string) =>
    money(calls, { kind: 'balance', account: '0001', amount, at: clock.now() }, clock.now())
  state('-50')
  await armed()
  state('-50.5')
  await until('24T09:55')
  expect([orderOf('O-1')?.state, frames()]).toEqual(['armed', 0])
  expect(orderOf('O-1')?.because?.text).toMatch(/^BILLING_SILENT: balance: stated \d+ s ago/)
  state('-50.5')
  await until('24T10:10')
  expect([orderOf('O-1')?.state, frames()]).toEqual(['confirmed', 1])
  await close()

  const paid = await whole(rules, undefined, null, { balance: 'pushed' })
  const stated = (amount: string) =>
    money(paid.calls, { kind: 'balance', account: '0001', amount, at: paid.clock.now() }, paid.clock.now())
  stated('-50')
  await paid.armed()
  stated('-49.99')
  expect(paid.orderOf('O-1')).toMatchObject({ state: 'withdrawn', because: { code: 'PAID' } })
  await paid.close()
}, 120_000)

test('P-07 whose balance billing does not state is not cut by stated balances', async () => {
  const { armed, until, orderOf, frames, close } = await whole({
    billing: { way: 'pushed', mostAgeMs: MINUTE },
  })
  await armed()
  await until('24T10:00')
  expect([orderOf('O-1')?.state, frames()]).toEqual(['armed', 0])
  expect(orderOf('O-1')?.because?.text).toMatch(/^BILLING_SILENT: balance: billing states no balance of it/)
  await close()
}, 120_000)

const HEAT = {
  policy: {
    ...{ ...POLICY, declared: [{ name: 'heat', source: 'heat' }] },
    arrears: { ...POLICY.arrears, least: { digits: 10n, scaler: 0 } },
  },
}
const heat = (is: boolean, until = '25T20:00') =>
  ({ kind: 'declared', name: 'heat', is, until: at(until), source: 'bulletin 7' }) as const

test('P-09 while heat is declared, or nobody says whether it is, no cut leaves; over, it does', async () => {
  const { ask, armed, until, orderOf, frames, calls, clock, NEW, close } = await whole(HEAT)
  expect(await ask('li', { kind: 'cut', id: 'O-0', ...NEW })).toMatchObject({ code: 'DECLARED_UNKNOWN' })
  enter(calls, heat(false), { now: clock.now() })
  await armed()
  await until('24T09:40')
  enter(calls, heat(true), { now: clock.now() })
  await until('24T09:55')
  expect([orderOf('O-1')?.state, frames()]).toEqual(['armed', 0])
  expect(orderOf('O-1')?.because?.text).toMatch(/^DECLARED: heat is declared/)
  enter(calls, heat(false), { now: clock.now() })
  await until('24T10:10')
  expect([orderOf('O-1')?.state, frames()]).toEqual(['confirmed', 1])
  await close()
}, 120_000)

test('P-09 no cut leaves by a word that there is no heat which is over before the meter would obey', async () => {
  const { armed, until, orderOf, frames, calls, clock, close } = await whole(HEAT)
  enter(calls, heat(false, '24T09:55'), { now: clock.now() })
  await armed()
  await until('24T09:54')
  expect([orderOf('O-1')?.state, frames()]).toEqual(['armed', 0])
  expect(orderOf('O-1')?.because?.text).toMatch(/^DECLARED_UNKNOWN/)
  enter(calls, heat(false), { now: clock.now() })
  await until('24T10:05')
  expect([orderOf('O-1')?.state, frames()]).toEqual(['confirmed', 1])
  await close()
}, 120_000)

test('P-09 PR-63 heat that is declared keeps back a cut that is written down and has not left', async () => {
  const declared: { now: () => unknown } = { now: () => undefined }
  const bench = await whole(HEAT, () => declared.now())
  const { armed, until, orderOf, frames, calls, clock, store, once, close } = bench
  enter(calls, heat(false), { now: clock.now() })
  await armed()
  declared.now = () =>
    store.safeguard({
      ...{ now: clock.now(), by: 'weather', once: once(), act: heat(true) },
      caller: { actor: 'weather', scope: 'billing', address: '192.0.2.9' },
    })
  await until('24T10:00')
  expect([orderOf('O-1')?.state, orderOf('O-1')?.attempts, frames()]).toEqual(['not-sent', 1, 0])
  await close()
}, 120_000)

test('PR-50 a rehearsal goes through everything but the frame', async () => {
  const { until, armed, orderOf, frames, close } = await whole({ isRehearsal: true })
  await armed()
  await until('24T10:00')
  expect([orderOf('O-1')?.state, frames()]).toEqual(['rehearsed', 0])
  await close()
}, 120_000)

test('PR-50 where it is rehearsed by now nobody is cut by what was approved before, and who was cut has light all the same', async () => {
  const before = await whole()
  await before.armed()
  before.rehearse()
  await before.until('24T10:00')
  expect([before.orderOf('O-1')?.state, before.frames()]).toEqual(['rehearsed', 0])
  await before.close()

  const { ask, until, armed, orderOf, frames, rehearse, NEW, close } = await whole()
  await armed()
  await until('24T10:10')
  expect(orderOf('O-1')?.state).toBe('confirmed')
  rehearse()
  const restore = { kind: 'restore', id: 'R-1', intended: 'close-allowed', cause: 'asked' } as const
  await ask('li', { ...restore, ...NEW, confirmation: null })
  await until('24T10:12')
  expect([orderOf('R-1')?.state, frames()]).toEqual(['close-allowed', 2])
  await close()
}, 120_000)

test('PR-63 a payment before the frame takes the cut back in its own transaction, and nothing is to be restored', async () => {
  const { pay, until, armed, orderOf, frames, all, close } = await whole()
  await armed()
  await until('24T09:49')
  await pay()
  expect(orderOf('O-1')).toMatchObject({ state: 'withdrawn', because: { code: 'PAID' } })
  await until('24T10:30')
  expect([all().length, frames()]).toEqual([1, 0])
  await close()
}, 120_000)

test('PR-57 whose identity, register or line is not known is not cut, and told why', async () => {
  const { ask, NEW, close } = await whole({ meters: new Map() })
  expect(await ask('li', { kind: 'cut', id: 'O-1', ...NEW })).toMatchObject({ code: 'ASK_UNKNOWN' })
  await close()
})

test('PR-66 a file of the kill switch that leads nowhere stops cuts all the same', async () => {
  const { directory, armed, until, orderOf, frames, close } = await whole()
  await armed()
  symlinkSync('nowhere', join(directory, STOP_FILE))
  await until('24T10:10')
  expect([orderOf('O-1')?.attempts, frames()]).toEqual([0, 0])
  await close()
}, 120_000)

test('PR-64 a payment asks for no second restore where somebody has named another account for the first', async () => {
  const { ask, pay, until, armed, orderOf, all, close } = await whole()
  await armed()
  await until('24T10:10')
  expect(orderOf('O-1')?.state).toBe('confirmed')
  const other = { account: '0002', meter: 'm0001', reason: 'seen dark', ticket: null, batch: null }
  const how = { intended: 'close-allowed', cause: 'asked', confirmation: null } as const
  await ask('li', { kind: 'restore', id: 'O-2', ...other, ...how })
  await pay()
  expect(all().map(({ id }) => id)).toEqual(['O-1', 'O-2'])
  await close()
}, 120_000)

test('P-15 P-18 two people say that who paid has light, and are wrong: the meter is seen open, and somebody is sent there in time', async () => {
  const { restarted, ask, pay, until, armed, orderOf, isOpen, all, close } = await whole()
  await armed()
  await until('24T10:10')
  expect([orderOf('O-1')?.state, isOpen()]).toEqual(['confirmed', true])
  // The meter refuses without a password.
  await restarted({}, { authorityOf: () => null })
  await pay()
  const id = all().at(-1)?.id ?? ''
  const resolve = { kind: 'resolve', order: id, as: 'executed', how: 'the customer says so' } as const
  expect(await ask('li', resolve)).toMatchObject({
    ...{ state: 'requested', because: { code: 'TOLD_BY_PERSON' } },
  })
  expect((await ask('chief', resolve)).state).toBe('restored')
  await until('24T10:12')
  expect(orderOf(id)).toMatchObject({ state: 'not-sent', told: null })
  await until('24T10:41')
  expect([isOpen(), all().at(-1)]).toMatchObject([true, { fieldOrderAt: at('24T10:40') + 1_000 }])
  await close()
}, 120_000)
