/** Transformer areas as they are written. */

import { describe, expect, test } from 'vitest'
import { GOOD, load, loadRight } from './support.ts'

const meter = (nth: number, more = '') =>
  `  - { id: m${nth}, line: a, address: "${nth}", profile: dlt645-2007-single-phase${more} }\n`
const config = (areas: string, ...meters: readonly string[]) =>
  GOOD.replace(/^meters: .*\n/m, `areas: ${areas}\nmeters:\n${meters.join('')}`)

describe('areas', () => {
  test('have the meters that feed them and those that hang on them', async () => {
    const text = config(
      '[{ id: T1, supply: [m1] }, { id: T2, supply: [m2, m3] }]',
      meter(1),
      meter(2, ', area: T1'),
      meter(3),
      meter(4, ', area: T1'),
      meter(5, ', area: T2'),
    )
    expect((await loadRight(text)).config.areas).toEqual([
      { id: 'T1', supply: ['m1'], users: ['m2', 'm4'] },
      { id: 'T2', supply: ['m2', 'm3'], users: ['m5'] },
    ])
    expect((await loadRight(GOOD)).config.areas).toEqual([])
  })

  test('stand in the column area of a meter list', async () => {
    const text = `${GOOD}areas: [{ id: T1, supply: [m1] }]\nmeterList: ./meters.csv\n`
    const csv = 'id,line,address,profile,area\nm2,a,2,dlt645-2007-single-phase,T1\n'
    expect((await loadRight(text, { 'meters.csv': csv })).config.areas).toEqual([
      { id: 'T1', supply: ['m1'], users: ['m2'] },
    ])
    const { printed } = await load(text, { 'meters.csv': csv.replace(',T1', ',T2') })
    expect(printed).toContainEqual(
      expect.stringMatching(/^meters\.csv:2:\d+ .*area: no area "T2" is listed; did you mean "T1"\?/),
    )
  })

  test.each([
    [
      '[{ id: T1, supply: [m9] }]',
      /areas\[0\]\.supply\[0\]: no meter "m9" is listed; did you mean "m[12]"\?/,
    ],
    [
      '[{ id: T1, supply: [m2] }]',
      /areas\[0\]\.supply\[0\]: the meter "m2" hangs on this area; remove its area/,
    ],
    [
      '[{ id: T1, supply: [m1] }, { id: T2, supply: [m1] }]',
      /areas\[1\]\.supply\[0\]: the meter "m1" feeds "T1" already; name each meter once/,
    ],
    ['[{ id: T1, supply: [m1, m1] }]', /areas\[0\]\.supply\[1\]: the meter "m1" feeds "T1" already/],
    ['[{ id: T1, supply: [] }]', /areas\[0\]\.supply: names no meter/],
    [
      '[{ id: T1, supply: [m1] }, { id: T1, supply: [m1] }]',
      /areas\[1\]\.id: there are two areas "T1"; give each area its own id/,
    ],
    [
      '[{ id: T1, supply: [m1] }, { id: T3, supply: [m1] }]',
      /areas\[1\]\.id: no meter hangs on "T3"; write area: T3 at each of its meters, or remove it/,
    ],
    ['[{ id: T1, supply: [m1], users: [m2] }]', /areas\[0\]\.users: unknown key in areas\[0\]/],
    ['[{ id: T1 }]', /areas\[0\]\.supply: .*expected/],
    ['[]', /meters\[1\]\.area: no area "T1" is listed; there is none/],
  ])('%s is told with its place and a remedy', async (areas, complaint) => {
    const { printed } = await load(config(areas, meter(1), meter(2, ', area: T1')))
    expect(printed).toContainEqual(expect.stringMatching(complaint))
  })
})

describe('checks', () => {
  test('names the meter that counts the same', async () => {
    const text = config('[]', meter(1), meter(2, ', checks: m1'))
    expect((await loadRight(text)).config.meters.map(({ checks }) => checks)).toEqual([undefined, 'm1'])
  })

  test('stands in the column checks of a meter list', async () => {
    const csv = 'id,line,address,profile,checks\nm2,a,2,dlt645-2007-single-phase,m1\n'
    const { meters } = (await loadRight(`${GOOD}meterList: ./meters.csv\n`, { 'meters.csv': csv })).config
    expect(meters.find(({ id }) => id === 'm2')?.checks).toBe('m1')
  })

  test.each([
    [', checks: m9', '', /meters\[0\]\.checks: no meter "m9" is listed; did you mean "m[23]"\?/],
    [', checks: m1', '', /meters\[0\]\.checks: a meter cannot check itself; name the meter that is billed/],
    [', checks: m2', ', checks: m3', /meters\[0\]\.checks: the meter "m2" checks "m3" itself; name m3 here/],
  ])('%s is refused', async (one, two, complaint) => {
    const { printed } = await load(config('[]', meter(1, one), meter(2, two), meter(3)))
    expect(printed).toContainEqual(expect.stringMatching(complaint))
  })
})
