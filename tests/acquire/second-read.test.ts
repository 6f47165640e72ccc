/** What goes on bills is asked for twice, through the poller, the line and the drivers, of simulated meters. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { MeterConfig } from '../../src/config/config.ts'
import type { Clock } from '../../src/core/clock.ts'
import { silentLog } from '../../src/core/log.ts'
import { seededRandom } from '../../src/core/random.ts'
import { formatScaled } from '../../src/core/scaled.ts'
import { DAY, HOUR, MINUTE, SECOND } from '../../src/core/time.ts'
import type { ValidatedReading } from '../../src/reading/reading.ts'
import { isWitnessed } from '../../src/reading/rules/witness.ts'
import { KEPT_FOR } from '../../src/reading/worth.ts'
import type { Round } from '../../src/store/store.ts'
import { openStore } from '../../src/store/thread.ts'
import { rounds as times } from '../support/rounds.ts'
import { virtualClock } from '../support/virtual-clock.ts'
import { OFFSET_MINUTES, read, unseenBySum } from '../support/wire-bench.ts'

const SINGLE = 'dlt645-2007-single-phase'
const MIDNIGHT = Date.UTC(2026, 10, 21, 16)
const STARTS = MIDNIGHT + 20 * MINUTE
/** Bytes up to the values of a frame, with what wakes its receiver. */
const BEFORE_VALUES = 4 + 14

/** Anywhere, or so that what was a number is one still: that alone can become a reading. */
function damaged(reply: Uint8Array, choose: (most: number) => number): Uint8Array {
  const digits = /^(\d\d)*$/
  const values = (frame: Uint8Array) =>
    hex(frame.subarray(BEFORE_VALUES, -2).map(byte => (byte - 0x33) & 0xff))
  for (let tries = choose(4) * 100; tries > 0; tries -= 1) {
    const other = unseenBySum(reply, choose, BEFORE_VALUES)
    if (digits.test(values(other)) && other.at(-2) === reply.at(-2)) return other
  }
  return unseenBySum(reply, choose)
}
const LIMITS = { maxBytes: 1e9, keep: KEPT_FOR, offsetMinutes: OFFSET_MINUTES }
const NIGHT = { profile: SINGLE, startsAt: STARTS, forMs: MINUTE }
const readingsOf = (rounds: readonly Round[]) => rounds.flatMap(({ readings }) => readings)
const told = ({ obis, slot, value }: ValidatedReading) => `${obis} ${slot} ${formatScaled(value)}`
const hex = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString('hex')

/** A seed's whole numbers below `most`. */
function dice(seed: number): (most: number) => number {
  const random = seededRandom(seed)
  return most => random.integer(most)
}

describe('PR-41 V-W1 a freeze', () => {
  test('is asked for twice, with another question between, and carries both', async () => {
    const { rounds, broken } = await read(NIGHT)
    expect(broken).toEqual([])
    expect(rounds).toHaveLength(3)
    for (const { readings, exchanges } of rounds) {
      expect(readings).toHaveLength(6)
      for (const one of readings) {
        expect(one).toMatchObject({
          quality: 'good',
          findings: [{ rule: 'V-W1', version: 1, verdict: 'accept', severity: 3, codes: [] }],
        })
        const [, nth] = /^said again in exchange (\d+)$/.exec(one.findings[0]?.evidence ?? '') ?? []
        expect(exchanges[Number(nth) - 1]?.outcome).toBe('answered')
        expect(Number(nth) - 1).toBeGreaterThan(one.exchange + 1)
      }
    }
  })

  test('costs one question more for each of its items, where the clock is known', async () => {
    const config = ({ profile }: MeterConfig) => ({
      polls: [{ everyMs: HOUR, points: profile.points.filter(({ obis }) => obis === '0-0:1.0.0') }],
    })
    const { rounds } = await read({ ...NIGHT, startsAt: MIDNIGHT - 20 * MINUTE, forMs: HOUR, config })
    const today = rounds.find(({ readings }) => readings[0]?.slot === MIDNIGHT)
    // Stamp, forward, reverse, stamp; forward and reverse.
    expect(today?.exchanges).toHaveLength(4 + 2)
  })

  test('whatever damage of two bits the sum passes: no wrong value is good and said twice', async () => {
    const honest = await read(NIGHT)
    const truth = new Set(readingsOf(honest.rounds).map(told))
    const { seed, numRuns } = times(1, 60)
    let corrected = 0
    for (let nth = 0; nth < numRuns; nth += 1) {
      const choose = dice(seed + nth)
      // A round asks for stamp, forward, reverse, stamp and clock, then forward and reverse again, and the stamp.
      const hit =
        choose(4) === 0 ? 1 + choose(honest.questions.length) : ([2, 3, 6, 7][choose(4)] ?? 2) + 8 * choose(3)
      const { rounds } = await read({
        ...NIGHT,
        way: (reply, asked) => (asked === hit ? damaged(reply, choose) : reply),
      })
      const readings = readingsOf(rounds)
      for (const one of readings)
        if (one.quality === 'good' && isWitnessed(one.findings))
          expect(truth, `seed ${seed + nth}`).toContain(told(one))
      const evidence = readings.flatMap(({ findings }) => findings.map(each => each.evidence)).join()
      if (/asked three times|asked again at once/.test(evidence)) corrected += 1
    }
    // Most of it some other rule meets; what leaves the sum of the tariffs as it was comes so far.
    expect(corrected).toBeGreaterThan(0)
  }, 120_000)

  test('of three different answers none is the reading, of two the odd one is said', async () => {
    const honest = await read(NIGHT)
    const [first] = readingsOf(honest.rounds)
    /** Adds so much to the last digits of the total. */
    const raised = (reply: Uint8Array, by: number) => {
      const at = hex(reply).indexOf(hex(totalOf(first))) / 2
      if (at < 0 || !Number.isInteger(at)) return reply
      const other = Uint8Array.from(reply)
      other[at] = (other[at] ?? 0) + by
      other[other.length - 2] = (other[other.length - 2] ?? 0) + by
      return other
    }
    const lies = (by: readonly number[]) => {
      let said = 0
      return read({
        ...NIGHT,
        way(reply) {
          const lied = raised(reply, by[said] ?? 0)
          if (hex(reply).includes(hex(totalOf(first)))) said += 1
          return lied
        },
      })
    }
    const once = await lies([1])
    expect(readingsOf(once.rounds)[0]).toMatchObject({ quality: 'good', value: first?.value })
    expect(readingsOf(once.rounds)[0]?.findings[0]?.evidence).toMatch(
      /^said again in exchange \d+; asked three times, it said \d+\.\d\d kWh, then \d+\.\d\d kWh, then/,
    )
    const thrice = await lies([1, 2, 3])
    const open = readingsOf(thrice.rounds).find(
      ({ obis, slot }) => obis === first?.obis && slot === first.slot,
    )
    expect(open).toMatchObject({
      quality: 'suspect',
      findings: [{ rule: 'V-W1', verdict: 'suspect', severity: 2 }],
    })
    expect(open?.findings[0]?.evidence).toMatch(/^no two answers are alike: the meter said /)
  })
})

