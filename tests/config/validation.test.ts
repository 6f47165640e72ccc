/** What rules go by, from the configuration. */

import { describe, expect, test } from 'vitest'
import { HOUR, MINUTE } from '../../src/core/time.ts'
import { USUAL_LIMITS } from '../../src/reading/rules/parameters.ts'
import { GOOD, load, loadRight } from './support.ts'

const METER = 'meters: [{ id: m1, line: a, address: "000000000161", profile: dlt645-2007-single-phase }]'
const withMeters = (...meters: string[]) =>
  GOOD.replace(
    METER,
    `meters:\n${meters.map(meter => `  - { line: a, profile: dlt645-2007-single-phase, ${meter} }`).join('\n')}`,
  )

describe('validation:', () => {
  test('where nothing is set, meters are dwellings and what is usual holds', async () => {
    const { config } = await loadRight(GOOD)
    expect(config.meters[0]?.limits).toEqual(USUAL_LIMITS.dwelling)
  })

  test('a class goes before all, and a meter names its own, or its default does', async () => {
    const { config } = await loadRight(
      `${withMeters('id: flat, address: "1"', 'id: mill, address: "2", class: industry')}
defaults: { class: shop }
validation:
  all: { V-R3: { overload: 1.3 }, V-T5: { ahead: 2m } }
  industry: { V-R3: { overload: 1.1 } }
`,
    )
    const [flat, mill] = config.meters
    expect(flat?.limits?.['V-R3'].overload).toBe(1.3)
    expect(mill?.limits?.['V-R3'].overload).toBe(1.1)
    expect([flat, mill].map(meter => meter?.limits?.['V-T5'].ahead)).toEqual([2 * MINUTE, 2 * MINUTE])
  })

  test('the class may stand in a column of the meter list', async () => {
    const { config } = await loadRight(
      `${GOOD.replace(METER, 'meterList: ./m.csv')}validation: { industry: { V-T5: { ahead: 1h } } }\n`,
      { 'm.csv': 'id,line,address,profile,class\nm1,a,161,dlt645-2007-single-phase,industry\n' },
    )
    expect(config.meters[0]?.limits?.['V-T5'].ahead).toBe(HOUR)
  })

  test('what may feed in is said of the meter, here or in a column of the list, and is one of three words', async () => {
    const { config } = await loadRight(
      withMeters('id: roof, address: "1", generation: solar', 'id: flat, address: "2"'),
    )
    expect(config.meters.map(({ generation }) => generation)).toEqual(['solar', undefined])
    const listed = await loadRight(GOOD.replace(METER, 'meterList: ./m.csv'), {
      'm.csv': 'id,line,address,profile,generation\nm1,a,161,dlt645-2007-single-phase,any\n',
    })
    expect(listed.config.meters[0]?.generation).toBe('any')
    const { printed } = await load(withMeters('id: roof, address: "1", generation: wind'))
    expect(printed.join('\n')).toContain(
      'what feeds in behind the meter: none, solar (nothing in the dark) or any',
    )
  })

  test.each([
    [
      'all: { V-R3: { overload: 5 } }',
      'validation.all.V-R3.overload: 5 is out of bounds',
      'write from 1 to 3',
    ],
    ['all: { V-T2: { flagAbove: 10m } }', '10m is out of bounds', 'write from 1s to 5m'],
    ['all: { V-T2: { flagAbove: 60 } }', '60 has no unit', 'write 60ms or 60s'],
    ['shop: { V-R10: { tariffs: 2.5 } }', '2.5 is out of bounds', 'write a whole number from 1 to 63'],
    ['all: { V-R3: { overlaod: 1.2 } }', 'unknown key in validation.all.V-R3', 'did you mean "overload"?'],
    ['all: { overload: { a: 1 } }', 'unknown key in validation.all', 'known here are V-F12'],
    ['house: {}', 'unknown key in validation', 'known here are all, dwelling, shop, industry'],
    ['all: { V-R3: { overload: much } }', '"much" is not right; expected a number', 'write for example 1.2'],
  ])('%s is refused where it stands, with the remedy', async (written, wrong, remedy) => {
    const { printed } = await load(`${GOOD}validation: { ${written} }\n`)
    expect(printed).toHaveLength(1)
    expect(printed[0]).toContain(wrong)
    expect(printed[0]).toContain(remedy)
    expect(printed[0]).toMatch(/^gateway\.yaml:7:/)
  })

  test('a class nobody knows is refused', async () => {
    const { printed } = await load(withMeters('id: m1, address: "1", class: factory'))
    expect(printed.join()).toContain('who is behind the meter: dwelling, shop or industry')
  })
})
