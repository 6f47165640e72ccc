import { describe, expect, test } from 'vitest'
import { drivers } from '../../drivers/modbus/index.ts'
import { type Located, locate } from '../../drivers/modbus/items.ts'
import { planSpans } from '../../drivers/modbus/spans.ts'
import type { Complaint } from '../../src/config/complaint.ts'
import { loadProfiles, profileFiles } from '../../src/config/profiles.ts'

const folder = new URL('../../drivers/modbus/profiles', import.meta.url).pathname
const complaints: Complaint[] = []
const profiles = await loadProfiles(
  (await profileFiles(folder)) ?? [],
  new Map(drivers.map(driver => [driver.protocol, driver])),
  complaints,
)

test('every profile is read without complaint and proven by its examples', () => {
  expect(complaints).toEqual([])
  expect(profiles.size).toBeGreaterThan(0)
})

describe.each([...profiles.values()])('$profile', profile => {
  const located = profile.points.map(locate)

  test('every point has a place, an encoding and a unit of its own', () => {
    expect(located.filter(place => 'wrong' in place)).toEqual([])
  })

  test('floats declare their resolution, so equal registers give equal digits', () => {
    const floats = located.filter(
      (place): place is Located => 'code' in place && place.encoding.kind === 'float',
    )
    expect(floats.filter(({ encoding }) => !encoding.rounded)).toEqual([])
  })

  test('energies are in kWh or kvarh, whole values of no more than a request', () => {
    for (const { obis, unit } of profile.points)
      if (/\.8\.\d+$/.test(obis)) expect(unit, obis).toMatch(/^k(Wh|varh)$/)
    const spans = planSpans(
      located.filter(place => 'code' in place),
      profile.traits,
      new Set(),
    )
    for (const { quantity } of spans) expect(quantity).toBeLessThanOrEqual(profile.traits.maxRegisters ?? 0)
  })

  test('has an example of an energy register, where it has one', () => {
    const energy = /\.8\.\d+$/
    const hasOne = profile.points.some(({ obis }) => energy.test(obis))
    expect(profile.examples.some(({ obis }) => energy.test(obis))).toBe(hasOne)
  })
})
