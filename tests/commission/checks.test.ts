/** Each check by itself, on looks made by hand: what passes, what fails, what it says it cannot see. */

import { describe, expect, test } from 'vitest'
import type { CheckId, Verdict } from '../../src/commission/finding.ts'
import type { Look } from '../../src/commission/looks.ts'
import { type Expected, judge } from '../../src/commission/plausibility.ts'
import { parseScaled } from '../../src/core/scaled.ts'
import type { RawRead } from '../../src/driver-api/driver.ts'
import type { Point, Profile } from '../../src/driver-api/profile.ts'

const UNITS: Readonly<Record<string, string>> = {
  '32.7.0': 'V',
  '31.7.0': 'A',
  '16.7.0': 'W',
  '131.7.0': 'var',
  '9.7.0': 'VA',
  '13.7.0': '',
  '14.7.0': 'Hz',
  '1.8.0': 'kWh',
  '1.8.1': 'kWh',
  '1.8.2': 'kWh',
  '2.8.0': 'kWh',
}

const pointOf = (code: string, encoding = 's32'): Point => ({
  obis: /^\d/.test(code) ? `1-0:${code}` : '',
  item: `3:${code}`,
  place: 0,
  encoding,
  unit: UNITS[code] ?? '',
  name: code,
})

type Values = Readonly<Record<string, string>>

/** A single-phase meter of 230 V and 60 A that shows these values at minutes 0, 10, 20 …; "-" is a refusal. */
function meter(looks: readonly Values[], more: Partial<Profile> = {}, expected: Expected = {}) {
  const codes = [...new Set(looks.flatMap(Object.keys))]
  const about = [more.ident?.point, more.serialNumber, more.ratios?.current].filter(
    each => each !== undefined,
  )
  const points = codes.filter(code => !about.some(({ name }) => name === code)).map(code => pointOf(code))
  const profile: Profile = {
    profile: 'bench',
    protocol: 'modbus-rtu',
    source: 'made by hand',
    points: more.points ?? points,
    traits: {},
    nameplate: { phases: 1, volts: 230, amperes: 60 },
    examples: [],
    ...more,
  }
  const known = new Map([...profile.points, ...about].map(point => [point.name, point]))
  const seen = looks.map(
    (values, nth): Look => ({
      at: nth * 600_000,
      reads: Object.entries(values).flatMap(([code, text]): readonly RawRead[] => {
        const point = known.get(code)
        const value = parseScaled(text)
        if (point === undefined) return []
        if (text === '-')
          return [{ point, frames: [], refused: { code: 'METER_NO_DATA', text: 'not there' } }]
        if (text === 'lost')
          return [{ point, frames: [], refused: { code: 'LINE_SILENT', text: 'no answer' } }]
        if (text === 'none')
          return [{ point, frames: [], refused: { code: 'VALUE_NOT_HELD', text: 'no value' } }]
        return [{ point, frames: [], value: value ?? { text } }]
      }),
    }),
  )
  const judgement = judge(profile, seen, expected)
  return {
    ...judgement,
    verdicts: (check: CheckId): readonly Verdict[] =>
      judgement.findings.filter(finding => finding.check === check).map(({ verdict }) => verdict),
    evidence: (check: CheckId) =>
      judgement.findings.find(finding => finding.check === check && finding.verdict === 'fail')?.evidence ??
      '',
    standingOf: (code: string) => [...judgement.standing].find(([point]) => point.name === code)?.[1],
  }
}

const GOOD: Values = {
  '32.7.0': '230.1',
  '31.7.0': '10.000',
  '16.7.0': '2163',
  '131.7.0': '785',
  '9.7.0': '2301',
  '13.7.0': '0.940',
  '14.7.0': '49.98',
}

test('a meter whose values agree is sure, and nothing is left open', () => {
  const later = { ...GOOD, '1.8.0': '1000.36' }
  const { isSure, findings } = meter([{ ...GOOD, '1.8.0': '1000.00' }, later])
  expect(findings.map(({ verdict }) => verdict)).not.toContain('fail')
  expect(isSure).toBe(true)
})

describe('answered', () => {
  test('a point that is refused at any look fails, with its item', () => {
    const { verdicts, evidence } = meter([{ ...GOOD, '1.8.0': '-' }])
    expect(verdicts('answered')).toEqual(['fail'])
    expect(evidence('answered')).toBe('1.8.0 (3:1.8.0): not there')
  })
  test('an answer lost at one look doubts nothing that the others show', () => {
    const { verdicts, standingOf } = meter([{ ...GOOD, '16.7.0': 'lost' }, GOOD])
    expect([verdicts('answered'), standingOf('16.7.0')]).toEqual([['not-evaluable'], 'proven'])
  })
  test('a marker for "no value" leaves it open', () => {
    const { verdicts, standingOf, isSure } = meter([{ ...GOOD, '2.8.0': 'none' }])
    expect([verdicts('answered'), standingOf('2.8.0'), isSure]).toEqual([['not-evaluable'], 'open', false])
  })
})

