/** Intervals against registers read in many ways: each interval once, and never more or less than was counted. */

import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  addScaled,
  compareScaled,
  formatScaled,
  type Scaled,
  subtractScaled,
} from '../../../src/core/scaled.ts'
import { DAY, HOUR, MINUTE } from '../../../src/core/time.ts'
import {
  INTERVALS_REST_ON,
  type Interval,
  type IntervalsAsked,
  intervalsOf,
  needsPattern,
} from '../../../src/reading/estimate/intervals.ts'
import type { RegisterRead } from '../../../src/reading/estimate/stretches.ts'
import { rounds } from '../../support/rounds.ts'

const QUARTER = 15 * MINUTE
const ZERO: Scaled = { digits: 0n, scaler: 0 }
/** 2026-11-16T00:00:00+08:00, a Monday. */
const MONDAY = Date.UTC(2026, 10, 15, 16)

/** What a register counts in each minute, steps, from a number that repeats. */
const counted = (seed: number) => (minute: number) =>
  BigInt((Math.imul(minute + seed, 0x9e3779b1) >>> 27) % 7)

interface Meter {
  readonly everyMs: number
  readonly reads: readonly RegisterRead[]
  readonly from: number
  readonly to: number
}

/** Days of polls of which runs are lost, each answered some seconds or minutes late. */
const meters = fc
  .record({
    seed: fc.nat(1_000),
    everyMs: fc.constantFrom(5 * MINUTE, QUARTER, HOUR),
    days: fc.integer({ min: 1, max: 9 }),
    late: fc.array(fc.nat(4 * 60), { minLength: 5, maxLength: 5 }),
    lost: fc.array(fc.record({ at: fc.nat(9 * 96), count: fc.integer({ min: 1, max: 350 }) }), {
      maxLength: 4,
    }),
    starts: fc.nat(DAY / MINUTE),
    lasts: fc.integer({ min: 1, max: 4 * 24 * 60 }),
  })
  .map(({ seed, everyMs, days, late, lost, starts, lasts }): Meter => {
    const count = counted(seed)
    const reads: RegisterRead[] = []
    let steps = 1_000n
    for (let minute = 0; minute < (days * DAY) / MINUTE; minute += 1) {
      const slot = minute / 15
      const isLost = lost.some(run => slot >= run.at && slot < run.at + run.count)
      if (Number.isInteger(slot) && !isLost) {
        const at = MONDAY + minute * MINUTE + (late[slot % late.length] ?? 0) * 1_000
        reads.push({ at, value: { digits: steps, scaler: -2 }, stamped: false })
      }
      steps += count(minute)
    }
    const from = MONDAY + starts * MINUTE
    return { everyMs, reads, from, to: from + lasts * MINUTE }
  })

function ask({ from, to, everyMs, reads }: Meter, other: Partial<IntervalsAsked> = {}): readonly Interval[] {
  return intervalsOf({
    obis: '1-0:1.8.0',
    reads,
    from,
    to,
    everyMs,
    offsetMinutes: 480,
    capacity: null,
    areOneCourse: () => true,
    ...other,
  })
}

const sumOf = (intervals: readonly Interval[]) =>
  intervals.reduce((all, { value }) => all + (value?.digits ?? 0n), 0n)

const check = (property: (meter: Meter) => void) => fc.assert(fc.property(meters, property), rounds(23, 60))

test('each interval that lies within is told once, in order', () => {
  check(meter => {
    const { from, to, everyMs } = meter
    const all = ask(meter)
    const first = MONDAY + Math.ceil((from - MONDAY) / everyMs) * everyMs
    const count = Math.max(0, Math.floor((to - first) / everyMs))
    expect(all.map(one => one.from)).toEqual(Array.from({ length: count }, (_, nth) => first + nth * everyMs))
    for (const one of all) {
      expect(one.to).toBe(one.from + everyMs)
      expect(one.value === null).toBe(one.mark === 'missing')
      expect(one.method === null).toBe(one.mark !== 'estimated')
      if (one.value) expect(one.value.digits).toBeGreaterThanOrEqual(0n)
    }
  })
})

test('a run of intervals between two that were measured comes to what the register counted', () => {
  check(meter => {
    const all = ask({ ...meter, reads: punctual(meter.reads) })
    const registers = new Map(punctual(meter.reads).map(({ at, value }) => [at, value.digits]))
    let run: Interval[] = []
    for (const one of all) {
      run = one.mark === 'missing' ? [] : [...run, one]
      const [start, end] = [registers.get(run[0]?.from ?? 0), registers.get(one.to)]
      if (start !== undefined && end !== undefined) expect(sumOf(run)).toBe(end - start)
    }
  })
})

