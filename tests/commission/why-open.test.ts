/** Why nothing has shown that an energy register is right: a longer look would, or nothing ever will. */

import { expect, test } from 'vitest'
import { whyOpen } from '../../src/commission/why-open.ts'
import { parseScaled } from '../../src/core/scaled.ts'
import type { RawRead } from '../../src/driver-api/driver.ts'
import type { Point } from '../../src/driver-api/profile.ts'

const UNITS: Readonly<Record<string, string>> = { '16.7.0': 'W', '1.8.0': 'kWh', '2.8.0': 'kWh' }
const NAMEPLATE = { phases: 1, volts: 230, amperes: 60 } as const

const pointOf = (code: string): Point => ({
  obis: `1-0:${code}`,
  item: `3:${code}`,
  place: 0,
  encoding: 's32',
  unit: UNITS[code] ?? '',
  name: code,
})

/** Looks ten seconds apart. */
function whyOf(code: string, looks: readonly Readonly<Record<string, string>>[]) {
  const made = looks.map((values, nth) => ({
    at: nth * 10_000,
    reads: Object.entries(values).flatMap(([at, text]): RawRead[] => {
      const value = parseScaled(text)
      return value ? [{ point: pointOf(at), value, frames: [] }] : []
    }),
  }))
  return whyOpen(pointOf(code), made, NAMEPLATE)
}

test('a step that takes longer than the look is told in seconds, at the present power', () => {
  const look = { '16.7.0': '2000', '1.8.0': '100.00' }
  // Five steps of 0.01 kWh at 2 kW are 90 s; half as much again for a load that changes.
  expect(whyOf('1.8.0', [look, look])).toEqual({ why: 'slow', seconds: 135 })
  expect(whyOf('1.8.0', [{ ...look, '1.8.0': '100.0' }])).toEqual({ why: 'slow', seconds: 1350 })
})

test('export that stands while the power goes the other way will not move', () => {
  const look = { '16.7.0': '2000', '1.8.0': '100.00', '2.8.0': '0.00' }
  expect(whyOf('2.8.0', [look, look])).toEqual({ why: 'still', flows: 'the other way' })
  expect(whyOf('1.8.0', [{ ...look, '16.7.0': '-2000' }])).toEqual({ why: 'still', flows: 'the other way' })
})

test('at no load nothing flows at all; and what moves all the same is no register that stands', () => {
  const look = { '16.7.0': '0', '1.8.0': '100.00', '2.8.0': '0.00' }
  expect(whyOf('2.8.0', [look, look])).toEqual({ why: 'still', flows: 'not at all' })
  expect(whyOf('2.8.0', [look, { ...look, '2.8.0': '0.01' }])).toBeNull()
  expect(whyOf('2.8.0', [{ '2.8.0': '0.00' }])).toBeNull()
  expect(whyOf('2.8.0', [{ '16.7.0': '2000' }])).toEqual({ why: 'empty' })
})
