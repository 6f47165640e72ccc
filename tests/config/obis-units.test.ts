import { expect, test } from 'vitest'
import { unitsOf } from '../../src/config/obis-units.ts'

test.each([
  ['1-0:1.8.0', 'kWh'],
  ['1-0:22.8.4', 'Wh'],
  ['1-0:61.8.0*3', 'MWh'],
  ['1-0:3.8.0', 'kvarh'],
  ['1-0:130.8.0', 'kvarh'],
  ['1-0:9.8.0', 'kVAh'],
  ['1-0:16.7.0', 'W'],
  ['1-0:76.7.0', 'kW'],
  ['1-0:1.6.0', 'kW'],
  ['1-0:191.7.0', 'var'],
  ['1-0:31.7.0', 'A'],
  ['1-0:91.7.0', 'mA'],
  ['1-0:72.7.0', 'V'],
  ['1-0:12.7.0', 'kV'],
  ['1-0:53.7.0', ''],
  ['1-0:14.7.0', 'Hz'],
])('%s may be in "%s"', (obis, unit) => {
  expect(unitsOf(obis)).toContain(unit)
})

test.each([
  ['1-0:1.8.0', 'kW'],
  ['1-0:1.8.0', 'kvarh'],
  ['1-0:1.7.0', 'kWh'],
  ['1-0:32.7.0', 'A'],
  ['1-0:31.7.0', 'V'],
  ['1-0:33.7.0', '%'],
  ['1-0:14.7.0', 'kHz'],
  ['1-0:131.7.0', 'W'],
  ['1-0:9.7.0', 'W'],
])('%s is never in "%s"', (obis, unit) => {
  expect(unitsOf(obis)).not.toContain(unit)
})

test.each(['0-0:1.0.0', '0-0:96.1.0', '1-0:81.7.4', '1-0:0.2.0', '1-0:1.7', '7-0:3.0.0', ''])(
  'of %s nothing is known',
  obis => {
    expect(unitsOf(obis)).toBeNull()
  },
)