describe('voltage and frequency', () => {
  test.each([
    ['23.01', 'is the scale e+1 missing?'],
    ['2301', 'is the scale e-1 missing?'],
    ['2.301', 'is the scale e+2 missing?'],
    ['400', '400 V where 230 V is nominal'],
    ['-230', '-230 V'],
  ])('%s V is not near 230 V', (volts, words) => {
    const { evidence, standingOf } = meter([{ ...GOOD, '32.7.0': volts }])
    expect(evidence('voltage')).toContain(words)
    expect(standingOf('32.7.0')).toBe('failed')
  })
  test('a phase without voltage and current may not be connected', () => {
    expect(meter([{ '32.7.0': '0.0', '31.7.0': '0.000' }]).verdicts('voltage')).toEqual(['not-evaluable'])
  })
  test.each(['44.9', '65.1', '4998', '0'])('%s Hz is none', hertz => {
    expect(meter([{ ...GOOD, '14.7.0': hertz }]).verdicts('frequency')).toEqual(['fail'])
  })
})

describe('power triangle', () => {
  test.each([
    ['31.7.0', '1.000'],
    ['31.7.0', '100.00'],
    ['16.7.0', '216'],
    ['9.7.0', '23010'],
    ['131.7.0', '7850'],
    ['13.7.0', '0.094'],
  ])('%s of %s breaks it', (code, text) => {
    expect(meter([{ ...GOOD, [code]: text }]).verdicts('power-triangle')).toContain('fail')
  })
  test('at no load it says so, and proves nothing', () => {
    const idle = {
      ...GOOD,
      '31.7.0': '0.000',
      '16.7.0': '0',
      '131.7.0': '0',
      '9.7.0': '0',
      '13.7.0': '1.000',
    }
    const { verdicts, standingOf, isSure } = meter([idle])
    expect(verdicts('power-triangle')).toEqual(['not-evaluable'])
    expect([standingOf('31.7.0'), standingOf('16.7.0'), isSure]).toEqual(['open', 'open', false])
  })
  test('where steps are too coarse to see a factor of ten it proves nothing', () => {
    const { verdicts } = meter([{ '32.7.0': '230', '31.7.0': '2', '16.7.0': '430' }])
    expect(verdicts('power-triangle')).not.toContain('fail')
  })
  test('a reactive power too small to be seen in S is not proven by it', () => {
    const { standingOf } = meter([{ ...GOOD, '16.7.0': '2290', '131.7.0': '78', '13.7.0': '0.995' }])
    expect(standingOf('131.7.0')).toBe('open')
  })
  test('P beyond U·I, and P a twentieth of it', () => {
    const only = (watts: string) => meter([{ '32.7.0': '230.1', '31.7.0': '10.000', '16.7.0': watts }])
    expect(only('23010').evidence('power-triangle')).toContain('more than U·I; 10 times too much')
    expect(only('115').evidence('power-triangle')).toContain('a power factor no load worth the name has')
    expect(only('2200').verdicts('power-triangle')).toEqual(['pass'])
  })
  test('a law broken at one look of twenty is a load that was switched, at one of three a mistake', () => {
    const looks = (count: number) =>
      Array.from({ length: count }, (_, nth) => (nth === 1 ? { ...GOOD, '16.7.0': '1000' } : GOOD))
    expect(meter(looks(20)).verdicts('power-triangle')).not.toContain('fail')
    expect(meter(looks(3)).verdicts('power-triangle')).toContain('fail')
  })
})

describe('limits and types', () => {
  test('a power factor beyond 1', () => {
    expect(meter([{ ...GOOD, '13.7.0': '9.400' }]).verdicts('power-factor')).toEqual(['fail'])
  })
  test('more current than the nameplate carries, more energy than it can have counted', () => {
    expect(meter([{ ...GOOD, '31.7.0': '1000' }]).evidence('limits')).toContain('1000 A where 90 is 1.5 ×')
    expect(meter([{ ...GOOD, '1.8.0': '655360000' }]).evidence('limits')).toContain('in 40 years')
    expect(meter([{ ...GOOD, '1.8.0': '-1' }]).evidence('limits')).toContain('less than nothing')
  })
  test('net power in a type without a sign, and the marker of the other kind', () => {
    const power = (encoding: string) =>
      meter([], { sign: 'import-positive', points: [pointOf('16.7.0', encoding)] }).verdicts('types')
    expect(power('u32 e-1')).toEqual(['fail'])
    expect(power('s32 e-1')).toEqual([])
    expect(power('s32 invalid=FFFFFFFF')).toEqual(['fail'])
    expect(power('s32 invalid=7FFFFFFF')).toEqual([])
  })
})

