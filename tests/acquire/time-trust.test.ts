import { describe, expect, test } from 'vitest'
import { createTimeTrust } from '../../src/acquire/time-trust.ts'
import { silentLog } from '../../src/core/log.ts'
import { DAY, HOUR, MINUTE, SECOND } from '../../src/core/time.ts'
import { virtualClock } from '../support/virtual-clock.ts'

const NOW = Date.UTC(2026, 10, 21, 4)

function bench(recordedAt: number | null, startsAt = NOW, uptimeMs = 0) {
  const clock = virtualClock(startsAt)
  const doubted: { reading: number; receivedAfter: number }[] = []
  const said: string[] = []
  const trust = createTimeTrust({
    clock,
    offsetMinutes: 480,
    uptimeMs,
    lastKept: recordedAt === null ? null : { reading: 70, recordedAt },
    log: { ...silentLog, warn: (_, text) => said.push(text), error: (_, text) => said.push(text) },
    store: {
      doubtPolls: async (reading, receivedAfter) => {
        doubted.push({ reading, receivedAfter })
        return 1
      },
    },
    broken: error => {
      throw error
    },
  })
  return { clock, trust, doubted, said }
}

describe('PR-31 trust in our own clock', () => {
  test('a box that boots in 1970, or before what it kept last, is not believed until the clock is set', async () => {
    for (const startsAt of [0, NOW - HOUR]) {
      const { clock, trust, doubted } = bench(NOW, startsAt)
      expect(trust.trusted).toBe(false)
      clock.step(NOW + MINUTE - startsAt)
      trust.look()
      expect(trust.trusted).toBe(true)
      // What was read meanwhile was held apart; what was kept before stands.
      expect(doubted.every(({ reading }) => reading === 70)).toBe(true)
    }
  })

  test('what a last life stamped ahead is in doubt once the clock has come up to it by itself', async () => {
    const { clock, trust, doubted } = bench(NOW, NOW - HOUR)
    expect(trust.trusted).toBe(false)
    await clock.pass(30 * MINUTE)
    trust.look()
    expect(doubted).toEqual([])
    await clock.pass(30 * MINUTE)
    trust.look()
    expect(trust.trusted).toBe(true)
    expect(doubted).toEqual([{ reading: 0, receivedAfter: NOW - HOUR }])
    await clock.pass(HOUR)
    trust.look()
    expect(doubted).toHaveLength(1)
  })

  test('A-06 an empty store believes any clock of this century, but not 1970', () => {
    expect(bench(null).trust.trusted).toBe(true)
    expect(bench(null, 0).trust.trusted).toBe(false)
  })

  test('a clock set back by mistake and put right soon after: what it stamped meanwhile is in doubt', async () => {
    const { clock, trust, doubted } = bench(NOW - MINUTE)
    await clock.pass(5 * HOUR)
    trust.look()
    clock.step(-HOUR)
    trust.look()
    const setTo = clock.now()
    await clock.pass(10 * MINUTE)
    trust.look()
    clock.step(HOUR)
    trust.look()
    expect(doubted).toEqual([
      { reading: 70, receivedAfter: setTo },
      { reading: 70, receivedAfter: setTo - 1 },
    ])
    expect(trust.steps).toBe(2)
  })

  test('a clock that was ahead and is put back: what it stamped ahead is in doubt, and reading goes on', async () => {
    const { clock, trust, doubted, said } = bench(NOW - MINUTE, NOW + 8 * HOUR)
    expect(trust.trusted).toBe(true)
    await clock.pass(MINUTE)
    trust.look()
    clock.step(-8 * HOUR)
    trust.look()
    expect(doubted).toEqual([{ reading: 70, receivedAfter: clock.now() }])
    expect(trust.trusted).toBe(true)
    expect(said[0]).toContain('our clock was set from')
  })

  test('a box that boots behind and is put forward soon: what it stamped is in doubt', async () => {
    const { clock, trust, doubted } = bench(NOW - 40 * DAY, NOW - 30 * DAY)
    await clock.pass(MINUTE)
    trust.look()
    clock.step(30 * DAY)
    trust.look()
    expect(doubted).toEqual([{ reading: 70, receivedAfter: 0 }])
  })

  test('PR-30 passing time, however long, is no step; nor are corrections below two seconds', async () => {
    const { clock, trust, doubted, said } = bench(NOW - MINUTE)
    for (const ms of [DAY, 40 * DAY, SECOND]) {
      await clock.pass(ms)
      clock.step(1_900)
      trust.look()
    }
    expect([doubted, said]).toEqual([[], []])
  })

  test('a believed clock that leaps is not believed until it is put back, stands an hour, or a person vouches for it', async () => {
    const leap = () => {
      const scene = bench(NOW - MINUTE, NOW, 30 * DAY)
      scene.clock.step(74 * 365 * DAY)
      scene.trust.look()
      expect(scene.trust.trusted).toBe(false)
      return scene
    }
    const putBack = leap()
    await putBack.clock.pass(MINUTE)
    putBack.clock.step(-HOUR)
    putBack.trust.look()
    expect(putBack.trust.trusted).toBe(false)
    putBack.clock.step(HOUR - 74 * 365 * DAY)
    putBack.trust.look()
    expect(putBack.trust.trusted).toBe(true)

    const stood = leap()
    await stood.clock.pass(HOUR - MINUTE)
    stood.trust.look()
    expect(stood.trust.trusted).toBe(false)
    await stood.clock.pass(MINUTE)
    stood.trust.look()
    expect(stood.trust.trusted).toBe(true)

    const vouched = leap()
    vouched.trust.trust()
    expect(vouched.trust.trusted).toBe(true)
    expect(vouched.doubted.at(-1)).toEqual({ reading: 0, receivedAfter: vouched.clock.now() })
  })

  test('a start at the right time after a life in 2100 that was believed is vouched for by a person', () => {
    const { trust, clock, doubted } = bench(NOW + 74 * 365 * DAY, NOW, 30 * DAY)
    expect(trust.trusted).toBe(false)
    trust.trust()
    expect(trust.trusted).toBe(true)
    expect(doubted).toEqual([{ reading: 0, receivedAfter: clock.now() }])
  })

  test('seconds set by a time service are no leap', () => {
    const { clock, trust } = bench(NOW - MINUTE, NOW, 30 * DAY)
    for (const ms of [20, -20, 50]) {
      clock.step(ms * SECOND)
      trust.look()
      expect(trust.trusted).toBe(true)
    }
  })
})