/** The total of a freeze as it stands in a frame. */
function totalOf(reading: ValidatedReading | undefined): Uint8Array {
  const digits = (reading?.value.digits ?? 0n).toString().padStart(8, '0')
  return Buffer.from(digits, 'hex')
    .reverse()
    .map(byte => (byte + 0x33) & 0xff)
}

describe('PR-41 V-W1 where the second read has no answer', () => {
  async function scene() {
    const directory = mkdtempSync(join(tmpdir(), 'meterd-second-'))
    onTestFinished(() => rmSync(directory, { recursive: true }))
    const clock = virtualClock(STARTS)
    const store = await openStore(directory, clock, silentLog, { limits: LIMITS })
    const kept = async () => {
      const asked = { meter: 'm1', from: 0, to: 9e15, kind: 'freeze', limit: 100 } as const
      const readings = await store.readingsOf(asked)
      return readings.map(({ slot, quality, findings }) => ({
        slot,
        quality,
        isWitnessed: isWitnessed(findings),
      }))
    }
    onTestFinished(() => store.close())
    return { clock, store, kept }
  }
  /** A meter that answers nothing a second time within twenty seconds, stamps excepted. */
  function onceOnly(clock: Clock) {
    const answeredAt = new Map<string, number>()
    return (reply: Uint8Array, _: number, question: Uint8Array) => {
      const item = hex(question).slice(20, 28)
      const before = answeredAt.get(item) ?? Number.NEGATIVE_INFINITY
      if (!STAMP.test(item) && clock.now() - before < 20 * SECOND) return null
      answeredAt.set(item, clock.now())
      return reply
    }
  }
  /** 050600nn, and the clock. */
  const STAMP = /^..333938$|3337$/

  test('the reading is good without it, and is asked for it again within the hour', async () => {
    const { clock, store, kept } = await scene()
    const night = { profile: SINGLE, clock, store }
    const { rounds } = await read({ ...night, way: onceOnly(clock), forMs: 2 * MINUTE })
    expect(new Set((await kept()).map(one => `${one.quality} ${one.isWitnessed}`))).toEqual(
      new Set(['good false']),
    )
    // Both questions are evidence all the same.
    for (const { exchanges } of rounds)
      expect(exchanges.some(({ outcome }) => outcome === 'LINE_SILENT')).toBe(true)
    // A start does not forget it.
    await read({ ...night, forMs: MINUTE })
    const after = await kept()
    expect(after).toHaveLength(18)
    const days = new Set(after.filter(one => one.isWitnessed).map(({ slot }) => slot))
    expect([...days].sort()).toEqual([MIDNIGHT - DAY, MIDNIGHT])
    // And then it is done.
    const { questions } = await read({ ...night, forMs: HOUR })
    expect(questions).toEqual([])
  }, 30_000)

  test('a meter that never answers twice at once says it again in another round', async () => {
    const { clock, store, kept } = await scene()
    const night = { profile: SINGLE, clock, store, way: onceOnly(clock) }
    const { rounds, status } = await read({ ...night, forMs: 10 * HOUR })
    // What it says in another round is a second read as well.
    expect((await kept()).every(one => one.isWitnessed)).toBe(true)
    expect(rounds.length).toBeLessThanOrEqual(6)
    expect(status?.state).toBe('ok')
  }, 30_000)
})

