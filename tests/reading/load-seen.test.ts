/** What power has come to, as rounds go by. */

import { describe, expect, test } from 'vitest'
import { parseScaled } from '../../src/core/scaled.ts'
import { HOUR, MINUTE } from '../../src/core/time.ts'
import { advanced, type LoadSample, type LoadSeen } from '../../src/reading/seen/load-seen.ts'

const QUARTER = 15 * MINUTE

function sample(at: number, watts: number | null, forward?: string, reverse?: string): LoadSample {
  const scaled = (text: string) => parseScaled(text)!
  const energy =
    forward === undefined
      ? null
      : { forward: scaled(forward), reverse: reverse === undefined ? null : scaled(reverse), perKwh: 1 }
  return { at, watts, energy, idle: null }
}

function loadAfter(
  samples: readonly LoadSample[],
  isDone: Parameters<typeof advanced>[2] = () => false,
): LoadSeen | null {
  return samples.reduce<LoadSeen | null>((seen, one) => advanced(seen, one, isDone), null)
}

describe('the load seen', () => {
  test('is the area under the powers, with its sign and of its size', () => {
    const seen = loadAfter([sample(0, 1_000, '1.00', '1.00'), sample(HOUR, -1_000), sample(2 * HOUR, -1_000)])
    expect(seen?.still).toMatchObject({ since: 0, net: -1, size: 2, samples: 2, sum: -2_000, jumps: 4e6 })
    expect(seen?.window).toMatchObject({ since: 0, net: -1, size: 2 })
  })

  test('goes on at the last power where a round told registers alone', () => {
    const seen = loadAfter([sample(0, 1_000, '1.00'), sample(QUARTER, null, '1.25')])
    expect(seen).toMatchObject({ at: QUARTER, watts: 1_000, window: { net: 0.25, samples: 0 } })
  })

  test('counts anew from when a register moved, in either direction', () => {
    const standing = loadAfter([sample(0, 400, '1.00', '2.00'), sample(QUARTER, 400, '1.00', '2.00')])
    expect(standing?.still).toMatchObject({ since: 0, net: 0.1, samples: 1 })
    for (const moved of [sample(2 * QUARTER, 400, '1.01', '2.00'), sample(2 * QUARTER, 400, '1.00', '2.01')])
      expect(advanced(standing, moved, () => false)?.still).toMatchObject({
        since: 2 * QUARTER,
        net: 0,
        samples: 0,
      })
  })

  test('begins its window anew when that is done, at the registers of then', () => {
    const isDone = (_window: unknown, until: number) => until >= 2 * QUARTER
    const rounds = [0, 1, 2, 3].map(nth => sample(nth * QUARTER, 1_000, `${nth}.00`))
    expect(loadAfter(rounds, isDone)?.window).toMatchObject({
      since: 3 * QUARTER,
      from: { forward: { digits: 300n } },
    })
  })

  test('goes on from hour to hour where a poll of every hour comes late', () => {
    const late = [0, 7_000, 9 * MINUTE, 40_000].map((ms, nth) => sample(nth * HOUR + ms, 1_000, `${nth}.00`))
    expect(loadAfter(late)?.window).toMatchObject({ since: 0, samples: 3 })
  })

  test('begins anew after an hour and a half of which nothing is known, and is not moved by what came late', () => {
    const begun = loadAfter([sample(0, 1_000, '1.00'), sample(1.5 * HOUR + 1, 500, '3.00')])
    expect(begun).toMatchObject({
      still: { since: 1.5 * HOUR + 1, net: 0 },
      window: { since: 1.5 * HOUR + 1, net: 0 },
    })
    expect(advanced(begun, sample(MINUTE, 9_000, '1.10'), () => false)).toBe(begun)
  })

  test('is nothing before a power was told', () => {
    expect(loadAfter([sample(0, null, '1.00')])).toBeNull()
  })
})

describe('what comes of days', () => {
  const hourly = (hours: number, watts: number, kwhAt: (hour: number) => string) =>
    Array.from({ length: hours + 1 }, (_, hour) => sample(hour * HOUR, watts, kwhAt(hour)))
  const everyDay = (window: { readonly since: number }, until: number) => until - window.since >= 24 * HOUR

  test('windows that are over come together, and one in which a register fell is left out', () => {
    const samples = hourly(72, 1_000, hour => (hour < 30 ? `${hour * 2}.00` : `${(hour - 30) * 2}.00`))
    const seen = loadAfter(samples, everyDay)
    expect(seen?.weeks).toMatchObject({ lasted: 48 * HOUR, net: 48, size: 48, samples: 48, counted: 96 })
  })

  test('after four weeks what was counts half', () => {
    const seen = loadAfter(
      hourly(24 * 28, 1_000, hour => `${hour}.00`),
      everyDay,
    )
    expect(seen?.weeks).toMatchObject({ lasted: 14 * 24 * HOUR, counted: 336, net: 336 })
  })

  test('is kept over a gap that ends the window', () => {
    const seen = loadAfter(
      hourly(24, 1_000, hour => `${hour}.00`),
      everyDay,
    )
    const after = advanced(seen, sample(30 * HOUR, 1_000, '30.00'), everyDay)
    expect(after).toMatchObject({ window: { since: 30 * HOUR }, weeks: { lasted: 24 * HOUR } })
  })

  test('quiet lasts from round to round without current, ends with one, with a gap and where no register is told', () => {
    const still = (at: number, kwh: string | undefined, idle: boolean | null = true): LoadSample => ({
      ...sample(at, 0, kwh),
      idle,
    })
    const quiet = [still(0, '1.00'), still(QUARTER, '1.01'), still(2 * QUARTER, '1.01')]
    expect(loadAfter(quiet)?.quiet).toMatchObject({ since: 0, rounds: 2, moved: 1 })
    expect(loadAfter([...quiet, still(3 * QUARTER, '1.01', null)])?.quiet).toMatchObject({ rounds: 2 })
    expect(loadAfter([...quiet, still(3 * QUARTER, '1.01', false)])?.quiet).toBeNull()
    expect(loadAfter([...quiet, still(3 * QUARTER, undefined)])?.quiet).toBeNull()
    expect(loadAfter([...quiet, still(3 * HOUR, '1.01')])?.quiet).toMatchObject({
      since: 3 * HOUR,
      rounds: 0,
    })
  })
})
