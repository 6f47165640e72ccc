import { describe, expect, test } from 'vitest'
import { createPatience, createSilentBudget } from '../../src/acquire/patience.ts'
import { HOUR, MINUTE, SECOND } from '../../src/core/time.ts'
import { virtualClock } from '../support/virtual-clock.ts'

const FAULT = { code: 'LINE_SILENT' as const, text: 'm1 did not answer' }

describe('patience with a silent meter', () => {
  test('PR-42 it is asked ever more rarely, and at once again when it answers', async () => {
    const clock = virtualClock()
    await clock.pass(HOUR)
    const patience = createPatience(clock, createSilentBudget(clock))
    const pauses: number[] = []
    for (let tries = 0; tries < 12; tries++) {
      patience.unanswered(clock.now(), 0, FAULT)
      pauses.push(patience.notBefore - clock.monotonic())
      expect(patience.mayAsk()).toBe(false)
      await clock.pass(patience.notBefore - clock.monotonic())
      expect(patience.mayAsk()).toBe(true)
    }
    expect(pauses.slice(0, 4)).toEqual([5 * SECOND, 10 * SECOND, 20 * SECOND, 40 * SECOND])
    expect(Math.max(...pauses)).toBe(15 * MINUTE)
    expect(patience.status('m1', null).state).toBe('silent')
    patience.answered(clock.now())
    expect(patience.mayAsk()).toBe(true)
    expect(patience.status('m1', null)).toMatchObject({ state: 'ok', fault: null })
  })

  test('a meter that answers and tells no value is asked as ever, and its fault is told', async () => {
    const clock = virtualClock()
    const patience = createPatience(clock, createSilentBudget(clock))
    patience.answered(clock.now(), FAULT)
    expect(patience.mayAsk()).toBe(true)
    expect(patience.notBefore).toBe(Number.NEGATIVE_INFINITY)
    expect(patience.status('m1', null)).toMatchObject({
      state: 'failing',
      fault: FAULT,
      answered: 1,
      unanswered: 0,
    })
    patience.answered(clock.now())
    expect(patience.status('m1', null)).toMatchObject({ state: 'ok', fault: null })
  })

  test('PR-42 all silent meters of a line together use a fiftieth of its time', async () => {
    const clock = virtualClock()
    const budget = createSilentBudget(clock)
    const meters = Array.from({ length: 6 }, () => createPatience(clock, budget))
    for (const meter of meters) meter.unanswered(clock.now(), 3 * SECOND, FAULT)
    let spentMs = 0
    for (let passed = 0; passed < HOUR; passed += SECOND) {
      await clock.pass(SECOND)
      const meter = meters.find(one => one.mayAsk())
      if (!meter) continue
      spentMs += 3 * SECOND
      meter.unanswered(clock.now(), 3 * SECOND, FAULT)
    }
    expect(spentMs / HOUR).toBeLessThanOrEqual(0.021)
    expect(spentMs).toBeGreaterThan(0)
  })

  test('PR-42 quiet weeks are not saved up for one long search', async () => {
    const clock = virtualClock()
    const budget = createSilentBudget(clock)
    await clock.pass(30 * 24 * HOUR)
    let spentMs = 0
    for (; budget.allows(); spentMs += SECOND) budget.spend(SECOND)
    expect(spentMs).toBeLessThanOrEqual(15 * SECOND)
  })
})