test('all of it comes to last less first, where no gap is too long', () => {
  check(meter => {
    const reads = punctual(meter.reads)
    const [first, last] = [reads[0], reads.at(-1)]
    if (!first || !last) return
    const span = { from: first.at, to: last.at }
    const all = ask({ ...meter, ...span, reads, everyMs: QUARTER })
    const isWhole = reads.every(({ at }, nth) => at - (reads[nth - 1]?.at ?? at) <= 3 * DAY)
    expect(all.every(({ mark }) => mark !== 'missing')).toBe(isWhole)
    if (isWhole) expect(sumOf(all)).toBe(last.value.digits - first.value.digits)
  })
})

/** As callers look reads up for a part. */
function around(reads: readonly RegisterRead[], from: number, to: number): readonly RegisterRead[] {
  const { aroundMs, patternMs } = INTERVALS_REST_ON
  const since = (instant: number) => reads.filter(({ at }) => at >= instant && at <= to + aroundMs)
  const near = since(from - aroundMs)
  return needsPattern({ reads: near, from, to }) ? since(from - aroundMs - patternMs) : near
}

test('whatever the resolution of each read, and asked for in whatever parts, it comes to last less first', () => {
  const told = ({ value, ...one }: Interval) => ({ ...one, value: value && formatScaled(value) })
  /** By day. */
  const finer = fc.oneof(
    fc.array(fc.nat(2), { minLength: 9, maxLength: 9 }),
    fc.nat(8).map(from => Array.from({ length: 9 }, (_, day) => (day < from ? 0 : 1))),
  )
  fc.assert(
    fc.property(meters, finer, fc.integer({ min: 1, max: 4 }), (meter, more, days) => {
      const reads = punctual(meter.reads).map(({ at, value: { digits }, stamped }) => {
        const by = more[Math.floor((at - MONDAY) / DAY)] ?? 0
        return { at, stamped, value: { digits: digits * 10n ** BigInt(by), scaler: -2 - by } }
      })
      const [first, last] = [reads[0], reads.at(-1)]
      if (!first || !last) return
      const span = { from: first.at, to: last.at, everyMs: QUARTER }
      const whole = ask({ ...span, reads })
      const parts: Interval[] = []
      for (let from = first.at; from < last.at; from += days * DAY) {
        const to = Math.min(from + days * DAY, last.at)
        parts.push(...ask({ ...span, from, to, reads: around(reads, from, to) }))
      }
      expect(parts.map(told)).toEqual(whole.map(told))
      const isWhole = reads.every(({ at }, nth) => at - (reads[nth - 1]?.at ?? at) <= 3 * DAY)
      const sum = whole.reduce((all, { value }) => addScaled(all, value ?? ZERO), ZERO)
      if (isWhole) expect(compareScaled(sum, subtractScaled(last.value, first.value))).toBe(0)
    }),
    rounds(23, 60),
  )
})

test('what is told of an interval does not depend on what else was asked', () => {
  check(meter => {
    const all = ask(meter)
    const middle = all[Math.floor(all.length / 2)]
    if (!middle) return
    expect(ask({ ...meter, from: middle.from, to: middle.to })).toEqual([middle])
  })
})

test('longer intervals are the sums of shorter ones, where all were measured', () => {
  check(meter => {
    const reads = punctual(meter.reads)
    for (const hour of ask({ ...meter, reads, everyMs: HOUR })) {
      const quarters = ask({ reads, everyMs: QUARTER, from: hour.from, to: hour.to })
      if (quarters.every(({ mark }) => mark === 'measured')) {
        expect(hour.mark).toBe('measured')
        expect(hour.value?.digits).toBe(sumOf(quarters))
      }
    }
  })
})

test('what was read at both ends is measured as read, through a roll-over too', () => {
  check(meter => {
    const full = 10_000n
    const reads = punctual(meter.reads)
    const rolling = reads.map(read => ({ ...read, value: { digits: read.value.digits % full, scaler: -2 } }))
    const capacity = { digits: 100n, scaler: 0 }
    const isSure = reads.every(
      ({ value }, nth) => value.digits - (reads[nth - 1]?.value.digits ?? value.digits) < full / 2n,
    )
    if (isSure) expect(ask({ ...meter, reads: rolling }, { capacity })).toEqual(ask({ ...meter, reads }))
  })
})

/** As if each had been answered at once. */
function punctual(reads: readonly RegisterRead[]): readonly RegisterRead[] {
  return reads.map(read => ({ ...read, at: MONDAY + Math.floor((read.at - MONDAY) / QUARTER) * QUARTER }))
}
