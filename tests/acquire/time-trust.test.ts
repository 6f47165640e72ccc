import { describe, expect, test } from 'vitest'
import { createTimeTrust } from '../../src/acquire/time-trust.ts'
import { silentLog } from '../../src/core/log.ts'
import { DAY, HOUR, MINUTE, SECOND } from '../../src/core/time.ts'
import { virtualClock } from '../support/virtual-clock.ts'

const NOW = Date.UTC(2026, 10, 21, 4)

function bench(recordedAt: number | null, startsAt = NOW) {
  const clock = virtualClock(startsAt)
  const doubted: { reading: number; receivedAfter: number }[] = []
  const said: string[] = []
  const trust = createTimeTrust({
    clock,
    offsetMinutes: 480,
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
})
