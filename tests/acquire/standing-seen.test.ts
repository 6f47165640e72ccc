/** What stands from round to round: how often it is told, what ends it, and what is remembered of which rounds. */

import { describe, expect, test } from 'vitest'
import { createStandingSeen } from '../../src/acquire/standing-seen.ts'
import { HOUR, MINUTE } from '../../src/core/time.ts'
import type { Quality } from '../../src/reading/reading.ts'
import type { Known } from '../../src/reading/rules/known.ts'
import { validateRound } from '../../src/reading/validate.ts'
import { toyMeter, toyPoint } from '../line/toy-driver.ts'
import { given, NOON, SITE } from '../support/judged.ts'

const QUARTER = 15 * MINUTE
const THREE = { phases: 3 as const, volts: 220, amperes: 100 }
type Values = Readonly<Record<string, string>>

/** Rounds of a meter, judged and kept as the poller would; what each told, by its number. */
function watched(nameplate: Known['nameplate'] = THREE) {
  const meter = { ...toyMeter([toyPoint(0)], { stamp: toyPoint(9), points: [], depth: 1 }), nameplate }
  const seen = createStandingSeen([meter], SITE)
  let nth = 0
  function round(values: Values, { every = QUARTER, kept = true, quality = '' as Quality | '' } = {}) {
    const readAt = NOON + nth++ * every
    const known = { kept: [], capacity: null, nameplate, now: readAt, standing: seen.of(meter.id) }
    const readings = validateRound(
      Object.entries(values).map(([obis, text]) => {
        const [value = '', unit = ''] = text.split(' ')
        return given(value, { obis, unit, readAt, known })
      }),
    ).map(reading => (quality === '' ? reading : { ...reading, quality }))
    if (kept) seen.note(meter.id, readings)
    return readings.flatMap(({ findings }) => findings.map(({ rule }) => rule))
  }
  const rounds = (count: number, values: Values, rule: string, every = QUARTER) =>
    Array.from({ length: count }, (_, at) => (round(values, { every }).includes(rule) ? at : -1)).filter(
      at => at >= 0,
    )
  return { round, rounds, seen, meter }
}

const phases = (volts: readonly number[], amperes: readonly number[]): Values => ({
  '1-0:1.8.0': '100.00 kWh',
  ...Object.fromEntries(volts.map((u, at) => [`1-0:${32 + 20 * at}.7.0`, `${u.toFixed(1)} V`])),
  ...Object.fromEntries(amperes.map((i, at) => [`1-0:${31 + 20 * at}.7.0`, `${i.toFixed(3)} A`])),
})
const SOUND = phases([220, 220, 220], [5, 5, 5])
const LOST = phases([3, 220, 220], [5, 5, 5])
const HIGH = phases([240, 220, 220], [5, 5, 5])