describe('rising', () => {
  const rise = (to: string, more: Values = {}) =>
    meter([
      { ...GOOD, '1.8.0': '1000.00' },
      { ...GOOD, ...more, '1.8.0': to },
    ])
  // 2163 W over ten minutes are 0.36 kWh, 36 steps.
  test.each([
    ['1000.36', 'pass'],
    ['1000.30', 'pass'],
    ['1000.90', 'not-evaluable'],
    ['1003.60', 'fail'],
    ['1000.03', 'fail'],
    ['1000.00', 'fail'],
    ['999.00', 'fail'],
  ] as const)('from 1000.00 to %s: %s', (to, verdict) => {
    expect(rise(to).verdicts('rising')).toEqual([verdict])
  })
  test('names the factor', () => {
    expect(rise('1003.60').evidence('rising')).toContain('10 times too much: is the scale e-1 missing?')
  })
  test('without load, or too early, there is nothing to see', () => {
    const idle = { ...GOOD, '16.7.0': '0', '31.7.0': '0.000', '9.7.0': '0', '131.7.0': '0' }
    const { verdicts } = meter([
      { ...idle, '1.8.0': '1000.00' },
      { ...idle, '1.8.0': '1000.00' },
    ])
    expect(verdicts('rising')).toEqual(['not-evaluable'])
    expect(meter([{ ...GOOD, '1.8.0': '1000.00' }]).verdicts('rising')).toEqual(['not-evaluable'])
  })
  test('an energy whose power is not read is open: a person has to look', () => {
    const { verdicts, standingOf } = meter([
      { '32.7.0': '230.0', '1.8.0': '1000.00' },
      { '32.7.0': '230.0', '1.8.0': '1000.36' },
    ])
    expect([verdicts('rising'), standingOf('1.8.0')]).toEqual([['not-evaluable'], 'open'])
  })
  test('power and energy alone may both be wrong alike', () => {
    const { standingOf, isSure } = meter([
      { '16.7.0': '2163', '1.8.0': '1000.00' },
      { '16.7.0': '2163', '1.8.0': '1000.36' },
    ])
    expect([standingOf('1.8.0'), isSure]).toEqual(['open', false])
  })
  test('an energy is shown by no power that is not shown itself', () => {
    const noCurrent = (energy: string) => ({ '32.7.0': '230.1', '16.7.0': '21630', '1.8.0': energy })
    const { standingOf, findings, grounds } = meter([noCurrent('10000.0'), noCurrent('10003.6')])
    expect([standingOf('32.7.0'), standingOf('1.8.0'), grounds]).toEqual(['proven', 'open', []])
    expect(findings.find(({ check }) => check === 'rising')?.evidence).toContain(
      'but nothing shows that 16.7.0 is right',
    )
  })
  test('in words: what it rests on, down to the voltage', () => {
    expect(rise('1000.36').grounds).toEqual([
      '1.8.0 rests on 16.7.0 (it rises as that says); 16.7.0 rests on 9.7.0 (L1: |P| = S·|PF|); 9.7.0 rests on 32.7.0 (L1: S = U·I)',
    ])
  })
  test('a power and a power factor of a tenth agree, and show nothing', () => {
    const tenth = (energy: string) => ({
      '32.7.0': '230.1',
      '31.7.0': '10.000',
      '16.7.0': '216',
      '13.7.0': '0.094',
      '1.8.0': energy,
    })
    const { standingOf } = meter([tenth('100.000'), tenth('100.036')])
    expect([standingOf('16.7.0'), standingOf('1.8.0')]).toEqual(['open', 'open'])
  })
  test('nor a power that hides behind the reactive power', () => {
    const hidden = (energy: string) => ({
      '32.7.0': '230.1',
      '31.7.0': '10.000',
      '16.7.0': '216',
      '131.7.0': '2290',
      '1.8.0': energy,
    })
    expect(meter([hidden('100.000'), hidden('100.036')]).standingOf('1.8.0')).toBe('open')
  })
  test('of two tariffs the one whose turn it is is held against the power', () => {
    const tariffs = (one: string, two: string) => ({ ...GOOD, '1.8.1': one, '1.8.2': two })
    const { standingOf } = meter([tariffs('600.00', '400.00'), tariffs('600.36', '400.00')])
    expect([standingOf('1.8.1'), standingOf('1.8.2')]).toEqual(['proven', 'open'])
    expect(meter([tariffs('600.00', '400.00'), tariffs('603.60', '400.00')]).standingOf('1.8.1')).toBe(
      'failed',
    )
  })
})