describe('PR-41 V-W1 what came with a value the meter took back', () => {
  test('is said again before it is believed, or it would accuse the meter of a fall next', async () => {
    const energies = ['1-0:1.8.0', '1-0:2.8.0']
    const asked = new Map<string, number>()
    const { rounds } = await read({
      profile: SINGLE,
      startsAt: MIDNIGHT + 16 * MINUTE,
      forMs: HOUR,
      config: ({ profile }) => ({
        polls: [
          { everyMs: 15 * MINUTE, points: profile.points.filter(({ obis }) => energies.includes(obis)) },
        ],
        daily: false,
      }),
      // The second answer of each item is another meter's: far above this one, and a hundredth above it, which no rule minds.
      way(reply, _, question) {
        const item = hex(question.subarray(10, 14).map(byte => (byte - 0x33) & 0xff))
        const nth = (asked.get(item) ?? 0) + 1
        asked.set(item, nth)
        if (nth !== 2) return reply
        if (item.endsWith('0100')) return added(reply, 3, 0x50)
        return item.endsWith('0200') ? added(reply, 0, 0x01) : reply
      },
    })
    const readings = readingsOf(rounds)
    const reverse = readings.filter(({ obis }) => obis === '1-0:2.8.0')
    expect(reverse.length).toBeGreaterThan(3)
    expect(reverse.map(({ quality, value }) => [quality, formatScaled(value)])).toEqual(
      reverse.map(() => ['good', '0.00']),
    )
    expect(reverse.flatMap(({ findings }) => findings.map(({ evidence }) => evidence)).join()).toMatch(
      /asked three times, it said 0\.01 kWh, then 0\.00 kWh, then 0\.00 kWh/,
    )
  })
})

/** More in one byte of the value, under a sum that goes with it. */
function added(reply: Uint8Array, place: number, by: number): Uint8Array {
  const other = Uint8Array.from(reply)
  const at = BEFORE_VALUES + place
  other[at] = (other[at] ?? 0) + by
  const sum = other.length - 2
  other[sum] = (other[sum] ?? 0) + by
  return other
}

describe('PR-41 V-W1 a timed read', () => {
  const panel = {
    profile: 'eastron-sdm630',
    config: ({ profile }: { profile: { points: readonly object[] } }) =>
      ({ polls: [{ everyMs: 15 * MINUTE, points: profile.points }], daily: false }) as never,
  }

  test('of midnight is asked for twice, in other spans, and no other is', async () => {
    const { rounds } = await read({ ...panel, startsAt: MIDNIGHT - 20 * MINUTE, forMs: HOUR })
    const witnessed = readingsOf(rounds).filter(({ findings }) => isWitnessed(findings))
    expect(new Set(witnessed.map(({ slot }) => slot))).toEqual(new Set([MIDNIGHT]))
    const energies = readingsOf(rounds).filter(
      ({ slot, obis, quality }) => slot === MIDNIGHT && quality === 'good' && /\.8\.\d+$/.test(obis),
    )
    expect(energies.length).toBeGreaterThan(2)
    expect(witnessed).toEqual(energies)
    const night = rounds.find(({ readings }) => readings[0]?.slot === MIDNIGHT)
    const shapes = (night?.exchanges ?? []).map(({ request }) => hex(request.subarray(0, 6)))
    expect(new Set(shapes).size).toBe(shapes.length)
    const others = rounds.filter(({ readings }) => readings[0]?.slot !== MIDNIGHT)
    for (const { exchanges } of others) expect(exchanges.length).toBeLessThan(shapes.length)
  })

  test('that came in two ways is asked for a third time', async () => {
    let lied = false
    const { rounds } = await read({
      ...panel,
      startsAt: MIDNIGHT - 30 * SECOND,
      forMs: MINUTE,
      way(reply, _, question) {
        // 1.8.0 at 0x0048 of the input registers; one bit of its fraction, and a CRC that goes with it.
        const isEnergy = question[1] === 4 && question[3] === 0x48
        if (!isEnergy || lied) return reply
        lied = true
        const other = Uint8Array.from(reply)
        other[4] = (other[4] ?? 0) ^ 1
        return withCrc(other.subarray(0, -2))
      },
    })
    expect(lied).toBe(true)
    const [energy] = readingsOf(rounds).filter(({ slot, obis }) => slot === MIDNIGHT && obis === '1-0:1.8.0')
    expect(energy?.quality).toBe('good')
    expect(energy?.findings.map(({ evidence }) => evidence).join()).toMatch(/asked three times/)
  })
})

function withCrc(bytes: Uint8Array): Uint8Array {
  let crc = 0xffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1
  }
  return Uint8Array.of(...bytes, crc & 0xff, crc >> 8)
}
