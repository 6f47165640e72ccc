/** The executor in virtual time: one errand at a time on a line, restores first, no frame that is forbidden, none twice. */

import { describe, expect, test } from 'vitest'
import { HOUR, SECOND } from '../../src/core/time.ts'
import { type BillingRule, type BillingWord, billingWord } from '../../src/supply/order/billing.ts'
import type { Desk } from '../../src/supply/order/desk.ts'
import { finalCheck } from '../../src/supply/order/final-check.ts'
import type { Look } from '../../src/supply/order/look.ts'
import { next } from '../../src/supply/order/next.ts'
import type { Cut, Order } from '../../src/supply/order/order.ts'
import { isStanding } from '../../src/supply/order/request.ts'
import { wakesAt } from '../../src/supply/order/wakes.ts'
import type { Billing, OrderStore } from '../../src/supplying/ports.ts'
import { createSupplying } from '../../src/supplying/supplying.ts'
import { cutIn, LOOK, NOW, POLICY, restoreIn, STANDING } from '../supply/order/cases.ts'
import { factsAt } from '../supply/policy/cases.ts'
import { virtualClock } from '../support/virtual-clock.ts'

const HERE = { balance: 'here', statedAt: null, owed: { digits: 128n, scaler: 0 } } as const
const DARK: Partial<Look> = { isOpen: true, isOpenCommanded: true, hasLoad: false }

const standing = (now: number) => ({ ...STANDING, facts: factsAt(now) })

/** Each look takes a second, each frame two; `before` is called with what is about to be done, and may throw. */
function bench(
  all: readonly Order[],
  before: (doing: string) => void = () => undefined,
  billing: Billing | null = null,
) {
  const rule: BillingRule = { way: billing ? 'asked' : 'ledger' }
  const clock = virtualClock(NOW, 2)
  const orders = new Map(all.map(order => [order.id, order]))
  const done: string[] = []
  const wrong: string[] = []
  const underWay = new Map<string, number>()
  const order = (id: string) => orders.get(id) as Order
  const store: OrderStore = {
    open: async () => [...orders.values()].filter(isStanding),
    due: async () => [...orders.values()].filter(one => (wakesAt(one) ?? Number.NaN) <= clock.now()),
    async step(id, event) {
      before(`${event.type} ${id}`)
      const stepped = next(order(id), event, clock.now())
      if ('order' in stepped) orders.set(id, stepped.order)
      return stepped
    },
    async send(id, { look, billing, deadline }) {
      const now = clock.now()
      const word = billingWord(rule, { answer: billing, ...HERE }, now)
      const check = finalCheck(POLICY, order(id) as Cut, { ...standing(now), billing: word }, look, now)
      return store.step(id, { type: 'send', check, deadline })
    },
  }
  const looks = new Map<string, Partial<Look> | null>()
  const desk: Desk = {
    async held(meter, urgency, work) {
      const { line } = [...orders.values()].find(one => one.meter === meter) as Order
      const now = (underWay.get(line) ?? 0) + 1
      underWay.set(line, now)
      if (now > 1) wrong.push(`two on ${line}`)
      before(`held ${meter}`)
      try {
        return await work({
          async look() {
            await clock.sleep(SECOND)
            done.push(`${urgency} look ${meter}`)
            const look = looks.get(meter)
            return look === null ? null : { ...LOOK, ...look, at: clock.now() }
          },
          whyNot: () => null,
          async order(released) {
            before(`frame ${released.order}`)
            if (!released.mayLeave()) return { outcome: 'not-sent', text: 'forbidden', look: null }
            done.push(`${released.intended} ${released.order}`)
            await clock.sleep(2 * SECOND)
            return { outcome: 'accepted', text: '', look: null }
          },
        })
      } finally {
        underWay.set(line, 0)
      }
    },
  }
  const told: string[] = []
  const supplying = createSupplying({
    store,
    desk,
    billing,
    clock,
    isTimeTrusted: () => true,
    tell: text => told.push(text),
    tellField: text => told.push(text),
  })
  return { clock, orders, order, done, wrong, told, looks, supplying }
}

const armed = (id: string, more: Partial<Cut> = {}) => cutIn('armed', { id, dueAt: NOW, ...more })
const restore = (id: string, meter: string, line: string) => restoreIn('requested', { id, meter, line })