describe('sums', () => {
  const tariffs = (total: string, one: string, two: string, now: Values = GOOD) => ({
    ...now,
    '1.8.0': total,
    '1.8.1': one,
    '1.8.2': two,
  })
  test('tariffs that do not make the total', () => {
    const shown = (two: string) => meter([tariffs('1000.00', '600.00', two)])
    expect(shown('400.00').verdicts('sums')).toEqual(['not-evaluable'])
    expect(shown('40.00').evidence('sums')).toBe('1.8.1 + 1.8.2 make 640, 1.8.0 is 1000')
  })
  test('prove nothing by themselves: all of it ten times too much adds up as well', () => {
    const { standingOf, findings } = meter([tariffs('10000.0', '6000.0', '4000.0')])
    expect(['1.8.0', '1.8.1', '1.8.2'].map(standingOf)).toEqual(['open', 'open', 'open'])
    expect(findings.find(({ check }) => check === 'sums')?.evidence).toContain('all may be wrong alike')
  })
  test('carry proof from a member that is proven to the others, where they are exact', () => {
    const { standingOf, grounds } = meter([
      tariffs('1000.00', '600.00', '400.00'),
      tariffs('1000.36', '600.36', '400.00'),
    ])
    expect(['1.8.0', '1.8.1', '1.8.2'].map(standingOf)).toEqual(['proven', 'proven', 'proven'])
    expect(grounds.map(ground => ground.split(';')[0])).toEqual([
      '1.8.0 rests on 16.7.0 (it rises as that says)',
      '1.8.1 rests on 16.7.0 (it rises as that says)',
      '1.8.2 rests on 1.8.0, 1.8.1 (they add up)',
    ])
    const inexact = meter([tariffs('1000.00', '600.00', '399.00'), tariffs('1000.36', '600.36', '399.00')])
    expect([inexact.standingOf('1.8.0'), inexact.standingOf('1.8.2')]).toEqual(['proven', 'open'])
  })
  test('carry it to no part too small for its scale to be seen', () => {
    const { standingOf } = meter([
      tariffs('1000.00', '999.96', '0.04'),
      tariffs('1000.36', '1000.32', '0.04'),
    ])
    expect([standingOf('1.8.1'), standingOf('1.8.2')]).toEqual(['proven', 'open'])
  })
  test('of nothing prove nothing', () => {
    expect(meter([{ ...GOOD, '1.8.0': '0.00', '1.8.1': '0.00', '1.8.2': '0.00' }]).verdicts('sums')).toEqual([
      'not-evaluable',
    ])
  })
})

describe('the meter itself', () => {
  const ident = { point: pointOf('ident', 'ascii 2'), is: ['B21', 'B23'] }
  test('is of the model, or not', () => {
    expect(meter([{ ident: 'B23' }], { ident }).verdicts('ident')).toEqual(['pass'])
    expect(meter([{ ident: 'A43' }], { ident }).evidence('ident')).toBe('ident is "A43", not "B21" or "B23"')
    expect(meter([{ ident: '-' }], { ident }).verdicts('ident')).toEqual(['fail'])
    expect(meter([{}], { ident }).verdicts('ident')).toEqual(['not-evaluable'])
  })
  test('an ident nobody has described proves nothing, and nothing at all fails', () => {
    const any = { ident: { ...ident, is: null } }
    expect(meter([{ ident: '701' }], any).verdicts('ident')).toEqual(['not-evaluable'])
    expect(meter([{ ident: '0' }], any).verdicts('ident')).toEqual(['fail'])
  })
  test('serial number and ratio are those of the archive', () => {
    const about = {
      serialNumber: pointOf('serial'),
      ratios: { current: pointOf('ratio'), side: 'secondary' as const },
    }
    const shown = (expected: Expected) => {
      const { verdicts } = meter([{ serial: '4711', ratio: '40' }], about, expected)
      return [...verdicts('serial'), ...verdicts('ratios')]
    }
    expect(shown({ serialNumber: '4711', currentRatio: '40' })).toEqual(['pass', 'pass'])
    expect(shown({ serialNumber: '4712', currentRatio: '30' })).toEqual(['fail', 'fail'])
    expect(shown({})).toEqual(['not-evaluable', 'not-evaluable'])
  })
})