describe('what stands', () => {
  test('is told by the second round and the third, which make an alarm, and then once a day (V-R31)', () => {
    const { rounds } = watched()
    expect(rounds(3 * 96, LOST, 'V-R31')).toEqual([1, 2, 98, 194])
  })

  test('that ends and comes again is told anew, twice (V-R31)', () => {
    const { rounds } = watched()
    expect(rounds(5, LOST, 'V-R31')).toEqual([1, 2])
    expect(rounds(2, SOUND, 'V-R31')).toEqual([])
    expect(rounds(5, LOST, 'V-R31')).toEqual([1, 2])
  })

  test('and only informs is told once a day, however often it comes and goes (V-R28)', () => {
    const { rounds } = watched()
    const coming = Array.from({ length: 3 * 24 }, () => [
      rounds(2, HIGH, 'V-R28').length,
      rounds(2, SOUND, 'V-R28').length,
    ]).flat()
    expect(coming.reduce((sum, told) => sum + told, 0)).toBe(3)
  })

  test('stands with the register that counts too little, and the others with what shows them', () => {
    const { round, meter, seen } = watched()
    round(LOST)
    const now = NOON + QUARTER
    const known = { kept: [], capacity: null, nameplate: THREE, now, standing: seen.of(meter.id) }
    const [register, voltage] = validateRound([
      ...Object.entries(LOST).map(([obis, text]) => {
        const [value = '', unit = ''] = text.split(' ')
        return given(value, { obis, unit, readAt: now, known })
      }),
    ])
    expect(register).toMatchObject({
      quality: 'good',
      findings: [
        {
          rule: 'V-R31',
          severity: 1,
          codes: ['1.3.0'],
          samples: [{ obis: '1-0:32.7.0' }, { obis: '1-0:31.7.0' }],
        },
      ],
    })
    expect(voltage?.findings).toEqual([])
  })

  test('is shown by one more phase: that is told too (V-R31)', () => {
    const { rounds } = watched()
    rounds(5, LOST, 'V-R31')
    expect(rounds(5, phases([3, 4, 220], [5, 5, 5]), 'V-R31')).toEqual([1, 2])
  })

  test('a phase that had voltage and is dead now has lost it; a wire that never was there has not (V-R31)', () => {
    const { rounds } = watched()
    expect(rounds(3, phases([220, 0, 220], [5, 0, 5]), 'V-R31')).toEqual([])
    expect(rounds(3, SOUND, 'V-R31')).toEqual([])
    expect(rounds(3, phases([220, 0, 220], [5, 0, 5]), 'V-R31')).toEqual([1, 2])
  })

  test('what was not kept shows nothing, and what is held apart forgets', () => {
    const { round } = watched()
    round(LOST, { kept: false })
    expect(round(LOST)).not.toContain('V-R31')
    expect(round(LOST)).toContain('V-R31')
    round(SOUND, { quality: 'quarantined' })
    expect(round(LOST)).not.toContain('V-R31')
  })

  test('what stood of the meter that hung there before an exchange does not stand of this one', () => {
    const meter = {
      ...toyMeter([toyPoint(0)], { stamp: toyPoint(9), points: [], depth: 1 }),
      nameplate: THREE,
      exchanged: [NOON + QUARTER],
    }
    const seen = createStandingSeen([meter], SITE)
    const sinceWhen = (readAt: number) => {
      const known = { kept: [], capacity: null, nameplate: THREE, now: readAt, standing: seen.of(meter.id) }
      const round = Object.entries(LOST).map(([obis, text]) => {
        const [value = '', unit = ''] = text.split(' ')
        return given(value, { obis, unit, readAt, known })
      })
      seen.note(meter.id, validateRound(round))
      return seen.of(meter.id)?.['V-R31']?.stood['A']?.since
    }
    expect([0, 1, 2, 3].map(nth => sinceWhen(NOON - MINUTE + nth * QUARTER))).toEqual([
      NOON - MINUTE,
      NOON - MINUTE,
      NOON - MINUTE + 2 * QUARTER,
      NOON - MINUTE + 2 * QUARTER,
    ])
  })

  test('of a meter that is none of its line nothing is kept', () => {
    const seen = createStandingSeen([], SITE)
    seen.note('m1', [])
    expect(seen.of('m1')).toBeNull()
  })
})

describe('what is remembered', () => {
  const single = { phases: 1 as const, volts: 220, amperes: 60 }

  test('an amount that is withheld is so until a day later it is believed (V-R36)', () => {
    const { rounds } = watched(single)
    const left = (yuan: string) => ({
      '0-0:19.10.0': `${yuan} yuan`,
      '0-0:19.40.0': '3',
      '1-0:1.8.0': '5.00 kWh',
    })
    expect(rounds(1, left('100.00'), 'V-R36', HOUR)).toEqual([])
    expect(rounds(30, left('120.00'), 'V-R36', HOUR)).toEqual(Array.from({ length: 24 }, (_, at) => at))
  })

  test('a relay that closed again and carries nothing waits for a breaker; an empty flat does not (V-R37)', () => {
    const idle = (word: number, amperes: string) => ({
      '0-0:96.5.3': String(word),
      '1-0:32.7.0': '220.0 V',
      '1-0:31.7.0': `${amperes} A`,
      '1-0:1.8.0': '5.00 kWh',
    })
    const empty = watched(single)
    expect(empty.rounds(6 * 24, idle(0, '0.000'), 'V-R37', HOUR)).toEqual([])
    const cut = watched(single)
    cut.rounds(5, idle(16, '0.000'), 'V-R37', HOUR)
    expect(cut.rounds(4 * 24, idle(0, '0.000'), 'V-R37', HOUR)).toEqual([72, 73])
    const used = watched(single)
    used.rounds(5, idle(16, '0.000'), 'V-R37', HOUR)
    used.rounds(1, idle(0, '2.000'), 'V-R37', HOUR)
    expect(used.rounds(4 * 24, idle(0, '0.000'), 'V-R37', HOUR)).toEqual([])
  })

  test('a meter that feeds in without a word of it is told of twice, and once a day (V-R19)', () => {
    const { round } = watched(single)
    const told = Array.from({ length: 3 * 24 }, (_, hour) => {
      const fedIn = { '1-0:1.8.0': '5.00 kWh', '1-0:2.8.0': `${hour}.00 kWh` }
      return round(fedIn, { every: HOUR }).includes('V-R19') ? hour : -1
    })
    expect(told.filter(hour => hour >= 0)).toEqual([3, 4, 28, 52])
  })
})