describe('PR-58 PR-63 PR-64 the executor', () => {
  test('with a disk that is full it starts, meters that answer end nothing, and it goes on when there is room', async () => {
    const disk = { isFull: true }
    const { supplying, clock, done, told, looks, orders } = bench([restore('r1', 'm1', 'l1')], doing => {
      if (disk.isFull && !doing.startsWith('held')) throw new Error('no room')
    })
    looks.set('m1', DARK)
    await supplying.start()
    await supplying.reachable('m1')
    expect(told).toEqual(['order r1', 'order r1'])
    disk.isFull = false
    await clock.pass(30 * SECOND)
    expect(done).toContain('close-allowed r1')
    expect(orders.get('r1')?.attempts).toBe(1)
    await supplying.stop()
  })

  test('one errand at a time on a line, restores first, other lines beside it', async () => {
    const { supplying, clock, done, wrong, looks } = bench([
      armed('o1'),
      restore('r2', 'm2', 'l1'),
      restore('r3', 'm3', 'l2'),
    ])
    for (const meter of ['m2', 'm3']) looks.set(meter, DARK)
    await supplying.start()
    await clock.pass(2 * SECOND)
    expect(done).toEqual(expect.arrayContaining(['restore look m2', 'restore look m3']))
    expect(done).not.toContain('cut look m1')
    await clock.pass(9 * SECOND)
    await supplying.stop()
    expect(done).toEqual(expect.arrayContaining(['close-allowed r2', 'close-allowed r3']))
    expect(done.indexOf('open o1')).toBeGreaterThan(done.indexOf('close-allowed r2'))
    expect([wrong, done.filter(what => what === 'open o1').length]).toEqual([[], 1])
  })

  test('what is forbidden after it was written down does not leave', async () => {
    const { supplying, clock, done, order } = bench([armed('o1')], doing => {
      if (doing === 'frame o1') supplying.forbid(({ account }) => account === '000481')
    })
    await supplying.start()
    await clock.pass(4 * SECOND)
    expect(done).toEqual(['cut look m1'])
    expect([order('o1').state, order('o1').because?.code]).toEqual(['not-sent', 'NOT_ONE_BYTE'])
  })

  test('nor does a cut whose clock was set since the look; a restore leaves all the same', async () => {
    const { supplying, clock, done, order, looks } = bench([armed('o1')], doing => {
      if (doing === 'frame o1') clock.step(HOUR)
    })
    looks.set('m2', DARK)
    await supplying.start()
    await clock.pass(4 * SECOND)
    expect([done, order('o1').state]).toEqual([['cut look m1'], 'not-sent'])
    const forbidden = bench([restore('r1', 'm1', 'l1')], doing => {
      if (doing === 'frame r1') forbidden.supplying.forbid(() => true)
    })
    forbidden.looks.set('m1', DARK)
    await forbidden.supplying.start()
    await forbidden.clock.pass(4 * SECOND)
    expect(forbidden.done).toContain('close-allowed r1')
  })

  test('where the answer cannot be written the order is looked for, and not sent again', async () => {
    const { supplying, clock, done, told, order } = bench([armed('o1')], doing => {
      if (doing === 'answered o1') throw new Error('the disk is full')
    })
    await supplying.start()
    await clock.pass(60 * SECOND)
    expect(told).toEqual(['order o1'])
    expect(done.filter(what => what === 'open o1')).toEqual(['open o1'])
    expect([order('o1').state, done.includes('look look m1')]).toEqual(['sending', true])
  })

  test('PR-65 where sending cannot be written nothing leaves', async () => {
    const { supplying, clock, done } = bench([armed('o1')], doing => {
      if (doing === 'send o1') throw new Error('the disk is full')
    })
    await supplying.start()
    await clock.pass(10 * SECOND)
    expect(done).toEqual(['cut look m1'])
  })

  test('P-15 a meter that is heard again is asked at once', async () => {
    const { supplying, clock, done, looks, order } = bench([restore('r1', 'm1', 'l1')])
    looks.set('m1', null)
    await supplying.start()
    await clock.pass(3 * 60 * SECOND)
    const before = done.length
    looks.set('m1', DARK)
    await clock.pass(5 * SECOND)
    expect([order('r1').state, done.length]).toEqual(['not-sent', before])
    await supplying.reachable('m1')
    await clock.pass(5 * SECOND)
    expect(done).toContain('close-allowed r1')
  })

  test('no way to a meter: a restore is tried again, a cut checked again', async () => {
    const { supplying, clock, order } = bench(
      [restore('r1', 'm1', 'l1'), armed('o2', { meter: 'm2' })],
      doing => {
        if (doing.startsWith('held')) throw new Error('the line is closed')
      },
    )
    await supplying.start()
    await clock.pass(5 * SECOND)
    expect(order('r1')).toMatchObject({ state: 'not-sent', because: { text: 'the line is closed' } })
    expect(order('o2')).toMatchObject({ state: 'armed', attempts: 0 })
  })

  test('a line that is lost while a cut is checked costs a minute, not a second each, and the order says why', async () => {
    const asked: string[] = []
    let isLost: boolean | null = null
    const { supplying, clock, order, done } = bench([armed('o1')], doing => {
      if (doing === 'send o1') isLost ??= true
      if (isLost && doing.startsWith('held')) asked.push(doing)
      if (isLost && !doing.startsWith('unreached')) throw new Error('the line is closed')
    })
    await supplying.start()
    await clock.pass(5 * SECOND)
    expect(order('o1').state).toBe('checking')
    await clock.pass(5 * 60 * SECOND)
    expect(order('o1')).toMatchObject({
      state: 'armed',
      because: { code: 'METER_SILENT', text: 'the line is closed' },
    })
    expect([asked.length <= 6, done]).toEqual([true, ['cut look m1']])
    isLost = false
    await clock.pass(70 * SECOND)
    expect(done.filter(what => what === 'open o1')).toEqual(['open o1'])
  })

  test('what was being sent when the program ended is looked for, in the next run', async () => {
    const { supplying, clock, order, done } = bench([
      cutIn('sending', { id: 'o1' }),
      cutIn('checking', { id: 'o2', meter: 'm2', line: 'l2' }),
    ])
    await supplying.start()
    expect([order('o1').state, order('o2').state]).toEqual(['unconfirmed', 'armed'])
    await clock.pass(8 * SECOND)
    expect(done.filter(what => what === 'open o1')).toEqual([])
    expect(done).toContain('look look m1')
  })

  test('P-15 an order that cannot be carried further keeps no other from its light, neither at the start nor later', async () => {
    const { supplying, clock, done, told, looks } = bench(
      [cutIn('unconfirmed', { id: 'o1', meter: 'm2', line: 'l2' }), restore('r1', 'm1', 'l1')],
      doing => {
        if (doing === 'restarted o1' || doing === 'time o1') throw new Error('the row is damaged')
      },
    )
    looks.set('m1', DARK)
    await supplying.start()
    await clock.pass(20 * 60 * SECOND)
    expect(done).toContain('close-allowed r1')
    expect(told).toContain('order o1')
  })

  test('PR-51 PR-53 a clock that was set withdraws what waits, also where that can be written only later', async () => {
    let isFull = true
    const { supplying, clock, done, order } = bench([armed('o1', { dueAt: NOW + 5 * SECOND })], doing => {
      if (doing === 'clock-stepped o1' && isFull) throw new Error('the disk is full')
    })
    await supplying.start()
    clock.step(3 * SECOND)
    await clock.pass(10 * SECOND)
    expect([order('o1').state, done]).toEqual(['armed', []])
    isFull = false
    await clock.pass(2 * SECOND)
    expect([order('o1').state, order('o1').because?.code, done]).toEqual(['withdrawn', 'CLOCK_STEPPED', []])
  })

  test('a meter that is heard costs nobody anything, where its restore cannot be written', async () => {
    const { supplying, clock, told, looks } = bench([restore('r1', 'm1', 'l1')], doing => {
      if (doing === 'reachable r1') throw new Error('the disk is full')
    })
    looks.set('m1', null)
    await supplying.start()
    await clock.pass(3 * SECOND)
    await supplying.reachable('m1')
    expect(told).toEqual(['order r1'])
  })

  const says = (word: BillingWord['says']) => ({ says: word, by: 'billing', text: '' })

  test('P-07 billing is asked before the line is taken: where it is slow restores of the line go on, and an answer comes too late', async () => {
    const asked: number[] = []
    const waiting: ((word: BillingWord) => void)[] = []
    const slow: Billing = {
      ask: () => {
        asked.push(0)
        return new Promise(resolve => waiting.push(resolve))
      },
    }
    const cuts = Array.from({ length: 12 }, (_, n) => armed(`c${n}`, { meter: `c${n}`, line: `l${n}` }))
    const all = [...cuts, restore('r1', 'm9', 'l1')]
    const { supplying, clock, done, order, looks } = bench(all, undefined, slow)
    looks.set('m9', DARK)
    await supplying.start()
    await clock.pass(10 * SECOND)
    expect(done).toContain('close-allowed r1')
    expect(done.filter(what => what.startsWith('cut'))).toEqual([])
    // No more at once than billing can bear.
    expect(asked.length).toBe(8)
    await clock.pass(60 * SECOND)
    for (const answer of waiting) answer({ ...says('unpaid'), at: NOW })
    await clock.pass(5 * SECOND)
    expect(done.filter(what => what.startsWith('open'))).toEqual([])
    expect(order('c0').state).toBe('armed')
  })

  test('P-07 of a line billing is asked about one cut at a time', async () => {
    const asked: string[] = []
    const billing: Billing = {
      async ask({ id }) {
        asked.push(id)
        await clock.sleep(SECOND)
        return { ...says('unpaid'), at: clock.now() }
      },
    }
    const cuts = ['o1', 'o2', 'o3'].map((id, place) => armed(id, { meter: `m${place}` }))
    const { supplying, clock, done } = bench(cuts, undefined, billing)
    await supplying.start()
    await clock.pass(2 * SECOND)
    expect(asked).toEqual(['o1'])
    await clock.pass(20 * SECOND)
    expect(asked).toEqual(['o1', 'o2', 'o3'])
    expect(done.filter(what => what.startsWith('open'))).toEqual(['open o1', 'open o2', 'open o3'])
  })

  test.each([
    ['paid', 'withdrawn', /^BILLING_SAYS_PAID/, []],
    [null, 'armed', /^BILLING_SILENT/, []],
    ['unpaid', 'sending', undefined, ['cut look m1', 'open o1']],
  ] as const)('P-07 billing says %s: %s', async (word, state, why, does) => {
    const billing: Billing = { ask: async () => ({ ...says(word), at: clock.now() }) }
    const { supplying, clock, done, order } = bench([armed('o1')], undefined, billing)
    await supplying.start()
    await clock.pass(5 * SECOND)
    expect(done.slice(0, 2)).toEqual(does)
    expect(order('o1')).toMatchObject({ state, billing: { says: word, by: 'billing' } })
    if (why) expect(order('o1').because?.text).toMatch(why)
  })

  test('P-07 a question that breaks is silence, and is asked again; an answer is of one attempt', async () => {
    let asked = 0
    const billing: Billing = {
      ask: async () => {
        asked += 1
        if (asked === 1) throw new Error('broken')
        return { ...says(asked === 2 ? null : 'unpaid'), at: clock.now() }
      },
    }
    const { supplying, clock, done, order } = bench([armed('o1')], undefined, billing)
    await supplying.start()
    await clock.pass(5 * SECOND)
    expect(order('o1').because?.text).toMatch(/BILLING_SILENT: billing: broken/)
    await clock.pass(62 * SECOND)
    expect([asked, done]).toEqual([2, []])
    await clock.pass(65 * SECOND)
    expect([asked, done.includes('open o1')]).toEqual([3, true])
  })

  test('P-07 a frame whose answer of billing grew older than a minute does not leave', async () => {
    const billing: Billing = { ask: async () => ({ ...says('unpaid'), at: clock.now() }) }
    const { supplying, clock, done, order } = bench(
      [armed('o1')],
      doing => {
        // What is asked of billing and what the meter tells are of different ages.
        if (doing === 'held m1') clock.stop(15 * SECOND)
        if (doing === 'frame o1') clock.stop(47 * SECOND)
      },
      billing,
    )
    await supplying.start()
    for (let seconds = 0; seconds < 8; seconds++) await clock.pass(SECOND)
    expect([done, order('o1').state]).toEqual([['cut look m1'], 'not-sent'])
  })

  test('P-15 restores ask nobody', async () => {
    const billing: Billing = { ask: async () => expect.unreachable('asked of a restore') }
    const { supplying, clock, done, looks } = bench([restore('r1', 'm1', 'l1')], undefined, billing)
    looks.set('m1', DARK)
    await supplying.start()
    await clock.pass(8 * SECOND)
    expect(done).toContain('close-allowed r1')
  })

  test('P-15 that somebody has to drive there is told once, and trying goes on', async () => {
    const { supplying, clock, told, order } = bench([restore('r1', 'm1', 'l1')], doing => {
      if (doing.startsWith('held')) throw new Error('the line is closed')
    })
    await supplying.start()
    await clock.pass(29 * 60 * SECOND)
    expect(told).toEqual([])
    await clock.pass(40 * 60 * SECOND)
    expect([told, order('r1').state]).toEqual([[expect.stringContaining('drive to meter m1')], 'not-sent'])
  })
})
