/** What data alone show of clocks, voltages, outages, and of where nobody looks. */

import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../../src/core/random.ts'
import { DAY, HOUR, MINUTE, NO_DATE_MS, SECOND } from '../../../src/core/time.ts'
import { clockRateOf } from '../../../src/reading/supply/clock-rate.ts'
import { monitoringPoints, type Place } from '../../../src/reading/supply/monitoring-points.ts'
import { outagesIn, silencesOf, type Told } from '../../../src/reading/supply/outages.ts'
import { rankByBias } from '../../../src/reading/supply/voltage-bias.ts'

const START = Date.UTC(2026, 10, 1)

describe('B-04 the rate of a clock', () => {
  /** Once an hour, of whole seconds, with what the line adds; set where it says so. */
  const measured = (rate: number, hours: number, seed = 1, setAt = -1, setBy = 0) => {
    const random = seededRandom(seed)
    return Array.from({ length: hours }, (_, hour) => {
      const off = (rate / 24) * hour + (setAt >= 0 && hour >= setAt ? setBy : 0)
      return {
        measuredAt: START + hour * HOUR,
        deviationMs: SECOND * Math.floor(off + random.fraction()) - Math.round(400 * random.fraction()),
      }
    })
  }

  test('5 s a day is measured within half a second, in two days of hourly measurements', () => {
    for (let seed = 1; seed <= 50; seed += 1)
      for (const rate of [5, -5, 0.5, 0]) {
        const found = clockRateOf(measured(rate, 48, seed))
        expect(Math.abs((found?.secondsADay ?? 99) - rate), `${seed} ${rate}`).toBeLessThanOrEqual(0.5)
      }
  })

  test('its own uncertainty holds what it is off by', () => {
    const off = Array.from({ length: 50 }, (_, seed) => {
      const found = clockRateOf(measured(5, 96, seed + 1))!
      return Math.abs(found.secondsADay - 5) / found.uncertain
    })
    expect(off.filter(times => times > 3).length).toBeLessThan(3)
  })

  test('begins anew when the clock was set', () => {
    const found = clockRateOf(measured(5, 120, 3, 60, -20))
    expect(found?.from).toBe(START + 60 * HOUR)
    expect(Math.abs((found?.secondsADay ?? 99) - 5)).toBeLessThanOrEqual(0.5)
    expect(clockRateOf(measured(5, 80, 3, 60, -20))).toBeNull()
  })

  test('is not made of a day less, of seven measurements, or of a clock without a date', () => {
    expect(clockRateOf(measured(5, 24))).toBeNull()
    expect(clockRateOf(measured(5, 25))).not.toBeNull()
    expect(clockRateOf(measured(5, 49).filter((_, nth) => nth % 8 === 0))).toBeNull()
    const illegal = measured(5, 49).map(one => ({ ...one, deviationMs: NO_DATE_MS }))
    expect(clockRateOf(illegal)).toBeNull()
  })
})

describe('B-04 the bias of a voltage', () => {
  const SLOTS = 96
  /** Fifty meters of an area, each with its place on the cable, one of them two percent high. */
  const area = (high: number, slots = SLOTS, count = 50) => {
    const random = seededRandom(11)
    const supply = Array.from({ length: slots }, () => 228 + 8 * random.fraction())
    return Array.from({ length: count }, (_, nth) => {
      const drop = 1.5 * random.fraction()
      const volts = supply.map((value, slot): [number, number] => [
        START + slot * 15 * MINUTE,
        Math.round(10 * (value - drop * 2 * random.fraction()) * (nth === high ? 1.02 : 1)) / 10,
      ])
      return { meter: `m${nth}`, obis: '1-0:32.7.0', group: 'T1', volts: new Map(volts) }
    })
  }

  test('of two percent among fifty neighbours is first', () => {
    const [first, second] = rankByBias(area(31))
    expect(first).toMatchObject({ meter: 'm31', group: 'T1', slots: SLOTS, neighbours: 49 })
    expect(Math.abs((first?.percent ?? 0) - 2)).toBeLessThan(0.7)
    expect(Math.abs(second?.percent ?? 9)).toBeLessThan(1)
  })

  test('is not made of fewer than three neighbours, or than 24 slots', () => {
    expect(rankByBias(area(0, SLOTS, 3))).toEqual([])
    expect(rankByBias(area(0, SLOTS, 4))).toHaveLength(4)
    expect(rankByBias(area(0, 23))).toEqual([])
    expect(rankByBias(area(0, 24))).toHaveLength(50)
  })

  test('is held against the others, not against itself', () => {
    const volts = [100, 100, 104, 108].map(value =>
      Array.from({ length: 24 }, (_, slot) => [slot, value] as const),
    )
    const seen = volts.map((own, nth) => ({ meter: `m${nth}`, obis: '', group: '', volts: new Map(own) }))
    expect(rankByBias(seen).find(({ meter }) => meter === 'm0')?.percent).toBeCloseTo((100 * -4) / 104)
  })

  test('is held against its own group alone', () => {
    const [one, other] = [area(-1, 24, 4), area(-1, 24, 4)]
    const far = other.map(seen => ({
      ...seen,
      group: 'T2',
      volts: new Map([...seen.volts].map(([slot, volts]) => [slot, volts - 20] as const)),
    }))
    for (const { percent } of rankByBias([...one, ...far])) expect(Math.abs(percent)).toBeLessThan(1)
  })
})

