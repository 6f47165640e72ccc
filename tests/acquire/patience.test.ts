import { describe, expect, test } from 'vitest'
import { type Companion, createPatience, createSilentBudget } from '../../src/acquire/patience.ts'
import { HOUR, MINUTE, SECOND } from '../../src/core/time.ts'
import { virtualClock } from '../support/virtual-clock.ts'

/** Another meter of the line, due after so long. */
const other = (inMs: number): Companion => ({
  ledger: { nextAt: now => now + inMs },
  patience: { isSilent: false },
})
const WANTED = () => [other(0)]
const FAULT = { code: 'LINE_SILENT' as const, text: 'm1 did not answer' }

describe('patience with a silent meter', () => {
  test('PR-42 it is asked ever more rarely, and at once again when it answers', async () => {
    const clock = virtualClock()
    await clock.pass(HOUR)
    const patience = createPatience(clock, createSilentBudget(clock, WANTED))
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

  test('PR-34 a stop of the process while it was asked does not count against it, once in a row', () => {
    const clock = virtualClock()
    const patience = createPatience(clock, createSilentBudget(clock, WANTED))
    patience.unanswered(clock.now(), null, FAULT)
    expect(patience.isSilent).toBe(false)
    expect(patience.mayAsk()).toBe(true)
    patience.unanswered(clock.now(), null, FAULT)
    expect(patience.isSilent).toBe(true)
    expect(patience.mayAsk()).toBe(false)
    patience.answered(clock.now())
    patience.unanswered(clock.now(), null, FAULT)
    expect(patience.isSilent).toBe(false)
  })

  test('a meter that answers and tells no value is asked as ever, and its fault is told', async () => {
    const clock = virtualClock()
    const patience = createPatience(clock, createSilentBudget(clock, WANTED))
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

  test.each<[string, () => readonly Companion[], number]>([
    ['a fiftieth of its time while others want it', WANTED, 0.02],
    ['a tenth while nobody else wants it', () => [other(MINUTE)], 0.1],
  ])('PR-42 all silent meters of a line together use %s', async (_, others, share) => {
    const clock = virtualClock()
    const budget = createSilentBudget(clock, others)
    const meters = Array.from({ length: 40 }, () => createPatience(clock, budget))
    for (const meter of meters) meter.unanswered(clock.now(), 3 * SECOND, FAULT)
    await clock.pass(HOUR)
    let spentMs = 0
    for (let passed = 0; passed < HOUR; passed += SECOND) {
      await clock.pass(SECOND)
      const meter = meters.find(one => one.mayAsk())
      if (!meter) continue
      spentMs += 3 * SECOND
      meter.unanswered(clock.now(), 3 * SECOND, FAULT)
    }
    // Ten minutes' worth was saved up before.
    expect(spentMs / HOUR).toBeLessThanOrEqual(share * (7 / 6) + 0.001)
    expect(spentMs / HOUR).toBeGreaterThan(share * 0.9)
  })

  test('PR-42 where no other meter answers only its own pauses count', async () => {
    const clock = virtualClock()
    const patience = createPatience(
      clock,
      createSilentBudget(clock, () => []),
    )
    for (let tries = 0; tries < 4; tries += 1) {
      patience.unanswered(clock.now(), 90 * SECOND, FAULT)
      await clock.pass(patience.notBefore - clock.monotonic())
      expect(patience.mayAsk()).toBe(true)
    }
  })

  test('PR-42 quiet weeks are not saved up for one long search', async () => {
    const clock = virtualClock()
    const budget = createSilentBudget(clock, WANTED)
    await clock.pass(30 * 24 * HOUR)
    let spentMs = 0
    for (; budget.allows(); spentMs += SECOND) budget.spend(SECOND)
    expect(spentMs).toBeLessThanOrEqual(15 * SECOND)
  })
})