describe('B-05 outages', () => {
  const EVERY = 15 * MINUTE
  /** Polled all day; without supply from one instant to another. */
  const watched = (meter: string, off: readonly [number, number] | null, told: readonly Told[] = []) => ({
    meter,
    told,
    asked: Array.from({ length: 96 }, (_, nth) => {
      const at = START + nth * EVERY
      return { at, answered: off === null || at < off[0] || at >= off[1] }
    }),
  })
  const OFF = [START + 10 * HOUR + 5 * MINUTE, START + 12 * HOUR + 20 * MINUTE] as const
  const event = { by: 'power-off event', from: OFF[0], to: OFF[1] } as const

  test('an outage takes all meters of the group silent, and one that tells of it', () => {
    const silences = silencesOf({ meters: [watched('a', OFF, [event]), watched('b', OFF)] })
    expect(silences).toMatchObject([{ is: 'outage', from: OFF[0], to: OFF[1], meters: ['a', 'b'] }])
    expect(outagesIn(silences)).toEqual({ count: 1, ms: OFF[1] - OFF[0] })
  })

  test('without one that tells, or where others answered, nobody replied', () => {
    const untold = silencesOf({ meters: [watched('a', OFF), watched('b', OFF)] })
    const alone = silencesOf({ meters: [watched('a', OFF, [event]), watched('b', null)] })
    const other = { ...event, from: START, to: START + HOUR }
    const before = silencesOf({ meters: [watched('a', OFF, [other])] })
    for (const silences of [untold, alone, before]) {
      expect(silences.map(({ is }) => is)).toEqual(['no reply'])
      expect(outagesIn(silences)).toEqual({ count: 0, ms: 0 })
    }
  })

  test('by gaps of load records it is right within one poll', () => {
    const gap = { by: 'load gap', from: START + 10 * HOUR, to: START + 12 * HOUR + 30 * MINUTE } as const
    const [silence] = silencesOf({ meters: [watched('a', OFF, [gap]), watched('b', OFF)] })
    expect(silence?.is).toBe('outage')
    expect(Math.abs((silence?.from ?? 0) - OFF[0])).toBeLessThanOrEqual(EVERY)
    expect(Math.abs((silence?.to ?? 0) - OFF[1])).toBeLessThanOrEqual(EVERY)
  })

  test('meters silent one after the other were never without supply together', () => {
    const hour = (from: number, to: number) => [START + from * HOUR, START + to * HOUR] as const
    const meters = [hour(10, 12), hour(11, 14), hour(13, 16)].map((off, nth) =>
      watched(`m${nth}`, off, [{ ...event, to: START + 14 * HOUR }]),
    )
    expect(silencesOf({ meters }).map(one => `${one.is} ${one.meters}`)).toEqual([
      'no reply m0',
      'no reply m1',
      'no reply m2',
    ])
  })

  test('two outages of a feeder with a dead meter are two, and the dead meter is dead', () => {
    const again = [OFF[0] + 6 * HOUR, OFF[1] + 6 * HOUR] as const
    const twice = (meter: string) => {
      const [one, other] = [watched(meter, OFF), watched(meter, again)]
      const asked = one.asked.map((each, nth) => ({
        ...each,
        answered: each.answered && other.asked[nth]!.answered,
      }))
      return { ...one, asked, told: [event, { ...event, from: again[0], to: again[1] }] }
    }
    const dead = watched('dead', [START + HOUR, START + 2 * DAY])
    const silences = silencesOf({ meters: [twice('a'), dead, twice('b')] })
    expect(silences.map(({ is, meters }) => `${is} ${meters}`)).toEqual([
      'no reply dead',
      'outage a,b,dead',
      'outage a,b,dead',
    ])
    expect(outagesIn(silences)).toEqual({ count: 2, ms: 2 * (OFF[1] - OFF[0]) })
  })

  test('who falls silent alone after an outage is told of', () => {
    const later = (meter: string) => {
      const { asked } = watched(meter, [START + 20 * HOUR, START + 21 * HOUR])
      const outage = watched(meter, OFF, [event])
      return {
        ...outage,
        asked: outage.asked.map((one, nth) => ({ ...one, answered: one.answered && asked[nth]!.answered })),
      }
    }
    const silences = silencesOf({ meters: [later('a'), watched('b', OFF)] })
    expect(silences.map(({ is, meters }) => `${is} ${meters}`)).toEqual(['outage a,b', 'no reply a'])
  })

  test('one that lasts has no end, and counts when it is over', () => {
    const off = [OFF[0], START + 2 * DAY] as const
    const silences = silencesOf({ meters: [watched('a', off), watched('b', off)] })
    expect(silences).toMatchObject([{ is: 'no reply', to: null }])
    expect(outagesIn(silences)).toEqual({ count: 0, ms: 0 })
  })
})

describe('B-03 monitoring points', () => {
  const place = (
    meter: string,
    area: string | null,
    polled = ['1-0:1.7.0'],
    one: Place['class'] = 'dwelling',
  ) => ({ meter, area, class: one, polled }) as const

  test('name the class of an area of which nobody looks at a voltage', () => {
    const watched = ['1-0:1.7.0', '1-0:32.7.0']
    expect(
      monitoringPoints([
        place('w', null),
        place('m3', 'T2', watched, 'industry'),
        place('m1', 'T1', watched),
        place('m2', 'T1'),
        place('m4', 'T1', [], 'shop'),
      ]),
    ).toEqual([
      { area: null, classes: [{ class: 'dwelling', meters: 1, points: [] }], missing: ['dwelling'] },
      {
        area: 'T1',
        classes: [
          { class: 'dwelling', meters: 2, points: ['m1'] },
          { class: 'shop', meters: 1, points: [] },
        ],
        missing: ['shop'],
      },
      { area: 'T2', classes: [{ class: 'industry', meters: 1, points: ['m3'] }], missing: [] },
    ])
  })
})
